//! Two legs that hear one another.

use crate::world::{World, ms, numbered, packet, peer};
use media::codec::g711;
use media::{Command, LegId};

#[test]
fn the_payload_arrives_octet_by_octet_at_once() {
    let mut world = World::new();
    world.open(1, "8 101");
    world.open(2, "8 101");
    world.join(1, 2);
    let first = world.now - world.start;
    for nth in 0..500u16 {
        let payload: Vec<u8> = (0..160).map(|at| (at * 7 + usize::from(nth)) as u8).collect();
        world.rtp(1, 8, 60_000u16.wrapping_add(nth), 4_294_900_000u32.wrapping_add(u32::from(nth) * 160), &payload);
        world.rtp(2, 8, nth, u32::from(nth) * 160, &[nth as u8; 160]);
        world.run(ms(20));
    }
    for leg in [1, 2] {
        let sent = world.take(leg);
        assert_eq!(sent.len(), 500);
        for (nth, packet) in sent.iter().enumerate() {
            assert_eq!(packet.at, first + ms(20) * nth as u32, "no delay");
            assert_eq!(packet.to, peer(leg));
            assert_eq!(packet.seq, sent[0].seq.wrapping_add(nth as u16));
            assert_eq!(packet.ts, sent[0].ts.wrapping_add(nth as u32 * 160));
            assert_eq!((packet.ssrc, packet.marker), (sent[0].ssrc, nth == 0));
        }
        let due = |nth: usize, at: usize| {
            if leg == 2 { (at * 7 + nth) as u8 } else { nth as u8 }
        };
        assert!(sent.iter().enumerate().all(|(nth, packet)| (0..160).all(|at| packet.payload[at] == due(nth, at))));
    }
    let (a, b) = (world.socket(1), world.socket(2));
    assert_ne!(a, b);
}

#[test]
fn laws_are_translated_by_the_table() {
    let mut world = World::new();
    world.open(1, "8");
    world.open(2, "0");
    world.join(1, 2);
    let all: Vec<u8> = (0..=255).collect();
    world.rtp(1, 8, 1, 0, &all);
    world.rtp(2, 0, 1, 0, &all);
    let to_mu = world.take(2);
    assert_eq!((to_mu[0].payload_type, &to_mu[0].payload[..]), (0, &g711::ALAW_TO_ULAW[..]));
    let to_a = world.take(1);
    assert_eq!((to_a[0].payload_type, &to_a[0].payload[..]), (8, &g711::ULAW_TO_ALAW[..]));
}

#[test]
fn a_peer_that_sends_the_law_it_did_not_agree_to_is_understood() {
    let mut world = World::new();
    world.open(1, "8");
    world.open(2, "8");
    world.join(1, 2);
    world.rtp(1, 0, 1, 0, &[0xFF; 160]);
    assert_eq!(world.take(2)[0].payload, [0xD5; 160]);
}

#[test]
fn other_packet_times_and_header_extensions_pass() {
    let mut world = World::new();
    world.open(1, "8");
    world.open(2, "8");
    world.join(1, 2);
    let mut extended = packet(8, 1, 0, 9, &[5; 240]);
    extended[0] |= 0x10;
    extended.splice(12..12, [0xBE, 0xDE, 0, 1, 0x10, 0xFF, 0, 0]);
    world.raw(1, peer(1), &extended);
    world.rtp(1, 8, 2, 240, &[6; 480]);
    let sent = world.take(2);
    assert_eq!(sent[0].payload, [5; 240]);
    assert_eq!(sent[1].payload, [6; 480]);
    assert_eq!(
        sent[1].seq,
        sent[0].seq.wrapping_add(1),
        "another SSRC of the peer is still one stream for the partner"
    );
}

#[test]
fn playing_goes_before_the_partner_and_the_partner_comes_back() {
    let mut world = World::new();
    world.open(1, "8");
    world.open(2, "8");
    world.settle_opening(&[1, 2]);
    world.join(1, 2);
    for round in 0..150u16 {
        world.rtp(2, 8, round, u32::from(round) * 160, &[0xAA; 160]);
        if round == 50 {
            world.play(1, 1, vec![numbered(1, 50)], false);
        }
        world.run(ms(20));
    }
    let sent = world.take(1);
    for pair in sent.windows(2) {
        assert_eq!(pair[1].seq, pair[0].seq.wrapping_add(1));
        assert!(pair[1].ts.wrapping_sub(pair[0].ts) as i32 >= 160, "time never runs back");
    }
    let prompt: Vec<u8> = sent.iter().map(|packet| packet.payload[0]).filter(|octet| *octet != 0xAA).collect();
    assert_eq!(prompt, (1..=50).collect::<Vec<u8>>());
    let spurts: Vec<usize> = (0..sent.len()).filter(|nth| sent[*nth].marker).collect();
    assert_eq!(spurts.len(), 3, "partner, prompt, partner: {spurts:?}");
    assert!(sent.len() >= 148);
}

#[test]
fn a_new_join_leaves_the_old_partner_alone() {
    let mut world = World::new();
    (1..=3).for_each(|leg| world.open(leg, "8"));
    world.settle_opening(&[1, 2, 3]);
    world.join(1, 2);
    world.join(1, 3);
    world.rtp(1, 8, 1, 0, &[1; 160]);
    world.rtp(2, 8, 1, 0, &[2; 160]);
    world.rtp(3, 8, 1, 0, &[3; 160]);
    let heard = |world: &mut World, leg| world.take(leg).iter().map(|packet| packet.payload[0]).collect::<Vec<u8>>();
    assert_eq!(heard(&mut world, 1), [3]);
    assert!(heard(&mut world, 2).is_empty());
    assert_eq!(heard(&mut world, 3), [1]);
    world.command(Command::Part { leg: LegId(3) });
    world.rtp(1, 8, 2, 160, &[1; 160]);
    assert!(heard(&mut world, 3).is_empty());
    world.command(Command::Join { a: LegId(1), b: LegId(1) });
    world.command(Command::Join { a: LegId(1), b: LegId(99) });
    world.rtp(1, 8, 3, 320, &[1; 160]);
    assert!(heard(&mut world, 1).is_empty(), "nobody hears himself");
}

#[test]
fn closing_one_leaves_the_other_alive() {
    let mut world = World::new();
    world.open(1, "8");
    world.open(2, "8");
    world.settle_opening(&[1, 2]);
    world.join(1, 2);
    world.command(Command::Close { leg: LegId(2) });
    world.open(3, "8");
    world.take(3);
    world.rtp(1, 8, 1, 0, &[1; 160]);
    assert_eq!(world.take(3), [], "the slot's next owner is a stranger");
    world.play(1, 7, vec![numbered(1, 2)], false);
    world.run(ms(100));
    assert_eq!(world.sounds(1).len(), 2);
}

#[test]
fn what_was_withheld_is_no_loss() {
    // Hold and resume, part and join again, a digit, keys for a peer without events: the sequence has no holes.
    type Break = (fn(&mut World), fn(&mut World));
    let breaks: [Break; 5] = [
        (|world| world.command(Command::Part { leg: LegId(2) }), |world| world.join(1, 2)),
        (|world| world.offer(2, peer(2), "8", "a=sendonly\r\n"), |world| world.offer(2, peer(2), "8", "")),
        (|world| world.command(Command::Part { leg: LegId(1) }), |world| world.join(1, 2)),
        (
            |world| {
                let digits = "5".into();
                world.command(Command::Digits { leg: LegId(2), digits });
            },
            |world| world.run(ms(300)),
        ),
        (|world| world.rtp(1, 101, 10, 1600, &[5, 0x8A, 0, 160]), |_| ()),
    ];
    for (nth, (begin, end)) in breaks.into_iter().enumerate() {
        let mut world = World::new();
        world.open(1, "8 101");
        world.open(2, "8");
        world.settle_opening(&[1, 2]);
        world.join(1, 2);
        for seq in 0..30u16 {
            if seq == 10 {
                begin(&mut world);
            } else {
                world.rtp(1, 8, seq, u32::from(seq) * 160, &[1; 160]);
            }
            if seq == 20 {
                end(&mut world);
            }
            world.run(ms(20));
        }
        let sent = world.take(2);
        assert!(sent.len() >= 19, "{nth}");
        for pair in sent.windows(2) {
            assert_eq!(pair[1].seq, pair[0].seq.wrapping_add(1), "{nth}");
            assert!(pair[1].ts.wrapping_sub(pair[0].ts) as i32 >= 160, "{nth}");
        }
    }
}
