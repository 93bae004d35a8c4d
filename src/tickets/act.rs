//! What is done with tickets, each inside the caller's transaction: registering, changing, moving, linking to calls.

use super::classifiers::{self, Classifier};
use super::clocks::{self, Profile};
use super::error::Error;
use super::fields::{Fields, SomeFields};
use super::record::{self, Record};
use super::rules::{self, Actor, Change, ClockCode, Command, Master, Pause, TicketKind, TicketState};
use super::words::{LinkKind, TicketEventKind, TicketSource};
use crate::buildings::store as buildings;
use crate::contacts;
use crate::db::Tx;
use crate::http::audit;
use crate::on;
use crate::people;
use crate::zone::{self, Zone};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use types::{CallId, ClassifierId, ContactId, IntakeId, PersonId, TicketId};

const RECORDING_START: &str = "SELECT started_at FROM recordings WHERE call_id = $1 ORDER BY started_at LIMIT 1";
const CALL: &str = "SELECT intake_id FROM calls WHERE id = $1";
const INTAKES: &str = "SELECT count(*) FROM intakes WHERE id = $1";

/// What a new ticket is made of.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub id: TicketId,
    pub fields: SomeFields,
    pub executor_id: Option<PersonId>,
    pub source: TicketSource,
    pub intake_id: Option<IntakeId>,
    /// The call that this ticket belongs to: it is linked.
    pub call_id: Option<CallId>,
    /// The answer of `call_id` opens it: at most one such ticket a call, and incomplete until a dispatcher completes it.
    pub opened_by_call: bool,
    /// The applicant was told the planned terms already.
    pub told: bool,
}

/// What a change asks for.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    pub fields: SomeFields,
    /// Completes a ticket that a call opened.
    pub complete: bool,
    /// The applicant was told the planned terms.
    pub told: bool,
}

/// Of a ticket that says nothing of what it is about.
pub(super) const NAMELESS: &str = "must not be empty, unless classifier_id is given";

/// Where a ticket is, and the words of its classifier when it has no others: for its search and its clocks.
pub(super) struct Place {
    pub text: String,
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
    let mut r = Record {
        id: d.id,
        number: record::number(tx).await?,
        state: TicketState::New,
        fields: Fields::default(),
        profile: Profile::Internal,
        section_id: None,
        floor_id: None,
        executor_id: None,
        source: d.source,
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
    };
    let place = put(tx, &mut r, d.fields).await?;
    record::insert(tx, &r, &place.text).await?;
    audit::about(r.id);
    audit::values(&(), &r.fields);
    let (number, f) = (r.number.to_string(), &r.fields);
    let data = json!({ "number": number, "kind": f.kind, "priority": f.priority, "call_id": d.call_id });
    let kind = if d.opened_by_call { TicketEventKind::Opened } else { TicketEventKind::Registered };
    record::event(tx, r.id, kind, registered_at, actor, data, now).await?;
    if r.complete {
        start_clocks(tx, &r, r.profile, place.zone, now).await?;
    }
    if d.told {
        record_told(tx, &r, actor, now).await?;
    }
    if let Some(call) = d.call_id {
        let offset = offset(tx, call, now).await?;
        record::link(tx, call, r.id, LinkKind::CreatedIn, offset, now).await?;
    }
    record::set_due(tx, &r).await?;
    match (d.executor_id, actor) {
        (Some(executor), Some(person)) => {
            let actor = Actor { person: Some(person), for_others: true, rejects_emergencies: false };
            transition(tx, r, Command::Assign { executor }, actor, None, now).await
        }
        _ => Ok(r),
    }
}

/// What a new ticket names must be there. A call that goes on counts, though the database may not know it yet (`live`).
pub async fn references(tx: &mut Tx, d: &Draft, live: bool) -> Result<(), Error> {
    let mut check = crate::http::parse::Check::new();
    if let Some(call) = d.call_id {
        check.that(live || intake_of(tx, call).await?.is_some(), "call_id", "is not a known call");
    }
    if let Some(intake) = d.intake_id {
        let known: i64 = on!(tx, c => sqlx::query_scalar(INTAKES).bind(intake).fetch_one(c).await)?;
        check.that(known > 0, "intake_id", "is not a known intake");
    }
    check.faults().map_err(Error::Fields)
}

async fn intake_of(tx: &mut Tx, call: CallId) -> Result<Option<IntakeId>, Error> {
    Ok(on!(tx, c => sqlx::query_scalar(CALL).bind(call).fetch_optional(c).await)?)
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
    let draft = Draft { call_id: Some(call), opened_by_call: true, source: TicketSource::Call, ..draft };
    Ok(register(tx, draft, agent, answered_at, now).await?.id)
}

/// The clocks of the profile; those of the profile `before` that it does not know go. A clock that runs keeps when it began
/// and how long it was paused. After a reopening only the company's own run: the result by law stays as it was.
async fn start_clocks(tx: &mut Tx, r: &Record, before: Profile, zone: Zone, now: DateTime<Utc>) -> Result<(), Error> {
    let again = r.reopen_count > 0;
    let wanted: Vec<_> = clocks::definitions(r.profile).iter().filter(|d| d.pausable || !again).collect();
    let mut running = record::clock_rows(tx, r.id).await?;
    running.retain(|row| row.round == r.reopen_count && row.code != ClockCode::Accept);
    for old in running.iter().filter(|old| !wanted.iter().any(|d| d.code == old.code)) {
        record::drop_clock(tx, r.id, old.code, old.round).await?;
    }
    for definition in wanted {
        let row = running.iter().find(|row| row.code == definition.code);
        let began = row.map_or(if again { now } else { r.registered_at }, |row| row.started_at);
        let former = clocks::definitions(before).iter().find(|d| d.pausable && d.code == definition.code);
        let paused = row.zip(former).map(|(row, former)| row.due_at - clocks::due(former.span, began, zone));
        let due = clocks::due(definition.span, began, zone) + paused.unwrap_or_default();
        record::start_clock(tx, r, definition, began, due).await?;
    }
    if r.state == TicketState::OnHold {
        record::pause_clocks(tx, r.id, now).await?;
    }
    Ok(())
}

/// Puts what is asked for into the fields, with what follows from it: the classifier gives kind, priority and profile, the
/// unit its building, the requester a name.
async fn put(tx: &mut Tx, r: &mut Record, some: SomeFields) -> Result<Place, Error> {
    let class = classifier(tx, some.classifier_id.flatten(), r.fields.classifier_id).await?;
    let f = &mut r.fields;
    if let Some(id) = some.classifier_id {
        f.classifier_id = id;
        r.profile = class.as_ref().map_or(Profile::Internal, |c| c.profile);
    }
    f.kind = some.kind.or(class.as_ref().map(|c| c.kind)).unwrap_or(f.kind);
    f.priority = some.priority.or(class.as_ref().map(|c| c.priority)).unwrap_or(f.priority);
    f.unit_id = some.unit_id.unwrap_or(f.unit_id);
    // A new building without a unit: the old unit is not in it.
    if some.unit_id.is_none() && some.building_id.is_some_and(|b| b != f.building_id) {
        f.unit_id = None;
    }
    f.building_id = some.building_id.unwrap_or(f.building_id);
    if some.unit_id.is_some_and(|u| u.is_some()) && some.building_id.is_none() {
        f.building_id = None;
    }
    if let Some(id) = some.requester_id {
        (f.requester_id, f.requester_name) = requester(tx, id, some.requester_name.unwrap_or_default()).await?;
    } else if let Some(name) = some.requester_name {
        f.requester_name = name;
    }
    f.requester_phone = some.requester_phone.unwrap_or(f.requester_phone.take());
    f.place_text = some.place_text.unwrap_or_else(|| std::mem::take(&mut f.place_text));
    f.title = some.title.unwrap_or_else(|| std::mem::take(&mut f.title));
    f.details = some.details.unwrap_or_else(|| std::mem::take(&mut f.details));
    place(tx, r).await
}

/// Changes fields; completes a ticket that a call opened. `r` is the row as it was read, its version still the newest.
pub async fn change(tx: &mut Tx, r: Record, e: Edit, actor: PersonId, now: DateTime<Utc>) -> Result<Record, Error> {
    let before = r.clone();
    let mut r = r;
    let place = put(tx, &mut r, e.fields).await?;
    let completed = e.complete && !r.complete;
    if r == before && !completed && !e.told {
        return Ok(r);
    }
    r.complete |= e.complete;
    if r.complete {
        whole(&r)?;
    }
    if before.no_request() && completed {
        (r.state, r.closed_at) = (TicketState::New, None);
    }
    if !record::save(tx, &mut r, &place.text, now).await? {
        return Err(Error::Stale);
    }
    if completed || (r.complete && r.profile != before.profile) {
        start_clocks(tx, &r, before.profile, place.zone, now).await?;
    }
    audit::values(&before.fields, &r.fields);
    let data = r.fields.difference(&before.fields);
    if completed || !data.is_empty() {
        let kind = if completed { TicketEventKind::Completed } else { TicketEventKind::Changed };
        record::event(tx, r.id, kind, now, Some(actor), data, now).await?;
    }
    if e.told {
        record_told(tx, &r, Some(actor), now).await?;
    }
    record::set_due(tx, &r).await?;
    Ok(r)
}

/// Writes anew what the search looks in.
pub async fn renew_search(tx: &mut Tx, id: TicketId) -> Result<(), Error> {
    let Some(mut r) = record::one(tx, id).await? else { return Ok(()) };
    let place = place(tx, &mut r).await?;
    Ok(record::save_search(tx, &r, &place.text).await?)
}

/// The applicant was told the planned terms while the ticket was written.
async fn record_told(tx: &mut Tx, r: &Record, actor: Option<PersonId>, now: DateTime<Utc>) -> Result<(), Error> {
    record::stop_clocks(tx, r.id, &[ClockCode::Told], now).await?;
    Ok(record::event(tx, r.id, TicketEventKind::Tell, now, actor, json!({}), now).await?)
}

/// A complete ticket says what it is about and where.
fn whole(r: &Record) -> Result<(), Error> {
    let mut check = crate::http::parse::Check::new();
    check.short("title", &r.fields.title);
    check.that(!r.fields.title.trim().is_empty() || r.fields.classifier_id.is_some(), "title", NAMELESS);
    check.that(
        r.fields.building_id.is_some() || !r.fields.place_text.trim().is_empty(),
        "building_id",
        "is required, unless place_text is given",
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
        Command::Merge { into } => master(tx, &r, *into, now).await?,
        _ => None,
    };
    let change = rules::apply(&record::facts(tx, &r).await?, &command, actor, master, now)
        .map_err(|why| Error::Rules { why, command: command.word(), state: r.state })?;
    if let Command::Assign { executor } = &command
        && !people::store::is_executor(tx, *executor).await?
    {
        return Err(Error::invalid("executor_id", "must be a person who works on tickets"));
    }
    let (at, bent) = rules::occurred(claimed, r.registered_at, now);
    let from = r.state;
    settle(&mut r, &command, &change, at);
    let place = place(tx, &mut r).await?;
    if !record::save(tx, &mut r, &place.text, now).await? {
        return Err(Error::Stale);
    }
    match change.pause {
        Pause::Begin => record::pause_clocks(tx, r.id, at).await?,
        Pause::End => record::resume_clocks(tx, r.id, at).await?,
        Pause::No => {}
    }
    record::stop_clocks(tx, r.id, change.stops, at).await?;
    if change.starts_accept {
        record::restart_clock(tx, &r, &clocks::accept(r.fields.kind), at, place.zone).await?;
    }
    if change.reopened {
        // The result by law stays as it was; the company's own clocks run again.
        for definition in clocks::definitions(r.profile).iter().filter(|d| d.pausable) {
            let due = clocks::due(definition.span, at, place.zone);
            record::start_clock(tx, &r, definition, at, due).await?;
        }
    }
    audit::values(&json!({ "state": from }), &json!({ "state": r.state }));
    let mut data = details(&command);
    if let Some(object) = data.as_object_mut() {
        object.insert("from".into(), json!(from));
        object.insert("to".into(), json!(r.state));
        if bent {
            object.insert("claimed_at".into(), json!(claimed));
        }
    }
    record::event(tx, r.id, command.word().into(), at, actor.person, data, now).await?;
    record::set_due(tx, &r).await?;
    if let Command::Merge { into } = &command {
        record::touch(tx, *into, now).await?;
        let data = json!({ "ticket_id": r.id, "number": r.number.to_string() });
        record::event(tx, *into, TicketEventKind::MergedHere, at, actor.person, data, now).await?;
    }
    Ok(r)
}

/// The ticket that `r` is to be merged into. Both are locked, in the order of their ids, before either is judged: of two
/// that are merged into one another at once the second sees what the first did.
async fn master(tx: &mut Tx, r: &Record, into: TicketId, now: DateTime<Utc>) -> Result<Option<Master>, Error> {
    for id in [r.id.min(into), r.id.max(into)] {
        record::touch(tx, id, now).await?;
    }
    if record::one(tx, r.id).await?.is_none_or(|newest| newest.version != r.version) {
        return Err(Error::Stale);
    }
    let found = record::one(tx, into).await?;
    Ok(found.map(|m| Master {
        id: m.id,
        state: m.state,
        emergency: m.fields.kind == TicketKind::Emergency,
        building: m.fields.building_id,
    }))
}

/// The row after the change.
fn settle(r: &mut Record, command: &Command, change: &Change, at: DateTime<Utc>) {
    match command {
        Command::Hold { reason, until } => {
            r.hold_from = Some(r.state);
            r.hold_reason = Some(*reason);
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
        TicketState::Done => r.done_at = Some(at),
        TicketState::Closed | TicketState::Rejected | TicketState::Cancelled | TicketState::Merged => {
            r.closed_at = Some(at)
        }
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
    kind: LinkKind,
    offset_ms: Option<i64>,
    actor: Actor,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if intake_of(tx, call).await?.is_none() {
        return Err(Error::NoSuch("call"));
    }
    record::touch(tx, r.id, now).await?;
    let offset = match offset_ms {
        // where the call is now: of a new link
        None if !record::linked(tx, call, r.id).await? => offset(tx, call, now).await?,
        given => given,
    };
    if record::link(tx, call, r.id, kind, offset, now).await? {
        let data = json!({ "call_id": call, "kind": kind });
        record::event(tx, r.id, TicketEventKind::CallLinked, now, actor.person, data, now).await?;
    }
    let own = match record::by_call(tx, call).await? {
        Some(id) if id != r.id => record::one(tx, id).await?,
        _ => None,
    };
    if let Some(own) = own.filter(|own| !own.complete && own.state.open()) {
        record::unlink(tx, call, own.id).await?;
        // It holds nothing but the call, so no building can forbid it.
        let fields = Fields { building_id: None, unit_id: None, ..own.fields };
        let own = Record { fields, section_id: None, floor_id: None, ..own };
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
    record::event(tx, r.id, TicketEventKind::CallUnlinked, now, Some(actor), json!({ "call_id": call }), now).await?;
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
    found.map(Some).ok_or_else(|| Error::invalid("classifier_id", "is not a known classifier, or is no longer used"))
}

/// Who that is by now, and by which name: what was merged stands for the one it was merged into.
async fn requester(tx: &mut Tx, id: Option<ContactId>, name: String) -> Result<(Option<ContactId>, String), Error> {
    let Some(id) = id else { return Ok((None, name)) };
    let unknown = || Error::invalid("requester_id", "is not a known contact");
    let known = contacts::store::living(tx, id).await?.ok_or_else(unknown)?;
    Ok((Some(known.id), if name.trim().is_empty() { known.name } else { name }))
}

/// Where it is: the unit says its building, section and floor. A classifier's words are those of this moment.
pub(super) async fn place(tx: &mut Tx, r: &mut Record) -> Result<Place, Error> {
    let mut place = address(tx, r).await?;
    if let (Some(id), "") = (r.fields.classifier_id, r.fields.title.as_str())
        && let Some(named) = classifiers::one(tx, id).await?
    {
        place.text.push(' ');
        place.text.push_str(&named.words());
    }
    Ok(place)
}

async fn address(tx: &mut Tx, r: &mut Record) -> Result<Place, Error> {
    let f = &mut r.fields;
    let unit = match f.unit_id {
        Some(id) => {
            let unit =
                buildings::unit_row(tx, id).await?.ok_or_else(|| Error::invalid("unit_id", "is not a known unit"))?;
            if f.building_id.is_some_and(|b| b != unit.building_id) {
                return Err(Error::invalid("unit_id", "is in another building"));
            }
            Some(unit)
        }
        None => None,
    };
    f.building_id = unit.as_ref().map(|u| u.building_id).or(f.building_id);
    r.section_id = unit.as_ref().and_then(|u| u.section_id);
    r.floor_id = unit.as_ref().and_then(|u| u.floor_id);
    let Some(id) = f.building_id else {
        return Ok(Place { text: String::new(), zone: zone::MOSCOW });
    };
    let b = buildings::row(tx, id).await?.ok_or_else(|| Error::invalid("building_id", "is not a known building"))?;
    let label = unit.as_ref().map(|u| u.label.as_str()).unwrap_or_default();
    Ok(Place { text: format!("{} {} {} {label}", b.code, b.name, b.address), zone: Zone::of_row(&b.timezone) })
}
