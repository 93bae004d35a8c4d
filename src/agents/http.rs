//! `/api/v1/agents`

use super::store::{self, Interval};
use crate::brain::Brain;
use crate::db::Db;
use crate::feed::live::Hub;
use crate::http::access::{self, Object};
use crate::http::parse::time;
use crate::http::{Allowed, Answer, Body, Id, Page, Params, Problem, Verb, Who, can};
use crate::people;
use acd::StatusChange;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use call::{Command, Row};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use types::{AgentState, CallId, PersonId};
use utoipa::{IntoParams, ToSchema};

/// A dispatcher with the live state of the floor.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Agent {
    id: PersonId,
    name: String,
    extension: Option<String>,
    queues: Vec<String>,
    state: AgentState,
    reason: Option<String>,
    since: Option<DateTime<Utc>>,
    call: Option<CallId>,
    /// A browser or desk phone is registered.
    device: bool,
    calls_taken: u64,
}

fn agent(hub: &Hub, person: people::store::Person) -> Agent {
    let mut agent = Agent {
        id: person.id,
        name: person.name,
        extension: person.extension,
        queues: person.queues,
        state: AgentState::Away,
        reason: None,
        since: None,
        call: None,
        device: false,
        calls_taken: 0,
    };
    if let Some(Row::Agent { state, reason, call, since, calls_taken, device, .. }) = hub.agent(person.id) {
        let since = DateTime::from_timestamp_millis(since);
        agent = Agent { state, reason, call, since, calls_taken, device, ..agent };
    }
    agent
}

#[utoipa::path(get, path = "/api/v1/agents", tag = "agents", responses((status = 200, body = Page<Agent>)))]
pub async fn list(
    State(db): State<Db>,
    State(hub): State<Arc<Hub>>,
    _: Allowed<can::AgentsRead>,
) -> Answer<Page<Agent>> {
    let mut tx = db.read().await?;
    let takers = people::store::takers(&mut tx).await?;
    Ok(Json(Page::whole(takers.into_iter().map(|person| agent(&hub, person)).collect())))
}

#[utoipa::path(get, path = "/api/v1/agents/{id}", tag = "agents", params(("id" = PersonId, Path)),
    responses((status = 200, body = Agent), (status = 404, body = Problem)))]
pub async fn one(
    State(db): State<Db>,
    State(hub): State<Arc<Hub>>,
    _: Allowed<can::AgentsRead>,
    Id(id): Id<PersonId>,
) -> Answer<Agent> {
    let mut tx = db.read().await?;
    let takers = people::store::takers(&mut tx).await?;
    let found = takers.into_iter().find(|person| person.id == id).ok_or_else(|| Problem::not_found("agent"))?;
    Ok(Json(agent(&hub, found)))
}

types::words! {
    /// What an agent can choose; the other states come with calls.
    pub enum ChosenStatus {
        Ready = "ready",
        Paused = "paused",
        Away = "away",
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatusForm {
    status: ChosenStatus,
    /// Needed with paused: break, lunch, training ...
    reason: Option<String>,
}

#[utoipa::path(put, path = "/api/v1/agents/{id}/status", tag = "agents", params(("id" = PersonId, Path)),
    request_body = StatusForm, responses((status = 204), (status = 409, body = Problem)))]
pub async fn set_status(
    State(brain): State<Brain>,
    who: Allowed<can::AgentsStatus>,
    Id(agent): Id<PersonId>,
    Body(form): Body<StatusForm>,
) -> Result<StatusCode, Problem> {
    access::may(&who, Verb::AgentsStatus, Object::Of(Some(agent)))?;
    let asked = match form.status {
        ChosenStatus::Ready => StatusChange::Ready,
        ChosenStatus::Away => StatusChange::Away,
        ChosenStatus::Paused => {
            let reason = form.reason.unwrap_or_else(|| "break".into());
            let plain =
                !reason.is_empty() && reason.len() <= 32 && reason.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            if !plain {
                return Err(Problem::invalid("reason", "must be a lower-case word, such as break or training"));
            }
            StatusChange::Paused { reason }
        }
    };
    brain.ask(Command::Status { agent, asked }).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Span {
    #[serde(default, deserialize_with = "time")]
    from: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "time")]
    to: Option<DateTime<Utc>>,
}

#[utoipa::path(get, path = "/api/v1/agents/{id}/intervals", tag = "agents", params(("id" = PersonId, Path), Span),
    responses((status = 200, body = Page<Interval>)))]
pub async fn intervals(
    State(db): State<Db>,
    who: Who,
    Id(id): Id<PersonId>,
    Params(span): Params<Span>,
) -> Answer<Page<Interval>> {
    if id != who.id {
        access::may(&who, Verb::AgentsIntervals, Object::Any)?;
    }
    let to = span.to.unwrap_or_else(|| db.now());
    let from = span.from.or_else(|| to.checked_sub_signed(TimeDelta::days(1))).unwrap_or(to);
    let mut tx = db.read().await?;
    Ok(Json(Page::whole(store::intervals(&mut tx, id, from, to).await?)))
}
