//! Who is asking: passwords, cookies, tokens. The cookie is 256 random bits; the table holds only its SHA-256.

pub use super::passwords::hash_password;

use super::factor::{self, Challenge, Factor};
use super::passwords::Passwords;
use super::throttle::{Attempt, Throttle};
use super::{Problem, Role, Verb, audit, limit, security_key};
use crate::config::{Logins as Rules, SecondFactor};
use crate::db::{self, Db, Tx};
use crate::recordings::key::Keys;
use crate::{clock, on};
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
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OnceCell, watch};
use types::{BuildingId, Moment, PersonId, TokenId};
use webauthn_rs::prelude::Webauthn;

/// The cookie's name; the longer one where browsers come by HTTPS: they take it from this very host only, and no sibling host can set it
/// (RFC 6265bis 4.1.3.2).
pub const COOKIE: &str = "linedesk_login";
pub const COOKIE_HTTPS: &str = "__Host-linedesk_login";
/// A page says with this header that it asks by itself, nobody having touched it for a while: such a request does not keep an idle log-in
/// alive.
pub const BACKGROUND: &str = "x-linedesk-background";

const BY_LOGIN: &str = "SELECT id, password, active FROM people WHERE login = $1";
const PASSWORD: &str = "SELECT password FROM people WHERE id = $1";
const BY_COOKIE: &str = "SELECT p.id, p.login, p.name, p.role, p.extension, l.created_at, l.seen_at, l.expires_at, \
    p.factor_due_at, EXISTS (SELECT 1 FROM totp_secrets s WHERE s.person_id = p.id AND s.confirmed_at IS NOT NULL) \
    OR EXISTS (SELECT 1 FROM security_keys k WHERE k.person_id = p.id) AS has_factor \
    FROM logins l JOIN people p ON p.id = l.person_id WHERE l.hash = $1 AND p.active";
const BY_TOKEN: &str = "SELECT p.id, p.login, p.name, p.role, p.extension, t.id AS token_id, t.scopes, t.used_at, t.expires_at \
    FROM tokens t JOIN people p ON p.id = t.person_id WHERE t.hash = $1 AND p.active";
/// Where logins succeeded, newest first: of log-ins that hold, and of those in the audit.
const KNOWN: &str = "SELECT login, source FROM (SELECT p.login, l.source, l.created_at AS at FROM logins l \
    JOIN people p ON p.id = l.person_id UNION ALL SELECT p.login, a.address, a.at FROM audit_events a \
    JOIN people p ON p.id = a.actor_id WHERE a.action IN ('login.open', 'login.prove') AND a.at > $1 AND a.status = 200 \
    AND a.address IS NOT NULL) known GROUP BY login, source ORDER BY max(at) DESC LIMIT $2";
const QUEUES: &str = "SELECT queue FROM person_queues WHERE person_id = $1 ORDER BY queue";
const BUILDINGS: &str = "SELECT building_id FROM person_buildings WHERE person_id = $1";
const INSERT: &str = "INSERT INTO logins (hash, person_id, created_at, expires_at, source, seen_at, factor) VALUES ($1, $2, $3, $4, $5, $3, $6)";
const DUE: &str = "UPDATE people SET factor_due_at = $2 WHERE id = $1 AND factor_due_at IS NULL";
const PROVED: &str = "UPDATE logins SET factor = $2 WHERE hash = $1";
const DELETE: &str = "DELETE FROM logins WHERE hash = $1";
const DELETE_EXPIRED: &str = "DELETE FROM logins WHERE expires_at <= $1";
const SEEN: &str = "UPDATE logins SET seen_at = $2 WHERE hash = $1";
const USED: &str = "UPDATE tokens SET used_at = $2 WHERE hash = $1";

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
    pub through: Through,
    /// From when on the person may do nothing else before a second factor is set up; None: has one, or needs none.
    pub factor_due_at: Option<DateTime<Utc>>,
    /// That time has come.
    pub factor_due: bool,
}

/// How a person came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Through {
    /// The hash of the cookie.
    Cookie([u8; 32]),
    /// With the verbs it is for; None: all that the person has.
    Token(TokenId, Option<Vec<Verb>>),
    /// The server asks for somebody.
    Server,
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
            through: Through::Server,
            factor_due_at: None,
            factor_due: false,
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

#[derive(sqlx::FromRow)]
struct LoginRow {
    #[sqlx(flatten)]
    who: WhoRow,
    created_at: DateTime<Utc>,
    seen_at: Option<DateTime<Utc>>,
    expires_at: DateTime<Utc>,
    factor_due_at: Option<DateTime<Utc>>,
    has_factor: bool,
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    #[sqlx(flatten)]
    who: WhoRow,
    token_id: TokenId,
    scopes: Option<String>,
    used_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
}

/// Does a request count as use?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    Yes,
    /// It came by itself: a WebSocket that looks at its log-in, a page that nobody touches.
    No,
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
    throttle: Throttle,
    /// The throttle knows where logins succeeded before this process.
    learned: Arc<OnceCell<()>>,
    passwords: Passwords,
    rules: Arc<Rules>,
    https: bool,
    keys: Arc<Keys>,
    site: Option<Arc<Webauthn>>,
}

/// How browsers reach this server.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// By HTTPS only.
    pub https: bool,
    /// The configuration's `http.hosts`; security keys are for the first.
    pub hosts: Vec<String>,
}

/// The answer to a challenge.
pub enum Answer {
    Code(String),
    Key(serde_json::Value),
}

/// What a right password leads to.
pub enum Opened {
    /// The cookie's secret.
    LoggedIn(String, Arc<Who>),
    Asked(Challenge),
}

impl Logins {
    /// `keys`: which secrets of second factors are sealed with.
    pub fn new(db: Db, rules: Rules, site: &Site, keys: Arc<Keys>) -> Logins {
        Logins {
            db,
            seen: Arc::default(),
            changes: watch::Sender::default(),
            throttle: Throttle::default(),
            learned: Arc::default(),
            passwords: Passwords::default(),
            rules: Arc::new(rules),
            https: site.https,
            keys,
            site: security_key::site(&site.hosts, site.https).map(Arc::new),
        }
    }

    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Where security keys are asked; None: this server has no name that they could be for.
    pub fn site(&self) -> Option<&Webauthn> {
        self.site.as_deref()
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
            match self.by(&headers, Use::No).await {
                Ok(Some(who)) if still(&who) => {}
                Ok(_) => return,
                Err(_) => tracing::debug!("a log-in cannot be looked at; its WebSocket stays"),
            }
            let _ = tokio::time::timeout(limit::LOGIN_CHECK, changes.changed()).await;
        }
    }

    /// The name of this server's cookie.
    pub fn cookie_name(&self) -> &'static str {
        if self.https { COOKIE_HTTPS } else { COOKIE }
    }

    /// The person whose password this is. Attempts are counted and slowed down.
    pub async fn open(&self, source: IpAddr, login: &str, password: String) -> Result<Opened, Problem> {
        let login = login.trim().to_lowercase();
        let mut tx = self.db.read().await?;
        let found: Option<(PersonId, String, bool)> =
            on!(&mut tx, c => sqlx::query_as(BY_LOGIN).bind(&login).fetch_optional(c).await)?;
        drop(tx);
        let (person, hash) = match found {
            Some((person, hash, true)) => (Some(person), Some(hash)),
            Some((person, _, false)) => (Some(person), None),
            None => (None, None),
        };
        person.into_iter().for_each(audit::about);
        // An unknown login costs the same time and gives the same answer as a wrong password.
        let right = self.right(source, &login, password, hash).await?;
        let Some((person, attempt)) = person.zip(right) else {
            let detail = "The login or the password is wrong.";
            return Err(Problem::new(StatusCode::UNAUTHORIZED, "wrong-password", "Log-in failed", detail));
        };
        attempt.decided_by(self.password_is_right(source, person)).await
    }

    /// And whether it is enough: then the attempt has succeeded. Else it has not been decided yet, or whoever has the password could
    /// have each wrong code forgotten by sending it again.
    async fn password_is_right(&self, source: IpAddr, person: PersonId) -> Result<(Opened, Option<bool>), Problem> {
        let mut tx = self.db.write().await?;
        let factors = factor::of(&mut tx, person).await?;
        if factors.is_empty() {
            let (secret, hash, who) = self.begin(&mut tx, person, source, None).await?;
            tx.commit().await?;
            return Ok((Opened::LoggedIn(secret, self.remember(hash, who)), Some(true)));
        }
        let mut challenge = factor::ask(&mut tx, person, factors).await?;
        if let Some(site) = self.site() {
            challenge.key = security_key::challenge(&mut tx, site, person, &challenge.challenge).await?;
        }
        tx.commit().await?;
        audit::noted();
        Ok((Opened::Asked(challenge), None))
    }

    /// The second step of a log-in: the answer to a challenge. Counted as passwords are.
    pub async fn answer(&self, source: IpAddr, challenge: &str, answer: Answer) -> Result<(String, Arc<Who>), Problem> {
        let over = || {
            let detail = "The password was given too long ago, or this was answered already.";
            Problem::new(StatusCode::UNAUTHORIZED, "challenge-over", "Log in again", detail)
        };
        let mut tx = self.db.read().await?;
        let (person, login) = factor::asked(&mut tx, challenge).await?.ok_or_else(over)?;
        drop(tx);
        audit::about(person);
        let attempt = self.attempt(source, &login).await?;
        let done = async {
            let mut tx = self.db.write().await?;
            let Some(factor) = self.proof(&mut tx, person, challenge, answer).await? else {
                return Ok((None, Some(false)));
            };
            if !factor::answered(&mut tx, challenge).await? {
                return Err(over());
            }
            let (secret, hash, who) = self.begin(&mut tx, person, source, Some(factor)).await?;
            tx.commit().await?;
            Ok((Some((secret, self.remember(hash, who))), Some(true)))
        };
        match attempt.decided_by(done).await? {
            Some(opened) => Ok(opened),
            None => {
                audit::failed(&login);
                Err(wrong_code())
            }
        }
    }

    async fn proof(
        &self,
        tx: &mut Tx,
        person: PersonId,
        challenge: &str,
        answer: Answer,
    ) -> Result<Option<Factor>, Problem> {
        match (answer, self.site()) {
            (Answer::Code(code), _) => factor::prove(tx, &self.keys, person, &code).await,
            (Answer::Key(answer), Some(site)) => {
                let proved = security_key::prove(tx, site, person, challenge, answer).await?;
                Ok(proved.then_some(Factor::Key))
            }
            (Answer::Key(_), None) => Ok(None),
        }
    }

    /// Is this the password of who is logged in already? Guessed as slowly as at the log-in.
    pub async fn confirm(&self, source: IpAddr, who: &Who, password: String) -> Result<bool, Problem> {
        let Some(attempt) = self.right(source, &who.login, password, self.hash_of(who).await?).await? else {
            return Ok(false);
        };
        attempt.succeeded();
        Ok(true)
    }

    /// Are these the password and the second factor of who is logged in already?
    pub async fn confirm_both(&self, source: IpAddr, who: &Who, password: String, code: &str) -> Result<(), Problem> {
        let Some(attempt) = self.right(source, &who.login, password, self.hash_of(who).await?).await? else {
            return Err(Problem::invalid("password", "is not your password"));
        };
        let proved = async {
            let mut tx = self.db.write().await?;
            let proved = factor::prove(&mut tx, &self.keys, who.id, code).await?.is_some();
            tx.commit_alone().await?;
            Ok((proved, Some(proved)))
        };
        if attempt.decided_by(proved).await? {
            Ok(())
        } else {
            audit::failed(&who.login);
            Err(Problem::invalid("code", "is wrong or was used already"))
        }
    }

    /// Counts an attempt. A source where the login succeeded before a restart is known after it.
    async fn attempt(&self, source: IpAddr, login: &str) -> Result<Attempt, Problem> {
        self.learned.get_or_try_init(|| self.learn()).await?;
        self.throttle.attempt(source, throttled(login)).await.inspect_err(|_| audit::failed(login))
    }

    async fn learn(&self) -> db::Result<()> {
        let mut tx = self.db.read().await?;
        let since = tx.now() - TimeDelta::days(limit::SOURCE_KNOWN_DAYS);
        let most = i64::try_from(types::limit::GUARDED / 2).unwrap_or(i64::MAX);
        let found: Vec<(String, String)> =
            on!(&mut tx, c => sqlx::query_as(KNOWN).bind(since).bind(most).fetch_all(c).await)?;
        for (login, source) in found {
            if let Ok(source) = source.parse() {
                self.throttle.know(source, throttled(&login));
            }
        }
        Ok(())
    }

    async fn hash_of(&self, who: &Who) -> Result<Option<String>, Problem> {
        let mut tx = self.db.read().await?;
        Ok(on!(&mut tx, c => sqlx::query_scalar(PASSWORD).bind(who.id).fetch_optional(c).await)?)
    }

    /// None: the password is wrong, and the attempt has failed.
    async fn right(
        &self,
        source: IpAddr,
        login: &str,
        password: String,
        hash: Option<String>,
    ) -> Result<Option<Attempt>, Problem> {
        let attempt = self.attempt(source, login).await?;
        // Only now: whoever must wait takes no place from those who need not.
        let _place = match self.passwords.place() {
            Ok(place) => place,
            Err(problem) => {
                attempt.undone();
                audit::failed(login);
                return Err(problem);
            }
        };
        match self.passwords.verify(password, hash).await {
            Ok(true) => Ok(Some(attempt)),
            Ok(false) => {
                audit::failed(login);
                Ok(None)
            }
            Err(problem) => {
                attempt.undone();
                Err(problem)
            }
        }
    }

    /// The hash of a new password, in the same line as passwords that are looked at.
    pub async fn hash(&self, password: String) -> Result<String, Problem> {
        let _place = self.passwords.place()?;
        self.passwords.hash(password).await
    }

    /// Gives the cookie's secret and its hash.
    async fn begin(
        &self,
        tx: &mut Tx,
        person: PersonId,
        source: IpAddr,
        factor: Option<Factor>,
    ) -> Result<(String, [u8; 32], Who), Problem> {
        let (secret, hash) = secret();
        let now = tx.now();
        let expires = now + TimeDelta::from_std(limit::LOGIN).unwrap_or_default();
        on!(tx, c => sqlx::query(DELETE_EXPIRED).bind(now).execute(c).await.map(drop))?;
        on!(tx, c => sqlx::query(INSERT).bind(hash.as_slice()).bind(person).bind(now).bind(expires)
            .bind(source.to_string()).bind(factor).execute(c).await.map(drop))?;
        let who = self.by_cookie(tx, &hash, now).await?.ok_or_else(Problem::unauthorized)?.0;
        let who = match factor {
            None if self.needs_factor(who.role) => {
                let grace = TimeDelta::from_std(self.rules.second_factor_grace).unwrap_or_default();
                on!(tx, c => sqlx::query(DUE).bind(person).bind(now + grace).execute(c).await.map(drop))?;
                self.by_cookie(tx, &hash, now).await?.ok_or_else(Problem::unauthorized)?.0
            }
            _ => who,
        };
        audit::sign(&who);
        audit::about(person);
        audit::detail("factor", factor);
        Ok((secret, hash, who))
    }

    /// A second factor was proved by who is logged in.
    pub async fn proved(&self, tx: &mut Tx, who: &Who, factor: Factor) -> db::Result<()> {
        let Through::Cookie(hash) = &who.through else { return Ok(()) };
        on!(tx, c => sqlx::query(PROVED).bind(hash.as_slice()).bind(factor).execute(c).await.map(drop))
    }

    /// How long a log-in of this role is kept unused. None: until it expires.
    pub fn idle(&self, role: Role) -> Option<TimeDelta> {
        idle(&self.rules, role).and_then(|idle| TimeDelta::from_std(idle).ok())
    }

    /// Must people of this role have a second factor?
    pub fn needs_factor(&self, role: Role) -> bool {
        match self.rules.second_factor {
            SecondFactor::Optional => false,
            SecondFactor::Supervisors => matches!(role, Role::Supervisor | Role::Administrator),
        }
    }

    /// Ends the log-in of this request, if there is one.
    pub async fn close(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let Some(secret) = cookie(headers, self.cookie_name()) else { return Ok(()) };
        let hash = hash(&secret);
        self.seen.remove(&hash);
        let mut tx = self.db.write().await?;
        let now = tx.now();
        if let Some((who, _)) = self.by_cookie(&mut tx, &hash, now).await? {
            on!(&mut tx, c => sqlx::query(DELETE).bind(hash.as_slice()).execute(c).await.map(drop))?;
            audit::sign(&who);
            audit::about(who.id);
        }
        tx.commit().await?;
        self.forget();
        Ok(())
    }

    /// The person of a request by token or cookie. `None`: nobody, or not any more.
    pub async fn who(&self, headers: &HeaderMap) -> Result<Option<Arc<Who>>, Problem> {
        self.by(headers, if headers.contains_key(BACKGROUND) { Use::No } else { Use::Yes }).await
    }

    async fn by(&self, headers: &HeaderMap, used: Use) -> Result<Option<Arc<Who>>, Problem> {
        let (secret, token) = match (bearer(headers), cookie(headers, self.cookie_name())) {
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
        match self.look_up(&hash, token, used).await {
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

    async fn look_up(&self, hash: &[u8; 32], token: bool, used: Use) -> db::Result<Option<Who>> {
        let mut tx = self.db.read().await?;
        let now = tx.now();
        let found =
            if token { by_token(&mut tx, hash, now).await? } else { self.by_cookie(&mut tx, hash, now).await? };
        drop(tx);
        let Some((who, last)) = found else { return Ok(None) };
        let long_ago = last.is_none_or(|last| now - last >= TimeDelta::from_std(limit::USE_NOTED).unwrap_or_default());
        if used == Use::Yes
            && long_ago
            && let Err(error) = self.note_use(hash, token, now).await
        {
            tracing::debug!(%error, "the use of a log-in could not be noted");
        }
        Ok(Some(who))
    }

    async fn note_use(&self, hash: &[u8; 32], token: bool, now: DateTime<Utc>) -> db::Result<()> {
        let sql = if token { USED } else { SEEN };
        let mut tx = self.db.write().await?;
        on!(&mut tx, c => sqlx::query(sql).bind(hash.as_slice()).bind(now).execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// And when the log-in was last used.
    async fn by_cookie(
        &self,
        tx: &mut Tx,
        hash: &[u8; 32],
        now: DateTime<Utc>,
    ) -> db::Result<Option<(Who, Option<DateTime<Utc>>)>> {
        let row: Option<LoginRow> =
            on!(tx, c => sqlx::query_as(BY_COOKIE).bind(hash.as_slice()).fetch_optional(c).await)?;
        let Some(row) = row else { return Ok(None) };
        let last = row.seen_at.unwrap_or(row.created_at);
        let idle = self.idle(row.who.role);
        if row.expires_at <= now || idle.is_some_and(|idle| last + idle <= now) {
            return Ok(None);
        }
        let due_at = row.factor_due_at.filter(|_| !row.has_factor && self.needs_factor(row.who.role));
        let mut who = complete(tx, row.who, Through::Cookie(*hash)).await?;
        (who.factor_due_at, who.factor_due) = (due_at, due_at.is_some_and(|due| due <= now));
        if who.factor_due {
            // nobody is rung who may not take calls
            who.extension = None;
        }
        Ok(Some((who, Some(last))))
    }
}

/// The secret in the request's cookie of this name.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        // another program's cookie on this host may be no ASCII
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .flat_map(|value| Cookie::split_parse(value).collect::<Vec<_>>())
        .find_map(|cookie| cookie.ok().filter(|cookie| cookie.name() == name))
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

/// What a table keeps of a secret.
pub(super) fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// A login as the throttle counts it: no longer than one that can exist.
fn throttled(login: &str) -> &str {
    let end = (0..=limit::LOGIN_BYTES.min(login.len())).rev().find(|end| login.is_char_boundary(*end));
    end.and_then(|end| login.get(..end)).unwrap_or_default()
}

fn wrong_code() -> Problem {
    let detail =
        "The code or the key's answer is wrong, was used already, or is of another time: check the clock of the phone.";
    Problem::new(StatusCode::UNAUTHORIZED, "wrong-code", "Log-in failed", detail)
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// None: a log-in of this role does not end by itself before it expires.
fn idle(rules: &Rules, role: Role) -> Option<Duration> {
    let idle = match role {
        Role::Dispatcher => rules.idle_dispatcher,
        Role::Supervisor => rules.idle_supervisor,
        Role::Administrator => rules.idle_administrator,
        Role::Technician => rules.idle_technician,
    };
    Some(idle).filter(|idle| !idle.is_zero())
}

async fn by_token(
    tx: &mut Tx,
    hash: &[u8; 32],
    now: DateTime<Utc>,
) -> db::Result<Option<(Who, Option<DateTime<Utc>>)>> {
    let row: Option<TokenRow> = on!(tx, c => sqlx::query_as(BY_TOKEN).bind(hash.as_slice()).fetch_optional(c).await)?;
    let Some(row) = row.filter(|row| row.expires_at.is_none_or(|expires| expires > now)) else { return Ok(None) };
    // a verb that this version does not know any more is none
    let scopes = row.scopes.map(|names| names.split(' ').filter_map(Verb::named).collect());
    Ok(Some((complete(tx, row.who, Through::Token(row.token_id, scopes)).await?, row.used_at)))
}

async fn complete(tx: &mut Tx, row: WhoRow, through: Through) -> db::Result<Who> {
    let WhoRow { id, login, name, role, extension } = row;
    let queues = on!(tx, c => sqlx::query_scalar(QUEUES).bind(id).fetch_all(c).await)?;
    let buildings = on!(tx, c => sqlx::query_scalar(BUILDINGS).bind(id).fetch_all(c).await)?;
    Ok(Who { id, login, name, role, extension, queues, buildings, through, factor_due_at: None, factor_due: false })
}

/// Whoever is logged in, also who may do nothing before a second factor is set up.
pub struct Anyone(pub Who);

impl<S: Send + Sync> FromRequestParts<S> for Anyone
where
    Logins: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Anyone, Problem> {
        let found = Logins::from_ref(state).who(&parts.headers).await?;
        let who = found.map(Arc::unwrap_or_clone).ok_or_else(Problem::unauthorized)?;
        audit::sign(&who);
        Ok(Anyone(who))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Who
where
    Logins: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Who, Problem> {
        let Anyone(who) = Anyone::from_request_parts(parts, state).await?;
        if who.factor_due { Err(Problem::factor_due()) } else { Ok(who) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn the_secret_is_found_among_other_cookies() {
        fn check(lines: &[&'static str], expected: Option<&str>) {
            let lines = lines.iter().map(|line| (header::COOKIE, HeaderValue::from_static(line)));
            assert_eq!(
                cookie(&lines.clone().collect(), COOKIE).as_deref(),
                expected,
                "{:?}",
                lines.collect::<Vec<_>>()
            );
        }
        check(&["linedesk_login=secret"], Some("secret"));
        check(&["theme=dark; linedesk_login=secret;last=1"], Some("secret"));
        check(&["theme=dark", "linedesk_login=secret"], Some("secret"));
        // the more specific path, which a browser names first
        check(&["linedesk_login=secret; linedesk_login=other"], Some("secret"));
        check(&["no cookie at all; =; linedesk_login=secret"], Some("secret"));
        check(&["linedesk_login="], None);
        check(&["__Host-linedesk_login=secret"], None);
        check(&["not_linedesk_login=secret; linedesk_login2=secret"], None);
        check(&[], None);
    }
}
