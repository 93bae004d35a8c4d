//! SQL of calls.

use crate::contacts;
use crate::db::{Result, Select, Tx};
use crate::people::{self, store::Named};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

const COLUMNS: &str = "SELECT id, intake_id, direction, source, from_number, from_name, dialled, state, outcome, queue, locale, \
    agent_id, contact_id, recording_id, arrived_at, greeted_at, queued_at, answered_at, ended_at, wait_ms, talk_ms, hold_ms, \
    disposition FROM calls c";
const TICKETS: &str = "SELECT ct.call_id, t.id, t.number, t.title, t.state FROM call_tickets ct JOIN tickets t ON t.id = ct.ticket_id";

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Call {
    pub id: Uuid,
    pub intake_id: Uuid,
    /// inbound outbound
    pub direction: String,
    pub source: String,
    /// As received; null: withheld.
    pub from_number: Option<String>,
    pub from_name: String,
    pub dialled: String,
    /// live ended
    pub state: String,
    pub outcome: Option<String>,
    pub arrived_at: DateTime<Utc>,
    pub greeted_at: Option<DateTime<Utc>>,
    pub queued_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub queue: Option<String>,
    pub locale: Option<String>,
    pub agent: Option<Named>,
    pub wait_ms: Option<i64>,
    pub talk_ms: Option<i64>,
    pub hold_ms: Option<i64>,
    pub contact: Option<Named>,
    pub tickets: Vec<CallTicket>,
    pub recording_id: Option<Uuid>,
    pub disposition: Option<String>,
}

/// A ticket that a call has to do with.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CallTicket {
    pub id: Uuid,
    pub number: String,
    pub title: String,
    pub state: String,
}

#[derive(sqlx::FromRow)]
struct CallRow {
    id: Uuid,
    intake_id: Uuid,
    direction: String,
    source: String,
    from_number: Option<String>,
    from_name: String,
    dialled: String,
    state: String,
    outcome: Option<String>,
    queue: Option<String>,
    locale: Option<String>,
    agent_id: Option<Uuid>,
    contact_id: Option<Uuid>,
    recording_id: Option<Uuid>,
    arrived_at: DateTime<Utc>,
    greeted_at: Option<DateTime<Utc>>,
    queued_at: Option<DateTime<Utc>>,
    answered_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    wait_ms: Option<i64>,
    talk_ms: Option<i64>,
    hold_ms: Option<i64>,
    disposition: Option<String>,
}

/// A statement over the columns of a call; add filters on `c.`, then give it to [`fetch`].
pub fn select() -> Select {
    Select::new(COLUMNS)
}

/// Runs what [`select`] began, with names and tickets.
pub async fn fetch(select: Select, tx: &mut Tx) -> Result<Vec<Call>> {
    let rows: Vec<CallRow> = select.fetch(tx).await?;
    let agents = people::store::names(tx, rows.iter().filter_map(|r| r.agent_id)).await?;
    let contacts = contacts::store::names(tx, rows.iter().filter_map(|r| r.contact_id)).await?;
    let mut tickets: HashMap<Uuid, Vec<CallTicket>> = HashMap::new();
    if !rows.is_empty() {
        let mut select = Select::new(TICKETS);
        select.among("ct.call_id", rows.iter().map(|r| r.id)).then("ORDER BY t.number", []);
        for (call, id, number, title, state) in select.fetch::<(Uuid, Uuid, i64, String, String)>(tx).await? {
            tickets.entry(call).or_default().push(CallTicket { id, number: number.to_string(), title, state });
        }
    }
    Ok(rows
        .into_iter()
        .map(|r| Call {
            agent: r.agent_id.and_then(|id| agents.get(&id).cloned()),
            contact: r.contact_id.and_then(|id| contacts.get(&id).cloned()),
            tickets: tickets.remove(&r.id).unwrap_or_default(),
            id: r.id,
            intake_id: r.intake_id,
            direction: r.direction,
            source: r.source,
            from_number: r.from_number,
            from_name: r.from_name,
            dialled: r.dialled,
            state: r.state,
            outcome: r.outcome,
            arrived_at: r.arrived_at,
            greeted_at: r.greeted_at,
            queued_at: r.queued_at,
            answered_at: r.answered_at,
            ended_at: r.ended_at,
            queue: r.queue,
            locale: r.locale,
            wait_ms: r.wait_ms,
            talk_ms: r.talk_ms,
            hold_ms: r.hold_ms,
            recording_id: r.recording_id,
            disposition: r.disposition,
        })
        .collect())
}

pub async fn one(tx: &mut Tx, id: Uuid) -> Result<Option<Call>> {
    Ok(many(tx, [id]).await?.pop())
}

pub async fn many(tx: &mut Tx, ids: impl IntoIterator<Item = Uuid>) -> Result<Vec<Call>> {
    let mut select = select();
    select.among("c.id", ids).then("ORDER BY c.arrived_at DESC, c.id DESC", []);
    fetch(select, tx).await
}

/// Newest first.
pub async fn of_contact(tx: &mut Tx, contact: Uuid, before: Option<DateTime<Utc>>, limit: i64) -> Result<Vec<Call>> {
    let mut select = select();
    select.filter("c.contact_id = ?", [contact.into()]);
    if let Some(before) = before {
        select.filter("c.arrived_at < ?", [before.into()]);
    }
    select.then("ORDER BY c.arrived_at DESC, c.id DESC LIMIT ?", [limit.into()]);
    fetch(select, tx).await
}
