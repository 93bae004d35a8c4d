//! The thread that owns `call::Node`, and so every call of this node. Nothing here blocks but the inbox: the disk, the
//! database, sockets that are full and engines that lag behind are all somebody else's.
//!
//! Three inboxes: `inner` (the journal's acknowledgements, media events, commands) goes before `known` (packets of trunks, registered
//! phones and pages with a log-in), and that before `net` (packets of everybody else), so that a flood from outside cannot hold up
//! calls. All are bounded.

use crate::clock::{self, Seldom};
use crate::journal::Journal;
use crate::net::{Known, Standing, Wire};
use crate::registrations::Registrations;
use bytes::Bytes;
use call::{Answer, CallId, Command, Event, Input, Kind, Node, Output, Refusal, Reply, Row};
use crossbeam_channel::{Receiver, Sender, bounded};
use sip::Flow;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use types::Moment;

pub mod limit {
    //! Every maximum of the brain's borders, named.
    use std::time::Duration;

    /// Packets that wait for the brain; a datagram beyond is dropped (its sender repeats it).
    pub const NET: usize = 8_192;
    /// Media events, commands and answers that wait.
    pub const INNER: usize = 65_536;
    /// Inputs taken before what came out is carried away and timers are looked at.
    pub const BURST: usize = 64;
    /// Board rows and events that wait for the live hub; beyond, the hub asks for the whole board again.
    pub const LIVE: usize = 16_384;
    /// Questions of flows that wait; beyond, the flow gets no answer and goes on to the queue.
    pub const QUESTIONS: usize = 1_024;
    /// How often the wall clock is compared with what the node counts, and how far off it may be.
    pub const CLOCK: Duration = Duration::from_secs(1);
    pub const CLOCK_OFF_MS: u64 = 500;
    /// A command's answer is awaited this long.
    pub const REPLY: Duration = Duration::from_secs(5);
    /// A step that took longer is logged; the brain must never wait.
    pub const STEP_LONG: Duration = Duration::from_millis(20);
    /// Panics outside a call's own fence within a minute, after which the process gives up and is started anew.
    pub const PANICS: usize = 3;
}

/// What the live hub receives, in order.
#[derive(Clone, Debug)]
pub enum Live {
    Row(Row),
    /// An event as it happened: for hints that cannot wait for the database (screen pop). It may not be durable yet.
    Event(Event),
}

/// A question of a flow; answered by [`Brain::answer`].
#[derive(Debug)]
pub struct FlowQuestion {
    pub call: CallId,
    /// The caller's number.
    pub from: Option<String>,
    pub question: ivr::Question,
}

/// Boxed on its way: the inbox has room for very many, and its places are memory even when they are free.
enum Inner {
    Input(Input),
    Ask { command: Command, reply: oneshot::Sender<Result<Reply, Refusal>> },
    Stop,
}

/// Which inbox a packet waits in. One connection's packets all wait in the same, or they would change their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    Known,
    Strangers,
}

impl Lane {
    pub fn of(standing: Standing) -> Lane {
        if standing > Standing::Stranger { Lane::Known } else { Lane::Strangers }
    }
}

/// The handle of the thread. Cheap to clone.
#[derive(Clone)]
pub struct Brain {
    known: Sender<sip::Input>,
    net: Sender<sip::Input>,
    inner: Sender<Box<Inner>>,
    state: Arc<State>,
}

/// What the thread shows of itself.
#[derive(Debug, Default)]
pub struct State {
    calls: AtomicU64,
    /// Microseconds of the longest step since it was asked for.
    longest: AtomicU64,
    /// The live channel was full: the hub must ask for the whole board.
    live_gap: AtomicBool,
    dropped: AtomicU64,
    dead: AtomicBool,
}

/// The ends that others hold.
pub struct Ends {
    pub live: mpsc::Receiver<Live>,
    pub questions: mpsc::Receiver<FlowQuestion>,
}

/// The inboxes, before the thread exists: journal and engines are started with them.
pub struct Inboxes {
    pub brain: Brain,
    known: Receiver<sip::Input>,
    net: Receiver<sip::Input>,
    inner: Receiver<Box<Inner>>,
}

/// Makes the inboxes.
pub fn inboxes() -> Inboxes {
    let (known, known_out) = bounded(limit::NET);
    let (net, net_out) = bounded(limit::NET);
    let (inner, inner_out) = bounded(limit::INNER);
    Inboxes {
        brain: Brain { known, net, inner, state: Arc::default() },
        known: known_out,
        net: net_out,
        inner: inner_out,
    }
}

impl Brain {
    /// Asks the switch for something; the asker's rights were checked before. `Unavailable` when the node is stopping
    /// or does not answer in time.
    pub async fn ask(&self, command: Command) -> Result<Reply, Refusal> {
        let (reply, answer) = oneshot::channel();
        self.inner.try_send(Box::new(Inner::Ask { command, reply })).map_err(|_| Refusal::Unavailable)?;
        match tokio::time::timeout(limit::REPLY, answer).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) | Err(_) => Err(Refusal::Unavailable),
        }
    }

    /// A packet from outside; false: the inbox is full, a datagram is dropped, a stream waits and tries again.
    pub fn packet(&self, lane: Lane, input: sip::Input) -> bool {
        let inbox = if lane == Lane::Known { &self.known } else { &self.net };
        inbox.try_send(input).is_ok()
    }

    /// An input from inside the process. Never blocks; what does not fit is counted (65,536 wait already).
    pub fn input(&self, input: Input) -> bool {
        let sent = self.inner.try_send(Box::new(Inner::Input(input))).is_ok();
        if !sent {
            self.state.dropped.fetch_add(1, Ordering::Relaxed);
        }
        sent
    }

    /// A WebSocket is there; `agent` is whose cookie it brought.
    pub fn flow_opened(&self, flow: Flow, agent: Option<call::AgentId>) -> bool {
        self.input(Input::FlowOpened { flow, agent })
    }

    /// The answer to a flow's question.
    pub fn answer(&self, call: CallId, answer: Answer) {
        self.input(Input::Answer { call, answer });
    }

    /// A new plan; the old one stays with the calls that hold it.
    pub fn plan(&self, plan: Arc<call::Plan>) {
        self.input(Input::Plan(plan));
    }

    /// Calls living here, as of the last step.
    pub fn calls(&self) -> u64 {
        self.state.calls.load(Ordering::Relaxed)
    }

    /// The longest step since this was last asked.
    pub fn longest_step(&self) -> Duration {
        Duration::from_micros(self.state.longest.swap(0, Ordering::Relaxed))
    }

    /// True once after rows were lost because the hub was slow: it must ask for `Command::Board`.
    pub fn live_gap(&self) -> bool {
        self.state.live_gap.swap(false, Ordering::AcqRel)
    }

    /// The thread is gone.
    pub fn dead(&self) -> bool {
        self.state.dead.load(Ordering::Acquire)
    }

    /// (packets waiting, inner notes waiting, inner notes lost).
    pub fn waiting(&self) -> (usize, usize, u64) {
        (self.known.len() + self.net.len(), self.inner.len(), self.state.dropped.load(Ordering::Relaxed))
    }

    /// Ends the thread after what already waits in the inner inbox.
    pub fn stop(&self) {
        let _ = self.inner.try_send(Box::new(Inner::Stop));
    }
}

/// Where what comes out goes.
pub struct Outlets {
    pub wire: Wire,
    pub engines: Vec<crate::engines::Handle>,
    pub journal: Journal,
    pub registrations: Registrations,
    /// Where registered phones are, for the border to the network.
    pub known: Known,
}

/// Starts the thread.
pub fn start(inboxes: Inboxes, setup: call::node::Setup, outlets: Outlets) -> std::io::Result<(JoinHandle<()>, Ends)> {
    let (live, live_out) = mpsc::channel(limit::LIVE);
    let (questions, questions_out) = mpsc::channel(limit::QUESTIONS);
    let state = inboxes.brain.state.clone();
    let thread = std::thread::Builder::new().name("brain".into()).spawn(move || {
        let node = Node::new(clock::now(), setup);
        let mut brain = Loop {
            node,
            outlets,
            live,
            questions,
            own: inboxes.brain.inner.clone(),
            state: state.clone(),
            waiters: HashMap::new(),
            ticket: 0,
            panics: Vec::new(),
            clock_seen: clock::now(),
            long: Seldom::default(),
            untaken: Seldom::default(),
        };
        brain.run(&inboxes);
        state.dead.store(true, Ordering::Release);
    })?;
    Ok((thread, Ends { live: live_out, questions: questions_out }))
}

/// What the thread owns: the node, and where its outputs go.
struct Loop {
    node: Node,
    outlets: Outlets,
    live: mpsc::Sender<Live>,
    questions: mpsc::Sender<FlowQuestion>,
    own: Sender<Box<Inner>>,
    state: Arc<State>,
    waiters: HashMap<u64, oneshot::Sender<Result<Reply, Refusal>>>,
    ticket: u64,
    panics: Vec<Moment>,
    /// When the wall clock was looked at last.
    clock_seen: Moment,
    long: Seldom,
    untaken: Seldom,
}

impl Loop {
    fn run(&mut self, inboxes: &Inboxes) {
        let Inboxes { known, net, inner, .. } = inboxes;
        let packet = |packet| Inner::Input(Input::Sip(packet));
        self.carry();
        loop {
            let wait =
                self.node.timeout().map_or(Duration::from_secs(1), |at| at.saturating_duration_since(clock::now()));
            let first = crossbeam_channel::select_biased! {
                recv(inner) -> note => note.ok().map(|note| *note),
                recv(known) -> first => first.ok().map(packet),
                recv(net) -> first => first.ok().map(packet),
                default(wait) => None,
            };
            let started = clock::now();
            let mut next = first;
            for _ in 0..limit::BURST {
                match next.take() {
                    Some(Inner::Stop) => return,
                    Some(note) => self.take(note),
                    None => break,
                }
                next = inner
                    .try_recv()
                    .ok()
                    .map(|note| *note)
                    .or_else(|| known.try_recv().ok().map(packet))
                    .or_else(|| net.try_recv().ok().map(packet));
            }
            if let Some(note) = next {
                if matches!(note, Inner::Stop) {
                    return;
                }
                self.take(note);
            }
            self.tick();
            self.measure(started);
        }
    }

    fn take(&mut self, note: Inner) {
        match note {
            Inner::Input(input) => self.step(|node, now| node.handle(now, input)),
            Inner::Ask { command, reply } => {
                self.ticket += 1;
                let ticket = self.ticket;
                self.waiters.insert(ticket, reply);
                self.step(|node, now| node.handle(now, Input::Command { ticket, command }));
            }
            Inner::Stop => {}
        }
    }

    /// The wall clock may be set while calls run: stamps and deadlines of law follow it. Small steps (NTP) add up to one of these.
    fn follow_clock(&mut self, now: Moment) {
        if now.saturating_duration_since(self.clock_seen) < limit::CLOCK {
            return;
        }
        self.clock_seen = now;
        let wall_ms = clock::wall_ms();
        let off = wall_ms - self.node.wall_ms(now);
        if off.unsigned_abs() >= limit::CLOCK_OFF_MS {
            tracing::warn!(milliseconds = off, "the wall clock was set; stamps follow it");
            self.step(|node, now| node.handle(now, Input::Clock { wall_ms }));
        }
    }

    fn tick(&mut self) {
        let now = clock::now();
        self.follow_clock(now);
        if self.node.timeout().is_some_and(|at| at <= now) {
            self.step(|node, now| node.tick(now));
        }
        // commands that were never answered (a panic in between) must not stay for ever
        if self.waiters.len() > 256 {
            self.waiters.retain(|_, waiter| !waiter.is_closed());
        }
    }

    /// One step of the node, then everything that came out. A panic that a call's own fence did not hold is logged;
    /// too many of them end the process: a start from the journal is safer than a switch in an unknown state.
    fn step(&mut self, step: impl FnOnce(&mut Node, Moment)) {
        let now = clock::now();
        let node = &mut self.node;
        if catch_unwind(AssertUnwindSafe(|| step(node, now))).is_err() {
            metrics::counter!("linedesk_brain_panics_total").increment(1);
            tracing::error!("a step of the switch panicked outside of any call");
            self.panics.retain(|at| now.duration_since(*at) < Duration::from_secs(60));
            self.panics.push(now);
            if self.panics.len() >= limit::PANICS {
                tracing::error!("too many panics: the switch stops; the next start continues from the journal");
                std::process::abort();
            }
        }
        self.carry();
    }

    fn carry(&mut self) {
        while let Some(output) = self.node.poll() {
            match output {
                Output::Transmit { flow, bytes } => self.transmit(flow, bytes),
                Output::Close { flow } => self.outlets.wire.close(flow),
                Output::Media { engine, command } => self.media(engine, command),
                Output::Record(event) => self.record(event),
                Output::Ask { call, from, question } => self.question(call, from, question),
                Output::Row(row) => self.publish(Live::Row(row)),
                Output::Keep { agent, kept } => {
                    self.outlets.known.phones(agent, kept.iter().map(|phone| phone.peer.ip()));
                    self.outlets.registrations.keep(agent, kept);
                }
                Output::Replied { ticket, reply } => {
                    if let Some(waiter) = self.waiters.remove(&ticket) {
                        let _ = waiter.send(reply);
                    }
                }
                Output::Fault { flow, code, what } => {
                    metrics::counter!("linedesk_sip_faults_total").increment(1);
                    tracing::debug!(peer = %flow.peer, code, what, "SIP fault");
                }
            }
        }
        self.state.calls.store(self.node.calls() as u64, Ordering::Relaxed);
    }

    /// Whatever is logged meanwhile carries the id of the event's call.
    fn record(&self, event: Event) {
        let _call = event.call.map(|call| tracing::info_span!("call", %call).entered());
        match &event.kind {
            Kind::Crashed { what } => tracing::error!(what, "a step of the call panicked; the call is ended"),
            Kind::RecordingStarted { recording } => tracing::debug!(%recording, "recording"),
            kind => tracing::debug!(event = %kind.name(), "event"),
        }
        self.publish(Live::Event(event.clone()));
        self.outlets.journal.record(event);
    }

    fn transmit(&self, flow: Flow, bytes: Bytes) {
        self.outlets.wire.transmit(flow, bytes);
    }

    fn media(&mut self, engine: usize, command: media::Command) {
        match self.outlets.engines.get(engine) {
            Some(handle) => {
                if !handle.command(command) {
                    metrics::counter!("linedesk_engine_commands_lost_total").increment(1);
                    if let Some(commands) = self.untaken.tell(clock::now()) {
                        tracing::error!(engine, commands, "media engine does not take commands");
                    }
                }
            }
            None => tracing::error!(engine, "no such media engine"),
        }
    }

    fn question(&self, call: CallId, from: Option<String>, question: ivr::Question) {
        let hours = matches!(question, ivr::Question::Hours { .. });
        if self.questions.try_send(FlowQuestion { call, from, question }).is_err() {
            let answer = if hours { Answer::Open(true) } else { Answer::Unknown };
            let _ = self.own.try_send(Box::new(Inner::Input(Input::Answer { call, answer })));
        }
    }

    fn publish(&self, live: Live) {
        if self.live.try_send(live).is_err() {
            self.state.live_gap.store(true, Ordering::Release);
        }
    }

    fn measure(&mut self, started: Moment) {
        let now = clock::now();
        let took = now.duration_since(started);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.state.longest.fetch_max(micros, Ordering::Relaxed);
        if took > limit::STEP_LONG
            && let Some(bursts) = self.long.tell(now)
        {
            tracing::warn!(?took, bursts, "a burst of the switch took long");
        }
    }
}
