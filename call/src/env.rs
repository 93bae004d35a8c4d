//! What one step of a call works with: the cores, the plan, the outputs. Owned by the switch, lent to each step,
//! so that a stage or a verb needs no callbacks and no locks.

use crate::call::Facts;
use crate::event::{Event, Kind, Purpose};
use crate::guests::Guests;
use crate::leg::{Leg, LegKey};
use crate::registrar::Registrar;
use crate::row::Row;
use crate::{AgentId, CallId, Output, Plan, Refusal, Reply, limit};
use ivr::{ClipName, Locale};
use media::{LegId, PlayId, RecordingId, Sound};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha12Rng;
use sip::SessionId;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use types::Moment;
use types::guard::Guard;

/// Converts between monotonic and wall time.
#[derive(Clone, Copy, Debug)]
pub struct Anchor {
    pub at: Moment,
    pub wall_ms: i64,
}

impl Anchor {
    /// Unix milliseconds of an instant, also of one before the anchor.
    pub fn wall(&self, at: Moment) -> i64 {
        if at >= self.at {
            self.wall_ms + (at - self.at).as_millis() as i64
        } else {
            self.wall_ms - (self.at - at).as_millis() as i64
        }
    }
}

/// A leg that was closed and still owes its statistics.
pub struct Closing {
    pub call: CallId,
    pub purpose: Purpose,
    pub agent: Option<AgentId>,
}

pub struct Env {
    pub now: Moment,
    pub anchor: Anchor,
    pub node: String,
    pub plan: Arc<Plan>,
    pub stack: sip::Stack,
    pub floor: acd::Floor,
    pub registrar: Registrar,
    pub guests: Guests,
    pub guard: Guard,
    pub out: VecDeque<Output>,
    /// Which leg of which call a session or a media leg is. Absent: a late event of something finished.
    pub sessions: HashMap<SessionId, (CallId, LegKey)>,
    pub legs: HashMap<LegId, (CallId, LegKey)>,
    pub closing: HashMap<LegId, Closing>,
    pub recordings: HashMap<RecordingId, CallId>,
    /// The engine of the next arriving call.
    pub engine_of_next: usize,
    /// New calls are refused: the process is about to stop.
    pub draining: bool,
    /// Names of all trunks there were since the start. A trunk's place is its number in the stack: it stays the same over
    /// a new plan, for the calls that live on.
    trunks: Vec<String>,
    sequence: u64,
    next_leg: u64,
    next_play: u64,
    rng: ChaCha12Rng,
}

impl Env {
    pub fn new(now: Moment, setup: crate::node::Setup) -> Env {
        let mut rng = ChaCha12Rng::from_seed(setup.seed);
        let (mut sip_seed, mut floor_seed) = ([0; 32], [0; 32]);
        rng.fill_bytes(&mut sip_seed);
        rng.fill_bytes(&mut floor_seed);
        let mut env = Env {
            now,
            anchor: Anchor { at: now, wall_ms: setup.wall_ms },
            node: setup.name,
            plan: setup.plan.clone(),
            stack: sip::Stack::new(now, setup.sip, sip_seed),
            floor: acd::Floor::new(now, floor_seed),
            registrar: Registrar::new(setup.secret),
            guests: Guests::default(),
            guard: Guard::default(),
            out: VecDeque::new(),
            sessions: HashMap::new(),
            legs: HashMap::new(),
            closing: HashMap::new(),
            recordings: HashMap::new(),
            engine_of_next: 0,
            draining: false,
            trunks: Vec::new(),
            sequence: 0,
            next_leg: 0,
            next_play: 0,
            rng,
        };
        env.configure(setup.plan);
        env
    }

    pub fn configure(&mut self, plan: Arc<Plan>) {
        let queues = plan.queues.iter().map(|queue| queue.floor.clone()).collect();
        let agents =
            plan.agents.iter().map(|agent| acd::AgentPlan { agent: agent.id, queues: agent.queues.clone() }).collect();
        self.floor.handle(self.now, acd::Request::Configure(acd::FloorPlan { queues, agents }));
        self.registrar.configure(&plan);
        self.guests.configure(plan.queues.iter().map(|queue| queue.floor.waiting_max).min());
        let mut addresses = Vec::new();
        for trunk in &plan.trunks {
            let number = self.trunk_number(&trunk.name);
            addresses.extend(trunk.addresses.iter().map(|address| (*address, number)));
        }
        self.stack.trunks(addresses);
        self.plan = plan;
    }

    fn trunk_number(&mut self, name: &str) -> u32 {
        let number = self.trunks.iter().position(|known| known == name).unwrap_or_else(|| {
            self.trunks.push(name.to_owned());
            self.trunks.len() - 1
        });
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    /// The name of a trunk by its number in the stack.
    pub fn trunk(&self, number: u32) -> Option<&str> {
        self.trunks.get(usize::try_from(number).ok()?).map(String::as_str)
    }

    pub fn wall_now(&self) -> i64 {
        self.anchor.wall(self.now)
    }

    /// UUIDv7 (RFC 9562 5.7) from the anchor and the seeded generator: ids sort by time and replay by seed.
    pub fn new_id<I: types::Id>(&mut self) -> I {
        let mut random = [0; 10];
        self.rng.fill_bytes(&mut random);
        I::new(uuid::Builder::from_unix_timestamp_millis(self.wall_now().max(0) as u64, &random).into_uuid())
    }

    /// Refuses a session. Every 503 says after how many seconds to try again (RFC 3261 20.33), spread so that not all come back
    /// at once.
    pub fn refuse(&mut self, session: SessionId, code: u16) {
        if code == 503 {
            self.refuse_for(session, code, None);
        } else {
            self.stack.refuse(self.now, session, code, &[]);
        }
    }

    /// Says when to try again; None: by chance, so that not all come back at once.
    pub fn refuse_for(&mut self, session: SessionId, code: u16, seconds: Option<u32>) {
        let (from, to) = limit::RETRY_AFTER;
        let seconds = seconds.unwrap_or_else(|| from + self.rng.next_u32() % (to - from + 1));
        self.stack.refuse(self.now, session, code, &[("Retry-After", seconds.to_string())]);
    }

    /// Appends to the one history; returns the position `Input::Durable` will speak of.
    pub fn record(&mut self, call: Option<CallId>, kind: Kind) -> u64 {
        self.sequence += 1;
        let event = Event { id: self.new_id(), sequence: self.sequence, at: self.wall_now(), call, kind };
        self.out.push_back(Output::Record(event));
        self.sequence
    }

    pub fn media(&mut self, engine: usize, command: media::Command) {
        self.out.push_back(Output::Media { engine, command });
    }

    pub fn row(&mut self, row: Row) {
        self.out.push_back(Output::Row(row));
    }

    pub fn replied(&mut self, ticket: u64, reply: Result<Reply, Refusal>) {
        self.out.push_back(Output::Replied { ticket, reply });
    }

    pub fn new_leg(&mut self, call: CallId, key: LegKey) -> LegId {
        self.next_leg += 1;
        let leg = LegId(self.next_leg);
        self.legs.insert(leg, (call, key));
        leg
    }

    /// Plays clips to the caller, replacing what plays. Clips that are missing are skipped: a hole in the
    /// prompts must not become silence for ever; the shell refuses to start without them anyway.
    pub fn say(&mut self, facts: &Facts, locale: Locale, clips: &[ClipName]) -> Option<PlayId> {
        let prompts = self.plan.prompts.clone();
        let sounds: Vec<Sound> =
            clips.iter().filter_map(|clip| prompts.get(&(locale, clip.clone())).cloned()).collect();
        if sounds.is_empty() {
            return None;
        }
        Some(self.play(facts, sounds, false))
    }

    /// Music until something else plays or two legs are joined.
    pub fn music(&mut self, facts: &Facts) {
        if let Some(music) = self.plan.prompts.get(&(Locale::Ru, limit::MUSIC.to_string())).cloned() {
            self.play(facts, vec![music], true);
        }
    }

    fn play(&mut self, facts: &Facts, sounds: Vec<Sound>, repeat: bool) -> PlayId {
        self.next_play += 1;
        let play = PlayId(self.next_play);
        self.media(facts.engine, media::Command::Play { leg: facts.legs.caller.media, play, sounds, repeat });
        play
    }

    /// Closes a media leg; its statistics come later as `media::Event::Closed`.
    pub fn close_leg(&mut self, engine: usize, call: CallId, leg: &Leg) {
        if self.legs.remove(&leg.media).is_some() {
            self.closing.insert(leg.media, Closing { call, purpose: leg.purpose, agent: leg.agent() });
            self.media(engine, media::Command::Close { leg: leg.media });
        }
    }

    /// The engine refused this leg or does not have it: there will be no statistics to wait for.
    pub fn forget_leg(&mut self, leg: LegId) {
        self.legs.remove(&leg);
    }

    /// Ends a session and forgets it: nothing it says later concerns a call.
    pub fn end_session(&mut self, session: SessionId) {
        if self.sessions.remove(&session).is_some() {
            self.stack.end(self.now, session);
        }
    }

    pub fn floor(&mut self, request: acd::Request) {
        self.floor.handle(self.now, request);
    }

    pub fn since(&self, at: Moment) -> Duration {
        self.now.saturating_duration_since(at)
    }
}
