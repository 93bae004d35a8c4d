//! The rows of a ticket as they are written.

use super::clocks::{self, Definition};
use super::rules::{Facts, Kind, State};
use crate::db::{Result, Tx, fold};
use crate::on;
use crate::outbox::{self, Fact, Subject};
use crate::zone::Zone;
use chrono::{DateTime, TimeZone as _, Utc};
use serde::Serialize;
use sqlx::types::Json;
use types::{
    BuildingId, CallId, ClassifierId, ContactId, EventId, FloorId, IntakeId, PersonId, SectionId, TicketId, UnitId,
};

const NUMBER: &str = "UPDATE sequences SET value = value + 1 WHERE name = 'ticket' RETURNING value";
const ONE: &str = "SELECT id, number, kind, state, priority, classifier_id, profile, building_id, section_id, floor_id, unit_id, \
    place_text, requester_id, requester_name, requester_phone, title, details, executor_id, source, intake_id, opened_by_call, \
    complete, merged_into, hold_reason, hold_until, hold_from, reason, registered_at, done_at, closed_at, reopen_count, \
    decline_count, version, created_at, created_by FROM tickets WHERE id = $1";
const BY_CALL: &str = "SELECT id FROM tickets WHERE opened_by_call = $1";
const INSERT: &str = "INSERT INTO tickets (id, number, kind, state, priority, classifier_id, profile, building_id, section_id, \
    floor_id, unit_id, place_text, requester_id, requester_name, requester_phone, title, details, search, executor_id, source, \
    intake_id, opened_by_call, complete, registered_at, reopen_count, decline_count, next_due_at, version, created_at, \
    created_by, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
    $21, $22, $23, $24, 0, 0, $25, 1, $26, $27, $26)";
const SAVE: &str = "UPDATE tickets SET kind = $3, state = $4, priority = $5, classifier_id = $6, profile = $7, building_id = $8, \
    section_id = $9, floor_id = $10, unit_id = $11, place_text = $12, requester_id = $13, requester_name = $14, \
    requester_phone = $15, title = $16, details = $17, search = $18, executor_id = $19, complete = $20, merged_into = $21, \
    hold_reason = $22, hold_until = $23, hold_from = $24, reason = $25, done_at = $26, closed_at = $27, reopen_count = $28, \
    decline_count = $29, intake_id = $30, updated_at = $31, version = version + 1 WHERE id = $1 AND version = $2";
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
    offset_ms = COALESCE(excluded.offset_ms, call_tickets.offset_ms)";
const UNLINK: &str = "DELETE FROM call_tickets WHERE call_id = $1 AND ticket_id = $2";

/// One ticket.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Record {
    pub id: TicketId,
    pub number: i64,
    pub kind: Kind,
    pub state: State,
    pub priority: i64,
    pub classifier_id: Option<ClassifierId>,
    pub profile: String,
    pub building_id: Option<BuildingId>,
    pub section_id: Option<SectionId>,
    pub floor_id: Option<FloorId>,
    pub unit_id: Option<UnitId>,
    pub place_text: String,
    pub requester_id: Option<ContactId>,
    pub requester_name: String,
    pub requester_phone: Option<String>,
    pub title: String,
    pub details: String,
    pub executor_id: Option<PersonId>,
    pub source: String,
    pub intake_id: Option<IntakeId>,
    pub opened_by_call: Option<CallId>,
    pub complete: bool,
    pub merged_into: Option<TicketId>,
    pub hold_reason: Option<String>,
    pub hold_until: Option<DateTime<Utc>>,
    pub hold_from: Option<State>,
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

impl Record {
    pub fn facts(&self) -> Facts {
        Facts {
            id: self.id,
            state: self.state,
            kind: self.kind,
            executor: self.executor_id,
            building: self.building_id,
            hold_from: self.hold_from,
            closed_at: self.closed_at,
        }
    }

    /// What the search looks in. `place`: the building's name and address, the unit's label.
    fn search(&self, place: &str) -> String {
        let mut text =
            fold(&format!("{} {} {} {} {place}", self.number, self.title, self.requester_name, self.place_text));
        if let Some(phone) = &self.requester_phone {
            text.push(' ');
            text.extend(phone.chars().filter(char::is_ascii_digit));
        }
        text
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
    on!(tx, c => sqlx::query_as(ONE).bind(id).fetch_optional(c).await)
}

/// The ticket that a call's answer opened by itself.
pub async fn by_call(tx: &mut Tx, call: CallId) -> Result<Option<TicketId>> {
    on!(tx, c => sqlx::query_scalar(BY_CALL).bind(call).fetch_optional(c).await)
}

pub async fn insert(tx: &mut Tx, r: &Record, place: &str) -> Result<()> {
    on!(tx, c => sqlx::query(INSERT).bind(r.id).bind(r.number).bind(r.kind).bind(r.state).bind(r.priority)
        .bind(r.classifier_id).bind(&r.profile).bind(r.building_id).bind(r.section_id).bind(r.floor_id).bind(r.unit_id)
        .bind(&r.place_text).bind(r.requester_id).bind(&r.requester_name).bind(&r.requester_phone).bind(&r.title)
        .bind(&r.details).bind(r.search(place)).bind(r.executor_id).bind(&r.source).bind(r.intake_id).bind(r.opened_by_call)
        .bind(r.complete).bind(r.registered_at).bind(never()).bind(r.created_at).bind(r.created_by)
        .execute(c).await.map(drop))
}

/// Writes everything that may change; false: `r.version` is not the newest. Takes the row's lock.
pub async fn save(tx: &mut Tx, r: &Record, place: &str, now: DateTime<Utc>) -> Result<bool> {
    let done = on!(tx, c => sqlx::query(SAVE).bind(r.id).bind(r.version).bind(r.kind).bind(r.state).bind(r.priority)
        .bind(r.classifier_id).bind(&r.profile).bind(r.building_id).bind(r.section_id).bind(r.floor_id).bind(r.unit_id)
        .bind(&r.place_text).bind(r.requester_id).bind(&r.requester_name).bind(&r.requester_phone).bind(&r.title)
        .bind(&r.details).bind(r.search(place)).bind(r.executor_id).bind(r.complete).bind(r.merged_into)
        .bind(&r.hold_reason).bind(r.hold_until).bind(r.hold_from).bind(&r.reason).bind(r.done_at).bind(r.closed_at)
        .bind(r.reopen_count).bind(r.decline_count).bind(r.intake_id).bind(now)
        .execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Takes the row's lock without a new version: comments and links do not disturb who edits.
pub async fn touch(tx: &mut Tx, id: TicketId, now: DateTime<Utc>) -> Result<()> {
    on!(tx, c => sqlx::query(TOUCH).bind(id).bind(now).execute(c).await.map(drop))
}

/// One line of history, and the same in the stream of all nouns. The ticket's row must be locked (by [`save`], [`touch`]
/// or [`insert`]).
pub async fn event(
    tx: &mut Tx,
    ticket: TicketId,
    kind: &str,
    at: DateTime<Utc>,
    actor: Option<PersonId>,
    data: impl Serialize,
    now: DateTime<Utc>,
) -> Result<()> {
    let data = serde_json::to_value(data).unwrap_or_default();
    let id: EventId = tx.id();
    let fact = Fact::new(format!("ticket.{kind}"), &data).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    outbox::record(tx, outbox::Event { id, at, recorded_at: now, subject: Subject::Tickets(ticket), actor, fact });
    on!(tx, c => sqlx::query(EVENT).bind(id).bind(ticket).bind(kind).bind(at).bind(now).bind(actor)
        .bind(Json(&data)).execute(c).await.map(drop))
}

/// A clock as it stands in its table.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ClockRow {
    pub ticket_id: TicketId,
    pub code: String,
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
pub async fn start_clock(tx: &mut Tx, r: &Record, d: &Definition, at: DateTime<Utc>, zone: Zone) -> Result<()> {
    on!(tx, c => sqlx::query(CLOCK).bind(r.id).bind(d.code).bind(r.reopen_count).bind(d.law_ref).bind(d.pausable).bind(at)
        .bind(clocks::due(d.span, at, zone)).execute(c).await.map(drop))
}

/// Starts a clock that may have run and stopped before (acceptance by the next executor).
pub async fn restart_clock(tx: &mut Tx, r: &Record, d: &Definition, at: DateTime<Utc>, zone: Zone) -> Result<()> {
    on!(tx, c => sqlx::query(CLOCK_RESTART).bind(r.id).bind(d.code).bind(r.reopen_count).bind(d.law_ref).bind(d.pausable)
        .bind(at).bind(clocks::due(d.span, at, zone)).execute(c).await.map(drop))
}

/// Stops running clocks of these codes (`*`: all). A stop before the due time takes a breach back: late evidence.
pub async fn stop_clocks(tx: &mut Tx, ticket: TicketId, codes: &[&str], at: DateTime<Utc>) -> Result<()> {
    if codes.is_empty() {
        return Ok(());
    }
    for row in clock_rows(tx, ticket).await? {
        if row.stopped_at.is_some() || !(codes.contains(&"*") || codes.contains(&row.code.as_str())) {
            continue;
        }
        let at = at.max(row.started_at);
        let breached = clocks::breached(row.due_at, Some(at), at).then_some(row.due_at);
        on!(tx, c => sqlx::query(CLOCK_STOP).bind(ticket).bind(&row.code).bind(row.round).bind(at).bind(breached)
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
            on!(tx, c => sqlx::query(CLOCK_RESUME).bind(ticket).bind(&row.code).bind(row.round).bind(due).execute(c).await.map(drop))?;
        }
    }
    Ok(())
}

pub async fn drop_clock(tx: &mut Tx, ticket: TicketId, code: &str, round: i64) -> Result<()> {
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

pub async fn link(
    tx: &mut Tx,
    call: CallId,
    ticket: TicketId,
    kind: &str,
    offset_ms: Option<i64>,
    at: DateTime<Utc>,
) -> Result<()> {
    on!(tx, c => sqlx::query(LINK).bind(call).bind(ticket).bind(kind).bind(offset_ms).bind(at).execute(c).await.map(drop))
}

pub async fn unlink(tx: &mut Tx, call: CallId, ticket: TicketId) -> Result<bool> {
    let n = on!(tx, c => sqlx::query(UNLINK).bind(call).bind(ticket).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(n > 0)
}
