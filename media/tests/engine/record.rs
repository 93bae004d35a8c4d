//! Recordings: both sides on one timeline.

use crate::world::{World, ms, numbered, recorded};
use media::{Command, Event, Law, LegId, RecordingId};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const ID: RecordingId = RecordingId::from_u128(77);

fn record(world: &mut World, left: u64, prompts: bool) {
    world.command(Command::Record { recording: ID, left: LegId(left), prompts });
}

fn stop(world: &mut World) {
    world.command(Command::StopRecord { recording: ID });
}

/// Frames by their octet, None where a frame is not of one octet.
fn frames(side: &[u8]) -> Vec<Option<u8>> {
    side.chunks(160).map(|frame| frame.iter().all(|octet| *octet == frame[0]).then_some(frame[0])).collect()
}

fn duration(world: &World) -> u64 {
    let found = world.events.iter().find_map(|(_, event)| match event {
        Event::Recorded { recording: ID, duration } => Some(duration.as_millis() as u64),
        _ => None,
    });
    found.expect("a recording ends with Recorded")
}

#[test]
fn caller_left_agent_right_octet_by_octet() {
    let mut world = World::new();
    world.open(1, "8");
    world.open(2, "8");
    world.settle_opening(&[1, 2]);
    world.join(1, 2);
    record(&mut world, 1, false);
    for nth in 0..200u16 {
        world.rtp(1, 8, nth, u32::from(nth) * 160, &[nth as u8; 160]);
        world.rtp(2, 8, 9000 + nth, 77 + u32::from(nth) * 160, &[!(nth as u8); 160]);
        world.run(ms(20));
    }
    stop(&mut world);
    let (left, right, left_law, right_law) = recorded(&world.pieces);
    assert_eq!(frames(&left), (0..200).map(|nth| Some(nth as u8)).collect::<Vec<_>>());
    assert_eq!(frames(&right), (0..200).map(|nth| Some(!(nth as u8))).collect::<Vec<_>>());
    assert_eq!((left_law, right_law, duration(&world)), (Law::A, Law::A, 4000));
    assert!(world.pieces.len() >= 8, "pieces come while it runs: {}", world.pieces.len());
}

#[test]
fn pieces_come_within_a_second_of_the_sound() {
    let mut world = World::new();
    world.open(1, "8");
    record(&mut world, 1, false);
    for nth in 0..500u16 {
        world.rtp(1, 8, nth, u32::from(nth) * 160, &[1; 160]);
        world.run(ms(20));
        let written: usize = world.pieces.iter().map(|piece| piece.left.len()).sum();
        let spoken = usize::from(nth + 1) * 160;
        assert!(spoken - written <= 8000 * 7 / 10, "{spoken} {written}");
    }
}

#[test]
fn late_start_loss_and_jitter_keep_the_sides_together() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let mut world = World::new();
    world.open(1, "8");
    world.open(2, "0");
    world.settle_opening(&[1, 2]);
    record(&mut world, 1, false);
    let start = world.now - world.start;
    // Both speak the same numbers at the same time from 2 s on; the first packets of each are on time.
    let mut packets = Vec::new();
    for nth in 0..250u64 {
        for leg in [1, 2] {
            let delay = if nth < 2 { 0 } else { random.random_range(0..50) };
            if nth < 2 || random.random_range(0..20) != 0 {
                packets.push((2000 + nth * 20 + delay, leg, nth));
            }
        }
    }
    packets.sort();
    let mut sent = [vec![0xD5u8; 360], vec![0xFF; 360]];
    for (at, leg, nth) in packets {
        world.run_to(start + ms(at));
        if nth == 0 {
            world.join(1, 2);
        }
        let octet = 1 + (nth % 200) as u8;
        sent[leg as usize - 1][100 + nth as usize] = octet;
        world.rtp(leg, if leg == 1 { 8 } else { 0 }, nth as u16, (nth * 160) as u32, &[octet; 160]);
    }
    world.run_to(start + ms(7200));
    stop(&mut world);
    let (left, right, left_law, right_law) = recorded(&world.pieces);
    assert_eq!((left_law, right_law), (Law::A, Law::Mu), "each side as received");
    assert_eq!(frames(&left), sent[0].iter().map(|octet| Some(*octet)).collect::<Vec<_>>());
    assert_eq!(frames(&right)[100..], sent[1][100..].iter().map(|octet| Some(*octet)).collect::<Vec<_>>());
    assert_eq!(duration(&world), 7200);
}

#[test]
fn prompts_then_one_partner_then_the_next() {
    let mut world = World::new();
    (1..=3).for_each(|leg| world.open(leg, "8"));
    world.settle_opening(&[1, 2, 3]);
    record(&mut world, 1, true);
    world.play(1, 1, vec![numbered(1, 25)], false);
    world.run(ms(1000));
    world.join(1, 2);
    for nth in 0..25u16 {
        world.rtp(2, 8, nth, u32::from(nth) * 160, &[0x22; 160]);
        world.rtp(3, 8, nth, u32::from(nth) * 160, &[0x33; 160]);
        world.run(ms(20));
    }
    world.join(1, 3);
    for nth in 25..50u16 {
        world.rtp(2, 8, nth, u32::from(nth) * 160, &[0x22; 160]);
        world.rtp(3, 8, nth, u32::from(nth) * 160, &[0x33; 160]);
        world.run(ms(20));
    }
    world.command(Command::Close { leg: LegId(3) });
    world.run(ms(500));
    world.command(Command::Close { leg: LegId(1) });
    let (left, right, ..) = recorded(&world.pieces);
    assert!(left.iter().all(|octet| *octet == 0xD5));
    let heard = frames(&right);
    let runs = |octet: u8| heard.iter().filter(|frame| **frame == Some(octet)).count();
    assert!((1..=25).all(|octet| runs(octet) == 1), "the prompt, each frame once");
    assert_eq!((runs(0x22), runs(0x33)), (25, 25));
    let first = |octet| heard.iter().position(|frame| *frame == Some(octet)).unwrap();
    assert_eq!((first(0x22), first(0x33)), (50, 75));
    assert_eq!(duration(&world), 2500);
    let closed =
        world.events.iter().position(|(_, event)| matches!(event, Event::Closed { leg: LegId(1), .. })).unwrap();
    let ended = world.events.iter().position(|(_, event)| matches!(event, Event::Recorded { .. })).unwrap();
    assert!(ended < closed);
}

#[test]
fn prompts_stay_out_unless_asked_for() {
    let mut world = World::new();
    world.open(1, "8");
    world.settle_opening(&[1]);
    record(&mut world, 1, false);
    world.play(1, 1, vec![numbered(1, 25)], false);
    world.run(ms(1000));
    stop(&mut world);
    let (_, right, ..) = recorded(&world.pieces);
    assert!(right.iter().all(|octet| *octet == 0xD5) && right.len() == 8000);
}

#[test]
fn hold_and_codec_change_do_not_end_it() {
    let mut world = World::new();
    world.open(1, "8");
    world.settle_opening(&[1]);
    record(&mut world, 1, false);
    world.rtp(1, 8, 1, 0, &[0x10; 160]);
    world.run(ms(20));
    world.offer(1, crate::world::peer(1), "0", "");
    world.rtp(1, 0, 2, 160, &[0x80; 160]);
    world.run(ms(20));
    stop(&mut world);
    let (left, _, law, _) = recorded(&world.pieces);
    assert_eq!(law, Law::A);
    assert_eq!(left, [[0x10; 160], [media::codec::g711::ULAW_TO_ALAW[0x80]; 160]].concat());
}

#[test]
fn a_second_recording_of_a_leg_ends_the_first() {
    let mut world = World::new();
    world.open(1, "8");
    record(&mut world, 1, false);
    world.run(ms(100));
    world.command(Command::Record { recording: RecordingId::from_u128(78), left: LegId(1), prompts: false });
    assert_eq!(duration(&world), 100);
    stop(&mut world);
    world.command(Command::StopRecord { recording: RecordingId::from_u128(78) });
    assert_eq!(world.events_of(|event| matches!(event, Event::Recorded { .. })).len(), 2);
    world.command(Command::Record { recording: RecordingId::from_u128(79), left: LegId(9), prompts: false });
}

#[test]
fn a_prompt_that_covers_the_partner_is_not_his_sound() {
    let mut world = World::new();
    world.open(1, "8");
    world.open(2, "8");
    world.settle_opening(&[1, 2]);
    world.join(1, 2);
    record(&mut world, 1, true);
    world.play(1, 1, vec![numbered(1, 25)], false);
    for nth in 0..25u16 {
        world.rtp(2, 8, nth, u32::from(nth) * 160, &[0x22; 160]);
        world.run(ms(20));
    }
    stop(&mut world);
    let (_, right, ..) = recorded(&world.pieces);
    assert_eq!(right, vec![0x22; 4000]);
}
