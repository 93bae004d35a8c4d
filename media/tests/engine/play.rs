//! Prompts and music.

use crate::world::{World, ms, numbered};
use media::{Command, Event, LegId, PlayId, Sound};

fn played(world: &World) -> Vec<(u64, u64)> {
    let ends = world.events.iter().filter_map(|(at, event)| match event {
        Event::Played { play, .. } => Some((play.0, at.as_millis() as u64)),
        _ => None,
    });
    ends.collect()
}

#[test]
fn a_prompt_is_exactly_as_long_as_it_is() {
    let mut world = World::new();
    world.open(1, "8");
    world.settle_opening(&[1]);
    let start = world.now - world.start;
    // 25 frames and a half: 26 packets, the last filled up.
    let half = Sound { alaw: vec![9; 80].into(), ulaw: vec![9; 80].into() };
    world.play(1, 5, vec![numbered(1, 20), numbered(30, 5), half], false);
    world.run(ms(2000));
    let sent = world.sounds(1);
    assert_eq!(sent.len(), 26);
    for (nth, packet) in sent.iter().enumerate() {
        assert_eq!(packet.at, sent[0].at + ms(20) * nth as u32);
        assert_eq!(packet.ts, sent[0].ts.wrapping_add(160 * nth as u32));
        assert_eq!(packet.seq, sent[0].seq.wrapping_add(nth as u16));
        assert_eq!((packet.marker, packet.payload_type), (nth == 0, 8));
    }
    assert!(sent[0].at - start <= ms(20));
    assert_eq!(sent[24].payload, [34; 160]);
    assert_eq!(sent[25].payload, [[9; 80], [0xD5; 80]].concat());
    assert_eq!(played(&world), [(5, (sent[0].at + ms(26 * 20)).as_millis() as u64)]);
}

#[test]
fn music_goes_on_until_it_is_stopped() {
    let mut world = World::new();
    world.open(1, "0");
    world.settle_opening(&[1]);
    world.play(1, 5, vec![numbered(1, 3)], true);
    world.run(ms(1000));
    let sent = world.take(1);
    assert_eq!(sent.len(), 50);
    assert!(sent.iter().enumerate().all(|(nth, packet)| packet.payload == [(1 + nth % 3) as u8 ^ 0x80; 160]));
    world.command(Command::Stop { leg: LegId(1) });
    world.run(ms(1000));
    assert_eq!(world.sounds(1), []);
    assert_eq!(played(&world), []);
}

#[test]
fn a_new_play_replaces_the_old_without_a_word() {
    let mut world = World::new();
    world.open(1, "8");
    world.settle_opening(&[1]);
    world.play(1, 5, vec![numbered(1, 50)], false);
    world.run(ms(100));
    world.play(1, 6, vec![numbered(100, 2)], false);
    world.run(ms(1000));
    assert_eq!(played(&world).iter().map(|(play, _)| *play).collect::<Vec<_>>(), [6]);
    let spurts = world.sounds(1).iter().filter(|packet| packet.marker).count();
    assert_eq!(spurts, 2);
}

#[test]
fn nothing_to_play_ends_at_once_even_if_repeated() {
    let mut world = World::new();
    world.open(1, "8");
    world.settle_opening(&[1]);
    world.play(1, 5, Vec::new(), false);
    world.run(ms(40));
    world.play(1, 6, vec![Sound { alaw: [].into(), ulaw: [].into() }], true);
    world.run(ms(40));
    assert_eq!(world.events_of(|event| matches!(event, Event::Played { .. })).len(), 2);
    assert_eq!(world.sounds(1), []);
}

#[test]
fn a_stalled_shell_makes_no_burst() {
    let mut world = World::new();
    world.open(1, "8");
    world.settle_opening(&[1]);
    world.play(1, 5, vec![numbered(1, 100)], false);
    world.run(ms(200));
    let before = world.take(1);
    // Two seconds without a tick.
    world.now += ms(2000);
    world.engine.tick(world.now);
    world.run(ms(20));
    let after = world.take(1);
    assert!(after.len() <= 7, "{}", after.len());
    assert_eq!(after[0].payload[0], before.last().unwrap().payload[0] + 1, "nothing is skipped");
    let gap = after[0].ts.wrapping_sub(before.last().unwrap().ts);
    assert!((2000 * 8..2100 * 8).contains(&gap) && gap.is_multiple_of(160), "{gap}");
}

#[test]
fn many_legs_hear_the_same_sound() {
    let mut world = World::new();
    let sound = numbered(1, 10);
    (1..=50).for_each(|leg| world.open(leg, if leg % 2 == 0 { "8" } else { "0" }));
    world.settle_opening(&(1..=50).collect::<Vec<_>>());
    (1..=50).for_each(|leg| {
        world.command(Command::Play { leg: LegId(leg), play: PlayId(leg), sounds: vec![sound.clone()], repeat: false })
    });
    world.run(ms(1000));
    for leg in 1..=50 {
        let sent = world.sounds(leg);
        let flip = if leg % 2 == 0 { 0 } else { 0x80 };
        assert!(
            sent.len() == 10
                && sent.iter().enumerate().all(|(nth, packet)| packet.payload == [(1 + nth as u8) ^ flip; 160])
        );
    }
}
