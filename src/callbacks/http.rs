//! `/api/v1/callbacks`

use super::act::{self, Closing};
use super::store::{self, Callback};
use super::{CallbackEnd, CallbackState};
use crate::db::Db;
use crate::http::{Allowed, Answer, Body, Id, Page, Params, Problem, audit, can, page};
use crate::intakes::DispositionCode;
use crate::intakes::act::Actor;
use crate::outbox::News;
use crate::outbox::Subject;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use types::CallbackId;
use utoipa::{IntoParams, ToSchema};

types::words! {
    /// Which callbacks a list holds.
    #[derive(Default)]
    pub enum CallbackFilter {
        /// Pending and claimed.
        #[default]
        Open = "open",
        All = "all",
        Pending = "pending",
        Claimed = "claimed",
        Done = "done",
        Unreachable = "unreachable",
        Merged = "merged",
        Cancelled = "cancelled",
    }
}

impl CallbackFilter {
    fn states(self) -> &'static [CallbackState] {
        match self {
            CallbackFilter::Open => CallbackState::OPEN,
            CallbackFilter::All => CallbackState::ALL,
            CallbackFilter::Pending => &[CallbackState::Pending],
            CallbackFilter::Claimed => &[CallbackState::Claimed],
            CallbackFilter::Done => &[CallbackState::Done],
            CallbackFilter::Unreachable => &[CallbackState::Unreachable],
            CallbackFilter::Merged => &[CallbackState::Merged],
            CallbackFilter::Cancelled => &[CallbackState::Cancelled],
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CallbackQuery {
    /// `open` (the default) is pending and claimed.
    #[serde(default)]
    state: CallbackFilter,
    #[param(minimum = 1)]
    limit: Option<i64>,
    after: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/callbacks", tag = "callbacks", params(CallbackQuery),
    responses((status = 200, body = Page<Callback>), (status = 403, body = Problem)))]
pub async fn list(
    State(db): State<Db>,
    who: Allowed<can::CallbacksRead>,
    Params(asked): Params<CallbackQuery>,
) -> Answer<Page<Callback>> {
    let (after, size) = (page::after(asked.after.as_deref())?, page::size(asked.limit)?);
    let mut tx = db.read().await?;
    let found = store::list(&mut tx, asked.state.states(), &who.scope(), after, size).await?;
    Ok(Json(Page::cut(found, size, |callback| (callback.due_at, callback.id))))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ClaimQuery {
    /// From the colleague who has it.
    #[serde(default)]
    take_over: bool,
}

/// Takes a callback, and with it what else is owed to its number. It is everybody's again after fifteen minutes, or when its
/// owner leaves.
#[utoipa::path(put, path = "/api/v1/callbacks/{id}/claim", tag = "callbacks", params(("id" = CallbackId, Path), ClaimQuery),
    responses((status = 200, body = Callback), (status = 409, body = Problem)))]
pub async fn claim(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::CallbacksClaim>,
    Id(id): Id<CallbackId>,
    Params(asked): Params<ClaimQuery>,
) -> Answer<Callback> {
    let mut tx = db.write().await?;
    let taken = act::claim(&mut tx, &Actor::of(&who), id, asked.take_over).await?;
    tx.commit().await?;
    taken.iter().for_each(|callback| news.changed(Subject::Callbacks(callback.id)));
    first(taken)
}

/// Gives a callback back to everybody: the own, a supervisor any.
#[utoipa::path(delete, path = "/api/v1/callbacks/{id}/claim", tag = "callbacks", params(("id" = CallbackId, Path)),
    responses((status = 200, body = Callback), (status = 409, body = Problem)))]
pub async fn release(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::CallbacksClaim>,
    Id(id): Id<CallbackId>,
) -> Answer<Callback> {
    let mut tx = db.write().await?;
    let callback = act::release(&mut tx, &Actor::of(&who), id).await?;
    tx.commit().await?;
    news.changed(Subject::Callbacks(id));
    Ok(Json(callback))
}

/// The one asked for.
fn first(done: Vec<Callback>) -> Answer<Callback> {
    done.into_iter().next().map(Json).ok_or_else(Problem::internal)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StateForm {
    state: CallbackEnd,
    /// Needed with cancelled.
    reason: Option<String>,
    /// With cancelled only: what the intake came to (GET /api/v1/dispositions). Without it the intake is back among the
    /// undisposed. done and unreachable say it themselves.
    disposition: Option<DispositionCode>,
}

#[utoipa::path(put, path = "/api/v1/callbacks/{id}/state", tag = "callbacks", params(("id" = CallbackId, Path)),
    request_body = StateForm, responses((status = 200, body = Callback), (status = 409, body = Problem)))]
pub async fn set_state(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::CallbacksClaim>,
    Id(id): Id<CallbackId>,
    Body(form): Body<StateForm>,
) -> Answer<Callback> {
    let StateForm { state, reason, disposition } = form;
    let mut tx = db.write().await?;
    let closing = Closing { end: state, reason, disposition };
    let closed = act::close(&mut tx, &Actor::of(&who), id, closing).await?;
    audit::detail("state", state);
    tx.commit().await?;
    for callback in &closed {
        news.changed(Subject::Callbacks(callback.id));
        callback.intake_id.into_iter().for_each(|intake| news.changed(Subject::Intakes(intake)));
    }
    first(closed)
}
