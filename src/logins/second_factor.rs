//! `/api/v1/second-factor` and `/api/v1/people/{id}/second-factor`: setting up, changing and removing what is proved besides the
//! password, one's own; and its reset by the administrator.

use super::store;
use crate::db::{Db, Tx};
use crate::http::factor::{self, Factor, NewTotp};
use crate::http::parse::Check;
use crate::http::security_key::{self, SecurityKey};
use crate::http::{Allowed, Answer, Body, Id, Logins, Problem, Role, Through, Who, audit, can, limit};
use crate::people;
use anyhow::{Context as _, ensure};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use types::{PersonId, SecurityKeyId};
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub struct SecondFactor {
    /// The role must have one.
    required: bool,
    /// Since when codes of an authenticator app are asked for; None: they are not.
    totp_since: Option<DateTime<Utc>>,
    keys: Vec<SecurityKey>,
    /// This server has a name that security keys can be for (`http.hosts`).
    keys_possible: bool,
    recovery_codes_left: i64,
}

#[derive(Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// Each logs in once in the place of the app or key. Shown this once; none: those until now go on.
    codes: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithPassword {
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithCode {
    code: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithBoth {
    password: String,
    /// Of the app, or a recovery code.
    code: String,
}

async fn state(tx: &mut Tx, logins: &Logins, person: PersonId, role: Role) -> Result<SecondFactor, Problem> {
    Ok(SecondFactor {
        required: logins.needs_factor(role),
        totp_since: factor::since(tx, person).await?,
        keys: security_key::list(tx, person).await?,
        keys_possible: logins.site().is_some(),
        recovery_codes_left: factor::codes_left(tx, person).await?,
    })
}

#[utoipa::path(get, path = "/api/v1/second-factor", tag = "login", responses((status = 200, body = SecondFactor)))]
pub async fn own(
    State(db): State<Db>,
    State(logins): State<Logins>,
    who: Allowed<can::LoginsOwn>,
) -> Answer<SecondFactor> {
    let mut tx = db.read().await?;
    Ok(Json(state(&mut tx, &logins, who.id, who.role).await?))
}

/// A secret for an authenticator app. It counts as soon as a code of it is sent back within 30 minutes; another one takes its place.
#[utoipa::path(post, path = "/api/v1/second-factor/totp", tag = "login", request_body = WithPassword, responses(
    (status = 201, body = NewTotp), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn begin(
    State(db): State<Db>,
    State(logins): State<Logins>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    who: Allowed<can::LoginsOwn>,
    Body(asked): Body<WithPassword>,
) -> Result<(StatusCode, Json<NewTotp>), Problem> {
    if !logins.confirm(peer.ip(), &who, asked.password).await? {
        return Err(Problem::invalid("password", "is not your password"));
    }
    let mut tx = db.write().await?;
    let made = factor::begin_totp(&mut tx, logins.keys(), who.id, &who.login).await?.ok_or_else(there_is_one)?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// The app has the secret: from now on its codes are asked for. Ends all other log-ins.
#[utoipa::path(put, path = "/api/v1/second-factor/totp", tag = "login", request_body = WithCode, responses(
    (status = 200, body = RecoveryCodes), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn confirm(
    State(db): State<Db>,
    State(logins): State<Logins>,
    who: Allowed<can::LoginsOwn>,
    Body(asked): Body<WithCode>,
) -> Answer<RecoveryCodes> {
    let mut tx = db.write().await?;
    if factor::since(&mut tx, who.id).await?.is_some() {
        return Err(there_is_one());
    }
    if !factor::confirm_totp(&mut tx, logins.keys(), who.id, &asked.code).await? {
        return Err(Problem::invalid("code", "is not of the secret that was shown"));
    }
    let codes = set_up(&mut tx, &logins, &who, Factor::Totp).await?;
    tx.commit().await?;
    logins.forget();
    Ok(Json(RecoveryCodes { codes }))
}

/// The app does not count any more.
#[utoipa::path(post, path = "/api/v1/second-factor/totp/removal", tag = "login", request_body = WithBoth,
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn remove(
    State(db): State<Db>,
    State(logins): State<Logins>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    who: Allowed<can::LoginsOwn>,
    Body(asked): Body<WithBoth>,
) -> Result<StatusCode, Problem> {
    confirm_both(&db, &logins, peer, &who, asked).await?;
    let mut tx = db.write().await?;
    if !factor::remove_totp(&mut tx, who.id).await? {
        return Err(Problem::not_found("second factor"));
    }
    tx.commit().await?;
    logins.forget();
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize, ToSchema)]
pub struct KeyRequest {
    /// For `navigator.credentials.create`, as JSON.
    #[schema(value_type = Object)]
    options: serde_json::Value,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    name: String,
    /// What `navigator.credentials.create` gave, as JSON.
    #[schema(value_type = Object)]
    key: serde_json::Value,
}

/// Asks for a security key. It counts as soon as it has answered, within five minutes.
#[utoipa::path(post, path = "/api/v1/second-factor/keys", tag = "login", request_body = WithPassword, responses(
    (status = 200, body = KeyRequest), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn begin_key(
    State(db): State<Db>,
    State(logins): State<Logins>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    who: Allowed<can::LoginsOwn>,
    Body(asked): Body<WithPassword>,
) -> Answer<KeyRequest> {
    let site = logins.site().ok_or_else(no_site)?;
    if !logins.confirm(peer.ip(), &who, asked.password).await? {
        return Err(Problem::invalid("password", "is not your password"));
    }
    let mut tx = db.write().await?;
    if security_key::count(&mut tx, who.id).await? >= limit::SECURITY_KEYS {
        return Err(Problem::conflict("too-many-keys", format!("A person has at most {} keys.", limit::SECURITY_KEYS)));
    }
    let options = security_key::begin(&mut tx, site, who.id, &who.login, &who.name).await?;
    tx.commit().await?;
    Ok(Json(KeyRequest { options }))
}

/// The key has answered: from now on it can be asked for. Ends all other log-ins.
#[utoipa::path(put, path = "/api/v1/second-factor/keys", tag = "login", request_body = NewKey, responses(
    (status = 200, body = RecoveryCodes), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn finish_key(
    State(db): State<Db>,
    State(logins): State<Logins>,
    who: Allowed<can::LoginsOwn>,
    Body(asked): Body<NewKey>,
) -> Answer<RecoveryCodes> {
    let site = logins.site().ok_or_else(no_site)?;
    let mut check = Check::new();
    check.line("name", &asked.name);
    check.done()?;
    let mut tx = db.write().await?;
    if security_key::finish(&mut tx, site, who.id, asked.name.trim(), asked.key).await?.is_none() {
        // what was asked is answered once, rightly or not
        tx.commit_alone().await?;
        return Err(Problem::invalid("key", "is no answer to what the key was asked"));
    }
    let codes = set_up(&mut tx, &logins, &who, Factor::Key).await?;
    tx.commit().await?;
    logins.forget();
    Ok(Json(RecoveryCodes { codes }))
}

/// The key does not count any more.
#[utoipa::path(post, path = "/api/v1/second-factor/keys/{id}/removal", tag = "login", request_body = WithBoth,
    params(("id" = SecurityKeyId, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn remove_key(
    State(db): State<Db>,
    State(logins): State<Logins>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    who: Allowed<can::LoginsOwn>,
    Id(id): Id<SecurityKeyId>,
    Body(asked): Body<WithBoth>,
) -> Result<StatusCode, Problem> {
    confirm_both(&db, &logins, peer, &who, asked).await?;
    let mut tx = db.write().await?;
    if !security_key::remove(&mut tx, who.id, id).await? {
        return Err(Problem::not_found("security key"));
    }
    factor::tidy_codes(&mut tx, who.id).await?;
    tx.commit().await?;
    logins.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// Ten new ones; those until now do not count any more.
#[utoipa::path(post, path = "/api/v1/second-factor/recovery-codes", tag = "login", request_body = WithBoth, responses(
    (status = 200, body = RecoveryCodes), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn new_codes(
    State(db): State<Db>,
    State(logins): State<Logins>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    who: Allowed<can::LoginsOwn>,
    Body(asked): Body<WithBoth>,
) -> Answer<RecoveryCodes> {
    confirm_both(&db, &logins, peer, &who, asked).await?;
    let mut tx = db.write().await?;
    let codes = factor::new_codes(&mut tx, who.id).await?;
    tx.commit().await?;
    Ok(Json(RecoveryCodes { codes }))
}

#[utoipa::path(get, path = "/api/v1/people/{id}/second-factor", tag = "people", params(("id" = PersonId, Path)),
    responses((status = 200, body = SecondFactor), (status = 404, body = Problem)))]
pub async fn of_person(
    State(db): State<Db>,
    State(logins): State<Logins>,
    _: Allowed<can::PeopleRead>,
    Id(id): Id<PersonId>,
) -> Answer<SecondFactor> {
    let mut tx = db.read().await?;
    let person = people::store::one(&mut tx, id).await?.ok_or_else(|| Problem::not_found("person"))?;
    Ok(Json(state(&mut tx, &logins, id, person.role).await?))
}

/// The person lost it: the password alone logs in, until another one is set up. Ends their log-ins.
#[utoipa::path(delete, path = "/api/v1/people/{id}/second-factor", tag = "people", params(("id" = PersonId, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn reset(
    State(db): State<Db>,
    State(logins): State<Logins>,
    who: Allowed<can::PeopleWrite>,
    Id(id): Id<PersonId>,
) -> Result<StatusCode, Problem> {
    if id == who.id {
        return Err(Problem::conflict("second-factor-own", "Your own is removed in your profile."));
    }
    let mut tx = db.write().await?;
    people::store::one(&mut tx, id).await?.ok_or_else(|| Problem::not_found("person"))?;
    if factor::of(&mut tx, id).await?.is_empty() {
        return Err(Problem::not_found("second factor"));
    }
    factor::remove(&mut tx, id).await?;
    people::store::log_out(&mut tx, id).await?;
    tx.commit().await?;
    logins.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// `linedesk people reset-second-factor LOGIN`
pub async fn reset_by_command(db: &Db, login: &str) -> anyhow::Result<()> {
    let mut tx = db.write().await?;
    let found = people::store::by_login(&mut tx, &login.trim().to_lowercase()).await?;
    let id = found.with_context(|| format!("nobody has the login {login}"))?;
    ensure!(!factor::of(&mut tx, id).await?.is_empty(), "{login} has no second factor");
    factor::remove(&mut tx, id).await?;
    people::store::log_out(&mut tx, id).await?;
    audit::by_command(&mut tx, "second_factor.reset", id, &()).await?;
    Ok(tx.commit().await?)
}

async fn confirm_both(db: &Db, logins: &Logins, peer: SocketAddr, who: &Who, asked: WithBoth) -> Result<(), Problem> {
    let mut check = Check::new();
    check.that(asked.code.len() <= limit::LINE, "code", "is too long");
    check.done()?;
    let mut tx = db.read().await?;
    if factor::of(&mut tx, who.id).await?.is_empty() {
        return Err(Problem::not_found("second factor"));
    }
    drop(tx);
    logins.confirm_both(peer.ip(), who, asked.password, &asked.code).await
}

/// A factor counts from now on: the recovery codes, if it is the first.
async fn set_up(tx: &mut Tx, logins: &Logins, who: &Who, factor: Factor) -> Result<Vec<String>, Problem> {
    let codes = factor::first_codes(tx, who.id).await?;
    logins.proved(tx, who, factor).await?;
    if let Through::Cookie(kept) = &who.through {
        store::end_others(tx, who.id, kept).await?;
    }
    Ok(codes)
}

fn there_is_one() -> Problem {
    Problem::conflict("second-factor", "There is an authenticator app already.")
}

fn no_site() -> Problem {
    let detail = "Security keys are for a host name, and http.hosts of the configuration names none.";
    Problem::conflict("no-key-host", detail)
}
