//! The simulated world: one node with its media engine, a carrier, phones, a network, a disk, a database, and a
//! clock that jumps to whatever is due next. Everything is drawn from one seed: the same seed, the same story.

use crate::browser::Browsers;
use crate::checks::Checks;
use crate::disk::{Disk, Speed};
use crate::ladder::Ladder;
use crate::link::{Datagram, Link};
use crate::phone::Phone;
use crate::plan::{self, Company};
use crate::wires::{Carried, Wire};
use call::{CallId, Input, Node, Output};
use media::{Engine, SocketId};
use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sip::Transport;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use types::Moment;

/// Unix milliseconds at the start of every world: 2026-11-20, noon in Moscow.
const WALL_START: i64 = 1_795_165_200_000;
/// Steps at one instant after which the clock is said to stand still.
const STILL_MAX: usize = 20_000;
/// RFC 4028, as the demo configures it.
pub const SESSION_EXPIRES: Duration = Duration::from_secs(1_800);
/// The engine's first RTP port.
const RTP_FIRST: u16 = 20_000;

pub type PhoneId = usize;

/// What is under way.
#[derive(Debug)]
pub(crate) enum Due {
    Datagram(Datagram),
    /// Along the connection with this end.
    Wire {
        end: SocketAddr,
        to_node: bool,
        what: Carried,
    },
    Tail {
        end: SocketAddr,
        to_node: bool,
    },
    /// The connection breaks if its cable is still out.
    Broken {
        end: SocketAddr,
    },
    Alert {
        from: SocketAddr,
    },
    SoundOver {
        at: SocketAddr,
    },
    Synced,
    Answer {
        call: CallId,
        answer: call::Answer,
    },
    Power,
}

/// How the database answers a flow's questions.
#[derive(Clone, Debug)]
pub enum Database {
    /// With these tickets, for whoever asks.
    Has(Vec<ivr::Spoken>),
    /// It says that it cannot.
    Refuses,
    /// Not at all.
    Silent,
}

/// The n-th effect of a kind goes wrong (from 1), once. Counted since the world began.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nth {
    /// This SIP message is lost; the connection it goes by breaks with it.
    pub message: Option<u64>,
    /// For this leg no port is free.
    pub bind: Option<u64>,
    /// The power fails when this fsync ends, before the node hears of it; it is back after two seconds.
    pub sync: Option<u64>,
    /// The power fails when this event was written.
    pub event: Option<u64>,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub messages: u64,
    pub binds: u64,
    pub syncs: u64,
    pub events: u64,
}

pub struct World {
    pub seed: u64,
    pub nth: Nth,
    pub counts: Counts,
    /// The power fails at the end of this step.
    power_fails: bool,
    pub now: Moment,
    pub(crate) zero: Moment,
    pub(crate) node: Option<Node>,
    pub(crate) engine: Option<Engine>,
    plan: Arc<call::Plan>,
    pub(crate) company: &'static Company,
    pub link: Link,
    pub disk: Disk,
    pub disk_speed: Speed,
    pub database: Database,
    pub phones: Vec<Phone>,
    /// When each phone wants to be ticked.
    pub(crate) wakes: Vec<Option<Moment>>,
    pub(crate) hosts: BTreeMap<IpAddr, PhoneId>,
    pub(crate) sockets: BTreeMap<SocketId, SocketAddr>,
    ports: BTreeMap<SocketAddr, SocketId>,
    pub(crate) wires: BTreeMap<SocketAddr, Wire>,
    pub(crate) connections: u64,
    pub(crate) browsers: Browsers,
    next_socket: u32,
    /// Free ports of the pool, for worlds that run out of them.
    pub ports_max: usize,
    agenda: BTreeMap<(Moment, u64), Due>,
    agenda_next: u64,
    still: usize,
    pub rng: ChaCha8Rng,
    pub ladder: Ladder,
    pub checks: Checks,
    pub(crate) callers: u8,
    pub(crate) tickets: u64,
    /// Whose leg a recording began with.
    pub(crate) recorded: BTreeMap<media::RecordingId, media::LegId>,
    /// Registrations on disk.
    kept: BTreeMap<call::AgentId, Vec<call::SavedBinding>>,
    /// Answers to commands, by ticket.
    pub replies: BTreeMap<u64, Result<call::Reply, call::Refusal>>,
}

pub(crate) fn seed_of(rng: &mut ChaCha8Rng) -> [u8; 32] {
    let mut seed = [0; 32];
    rng.fill_bytes(&mut seed);
    seed
}

impl World {
    pub fn new(seed: u64) -> World {
        World::at(seed, [Transport::Udp; plan::AGENTS.len()])
    }

    pub fn with_plan(seed: u64, plan: Arc<call::Plan>) -> World {
        World::made(seed, [Transport::Udp; plan::AGENTS.len()], plan)
    }

    /// The dispatchers sit at these: a desk phone (UDP, TCP) or a page (Ws).
    pub fn at(seed: u64, desks: [Transport; plan::AGENTS.len()]) -> World {
        World::made(seed, desks, plan::company().plan.clone())
    }

    fn made(seed: u64, desks: [Transport; plan::AGENTS.len()], plan: Arc<call::Plan>) -> World {
        // The only reading: all later times are this one plus what the world says.
        let now = Moment::START + Duration::from_secs(86_400);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let link = Link::new(ChaCha8Rng::from_seed(seed_of(&mut rng)));
        let mut world = World {
            seed,
            nth: Nth::default(),
            counts: Counts::default(),
            power_fails: false,
            now,
            zero: now,
            node: None,
            engine: None,
            plan,
            company: plan::company(),
            link,
            disk: Disk::default(),
            disk_speed: Speed::default(),
            database: Database::Has(Vec::new()),
            phones: Vec::new(),
            wakes: Vec::new(),
            hosts: BTreeMap::new(),
            sockets: BTreeMap::new(),
            ports: BTreeMap::new(),
            wires: BTreeMap::new(),
            connections: 0,
            browsers: Browsers::default(),
            next_socket: 1,
            ports_max: 200,
            agenda: BTreeMap::new(),
            agenda_next: 0,
            still: 0,
            rng,
            ladder: Ladder::default(),
            checks: Checks::default(),
            callers: 0,
            tickets: 0,
            recorded: BTreeMap::new(),
            kept: BTreeMap::new(),
            replies: BTreeMap::new(),
        };
        world.ladder.name(plan::node_at(), "linedesk");
        world.start();
        for (n, (name, transport)) in plan::AGENTS.iter().zip(desks).enumerate() {
            let page = transport == Transport::Ws;
            // A page proves itself by its log-in, and registers the extension.
            let (user, login) =
                if page { (plan::extension(n), Some(plan::agent_id(name))) } else { ((*name).into(), None) };
            world.install(name, &user, plan::agent_ip(n as u8), transport, login);
            let now = world.now;
            world.with(n, |phone| phone.registers(now, &plan::password(name)));
        }
        world.run_for(Duration::from_secs(1));
        world
    }

    // The node's life.

    /// Starts the node (again).
    pub fn start(&mut self) {
        let (now, wall_ms) = (self.now, self.wall());
        let sip = sip::Config {
            udp: Some(plan::node_at()),
            tcp: Some(plan::node_at()),
            tls: None,
            realm: crate::register::REALM.into(),
            product: "linedesk".into(),
            session_expires: Some(SESSION_EXPIRES),
            transactions_max: 10_000,
            sessions_max: 1_000,
            unknown: sip::Peer::Stranger,
        };
        let seed = seed_of(&mut self.rng);
        let setup = call::node::Setup {
            name: "sim".into(),
            seed,
            secret: [8; 32],
            wall_ms,
            sip,
            engines: 1,
            plan: self.plan.clone(),
            registered: self.kept.clone().into_iter().collect(),
        };
        self.node = Some(Node::new(now, setup));
        let config = media::Config {
            address: plan::node_at().ip(),
            browser: None,
            silence_max: Duration::from_secs(30),
            legs_max: 500,
        };
        self.engine = Some(Engine::new(now, config, seed_of(&mut self.rng)));
        self.note("the node starts".into());
        self.pump();
    }

    /// Power off: everything in memory and everything not durable is gone.
    pub fn crash(&mut self) {
        self.note("the node dies".into());
        (self.node, self.engine) = (None, None);
        self.sockets.clear();
        self.ports.clear();
        self.agenda.retain(|_, due| !matches!(due, Due::Synced | Due::Answer { .. } | Due::Power));
        self.wires_die();
        let wall = self.wall();
        self.disk.crash(wall);
        self.checks.crashed();
    }

    pub fn node_is_down(&self) -> bool {
        self.node.is_none()
    }

    pub fn wall(&self) -> i64 {
        WALL_START + i64::try_from((self.now - self.zero).as_millis()).unwrap_or(i64::MAX)
    }

    // Time.

    pub fn run_for(&mut self, span: Duration) {
        let until = self.now + span;
        while self.step(until) {}
    }

    /// Runs until this holds; fails when it does not within the span.
    pub fn run_until(&mut self, span: Duration, what: &str, holds: impl Fn(&World) -> bool) {
        let until = self.now + span;
        while !holds(self) {
            if !self.step(until) {
                self.fail(&format!("not within {span:?}: {what}"));
            }
        }
    }

    /// Goes to what is due next and does it; false when nothing is due before `until` (which is then the time).
    pub fn step(&mut self, until: Moment) -> bool {
        let node = self.node.as_ref().and_then(Node::timeout);
        let engine = self.engine.as_ref().and_then(Engine::timeout);
        let agenda = self.agenda.first_key_value().map(|((at, _), _)| *at);
        let phones = self.wakes.iter().flatten().min().copied();
        let next = [node, engine, agenda, phones].into_iter().flatten().min();
        let Some(next) = next.filter(|next| *next <= until) else {
            self.now = self.now.max(until);
            return false;
        };
        if next > self.now {
            (self.now, self.still) = (next, 0);
        }
        self.still += 1;
        if self.still > STILL_MAX {
            let since = |at: Option<Moment>| at.map(|at| at.saturating_duration_since(self.zero));
            let (node, engine, phones) = (since(node), since(engine), since(phones));
            self.fail(&format!("the clock stands still: node {node:?}, engine {engine:?}, phones {phones:?}"));
        }
        self.do_due();
        if std::mem::take(&mut self.power_fails) {
            self.crash();
            self.later(Duration::from_secs(2), Due::Power);
        }
        true
    }

    fn do_due(&mut self) {
        let now = self.now;
        while let Some(entry) = self.agenda.first_entry()
            && entry.key().0 <= now
        {
            let due = entry.remove();
            self.meet(due);
        }
        for id in 0..self.phones.len() {
            if self.wakes[id].is_some_and(|at| at <= now) {
                self.phones[id].tick(now);
                self.carry_from(id);
            }
        }
        if let Some(node) = self.node.as_mut().filter(|node| node.timeout().is_some_and(|at| at <= now)) {
            node.tick(now);
        }
        if let Some(engine) = self.engine.as_mut().filter(|engine| engine.timeout().is_some_and(|at| at <= now)) {
            engine.tick(now);
        }
        self.pump();
    }

    fn meet(&mut self, due: Due) {
        match due {
            Due::Datagram(datagram) => self.deliver(datagram),
            Due::Wire { end, to_node, what } => self.arrives(end, to_node, what),
            Due::Tail { end, to_node } => self.tail(end, to_node),
            Due::Broken { end } => self.broken(end),
            Due::Alert { from } => self.alerted(from),
            Due::SoundOver { at } => self.sound_over(at),
            Due::Synced => {
                self.counts.syncs += 1;
                if self.nth.sync == Some(self.counts.syncs) {
                    self.disk.synced();
                    return self.power_fails = true;
                }
                if let Some(sequence) = self.disk.synced() {
                    self.tell(Input::Durable { sequence });
                }
                if let Some(_next) = self.disk.start() {
                    self.sync();
                }
            }
            Due::Answer { call, answer } => self.tell(Input::Answer { call, answer }),
            Due::Power => self.start(),
        }
        self.pump();
    }

    pub(crate) fn tell(&mut self, input: Input) {
        let now = self.now;
        if let Some(node) = &mut self.node {
            node.handle(now, input);
        }
    }

    fn deliver(&mut self, datagram: Datagram) {
        let now = self.now;
        if let Some(&id) = self.hosts.get(&datagram.to.ip()) {
            self.phones[id].receive(now, &datagram);
            return self.carry_from(id);
        }
        if datagram.to == plan::node_at() {
            let flow = sip::Flow { transport: sip::Transport::Udp, peer: datagram.from, connection: 0 };
            return self.tell(Input::Sip(sip::Input::Packet { flow, bytes: datagram.bytes }));
        }
        let (Some(socket), Some(engine)) = (self.ports.get(&datagram.to), &mut self.engine) else {
            return;
        };
        let mut bytes = datagram.bytes.to_vec();
        engine.receive(now, *socket, datagram.from, &mut bytes);
    }

    // What comes out of the machines.

    pub(crate) fn carry_from(&mut self, id: PhoneId) {
        while let Some(transfer) = self.phones[id].poll() {
            self.transfer(transfer);
        }
        self.wakes[id] = self.phones[id].timeout();
    }

    pub(crate) fn carry(&mut self, datagram: Datagram) {
        let signalling = datagram.from.port() == 5060;
        let mut copies = self.link.carry(&datagram, signalling);
        if signalling {
            self.counts.messages += 1;
            if self.nth.message == Some(self.counts.messages) {
                copies.clear();
            }
            self.ladder.message(self.now - self.zero, &datagram, copies.is_empty());
        }
        for delay in copies {
            self.later(delay, Due::Datagram(datagram.clone()));
        }
    }

    pub(crate) fn later(&mut self, delay: Duration, due: Due) {
        self.agenda_next += 1;
        self.agenda.insert((self.now + delay, self.agenda_next), due);
    }

    /// Carries outputs about until all machines are quiet.
    pub(crate) fn pump(&mut self) {
        loop {
            let mut quiet = true;
            while let Some(output) = self.node.as_mut().and_then(Node::poll) {
                quiet = false;
                self.node_says(output);
            }
            while let Some(output) = self.engine.as_mut().and_then(Engine::poll) {
                quiet = false;
                self.engine_says(output);
            }
            self.transmit_sound();
            if quiet {
                return;
            }
        }
    }

    fn node_says(&mut self, output: Output) {
        match output {
            Output::Transmit { flow, bytes } => {
                let datagram = Datagram { from: plan::node_at(), to: flow.peer, bytes };
                if let Err(what) = self.checks.transmitted(&datagram, self.disk.durable) {
                    self.fail(&what);
                }
                if flow.transport.reliable() {
                    return self.node_writes(flow, datagram.bytes);
                }
                self.carry(datagram);
            }
            Output::Close { flow } => self.node_closes(flow),
            Output::Media { command, .. } => self.command_engine(command),
            Output::Record(event) => self.record(event),
            Output::Ask { call, question, .. } => self.ask_database(call, &question),
            Output::Row(row) => self.checks.row(row),
            Output::Keep { agent, kept } => _ = self.kept.insert(agent, kept),
            Output::Replied { ticket, reply } => _ = self.replies.insert(ticket, reply),
            Output::Fault { code, what, .. } => self.note(format!("fault {code} {what}")),
        }
    }

    fn record(&mut self, event: call::Event) {
        let whose = event.call.map(|call| call.to_string());
        let tail = whose.as_ref().map_or("", |id| &id[id.len() - 6..]);
        self.note(format!("{tail} {}", crate::disk::word(&event)));
        if let Err(what) = self.checks.recorded(&event) {
            self.disk.append(event);
            self.fail(&what);
        }
        self.counts.events += 1;
        self.power_fails |= self.nth.event == Some(self.counts.events);
        if self.disk.append(event).is_some() {
            self.sync();
        }
    }

    fn sync(&mut self) {
        let (least, most) = (self.disk_speed.least.as_micros() as u64, self.disk_speed.most.as_micros() as u64);
        let micros = self.rng.random_range(least..=most.max(least));
        self.later(Duration::from_micros(micros), Due::Synced);
    }

    /// The disk works again.
    pub fn unstick(&mut self) {
        self.disk.stuck = false;
        if self.disk.start().is_some() {
            self.sync();
        }
    }

    fn ask_database(&mut self, call: CallId, question: &ivr::Question) {
        let delay = Duration::from_millis(self.rng.random_range(1..100));
        let answer = match (&self.database, question) {
            (Database::Silent, _) => return,
            (_, ivr::Question::Hours { .. }) => call::Answer::Open(true),
            (Database::Has(tickets), _) => call::Answer::Tickets(tickets.clone()),
            (Database::Refuses, _) => call::Answer::Unknown,
        };
        self.later(delay, Due::Answer { call, answer });
    }

    fn engine_says(&mut self, output: media::Output) {
        let now = self.now;
        match output {
            media::Output::Event(event) => self.hear_engine(event),
            media::Output::Bind { leg } => {
                self.counts.binds += 1;
                let refused = self.nth.bind == Some(self.counts.binds);
                let input = if refused || self.sockets.len() >= self.ports_max {
                    media::Input::NotBound { leg }
                } else {
                    let socket = SocketId(self.next_socket);
                    // The lowest free port: late packets of the last call meet the next one.
                    let free = |port: &u16| !self.ports.contains_key(&SocketAddr::new(plan::node_at().ip(), *port));
                    let port = (RTP_FIRST..).step_by(2).find(free).unwrap_or(RTP_FIRST);
                    let local = SocketAddr::new(plan::node_at().ip(), port);
                    self.next_socket += 1;
                    self.sockets.insert(socket, local);
                    self.ports.insert(local, socket);
                    media::Input::Bound { leg, socket, local }
                };
                if let Some(engine) = &mut self.engine {
                    engine.handle(now, input);
                }
            }
            media::Output::Unbind { socket } => {
                let Some(local) = self.sockets.remove(&socket) else { self.fail("a socket was given back twice") };
                self.ports.remove(&local);
            }
            media::Output::Write(piece) => {
                if let Err(what) = self.checks.piece(&piece) {
                    self.fail(&what);
                }
            }
        }
    }

    fn transmit_sound(&mut self) {
        let Some(engine) = &mut self.engine else {
            return;
        };
        let mut packets = Vec::new();
        while let Some((socket, to, bytes)) = engine.transmit() {
            let Some(&from) = self.sockets.get(&socket) else {
                continue;
            };
            packets.push(Datagram { from, to, bytes: bytes::Bytes::copy_from_slice(bytes) });
        }
        for packet in packets {
            self.carry(packet);
        }
    }

    fn note(&mut self, text: String) {
        self.ladder.note(self.now - self.zero, text);
    }

    /// Ends the test with the seed and the ladder.
    pub fn fail(&self, what: &str) -> ! {
        panic!(
            "{what}\n  at {:.3} s of seed {}\n\n{}",
            (self.now - self.zero).as_secs_f64(),
            self.seed,
            self.ladder.draw()
        );
    }
}
