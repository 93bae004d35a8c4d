//! `/api/v1/intakes`, `/api/v1/dispositions`

use super::store::{self, Filter, Intake};
use super::{COMMENT_MIN, DISPOSITIONS, known};
use crate::callbacks;
use crate::calls::http::Disposition as Form;
use crate::clock;
use crate::db::Tx;
use crate::http::access::{self, Object};
use crate::http::app::Changed;
use crate::http::parse::Check;
use crate::http::{Answer, App, Body, Id, Page, Params, Problem, Verb, Who, audit, page};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use types::{CallbackId, IntakeId, TicketId};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Only those whose call is over, that nobody disposed of and that no open callback stands for.
    #[serde(default)]
    undisposed: bool,
    channel: Option<String>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    limit: Option<i64>,
    after: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/intakes", tag = "intakes", params(Asked),
    responses((status = 200, body = Page<Intake>), (status = 403, body = Problem)))]
pub async fn list(State(app): State<Arc<App>>, who: Who, Params(asked): Params<Asked>) -> Answer<Page<Intake>> {
    access::may(&who, Verb::IntakesRead, Object::Any)?;
    let (after, size) = (page::after(asked.after.as_deref())?, page::size(asked.limit));
    let filter = Filter { undisposed: asked.undisposed, channel: asked.channel, from: asked.from, to: asked.to };
    let mut tx = app.db.read().await?;
    let intakes = store::list(&mut tx, &filter, after, size).await?;
    Ok(Json(Page::cut(intakes, size, |intake| (intake.arrived_at, intake.id))))
}

#[utoipa::path(get, path = "/api/v1/intakes/{id}", tag = "intakes", params(("id" = IntakeId, Path)),
    responses((status = 200, body = Intake), (status = 404, body = Problem)))]
pub async fn one(State(app): State<Arc<App>>, who: Who, Id(id): Id<IntakeId>) -> Answer<Intake> {
    access::may(&who, Verb::IntakesRead, Object::Any)?;
    let mut tx = app.db.read().await?;
    store::one(&mut tx, id).await?.map(Json).ok_or_else(|| Problem::not_found("intake"))
}

#[utoipa::path(put, path = "/api/v1/intakes/{id}/disposition", tag = "intakes", params(("id" = IntakeId, Path)),
    request_body = Form, responses((status = 204), (status = 422, body = Problem)))]
pub async fn dispose(
    State(app): State<Arc<App>>,
    who: Who,
    Id(id): Id<IntakeId>,
    Body(form): Body<Form>,
) -> Result<StatusCode, Problem> {
    access::may(&who, Verb::IntakesDispose, Object::Any)?;
    let mut tx = app.db.write().await?;
    let settled = dispose_intake(&mut tx, &who, id, &form).await?;
    audit::record(&mut tx, &who, "intakes.dispose", "intake", id, &form.code).await?;
    tx.commit().await?;
    app.news.changed(Changed::Intakes(id));
    settled.into_iter().for_each(|callback| app.news.changed(Changed::Callbacks(callback)));
    Ok(StatusCode::NO_CONTENT)
}

/// The rules of domain.md 1.3.1, for calls and intakes alike. Who says what an intake came to settles its callbacks too:
/// they are given back.
pub async fn dispose_intake(tx: &mut Tx, who: &Who, id: IntakeId, form: &Form) -> Result<Vec<CallbackId>, Problem> {
    let Some(disposition) = known(&form.code) else {
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
    if intake.state == "disposed" && intake.disposed_by.as_ref().is_some_and(|by| by.id != who.id) {
        access::may(who, Verb::IntakesReopen, Object::Any)?;
    }
    if disposition.needs_ticket && intake.tickets.is_empty() && !linked(tx, &intake, form.ticket_id).await? {
        return Err(Problem::invalid(
            "ticket_id",
            "this intake has no ticket: make one, or link the call to one first",
        ));
    }
    let settled = callbacks::settle(tx, who, id, disposition.code, comment).await?;
    store::dispose(tx, id, disposition.code, comment, clock::utc(), who.id).await?;
    Ok(settled)
}

async fn linked(tx: &mut Tx, intake: &Intake, ticket: Option<TicketId>) -> Result<bool, Problem> {
    let Some(call) = intake.call_id else {
        return Ok(ticket.is_some());
    };
    let call = crate::calls::store::one(tx, call).await?;
    let tickets = call.map(|call| call.tickets).unwrap_or_default();
    Ok(tickets.iter().any(|linked| ticket.is_none_or(|asked| asked == linked.id) && linked.state != "merged"))
}

/// One of the outcomes a dispatcher can choose.
#[derive(Serialize, ToSchema)]
pub struct DispositionLine {
    code: &'static str,
    name_ru: &'static str,
    name_en: &'static str,
    needs_comment: bool,
    needs_ticket: bool,
}

#[utoipa::path(get, path = "/api/v1/dispositions", tag = "intakes", responses((status = 200, body = Page<DispositionLine>)))]
pub async fn dispositions(who: Who) -> Answer<Page<DispositionLine>> {
    access::may(&who, Verb::IntakesRead, Object::Any)?;
    let line = |d: &super::Disposition| DispositionLine {
        code: d.code,
        name_ru: d.name_ru,
        name_en: d.name_en,
        needs_comment: d.needs_comment,
        needs_ticket: d.needs_ticket,
    };
    Ok(Json(Page::whole(DISPOSITIONS.iter().map(line).collect())))
}
