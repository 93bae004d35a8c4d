//! Packets from anywhere to a running engine: nothing panics, nobody's call ends, and strangers are not answered.

use media::{Command, Config, Engine, Event, Input, LegId, Output, PlayId, RecordingId, SocketId, Sound};
use std::net::SocketAddr;
use std::time::Duration;
use types::Moment;

fn peer(leg: u8) -> SocketAddr {
    ([10, 0, 0, leg], 4000).into()
}

fn engine(now: Moment) -> Engine {
    let browser = Some(([192, 0, 2, 1], 9).into());
    let silence_max = Duration::from_secs(30);
    let config = Config { address: [192, 0, 2, 1].into(), browser, silence_max, legs_max: 4 };
    let mut engine = Engine::new(now, config, [7; 32]);
    for (leg, formats) in [(1, "8 101"), (2, "0")] {
        let ip = peer(leg).ip();
        let offer = format!(
            "v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio 4000 RTP/AVP {formats}\r\n\
             a=rtpmap:101 telephone-event/8000\r\na=rtcp-mux\r\n"
        );
        let (socket, local) = (SocketId(leg.into()), ([192, 0, 2, 1], 20_000 + u16::from(leg)).into());
        let id = LegId(leg.into());
        engine.handle(now, Input::Command(Command::Offered { leg: id, offer: offer.into() }));
        engine.handle(now, Input::Bound { leg: id, socket, local });
    }
    engine.handle(now, Input::Command(Command::Join { a: LegId(1), b: LegId(2) }));
    let record = Command::Record { recording: RecordingId::from_u128(1), left: LegId(1), prompts: true };
    engine.handle(now, Input::Command(record));
    engine
}

pub fn run(data: &[u8]) {
    let mut now = Moment::START;
    let mut engine = engine(now);
    while engine.poll().is_some() {}
    let mut rest = data;
    // Each packet: who (2 bits), how much later (6 bits, of 5 ms), length, octets.
    while let [first, length, more @ ..] = rest {
        let count = usize::from(*length).min(more.len());
        let (packet, after) = more.split_at(count);
        rest = after;
        now += Duration::from_millis(5 * u64::from(first >> 2));
        let (socket, from) = match first & 3 {
            0 => (SocketId(1), peer(1)),
            1 => (SocketId(2), peer(2)),
            2 => (SocketId(1), peer(99)),
            _ => (SocketId(0), peer(99)),
        };
        engine.receive(now, socket, from, &mut packet.to_vec());
        if first & 0xFC == 0xFC {
            let sound = Sound::from_pcm(&[1000; 500]);
            let play = Command::Play { leg: LegId(1), play: PlayId(1), sounds: vec![sound], repeat: false };
            engine.handle(now, Input::Command(play));
        }
        engine.tick(now);
        while let Some((_, to, octets)) = engine.transmit() {
            assert!(octets.len() >= 12);
            assert!(to == peer(1) || to == peer(2), "a stranger is answered");
        }
        while let Some(output) = engine.poll() {
            match output {
                Output::Event(Event::Failed { .. } | Event::Closed { .. }) => panic!("a packet ended a call"),
                Output::Write(piece) => assert!(piece.left.len() == piece.right.len() && piece.left.len() <= 8000),
                _ => {}
            }
        }
    }
    assert_eq!(engine.legs(), 2);
}
