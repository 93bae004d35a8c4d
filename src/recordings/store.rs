//! SQL of recordings.

use super::{RecordingState, scope};
use crate::db::{Result, Select, Tx};
use crate::http::access::Scope;
use crate::on;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use types::{AccessId, CallId, PersonId, RecordingId};
use utoipa::ToSchema;

const COLUMNS: &str = "SELECT r.id, r.call_id, r.started_at, r.duration_ms, r.state FROM recordings r
    JOIN calls c ON c.id = r.call_id";
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
    #[sqlx(skip)]
    pub size: Option<u64>,
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
