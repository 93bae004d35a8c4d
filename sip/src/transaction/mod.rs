//! The four transaction machines (RFC 3261 17, RFC 6026) and the table that finds them.
//!
//! A machine is a value: it takes a message or a timer, sends through the [`Env`] and says whether its user
//! should hear of it. The table owns all machines and their keys; nothing is ever searched by walking.

pub mod client;
pub mod client_invite;
pub mod key;
pub mod server;
pub mod server_invite;
pub mod timers;

use crate::api::{Flow, RegistrationId, RequestId, SessionId};
use crate::env::Env;
use crate::limit;
use crate::message::Method;
use crate::peers::Peer;
use bytes::Bytes;
use client::Client;
use client_invite::ClientInvite;
use key::{Key, Keyed};
use server::Server;
use server_invite::ServerInvite;
use std::collections::{HashMap, VecDeque};
use timers::TransactionTimer;
use types::Moment;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TransactionId(pub u64);

/// What a request of ours in a session was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Invite,
    Offer,
    Refresh,
    Info,
    /// OPTIONS that asks whether the peer lives.
    Probe,
    Notify,
}

/// Who wants to hear of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Session(SessionId, Purpose),
    Request(RequestId),
    Registration(RegistrationId),
    /// Nobody: a BYE, a CANCEL, an answer given at once.
    Nobody,
}

#[derive(Debug)]
enum Machine {
    ClientInvite(ClientInvite),
    Client(Client),
    ServerInvite(ServerInvite),
    Server(Server),
}

#[derive(Debug)]
struct Entry {
    machine: Machine,
    owner: Owner,
    key: Key,
    merged: Option<Key>,
    /// It counts to the guests' share.
    guest: bool,
}

/// What a machine tells the table after a timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fired {
    Stays,
    /// The machine is done, nothing to tell.
    Over,
    /// The machine is done without the answer or ACK its user waits for.
    TimedOut,
}

/// What a client machine tells about a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A repetition; dealt with.
    Absorbed,
    /// News for the owner.
    News,
}

pub(crate) struct Table {
    all: HashMap<TransactionId, Entry, Keyed>,
    servers: HashMap<Key, TransactionId, Keyed>,
    clients: HashMap<Key, TransactionId, Keyed>,
    merged: HashMap<Key, TransactionId, Keyed>,
    /// Challenged INVITEs, oldest first: the first to go when room is short.
    challenged: VecDeque<TransactionId>,
    count: u64,
    guests: usize,
    max: usize,
}

impl Table {
    pub fn new(max: usize, keyed: Keyed) -> Table {
        Table {
            all: HashMap::with_hasher(keyed),
            servers: HashMap::with_hasher(keyed),
            clients: HashMap::with_hasher(keyed),
            merged: HashMap::with_hasher(keyed),
            challenged: VecDeque::new(),
            count: 0,
            guests: 0,
            max,
        }
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Is there room for one more request of this peer? Whoever was challenged gives way.
    pub fn has_room(&mut self, peer: Peer, env: &mut Env) -> bool {
        if peer == Peer::Guest && self.guests >= (self.max / limit::GUEST_SHARE).max(1) {
            return false;
        }
        while self.all.len() >= self.max {
            match self.challenged.pop_front() {
                Some(id) => self.remove(id, env),
                None => return false,
            }
        }
        true
    }

    pub fn server(&self, key: &Key) -> Option<TransactionId> {
        self.servers.get(key).copied()
    }

    pub fn client(&self, key: &Key) -> Option<TransactionId> {
        self.clients.get(key).copied()
    }

    pub fn is_merged(&self, key: &Key) -> bool {
        self.merged.contains_key(key)
    }

    pub fn owner(&self, id: TransactionId) -> Option<Owner> {
        self.all.get(&id).map(|e| e.owner)
    }

    pub fn own(&mut self, id: TransactionId, owner: Owner) {
        if let Some(entry) = self.all.get_mut(&id) {
            entry.owner = owner;
        }
    }

    fn next_id(&mut self) -> TransactionId {
        self.count += 1;
        TransactionId(self.count)
    }

    /// A new request from outside. `merged` is its key by dialog identifiers, for requests outside dialogs.
    pub fn serve(&mut self, method: Method, peer: Peer, flow: Flow, key: Key, merged: Option<Key>) -> TransactionId {
        let id = self.next_id();
        let machine = match method {
            Method::Invite => Machine::ServerInvite(ServerInvite::new(flow)),
            _ => Machine::Server(Server::new(flow)),
        };
        self.servers.insert(key.clone(), id);
        if let Some(merged) = &merged {
            self.merged.insert(merged.clone(), id);
        }
        let guest = peer == Peer::Guest;
        self.guests += usize::from(guest);
        self.all.insert(id, Entry { machine, owner: Owner::Nobody, key, merged, guest });
        id
    }

    /// Sends an INVITE of ours.
    pub fn invite(
        &mut self,
        now: Moment,
        flow: Flow,
        branch: &str,
        request: Bytes,
        owner: Owner,
        env: &mut Env,
    ) -> TransactionId {
        let id = self.next_id();
        let machine = Machine::ClientInvite(ClientInvite::new(now, id, flow, request, env));
        self.keep_client(id, machine, Key::client(branch.as_bytes(), Method::Invite), owner)
    }

    /// Sends another request of ours.
    pub fn request(
        &mut self,
        now: Moment,
        flow: Flow,
        key: Key,
        request: Bytes,
        owner: Owner,
        env: &mut Env,
    ) -> TransactionId {
        let id = self.next_id();
        let machine = Machine::Client(Client::new(now, id, flow, request, env));
        self.keep_client(id, machine, key, owner)
    }

    fn keep_client(&mut self, id: TransactionId, machine: Machine, key: Key, owner: Owner) -> TransactionId {
        self.clients.insert(key.clone(), id);
        self.all.insert(id, Entry { machine, owner, key, merged: None, guest: false });
        id
    }

    /// The same request came again.
    pub fn repeated(&mut self, id: TransactionId, env: &mut Env) {
        match self.all.get(&id).map(|e| &e.machine) {
            Some(Machine::ServerInvite(m)) => m.repeated(env),
            Some(Machine::Server(m)) => m.repeated(env),
            _ => {}
        }
    }

    /// An ACK that matches an INVITE by its branch. False: not for a refusal of ours, look for the dialog.
    pub fn ack(&mut self, now: Moment, id: TransactionId, env: &mut Env) -> bool {
        match self.all.get_mut(&id).map(|e| &mut e.machine) {
            Some(Machine::ServerInvite(m)) => match m.ack(now, id, env) {
                server_invite::Ack::Taken => true,
                server_invite::Ack::Over => {
                    self.remove(id, env);
                    true
                }
                server_invite::Ack::ForDialog => false,
            },
            _ => true,
        }
    }

    /// Answers a request from outside. After a final answer to anything but an INVITE the owner is done.
    pub fn respond(&mut self, now: Moment, id: TransactionId, code: u16, bytes: Bytes, env: &mut Env) {
        let over = match self.all.get_mut(&id).map(|e| &mut e.machine) {
            Some(Machine::ServerInvite(m)) => {
                m.respond(now, id, code, bytes, env);
                false
            }
            Some(Machine::Server(m)) => m.respond(now, id, code, bytes, env),
            _ => false,
        };
        if over {
            self.remove(id, env);
        }
    }

    /// Marks an INVITE as one whose state may go first.
    pub fn challenged(&mut self, id: TransactionId) {
        self.challenged.push_back(id);
        // Those that ended by themselves are swept here, a few at a time, so that the list stays short.
        for _ in 0..2 {
            if self.challenged.front().is_some_and(|id| !self.all.contains_key(id)) {
                self.challenged.pop_front();
            }
        }
    }

    pub fn is_proceeding(&self, id: TransactionId) -> bool {
        matches!(self.all.get(&id).map(|e| &e.machine), Some(Machine::ServerInvite(m)) if m.is_proceeding())
    }

    /// A response matched this client machine. `to` is its To value, `tag` the tag in it.
    pub fn heard(&mut self, now: Moment, id: TransactionId, code: u16, to: &[u8], tag: &[u8], env: &mut Env) -> Heard {
        match self.all.get_mut(&id).map(|e| &mut e.machine) {
            Some(Machine::ClientInvite(m)) => m.heard(now, id, code, to, tag, env),
            Some(Machine::Client(m)) => {
                let (heard, over) = m.heard(now, id, code, env);
                if over {
                    self.remove(id, env);
                }
                heard
            }
            _ => Heard::Absorbed,
        }
    }

    /// The ACK for the 2xx with this tag: kept so that a repeated 2xx gets it again.
    pub fn acked(&mut self, id: TransactionId, tag: &[u8], flow: Flow, ack: Bytes, env: &mut Env) {
        env.send(flow, ack.clone());
        if let Some(Entry { machine: Machine::ClientInvite(m), .. }) = self.all.get_mut(&id) {
            m.acked(tag, flow, ack);
        }
    }

    /// The CANCEL for an INVITE of ours that has not been answered yet: flow, key, text.
    pub fn cancel_of(&self, id: TransactionId) -> Option<(Flow, Key, Bytes)> {
        let entry = self.all.get(&id)?;
        match &entry.machine {
            Machine::ClientInvite(m) => m.cancel().map(|(flow, text)| (flow, entry.key.for_cancel(), text)),
            _ => None,
        }
    }

    pub fn fire(&mut self, now: Moment, id: TransactionId, timer: TransactionTimer, env: &mut Env) -> Option<Owner> {
        let entry = self.all.get_mut(&id)?;
        let owner = entry.owner;
        let fired = match &mut entry.machine {
            Machine::ClientInvite(m) => m.fire(now, id, timer, env),
            Machine::Client(m) => m.fire(now, id, timer, env),
            Machine::ServerInvite(m) => m.fire(now, id, timer, env),
            Machine::Server(m) => m.fire(timer),
        };
        if fired != Fired::Stays {
            self.remove(id, env);
        }
        (fired == Fired::TimedOut).then_some(owner)
    }

    pub fn remove(&mut self, id: TransactionId, env: &mut Env) {
        let Some(mut entry) = self.all.remove(&id) else {
            return;
        };
        self.guests -= usize::from(entry.guest);
        match &mut entry.machine {
            Machine::ClientInvite(m) => m.stop(env),
            Machine::Client(m) => m.stop(env),
            Machine::ServerInvite(m) => m.stop(env),
            Machine::Server(m) => m.stop(env),
        }
        let keys = match entry.machine {
            Machine::ClientInvite(_) | Machine::Client(_) => &mut self.clients,
            Machine::ServerInvite(_) | Machine::Server(_) => &mut self.servers,
        };
        if keys.get(&entry.key) == Some(&id) {
            keys.remove(&entry.key);
        }
        if let Some(merged) = entry.merged
            && self.merged.get(&merged) == Some(&id)
        {
            self.merged.remove(&merged);
        }
    }
}
