//! A full WebRTC peer, a browser leg, and the wire between them.

pub use crate::peer::*;
use bytes::BytesMut;
use media::browser::{Browser, BrowserOut};
use rtc::peer_connection::event::RTCPeerConnectionEvent;
use rtc::peer_connection::message::RTCMessage;
use rtc::peer_connection::state::RTCPeerConnectionState;
use rtc::sansio::Protocol;
use rtc::shared::{TaggedBytesMut, TransportContext, TransportProtocol};
use std::net::SocketAddr;
use std::time::Duration;
use types::Moment;

pub const PASSWORD: &str = "averysecretpasswordof32letters00";

pub fn ours() -> SocketAddr {
    "192.0.2.1:4000".parse().unwrap()
}

pub fn theirs() -> SocketAddr {
    "198.51.100.9:50000".parse().unwrap()
}

/// Both ends and the wire between them.
pub struct World {
    pub now: Moment,
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
    /// Somebody sends the peer's checks as if they came from here too.
    pub victim: Option<SocketAddr>,
    /// The peer's answers to our checks are lost.
    pub mute: bool,
}

impl World {
    pub fn answering() -> World {
        let now = Moment::START;
        let mut peer = Peer::new(now, theirs());
        let offer = peer.offer(now);
        let (browser, answer) =
            Browser::answering(now, offer.as_bytes(), ours(), "leg1".into(), PASSWORD.into()).unwrap();
        peer.accept(now, &answer);
        World::of(now, peer, browser)
    }

    pub fn offering() -> World {
        let now = Moment::START;
        let mut peer = Peer::new(now, theirs());
        let (mut browser, offer) = Browser::offering(now, ours(), "leg1".into(), PASSWORD.into()).unwrap();
        assert_eq!(browser.timeout(), None, "a ringing leg has no deadline");
        let answer = peer.answer(now, &offer);
        browser.accept(now, answer.as_bytes()).unwrap();
        World::of(now, peer, browser)
    }

    pub fn of(now: Moment, peer: Peer, browser: Browser) -> World {
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
            victim: None,
            mute: false,
        }
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
                if self.mute && out.message.starts_with(&[1, 1]) {
                    continue;
                }
                self.browser.receive(self.now, self.from, &out.message);
                if let (Some(victim), true) = (self.victim, out.message.starts_with(&[0, 1])) {
                    self.browser.receive(self.now, victim, &out.message);
                }
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
                        let message =
                            TaggedBytesMut { now: instant(self.now), transport, message: BytesMut::from(&bytes[..]) };
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
            let _ = self.peer.pc.handle_timeout(instant(self.now));
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
