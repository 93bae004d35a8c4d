//! A telephone: a user agent on the project's own SIP stack with a habit of what to do when it rings, a voice of
//! its own, and ears that know what they hear.

use crate::link::Datagram;
use crate::register::Registration;
use crate::sound::{self, FRAME, Far, PCMA, Pattern, TELEPHONE_EVENT};
use bytes::Bytes;
use sip::{Body, Cause, Event, Flow, Input, Outgoing, Output, Party, SessionId, Stack, Transport};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

const TICK: Duration = Duration::from_millis(20);
const RINGS_MAX: Duration = Duration::from_secs(90);

/// What the person does when it rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// Nothing until told.
    LetsRing,
    Answers {
        after: Duration,
    },
    Rejects {
        after: Duration,
        code: u16,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// We dialled; nothing but 100 came.
    Dialling,
    /// Rings: there or here.
    Ringing,
    Up,
    Over(Cause),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Answer,
    Reject(u16),
    HangUp,
    Press(char),
}

/// One conversation.
#[derive(Debug)]
pub struct Talk {
    session: SessionId,
    pub stage: Stage,
    pub incoming: bool,
    /// Call-ID when known (incoming).
    pub call_id: String,
    rtp_at: SocketAddr,
    far: Option<Far>,
    version: u32,
    sequence: u16,
    timestamp: u32,
    next_packet: Option<Instant>,
    keys: VecDeque<char>,
    /// The key being pressed: its packets sent so far.
    key: Option<(char, u16)>,
    /// What was heard, each change with its instant.
    pub heard: Vec<(Instant, Pattern)>,
    pub heard_last: Option<Instant>,
    pub digits_heard: u32,
    acts: Vec<(Instant, Act)>,
    pub held: bool,
}

pub struct Phone {
    pub name: String,
    /// The number it calls from, and its account.
    pub user: String,
    pub sip_at: SocketAddr,
    server: SocketAddr,
    stack: Stack,
    pub registration: Option<Registration>,
    pub habit: Habit,
    pub voice: Pattern,
    /// Distance of voice packets: 20 ms, or more where only their being there matters.
    pub pace: Duration,
    pub talks: Vec<Talk>,
    out: VecDeque<Datagram>,
    next_port: u16,
}

impl Phone {
    pub fn new(
        now: Instant,
        name: &str,
        user: &str,
        sip_at: SocketAddr,
        server: SocketAddr,
        voice: Pattern,
        seed: [u8; 32],
    ) -> Phone {
        let config = sip::Config {
            udp: Some(sip_at),
            tcp: None,
            tls: None,
            realm: "phone".into(),
            product: format!("phone {name}"),
            session_expires: None,
            transactions_max: 1_000,
            sessions_max: 100,
        };
        Phone {
            name: name.into(),
            user: user.into(),
            sip_at,
            server,
            stack: Stack::new(now, config, seed),
            registration: None,
            habit: Habit::LetsRing,
            voice,
            pace: TICK,
            talks: Vec::new(),
            out: VecDeque::new(),
            next_port: 7_000,
        }
    }

    pub fn poll(&mut self) -> Option<Datagram> {
        self.out.pop_front()
    }

    pub fn timeout(&self) -> Option<Instant> {
        let registration = self.registration.as_ref().and_then(Registration::timeout);
        let live = self.talks.iter().filter(|talk| talk.live());
        let talks = live.flat_map(|talk| talk.acts.iter().map(|(at, _)| *at).chain(talk.next_packet));
        talks.chain(self.stack.timeout()).chain(registration).min()
    }

    pub fn tick(&mut self, now: Instant) {
        if let Some(registration) = &mut self.registration {
            self.out.extend(registration.tick(now));
        }
        self.stack.tick(now);
        self.read_stack(now);
        for n in 0..self.talks.len() {
            while let Some(act) = self.talks[n].due(now) {
                self.act(now, n, act);
            }
            self.send_voice(now, n);
        }
        self.read_stack(now);
    }

    pub fn receive(&mut self, now: Instant, datagram: &Datagram) {
        if datagram.to != self.sip_at {
            return self.hear(now, datagram);
        }
        let answer = self.registration.as_mut().and_then(|registration| registration.receive(now, &datagram.bytes));
        if let Some(next) = answer {
            self.out.extend(next);
            return;
        }
        let flow = Flow { transport: Transport::Udp, peer: datagram.from, connection: 0 };
        self.stack.handle(now, Input::Packet { flow, bytes: datagram.bytes.clone() });
        self.read_stack(now);
    }

    /// The newest conversation.
    pub fn talk(&self) -> Option<&Talk> {
        self.talks.last()
    }

    pub fn live(&self) -> Option<&Talk> {
        self.talks.iter().rfind(|talk| talk.live())
    }

    /// Sessions and transactions the stack still holds.
    pub fn leftovers(&self) -> (usize, usize) {
        let (transactions, sessions, _) = self.stack.sizes();
        (transactions, sessions)
    }

    pub fn dials(&mut self, now: Instant, number: &str) {
        let talk = self.new_talk(now, SessionId(0), false);
        let offer = sound::sdp(talk.rtp_at, 1, true, true);
        let outgoing = Outgoing {
            flow: Flow { transport: Transport::Udp, peer: self.server, connection: 0 },
            target: format!("sip:{number}@{}", self.server),
            route: Vec::new(),
            from: Party { name: self.name.clone(), user: self.user.clone(), host: self.sip_at.to_string() },
            to: Party { name: String::new(), user: number.into(), host: self.server.to_string() },
            body: Some(Body::sdp(offer)),
            headers: Vec::new(),
            ring_max: Duration::from_secs(180),
        };
        let session = self.stack.invite(now, outgoing);
        self.talks.push(Talk { session, ..talk });
        self.read_stack(now);
    }

    /// Does this in the newest live conversation, now or after a while.
    pub fn later(&mut self, at: Instant, act: Act) {
        if let Some(talk) = self.talks.iter_mut().rfind(|talk| talk.live()) {
            talk.acts.push((at, act));
        }
    }

    /// Ends what is up or dialled; what rings here goes on ringing.
    pub fn hangs_up_all(&mut self, now: Instant) {
        for n in 0..self.talks.len() {
            let talk = &self.talks[n];
            if talk.live() && !(talk.incoming && talk.stage == Stage::Ringing) {
                self.act(now, n, Act::HangUp);
            }
        }
    }

    /// Puts the other side on hold, or takes it back (re-INVITE).
    pub fn holds(&mut self, now: Instant, held: bool) {
        let Some(talk) = self.talks.iter_mut().rfind(|talk| talk.stage == Stage::Up) else {
            return;
        };
        talk.version += 1;
        let offer = sound::sdp(talk.rtp_at, talk.version, true, !held);
        self.stack.offer(now, talk.session, Body::sdp(offer));
        self.read_stack(now);
    }

    fn new_talk(&mut self, now: Instant, session: SessionId, incoming: bool) -> Talk {
        self.next_port = self.next_port.checked_add(2).unwrap_or(7_000);
        Talk {
            session,
            stage: if incoming { Stage::Ringing } else { Stage::Dialling },
            incoming,
            call_id: String::new(),
            rtp_at: SocketAddr::new(self.sip_at.ip(), self.next_port),
            far: None,
            version: 1,
            sequence: (self.next_port).wrapping_mul(31),
            timestamp: u32::from(self.next_port).wrapping_mul(977),
            next_packet: Some(now),
            keys: VecDeque::new(),
            key: None,
            heard: Vec::new(),
            heard_last: None,
            digits_heard: 0,
            acts: Vec::new(),
            held: false,
        }
    }

    fn act(&mut self, now: Instant, n: usize, act: Act) {
        let talk = &mut self.talks[n];
        match act {
            Act::Answer if talk.incoming && talk.stage == Stage::Ringing => {
                let body = talk.sdp_for_far();
                (talk.stage, talk.next_packet) = (Stage::Up, Some(now));
                self.stack.answer(now, talk.session, Body::sdp(body));
            }
            Act::Reject(code) if talk.incoming && talk.stage == Stage::Ringing => {
                self.stack.refuse(now, talk.session, code, &[])
            }
            Act::HangUp => self.stack.end(now, talk.session),
            Act::Press(key) => {
                talk.keys.push_back(key);
                talk.next_packet.get_or_insert(now);
            }
            Act::Answer | Act::Reject(_) => {}
        }
        self.read_stack(now);
    }

    fn read_stack(&mut self, now: Instant) {
        while let Some(output) = self.stack.poll() {
            match output {
                Output::Transmit { flow, bytes } => {
                    self.out.push_back(Datagram { from: self.sip_at, to: flow.peer, bytes })
                }
                Output::Close { .. } => {}
                Output::Event(event) => self.on(now, event),
            }
        }
    }

    fn on(&mut self, now: Instant, event: Event) {
        match event {
            Event::Invited { session, invite } => self.rings(now, session, &invite),
            Event::Registering { request, .. } => self.stack.refuse_request(now, request, 405),
            Event::Progress { session, .. } => {
                let Some(talk) = self.find(session) else {
                    return;
                };
                talk.stage = Stage::Ringing;
            }
            Event::Answered { session, body } => {
                let Some(talk) = self.find(session) else {
                    return;
                };
                (talk.stage, talk.next_packet) = (Stage::Up, Some(now));
                talk.understand(body.as_ref());
            }
            Event::Confirmed { session, body } | Event::OfferAnswered { session, body } => {
                if let Some(talk) = self.find(session) {
                    talk.understand(body.as_ref());
                }
            }
            Event::Offered { session, body } => {
                let Some(talk) = self.find(session) else {
                    return;
                };
                talk.understand(body.as_ref());
                talk.version += 1;
                let answer = talk.sdp_for_far();
                self.stack.reply_offer(now, session, Body::sdp(answer));
            }
            Event::Ended { session, cause } => {
                let Some(talk) = self.find(session) else {
                    return;
                };
                (talk.stage, talk.next_packet) = (Stage::Over(cause), None);
                talk.acts.clear();
            }
            _ => {}
        }
    }

    fn rings(&mut self, now: Instant, session: SessionId, invite: &sip::Invite) {
        let mut talk = self.new_talk(now, session, true);
        talk.call_id.clone_from(&invite.call_id);
        talk.next_packet = None;
        talk.understand(invite.offer.as_ref());
        let act = match self.habit {
            Habit::LetsRing => None,
            Habit::Answers { after } => Some((now + after, Act::Answer)),
            Habit::Rejects { after, code } => Some((now + after, Act::Reject(code))),
        };
        talk.acts.extend(act);
        // A phone that missed the CANCEL does not ring for ever.
        talk.acts.push((now + RINGS_MAX, Act::Reject(480)));
        self.talks.push(talk);
        self.stack.ring(now, session, None);
    }

    fn find(&mut self, session: SessionId) -> Option<&mut Talk> {
        self.talks.iter_mut().rfind(|talk| talk.session == session)
    }

    fn send_voice(&mut self, now: Instant, n: usize) {
        let (voice, pace) = (self.voice, self.pace);
        let Some(talk) = self.talks.get_mut(n) else {
            return;
        };
        while let Some(at) = talk.next_packet.filter(|at| *at <= now) {
            let ready = talk.stage == Stage::Up;
            let Some(far) = talk.far.filter(|_| ready) else {
                talk.next_packet = None;
                return;
            };
            if let Some(bytes) = talk.packet(voice, pace) {
                let packet = Datagram { from: talk.rtp_at, to: far.address, bytes };
                if far.listens || talk.key.is_some() {
                    self.out.push_back(packet);
                }
            }
            let busy = talk.key.is_some() || !talk.keys.is_empty();
            talk.next_packet = Some(at + if busy { TICK } else { pace });
        }
    }

    fn hear(&mut self, now: Instant, datagram: &Datagram) {
        let Some(talk) = self.talks.iter_mut().rfind(|talk| talk.rtp_at == datagram.to) else {
            return;
        };
        match sound::read_rtp(&datagram.bytes) {
            Some((PCMA, payload)) => {
                let Some(pattern) = sound::pattern(payload).filter(|pattern| *pattern != sound::SILENCE) else {
                    return;
                };
                talk.heard_last = Some(now);
                if talk.heard.last().is_none_or(|(_, last)| *last != pattern) {
                    talk.heard.push((now, pattern));
                }
            }
            Some((TELEPHONE_EVENT, _)) => talk.digits_heard += 1,
            _ => {}
        }
    }
}

impl Talk {
    pub fn live(&self) -> bool {
        !matches!(self.stage, Stage::Over(_))
    }

    /// What is heard now.
    pub fn hears(&self, now: Instant) -> Option<Pattern> {
        let fresh = self.heard_last.is_some_and(|at| now.saturating_duration_since(at) <= Duration::from_millis(100));
        self.heard.last().filter(|_| fresh).map(|(_, pattern)| *pattern)
    }

    fn due(&mut self, now: Instant) -> Option<Act> {
        let first = self.acts.iter().enumerate().filter(|(_, (at, _))| *at <= now).min_by_key(|(_, (at, _))| *at)?.0;
        Some(self.acts.remove(first).1)
    }

    fn understand(&mut self, body: Option<&Body>) {
        if let Some(far) = body.and_then(|body| sound::read_sdp(&body.bytes)) {
            self.far = Some(far);
            self.held = !far.talks;
        }
    }

    /// Our offer, or our answer to what the far end wants.
    fn sdp_for_far(&self) -> Bytes {
        let (talks, listens) = self.far.map_or((true, true), |far| (far.listens, far.talks));
        sound::sdp(self.rtp_at, self.version, talks, listens)
    }

    /// The next packet: voice, or of the key being pressed (RFC 4733: 5 packets of 20 ms, then the end three times).
    fn packet(&mut self, voice: Pattern, pace: Duration) -> Option<Bytes> {
        if self.key.is_none() {
            self.key = self.keys.pop_front().map(|key| (key, 0));
        }
        self.sequence = self.sequence.wrapping_add(1);
        let (sequence, timestamp, ssrc) = (self.sequence, self.timestamp, u32::from(self.rtp_at.port()) << 8);
        let Some((key, step)) = &mut self.key else {
            let samples = u32::try_from(pace.as_millis() * 8).unwrap_or(160);
            self.timestamp = timestamp.wrapping_add(samples);
            return Some(sound::rtp(PCMA, false, sequence, timestamp, ssrc, &sound::samples(voice, 1)));
        };
        *step += 1;
        let (key, step) = (*key, *step);
        // 60 ms of nothing between two keys.
        if step > 8 {
            if step == 11 {
                self.key = None;
                self.timestamp = timestamp.wrapping_add(11 * FRAME as u32);
            }
            return None;
        }
        let payload = sound::event(key, step > 5, step.min(5) * FRAME as u16)?;
        Some(sound::rtp(TELEPHONE_EVENT, step == 1, sequence, timestamp, ssrc, &payload))
    }
}
