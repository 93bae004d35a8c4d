//! Browser legs against a full WebRTC peer (rtc's peer connections, with full ICE), over a network of vectors and a
//! clock of our own.

use bytes::BytesMut;
use media::Law;
use media::browser::{Browser, BrowserOut, limit, ufrag_of};
use media::sdp::Direction;
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::interceptor_registry::configure_rtcp_reports;
use rtc::peer_connection::configuration::media_engine::MediaEngine;
use rtc::peer_connection::configuration::setting_engine::SettingEngineBuilder;
use rtc::peer_connection::event::RTCPeerConnectionEvent;
use rtc::peer_connection::message::{RTCMessage, TaggedRTCMessage};
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::peer_connection::state::RTCPeerConnectionState;
use rtc::peer_connection::transport::{CandidateConfig, CandidateHostConfig, RTCIceCandidate};
use rtc::peer_connection::{RTCPeerConnection, RTCPeerConnectionBuilder};
use rtc::rtp_transceiver::rtp_sender::{
    RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind,
};
use rtc::sansio::Protocol;
use rtc::shared::{TaggedBytesMut, TransportContext, TransportProtocol};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

const PASSWORD: &str = "averysecretpasswordof32letters00";
const SSRC: u32 = 0x1234_5678;

fn ours() -> SocketAddr {
    "192.0.2.1:4000".parse().unwrap()
}

fn theirs() -> SocketAddr {
    "198.51.100.9:50000".parse().unwrap()
}

/// A browser: full ICE, one audio track, G.711 both ways and telephone-event.
struct Peer {
    pc: RTCPeerConnection,
    connected: bool,
    rtp: Vec<(u8, u16, u32, bool, Vec<u8>)>,
}

fn codec(payload_type: u8, name: &str) -> RTCRtpCodecParameters {
    RTCRtpCodecParameters {
        rtp_codec: RTCRtpCodec {
            mime_type: format!("audio/{name}"),
            clock_rate: 8000,
            channels: 0,
            sdp_fmtp_line: String::new(),
            rtcp_feedback: vec![],
        },
        payload_type,
    }
}

impl Peer {
    fn new(now: Instant) -> Peer {
        let mut engine = MediaEngine::default();
        for (number, name) in [(0, "PCMU"), (8, "PCMA"), (126, "telephone-event")] {
            engine.register_codec(codec(number, name), RtpCodecKind::Audio).unwrap();
        }
        let mut pc = RTCPeerConnectionBuilder::new()
            .with_media_engine(engine)
            .with_setting_engine(SettingEngineBuilder::new().build())
            .with_interceptor_registry(configure_rtcp_reports(rtc::interceptor::Registry::new()))
            .build(now)
            .unwrap();
        let track = MediaStreamTrack::new(
            "stream".into(),
            "track".into(),
            "microphone".into(),
            RtpCodecKind::Audio,
            vec![RTCRtpEncodingParameters {
                rtp_coding_parameters: RTCRtpCodingParameters { ssrc: Some(SSRC), ..Default::default() },
                codec: codec(8, "PCMA").rtp_codec,
                ..Default::default()
            }],
        );
        pc.add_track(track).unwrap();
        let mut peer = Peer { pc, connected: false, rtp: Vec::new() };
        peer.gather(theirs());
        peer
    }

    fn gather(&mut self, at: SocketAddr) {
        let host = CandidateHostConfig {
            base_config: CandidateConfig {
                network: "udp".into(),
                address: at.ip().to_string(),
                port: at.port(),
                component: 1,
                ..Default::default()
            },
            ..Default::default()
        };
        let candidate = RTCIceCandidate::from(&host.new_candidate_host().unwrap()).to_json().unwrap();
        self.pc.add_local_candidate(candidate).unwrap();
    }

    fn offer(&mut self, now: Instant) -> String {
        let offer = self.pc.create_offer(None).unwrap();
        self.pc.set_local_description(now, offer.clone()).unwrap();
        offer.sdp
    }

    fn accept(&mut self, now: Instant, answer: &[u8]) {
        let answer = RTCSessionDescription::answer(String::from_utf8(answer.to_vec()).unwrap()).unwrap();
        self.pc.set_remote_description(now, answer).unwrap();
    }

    fn answer(&mut self, now: Instant, offer: &[u8]) -> String {
        let offer = RTCSessionDescription::offer(String::from_utf8(offer.to_vec()).unwrap()).unwrap();
        self.pc.set_remote_description(now, offer).unwrap();
        let answer = self.pc.create_answer(None).unwrap();
        self.pc.set_local_description(now, answer.clone()).unwrap();
        answer.sdp
    }

    fn send(&mut self, now: Instant, payload_type: u8, sequence: u16, payload: &[u8]) {
        let packet = rtc::rtp::Packet {
            header: rtc::rtp::Header {
                version: 2,
                payload_type,
                sequence_number: sequence,
                timestamp: u32::from(sequence) * 160,
                ssrc: SSRC,
                ..Default::default()
            },
            payload: payload.to_vec().into(),
        };
        // Past the sender, which would not send events.
        self.pc.handle_write(TaggedRTCMessage { now, message: RTCMessage::RtpPacket("track".into(), packet) }).unwrap();
    }
}

/// Both ends and the wire between them.
struct World {
    now: Instant,
    peer: Peer,
    browser: Browser,
    /// The address the peer's packets come from: a NAT may change it.
    from: SocketAddr,
    connected: u32,
    failed: u32,
    rtp: Vec<(u8, u16, u32, bool, Vec<u8>)>,
    /// Every datagram the browser leg sent.
    sent: Vec<(SocketAddr, Vec<u8>)>,
    /// How many of our flights of the handshake are still to be lost.
    lose: usize,
}

impl World {
    fn answering() -> World {
        let now = Instant::now();
        let mut peer = Peer::new(now);
        let offer = peer.offer(now);
        let (browser, answer) =
            Browser::answering(now, offer.as_bytes(), ours(), "leg1".into(), PASSWORD.into()).unwrap();
        peer.accept(now, &answer);
        World::of(now, peer, browser)
    }

    fn offering() -> World {
        let now = Instant::now();
        let mut peer = Peer::new(now);
        let (mut browser, offer) = Browser::offering(now, ours(), "leg1".into(), PASSWORD.into()).unwrap();
        assert_eq!(browser.timeout(), None, "a ringing leg has no deadline");
        let answer = peer.answer(now, &offer);
        browser.accept(now, answer.as_bytes()).unwrap();
        World::of(now, peer, browser)
    }

    fn of(now: Instant, peer: Peer, browser: Browser) -> World {
        World {
            now,
            peer,
            browser,
            from: theirs(),
            connected: 0,
            failed: 0,
            rtp: vec![],
            sent: vec![],
            lose: 0,
        }
    }

    /// Is this datagram of ours the wire's prey? The flight with the certificate is the long one.
    fn lost(&mut self, bytes: &[u8]) -> bool {
        let lost = self.lose > 0 && bytes.first() == Some(&22) && bytes.len() > 400;
        self.lose -= usize::from(lost);
        lost
    }

    /// Carries what both want to send until nothing moves.
    fn settle(&mut self) {
        loop {
            let mut moved = false;
            while let Some(out) = self.peer.pc.poll_write() {
                moved = true;
                self.browser.receive(self.now, self.from, &out.message);
            }
            while let Some(out) = self.browser.poll() {
                moved = true;
                match out {
                    BrowserOut::Transmit { to, bytes } => {
                        self.sent.push((to, bytes.to_vec()));
                        if to != self.from || self.lost(&bytes) {
                            continue;
                        }
                        let transport = TransportContext {
                            local_addr: theirs(),
                            peer_addr: ours(),
                            transport_protocol: TransportProtocol::UDP,
                            ecn: None,
                        };
                        let message = TaggedBytesMut { now: self.now, transport, message: BytesMut::from(&bytes[..]) };
                        let _ = self.peer.pc.handle_read(message);
                    }
                    BrowserOut::Rtp { payload_type, sequence, timestamp, marker, payload } => {
                        self.rtp.push((payload_type, sequence, timestamp, marker, payload.to_vec()));
                    }
                    BrowserOut::Connected => self.connected += 1,
                    BrowserOut::Failed => self.failed += 1,
                }
            }
            while let Some(event) = self.peer.pc.poll_event() {
                if let RTCPeerConnectionEvent::OnConnectionStateChangeEvent(state) = event {
                    self.peer.connected = state == RTCPeerConnectionState::Connected;
                }
            }
            while let Some(message) = self.peer.pc.poll_read() {
                if let RTCMessage::RtpPacket(_, packet) = message.message {
                    let header = packet.header;
                    self.peer.rtp.push((
                        header.payload_type,
                        header.sequence_number,
                        header.timestamp,
                        header.marker,
                        packet.payload.to_vec(),
                    ));
                }
            }
            if !moved {
                return;
            }
        }
    }

    fn run(&mut self, duration: Duration) {
        let end = self.now + duration;
        while self.now < end {
            self.settle();
            self.now += Duration::from_millis(20);
            let _ = self.peer.pc.handle_timeout(self.now);
            if self.browser.timeout().is_some_and(|due| due <= self.now) {
                self.browser.tick(self.now);
            }
        }
        self.settle();
    }

    fn connect(mut self) -> World {
        self.run(Duration::from_secs(3));
        assert!(self.peer.connected, "the peer is connected");
        assert_eq!((self.connected, self.failed), (1, 0));
        self
    }

    fn talk(&mut self, first: u16) {
        self.rtp.clear();
        self.peer.rtp.clear();
        for n in 0..50 {
            let sequence = first + n;
            self.peer.send(self.now, 8, sequence, &[0xd5; 160]);
            self.browser.send_rtp(self.now, 8, sequence, u32::from(sequence) * 160, n == 0, &[0x55; 160]);
            self.run(Duration::from_millis(20));
        }
    }

    fn assert_heard(&self, first: u16) {
        let sent = |marked: bool, octet| {
            (0..50)
                .map(|n| (8, first + n, u32::from(first + n) * 160, marked && n == 0, vec![octet; 160]))
                .collect::<Vec<_>>()
        };
        assert_eq!(self.rtp, sent(false, 0xd5), "heard by us");
        assert_eq!(self.peer.rtp, sent(true, 0x55), "heard by the browser");
    }
}

#[test]
fn answers_a_browser_and_talks() {
    let mut world = World::answering().connect();
    world.talk(100);
    world.assert_heard(100);
    let agreed = world.browser.agreed();
    assert_eq!((agreed.codec, agreed.payload_type, agreed.telephone_event), (Law::A, 8, None));
    assert_eq!(agreed.remote, theirs());
    assert!(world.browser.knows(world.now, theirs()));
}

#[test]
fn calls_a_browser_and_hears_it() {
    let mut world = World::offering().connect();
    world.talk(7);
    world.assert_heard(7);
}

#[test]
fn keys_arrive() {
    let mut world = World::answering().connect();
    world.peer.send(world.now, 8, 1, &[0; 160]);
    world.peer.send(world.now, 126, 2, &[5, 10, 0, 160]);
    world.settle();
    assert_eq!(world.rtp.last(), Some(&(126, 2, 320, false, vec![5, 10, 0, 160])));
}

/// The browser repeats its hello while we repeat our flight: neither may wait for the other.
#[test]
fn lost_flights_are_repeated() {
    for (lose, mut world) in [(1, World::answering()), (4, World::answering()), (1, World::offering())] {
        world.lose = lose;
        world.run(Duration::from_secs(10));
        assert_eq!((world.connected, world.failed, world.lose), (1, 0, 0), "{lose} lost");
    }
}

#[test]
fn reports_reach_the_browser() {
    let mut world = World::answering().connect();
    for n in 0..8 {
        world.talk(100 + n * 50);
    }
    let rtcp = world.sent.iter().filter(|(_, bytes)| bytes.len() > 1 && (192..=223).contains(&bytes[1])).count();
    assert!(rtcp >= 2, "{rtcp} reports in 8 s");
}

#[test]
fn holds_and_resumes() {
    let mut world = World::answering().connect();
    let ufrag = world.browser.ufrag().to_owned();
    let offer = world.peer.pc.local_description().unwrap().sdp;
    for (line, direction) in [
        ("a=sendonly", Direction::RecvOnly),
        ("a=inactive", Direction::Inactive),
        ("a=recvonly", Direction::SendOnly),
        ("a=sendrecv", Direction::SendRecv),
    ] {
        let answer = world.browser.reoffered(world.now, offer.replace("a=sendrecv", line).as_bytes()).unwrap();
        let answer = String::from_utf8(answer.to_vec()).unwrap();
        assert!(answer.contains(&format!("a={}\r\n", direction.name())), "{line}: {answer}");
        assert!(answer.contains("a=setup:passive\r\n"), "{line}");
        assert_eq!(world.browser.agreed().direction, direction);
    }
    assert_eq!(world.browser.ufrag(), ufrag, "no restart was asked for");
    world.talk(300);
    world.assert_heard(300);
}

#[test]
fn versions_grow_and_ids_stay() {
    let mut world = World::answering().connect();
    let offer = world.peer.pc.local_description().unwrap().sdp;
    let origin = |sdp: &[u8]| {
        let text = String::from_utf8(sdp.to_vec()).unwrap();
        let words: Vec<String> = text.lines().nth(1).unwrap().split(' ').map(str::to_owned).collect();
        (words[1].clone(), words[2].clone())
    };
    let first = origin(&world.browser.reoffered(world.now, offer.as_bytes()).unwrap());
    let second = origin(&world.browser.reoffer(world.now).unwrap());
    assert_eq!(first.0, second.0);
    assert_eq!((first.1.as_str(), second.1.as_str()), ("2", "3"));
}

#[test]
fn our_later_offer_is_answered() {
    let mut world = World::answering().connect();
    let offer = world.browser.reoffer(world.now).unwrap();
    let answer = world.peer.answer(world.now, &offer);
    world.browser.accept(world.now, answer.as_bytes()).unwrap();
    world.talk(400);
    world.assert_heard(400);
}

#[test]
fn follows_an_ice_restart() {
    let mut world = World::answering().connect();
    let before = world.browser.ufrag().to_owned();
    world.peer.pc.restart_ice();
    let offer = world.peer.offer(world.now);
    world.peer.gather(theirs());
    let answer = world.browser.reoffered(world.now, offer.as_bytes()).unwrap();
    assert_ne!(world.browser.ufrag(), before, "RFC 8839: a restart takes new credentials");
    assert!(!String::from_utf8(answer.to_vec()).unwrap().contains(PASSWORD));
    world.peer.accept(world.now, &answer);
    world.run(Duration::from_secs(3));
    world.talk(500);
    world.assert_heard(500);
    assert_eq!((world.connected, world.failed), (1, 0), "the keys stay");
}

#[test]
fn follows_the_browser_through_a_nat() {
    let mut world = World::answering().connect();
    world.from = "203.0.113.77:1024".parse().unwrap();
    // Sound from an address without a check is not believed.
    world.peer.send(world.now, 8, 1, &[0; 160]);
    world.settle();
    assert_eq!(world.rtp, []);
    world.run(Duration::from_secs(5));
    world.peer.send(world.now, 8, 2, &[0; 160]);
    world.settle();
    assert_eq!(world.rtp.len(), 1, "after its next check it is");
}

#[test]
fn strangers_are_not_answered() {
    let mut world = World::answering().connect();
    let stranger: SocketAddr = "203.0.113.66:666".parse().unwrap();
    let known = world.sent.len();
    // A ClientHello, garbage SRTP and RTCP, a check without the password.
    let hello = [&[22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4][..], &[1, 0, 0, 0]].concat();
    for packet in [hello, vec![0x80; 172], [vec![0x80, 200], vec![7; 60]].concat(), vec![0; 20], vec![]] {
        world.browser.receive(world.now, stranger, &packet);
        world.browser.receive(world.now, theirs(), &packet);
    }
    world.settle();
    assert!(world.sent[known..].iter().all(|(to, _)| *to != stranger));
    world.talk(600);
    world.assert_heard(600);
    assert_eq!((world.connected, world.failed), (1, 0));
}

/// A plain close_notify or fatal alert, forged with the browser's address.
#[test]
fn forged_alerts_do_not_end_the_call() {
    let mut world = World::answering().connect();
    for description in [0, 40, 80] {
        let alert = [21, 254, 253, 0, 0, 0, 0, 0, 0, 0, 99, 0, 2, 2, description];
        world.browser.receive(world.now, theirs(), &alert);
        let hidden = [&[23, 254, 253, 0, 1, 0, 0, 0, 0, 0, 98, 0, 1, 0][..], &alert].concat();
        world.browser.receive(world.now, theirs(), &hidden);
    }
    world.talk(700);
    world.assert_heard(700);
    assert_eq!(world.failed, 0);
}

#[test]
fn checks_with_a_wrong_password_are_not_answered() {
    let now = Instant::now();
    let mut peer = Peer::new(now);
    let offer = peer.offer(now);
    let (browser, answer) = Browser::answering(now, offer.as_bytes(), ours(), "leg1".into(), PASSWORD.into()).unwrap();
    let forged = String::from_utf8(answer.to_vec()).unwrap().replace(PASSWORD, &PASSWORD.replace('a', "b"));
    peer.accept(now, forged.as_bytes());
    let mut world = World::of(now, peer, browser);
    world.run(Duration::from_secs(5));
    assert_eq!(world.sent, []);
    world.run(limit::SETUP);
    assert_eq!((world.connected, world.failed), (0, 1), "no keys in time");
    assert_eq!(world.browser.timeout(), None);
}

#[test]
fn another_certificate_gets_no_keys() {
    let now = Instant::now();
    let mut peer = Peer::new(now);
    let offer = peer.offer(now);
    let at = offer.find("a=fingerprint:sha-256 ").unwrap() + 22;
    let other = format!("{}{}{}", &offer[..at], if &offer[at..at + 2] == "00" { "01" } else { "00" }, &offer[at + 2..]);
    let (browser, answer) = Browser::answering(now, other.as_bytes(), ours(), "leg1".into(), PASSWORD.into()).unwrap();
    peer.accept(now, &answer);
    let mut world = World::of(now, peer, browser);
    world.run(Duration::from_secs(5));
    assert_eq!(world.connected, 0);
}

#[test]
fn a_silent_browser_fails() {
    let mut world = World::answering().connect();
    for _ in 0..((limit::CONSENT.as_secs() + 3) * 50) {
        world.now += Duration::from_millis(20);
        if world.browser.timeout().is_some_and(|due| due <= world.now) {
            world.browser.tick(world.now);
        }
        while let Some(out) = world.browser.poll() {
            world.failed += u32::from(out == BrowserOut::Failed);
        }
    }
    assert_eq!(world.failed, 1);
}

#[test]
fn a_goodbye_fails_at_once() {
    let mut world = World::answering().connect();
    world.peer.pc.close().unwrap();
    world.settle();
    assert_eq!(world.failed, 1);
    let mut world = World::answering().connect();
    world.browser.close(world.now);
    let known = world.sent.len();
    world.settle();
    assert!(world.sent.len() > known, "and so do we say goodbye");
}

#[test]
fn the_first_check_names_its_leg() {
    let mut world = World::answering();
    world.peer.pc.handle_timeout(world.now + Duration::from_millis(500)).unwrap();
    let first = std::iter::from_fn(|| world.peer.pc.poll_write()).next().expect("a check");
    assert_eq!(ufrag_of(&first.message), Some("leg1"));
    assert_eq!(ufrag_of(&[0x80; 40]), None);
    assert_eq!(ufrag_of(&[]), None);
}

mod descriptions {
    use super::*;

    /// As Chromium writes it, shortened.
    const CHROMIUM: &str = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n\
        a=extmap-allow-mixed\r\na=msid-semantic: WMS stream\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n\
        a=candidate:1 1 udp 2113937151 8a7e4d8c-5b4d-4b8b-8d6e-0f5a0c6b7a11.local 51000 typ host generation 0\r\n\
        a=ice-ufrag:Abcd\r\na=ice-pwd:0123456789abcdefghijklmn\r\na=ice-options:trickle\r\n\
        a=fingerprint:sha-256 AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99\r\n\
        a=setup:actpass\r\na=mid:0\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=sendrecv\r\n\
        a=msid:stream track\r\na=rtcp-mux\r\na=rtcp-rsize\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10\r\n\
        a=rtpmap:63 red/48000/2\r\na=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n\
        a=rtpmap:13 CN/8000\r\na=rtpmap:110 telephone-event/48000\r\na=rtpmap:126 telephone-event/8000\r\n\
        a=ssrc:1234 cname:abc\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\n";

    fn ask(offer: &str) -> Result<(String, Browser), u16> {
        let (browser, answer) =
            Browser::answering(Instant::now(), offer.as_bytes(), ours(), "leg1".into(), PASSWORD.into())
                .map_err(|why| why.code)?;
        Ok((String::from_utf8(answer.to_vec()).unwrap(), browser))
    }

    /// Numbers and secrets drawn inside differ from run to run.
    fn masked(text: &str) -> String {
        let mask = |line: &str| match line.split_once([':', '=']) {
            Some(("o", _)) => "o=*".into(),
            Some(("a", rest)) => match rest.split_once(':') {
                Some((key @ ("fingerprint" | "msid" | "ssrc"), _)) => format!("a={key}:*"),
                _ => line.to_owned(),
            },
            _ => line.to_owned(),
        };
        text.lines().map(|line| mask(line) + "\n").collect()
    }

    #[test]
    fn an_answer_to_chromium() {
        let (answer, browser) = ask(CHROMIUM).unwrap();
        expect_test::expect![[r#"
            v=0
            o=*
            s=-
            c=IN IP4 192.0.2.1
            t=0 0
            a=ice-lite
            a=group:BUNDLE 0
            m=audio 4000 UDP/TLS/RTP/SAVPF 8 126
            a=rtpmap:8 PCMA/8000
            a=rtpmap:126 telephone-event/8000
            a=fmtp:126 0-15
            a=ptime:20
            a=sendrecv
            a=rtcp-mux
            a=mid:0
            a=ice-ufrag:leg1
            a=ice-pwd:averysecretpasswordof32letters00
            a=candidate:1 1 udp 2130706431 192.0.2.1 4000 typ host
            a=end-of-candidates
            a=fingerprint:*
            a=setup:passive
            a=msid:*
            a=ssrc:*
            m=video 0 UDP/TLS/RTP/SAVPF 96
            a=mid:1
        "#]]
        .assert_eq(&masked(&answer));
        assert_eq!(browser.agreed().direction, Direction::SendRecv, "c=0.0.0.0 of a browser is no hold");
    }

    #[test]
    fn a_later_offer_keeps_places_and_numbers() {
        let (answer, mut browser) = ask(CHROMIUM).unwrap();
        let again = browser.reoffer(Instant::now()).unwrap();
        let again = String::from_utf8(again.to_vec()).unwrap();
        let lines = |text: &str| text.lines().skip(2).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(lines(&again), lines(&answer.replace("passive", "actpass")));
        assert!(again.lines().nth(1).is_some_and(|line| line.contains(" 2 IN ")));
    }

    #[test]
    fn an_offer() {
        let (_, offer) = Browser::offering(Instant::now(), ours(), "leg1".into(), PASSWORD.into()).unwrap();
        expect_test::expect![[r#"
            v=0
            o=*
            s=-
            c=IN IP4 192.0.2.1
            t=0 0
            a=ice-lite
            a=group:BUNDLE 0
            m=audio 4000 UDP/TLS/RTP/SAVPF 8 0 101
            a=rtpmap:8 PCMA/8000
            a=rtpmap:0 PCMU/8000
            a=rtpmap:101 telephone-event/8000
            a=fmtp:101 0-15
            a=ptime:20
            a=sendrecv
            a=rtcp-mux
            a=mid:0
            a=ice-ufrag:leg1
            a=ice-pwd:averysecretpasswordof32letters00
            a=candidate:1 1 udp 2130706431 192.0.2.1 4000 typ host
            a=end-of-candidates
            a=fingerprint:*
            a=setup:actpass
            a=msid:*
            a=ssrc:*
        "#]]
        .assert_eq(&masked(std::str::from_utf8(&offer).unwrap()));
    }

    #[test]
    fn impossible_offers_are_refused() {
        for (name, offer, code) in [
            ("garbage", "x".to_owned(), 400),
            ("no G.711", CHROMIUM.replace(" 9 0 8 13", " 9 13"), 488),
            ("no ICE", CHROMIUM.replace("a=ice-pwd", "a=x"), 488),
            ("a guessable password", CHROMIUM.replace("0123456789abcdefghijklmn", "short"), 488),
            ("no fingerprint", CHROMIUM.replace("a=fingerprint", "a=x"), 488),
            ("a weak fingerprint", CHROMIUM.replace("sha-256", "sha-1"), 488),
            ("no rtcp-mux", CHROMIUM.replace("a=rtcp-mux\r\n", ""), 488),
            ("a phone", CHROMIUM.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"), 488),
            ("audio off", CHROMIUM.replace("m=audio 9", "m=audio 0"), 488),
            ("held connection", CHROMIUM.replace("a=setup:actpass", "a=setup:holdconn"), 488),
            ("video only", CHROMIUM.replace("m=audio", "m=video"), 488),
        ] {
            assert_eq!(ask(&offer).map(|(answer, _)| answer), Err(code), "{name}");
        }
    }

    #[test]
    fn session_level_credentials_are_inherited() {
        let lines = ["a=ice-ufrag:Abcd\r\n", "a=ice-pwd:0123456789abcdefghijklmn\r\n", "a=setup:actpass\r\n"];
        let mut offer = CHROMIUM.to_owned();
        for line in lines {
            offer = offer.replace(line, "").replace("a=extmap-allow-mixed\r\n", &format!("{line}a=extmap-allow-mixed\r\n"));
        }
        assert!(ask(&offer).is_ok());
    }

    #[test]
    fn another_certificate_in_a_later_offer_is_refused() {
        let (_, mut browser) = ask(CHROMIUM).unwrap();
        let before = browser.agreed();
        let other = CHROMIUM.replace("AA:BB:CC", "00:BB:CC").replace("a=sendrecv", "a=inactive");
        assert_eq!(browser.reoffered(Instant::now(), other.as_bytes()).map_err(|why| why.code), Err(488));
        assert_eq!(browser.agreed(), before);
    }

    #[test]
    fn a_passive_browser_makes_us_the_client() {
        let (answer, _) = ask(&CHROMIUM.replace("actpass", "passive")).unwrap();
        assert!(answer.contains("a=setup:active\r\n"));
    }

    proptest::proptest! {
        #[test]
        fn mutations_never_panic(edits in proptest::collection::vec((0..CHROMIUM.len(), proptest::num::u8::ANY), 0..8)) {
            let mut offer = CHROMIUM.as_bytes().to_vec();
            for (at, octet) in edits { offer[at] = octet; }
            let now = Instant::now();
            if let Ok((mut browser, _)) = Browser::answering(now, &offer, ours(), "leg1".into(), PASSWORD.into()) {
                let _ = browser.reoffered(now, &offer);
                let _ = browser.accept(now, &offer);
            }
        }

        #[test]
        fn packets_never_panic(packet in proptest::collection::vec(proptest::num::u8::ANY, 0..200), first in 0u8..4) {
            let (_, mut browser) = ask(CHROMIUM).unwrap();
            browser.receive(Instant::now(), theirs(), &packet);
            let mut stun = vec![0, first, 0, packet.len() as u8, 0x21, 0x12, 0xa4, 0x42];
            stun.extend([0; 12]);
            stun.extend(&packet);
            browser.receive(Instant::now(), theirs(), &stun);
            let _ = ufrag_of(&stun);
            while browser.poll().is_some() {}
        }
    }
}
