//! `/api/v1/callbacks`

use super::CallbackState;
use super::store::{self, Callback};
use crate::db::Db;
use crate::http::access::{self, Object};
use crate::http::parse::Check;
use crate::http::{Allowed, Answer, Body, Id, Page, Params, Problem, Verb, audit, can, page};
use crate::intakes::act::Disposition;
use crate::intakes::{self, DispositionCode};
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

    /// What can be said of a callback when it is over.
    pub enum CallbackEnd {
        Done = "done",
        Unreachable = "unreachable",
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

impl From<CallbackEnd> for CallbackState {
    fn from(end: CallbackEnd) -> CallbackState {
        match end {
            CallbackEnd::Done => CallbackState::Done,
            CallbackEnd::Unreachable => CallbackState::Unreachable,
            CallbackEnd::Cancelled => CallbackState::Cancelled,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// `open` (the default) is pending and claimed.
    #[serde(default)]
    state: CallbackFilter,
    limit: Option<i64>,
    after: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/callbacks", tag = "callbacks", params(Asked),
    responses((status = 200, body = Page<Callback>), (status = 403, body = Problem)))]
pub async fn list(
    State(db): State<Db>,
    who: Allowed<can::CallbacksRead>,
    Params(asked): Params<Asked>,
) -> Answer<Page<Callback>> {
    let (after, size) = (page::after(asked.after.as_deref())?, page::size(asked.limit));
    let queues = (!who.role.may(Verb::BoardAll)).then_some(who.queues.as_slice());
    let mut tx = db.read().await?;
    let found = store::list(&mut tx, asked.state.states(), queues, after, size).await?;
    Ok(Json(Page::cut(found, size, |callback| (callback.due_at, callback.id))))
}

#[utoipa::path(put, path = "/api/v1/callbacks/{id}/claim", tag = "callbacks", params(("id" = CallbackId, Path)),
    responses((status = 200, body = Callback), (status = 409, body = Problem)))]
pub async fn claim(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::CallbacksClaim>,
    Id(id): Id<CallbackId>,
) -> Answer<Callback> {
    let mut tx = db.write().await?;
    let callback = store::one(&mut tx, id).await?.ok_or_else(|| Problem::not_found("callback"))?;
    access::may(&who, Verb::CallbacksClaim, Object::Queue(&callback.queue))?;
    let now = tx.now();
    if !store::claim(&mut tx, id, who.id, now).await? && callback.claimed_by.is_none_or(|by| by.id != who.id) {
        return Err(Problem::conflict("claimed", "A colleague has it, or it is settled."));
    }
    let changed = store::one(&mut tx, id).await?.ok_or_else(Problem::internal)?;
    tx.commit().await?;
    news.changed(Subject::Callbacks(id));
    Ok(Json(changed))
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
    if form.state != CallbackEnd::Cancelled && form.disposition.is_some() {
        return Err(Problem::invalid("disposition", "goes with cancelled only"));
    }
    let reason = form.reason.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if form.state == CallbackEnd::Cancelled && reason.is_none() {
        return Err(Problem::invalid("reason", "say why nobody needs to call back"));
    }
    Check::new().text("reason", reason.unwrap_or_default()).done()?;
    let mut tx = db.write().await?;
    let callback = store::one(&mut tx, id).await?.ok_or_else(|| Problem::not_found("callback"))?;
    access::may(&who, Verb::CallbacksClaim, Object::Queue(&callback.queue))?;
    let now = tx.now();
    if !store::close(&mut tx, id, form.state.into(), who.id, now, reason).await? {
        return Err(Problem::conflict("settled", "This callback is settled already."));
    }
    if let Some(intake) = callback.intake_id {
        match (super::disposition(form.state.into()), form.disposition) {
            (Some(code), _) => intakes::store::dispose_open(&mut tx, intake, code, reason, now, who.id).await?,
            (None, Some(code)) => {
                let form = Disposition { code, comment: form.reason, ticket_id: None };
                intakes::act::dispose(&mut tx, &who, intake, &form).await?;
            }
            (None, None) => {}
        }
    }
    audit::record(&mut tx, &who, "callbacks.close", id, form.state).await?;
    let changed = store::one(&mut tx, id).await?.ok_or_else(Problem::internal)?;
    tx.commit().await?;
    news.changed(Subject::Callbacks(id));
    if let Some(intake) = callback.intake_id {
        news.changed(Subject::Intakes(intake));
    }
    Ok(Json(changed))
}
