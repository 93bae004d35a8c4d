//! The border of this crate: plain data (one day a wire between nodes: additive changes only).

use serde::{Deserialize, Serialize};
use std::time::Duration;
use types::Moment;

pub use types::CallId;
pub type AgentId = types::PersonId;
/// Queue names are short, lower case, stable: `main`, `emergency`.
pub type QueueName = String;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OfferId(pub u64);

/// What an agent is doing. `since` of the row tells from when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Status {
    /// Not logged in at a phone.
    Away,
    Ready,
    /// An offer rings.
    Offered {
        call: CallId,
    },
    /// On a call (queue call, transferred call or own call).
    Talking {
        call: CallId,
    },
    /// After-call work until a disposition or the limit.
    Wrapping {
        call: CallId,
    },
    /// Not ready: break, training, lunch, no_answer, rejected, unreachable ...
    Paused {
        reason: String,
    },
}

/// Why an offer failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// The deadline passed (the floor's own clock); the agent becomes Paused("no_answer").
    NoAnswer,
    /// The agent pressed reject; Paused("rejected").
    Rejected,
    /// No device could be rung; Paused("unreachable").
    Unreachable,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    /// The configuration; replaces the last one. Calls in removed queues stay until they leave.
    Configure(FloorPlan),
    /// A call wants an agent. `since`: start of its wait (kept over returns to the queue); `priority`: higher first.
    Join { call: CallId, queue: QueueName, priority: i64, since: Moment },
    /// The call is gone from the line (hung up, transferred away): a running offer is withdrawn.
    Leave { call: CallId },
    /// The offered agent answered.
    Accepted { offer: OfferId },
    /// The offer failed for a reason the floor does not see itself.
    Refuse { offer: OfferId, why: Refused },
    /// The agent's talk is over; wrap-up starts (0 s wrap-up: ready at once).
    Done { agent: AgentId, call: CallId },
    /// The agent's phone rings for a call that the floor did not offer (transfer): `Busy` when it is answered, else `Done`.
    Rung { agent: AgentId, call: CallId },
    /// The agent is on a call that the floor did not offer (transfer, own outgoing call).
    Busy { agent: AgentId, call: CallId },
    /// The agent asks: Ready, Paused or Away. In Talking it takes effect after wrap-up; in Wrapping, Ready ends it.
    Status { agent: AgentId, status: StatusChange },
    /// Wrap-up is complete (a disposition was given).
    Wrapped { agent: AgentId },
    /// The company's midnight: the counters of the queues begin anew (calls still waiting count into the new day).
    Reset,
    /// What an earlier life of this floor counted in the same day; added to the counters of the queue.
    Recall { queue: QueueName, day: Day },
}

/// What a queue counted in a part of a day. "In time", "late": against the queue's target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    pub offered: u64,
    pub answered: u64,
    pub answered_in_time: u64,
    pub abandoned: u64,
    pub abandoned_late: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum StatusChange {
    Ready,
    Away,
    Paused { reason: String },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// Ring this agent for this call. Ends by Accepted, Refuse, Leave, or Withdraw.
    Offer { offer: OfferId, call: CallId, agent: AgentId, queue: QueueName },
    /// Stop ringing: deadline passed (`why: Some`), or the caller left (`why: None`).
    Withdraw { offer: OfferId, call: CallId, agent: AgentId, why: Option<Refused> },
    /// An agent's status changed: an interval ended and another began (for events and reports).
    Changed { agent: AgentId, from: Status, to: Status },
    /// The call waits longer than its queue's limit (once; it stays in line), or its Join was not possible (queue
    /// full or unknown; it is not in line, no row): the switch decides what to do.
    Overdue { call: CallId },
    /// A row of the live board changed.
    Row(Row),
}

/// One line of the live board, whole. Times are milliseconds of `now - since` at emission: the feed makes them absolute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "row", rename_all = "snake_case")]
pub enum Row {
    Agent {
        agent: AgentId,
        status: Status,
        since: Moment,
        queues: Vec<QueueName>,
        calls_taken: u64,
    },
    Queue {
        queue: QueueName,
        /// In line now, offered ones included.
        waiting: u32,
        /// Start of the longest wait.
        oldest: Option<Moment>,
        /// Calls that joined since start or `Reset`: answered + abandoned + waiting.
        offered: u64,
        answered: u64,
        abandoned: u64,
        /// Answered within `QueuePlan::target` (of answered + abandoned after target), 0.0-1.0; None before the first call.
        level: Option<f64>,
        ready: u32,
    },
    /// `position` (from 1, in its queue) of the first `limit::POSITIONS_FRESH` calls is at most `limit::POSITION_PERIOD`
    /// old; further back it follows within some seconds (a bounded sweep, not ten thousand rows at each release).
    Waiting {
        call: CallId,
        queue: QueueName,
        since: Moment,
        position: u32,
        priority: i64,
        offered_to: Option<AgentId>,
    },
    /// The call left the line.
    Gone {
        call: CallId,
    },
    /// The agent or queue is in the configuration no more (and finished its last call).
    AgentGone {
        agent: AgentId,
    },
    QueueGone {
        queue: QueueName,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FloorPlan {
    pub queues: Vec<QueuePlan>,
    pub agents: Vec<AgentPlan>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueuePlan {
    pub name: QueueName,
    /// Head start in seconds. From `limit::EMERGENCY_BASE` on the queue is an emergency queue: served first at each
    /// release whatever others waited, and an agent in wrap-up is taken out of it when no other is ready.
    pub base: i64,
    pub ring_max: Duration,
    pub wrapup_max: Duration,
    /// Service-level target: 20 s.
    pub target: Duration,
    pub wait_max: Option<Duration>,
    /// Most calls waiting; beyond, Join is answered by `Overdue` at once.
    pub waiting_max: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentPlan {
    pub agent: AgentId,
    pub queues: Vec<QueueName>,
}
