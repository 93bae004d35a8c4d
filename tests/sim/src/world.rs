//! The simulated world: one node with its media engine, a carrier, phones, a network, a disk, a database, and a
//! clock that jumps to whatever is due next. Everything is drawn from one seed: the same seed, the same story.

use crate::checks::Checks;
use crate::disk::{Disk, Speed};
use crate::ladder::Ladder;
use crate::link::{Datagram, Link};
use crate::phone::{Act, Habit, Phone, Stage, Talk};
use crate::plan::{self, Company};
use crate::register::Registration;
use crate::sound::VOICES;
use call::{AgentId, CallId, Command, Input, Node, Output};
use media::{Engine, SocketId};
use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

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
enum Due {
    Datagram(Datagram),
    Synced,
    Told { call: CallId, told: Option<Vec<ivr::Spoken>> },
    Open { call: CallId },
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
    /// This SIP message is lost.
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
    pub now: Instant,
    pub(crate) zero: Instant,
    pub(crate) node: Option<Node>,
    pub(crate) engine: Option<Engine>,
    plan: Arc<call::Plan>,
    company: &'static Company,
    pub link: Link,
    pub disk: Disk,
    pub disk_speed: Speed,
    pub database: Database,
    pub phones: Vec<Phone>,
    /// When each phone wants to be ticked.
    wakes: Vec<Option<Instant>>,
    hosts: BTreeMap<IpAddr, PhoneId>,
    pub(crate) sockets: BTreeMap<SocketId, SocketAddr>,
    ports: BTreeMap<SocketAddr, SocketId>,
    next_socket: u32,
    /// Free ports of the pool, for worlds that run out of them.
    pub ports_max: usize,
    agenda: BTreeMap<(Instant, u64), Due>,
    agenda_next: u64,
    still: usize,
    pub rng: ChaCha8Rng,
    pub ladder: Ladder,
    pub checks: Checks,
    callers: u8,
    tickets: u64,
    /// Answers to commands, by ticket.
    pub replies: BTreeMap<u64, Result<call::Reply, call::Refusal>>,
}

fn seed_of(rng: &mut ChaCha8Rng) -> [u8; 32] {
    let mut seed = [0; 32];
    rng.fill_bytes(&mut seed);
    seed
}

impl World {
    pub fn new(seed: u64) -> World {
        World::with_plan(seed, plan::company().plan.clone())
    }

    pub fn with_plan(seed: u64, plan: Arc<call::Plan>) -> World {
        // The only reading: all later times are this one plus what the world says.
        #[expect(clippy::disallowed_methods, reason = "zero of the simulated clock")]
        let now = Instant::now() + Duration::from_secs(86_400);
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
            replies: BTreeMap::new(),
        };
        world.ladder.name(plan::node_at(), "linedesk");
        world.start();
        for (n, name) in plan::AGENTS.iter().enumerate() {
            world.install(name, name, plan::agent_ip(n as u8));
            let (now, local) = (world.now, world.phones[n].sip_at);
            world.phones[n].registration = Some(Registration::new(now, name, &plan::password(name), local, plan::node_at()));
            world.wakes[n] = world.phones[n].timeout();
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
            tcp: None,
            tls: None,
            realm: crate::register::REALM.into(),
            product: "linedesk".into(),
            session_expires: Some(SESSION_EXPIRES),
            transactions_max: 10_000,
            sessions_max: 1_000,
        };
        let seed = seed_of(&mut self.rng);
        let setup = call::node::Setup { name: "sim".into(), seed, wall_ms, sip, engines: 1, plan: self.plan.clone() };
        self.node = Some(Node::new(now, setup));
        let config = media::Config { address: plan::node_at().ip(), browser: None, silence_max: Duration::from_secs(30), legs_max: 500 };
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
        self.agenda.retain(|_, due| matches!(due, Due::Datagram(_)));
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

    // Parties.

    fn install(&mut self, name: &str, user: &str, ip: IpAddr) -> PhoneId {
        let id = self.phones.len();
        let at = SocketAddr::new(ip, 5060);
        let voice = VOICES + id as u16;
        let seed = seed_of(&mut self.rng);
        self.phones.push(Phone::new(self.now, name, user, at, plan::node_at(), voice, seed));
        self.wakes.push(None);
        self.hosts.insert(ip, id);
        self.ladder.name(at, name);
        id
    }

    /// A resident with a telephone number behind the carrier, not calling yet.
    pub fn resident(&mut self) -> PhoneId {
        self.callers += 1;
        assert!(self.callers < plan::CALLERS_MAX, "too many callers for one world");
        let number = format!("+7495000{:04}", self.callers);
        self.install(&format!("caller{}", self.callers), &number, plan::caller_ip(self.callers))
    }

    /// A new resident dials this number.
    pub fn calls(&mut self, number: &str) -> PhoneId {
        let id = self.resident();
        self.dials(id, number);
        id
    }

    pub fn dials(&mut self, id: PhoneId, number: &str) {
        let now = self.now;
        self.with(id, |phone| phone.dials(now, number));
    }

    pub fn agent(&self, name: &str) -> PhoneId {
        plan::AGENTS.iter().position(|agent| *agent == name).unwrap_or_else(|| panic!("no agent {name}"))
    }

    pub fn habit(&mut self, name: &str, habit: Habit) {
        let id = self.agent(name);
        self.phones[id].habit = habit;
    }

    pub fn act(&mut self, id: PhoneId, after: Duration, act: Act) {
        let at = self.now + after;
        self.with(id, |phone| phone.later(at, act));
    }

    pub fn press(&mut self, id: PhoneId, keys: &str) {
        for key in keys.chars() {
            self.act(id, Duration::ZERO, Act::Press(key));
        }
    }

    pub fn hangs_up(&mut self, id: PhoneId) {
        self.act(id, Duration::ZERO, Act::HangUp);
    }

    pub fn answers(&mut self, id: PhoneId) {
        self.act(id, Duration::ZERO, Act::Answer);
    }

    /// Lets somebody touch a phone, then carries what comes of it.
    pub fn with(&mut self, id: PhoneId, touch: impl FnOnce(&mut Phone)) {
        let now = self.now;
        touch(&mut self.phones[id]);
        self.phones[id].tick(now);
        self.carry_from(id);
        self.pump();
    }

    /// The agent's wish, as the desk page sends it.
    pub fn asks(&mut self, name: &str, asked: acd::Asked) {
        let agent = plan::agent_id(name);
        self.command(Command::Status { agent, asked });
    }

    pub fn ready(&mut self, name: &str) {
        self.asks(name, acd::Asked::Ready);
        self.run_for(Duration::from_millis(10));
    }

    /// Gives the ticket under which the answer is found in `replies`.
    pub fn command(&mut self, command: Command) -> u64 {
        self.tickets += 1;
        let ticket = self.tickets;
        self.tell(Input::Command { ticket, command });
        self.pump();
        ticket
    }

    /// Asks, and gives the answer (commands are answered at once).
    pub fn commands(&mut self, command: Command) -> Result<call::Reply, call::Refusal> {
        let ticket = self.command(command);
        self.replies.remove(&ticket).unwrap_or_else(|| self.fail("a command was not answered"))
    }

    // What is seen and heard.

    pub fn talk(&self, id: PhoneId) -> Option<&Talk> {
        self.phones[id].talk()
    }

    /// The stage of the newest conversation.
    pub fn stage(&self, id: PhoneId) -> Option<&Stage> {
        self.phones[id].talk().map(|talk| &talk.stage)
    }

    pub fn rings(&self, name: &str) -> bool {
        let talk = self.phones[self.agent(name)].talk();
        talk.is_some_and(|talk| talk.incoming && talk.stage == Stage::Ringing)
    }

    /// A clip's name, `alice` for her voice, or `silence`.
    pub fn hears(&self, id: PhoneId) -> String {
        let pattern = self.phones[id].talk().and_then(|talk| talk.hears(self.now));
        pattern.map_or("silence".into(), |pattern| self.name_of(pattern))
    }

    /// All that was heard in the newest conversation, in order.
    pub fn heard(&self, id: PhoneId) -> Vec<String> {
        let talk = self.phones[id].talk();
        talk.map_or(Vec::new(), |talk| talk.heard.iter().map(|(_, pattern)| self.name_of(*pattern)).collect())
    }

    fn name_of(&self, pattern: u16) -> String {
        if let Some(name) = self.company.names.get(&pattern) {
            return name.clone();
        }
        let phone = pattern.checked_sub(VOICES).and_then(|n| self.phones.get(usize::from(n)));
        phone.map_or_else(|| format!("noise {pattern:04x}"), |phone| phone.name.clone())
    }

    /// The call that came from this phone last.
    pub fn call_of(&self, id: PhoneId) -> Option<CallId> {
        let user = &self.phones[id].user;
        let arrived = |event: &&call::Event| matches!(&event.kind, call::Kind::Arrived { from: Some(from), .. } if from == user);
        self.disk.events().filter(arrived).last().and_then(|event| event.call)
    }

    /// The phone's last call as its events tell it, without quality figures and the recording.
    pub fn story(&self, id: PhoneId) -> String {
        use call::Kind::{LegEnded, RecordingEnded, RecordingStarted, Traced};
        let call = self.call_of(id);
        let own = self.disk.events().filter(|event| event.call == call && call.is_some());
        let told = own.filter(|event| !matches!(event.kind, LegEnded { .. } | RecordingStarted { .. } | RecordingEnded { .. } | Traced { .. }));
        told.map(crate::disk::word).collect::<Vec<_>>().join(" ")
    }

    pub fn agent_status(&self, name: &str) -> String {
        let id: AgentId = plan::agent_id(name);
        self.checks.agent_row(id).unwrap_or_else(|| "unknown".into())
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
    pub fn step(&mut self, until: Instant) -> bool {
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
            let since = |at: Option<Instant>| at.map(|at| at.saturating_duration_since(self.zero));
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
            Due::Told { call, told } => self.tell(Input::Told { call, told }),
            Due::Open { call } => self.tell(Input::Open { call, open: true }),
            Due::Power => self.start(),
        }
        self.pump();
    }

    fn tell(&mut self, input: Input) {
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
        let (Some(socket), Some(engine)) = (self.ports.get(&datagram.to), &mut self.engine) else { return };
        let mut bytes = datagram.bytes.to_vec();
        engine.receive(now, *socket, datagram.from, &mut bytes);
    }

    // What comes out of the machines.

    fn carry_from(&mut self, id: PhoneId) {
        while let Some(datagram) = self.phones[id].poll() {
            self.carry(datagram);
        }
        self.wakes[id] = self.phones[id].timeout();
    }

    fn carry(&mut self, datagram: Datagram) {
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

    fn later(&mut self, delay: Duration, due: Due) {
        self.agenda_next += 1;
        self.agenda.insert((self.now + delay, self.agenda_next), due);
    }

    /// Carries outputs about until all machines are quiet.
    fn pump(&mut self) {
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
        let now = self.now;
        match output {
            Output::Transmit { flow, bytes } => {
                let datagram = Datagram { from: plan::node_at(), to: flow.peer, bytes };
                if let Err(what) = self.checks.transmitted(&datagram, self.disk.durable) {
                    self.fail(&what);
                }
                self.carry(datagram);
            }
            Output::Close { .. } => {}
            Output::Media { command, .. } => {
                if let Some(engine) = &mut self.engine {
                    engine.handle(now, media::Input::Command(command));
                }
            }
            Output::Record(event) => self.record(event),
            Output::Ask { call, question, .. } => self.ask_database(call, &question),
            Output::Row(row) => self.checks.row(row),
            Output::Replied { ticket, reply } => _ = self.replies.insert(ticket, reply),
            Output::Fault { code, what, .. } => self.note(format!("fault {code} {what}")),
        }
    }

    fn record(&mut self, event: call::Event) {
        let whose = event.call.map(|call| call.simple().to_string());
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
        let told = match &self.database {
            Database::Has(tickets) => Some(tickets.clone()),
            Database::Refuses => None,
            Database::Silent => return,
        };
        let due = if matches!(question, ivr::Question::Hours { .. }) { Due::Open { call } } else { Due::Told { call, told } };
        self.later(delay, due);
    }

    fn engine_says(&mut self, output: media::Output) {
        let now = self.now;
        match output {
            media::Output::Event(event) => self.tell(Input::Media { engine: 0, event }),
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
        let Some(engine) = &mut self.engine else { return };
        let mut packets = Vec::new();
        while let Some((socket, to, bytes)) = engine.transmit() {
            let Some(&from) = self.sockets.get(&socket) else { continue };
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
        panic!("{what}\n  at {:.3} s of seed {}\n\n{}", (self.now - self.zero).as_secs_f64(), self.seed, self.ladder.draw());
    }
}
