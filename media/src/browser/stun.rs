//! STUN as far as ICE needs it (RFC 8489): binding requests and their responses, both ways.

use super::limit;
use bytes::Bytes;
use rtc::crypto::{HmacAlgorithm, RTCCrypto};
use rtc::stun::fingerprint::fingerprint_value;
use std::net::{IpAddr, SocketAddr};

const COOKIE: [u8; 4] = 0x2112_A442_u32.to_be_bytes();
const HEADER: usize = 20;
const BINDING_REQUEST: u16 = 0x0001;
const BINDING_SUCCESS: u16 = 0x0101;
const BINDING_ERROR: u16 = 0x0111;
const USERNAME: u16 = 0x0006;
const MESSAGE_INTEGRITY: u16 = 0x0008;
const ERROR_CODE: u16 = 0x0009;
const XOR_MAPPED_ADDRESS: u16 = 0x0020;
const PRIORITY: u16 = 0x0024;
const USE_CANDIDATE: u16 = 0x0025;
const FINGERPRINT: u16 = 0x8028;
const ICE_CONTROLLED: u16 = 0x8029;

/// A binding request or the success response to one of ours, not yet believed.
pub(super) struct Message<'a> {
    packet: &'a [u8],
    pub response: bool,
    pub transaction: [u8; 12],
    /// `ours:theirs` (RFC 8445 7.2.2); empty in a response.
    pub username: &'a str,
    /// Where MESSAGE-INTEGRITY begins, and its value.
    integrity: (usize, &'a [u8]),
    /// The peer chooses this path.
    pub use_candidate: bool,
    /// The peer takes itself for the controlled side, which only we can be.
    pub controlled: bool,
}

impl<'a> Message<'a> {
    /// None for anything but a well-formed binding request with user name and integrity, or a response with integrity.
    pub fn read(packet: &'a [u8]) -> Option<Message<'a>> {
        let response = match number(packet, 0)? {
            BINDING_REQUEST => false,
            BINDING_SUCCESS => true,
            _ => return None,
        };
        if packet.len() > limit::STUN_OCTETS {
            return None;
        }
        if packet.get(4..8)? != COOKIE || usize::from(number(packet, 2)?) + HEADER != packet.len() {
            return None;
        }
        let transaction = packet.get(8..HEADER)?.try_into().ok()?;
        let (mut username, mut integrity, mut use_candidate, mut controlled) = (None, None, false, false);
        let mut at = HEADER;
        for _ in 0..limit::STUN_ATTRIBUTES {
            // RFC 8489 14.5: what follows the integrity is not protected by it.
            if at >= packet.len() || integrity.is_some() {
                break;
            }
            let (kind, length) = (number(packet, at)?, usize::from(number(packet, at + 2)?));
            let value = packet.get(at + 4..at + 4 + length)?;
            match kind {
                USERNAME => username = std::str::from_utf8(value).ok(),
                MESSAGE_INTEGRITY => integrity = Some((at, value)),
                USE_CANDIDATE => use_candidate = true,
                ICE_CONTROLLED => controlled = true,
                _ => {}
            }
            at += 4 + length.next_multiple_of(4);
        }
        let username = if response { "" } else { username? };
        Some(Message { packet, response, transaction, username, integrity: integrity?, use_candidate, controlled })
    }

    /// Was it made by someone who knows this password?
    pub fn is_authentic(&self, password: &str, crypto: &dyn RTCCrypto) -> bool {
        let (at, tag) = self.integrity;
        let (Some(start), Some(rest)) = (self.packet.get(..2), self.packet.get(4..at)) else {
            return false;
        };
        // RFC 8489 14.5: the length counts up to the integrity itself, whatever follows.
        let Ok(length) = u16::try_from(at + 24 - HEADER) else {
            return false;
        };
        let mac = crypto.new_hmac(HmacAlgorithm::Sha1, password.as_bytes());
        mac.and_then(|mut mac| mac.verify(&[start, &length.to_be_bytes(), rest], tag)).is_ok()
    }
}

/// The part of the user name that is ours, of any packet that looks like a binding request: it tells which leg an
/// unknown address belongs to. Not authenticated.
pub fn ufrag_of(packet: &[u8]) -> Option<&str> {
    if packet.first().is_none_or(|octet| *octet > 3) {
        return None;
    }
    let message = Message::read(packet).filter(|message| !message.response)?;
    let ours = message.username.split(':').next()?;
    // A restart appends `/n` to what the engine chose.
    Some(ours.split('/').next().unwrap_or(ours))
}

/// The answer to an authentic request from `from`.
pub(super) fn success(
    transaction: &[u8; 12],
    from: SocketAddr,
    password: &str,
    crypto: &dyn RTCCrypto,
) -> Option<Bytes> {
    // A socket of both families shows IPv4 as ::ffff:a.b.c.d, which is not the browser's own view of itself.
    let ip = from.ip().to_canonical();
    let mut value = vec![0, if ip.is_ipv4() { 1 } else { 2 }];
    // RFC 8489 14.2
    let [high, low] = from.port().to_be_bytes();
    value.extend([high ^ COOKIE[0], low ^ COOKIE[1]]);
    let mask = COOKIE.iter().chain(transaction);
    match ip {
        IpAddr::V4(ip) => value.extend(ip.octets().iter().zip(mask).map(|(a, b)| a ^ b)),
        IpAddr::V6(ip) => value.extend(ip.octets().iter().zip(mask).map(|(a, b)| a ^ b)),
    }
    write(BINDING_SUCCESS, transaction, &[(XOR_MAPPED_ADDRESS, &value)], password, crypto)
}

/// RFC 8445 7.3.1.1: you control, not I.
pub(super) fn role_conflict(transaction: &[u8; 12], password: &str, crypto: &dyn RTCCrypto) -> Option<Bytes> {
    let mut value = vec![0, 0, 4, 87];
    value.extend_from_slice(b"Role Conflict");
    write(BINDING_ERROR, transaction, &[(ERROR_CODE, &value)], password, crypto)
}

/// A check of our own. `username` is `theirs:ours`, the password is theirs.
pub(super) fn check(transaction: &[u8; 12], username: &str, password: &str, crypto: &dyn RTCCrypto) -> Option<Bytes> {
    // RFC 8445 5.1.2.1: a peer-reflexive candidate, component 1.
    let priority: [u8; 4] = ((110 << 24) | (65_535 << 8) | 255_u32).to_be_bytes();
    // Nobody else is controlled, so the tie-breaker breaks no tie.
    let attributes: [(u16, &[u8]); 3] =
        [(USERNAME, username.as_bytes()), (PRIORITY, &priority), (ICE_CONTROLLED, &[0; 8])];
    write(BINDING_REQUEST, transaction, &attributes, password, crypto)
}

fn write(
    kind: u16,
    transaction: &[u8; 12],
    attributes: &[(u16, &[u8])],
    password: &str,
    crypto: &dyn RTCCrypto,
) -> Option<Bytes> {
    let mut message = Vec::with_capacity(128);
    message.extend(kind.to_be_bytes());
    message.extend([0, 0]);
    message.extend(COOKIE);
    message.extend(transaction);
    for (attribute, value) in attributes {
        append(&mut message, *attribute, value);
    }
    set_length(&mut message, 24);
    let mut tag = [0; 20];
    crypto.new_hmac(HmacAlgorithm::Sha1, password.as_bytes()).ok()?.sign(&[&message], &mut tag).ok()?;
    append(&mut message, MESSAGE_INTEGRITY, &tag);
    set_length(&mut message, 8);
    let sum = fingerprint_value(&message);
    append(&mut message, FINGERPRINT, &sum.to_be_bytes());
    Some(Bytes::from(message))
}

fn append(message: &mut Vec<u8>, kind: u16, value: &[u8]) {
    message.extend(kind.to_be_bytes());
    message.extend(u16::try_from(value.len()).unwrap_or(0).to_be_bytes());
    message.extend(value);
    message.resize(message.len().next_multiple_of(4), 0);
}

/// Writes the length as if `more` octets were there already.
fn set_length(message: &mut [u8], more: usize) {
    let length = u16::try_from(message.len() + more - HEADER).unwrap_or(0);
    if let Some(field) = message.get_mut(2..4) {
        field.copy_from_slice(&length.to_be_bytes());
    }
}

fn number(packet: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(packet.get(at..at + 2)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 5769 2.1: the sample request and its password.
    const PASSWORD: &str = "VOkJxbRl1RmTxUk/WvJxBt";
    const REQUEST: &[u8] = b"\x00\x01\x00\x58\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae\
        \x80\x22\x00\x10STUN test client\x00\x24\x00\x04\x6e\x00\x01\xff\x80\x29\x00\x08\x93\x2f\xf9\xb1\x51\x26\x3b\x36\
        \x00\x06\x00\x09\x65\x76\x74\x6a\x3a\x68\x36\x76\x59\x20\x20\x20\
        \x00\x08\x00\x14\x9a\xea\xa7\x0c\xbf\xd8\xcb\x56\x78\x1e\xf2\xb5\xb2\xd3\xf2\x49\xc1\xb5\x71\xa2\
        \x80\x28\x00\x04\xe5\x7a\x3b\xcf";
    /// RFC 5769 2.2, without its SOFTWARE attribute, differs from ours; the address part is the same.
    const MAPPED: [u8; 12] = [0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43];

    fn provider() -> std::sync::Arc<dyn rtc::crypto::RTCCryptoProvider> {
        rtc::crypto::default_provider().unwrap()
    }

    #[test]
    fn reads_the_sample_request() {
        let request = Message::read(REQUEST).unwrap();
        assert_eq!((request.username, request.use_candidate, request.controlled), ("evtj:h6vY", false, true));
        assert!(request.is_authentic(PASSWORD, provider().crypto()));
        assert!(!request.is_authentic("VOkJxbRl1RmTxUk/WvJxBu", provider().crypto()));
        assert_eq!(ufrag_of(REQUEST), Some("evtj"));
    }

    #[test]
    fn any_change_spoils_the_integrity() {
        // Up to the end of the integrity; the fingerprint after it is not protected.
        for at in 0..REQUEST.len() - 8 {
            let mut changed = REQUEST.to_vec();
            changed[at] ^= 1;
            let believed = Message::read(&changed).is_some_and(|it| it.is_authentic(PASSWORD, provider().crypto()));
            assert!(!believed, "octet {at}");
        }
        for length in 0..REQUEST.len() {
            assert!(Message::read(&REQUEST[..length]).is_none(), "cut at {length}");
        }
    }

    #[test]
    fn writes_the_sample_address() {
        let transaction: [u8; 12] = REQUEST[8..20].try_into().unwrap();
        for from in ["192.0.2.1:32853", "[::ffff:192.0.2.1]:32853"] {
            let response = success(&transaction, from.parse().unwrap(), PASSWORD, provider().crypto()).unwrap();
            assert_eq!(response[20..32], MAPPED, "{from}");
            let mut message = rtc::stun::message::Message { raw: response.to_vec(), ..Default::default() };
            message.decode().unwrap();
            rtc::stun::integrity::MessageIntegrity::check(&mut message, PASSWORD.as_bytes(), provider().crypto())
                .unwrap();
            rtc::stun::fingerprint::FINGERPRINT.check(&message).unwrap();
        }
    }

    #[test]
    fn a_conflict_of_roles_is_told() {
        let response = role_conflict(&[7; 12], PASSWORD, provider().crypto()).unwrap();
        assert_eq!(response[..2], [0x01, 0x11]);
        assert_eq!(response[20..28], [0, 9, 0, 17, 0, 0, 4, 87]);
    }
}
