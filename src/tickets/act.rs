//! What is done with tickets, each inside the caller's transaction: registering, changing, moving, linking to calls.

use super::classifiers::{self, Classifier};
use super::clocks;
use super::error::Error;
use super::record::{self, Record};
use super::rules::{self, Actor, Change, Command, Kind, Master, Pause, State};
use crate::buildings::store as buildings;
use crate::contacts;
use crate::db::Tx;
use crate::on;
use crate::people;
use crate::zone::{self, Zone};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use types::{BuildingId, CallId, ClassifierId, ContactId, FloorId, IntakeId, PersonId, SectionId, TicketId, UnitId};

const RECORDING_START: &str = "SELECT started_at FROM recordings WHERE call_id = $1 ORDER BY started_at LIMIT 1";
const CALL: &str = "SELECT intake_id FROM calls WHERE id = $1";

/// What a new ticket is made of.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub id: TicketId,
    pub kind: Option<Kind>,
    pub priority: Option<i64>,
    pub classifier_id: Option<ClassifierId>,
    pub building_id: Option<BuildingId>,
    pub unit_id: Option<UnitId>,
    pub place_text: String,
    pub requester_id: Option<ContactId>,
    pub requester_name: String,
    /// Normalised.
    pub requester_phone: Option<String>,
    pub title: String,
    pub details: String,
    pub executor_id: Option<PersonId>,
    /// call manual app import
    pub source: &'static str,
    pub intake_id: Option<IntakeId>,
    /// The call that this ticket belongs to: it is linked.
    pub call_id: Option<CallId>,
    /// The answer of `call_id` opens it: at most one such ticket a call, and incomplete until a dispatcher completes it.
    pub opened_by_call: bool,
    /// The applicant was told the planned terms already.
    pub told: bool,
}

/// Where it is, resolved from what was given.
struct Place {
    building_id: Option<BuildingId>,
    section_id: Option<SectionId>,
    floor_id: Option<FloorId>,
    /// For the search.
    text: String,
    zone: Zone,
}

/// Registers a ticket: number, clocks, history, link to its call. `registered_at` starts the clocks of law.
pub async fn register(
    tx: &mut Tx,
    d: Draft,
    actor: Option<PersonId>,
    registered_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Record, Error> {
    let place = place(tx, d.building_id, d.unit_id).await?;
    let r = row(tx, &d, &place, actor, registered_at, now).await?;
    record::insert(tx, &r, &place.text).await?;
    let data = json!({ "number": r.number.to_string(), "kind": r.kind, "priority": r.priority, "call_id": d.call_id });
    let word = if d.opened_by_call { "opened" } else { "registered" };
    record::event(tx, r.id, word, registered_at, actor, data, now).await?;
    if r.complete {
        start_clocks(tx, &r, place.zone).await?;
    }
    if d.told {
        record::stop_clocks(tx, r.id, &["told"], now).await?;
        record::event(tx, r.id, "tell", now, actor, json!({}), now).await?;
    }
    if let Some(call) = d.call_id {
        let offset = offset(tx, call, now).await?;
        record::link(tx, call, r.id, "created_in", offset, now).await?;
    }
    record::set_due(tx, &r).await?;
    match (d.executor_id, actor) {
        (Some(executor), Some(person)) => {
            let actor = Actor { person, for_others: true, rejects_emergencies: false };
            transition(tx, r, Command::Assign { executor }, actor, None, now).await
        }
        _ => Ok(r),
    }
}

/// The row of a new ticket; takes its number.
async fn row(
    tx: &mut Tx,
    d: &Draft,
    place: &Place,
    actor: Option<PersonId>,
    registered_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Record, Error> {
    let class = classifier(tx, d.classifier_id, None).await?;
    let requester_name = requester(tx, d.requester_id, d.requester_name.clone()).await?;
    Ok(Record {
        id: d.id,
        number: record::number(tx).await?,
        kind: d.kind.or(class.as_ref().map(|c| c.kind)).unwrap_or(Kind::Service),
        state: State::New,
        priority: d.priority.or(class.as_ref().map(|c| c.priority)).unwrap_or(3),
        classifier_id: d.classifier_id,
        profile: class.map_or_else(|| "internal".to_owned(), |c| c.profile),
        building_id: place.building_id,
        section_id: place.section_id,
        floor_id: place.floor_id,
        unit_id: d.unit_id,
        place_text: d.place_text.clone(),
        requester_id: d.requester_id,
        requester_name,
        requester_phone: d.requester_phone.clone(),
        title: d.title.clone(),
        details: d.details.clone(),
        executor_id: None,
        source: d.source.to_owned(),
        intake_id: d.intake_id,
        opened_by_call: d.call_id.filter(|_| d.opened_by_call),
        complete: !d.opened_by_call,
        merged_into: None,
        hold_reason: None,
        hold_until: None,
        hold_from: None,
        reason: None,
        registered_at,
        done_at: None,
        closed_at: None,
        reopen_count: 0,
        decline_count: 0,
        version: 1,
        created_at: now,
        created_by: actor,
    })
}

/// The ticket that the answer of a call opens by itself, once however often it is asked for.
pub async fn open_by_call(
    tx: &mut Tx,
    call: CallId,
    draft: Draft,
    agent: Option<PersonId>,
    answered_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<TicketId, Error> {
    if let Some(id) = record::by_call(tx, call).await? {
        return Ok(id);
    }
    let draft = Draft { call_id: Some(call), opened_by_call: true, source: "call", ..draft };
    Ok(register(tx, draft, agent, answered_at, now).await?.id)
}

/// The clocks of the profile, as far as they do not run yet; what the profile does not know goes.
async fn start_clocks(tx: &mut Tx, r: &Record, zone: Zone) -> Result<(), Error> {
    let wanted = clocks::definitions(&r.profile);
    for old in record::clock_rows(tx, r.id).await? {
        if old.round == r.reopen_count && old.code != "accept" && !wanted.iter().any(|d| d.code == old.code) {
            record::drop_clock(tx, r.id, &old.code, old.round).await?;
        }
    }
    for definition in wanted {
        record::start_clock(tx, r, definition, r.registered_at, zone).await?;
    }
    Ok(())
}

/// What a change asks for; `None` leaves a field, `Some(None)` empties it.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    pub complete: bool,
    pub told: bool,
    pub kind: Option<Kind>,
    pub priority: Option<i64>,
    pub classifier_id: Option<Option<ClassifierId>>,
    pub building_id: Option<Option<BuildingId>>,
    pub unit_id: Option<Option<UnitId>>,
    pub place_text: Option<String>,
    pub requester_id: Option<Option<ContactId>>,
    pub requester_name: Option<String>,
    pub requester_phone: Option<Option<String>>,
    pub title: Option<String>,
    pub details: Option<String>,
}

/// Changes fields; completes a ticket that a call opened. `r` is the row as it was read, its version still the newest.
pub async fn change(tx: &mut Tx, r: Record, e: Edit, actor: PersonId, now: DateTime<Utc>) -> Result<Record, Error> {
    let before = r.clone();
    let mut r = r;
    let class = classifier(tx, e.classifier_id.flatten(), r.classifier_id).await?;
    if let Some(id) = e.classifier_id {
        r.classifier_id = id;
        r.profile = class.as_ref().map_or_else(|| "internal".to_owned(), |c| c.profile.clone());
    }
    r.kind = e.kind.or(class.as_ref().map(|c| c.kind)).unwrap_or(r.kind);
    r.priority = e.priority.or(class.as_ref().map(|c| c.priority)).unwrap_or(r.priority);
    r.unit_id = e.unit_id.unwrap_or(r.unit_id);
    // A new building without a unit: the old unit is not in it.
    if e.unit_id.is_none() && e.building_id.is_some_and(|b| b != r.building_id) {
        r.unit_id = None;
    }
    r.building_id = e.building_id.unwrap_or(r.building_id);
    if e.unit_id.is_some_and(|u| u.is_some()) && e.building_id.is_none() {
        r.building_id = None;
    }
    let place = place(tx, r.building_id, r.unit_id).await?;
    (r.building_id, r.section_id, r.floor_id) = (place.building_id, place.section_id, place.floor_id);
    if let Some(id) = e.requester_id {
        r.requester_id = id;
        r.requester_name = requester(tx, id, e.requester_name.clone().unwrap_or_default()).await?;
    } else if let Some(name) = e.requester_name {
        r.requester_name = name;
    }
    r.requester_phone = e.requester_phone.unwrap_or(r.requester_phone);
    r.place_text = e.place_text.unwrap_or(r.place_text);
    r.title = e.title.unwrap_or(r.title);
    r.details = e.details.unwrap_or(r.details);
    let completed = e.complete && !r.complete;
    r.complete |= e.complete;
    if r.complete {
        whole(&r)?;
    }
    if !record::save(tx, &r, &place.text, now).await? {
        return Err(Error::Stale);
    }
    if completed || (r.complete && r.profile != before.profile) {
        start_clocks(tx, &r, place.zone).await?;
    }
    let data = difference(&before, &r);
    if completed || data.as_object().is_some_and(|o| !o.is_empty()) {
        record::event(tx, r.id, if completed { "completed" } else { "changed" }, now, Some(actor), data, now).await?;
    }
    if e.told {
        record::stop_clocks(tx, r.id, &["told"], now).await?;
        record::event(tx, r.id, "tell", now, Some(actor), json!({}), now).await?;
    }
    record::set_due(tx, &r).await?;
    r.version += 1;
    Ok(r)
}

/// A complete ticket says what it is about and where.
fn whole(r: &Record) -> Result<(), Error> {
    let mut check = crate::http::parse::Check::new();
    check.line("title", &r.title);
    check.that(
        r.building_id.is_some() || !r.place_text.trim().is_empty(),
        "building_id",
        "or place_text must be known",
    );
    check.faults().map_err(Error::Fields)
}

/// Moves a ticket. `claimed`: when it happened, as the device says.
pub async fn transition(
    tx: &mut Tx,
    r: Record,
    command: Command,
    actor: Actor,
    claimed: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Record, Error> {
    let mut r = r;
    let master = match &command {
        Command::Merge { into } => {
            record::one(tx, *into).await?.map(|m| Master { id: m.id, state: m.state, building: m.building_id })
        }
        _ => None,
    };
    let change = rules::apply(&r.facts(), &command, actor, master, now).map_err(|why| Error::Rules {
        why,
        command: command.word(),
        state: r.state,
    })?;
    if let Command::Assign { executor } = &command
        && !people::store::is_executor(tx, *executor).await?
    {
        return Err(Error::invalid("executor_id", "is nobody who does tickets"));
    }
    let (at, bent) = rules::occurred(claimed, r.registered_at, now);
    let from = r.state;
    settle(&mut r, &command, &change, at);
    let place = place(tx, r.building_id, r.unit_id).await?;
    if !record::save(tx, &r, &place.text, now).await? {
        return Err(Error::Stale);
    }
    r.version += 1;
    match change.pause {
        Pause::Begin => record::pause_clocks(tx, r.id, at).await?,
        Pause::End => record::resume_clocks(tx, r.id, at).await?,
        Pause::No => {}
    }
    record::stop_clocks(tx, r.id, change.stops, at).await?;
    if change.starts_accept {
        record::restart_clock(tx, &r, &clocks::accept(r.kind), at, place.zone).await?;
    }
    if change.reopened {
        // The result by law stays as it was; the company's own clocks run again.
        for definition in clocks::definitions(&r.profile).iter().filter(|d| d.pausable) {
            record::start_clock(tx, &r, definition, at, place.zone).await?;
        }
    }
    let mut data = details(&command);
    if let Some(object) = data.as_object_mut() {
        object.insert("from".into(), json!(from));
        object.insert("to".into(), json!(r.state));
        if bent {
            object.insert("claimed_at".into(), json!(claimed));
        }
    }
    let person = Some(actor.person).filter(|person| *person != PersonId::default());
    record::event(tx, r.id, command.word(), at, person, data, now).await?;
    record::set_due(tx, &r).await?;
    if let Command::Merge { into } = &command {
        record::touch(tx, *into, now).await?;
        let data = json!({ "ticket_id": r.id, "number": r.number.to_string() });
        record::event(tx, *into, "merged_here", at, Some(actor.person), data, now).await?;
    }
    Ok(r)
}

/// The row after the change.
fn settle(r: &mut Record, command: &Command, change: &Change, at: DateTime<Utc>) {
    match command {
        Command::Hold { reason, until } => {
            r.hold_from = Some(r.state);
            r.hold_reason = serde_json::to_value(reason).ok().and_then(|v| v.as_str().map(str::to_owned));
            r.hold_until = Some(*until);
        }
        Command::Reject { reason } | Command::Cancel { reason } => r.reason = Some(reason.trim().to_owned()),
        Command::Merge { into } => r.merged_into = Some(*into),
        _ => {}
    }
    if change.pause == Pause::End {
        (r.hold_from, r.hold_reason, r.hold_until) = (None, None, None);
    }
    if change.reopened {
        r.reopen_count += 1;
        (r.done_at, r.closed_at) = (None, None);
    }
    r.decline_count += i64::from(change.declined);
    r.executor_id = change.executor;
    r.state = change.to;
    match r.state {
        State::Done => r.done_at = Some(at),
        State::Closed | State::Rejected | State::Cancelled | State::Merged => r.closed_at = Some(at),
        _ => {}
    }
}

fn details(command: &Command) -> Value {
    match command {
        Command::Assign { executor } => json!({ "executor_id": executor }),
        Command::Hold { reason, until } => json!({ "reason": reason, "until": until }),
        Command::Decline { reason }
        | Command::Reopen { reason }
        | Command::Reject { reason }
        | Command::Cancel { reason } => {
            json!({ "reason": reason.trim() })
        }
        Command::Merge { into } => json!({ "into": into }),
        _ => json!({}),
    }
}

/// Links a call to a ticket. If the call had opened a ticket of its own that nobody completed, that one becomes merged.
pub async fn link_call(
    tx: &mut Tx,
    r: &Record,
    call: CallId,
    kind: &str,
    offset_ms: Option<i64>,
    actor: Actor,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let known: Option<IntakeId> = on!(tx, c => sqlx::query_scalar(CALL).bind(call).fetch_optional(c).await)?;
    if known.is_none() {
        return Err(Error::NoSuch("call"));
    }
    let offset = match offset_ms {
        Some(ms) => Some(ms),
        None => offset(tx, call, now).await?,
    };
    record::touch(tx, r.id, now).await?;
    record::link(tx, call, r.id, kind, offset, now).await?;
    record::event(tx, r.id, "call_linked", now, Some(actor.person), json!({ "call_id": call, "kind": kind }), now)
        .await?;
    let own = match record::by_call(tx, call).await? {
        Some(id) if id != r.id => record::one(tx, id).await?,
        _ => None,
    };
    if let Some(own) = own.filter(|own| !own.complete && own.state.open()) {
        record::unlink(tx, call, own.id).await?;
        // It holds nothing but the call, so no building can forbid it.
        let own = Record { building_id: None, section_id: None, floor_id: None, unit_id: None, ..own };
        transition(tx, own, Command::Merge { into: r.id }, actor, None, now).await?;
    }
    Ok(())
}

pub async fn unlink_call(
    tx: &mut Tx,
    r: &Record,
    call: CallId,
    actor: PersonId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    record::touch(tx, r.id, now).await?;
    if !record::unlink(tx, call, r.id).await? {
        return Err(Error::NoSuch("call of this ticket"));
    }
    record::event(tx, r.id, "call_unlinked", now, Some(actor), json!({ "call_id": call }), now).await?;
    Ok(())
}

/// Where in the call's recording we are.
async fn offset(tx: &mut Tx, call: CallId, now: DateTime<Utc>) -> Result<Option<i64>, Error> {
    let start: Option<DateTime<Utc>> =
        on!(tx, c => sqlx::query_scalar(RECORDING_START).bind(call).fetch_optional(c).await)?;
    Ok(start.map(|start| (now - start).num_milliseconds().max(0)))
}

/// One that is not used any more stays with the tickets that have it.
async fn classifier(
    tx: &mut Tx,
    id: Option<ClassifierId>,
    before: Option<ClassifierId>,
) -> Result<Option<Classifier>, Error> {
    let Some(id) = id else { return Ok(None) };
    let found = classifiers::one(tx, id).await?.filter(|c| c.active || before == Some(id));
    found.map(Some).ok_or_else(|| Error::invalid("classifier_id", "is no known classifier, or not used any more"))
}

async fn requester(tx: &mut Tx, id: Option<ContactId>, name: String) -> Result<String, Error> {
    let Some(id) = id else { return Ok(name) };
    let mut found = contacts::store::names(tx, [id]).await?;
    let known = found.remove(&id).ok_or_else(|| Error::invalid("requester_id", "is no known contact"))?;
    Ok(if name.trim().is_empty() { known.name } else { name })
}

async fn place(tx: &mut Tx, building: Option<BuildingId>, unit: Option<UnitId>) -> Result<Place, Error> {
    let nowhere =
        Place { building_id: None, section_id: None, floor_id: None, text: String::new(), zone: zone::MOSCOW };
    let unit = match unit {
        Some(id) => {
            let unit =
                buildings::unit_row(tx, id).await?.ok_or_else(|| Error::invalid("unit_id", "is no known unit"))?;
            if building.is_some_and(|b| b != unit.building_id) {
                return Err(Error::invalid("unit_id", "is in another building"));
            }
            Some(unit)
        }
        None => None,
    };
    let Some(id) = unit.as_ref().map(|u| u.building_id).or(building) else {
        return Ok(nowhere);
    };
    let b = buildings::row(tx, id).await?.ok_or_else(|| Error::invalid("building_id", "is no known building"))?;
    let label = unit.as_ref().map(|u| u.label.as_str()).unwrap_or_default();
    Ok(Place {
        building_id: Some(b.id),
        section_id: unit.as_ref().and_then(|u| u.section_id),
        floor_id: unit.as_ref().and_then(|u| u.floor_id),
        text: format!("{} {} {} {label}", b.code, b.name, b.address),
        zone: Zone::of_row(&b.timezone),
    })
}

/// What changed, for the history: names of fields with their new values.
fn difference(a: &Record, b: &Record) -> Value {
    let mut out = serde_json::Map::new();
    macro_rules! field {
        ($($name:ident)*) => { $(if a.$name != b.$name { out.insert(stringify!($name).into(), json!(b.$name)); })* };
    }
    field!(kind priority classifier_id building_id unit_id place_text requester_id requester_name requester_phone title details);
    Value::Object(out)
}
