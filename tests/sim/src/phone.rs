//! A telephone: a user agent on the project's own SIP stack with a habit of what to do when it rings, a voice of
//! its own, and ears that know what they hear.

use crate::line::Line;
use crate::link::{Datagram, Transfer};
use crate::register::Registration;
use crate::sound::{self, FRAME, Far, PCMA, Pattern, TELEPHONE_EVENT};
use bytes::Bytes;
use sip::{Body, Cause, Event, Input, Outgoing, Output, Party, SessionId, Stack};
use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use types::Moment;

const TICK: Duration = Duration::from_millis(20);
const RINGS_MAX: Duration = Duration::from_secs(90);
/// A page takes the call it had before it was loaded anew; the microphone needs a moment.
const RESUMES: Duration = Duration::from_millis(300);
/// How long a page's sound outlives its BYE (web/src/phone/sip.ts).
const LINGER: Duration = Duration::from_millis(400);

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

/// What a telephone does by itself after a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Delayed {
    Close(SocketAddr),
    Alert(SocketAddr),
    Return,
}

/// How a page or a telephone goes down and comes back. Times are from now on.
#[derive(Clone, Copy, Debug)]
pub struct Reload {
    /// The connection's end is seen by the server.
    pub closes: Duration,
    /// The sound's end is said; None: there was no time to.
    pub alerts: Option<Duration>,
    /// None: stays away until `opens`.
    pub back: Option<Duration>,
}

impl Default for Reload {
    /// As the desk's page does it.
    fn default() -> Reload {
        Reload { closes: Duration::ZERO, alerts: Some(TICK), back: Some(Duration::from_millis(1_200)) }
    }
}

/// One conversation.
#[derive(Debug)]
pub struct Talk {
    session: SessionId,
    pub stage: Stage,
    pub incoming: bool,
    /// X-Linedesk-Call, where we were rung.
    pub call: String,
    browser: bool,
    /// The conversation of the same call that this one replaces.
    replaces: Option<SessionId>,
    rtp_at: SocketAddr,
    far: Option<Far>,
    version: u32,
    sequence: u16,
    timestamp: u32,
    next_packet: Option<Moment>,
    keys: VecDeque<char>,
    /// The key being pressed: its packets sent so far.
    key: Option<(char, u16)>,
    /// What was heard, each change with its instant.
    pub heard: Vec<(Moment, Pattern)>,
    pub heard_last: Option<Moment>,
    pub digits_heard: u32,
    acts: Vec<(Moment, Act)>,
    pub held: bool,
    /// The cable was out meanwhile, or the other side died: it may have missed the end.
    pub deaf: bool,
}

pub struct Phone {
    pub name: String,
    /// The number it calls from, and its account.
    pub user: String,
    pub sip_at: SocketAddr,
    server: SocketAddr,
    pub line: Line,
    stack: Stack,
    seed: [u8; 32],
    /// Loads of the page, or starts of the phone.
    loads: u8,
    delayed: Vec<(Moment, Delayed)>,
    /// What the server should not have done.
    pub complaints: Vec<String>,
    pub registration: Option<Registration>,
    pub habit: Habit,
    pub voice: Pattern,
    /// Distance of voice packets: 20 ms, or more where only their being there matters.
    pub pace: Duration,
    pub talks: Vec<Talk>,
    out: VecDeque<Transfer>,
    next_port: u16,
}

impl Phone {
    pub fn new(now: Moment, name: &str, user: &str, line: Line, voice: Pattern, seed: [u8; 32]) -> Phone {
        let sip_at = line.local;
        Phone {
            name: name.into(),
            user: user.into(),
            sip_at,
            server: line.flow().peer,
            line,
            stack: stack(now, name, sip_at, seed),
            seed,
            loads: 0,
            delayed: Vec::new(),
            complaints: Vec::new(),
            registration: None,
            habit: Habit::LetsRing,
            voice,
            pace: TICK,
            talks: Vec::new(),
            out: VecDeque::new(),
            next_port: 7_000,
        }
    }

    pub fn poll(&mut self) -> Option<Transfer> {
        self.out.pop_front()
    }

    /// Has an account from now on.
    pub fn registers(&mut self, now: Moment, password: &str) {
        let mut registration = Registration::new(now, &self.user, password, self.sip_at, self.line.transport);
        registration.instance = self.instance();
        self.registration = Some(registration);
        if self.line.transport.reliable() {
            self.connects(now);
        }
    }

    /// Forgets all it was doing and comes back as another one. Nobody is told a word of SIP.
    pub fn reloads(&mut self, now: Moment, how: Reload) {
        for n in 0..self.talks.len() {
            let talk = &mut self.talks[n];
            if talk.live() {
                (talk.stage, talk.next_packet) = (Stage::Over(Cause::Unreachable), None);
                talk.acts.clear();
                if talk.browser {
                    self.delayed.extend(how.alerts.map(|after| (now + after, Delayed::Alert(self.talks[n].rtp_at))));
                }
            }
        }
        if let Some((end, _)) = self.line.lose() {
            self.delayed.push((now + how.closes, Delayed::Close(end)));
        }
        self.line.connects = None;
        self.delayed.retain(|(_, action)| *action != Delayed::Return);
        self.delayed.extend(how.back.map(|after| (now + after, Delayed::Return)));
        self.loads = self.loads.wrapping_add(1);
        let mut seed = self.seed;
        seed[0] ^= self.loads;
        self.stack = stack(now, &self.name, self.sip_at, seed);
        let instance = self.instance();
        if let Some(registration) = &mut self.registration {
            registration.lost();
            registration.instance = instance;
        }
    }

    /// The page is opened (again), the phone is plugged in.
    pub fn opens(&mut self, now: Moment) {
        self.delayed.retain(|(_, action)| *action != Delayed::Return);
        if self.line.transport.reliable() {
            return self.connects(now);
        }
        if let Some(registration) = &mut self.registration {
            registration.again(now);
        }
    }

    /// Its connection breaks under it; the page lives on and opens another.
    pub fn disconnects(&mut self, now: Moment) {
        if let Some((end, flow)) = self.line.lose() {
            self.out.push_back(Transfer::Closes { from: end });
            self.lost(now, flow);
        }
    }

    /// Whatever is said to it now may not arrive.
    pub fn deafens(&mut self) {
        self.talks.iter_mut().filter(|talk| talk.live()).for_each(|talk| talk.deaf = true);
    }

    fn instance(&self) -> Option<String> {
        self.line.browser().then(|| format!("{}{}", self.user, self.loads))
    }

    fn connects(&mut self, now: Moment) {
        if !self.line.connect(&mut self.out) {
            return;
        }
        let (flow, contact) = (self.line.flow(), self.line.contact());
        // Conversations go on over the new connection.
        for talk in self.talks.iter().filter(|talk| talk.live()) {
            self.stack.rebind(talk.session, flow);
        }
        if let Some(registration) = &mut self.registration {
            registration.local = contact;
            registration.again(now);
        }
    }

    fn lost(&mut self, now: Moment, flow: sip::Flow) {
        // A page hears the end of its sound, a desk phone nothing.
        if !self.line.browser() {
            self.deafens();
        }
        self.line.retry(now);
        if let Some(registration) = &mut self.registration {
            registration.lost();
        }
        self.stack.handle(now, Input::Closed { flow });
        self.read_stack(now);
    }

    pub fn timeout(&self) -> Option<Moment> {
        let registration = self.registration.as_ref().and_then(Registration::timeout);
        let live = self.talks.iter().filter(|talk| talk.live());
        let talks = live.flat_map(|talk| talk.acts.iter().map(|(at, _)| *at).chain(talk.next_packet));
        let delayed = self.delayed.iter().map(|(at, _)| *at);
        talks.chain(self.stack.timeout()).chain(registration).chain(self.line.connects).chain(delayed).min()
    }

    pub fn tick(&mut self, now: Moment) {
        while let Some(due) = self.delayed.iter().position(|(at, _)| *at <= now) {
            match self.delayed.remove(due).1 {
                Delayed::Close(from) => self.out.push_back(Transfer::Closes { from }),
                Delayed::Alert(from) => self.out.push_back(Transfer::Alert { from }),
                Delayed::Return => self.opens(now),
            }
        }
        if self.line.connects.is_some_and(|at| at <= now) {
            self.connects(now);
        }
        if let Some(bytes) = self.registration.as_mut().and_then(|registration| registration.tick(now)) {
            self.send(bytes);
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

    pub fn receive(&mut self, now: Moment, datagram: &Datagram) {
        if datagram.to != self.sip_at {
            return self.hear(now, datagram);
        }
        self.read(now, datagram.bytes.clone());
    }

    /// Bytes of the connection whose end `to` is ours.
    pub fn received(&mut self, now: Moment, to: SocketAddr, bytes: &[u8]) {
        if self.line.is(to) {
            for message in self.line.messages(bytes) {
                self.read(now, message.into());
            }
        }
    }

    /// The other side closed the connection, or nobody was there to open it to.
    pub fn closed(&mut self, now: Moment, end: SocketAddr) {
        if self.line.is(end)
            && let Some((_, flow)) = self.line.lose()
        {
            self.lost(now, flow);
        }
    }

    /// The server closed our sound; a page notices, if no BYE told it before.
    pub fn sound_over(&mut self, now: Moment, at: SocketAddr) {
        let up = |talk: &&mut Talk| talk.rtp_at == at && talk.browser && talk.stage == Stage::Up;
        if let Some(talk) = self.talks.iter_mut().find(up) {
            let session = talk.session;
            self.stack.end(now, session);
            self.read_stack(now);
        }
    }

    fn read(&mut self, now: Moment, bytes: Bytes) {
        let answer = self.registration.as_mut().and_then(|registration| registration.receive(now, &bytes));
        if let Some(next) = answer {
            if let Some(next) = next {
                self.send(next);
            }
            return;
        }
        self.stack.handle(now, Input::Packet { flow: self.line.flow(), bytes });
        self.read_stack(now);
    }

    fn send(&mut self, bytes: Bytes) {
        if !self.line.transport.reliable() {
            let datagram = Datagram { from: self.sip_at, to: self.server, bytes };
            return self.out.push_back(Transfer::Datagram(datagram));
        }
        let flow = self.line.flow();
        self.write(flow, bytes);
    }

    /// By the connection this flow is; what is meant for one that is gone, goes nowhere.
    fn write(&mut self, flow: sip::Flow, bytes: Bytes) {
        if !flow.transport.reliable() {
            let datagram = Datagram { from: self.sip_at, to: flow.peer, bytes };
            self.out.push_back(Transfer::Datagram(datagram));
        } else if self.line.is_up() && flow == self.line.flow() {
            let from = SocketAddr::new(self.sip_at.ip(), flow.connection as u16);
            self.out.push_back(Transfer::Writes { from, bytes });
        }
    }

    /// The newest conversation.
    pub fn talk(&self) -> Option<&Talk> {
        self.talks.last()
    }

    pub fn live(&self) -> Option<&Talk> {
        self.talks.iter().rfind(|talk| talk.live())
    }

    pub fn dials(&mut self, now: Moment, number: &str) {
        self.connects(now);
        let talk = self.new_talk(now, SessionId(0), false);
        let offer = talk.sdp_for_far();
        let outgoing = Outgoing {
            flow: self.line.flow(),
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
    pub fn later(&mut self, at: Moment, act: Act) {
        if let Some(talk) = self.talks.iter_mut().rfind(|talk| talk.live()) {
            talk.acts.push((at, act));
        }
    }

    /// Ends what is up or dialled; what rings here goes on ringing.
    pub fn hangs_up_all(&mut self, now: Moment) {
        for n in 0..self.talks.len() {
            let talk = &self.talks[n];
            if talk.live() && !(talk.incoming && talk.stage == Stage::Ringing) {
                self.act(now, n, Act::HangUp);
            }
        }
    }

    /// Puts the other side on hold, or takes it back (re-INVITE).
    pub fn holds(&mut self, now: Moment, held: bool) {
        let Some(talk) = self.talks.iter_mut().rfind(|talk| talk.stage == Stage::Up) else {
            return;
        };
        talk.version += 1;
        let offer = talk.describe(true, !held);
        self.stack.offer(now, talk.session, Body::sdp(offer));
        self.read_stack(now);
    }

    /// Offers sound that nobody can speak with.
    pub fn offers_nonsense(&mut self, now: Moment) {
        let Some(talk) = self.talks.iter_mut().rfind(|talk| talk.stage == Stage::Up) else {
            return;
        };
        talk.version += 1;
        let offer = String::from_utf8_lossy(&talk.describe(true, true)).replace(" 8 101\r\n", " 97\r\n");
        self.stack.offer(now, talk.session, Body::sdp(offer));
        self.read_stack(now);
    }

    fn new_talk(&mut self, now: Moment, session: SessionId, incoming: bool) -> Talk {
        self.next_port = self.next_port.checked_add(2).unwrap_or(7_000);
        Talk {
            session,
            stage: if incoming { Stage::Ringing } else { Stage::Dialling },
            incoming,
            call: String::new(),
            browser: self.line.browser(),
            replaces: None,
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
            deaf: false,
        }
    }

    fn act(&mut self, now: Moment, n: usize, act: Act) {
        let talk = &mut self.talks[n];
        match act {
            Act::Answer if talk.incoming && talk.stage == Stage::Ringing => {
                let body = talk.sdp_for_far();
                (talk.stage, talk.next_packet) = (Stage::Up, Some(now));
                let replaces = talk.replaces.take();
                self.stack.answer(now, talk.session, Body::sdp(body));
                if let Some(replaced) = replaces {
                    self.stack.end(now, replaced);
                }
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

    fn read_stack(&mut self, now: Moment) {
        while let Some(output) = self.stack.poll() {
            match output {
                Output::Transmit { flow, bytes } => self.write(flow, bytes),
                Output::Close { .. } => self.disconnects(now),
                Output::Event(event) => self.on(now, event),
            }
        }
    }

    fn on(&mut self, now: Moment, event: Event) {
        match event {
            Event::Invited { session, invite } => self.rings(now, session, &invite),
            Event::Registering { request, .. } => self.stack.refuse_request(request, 405, None),
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
                self.judge(body.as_ref());
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
                let closes = talk.browser.then_some(talk.rtp_at);
                (talk.stage, talk.next_packet) = (Stage::Over(cause), None);
                talk.acts.clear();
                self.delayed.extend(closes.map(|rtp_at| (now + LINGER, Delayed::Alert(rtp_at))));
            }
            _ => {}
        }
    }

    fn rings(&mut self, now: Moment, session: SessionId, invite: &sip::Invite) {
        self.judge(invite.offer.as_ref());
        let header =
            |name: &str| invite.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let mut talk = self.new_talk(now, session, true);
        talk.call = header("x-linedesk-call").unwrap_or_default();
        talk.next_packet = None;
        talk.understand(invite.offer.as_ref());
        let resumes = self.line.browser() && header("x-linedesk-resume").as_deref() == Some("1");
        if self.line.browser()
            && let Some(busy) = self.live()
        {
            // A page has one call at a time; only the same one, given back, replaces it (web/src/phone/phone.ts).
            if !resumes || busy.call != talk.call || busy.stage != Stage::Up {
                return self.stack.refuse(now, session, 486, &[]);
            }
            talk.replaces = Some(busy.session);
        }
        let act = match self.habit {
            _ if resumes => Some((now + RESUMES, Act::Answer)),
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

    /// A browser takes a browser's description only, a phone a phone's.
    fn judge(&mut self, body: Option<&Body>) {
        if body.is_some_and(|body| sound::is_browser(&body.bytes) != self.line.browser()) {
            self.complaints.push("was offered sound of the wrong kind".into());
        }
    }

    fn find(&mut self, session: SessionId) -> Option<&mut Talk> {
        self.talks.iter_mut().rfind(|talk| talk.session == session)
    }

    fn send_voice(&mut self, now: Moment, n: usize) {
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
                    self.out.push_back(Transfer::Datagram(packet));
                }
            }
            let busy = talk.key.is_some() || !talk.keys.is_empty();
            talk.next_packet = Some(at + if busy { TICK } else { pace });
        }
    }

    fn hear(&mut self, now: Moment, datagram: &Datagram) {
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
    pub fn hears(&self, now: Moment) -> Option<Pattern> {
        let fresh = self.heard_last.is_some_and(|at| now.saturating_duration_since(at) <= Duration::from_millis(100));
        self.heard.last().filter(|_| fresh).map(|(_, pattern)| *pattern)
    }

    fn due(&mut self, now: Moment) -> Option<Act> {
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
        self.describe(talks, listens)
    }

    fn describe(&self, talks: bool, listens: bool) -> Bytes {
        let sdp = sound::sdp(self.rtp_at, self.version, talks, listens);
        if self.browser { sound::as_browser(&sdp) } else { sdp }
    }

    /// The next packet: voice, or of the key being pressed (RFC 4733: 5 packets of 20 ms, then the end three times).
    fn packet(&mut self, voice: Pattern, pace: Duration) -> Option<Bytes> {
        if self.key.is_none() {
            self.key = self.keys.pop_front().map(|key| (key, 0));
        }
        self.sequence = self.sequence.wrapping_add(1);
        // RFC 3550 8: no two phones have the same.
        let host = match self.rtp_at.ip() {
            IpAddr::V4(ip) => u32::from(ip),
            IpAddr::V6(_) => 0,
        };
        let ssrc = host << 16 ^ u32::from(self.rtp_at.port());
        let (sequence, timestamp) = (self.sequence, self.timestamp);
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

fn stack(now: Moment, name: &str, local: SocketAddr, seed: [u8; 32]) -> Stack {
    let config = sip::Config {
        udp: Some(local),
        tcp: Some(local),
        tls: None,
        realm: "phone".into(),
        product: format!("phone {name}"),
        session_expires: None,
        transactions_max: 1_000,
        sessions_max: 100,
        unknown: sip::Peer::Device(0),
    };
    Stack::new(now, config, seed)
}
