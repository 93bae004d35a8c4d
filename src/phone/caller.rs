//! One call of one caller: a stack, an engine and two sockets, driven by turns of whoever holds it.

use crate::clock;
use crate::engines::limit as engine_limit;
use anyhow::{Context, Result};
use bytes::Bytes;
use media::{Command, Engine, Kind, Law, LegId, PlayId, RecordingId, SocketId, Sound, Stats};
use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Token};
use sip::{Body, Cause, Flow, Outgoing, Party, SessionId, Stack, Transport};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

const LEG: LegId = LegId(1);
const SIP: Token = Token(0);
const RTP: Token = Token(1);
/// The longest ringing.
const RING: Duration = Duration::from_secs(60);
/// What is heard is kept up to an hour.
const HEARD_MAX: usize = 8_000 * 3_600;

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    Ringing(u16),
    Answered,
    /// The first sound (again).
    Heard,
    /// Nothing comes any more.
    Quiet,
    /// The last word.
    Ended(Cause),
}

pub struct Caller {
    stack: Stack,
    engine: Engine,
    poll: Poll,
    events: Events,
    sip: UdpSocket,
    rtp: Option<UdpSocket>,
    here: IpAddr,
    server: SocketAddr,
    number: String,
    from: String,
    said: Sound,
    hearing: bool,
    session: Option<SessionId>,
    heard: Vec<(Law, Vec<u8>)>,
    octets: usize,
    stats: Option<Stats>,
    progress: Vec<Progress>,
}

impl Caller {
    /// Starts the call; turns carry it on. `hearing`: keep what is heard.
    pub fn new(server: SocketAddr, number: &str, from: &str, said: Sound, hearing: bool) -> Result<Caller> {
        let here = towards(server)?;
        let poll = Poll::new()?;
        let mut sip = UdpSocket::bind(SocketAddr::new(here, 0)).context("no UDP port for SIP")?;
        let local = sip.local_addr()?;
        poll.registry().register(&mut sip, SIP, Interest::READABLE)?;
        let now = clock::now();
        let config = sip::Config {
            udp: Some(local),
            tcp: None,
            tls: None,
            realm: "phone".into(),
            product: concat!("Linedesk-Phone/", env!("CARGO_PKG_VERSION")).into(),
            session_expires: None,
            transactions_max: 256,
            sessions_max: 16,
            unknown: sip::Peer::Device(0),
        };
        let media = media::Config { address: here, browser: None, silence_max: Duration::from_secs(60), legs_max: 2 };
        let mut caller = Caller {
            stack: Stack::new(now, config, clock::seed()),
            engine: Engine::new(now, media, clock::seed()),
            events: Events::with_capacity(16),
            poll,
            sip,
            rtp: None,
            here,
            server,
            number: number.into(),
            from: from.into(),
            said,
            hearing,
            session: None,
            heard: Vec::new(),
            octets: 0,
            stats: None,
            progress: Vec::new(),
        };
        caller.command(Command::Offer { leg: LEG, kind: Kind::Rtp });
        Ok(caller)
    }

    /// Lets `most` pass, or less when something comes; gives what happened.
    pub fn step(&mut self, most: Duration) -> Result<Vec<Progress>> {
        let now = clock::now();
        let next = [self.stack.timeout(), self.engine.timeout(), Some(now + most.min(engine_limit::TICK))];
        let next = next.into_iter().flatten().min().unwrap_or(now);
        match self.poll.poll(&mut self.events, Some(next.saturating_duration_since(now))) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error.into()),
            _ => {}
        }
        self.read_sip();
        self.read_rtp();
        let now = clock::now();
        self.stack.tick(now);
        self.engine.tick(now);
        self.carry();
        Ok(std::mem::take(&mut self.progress))
    }

    /// Sends one key as RFC 4733.
    pub fn press(&mut self, key: char) {
        self.command(Command::Digits { leg: LEG, digits: key.to_string() });
    }

    /// BYE or CANCEL.
    pub fn hang_up(&mut self) {
        if let Some(session) = self.session {
            self.stack.end(clock::now(), session);
            self.carry();
        }
    }

    /// Closes the sound and gives its counts.
    pub fn finish(&mut self, most: Duration) -> Result<Stats> {
        self.command(Command::Close { leg: LEG });
        let until = clock::now() + most;
        while clock::now() < until {
            self.step(Duration::from_millis(20))?;
        }
        Ok(self.stats.unwrap_or_default())
    }

    /// What was heard, in order.
    pub fn heard(&self) -> &[(Law, Vec<u8>)] {
        &self.heard
    }

    fn command(&mut self, command: Command) {
        self.engine.handle(clock::now(), media::Input::Command(command));
        self.carry();
    }

    fn read_sip(&mut self) {
        let mut packet = vec![0; 65_536];
        while let Ok((length, peer)) = self.sip.recv_from(&mut packet) {
            let flow = Flow { transport: Transport::Udp, peer, connection: 0 };
            let bytes = Bytes::copy_from_slice(packet.get(..length).unwrap_or_default());
            self.stack.handle(clock::now(), sip::Input::Packet { flow, bytes });
        }
    }

    fn read_rtp(&mut self) {
        let mut packet = [0; engine_limit::DATAGRAM];
        while let Some(Ok((length, from))) = self.rtp.as_ref().map(|rtp| rtp.recv_from(&mut packet)) {
            if let Some(bytes) = packet.get_mut(..length) {
                self.engine.receive(clock::now(), SocketId(1), from, bytes);
            }
            self.send_rtp();
        }
    }

    fn send_rtp(&mut self) {
        while let Some((_, to, bytes)) = self.engine.transmit() {
            if let Some(rtp) = &self.rtp {
                let _ = rtp.send_to(bytes, to);
            }
        }
    }

    /// Carries what both machines put out to where it belongs, until neither has anything.
    fn carry(&mut self) {
        loop {
            self.send_rtp();
            if let Some(output) = self.engine.poll() {
                self.media(output);
            } else if let Some(output) = self.stack.poll() {
                self.signalling(output);
            } else {
                return;
            }
        }
    }

    fn media(&mut self, output: media::Output) {
        use media::{Event, Input, Output};
        let now = clock::now();
        match output {
            Output::Bind { leg } => {
                let input = match self.bind() {
                    Ok(local) => Input::Bound { leg, socket: SocketId(1), local },
                    Err(_) => Input::NotBound { leg },
                };
                self.engine.handle(now, input);
            }
            Output::Unbind { .. } => self.rtp = None,
            Output::Write(piece) => self.keep(piece),
            Output::Event(Event::Offer { sdp, .. }) => match self.session {
                None => self.invite(sdp),
                Some(session) => self.stack.offer(now, session, Body::sdp(sdp)),
            },
            Output::Event(Event::Answer { sdp, .. }) => {
                if let Some(session) = self.session {
                    self.stack.reply_offer(now, session, Body::sdp(sdp));
                }
            }
            Output::Event(Event::Ready { leg }) => {
                let play = Command::Play { leg, play: PlayId(1), sounds: vec![self.said.clone()], repeat: true };
                self.engine.handle(now, Input::Command(play));
                if self.hearing {
                    let record = Command::Record { recording: RecordingId::from_u128(1), left: leg, prompts: false };
                    self.engine.handle(now, Input::Command(record));
                }
            }
            Output::Event(Event::Rejected { .. }) => self.hang_up(),
            Output::Event(Event::Heard { .. }) => self.progress.push(Progress::Heard),
            Output::Event(Event::Quiet { .. } | Event::Silent { .. }) => self.progress.push(Progress::Quiet),
            Output::Event(Event::Closed { stats, .. }) => self.stats = Some(stats),
            Output::Event(_) => {}
        }
    }

    fn signalling(&mut self, output: sip::Output) {
        use sip::{Event, Output};
        let now = clock::now();
        match output {
            Output::Transmit { flow, bytes } => {
                let _ = self.sip.send_to(&bytes, flow.peer);
            }
            Output::Close { .. } => {}
            Output::Event(event) => match event {
                Event::Progress { code, .. } => self.progress.push(Progress::Ringing(code)),
                Event::Answered { body: Some(body), .. } => {
                    let answered = Command::Answered { leg: LEG, answer: body.bytes };
                    self.engine.handle(now, media::Input::Command(answered));
                    self.progress.push(Progress::Answered);
                }
                Event::Offered { body: Some(body), .. } => {
                    let offered = Command::Offered { leg: LEG, offer: body.bytes };
                    self.engine.handle(now, media::Input::Command(offered));
                }
                Event::Offered { body: None, .. } => {
                    let offer = Command::Offer { leg: LEG, kind: Kind::Rtp };
                    self.engine.handle(now, media::Input::Command(offer));
                }
                // nobody calls us
                Event::Invited { session, .. } => self.stack.refuse(now, session, 486, &[]),
                Event::Ended { session, cause } if self.session == Some(session) => {
                    self.progress.push(Progress::Ended(cause))
                }
                _ => {}
            },
        }
    }

    fn invite(&mut self, sdp: Bytes) {
        let host = self.server.to_string();
        let party = |user: &str, host: &str| Party { name: String::new(), user: user.into(), host: host.into() };
        let outgoing = Outgoing {
            flow: Flow { transport: Transport::Udp, peer: self.server, connection: 0 },
            target: format!("sip:{}@{host}", self.number),
            route: Vec::new(),
            from: party(&self.from, &self.here.to_string()),
            to: party(&self.number, &host),
            body: Some(Body::sdp(sdp)),
            headers: Vec::new(),
            ring_max: RING,
        };
        self.session = Some(self.stack.invite(clock::now(), outgoing));
    }

    fn bind(&mut self) -> io::Result<SocketAddr> {
        let mut socket = UdpSocket::bind(SocketAddr::new(self.here, 0))?;
        let local = socket.local_addr()?;
        self.poll.registry().register(&mut socket, RTP, Interest::READABLE)?;
        self.rtp = Some(socket);
        Ok(local)
    }

    fn keep(&mut self, piece: media::Piece) {
        if self.octets < HEARD_MAX {
            self.octets += piece.left.len();
            self.heard.push((piece.left_law, piece.left));
        }
    }
}

/// Our address on the way to the server.
fn towards(server: SocketAddr) -> io::Result<IpAddr> {
    let any: SocketAddr = if server.is_ipv4() { ([0, 0, 0, 0], 0).into() } else { ([0u16; 8], 0).into() };
    let socket = std::net::UdpSocket::bind(any)?;
    socket.connect(server)?;
    Ok(socket.local_addr()?.ip())
}
