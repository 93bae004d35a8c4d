//! Views of tickets: lines of lists, the page of one ticket, counts for others. Rights are part of the SQL here:
//! a list never holds a ticket that its reader may not open.

use super::classifiers::{self, ClassifierWords};
use super::clocks;
use super::fields::each_field;
use super::record::{ClockRow, MASKED, Record, columns};
use super::rules::{ClockCode, CommandWord, HoldReason, TicketKind, TicketState};
use super::scope;
use super::words::{LinkKind, TicketEventKind, Visibility};
use crate::buildings::rules::UnitKind;
use crate::calls::store::{self as calls, Call};
use crate::db::{Result, Search, Select, Tx, Value, WordIndex, search_words};
use crate::http::access::{self, Scope};
use crate::http::{Verb, Who};
use crate::on;
use crate::people::{self, store::Named};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use types::{BuildingId, CallId, ClassifierId, CommentId, ContactId, Id as _, IntakeId, PersonId, TicketId, UnitId};
use utoipa::ToSchema;
use uuid::Uuid;

const COLUMNS: &str = concat!(
    "SELECT ",
    each_field!(columns {}),
    ", b.name AS building_name, b.address AS building_address, u.label AS unit_label, u.kind AS unit_kind, \
    s.name AS section, f.name AS floor, p.name AS executor_name, t.next_due_at FROM tickets t \
    LEFT JOIN buildings b ON b.id = t.building_id LEFT JOIN units u ON u.id = t.unit_id \
    LEFT JOIN sections s ON s.id = t.section_id LEFT JOIN floors f ON f.id = t.floor_id \
    LEFT JOIN people p ON p.id = t.executor_id"
);
const CLOCKS: &str = "SELECT ticket_id, code, round, law_ref, pausable, started_at, due_at, stopped_at, breached_at, paused_at \
    FROM ticket_clocks";
const COUNT_BY_REQUESTER: &str = "SELECT t.requester_id, count(*) FROM tickets t";
const COUNT_BY_BUILDING: &str = "SELECT t.building_id, count(*) FROM tickets t";
const COUNT_BY_UNIT: &str = "SELECT t.unit_id, count(*) FROM tickets t";
/// The condition of the indexes of open tickets, word for word (migrations 0003). Said by what is over: an `IN` of the
/// open states would lead SQLite to the index of all states.
const OPEN: &str = "t.state NOT IN ('done', 'closed', 'rejected', 'cancelled', 'merged')";
/// An outcome of a call said of what the call opened that it is no request: call and intake lead to it, lists do not.
const A_REQUEST: &str = "NOT (t.state = 'cancelled' AND t.reason IS NULL AND t.opened_by_call IS NOT NULL)";
const CALLS: &str = "SELECT call_id, kind, offset_ms FROM call_tickets WHERE ticket_id = $1 ORDER BY at, call_id";
const EVENTS: &str =
    "SELECT type AS kind, occurred_at, actor_id, data FROM ticket_events WHERE ticket_id = $1 ORDER BY position";
const COMMENTS: &str =
    "SELECT id, author_id, visibility, text, at FROM ticket_comments WHERE ticket_id = $1 ORDER BY at, id";
const COMMENT_INSERT: &str =
    "INSERT INTO ticket_comments (id, ticket_id, author_id, visibility, text, at) VALUES ($1, $2, $3, $4, $5, $6)";
const COMMENTS_OF: &str = "SELECT m.ticket_id, m.id, m.author_id, m.visibility, m.text, m.at FROM ticket_comments m \
    JOIN tickets t ON t.id = m.ticket_id";

const WORDS: WordIndex =
    WordIndex { table: "ticket_words", rows: "t.number IN (SELECT value FROM json_each(?))", like: "t.search LIKE ?" };

/// Digits of a ticket's number, at most.
const NUMBER_DIGITS: usize = 9;

/// A ticket in a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TicketLine {
    pub id: TicketId,
    /// Digits, as they are read aloud.
    pub number: String,
    pub kind: TicketKind,
    pub state: TicketState,
    /// 1 highest .. 4
    pub priority: i64,
    /// What somebody wrote; empty: it is called by its classifier.
    pub title: String,
    pub classifier: Option<ClassifierWords>,
    pub building: Option<Building>,
    pub unit: Option<Unit>,
    pub requester_name: String,
    /// E.164, or as it was typed; masked for who may not see it.
    pub requester_phone: Option<String>,
    pub executor: Option<Named>,
    pub registered_at: DateTime<Utc>,
    /// False: opened by a call, still to be completed.
    pub complete: bool,
    pub clocks: Vec<Clock>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = TicketBuilding)]
pub struct Building {
    pub id: BuildingId,
    pub name: String,
    pub address: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = TicketUnit)]
pub struct Unit {
    pub id: UnitId,
    pub label: String,
    pub kind: UnitKind,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Clock {
    pub code: ClockCode,
    /// Empty: a promise of the company's own.
    pub law_ref: String,
    pub started_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub stopped_at: Option<DateTime<Utc>>,
    pub breached_at: Option<DateTime<Utc>>,
    /// On hold: an internal clock stands still.
    pub paused_at: Option<DateTime<Utc>>,
}

/// A ticket whole.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Ticket {
    #[serde(flatten)]
    pub line: TicketLine,
    pub details: String,
    pub place_text: String,
    /// What the law says of its classifier; empty: nothing.
    pub law_hint: String,
    pub requester: Option<Named<ContactId>>,
    pub intake_id: Option<IntakeId>,
    pub version: i64,
    pub section: Option<String>,
    pub floor: Option<String>,
    pub merged_into: Option<TicketId>,
    pub hold_reason: Option<HoldReason>,
    pub hold_until: Option<DateTime<Utc>>,
    /// Why rejected or cancelled.
    pub reason: Option<String>,
    pub done_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub reopen_count: i64,
    pub calls: Vec<TicketCall>,
    pub comments: Vec<Comment>,
    pub events: Vec<TicketEvent>,
    /// Commands that this reader can give now.
    pub allowed: Vec<CommandWord>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TicketCall {
    pub call: Call,
    /// Where in the recording the ticket comes up.
    pub offset_ms: Option<i64>,
    pub kind: LinkKind,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Comment {
    pub id: CommentId,
    pub author: Option<Named>,
    pub visibility: Visibility,
    pub text: String,
    pub at: DateTime<Utc>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TicketEvent {
    pub at: DateTime<Utc>,
    #[serde(rename = "type")]
    pub kind: TicketEventKind,
    pub actor: Option<Named>,
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}

/// A ticket with the names of what it points at.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    #[sqlx(flatten)]
    pub record: Record,
    building_name: Option<String>,
    building_address: Option<String>,
    unit_label: Option<String>,
    unit_kind: Option<UnitKind>,
    section: Option<String>,
    floor: Option<String>,
    executor_name: Option<String>,
    pub next_due_at: DateTime<Utc>,
}

/// Filters of the list. `None`: any.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub states: Vec<TicketState>,
    pub open: bool,
    pub building: Option<BuildingId>,
    pub unit: Option<UnitId>,
    pub requester: Option<ContactId>,
    pub phone: Option<String>,
    pub executor: Option<PersonId>,
    pub classifier: Option<ClassifierId>,
    pub call: Option<CallId>,
    pub q: Option<String>,
}

impl Filter {
    /// What was typed, if it can be a ticket's number.
    fn number(&self) -> Option<&str> {
        let typed = self.q.as_deref()?.trim().trim_start_matches(['#', '№']).trim_start();
        let number = (1..=NUMBER_DIGITS).contains(&typed.len()) && typed.bytes().all(|b| b.is_ascii_digit());
        number.then_some(typed)
    }
}

types::words! {
    #[derive(Default)]
    pub enum Sort {
        /// Newest first.
        #[default]
        Registered = "registered",
        /// The most urgent clock first; tickets without a running clock last.
        Due = "due",
    }
}

/// One page of rows, one more than `limit` when there is more. What was typed may be a number: then the ticket that has it
/// comes first, those whose numbers begin so come next, the highest number first, and what else matches is behind them.
pub async fn page(tx: &mut Tx, who: &Who, f: &Filter, sort: Sort, after: Option<Key>, limit: i64) -> Result<Vec<Row>> {
    let words = f.q.as_deref().map(search_words).unwrap_or_default();
    if words.is_empty() && f.q.as_deref().is_some_and(|q| !q.trim().is_empty()) {
        // signs only
        return Ok(Vec::new());
    }
    // who is not shown names and phones does not find by them
    let shown = if who.may(Verb::PhonesReveal) { String::new() } else { format!("{MASKED}%") };
    let search = WORDS.search(tx, &words, &shown).await?;
    let mut rows: Vec<Row> = Vec::new();
    let lacking = |rows: &[Row]| limit + 1 - i64::try_from(rows.len()).unwrap_or(limit);
    if let Some(typed) = f.number() {
        for (least, most) in numbers_after(typed, after) {
            let mut select = filtered(who, f, &search);
            select.filter("t.number BETWEEN ? AND ?", [least.into(), most.into()]);
            select.then("ORDER BY t.number DESC LIMIT ?", [lacking(&rows).into()]);
            rows.extend(select.fetch(tx).await?);
            if lacking(&rows) == 0 {
                return Ok(rows);
            }
        }
    }
    let mut select = filtered(who, f, &search);
    if let Some(typed) = f.number() {
        select.filter("CAST(t.number AS TEXT) NOT LIKE ?", [format!("{typed}%").into()]);
    }
    ordered(&mut select, sort, after, lacking(&rows));
    rows.extend(select.fetch(tx).await?);
    Ok(rows)
}

fn filtered(who: &Who, f: &Filter, search: &Search) -> Select {
    let mut select = Select::new(COLUMNS);
    scope::within(&mut select, &who.scope_of(Verb::TicketsRead));
    if f.open {
        select.filter(OPEN, []);
    } else if f.call.is_none() {
        select.filter(A_REQUEST, []);
    }
    if !f.states.is_empty() {
        select.among("t.state", f.states.iter().map(|s| s.word()));
    }
    let filters: [(&'static str, Option<Value>); 7] = [
        ("t.building_id = ?", f.building.map(Value::from)),
        ("t.unit_id = ?", f.unit.map(Value::from)),
        ("t.requester_id = ?", f.requester.map(Value::from)),
        ("t.requester_phone = ?", f.phone.clone().map(Value::from)),
        ("t.executor_id = ?", f.executor.map(Value::from)),
        ("t.classifier_id = ?", f.classifier.map(Value::from)),
        ("t.id IN (SELECT ticket_id FROM call_tickets WHERE call_id = ?)", f.call.map(Value::from)),
    ];
    for (condition, value) in filters {
        if let Some(value) = value {
            select.filter(condition, [value]);
        }
    }
    search.narrow(&mut select);
    select
}

fn ordered(select: &mut Select, sort: Sort, after: Option<Key>, rows: i64) {
    if let Some(Key::Time(at, id)) = after {
        match sort {
            Sort::Registered => select.filter("(t.registered_at, t.id) < (?, ?)", [at.into(), id.into()]),
            Sort::Due => select.filter("(t.next_due_at, t.id) > (?, ?)", [at.into(), id.into()]),
        };
    }
    match sort {
        Sort::Registered => select.then("ORDER BY t.registered_at DESC, t.id DESC LIMIT ?", [rows.into()]),
        Sort::Due => select.then("ORDER BY t.next_due_at, t.id LIMIT ?", [rows.into()]),
    };
}

/// Where the numbers lie that begin with what was typed, itself first, then the longest, as far as they come after `after`.
fn numbers_after(typed: &str, after: Option<Key>) -> Vec<(i64, i64)> {
    // no number begins with 0
    let Some(number) = typed.parse().ok().filter(|_| !typed.starts_with('0')) else { return Vec::new() };
    let highest = match after {
        None => return numbers(number, i64::MAX, true),
        Some(Key::Number(last)) if last == number => i64::MAX,
        Some(Key::Number(last)) => last - 1,
        Some(Key::Time(..)) => return Vec::new(),
    };
    numbers(number, highest, false)
}

fn numbers(number: i64, highest: i64, itself: bool) -> Vec<(i64, i64)> {
    let tens = (1..NUMBER_DIGITS).rev().filter_map(|digits| 10_i64.checked_pow(u32::try_from(digits).ok()?));
    let longer = tens.map(|ten| (number * ten, number * ten + ten - 1)).filter(|(least, _)| *least <= highest);
    let itself = itself.then_some((number, number));
    itself.into_iter().chain(longer.map(|(least, most)| (least, most.min(highest)))).collect()
}

/// Where [`page`] goes on.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum Key {
    /// Behind this number, among those that begin with what was typed.
    Number(i64),
    /// Behind this ticket, by the time that the list is sorted by.
    Time(DateTime<Utc>, TicketId),
}

impl Key {
    pub fn of(row: &Row, filter: &Filter, sort: Sort) -> Key {
        let Record { id, number, registered_at, .. } = row.record;
        match sort {
            _ if filter.number().is_some_and(|typed| number.to_string().starts_with(typed)) => Key::Number(number),
            Sort::Registered => Key::Time(registered_at, id),
            Sort::Due => Key::Time(row.next_due_at, id),
        }
    }
}

/// The ticket, if it is in scope.
pub async fn row(tx: &mut Tx, scope: &Scope, id: TicketId) -> Result<Option<Row>> {
    let mut select = Select::new(COLUMNS);
    select.filter("t.id = ?", [id.into()]);
    scope::within(&mut select, scope);
    Ok(select.fetch(tx).await?.pop())
}

/// Rows as the reader sees them: clocks judged now, phones masked where they must be.
pub async fn lines(tx: &mut Tx, who: &Who, rows: Vec<Row>, now: DateTime<Utc>) -> Result<Vec<TicketLine>> {
    let mut clocks: HashMap<TicketId, Vec<Clock>> = HashMap::new();
    if !rows.is_empty() {
        let mut select = Select::new(CLOCKS);
        select.among("ticket_id", rows.iter().map(|r| r.record.id)).then("ORDER BY round, due_at, code", []);
        for row in select.fetch::<ClockRow>(tx).await? {
            clocks.entry(row.ticket_id).or_default().push(judge(row, now));
        }
    }
    let words = classifiers::words(tx, rows.iter().filter_map(|r| r.record.fields.classifier_id)).await?;
    let line = |row: Row| {
        let clocks = clocks.remove(&row.record.id).unwrap_or_default();
        let classifier = row.record.fields.classifier_id.and_then(|id| words.get(&id).cloned());
        line(who, clocks, classifier, row)
    };
    Ok(rows.into_iter().map(line).collect())
}

fn line(who: &Who, clocks: Vec<Clock>, classifier: Option<ClassifierWords>, row: Row) -> TicketLine {
    let Record { id, number, state, fields, executor_id, registered_at, complete, .. } = row.record;
    TicketLine {
        id,
        number: number.to_string(),
        kind: fields.kind,
        state,
        priority: fields.priority,
        title: fields.title,
        classifier,
        building: fields.building_id.map(|id| Building {
            id,
            name: row.building_name.unwrap_or_default(),
            address: row.building_address.unwrap_or_default(),
        }),
        unit: fields.unit_id.zip(row.unit_kind).map(|(id, kind)| Unit {
            id,
            label: row.unit_label.unwrap_or_default(),
            kind,
        }),
        requester_name: access::name(who, fields.requester_name),
        requester_phone: access::phone(who, fields.requester_phone),
        executor: executor_id.map(|id| Named { id, name: row.executor_name.unwrap_or_default() }),
        registered_at,
        complete,
        clocks,
    }
}

/// A breach is what the sweep wrote, or what the sweep will write in a moment.
fn judge(row: ClockRow, now: DateTime<Utc>) -> Clock {
    let late = row.paused_at.is_none() && clocks::breached(row.due_at, row.stopped_at, now);
    Clock {
        code: row.code,
        law_ref: row.law_ref,
        started_at: row.started_at,
        due_at: row.due_at,
        stopped_at: row.stopped_at,
        breached_at: row.breached_at.or(late.then_some(row.due_at)),
        paused_at: row.paused_at,
    }
}

/// The page of one ticket. `allowed`: the commands that this reader can give now.
pub async fn whole(tx: &mut Tx, who: &Who, r: Row, allowed: Vec<CommandWord>, now: DateTime<Utc>) -> Result<Ticket> {
    let (head, section, floor) = (r.record.clone(), r.section.clone(), r.floor.clone());
    let classifier = match head.fields.classifier_id {
        Some(id) => classifiers::one(tx, id).await?,
        None => None,
    };
    let calls = match who.may(Verb::CallsRead) {
        true => linked_calls(tx, &who.scope_of(Verb::CallsRead), head.id).await?,
        false => Vec::new(),
    };
    let (comments, events) = (comments(tx, head.id).await?, events(tx, who, head.id).await?);
    let line = lines(tx, who, vec![r], now).await?.pop();
    let Some(line) = line else {
        return Err(sqlx::Error::RowNotFound);
    };
    Ok(Ticket {
        requester: head.fields.requester_id.map(|id| Named { id, name: line.requester_name.clone() }),
        line,
        details: head.fields.details,
        place_text: head.fields.place_text,
        law_hint: classifier.map(|c| c.law_hint).unwrap_or_default(),
        intake_id: head.intake_id,
        version: head.version,
        section,
        floor,
        merged_into: head.merged_into,
        hold_reason: head.hold_reason,
        hold_until: head.hold_until,
        reason: head.reason,
        done_at: head.done_at,
        closed_at: head.closed_at,
        reopen_count: head.reopen_count,
        calls,
        comments,
        events,
        allowed,
    })
}

async fn linked_calls(tx: &mut Tx, scope: &Scope, ticket: TicketId) -> Result<Vec<TicketCall>> {
    let links: Vec<(CallId, LinkKind, Option<i64>)> =
        on!(tx, c => sqlx::query_as(CALLS).bind(ticket).fetch_all(c).await)?;
    let found = calls::many(tx, scope, links.iter().map(|l| l.0)).await?;
    let mut found: HashMap<CallId, Call> = found.into_iter().map(|c| (c.id, c)).collect();
    let join = |(id, kind, offset_ms)| found.remove(&id).map(|call| TicketCall { call, offset_ms, kind });
    Ok(links.into_iter().filter_map(join).collect())
}

async fn events(tx: &mut Tx, who: &Who, ticket: TicketId) -> Result<Vec<TicketEvent>> {
    type EventRow = (TicketEventKind, DateTime<Utc>, Option<PersonId>, sqlx::types::Json<serde_json::Value>);
    let rows: Vec<EventRow> = on!(tx, c => sqlx::query_as(EVENTS).bind(ticket).fetch_all(c).await)?;
    let names = people::store::names(tx, rows.iter().filter_map(|r| r.2)).await?;
    let event = |(kind, at, actor, data): EventRow| TicketEvent {
        at,
        kind,
        actor: actor.and_then(|id| names.get(&id).cloned()),
        data: masked(who, data.0),
    };
    Ok(rows.into_iter().map(event).collect())
}

/// A change of the requester stands in the history too.
fn masked(who: &Who, mut data: serde_json::Value) -> serde_json::Value {
    if let Some(object) = data.as_object_mut() {
        if let Some(serde_json::Value::String(phone)) = object.get_mut("requester_phone") {
            *phone = access::phone(who, Some(std::mem::take(phone))).unwrap_or_default();
        }
        if let Some(serde_json::Value::String(name)) = object.get_mut("requester_name") {
            *name = access::name(who, std::mem::take(name));
        }
    }
    data
}

type CommentRow = (CommentId, Option<PersonId>, Visibility, String, DateTime<Utc>);

pub async fn comments(tx: &mut Tx, ticket: TicketId) -> Result<Vec<Comment>> {
    let rows: Vec<CommentRow> = on!(tx, c => sqlx::query_as(COMMENTS).bind(ticket).fetch_all(c).await)?;
    let names = people::store::names(tx, rows.iter().filter_map(|r| r.1)).await?;
    let comment = |(id, author, visibility, text, at): CommentRow| Comment {
        id,
        author: author.and_then(|a| names.get(&a).cloned()),
        visibility,
        text,
        at,
    };
    Ok(rows.into_iter().map(comment).collect())
}

pub async fn insert_comment(tx: &mut Tx, ticket: TicketId, author: PersonId, c: &Comment) -> Result<()> {
    on!(tx, conn => sqlx::query(COMMENT_INSERT).bind(c.id).bind(ticket).bind(author).bind(c.visibility).bind(&c.text)
        .bind(c.at).execute(conn).await.map(drop))
}

/// Comments on the tickets of a contact, newest first.
pub async fn comments_of_requester(
    tx: &mut Tx,
    contact: ContactId,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<(TicketId, Comment)>> {
    type Line = (TicketId, CommentId, Option<PersonId>, Visibility, String, DateTime<Utc>);
    let mut select = Select::new(COMMENTS_OF);
    select.filter("t.requester_id = ?", [contact.into()]);
    if let Some((at, id)) = after {
        select.filter("(m.at, m.id) < (?, ?)", [at.into(), id.into()]);
    }
    select.then("ORDER BY m.at DESC, m.id DESC LIMIT ?", [limit.into()]);
    let rows: Vec<Line> = select.fetch(tx).await?;
    let names = people::store::names(tx, rows.iter().filter_map(|r| r.2)).await?;
    let comment = |(ticket, id, author, visibility, text, at): Line| {
        let author = author.and_then(|a| names.get(&a).cloned());
        (ticket, Comment { id, author, visibility, text, at })
    };
    Ok(rows.into_iter().map(comment).collect())
}

/// Tickets of a contact, newest first.
pub async fn of_requester(
    tx: &mut Tx,
    who: &Who,
    contact: ContactId,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Vec<TicketLine>> {
    let filter = Filter { requester: Some(contact), ..Filter::default() };
    let after = after.map(|(at, id)| Key::Time(at, TicketId::new(id)));
    let rows = page(tx, who, &filter, Sort::Registered, after, limit).await?;
    lines(tx, who, rows, now).await
}

pub async fn open_by_requester(tx: &mut Tx, contacts: Vec<ContactId>) -> Result<HashMap<ContactId, i64>> {
    let mut select = Select::new(COUNT_BY_REQUESTER);
    select.filter(OPEN, []).among("t.requester_id", contacts).then("GROUP BY t.requester_id", []);
    Ok(select.fetch::<(ContactId, i64)>(tx).await?.into_iter().collect())
}

/// Open tickets of each building, as far as the reader may see them.
pub async fn open_by_building(tx: &mut Tx, who: &Who) -> Result<HashMap<BuildingId, i64>> {
    let mut select = Select::new(COUNT_BY_BUILDING);
    select.filter(OPEN, []).filter("t.building_id IS NOT NULL", []);
    scope::within(&mut select, &who.scope_of(Verb::TicketsRead));
    select.then("GROUP BY t.building_id", []);
    Ok(select.fetch::<(BuildingId, i64)>(tx).await?.into_iter().collect())
}

/// The same of each unit of a building.
pub async fn open_by_unit(tx: &mut Tx, who: &Who, building: BuildingId) -> Result<HashMap<UnitId, i64>> {
    let mut select = Select::new(COUNT_BY_UNIT);
    select.filter(OPEN, []).filter("t.building_id = ? AND t.unit_id IS NOT NULL", [building.into()]);
    scope::within(&mut select, &who.scope_of(Verb::TicketsRead));
    select.then("GROUP BY t.unit_id", []);
    Ok(select.fetch::<(UnitId, i64)>(tx).await?.into_iter().collect())
}

/// Open tickets of a caller, for the screen pop of a dispatcher: by the number, and by whoever uses it.
pub async fn open_of_caller(
    tx: &mut Tx,
    phone: Option<&str>,
    contacts: &[ContactId],
    limit: i64,
) -> Result<Vec<TicketLine>> {
    let mut found = Vec::new();
    if let Some(phone) = phone {
        let mut select = Select::new(COLUMNS);
        select.filter(OPEN, []).filter("t.requester_phone = ?", [phone.into()]);
        select.then("ORDER BY t.registered_at DESC, t.id DESC LIMIT ?", [limit.into()]);
        found = select.fetch::<Row>(tx).await?;
    }
    if !contacts.is_empty() {
        let mut select = Select::new(COLUMNS);
        select.filter(OPEN, []).among("t.requester_id", contacts.iter().copied());
        select.then("ORDER BY t.registered_at DESC, t.id DESC LIMIT ?", [limit.into()]);
        for row in select.fetch::<Row>(tx).await? {
            if !found.iter().any(|seen| seen.record.id == row.record.id) {
                found.push(row);
            }
        }
    }
    found.sort_by_key(|row| std::cmp::Reverse((row.record.registered_at, row.record.id)));
    found.truncate(usize::try_from(limit).unwrap_or(0));
    let now = tx.now();
    lines(tx, &Who::desk(), found, now).await
}

#[cfg(test)]
mod tests {
    use super::OPEN;
    use crate::tickets::rules::TicketState;

    #[test]
    fn open_says_what_the_rules_say_and_its_indexes_say_the_same() {
        for state in TicketState::ALL {
            assert_eq!(OPEN.contains(&format!("'{}'", state.word())), !state.open(), "{state:?}");
        }
        let condition = format!("WHERE {};", OPEN.trim_start_matches("t."));
        for migration in [
            include_str!("../../migrations/sqlite/0003_open_tickets.sql"),
            include_str!("../../migrations/postgres/0003_open_tickets.sql"),
        ] {
            assert_eq!(migration.matches("CREATE INDEX").count(), migration.matches(&condition).count());
        }
    }
}
