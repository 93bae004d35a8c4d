//! Who is asking: passwords, cookies, tokens. The cookie is 256 random bits; the table holds only its SHA-256.

use super::throttle::Throttle;
use super::{App, Body, Problem, Role, limit};
use crate::db::{self, Tx};
use crate::{clock, on};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use axum::Json;
use axum::extract::{ConnectInfo, FromRequestParts, OptionalFromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use dashmap::DashMap;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;
use types::{BuildingId, Moment, PersonId};
use utoipa::ToSchema;

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

/// What log-ins need to remember.
#[derive(Debug)]
pub struct Logins {
    seen: DashMap<[u8; 32], (Arc<Who>, Moment)>,
    throttle: Throttle,
    passwords: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Default for Logins {
    fn default() -> Logins {
        Logins {
            seen: DashMap::new(),
            throttle: Throttle::default(),
            passwords: Arc::new(Semaphore::new(limit::PASSWORDS)),
            waiting: Arc::new(Semaphore::new(limit::PASSWORDS_WAITING)),
        }
    }
}

impl Logins {
    /// A person or a token changed: look everybody up again.
    pub fn forget(&self) {
        self.seen.clear();
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    login: String,
    password: String,
}

#[utoipa::path(post, path = "/api/v1/login", tag = "login", request_body = Credentials, responses(
    (status = 200, body = super::me::Me, description = "sets the cookie linedesk_login"),
    (status = 401, body = Problem), (status = 429, body = Problem)))]
pub async fn open(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Body(asked): Body<Credentials>,
) -> Result<Response, Problem> {
    let login = asked.login.trim().to_lowercase();
    let source = peer.ip();
    if let Some(seconds) = app.logins.throttle.wait(clock::now(), source, &login) {
        return Err(Problem::too_many(seconds));
    }
    let mut tx = app.db.read().await?;
    let found: Option<(PersonId, String, bool)> =
        on!(&mut tx, c => sqlx::query_as(BY_LOGIN).bind(&login).fetch_optional(c).await)?;
    drop(tx);
    // An unknown login costs the same time and gives the same answer as a wrong password.
    let hash = found.as_ref().map_or_else(decoy, |(_, hash, _)| hash.clone());
    let right = verify(&app.logins, asked.password, hash).await?;
    let Some((person, _, _)) = found.filter(|(_, _, active)| right && *active) else {
        app.logins.throttle.failed(clock::now(), source, &login);
        let detail = "The login or the password is wrong.";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "wrong-password", "Log-in failed", detail));
    };
    app.logins.throttle.succeeded(source, &login);
    let (secret, who) = begin(&app, person, source).await?;
    let mut response = Json(super::me::Me::from(&*who)).into_response();
    response.headers_mut().insert(header::SET_COOKIE, set_cookie(&secret, limit::LOGIN.as_secs(), app.settings.https));
    Ok(response)
}

async fn begin(app: &App, person: PersonId, source: IpAddr) -> Result<(String, Arc<Who>), Problem> {
    let (secret, hash) = secret();
    let now = clock::utc();
    let expires = now + TimeDelta::from_std(limit::LOGIN).unwrap_or_default();
    let mut tx = app.db.write().await?;
    on!(&mut tx, c => sqlx::query(DELETE_EXPIRED).bind(now).execute(c).await.map(drop))?;
    on!(&mut tx, c => sqlx::query(INSERT).bind(hash.as_slice()).bind(person).bind(now).bind(expires)
        .bind(source.to_string()).execute(c).await.map(drop))?;
    let who = by_cookie(&mut tx, &hash, now).await?.ok_or_else(Problem::unauthorized)?;
    tx.commit().await?;
    Ok((secret, remember(&app.logins, hash, who)))
}

#[utoipa::path(delete, path = "/api/v1/login", tag = "login", responses((status = 204)))]
pub async fn close(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(secret) = cookie(&headers) {
        let hash = hash(&secret);
        app.logins.seen.remove(&hash);
        let mut tx = app.db.write().await?;
        on!(&mut tx, c => sqlx::query(DELETE).bind(hash.as_slice()).execute(c).await.map(drop))?;
        tx.commit().await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    response.headers_mut().insert(header::SET_COOKIE, set_cookie("", 0, app.settings.https));
    Ok(response)
}

fn set_cookie(secret: &str, seconds: u64, https: bool) -> HeaderValue {
    let secure = if https { "; Secure" } else { "" };
    let text = format!("{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

/// The secret in the request's cookie.
pub fn cookie(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
        .filter(|v| !v.is_empty())
        .map(str::to_owned)
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

/// Finds the person of a request by token or cookie. `None`: nobody, or not any more.
pub async fn who(app: &App, headers: &HeaderMap) -> Result<Option<Arc<Who>>, Problem> {
    let (secret, token) = match (bearer(headers), cookie(headers)) {
        (Some(token), _) => (token, true),
        (None, Some(cookie)) => (cookie, false),
        (None, None) => return Ok(None),
    };
    let hash = hash(&secret);
    let now = clock::now();
    let seen = app.logins.seen.get(&hash).map(|entry| entry.value().clone());
    let age = |at: Moment| now.saturating_duration_since(at);
    if let Some((who, at)) = &seen
        && age(*at) < limit::LOGIN_FRESH
    {
        return Ok(Some(who.clone()));
    }
    match look_up(app, &hash, token).await {
        Ok(Some(found)) => Ok(Some(remember(&app.logins, hash, found))),
        Ok(None) => {
            app.logins.seen.remove(&hash);
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

fn remember(logins: &Logins, hash: [u8; 32], who: Who) -> Arc<Who> {
    let now = clock::now();
    if logins.seen.len() >= limit::LOGINS {
        logins.seen.retain(|_, (_, at)| now.saturating_duration_since(*at) < limit::LOGIN_FRESH);
        if logins.seen.len() >= limit::LOGINS {
            logins.seen.clear();
        }
    }
    let who = Arc::new(who);
    logins.seen.insert(hash, (who.clone(), now));
    who
}

async fn look_up(app: &App, hash: &[u8; 32], token: bool) -> db::Result<Option<Who>> {
    let mut tx = app.db.read().await?;
    if token { by_token(&mut tx, hash).await } else { by_cookie(&mut tx, hash, clock::utc()).await }
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

impl FromRequestParts<Arc<App>> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Who, Problem> {
        match who(app, &parts.headers).await? {
            Some(who) => Ok(Arc::unwrap_or_clone(who)),
            None => Err(Problem::unauthorized()),
        }
    }
}

impl OptionalFromRequestParts<Arc<App>> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Option<Who>, Problem> {
        Ok(who(app, &parts.headers).await?.map(Arc::unwrap_or_clone))
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

/// At most `PASSWORDS` at a time, `PASSWORDS_WAITING` in line.
async fn verify(logins: &Logins, password: String, hash: String) -> Result<bool, Problem> {
    if password.chars().count() > limit::PASSWORD {
        return Ok(false);
    }
    let Ok(_place) = logins.waiting.clone().try_acquire_owned() else {
        return Err(Problem::too_many(2));
    };
    let Ok(permit) = logins.passwords.clone().acquire_owned().await else {
        return Err(Problem::internal());
    };
    let checked = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        PasswordHash::new(&hash).is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok())
    });
    checked.await.map_err(|_| Problem::internal())
}
