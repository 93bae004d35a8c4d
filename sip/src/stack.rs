//! The stack: three verbs, and the way of each message to the machine it is for.

use crate::api::{Cause, Config, Event, Flow, Input, Output, RegistrationId, RequestId, SessionId, Transport};
use crate::auth::{Credentials, Ha1, Nonces, Verdict};
use crate::credit::Credits;
use crate::dialog;
use crate::env::Env;
use crate::frame::{Frames, Piece};
use crate::header::Name;
use crate::limit;
use crate::message::{Fault, Message, Method, Start};
use crate::peers::{Peer, Peers};
use crate::register::{Registration, Waiting};
use crate::reply::{self, Echo};
use crate::screen::{self, Head};
use crate::session::{Session, Stage, offer};
use crate::transaction::key::{Key, Keyed};
use crate::transaction::timers::{SessionTimer, Timer};
use crate::transaction::{Heard, Owner, Purpose, Table, TransactionId};
use crate::write;
use bytes::Bytes;
use std::collections::HashMap;
use std::hash::BuildHasher;
use std::net::IpAddr;
use types::Moment;

/// All transactions, dialogs and sessions of this node.
pub struct Stack {
    pub(crate) config: Config,
    pub(crate) env: Env,
    pub(crate) table: Table,
    pub(crate) sessions: HashMap<SessionId, Session, Keyed>,
    /// Sessions by our tag.
    pub(crate) dialogs: HashMap<Vec<u8>, SessionId, Keyed>,
    pub(crate) requests: HashMap<RequestId, Waiting, Keyed>,
    pub(crate) registrations: HashMap<RegistrationId, Registration, Keyed>,
    pub(crate) nonces: Nonces,
    pub(crate) peers: Peers,
    /// Sessions with guests.
    pub(crate) guests: usize,
    frames: Frames,
    credits: Credits,
    keyed: Keyed,
    count: u64,
}

/// A request on its way to its machine: screened, not a repetition.
pub(crate) struct Arrived<'a> {
    pub message: &'a Message<'a>,
    pub head: &'a Head<'a>,
    pub flow: Flow,
    pub peer: Peer,
    pub key: Key,
}

impl Arrived<'_> {
    pub fn echo(&self) -> Echo {
        Echo::of(self.message, self.flow)
    }

    pub fn method(&self) -> Method<'_> {
        self.head.cseq.method
    }
}

impl Stack {
    /// `seed` feeds tags, branches, nonces: the same seed and inputs give the same outputs.
    pub fn new(now: Moment, config: Config, seed: [u8; 32]) -> Stack {
        let mut env = Env::new(seed);
        let mut hash = [0; 16];
        hash.iter_mut().zip(env.secret()).for_each(|(to, from)| *to = from);
        let keyed = Keyed(hash);
        Stack {
            table: Table::new(config.transactions_max, keyed),
            sessions: HashMap::with_hasher(keyed),
            dialogs: HashMap::with_hasher(keyed),
            requests: HashMap::with_hasher(keyed),
            registrations: HashMap::with_hasher(keyed),
            nonces: Nonces::new(now, env.secret()),
            peers: Peers::new(config.unknown),
            guests: 0,
            frames: Frames::new(keyed),
            credits: Credits::new(keyed),
            keyed,
            count: 0,
            env,
            config,
        }
    }

    // The three verbs.

    pub fn handle(&mut self, now: Moment, input: Input) {
        match input {
            Input::Packet { flow, bytes } => match flow.transport {
                Transport::Udp | Transport::Ws | Transport::Wss => self.packet(now, flow, &bytes),
                Transport::Tcp | Transport::Tls => self.stream(now, flow, &bytes),
            },
            Input::Closed { flow } => {
                self.frames.drop(flow, &mut self.env);
                self.peers.closed(&flow);
                self.env.event(Event::FlowLost { flow });
            }
        }
    }

    pub fn tick(&mut self, now: Moment) {
        while let Some(timer) = self.env.timers.pop(now) {
            self.fire(now, timer);
        }
    }

    pub fn poll(&mut self) -> Option<Output> {
        self.env.out.pop_front()
    }

    pub fn timeout(&self) -> Option<Moment> {
        self.env.timers.next()
    }

    /// The peer of this session is reached by another connection now: a browser that reconnected and registered anew
    /// (RFC 7118 does not say how a dialog survives; its requests simply follow the registration).
    pub fn rebind(&mut self, session: SessionId, flow: Flow) {
        if let Some(session) = self.sessions.get_mut(&session) {
            session.dialog.flow = flow;
        }
    }

    /// Carriers by source address; these replace those known before. The number tells carriers apart.
    pub fn trunks(&mut self, addresses: impl IntoIterator<Item = (IpAddr, u32)>) {
        self.peers.trunks(addresses);
    }

    /// The flows by which an owner's devices are registered now; these replace the owner's before.
    pub fn devices(&mut self, owner: u128, flows: impl IntoIterator<Item = Flow>) {
        self.peers.devices(owner, flows);
    }

    /// Who is behind a connection, until it is closed.
    pub fn vouch(&mut self, flow: Flow, peer: Peer) {
        self.peers.vouch(flow, peer);
    }

    pub fn peer(&self, flow: &Flow) -> Peer {
        self.peers.of(flow)
    }

    /// Counts for /metrics: (transactions, sessions, connections being framed).
    pub fn sizes(&self) -> (usize, usize, usize) {
        (self.table.len(), self.sessions.len(), self.frames.len())
    }

    /// Do these credentials answer a challenge that was sent to this address? Whoever only writes the address into a
    /// datagram cannot do it.
    pub fn challenged(&self, now: Moment, source: IpAddr, credentials: &Credentials) -> bool {
        self.nonces.lives(now, source, &credentials.nonce)
    }

    /// Checks a digest against the account's HA1. `None` (unknown account) costs the same time and is `Bad`.
    pub fn verify(&mut self, now: Moment, source: IpAddr, credentials: &Credentials, ha1: Option<&Ha1>) -> Verdict {
        self.nonces.verify(now, source, &self.config.realm, credentials, ha1)
    }

    pub(crate) fn next_id(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    // What comes in.

    fn packet(&mut self, now: Moment, flow: Flow, bytes: &[u8]) {
        if bytes.len() > limit::DATAGRAM {
            return self.env.fault(flow, 513, "packet too large");
        }
        if bytes.iter().all(|b| matches!(b, b'\r' | b'\n')) {
            // RFC 7118 6: keep-alive over WebSocket as over TCP. Over UDP an empty packet asks for nothing.
            if flow.transport.reliable() && bytes.len() >= 4 {
                self.env.send(flow, Bytes::from_static(b"\r\n"));
            }
            return;
        }
        if self.is_unproven(&flow) {
            self.credits.add(now, flow.peer.ip(), bytes.len());
        }
        self.message(now, flow, bytes);
    }

    /// Nothing proves that what we send there goes to who asked for it.
    fn is_unproven(&self, flow: &Flow) -> bool {
        flow.transport == Transport::Udp && !matches!(self.peers.of(flow), Peer::Device(_) | Peer::Trunk(_))
    }

    fn stream(&mut self, now: Moment, flow: Flow, bytes: &[u8]) {
        if !self.frames.push(flow, bytes) {
            self.env.fault(flow, 503, "too many unfinished messages");
            return self.env.out.push_back(Output::Close { flow });
        }
        loop {
            match self.frames.next(now, flow, &mut self.env) {
                Piece::Wait => return,
                Piece::Ping => self.env.send(flow, Bytes::from_static(b"\r\n")),
                Piece::Message(text) => {
                    if !self.message(now, flow, &text) {
                        self.frames.drop(flow, &mut self.env);
                        return self.env.out.push_back(Output::Close { flow });
                    }
                }
                Piece::Broken(head, code) => {
                    self.env.fault(flow, code, "framing lost");
                    if let Ok(message) = Message::parse(&head) {
                        let fault = Fault { code, what: "framing lost" };
                        self.turned_away(&message, flow, fault);
                        self.refuse_plainly(&message, flow, fault);
                    }
                    return self.env.out.push_back(Output::Close { flow });
                }
            }
        }
    }

    /// One whole message. False: it was no SIP at all.
    fn message(&mut self, now: Moment, flow: Flow, text: &[u8]) -> bool {
        match Message::parse(text) {
            Err(fault) => {
                self.env.fault(flow, fault.code, fault.what);
                false
            }
            Ok(message) => {
                match message.start {
                    Start::Request { method, .. } => self.request(now, flow, &message, method),
                    Start::Response { code, .. } => self.response(now, flow, &message, code),
                }
                true
            }
        }
    }

    fn request(&mut self, now: Moment, flow: Flow, message: &Message, method: Method) {
        let head = match screen::screen(message) {
            Ok(head) => head,
            Err(fault) => {
                self.env.fault(flow, fault.code, fault.what);
                self.turned_away(message, flow, fault);
                return self.refuse_plainly(message, flow, fault);
            }
        };
        if method == Method::Ack {
            return self.ack(now, flow, message, &head);
        }
        let key = Key::server(message, &head, method);
        if let Some(known) = self.table.server(&key) {
            return self.table.repeated(known, &mut self.env);
        }
        let peer = self.peers.of(&flow);
        let arrived = Arrived { message, head: &head, flow, peer, key };
        if let Err(fault) = self.admit(now, &arrived) {
            self.env.fault(flow, fault.code, fault.what);
            self.turned_away(message, flow, fault);
            self.refuse_arrived(now, &arrived, fault);
        }
    }

    /// Everything that is the same for all methods, then to the method (RFC 3261 8.2).
    fn admit(&mut self, now: Moment, arrived: &Arrived) -> Result<(), Fault> {
        let (message, head, method) = (arrived.message, arrived.head, arrived.method());
        if method == Method::Cancel {
            self.cancel(now, arrived);
            return Ok(());
        }
        screen::request_uri(dialog::request_uri(message))?;
        if message.list(Name::Require).any(|tag| !reply::knows(tag, method)) {
            return Err(Fault { code: 420, what: "extension required that we do not know" });
        }
        if let Some(tag) = head.to_tag {
            return self.within(now, arrived, tag);
        }
        // Nobody goes on from here through us with a request that may not be forwarded (T7).
        if screen::max_forwards(message)? == Some(0) {
            return Err(Fault { code: 483, what: "Max-Forwards used up" });
        }
        if self.table.is_merged(&Key::merged(head)) {
            return Err(Fault { code: 482, what: "the same request by another path" });
        }
        match method {
            Method::Options => {
                self.options(arrived);
                Ok(())
            }
            Method::Invite if arrived.peer == Peer::Stranger => Err(Fault { code: 403, what: "call of a stranger" }),
            Method::Invite | Method::Register if !self.table.has_room(arrived.peer, &mut self.env) => {
                Err(Fault { code: 503, what: "too many transactions" })
            }
            Method::Invite => self.invited(now, arrived),
            Method::Register => self.registering(arrived),
            Method::Bye | Method::Info | Method::Update | Method::Prack | Method::Notify => {
                Err(Fault { code: 481, what: "request outside a dialog" })
            }
            // Default deny (T8): no state, no event but the count.
            _ => Err(Fault { code: 405, what: "method not allowed" }),
        }
    }

    /// A request with a To tag: for a dialog of ours or for none.
    fn within(&mut self, now: Moment, arrived: &Arrived, tag: &[u8]) -> Result<(), Fault> {
        const GONE: Fault = Fault { code: 481, what: "no such dialog" };
        let id = *self.dialogs.get(tag).ok_or(GONE)?;
        // Requests in dialogs are the last to be shed, but there is an end to everything.
        let guest = arrived.peer == Peer::Guest;
        if self.table.len() >= self.config.transactions_max.saturating_mul(2)
            || (guest && !self.table.has_room(arrived.peer, &mut self.env))
        {
            return Err(Fault { code: 503, what: "too many transactions" });
        }
        let session = self.sessions.get_mut(&id).ok_or(GONE)?;
        let dialog = &mut session.dialog;
        if !dialog.owns(arrived.head) || !self.peers.speaks_for(session.peer, &dialog.flow, &arrived.flow) {
            return Err(GONE);
        }
        let number = arrived.head.cseq.number;
        // RFC 3261 12.2.2.
        if dialog.remote_cseq.is_some_and(|last| number < last) {
            return Err(Fault { code: 500, what: "CSeq out of order" });
        }
        dialog.remote_cseq = Some(number);
        // A browser that reconnects, a phone whose NAT mapping changed: the newest flow is used.
        dialog.flow = arrived.flow;
        offer::learn(session, arrived.message);
        match arrived.method() {
            Method::Invite | Method::Update => self.offered(now, id, arrived),
            Method::Refer => self.referred(now, id, arrived),
            Method::Bye => {
                let transaction = self.serve(arrived);
                self.hung_up(now, id, arrived, transaction);
                Ok(())
            }
            Method::Info => {
                let transaction = self.serve(arrived);
                self.informed(now, id, arrived, transaction);
                Ok(())
            }
            Method::Options => {
                self.options(arrived);
                Ok(())
            }
            Method::Notify | Method::Prack => Err(Fault { code: 481, what: "nothing to notify about" }),
            _ => Err(Fault { code: 405, what: "method not allowed" }),
        }
    }

    /// May one more session begin with this peer?
    pub(crate) fn has_session_for(&self, peer: Peer) -> bool {
        let most = self.config.sessions_max;
        self.sessions.len() < most && (peer != Peer::Guest || self.guests < (most / limit::GUEST_SHARE).max(1))
    }

    pub(crate) fn keep_session(&mut self, id: SessionId, session: Session) {
        self.guests += usize::from(session.peer == Peer::Guest);
        self.dialogs.insert(session.dialog.local_tag.clone().into_bytes(), id);
        self.sessions.insert(id, session);
    }

    /// Makes the server transaction of a request that will be answered with state.
    pub(crate) fn serve(&mut self, arrived: &Arrived) -> TransactionId {
        let merged = arrived.head.to_tag.is_none().then(|| Key::merged(arrived.head));
        self.table.serve(arrived.method(), arrived.peer, arrived.flow, arrived.key.clone(), merged)
    }

    fn ack(&mut self, now: Moment, flow: Flow, message: &Message, head: &Head) {
        if let Some(id) = self.table.server(&Key::server(message, head, Method::Invite))
            && self.table.ack(now, id, &mut self.env)
        {
            return;
        }
        self.acknowledged(now, flow, message, head);
    }

    fn cancel(&mut self, now: Moment, arrived: &Arrived) {
        let invite = self.table.server(&Key::server(arrived.message, arrived.head, Method::Invite));
        let invite = invite.filter(|invite| match self.table.owner(*invite) {
            Some(Owner::Session(id, _)) => self
                .sessions
                .get(&id)
                .is_none_or(|session| self.peers.speaks_for(session.peer, &session.dialog.flow, &arrived.flow)),
            _ => true,
        });
        let code = if invite.is_some() { 200 } else { 481 };
        // RFC 3261 9.2: the same To tag as in the answer to the INVITE.
        let tag = match invite.and_then(|i| self.table.owner(i)) {
            Some(Owner::Session(id, _)) => self.sessions.get(&id).map(|s| s.dialog.local_tag.clone()),
            _ => None,
        };
        let tag = tag.unwrap_or_else(|| self.stateless_tag(arrived.message, arrived.head.call_id));
        let echo = arrived.echo();
        self.send_to_stranger(&echo, echo.bare(code, &tag), code, &tag);
        if let Some(invite) = invite {
            self.cancelled(now, invite);
        }
    }

    /// OPTIONS is answered from memory, without state (RFC 3261 11.2).
    fn options(&mut self, arrived: &Arrived) {
        let tag = self.stateless_tag(arrived.message, arrived.head.call_id);
        let echo = arrived.echo();
        let mut draft = echo.draft(200, &tag);
        draft.header("Allow", reply::ALLOW).header("Accept", reply::ACCEPT).header("Supported", reply::SUPPORTED);
        let text = draft.end(None);
        self.send_to_stranger(&echo, text, 200, &tag);
    }

    /// To an unproven address no more octets go than came from there (T15): the answer is said in full, shorter, with nothing but
    /// its code, or not at all until the request is repeated.
    pub(crate) fn send_to_stranger(&mut self, echo: &Echo, text: Bytes, code: u16, tag: &str) {
        if !self.is_unproven(&echo.flow) {
            return self.env.send(echo.flow, text);
        }
        let address = echo.flow.peer.ip();
        if self.credits.spend(address, text.len()) {
            return self.env.send(echo.flow, text);
        }
        let mut shorter = vec![write::shortened(&text)];
        // Without its challenge a 401 would say nothing.
        if code != 401 {
            shorter.push(write::shortened(&echo.bare(code, tag)));
        }
        match shorter.into_iter().find(|text| self.credits.spend(address, text.len())) {
            Some(text) => self.env.send(echo.flow, text),
            None => self.env.fault(echo.flow, code, "an answer larger than what was received is not sent"),
        }
    }

    // Refusals.

    /// A known peer's INVITE or request in a dialog is refused with state: a late copy must not be taken for a new one.
    /// For anybody else a copy gets the same refusal again, and nothing is kept.
    fn refuse_arrived(&mut self, now: Moment, arrived: &Arrived, fault: Fault) {
        let known = matches!(arrived.peer, Peer::Device(_) | Peer::Trunk(_));
        let within = arrived.head.to_tag.is_some_and(|tag| self.dialogs.contains_key(tag));
        let stateful = known && (within || arrived.method() == Method::Invite);
        if !stateful || fault.code == 482 || !self.table.has_room(arrived.peer, &mut self.env) {
            return self.refuse_plainly(arrived.message, arrived.flow, fault);
        }
        let text = self.refusal(arrived.message, &arrived.echo(), fault);
        let transaction = self.serve(arrived);
        self.table.respond(now, transaction, fault.code, text, &mut self.env);
        if !within {
            self.table.challenged(transaction);
        }
    }

    /// Without state. An ACK is never answered, and overload is met with silence unless a call is at stake.
    fn refuse_plainly(&mut self, message: &Message, flow: Flow, fault: Fault) {
        let Start::Request { method, .. } = message.start else {
            return;
        };
        if method == Method::Ack || message.get(Name::Via).is_none() || (fault.code == 503 && method != Method::Invite)
        {
            return;
        }
        let echo = Echo::of(message, flow);
        let text = self.refusal(message, &echo, fault);
        let tag = self.stateless_tag(message, message.get(Name::CallId).unwrap_or_default());
        self.send_to_stranger(&echo, text, fault.code, &tag);
    }

    fn refusal(&mut self, message: &Message, echo: &Echo, fault: Fault) -> Bytes {
        let Start::Request { method, .. } = message.start else {
            return Bytes::new();
        };
        let tag = self.stateless_tag(message, message.get(Name::CallId).unwrap_or_default());
        let mut draft = echo.draft(fault.code, &tag);
        reply::explain(&mut draft, message, fault.code, method);
        match fault.code {
            422 => draft.number("Min-SE", u64::from(limit::SESSION_EXPIRES_MIN)),
            // Spread, so that those refused do not come back together.
            500 | 503 => draft.number("Retry-After", self.env.between(5_000, 15_000).as_secs()),
            _ => &mut draft,
        };
        draft.end(None)
    }

    /// A To tag without memory: the same request gets the same (RFC 3261 8.2.7).
    pub(crate) fn stateless_tag(&self, message: &Message, call_id: &[u8]) -> String {
        let via = message.get(Name::Via).unwrap_or_default();
        format!("{:016x}", self.keyed.hash_one((call_id, via, message.get(Name::CSeq).unwrap_or_default())))
    }

    // Responses.

    fn response(&mut self, now: Moment, flow: Flow, message: &Message, code: u16) {
        let head = match screen::screen(message) {
            Ok(head) => head,
            Err(fault) => return self.env.fault(flow, fault.code, fault.what),
        };
        let branch = head.via.branch().unwrap_or_default();
        let Some(id) = self.table.client(&Key::client(branch, head.cseq.method)) else {
            return self.env.fault(flow, 481, "response to nothing of ours");
        };
        let Some(owner) = self.table.owner(id) else {
            return;
        };
        let to = message.get(Name::To).map(crate::lex::unfold).unwrap_or_default();
        let heard = self.table.heard(now, id, code, &to, head.to_tag.unwrap_or_default(), &mut self.env);
        if heard == Heard::Absorbed {
            return;
        }
        match owner {
            Owner::Session(session, Purpose::Invite) => self.progressed(now, session, id, flow, message, &head),
            Owner::Session(session, Purpose::Offer) => self.offer_heard(now, session, id, message, code),
            Owner::Session(session, Purpose::Refresh) => self.refreshed(now, session, message, code),
            // RFC 5057 5.1: to an INFO, this says that the whole dialog is gone. A NOTIFY only ends its subscription.
            Owner::Session(session, Purpose::Info) if code == 481 => self.hang_up(now, session, Cause::Unreachable),
            Owner::Session(session, Purpose::Probe) => self.probed(now, session, code),
            Owner::Session(_, Purpose::Info | Purpose::Notify) => {}
            Owner::Registration(registration) => self.registered(now, registration, Some(message)),
            Owner::Request(_) | Owner::Nobody => {}
        }
    }

    // Time.

    fn fire(&mut self, now: Moment, timer: Timer) {
        match timer {
            Timer::Transaction(id, timer) => {
                if let Some(owner) = self.table.fire(now, id, timer, &mut self.env) {
                    self.timed_out(now, owner);
                }
            }
            Timer::Session(id, timer) => self.session_timer(now, id, timer),
            Timer::Frame(flow) => {
                self.frames.drop(flow, &mut self.env);
                self.env.fault(flow, 408, "message too slow");
                self.env.out.push_back(Output::Close { flow });
            }
            Timer::Registration(id) => self.register_again(now, id),
        }
    }

    fn session_timer(&mut self, now: Moment, id: SessionId, timer: SessionTimer) {
        match timer {
            SessionTimer::Repeat => self.repeat_ok(now, id),
            SessionTimer::NoAck => self.hang_up(now, id, Cause::Timeout),
            SessionTimer::Ring => self.rang_out(now, id),
            SessionTimer::Remind => self.remind(now, id),
            SessionTimer::Glare => self.glare_over(now, id),
            SessionTimer::Refresh => self.refresh(now, id),
            SessionTimer::Expire => self.expired(now, id),
            SessionTimer::OfferOver => self.offer_over(now, id),
            SessionTimer::ProbeOver => self.hang_up(now, id, Cause::Timeout),
            SessionTimer::CancelOver => self.cancel_over(id),
        }
    }

    /// Nobody answered a request of ours (RFC 3261 8.1.3.1: as if 408 had come).
    fn timed_out(&mut self, now: Moment, owner: Owner) {
        match owner {
            Owner::Session(id, Purpose::Invite) => {
                let silent = self.sessions.get(&id).is_none_or(|s| s.is_silent());
                if self.sessions.get(&id).is_some_and(|s| matches!(s.stage, Stage::Calling(_) | Stage::Cancelling(_))) {
                    self.forget(id);
                    if !silent {
                        self.env.event(Event::Ended { session: id, cause: Cause::Timeout });
                    }
                }
            }
            Owner::Session(_, Purpose::Notify) => {}
            Owner::Session(id, _) => self.hang_up(now, id, Cause::Timeout),
            Owner::Registration(id) => self.registered(now, id, None),
            Owner::Request(_) | Owner::Nobody => {}
        }
    }
}
