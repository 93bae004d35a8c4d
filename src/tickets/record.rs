//! The rows of a ticket as they are written.

use super::clocks::{self, Definition, Profile};
use super::fields::{Fields, each_field};
use super::rules::{ClockCode, Facts, HoldReason, TicketKind, TicketState};
use super::scope;
use super::words::{LinkKind, TicketEventKind, TicketSource};
use crate::db::{self, Columns, Result, Select, Tx, fold, phone_words};
use crate::http::access::Scope;
use crate::on;
use crate::outbox::{self, Fact, Subject};
use crate::zone::Zone;
use chrono::{DateTime, TimeZone as _, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::types::Json;
use types::{CallId, EventId, FloorId, IntakeId, PersonId, SectionId, TicketId};

const NUMBER: &str = "UPDATE sequences SET value = value + 1 WHERE name = 'ticket' RETURNING value";
/// The columns of [`Record`]; a statement that reads them calls its table `t`.
macro_rules! columns {
    ({}
        plain { $($(#[$plain_meta:meta])* $plain:ident: $plain_type:ty,)* }
        nullable { $($(#[$nullable_meta:meta])* $nullable:ident: $nullable_type:ty,)* }
    ) => {
        concat!(
            $("t.", stringify!($plain), ", ",)*
            $("t.", stringify!($nullable), ", ",)*
            "t.id, t.number, t.state, t.profile, t.section_id, t.floor_id, t.executor_id, t.source, t.intake_id, \
            t.opened_by_call, t.complete, t.merged_into, t.hold_reason, t.hold_until, t.hold_from, t.reason, \
            t.registered_at, t.done_at, t.closed_at, t.reopen_count, t.decline_count, t.version, t.created_at, t.created_by"
        )
    };
}
pub(super) use columns;

const ONE: &str = concat!("SELECT ", each_field!(columns {}), " FROM tickets t");
const BY_CALL: &str = "SELECT id FROM tickets WHERE opened_by_call = $1";
const TOUCH: &str = "UPDATE tickets SET updated_at = $2 WHERE id = $1";
const DUE: &str =
    "SELECT min(due_at) FROM ticket_clocks WHERE ticket_id = $1 AND stopped_at IS NULL AND paused_at IS NULL";
const SET_DUE: &str = "UPDATE tickets SET next_due_at = $2 WHERE id = $1";
const EVENT: &str = "INSERT INTO ticket_events (id, ticket_id, position, type, occurred_at, recorded_at, actor_id, data) \
    SELECT $1, $2, COALESCE(max(position), 0) + 1, $3, $4, $5, $6, $7 FROM ticket_events WHERE ticket_id = $2";
const CLOCK: &str = "INSERT INTO ticket_clocks (ticket_id, code, round, law_ref, pausable, started_at, due_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (ticket_id, code, round) DO UPDATE SET law_ref = excluded.law_ref, \
    pausable = excluded.pausable, started_at = excluded.started_at, due_at = excluded.due_at, breached_at = NULL, \
    stopped_at = ticket_clocks.stopped_at";
const CLOCK_RESTART: &str = "INSERT INTO ticket_clocks (ticket_id, code, round, law_ref, pausable, started_at, due_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (ticket_id, code, round) DO UPDATE SET started_at = excluded.started_at, \
    due_at = excluded.due_at, breached_at = NULL, stopped_at = NULL, paused_at = NULL";
const CLOCKS: &str = "SELECT ticket_id, code, round, law_ref, pausable, started_at, due_at, stopped_at, breached_at, paused_at \
    FROM ticket_clocks WHERE ticket_id = $1 ORDER BY round, due_at, code";
const CLOCK_STOP: &str =
    "UPDATE ticket_clocks SET stopped_at = $4, breached_at = $5 WHERE ticket_id = $1 AND code = $2 AND round = $3";
const CLOCK_PAUSE: &str = "UPDATE ticket_clocks SET paused_at = $2 WHERE ticket_id = $1 AND pausable AND stopped_at IS NULL \
    AND paused_at IS NULL";
const CLOCK_RESUME: &str =
    "UPDATE ticket_clocks SET paused_at = NULL, due_at = $4 WHERE ticket_id = $1 AND code = $2 AND round = $3";
const CLOCK_DROP: &str = "DELETE FROM ticket_clocks WHERE ticket_id = $1 AND code = $2 AND round = $3";
const LINK: &str = "INSERT INTO call_tickets (call_id, ticket_id, kind, offset_ms, at) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (call_id, ticket_id) DO UPDATE SET kind = excluded.kind, \
    offset_ms = COALESCE(excluded.offset_ms, call_tickets.offset_ms) WHERE call_tickets.kind <> excluded.kind \
    OR call_tickets.offset_ms IS DISTINCT FROM COALESCE(excluded.offset_ms, call_tickets.offset_ms)";
/// Whether its search is divided by [`MASKED`]: older versions wrote it in one piece.
const SEARCHED: &str = "SELECT id, search LIKE '% |%' FROM tickets WHERE id > $1 ORDER BY id LIMIT 1000";
/// Of whatever kind it is by now.
const EMERGENCY: &str = "SELECT count(*) FROM ticket_events WHERE ticket_id = $1 AND data ->> $2 = 'emergency'";
const SEARCH: &str = "UPDATE tickets SET search = $3 WHERE id = $1 AND version = $2";
const LINKED: &str = "SELECT count(*) FROM call_tickets WHERE call_id = $1 AND ticket_id = $2";
const UNLINK: &str = "DELETE FROM call_tickets WHERE call_id = $1 AND ticket_id = $2";

/// What divides the searched text. [`fold`] leaves no such character in what is typed.
pub const MASKED: &str = " |";

/// One ticket.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Record {
    pub id: TicketId,
    pub number: i64,
    pub state: TicketState,
    #[sqlx(flatten)]
    pub fields: Fields,
    /// Follows from the classifier.
    pub profile: Profile,
    /// Follows from the unit.
    pub section_id: Option<SectionId>,
    pub floor_id: Option<FloorId>,
    pub executor_id: Option<PersonId>,
    pub source: TicketSource,
    pub intake_id: Option<IntakeId>,
    pub opened_by_call: Option<CallId>,
    pub complete: bool,
    pub merged_into: Option<TicketId>,
    pub hold_reason: Option<HoldReason>,
    pub hold_until: Option<DateTime<Utc>>,
    pub hold_from: Option<TicketState>,
    pub reason: Option<String>,
    pub registered_at: DateTime<Utc>,
    pub done_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub reopen_count: i64,
    pub decline_count: i64,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub created_by: Option<PersonId>,
}

db::words_as_values!(TicketState, TicketSource, HoldReason, Profile);

impl Record {
    fn facts(&self, emergency: bool) -> Facts {
        Facts {
            emergency,
            id: self.id,
            state: self.state,
            kind: self.fields.kind,
            executor: self.executor_id,
            building: self.fields.building_id,
            hold_from: self.hold_from,
            closed_at: self.closed_at,
        }
    }

    /// The outcome of the call that opened it was none of a request: it is on no list of work, and counts nowhere.
    pub fn no_request(&self) -> bool {
        self.opened_by_call.is_some() && !self.complete && self.state == TicketState::Cancelled && self.reason.is_none()
    }

    /// A call opened it, and no person made work of it: the call's outcome may close it, and close it otherwise when it is
    /// said anew. A consultation was closed without being done.
    pub fn settled_by_outcome(&self) -> bool {
        let consulted = self.complete && self.state == TicketState::Closed && self.done_at.is_none();
        let empty = !self.complete && self.state.open();
        self.opened_by_call.is_some() && (empty || consulted || self.no_request())
    }

    /// What the search looks in: what everybody is shown, [`MASKED`], and what is masked for some. `place`: the building's
    /// name and address, the unit's label.
    fn search(&self, place: &str) -> String {
        let f = &self.fields;
        let mut text = fold(&format!("{} {} {} {place}", self.number, f.title, f.place_text));
        text.push_str(MASKED);
        text.push_str(&fold(&f.requester_name));
        if let Some(phone) = &f.requester_phone {
            text.push_str(&phone_words(phone));
        }
        text
    }

    /// All that may change after the registration.
    fn columns(&self, place: &str, now: DateTime<Utc>) -> Columns {
        let mut columns = Columns::new();
        self.fields.columns(&mut columns);
        columns
            .set("state", self.state)
            .set("profile", self.profile)
            .set("section_id", self.section_id)
            .set("floor_id", self.floor_id)
            .set("executor_id", self.executor_id)
            .set("intake_id", self.intake_id)
            .set("complete", self.complete)
            .set("merged_into", self.merged_into)
            .set("hold_reason", self.hold_reason)
            .set("hold_until", self.hold_until)
            .set("hold_from", self.hold_from)
            .set("reason", self.reason.clone())
            .set("done_at", self.done_at)
            .set("closed_at", self.closed_at)
            .set("reopen_count", self.reopen_count)
            .set("decline_count", self.decline_count)
            .set("search", self.search(place))
            .set("updated_at", now);
        columns
    }
}

/// The year 9999: a ticket without a running clock sorts after all that have one.
pub fn never() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(9999, 1, 1, 0, 0, 0).single().unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The next number; inside the transaction that uses it.
pub async fn number(tx: &mut Tx) -> Result<i64> {
    on!(tx, c => sqlx::query_scalar(NUMBER).fetch_one(c).await)
}

pub async fn one(tx: &mut Tx, id: TicketId) -> Result<Option<Record>> {
    within(tx, &Scope::All, id).await
}

/// What decides what may happen to a ticket.
pub async fn facts(tx: &mut Tx, r: &Record) -> Result<Facts> {
    let emergency = r.fields.kind == TicketKind::Emergency || {
        let told: i64 = on!(tx, c => sqlx::query_scalar(EMERGENCY).bind(r.id).bind("kind").fetch_one(c).await)?;
        told > 0
    };
    Ok(r.facts(emergency))
}

/// The ticket, if it is in scope.
pub async fn within(tx: &mut Tx, scope: &Scope, id: TicketId) -> Result<Option<Record>> {
    let mut select = Select::new(ONE);
    select.filter("t.id = ?", [id.into()]);
    scope::within(&mut select, scope);
    Ok(select.fetch(tx).await?.pop())
}

/// The ticket that a call's answer opened by itself.
pub async fn by_call(tx: &mut Tx, call: CallId) -> Result<Option<TicketId>> {
    on!(tx, c => sqlx::query_scalar(BY_CALL).bind(call).fetch_optional(c).await)
}

pub async fn insert(tx: &mut Tx, r: &Record, place: &str) -> Result<()> {
    let mut columns = r.columns(place, r.created_at);
    columns
        .set("id", r.id)
        .set("number", r.number)
        .set("source", r.source)
        .set("opened_by_call", r.opened_by_call)
        .set("registered_at", r.registered_at)
        .set("next_due_at", never())
        .set("version", r.version)
        .set("created_at", r.created_at)
        .set("created_by", r.created_by);
    columns.insert(tx, "tickets").await
}

/// Writes everything that may change, and the next version into `r`; false: `r.version` is not the newest. Takes the row's
/// lock.
pub async fn save(tx: &mut Tx, r: &mut Record, place: &str, now: DateTime<Utc>) -> Result<bool> {
    let (mut columns, mut key) = (r.columns(place, now), Columns::new());
    key.set("id", r.id).set("version", r.version);
    columns.set("version", r.version + 1);
    let saved = columns.update(tx, "tickets", key).await? == 1;
    r.version += i64::from(saved);
    Ok(saved)
}

/// Tickets after this one, and whether the search of each is divided by [`MASKED`].
pub async fn searched(tx: &mut Tx, after: TicketId) -> Result<Vec<(TicketId, bool)>> {
    on!(tx, c => sqlx::query_as(SEARCHED).bind(after).fetch_all(c).await)
}

/// Writes only what the search looks in.
pub async fn save_search(tx: &mut Tx, r: &Record, place: &str) -> Result<()> {
    on!(tx, c => sqlx::query(SEARCH).bind(r.id).bind(r.version).bind(r.search(place)).execute(c).await.map(drop))
}

/// Takes the row's lock without a new version: comments and links do not disturb who edits.
pub async fn touch(tx: &mut Tx, id: TicketId, now: DateTime<Utc>) -> Result<()> {
    on!(tx, c => sqlx::query(TOUCH).bind(id).bind(now).execute(c).await.map(drop))
}

/// What the stream tells of an event. Not what people typed: it would outlive its erasure, and go to whoever follows.
/// Of changed fields it has the names.
fn in_stream(kind: TicketEventKind, data: &Value) -> Value {
    let mut kept = data.clone();
    match (kind, kept.as_object_mut()) {
        (TicketEventKind::Changed | TicketEventKind::Completed, Some(fields)) => {
            json!({ "fields": fields.keys().collect::<Vec<_>>() })
        }
        (kind, Some(fields)) if kind != TicketEventKind::Hold => {
            fields.remove("reason");
            kept
        }
        _ => kept,
    }
}

/// One line of history, and what the stream of all nouns is told of it. The ticket's row must be locked (by [`save`], [`touch`]
/// or [`insert`]).
pub async fn event(
    tx: &mut Tx,
    ticket: TicketId,
    kind: TicketEventKind,
    at: DateTime<Utc>,
    actor: Option<PersonId>,
    data: impl Serialize,
    now: DateTime<Utc>,
) -> Result<()> {
    let data = serde_json::to_value(data).unwrap_or_default();
    let id: EventId = tx.id();
    let fact = Fact::new(format!("ticket.{kind}"), &in_stream(kind, &data))
        .map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    outbox::record(tx, outbox::Event { id, at, recorded_at: now, subject: Subject::Tickets(ticket), actor, fact });
    on!(tx, c => sqlx::query(EVENT).bind(id).bind(ticket).bind(kind).bind(at).bind(now).bind(actor)
        .bind(Json(&data)).execute(c).await.map(drop))
}

/// A clock as it stands in its table.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ClockRow {
    pub ticket_id: TicketId,
    pub code: ClockCode,
    pub round: i64,
    pub law_ref: String,
    pub pausable: bool,
    pub started_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub stopped_at: Option<DateTime<Utc>>,
    pub breached_at: Option<DateTime<Utc>>,
    pub paused_at: Option<DateTime<Utc>>,
}

pub async fn clock_rows(tx: &mut Tx, ticket: TicketId) -> Result<Vec<ClockRow>> {
    on!(tx, c => sqlx::query_as(CLOCKS).bind(ticket).fetch_all(c).await)
}

/// Starts a clock, or sets a running one anew because the classifier changed (a stop stays).
pub async fn start_clock(tx: &mut Tx, r: &Record, d: &Definition, at: DateTime<Utc>, due: DateTime<Utc>) -> Result<()> {
    on!(tx, c => sqlx::query(CLOCK).bind(r.id).bind(d.code).bind(r.reopen_count).bind(d.law_ref).bind(d.pausable).bind(at)
        .bind(due).execute(c).await.map(drop))
}

/// Starts a clock that may have run and stopped before (acceptance by the next executor).
pub async fn restart_clock(tx: &mut Tx, r: &Record, d: &Definition, at: DateTime<Utc>, zone: Zone) -> Result<()> {
    on!(tx, c => sqlx::query(CLOCK_RESTART).bind(r.id).bind(d.code).bind(r.reopen_count).bind(d.law_ref).bind(d.pausable)
        .bind(at).bind(clocks::due(d.span, at, zone)).execute(c).await.map(drop))
}

/// Stops running clocks of these codes. A stop before the due time takes a breach back: late evidence.
pub async fn stop_clocks(tx: &mut Tx, ticket: TicketId, codes: &[ClockCode], at: DateTime<Utc>) -> Result<()> {
    if codes.is_empty() {
        return Ok(());
    }
    for row in clock_rows(tx, ticket).await? {
        if row.stopped_at.is_some() || !codes.contains(&row.code) {
            continue;
        }
        let at = at.max(row.started_at);
        let breached = clocks::breached(row.due_at, Some(at), at).then_some(row.due_at);
        on!(tx, c => sqlx::query(CLOCK_STOP).bind(ticket).bind(row.code).bind(row.round).bind(at).bind(breached)
            .execute(c).await.map(drop))?;
    }
    Ok(())
}

pub async fn pause_clocks(tx: &mut Tx, ticket: TicketId, at: DateTime<Utc>) -> Result<()> {
    on!(tx, c => sqlx::query(CLOCK_PAUSE).bind(ticket).bind(at).execute(c).await.map(drop))
}

/// Paused clocks go on with what was left.
pub async fn resume_clocks(tx: &mut Tx, ticket: TicketId, at: DateTime<Utc>) -> Result<()> {
    for row in clock_rows(tx, ticket).await? {
        if let Some(paused) = row.paused_at {
            let due = row.due_at + (at - paused).max(chrono::TimeDelta::zero());
            on!(tx, c => sqlx::query(CLOCK_RESUME).bind(ticket).bind(row.code).bind(row.round).bind(due).execute(c).await.map(drop))?;
        }
    }
    Ok(())
}

pub async fn drop_clock(tx: &mut Tx, ticket: TicketId, code: ClockCode, round: i64) -> Result<()> {
    on!(tx, c => sqlx::query(CLOCK_DROP).bind(ticket).bind(code).bind(round).execute(c).await.map(drop))
}

/// Brings `next_due_at` in step with the clocks.
pub async fn set_due(tx: &mut Tx, r: &Record) -> Result<()> {
    let due: Option<DateTime<Utc>> = match r.state.open() {
        true => on!(tx, c => sqlx::query_scalar(DUE).bind(r.id).fetch_one(c).await)?,
        false => None,
    };
    let due = due.unwrap_or_else(never);
    on!(tx, c => sqlx::query(SET_DUE).bind(r.id).bind(due).execute(c).await.map(drop))
}

/// False: the link was so already.
pub async fn link(
    tx: &mut Tx,
    call: CallId,
    ticket: TicketId,
    kind: LinkKind,
    offset_ms: Option<i64>,
    at: DateTime<Utc>,
) -> Result<bool> {
    let n = on!(tx, c => sqlx::query(LINK).bind(call).bind(ticket).bind(kind).bind(offset_ms).bind(at).execute(c).await
        .map(|done| done.rows_affected()))?;
    Ok(n > 0)
}

pub async fn linked(tx: &mut Tx, call: CallId, ticket: TicketId) -> Result<bool> {
    let n: i64 = on!(tx, c => sqlx::query_scalar(LINKED).bind(call).bind(ticket).fetch_one(c).await)?;
    Ok(n > 0)
}

pub async fn unlink(tx: &mut Tx, call: CallId, ticket: TicketId) -> Result<bool> {
    let n = on!(tx, c => sqlx::query(UNLINK).bind(call).bind(ticket).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(n > 0)
}
