//! SQL of drafts of calls.

use super::{CallDraft, DraftContent, limit};
use crate::db::{Db, Result, Tx};
use crate::on;
use crate::people;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::types::Json;
use types::{CallId, PersonId};

const CALL: &str = "SELECT count(*) FROM calls WHERE id = $1";
const ONE: &str = "SELECT version, content, changed_at, changed_by FROM call_drafts WHERE call_id = $1";
const OF_PERSON: &str = "SELECT count(*) FROM call_drafts WHERE changed_by = $1";
const NEW: &str = "INSERT INTO call_drafts (call_id, version, content, changed_at, changed_by)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
const CHANGE: &str = "UPDATE call_drafts SET version = version + 1, content = $3, changed_at = $4, changed_by = $5
    WHERE call_id = $1 AND version = $2";
/// Not while somebody talks or owes the outcome of a part: whoever transferred a call may say more until then.
const DELETE: &str = "DELETE FROM call_drafts WHERE call_id = $1
    AND call_id IN (SELECT id FROM calls WHERE id = $1 AND state = 'ended')
    AND NOT EXISTS (SELECT 1 FROM call_parts WHERE call_id = $1 AND disposition IS NULL)";
const FORGET: &str = "DELETE FROM call_drafts WHERE changed_at < $1
    OR call_id IN (SELECT id FROM calls WHERE disposed_at < $2 AND state = 'ended')";
const TALKED: &str = "SELECT DISTINCT agent_id FROM call_offers WHERE call_id = $1 AND result = 'answered'";

pub async fn call_exists(tx: &mut Tx, call: CallId) -> Result<bool> {
    on!(tx, c => Ok(sqlx::query_scalar::<_, i64>(CALL).bind(call).fetch_one(c).await? > 0))
}

pub async fn one(tx: &mut Tx, call: CallId) -> Result<CallDraft> {
    type Row = (i64, Json<DraftContent>, DateTime<Utc>, PersonId);
    let row: Option<Row> = on!(tx, c => sqlx::query_as(ONE).bind(call).fetch_optional(c).await)?;
    let Some((version, Json(content), changed_at, by)) = row else {
        return Ok(CallDraft::none());
    };
    let changed_by = people::store::names(tx, [by]).await?.remove(&by);
    Ok(CallDraft { version, content, changed_at: Some(changed_at), changed_by })
}

pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<i64> {
    on!(tx, c => sqlx::query_scalar(OF_PERSON).bind(person).fetch_one(c).await)
}

/// False: the draft has another version by now. The first version is the time, so that after a deletion none comes again.
pub async fn put(tx: &mut Tx, call: CallId, version: i64, content: &DraftContent, person: PersonId) -> Result<bool> {
    let now = tx.now();
    let (sql, version) = if version == 0 { (NEW, now.timestamp_millis()) } else { (CHANGE, version) };
    let content = Json(content);
    Ok(on!(tx, c => sqlx::query(sql).bind(call).bind(version).bind(content).bind(now).bind(person).execute(c).await
        .map(|done| done.rows_affected()))?
        > 0)
}

/// The outcome of the call is said. What is left by chance goes with [`forget_old`].
pub async fn delete(tx: &mut Tx, call: CallId) -> Result<()> {
    on!(tx, c => sqlx::query(DELETE).bind(call).execute(c).await.map(drop))
}

/// Everybody who talked with the caller.
pub async fn talked(tx: &mut Tx, call: CallId) -> Result<Vec<PersonId>> {
    on!(tx, c => sqlx::query_scalar(TALKED).bind(call).fetch_all(c).await)
}

pub async fn forget_old(db: &Db) -> Result<u64> {
    let mut tx = db.write().await?;
    let (before, said) = (tx.now() - TimeDelta::days(limit::DAYS), tx.now() - TimeDelta::hours(limit::HOURS_DISPOSED));
    let gone = on!(&mut tx, c => sqlx::query(FORGET).bind(before).bind(said).execute(c).await
        .map(|done| done.rows_affected()))?;
    tx.commit().await?;
    Ok(gone)
}
