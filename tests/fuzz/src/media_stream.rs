//! Well-formed RTP in any order: keys by event and by tone, jitter, loss, new sources, recordings, time. The input makes
//! no headers, so it gets behind them at once. Nothing panics, no call ends, recordings stay two equal sides.

use media::{Command, Config, Engine, Event, Input, LegId, Output, PlayId, RecordingId, SocketId, Sound};
use std::net::SocketAddr;
use std::time::Duration;
use types::Moment;

/// Octets that describe one step.
const STEP: usize = 8;
const LEGS: [(u64, &str); 3] = [(1, "8 0 101"), (2, "0"), (3, "8 101")];

fn peer(leg: u64) -> SocketAddr {
    ([10, 0, 0, leg as u8], 4000).into()
}

fn engine(now: Moment) -> Engine {
    let silence_max = Duration::from_secs(30);
    let config = Config { address: [192, 0, 2, 1].into(), browser: None, silence_max, legs_max: 4 };
    let mut engine = Engine::new(now, config, [7; 32]);
    for (leg, formats) in LEGS {
        let ip = peer(leg).ip();
        let offer = format!(
            "v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio 4000 RTP/AVP {formats}\r\n\
             a=rtpmap:101 telephone-event/8000\r\na=rtcp-mux\r\n"
        );
        let (socket, local) = (SocketId(leg as u32), ([192, 0, 2, 1], 20_000 + leg as u16).into());
        engine.handle(now, Input::Command(Command::Offered { leg: LegId(leg), offer: offer.into() }));
        engine.handle(now, Input::Bound { leg: LegId(leg), socket, local });
    }
    engine.handle(now, Input::Command(Command::Join { a: LegId(1), b: LegId(2) }));
    for leg in [1, 3] {
        let recording = RecordingId::from_u128(u128::from(leg));
        engine.handle(now, Input::Command(Command::Record { recording, left: LegId(leg), prompts: true }));
    }
    engine
}

/// What a peer counts.
#[derive(Clone, Copy, Default)]
struct Count {
    seq: u16,
    ts: u32,
    ssrc: u32,
}

/// `[what and who, how, seq, ts, ts, time, a, b]`
fn packet(count: &mut Count, step: &[u8; STEP]) -> Vec<u8> {
    let [_, how, seq, ts_high, ts_low, _, a, b] = *step;
    // Mostly in sequence; the top bit jumps anywhere.
    count.seq = if how & 0x80 == 0 { count.seq.wrapping_add(1) } else { u16::from_be_bytes([seq, ts_high]) };
    count.ts = match how & 0x60 {
        0 => count.ts.wrapping_add(160),
        0x20 => count.ts,
        0x40 => count.ts.wrapping_add(u32::from_be_bytes([0, 0, ts_high, ts_low])),
        _ => u32::from_be_bytes([ts_low, seq, ts_high, a]),
    };
    if how & 0x10 != 0 {
        count.ssrc = u32::from(seq) & 3;
    }
    let (payload_type, payload) = match how & 0x0F {
        0..=3 => (101, vec![a & 0x1F, b, ts_high & 7, ts_low]),
        4 => (101, vec![a; usize::from(b) % 12]),
        5 => (0, (0..160u32).map(|at| tone(at, a, b)).collect()),
        6 => (8, (0..160u32).map(|at| tone(at, a, b) ^ 0x55).collect()),
        7 => (8, vec![a; usize::from(b) * 8]),
        8 => (13, vec![a]),
        9 => (a & 0x7F, vec![b; 160]),
        _ => (if a & 1 == 0 { 8 } else { 0 }, vec![b; 160]),
    };
    let ([q0, q1], [t0, t1, t2, t3]) = (count.seq.to_be_bytes(), count.ts.to_be_bytes());
    let mut octets = vec![0x80, payload_type, q0, q1, t0, t1, t2, t3, 0, 0, 0, count.ssrc as u8];
    octets.extend(payload);
    octets
}

/// Two squares, near enough to what keys sound like for the ear to work.
fn tone(at: u32, a: u8, b: u8) -> u8 {
    let square = |half: u8| (at / u32::from(half.clamp(2, 12))).is_multiple_of(2);
    match (square(a), square(b)) {
        (true, true) => 0x80,
        (false, false) => 0x00,
        _ => 0xFF,
    }
}

fn command(step: &[u8; STEP]) -> Command {
    let [_, how, a, b, ..] = *step;
    let leg = LegId(1 + u64::from(a % 3));
    match how % 8 {
        0 => Command::Join { a: leg, b: LegId(1 + u64::from(b % 3)) },
        1 => Command::Part { leg },
        2 => Command::Play { leg, play: PlayId(1), sounds: vec![Sound::from_pcm(&[1000; 700])], repeat: b & 1 == 0 },
        3 => Command::Stop { leg },
        4 => Command::Digits { leg, digits: char::from(b).to_string() },
        5 => Command::StopRecord { recording: RecordingId::from_u128(u128::from(leg.0)) },
        6 => Command::Record { recording: RecordingId::from_u128(u128::from(leg.0)), left: leg, prompts: b & 1 == 0 },
        _ => Command::Offer { leg, kind: media::Kind::Rtp },
    }
}

fn drain(engine: &mut Engine) {
    while let Some((_, to, octets)) = engine.transmit() {
        assert!(octets.len() >= 12 && LEGS.iter().any(|(leg, _)| to == peer(*leg)), "a stranger is answered");
    }
    while let Some(output) = engine.poll() {
        match output {
            Output::Event(Event::Failed { .. } | Event::Closed { .. }) => panic!("a packet ended a call"),
            Output::Event(Event::Digit { digit, .. }) => assert!("0123456789*#ABCD".contains(digit)),
            Output::Write(piece) => assert!(piece.left.len() == piece.right.len() && piece.left.len() <= 8000),
            _ => {}
        }
    }
}

pub fn run(data: &[u8]) {
    let mut now = Moment::START;
    let mut engine = engine(now);
    let mut counts = [Count::default(); LEGS.len()];
    for step in data.chunks_exact(STEP).take(256) {
        let step: &[u8; STEP] = step.try_into().expect("chunks of that size");
        // Now and then a long pause.
        let millis = if step[5] & 0x80 == 0 { u64::from(step[5] & 0x3F) } else { u64::from(step[5]) * 20 };
        now += Duration::from_millis(millis);
        match step[0] % 8 {
            7 => engine.handle(now, Input::Command(command(step))),
            who => {
                let nth = usize::from(who) % LEGS.len();
                let leg = LEGS[nth].0;
                let mut octets = packet(&mut counts[nth], step);
                engine.receive(now, SocketId(leg as u32), peer(leg), &mut octets);
            }
        }
        engine.tick(now);
        drain(&mut engine);
    }
    assert_eq!(engine.legs(), LEGS.len());
}
