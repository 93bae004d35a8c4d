//! What happened, stamped: the only history. Serialised as JSON into the journal, then into the `events` table.
//! Additive changes only: old journals are replayed by new code. Every kind is described in `docs/events.md`.

use crate::{AgentId, CallId};
use serde::{Deserialize, Serialize};
use types::{CallbackId, EventId, IntakeId, RecordingId};

pub use types::{AgentState, CallbackReason, Direction, Outcome, Purpose, Side, Unanswered};

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
    /// The offer ended without an answer.
    Declined {
        agent: AgentId,
        why: Unanswered,
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
    /// An agent's status changed; `since` of the old one is the last change.
    AgentStatus {
        agent: AgentId,
        state: AgentState,
        reason: Option<String>,
    },
    /// A callback is owed (abandoned, node_lost). `due_at` unix ms: arrival + 10 min (N2).
    CallbackDue {
        task: CallbackId,
        phone: Option<String>,
        queue: String,
        reason: CallbackReason,
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

types::words! {
    /// The kinds by name, as `kind` says them in JSON.
    pub enum EventKind {
        Arrived = "arrived",
        Greeted = "greeted",
        Traced = "traced",
        Queued = "queued",
        Offered = "offered",
        Declined = "declined",
        Answered = "answered",
        Held = "held",
        Resumed = "resumed",
        Transferred = "transferred",
        RecordingStarted = "recording_started",
        RecordingEnded = "recording_ended",
        AgentStatus = "agent_status",
        CallbackDue = "callback_due",
        LegEnded = "leg_ended",
        Ended = "ended",
        Crashed = "crashed",
    }
}

impl Kind {
    pub fn name(&self) -> EventKind {
        match self {
            Kind::Arrived { .. } => EventKind::Arrived,
            Kind::Greeted => EventKind::Greeted,
            Kind::Traced { .. } => EventKind::Traced,
            Kind::Queued { .. } => EventKind::Queued,
            Kind::Offered { .. } => EventKind::Offered,
            Kind::Declined { .. } => EventKind::Declined,
            Kind::Answered { .. } => EventKind::Answered,
            Kind::Held { .. } => EventKind::Held,
            Kind::Resumed { .. } => EventKind::Resumed,
            Kind::Transferred { .. } => EventKind::Transferred,
            Kind::RecordingStarted { .. } => EventKind::RecordingStarted,
            Kind::RecordingEnded { .. } => EventKind::RecordingEnded,
            Kind::AgentStatus { .. } => EventKind::AgentStatus,
            Kind::CallbackDue { .. } => EventKind::CallbackDue,
            Kind::LegEnded { .. } => EventKind::LegEnded,
            Kind::Ended { .. } => EventKind::Ended,
            Kind::Crashed { .. } => EventKind::Crashed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One event of each kind as journals hold them, written by the version that first had words by type.
    const JOURNAL: &[(EventKind, &str)] = &[
        (
            EventKind::Arrived,
            r#""intake":"01890a5d-ac96-774b-bcce-b302099a8058","direction":"inbound","source":"carrier","from":null,
            "from_name":"","dialled":"1000","sip_call_id":"a","from_tag":"b","node":"n""#,
        ),
        (EventKind::Greeted, ""),
        (EventKind::Traced, r#""node":"menu","input":"1""#),
        (EventKind::Queued, r#""queue":"main","priority":0,"locale":"ru""#),
        (EventKind::Offered, r#""agent":"01890a5d-ac96-774b-bcce-b302099a8059","queue":"main""#),
        (EventKind::Declined, r#""agent":"01890a5d-ac96-774b-bcce-b302099a8059","why":"caller_left""#),
        (EventKind::Answered, r#""agent":"01890a5d-ac96-774b-bcce-b302099a8059","queue":null"#),
        (EventKind::Held, r#""agent":"01890a5d-ac96-774b-bcce-b302099a8059""#),
        (EventKind::Resumed, r#""agent":"01890a5d-ac96-774b-bcce-b302099a8059""#),
        (
            EventKind::Transferred,
            r#""by":"01890a5d-ac96-774b-bcce-b302099a8059","to_agent":null,"to_queue":"emergency""#,
        ),
        (EventKind::RecordingStarted, r#""recording":"01890a5d-ac96-774b-bcce-b302099a805a""#),
        (EventKind::RecordingEnded, r#""recording":"01890a5d-ac96-774b-bcce-b302099a805a","duration_ms":900"#),
        (
            EventKind::AgentStatus,
            r#""agent":"01890a5d-ac96-774b-bcce-b302099a8059","state":"paused","reason":"no_answer""#,
        ),
        (
            EventKind::CallbackDue,
            r#""task":"01890a5d-ac96-774b-bcce-b302099a805b","phone":null,"queue":"main","reason":"abandoned_ivr",
            "due_at":600000"#,
        ),
        (
            EventKind::LegEnded,
            r#""role":"caller","agent":null,"received":9,"sent":9,"lost":1,"jitter_ms":2.0,"mos":4.0"#,
        ),
        (
            EventKind::Ended,
            r#""outcome":"abandoned_queue","side":"caller","code":0,"wait_ms":1,"talk_ms":2,"hold_ms":3"#,
        ),
        (EventKind::Crashed, r#""what":"a bug""#),
    ];

    #[test]
    fn an_event_of_every_kind_reads_as_it_was_written() {
        let kinds: Vec<EventKind> = JOURNAL.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, EventKind::ALL);
        for (kind, fields) in JOURNAL {
            let comma = if fields.is_empty() { "" } else { "," };
            let json = format!(
                r#"{{"id":"01890a5d-ac96-774b-bcce-b302099a8057","at":1,"call":null,"kind":"{kind}"{comma}{fields}}}"#
            );
            let event: Event = serde_json::from_str(&json).unwrap();
            assert_eq!(event.kind.name(), *kind);
            let written: serde_json::Value = serde_json::to_value(&event).unwrap();
            assert_eq!(written, serde_json::from_str::<serde_json::Value>(&json).unwrap(), "{kind}");
        }
    }

    #[test]
    fn an_arrival_of_an_old_journal_is_inbound() {
        let old = r#"{"id":"01890a5d-ac96-774b-bcce-b302099a8057","at":1,"call":null,"kind":"arrived",
            "intake":"01890a5d-ac96-774b-bcce-b302099a8058","source":"carrier","from":null,"from_name":"","dialled":"1000",
            "sip_call_id":"a","from_tag":"b","node":"n"}"#;
        let event: Event = serde_json::from_str(old).unwrap();
        assert!(matches!(event.kind, Kind::Arrived { direction: Direction::Inbound, .. }), "{event:?}");
    }
}
