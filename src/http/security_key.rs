//! Security keys (WebAuthn) as a second factor: a key answers for one host only, so that a page of another name gets nothing of it. What
//! the browser was asked is kept here, for a few minutes and one answer.

use super::{Problem, limit, login};
use crate::db::{Result, Tx};
use crate::on;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use types::{Id as _, PersonId, SecurityKeyId};
use utoipa::ToSchema;
use webauthn_rs::prelude::{
    PublicKeyCredential, RegisterPublicKeyCredential, SecurityKey as Credential, SecurityKeyAuthentication,
    SecurityKeyRegistration, Url, Webauthn, WebauthnBuilder,
};

const LIST: &str =
    "SELECT id, name, created_at, used_at FROM security_keys WHERE person_id = $1 ORDER BY created_at, id";
const CREDENTIALS: &str = "SELECT id, credential FROM security_keys WHERE person_id = $1 ORDER BY created_at, id";
const COUNT: &str = "SELECT count(*) FROM security_keys WHERE person_id = $1";
const KEEP: &str = "INSERT INTO security_keys (id, person_id, name, credential_id, credential, created_at) \
    VALUES ($1, $2, $3, $4, $5, $6)";
const USED: &str = "UPDATE security_keys SET credential = $2, used_at = $3 WHERE id = $1";
const LOCK: &str = "UPDATE security_keys SET used_at = used_at WHERE person_id = $1";
const REMOVE: &str = "DELETE FROM security_keys WHERE id = $1 AND person_id = $2";
const REMOVE_ALL: &str = "DELETE FROM security_keys WHERE person_id = $1";
const ASK: &str = "INSERT INTO security_key_requests (person_id, state, expires_at) VALUES ($1, $2, $3) \
    ON CONFLICT (person_id) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at";
const ASKED: &str = "DELETE FROM security_key_requests WHERE person_id = $1 AND expires_at > $2 RETURNING state";
const CHALLENGE: &str = "UPDATE login_challenges SET key_state = $2 WHERE hash = $1";
const CHALLENGED: &str = "SELECT key_state FROM login_challenges WHERE hash = $1 AND expires_at > $2";

/// A security key of a person.
#[derive(Debug, Serialize, ToSchema, sqlx::FromRow)]
pub struct SecurityKey {
    pub id: SecurityKeyId,
    pub name: String,
    pub created_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
}

/// Where keys are asked: by the first name of the configuration's `http.hosts`. None: there is no name that keys could be for.
pub fn site(hosts: &[String], https: bool) -> Option<Webauthn> {
    let host = hosts.first()?.to_lowercase();
    let scheme = if https { "https" } else { "http" };
    let origin = Url::parse(&format!("{scheme}://{host}")).ok()?;
    // any port: the proxy in front of us may have another one than we have. A touch is enough: who it is, the password said
    let site = WebauthnBuilder::new(&host, &origin).ok()?.rp_name("Linedesk").allow_any_port(true);
    let site = site.danger_set_user_presence_only_security_keys(true).build();
    site.inspect_err(|error| tracing::warn!(%error, %host, "security keys cannot be used")).ok()
}

pub async fn list(tx: &mut Tx, person: PersonId) -> Result<Vec<SecurityKey>> {
    on!(tx, c => sqlx::query_as(LIST).bind(person).fetch_all(c).await)
}

pub async fn count(tx: &mut Tx, person: PersonId) -> Result<i64> {
    on!(tx, c => sqlx::query_scalar(COUNT).bind(person).fetch_one(c).await)
}

/// What the browser is to ask a new key.
pub async fn begin(
    tx: &mut Tx,
    site: &Webauthn,
    person: PersonId,
    login: &str,
    name: &str,
) -> std::result::Result<Value, Problem> {
    let known = credentials(tx, person).await?.into_iter().map(|(_, key)| key.cred_id().clone()).collect();
    let made = site.start_securitykey_registration(person.uuid(), login, name, Some(known), None, None);
    let (options, state) = made.map_err(failed)?;
    let expires_at = tx.now() + TimeDelta::from_std(limit::CHALLENGE).unwrap_or_default();
    let state = serde_json::to_string(&state).map_err(failed)?;
    on!(tx, c => sqlx::query(ASK).bind(person).bind(state).bind(expires_at).execute(c).await.map(drop))?;
    serde_json::to_value(options).map_err(failed)
}

/// The key has answered: from now on it counts. None: it is no answer to what was asked.
pub async fn finish(
    tx: &mut Tx,
    site: &Webauthn,
    person: PersonId,
    name: &str,
    answer: Value,
) -> std::result::Result<Option<SecurityKeyId>, Problem> {
    let now = tx.now();
    let state: Option<String> = on!(tx, c => sqlx::query_scalar(ASKED).bind(person).bind(now).fetch_optional(c).await)?;
    let Some(state) = state.and_then(|state| read::<SecurityKeyRegistration>(&state)) else { return Ok(None) };
    let Ok(answer) = serde_json::from_value::<RegisterPublicKeyCredential>(answer) else { return Ok(None) };
    let key = match site.finish_securitykey_registration(&answer, &state) {
        Ok(key) => key,
        Err(error) => {
            tracing::info!(%error, %person, "a security key was refused");
            return Ok(None);
        }
    };
    let id: SecurityKeyId = tx.id();
    let credential = serde_json::to_string(&key).map_err(failed)?;
    let credential_id: &[u8] = key.cred_id().as_ref();
    on!(tx, c => sqlx::query(KEEP).bind(id).bind(person).bind(name).bind(credential_id).bind(credential)
        .bind(now).execute(c).await.map(drop))?;
    Ok(Some(id))
}

/// False: the person has no such key.
pub async fn remove(tx: &mut Tx, person: PersonId, id: SecurityKeyId) -> Result<bool> {
    let gone = on!(tx, c => sqlx::query(REMOVE).bind(id).bind(person).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(gone > 0)
}

pub async fn remove_all(tx: &mut Tx, person: PersonId) -> Result<()> {
    on!(tx, c => sqlx::query(REMOVE_ALL).bind(person).execute(c).await.map(drop))
}

/// What the browser is to ask the person's keys for this log-in.
pub async fn challenge(
    tx: &mut Tx,
    site: &Webauthn,
    person: PersonId,
    challenge: &str,
) -> std::result::Result<Option<Value>, Problem> {
    let keys: Vec<Credential> = credentials(tx, person).await?.into_iter().map(|(_, key)| key).collect();
    if keys.is_empty() {
        return Ok(None);
    }
    let (options, state) = site.start_securitykey_authentication(&keys).map_err(failed)?;
    let (hash, state) = (login::hash(challenge), serde_json::to_string(&state).map_err(failed)?);
    on!(tx, c => sqlx::query(CHALLENGE).bind(hash.as_slice()).bind(state).execute(c).await.map(drop))?;
    serde_json::to_value(options).map(Some).map_err(failed)
}

/// Has a key of this person answered this log-in's challenge?
pub async fn prove(
    tx: &mut Tx,
    site: &Webauthn,
    person: PersonId,
    challenge: &str,
    answer: Value,
) -> std::result::Result<bool, Problem> {
    let (hash, now) = (login::hash(challenge), tx.now());
    let state: Option<Option<String>> =
        on!(tx, c => sqlx::query_scalar(CHALLENGED).bind(hash.as_slice()).bind(now).fetch_optional(c).await)?;
    let state = state.flatten().and_then(|state| read::<SecurityKeyAuthentication>(&state));
    let (Some(state), Ok(answer)) = (state, serde_json::from_value::<PublicKeyCredential>(answer)) else {
        return Ok(false);
    };
    let proved = match site.finish_securitykey_authentication(&answer, &state) {
        Ok(proved) => proved,
        Err(error) => {
            tracing::info!(%error, %person, "a security key's answer was refused");
            return Ok(false);
        }
    };
    // one answer after another: each is compared with the counter that the one before it left
    on!(tx, c => sqlx::query(LOCK).bind(person).execute(c).await.map(drop))?;
    for (id, mut key) in credentials(tx, person).await? {
        let before = counter(&key)?;
        if key.update_credential(&proved).is_some() {
            // The challenge knew the counter of its own time only: a copy of the key that asked for one before its owner's
            // answer shows here. Keys that count nothing say 0 always (WebAuthn 6.1.1).
            if (before > 0 || proved.counter() > 0) && u64::from(proved.counter()) <= before {
                tracing::warn!(%person, "a security key's counter did not go on: there may be a copy of it");
                return Ok(false);
            }
            let credential = serde_json::to_string(&key).map_err(failed)?;
            on!(tx, c => sqlx::query(USED).bind(id).bind(credential).bind(now).execute(c).await.map(drop))?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// How often the key has answered, as it says itself.
fn counter(key: &Credential) -> std::result::Result<u64, Problem> {
    let stored = serde_json::to_value(key).map_err(failed)?;
    Ok(stored.pointer("/cred/counter").and_then(Value::as_u64).unwrap_or_default())
}

async fn credentials(tx: &mut Tx, person: PersonId) -> Result<Vec<(SecurityKeyId, Credential)>> {
    let rows: Vec<(SecurityKeyId, String)> = on!(tx, c => sqlx::query_as(CREDENTIALS).bind(person).fetch_all(c).await)?;
    Ok(rows.into_iter().filter_map(|(id, text)| Some((id, read(&text)?))).collect())
}

fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).inspect_err(|error| tracing::error!(%error, "a security key cannot be read")).ok()
}

fn failed(error: impl std::fmt::Display) -> Problem {
    tracing::error!(%error, "a security key could not be asked");
    Problem::internal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_for_a_name_and_not_for_an_address() {
        let known = |hosts: &[&str], https| {
            let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
            site(&hosts, https).map(|site| site.get_allowed_origins()[0].to_string())
        };
        assert_eq!(known(&["Desk.example.org", "other"], true).as_deref(), Some("https://desk.example.org/"));
        assert_eq!(known(&["localhost"], false).as_deref(), Some("http://localhost/"));
        assert_eq!(known(&["127.0.0.1"], false), None);
        assert_eq!(known(&[], true), None);
    }
}
