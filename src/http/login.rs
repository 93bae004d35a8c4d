//! Who is asking: passwords, cookies, tokens. The cookie is 256 random bits; the table holds only its SHA-256.

use super::throttle::Throttle;
use super::{Problem, Role, limit};
use crate::db::{self, Db, Tx};
use crate::{clock, on};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum_extra::extract::cookie::Cookie;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use dashmap::DashMap;
use sha2::{Digest as _, Sha256};
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use tokio::sync::{Semaphore, watch};
use types::{BuildingId, Moment, PersonId};

pub const COOKIE: &str = "linedesk_login";

const BY_LOGIN: &str = "SELECT id, password, active FROM people WHERE login = $1";
const BY_COOKIE: &str = "SELECT p.id, p.login, p.name, p.role, p.extension FROM logins l JOIN people p ON p.id = l.person_id \
    WHERE l.hash = $1 AND l.expires_at > $2 AND p.active";
const BY_TOKEN: &str = "SELECT p.id, p.login, p.name, p.role, p.extension FROM tokens t JOIN people p ON p.id = t.person_id \
    WHERE t.hash = $1 AND p.active";
const QUEUES: &str = "SELECT queue FROM person_queues WHERE person_id = $1 ORDER BY queue";
const BUILDINGS: &str = "SELECT building_id FROM person_buildings WHERE person_id = $1";
const INSERT: &str = "INSERT INTO logins (hash, person_id, created_at, expires_at, source) VALUES ($1, $2, $3, $4, $5)";
const DELETE: &str = "DELETE FROM logins WHERE hash = $1";
const DELETE_EXPIRED: &str = "DELETE FROM logins WHERE expires_at <= $1";

/// The person behind a request. As an extractor it demands a log-in; `Option<Who>` does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    pub id: PersonId,
    pub login: String,
    pub name: String,
    pub role: Role,
    pub extension: Option<String>,
    pub queues: Vec<String>,
    /// Where the person works; empty: everywhere.
    pub buildings: Vec<BuildingId>,
}

impl Who {
    /// For views that only dispatchers get.
    pub fn desk() -> Who {
        Who { role: Role::Dispatcher, ..Who::nobody() }
    }

    /// A person with no rights in particular.
    pub fn nobody() -> Who {
        Who {
            id: PersonId::from_u128(0),
            login: String::new(),
            name: String::new(),
            role: Role::Technician,
            extension: None,
            queues: Vec::new(),
            buildings: Vec::new(),
        }
    }
}

#[derive(sqlx::FromRow)]
struct WhoRow {
    id: PersonId,
    login: String,
    name: String,
    role: Role,
    extension: Option<String>,
}

/// By the hash of the secret: who it is, and when that was looked up.
type Seen = DashMap<[u8; 32], (Arc<Who>, Moment)>;

/// Who is logged in, as far as it was looked up. Cheap to clone.
#[derive(Clone)]
pub struct Logins {
    db: Db,
    seen: Arc<Seen>,
    /// Counts what makes WebSockets look at their log-ins again.
    changes: watch::Sender<u64>,
    throttle: Arc<Throttle>,
    passwords: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Logins {
    pub fn new(db: Db) -> Logins {
        Logins {
            db,
            seen: Arc::default(),
            changes: watch::Sender::default(),
            throttle: Arc::default(),
            passwords: Arc::new(Semaphore::new(limit::PASSWORDS)),
            waiting: Arc::new(Semaphore::new(limit::PASSWORDS_WAITING)),
        }
    }

    /// A person or a token changed: look everybody up again.
    pub fn forget(&self) {
        self.seen.clear();
        self.changes.send_modify(|count| *count += 1);
    }

    /// Comes back when the log-in of a WebSocket's request does not hold any more: logged out, expired, revoked, the person
    /// deactivated, or changed so that it is not `still` the one the socket was opened for (AC-R4).
    pub async fn ended(self, headers: HeaderMap, still: impl Fn(&Who) -> bool) {
        let mut changes = self.changes.subscribe();
        loop {
            changes.mark_unchanged();
            match self.who(&headers).await {
                Ok(Some(who)) if still(&who) => {}
                Ok(_) => return,
                Err(_) => tracing::debug!("a log-in cannot be looked at; its WebSocket stays"),
            }
            let _ = tokio::time::timeout(limit::LOGIN_CHECK, changes.changed()).await;
        }
    }

    /// The person whose password this is; gives the cookie's secret. Wrong ones slow their source down.
    pub async fn open(&self, source: IpAddr, login: &str, password: String) -> Result<(String, Arc<Who>), Problem> {
        let login = login.trim().to_lowercase();
        if let Some(seconds) = self.throttle.wait(clock::now(), source, &login) {
            return Err(Problem::too_many(seconds));
        }
        let mut tx = self.db.read().await?;
        let found: Option<(PersonId, String, bool)> =
            on!(&mut tx, c => sqlx::query_as(BY_LOGIN).bind(&login).fetch_optional(c).await)?;
        drop(tx);
        // An unknown login costs the same time and gives the same answer as a wrong password.
        let hash = found.as_ref().map_or_else(decoy, |(_, hash, _)| hash.clone());
        let right = self.verify(password, hash).await?;
        let Some((person, _, _)) = found.filter(|(_, _, active)| right && *active) else {
            self.throttle.failed(clock::now(), source, &login);
            let detail = "The login or the password is wrong.";
            return Err(Problem::new(StatusCode::UNAUTHORIZED, "wrong-password", "Log-in failed", detail));
        };
        self.throttle.succeeded(source, &login);
        self.begin(person, source).await
    }

    async fn begin(&self, person: PersonId, source: IpAddr) -> Result<(String, Arc<Who>), Problem> {
        let (secret, hash) = secret();
        let mut tx = self.db.write().await?;
        let now = tx.now();
        let expires = now + TimeDelta::from_std(limit::LOGIN).unwrap_or_default();
        on!(&mut tx, c => sqlx::query(DELETE_EXPIRED).bind(now).execute(c).await.map(drop))?;
        on!(&mut tx, c => sqlx::query(INSERT).bind(hash.as_slice()).bind(person).bind(now).bind(expires)
            .bind(source.to_string()).execute(c).await.map(drop))?;
        let who = by_cookie(&mut tx, &hash, now).await?.ok_or_else(Problem::unauthorized)?;
        tx.commit().await?;
        Ok((secret, self.remember(hash, who)))
    }

    /// Ends the log-in of this request, if there is one.
    pub async fn close(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let Some(secret) = cookie(headers) else { return Ok(()) };
        let hash = hash(&secret);
        self.seen.remove(&hash);
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(DELETE).bind(hash.as_slice()).execute(c).await.map(drop))?;
        tx.commit().await?;
        self.forget();
        Ok(())
    }

    /// The person of a request by token or cookie. `None`: nobody, or not any more.
    pub async fn who(&self, headers: &HeaderMap) -> Result<Option<Arc<Who>>, Problem> {
        let (secret, token) = match (bearer(headers), cookie(headers)) {
            (Some(token), _) => (token, true),
            (None, Some(cookie)) => (cookie, false),
            (None, None) => return Ok(None),
        };
        let hash = hash(&secret);
        let now = clock::now();
        let seen = self.seen.get(&hash).map(|entry| entry.value().clone());
        let age = |at: Moment| now.saturating_duration_since(at);
        if let Some((who, at)) = &seen
            && age(*at) < limit::LOGIN_FRESH
        {
            return Ok(Some(who.clone()));
        }
        match self.look_up(&hash, token).await {
            Ok(Some(found)) => Ok(Some(self.remember(hash, found))),
            Ok(None) => {
                self.seen.remove(&hash);
                Ok(None)
            }
            // The centre works on while the database is away: who was logged in stays so.
            Err(error) if db::away(&error) => match seen {
                Some((who, at)) if age(at) < limit::LOGIN_STALE => Ok(Some(who)),
                _ => Err(error.into()),
            },
            Err(error) => Err(error.into()),
        }
    }

    fn remember(&self, hash: [u8; 32], who: Who) -> Arc<Who> {
        let now = clock::now();
        if self.seen.len() >= limit::LOGINS {
            self.seen.retain(|_, (_, at)| now.saturating_duration_since(*at) < limit::LOGIN_FRESH);
            if self.seen.len() >= limit::LOGINS {
                self.seen.clear();
            }
        }
        let who = Arc::new(who);
        self.seen.insert(hash, (who.clone(), now));
        who
    }

    async fn look_up(&self, hash: &[u8; 32], token: bool) -> db::Result<Option<Who>> {
        let mut tx = self.db.read().await?;
        let now = tx.now();
        if token { by_token(&mut tx, hash).await } else { by_cookie(&mut tx, hash, now).await }
    }

    /// At most `PASSWORDS` at a time, `PASSWORDS_WAITING` in line.
    async fn verify(&self, password: String, hash: String) -> Result<bool, Problem> {
        if password.chars().count() > limit::PASSWORD {
            return Ok(false);
        }
        let Ok(_place) = self.waiting.clone().try_acquire_owned() else {
            return Err(Problem::too_many(2));
        };
        let Ok(permit) = self.passwords.clone().acquire_owned().await else {
            return Err(Problem::internal());
        };
        let checked = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            PasswordHash::new(&hash).is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok())
        });
        checked.await.map_err(|_| Problem::internal())
    }
}

/// The secret in the request's cookie.
pub fn cookie(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        // another program's cookie on this host may be no ASCII
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .flat_map(|value| Cookie::split_parse(value).collect::<Vec<_>>())
        .find_map(|cookie| cookie.ok().filter(|cookie| cookie.name() == COOKIE))
        .map(|cookie| cookie.value().to_owned())
        .filter(|secret| !secret.is_empty())
}

/// 256 random bits as text, and what the table keeps of them.
pub fn secret() -> (String, [u8; 32]) {
    let mut bytes = [0u8; 32];
    clock::entropy(&mut bytes);
    let text = URL_SAFE_NO_PAD.encode(bytes);
    let hash = hash(&text);
    (text, hash)
}

fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

async fn by_cookie(tx: &mut Tx, hash: &[u8; 32], now: DateTime<Utc>) -> db::Result<Option<Who>> {
    let row: Option<WhoRow> =
        on!(tx, c => sqlx::query_as(BY_COOKIE).bind(hash.as_slice()).bind(now).fetch_optional(c).await)?;
    complete(tx, row).await
}

async fn by_token(tx: &mut Tx, hash: &[u8; 32]) -> db::Result<Option<Who>> {
    let row: Option<WhoRow> = on!(tx, c => sqlx::query_as(BY_TOKEN).bind(hash.as_slice()).fetch_optional(c).await)?;
    complete(tx, row).await
}

async fn complete(tx: &mut Tx, row: Option<WhoRow>) -> db::Result<Option<Who>> {
    let Some(WhoRow { id, login, name, role, extension }) = row else {
        return Ok(None);
    };
    let queues = on!(tx, c => sqlx::query_scalar(QUEUES).bind(id).fetch_all(c).await)?;
    let buildings = on!(tx, c => sqlx::query_scalar(BUILDINGS).bind(id).fetch_all(c).await)?;
    Ok(Some(Who { id, login, name, role, extension, queues, buildings }))
}

impl<S: Send + Sync> FromRequestParts<S> for Who
where
    Logins: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Who, Problem> {
        let found = Logins::from_ref(state).who(&parts.headers).await?;
        found.map(Arc::unwrap_or_clone).ok_or_else(Problem::unauthorized)
    }
}

/// Hashes a password off the async threads. Slow on purpose (argon2id).
pub async fn hash_password(password: String) -> anyhow::Result<String> {
    tokio::task::spawn_blocking(move || argon(&password)).await?
}

fn argon(password: &str) -> anyhow::Result<String> {
    match Argon2::default().hash_password(password.as_bytes()) {
        Ok(hash) => Ok(hash.to_string()),
        Err(error) => anyhow::bail!("the password cannot be hashed: {error}"),
    }
}

/// The hash that unknown logins are checked against.
fn decoy() -> String {
    static DECOY: OnceLock<String> = OnceLock::new();
    DECOY.get_or_init(|| argon("nobody has this password").unwrap_or_default()).clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn the_secret_is_found_among_other_cookies() {
        fn check(lines: &[&'static str], expected: Option<&str>) {
            let lines = lines.iter().map(|line| (header::COOKIE, HeaderValue::from_static(line)));
            assert_eq!(cookie(&lines.clone().collect()).as_deref(), expected, "{:?}", lines.collect::<Vec<_>>());
        }
        check(&["linedesk_login=secret"], Some("secret"));
        check(&["theme=dark; linedesk_login=secret;last=1"], Some("secret"));
        check(&["theme=dark", "linedesk_login=secret"], Some("secret"));
        // the more specific path, which a browser names first
        check(&["linedesk_login=secret; linedesk_login=other"], Some("secret"));
        check(&["no cookie at all; =; linedesk_login=secret"], Some("secret"));
        check(&["linedesk_login="], None);
        check(&["not_linedesk_login=secret; linedesk_login2=secret"], None);
        check(&[], None);
    }
}
