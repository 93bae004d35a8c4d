//! Two contacts that are the same client become one: what is the one's goes to the other, in one transaction. The row of the
//! one stays and says who it is now.

use super::error::Error;
use super::record::{self, Happened};
use super::rules::ContactStatus;
use super::store::{self, Contact, ContactData, UnitData};
use crate::db::{self, Tx};
use crate::http::parse::Check;
use crate::http::{audit, limit};
use crate::on;
use crate::outbox::Subject;
use serde::Deserialize;
use serde_json::json;
use types::{CallId, CallbackId, ContactId, IntakeId, PersonId, TicketId};
use utoipa::ToSchema;

const MERGED: &str = "UPDATE contacts SET status = 'merged', merged_into = $2, search = '', note = '', version = version + 1, \
    updated_at = $3 WHERE id = $1";
/// What was merged into it before is now in the other one.
const FOLLOWED: &str = "UPDATE contacts SET merged_into = $2 WHERE merged_into = $1";
/// Of two relations to one unit in one role the longer time remains.
const UNITS: &str = "INSERT INTO unit_relations (contact_id, unit_id, role, since, until) \
    SELECT $2, r.unit_id, r.role, r.since, r.until FROM unit_relations r WHERE r.contact_id = $1 \
    ON CONFLICT (contact_id, unit_id, role) DO UPDATE SET \
    since = CASE WHEN excluded.since < unit_relations.since THEN excluded.since ELSE unit_relations.since END, \
    until = CASE WHEN excluded.until IS NULL OR unit_relations.until IS NULL THEN NULL \
    WHEN excluded.until > unit_relations.until THEN excluded.until ELSE unit_relations.until END";
const UNITS_LEFT: &str = "DELETE FROM unit_relations WHERE contact_id = $1";
/// The phones are written with the survivor; of what else reaches a client, what the survivor has already is left out.
const POINTS: &str = "UPDATE contact_points SET contact_id = $2 WHERE contact_id = $1 AND kind <> 'phone' \
    AND NOT EXISTS (SELECT 1 FROM contact_points o WHERE o.contact_id = $2 AND o.kind = contact_points.kind \
    AND o.value = contact_points.value)";
const POINTS_LEFT: &str = "DELETE FROM contact_points WHERE contact_id = $1";
const OTHERS: &str = "SELECT count(*) FROM contact_points p JOIN contacts c ON c.id = p.contact_id \
    WHERE p.kind = 'phone' AND p.value = $3 AND c.status = 'active' AND c.id <> $1 AND c.id <> $2";
const TICKETS: &str = "UPDATE tickets SET requester_id = $2, version = version + 1, updated_at = $3 WHERE requester_id = $1 \
    RETURNING id";
const CALLS: &str = "UPDATE calls SET contact_id = $2 WHERE contact_id = $1 RETURNING id";
const INTAKES: &str = "UPDATE intakes SET contact_id = $2, version = version + 1 WHERE contact_id = $1 RETURNING id";
const CALLBACKS: &str =
    "UPDATE callbacks SET contact_id = $2, version = version + 1 WHERE contact_id = $1 RETURNING id";

/// Which contact a contact is the same as, and how both were when that was decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactMerge {
    /// Who remains.
    pub into: ContactId,
    /// Of the contact that is merged; refused if it is newer.
    pub version: i64,
    /// Of the contact that remains; refused if it is newer.
    pub into_version: i64,
}

/// The contact that remains, and what changed. Nothing did if they were merged so before: whoever asks again is answered
/// as the first time.
pub async fn merge(
    tx: &mut Tx,
    id: ContactId,
    form: ContactMerge,
    actor: PersonId,
) -> Result<(Contact, Vec<Subject>), Error> {
    if form.into == id {
        return Err(Error::invalid("into", "is the same contact: name the one that remains"));
    }
    // a call that arrives now is seen either by the old number or by the new one
    db::order_feeds(tx).await?;
    // Of two that are merged into one another at once the second sees what the first did.
    for id in [id.min(form.into), id.max(form.into)] {
        store::hold(tx, id).await?;
    }
    let from = store::one(tx, id).await?.ok_or(Error::NoSuch)?;
    let into = store::one(tx, form.into).await?.ok_or_else(|| Error::invalid("into", "is not a known contact"))?;
    if from.status == ContactStatus::Merged && from.merged_into == Some(into.id) {
        return Ok((into, Vec::new()));
    }
    from.living()?;
    into.living()?;
    for (contact, version) in [(&from, form.version), (&into, form.into_version)] {
        if contact.version != version {
            return Err(Error::Stale(Box::new(contact.clone())));
        }
    }
    let (version, into_id) = (into.version, into.id);
    let before = ContactData::of(into);
    let after = joined(tx, &before, ContactData::of(from)).await?;
    let mut changed = moved(tx, id, into_id).await?;
    let now = tx.now();
    store::update(tx, &after, version, now).await?;
    on!(&mut *tx, c => sqlx::query(MERGED).bind(id).bind(into_id).bind(now).execute(c).await.map(drop))?;
    on!(&mut *tx, c => sqlx::query(FOLLOWED).bind(id).bind(into_id).execute(c).await.map(drop))?;
    audit::values(&json!({ "status": ContactStatus::Active }), &json!({ "status": ContactStatus::Merged }));
    audit::values(&before, &after);
    audit::detail("into", into_id);
    record::event(tx, id, &Happened::Merged { version: form.version + 1, into: into_id }, actor)?;
    record::event(tx, into_id, &Happened::Changed { version: version + 1 }, actor)?;
    changed.extend([Subject::Contacts(id), Subject::Contacts(into_id)]);
    Ok((store::one(tx, into_id).await?.ok_or(Error::NoSuch)?, changed))
}

/// The survivor with what the other adds: name, kind and language remain.
async fn joined(tx: &mut Tx, into: &ContactData, from: ContactData) -> Result<ContactData, Error> {
    let mut joined = into.clone();
    joined.vip |= from.vip;
    joined.note = match (into.note.trim(), from.note.trim()) {
        (note, "") | ("", note) => note.to_owned(),
        (note, same) if note == same => note.to_owned(),
        (note, other) => format!("{note}\n\n{other}"),
    };
    for phone in from.phones {
        match joined.phones.iter_mut().find(|known| known.value == phone.value) {
            None => joined.phones.push(phone),
            Some(known) => {
                if known.label.trim().is_empty() {
                    known.label = phone.label;
                }
                // the two of them are no longer several
                known.shared = others(tx, from.id, into.id, &known.value).await?;
            }
        }
    }
    let units = from.units.into_iter().filter(|unit| !into.units.iter().any(|known| known == unit));
    joined.units.extend(units.collect::<Vec<UnitData>>());
    let mut check = Check::new();
    let note = joined.note.chars().count();
    check.that(note <= limit::TEXT, "note", "is too long together: shorten one of the two first");
    let (phones, units) = (&joined.phones, &joined.units);
    check.that(phones.len() <= limit::ITEMS, "phones", "are too many together: remove some first");
    check.that(units.len() <= limit::ITEMS, "units", "are too many together: remove some first");
    check.faults()?;
    Ok(joined)
}

async fn others(tx: &mut Tx, one: ContactId, other: ContactId, phone: &str) -> db::Result<bool> {
    let n: i64 = on!(tx, c => sqlx::query_scalar(OTHERS).bind(one).bind(other).bind(phone).fetch_one(c).await)?;
    Ok(n > 0)
}

/// Everything that names the contact names the other one; gives what that is.
async fn moved(tx: &mut Tx, from: ContactId, into: ContactId) -> db::Result<Vec<Subject>> {
    let now = tx.now();
    for sql in [UNITS, POINTS] {
        on!(&mut *tx, c => sqlx::query(sql).bind(from).bind(into).execute(c).await.map(drop))?;
    }
    for sql in [UNITS_LEFT, POINTS_LEFT] {
        on!(&mut *tx, c => sqlx::query(sql).bind(from).execute(c).await.map(drop))?;
    }
    let tickets: Vec<TicketId> =
        on!(&mut *tx, c => sqlx::query_scalar(TICKETS).bind(from).bind(into).bind(now).fetch_all(c).await)?;
    let calls: Vec<CallId> = on!(&mut *tx, c => sqlx::query_scalar(CALLS).bind(from).bind(into).fetch_all(c).await)?;
    let intakes: Vec<IntakeId> =
        on!(&mut *tx, c => sqlx::query_scalar(INTAKES).bind(from).bind(into).fetch_all(c).await)?;
    let callbacks: Vec<CallbackId> =
        on!(&mut *tx, c => sqlx::query_scalar(CALLBACKS).bind(from).bind(into).fetch_all(c).await)?;
    let tickets = tickets.into_iter().map(Subject::Tickets);
    let calls = calls.into_iter().map(Subject::Calls).chain(intakes.into_iter().map(Subject::Intakes));
    Ok(tickets.chain(calls).chain(callbacks.into_iter().map(Subject::Callbacks)).collect())
}
