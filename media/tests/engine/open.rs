//! Opening and closing legs.

use crate::world::{World, ms, offer, peer};
use bytes::Bytes;
use media::{Command, Event, Kind, LegId, SocketId};

fn text(sdp: &Bytes) -> String {
    String::from_utf8(sdp.to_vec()).unwrap()
}

#[test]
fn an_offer_is_answered_from_a_socket_of_its_own() {
    let mut world = World::new();
    world.open(1, "8 0 101");
    let [(_, Event::Answer { leg: LegId(1), sdp })] = &world.events[..] else { panic!("{:?}", world.events) };
    let sdp = text(sdp);
    assert!(sdp.contains("c=IN IP4 192.0.2.1"), "the address of the configuration: {sdp}");
    assert!(sdp.contains("m=audio 20002 RTP/AVP 8 101"), "{sdp}");
    assert_eq!(world.engine.legs(), 1);
}

#[test]
fn our_offer_is_answered_by_the_peer() {
    let mut world = World::new();
    world.command(Command::Offer { leg: LegId(1), kind: Kind::Rtp });
    assert!(matches!(&world.events[..], [(_, Event::Offer { leg: LegId(1), .. })]));
    world.command(Command::Answered { leg: LegId(1), answer: offer(peer(1), "0", "") });
    assert!(matches!(&world.events[..], [_, (_, Event::Ready { leg: LegId(1) })]));
    world.run(ms(100));
    let sent = world.take(1);
    assert!(
        sent.iter().all(|packet| packet.payload_type == 0 && packet.to == peer(1) && packet.payload == [0xFF; 160])
    );
    assert!(!sent.is_empty(), "silence keeps the way open");
}

#[test]
fn what_cannot_be_is_rejected_and_gone() {
    let mut world = World::new();
    world.command(Command::Offered { leg: LegId(1), offer: offer(peer(1), "18", "") });
    world.command(Command::Offered { leg: LegId(2), offer: Bytes::from_static(b"nonsense") });
    let codes: Vec<u16> = world
        .events
        .iter()
        .filter_map(|(_, event)| match event {
            Event::Rejected { code, .. } => Some(*code),
            _ => None,
        })
        .collect();
    assert_eq!(codes, [488, 400]);
    assert_eq!(world.engine.legs(), 0);
    assert_eq!(world.unbound, [SocketId(1), SocketId(2)]);
    assert_eq!(world.engine.timeout(), None);
}

#[test]
fn no_port_is_503() {
    let mut world = World::new();
    world.free_ports = false;
    world.open(1, "8");
    assert!(matches!(&world.events[..], [(_, Event::Rejected { leg: LegId(1), code: 503, .. })]));
    assert_eq!(world.engine.legs(), 0);
}

#[test]
fn the_limit_holds_and_a_closed_leg_makes_room() {
    let mut world = World::new();
    (0..100).for_each(|leg| world.open(leg, "8"));
    world.events.clear();
    world.open(100, "8");
    assert!(matches!(&world.events[..], [(_, Event::Rejected { leg: LegId(100), code: 503, .. })]));
    world.command(Command::Close { leg: LegId(50) });
    assert_eq!(world.engine.legs(), 99);
    world.events.clear();
    world.open(101, "8");
    assert!(matches!(&world.events[..], [(_, Event::Answer { .. })]));
}

#[test]
fn a_renegotiation_that_fails_changes_nothing() {
    let mut world = World::new();
    world.open(1, "8 101");
    world.open(2, "8 101");
    world.join(1, 2);
    world.offer(1, peer(1), "18", "");
    assert!(matches!(world.events.last(), Some((_, Event::Rejected { leg: LegId(1), code: 488, .. }))));
    assert_eq!(world.engine.legs(), 2);
    world.rtp(2, 8, 1, 160, &[7; 160]);
    assert_eq!(world.take(1).len(), 1);
}

#[test]
fn closing_tells_the_counts_and_frees_the_socket() {
    let mut world = World::new();
    world.open(1, "8");
    for nth in 0..100u16 {
        if nth % 10 != 3 {
            world.rtp(1, 8, nth, u32::from(nth) * 160, &[1; 160]);
        }
        world.run(ms(20));
    }
    let sent = world.take(1).len() as u64;
    world.command(Command::Close { leg: LegId(1) });
    let Some((_, Event::Closed { leg: LegId(1), stats })) = world.events.last() else { panic!("{:?}", world.events) };
    assert_eq!((stats.received, stats.lost, stats.late, stats.sent), (90, 10, 0, sent));
    assert!(stats.mos > 2.5 && stats.mos < 4.0, "{}", stats.mos);
    assert_eq!(world.unbound, [SocketId(1)]);
    // Late commands and packets find nobody.
    world.command(Command::Close { leg: LegId(1) });
    world.play(1, 1, Vec::new(), false);
    world.rtp(1, 8, 200, 0, &[1; 160]);
    assert!(matches!(world.events.last(), Some((_, Event::Closed { .. }))));
}

#[test]
fn reports_go_where_the_port_is_shared() {
    let mut world = World::new();
    world.open(1, "8");
    world.offer(2, peer(2), "8", "a=rtcp-mux\r\n");
    world.join(1, 2);
    for nth in 0..1000u16 {
        world.rtp(1, 8, nth, u32::from(nth) * 160, &[1; 160]);
        world.rtp(2, 8, nth, u32::from(nth) * 160, &[1; 160]);
        world.run(ms(20));
    }
    assert!(!world.rtcp.contains_key(&world.socket(1)));
    let reports = &world.rtcp[&world.socket(2)];
    assert!((3..=4).contains(&reports.len()), "every 5 s: {}", reports.len());
}

#[test]
fn an_answer_that_cannot_be_ends_a_new_leg() {
    let mut world = World::new();
    world.command(Command::Offer { leg: LegId(1), kind: Kind::Rtp });
    world.command(Command::Answered { leg: LegId(1), answer: offer(peer(1), "18", "") });
    assert!(matches!(world.events.last(), Some((_, Event::Rejected { leg: LegId(1), code: 488, .. }))));
    assert_eq!((world.engine.legs(), &world.unbound[..]), (0, &[SocketId(1)][..]));
}

#[test]
fn a_leg_may_begin_without_a_medium() {
    let mut world = World::new();
    let none = Bytes::from_static(b"v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\n");
    world.command(Command::Offered { leg: LegId(1), offer: none });
    let [(_, Event::Answer { sdp, .. })] = &world.events[..] else { panic!("{:?}", world.events) };
    assert!(!text(sdp).contains("m="), "RFC 3264 5: as many as offered");
    world.play(1, 1, vec![crate::world::numbered(1, 5)], false);
    world.run(ms(60_000));
    assert_eq!(world.take(1), []);
    assert_eq!(world.events.len(), 1, "nobody waits for its sound");
    world.command(Command::Offer { leg: LegId(1), kind: Kind::Rtp });
    let Some((_, Event::Offer { sdp, .. })) = world.events.last() else { panic!("{:?}", world.events) };
    assert!(text(sdp).contains("m=audio 20002 RTP/AVP 8 0 101"), "{}", text(sdp));
    world.open(1, "8");
    world.rtp(1, 8, 1, 0, &[1; 160]);
    assert!(matches!(world.events.last(), Some((_, Event::Heard { leg: LegId(1) }))), "{:?}", world.events);
}
