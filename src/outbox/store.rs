//! SQL of events and cursors.

use super::{Event, Fact, Subject};
use crate::db::{Result, Select, Tx, Value};
use crate::on;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sqlx::types::Json;
use types::{CallId, EventId, PersonId};
use uuid::Uuid;

const NEWEST: &str = "SELECT position, id FROM events ORDER BY position DESC LIMIT 1";
const EVENT_AT: &str = "SELECT id FROM events WHERE position = $1";
const CURSOR: &str = "SELECT position FROM cursors WHERE name = $1";
const SET_CURSOR: &str = "INSERT INTO cursors (name, position) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET position = excluded.position";
const EVENTS_AFTER: &str =
    "SELECT position, id, at, recorded_at, call_id, subject, subject_id, actor_id, kind, data FROM events";

#[derive(sqlx::FromRow)]
struct Row {
    position: i64,
    id: EventId,
    at: DateTime<Utc>,
    recorded_at: Option<DateTime<Utc>>,
    call_id: Option<CallId>,
    subject: Option<String>,
    subject_id: Option<Uuid>,
    actor_id: Option<PersonId>,
    kind: String,
    data: Json<Box<RawValue>>,
}

impl Row {
    /// None: this version does not know the noun.
    fn event(self) -> Option<(i64, Event)> {
        let subject = match (&self.subject, self.subject_id) {
            (Some(noun), Some(id)) => Subject::of(noun, id)?,
            _ => self.former_subject()?,
        };
        let fact = Fact { kind: self.kind.into(), data: self.data.0 };
        let recorded_at = self.recorded_at.unwrap_or(self.at);
        Some((self.position, Event { id: self.id, at: self.at, recorded_at, subject, actor: self.actor_id, fact }))
    }

    /// Rows of versions that wrote telephony's events only: a call's, or an agent's.
    fn former_subject(&self) -> Option<Subject> {
        #[derive(Deserialize)]
        struct Status {
            agent: PersonId,
        }
        match self.call_id {
            Some(call) => Some(Subject::Calls(call)),
            None => serde_json::from_str(self.data.0.get()).ok().map(|Status { agent }| Subject::People(agent)),
        }
    }
}

/// The only way into the stream: the event is written with the commit of the change it describes, or not at all.
pub fn record(tx: &mut Tx, event: Event) {
    let call = match event.subject {
        Subject::Calls(call) => Some(call),
        _ => None,
    };
    tx.event([
        event.id.into(),
        event.at.into(),
        event.recorded_at.into(),
        call.into(),
        event.subject.noun().into(),
        event.subject.id().into(),
        event.actor.into(),
        event.fact.kind.into_owned().into(),
        Value::Json(Json(event.fact.data)),
    ]);
}

/// Records what happens in this transaction, at its instant. `actor`: None when nobody in particular did it.
pub fn done(
    tx: &mut Tx,
    subject: Subject,
    kind: &'static str,
    data: &impl Serialize,
    actor: Option<PersonId>,
) -> Result<()> {
    let fact = Fact::new(kind, data).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let (id, at) = (tx.id(), tx.now());
    record(tx, Event { id, at, recorded_at: at, subject, actor, fact });
    Ok(())
}

/// Events of these kinds behind a position, in the order in which they were committed: nothing comes later before a
/// position that was given. What this version cannot read is passed over.
pub async fn events_after(tx: &mut Tx, position: i64, kinds: &[&'static str], limit: i64) -> Result<Vec<(i64, Event)>> {
    let mut from = position;
    loop {
        let mut select = Select::new(EVENTS_AFTER);
        select.filter("position > ?", [from.into()]).among("kind", kinds.iter().copied());
        select.then("ORDER BY position LIMIT ?", [limit.into()]);
        let rows = select.fetch::<Row>(tx).await?;
        let last = rows.last().map(|row| row.position).filter(|_| i64::try_from(rows.len()) == Ok(limit));
        let events: Vec<(i64, Event)> = rows.into_iter().filter_map(Row::event).collect();
        match last {
            // a whole page that cannot be read: what can be may stand behind it
            Some(last) if events.is_empty() => from = last,
            _ => return Ok(events),
        }
    }
}

/// Position and id of the newest event.
pub async fn newest(tx: &mut Tx) -> Result<Option<(i64, EventId)>> {
    on!(tx, c => sqlx::query_as(NEWEST).fetch_optional(c).await)
}

pub async fn event_at(tx: &mut Tx, position: i64) -> Result<Option<EventId>> {
    on!(tx, c => sqlx::query_scalar(EVENT_AT).bind(position).fetch_optional(c).await)
}

pub async fn cursor(tx: &mut Tx, name: &str) -> Result<i64> {
    on!(tx, c => Ok(sqlx::query_scalar(CURSOR).bind(name.to_owned()).fetch_optional(c).await?.unwrap_or(0)))
}

pub async fn set_cursor(tx: &mut Tx, name: &str, position: i64) -> Result<()> {
    on!(tx, c => sqlx::query(SET_CURSOR).bind(name.to_owned()).bind(position).execute(c).await.map(drop))
}
