//! SQL of log-ins and tokens, as people look at their own and administrators at anybody's.

use crate::db::{Result, Tx};
use crate::http::factor::Factor;
use crate::on;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use types::{Id as _, LoginId, PersonId, TokenId};
use utoipa::ToSchema;

const OPEN: &str = "SELECT hash, created_at, seen_at, expires_at, source, factor FROM logins \
    WHERE person_id = $1 AND expires_at > $2 ORDER BY created_at DESC, hash";
const END: &str = "DELETE FROM logins WHERE hash = $1 AND person_id = $2";
const END_OTHERS: &str = "DELETE FROM logins WHERE person_id = $1 AND hash <> $2";
const TOKENS: &str = "SELECT id, name, created_at, expires_at, used_at, scopes FROM tokens WHERE person_id = $1 \
    ORDER BY created_at DESC, id DESC";
const COUNT: &str = "SELECT count(*) FROM tokens WHERE person_id = $1";
const INSERT: &str = "INSERT INTO tokens (id, person_id, name, hash, created_at, expires_at, scopes) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const REVOKE: &str = "DELETE FROM tokens WHERE id = $1 AND person_id = $2";

/// A log-in that holds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenLogin {
    pub id: LoginId,
    pub created_at: DateTime<Utc>,
    /// When something was last asked with it, to the minute.
    pub seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// The address it was opened from.
    pub source: String,
    /// What was proved besides the password; None: nothing.
    pub factor: Option<Factor>,
    /// The one that asks.
    pub current: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    hash: Vec<u8>,
    created_at: DateTime<Utc>,
    seen_at: Option<DateTime<Utc>>,
    expires_at: DateTime<Utc>,
    source: String,
    factor: Option<Factor>,
}

/// A log-in is known by the beginning of the hash of its secret: it opens nothing, and the rows of all versions have it.
fn id_of(hash: &[u8]) -> LoginId {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash).for_each(|(to, from)| *to = *from);
    LoginId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Newest first. `current`: the hash of the one that asks.
/// `idle`: those unused for longer are over.
pub async fn open(
    tx: &mut Tx,
    person: PersonId,
    current: Option<&[u8; 32]>,
    idle: Option<TimeDelta>,
) -> Result<Vec<OpenLogin>> {
    let now = tx.now();
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(OPEN).bind(person).bind(now).fetch_all(c).await)?;
    let login = |row: Row| OpenLogin {
        id: id_of(&row.hash),
        created_at: row.created_at,
        seen_at: row.seen_at.unwrap_or(row.created_at),
        expires_at: row.expires_at,
        source: row.source,
        factor: row.factor,
        current: current.is_some_and(|hash| hash.as_slice() == row.hash),
    };
    let held = |login: &OpenLogin| idle.is_none_or(|idle| login.seen_at + idle > now);
    Ok(rows.into_iter().map(login).filter(held).collect())
}

/// False: the person has no such log-in.
pub async fn end(tx: &mut Tx, person: PersonId, id: LoginId) -> Result<bool> {
    let now = tx.now();
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(OPEN).bind(person).bind(now).fetch_all(c).await)?;
    let Some(row) = rows.into_iter().find(|row| id_of(&row.hash) == id) else { return Ok(false) };
    on!(tx, c => sqlx::query(END).bind(row.hash).bind(person).execute(c).await.map(drop))?;
    Ok(true)
}

/// All log-ins of a person but this one.
pub async fn end_others(tx: &mut Tx, person: PersonId, kept: &[u8; 32]) -> Result<()> {
    on!(tx, c => sqlx::query(END_OTHERS).bind(person).bind(kept.as_slice()).execute(c).await.map(drop))
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Token {
    pub id: TokenId,
    pub name: String,
    pub created_at: DateTime<Utc>,
    /// None: a token of a former version, which does not expire.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub used_at: Option<DateTime<Utc>>,
    /// Verbs that it is for, as in `Me.permissions`; None: all that the person may do by a program.
    pub scopes: Option<Vec<String>>,
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: TokenId,
    name: String,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    used_at: Option<DateTime<Utc>>,
    scopes: Option<String>,
}

pub async fn tokens(tx: &mut Tx, person: PersonId) -> Result<Vec<Token>> {
    let rows: Vec<TokenRow> = on!(tx, c => sqlx::query_as(TOKENS).bind(person).fetch_all(c).await)?;
    let token = |row: TokenRow| Token {
        id: row.id,
        name: row.name,
        created_at: row.created_at,
        expires_at: row.expires_at,
        used_at: row.used_at,
        scopes: row.scopes.map(|names| names.split(' ').map(str::to_owned).collect()),
    };
    Ok(rows.into_iter().map(token).collect())
}

pub async fn count(tx: &mut Tx, person: PersonId) -> Result<i64> {
    on!(tx, c => sqlx::query_scalar(COUNT).bind(person).fetch_one(c).await)
}

pub async fn insert(tx: &mut Tx, person: PersonId, token: &Token, hash: &[u8; 32]) -> Result<()> {
    let scopes = token.scopes.as_ref().map(|names| names.join(" "));
    on!(tx, c => sqlx::query(INSERT).bind(token.id).bind(person).bind(&token.name).bind(hash.as_slice())
        .bind(token.created_at).bind(token.expires_at).bind(scopes).execute(c).await.map(drop))
}

/// None: the person has no such token.
pub async fn revoke(tx: &mut Tx, person: PersonId, id: TokenId) -> Result<Option<Token>> {
    let token = tokens(tx, person).await?.into_iter().find(|token| token.id == id);
    let gone = on!(tx, c => sqlx::query(REVOKE).bind(id).bind(person).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(token.filter(|_| gone > 0))
}
