//! SQL of recordings.

use super::proof::{Damage, Proof};
use super::{RecordingState, scope};
use crate::db::{Result, Select, Tx};
use crate::http::access::Scope;
use crate::on;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use types::{AccessId, CallId, PersonId, RecordingId};
use utoipa::ToSchema;

const COLUMNS: &str =
    "SELECT r.id, r.call_id, r.started_at, r.duration_ms, r.state, r.size, r.sha256, r.chunks, r.verified_at,
    r.damage, r.written_ms FROM recordings r JOIN calls c ON c.id = r.call_id";
const TO_VERIFY: &str = "SELECT id FROM recordings WHERE state <> 'running' AND (verified_at IS NULL OR verified_at < $2) \
    AND ended_at < $1 ORDER BY verified_at, ended_at LIMIT $3";
const KEPT: &str = "SELECT state, sha256 FROM recordings WHERE id = $1";
const SEALED: &str = "UPDATE recordings SET state = $2, size = $3, sha256 = $4, chunks = $5, damage = $6, written_ms = $7, \
    verified_at = $8 WHERE id = $1";
const ALL: &str = "SELECT id FROM recordings WHERE id > $1 AND state <> 'running' ORDER BY id LIMIT 1000";
const ACCESS: &str = "INSERT INTO recording_accesses (id, recording_id, person_id, action, at, reason)
    VALUES ($1, $2, $3, $4, $5, NULL)";

const ACCESSED: &str = "SELECT count(*) FROM recording_accesses WHERE recording_id = $1 AND at > $3 AND person_id = $2";

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema, sqlx::FromRow)]
pub struct Recording {
    pub id: RecordingId,
    pub call_id: CallId,
    pub started_at: DateTime<Utc>,
    pub duration_ms: Option<i64>,
    pub state: RecordingState,
    /// Bytes of the encrypted file.
    pub size: Option<i64>,
    /// Of the whole encrypted file, as it was when the recording had ended; null: not yet verified.
    pub sha256: Option<String>,
    /// Parts of at most one second, each authenticated by itself.
    pub chunks: Option<i64>,
    pub verified_at: Option<DateTime<Utc>>,
    /// What is wrong with the file, and where.
    #[sqlx(json(nullable))]
    pub damage: Option<Vec<Damage>>,
    /// When the file that was verified had been written.
    #[serde(skip)]
    pub written_ms: Option<i64>,
}

pub async fn list(
    tx: &mut Tx,
    call: Option<CallId>,
    scope: &Scope,
    after: Option<(DateTime<Utc>, RecordingId)>,
    limit: i64,
) -> Result<Vec<Recording>> {
    let mut select = Select::new(COLUMNS);
    if let Some(call) = call {
        select.filter("r.call_id = ?", [call.into()]);
    }
    scope::within(&mut select, scope, tx.now());
    if let Some((at, id)) = after {
        select.filter("(r.started_at, r.id) < (?, ?)", [at.into(), id.into()]);
    }
    select.then("ORDER BY r.started_at DESC, r.id DESC LIMIT ?", [(limit + 1).into()]);
    select.fetch(tx).await
}

/// None: there is none, or it is out of scope.
pub async fn one(tx: &mut Tx, id: RecordingId, scope: &Scope) -> Result<Option<Recording>> {
    let mut select = Select::new(COLUMNS);
    select.filter("r.id = ?", [id.into()]);
    scope::within(&mut select, scope, tx.now());
    Ok(select.fetch(tx).await?.pop())
}

/// Recordings that ended before `ended` and were not verified since `verified`.
pub async fn to_verify(
    tx: &mut Tx,
    ended: DateTime<Utc>,
    verified: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<RecordingId>> {
    on!(tx, c => sqlx::query_scalar(TO_VERIFY).bind(ended).bind(verified).bind(limit).fetch_all(c).await)
}

/// Its state, and the SHA-256 of its file as it was kept first.
pub async fn kept(tx: &mut Tx, id: RecordingId) -> Result<Option<(RecordingState, Option<String>)>> {
    on!(tx, c => sqlx::query_as(KEPT).bind(id).fetch_optional(c).await)
}

/// The next thousand that have ended, in the order of their ids.
pub async fn ended_after(tx: &mut Tx, id: RecordingId) -> Result<Vec<RecordingId>> {
    on!(tx, c => sqlx::query_scalar(ALL).bind(id).fetch_all(c).await)
}

/// Keeps what its file shows. True: somebody who looks at it sees something new.
pub async fn sealed(
    tx: &mut Tx,
    id: RecordingId,
    state: RecordingState,
    proof: &Proof,
    sha256: Option<String>,
    written_ms: Option<i64>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let before = kept(tx, id).await?;
    let damage = (!proof.damage.is_empty()).then(|| sqlx::types::Json(proof.damage.clone()));
    let size = i64::try_from(proof.size).ok().filter(|size| *size > 0);
    let chunks = i64::try_from(proof.chunks).ok();
    let new = before != Some((state, sha256.clone()));
    on!(tx, c => sqlx::query(SEALED).bind(id).bind(state).bind(size).bind(sha256).bind(chunks).bind(damage).bind(written_ms)
        .bind(now).execute(c).await.map(drop))?;
    Ok(new)
}

/// Every listening is written down.
pub async fn accessed(
    tx: &mut Tx,
    id: AccessId,
    recording: RecordingId,
    person: PersonId,
    at: DateTime<Utc>,
) -> Result<()> {
    on!(tx, c => sqlx::query(ACCESS).bind(id).bind(recording).bind(person).bind("play").bind(at).execute(c).await.map(drop))
}

/// Has this person begun to listen after `since`?
pub async fn accessed_since(
    tx: &mut Tx,
    recording: RecordingId,
    person: PersonId,
    since: DateTime<Utc>,
) -> Result<bool> {
    let n: i64 =
        on!(tx, c => sqlx::query_scalar(ACCESSED).bind(recording).bind(person).bind(since).fetch_one(c).await)?;
    Ok(n > 0)
}
