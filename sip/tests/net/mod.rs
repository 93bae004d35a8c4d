//! Two stacks and a virtual network between them: seeded loss, doubling, delay and so reordering. No clock.
#![allow(dead_code, reason = "each test uses its part")]

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sip::{Body, Config, Event, Flow, Input, Outgoing, Output, Party, Peer, SessionId, Stack, Transport};
use std::collections::BTreeMap;
use std::time::Duration;
use types::Moment;

pub fn start() -> Moment {
    Moment::START
}

/// What may happen to a packet, per cent.
#[derive(Clone, Copy)]
pub struct Faults {
    pub lost: u32,
    pub doubled: u32,
    /// Largest delay, milliseconds; the smallest is 1.
    pub delay: u64,
}

pub const PERFECT: Faults = Faults { lost: 0, doubled: 0, delay: 1 };
pub const ROUGH: Faults = Faults { lost: 10, doubled: 10, delay: 200 };

pub struct Net {
    pub now: Moment,
    pub begin: Moment,
    pub stacks: [Stack; 2],
    pub transport: Transport,
    pub faults: Faults,
    pub dice: ChaCha8Rng,
    travelling: BTreeMap<(Moment, u64), (usize, Flow, bytes::Bytes)>,
    count: u64,
    /// Everything the stacks said, by side, with the time since the start.
    pub events: Vec<(usize, Duration, Event)>,
    /// The start line of all that was sent, for a ladder.
    pub ladder: Vec<(usize, Duration, String)>,
    /// When each stream direction is free again: streams do not reorder.
    last: [Option<Moment>; 2],
}

pub fn address(side: usize) -> std::net::SocketAddr {
    std::net::SocketAddr::from(([192, 0, 2, side as u8 + 1], 5060))
}

pub fn config(side: usize) -> Config {
    Config {
        udp: Some(address(side)),
        tcp: Some(address(side)),
        tls: None,
        realm: "desk".into(),
        product: "Linedesk".into(),
        session_expires: Some(Duration::from_secs(600)),
        transactions_max: 1000,
        sessions_max: 100,
        unknown: Peer::Device(0),
    }
}

pub fn sdp(n: u32) -> Body {
    Body::sdp(format!("v=0\r\no=- {n} {n} IN IP4 192.0.2.1\r\ns=-\r\n"))
}

pub fn party(user: &str) -> Party {
    Party { name: format!("The \"{user}\""), user: user.into(), host: "example.org".into() }
}

impl Net {
    pub fn new(seed: u64, transport: Transport, faults: Faults) -> Net {
        Net::with(seed, transport, faults, |_| {})
    }

    pub fn with(seed: u64, transport: Transport, faults: Faults, change: impl Fn(&mut Config)) -> Net {
        let now = start();
        let stack = |side: usize| {
            let mut bytes = [side as u8; 32];
            bytes[..8].copy_from_slice(&seed.to_be_bytes());
            let mut config = config(side);
            change(&mut config);
            Stack::new(now, config, bytes)
        };
        Net {
            now,
            begin: now,
            stacks: [stack(0), stack(1)],
            transport,
            faults,
            dice: ChaCha8Rng::seed_from_u64(seed),
            travelling: BTreeMap::new(),
            count: 0,
            events: Vec::new(),
            ladder: Vec::new(),
            last: [None; 2],
        }
    }

    /// The flow by which `side` reaches the other.
    pub fn flow(&self, side: usize) -> Flow {
        Flow {
            transport: self.transport,
            peer: address(1 - side),
            connection: if self.transport == Transport::Udp { 0 } else { 7 },
        }
    }

    pub fn call(&mut self, from: usize, body: Option<Body>) -> SessionId {
        let outgoing = self.outgoing(from, body);
        let now = self.now;
        let id = self.stacks[from].invite(now, outgoing);
        self.drain();
        id
    }

    pub fn outgoing(&self, from: usize, body: Option<Body>) -> Outgoing {
        Outgoing {
            flow: self.flow(from),
            target: format!("sip:bob@{}", address(1 - from)),
            route: vec![],
            from: party("alice"),
            to: party("bob"),
            body,
            headers: vec![("X-Test".into(), "yes".into())],
            ring_max: Duration::from_secs(60),
        }
    }

    /// Hands out what the stacks have to say.
    pub fn drain(&mut self) {
        for side in 0..2 {
            while let Some(output) = self.stacks[side].poll() {
                match output {
                    Output::Transmit { flow, bytes } => self.transmit(side, flow, bytes),
                    Output::Event(event) => self.events.push((side, self.now - self.begin, event)),
                    Output::Close { flow } => panic!("side {side} closed {flow:?}"),
                }
            }
        }
    }

    fn transmit(&mut self, side: usize, flow: Flow, bytes: bytes::Bytes) {
        let line = String::from_utf8_lossy(bytes.split(|b| *b == b'\r').next().unwrap()).into_owned();
        self.ladder.push((side, self.now - self.begin, line));
        assert_eq!(flow.peer, address(1 - side), "sent to nobody");
        let reliable = self.transport.reliable();
        if !reliable && self.dice.random_range(0..100) < self.faults.lost {
            return;
        }
        let copies = if !reliable && self.dice.random_range(0..100) < self.faults.doubled { 2 } else { 1 };
        for _ in 0..copies {
            let mut at = self.now + Duration::from_millis(self.dice.random_range(1..=self.faults.delay));
            if reliable {
                at = self.last[side].map_or(at, |last| at.max(last));
                self.last[side] = Some(at);
            }
            self.count += 1;
            let flow = Flow { transport: self.transport, peer: address(side), connection: self.flow(side).connection };
            self.travelling.insert((at, self.count), (1 - side, flow, bytes.clone()));
        }
    }

    /// When anything happens next.
    fn next(&self) -> Option<Moment> {
        let packet = self.travelling.keys().next().map(|(at, _)| *at);
        self.stacks.iter().filter_map(Stack::timeout).chain(packet).min()
    }

    /// Lets one thing happen, if it happens before `until`.
    pub fn step(&mut self, until: Moment) -> bool {
        let Some(at) = self.next().filter(|at| *at <= until) else {
            self.now = until;
            return false;
        };
        self.now = self.now.max(at);
        if let Some(entry) = self.travelling.first_entry().filter(|e| e.key().0 <= self.now) {
            let (to, flow, bytes) = entry.remove();
            self.stacks[to].handle(self.now, Input::Packet { flow, bytes });
        }
        for stack in &mut self.stacks {
            stack.tick(self.now);
        }
        self.drain();
        true
    }

    pub fn run(&mut self, span: Duration) {
        let until = self.now + span;
        while self.step(until) {}
    }

    /// Until nothing can happen any more.
    pub fn settle(&mut self) {
        let until = self.now + Duration::from_secs(86_400);
        while self.step(until) {}
    }

    pub fn show(&self) -> String {
        let mut lines: Vec<_> = self
            .ladder
            .iter()
            .map(|(s, t, l)| (*t, format!("{t:>12?} {} {l}", if *s == 0 { "-->" } else { "<--" })))
            .collect();
        lines.extend(self.events.iter().map(|(s, t, e)| {
            (*t, format!("{t:>12?} {} {}", if *s == 0 { "A: " } else { "              B: " }, brief(e)))
        }));
        lines.sort_by_key(|(t, _)| *t);
        lines.into_iter().map(|(_, l)| l + "\n").collect()
    }

    /// The names of one side's events, without faults.
    pub fn story(&self, side: usize) -> String {
        let names: Vec<String> = self
            .events
            .iter()
            .filter(|(s, _, e)| *s == side && !matches!(e, Event::Fault { .. }))
            .map(|(_, _, e)| brief(e))
            .collect();
        names.join(" ")
    }
}

pub fn session(event: &Event) -> Option<SessionId> {
    match event {
        Event::Invited { session, .. }
        | Event::Progress { session, .. }
        | Event::Answered { session, .. }
        | Event::Confirmed { session, .. }
        | Event::Offered { session, .. }
        | Event::OfferAnswered { session, .. }
        | Event::OfferRefused { session, .. }
        | Event::Info { session, .. }
        | Event::Referred { session, .. }
        | Event::Ended { session, .. } => Some(*session),
        _ => None,
    }
}

/// One word an event.
pub fn brief(event: &Event) -> String {
    let body = |b: &Option<Body>| if b.is_some() { "+" } else { "" };
    match event {
        Event::Invited { .. } => "Invited".into(),
        Event::Progress { code, body: b, .. } => format!("Progress({code}){}", body(b)),
        Event::Answered { body: b, .. } => format!("Answered{}", body(b)),
        Event::Confirmed { body: b, .. } => format!("Confirmed{}", body(b)),
        Event::Offered { body: b, .. } => format!("Offered{}", body(b)),
        Event::OfferAnswered { body: b, .. } => format!("OfferAnswered{}", body(b)),
        Event::OfferRefused { code, .. } => format!("OfferRefused({code})"),
        Event::Info { .. } => "Info".into(),
        Event::Referred { to, .. } => format!("Referred({})", to.user),
        Event::Ended { cause, .. } => format!("Ended({cause:?})"),
        Event::Registered { expires, .. } => format!("Registered({})", expires.as_secs()),
        Event::RegisterFailed { code, .. } => format!("RegisterFailed({code})"),
        Event::Registering { .. } => "Registering".into(),
        Event::FlowLost { .. } => "FlowLost".into(),
        Event::Fault { code, what, .. } => format!("Fault({code} {what})"),
        Event::TurnedAway { code, .. } => format!("TurnedAway({code})"),
    }
}
