//! What a start finds unfinished: calls that arrived and never ended, because the process died under them. The start
//! ends each of them as `node_lost` and owes each caller a call back, before anything else is written.

use crate::clock;
use crate::journal::{cursor, segment};
use call::event::{AgentState, CallbackReason, EventKind, Outcome, Side};
use call::{AgentId, CallId, Event, Kind};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;
use types::{Id, RecordingId};

/// What the last process left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unfinished {
    pub calls: BTreeMap<CallId, Open>,
    /// Recordings whose end is not in the journal. A call may have ended just before its recording.
    pub recordings: BTreeMap<RecordingId, CallId>,
    /// Agents who were not away.
    pub agents: BTreeMap<AgentId, AgentState>,
    /// Unix ms of the last sign of life.
    pub died_at: i64,
}

/// A call that never ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Open {
    pub arrived_at: i64,
    pub from: Option<String>,
    pub queue: Option<String>,
    pub queued_at: Option<i64>,
    pub answered_at: Option<i64>,
    /// Start of a running hold, and the sum of those that ended.
    pub held_at: Option<i64>,
    pub hold_ms: i64,
    /// A callback was written already: the process died between it and the end of its call.
    pub owed: bool,
}

/// Reads the journal from behind `closed` (everything up to there was closed by an earlier start).
pub fn unfinished(dir: &Path, closed: u64) -> anyhow::Result<Unfinished> {
    let mut state = Unfinished::default();
    let numbers = segment::list(dir)?;
    for (index, number) in numbers.iter().enumerate() {
        let next_first = numbers.get(index + 1).and_then(|n| super::append::first_of(&segment::path(dir, *n)));
        if next_first.is_some_and(|first| first <= closed + 1) {
            continue;
        }
        let bytes = std::fs::read(segment::path(dir, *number))?;
        segment::scan(&bytes, |record| {
            if record.sequence > closed {
                state.read(record.json);
            }
        });
    }
    if let Some(alive) = cursor::read_alive(&dir.join("alive")) {
        // a clock set far ahead must not stretch the talk times of lost calls
        if (alive - state.died_at).abs() < 24 * 3_600_000 {
            state.died_at = state.died_at.max(alive);
        }
    }
    Ok(state)
}

const WANTED: [EventKind; 10] = [
    EventKind::Arrived,
    EventKind::Queued,
    EventKind::Answered,
    EventKind::Held,
    EventKind::Resumed,
    EventKind::RecordingStarted,
    EventKind::RecordingEnded,
    EventKind::AgentStatus,
    EventKind::CallbackDue,
    EventKind::Ended,
];

/// The kinds that matter here, seen without parsing the whole event.
#[derive(Deserialize)]
struct Peek {
    kind: EventKind,
}

impl Unfinished {
    fn read(&mut self, json: &[u8]) {
        let Ok(peek) = serde_json::from_slice::<Peek>(json) else {
            return;
        };
        if !WANTED.contains(&peek.kind) {
            return;
        }
        match serde_json::from_slice::<Event>(json) {
            Ok(event) => self.see(&event),
            Err(error) => tracing::error!(%error, "journal: an event cannot be read"),
        }
    }

    /// Takes one event in order.
    pub fn see(&mut self, event: &Event) {
        self.died_at = self.died_at.max(event.at);
        if let Kind::AgentStatus { agent, state, .. } = &event.kind {
            self.agents.remove(agent);
            if *state != AgentState::Away {
                self.agents.insert(*agent, *state);
            }
            return;
        }
        let Some(call) = event.call else { return };
        match &event.kind {
            Kind::Arrived { from, .. } => {
                let open = Open { arrived_at: event.at, from: from.clone(), ..Open::default() };
                self.calls.insert(call, open);
            }
            Kind::Ended { .. } => {
                self.calls.remove(&call);
            }
            Kind::RecordingStarted { recording } => {
                self.recordings.insert(*recording, call);
            }
            Kind::RecordingEnded { recording, .. } => {
                self.recordings.remove(recording);
            }
            kind => {
                if let Some(open) = self.calls.get_mut(&call) {
                    open.see(event.at, kind);
                }
            }
        }
    }

    /// The events that close what was left. The same input gives the same ids: a start that dies in the middle of
    /// this and runs again writes nothing twice (consumers know events by their id).
    pub fn closing(
        &self,
        fallback_queue: &str,
        callback_due_ms: i64,
        recorded: impl Fn(RecordingId) -> u64,
    ) -> Vec<Event> {
        let at = self.died_at;
        let mut out = Vec::new();
        for (recording, call) in &self.recordings {
            let kind = Kind::RecordingEnded { recording: *recording, duration_ms: recorded(*recording) };
            out.push(Event { id: named(*recording, at, "ended"), sequence: 0, at, call: Some(*call), kind });
        }
        for (call, open) in &self.calls {
            let event =
                |what: &str, kind| Event { id: named(*call, at, what), sequence: 0, at, call: Some(*call), kind };
            if !open.owed {
                let owed = Kind::CallbackDue {
                    task: named(*call, open.arrived_at, "task"),
                    phone: open.from.clone(),
                    queue: open.queue.clone().unwrap_or_else(|| fallback_queue.to_owned()),
                    reason: CallbackReason::NodeLost,
                    due_at: open.arrived_at + callback_due_ms,
                };
                out.push(event("callback", owed));
            }
            out.push(event("ended", open.ended(at)));
        }
        for (agent, state) in &self.agents {
            let kind = Kind::AgentStatus { agent: *agent, state: AgentState::Away, reason: Some("node_lost".into()) };
            out.push(Event { id: named(*agent, at, state.word()), sequence: 0, at, call: None, kind });
        }
        out
    }
}

impl Open {
    fn see(&mut self, at: i64, kind: &Kind) {
        match kind {
            Kind::Queued { queue, .. } => {
                self.queue = Some(queue.clone());
                self.queued_at.get_or_insert(at);
            }
            Kind::Answered { .. } => {
                self.answered_at.get_or_insert(at);
            }
            Kind::CallbackDue { .. } => self.owed = true,
            Kind::Held { .. } => {
                self.held_at.get_or_insert(at);
            }
            Kind::Resumed { .. } => {
                if let Some(since) = self.held_at.take() {
                    self.hold_ms += at - since;
                }
            }
            _ => {}
        }
    }

    fn ended(&self, at: i64) -> Kind {
        let span = |from: Option<i64>, to: i64| from.map_or(0, |from| u64::try_from(to - from).unwrap_or(0));
        let hold = self.hold_ms + self.held_at.map_or(0, |since| at - since);
        let hold_ms = u64::try_from(hold).unwrap_or(0);
        Kind::Ended {
            outcome: Outcome::NodeLost,
            side: Side::System,
            code: 0,
            wait_ms: span(self.queued_at, self.answered_at.unwrap_or(at)),
            talk_ms: span(self.answered_at, at).saturating_sub(hold_ms),
            hold_ms,
        }
    }
}

/// A UUIDv7-shaped id that depends only on its arguments.
fn named<I: Id>(of: impl Id, at: i64, what: &str) -> I {
    let hash = Sha256::new().chain_update(of.uuid().as_bytes()).chain_update(what).finalize();
    let mut tail = [0; 10];
    tail.copy_from_slice(&hash[..10]);
    I::new(uuid::Builder::from_unix_timestamp_millis(u64::try_from(at).unwrap_or(0), &tail).into_uuid())
}

/// For the log: what was found.
impl std::fmt::Display for Unfinished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ago = (clock::wall_ms() - self.died_at).max(0) / 1000;
        write!(
            f,
            "{} open calls, {} agents at work, last sign of life {ago} s ago",
            self.calls.len(),
            self.agents.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::{CallbackId, EventId, IntakeId};

    fn event(at: i64, call: u128, kind: Kind) -> Event {
        Event { id: EventId::from_u128(at as u128), sequence: 0, at, call: Some(CallId::from_u128(call)), kind }
    }

    fn arrived(at: i64, call: u128) -> Event {
        let kind = Kind::Arrived {
            intake: IntakeId::from_u128(9),
            direction: call::event::Direction::Inbound,
            source: "trunk".into(),
            from: Some("+79161234567".into()),
            from_name: String::new(),
            dialled: "1000".into(),
            sip_call_id: "a@b".into(),
            from_tag: "t".into(),
            node: "n".into(),
        };
        event(at, call, kind)
    }

    #[test]
    fn who_is_to_be_called_back_already_is_not_called_twice() {
        let mut state = Unfinished::default();
        let owed = Kind::CallbackDue {
            task: CallbackId::from_u128(8),
            phone: None,
            queue: "main".into(),
            reason: CallbackReason::Abandoned,
            due_at: 601_000,
        };
        [arrived(1_000, 1), event(2_000, 1, owed)].iter().for_each(|event| state.see(event));
        let closing = state.closing("fallback", 600_000, |_| 0);
        assert!(matches!(closing[..], [Event { kind: Kind::Ended { .. }, .. }]), "{closing:?}");
    }

    #[test]
    fn an_open_call_is_closed_once_with_its_times_and_a_callback() {
        let agent = AgentId::from_u128(77);
        let mut state = Unfinished::default();
        let ended = Kind::Ended {
            outcome: Outcome::Completed,
            side: Side::Caller,
            code: 200,
            wait_ms: 0,
            talk_ms: 0,
            hold_ms: 0,
        };
        for e in [
            arrived(1_000, 1),
            arrived(1_500, 2),
            event(2_000, 1, Kind::Queued { queue: "main".into(), priority: 0, locale: ivr::Locale::Ru }),
            event(2_100, 1, Kind::RecordingStarted { recording: RecordingId::from_u128(5) }),
            event(5_000, 1, Kind::Answered { agent, queue: Some("main".into()) }),
            event(5_000, 1, Kind::AgentStatus { agent, state: AgentState::Talking, reason: None }),
            event(6_000, 1, Kind::Held { agent }),
            event(7_000, 1, Kind::Resumed { agent }),
            event(8_000, 1, Kind::Held { agent }),
            event(9_000, 2, ended),
            event(9_000, 2, Kind::RecordingEnded { recording: RecordingId::from_u128(6), duration_ms: 1 }),
        ] {
            state.see(&e);
        }
        let closing = state.closing("fallback", 600_000, |_| 6_900);
        let kinds: Vec<_> = closing.iter().map(|e| e.kind.clone()).collect();
        assert_eq!(kinds[0], Kind::RecordingEnded { recording: RecordingId::from_u128(5), duration_ms: 6_900 });
        assert!(
            matches!(&kinds[1], Kind::CallbackDue { queue, due_at: 601_000, phone: Some(_), .. } if queue == "main")
        );
        assert!(matches!(
            kinds[2],
            Kind::Ended { outcome: Outcome::NodeLost, wait_ms: 3_000, talk_ms: 2_000, hold_ms: 2_000, .. }
        ));
        assert!(matches!(&kinds[3], Kind::AgentStatus { state, .. } if *state == AgentState::Away));
        assert_eq!(kinds.len(), 4);
        // after the closing nothing is open any more, and closing again would write the same ids
        let again = state.closing("fallback", 600_000, |_| 6_900);
        assert_eq!(again, closing);
        closing.iter().for_each(|e| state.see(e));
        assert_eq!(state.closing("fallback", 600_000, |_| 0), []);
    }

    #[test]
    fn a_recording_that_outlived_its_call_is_closed() {
        let mut state = Unfinished::default();
        let recording = RecordingId::from_u128(5);
        state.see(&arrived(1_000, 1));
        state.see(&event(2_000, 1, Kind::RecordingStarted { recording }));
        let (outcome, side) = (Outcome::Completed, Side::Caller);
        state.see(&event(3_000, 1, Kind::Ended { outcome, side, code: 0, wait_ms: 0, talk_ms: 0, hold_ms: 0 }));
        let kinds: Vec<_> = state.closing("main", 0, |_| 900).into_iter().map(|e| e.kind).collect();
        assert_eq!(kinds, [Kind::RecordingEnded { recording, duration_ms: 900 }]);
    }
}
