//! The crate's one entrance: Switch and Floor of this node, and the registrations.

use crate::command::Command;
use crate::env::{Anchor, Env};
use crate::plan::Plan;
use crate::registrar::{self, Binding, Change, Claim, SavedBinding};
use crate::row::Row;
use crate::stage::StageInput;
use crate::switch::Switch;
use crate::{AgentId, CallId, Event, Refusal, Reply, limit};
use acd::{Status, StatusChange};
use bytes::Bytes;
use sip::auth::Verdict;
use sip::{Flow, Peer};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use types::guard::{Outcome, Wait};
use types::{AgentState, Moment};

/// What comes in.
#[derive(Debug)]
pub enum Input {
    Sip(sip::Input),
    /// From the media engine of this index.
    Media {
        engine: usize,
        event: media::Event,
    },
    /// Everything recorded up to this sequence number is on disk.
    Durable {
        sequence: u64,
    },
    /// To `Output::Ask`.
    Answer {
        call: CallId,
        answer: Answer,
    },
    /// A WebSocket opened on /sip. `agent`: the logged-in dispatcher (its cookie was checked), None: the /call page.
    FlowOpened {
        flow: Flow,
        agent: Option<AgentId>,
    },
    Command {
        ticket: u64,
        command: Command,
    },
    Plan(Arc<Plan>),
    /// What the wall clock shows now, unix milliseconds: it was set anew.
    Clock {
        wall_ms: i64,
    },
    /// The process will stop: no new calls from now on, those that live go on to their end.
    Drain,
    /// The company's midnight: the counters of the day begin anew.
    Midnight,
    /// What the queues had counted in this day before this process began.
    Recall(Vec<(acd::QueueName, acd::Day)>),
}

/// The answer to a question of a flow.
#[derive(Clone, Debug)]
pub enum Answer {
    Tickets(Vec<ivr::Spoken>),
    /// Whether it is within opening hours.
    Open(bool),
    /// It could not be found out.
    Unknown,
}

/// What must go out.
#[derive(Debug)]
pub enum Output {
    Transmit {
        flow: Flow,
        bytes: Bytes,
    },
    Close {
        flow: Flow,
    },
    Media {
        engine: usize,
        command: media::Command,
    },
    /// To the journal, in order.
    Record(Event),
    /// Ask for the caller's tickets; `from` is the caller's number.
    Ask {
        call: CallId,
        from: Option<String>,
        question: ivr::Question,
    },
    Row(Row),
    /// An agent's desk phones as they are registered now, to be kept for the next start; these replace those kept before.
    Keep {
        agent: AgentId,
        kept: Vec<SavedBinding>,
    },
    Replied {
        ticket: u64,
        reply: Result<Reply, Refusal>,
    },
    /// Counted and logged at debug level.
    Fault {
        flow: Flow,
        code: u16,
        what: &'static str,
    },
}

/// How a node is made.
pub struct Setup {
    pub name: String,
    pub seed: [u8; 32],
    /// Stays the same over restarts: what strangers are shown must not tell accounts that exist from names that do not.
    pub secret: [u8; 32],
    /// Unix milliseconds at `now`: the one anchor to the wall clock.
    pub wall_ms: i64,
    pub sip: sip::Config,
    pub engines: usize,
    pub plan: Arc<Plan>,
    /// What the last process kept by [`Output::Keep`], newest of each agent.
    pub registered: Vec<(AgentId, Vec<SavedBinding>)>,
}

/// Switch and floor of this node.
pub struct Node {
    env: Env,
    switch: Switch,
    /// The newest row of each agent, to re-emit it when only its device changes.
    agents: HashMap<AgentId, acd::Row>,
    /// Agents whose last device went, and when they become Away.
    vanished: BTreeMap<AgentId, Moment>,
    /// When registrations are looked through for expired ones.
    registrar_due: Option<Moment>,
}

impl Node {
    pub fn new(now: Moment, mut setup: Setup) -> Node {
        let switch = Switch::new(setup.engines);
        let (registered, wall_ms) = (std::mem::take(&mut setup.registered), setup.wall_ms);
        let mut env = Env::new(now, setup);
        for (agent, kept) in registered {
            env.registrar.restore(now, wall_ms, &env.plan, agent, kept);
        }
        for agent in env.registrar.agents() {
            env.stack.devices(agent.as_u128(), env.registrar.ways(agent));
            for (address, user) in env.registrar.desk_phones(agent) {
                env.guard.know(now, address, user);
            }
        }
        let registrar_due = (!env.registrar.is_empty()).then(|| now + REGISTRAR_EACH);
        let mut node = Node { env, switch, agents: HashMap::new(), vanished: BTreeMap::new(), registrar_due };
        node.pump();
        node
    }

    pub fn handle(&mut self, now: Moment, input: Input) {
        self.env.now = now;
        let env = &mut self.env;
        match input {
            Input::Sip(input) => env.stack.handle(now, input),
            Input::Media { event, .. } => self.switch.media(env, event),
            Input::Durable { sequence } => self.switch.durable(env, sequence),
            Input::Answer { call, answer } => self.switch.answer(env, call, answer),
            Input::FlowOpened { flow, agent } => {
                env.stack.vouch(flow, agent.map_or(Peer::Guest, |agent| Peer::Device(agent.as_u128())));
                env.registrar.flow_opened(flow, agent);
            }
            Input::Plan(plan) => env.configure(plan),
            Input::Clock { wall_ms } => env.anchor = Anchor { at: now, wall_ms },
            Input::Drain => env.draining = true,
            Input::Midnight => env.floor(acd::Request::Reset),
            Input::Recall(days) => {
                for (queue, day) in days {
                    env.floor(acd::Request::Recall { queue, day });
                }
            }
            Input::Command { ticket, command } => {
                let reply = self.command(command);
                self.env.replied(ticket, reply);
            }
        }
        self.pump();
    }

    pub fn tick(&mut self, now: Moment) {
        self.env.now = now;
        self.env.stack.tick(now);
        self.env.floor.tick(now);
        self.switch.tick(&mut self.env);
        if self.registrar_due.is_some_and(|at| at <= now) {
            for (agent, flow) in self.env.registrar.expire(now) {
                self.device_gone(agent, flow);
            }
            self.registrar_due = (!self.env.registrar.is_empty()).then(|| now + REGISTRAR_EACH);
        }
        self.away_when_vanished();
        self.pump();
    }

    pub fn poll(&mut self) -> Option<Output> {
        self.env.out.pop_front()
    }

    pub fn timeout(&self) -> Option<Moment> {
        let cores = [self.env.stack.timeout(), self.env.floor.timeout(), self.switch.timeout()];
        let vanished = self.vanished.values().min().copied();
        cores.into_iter().chain([self.registrar_due, vanished]).flatten().min()
    }

    /// Unix milliseconds as this node counts them. The shell compares them with the wall clock.
    pub fn wall_ms(&self, now: Moment) -> i64 {
        self.env.anchor.wall(now)
    }

    /// Calls living here.
    pub fn calls(&self) -> usize {
        self.switch.len()
    }

    /// (transactions, sessions, framed connections) of the SIP stack, for /metrics and leak checks.
    pub fn sizes(&self) -> (usize, usize, usize) {
        self.env.stack.sizes()
    }

    /// Sessions, legs and recordings still tied to a call: zero when there are no calls and all media legs are closed.
    pub fn ties(&self) -> (usize, usize, usize) {
        (self.env.sessions.len(), self.env.legs.len() + self.env.closing.len(), self.env.recordings.len())
    }

    /// Passes outputs between the cores until there are none.
    fn pump(&mut self) {
        for _ in 0..limit::PUMP_STEPS {
            if let Some(output) = self.env.stack.poll() {
                self.take_sip(output);
            } else if let Some(reply) = self.env.floor.poll() {
                self.take_floor(reply);
            } else {
                return;
            }
        }
    }

    fn take_sip(&mut self, output: sip::Output) {
        let event = match output {
            sip::Output::Transmit { flow, bytes } => {
                return self.env.out.push_back(Output::Transmit { flow, bytes });
            }
            sip::Output::Close { flow } => return self.env.out.push_back(Output::Close { flow }),
            sip::Output::Event(event) => event,
        };
        use sip::Event::*;
        let session = match &event {
            Progress { session, .. } | Answered { session, .. } | Confirmed { session, .. } => *session,
            Offered { session, .. } | OfferAnswered { session, .. } | OfferRefused { session, .. } => *session,
            Info { session, .. } | Referred { session, .. } | Ended { session, .. } => *session,
            Invited { .. } | TurnedAway { .. } | Registering { .. } | FlowLost { .. } | Fault { .. } => {
                return self.outside(event);
            }
            #[allow(unreachable_patterns)]
            _ => return,
        };
        self.switch.sip(&mut self.env, session, event);
    }

    /// Events outside of sessions.
    fn outside(&mut self, event: sip::Event) {
        match event {
            sip::Event::Invited { session, invite } => self.switch.invited(&mut self.env, session, *invite),
            sip::Event::TurnedAway { invite, cseq, code } => {
                self.switch.turned_away(&mut self.env, &invite, cseq, code);
            }
            sip::Event::Registering { request, register } => self.registering(request, *register),
            sip::Event::FlowLost { flow } => {
                for (agent, flow) in self.env.registrar.flow_lost(&flow) {
                    self.device_gone(agent, flow);
                }
            }
            sip::Event::Fault { flow, code, what } => self.env.out.push_back(Output::Fault { flow, code, what }),
            _ => {}
        }
    }

    fn take_floor(&mut self, reply: acd::Reply) {
        use acd::Reply::*;
        match reply {
            Offer { call, .. } | Withdraw { call, .. } | Overdue { call } => {
                self.switch.floor(&mut self.env, call, reply);
            }
            Changed { agent, to, .. } => {
                let (state, reason, _) = shown(&to);
                let kind = crate::Kind::AgentStatus { agent, state, reason };
                self.env.record(None, kind);
            }
            Row(row) => {
                if let acd::Row::Agent { agent, .. } = &row {
                    self.agents.insert(*agent, row.clone());
                }
                let row = self.board_row(row);
                self.env.row(row);
            }
        }
    }

    fn registering(&mut self, request: sip::RequestId, register: sip::Register) {
        let now = self.env.now;
        let agent = match registrar::claim(&self.env.plan, &self.env.registrar, &register) {
            Claim::LoggedIn(agent) => agent,
            Claim::Digest { device, algorithm } => {
                let address = register.flow.peer.ip();
                // Anybody can write a phone's address into a datagram, but only the phone has a challenge that was sent there.
                let shown = register.credentials.as_ref();
                if shown.is_some_and(|shown| !self.env.stack.challenged(now, address, shown)) {
                    return self.env.stack.challenge(now, request, algorithm, true);
                }
                let Some(shown) = shown else {
                    return self.env.stack.challenge(now, request, algorithm, false);
                };
                // A guess that came too soon learns nothing, right or wrong.
                let attempt = match self.env.guard.begin(now, address, &register.user) {
                    Ok(attempt) => attempt,
                    Err(Wait::Seconds(seconds)) => {
                        return self.env.stack.refuse_request(request, 503, Some(seconds));
                    }
                    Err(Wait::Others) => return self.env.stack.refuse_request(request, 503, Some(1)),
                };
                let ha1 = device.as_ref().map(|(_, ha1)| ha1);
                let verdict = self.env.stack.verify(now, address, shown, ha1);
                self.env.guard.decide(now, attempt, outcome(verdict));
                match (verdict, device) {
                    (Verdict::Good, Some((agent, _))) => agent,
                    (verdict, _) => {
                        return self.env.stack.challenge(now, request, algorithm, verdict == Verdict::Stale);
                    }
                }
            }
        };
        let change = self.env.registrar.register(now, agent, &register);
        let contacts = self.env.registrar.contacts(now, agent, &register.user);
        self.env.stack.register_ok(now, request, &contacts);
        self.registrar_due.get_or_insert(now + REGISTRAR_EACH);
        match change {
            Change::Reachable(binding) => self.device_back(binding),
            Change::Gone(agent) => self.device_gone(agent, register.flow),
            Change::Nothing => self.keep(agent, &register.flow),
        }
    }

    fn device_back(&mut self, binding: Binding) {
        let agent = binding.agent;
        self.vanished.remove(&agent);
        self.keep(agent, &binding.flow);
        self.switch.device(&mut self.env, agent, StageInput::DeviceBack(binding));
        self.agent_row(agent);
    }

    /// Something changed by this flow. Browsers are never kept: their connection is gone with the process.
    fn keep(&mut self, agent: AgentId, by: &Flow) {
        if !registrar::is_browser(by) {
            self.env.stack.devices(agent.as_u128(), self.env.registrar.ways(agent));
            let kept = self.env.registrar.kept(agent, &self.env.anchor);
            self.env.out.push_back(Output::Keep { agent, kept });
        }
    }

    fn device_gone(&mut self, agent: AgentId, flow: Flow) {
        if !self.env.registrar.reachable(agent) {
            // A reload takes about two seconds: the status survives it.
            self.vanished.insert(agent, self.env.now + self.env.plan.policy.agent_return);
        }
        self.keep(agent, &flow);
        self.switch.device(&mut self.env, agent, StageInput::DeviceGone(flow));
        self.agent_row(agent);
    }

    fn away_when_vanished(&mut self) {
        let now = self.env.now;
        let due: Vec<AgentId> = self.vanished.iter().filter(|(_, at)| **at <= now).map(|(agent, _)| *agent).collect();
        for agent in due {
            self.vanished.remove(&agent);
            if !self.env.registrar.reachable(agent) {
                self.env.floor(acd::Request::Status { agent, status: StatusChange::Away });
            }
        }
    }

    fn command(&mut self, command: Command) -> Result<Reply, Refusal> {
        match command {
            Command::Status { agent, asked } => {
                self.known(agent)?;
                if asked == StatusChange::Ready && !self.env.registrar.reachable(agent) {
                    return Err(Refusal::NoDevice);
                }
                self.env.floor(acd::Request::Status { agent, status: asked });
                Ok(Reply::Done)
            }
            Command::Wrapped { agent, call } => {
                let wrapping =
                    matches!(self.env.floor.status(agent), Some((Status::Wrapping { call: of }, _)) if of == call);
                if wrapping {
                    self.env.floor(acd::Request::Wrapped { agent });
                }
                Ok(Reply::Done)
            }
            Command::Board => Ok(Reply::Board(self.board())),
            Command::Hold { call, .. } | Command::Resume { call, .. } | Command::Transfer { call, .. } => {
                self.switch.command(&mut self.env, call, command)
            }
            Command::Hangup { call } | Command::Crash { call } => self.switch.command(&mut self.env, call, command),
        }
    }

    fn known(&self, agent: AgentId) -> Result<(), Refusal> {
        self.env.floor.status(agent).map(|_| ()).ok_or(Refusal::NoSuchAgent)
    }

    fn board(&self) -> Vec<Row> {
        let floor = self.env.floor.board().into_iter().map(|row| self.board_row(row));
        floor.chain(self.switch.rows(&self.env)).collect()
    }

    fn agent_row(&mut self, agent: AgentId) {
        if let Some(row) = self.agents.get(&agent).cloned() {
            let row = self.board_row(row);
            self.env.row(row);
        }
    }

    /// The floor's row with wall times and the device's presence.
    fn board_row(&self, row: acd::Row) -> Row {
        let wall = |at: Moment| self.env.anchor.wall(at);
        match row {
            acd::Row::Agent { agent, status, since, queues, calls_taken } => {
                let (state, reason, call) = shown(&status);
                let device = self.env.registrar.reachable(agent);
                Row::Agent { agent, state, reason, call, since: wall(since), queues, calls_taken, device }
            }
            acd::Row::Queue { queue, waiting, oldest, offered, answered, abandoned, level, ready } => {
                Row::Queue { queue, waiting, oldest: oldest.map(wall), offered, answered, abandoned, level, ready }
            }
            acd::Row::Waiting { call, queue, since, position, priority, offered_to } => {
                Row::Waiting { call, queue, since: wall(since), position, priority, offered_to }
            }
            acd::Row::Gone { call } => Row::WaitingGone { call },
            acd::Row::AgentGone { agent } => Row::AgentGone { agent },
            acd::Row::QueueGone { queue } => Row::QueueGone { queue },
        }
    }
}

/// How often registrations are looked through for expired ones.
const REGISTRAR_EACH: Duration = Duration::from_secs(5);

fn outcome(verdict: Verdict) -> Outcome {
    match verdict {
        Verdict::Good => Outcome::Succeeded,
        Verdict::Bad => Outcome::Failed,
        Verdict::Stale => Outcome::Undone,
    }
}

fn shown(status: &Status) -> (AgentState, Option<String>, Option<CallId>) {
    match status {
        Status::Away => (AgentState::Away, None, None),
        Status::Ready => (AgentState::Ready, None, None),
        Status::Offered { call } => (AgentState::Offered, None, Some(*call)),
        Status::Talking { call } => (AgentState::Talking, None, Some(*call)),
        Status::Wrapping { call } => (AgentState::Wrapping, None, Some(*call)),
        Status::Paused { reason } => (AgentState::Paused, Some(reason.clone()), None),
    }
}
