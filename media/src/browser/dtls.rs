//! DTLS on `rtc`: the handshake that makes the keys of SRTP (RFC 5763, RFC 5764).
//!
//! rtc's DTLS draws its own randomness and checks nothing against a clock but the `now` it is given.

use super::identity::Identity;
use super::limit;
use super::srtp::Srtp;
use crate::sdp::Rejection;
use bytes::{Bytes, BytesMut};
use rtc::crypto::HashAlgorithm;
use rtc::dtls::config::{
    ClientAuthType, ConfigBuilder, ExtendedMasterSecretType, HandshakeConfig, VerifyPeerCertificateFn,
};
use rtc::dtls::endpoint::{Endpoint, EndpointEvent};
use rtc::dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc::shared::TransportProtocol;
use rtc::shared::error::Error;
use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, LazyLock};
use std::time::Instant;
use types::Moment;

/// rtc keys associations by address; ours belongs to the ICE session and may move, so it has a name instead.
const PEER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 65535);
const ALERT: u8 = 21;
const RECORD_HEADER: usize = 13;

/// Who sends the ClientHello (RFC 8842 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// `a=setup:active`
    Client,
    /// `a=setup:passive`
    Server,
}

pub(super) enum Outcome {
    Up(Box<Srtp>),
    Closed,
}

pub(super) struct Dtls {
    endpoint: Endpoint,
    pub role: Role,
    /// The peer's, lower case.
    pub fingerprint: String,
    /// A client's, until it has begun.
    waiting: Option<Arc<HandshakeConfig>>,
    /// Datagrams to be sent.
    out: VecDeque<Bytes>,
    /// The newest flight of the handshake, and when to repeat it: rtc 0.21.1 disarms its own timer whenever the
    /// peer repeats itself, and then both would wait for ever (RFC 6347 4.2.4 wants the flight sent again).
    flight: Vec<Bytes>,
    again: Option<Moment>,
    up: bool,
    closed: bool,
}

impl Dtls {
    /// # Errors
    /// 500 if the cryptography behind rtc is incomplete.
    pub fn new(role: Role, fingerprint: String, identity: &Identity) -> Result<Dtls, Rejection> {
        let config = config(role, &fingerprint, identity)
            .map(Arc::new)
            .map_err(|_| Rejection { code: 500, why: "DTLS cannot be set up" })?;
        let (server, waiting) = match role {
            Role::Server => (Some(config), None),
            Role::Client => (None, Some(config)),
        };
        let endpoint = Endpoint::new(PEER, TransportProtocol::UDP, server);
        Ok(Dtls {
            endpoint,
            role,
            fingerprint,
            waiting,
            out: VecDeque::new(),
            flight: Vec::new(),
            again: None,
            up: false,
            closed: false,
        })
    }

    /// A path is there: a client begins.
    pub fn begin(&mut self, now: Moment) {
        if let Some(config) = self.waiting.take() {
            let _ = self.endpoint.connect(instant(now), PEER, config, None);
            self.drain(now);
        }
    }

    /// A DTLS packet from an address ICE has proved. Broken ones are dropped: no packet may end a call.
    pub fn receive(&mut self, now: Moment, packet: &[u8], identity: &Identity) -> Option<Outcome> {
        if self.closed || (self.up && has_plain_alert(packet)) {
            return None;
        }
        let events = self.endpoint.read(instant(now), PEER, None, BytesMut::from(packet));
        self.drain(now);
        for event in events.ok()? {
            match event {
                EndpointEvent::HandshakeComplete => {
                    let state = self.endpoint.get_connection_state(PEER)?;
                    let srtp = Srtp::new(state, identity)?;
                    self.up = true;
                    self.again = None;
                    self.flight.clear();
                    return Some(Outcome::Up(Box::new(srtp)));
                }
                EndpointEvent::PeerClosed if self.up => {
                    self.closed = true;
                    return Some(Outcome::Closed);
                }
                _ => {}
            }
        }
        None
    }

    pub fn transmit(&mut self) -> Option<Bytes> {
        self.out.pop_front()
    }

    pub fn tick(&mut self, now: Moment) {
        let _ = self.endpoint.handle_timeout(PEER, instant(now));
        if self.again.is_some_and(|again| now >= again) {
            // The same records: whatever of them arrived before is dropped as a repetition.
            self.out.extend(self.flight.iter().cloned());
            self.again = Some(now + limit::FLIGHT);
        }
        self.drain(now);
    }

    pub fn timeout(&self) -> Option<Moment> {
        [self.endpoint.poll_timeout(&PEER).map(moment), self.again].into_iter().flatten().min()
    }

    /// Sends close_notify to the peer.
    pub fn close(&mut self, now: Moment) {
        if !self.closed {
            self.closed = true;
            let _ = self.endpoint.close(instant(now));
            self.again = None;
            self.drain(now);
        }
    }

    fn drain(&mut self, now: Moment) {
        let mut fresh = Vec::new();
        while let Some(transmit) = self.endpoint.poll_transmit() {
            fresh.push(transmit.message.freeze());
        }
        if self.up || self.closed {
            self.out.extend(fresh);
        } else if !fresh.is_empty() {
            self.out.extend(fresh.iter().cloned());
            self.flight = fresh;
            self.again = None;
        } else if self.endpoint.poll_timeout(&PEER).is_none() && !self.flight.is_empty() {
            self.again.get_or_insert(now + limit::FLIGHT);
        }
    }
}

/// rtc counts in `Instant`s and compares them with each other only: any one of them can stand for [`Moment::START`].
#[expect(clippy::disallowed_methods, reason = "an origin, not a clock: what it reads is subtracted again")]
static ORIGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

fn instant(at: Moment) -> Instant {
    *ORIGIN + at.duration_since(Moment::START)
}

fn moment(at: Instant) -> Moment {
    Moment::START + at.duration_since(*ORIGIN)
}

fn config(role: Role, fingerprint: &str, identity: &Identity) -> Result<HandshakeConfig, Error> {
    let expected = fingerprint.to_owned();
    let provider = identity.provider.clone();
    let verify: VerifyPeerCertificateFn = Arc::new(move |chain: &[Vec<u8>], _: &[_]| {
        let first = chain.first().ok_or(Error::ErrNonCertificate)?;
        let hash =
            provider.crypto().hash(HashAlgorithm::Sha256, first).map_err(|why| Error::Crypto(why.to_string()))?;
        let octets: Vec<String> = hash.iter().map(|octet| format!("{octet:02x}")).collect();
        if octets.join(":") == expected { Ok(()) } else { Err(Error::ErrNoMatchingCertificateFingerprint) }
    });
    ConfigBuilder::default()
        .with_crypto_provider(identity.provider.clone())
        .with_certificates(vec![identity.certificate.clone()])
        .with_srtp_protection_profiles(vec![
            SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
            SrtpProtectionProfile::Srtp_Aead_Aes_256_Gcm,
            SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
        ])
        .with_client_auth(ClientAuthType::RequireAnyClientCert)
        // The certificate is judged by its fingerprint alone (RFC 8122 6.2), not by a chain.
        .with_insecure_skip_verify(true)
        .with_verify_peer_certificate(Some(verify))
        .with_extended_master_secret(ExtendedMasterSecretType::Require)
        .build(role == Role::Client, None)
}

/// An alert outside the encryption (epoch 0) after the handshake: anyone could have written it.
fn has_plain_alert(packet: &[u8]) -> bool {
    let mut rest = packet;
    while let (Some(&kind), Some([epoch_high, epoch_low])) = (rest.first(), rest.get(3..5)) {
        if kind == ALERT && (*epoch_high, *epoch_low) == (0, 0) {
            return true;
        }
        let Some([high, low]) = rest.get(11..RECORD_HEADER) else {
            break;
        };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        rest = rest.get(RECORD_HEADER + length..).unwrap_or_default();
    }
    false
}
