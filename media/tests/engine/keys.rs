//! Digits in both directions.

use crate::world::{World, ms};
use media::{Command, LegId};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const KEYS: &str = "0123456789*#ABCD";

/// One packet of a press: event, end mark, duration.
fn event(code: u8, end: bool, duration: u16) -> [u8; 4] {
    let [high, low] = duration.to_be_bytes();
    [code, if end { 0x8A } else { 10 }, high, low]
}

/// A phone pressing keys: (seq, ts, payload) in order, sound between the keys.
fn presses(keys: &str) -> Vec<(u16, u32, u8, Vec<u8>)> {
    let mut packets = Vec::new();
    let (mut seq, mut ts) = (65_500u16, 4_294_960_000u32);
    for key in keys.chars() {
        let code = KEYS.find(key).unwrap() as u8;
        for nth in 1..=8u16 {
            packets.push((seq, ts, 101, event(code, nth > 5, nth.min(6) * 160).to_vec()));
            seq = seq.wrapping_add(1);
        }
        ts = ts.wrapping_add(8 * 160);
        for _ in 0..4 {
            packets.push((seq, ts, 8, vec![1; 160]));
            (seq, ts) = (seq.wrapping_add(1), ts.wrapping_add(160));
        }
    }
    packets
}

#[test]
fn every_key_once_at_ten_percent_loss_with_reordering_and_duplicates() {
    for seed in 0..40 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let keys: String = (0..50).map(|_| KEYS.chars().nth(random.random_range(0..16)).unwrap()).collect();
        let mut packets: Vec<_> = presses(&keys).into_iter().filter(|_| random.random_range(0..10) != 0).collect();
        for _ in 0..packets.len() / 20 {
            let at = random.random_range(1..packets.len());
            packets.swap(at - 1, at);
        }
        let mut world = World::new();
        world.open(1, "8 101");
        for (seq, ts, payload_type, payload) in packets {
            world.rtp(1, payload_type, seq, ts, &payload);
            if random.random_range(0..10) == 0 {
                world.rtp(1, payload_type, seq, ts, &payload);
            }
            world.run(ms(20));
        }
        assert_eq!(world.digits(1), keys, "seed {seed}");
    }
}

#[test]
fn the_partner_hears_events_under_its_own_number() {
    let mut world = World::new();
    world.open(1, "8 101");
    let other = "a=rtpmap:96 telephone-event/8000\r\n";
    world.offer(2, crate::world::peer(2), "0 96", other);
    world.open(3, "8");
    world.settle_opening(&[1, 2, 3]);
    world.join(1, 2);
    world.rtp(1, 101, 1, 100, &event(5, false, 160));
    let sent = world.take(2);
    assert_eq!((sent[0].payload_type, &sent[0].payload[..]), (96, &event(5, false, 160)[..]));
    world.join(1, 3);
    world.rtp(1, 101, 2, 100, &event(5, false, 320));
    assert_eq!(world.take(3), [], "who has no events gets none");
    assert_eq!(world.digits(1), "5");
}

#[test]
fn digits_are_sent_and_heard_by_another_engine() {
    let mut world = World::new();
    world.open(1, "8 101");
    world.settle_opening(&[1]);
    world.command(Command::Digits { leg: LegId(1), digits: "12#x9".into() });
    world.run(ms(2000));
    let sent = world.sounds(1);
    assert_eq!(sent.len(), 28);
    assert_eq!(sent.iter().filter(|packet| packet.marker).count(), 4);
    let mut other = World::with(2);
    other.open(1, "8 101");
    for packet in &sent {
        other.run_to(packet.at);
        other.rtp(1, packet.payload_type, packet.seq, packet.ts, &packet.payload);
    }
    assert_eq!(other.digits(1), "12#9");
    // 200 ms from digit to digit (100 ms tone, 100 ms pause), on the timestamps too.
    let starts: Vec<u32> = sent.iter().filter(|packet| packet.marker).map(|packet| packet.ts).collect();
    assert!(starts.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == 1600), "{starts:?}");
}

#[test]
fn without_events_keys_are_tones_both_ways() {
    for formats in ["8", "0"] {
        let mut world = World::new();
        world.open(1, formats);
        world.settle_opening(&[1]);
        world.command(Command::Digits { leg: LegId(1), digits: "19*D".into() });
        world.run(ms(2000));
        let sent = world.sounds(1);
        assert_eq!(sent.len(), 20);
        let mut other = World::with(2);
        other.open(1, formats);
        let silence = [if formats == "8" { 0xD5 } else { 0xFF }; 160];
        for (nth, chunk) in sent.chunks(5).enumerate() {
            for (at, packet) in chunk.iter().enumerate() {
                other.rtp(1, packet.payload_type, (nth * 10 + at) as u16, packet.ts, &packet.payload);
            }
            (5..10).for_each(|at| other.rtp(1, chunk[0].payload_type, (nth * 10 + at) as u16, 0, &silence));
        }
        assert_eq!(other.digits(1), "19*D");
    }
}

#[test]
fn digits_go_before_music_and_partner() {
    let mut world = World::new();
    world.open(1, "8 101");
    world.open(2, "8 101");
    world.settle_opening(&[1, 2]);
    world.join(1, 2);
    world.command(Command::Digits { leg: LegId(1), digits: "7".into() });
    for nth in 0..50u16 {
        world.rtp(2, 8, nth, u32::from(nth) * 160, &[1; 160]);
        world.run(ms(20));
    }
    let sent = world.take(1);
    for pair in sent.windows(2) {
        assert_eq!(pair[1].seq, pair[0].seq.wrapping_add(1));
        assert!(pair[1].ts.wrapping_sub(pair[0].ts) as i32 >= 0);
    }
    assert_eq!(sent.iter().filter(|packet| packet.payload_type == 101).count(), 7);
    let first = sent.iter().position(|packet| packet.payload_type == 8).unwrap();
    assert!(sent[first..].iter().all(|packet| packet.payload_type == 8), "no sound amid the digit");
}

#[test]
fn tones_of_a_peer_with_events_are_sound_only() {
    let mut world = World::new();
    world.open(1, "8");
    world.settle_opening(&[1]);
    world.command(Command::Digits { leg: LegId(1), digits: "3".into() });
    world.run(ms(300));
    let tones = world.take(1);
    world.open(2, "8 101");
    for (nth, packet) in tones.iter().enumerate() {
        world.rtp(2, 8, nth as u16, packet.ts, &packet.payload);
    }
    assert_eq!(world.digits(2), "", "it would count twice");
}

#[test]
fn events_beside_the_sound_in_a_stream_of_their_own_count_once_and_spoil_nothing() {
    let mut world = World::new();
    world.open(1, "8 101");
    world.open(2, "8");
    world.settle_opening(&[1, 2]);
    world.join(1, 2);
    let mut seq = 0;
    let mut sound = |world: &mut World| {
        seq += 1;
        world.rtp(1, 8, seq, u32::from(seq) * 160, &[1; 160]);
        world.run(ms(20));
    };
    (0..10).for_each(|_| sound(&mut world));
    for (press, key) in [5, 5, 11].into_iter().enumerate() {
        for nth in 1..=8u16 {
            let payload = event(key, nth > 5, nth.min(6) * 160);
            let packet = crate::world::packet(101, 100 * press as u16 + nth, 50_000 * press as u32, 77, &payload);
            world.raw(1, crate::world::peer(1), &packet);
            sound(&mut world);
        }
        (0..10).for_each(|_| sound(&mut world));
    }
    assert_eq!(world.digits(1), "55#");
    let heard = world.sounds(2);
    assert_eq!(heard.len(), 64);
    assert!(heard.windows(2).all(|pair| pair[1].seq == pair[0].seq.wrapping_add(1) && !pair[1].marker), "one stream");
    world.command(Command::Close { leg: LegId(1) });
    let stats = world.events_of(|event| matches!(event, media::Event::Closed { .. }));
    let [media::Event::Closed { stats, .. }] = &stats[..] else { panic!("{stats:?}") };
    assert_eq!((stats.received, stats.lost), (64, 0));
}

#[test]
fn events_of_any_clock_are_understood() {
    let mut world = World::new();
    let clocks = "a=rtpmap:100 telephone-event/16000\r\na=rtpmap:101 telephone-event/48000\r\n";
    let at = crate::world::peer(1);
    world.offer(1, at, "8 100 101", clocks);
    for (nth, payload_type) in [100, 101].into_iter().enumerate() {
        for packet in 1..=4u16 {
            let payload = event(nth as u8, packet > 3, packet * 320);
            world.rtp(1, payload_type, nth as u16 * 10 + packet, 9_000 * nth as u32, &payload);
        }
    }
    assert_eq!(world.digits(1), "01");
}
