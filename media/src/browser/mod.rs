//! The leg of a browser: ICE-lite, DTLS and SRTP over the one UDP port all browsers share.
//!
//! DTLS, SRTP and their cryptography are those of `rtc`, webrtc's core without sockets. Its layer of peer
//! connections is left out: its ICE never follows a browser to another address, accepts DTLS from anybody once a
//! pair is chosen (CVE-2023-49786's class), and costs twice the memory. An ICE-lite agent is two messages.
//!
//! Randomness: credentials come from the caller, but session id, SSRC and the secrets of DTLS are drawn inside, from
//! the operating system. A seeded simulation therefore uses RTP legs only (`tests/sim/src/browser.rs` makes browsers of them).

mod dtls;
mod ice;
mod identity;
pub mod limit;
mod negotiate;
mod report;
mod srtp;
mod stun;
mod voice;

pub use stun::ufrag_of;

use crate::Law;
use crate::sdp::{Agreed, Description, Direction, Rejection, offer_again};
use bytes::Bytes;
use dtls::{Dtls, Outcome};
use ice::Lite;
use identity::Identity;
use negotiate::{Ours, Peer};
use report::Report;
use rtp_rs::{RtpPacketBuilder, RtpReader, Seq};
use srtp::Srtp;
use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use types::Moment;
use voice::Voice;

/// What a browser's leg gives out; see [`Browser::poll`].
#[derive(Clone, Debug, PartialEq)]
pub enum BrowserOut {
    /// A datagram for the shared port.
    Transmit { to: SocketAddr, bytes: Bytes },
    /// A packet of the browser's voice, authentic and in the clear; never of two sources at a time.
    Rtp { ssrc: u32, payload_type: u8, sequence: u16, timestamp: u32, marker: bool, payload: Bytes },
    /// Keys are agreed: sound may flow. Given once.
    Connected,
    /// No path, no keys, or the browser hung up. Given once, and nothing follows.
    Failed,
}

/// One browser.
pub struct Browser {
    identity: &'static Identity,
    local: SocketAddr,
    session_id: u64,
    version: u64,
    ssrc: u32,
    cname: String,
    ice: Lite,
    /// From the moment both descriptions are known.
    dtls: Option<Dtls>,
    srtp: Option<Box<Srtp>>,
    report: Report,
    agreed: Agreed,
    /// Our newest description.
    last: Bytes,
    /// The browser's SSRCs, as its newest description says.
    sources: Vec<u32>,
    voice: Voice,
    /// When both descriptions were known.
    began: Option<Moment>,
    over: bool,
    out: VecDeque<BrowserOut>,
}

impl Browser {
    /// The browser offers: gives the leg and our answer. `local` is the shared port as browsers reach it; `ufrag`
    /// (4 characters or more, letters and digits) names the leg on that port, `pwd` is a secret of 22 or more.
    ///
    /// # Errors
    /// 400 for malformed SDP, 488 when we cannot speak with it, 500 without randomness.
    pub fn answering(
        now: Moment,
        offer: &[u8],
        local: SocketAddr,
        ufrag: String,
        pwd: String,
    ) -> Result<(Browser, Bytes), Rejection> {
        let description = Description::parse(offer)?;
        let peer = negotiate::read_offer(&description, None)?;
        let mut browser = Browser::new(now, local, ufrag, pwd, &peer.sources)?;
        let answer = negotiate::answer(&description, &peer, &browser.ours());
        browser.last = answer.clone();
        browser.meet(now, peer)?;
        Ok((browser, answer))
    }

    /// We offer: gives the leg and our offer. Nothing is sent or timed until [`Browser::accept`].
    ///
    /// # Errors
    /// 500 without randomness.
    pub fn offering(now: Moment, local: SocketAddr, ufrag: String, pwd: String) -> Result<(Browser, Bytes), Rejection> {
        let mut browser = Browser::new(now, local, ufrag, pwd, &[])?;
        let offer = negotiate::offer(&browser.ours());
        browser.last = offer.clone();
        Ok((browser, offer))
    }

    /// The answer to our first or a later offer.
    ///
    /// # Errors
    /// 400, 488: the leg goes on as it was.
    pub fn accept(&mut self, now: Moment, answer: &[u8]) -> Result<(), Rejection> {
        let description = Description::parse(answer)?;
        let peer = negotiate::read_answer(&description)?;
        self.meet(now, peer)
    }

    /// The browser offers anew: hold, resume, or an ICE restart. Gives our answer.
    ///
    /// # Errors
    /// 400, 488: the leg goes on as it was.
    pub fn reoffered(&mut self, now: Moment, offer: &[u8]) -> Result<Bytes, Rejection> {
        let description = Description::parse(offer)?;
        let mut peer = negotiate::read_offer(&description, Some(&self.agreed))?;
        if let Some(dtls) = &self.dtls {
            // RFC 8842 5.5: the association goes on, so do the roles.
            peer.role = dtls.role;
        }
        self.check(&peer)?;
        if self.ice.is_restart(&peer.credentials) {
            self.ice.restart(peer.credentials.clone(), self.identity)?;
        }
        self.version += 1;
        let answer = negotiate::answer(&description, &peer, &self.ours());
        self.last = answer.clone();
        self.meet(now, peer)?;
        Ok(answer)
    }

    /// Our offer for the running leg; the answer goes to [`Browser::accept`].
    ///
    /// # Errors
    /// None at present.
    pub fn reoffer(&mut self, _now: Moment) -> Result<Bytes, Rejection> {
        self.version += 1;
        self.last = offer_again(&self.last, self.version);
        Ok(self.last.clone())
    }

    /// A datagram from the shared port. Whatever is in it, it cannot end the call unless it is authentic.
    pub fn receive(&mut self, now: Moment, from: SocketAddr, packet: &[u8]) {
        if self.over {
            return;
        }
        // RFC 7983 7
        match packet.first() {
            Some(0..=3) => self.receive_stun(now, from, packet),
            // RFC 8445 12: nothing but checks is accepted from an address without a passed check.
            Some(20..=63) if self.ice.knows(now, from) => self.receive_dtls(now, packet),
            Some(128..=191) if self.ice.knows(now, from) => self.receive_srtp(now, packet),
            _ => {}
        }
    }

    /// To be called when [`Browser::timeout`] is due; harmless at other times.
    pub fn tick(&mut self, now: Moment) {
        if self.over {
            return;
        }
        if self.deadline().is_some_and(|deadline| now >= deadline) {
            self.end(now);
            return;
        }
        if let Some(dtls) = &mut self.dtls {
            dtls.tick(now);
        }
        self.flush_dtls(now);
        if now >= self.report.due
            && let (Some(srtp), Some(to)) = (&mut self.srtp, self.ice.path(now))
            && let Some(bytes) = self.report.write(now).and_then(|clear| srtp.seal_rtcp(&clear))
        {
            self.out.push_back(BrowserOut::Transmit { to, bytes });
        }
    }

    /// When to call [`Browser::tick`] next.
    pub fn timeout(&self) -> Option<Moment> {
        if self.over {
            return None;
        }
        let handshake = self.dtls.as_ref().and_then(Dtls::timeout);
        let report = self.srtp.as_ref().map(|_| self.report.due);
        [self.deadline(), handshake, report].into_iter().flatten().min()
    }

    /// What happened, in order; to be called until None after every other call.
    pub fn poll(&mut self) -> Option<BrowserOut> {
        self.out.pop_front()
    }

    /// Sends sound or an event. Dropped before [`BrowserOut::Connected`]; `direction` is the caller's affair.
    pub fn send_rtp(
        &mut self,
        now: Moment,
        payload_type: u8,
        sequence: u16,
        timestamp: u32,
        marker: bool,
        payload: &[u8],
    ) {
        let (Some(srtp), Some(to), false) = (&mut self.srtp, self.ice.path(now), self.over) else {
            return;
        };
        let mut clear = [0; limit::RTP_OCTETS];
        let built = RtpPacketBuilder::new()
            .payload_type(payload_type & 0x7f)
            .ssrc(self.ssrc)
            .sequence(Seq::from(sequence))
            .timestamp(timestamp)
            .marked(marker)
            .payload(payload)
            .build_into(&mut clear);
        let Some(clear) = built.ok().and_then(|length| clear.get(..length)) else {
            return;
        };
        if let Some(bytes) = srtp.seal_rtp(clear) {
            self.report.sent(now, timestamp, payload.len());
            self.out.push_back(BrowserOut::Transmit { to, bytes });
        }
    }

    /// Tells the browser that the leg is over, so that it need not wait for silence. Poll once more after it.
    pub fn close(&mut self, now: Moment) {
        if let Some(dtls) = &mut self.dtls {
            dtls.close(now);
        }
        self.flush_dtls(now);
        self.over = true;
    }

    /// Our user fragment, as in the newest description. The engine looks legs up by [`ufrag_of`], which gives what
    /// was passed in at the start, restarts or not.
    pub fn ufrag(&self) -> &str {
        &self.ice.ufrag
    }

    /// What was negotiated last; `remote` is the path in use, unspecified until there is one.
    pub fn agreed(&self, now: Moment) -> Agreed {
        Agreed { remote: self.ice.path(now).unwrap_or(self.agreed.remote), ..self.agreed }
    }

    /// Has this address passed a check lately? Only then may the engine remember it as this leg's.
    pub fn knows(&self, now: Moment, from: SocketAddr) -> bool {
        self.ice.knows(now, from)
    }

    /// `taken` are the SSRCs of the browser, where they are known already.
    fn new(now: Moment, local: SocketAddr, ufrag: String, pwd: String, taken: &[u32]) -> Result<Browser, Rejection> {
        let identity = Identity::shared()?;
        let mut ssrc = identity.number()? as u32;
        // RFC 3550 8.1: no identifier that is known to be in use.
        while taken.contains(&ssrc) {
            ssrc = ssrc.wrapping_add(1);
        }
        let cname = identity.characters(16)?.replace(['+', '/'], "x");
        let agreed = Agreed {
            remote: SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 9),
            codec: Law::A,
            payload_type: 8,
            telephone_event: Some(crate::sdp::limit::TELEPHONE_EVENT),
            events: 1 << crate::sdp::limit::TELEPHONE_EVENT,
            direction: Direction::SendRecv,
            ptime_ms: crate::sdp::limit::PTIME_MS,
            rtcp_mux: true,
        };
        Ok(Browser {
            identity,
            local,
            // RFC 8829 5.2.1: 62 bits, so that it fits in a signed number.
            session_id: identity.number()? >> 2,
            version: 1,
            ssrc,
            report: Report::new(now, ssrc, cname.clone()),
            cname,
            ice: Lite::new(ufrag, pwd),
            dtls: None,
            srtp: None,
            agreed,
            last: Bytes::new(),
            sources: Vec::new(),
            voice: Voice::new(ssrc),
            began: None,
            over: false,
            out: VecDeque::new(),
        })
    }

    fn ours(&self) -> Ours<'_> {
        Ours {
            local: self.local,
            session_id: self.session_id,
            version: self.version,
            ufrag: &self.ice.ufrag,
            password: &self.ice.password,
            fingerprint: &self.identity.fingerprint,
            ssrc: self.ssrc,
            cname: &self.cname,
        }
    }

    /// Can a description of a running leg be taken over?
    fn check(&self, peer: &Peer) -> Result<(), Rejection> {
        match &self.dtls {
            // RFC 8842 5.5: another certificate is another association, and another page: it can call again.
            Some(dtls) if dtls.fingerprint != peer.fingerprint => {
                Err(Rejection::unacceptable("another DTLS association"))
            }
            _ => Ok(()),
        }
    }

    /// Takes over what the peer said.
    fn meet(&mut self, now: Moment, peer: Peer) -> Result<(), Rejection> {
        self.check(&peer)?;
        if self.dtls.is_none() {
            self.dtls = Some(Dtls::new(peer.role, peer.fingerprint, self.identity)?);
            self.began = Some(now);
        }
        self.ice.start(peer.credentials);
        self.agreed = peer.agreed;
        self.sources = peer.sources;
        if let Some(srtp) = &mut self.srtp {
            srtp.announce(&self.sources);
        }
        Ok(())
    }

    fn receive_stun(&mut self, now: Moment, from: SocketAddr, packet: &[u8]) {
        let replies = self.ice.receive(now, from, packet, self.identity);
        for bytes in [replies.response, replies.check].into_iter().flatten() {
            self.out.push_back(BrowserOut::Transmit { to: from, bytes });
        }
        if let (Some(dtls), true) = (&mut self.dtls, self.ice.path(now).is_some()) {
            dtls.begin(now);
        }
        self.flush_dtls(now);
    }

    fn receive_dtls(&mut self, now: Moment, packet: &[u8]) {
        let Some(dtls) = &mut self.dtls else { return };
        let outcome = dtls.receive(now, packet, self.identity);
        self.flush_dtls(now);
        match outcome {
            Some(Outcome::Up(mut srtp)) => {
                srtp.announce(&self.sources);
                self.srtp = Some(srtp);
                self.report.due = now + limit::FIRST_REPORT;
                self.out.push_back(BrowserOut::Connected);
            }
            Some(Outcome::Closed) => self.end(now),
            None => {}
        }
    }

    fn receive_srtp(&mut self, now: Moment, packet: &[u8]) {
        let Some(srtp) = &mut self.srtp else { return };
        // RFC 5761 4
        if matches!(packet.get(1), Some(192..=223)) {
            if let Some(clear) = srtp.open_rtcp(packet) {
                let voice = &mut self.voice;
                self.report.receive(now, &clear, |ssrc| voice.left(ssrc));
            }
            return;
        }
        let Some(clear) = srtp.open_rtp(packet) else {
            return;
        };
        let Ok(rtp) = RtpReader::new(&clear) else {
            return;
        };
        let (ssrc, sequence, timestamp) = (rtp.ssrc(), u16::from(rtp.sequence_number()), rtp.timestamp());
        if !self.voice.admits(now, ssrc, &self.sources) {
            return;
        }
        self.report.heard(now, ssrc, sequence, timestamp);
        self.out.push_back(BrowserOut::Rtp {
            ssrc,
            payload_type: rtp.payload_type(),
            sequence,
            timestamp,
            marker: rtp.mark(),
            payload: clear.slice_ref(rtp.payload()),
        });
    }

    fn flush_dtls(&mut self, now: Moment) {
        let Some(dtls) = &mut self.dtls else { return };
        while let Some(bytes) = dtls.transmit() {
            // Without a path there is nobody to tell; DTLS repeats what matters.
            if let Some(to) = self.ice.path(now) {
                self.out.push_back(BrowserOut::Transmit { to, bytes });
            }
        }
    }

    /// When the leg is lost: no keys in time, or no path that answers.
    fn deadline(&self) -> Option<Moment> {
        let began = self.began?;
        if self.srtp.is_none() {
            return Some(began + limit::SETUP);
        }
        Some(self.ice.consent().unwrap_or(began) + limit::CONSENT)
    }

    fn end(&mut self, now: Moment) {
        self.close(now);
        self.out.push_back(BrowserOut::Failed);
    }
}
