//! Whatever the switch does, a peer sees one stream: one SSRC, sequence numbers without gaps or repeats, time that
//! never runs back.

use crate::world::{World, ms, numbered, peer};
use media::{Command, LegId, PlayId};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Run(u64),
    Talk(u64, u16),
    Restart(u64),
    Join(u64, u64),
    Part(u64),
    Play(u64, u8, bool),
    Stop(u64),
    Digits(u64),
    Hold(u64, bool),
}

fn step() -> impl Strategy<Value = Step> {
    let leg = 1..=3u64;
    prop_oneof![
        (1..200u64).prop_map(Step::Run),
        (leg.clone(), 1..30u16).prop_map(|(leg, packets)| Step::Talk(leg, packets)),
        leg.clone().prop_map(Step::Restart),
        (leg.clone(), 1..=3u64).prop_map(|(a, b)| Step::Join(a, b)),
        leg.clone().prop_map(Step::Part),
        (leg.clone(), 1..20u8, any::<bool>()).prop_map(|(leg, frames, repeat)| Step::Play(leg, frames, repeat)),
        leg.clone().prop_map(Step::Stop),
        leg.clone().prop_map(Step::Digits),
        (leg, any::<bool>()).prop_map(|(leg, held)| Step::Hold(leg, held)),
    ]
}

/// A peer's own stream.
#[derive(Clone, Copy)]
struct Talker {
    seq: u16,
    ts: u32,
    ssrc: u32,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn one_stream_for_each_peer(steps in proptest::collection::vec(step(), 1..80), start in any::<u16>()) {
        let mut world = World::new();
        let mut talkers = [Talker { seq: start, ts: u32::from(start) << 16, ssrc: 5 }; 4];
        world.open(1, "8 101");
        world.open(2, "0 101");
        world.open(3, "8");
        let mut plays = 0;
        for step in steps {
            match step {
                Step::Run(millis) => world.run(ms(millis)),
                Step::Talk(leg, packets) => {
                    for _ in 0..packets {
                        let talker = &mut talkers[leg as usize];
                        let packet = crate::world::packet(if leg == 2 { 0 } else { 8 }, talker.seq, talker.ts, talker.ssrc, &[leg as u8; 160]);
                        talker.seq = talker.seq.wrapping_add(1);
                        talker.ts = talker.ts.wrapping_add(160);
                        world.raw(leg, peer(leg), &packet);
                        world.run(ms(20));
                    }
                }
                Step::Restart(leg) => {
                    let talker = &mut talkers[leg as usize];
                    *talker = Talker { seq: talker.seq.wrapping_mul(31), ts: talker.ts.wrapping_mul(77), ssrc: talker.ssrc + 1 };
                }
                Step::Join(a, b) => world.join(a, b),
                Step::Part(leg) => world.command(Command::Part { leg: LegId(leg) }),
                Step::Play(leg, frames, repeat) => {
                    plays += 1;
                    world.command(Command::Play { leg: LegId(leg), play: PlayId(plays), sounds: vec![numbered(1, frames)], repeat });
                }
                Step::Stop(leg) => world.command(Command::Stop { leg: LegId(leg) }),
                Step::Digits(leg) => world.command(Command::Digits { leg: LegId(leg), digits: "42".into() }),
                Step::Hold(leg, held) => {
                    let formats = ["", "8 101", "0 101", "8"][leg as usize];
                    world.offer(leg, peer(leg), formats, if held { "a=sendonly\r\n" } else { "" });
                }
            }
        }
        for leg in 1..=3 {
            let sent = world.take(leg);
            for pair in sent.windows(2) {
                prop_assert_eq!(pair[1].ssrc, pair[0].ssrc);
                prop_assert_eq!(pair[1].seq, pair[0].seq.wrapping_add(1));
                prop_assert!(pair[1].ts.wrapping_sub(pair[0].ts) as i32 >= 0, "{:?} {:?}", pair[0], pair[1]);
                // Sound never overlaps the sound before it; only events repeat a timestamp.
                if pair[0].payload_type != 101 && pair[1].payload_type != 101 {
                    prop_assert!(pair[1].ts.wrapping_sub(pair[0].ts) >= 160);
                }
                if pair[1].ts.wrapping_sub(pair[0].ts) > 161 && pair[1].payload_type != 101 {
                    let elapsed = (pair[1].at - pair[0].at).as_millis() as i64 * 8;
                    let step = i64::from(pair[1].ts.wrapping_sub(pair[0].ts));
                    prop_assert!((step - elapsed).abs() <= 16_000, "time on the line follows the clock: {step} {elapsed}");
                }
            }
        }
    }
}
