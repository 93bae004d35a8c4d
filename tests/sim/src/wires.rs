//! The connections between telephones and the node: bytes in order, held up while a cable is out, and the end of a
//! connection, which each side learns for itself and late.

use crate::link::{Datagram, Transfer};
use crate::plan;
use crate::world::{Due, World};
use bytes::{Bytes, BytesMut};
use call::{AgentId, Input};
use media::Event;
use sip::{Flow, Transport};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use types::Moment;

/// A server that hears nothing of a page pings it and gives up (`net::limit::PING`, looked at each 10 s), milliseconds.
const SILENT_MS: std::ops::Range<usize> = 20_000..30_000;
/// A page notices that its sound is gone.
const SOUND_OVER: Duration = Duration::from_secs(2);
/// ... by itself, when it could not be told (RFC 7675 5.1).
const CONSENT: Duration = Duration::from_secs(30);

/// How long TCP keeps the end of a piece.
const TAIL: Duration = Duration::from_millis(10);

/// What travels along a connection.
#[derive(Clone, Debug)]
pub enum Carried {
    Opened { login: Option<AgentId> },
    Bytes(Bytes),
    Closed,
}

/// One connection, known by the telephone's end of it.
#[derive(Debug)]
pub struct Wire {
    /// As the node names it.
    flow: Flow,
    /// The node has it.
    up: bool,
    /// When the last that is under way arrives: at the phone, at the node.
    last: [Moment; 2],
    /// What TCP keeps back for a moment, in the same order.
    tails: [BytesMut; 2],
    /// What waits for the cable.
    held: Vec<(bool, Carried)>,
}

impl World {
    /// What a telephone gave out.
    pub(crate) fn transfer(&mut self, transfer: Transfer) {
        match transfer {
            Transfer::Datagram(datagram) => self.carry(datagram),
            Transfer::Opens { from, transport, login } => self.open(from, transport, login),
            Transfer::Writes { from, bytes } => self.write(from, true, bytes),
            Transfer::Closes { from } => {
                self.tail(from, true);
                self.along(from, true, Carried::Closed);
            }
            Transfer::Alert { from } => {
                let alert = Datagram { from, to: plan::node_at(), bytes: Bytes::new() };
                for delay in self.link.carry(&alert, false) {
                    self.later(delay, Due::Alert { from });
                }
            }
        }
    }

    fn open(&mut self, end: SocketAddr, transport: Transport, login: Option<AgentId>) {
        if self.node.is_none() || self.link.is_cut(end.ip()) {
            return self.later(Duration::from_secs(1), Due::Wire { end, to_node: false, what: Carried::Closed });
        }
        self.connections += 1;
        let flow = Flow { transport, peer: end, connection: self.connections };
        let wire = Wire { flow, up: false, last: [self.now; 2], tails: Default::default(), held: Vec::new() };
        self.wires.insert(end, wire);
        self.along(end, true, Carried::Opened { login });
    }

    /// A message by the connection. The n-th one may be the one it breaks with.
    fn write(&mut self, end: SocketAddr, to_node: bool, bytes: Bytes) {
        let host = self.hosts.get(&end.ip()).map_or(end, |id| self.phones[*id].sip_at);
        let (from, to) = if to_node { (host, plan::node_at()) } else { (plan::node_at(), host) };
        self.counts.messages += 1;
        let breaks = self.nth.message == Some(self.counts.messages);
        self.ladder.message(self.now - self.zero, &Datagram { from, to, bytes: bytes.clone() }, breaks);
        if breaks {
            return self.breaks(end);
        }
        let Some(wire) = self.wires.get_mut(&end) else {
            return;
        };
        if wire.flow.transport != Transport::Tcp {
            return self.along(end, to_node, Carried::Bytes(bytes));
        }
        // A stream knows nothing of messages: a piece of one comes later, perhaps with the next.
        let tail = &mut wire.tails[usize::from(to_node)];
        tail.extend_from_slice(&bytes);
        let length = tail.len();
        let first = if self.link.below(3) == 0 { 1 + self.link.below(length) } else { length };
        let first = tail.split_to(first).freeze();
        if !tail.is_empty() {
            self.later(TAIL, Due::Tail { end, to_node });
        }
        self.along(end, to_node, Carried::Bytes(first));
    }

    /// What was kept back of the stream goes after all.
    pub(crate) fn tail(&mut self, end: SocketAddr, to_node: bool) {
        let Some(wire) = self.wires.get_mut(&end) else {
            return;
        };
        let rest = wire.tails[usize::from(to_node)].split().freeze();
        if !rest.is_empty() {
            self.along(end, to_node, Carried::Bytes(rest));
        }
    }

    fn along(&mut self, end: SocketAddr, to_node: bool, what: Carried) {
        let cut = self.link.is_cut(end.ip());
        let Some(wire) = self.wires.get_mut(&end) else {
            return;
        };
        if cut {
            return wire.held.push((to_node, what));
        }
        let last = &mut wire.last[usize::from(to_node)];
        *last = (*last).max(self.now + self.link.stream());
        let delay = *last - self.now;
        self.later(delay, Due::Wire { end, to_node, what });
    }

    pub(crate) fn arrives(&mut self, end: SocketAddr, to_node: bool, what: Carried) {
        if !to_node {
            let Some(&id) = self.hosts.get(&end.ip()) else {
                return;
            };
            let now = self.now;
            match what {
                Carried::Bytes(bytes) => self.phones[id].received(now, end, &bytes),
                Carried::Closed => {
                    self.wires.remove(&end);
                    self.phones[id].closed(now, end);
                }
                Carried::Opened { .. } => {}
            }
            return self.carry_from(id);
        }
        let Some(wire) = self.wires.get_mut(&end) else {
            return;
        };
        let flow = wire.flow;
        match what {
            Carried::Opened { login } => {
                wire.up = true;
                if flow.transport == Transport::Ws {
                    self.tell(Input::FlowOpened { flow, agent: login });
                }
            }
            Carried::Bytes(bytes) if wire.up => self.tell(Input::Sip(sip::Input::Packet { flow, bytes })),
            Carried::Bytes(_) => {}
            Carried::Closed => {
                if self.wires.remove(&end).is_some_and(|wire| wire.up) {
                    self.tell(Input::Sip(sip::Input::Closed { flow }));
                }
            }
        }
    }

    /// What the node sends by a connection; by one that is gone it sends in vain.
    pub(crate) fn node_writes(&mut self, flow: Flow, bytes: Bytes) {
        if self.wires.get(&flow.peer).is_some_and(|wire| wire.up && wire.flow == flow) {
            self.write(flow.peer, false, bytes);
        }
    }

    pub(crate) fn node_closes(&mut self, flow: Flow) {
        let end = flow.peer;
        self.along(end, false, Carried::Closed);
        self.later(Duration::ZERO, Due::Wire { end, to_node: true, what: Carried::Closed });
    }

    /// Both sides find out that the connection is no more.
    pub fn breaks(&mut self, end: SocketAddr) {
        for to_node in [true, false] {
            self.later(Duration::ZERO, Due::Wire { end, to_node, what: Carried::Closed });
        }
    }

    /// Pulls the cable. Connections stall, and break if it stays out.
    pub fn unplug(&mut self, host: IpAddr) {
        self.link.cut(host);
        if let Some(&id) = self.hosts.get(&host) {
            self.phones[id].deafens();
        }
        let ends: Vec<SocketAddr> = self.wires.keys().filter(|end| end.ip() == host).copied().collect();
        for end in ends {
            let after = SILENT_MS.start + self.link.below(SILENT_MS.len());
            self.later(Duration::from_millis(after as u64), Due::Broken { end });
        }
    }

    pub fn plug(&mut self, host: IpAddr) {
        if let Some(&id) = self.hosts.get(&host).filter(|_| self.link.is_cut(host)) {
            // What began while the cable was out.
            self.phones[id].deafens();
        }
        self.link.mend(host);
        let ends: Vec<SocketAddr> = self.wires.keys().filter(|end| end.ip() == host).copied().collect();
        for end in ends {
            let held = self.wires.get_mut(&end).map(|wire| std::mem::take(&mut wire.held)).unwrap_or_default();
            held.into_iter().for_each(|(to_node, what)| self.along(end, to_node, what));
        }
    }

    pub fn plug_all(&mut self) {
        let hosts: Vec<IpAddr> = self.hosts.keys().copied().collect();
        hosts.into_iter().for_each(|host| self.plug(host));
    }

    pub(crate) fn broken(&mut self, end: SocketAddr) {
        if self.link.is_cut(end.ip()) {
            self.breaks(end);
        }
    }

    /// The node died: its connections with it, and the sound of pages is without an other side.
    pub(crate) fn wires_die(&mut self) {
        self.phones.iter_mut().for_each(crate::phone::Phone::deafens);
        for (end, _) in std::mem::take(&mut self.wires) {
            let after = if self.link.is_cut(end.ip()) { CONSENT } else { Duration::from_millis(2) };
            self.later(after, Due::Wire { end, to_node: false, what: Carried::Closed });
        }
        for at in self.browsers.dies() {
            self.later(CONSENT, Due::SoundOver { at });
        }
    }

    /// A media command on its way to the engine.
    pub(crate) fn command_engine(&mut self, command: media::Command) {
        if let media::Command::Record { recording, left, .. } = &command {
            self.recorded.insert(*recording, *left);
        }
        let (command, closed) = self.browsers.command(command);
        if let Some(at) = closed {
            let after = if self.link.is_cut(at.ip()) { CONSENT } else { SOUND_OVER };
            self.later(after, Due::SoundOver { at });
        }
        let now = self.now;
        if let Some(engine) = &mut self.engine {
            engine.handle(now, media::Input::Command(command));
        }
    }

    /// A media event on its way to the node.
    pub(crate) fn hear_engine(&mut self, event: Event) {
        if let Some(event) = self.browsers.event(event) {
            self.tell(Input::Media { engine: 0, event });
        }
    }

    pub(crate) fn alerted(&mut self, from: SocketAddr) {
        if let Some(event) = self.browsers.alert(from) {
            self.tell(Input::Media { engine: 0, event });
        }
    }

    pub(crate) fn sound_over(&mut self, at: SocketAddr) {
        if let Some(&id) = self.hosts.get(&at.ip()) {
            self.phones[id].sound_over(self.now, at);
            self.carry_from(id);
        }
    }
}
