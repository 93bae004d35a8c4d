//! What the engine itself costs, without sockets: `cargo bench -p media`. Bar: 2 µs a relayed packet.
#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use media::{Command, Config, Engine, Input, LegId, PlayId, RecordingId, SocketId, Sound};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use types::Moment;

const LEGS: u16 = 1000;
const ROUNDS: u32 = 1000;

fn peer(leg: u16) -> SocketAddr {
    ([10, 0, 0, 1], 10_000 + leg).into()
}

/// Legs in pairs; `formats` of the caller's and the agent's offer.
fn engine(now: Moment, formats: [&str; 2]) -> Engine {
    let address = [192, 0, 2, 1].into();
    let silence_max = Duration::from_secs(30);
    let config = Config { address, browser: None, silence_max, legs_max: LEGS.into() };
    let mut engine = Engine::new(now, config, [1; 32]);
    for leg in 0..LEGS {
        let (at, formats) = (peer(leg), formats[usize::from(leg % 2)]);
        let offer = format!(
            "v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio {port} RTP/AVP {formats}\r\n\
             a=rtpmap:101 telephone-event/8000\r\n",
            ip = at.ip(),
            port = at.port()
        );
        let id = LegId(leg.into());
        engine.handle(now, Input::Command(Command::Offered { leg: id, offer: offer.into() }));
        let (socket, local) = (SocketId(u32::from(leg) + 1), ([192, 0, 2, 1], 40_000).into());
        engine.handle(now, Input::Bound { leg: id, socket, local });
    }
    engine
}

fn drain(engine: &mut Engine) -> u64 {
    let mut sent = 0;
    while engine.transmit().is_some() {
        sent += 1;
    }
    while engine.poll().is_some() {}
    sent
}

fn relay(what: &str, formats: [&str; 2], recorded: bool) {
    let start = Moment::START;
    let mut engine = engine(start, formats);
    for leg in (0..LEGS).step_by(2) {
        let (a, b) = (LegId(leg.into()), LegId(u64::from(leg) + 1));
        engine.handle(start, Input::Command(Command::Join { a, b }));
        if recorded {
            let recording = RecordingId::from_u128(leg.into());
            engine.handle(start, Input::Command(Command::Record { recording, left: a, prompts: true }));
        }
    }
    drain(&mut engine);
    let mut packet = vec![0x55; 172];
    packet[0] = 0x80;
    let mut sent = 0;
    let began = Instant::now();
    for round in 0..ROUNDS {
        let now = start + Duration::from_millis(20) * round;
        packet[2..4].copy_from_slice(&(round as u16).to_be_bytes());
        packet[4..8].copy_from_slice(&(round * 160).to_be_bytes());
        for leg in 0..LEGS {
            packet[1] = if formats[usize::from(leg % 2)].starts_with('8') { 8 } else { 0 };
            engine.receive(now, SocketId(u32::from(leg) + 1), peer(leg), &mut packet);
            sent += drain(&mut engine);
        }
        engine.tick(now);
        sent += drain(&mut engine);
    }
    let packets = u64::from(ROUNDS) * u64::from(LEGS);
    let nanos = began.elapsed().as_nanos() as u64 / packets;
    println!("{what:<40} {nanos:>5} ns a packet ({sent} of {packets} passed on)");
}

fn play() {
    let start = Moment::START;
    let mut engine = engine(start, ["8 101", "0 101"]);
    let sound = Sound::from_pcm(&[1000; 80_000]);
    for leg in (0..LEGS).map(|leg| LegId(leg.into())) {
        let play = Command::Play { leg, play: PlayId(1), sounds: vec![sound.clone()], repeat: true };
        engine.handle(start, Input::Command(play));
    }
    drain(&mut engine);
    let (mut sent, began) = (0, Instant::now());
    for round in 0..ROUNDS {
        engine.tick(start + Duration::from_millis(20) * round);
        sent += drain(&mut engine);
    }
    let nanos = began.elapsed().as_nanos() as u64 / sent;
    println!("{:<40} {nanos:>5} ns a packet ({sent} sent)", "played");
}

fn main() {
    relay("relayed, same law", ["8 101", "8 101"], false);
    relay("relayed, A-law to µ-law", ["8 101", "0 101"], false);
    relay("relayed and recorded", ["8 101", "8 101"], true);
    relay("relayed, listening for tones", ["8", "8"], false);
    play();
}
