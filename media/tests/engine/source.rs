//! RTP Bleed and injection: whose packets count.

use crate::world::{World, ms, packet, peer};
use media::Event;
use std::net::SocketAddr;

#[test]
fn foreign_packets_are_never_relayed_learnt_or_counted() {
    let mut world = World::new();
    world.open(1, "8 101");
    world.open(2, "8 101");
    world.settle_opening(&[1, 2]);
    world.join(1, 2);
    let thief: SocketAddr = "203.0.113.66:4000".parse().unwrap();
    for nth in 0..200u16 {
        world.raw(1, thief, &packet(8, nth, u32::from(nth) * 160, 66, &[0x66; 160]));
        world.raw(1, thief, &packet(101, nth, 7, 66, &[1, 0x8A, 3, 32]));
        if nth > 50 {
            world.rtp(1, 8, nth, u32::from(nth) * 160, &[1; 160]);
        }
        world.rtp(2, 8, nth, u32::from(nth) * 160, &[2; 160]);
        world.run(ms(20));
    }
    let to_two = world.sounds(2);
    assert!(to_two.iter().all(|packet| packet.payload == [1; 160]));
    assert_eq!(to_two.len(), 149);
    assert!(world.take(1).iter().all(|packet| packet.to == peer(1)), "nothing goes to the thief");
    assert_eq!(world.digits(1), "");
    assert_eq!(world.engine.strangers(), 400);
}

#[test]
fn a_nat_changes_the_port_and_then_it_stays() {
    let mut world = World::new();
    world.open(1, "8");
    world.open(2, "8");
    world.settle_opening(&[1, 2]);
    world.join(1, 2);
    let mut natted = peer(1);
    natted.set_port(61_000);
    world.raw(1, natted, &packet(8, 1, 0, 5, &[1; 160]));
    assert_eq!(world.take(2).len(), 1);
    world.rtp(2, 8, 1, 0, &[2; 160]);
    assert_eq!(world.take(1)[0].to, natted);
    world.run(ms(3000));
    world.raw(1, natted, &packet(8, 2, 160, 5, &[1; 160]));
    let mut other = natted;
    other.set_port(61_002);
    world.raw(1, other, &packet(8, 3, 320, 5, &[9; 160]));
    assert!(world.sounds(2).iter().all(|packet| packet.payload == [1; 160]));
}

#[test]
fn a_phone_behind_nat_is_heard_where_it_signals_from() {
    let mut world = World::new();
    world.offer(1, "192.168.1.7:4000".parse().unwrap(), "8", "");
    world.open(2, "8");
    world.settle_opening(&[1, 2]);
    world.join(1, 2);
    let outside: SocketAddr = "203.0.113.5:30000".parse().unwrap();
    world.raw(1, outside, &packet(8, 1, 0, 5, &[1; 160]));
    assert_eq!(world.take(2), [], "not before it is told");
    let from = outside.ip();
    world.command(media::Command::Hosts { leg: media::LegId(1), signalled: from, carrier: [].into() });
    world.raw(1, outside, &packet(8, 2, 160, 5, &[1; 160]));
    assert_eq!(world.take(2).len(), 1);
    world.rtp(2, 8, 1, 0, &[2; 160]);
    assert_eq!(world.take(1)[0].to, outside);
}

#[test]
fn new_sdp_moves_the_peer() {
    let mut world = World::new();
    world.open(1, "8");
    world.open(2, "8");
    world.settle_opening(&[1, 2]);
    world.join(1, 2);
    world.rtp(1, 8, 1, 0, &[1; 160]);
    let moved: SocketAddr = "10.9.9.9:5000".parse().unwrap();
    world.offer(1, moved, "8", "");
    world.rtp(1, 8, 2, 160, &[1; 160]);
    world.raw(1, moved, &packet(8, 500, 0, 77, &[7; 160]));
    let heard: Vec<u8> = world.take(2).iter().map(|packet| packet.payload[0]).collect();
    assert_eq!(heard, [1, 7]);
    world.rtp(2, 8, 1, 0, &[2; 160]);
    assert_eq!(world.take(1)[0].to, moved);
}

#[test]
fn a_stranger_keeps_no_dead_call_alive() {
    let mut world = World::new();
    world.open(1, "8");
    let thief: SocketAddr = "203.0.113.66:4000".parse().unwrap();
    for nth in 0..400u16 {
        world.raw(1, thief, &packet(8, nth, 0, 66, &[0x66; 160]));
        world.run(ms(100));
    }
    assert_eq!(world.events_of(|event| matches!(event, Event::Silent { .. })).len(), 1);
    assert_eq!(world.events_of(|event| matches!(event, Event::Heard { .. })).len(), 0);
}

/// A receiver report that would tell of a round trip of seconds.
fn report(ssrc: u32, last: u32) -> Vec<u8> {
    use rtcp_types::{ReceiverReport, ReportBlock, RtcpPacketWriterExt};
    let block = ReportBlock::builder(ssrc).last_sender_report_timestamp(last);
    let mut octets = [0; 64];
    let report = ReceiverReport::builder(9).add_report_block(block);
    let count = report.write_into(&mut octets).unwrap();
    octets[..count].to_vec()
}

#[test]
fn reports_of_strangers_do_not_spoil_the_quality() {
    use media::{Command, LegId};
    let quality = |from: SocketAddr| {
        let mut world = World::new();
        world.offer(1, peer(1), "8", "a=rtcp-mux\r\n");
        for nth in 0..400u16 {
            world.rtp(1, 8, nth, u32::from(nth) * 160, &[1; 160]);
            world.run(ms(20));
        }
        let sent = world.rtcp[&world.socket(1)][0].clone();
        let word = |at: usize| u32::from_be_bytes(sent[at..at + 4].try_into().unwrap());
        assert_eq!(sent[1], 200, "a sender report");
        let last = word(8) << 16 | word(12) >> 16;
        world.raw(1, from, &report(word(4), last));
        world.command(Command::Close { leg: LegId(1) });
        let stats = world.events.iter().find_map(|(_, event)| match event {
            Event::Closed { stats, .. } => Some(stats.mos),
            _ => None,
        });
        stats.unwrap()
    };
    assert!(quality("203.0.113.66:4000".parse().unwrap()) > 4.2);
    assert!(quality(peer(1)) < 2.0, "the peer's own is believed");
}

#[test]
fn after_a_silence_the_peer_is_found_at_another_port_of_its_host() {
    let mut world = World::new();
    world.open(1, "8");
    world.open(2, "8");
    world.settle_opening(&[1, 2]);
    world.join(1, 2);
    world.rtp(1, 8, 1, 0, &[1; 160]);
    let moved = SocketAddr::new(peer(1).ip(), 5678);
    world.run(ms(900));
    world.raw(1, moved, &packet(8, 2, 160, 1001, &[2; 160]));
    world.run(ms(100));
    world.raw(1, "203.0.113.66:4000".parse().unwrap(), &packet(8, 3, 320, 1001, &[3; 160]));
    world.raw(1, moved, &packet(8, 4, 480, 1001, &[4; 160]));
    let heard: Vec<u8> = world.sounds(2).iter().map(|packet| packet.payload[0]).collect();
    assert_eq!(heard, [1, 4]);
    drop(world.take(1));
    world.rtp(2, 8, 1, 0, &[5; 160]);
    assert_eq!(world.take(1)[0].to, moved);
}

#[test]
fn whatever_comes_from_the_peer_is_a_sign_of_life() {
    let silent = |world: &World| world.events_of(|event| matches!(event, Event::Silent { .. })).len();
    for (name, sign, told) in [
        ("nothing", None, 3),
        ("a report", Some(report(5, 0)), 0),
        ("an empty packet", Some(vec![]), 0),
        ("STUN", Some(vec![0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), 0),
        ("comfort noise", Some(packet(13, 9, 0, 1001, &[40])), 0),
    ] {
        let mut world = World::new();
        world.open(1, "8");
        world.rtp(1, 8, 1, 0, &[1; 160]);
        for nth in 0..20u16 {
            world.run(ms(5_000));
            let mut sign = sign.clone();
            // Each packet of sound has a number of its own.
            if let Some(octets) = sign.as_mut().filter(|octets| octets.first() == Some(&0x80) && octets.len() == 13) {
                octets[3] = 10 + nth as u8;
            }
            if let Some(octets) = sign {
                world.raw(1, peer(1), &octets);
            }
        }
        assert_eq!(silent(&world), told, "{name}");
    }
}
