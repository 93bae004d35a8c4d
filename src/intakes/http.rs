//! `/api/v1/intakes`, `/api/v1/dispositions`

use super::act::{self, Actor, Disposition};
use super::store::{self, Filter, Intake};
use super::{DISPOSITIONS, DispositionCode, IntakeChannel};
use crate::calls;
use crate::db::Db;
use crate::feed::live::Hub;
use crate::http::parse::time;
use crate::http::{Allowed, Answer, Body, Id, Page, Params, Problem, audit, can, page};
use crate::outbox::News;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use types::IntakeId;
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct IntakeQuery {
    /// Only those whose call is over, that nobody disposed of and that no open callback stands for.
    #[serde(default)]
    undisposed: bool,
    channel: Option<IntakeChannel>,
    #[serde(default, deserialize_with = "time")]
    from: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "time")]
    to: Option<DateTime<Utc>>,
    #[param(minimum = 1)]
    limit: Option<i64>,
    after: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/intakes", tag = "intakes", params(IntakeQuery),
    responses((status = 200, body = Page<Intake>), (status = 403, body = Problem)))]
pub async fn list(
    State(db): State<Db>,
    who: Allowed<can::IntakesRead>,
    Params(asked): Params<IntakeQuery>,
) -> Answer<Page<Intake>> {
    let (after, size) = (page::after(asked.after.as_deref())?, page::size(asked.limit)?);
    let filter = Filter { undisposed: asked.undisposed, channel: asked.channel, from: asked.from, to: asked.to };
    let mut tx = db.read().await?;
    let intakes = store::list(&mut tx, &who.scope(), &filter, after, size).await?;
    Ok(Json(Page::cut(intakes, size, |intake| (intake.arrived_at, intake.id))))
}

#[utoipa::path(get, path = "/api/v1/intakes/{id}", tag = "intakes", params(("id" = IntakeId, Path)),
    responses((status = 200, body = Intake), (status = 404, body = Problem)))]
pub async fn one(State(db): State<Db>, who: Allowed<can::IntakesRead>, Id(id): Id<IntakeId>) -> Answer<Intake> {
    let mut tx = db.read().await?;
    store::reached(&mut tx, &who.scope(), id).await?.map(Json).ok_or_else(|| Problem::not_found("intake"))
}

#[utoipa::path(put, path = "/api/v1/intakes/{id}/disposition", tag = "intakes", params(("id" = IntakeId, Path)),
    request_body = Disposition, responses((status = 204), (status = 422, body = Problem)))]
pub async fn dispose(
    State(db): State<Db>,
    State(news): State<News>,
    State(hub): State<Arc<Hub>>,
    who: Allowed<can::IntakesDispose>,
    Id(id): Id<IntakeId>,
    Body(form): Body<Disposition>,
) -> Result<StatusCode, Problem> {
    let mut tx = db.write().await?;
    let changed = match store::one(&mut tx, id).await?.and_then(|intake| intake.call_id) {
        // What a call came to is said by the rules of calls, at either door.
        Some(call) => {
            if !hub.reaches_call(&mut tx, &who, call).await? {
                return Err(Problem::not_found("intake"));
            }
            hub.may_say(&mut tx, &who, call).await?;
            calls::act::dispose(&mut tx, &Actor::of(&who), call, &form).await?
        }
        None => act::dispose(&mut tx, &Actor::of(&who), id, &form, None).await?,
    };
    audit::detail("code", form.code);
    tx.commit().await?;
    changed.into_iter().for_each(|what| news.changed(what));
    Ok(StatusCode::NO_CONTENT)
}

/// One of the outcomes a dispatcher can choose.
#[derive(Serialize, ToSchema)]
pub struct DispositionLine {
    code: DispositionCode,
    name_ru: &'static str,
    name_en: &'static str,
    needs_comment: bool,
    needs_ticket: bool,
}

#[utoipa::path(get, path = "/api/v1/dispositions", tag = "intakes", responses((status = 200, body = Page<DispositionLine>)))]
pub async fn dispositions(_: Allowed<can::IntakesRead>) -> Answer<Page<DispositionLine>> {
    let line = |d: &super::Disposition| DispositionLine {
        code: d.code,
        name_ru: d.name_ru,
        name_en: d.name_en,
        needs_comment: d.needs_comment,
        needs_ticket: d.needs_ticket,
    };
    Ok(Json(Page::whole(DISPOSITIONS.iter().map(line).collect())))
}
