//! SQL of callbacks.

use super::{CallbackState, scope};
use crate::calls::store::named;
use crate::db::{Result, Select, Tx};
use crate::http::access::Scope;
use crate::on;
use crate::people::store::Named;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use types::{CallId, CallbackId, CallbackReason, ContactId, IntakeId, PersonId};
use utoipa::ToSchema;

const COLUMNS: &str = "SELECT c.id, c.intake_id, c.phone, c.contact_id, k.full_name AS contact_name, c.queue, c.reason,
    c.arrived_at, c.due_at, c.state, c.call_id, c.claimed_by, p.name AS claimed_name, c.claimed_at, c.done_at, c.comment
    FROM callbacks c LEFT JOIN contacts k ON k.id = c.contact_id LEFT JOIN people p ON p.id = c.claimed_by";
/// Exclusive: of two who press at once, one gets it.
const CLAIM: &str = "UPDATE callbacks SET state = 'claimed', claimed_by = $2, claimed_at = $3, version = version + 1
    WHERE id = $1 AND state = 'pending'";
const TAKE_OVER: &str =
    "UPDATE callbacks SET state = 'claimed', claimed_by = $2, claimed_at = $3, version = version + 1
    WHERE id = $1 AND state IN ('pending', 'claimed')";
const RELEASE: &str =
    "UPDATE callbacks SET state = 'pending', claimed_by = NULL, claimed_at = NULL, version = version + 1
    WHERE id = $1 AND state = 'claimed'";
/// The open callbacks to the same number.
const SIBLINGS: &str = "SELECT s.id FROM callbacks s JOIN callbacks c ON c.phone = s.phone WHERE c.id = $1 AND s.id <> $1 \
    AND s.state IN ('pending', 'claimed') ORDER BY s.due_at, s.id LIMIT 100";
const CLOSE: &str = "UPDATE callbacks SET state = $2, done_at = $3, done_by = $4, comment = $5, version = version + 1
    WHERE id = $1 AND state IN ('pending', 'claimed')";

const OPEN_OF_INTAKE: &str = "SELECT id FROM callbacks WHERE intake_id = $1 AND state IN ('pending', 'claimed')";

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Callback {
    pub id: CallbackId,
    pub intake_id: Option<IntakeId>,
    pub phone: Option<String>,
    pub contact: Option<Named<ContactId>>,
    pub queue: String,
    pub reason: CallbackReason,
    pub arrived_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub state: CallbackState,
    pub call_id: Option<CallId>,
    pub claimed_by: Option<Named>,
    pub claimed_at: Option<DateTime<Utc>>,
    pub done_at: Option<DateTime<Utc>>,
    pub comment: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: CallbackId,
    intake_id: Option<IntakeId>,
    phone: Option<String>,
    contact_id: Option<ContactId>,
    contact_name: Option<String>,
    queue: String,
    reason: CallbackReason,
    arrived_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    state: CallbackState,
    call_id: Option<CallId>,
    claimed_by: Option<PersonId>,
    claimed_name: Option<String>,
    claimed_at: Option<DateTime<Utc>>,
    done_at: Option<DateTime<Utc>>,
    comment: Option<String>,
}

impl From<Row> for Callback {
    fn from(row: Row) -> Callback {
        Callback {
            id: row.id,
            intake_id: row.intake_id,
            phone: row.phone,
            contact: named(row.contact_id, row.contact_name),
            queue: row.queue,
            reason: row.reason,
            arrived_at: row.arrived_at,
            due_at: row.due_at,
            state: row.state,
            call_id: row.call_id,
            claimed_by: named(row.claimed_by, row.claimed_name),
            claimed_at: row.claimed_at,
            done_at: row.done_at,
            comment: row.comment,
        }
    }
}

/// Callbacks in these states, most urgent first.
pub async fn list(
    tx: &mut Tx,
    states: &[CallbackState],
    scope: &Scope,
    after: Option<(DateTime<Utc>, CallbackId)>,
    limit: i64,
) -> Result<Vec<Callback>> {
    let mut select = Select::new(COLUMNS);
    select.among("c.state", states.iter().map(|state| state.word()));
    scope::within(&mut select, scope);
    if let Some((at, id)) = after {
        select.filter("(c.due_at, c.id) > (?, ?)", [at.into(), id.into()]);
    }
    select.then("ORDER BY c.due_at, c.id LIMIT ?", [(limit + 1).into()]);
    Ok(select.fetch::<Row>(tx).await?.into_iter().map(Callback::from).collect())
}

/// None: there is none, or it is out of scope.
pub async fn one(tx: &mut Tx, id: CallbackId, scope: &Scope) -> Result<Option<Callback>> {
    let mut select = Select::new(COLUMNS);
    select.filter("c.id = ?", [id.into()]);
    scope::within(&mut select, scope);
    Ok(select.fetch::<Row>(tx).await?.pop().map(Callback::from))
}

/// False: somebody else has it (without `take_over`), or it is settled.
pub async fn claim(tx: &mut Tx, id: CallbackId, by: PersonId, take_over: bool, at: DateTime<Utc>) -> Result<bool> {
    let sql = if take_over { TAKE_OVER } else { CLAIM };
    on!(tx, c => Ok(sqlx::query(sql).bind(id).bind(by).bind(at).execute(c).await?.rows_affected() > 0))
}

/// False: nobody has it.
pub async fn release(tx: &mut Tx, id: CallbackId) -> Result<bool> {
    on!(tx, c => Ok(sqlx::query(RELEASE).bind(id).execute(c).await?.rows_affected() > 0))
}

/// What else is owed to the same number.
pub async fn siblings(tx: &mut Tx, id: CallbackId) -> Result<Vec<CallbackId>> {
    on!(tx, c => sqlx::query_scalar(SIBLINGS).bind(id).fetch_all(c).await)
}

pub async fn close(
    tx: &mut Tx,
    id: CallbackId,
    state: CallbackState,
    by: PersonId,
    at: DateTime<Utc>,
    comment: Option<&str>,
) -> Result<bool> {
    on!(tx, c => Ok(sqlx::query(CLOSE).bind(id).bind(state).bind(at).bind(by).bind(comment).execute(c).await?.rows_affected() > 0))
}

/// What is still owed for an intake.
pub async fn open_of_intake(tx: &mut Tx, intake: IntakeId) -> Result<Vec<CallbackId>> {
    on!(tx, c => sqlx::query_scalar(OPEN_OF_INTAKE).bind(intake).fetch_all(c).await)
}
