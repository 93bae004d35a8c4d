//! SQL of intakes.

use super::{DispositionCode, IntakeChannel, IntakeState};
use crate::buildings::rules::UnitKind;
use crate::calls::scope::intakes_within;
use crate::calls::store::named;
use crate::db::{Result, Select, Tx};
use crate::http::access::Scope;
use crate::on;
use crate::people::store::Named;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use types::{BuildingId, CallId, ContactId, IntakeId, PersonId, TicketId, UnitId};
use utoipa::ToSchema;

const COLUMNS: &str = "SELECT i.id, i.channel, i.arrived_at, i.number, i.contact_id, k.full_name AS contact_name,
    i.building_id, b.name AS building_name, i.unit_id, u.label AS unit_label, u.kind AS unit_kind, i.call_id, i.state, i.disposition,
    i.disposed_at, i.disposed_by, p.name AS disposed_name, i.summary, i.comment FROM intakes i
    LEFT JOIN contacts k ON k.id = i.contact_id LEFT JOIN buildings b ON b.id = i.building_id
    LEFT JOIN units u ON u.id = i.unit_id LEFT JOIN people p ON p.id = i.disposed_by";
/// What a ticket was merged into stands for it.
const TICKETS: &str = "SELECT t.intake_id, COALESCE(m.id, t.id), COALESCE(m.number, t.number), COALESCE(m.complete, t.complete) FROM tickets t \
    LEFT JOIN tickets m ON m.id = t.merged_into";
const DISPOSE: &str = "UPDATE intakes SET state = 'disposed', disposition = $2, comment = $3, disposed_at = $4,
    disposed_by = $5, version = version + 1 WHERE id = $1";
const DISPOSE_OPEN: &str = "UPDATE intakes SET state = 'disposed', disposition = $2, comment = $3, disposed_at = $4,
    disposed_by = $5, version = version + 1 WHERE id = $1 AND state <> 'disposed'";
const HOLD: &str = "UPDATE intakes SET version = version + 1 WHERE id = $1";
const OF_CALL: &str = "SELECT id FROM intakes WHERE call_id = $1";
const BIND: &str = "UPDATE intakes SET contact_id = $2, unit_id = $3, building_id = $4, version = version + 1,
    state = CASE WHEN state = 'received' THEN 'identified' ELSE state END WHERE id = $1";

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Intake {
    pub id: IntakeId,
    pub channel: IntakeChannel,
    pub arrived_at: DateTime<Utc>,
    pub number: Option<String>,
    pub contact: Option<Named<ContactId>>,
    pub building: Option<Named<BuildingId>>,
    pub unit: Option<UnitRef>,
    pub call_id: Option<CallId>,
    pub state: IntakeState,
    pub disposition: Option<DispositionCode>,
    pub disposed_at: Option<DateTime<Utc>>,
    pub disposed_by: Option<Named>,
    pub summary: String,
    pub comment: Option<String>,
    pub tickets: Vec<IntakeTicket>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct UnitRef {
    pub id: UnitId,
    pub label: String,
    pub kind: UnitKind,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct IntakeTicket {
    pub id: TicketId,
    pub number: String,
    /// False: opened by a call, and nobody filled it in.
    pub complete: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: IntakeId,
    channel: IntakeChannel,
    arrived_at: DateTime<Utc>,
    number: Option<String>,
    contact_id: Option<ContactId>,
    contact_name: Option<String>,
    building_id: Option<BuildingId>,
    building_name: Option<String>,
    unit_id: Option<UnitId>,
    unit_label: Option<String>,
    unit_kind: Option<UnitKind>,
    call_id: Option<CallId>,
    state: IntakeState,
    disposition: Option<DispositionCode>,
    disposed_at: Option<DateTime<Utc>>,
    disposed_by: Option<PersonId>,
    disposed_name: Option<String>,
    summary: String,
    comment: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub undisposed: bool,
    pub channel: Option<IntakeChannel>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

pub async fn list(
    tx: &mut Tx,
    scope: &Scope,
    filter: &Filter,
    after: Option<(DateTime<Utc>, IntakeId)>,
    limit: i64,
) -> Result<Vec<Intake>> {
    let mut select = Select::new(COLUMNS);
    intakes_within(&mut select, scope);
    if filter.undisposed {
        // A live call is in somebody's hands; its intake is owed only when the call is over.
        select.filter("i.state <> 'disposed'", []);
        select.filter("NOT EXISTS (SELECT 1 FROM calls c WHERE c.id = i.call_id AND c.state = 'live')", []);
        // While somebody is to be called back, the callback is the work; its end says what the intake came to. But what was
        // said before an agent vanished, only that agent can say.
        select.filter(
            "(NOT EXISTS (SELECT 1 FROM callbacks b WHERE b.intake_id = i.id AND b.state IN ('pending', 'claimed')) \
             OR EXISTS (SELECT 1 FROM call_parts p WHERE p.call_id = i.call_id))",
            [],
        );
    }
    if let Some(channel) = filter.channel {
        select.filter("i.channel = ?", [channel.word().into()]);
    }
    if let Some(from) = filter.from {
        select.filter("i.arrived_at >= ?", [from.into()]);
    }
    if let Some(to) = filter.to {
        select.filter("i.arrived_at < ?", [to.into()]);
    }
    if let Some((at, id)) = after {
        select.filter("(i.arrived_at, i.id) < (?, ?)", [at.into(), id.into()]);
    }
    select.then("ORDER BY i.arrived_at DESC, i.id DESC LIMIT ?", [(limit + 1).into()]);
    let rows = select.fetch(tx).await?;
    with_tickets(tx, rows).await
}

pub async fn one(tx: &mut Tx, id: IntakeId) -> Result<Option<Intake>> {
    reached(tx, &Scope::All, id).await
}

/// If it is in scope.
pub async fn reached(tx: &mut Tx, scope: &Scope, id: IntakeId) -> Result<Option<Intake>> {
    let mut select = Select::new(COLUMNS);
    intakes_within(&mut select, scope);
    select.filter("i.id = ?", [id.into()]);
    let rows = select.fetch(tx).await?;
    Ok(with_tickets(tx, rows).await?.pop())
}

async fn with_tickets(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<Intake>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut select = Select::new(TICKETS);
    select.among("t.intake_id", rows.iter().map(|row| row.id)).then("ORDER BY 3", []);
    let mut tickets: HashMap<IntakeId, Vec<IntakeTicket>> = HashMap::new();
    for (intake, id, number, complete) in select.fetch::<(IntakeId, TicketId, i64, bool)>(tx).await? {
        let tickets = tickets.entry(intake).or_default();
        if !tickets.iter().any(|known| known.id == id) {
            tickets.push(IntakeTicket { id, number: number.to_string(), complete });
        }
    }
    let whole = |row: Row| Intake {
        tickets: tickets.remove(&row.id).unwrap_or_default(),
        id: row.id,
        channel: row.channel,
        arrived_at: row.arrived_at,
        number: row.number,
        contact: named(row.contact_id, row.contact_name),
        building: named(row.building_id, row.building_name),
        unit: row.unit_id.zip(row.unit_kind).map(|(id, kind)| UnitRef {
            id,
            label: row.unit_label.unwrap_or_default(),
            kind,
        }),
        call_id: row.call_id,
        state: row.state,
        disposition: row.disposition,
        disposed_at: row.disposed_at,
        disposed_by: named(row.disposed_by, row.disposed_name),
        summary: row.summary,
        comment: row.comment,
    };
    Ok(rows.into_iter().map(whole).collect())
}

pub async fn dispose(
    tx: &mut Tx,
    id: IntakeId,
    code: DispositionCode,
    comment: Option<&str>,
    at: DateTime<Utc>,
    by: PersonId,
) -> Result<()> {
    on!(tx, c => sqlx::query(DISPOSE).bind(id).bind(code).bind(comment).bind(at).bind(by).execute(c).await.map(drop))
}

/// Others who want to change it wait until we are done.
pub async fn hold(tx: &mut Tx, id: IntakeId) -> Result<()> {
    on!(tx, c => sqlx::query(HOLD).bind(id).execute(c).await.map(drop))
}

/// As [`dispose`], but what was said already stays: false.
pub async fn dispose_open(
    tx: &mut Tx,
    id: IntakeId,
    code: DispositionCode,
    comment: Option<&str>,
    at: DateTime<Utc>,
    by: PersonId,
) -> Result<bool> {
    on!(tx, c => Ok(sqlx::query(DISPOSE_OPEN).bind(id).bind(code).bind(comment).bind(at).bind(by).execute(c).await?
        .rows_affected() > 0))
}

pub async fn of_call(tx: &mut Tx, call: CallId) -> Result<Option<IntakeId>> {
    on!(tx, c => sqlx::query_scalar(OF_CALL).bind(call).fetch_optional(c).await)
}

/// The dispatcher said who it is and where.
pub async fn bind(
    tx: &mut Tx,
    id: IntakeId,
    contact: Option<ContactId>,
    unit: Option<UnitId>,
    building: Option<BuildingId>,
) -> Result<()> {
    on!(tx, c => sqlx::query(BIND).bind(id).bind(contact).bind(unit).bind(building).execute(c).await.map(drop))
}
