//! What is done with intakes, each inside the caller's transaction.

use super::store::{self, Intake};
use super::{COMMENT_MIN, DispositionCode, IntakeState, known};
use crate::callbacks;
use crate::db::Tx;
use crate::http::access::{self, Object};
use crate::http::parse::Check;
use crate::http::{Problem, Verb, Who};
use crate::tickets::rules::State as TicketState;
use serde::Deserialize;
use types::{CallbackId, IntakeId, TicketId};
use utoipa::ToSchema;

/// What an intake came to, as somebody says it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Disposition {
    pub code: DispositionCode,
    pub comment: Option<String>,
    pub ticket_id: Option<TicketId>,
}

/// The rules of domain.md 1.3.1, for calls and intakes alike. Who says what an intake came to settles its callbacks too:
/// they are given back.
pub async fn dispose(tx: &mut Tx, who: &Who, id: IntakeId, form: &Disposition) -> Result<Vec<CallbackId>, Problem> {
    let Some(disposition) = known(form.code) else {
        return Err(Problem::invalid("code", "is none of GET /api/v1/dispositions"));
    };
    // Of two who say it at once the second sees what the first said.
    store::hold(tx, id).await?;
    let intake = store::one(tx, id).await?.ok_or_else(|| Problem::not_found("intake"))?;
    let comment = form.comment.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let mut check = Check::new();
    check.text("comment", comment.unwrap_or_default());
    if disposition.needs_comment {
        let long = comment.is_some_and(|text| text.chars().count() >= COMMENT_MIN);
        check.that(long, "comment", "needs at least 10 characters: what was the client told?");
    }
    check.done()?;
    // Said once by a person, it is changed by a supervisor only. What a machine said, anybody may correct.
    if intake.state == IntakeState::Disposed && intake.disposed_by.as_ref().is_some_and(|by| by.id != who.id) {
        access::may(who, Verb::IntakesReopen, Object::Any)?;
    }
    if disposition.needs_ticket && intake.tickets.is_empty() && !linked(tx, &intake, form.ticket_id).await? {
        return Err(Problem::invalid(
            "ticket_id",
            "this intake has no ticket: make one, or link the call to one first",
        ));
    }
    let settled = callbacks::settle(tx, who, id, disposition.code, comment).await?;
    let now = tx.now();
    store::dispose(tx, id, disposition.code, comment, now, who.id).await?;
    Ok(settled)
}

async fn linked(tx: &mut Tx, intake: &Intake, ticket: Option<TicketId>) -> Result<bool, Problem> {
    let Some(call) = intake.call_id else {
        return Ok(ticket.is_some());
    };
    let call = crate::calls::store::one(tx, call).await?;
    let tickets = call.map(|call| call.tickets).unwrap_or_default();
    Ok(tickets
        .iter()
        .any(|linked| ticket.is_none_or(|asked| asked == linked.id) && linked.state != TicketState::Merged))
}
