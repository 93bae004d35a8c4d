//! A path without packets dies: NATs and SBCs forget it, phones show it as dead. Whoever hears nothing is sent silence.

use crate::world::{Sent, World, ms, numbered, peer, recorded};
use media::{Command, LegId, RecordingId};
use std::time::Duration;

const FRAME: Duration = Duration::from_millis(20);

fn is_silence(packet: &Sent) -> bool {
    packet.payload == [if packet.payload_type == 8 { 0xD5 } else { 0xFF }; 160]
}

/// One packet each 20 ms, one stream, its clock and its count without a hole.
fn check_steady(sent: &[Sent]) {
    for pair in sent.windows(2) {
        assert_eq!(pair[1].at - pair[0].at, FRAME, "{pair:?}");
        assert_eq!(pair[1].seq, pair[0].seq.wrapping_add(1), "{pair:?}");
        assert_eq!(pair[1].ts, pair[0].ts.wrapping_add(160), "{pair:?}");
        assert_eq!(pair[1].ssrc, pair[0].ssrc);
    }
}

#[test]
fn a_flow_that_waits_for_keys_sends_all_the_time() {
    for formats in ["8 101", "0 101"] {
        let mut world = World::new();
        world.open(1, formats);
        for play in 0..3 {
            world.play(1, play, vec![numbered(1, 25)], false);
            world.run(ms(7000));
        }
        let sent = world.take(1);
        check_steady(&sent);
        // Both ends of the time are moments of the beat.
        assert_eq!(sent.len(), 1 + 3 * 7000 / 20);
        let sounds: Vec<usize> = (0..sent.len()).filter(|nth| !is_silence(&sent[*nth])).collect();
        assert_eq!(sounds, [0..25, 351..376, 701..726].into_iter().flatten().collect::<Vec<_>>());
        // RFC 3551 4.1: the marker begins a spurt, of sound or of silence.
        let marked: Vec<usize> = (0..sent.len()).filter(|nth| sent[*nth].marker).collect();
        assert_eq!(marked, [0, 25, 351, 376, 701, 726]);
    }
}

#[test]
fn a_partner_that_pauses_is_not_interrupted_and_one_that_is_gone_is_made_up_for() {
    let mut world = World::new();
    world.open(1, "8");
    world.open(2, "8");
    world.join(1, 2);
    let talk = |world: &mut World, from: u16| {
        for nth in from..from + 50 {
            world.rtp(2, 8, nth, u32::from(nth) * 160, &[1; 160]);
            world.run(FRAME);
        }
    };
    talk(&mut world, 0);
    world.run(ms(900));
    talk(&mut world, 95);
    let sent = world.take(1);
    assert!(sent.iter().all(|packet| !is_silence(packet)), "a pause");
    assert_eq!(sent[50].seq.wrapping_sub(sent[49].seq), 46, "what was lost stays lost");
    world.run(ms(5000));
    let silence = world.take(1);
    assert!(silence.iter().all(is_silence));
    assert_eq!(silence.len(), 202, "from one second after the last packet");
    check_steady(&silence);
    talk(&mut world, 400);
    let back = world.take(1);
    assert_eq!((back.len(), back[0].marker, back[0].seq), (50, true, silence[201].seq.wrapping_add(1)));
    assert!(back.iter().all(|packet| !is_silence(packet)), "not both");
    assert!(world.take(2).iter().all(is_silence), "who hears nobody all the time");
}

#[test]
fn a_talk_costs_not_one_packet_more() {
    let mut world = World::new();
    world.open(1, "8");
    world.open(2, "0");
    world.settle_opening(&[1, 2]);
    world.join(1, 2);
    for nth in 0..500u16 {
        world.rtp(1, 8, nth, u32::from(nth) * 160, &[1; 160]);
        world.rtp(2, 0, nth, u32::from(nth) * 160, &[2; 160]);
        world.run(FRAME);
    }
    assert_eq!((world.take(1).len(), world.take(2).len()), (500, 500));
}

#[test]
fn a_held_peer_is_left_in_peace() {
    for how in ["a=sendonly\r\n", "a=inactive\r\n"] {
        let mut world = World::new();
        world.open(1, "8");
        world.offer(1, peer(1), "8", how);
        world.run(ms(3000));
        assert_eq!(world.take(1), [], "{how}");
        world.offer(1, peer(1), "8", "");
        world.run(ms(200));
        assert_eq!(world.take(1).len(), 10);
    }
    let mut world = World::new();
    world.offer(1, "0.0.0.0:4000".parse().unwrap(), "8", "");
    world.run(ms(3000));
    assert_eq!(world.take(1), [], "the old way");
}

#[test]
fn a_recording_has_each_moment_once() {
    let mut world = World::new();
    world.open(1, "8");
    world.command(Command::Record { recording: RecordingId::from_u128(1), left: LegId(1), prompts: true });
    for nth in 0..500u16 {
        if nth % 100 == 0 {
            world.play(1, 1 + u64::from(nth), vec![numbered(1, 20)], false);
        }
        world.rtp(1, 8, nth, u32::from(nth) * 160, &[0x77; 160]);
        world.run(FRAME);
    }
    world.command(Command::StopRecord { recording: RecordingId::from_u128(1) });
    let (left, right, ..) = recorded(&world.pieces);
    assert_eq!(left, vec![0x77; 500 * 160]);
    let frames: Vec<u8> = right.chunks(160).map(|frame| frame[0]).collect();
    // The first prompt meets the beat, the later ones come just after it.
    let beat = |nth: u32| if nth < 100 { nth % 100 } else { (nth - 1) % 100 };
    let due: Vec<u8> = (0..500).map(|nth| if beat(nth) < 20 { 1 + beat(nth) as u8 } else { 0xD5 }).collect();
    assert_eq!(frames, due);
    assert!(right.chunks(160).all(|frame| frame.iter().all(|octet| *octet == frame[0])));
}
