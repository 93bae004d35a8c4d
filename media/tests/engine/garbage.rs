//! Whatever comes, nothing breaks and nobody is cut off (T13).

use crate::world::{World, ms, packet, peer};
use media::{Event, SocketId};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_packet_harms(mut packets in proptest::collection::vec((any::<bool>(), proptest::collection::vec(any::<u8>(), 0..300)), 1..60)) {
        let mut world = World::new();
        world.open(1, "8 101");
        world.offer(2, peer(2), "0", "a=rtcp-mux\r\n");
        world.join(1, 2);
        for (nth, (shaped, octets)) in packets.iter_mut().enumerate() {
            if *shaped && octets.len() > 1 {
                octets[0] = 0x80 | (octets[0] & 0x3F);
                octets[1] = [8, 0, 101, 0x88, 200, 201, 13, 96][usize::from(octets[1]) % 8];
            }
            world.raw(1 + (nth as u64) % 2, peer(1 + (nth as u64) % 2), octets);
            world.engine.receive(world.now, SocketId(0), peer(3), &mut octets.clone());
            world.engine.receive(world.now, SocketId(999), peer(3), &mut octets.clone());
            world.run(ms(7));
        }
        world.take(2);
        let ended = world.events.iter().any(|(_, event)| matches!(event, Event::Closed { .. } | Event::Failed { .. }));
        prop_assert!(!ended);
        // The talk goes on, whatever the sequence numbers were before.
        for nth in 0..3u16 {
            world.raw(1, peer(1), &packet(8, 100 + nth, u32::from(nth) * 160, 4242, &[9; 160]));
        }
        prop_assert!(world.take(2).iter().any(|packet| packet.payload.len() == 160));
    }

    #[test]
    fn no_description_harms(octets in proptest::collection::vec(any::<u8>(), 0..400), cut in 0usize..300) {
        let mut world = World::new();
        world.command(media::Command::Offered { leg: media::LegId(1), offer: octets.into() });
        let mut offer = crate::world::offer(peer(2), "8 0 101", "a=sendonly\r\n");
        offer.truncate(cut);
        world.command(media::Command::Offered { leg: media::LegId(2), offer });
        world.run(ms(100));
    }
}

#[test]
fn far_too_long_or_empty_sound_is_not_relayed() {
    let mut world = World::new();
    world.open(1, "8");
    world.open(2, "8");
    world.settle_opening(&[1, 2]);
    world.join(1, 2);
    world.rtp(1, 8, 1, 0, &[1; 1601]);
    world.rtp(1, 8, 2, 0, &[]);
    world.rtp(1, 8, 3, 0, &[1; 5000]);
    assert_eq!(world.take(2), []);
    world.rtp(1, 8, 4, 0, &[1; 1600]);
    assert_eq!(world.take(2).len(), 1);
}
