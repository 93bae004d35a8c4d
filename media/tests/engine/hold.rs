//! Hold, silence, and the first packet.

use crate::world::{World, ms, numbered, peer};
use media::{Event, LegId};

fn is_hold(event: &Event) -> bool {
    matches!(event, Event::Held { .. })
}

#[test]
fn a_holding_peer_is_not_sent_to_until_it_resumes() {
    for how in ["a=sendonly\r\n", "a=inactive\r\n"] {
        let mut world = World::new();
        world.open(1, "8");
        world.open(2, "8");
        world.settle_opening(&[1, 2]);
        world.join(1, 2);
        world.offer(1, peer(1), "8", how);
        world.offer(1, peer(1), "8", how);
        assert_eq!(world.events_of(is_hold), [Event::Held { leg: LegId(1), held: true }], "told once");
        world.rtp(2, 8, 1, 0, &[1; 160]);
        world.play(1, 1, vec![numbered(1, 5)], false);
        world.run(ms(500));
        assert_eq!(world.take(1), []);
        assert!(world.events.iter().any(|(_, event)| matches!(event, Event::Played { .. })), "no flow waits for ever");
        // Music of the holder's own is heard, an inactive peer is not.
        world.rtp(1, 8, 1, 0, &[3; 160]);
        assert_eq!(world.sounds(2).len(), usize::from(how.contains("sendonly")));
        world.offer(1, peer(1), "8", "");
        assert_eq!(world.events_of(is_hold).last(), Some(&Event::Held { leg: LegId(1), held: false }));
        world.rtp(2, 8, 2, 160, &[1; 160]);
        assert_eq!(world.take(1).len(), 1);
    }
}

#[test]
fn the_old_way_to_hold() {
    let mut world = World::new();
    world.open(1, "8");
    world.open(2, "8");
    world.settle_opening(&[1, 2]);
    world.join(1, 2);
    world.rtp(1, 8, 1, 0, &[1; 160]);
    world.offer(1, "0.0.0.0:4000".parse().unwrap(), "8", "");
    assert_eq!(world.events_of(is_hold), [Event::Held { leg: LegId(1), held: true }]);
    world.rtp(2, 8, 1, 0, &[1; 160]);
    assert_eq!(world.take(1), []);
    world.rtp(1, 8, 2, 160, &[1; 160]);
    assert_eq!(world.take(2).len(), 2, "its music is heard from where it was");
    world.offer(1, peer(1), "8", "");
    world.rtp(2, 8, 2, 160, &[1; 160]);
    assert_eq!(world.take(1)[0].to, peer(1));
}

#[test]
fn silence_is_told_each_time_it_has_lasted_as_long_again() {
    let mut world = World::new();
    world.open(1, "8");
    let silent = |world: &World| world.events_of(|event| matches!(event, Event::Silent { .. })).len();
    world.run(ms(29_900));
    assert_eq!(silent(&world), 0);
    world.run(ms(200));
    assert_eq!(silent(&world), 1);
    world.run(ms(60_000));
    assert_eq!(silent(&world), 3);
    world.rtp(1, 8, 1, 0, &[1; 160]);
    world.run(ms(29_900));
    assert_eq!(silent(&world), 3);
    world.run(ms(200));
    assert_eq!(silent(&world), 4);
    assert_eq!(world.events_of(|event| matches!(event, Event::Heard { .. })).len(), 1);
}

#[test]
fn nobody_is_missed_on_hold() {
    let mut world = World::new();
    world.open(1, "8");
    world.open(2, "8");
    world.join(1, 2);
    world.offer(2, peer(2), "8", "a=sendonly\r\n");
    world.run(ms(100_000));
    let silent = |world: &World| world.events_of(|event| matches!(event, Event::Silent { .. })).len();
    assert_eq!(silent(&world), 0);
    world.offer(2, peer(2), "8", "");
    world.run(ms(29_000));
    assert_eq!(silent(&world), 0, "the count begins anew");
    world.run(ms(2000));
    assert_eq!(silent(&world), 2);
}

#[test]
fn port_0_holds_and_another_port_resumes() {
    let mut world = World::new();
    world.open(1, "8");
    world.open(2, "8");
    world.settle_opening(&[1, 2]);
    world.join(1, 2);
    world.rtp(1, 8, 1, 0, &[1; 160]);
    let off = peer(1);
    let off = std::net::SocketAddr::new(off.ip(), 0);
    world.offer(1, off, "8", "");
    let answer = |world: &World| match world.events.iter().rev().find(|(_, e)| matches!(e, Event::Answer { .. })) {
        Some((_, Event::Answer { sdp, .. })) => String::from_utf8(sdp.to_vec()).unwrap(),
        _ => panic!("{:?}", world.events),
    };
    assert!(answer(&world).contains("m=audio 0 RTP/AVP 8\r\n"), "{}", answer(&world));
    assert_eq!(world.events_of(is_hold), [Event::Held { leg: LegId(1), held: true }]);
    drop(world.take(1));
    world.rtp(2, 8, 1, 0, &[1; 160]);
    world.run(ms(60_000));
    assert_eq!(world.take(1), []);
    assert_eq!(world.events_of(|event| matches!(event, Event::Silent { .. })), [], "who holds is not silent");
    // Asked for our offer meanwhile, we offer the sound anew, in its place.
    world.command(media::Command::Offer { leg: LegId(1), kind: media::Kind::Rtp });
    let Some((_, Event::Offer { sdp, .. })) = world.events.last() else { panic!("{:?}", world.events) };
    assert!(String::from_utf8_lossy(sdp).contains("m=audio 20002 RTP/AVP 8 0"), "{sdp:?}");
    world.offer(1, peer(1), "8", "");
    assert_eq!(world.events_of(is_hold).last(), Some(&Event::Held { leg: LegId(1), held: false }));
    drop(world.take(1));
    world.rtp(2, 8, 2, 160, &[1; 160]);
    assert_eq!(world.take(1)[0].to, peer(1));
}
