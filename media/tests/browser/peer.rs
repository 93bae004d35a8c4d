//! A full WebRTC peer: what a browser is to us. `benches/calls` talks with it over real sockets.

use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::interceptor_registry::configure_rtcp_reports;
use rtc::peer_connection::configuration::media_engine::MediaEngine;
use rtc::peer_connection::configuration::setting_engine::SettingEngineBuilder;
use rtc::peer_connection::message::{RTCMessage, TaggedRTCMessage};
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::peer_connection::transport::{CandidateConfig, CandidateHostConfig, RTCIceCandidate};
use rtc::peer_connection::{RTCPeerConnection, RTCPeerConnectionBuilder};
use rtc::rtp_transceiver::rtp_sender::{
    RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind,
};
use rtc::sansio::Protocol;
use std::net::SocketAddr;
use std::sync::LazyLock;
use std::time::Instant;
use types::Moment;

pub const SSRC: u32 = 0x1234_5678;

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

/// rtc compares `Instant`s with each other only.
#[expect(clippy::disallowed_methods, reason = "some instant must stand for the start")]
pub fn instant(at: Moment) -> Instant {
    static ORIGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    *ORIGIN + at.duration_since(Moment::START)
}

/// The way back.
#[allow(dead_code, reason = "a bench waits for it")]
pub fn moment(at: Instant) -> Moment {
    Moment::START + at.duration_since(instant(Moment::START))
}

impl Peer {
    /// `at`: where its packets come from.
    pub fn new(now: Moment, at: SocketAddr) -> Peer {
        let mut engine = MediaEngine::default();
        for (number, name) in [(0, "PCMU"), (8, "PCMA"), (126, "telephone-event")] {
            engine.register_codec(codec(number, name), RtpCodecKind::Audio).unwrap();
        }
        let mut pc = RTCPeerConnectionBuilder::new()
            .with_media_engine(engine)
            .with_setting_engine(SettingEngineBuilder::new().build())
            .with_interceptor_registry(configure_rtcp_reports(rtc::interceptor::Registry::new()))
            .build(instant(now))
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
        peer.gather(at);
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

    pub fn offer(&mut self, now: Moment) -> String {
        let offer = self.pc.create_offer(None).unwrap();
        self.pc.set_local_description(instant(now), offer.clone()).unwrap();
        offer.sdp
    }

    pub fn accept(&mut self, now: Moment, answer: &[u8]) {
        let answer = RTCSessionDescription::answer(String::from_utf8(answer.to_vec()).unwrap()).unwrap();
        self.pc.set_remote_description(instant(now), answer).unwrap();
    }

    pub fn answer(&mut self, now: Moment, offer: &[u8]) -> String {
        let offer = RTCSessionDescription::offer(String::from_utf8(offer.to_vec()).unwrap()).unwrap();
        self.pc.set_remote_description(instant(now), offer).unwrap();
        let answer = self.pc.create_answer(None).unwrap();
        self.pc.set_local_description(instant(now), answer.clone()).unwrap();
        answer.sdp
    }

    pub fn send(&mut self, now: Moment, payload_type: u8, sequence: u16, payload: &[u8]) {
        self.send_as(SSRC, now, payload_type, sequence, payload);
    }

    /// The same from another source of the browser's, with its keys.
    pub fn send_as(&mut self, ssrc: u32, now: Moment, payload_type: u8, sequence: u16, payload: &[u8]) {
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
        self.pc
            .handle_write(TaggedRTCMessage {
                now: instant(now),
                message: RTCMessage::RtpPacket("track".into(), packet),
            })
            .unwrap();
    }
}
