//! SQL of recordings.

use super::proof::{Damage, Proof};
use super::{RecordingState, scope};
use crate::db::{Result, Select, Tx};
use crate::http::access::Scope;
use crate::on;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use types::{CallId, PersonId, RecordingId};
use utoipa::ToSchema;

const COLUMNS: &str =
    "SELECT r.id, r.call_id, r.started_at, r.duration_ms, r.state, r.size, r.sha256, r.chunks, r.verified_at,
    r.damage, r.held_at, r.held_by, r.held_reason, r.deleted_at, r.written_ms, c.node FROM recordings r JOIN calls c ON c.id = r.call_id";
const TO_VERIFY: &str = "SELECT r.id FROM recordings r JOIN calls c ON c.id = r.call_id WHERE r.state NOT IN ('running', 'deleted') \
    AND (r.verified_at IS NULL OR r.verified_at < $2) AND r.ended_at < $1 AND c.node = $3 ORDER BY r.verified_at, r.ended_at \
    LIMIT $4";
const KEPT: &str =
    "SELECT r.state, r.sha256, c.node FROM recordings r JOIN calls c ON c.id = r.call_id WHERE r.id = $1";
const SEALED: &str = "UPDATE recordings SET state = $2, size = $3, sha256 = $4, chunks = $5, damage = $6, written_ms = $7, \
    verified_at = $8 WHERE id = $1 AND deleted_at IS NULL";
const ENDED: &str = "SELECT r.id FROM recordings r JOIN calls c ON c.id = r.call_id WHERE c.node = $1 AND r.id > $2 \
    AND r.state NOT IN ('running', 'deleted') ORDER BY r.id LIMIT 1000";
const OVER: &str = "SELECT r.id FROM recordings r JOIN calls c ON c.id = r.call_id";
const NO_EMERGENCY_TICKET: &str = "NOT EXISTS (SELECT 1 FROM call_tickets l JOIN tickets t ON t.id = l.ticket_id \
    WHERE l.call_id = r.call_id AND t.kind = 'emergency')";
const DELETE: &str = "UPDATE recordings SET state = 'deleted', deleted_at = $2, size = NULL, damage = NULL \
    WHERE id = $1 AND held_at IS NULL AND deleted_at IS NULL AND state <> 'running'";
const DELETED: &str =
    "SELECT r.id FROM recordings r JOIN calls c ON c.id = r.call_id WHERE c.node = $1 AND r.deleted_at > $2";
/// Another reason changes neither when the hold began nor by whom.
const HOLD: &str = "UPDATE recordings SET held_at = CASE WHEN CAST($4 AS TEXT) IS NULL THEN NULL ELSE COALESCE(held_at, $2) END, \
    held_by = CASE WHEN CAST($4 AS TEXT) IS NULL THEN NULL ELSE COALESCE(held_by, $3) END, held_reason = $4 \
    WHERE id = $1 AND deleted_at IS NULL";
const OFFERED: &str = "NOT EXISTS (SELECT 1 FROM call_offers o WHERE o.call_id = r.call_id AND o.queue = ?)";

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
    /// When a legal hold began; null: there is none.
    pub held_at: Option<DateTime<Utc>>,
    pub held_by: Option<PersonId>,
    pub held_reason: Option<String>,
    pub deleted_at: Option<DateTime<Utc>>,
    /// When the file that was verified had been written.
    #[serde(skip)]
    pub written_ms: Option<i64>,
    /// On whose disk its file is.
    #[serde(skip)]
    pub node: String,
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

/// A node's recordings that ended before `ended` and were not verified since `verified`.
pub async fn to_verify(
    tx: &mut Tx,
    node: &str,
    ended: DateTime<Utc>,
    verified: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<RecordingId>> {
    on!(tx, c => sqlx::query_scalar(TO_VERIFY).bind(ended).bind(verified).bind(node).bind(limit).fetch_all(c).await)
}

/// Its state, the SHA-256 of its file as it was kept first, and whose it is.
pub async fn kept(tx: &mut Tx, id: RecordingId) -> Result<Option<(RecordingState, Option<String>, String)>> {
    on!(tx, c => sqlx::query_as(KEPT).bind(id).fetch_optional(c).await)
}

/// The next thousand of a node that have ended, in the order of their ids.
pub async fn ended_after(tx: &mut Tx, node: &str, id: RecordingId) -> Result<Vec<RecordingId>> {
    on!(tx, c => sqlx::query_scalar(ENDED).bind(node).bind(id).fetch_all(c).await)
}

/// What decides how long a recording is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Neither of an emergency queue nor with an emergency ticket.
    Other,
    Any,
}

/// A node's recordings of a class that ended before, are not held and not deleted; the oldest first.
pub async fn over(
    tx: &mut Tx,
    node: &str,
    class: Class,
    emergency_queues: &[String],
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<RecordingId>> {
    let mut select = Select::new(OVER);
    select.filter("r.deleted_at IS NULL AND r.held_at IS NULL AND r.state <> 'running'", []);
    select.filter("r.ended_at < ?", [before.into()]).filter("c.node = ?", [node.into()]);
    if class == Class::Other {
        select.filter(NO_EMERGENCY_TICKET, []);
        for queue in emergency_queues {
            // the queue of a call is the last one; a transfer makes no emergency less of one
            select.filter("c.queue IS NULL OR c.queue <> ?", [queue.as_str().into()]);
            select.filter(OFFERED, [queue.as_str().into()]);
        }
    }
    select.then("ORDER BY r.ended_at, r.id LIMIT ?", [limit.into()]);
    Ok(select.fetch::<(RecordingId,)>(tx).await?.into_iter().map(|(id,)| id).collect())
}

/// False: it is held, or gone already.
pub async fn delete(tx: &mut Tx, id: RecordingId, now: DateTime<Utc>) -> Result<bool> {
    let n = on!(tx, c => sqlx::query(DELETE).bind(id).bind(now).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(n > 0)
}

pub async fn deleted_since(tx: &mut Tx, node: &str, since: DateTime<Utc>) -> Result<Vec<RecordingId>> {
    on!(tx, c => sqlx::query_scalar(DELETED).bind(node).bind(since).fetch_all(c).await)
}

/// Begins a legal hold with its reason, or lifts it. False: the recording is deleted.
pub async fn hold(tx: &mut Tx, id: RecordingId, hold: Option<(DateTime<Utc>, PersonId, &str)>) -> Result<bool> {
    let (at, by, reason) = hold.map_or((None, None, None), |(at, by, reason)| (Some(at), Some(by), Some(reason)));
    let n = on!(tx, c => sqlx::query(HOLD).bind(id).bind(at).bind(by).bind(reason).execute(c).await
        .map(|done| done.rows_affected()))?;
    Ok(n > 0)
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
    let new = before.is_none_or(|(old, kept, _)| (old, kept) != (state, sha256.clone()));
    // it may have been deleted while it was read
    let written = on!(tx, c => sqlx::query(SEALED).bind(id).bind(state).bind(size).bind(sha256).bind(chunks).bind(damage)
        .bind(written_ms).bind(now).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(new && written > 0)
}
