//! The journal in memory: appended in order, durable after a while, cut at a crash.

use call::event::{CallbackReason, Outcome, Side};
use call::{CallId, Event, Kind};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use types::{CallbackId, EventId};

/// When one fsync ends and what it makes durable.
#[derive(Debug, Default)]
pub struct Disk {
    /// What survived earlier lives of the node, then what is durable of this one.
    pub history: Vec<Event>,
    /// Written in this life, not durable yet.
    pub written: Vec<Event>,
    /// Written and lost with the power.
    pub lost: Vec<Event>,
    /// Up to which sequence the running fsync goes.
    syncing: Option<u64>,
    /// Up to which sequence of this life all is durable.
    pub durable: u64,
    /// The disk answers no fsync (F10) while set.
    pub stuck: bool,
}

impl Disk {
    /// Appends; gives the sequence to sync to when an fsync is to be started.
    pub fn append(&mut self, event: Event) -> Option<u64> {
        self.written.push(event);
        self.start()
    }

    /// One fsync at a time; it covers all that was written before it (group fsync).
    pub fn start(&mut self) -> Option<u64> {
        if self.syncing.is_some() || self.stuck {
            return None;
        }
        self.syncing = Some(self.written.last()?.sequence);
        self.syncing
    }

    /// The fsync ended.
    pub fn synced(&mut self) -> Option<u64> {
        let sequence = self.syncing.take()?;
        let rest = self.written.iter().position(|event| event.sequence > sequence).unwrap_or(self.written.len());
        self.history.extend(self.written.drain(..rest));
        self.durable = sequence;
        Some(sequence)
    }

    /// Power off: what was not durable is gone. Then the next start closes the open calls as lost with their node,
    /// with a callback for each: the same rule as the shell's `src/journal/replay.rs`, as short as it can be said.
    pub fn crash(&mut self, at: i64) {
        self.lost.append(&mut self.written);
        (self.syncing, self.durable) = (None, 0);
        let (mut open, mut owed, mut recordings) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
        for event in &self.history {
            let Some(call) = event.call else { continue };
            match &event.kind {
                Kind::Arrived { .. } => _ = open.insert(call),
                Kind::Ended { .. } => _ = open.remove(&call),
                Kind::CallbackDue { .. } => _ = owed.insert(call),
                Kind::RecordingStarted { recording } => _ = recordings.insert(*recording, call),
                // May be lost where the Ended before it was not: a recording is closed for itself.
                Kind::RecordingEnded { recording, .. } => _ = recordings.remove(recording),
                _ => {}
            }
        }
        let closing = |call: CallId, kind| Event { id: EventId::from_u128(0), sequence: 0, at, call: Some(call), kind };
        for (recording, call) in recordings {
            self.history.push(closing(call, Kind::RecordingEnded { recording, duration_ms: 0 }));
        }
        for call in open {
            let callback = Kind::CallbackDue {
                task: CallbackId::from_u128(call.as_u128()),
                phone: None,
                queue: "main".into(),
                reason: CallbackReason::NodeLost,
                due_at: at,
            };
            if !owed.contains(&call) {
                self.history.push(closing(call, callback));
            }
            let (outcome, side) = (Outcome::NodeLost, Side::System);
            self.history
                .push(closing(call, Kind::Ended { outcome, side, code: 0, wait_ms: 0, talk_ms: 0, hold_ms: 0 }));
        }
    }

    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.history.iter().chain(&self.written)
    }
}

/// How long an fsync takes on this disk.
#[derive(Clone, Copy, Debug)]
pub struct Speed {
    pub least: Duration,
    pub most: Duration,
}

impl Default for Speed {
    fn default() -> Speed {
        Speed { least: Duration::from_millis(1), most: Duration::from_millis(5) }
    }
}

/// An event in one word, as stories tell it.
pub fn word(event: &Event) -> String {
    let agent = crate::plan::agent_name;
    match &event.kind {
        Kind::Arrived { .. } => "Arrived".into(),
        Kind::Greeted => "Greeted".into(),
        Kind::Traced { node, input } => format!("{node}:{input}"),
        Kind::Queued { queue, .. } => format!("Queued({queue})"),
        Kind::Offered { agent: id, .. } => format!("Offered({})", agent(*id)),
        Kind::Declined { agent: id, why } => format!("Declined({}, {why})", agent(*id)),
        Kind::Answered { agent: id, .. } => format!("Answered({})", agent(*id)),
        Kind::Held { .. } => "Held".into(),
        Kind::Resumed { .. } => "Resumed".into(),
        Kind::Transferred { to_agent, to_queue, .. } => {
            format!("Transferred({})", to_agent.map(agent).or(to_queue.clone()).unwrap_or_default())
        }
        Kind::RecordingStarted { .. } => "RecordingStarted".into(),
        Kind::RecordingEnded { .. } => "RecordingEnded".into(),
        Kind::AgentStatus { agent: id, state, reason } => {
            format!("{} {state}{}", agent(*id), reason.as_ref().map(|reason| format!(" {reason}")).unwrap_or_default())
        }
        Kind::CallbackDue { reason, .. } => format!("CallbackDue({reason})"),
        Kind::LegEnded { role, .. } => format!("LegEnded({})", role.word()),
        Kind::Ended { outcome, side, .. } => format!("Ended({outcome:?} by {side:?})"),
        Kind::Crashed { .. } => "Crashed".into(),
    }
}
