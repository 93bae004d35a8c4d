//! `/api/v1/calls`

use super::act::{self, Identified};
use super::drafts::{self, CallDraft, DraftContent};
use super::store::{self, Call, CallEvent, CallPart, Filter, Leg, Offer, Traced};
use super::{CallState, Error};
use crate::brain::Brain;
use crate::contacts;
use crate::db::Db;
use crate::feed::live::Hub;
use crate::http::access::{self, Object};
use crate::http::parse::{Check, time};
use crate::http::{Allowed, Answer, Body, Id, Page, Params, Problem, Verb, audit, can, page};
use crate::intakes;
use crate::intakes::act::{Actor, Disposition};
use crate::outbox::News;
use crate::outbox::Subject;
use crate::people;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use call::Reply;
use call::command::{Command, Target};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use types::phone;
use types::{CallId, ContactId, Outcome, PersonId};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CallQuery {
    state: Option<CallState>,
    outcome: Option<Outcome>,
    agent: Option<PersonId>,
    contact: Option<ContactId>,
    phone: Option<String>,
    #[serde(default, deserialize_with = "time")]
    from: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "time")]
    to: Option<DateTime<Utc>>,
    #[param(minimum = 1)]
    limit: Option<i64>,
    after: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/calls", tag = "calls", params(CallQuery),
    responses((status = 200, body = Page<Call>), (status = 403, body = Problem)))]
pub async fn list(
    State(db): State<Db>,
    who: Allowed<can::CallsRead>,
    Params(asked): Params<CallQuery>,
) -> Answer<Page<Call>> {
    let (after, size) = (page::after(asked.after.as_deref())?, page::size(asked.limit)?);
    let mut filter = Filter {
        state: asked.state,
        outcome: asked.outcome,
        agent: asked.agent,
        contact: asked.contact,
        // What is no number matches nothing rather than everything.
        phone: asked.phone.map(|typed| phone::e164(&typed).unwrap_or(typed)),
        from: asked.from,
        to: asked.to,
    };
    let mut tx = db.read().await?;
    filter.contact = contacts::store::meant(&mut tx, filter.contact).await?;
    let calls = store::list(&mut tx, &who.scope(), &filter, after, size).await?;
    Ok(Json(Page::cut(calls, size, |call| (call.arrived_at, call.id))))
}

/// A call with everything that is known of it.
#[derive(Serialize, ToSchema)]
pub struct CallPage {
    #[serde(flatten)]
    call: Call,
    trace: Vec<Traced>,
    offers: Vec<Offer>,
    parts: Vec<CallPart>,
    legs: Vec<Leg>,
    events: Vec<CallEvent>,
}

#[utoipa::path(get, path = "/api/v1/calls/{id}", tag = "calls", params(("id" = CallId, Path)),
    responses((status = 200, body = CallPage), (status = 404, body = Problem)))]
pub async fn one(
    State(db): State<Db>,
    State(hub): State<Arc<Hub>>,
    who: Allowed<can::CallsRead>,
    Id(id): Id<CallId>,
) -> Answer<CallPage> {
    let mut tx = db.read().await?;
    if !hub.reaches_call(&mut tx, &who, id).await? {
        return Err(Error::NoSuchCall.into());
    }
    let call = store::one(&mut tx, id).await?.ok_or(Error::NoSuchCall)?;
    let (trace, offers) = (store::trace(&mut tx, id).await?, store::offers(&mut tx, id).await?);
    let (parts, legs) = (store::parts(&mut tx, id).await?, store::legs(&mut tx, id).await?);
    let events = store::events(&mut tx, id).await?;
    Ok(Json(CallPage { call, trace, offers, parts, legs, events }))
}

#[utoipa::path(put, path = "/api/v1/calls/{id}/hold", tag = "calls", params(("id" = CallId, Path)),
    responses((status = 204), (status = 409, body = Problem)))]
pub async fn hold(
    State(brain): State<Brain>,
    who: Allowed<can::CallsControl>,
    Id(call): Id<CallId>,
) -> Result<StatusCode, Problem> {
    ask(&brain, Command::Hold { call, agent: who.id }).await
}

#[utoipa::path(delete, path = "/api/v1/calls/{id}/hold", tag = "calls", params(("id" = CallId, Path)),
    responses((status = 204), (status = 409, body = Problem)))]
pub async fn resume(
    State(brain): State<Brain>,
    who: Allowed<can::CallsControl>,
    Id(call): Id<CallId>,
) -> Result<StatusCode, Problem> {
    ask(&brain, Command::Resume { call, agent: who.id }).await
}

/// To a colleague or to a queue: exactly one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    agent: Option<PersonId>,
    queue: Option<String>,
}

#[utoipa::path(post, path = "/api/v1/calls/{id}/transfer", tag = "calls", params(("id" = CallId, Path)), request_body = Transfer,
    responses((status = 204), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn transfer(
    State(brain): State<Brain>,
    who: Allowed<can::CallsControl>,
    Id(call): Id<CallId>,
    Body(form): Body<Transfer>,
) -> Result<StatusCode, Problem> {
    let to = match (form.agent, form.queue) {
        (Some(agent), None) => Target::Agent(agent),
        (None, Some(queue)) => Target::Queue(queue),
        _ => return Err(Problem::invalid("agent", "give either `agent` or `queue`")),
    };
    ask(&brain, Command::Transfer { call, agent: who.id, to }).await
}

#[utoipa::path(delete, path = "/api/v1/calls/{id}", tag = "calls", params(("id" = CallId, Path)),
    responses((status = 204), (status = 409, body = Problem)))]
pub async fn hang_up(
    State(brain): State<Brain>,
    State(hub): State<Arc<Hub>>,
    who: Allowed<can::CallsControl>,
    Id(call): Id<CallId>,
) -> Result<StatusCode, Problem> {
    let agent = hub.agent_of(call);
    access::may(&who, Verb::CallsControl, Object::Of(agent))?;
    ask(&brain, Command::Hangup { call }).await
}

async fn ask(brain: &Brain, command: Command) -> Result<StatusCode, Problem> {
    match brain.ask(command).await {
        Ok(Reply::Done | Reply::Board(_)) => Ok(StatusCode::NO_CONTENT),
        Err(refusal) => Err(refusal.into()),
    }
}

#[utoipa::path(put, path = "/api/v1/calls/{id}/disposition", tag = "calls", params(("id" = CallId, Path)),
    request_body = Disposition, responses((status = 204), (status = 422, body = Problem)))]
pub async fn dispose(
    State(db): State<Db>,
    State(news): State<News>,
    State(brain): State<Brain>,
    State(hub): State<Arc<Hub>>,
    who: Allowed<can::IntakesDispose>,
    Id(id): Id<CallId>,
    Body(form): Body<Disposition>,
) -> Result<StatusCode, Problem> {
    let mut tx = db.write().await?;
    if !hub.reaches_call(&mut tx, &who, id).await? {
        return Err(Error::NoSuchCall.into());
    }
    hub.may_say(&mut tx, &who, id).await?;
    audit::detail("code", form.code);
    let said = act::dispose(&mut tx, &Actor::of(&who), id, &form).await;
    let wrapping = hub.wrapping(id);
    let done = match said {
        Ok(changed) => {
            tx.commit().await?;
            changed.into_iter().for_each(|what| news.changed(what));
            Ok(StatusCode::NO_CONTENT)
        }
        Err(error @ Error::Intake(intakes::Error::SaidByAnother)) => Err(error.into()),
        Err(error) => return Err(error.into()),
    };
    // The wrap-up is over when the outcome is said, whoever says it. A node that cannot be asked ends it by its own limit.
    for agent in [Some(who.id), wrapping].into_iter().flatten() {
        let _ = brain.ask(Command::Wrapped { agent, call: id }).await;
    }
    done
}

#[utoipa::path(put, path = "/api/v1/calls/{id}/contact", tag = "calls", params(("id" = CallId, Path)),
    request_body = Identified, responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn identify(
    State(db): State<Db>,
    State(news): State<News>,
    State(hub): State<Arc<Hub>>,
    who: Allowed<can::IntakesDispose>,
    Id(id): Id<CallId>,
    Body(form): Body<Identified>,
) -> Result<StatusCode, Problem> {
    let mut tx = db.write().await?;
    if !hub.reaches_call(&mut tx, &who, id).await? {
        return Err(Error::NoSuchCall.into());
    }
    hub.may_say(&mut tx, &who, id).await?;
    let intake = act::identify(&mut tx, who.id, id, form).await?;
    tx.commit().await?;
    news.changed(Subject::Calls(id));
    news.changed(Subject::Intakes(intake));
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftChange {
    /// Of the draft that was changed; 0: nothing was written down.
    version: i64,
    content: DraftContent,
}

/// What is written down so far.
#[utoipa::path(get, path = "/api/v1/calls/{id}/draft", tag = "calls", params(("id" = CallId, Path)),
    responses((status = 200, body = CallDraft), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn draft(
    State(db): State<Db>,
    State(hub): State<Arc<Hub>>,
    who: Allowed<can::CallsControl>,
    Id(id): Id<CallId>,
) -> Answer<CallDraft> {
    let mut tx = db.read().await?;
    if !drafts::store::call_exists(&mut tx, id).await? {
        return Err(Error::NoSuchCall.into());
    }
    if !hub.takes_part(&mut tx, &who, id).await? {
        return Err(Error::NoSuchCall.into());
    }
    Ok(Json(drafts::store::one(&mut tx, id).await?))
}

/// Written as it is typed, over the version that was read. Those who take part in the call are told by the live channel.
#[utoipa::path(put, path = "/api/v1/calls/{id}/draft", tag = "calls", params(("id" = CallId, Path)),
    request_body = DraftChange, responses((status = 200, body = CallDraft), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn write_draft(
    State(db): State<Db>,
    State(hub): State<Arc<Hub>>,
    who: Allowed<can::CallsControl>,
    Id(id): Id<CallId>,
    Body(change): Body<DraftChange>,
) -> Answer<CallDraft> {
    let mut check = Check::new();
    change.content.check(&mut check);
    check.done()?;
    let mut tx = db.write().await?;
    if !drafts::store::call_exists(&mut tx, id).await? {
        return Err(Error::NoSuchCall.into());
    }
    if !hub.takes_part(&mut tx, &who, id).await? {
        return Err(Error::NoSuchCall.into());
    }
    if change.version == 0 {
        people::store::lock(&mut tx, who.id).await?;
        if drafts::store::of_person(&mut tx, who.id).await? >= drafts::limit::OF_PERSON {
            let detail = "200 calls have a draft of yours. Say what came of some of them first.";
            return Err(Problem::conflict("too-many-drafts", detail));
        }
    }
    if !drafts::store::put(&mut tx, id, change.version, &change.content, who.id).await? {
        return Err(Problem::stale(drafts::store::one(&mut tx, id).await?));
    }
    let written = drafts::store::one(&mut tx, id).await?;
    let talked = drafts::store::talked(&mut tx, id).await?;
    tx.commit().await?;
    hub.draft_written(id, written.version, talked);
    Ok(Json(written))
}
