//! A client's data is erased: the card, and every copy of name and number that tickets, calls, intakes, callbacks and their
//! histories hold. What the law requires stays: the ticket with its number, times and address, the call with its times.
//! docs/adr/0016 says what else stays, and why.

use super::error::Error;
use super::record::{self, Happened};
use super::rules::ContactStatus;
use super::store::{self, Contact};
use crate::db::{self, Tx};
use crate::http::audit;
use crate::http::parse::Check;
use crate::on;
use crate::outbox::Subject;
use crate::recordings::store as recordings;
use crate::tickets::act as tickets;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::types::Json;
use std::collections::BTreeSet;
use types::{CallId, CallbackId, ContactId, IntakeId, PersonId, RecordingId, TicketId};
use utoipa::ToSchema;
use uuid::Uuid;

/// Numbers of the contact that no other client has.
const OWN_PHONES: &str = "SELECT p.value FROM contact_points p WHERE p.contact_id = $1 AND p.kind = 'phone' \
    AND NOT EXISTS (SELECT 1 FROM contact_points o JOIN contacts c ON c.id = o.contact_id AND c.status = 'active' \
    WHERE o.kind = 'phone' AND o.value = p.value AND o.contact_id <> $1) ORDER BY p.value";
/// Of whoever is known, and below of whoever was not known when they called from such a number.
const CALLS: &str = "SELECT id, intake_id, state = 'live' FROM calls WHERE contact_id = $1";
const CALLS_FROM: &str = "SELECT id, intake_id, state = 'live' FROM calls WHERE from_phone = $1 AND contact_id IS NULL";
const INTAKES: &str = "SELECT id FROM intakes WHERE contact_id = $1";
const INTAKES_FROM: &str = "SELECT id FROM intakes WHERE phone = $1 AND contact_id IS NULL";
const CALLBACKS: &str = "SELECT id, state IN ('pending', 'claimed') FROM callbacks WHERE contact_id = $1";
const CALLBACKS_TO: &str =
    "SELECT id, state IN ('pending', 'claimed') FROM callbacks WHERE phone = $1 AND contact_id IS NULL";
const TICKETS: &str = "SELECT id, number, state NOT IN ('done', 'closed', 'rejected', 'cancelled', 'merged') FROM tickets \
    WHERE requester_id = $1";
const TICKETS_OF: &str = "SELECT id, number, state NOT IN ('done', 'closed', 'rejected', 'cancelled', 'merged') FROM tickets \
    WHERE requester_phone = $1 AND requester_id IS NULL";
const RECORDINGS: &str = "SELECT id, held_at IS NOT NULL, state = 'running' FROM recordings WHERE call_id = $1 \
    AND deleted_at IS NULL ORDER BY id";

const CONTACT: &str = "UPDATE contacts SET full_name = '', search = '', note = '', vip = $2, status = 'erased', erased_at = $3, \
    erased_reason = $4, version = version + 1, updated_at = $3 WHERE id = $1";
const FORMER: &str = "UPDATE contacts SET full_name = '', search = '', note = '' WHERE merged_into = $1";
const FORMER_IDS: &str = "SELECT id FROM contacts WHERE merged_into = $1";
const POINTS: &str = "DELETE FROM contact_points WHERE contact_id = $1";
const UNITS: &str = "DELETE FROM unit_relations WHERE contact_id = $1";
const TICKET_HELD: &str = "UPDATE tickets SET version = version + 1, updated_at = $2 WHERE id = $1";
const TICKET: &str = "UPDATE tickets SET requester_name = '', requester_phone = NULL WHERE id = $1";
const CALL: &str = "UPDATE calls SET from_number = NULL, from_phone = NULL, from_name = '', \
    dialled = CASE WHEN direction = 'outbound' THEN '' ELSE dialled END WHERE id = $1";
const INTAKE: &str =
    "UPDATE intakes SET number = NULL, phone = NULL, name = '', summary = '', version = version + 1 WHERE id = $1";
const CALLBACK: &str = "UPDATE callbacks SET phone = NULL, version = version + 1 WHERE id = $1";
const DRAFT: &str = "DELETE FROM call_drafts WHERE call_id = $1";
const TICKET_EVENTS: &str = "SELECT id, data FROM ticket_events WHERE ticket_id = $1";
const TICKET_EVENT: &str = "UPDATE ticket_events SET data = $2 WHERE id = $1";
const EVENTS: &str = "SELECT id, data FROM events WHERE call_id = $1 AND kind IN ('arrived', 'callback_due')";
const EVENT: &str = "UPDATE events SET data = $2 WHERE id = $1";
const AUDIT: &str = "SELECT id, data FROM audit_events WHERE object_id = $1";
const AUDIT_LINE: &str = "UPDATE audit_events SET data = $2 WHERE id = $1";

/// Why a client's data is erased.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactErase {
    /// Refused if the contact is newer.
    pub version: i64,
    /// Such as the request of the client, by date and number. It stays, so it names nobody.
    pub reason: String,
}

/// What an erasure would take and leave, and what stands against it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Erasure {
    pub contact_id: ContactId,
    /// As the reader may see it.
    pub name: String,
    pub status: ContactStatus,
    pub merged_into: Option<ContactId>,
    pub version: i64,
    pub erased_at: Option<chrono::DateTime<chrono::Utc>>,
    pub erased_reason: Option<String>,
    /// These must be over first.
    pub open_tickets: Vec<OpenTicket>,
    pub open_callbacks: i64,
    pub live_calls: i64,
    /// A legal hold must be lifted first.
    pub held_recordings: Vec<HeldRecording>,
    /// Stay, without name and number.
    pub tickets: i64,
    pub calls: i64,
    /// Are deleted.
    pub recordings: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OpenTicket {
    pub id: TicketId,
    pub number: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HeldRecording {
    pub id: RecordingId,
    pub call_id: CallId,
}

impl Erasure {
    /// Does anything stand against it?
    pub fn blocked(&self) -> bool {
        !self.open_tickets.is_empty()
            || !self.held_recordings.is_empty()
            || self.open_callbacks > 0
            || self.live_calls > 0
    }

    /// What must be done first.
    pub fn remedy(&self) -> String {
        let numbers: Vec<&str> = self.open_tickets.iter().map(|ticket| ticket.number.as_str()).collect();
        let mut said = Vec::new();
        if !numbers.is_empty() {
            said.push(format!("Close or cancel the open tickets first: {}.", numbers.join(", ")));
        }
        if !self.held_recordings.is_empty() {
            said.push(format!("Lift the legal hold of {} recordings first.", self.held_recordings.len()));
        }
        if self.open_callbacks > 0 {
            said.push(format!("Settle {} open callbacks first.", self.open_callbacks));
        }
        if self.live_calls > 0 {
            said.push("Wait for the end of the call.".to_owned());
        }
        said.join(" ")
    }
}

/// Everything of a client.
struct Traces {
    calls: Vec<CallId>,
    live: i64,
    intakes: BTreeSet<IntakeId>,
    callbacks: Vec<(CallbackId, bool)>,
    tickets: Vec<(TicketId, i64, bool)>,
    recordings: Vec<(RecordingId, CallId, bool)>,
}

impl Traces {
    async fn of(tx: &mut Tx, id: ContactId) -> db::Result<Traces> {
        let phones: Vec<String> = on!(&mut *tx, c => sqlx::query_scalar(OWN_PHONES).bind(id).fetch_all(c).await)?;
        let mut calls: Vec<(CallId, IntakeId, bool)> =
            on!(&mut *tx, c => sqlx::query_as(CALLS).bind(id).fetch_all(c).await)?;
        let mut intakes: Vec<IntakeId> = on!(&mut *tx, c => sqlx::query_scalar(INTAKES).bind(id).fetch_all(c).await)?;
        let mut callbacks: Vec<(CallbackId, bool)> =
            on!(&mut *tx, c => sqlx::query_as(CALLBACKS).bind(id).fetch_all(c).await)?;
        let mut tickets: Vec<(TicketId, i64, bool)> =
            on!(&mut *tx, c => sqlx::query_as(TICKETS).bind(id).fetch_all(c).await)?;
        for phone in &phones {
            on!(&mut *tx, c => {
                calls.extend(sqlx::query_as::<_, (CallId, IntakeId, bool)>(CALLS_FROM).bind(phone).fetch_all(&mut *c).await?);
                intakes.extend(sqlx::query_scalar::<_, IntakeId>(INTAKES_FROM).bind(phone).fetch_all(&mut *c).await?);
                callbacks.extend(sqlx::query_as::<_, (CallbackId, bool)>(CALLBACKS_TO).bind(phone).fetch_all(&mut *c).await?);
                tickets.extend(sqlx::query_as::<_, (TicketId, i64, bool)>(TICKETS_OF).bind(phone).fetch_all(&mut *c).await?);
            });
        }
        let mut recordings = Vec::new();
        let mut running = 0;
        for (call, ..) in &calls {
            let found: Vec<(RecordingId, bool, bool)> =
                on!(&mut *tx, c => sqlx::query_as(RECORDINGS).bind(call).fetch_all(c).await)?;
            running += found.iter().filter(|(.., running)| *running).count();
            recordings.extend(found.into_iter().map(|(id, held, _)| (id, *call, held)));
        }
        tickets.sort_unstable_by_key(|(_, number, _)| *number);
        let live = calls.iter().filter(|(.., live)| *live).count().max(running);
        Ok(Traces {
            live: count(live),
            intakes: calls.iter().map(|(_, intake, _)| *intake).chain(intakes).collect(),
            calls: calls.into_iter().map(|(call, ..)| call).collect(),
            callbacks,
            tickets,
            recordings,
        })
    }

    fn erasure(&self, contact: Contact) -> Erasure {
        let open = self.tickets.iter().filter(|(.., open)| *open);
        let held = self.recordings.iter().filter(|(.., held)| *held);
        Erasure {
            contact_id: contact.id,
            name: contact.full_name,
            status: contact.status,
            merged_into: contact.merged_into,
            version: contact.version,
            erased_at: contact.erased_at,
            erased_reason: contact.erased_reason,
            open_tickets: open.map(|(id, number, _)| OpenTicket { id: *id, number: number.to_string() }).collect(),
            open_callbacks: count(self.callbacks.iter().filter(|(_, open)| *open).count()),
            live_calls: self.live,
            held_recordings: held.map(|(id, call_id, _)| HeldRecording { id: *id, call_id: *call_id }).collect(),
            tickets: count(self.tickets.len()),
            calls: count(self.calls.len()),
            recordings: count(self.recordings.len()),
        }
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// What an erasure would do now. None: there is no such contact.
pub async fn outlook(tx: &mut Tx, id: ContactId) -> db::Result<Option<Erasure>> {
    let Some(contact) = store::one(tx, id).await? else { return Ok(None) };
    Ok(Some(Traces::of(tx, id).await?.erasure(contact)))
}

/// Erases a client's data; gives how it is then, and what changed: nothing if it was erased before.
pub async fn erase(
    tx: &mut Tx,
    id: ContactId,
    form: ContactErase,
    actor: PersonId,
) -> Result<(Erasure, Vec<Subject>), Error> {
    let reason = form.reason.trim();
    Check::new().line("reason", reason).faults()?;
    // a call of this client that arrives now is stored before or after
    db::order_feeds(tx).await?;
    store::hold(tx, id).await?;
    let contact = store::one(tx, id).await?.ok_or(Error::NoSuch)?;
    if contact.status == ContactStatus::Erased {
        return Ok((Traces::of(tx, id).await?.erasure(contact), Vec::new()));
    }
    contact.living()?;
    if contact.version != form.version {
        return Err(Error::Stale(Box::new(contact)));
    }
    // whoever changes one of the tickets does so before this, and is seen, or finds it changed
    for (ticket, ..) in Traces::of(tx, id).await?.tickets {
        let now = tx.now();
        on!(&mut *tx, c => sqlx::query(TICKET_HELD).bind(ticket).bind(now).execute(c).await.map(drop))?;
    }
    let traces = Traces::of(tx, id).await?;
    let fields = held_fields(&contact);
    let before = traces.erasure(contact);
    if before.blocked() {
        return Err(Error::Blocked(Box::new(before)));
    }
    for (recording, ..) in &traces.recordings {
        let now = tx.now();
        if !recordings::delete(tx, *recording, now).await? {
            return Err(Error::Blocked(Box::new(Traces::of(tx, id).await?.erasure(again(tx, id).await?))));
        }
    }
    let changed = forget(tx, id, &traces).await?;
    let now = tx.now();
    on!(&mut *tx, c => sqlx::query(CONTACT).bind(id).bind(false).bind(now).bind(reason).execute(c).await.map(drop))?;
    for sql in [FORMER, POINTS, UNITS] {
        on!(&mut *tx, c => sqlx::query(sql).bind(id).execute(c).await.map(drop))?;
    }
    audit::detail("fields", fields);
    record::event(tx, id, &Happened::Erased { version: form.version + 1 }, actor)?;
    Ok((Traces::of(tx, id).await?.erasure(again(tx, id).await?), changed))
}

async fn again(tx: &mut Tx, id: ContactId) -> Result<Contact, Error> {
    store::one(tx, id).await?.ok_or(Error::NoSuch)
}

/// Names of what was filled in.
fn held_fields(contact: &Contact) -> Vec<&'static str> {
    let all = [
        ("full_name", !contact.full_name.is_empty()),
        ("phones", !contact.phones.is_empty()),
        ("units", !contact.units.is_empty()),
        ("note", !contact.note.is_empty()),
        ("vip", contact.vip),
    ];
    all.into_iter().filter(|(_, held)| *held).map(|(name, _)| name).collect()
}

/// Takes the client out of everything else; gives what changed.
async fn forget(tx: &mut Tx, id: ContactId, traces: &Traces) -> Result<Vec<Subject>, Error> {
    let mut changed = vec![Subject::Contacts(id)];
    for (ticket, ..) in &traces.tickets {
        on!(&mut *tx, c => sqlx::query(TICKET).bind(*ticket).execute(c).await.map(drop))?;
        tickets::renew_search(tx, *ticket).await?;
        rewrite(tx, TICKET_EVENTS, TICKET_EVENT, *ticket, of_history).await?;
        rewrite(tx, AUDIT, AUDIT_LINE, *ticket, of_ticket).await?;
        changed.push(Subject::Tickets(*ticket));
    }
    for call in &traces.calls {
        for sql in [CALL, DRAFT] {
            on!(&mut *tx, c => sqlx::query(sql).bind(*call).execute(c).await.map(drop))?;
        }
        rewrite(tx, EVENTS, EVENT, *call, of_call).await?;
        changed.push(Subject::Calls(*call));
    }
    for intake in &traces.intakes {
        on!(&mut *tx, c => sqlx::query(INTAKE).bind(*intake).execute(c).await.map(drop))?;
        changed.push(Subject::Intakes(*intake));
    }
    for (callback, _) in &traces.callbacks {
        on!(&mut *tx, c => sqlx::query(CALLBACK).bind(*callback).execute(c).await.map(drop))?;
        changed.push(Subject::Callbacks(*callback));
    }
    let former: Vec<ContactId> = on!(&mut *tx, c => sqlx::query_scalar(FORMER_IDS).bind(id).fetch_all(c).await)?;
    for id in former.into_iter().chain([id]) {
        rewrite(tx, AUDIT, AUDIT_LINE, id, of_contact).await?;
    }
    changed.extend(traces.recordings.iter().map(|(recording, ..)| Subject::Recordings(*recording)));
    Ok(changed)
}

/// Documents of one thing, written anew where `change` finds something in them.
async fn rewrite(
    tx: &mut Tx,
    read: &'static str,
    write: &'static str,
    of: impl types::Id,
    change: fn(&mut Value) -> bool,
) -> db::Result<()> {
    let of = of.uuid();
    let found: Vec<(Uuid, Json<Value>)> = on!(&mut *tx, c => sqlx::query_as(read).bind(of).fetch_all(c).await)?;
    for (id, Json(mut document)) in found {
        if change(&mut document) {
            on!(&mut *tx, c => sqlx::query(write).bind(id).bind(Json(document)).execute(c).await.map(drop))?;
        }
    }
    Ok(())
}

/// Empties what holds a text of these. True: something did.
fn emptied(document: &mut Value, personal: &[(&str, Value)]) -> bool {
    let mut found = false;
    for (name, empty) in personal {
        if let Some(value) = document.get_mut(name).filter(|value| value.is_string() && *value != empty) {
            *value = empty.clone();
            found = true;
        }
    }
    found
}

fn of_history(event: &mut Value) -> bool {
    emptied(event, &[("requester_name", "".into()), ("requester_phone", Value::Null)])
}

fn of_call(event: &mut Value) -> bool {
    emptied(event, &[("from_name", "".into()), ("from", Value::Null), ("phone", Value::Null)])
}

/// Old and new values of a line of the audit go; which fields they were stays.
fn valueless(line: &mut Value, personal: fn(&str) -> bool) -> bool {
    let mut found = false;
    for change in line["changes"].as_array_mut().into_iter().flatten() {
        if change["field"].as_str().is_some_and(personal) && (!change["before"].is_null() || !change["after"].is_null())
        {
            (change["before"], change["after"]) = (Value::Null, Value::Null);
            found = true;
        }
    }
    found
}

fn of_contact(line: &mut Value) -> bool {
    valueless(line, |_| true)
}

fn of_ticket(line: &mut Value) -> bool {
    valueless(line, |field| ["requester_name", "requester_phone"].contains(&field))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_and_numbers_are_emptied_and_nothing_else() {
        let mut arrived = json!({ "kind": "arrived", "from": "+79161234567", "from_name": "Anna", "dialled": "1000" });
        assert!(of_call(&mut arrived));
        assert_eq!(arrived, json!({ "kind": "arrived", "from": null, "from_name": "", "dialled": "1000" }));
        assert!(!of_call(&mut arrived), "nothing is left");
        let mut history = json!({ "requester_name": "Anna", "requester_phone": "+79161234567", "from": "new" });
        assert!(of_history(&mut history));
        assert_eq!(history, json!({ "requester_name": "", "requester_phone": null, "from": "new" }));
    }

    #[test]
    fn the_audit_keeps_which_fields_they_were() {
        let line = || {
            json!({ "changes": [{ "field": "requester_name", "before": "I. P.", "after": "" },
            { "field": "priority", "before": 1, "after": 2 }] })
        };
        let mut ticket = line();
        assert!(of_ticket(&mut ticket));
        assert_eq!(ticket["changes"][0], json!({ "field": "requester_name", "before": null, "after": null }));
        assert_eq!(ticket["changes"][1]["after"], 2);
        let mut contact = line();
        assert!(of_contact(&mut contact));
        assert_eq!(contact["changes"][1]["after"], Value::Null);
        assert!(!of_contact(&mut json!({ "query": {} })));
    }
}
