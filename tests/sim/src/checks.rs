//! What must hold whatever happens. Some is seen at once, in each message and event; the rest at the end, when
//! everybody has hung up.

use crate::link::Datagram;
use crate::register::header;
use crate::sound::VOICES;
use crate::world::{PhoneId, World};
use call::event::{Event, Kind, Outcome};
use call::{AgentId, CallId, Row};
use media::RecordingId;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use types::{AgentState, EventId};

/// One call as its events tell.
#[derive(Debug, Default)]
struct CallSoFar {
    ended: Option<Outcome>,
    callbacks: u32,
    /// Who rings or talks.
    agent: Option<AgentId>,
    answered: bool,
    /// Since when it rings, Unix milliseconds.
    offered_at: Option<i64>,
    recordings: BTreeSet<RecordingId>,
}

#[derive(Debug, Default)]
pub struct Checks {
    calls: BTreeMap<CallId, CallSoFar>,
    /// SIP Call-ID -> sequence of its Arrived, in this life of the node.
    arrivals: BTreeMap<String, u64>,
    rows: BTreeMap<String, Row>,
    recordings: BTreeMap<RecordingId, bool>,
    sequence: u64,
    ids: BTreeSet<EventId>,
    /// A story plants a bug: `Crashed` is no failure there.
    pub crash_expected: bool,
}

/// 20 s of the plan, and the rounding of two stamps.
const RING_MS_MAX: i64 = 20_002;

type Verdict = Result<(), String>;

impl Checks {
    /// Law: nothing is acknowledged before it is durable. 180 and 2xx to an INVITE wait for their Arrived.
    pub fn transmitted(&self, datagram: &Datagram, durable: u64) -> Verdict {
        let head = datagram.bytes.get(..11).unwrap_or_default();
        if !head.starts_with(b"SIP/2.0 ") || !matches!(head.get(8), Some(b'1' | b'2')) || head.ends_with(b"100") {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&datagram.bytes);
        if !header(&text, "cseq").is_some_and(|cseq| cseq.ends_with("INVITE")) {
            return Ok(());
        }
        let call_id = header(&text, "call-id").unwrap_or_default();
        match self.arrivals.get(call_id) {
            Some(sequence) if *sequence <= durable => Ok(()),
            // A re-INVITE of an agent's phone has no arrival: only callers' dialogs do.
            None if datagram.to.ip().to_string().starts_with("10.0.1.") => Ok(()),
            other => Err(format!("acknowledged before durable: arrival {other:?}, durable {durable}")),
        }
    }

    pub fn recorded(&mut self, event: &Event) -> Verdict {
        if event.sequence != self.sequence + 1 {
            return Err(format!("event {} after {}", event.sequence, self.sequence));
        }
        self.sequence = event.sequence;
        if !self.ids.insert(event.id) {
            return Err("an event id was used twice".into());
        }
        let Some(id) = event.call else { return Ok(()) };
        if let Kind::Arrived { sip_call_id, .. } = &event.kind {
            self.arrivals.insert(sip_call_id.clone(), event.sequence);
            let twice = self.calls.insert(id, CallSoFar::default()).is_some();
            return if twice { Err("a call arrived twice".into()) } else { Ok(()) };
        }
        let busy = self.holder(id, &event.kind);
        let Some(call) = self.calls.get_mut(&id) else {
            return Err(format!("{} of no call", crate::disk::word(event)));
        };
        if let Kind::Crashed { what } = &event.kind
            && !self.crash_expected
        {
            return Err(format!("a bug ended a call: {what}"));
        }
        call.happened(event)?;
        busy.map_or(Ok(()), |agent| Err(format!("{} is in two calls", crate::plan::agent_name(agent))))
    }

    /// Who rings or talks in this call.
    pub fn holder_of(&self, call: CallId) -> Option<AgentId> {
        self.calls.get(&call)?.agent
    }

    /// The agent whom this event puts into a call while another call holds them.
    fn holder(&self, id: CallId, kind: &Kind) -> Option<AgentId> {
        let agent = match kind {
            Kind::Offered { agent, .. } | Kind::Answered { agent, .. } => *agent,
            _ => return None,
        };
        let elsewhere =
            self.calls.iter().any(|(other, call)| *other != id && call.ended.is_none() && call.agent == Some(agent));
        elsewhere.then_some(agent)
    }

    pub fn row(&mut self, row: Row) {
        if row.gone() { _ = self.rows.remove(&row.key()) } else { _ = self.rows.insert(row.key(), row) }
    }

    /// Pieces of a recording end once.
    pub fn piece(&mut self, piece: &media::Piece) -> Verdict {
        let over = self.recordings.entry(piece.recording).or_default();
        if *over {
            return Err("a recording goes on after its last piece".into());
        }
        if piece.left.len() != piece.right.len() || piece.left.len() > 8_000 {
            return Err(format!("a piece of {} and {} octets", piece.left.len(), piece.right.len()));
        }
        *over = piece.last;
        Ok(())
    }

    pub fn agent_row(&self, id: AgentId) -> Option<String> {
        self.rows.values().find_map(|row| match row {
            Row::Agent { agent, state, reason, .. } if *agent == id => {
                Some(format!("{state}{}", reason.as_ref().map(|reason| format!(" {reason}")).unwrap_or_default()))
            }
            _ => None,
        })
    }

    /// Memory is gone, and with it all that was only there.
    pub fn crashed(&mut self) {
        self.arrivals.clear();
        self.rows.clear();
        self.recordings.clear();
        self.sequence = 0;
        for call in self.calls.values_mut() {
            call.ended.get_or_insert(Outcome::NodeLost);
        }
    }
}

impl CallSoFar {
    fn happened(&mut self, event: &Event) -> Verdict {
        let after_end = matches!(event.kind, Kind::LegEnded { .. } | Kind::RecordingEnded { .. });
        if self.ended.is_some() && !after_end {
            return Err(format!("{} after the end", crate::disk::word(event)));
        }
        match &event.kind {
            Kind::Offered { agent, .. } => (self.agent, self.offered_at) = (Some(*agent), Some(event.at)),
            Kind::Answered { agent, .. } => {
                (self.agent, self.answered) = (Some(*agent), true);
                return self.rang(event.at);
            }
            Kind::Declined { .. } => {
                self.agent = None;
                return self.rang(event.at);
            }
            Kind::Queued { .. } | Kind::Transferred { .. } => self.agent = None,
            Kind::CallbackDue { .. } => self.callbacks += 1,
            Kind::Ended { outcome, code, .. } => return self.end(*outcome, *code),
            Kind::RecordingStarted { recording } if !self.recordings.insert(*recording) => {
                return Err("one recording started twice".into());
            }
            Kind::RecordingEnded { recording, .. } if !self.recordings.remove(recording) => {
                return Err("a recording ended that did not run".into());
            }
            _ => {}
        }
        Ok(())
    }

    /// No agent rings longer than the queue allows.
    fn rang(&mut self, at: i64) -> Verdict {
        let span = self.offered_at.take().map_or(0, |since| at - since);
        if span > RING_MS_MAX { Err(format!("it rang for {span} ms")) } else { Ok(()) }
    }

    /// Who was not served is called back: every intake is talked through, served, refused, or owed a callback.
    fn end(&mut self, outcome: Outcome, code: u16) -> Verdict {
        (self.ended, self.agent) = (Some(outcome), None);
        let owed = match outcome {
            Outcome::Rejected if (500..600).contains(&code) => 1,
            Outcome::Completed | Outcome::SelfServed | Outcome::ShortIvr | Outcome::Rejected => 0,
            Outcome::AbandonedIvr
            | Outcome::AbandonedQueue
            | Outcome::Broken
            | Outcome::NodeLost
            | Outcome::Crashed => 1,
        };
        if self.callbacks != owed {
            return Err(format!("{outcome:?} with {} callbacks instead of {owed}", self.callbacks));
        }
        if outcome == Outcome::Completed && !self.answered {
            return Err("completed, but nobody answered".into());
        }
        Ok(())
    }
}

impl World {
    /// The end: everybody hangs up, time passes, and nothing may be left anywhere.
    pub fn check(&mut self) {
        for id in 0..self.phones.len() {
            let now = self.now;
            self.with(id, |phone| phone.hangs_up_all(now));
        }
        // RFC 3261 timers B, F and H are 32 s; RTP silence ends a call after 30 s and the question (OPTIONS) that
        // nobody answers; wrap-up is over.
        self.run_for(Duration::from_secs(150));
        // Who held us and vanished sends neither sound nor BYE: the session timer ends that (RFC 4028).
        if self.node.as_ref().is_some_and(|node| node.calls() > 0) {
            self.run_for(crate::world::SESSION_EXPIRES + Duration::from_secs(60));
        }
        self.check_node();
        self.check_events();
        self.check_ledger();
        self.check_voices();
    }

    fn check_node(&mut self) {
        let Some(node) = &self.node else { return };
        let engine = self.engine.as_ref().map_or(0, media::Engine::legs);
        let ((tied, legs, recordings), (_, sessions, frames)) = (node.ties(), node.sizes());
        let left = [
            ("calls", node.calls()),
            ("media legs", engine),
            ("sockets", self.sockets.len()),
            ("sessions of calls", tied),
            ("legs of calls", legs),
            ("recordings of calls", recordings),
            ("SIP sessions", sessions),
            // The rest of a message may be under way on a connection that is there.
            ("unfinished messages", frames.saturating_sub(self.wires.len())),
        ];
        for (what, count) in left {
            if count > 0 {
                self.fail(&format!("{count} {what} are left"));
            }
        }
        for phone in &self.phones {
            if let Some(complaint) = phone.complaints.first() {
                self.fail(&format!("{} {complaint}", phone.name));
            }
            if let Some(talk) = phone.live() {
                self.fail(&format!("{} is still in a call: {:?}", phone.name, talk.stage));
            }
        }
        let board = self.check_board();
        let live = board.values().filter(|row| matches!(row, Row::Call { .. } | Row::Waiting { .. })).count();
        if live > 0 {
            self.fail(&format!("{live} calls are left on the board"));
        }
        for row in board.values() {
            if let Row::Agent { agent, state, .. } = row
                && ![AgentState::Away, AgentState::Ready, AgentState::Paused].contains(state)
            {
                self.fail(&format!("{} is stuck: {state}", crate::plan::agent_name(*agent)));
            }
        }
    }

    /// The rows emitted so far, played back, are the board, at any time.
    pub fn check_board(&mut self) -> BTreeMap<String, Row> {
        if self.node.is_none() {
            return BTreeMap::new();
        }
        let Ok(call::Reply::Board(board)) = self.commands(call::Command::Board) else { self.fail("no board") };
        let board: BTreeMap<String, Row> = board.into_iter().map(|row| (row.key(), row)).collect();
        if board != self.checks.rows {
            self.fail(&format!("the rows played back are not the board:\n{:#?}\nboard:\n{board:#?}", self.checks.rows));
        }
        let ready = |wanted: &str| {
            board.values().any(|row| matches!(row, Row::Agent { state, queues, .. } if *state == AgentState::Ready && queues.iter().any(|queue| queue == wanted)))
        };
        for row in board.values() {
            if let Row::Waiting { call, queue, offered_to: None, .. } = row
                && ready(queue)
            {
                self.fail(&format!("{call} waits in {queue} while an agent is ready"));
            }
        }
        self.check_hands(&board);
        board
    }

    /// Nobody heard a stranger: a voice reaches only the one who was in a call with it.
    fn check_voices(&self) {
        let mut pairs = BTreeSet::new();
        let mut callers: BTreeMap<CallId, PhoneId> = BTreeMap::new();
        for event in self.disk.events().chain(&self.disk.lost) {
            let Some(call) = event.call else { continue };
            match &event.kind {
                Kind::Arrived { from: Some(from), .. } => {
                    callers.extend(self.phones.iter().position(|phone| phone.user == *from).map(|phone| (call, phone)));
                }
                Kind::Answered { agent, .. } => {
                    let agent = self.agent(&crate::plan::agent_name(*agent));
                    pairs.extend(callers.get(&call).into_iter().flat_map(|&caller| [(caller, agent), (agent, caller)]));
                }
                _ => {}
            }
        }
        for (ear, phone) in self.phones.iter().enumerate() {
            let voices =
                phone.talks.iter().flat_map(|talk| &talk.heard).filter_map(|(_, pattern)| pattern.checked_sub(VOICES));
            for voice in voices.map(usize::from).filter(|voice| *voice < self.phones.len()) {
                if !pairs.contains(&(ear, voice)) {
                    self.fail(&format!("{} heard {}, a stranger", phone.name, self.phones[voice].name));
                }
            }
        }
    }

    /// Exactly one Arrived and one Ended for each call in the journal, and no recording left open.
    fn check_events(&self) {
        let mut calls: BTreeMap<CallId, [i32; 3]> = BTreeMap::new();
        for event in self.disk.events() {
            let Some(call) = event.call else { continue };
            let counts = calls.entry(call).or_default();
            match event.kind {
                Kind::Arrived { .. } => counts[0] += 1,
                Kind::Ended { .. } => counts[1] += 1,
                Kind::RecordingStarted { .. } => counts[2] += 1,
                Kind::RecordingEnded { .. } => counts[2] -= 1,
                _ => {}
            }
        }
        for (call, counts) in calls {
            if counts != [1, 1, 0] {
                let [arrived, ended, recording] = counts;
                self.fail(&format!("call {call}: {arrived} arrived, {ended} ended, {recording} recordings open"));
            }
        }
    }
}
