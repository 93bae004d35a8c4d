//! What the media engine costs without the kernel: 100 bridged calls in memory, each leg a packet every 20 ms.
//! 100 calls are 10,000 packets a second: a microsecond a packet is one per cent of a core.

mod support;

use media::{Command, Config, Engine, Input, LegId, Output, PlayId, RecordingId, SocketId, Sound};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use support::{Spread, line, spent, spread, title};
use types::Moment;

const CALLS: u64 = 100;
/// Rounds of 20 ms in one sample: 4 s of sound.
const ROUNDS: u32 = 200;
const SAMPLES: usize = 11;

fn peer(leg: u64) -> SocketAddr {
    SocketAddr::from(([10, 0, (leg >> 8) as u8, leg as u8], 4_000))
}

fn packet(payload_type: u8, nth: u32, leg: u64) -> [u8; 172] {
    let mut packet = [0x55; 172];
    packet[..2].copy_from_slice(&[0x80, payload_type]);
    packet[2..4].copy_from_slice(&(nth as u16).to_be_bytes());
    packet[4..8].copy_from_slice(&(nth * 160).to_be_bytes());
    packet[8..12].copy_from_slice(&(1_000 + leg as u32).to_be_bytes());
    packet
}

/// A shell without sockets.
struct World {
    engine: Engine,
    now: Moment,
    sockets: HashMap<LegId, SocketId>,
    formats: [u8; 2],
    round: u32,
    sent: u64,
    octets: u64,
}

impl World {
    /// `formats`: payload types of the even and the odd legs; `keys`: the peers know telephone-event, so that nobody
    /// has to listen for tones.
    fn new(formats: [u8; 2], keys: bool) -> World {
        let now = linedesk::clock::now();
        let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
        let config = Config { address, browser: None, silence_max: Duration::from_secs(30), legs_max: 4_000 };
        let engine = Engine::new(now, config, [1; 32]);
        let mut world = World { engine, now, sockets: HashMap::new(), formats, round: 0, sent: 0, octets: 0 };
        let event = if keys { " 101\r\na=rtpmap:101 telephone-event/8000\r\n" } else { "\r\n" };
        for leg in 0..2 * CALLS {
            let (ip, format) = (peer(leg).ip(), formats[(leg % 2) as usize]);
            let offer = format!(
                "v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio 4000 RTP/AVP {format}{event}"
            );
            world.command(Command::Offered { leg: LegId(leg), offer: offer.into() });
        }
        world
    }

    fn command(&mut self, command: Command) {
        self.engine.handle(self.now, Input::Command(command));
        self.settle();
    }

    fn settle(&mut self) {
        while let Some((_, _, octets)) = self.engine.transmit() {
            self.sent += 1;
            self.octets += octets.len() as u64;
        }
        while let Some(output) = self.engine.poll() {
            if let Output::Bind { leg } = output {
                let socket = SocketId(1 + leg.0 as u32);
                self.sockets.insert(leg, socket);
                let local = SocketAddr::from(([0, 0, 0, 0], 20_000 + 2 * leg.0 as u16));
                self.engine.handle(self.now, Input::Bound { leg, socket, local });
            }
        }
    }

    fn join(&mut self) {
        (0..CALLS).for_each(|call| self.command(Command::Join { a: LegId(2 * call), b: LegId(2 * call + 1) }));
    }

    /// Runs past the silence before the first packet.
    fn settle_opening(&mut self) {
        for _ in 0..60 {
            self.now += Duration::from_millis(20);
            self.engine.tick(self.now);
            self.settle();
        }
    }

    /// CPU microseconds a packet of ROUNDS rounds, ticks included; `speaks`: the peers send.
    fn rounds(&mut self, speaks: bool) -> f64 {
        let before = self.sent;
        let (time, ()) = spent(|| {
            for _ in 0..ROUNDS {
                self.round += 1;
                for leg in (0..2 * CALLS).filter(|_| speaks) {
                    let mut packet = packet(self.formats[(leg % 2) as usize], self.round, leg);
                    self.engine.receive(self.now, SocketId(1 + leg as u32), peer(leg), &mut packet);
                    self.settle();
                }
                self.now += Duration::from_millis(20);
                self.engine.tick(self.now);
                self.settle();
            }
        });
        let count = u64::from(ROUNDS) * if speaks { 2 * CALLS } else { CALLS };
        let sent = self.sent - before;
        assert!(sent == count, "{sent} of {count} were sent");
        time.as_secs_f64() * 1e6 / count as f64
    }
}

fn bridged(formats: [u8; 2], keys: bool, recorded: bool) -> Spread {
    let mut world = World::new(formats, keys);
    world.join();
    for call in (0..CALLS).filter(|_| recorded) {
        let recording = RecordingId::from_u128(u128::from(call) + 1);
        world.command(Command::Record { recording, left: LegId(2 * call), prompts: true });
    }
    world.settle_opening();
    spread(SAMPLES, || world.rounds(true))
}

/// The callers hear music; nobody speaks.
fn played() -> Spread {
    let mut world = World::new([8, 8], true);
    let second: std::sync::Arc<[u8]> = vec![0x55; 8_000].into();
    let sound = Sound { alaw: second.clone(), ulaw: second };
    for call in 0..CALLS {
        let sounds = vec![sound.clone()];
        world.command(Command::Play { leg: LegId(2 * call), play: PlayId(call), sounds, repeat: true });
    }
    // Whoever hears nothing is sent silence: that is not what is measured here.
    (0..CALLS).for_each(|call| world.command(Command::Close { leg: LegId(2 * call + 1) }));
    world.settle_opening();
    spread(SAMPLES, || world.rounds(false))
}

fn main() {
    title(
        "relay: 100 calls through the engine in memory, CPU microseconds a packet = core % per 100 calls, min / median / max",
    );
    let plain = bridged([8, 8], true, false);
    let recorded = bridged([8, 8], true, true);
    line("bridged, A-law both sides", &plain.to_string(), "bar with the kernel: 7 good, 4 goal; bare relay 3.2-4.2");
    line("bridged and recorded", &recorded.to_string(), "bar on top: 3 good, 1.5 goal");
    line("bridged, A-law to mu-law", &bridged([8, 0], true, false).to_string(), "");
    line("bridged, keys heard by their tones", &bridged([8, 8], false, false).to_string(), "");
    let halves = |all: Spread| Spread { min: all.min / 2.0, median: all.median / 2.0, max: all.max / 2.0 };
    line("a prompt to 100 callers (core %)", &halves(played()).to_string(), "bar with the kernel: 5 good, 3 goal");
}
