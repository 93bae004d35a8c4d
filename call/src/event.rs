//! What happened, stamped: the only history. Serialised as JSON into the journal, then into the `events` table.
//! Additive changes only: old journals are replayed by new code. Every kind is described in `docs/events.md`.

use crate::{AgentId, CallId};
use serde::{Deserialize, Serialize};
use types::{CallbackId, EventId, IntakeId, RecordingId};

pub use types::{Direction, Outcome, Purpose, Side};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// UUIDv7, the idempotency key of every consumer.
    pub id: EventId,
    /// Position in this node's journal since its start; `Input::Durable` speaks of it. Not stored.
    #[serde(skip)]
    pub sequence: u64,
    /// Unix time, milliseconds.
    pub at: i64,
    pub call: Option<CallId>,
    #[serde(flatten)]
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// An INVITE from outside: the intake. Durable before 180 or 200 leaves.
    Arrived {
        intake: IntakeId,
        /// Journals older than this field have inbound calls only.
        #[serde(default)]
        direction: Direction,
        /// Where it came in: `trunk` name, `web` (the /call page), `internal`.
        source: String,
        /// The caller's number as received, `None` when withheld.
        from: Option<String>,
        from_name: String,
        dialled: String,
        sip_call_id: String,
        from_tag: String,
        node: String,
    },
    /// The caller hears us (200 sent).
    Greeted,
    /// One node of the flow was entered with this input.
    Traced {
        node: String,
        input: String,
    },
    Queued {
        queue: String,
        priority: i64,
        locale: ivr::Locale,
    },
    Offered {
        agent: AgentId,
        queue: String,
    },
    /// The offer ended without an answer: no_answer, rejected, unreachable, caller_left.
    Declined {
        agent: AgentId,
        why: String,
    },
    /// An agent and the caller hear one another. `queue` is None after a transfer to a person.
    Answered {
        agent: AgentId,
        queue: Option<String>,
    },
    Held {
        agent: AgentId,
    },
    Resumed {
        agent: AgentId,
    },
    /// Blind transfer: `to_agent` or `to_queue`.
    Transferred {
        by: AgentId,
        to_agent: Option<AgentId>,
        to_queue: Option<String>,
    },
    RecordingStarted {
        recording: RecordingId,
    },
    RecordingEnded {
        recording: RecordingId,
        duration_ms: u64,
    },
    /// An agent's status changed; `since` of the old one is the last change. state: away ready offered talking wrapping paused.
    AgentStatus {
        agent: AgentId,
        state: String,
        reason: Option<String>,
    },
    /// A callback is owed (abandoned, node_lost). `due_at` unix ms: arrival + 10 min (N2).
    CallbackDue {
        task: CallbackId,
        phone: Option<String>,
        queue: String,
        reason: String,
        due_at: i64,
    },
    /// Quality of one leg at its end.
    LegEnded {
        role: Purpose,
        agent: Option<AgentId>,
        received: u64,
        sent: u64,
        lost: u64,
        jitter_ms: f32,
        mos: f32,
    },
    /// The last event of a call.
    Ended {
        outcome: Outcome,
        side: Side,
        code: u16,
        wait_ms: u64,
        talk_ms: u64,
        hold_ms: u64,
    },
    /// A bug in one call's step; the call was ended.
    Crashed {
        what: String,
    },
}

impl Kind {
    /// The kind's name, as in the event's JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Kind::Arrived { .. } => "arrived",
            Kind::Greeted => "greeted",
            Kind::Traced { .. } => "traced",
            Kind::Queued { .. } => "queued",
            Kind::Offered { .. } => "offered",
            Kind::Declined { .. } => "declined",
            Kind::Answered { .. } => "answered",
            Kind::Held { .. } => "held",
            Kind::Resumed { .. } => "resumed",
            Kind::Transferred { .. } => "transferred",
            Kind::RecordingStarted { .. } => "recording_started",
            Kind::RecordingEnded { .. } => "recording_ended",
            Kind::AgentStatus { .. } => "agent_status",
            Kind::CallbackDue { .. } => "callback_due",
            Kind::LegEnded { .. } => "leg_ended",
            Kind::Ended { .. } => "ended",
            Kind::Crashed { .. } => "crashed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrival_of_an_old_journal_is_inbound() {
        let old = r#"{"id":"01890a5d-ac96-774b-bcce-b302099a8057","at":1,"call":null,"kind":"arrived",
            "intake":"01890a5d-ac96-774b-bcce-b302099a8058","source":"carrier","from":null,"from_name":"","dialled":"1000",
            "sip_call_id":"a","from_tag":"b","node":"n"}"#;
        let event: Event = serde_json::from_str(old).unwrap();
        assert!(matches!(event.kind, Kind::Arrived { direction: Direction::Inbound, .. }), "{event:?}");
    }
}
