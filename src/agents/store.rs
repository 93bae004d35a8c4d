//! SQL of agents' times.

use crate::db::{Result, Tx};
use crate::on;
use chrono::{DateTime, Utc};
use serde::Serialize;
use types::{AgentState, PersonId};
use utoipa::ToSchema;

const INTERVALS: &str = "SELECT state, reason, from_at, to_at FROM agent_intervals
    WHERE agent_id = $1 AND from_at < $3 AND (to_at IS NULL OR to_at >= $2) ORDER BY from_at LIMIT 2000";

#[derive(Clone, Debug, Serialize, ToSchema, sqlx::FromRow)]
pub struct Interval {
    pub state: AgentState,
    pub reason: Option<String>,
    #[serde(rename = "from")]
    pub from_at: DateTime<Utc>,
    #[serde(rename = "to")]
    pub to_at: Option<DateTime<Utc>>,
}

pub async fn intervals(tx: &mut Tx, agent: PersonId, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<Interval>> {
    on!(tx, c => sqlx::query_as(INTERVALS).bind(agent).bind(from).bind(to).fetch_all(c).await)
}
