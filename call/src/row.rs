//! What a live board shows: one line, whole. Rows are a projection of the floor and the switch.
//! Times are unix milliseconds.

use crate::{AgentId, CallId};
use serde::{Deserialize, Serialize};
use types::{AgentState, CallStage};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "row", rename_all = "snake_case")]
pub enum Row {
    Agent {
        agent: AgentId,
        state: AgentState,
        reason: Option<String>,
        call: Option<CallId>,
        since: i64,
        queues: Vec<String>,
        calls_taken: u64,
        /// A browser or desk phone is registered.
        device: bool,
    },
    Queue {
        queue: String,
        waiting: u32,
        oldest: Option<i64>,
        offered: u64,
        answered: u64,
        abandoned: u64,
        /// Service level 0.0-1.0; None before the first call.
        level: Option<f64>,
        ready: u32,
    },
    Waiting {
        call: CallId,
        queue: String,
        since: i64,
        position: u32,
        priority: i64,
        offered_to: Option<AgentId>,
    },
    /// The call left the line.
    WaitingGone {
        call: CallId,
    },
    /// A live call.
    Call {
        call: CallId,
        stage: CallStage,
        from: Option<String>,
        dialled: String,
        queue: Option<String>,
        agent: Option<AgentId>,
        arrived: i64,
        since: i64,
    },
    CallGone {
        call: CallId,
    },
    /// The configuration no longer has this agent.
    AgentGone {
        agent: AgentId,
    },
    /// The configuration no longer has this queue.
    QueueGone {
        queue: String,
    },
}

impl Row {
    /// What the newest row replaces: rows of one key are one line. `*Gone` removes the line of its key.
    pub fn key(&self) -> String {
        match self {
            Row::Agent { agent, .. } | Row::AgentGone { agent } => format!("agent:{agent}"),
            Row::Queue { queue, .. } | Row::QueueGone { queue } => format!("queue:{queue}"),
            Row::Waiting { call, .. } | Row::WaitingGone { call } => format!("waiting:{call}"),
            Row::Call { call, .. } | Row::CallGone { call } => format!("call:{call}"),
        }
    }

    pub fn gone(&self) -> bool {
        matches!(self, Row::WaitingGone { .. } | Row::CallGone { .. } | Row::AgentGone { .. } | Row::QueueGone { .. })
    }
}
