//! Tickets follow calls: the answer of a call opens its ticket. The call path does not know that tickets exist.

use super::act::{self, Draft};
use super::error::Error;
use super::fields::SomeFields;
use super::outcome;
use crate::contacts;
use crate::db::{self, Tx};
use crate::on;
use crate::outbox::{Event, Follower, Subject};
use call::Kind;
use call::event::EventKind;
use std::sync::Arc;
use types::{BuildingId, ContactId, DispositionCode, Id, IntakeId, PersonId, TicketId, UnitId};

/// What the feed knows of the caller when the call is answered.
const CALL: &str =
    "SELECT c.from_phone, c.from_number, c.from_name, i.id AS intake_id, i.contact_id, i.unit_id, i.building_id,
    i.disposition, i.comment, i.disposed_by FROM calls c LEFT JOIN intakes i ON i.id = c.intake_id WHERE c.id = $1";

#[derive(sqlx::FromRow)]
struct Caller {
    from_phone: Option<String>,
    from_number: Option<String>,
    from_name: String,
    intake_id: Option<IntakeId>,
    contact_id: Option<ContactId>,
    unit_id: Option<UnitId>,
    building_id: Option<BuildingId>,
    disposition: Option<DispositionCode>,
    comment: Option<String>,
    disposed_by: Option<PersonId>,
}

/// Opens the ticket of a call when it is answered.
pub fn follower() -> Arc<Follower> {
    Follower::new("tickets", const { &[EventKind::Answered.word()] }, |tx, event, changed| {
        Box::pin(step(tx, event, changed))
    })
}

/// One event. Idempotent by call: a ticket is opened by the first answer only, however often the event is seen.
async fn step(tx: &mut Tx, event: &Event, changed: &mut Vec<Subject>) -> db::Result<()> {
    let (Subject::Calls(call), Some(told)) = (event.subject, event.fact.read::<call::Event>()) else {
        tracing::error!(event = %event.id, "an answer cannot be read: no ticket is opened by it");
        return Ok(());
    };
    let Kind::Answered { agent, .. } = told.kind else {
        return Ok(());
    };
    let caller: Option<Caller> = on!(tx, c => sqlx::query_as(CALL).bind(call).fetch_optional(c).await)?;
    let Some(caller) = caller else {
        return Ok(());
    };
    // it may have been merged or erased since the call arrived
    let contact = match caller.contact_id {
        Some(id) => contacts::store::living(tx, id).await?.map(|known| known.id),
        None => None,
    };
    let draft = Draft {
        // Derived from the event: the same however often this runs.
        id: TicketId::new(uuid::Builder::from_custom_bytes(*event.id.uuid().as_bytes()).into_uuid()),
        fields: SomeFields {
            building_id: Some(caller.building_id),
            unit_id: Some(caller.unit_id),
            requester_id: Some(contact),
            requester_name: contact.is_none().then_some(caller.from_name),
            requester_phone: Some(caller.from_phone.or(caller.from_number)),
            ..SomeFields::default()
        },
        intake_id: caller.intake_id,
        ..Draft::default()
    };
    let now = tx.now();
    let opened = match act::open_by_call(tx, call, draft, Some(agent), event.at, now).await {
        Ok(id) => {
            changed.push(Subject::Tickets(id));
            // whoever answered may have said the outcome before this was written
            match caller.disposition {
                Some(said) => outcome::settle(tx, call, said, caller.comment.as_deref(), caller.disposed_by).await,
                None => Ok(None),
            }
        }
        Err(why) => Err(why),
    };
    match opened {
        Ok(_) => Ok(()),
        // The batch is tried again. What the rules refuse is logged and passed: the call stays undisposed.
        Err(Error::Database(error)) => Err(error),
        Err(why) => {
            tracing::error!(%call, ?why, "the call's ticket was refused");
            Ok(())
        }
    }
}
