//! What the outcome of a call makes of the ticket that the call's answer opened. A ticket that somebody registered or filled
//! in is a person's work, and no outcome touches it.

use super::act;
use super::error::Error;
use super::record::{self, Record};
use super::rules::{Actor, TicketKind, TicketState};
use super::words::{LinkKind, TicketEventKind};
use crate::db::{self, Tx};
use crate::http::limit;
use crate::on;
use serde_json::json;
use types::{CallId, DispositionCode, IntakeId, PersonId, TicketId};

/// Filled-in tickets of an intake or its call; `$3`: that one only. A ticket that was merged stands for its master.
const REQUESTS: &str = "SELECT count(*) FROM tickets t WHERE t.complete AND (t.id = $3 OR $3 IS NULL) \
    AND (t.intake_id = $1 OR t.id IN (SELECT ticket_id FROM call_tickets WHERE call_id = $2))";
const EXISTS: &str = "SELECT count(*) FROM tickets WHERE id = $1 AND complete";

/// Is the request registered that this intake brought? `ticket`: in this one.
pub async fn registered(
    tx: &mut Tx,
    intake: IntakeId,
    call: Option<CallId>,
    ticket: Option<TicketId>,
) -> db::Result<bool> {
    let n: i64 = on!(tx, c => sqlx::query_scalar(REQUESTS).bind(intake).bind(call).bind(ticket).fetch_one(c).await)?;
    // What came on no call cannot be linked: it is enough that there is such a ticket.
    let other: i64 = match (call, ticket) {
        (None, Some(ticket)) => on!(tx, c => sqlx::query_scalar(EXISTS).bind(ticket).fetch_one(c).await)?,
        _ => 0,
    };
    Ok(n > 0 || other > 0)
}

/// Links the call to a filled-in ticket, unless it is linked already or there is none such.
pub async fn link(tx: &mut Tx, call: CallId, ticket: TicketId, person: PersonId) -> Result<(), Error> {
    let Some(r) = record::one(tx, ticket).await?.filter(|r| r.complete) else {
        return Ok(());
    };
    if record::linked(tx, call, ticket).await? {
        return Ok(());
    }
    let (now, actor) = (tx.now(), Actor { person: Some(person), for_others: true, rejects_emergencies: false });
    act::link_call(tx, &r, call, LinkKind::About, None, actor, now).await
}

/// Closes the call's own ticket as the outcome says, unless somebody filled it in: a consultation with its text, anything
/// else as no request. Said anew, it is settled anew. Gives the ticket if it changed.
pub async fn settle(
    tx: &mut Tx,
    call: CallId,
    outcome: DispositionCode,
    comment: Option<&str>,
    actor: Option<PersonId>,
) -> Result<Option<TicketId>, Error> {
    let Some(id) = record::by_call(tx, call).await? else {
        return Ok(None);
    };
    let now = tx.now();
    // The lock first: whoever fills it in at the same time comes before or after.
    record::touch(tx, id, now).await?;
    let Some(mut r) = record::one(tx, id).await?.filter(Record::settled_by_outcome) else {
        return Ok(None);
    };
    let before = r.clone();
    match (outcome, comment) {
        (DispositionCode::Consulted, Some(text)) => {
            (r.state, r.complete) = (TicketState::Closed, true);
            r.fields.kind = TicketKind::InfoRequest;
            r.fields.details = text.to_owned();
            r.fields.title = first_line(text);
        }
        _ => (r.state, r.complete) = (TicketState::Cancelled, false),
    }
    if r == before {
        return Ok(None);
    }
    r.closed_at = Some(now);
    let place = act::place(tx, &mut r).await?;
    if !record::save(tx, &mut r, &place.text, now).await? {
        return Err(Error::Stale);
    }
    record::set_due(tx, &r).await?;
    let kind = if r.complete { TicketEventKind::Consulted } else { TicketEventKind::NoRequest };
    let data = json!({ "disposition": outcome, "from": before.state, "to": r.state });
    record::event(tx, id, kind, now, actor, data, now).await?;
    Ok(Some(id))
}

/// The first line of what was written, as long as a title may be.
fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    line.chars().take(limit::LINE).collect()
}
