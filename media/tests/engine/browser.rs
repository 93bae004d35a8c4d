//! Browser legs on the engine's shared port, bridged with phones and with one another.

use crate::wire::{Peer, instant, ours, theirs};
use crate::world::{World, ms, numbered, recorded};
use bytes::{Bytes, BytesMut};
use media::{Command, Config, Engine, Event, Input, Kind, LegId, Output, RecordingId, SocketId};
use rtc::peer_connection::event::RTCPeerConnectionEvent;
use rtc::peer_connection::message::RTCMessage;
use rtc::peer_connection::state::RTCPeerConnectionState;
use rtc::sansio::Protocol;
use rtc::shared::{TaggedBytesMut, TransportContext, TransportProtocol};
use std::net::SocketAddr;

/// Browsers behind NATs of their own, the engine, and the wire between them.
struct Net {
    world: World,
    peers: Vec<(SocketAddr, Peer)>,
}

fn nat(nth: usize) -> SocketAddr {
    SocketAddr::from(([198, 51, 100, 10 + nth as u8], 40_000))
}

impl Net {
    fn new() -> Net {
        Net { world: World::new(), peers: Vec::new() }
    }

    /// A browser that offers to be `leg`.
    fn open(&mut self, leg: u64) {
        let mut peer = Peer::new(self.world.now, theirs());
        let offer = Bytes::from(peer.offer(self.world.now));
        self.world.command(Command::Offered { leg: LegId(leg), offer });
        let answer = self.sdp(leg);
        peer.accept(self.world.now, &answer);
        self.peers.push((nat(self.peers.len()), peer));
    }

    /// A browser that is offered to.
    fn ring(&mut self, leg: u64) {
        self.world.command(Command::Offer { leg: LegId(leg), kind: Kind::Browser });
        let offer = self.sdp(leg);
        let mut peer = Peer::new(self.world.now, theirs());
        let answer = Bytes::from(peer.answer(self.world.now, &offer));
        self.peers.push((nat(self.peers.len()), peer));
        self.world.command(Command::Answered { leg: LegId(leg), answer });
        assert!(self.world.events.iter().any(|(_, event)| *event == Event::Ready { leg: LegId(leg) }));
    }

    fn sdp(&self, of: u64) -> Bytes {
        let found = self.world.events.iter().rev().find_map(|(_, event)| match event {
            Event::Answer { leg, sdp } | Event::Offer { leg, sdp } if leg.0 == of => Some(sdp.clone()),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("no description: {:?}", self.world.events))
    }

    fn settle(&mut self) {
        loop {
            let mut moved = false;
            for (from, peer) in &mut self.peers {
                while let Some(out) = peer.pc.poll_write() {
                    moved = true;
                    self.world.engine.receive(self.world.now, SocketId(0), *from, &mut out.message.to_vec());
                }
            }
            self.world.settle();
            for (to, octets) in std::mem::take(&mut self.world.shared) {
                moved = true;
                let Some((_, peer)) = self.peers.iter_mut().find(|(at, _)| *at == to) else {
                    continue;
                };
                let transport = TransportContext {
                    local_addr: theirs(),
                    peer_addr: ours(),
                    transport_protocol: TransportProtocol::UDP,
                    ecn: None,
                };
                let message = BytesMut::from(&octets[..]);
                let _ = peer.pc.handle_read(TaggedBytesMut { now: instant(self.world.now), transport, message });
            }
            self.peers.iter_mut().for_each(|(_, peer)| hear(peer));
            if !moved {
                return;
            }
        }
    }

    fn run(&mut self, millis: u64) {
        for _ in 0..millis / 20 {
            self.settle();
            self.world.run(ms(20));
            for (_, peer) in &mut self.peers {
                let _ = peer.pc.handle_timeout(instant(self.world.now));
            }
        }
        self.settle();
    }

    fn send(&mut self, nth: usize, seq: u16, payload: &[u8]) {
        self.peers[nth].1.send(self.world.now, 8, seq, payload);
        self.settle();
    }

    /// What the nth browser heard since the last time: (payload type, sequence, first octet).
    fn heard(&mut self, nth: usize) -> Vec<(u8, u16, u8)> {
        let heard = std::mem::take(&mut self.peers[nth].1.rtp);
        heard.into_iter().map(|(payload_type, seq, _, _, payload)| (payload_type, seq, payload[0])).collect()
    }
}

fn hear(peer: &mut Peer) {
    while let Some(event) = peer.pc.poll_event() {
        if let RTCPeerConnectionEvent::OnConnectionStateChangeEvent(state) = event {
            peer.connected = state == RTCPeerConnectionState::Connected;
        }
    }
    while let Some(message) = peer.pc.poll_read() {
        if let RTCMessage::RtpPacket(_, packet) = message.message {
            let header = packet.header;
            peer.rtp.push((
                header.payload_type,
                header.sequence_number,
                header.timestamp,
                header.marker,
                packet.payload.to_vec(),
            ));
        }
    }
}

#[test]
fn a_browser_and_a_phone_hear_one_another_and_are_recorded() {
    let mut net = Net::new();
    net.open(1);
    net.world.open(2, "0 101");
    net.world.join(1, 2);
    net.run(2000);
    assert!(net.peers[0].1.connected);
    net.world.take(2);
    net.heard(0);
    net.world.command(Command::Record { recording: RecordingId::from_u128(1), left: LegId(2), prompts: false });
    for nth in 0..50u16 {
        net.send(0, nth, &[0x11; 160]);
        net.world.rtp(2, 0, nth, u32::from(nth) * 160, &[0x80; 160]);
        net.run(20);
    }
    let table = media::codec::g711::ALAW_TO_ULAW[0x11];
    let to_phone = net.world.take(2);
    assert_eq!(to_phone.len(), 50);
    assert!(to_phone.iter().all(|packet| packet.payload == [table; 160] && packet.payload_type == 0));
    let to_browser = net.heard(0);
    assert_eq!(to_browser.len(), 50);
    assert!(
        to_browser
            .iter()
            .all(|(payload_type, _, octet)| (*payload_type, *octet) == (8, media::codec::g711::ULAW_TO_ALAW[0x80]))
    );
    assert!(to_browser.windows(2).all(|pair| pair[1].1 == pair[0].1.wrapping_add(1)));
    assert!(net.world.events.iter().any(|(_, event)| *event == Event::Heard { leg: LegId(1) }));
    net.world.command(Command::StopRecord { recording: RecordingId::from_u128(1) });
    let (left, right, ..) = recorded(&net.world.pieces);
    assert_eq!((left, right), (vec![0x80; 8000], vec![0x11; 8000]));
}

#[test]
fn two_browsers_on_one_port_and_music_that_waits_for_keys() {
    let mut net = Net::new();
    net.open(1);
    net.world.play(1, 9, vec![numbered(1, 10)], false);
    net.ring(2);
    net.run(3000);
    assert_eq!(net.world.events_of(|event| matches!(event, Event::Played { .. })).len(), 1);
    let heard: Vec<u8> = net.heard(0).iter().map(|packet| packet.2).filter(|octet| *octet != 0xD5).collect();
    assert_eq!(heard, (1..=10).collect::<Vec<u8>>(), "from its first frame, though keys took their time");
    net.heard(1);
    net.world.join(1, 2);
    for nth in 0..20 {
        net.send(0, nth, &[0x21; 160]);
        net.send(1, nth, &[0x22; 160]);
        net.run(20);
    }
    assert!(net.heard(0).iter().filter(|packet| packet.2 == 0x22).count() == 20);
    assert!(net.heard(1).iter().filter(|packet| packet.2 == 0x21).count() == 20);
    net.peers[1].1.send(net.world.now, 126, 100, &[5, 10, 0, 160]);
    net.settle();
    net.world.command(Command::Close { leg: LegId(2) });
    net.settle();
    assert_eq!(net.world.engine.legs(), 1);
    net.send(0, 30, &[0x21; 160]);
    assert!(net.heard(1).is_empty());
}

#[test]
fn strangers_on_the_shared_port_change_nothing() {
    let mut net = Net::new();
    net.open(1);
    net.run(2000);
    net.heard(0);
    let thief: SocketAddr = "203.0.113.66:4000".parse().unwrap();
    let hello = [&[22, 0xFE, 0xFD][..], &[0; 60]].concat();
    let mut before = net.world.engine.strangers();
    for packet in
        [&hello[..], &[0x80; 172], &[0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], &[1]]
    {
        net.world.engine.receive(net.world.now, SocketId(0), thief, &mut packet.to_vec());
        net.world.settle();
        assert!(net.world.shared.is_empty(), "no answer to strangers");
        before += 1;
    }
    assert_eq!(net.world.engine.strangers(), before);
    net.world.play(1, 9, vec![numbered(1, 3)], false);
    net.run(200);
    assert_eq!(net.heard(0).iter().filter(|packet| packet.2 != 0xD5).count(), 3);
}

#[test]
fn a_browser_that_never_comes_fails_and_the_leg_waits_for_its_end() {
    let mut net = Net::new();
    net.open(1);
    net.peers.clear();
    net.run(60_000);
    assert_eq!(net.world.events_of(|event| matches!(event, Event::Failed { leg: LegId(1) })).len(), 1);
    assert_eq!(net.world.engine.legs(), 1);
    net.world.command(Command::Close { leg: LegId(1) });
    assert!(matches!(net.world.events.last(), Some((_, Event::Closed { .. }))));
}

#[test]
fn no_port_for_browsers_no_browsers() {
    let mut peer = Peer::new(types::Moment::START, theirs());
    let now = types::Moment::START;
    let config = Config { address: ours().ip(), browser: None, silence_max: ms(30_000), legs_max: 9 };
    let mut engine = Engine::new(now, config, [0; 32]);
    let offer = Bytes::from(peer.offer(now));
    engine.handle(now, Input::Command(Command::Offered { leg: LegId(1), offer }));
    assert!(matches!(engine.poll(), Some(Output::Event(Event::Rejected { code: 488, .. }))));
    engine.handle(now, Input::Command(Command::Offer { leg: LegId(1), kind: Kind::Browser }));
    assert!(matches!(engine.poll(), Some(Output::Event(Event::Rejected { code: 488, .. }))));
    assert_eq!(engine.legs(), 0);
}

/// A check that knows the leg's name, but not its password.
fn forged_check(ufrag: &str) -> Vec<u8> {
    let name = format!("{ufrag}:abcd");
    let mut body = vec![0, 6, 0, name.len() as u8];
    body.extend(name.as_bytes());
    body.resize(body.len().next_multiple_of(4), 0);
    body.extend([0, 8, 0, 20]);
    body.extend([0x5A; 20]);
    let mut packet = vec![0, 1, 0, body.len() as u8, 0x21, 0x12, 0xA4, 0x42];
    packet.extend([7; 12]);
    packet.extend(body);
    packet
}

#[test]
fn a_name_without_the_password_teaches_no_address() {
    let mut net = Net::new();
    net.open(1);
    net.run(2000);
    let sdp = String::from_utf8(net.sdp(1).to_vec()).unwrap();
    let ufrag = sdp.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:")).unwrap();
    let thief: SocketAddr = "203.0.113.66:4000".parse().unwrap();
    assert_eq!(media::browser::ufrag_of(&forged_check(ufrag)), Some(ufrag));
    for packet in [&forged_check(ufrag)[..], &[0x80; 172]] {
        net.world.engine.receive(net.world.now, SocketId(0), thief, &mut packet.to_vec());
        net.world.settle();
        assert!(net.world.shared.is_empty());
    }
    assert_eq!(net.world.engine.strangers(), 1, "the sound after the check is a stranger's");
}

#[test]
fn a_second_source_of_a_browser_reaches_nobody() {
    let mut net = Net::new();
    net.open(1);
    net.world.open(2, "8");
    net.run(2000);
    net.world.take(2);
    net.world.join(1, 2);
    net.world.command(Command::Record { recording: RecordingId::from_u128(1), left: LegId(1), prompts: false });
    for nth in 0..25u16 {
        net.send(0, nth, &[0x11; 160]);
        let now = net.world.now;
        net.peers[0].1.send_as(77, now, 8, 9000 + nth, &[0x66; 160]);
        net.settle();
        net.run(20);
    }
    assert!(
        net.world.take(2).iter().filter(|packet| packet.payload != [0xD5; 160]).all(|it| it.payload == [0x11; 160])
    );
    net.world.command(Command::StopRecord { recording: RecordingId::from_u128(1) });
    assert_eq!(recorded(&net.world.pieces).0, vec![0x11; 4000]);
    net.world.command(Command::Close { leg: LegId(1) });
    let stats = net.world.events.iter().find_map(|(_, event)| match event {
        Event::Closed { stats, .. } => Some(*stats),
        _ => None,
    });
    assert_eq!(stats.map(|stats| (stats.received, stats.lost)), Some((25, 0)));
}
