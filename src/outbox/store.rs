//! SQL of events and cursors.

use crate::db::{Result, Select, Tx};
use crate::on;
use call::Event;
use sqlx::types::Json;
use types::EventId;

const NEWEST: &str = "SELECT position, id FROM events ORDER BY position DESC LIMIT 1";
const EVENT_AT: &str = "SELECT id FROM events WHERE position = $1";
const CURSOR: &str = "SELECT position FROM cursors WHERE name = $1";
const SET_CURSOR: &str = "INSERT INTO cursors (name, position) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET position = excluded.position";
const EVENTS_AFTER: &str = "SELECT position, data FROM events";

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

/// Events of these kinds behind a position, in order. What this version cannot read is passed over.
pub async fn events_after(tx: &mut Tx, position: i64, kinds: &[&'static str], limit: i64) -> Result<Vec<(i64, Event)>> {
    let mut select = Select::new(EVENTS_AFTER);
    select.filter("position > ?", [position.into()]).among("kind", kinds.iter().copied());
    select.then("ORDER BY position LIMIT ?", [limit.into()]);
    let rows: Vec<(i64, Json<serde_json::Value>)> = select.fetch(tx).await?;
    let read = |(position, Json(data)): (i64, Json<serde_json::Value>)| {
        serde_json::from_value(data).ok().map(|event: Event| (position, event))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}
