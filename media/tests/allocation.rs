//! The packet path takes no memory once the call is set up.

use media::{Command, Config, Engine, Input, LegId, PlayId, SocketId, Sound};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::net::SocketAddr;
use std::time::Duration;
use types::Moment;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: everything is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn peer(leg: u8) -> SocketAddr {
    ([10, 0, 0, leg], 4000).into()
}

fn round(engine: &mut Engine, now: Moment, nth: u16) -> u32 {
    let mut packet = [0x55; 172];
    packet[0] = 0x80;
    packet[2..4].copy_from_slice(&nth.to_be_bytes());
    packet[4..8].copy_from_slice(&(u32::from(nth) * 160).to_be_bytes());
    for (leg, payload_type) in [(1, 8), (2, 0)] {
        packet[1] = payload_type;
        engine.receive(now, SocketId(leg.into()), peer(leg), &mut packet);
    }
    engine.tick(now);
    let mut sent = 0;
    while engine.transmit().is_some() {
        sent += 1;
    }
    while engine.poll().is_some() {}
    sent
}

#[test]
fn relaying_and_playing_allocate_nothing() {
    let start = Moment::START;
    let address = [192, 0, 2, 1].into();
    let silence_max = Duration::from_secs(30);
    let config = Config { address, browser: None, silence_max, legs_max: 9 };
    let mut engine = Engine::new(start, config, [0; 32]);
    for (leg, formats) in [(1, "8"), (2, "0"), (3, "8")] {
        let ip = peer(leg).ip();
        let offer = format!(
            "v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio 4000 RTP/AVP {formats}\r\n"
        );
        let id = LegId(leg.into());
        engine.handle(start, Input::Command(Command::Offered { leg: id, offer: offer.into() }));
        let (socket, local) = (SocketId(leg.into()), ([192, 0, 2, 1], 20_000).into());
        engine.handle(start, Input::Bound { leg: id, socket, local });
    }
    engine.handle(start, Input::Command(Command::Join { a: LegId(1), b: LegId(2) }));
    let sounds = vec![Sound::from_pcm(&[1000; 5000])];
    let play = Command::Play { leg: LegId(3), play: PlayId(1), sounds, repeat: true };
    engine.handle(start, Input::Command(play));
    let at = |nth: u16| start + Duration::from_millis(20) * u32::from(nth);
    let _: u32 = (0..100).map(|nth| round(&mut engine, at(nth), nth)).sum();
    let before = COUNT.get();
    let sent: u32 = (100..1100).map(|nth| round(&mut engine, at(nth), nth)).sum();
    assert_eq!(COUNT.get() - before, 0, "allocations in 1000 rounds");
    assert_eq!(sent, 3000);
}
