//! A full WebRTC peer, a browser leg, and the wire between them.

use bytes::BytesMut;
use media::browser::{Browser, BrowserOut};
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

pub const PASSWORD: &str = "averysecretpasswordof32letters00";
pub const SSRC: u32 = 0x1234_5678;

pub fn ours() -> SocketAddr {
    "192.0.2.1:4000".parse().unwrap()
}

pub fn theirs() -> SocketAddr {
    "198.51.100.9:50000".parse().unwrap()
}

/// A browser: full ICE, one audio track, G.711 both ways and telephone-event.
pub struct Peer {
    pub pc: RTCPeerConnection,
    pub connected: bool,
    pub rtp: Vec<(u8, u16, u32, bool, Vec<u8>)>,
}

pub fn codec(payload_type: u8, name: &str) -> RTCRtpCodecParameters {
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
    pub fn new(now: Instant) -> Peer {
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

    pub fn gather(&mut self, at: SocketAddr) {
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

    pub fn offer(&mut self, now: Instant) -> String {
        let offer = self.pc.create_offer(None).unwrap();
        self.pc.set_local_description(now, offer.clone()).unwrap();
        offer.sdp
    }

    pub fn accept(&mut self, now: Instant, answer: &[u8]) {
        let answer = RTCSessionDescription::answer(String::from_utf8(answer.to_vec()).unwrap()).unwrap();
        self.pc.set_remote_description(now, answer).unwrap();
    }

    pub fn answer(&mut self, now: Instant, offer: &[u8]) -> String {
        let offer = RTCSessionDescription::offer(String::from_utf8(offer.to_vec()).unwrap()).unwrap();
        self.pc.set_remote_description(now, offer).unwrap();
        let answer = self.pc.create_answer(None).unwrap();
        self.pc.set_local_description(now, answer.clone()).unwrap();
        answer.sdp
    }

    pub fn send(&mut self, now: Instant, payload_type: u8, sequence: u16, payload: &[u8]) {
        self.send_as(SSRC, now, payload_type, sequence, payload);
    }

    /// The same from another source of the browser's, with its keys.
    pub fn send_as(&mut self, ssrc: u32, now: Instant, payload_type: u8, sequence: u16, payload: &[u8]) {
        let packet = rtc::rtp::Packet {
            header: rtc::rtp::Header {
                version: 2,
                payload_type,
                sequence_number: sequence,
                timestamp: u32::from(sequence) * 160,
                ssrc,
                ..Default::default()
            },
            payload: payload.to_vec().into(),
        };
        // Past the sender, which would not send events.
        self.pc.handle_write(TaggedRTCMessage { now, message: RTCMessage::RtpPacket("track".into(), packet) }).unwrap();
    }
}

/// Both ends and the wire between them.
pub struct World {
    pub now: Instant,
    pub peer: Peer,
    pub browser: Browser,
    /// The address the peer's packets come from: a NAT may change it.
    pub from: SocketAddr,
    pub connected: u32,
    pub failed: u32,
    pub rtp: Vec<(u8, u16, u32, bool, Vec<u8>)>,
    /// Every datagram the browser leg sent.
    pub sent: Vec<(SocketAddr, Vec<u8>)>,
    /// How many of our flights of the handshake are still to be lost.
    pub lose: usize,
}

impl World {
    pub fn answering() -> World {
        let now = Instant::now();
        let mut peer = Peer::new(now);
        let offer = peer.offer(now);
        let (browser, answer) =
            Browser::answering(now, offer.as_bytes(), ours(), "leg1".into(), PASSWORD.into()).unwrap();
        peer.accept(now, &answer);
        World::of(now, peer, browser)
    }

    pub fn offering() -> World {
        let now = Instant::now();
        let mut peer = Peer::new(now);
        let (mut browser, offer) = Browser::offering(now, ours(), "leg1".into(), PASSWORD.into()).unwrap();
        assert_eq!(browser.timeout(), None, "a ringing leg has no deadline");
        let answer = peer.answer(now, &offer);
        browser.accept(now, answer.as_bytes()).unwrap();
        World::of(now, peer, browser)
    }

    pub fn of(now: Instant, peer: Peer, browser: Browser) -> World {
        World { now, peer, browser, from: theirs(), connected: 0, failed: 0, rtp: vec![], sent: vec![], lose: 0 }
    }

    /// Is this datagram of ours the wire's prey? The flight with the certificate is the long one.
    pub fn lost(&mut self, bytes: &[u8]) -> bool {
        let lost = self.lose > 0 && bytes.first() == Some(&22) && bytes.len() > 400;
        self.lose -= usize::from(lost);
        lost
    }

    /// Carries what both want to send until nothing moves.
    pub fn settle(&mut self) {
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
                    BrowserOut::Rtp { payload_type, sequence, timestamp, marker, payload, .. } => {
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

    pub fn run(&mut self, duration: Duration) {
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

    pub fn connect(mut self) -> World {
        self.run(Duration::from_secs(3));
        assert!(self.peer.connected, "the peer is connected");
        assert_eq!((self.connected, self.failed), (1, 0));
        self
    }

    pub fn talk(&mut self, first: u16) {
        self.rtp.clear();
        self.peer.rtp.clear();
        for n in 0..50 {
            let sequence = first + n;
            self.peer.send(self.now, 8, sequence, &[0xd5; 160]);
            self.browser.send_rtp(self.now, 8, sequence, u32::from(sequence) * 160, n == 0, &[0x55; 160]);
            self.run(Duration::from_millis(20));
        }
    }

    pub fn assert_heard(&self, first: u16) {
        let sent = |marked: bool, octet| {
            (0..50)
                .map(|n| (8, first + n, u32::from(first + n) * 160, marked && n == 0, vec![octet; 160]))
                .collect::<Vec<_>>()
        };
        assert_eq!(self.rtp, sent(false, 0xd5), "heard by us");
        assert_eq!(self.peer.rtp, sent(true, 0x55), "heard by the browser");
    }
}
