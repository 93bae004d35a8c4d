//! SQL of calls.

use super::{CallState, OfferResult, scope};
use crate::contacts;
use crate::db::{Result, Select, Tx, Value};
use crate::http::access::Scope;
use crate::intakes::DispositionCode;
use crate::on;
use crate::people::{self, store::Named};
use crate::tickets::classifiers::{self, ClassifierWords};
use crate::tickets::rules::TicketState;
use chrono::{DateTime, Utc};
use ivr::Locale;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use types::{
    BuildingId, CallId, ClassifierId, ContactId, Direction, EventId, IntakeId, Outcome, PersonId, Purpose, RecordingId,
    TicketId,
};
use utoipa::ToSchema;
use uuid::Uuid;

const COLUMNS: &str = "SELECT id, intake_id, direction, source, from_number, from_phone, from_name, dialled, state, outcome, queue, locale, \
    agent_id, contact_id, recording_id, arrived_at, greeted_at, queued_at, answered_at, ended_at, wait_ms, talk_ms, hold_ms, \
    disposition, disposed_by FROM calls c";
const TRACE: &str = "SELECT at, node, input FROM call_traces WHERE call_id = $1 ORDER BY at, event_id";
const OFFERS: &str = "SELECT o.at, o.agent_id, p.name, o.queue, o.ended_at, o.result FROM call_offers o \
    LEFT JOIN people p ON p.id = o.agent_id WHERE o.call_id = $1 ORDER BY o.at, o.event_id";
const LEGS: &str = "SELECT l.role, l.agent_id, p.name, l.mos, l.lost, l.jitter_ms, l.received, l.sent FROM call_legs l \
    LEFT JOIN people p ON p.id = l.agent_id WHERE l.call_id = $1 ORDER BY l.ended_at, l.event_id";
const EVENTS: &str = "SELECT at, kind, data FROM events WHERE call_id = $1 ORDER BY position";
/// What was said before the part was written stands with the call.
const PARTS: &str = "SELECT o.event_id, o.agent_id, p.name, o.queue, o.at, o.ended_at, COALESCE(o.disposition,     CASE WHEN c.disposed_by = o.agent_id AND c.disposed_at >= o.at THEN c.disposition END) AS disposition, o.comment FROM call_parts o     JOIN calls c ON c.id = o.call_id LEFT JOIN people p ON p.id = o.agent_id WHERE o.call_id = $1 ORDER BY o.at, o.event_id";
const PART_DISPOSED: &str =
    "UPDATE call_parts SET disposition = $2, comment = $3, disposed_at = $4, disposed_by = $5 WHERE event_id = $1";
const DISPOSED: &str =
    "UPDATE calls SET disposition = $2, comment = $3, disposed_at = $4, disposed_by = $5 WHERE id = $1";
const BIND: &str = "UPDATE calls SET contact_id = $2, building_id = $3 WHERE id = $1";
const TICKETS: &str = "SELECT ct.call_id, t.id, t.number, t.title, t.classifier_id, t.state, t.complete FROM call_tickets ct JOIN tickets t ON t.id = ct.ticket_id";

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Call {
    pub id: CallId,
    pub intake_id: IntakeId,
    pub direction: Direction,
    pub source: String,
    /// As received; null: withheld.
    pub from_number: Option<String>,
    /// E.164 with plus, when it can be read so.
    pub from_phone: Option<String>,
    pub from_name: String,
    pub dialled: String,
    pub state: CallState,
    pub outcome: Option<Outcome>,
    pub arrived_at: DateTime<Utc>,
    pub greeted_at: Option<DateTime<Utc>>,
    pub queued_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub queue: Option<String>,
    pub locale: Option<Locale>,
    pub agent: Option<Named>,
    pub wait_ms: Option<i64>,
    pub talk_ms: Option<i64>,
    pub hold_ms: Option<i64>,
    pub contact: Option<Named<ContactId>>,
    pub tickets: Vec<CallTicket>,
    pub recording_id: Option<RecordingId>,
    /// The last part's.
    pub disposition: Option<DispositionCode>,
    #[serde(skip)]
    pub disposed_by: Option<PersonId>,
}

/// A ticket that a call has to do with.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CallTicket {
    pub id: TicketId,
    pub number: String,
    /// What somebody wrote; empty: it is called by its classifier.
    pub title: String,
    pub classifier: Option<ClassifierWords>,
    pub state: TicketState,
    /// False: opened by a call, and nobody filled it in; cancelled so, it was no request.
    pub complete: bool,
}

#[derive(sqlx::FromRow)]
struct CallRow {
    id: CallId,
    intake_id: IntakeId,
    direction: Direction,
    source: String,
    from_number: Option<String>,
    from_phone: Option<String>,
    from_name: String,
    dialled: String,
    state: CallState,
    outcome: Option<Outcome>,
    queue: Option<String>,
    locale: Option<Locale>,
    agent_id: Option<PersonId>,
    contact_id: Option<ContactId>,
    recording_id: Option<RecordingId>,
    arrived_at: DateTime<Utc>,
    greeted_at: Option<DateTime<Utc>>,
    queued_at: Option<DateTime<Utc>>,
    answered_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    wait_ms: Option<i64>,
    talk_ms: Option<i64>,
    hold_ms: Option<i64>,
    disposition: Option<DispositionCode>,
    disposed_by: Option<PersonId>,
}

/// A statement over the columns of a call; add filters on `c.`, then give it to [`fetch`].
pub fn select() -> Select {
    Select::new(COLUMNS)
}

/// Runs what [`select`] began, with names and tickets.
pub async fn fetch(select: Select, tx: &mut Tx) -> Result<Vec<Call>> {
    let rows: Vec<CallRow> = select.fetch(tx).await?;
    let agents = people::store::names(tx, rows.iter().filter_map(|r| r.agent_id)).await?;
    let contacts = contacts::store::names(tx, rows.iter().filter_map(|r| r.contact_id)).await?;
    let mut tickets: HashMap<CallId, Vec<CallTicket>> = HashMap::new();
    if !rows.is_empty() {
        let mut select = Select::new(TICKETS);
        select.among("ct.call_id", rows.iter().map(|r| r.id)).then("ORDER BY t.number", []);
        type Row = (CallId, TicketId, i64, String, Option<ClassifierId>, TicketState, bool);
        let rows = select.fetch::<Row>(tx).await?;
        let words = classifiers::words(tx, rows.iter().filter_map(|r| r.4)).await?;
        for (call, id, number, title, classifier, state, complete) in rows {
            let (number, classifier) = (number.to_string(), classifier.and_then(|id| words.get(&id).cloned()));
            tickets.entry(call).or_default().push(CallTicket { id, number, title, classifier, state, complete });
        }
    }
    Ok(rows
        .into_iter()
        .map(|r| Call {
            agent: r.agent_id.and_then(|id| agents.get(&id).cloned()),
            contact: r.contact_id.and_then(|id| contacts.get(&id).cloned()),
            tickets: tickets.remove(&r.id).unwrap_or_default(),
            id: r.id,
            intake_id: r.intake_id,
            direction: r.direction,
            source: r.source,
            from_number: r.from_number,
            from_phone: r.from_phone,
            from_name: r.from_name,
            dialled: r.dialled,
            state: r.state,
            outcome: r.outcome,
            arrived_at: r.arrived_at,
            greeted_at: r.greeted_at,
            queued_at: r.queued_at,
            answered_at: r.answered_at,
            ended_at: r.ended_at,
            queue: r.queue,
            locale: r.locale,
            wait_ms: r.wait_ms,
            talk_ms: r.talk_ms,
            hold_ms: r.hold_ms,
            recording_id: r.recording_id,
            disposition: r.disposition,
            disposed_by: r.disposed_by,
        })
        .collect())
}

pub async fn one(tx: &mut Tx, id: CallId) -> Result<Option<Call>> {
    Ok(many(tx, &Scope::All, [id]).await?.pop())
}

/// Those of them that are in scope.
pub async fn many(tx: &mut Tx, scope: &Scope, ids: impl IntoIterator<Item = CallId>) -> Result<Vec<Call>> {
    let mut select = select();
    scope::within(&mut select, scope);
    select.among("c.id", ids).then("ORDER BY c.arrived_at DESC, c.id DESC", []);
    fetch(select, tx).await
}

/// Newest first; `after` is of any noun.
pub async fn of_contact(
    tx: &mut Tx,
    scope: &Scope,
    contact: ContactId,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Call>> {
    let mut select = select();
    scope::within(&mut select, scope);
    select.filter("c.contact_id = ?", [contact.into()]);
    if let Some((at, id)) = after {
        select.filter("(c.arrived_at, c.id) < (?, ?)", [at.into(), id.into()]);
    }
    select.then("ORDER BY c.arrived_at DESC, c.id DESC LIMIT ?", [limit.into()]);
    fetch(select, tx).await
}

/// A person or thing that a row mentions.
pub fn named<I>(id: Option<I>, name: Option<String>) -> Option<Named<I>> {
    Some(Named { id: id?, name: name.unwrap_or_default() })
}

/// Filters of the list. `None`: any.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub state: Option<CallState>,
    pub outcome: Option<Outcome>,
    pub agent: Option<PersonId>,
    pub contact: Option<ContactId>,
    /// E.164.
    pub phone: Option<String>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

/// Newest first; one more than `limit` when there is more.
pub async fn list(
    tx: &mut Tx,
    scope: &Scope,
    f: &Filter,
    after: Option<(DateTime<Utc>, CallId)>,
    limit: i64,
) -> Result<Vec<Call>> {
    let mut select = select();
    scope::within(&mut select, scope);
    let filters: [(&'static str, Option<Value>); 7] = [
        ("c.state = ?", f.state.map(|state| state.word().into())),
        ("c.outcome = ?", f.outcome.map(|outcome| outcome.word().into())),
        ("c.agent_id = ?", f.agent.map(Value::from)),
        ("c.contact_id = ?", f.contact.map(Value::from)),
        ("c.from_phone = ?", f.phone.clone().map(Value::from)),
        ("c.arrived_at >= ?", f.from.map(Value::from)),
        ("c.arrived_at < ?", f.to.map(Value::from)),
    ];
    for (condition, value) in filters {
        if let Some(value) = value {
            select.filter(condition, [value]);
        }
    }
    if let Some((at, id)) = after {
        select.filter("(c.arrived_at, c.id) < (?, ?)", [at.into(), id.into()]);
    }
    select.then("ORDER BY c.arrived_at DESC, c.id DESC LIMIT ?", [(limit + 1).into()]);
    fetch(select, tx).await
}

/// One node of the flow that the caller passed.
#[derive(Clone, Debug, Serialize, ToSchema, sqlx::FromRow)]
pub struct Traced {
    pub at: DateTime<Utc>,
    pub node: String,
    pub input: String,
}

/// One agent whose phone rang.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Offer {
    pub at: DateTime<Utc>,
    pub agent: Named,
    pub queue: String,
    pub ended_at: Option<DateTime<Utc>>,
    pub result: Option<OfferResult>,
}

/// What one agent had of the call: from the answer to a transfer or the end.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CallPart {
    pub id: EventId,
    pub agent: Named,
    /// Null after a transfer to a person.
    pub queue: Option<String>,
    pub at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// What came of it; a transfer is said by itself.
    pub disposition: Option<DispositionCode>,
    pub comment: Option<String>,
}

/// How one party heard and was heard.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Leg {
    pub role: Purpose,
    pub agent: Option<Named>,
    pub mos: f64,
    pub lost: i64,
    pub jitter_ms: f64,
    pub received: i64,
    pub sent: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CallEvent {
    pub at: DateTime<Utc>,
    pub kind: String,
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}

pub async fn trace(tx: &mut Tx, call: CallId) -> Result<Vec<Traced>> {
    on!(tx, c => sqlx::query_as(TRACE).bind(call).fetch_all(c).await)
}

pub async fn offers(tx: &mut Tx, call: CallId) -> Result<Vec<Offer>> {
    type Row = (DateTime<Utc>, PersonId, Option<String>, String, Option<DateTime<Utc>>, Option<OfferResult>);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(OFFERS).bind(call).fetch_all(c).await)?;
    let offer = |(at, id, name, queue, ended_at, result): Row| {
        let agent = Named { id, name: name.unwrap_or_default() };
        Offer { at, agent, queue, ended_at, result }
    };
    Ok(rows.into_iter().map(offer).collect())
}

#[derive(sqlx::FromRow)]
struct PartRow {
    event_id: EventId,
    agent_id: PersonId,
    name: Option<String>,
    queue: Option<String>,
    at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    disposition: Option<DispositionCode>,
    comment: Option<String>,
}

/// In the order in which they were.
pub async fn parts(tx: &mut Tx, call: CallId) -> Result<Vec<CallPart>> {
    let rows: Vec<PartRow> = on!(tx, c => sqlx::query_as(PARTS).bind(call).fetch_all(c).await)?;
    let part = |row: PartRow| CallPart {
        id: row.event_id,
        agent: Named { id: row.agent_id, name: row.name.unwrap_or_default() },
        queue: row.queue,
        at: row.at,
        ended_at: row.ended_at,
        disposition: row.disposition,
        comment: row.comment,
    };
    Ok(rows.into_iter().map(part).collect())
}

pub async fn part_disposed(
    tx: &mut Tx,
    part: EventId,
    code: DispositionCode,
    comment: Option<&str>,
    at: DateTime<Utc>,
    by: PersonId,
) -> Result<()> {
    on!(tx, c => sqlx::query(PART_DISPOSED).bind(part).bind(code).bind(comment).bind(at).bind(by).execute(c).await.map(drop))
}

pub async fn legs(tx: &mut Tx, call: CallId) -> Result<Vec<Leg>> {
    type Row = (Purpose, Option<PersonId>, Option<String>, f64, i64, f64, i64, i64);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(LEGS).bind(call).fetch_all(c).await)?;
    let leg = |(role, agent, name, mos, lost, jitter_ms, received, sent): Row| Leg {
        role,
        agent: named(agent, name),
        mos,
        lost,
        jitter_ms,
        received,
        sent,
    };
    Ok(rows.into_iter().map(leg).collect())
}

pub async fn events(tx: &mut Tx, call: CallId) -> Result<Vec<CallEvent>> {
    type Row = (DateTime<Utc>, String, sqlx::types::Json<serde_json::Value>);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(EVENTS).bind(call).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(at, kind, data)| CallEvent { at, kind, data: data.0 }).collect())
}

/// What came of the call, as its agent says.
pub async fn disposed(
    tx: &mut Tx,
    call: CallId,
    code: DispositionCode,
    comment: Option<&str>,
    at: DateTime<Utc>,
    by: PersonId,
) -> Result<()> {
    on!(tx, c => sqlx::query(DISPOSED).bind(call).bind(code).bind(comment).bind(at).bind(by).execute(c).await.map(drop))
}

/// Who called, as the dispatcher chose among the candidates.
pub async fn bind_contact(
    tx: &mut Tx,
    call: CallId,
    contact: Option<ContactId>,
    building: Option<BuildingId>,
) -> Result<()> {
    on!(tx, c => sqlx::query(BIND).bind(call).bind(contact).bind(building).execute(c).await.map(drop))
}
