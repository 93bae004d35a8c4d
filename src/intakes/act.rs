//! What is done with intakes, each inside the caller's transaction.

use super::record::{self, Happened};
use super::store;
use super::{COMMENT_MIN, DispositionCode, Error, IntakeState, known};
use crate::callbacks::act as callbacks;
use crate::calls::drafts;
use crate::db::{self, Tx};
use crate::http::access::Scope;
use crate::http::audit;
use crate::http::parse::Check;
use crate::http::{Verb, Who};
use crate::outbox::Subject;
use crate::tickets::outcome;
use serde::Deserialize;
use serde_json::json;
use types::{BuildingId, ContactId, IntakeId, PersonId, TicketId, UnitId};
use utoipa::ToSchema;

/// Who does it, and what this person may.
#[derive(Clone, Debug)]
pub struct Actor {
    pub person: PersonId,
    /// What another person said of an intake.
    pub corrects_others: bool,
    /// Which callbacks are this person's work.
    pub callbacks: Scope,
}

impl Actor {
    pub fn of(who: &Who) -> Actor {
        let corrects_others = who.may(Verb::IntakesReopen);
        Actor { person: who.id, corrects_others, callbacks: who.scope_of(Verb::CallbacksClaim) }
    }
}

/// What an intake came to, as somebody says it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Disposition {
    pub code: DispositionCode,
    pub comment: Option<String>,
    pub ticket_id: Option<TicketId>,
}

/// What is said with a disposition, as far as its own words go: one that persons can say, with the comment it needs.
pub fn checked(form: &Disposition) -> Result<(&'static super::Disposition, Option<&str>), Error> {
    let Some(disposition) = known(form.code) else {
        return Err(Error::invalid("code", "must be one of GET /api/v1/dispositions"));
    };
    let comment = form.comment.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let mut check = Check::new();
    check.text("comment", comment.unwrap_or_default());
    if disposition.needs_comment {
        let long = comment.is_some_and(|text| text.chars().count() >= COMMENT_MIN);
        check.that(long, "comment", "must have at least 10 characters: what was the client told?");
    }
    check.faults().map_err(Error::Fields)?;
    Ok((disposition, comment))
}

/// The rules are the same for calls and intakes. Who says what an intake came to settles its callbacks too, and closes the
/// ticket that its call opened if that was no work. `overrules`: whoever said it before did so in an earlier part of the call.
/// Gives what changed.
pub async fn dispose(
    tx: &mut Tx,
    actor: &Actor,
    id: IntakeId,
    form: &Disposition,
    overrules: Option<PersonId>,
) -> Result<Vec<Subject>, Error> {
    let (disposition, comment) = checked(form)?;
    // Of two who say it at once the second sees what the first said.
    store::hold(tx, id).await?;
    let intake = store::one(tx, id).await?.ok_or(Error::NoSuchIntake)?;
    // Said once by a person, it is changed by a supervisor only. What a machine said, anybody may correct.
    let by_another = intake.disposed_by.as_ref().is_some_and(|by| by.id != actor.person && Some(by.id) != overrules);
    if intake.state == IntakeState::Disposed && by_another && !actor.corrects_others {
        return Err(Error::SaidByAnother);
    }
    if let (DispositionCode::TicketLinked, Some(call), Some(ticket)) = (form.code, intake.call_id, form.ticket_id) {
        outcome::link(tx, call, ticket, actor.person).await?;
    }
    if disposition.needs_ticket && !outcome::registered(tx, id, intake.call_id, form.ticket_id).await? {
        let message = "there is no filled-in ticket yet: save the one of the call, or link the call to another";
        return Err(Error::invalid("ticket_id", message));
    }
    audit::values(&json!({ "disposition": intake.disposition }), &json!({ "disposition": form.code }));
    let settled = callbacks::settle(tx, actor, id, disposition.code, comment).await?;
    let settled = settled.map_err(Error::OthersCallback)?;
    let now = tx.now();
    store::dispose(tx, id, disposition.code, comment, now, actor.person).await?;
    let (disposition, former, ticket_id) = (disposition.code, intake.disposition, form.ticket_id);
    record::event(tx, id, &Happened::Disposed { disposition, former, ticket_id }, actor.person)?;
    let mut changed = vec![Subject::Intakes(id)];
    changed.extend(settled.into_iter().map(Subject::Callbacks));
    if let Some(call) = intake.call_id {
        let ticket = outcome::settle(tx, call, disposition, comment, Some(actor.person)).await?;
        changed.extend(ticket.map(Subject::Tickets));
        drafts::store::delete(tx, call).await?;
    }
    Ok(changed)
}

/// As [`dispose`] by what the end of its callback says; what was said already stays.
pub async fn dispose_open(
    tx: &mut Tx,
    actor: &Actor,
    id: IntakeId,
    code: DispositionCode,
    comment: Option<&str>,
) -> Result<(), Error> {
    let now = tx.now();
    if store::dispose_open(tx, id, code, comment, now, actor.person).await? {
        let disposed = Happened::Disposed { disposition: code, former: None, ticket_id: None };
        record::event(tx, id, &disposed, actor.person)?;
    }
    Ok(())
}

/// The person said who it is and where.
pub async fn identify(
    tx: &mut Tx,
    person: PersonId,
    id: IntakeId,
    contact_id: Option<ContactId>,
    unit_id: Option<UnitId>,
    building_id: Option<BuildingId>,
) -> db::Result<()> {
    store::bind(tx, id, contact_id, unit_id, building_id).await?;
    record::event(tx, id, &Happened::Identified { contact_id, unit_id, building_id }, person)
}
