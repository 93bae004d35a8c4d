//! A shell without sockets and peers without phones.

use bytes::Bytes;
use media::{Command, Config, Engine, Event, Input, Law, LegId, Output, Piece, PlayId, SocketId, Sound};
use rtp_rs::{RtpPacketBuilder, RtpReader, Seq};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use types::Moment;

/// A packet the engine sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    pub at: Duration,
    pub to: SocketAddr,
    pub payload_type: u8,
    pub marker: bool,
    pub seq: u16,
    pub ts: u32,
    pub ssrc: u32,
    pub payload: Vec<u8>,
}

pub struct World {
    pub start: Moment,
    pub now: Moment,
    pub engine: Engine,
    sockets: HashMap<LegId, SocketId>,
    next: u32,
    pub free_ports: bool,
    sent: HashMap<SocketId, Vec<Sent>>,
    pub rtcp: HashMap<SocketId, Vec<Vec<u8>>>,
    /// What left by the browsers' port.
    pub shared: Vec<(SocketAddr, Vec<u8>)>,
    pub events: Vec<(Duration, Event)>,
    pub pieces: Vec<Piece>,
    pub unbound: Vec<SocketId>,
}

pub fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Where the peer of a leg is.
pub fn peer(leg: u64) -> SocketAddr {
    SocketAddr::from(([10, 0, (leg >> 8) as u8, leg as u8], 4000))
}

/// An offer of a phone: `formats` as in the m= line, `extra` lines as they are.
pub fn offer(at: SocketAddr, formats: &str, extra: &str) -> Bytes {
    let ip = at.ip();
    let port = at.port();
    let event = if formats.contains("101") { "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n" } else { "" };
    format!("v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio {port} RTP/AVP {formats}\r\n{event}{extra}").into()
}

impl World {
    pub fn new() -> World {
        World::with(1)
    }

    pub fn with(seed: u8) -> World {
        let start = Moment::START;
        let config = Config {
            address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
            browser: Some(crate::wire::ours()),
            silence_max: Duration::from_secs(30),
            legs_max: 100,
        };
        World {
            start,
            now: start,
            engine: Engine::new(start, config, [seed; 32]),
            sockets: HashMap::new(),
            next: 1,
            free_ports: true,
            sent: HashMap::new(),
            rtcp: HashMap::new(),
            shared: Vec::new(),
            events: Vec::new(),
            pieces: Vec::new(),
            unbound: Vec::new(),
        }
    }

    pub fn command(&mut self, command: Command) {
        self.engine.handle(self.now, Input::Command(command));
        self.settle();
    }

    pub fn settle(&mut self) {
        let at = self.now - self.start;
        while let Some(output) = self.engine.poll() {
            match output {
                Output::Event(event) => self.events.push((at, event)),
                Output::Bind { leg } if self.free_ports => {
                    let socket = SocketId(self.next);
                    self.next += 1;
                    self.sockets.insert(leg, socket);
                    let local = SocketAddr::from(([0, 0, 0, 0], 20_000 + 2 * socket.0 as u16));
                    self.engine.handle(self.now, Input::Bound { leg, socket, local });
                }
                Output::Bind { leg } => self.engine.handle(self.now, Input::NotBound { leg }),
                Output::Unbind { socket } => self.unbound.push(socket),
                Output::Write(piece) => self.pieces.push(piece),
            }
        }
        while let Some((socket, to, octets)) = self.engine.transmit() {
            if socket == SocketId(0) {
                self.shared.push((to, octets.to_vec()));
                continue;
            }
            if matches!(octets[1], 192..=223) {
                self.rtcp.entry(socket).or_default().push(octets.to_vec());
                continue;
            }
            let reader = RtpReader::new(octets).expect("the engine sends RTP");
            let sent = Sent {
                at,
                to,
                payload_type: reader.payload_type(),
                marker: reader.mark(),
                seq: reader.sequence_number().into(),
                ts: reader.timestamp(),
                ssrc: reader.ssrc(),
                payload: reader.payload().to_vec(),
            };
            self.sent.entry(socket).or_default().push(sent);
        }
    }

    /// Time goes on, ticks included.
    pub fn run(&mut self, span: Duration) {
        self.run_to(self.now - self.start + span);
    }

    pub fn run_to(&mut self, at: Duration) {
        let end = self.start + at;
        while let Some(due) = self.engine.timeout().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.engine.tick(self.now);
            self.settle();
        }
        self.now = self.now.max(end);
    }

    /// A leg of a phone at `peer(leg)` that offered `formats`.
    pub fn open(&mut self, leg: u64, formats: &str) {
        self.offer(leg, peer(leg), formats, "");
    }

    pub fn offer(&mut self, leg: u64, at: SocketAddr, formats: &str, extra: &str) {
        self.command(Command::Offered { leg: LegId(leg), offer: offer(at, formats, extra) });
    }

    pub fn socket(&self, leg: u64) -> SocketId {
        self.sockets[&LegId(leg)]
    }

    /// The peer of `leg` sends RTP.
    pub fn rtp(&mut self, leg: u64, payload_type: u8, seq: u16, ts: u32, payload: &[u8]) {
        let packet = packet(payload_type, seq, ts, 1000 + leg as u32, payload);
        self.raw(leg, peer(leg), &packet);
    }

    /// Anybody sends anything to the socket of `leg`.
    pub fn raw(&mut self, leg: u64, from: SocketAddr, packet: &[u8]) {
        let socket = self.socket(leg);
        self.engine.receive(self.now, socket, from, &mut packet.to_vec());
        self.settle();
    }

    pub fn join(&mut self, a: u64, b: u64) {
        self.command(Command::Join { a: LegId(a), b: LegId(b) });
    }

    pub fn play(&mut self, leg: u64, play: u64, sounds: Vec<Sound>, repeat: bool) {
        self.command(Command::Play { leg: LegId(leg), play: PlayId(play), sounds, repeat });
    }

    /// What was sent to the peer of `leg` since the last time this was asked.
    pub fn take(&mut self, leg: u64) -> Vec<Sent> {
        self.sent.remove(&self.socket(leg)).unwrap_or_default()
    }

    /// The same without the silence that is sent when there is nothing else.
    pub fn sounds(&mut self, leg: u64) -> Vec<Sent> {
        let is_silence = |packet: &Sent| packet.payload == [0xD5; 160] || packet.payload == [0xFF; 160];
        self.take(leg).into_iter().filter(|packet| !is_silence(packet)).collect()
    }

    /// Runs for a while, and forgets the silence that was sent.
    pub fn settle_opening(&mut self, legs: &[u64]) {
        self.run(ms(1100));
        legs.iter().for_each(|leg| drop(self.take(*leg)));
        self.events.clear();
    }

    pub fn events_of(&self, want: impl Fn(&Event) -> bool) -> Vec<Event> {
        self.events.iter().map(|(_, event)| event.clone()).filter(want).collect()
    }

    pub fn digits(&self, leg: u64) -> String {
        let of_leg = self.events.iter().filter_map(|(_, event)| match event {
            Event::Digit { leg: of, digit } if of.0 == leg => Some(*digit),
            _ => None,
        });
        of_leg.collect()
    }
}

pub fn packet(payload_type: u8, seq: u16, ts: u32, ssrc: u32, payload: &[u8]) -> Vec<u8> {
    let builder = RtpPacketBuilder::new().payload_type(payload_type).sequence(Seq::from(seq)).timestamp(ts);
    builder.ssrc(ssrc).payload(payload).build().unwrap()
}

/// A sound whose nth frame is full of `first + n`, not silence in either law.
pub fn numbered(first: u8, frames: u8) -> Sound {
    let octets: Vec<u8> = (0..frames).flat_map(|nth| [first + nth; 160]).collect();
    Sound { alaw: octets.clone().into(), ulaw: octets.iter().map(|octet| octet ^ 0x80).collect() }
}

/// Left and right of all pieces joined; checks what every recording promises.
pub fn recorded(pieces: &[Piece]) -> (Vec<u8>, Vec<u8>, Law, Law) {
    let last = pieces.last().expect("a recording has a last piece");
    assert!(last.last, "the last piece says so");
    assert_eq!(pieces.iter().filter(|piece| piece.last).count(), 1);
    for piece in pieces {
        assert_eq!(piece.left.len(), piece.right.len());
        assert!(piece.left.len() <= 8000);
    }
    let join = |side: fn(&Piece) -> &Vec<u8>| pieces.iter().flat_map(|piece| side(piece).clone()).collect();
    (join(|piece| &piece.left), join(|piece| &piece.right), last.left_law, last.right_law)
}
