//! Sound that can be told apart: each clip and each voice is a pattern of two octets, so that a phone knows what it
//! hears from any frame of it. Packets of it (RTP, RFC 3550; digits, RFC 4733) and the little SDP that phones need.

use bytes::Bytes;
use std::net::{IpAddr, SocketAddr};

/// Payload types of the phones.
pub const PCMA: u8 = 8;
pub const TELEPHONE_EVENT: u8 = 101;
/// Octets in 20 ms of G.711.
pub const FRAME: usize = 160;

/// Which clip or voice. Numbers from `VOICES` on are phones.
pub type Pattern = u16;
pub const VOICES: Pattern = 0xA000;
/// A-law zero: a stream that says nothing.
pub const SILENCE: Pattern = 0xD5D5;

/// `frames` frames of this pattern.
pub fn samples(pattern: Pattern, frames: usize) -> Vec<u8> {
    let [high, low] = pattern.to_be_bytes();
    [high, low].repeat(frames * FRAME / 2)
}

/// One RTP packet.
pub fn rtp(payload_type: u8, marker: bool, sequence: u16, timestamp: u32, ssrc: u32, payload: &[u8]) -> Bytes {
    let mut packet = Vec::with_capacity(12 + payload.len());
    packet.extend([0x80, payload_type | if marker { 0x80 } else { 0 }]);
    packet.extend(sequence.to_be_bytes());
    packet.extend(timestamp.to_be_bytes());
    packet.extend(ssrc.to_be_bytes());
    packet.extend(payload);
    packet.into()
}

/// What a received packet holds: (payload type, payload). RTCP and rubbish are None.
pub fn read_rtp(packet: &[u8]) -> Option<(u8, &[u8])> {
    let (head, payload) = packet.split_at_checked(12)?;
    let payload_type = head[1] & 0x7f;
    // RFC 5761: 64-95 are RTCP packet types.
    (head[0] >> 6 == 2 && head[0] & 0x3f == 0 && !(64..96).contains(&payload_type)).then_some((payload_type, payload))
}

/// The pattern of a frame, if it is one sound throughout.
pub fn pattern(payload: &[u8]) -> Option<Pattern> {
    let first = payload.first_chunk::<2>()?;
    payload.chunks(2).all(|pair| pair == first).then(|| u16::from_be_bytes(*first))
}

/// RFC 4733 2.3: event, end bit, volume 10, duration.
pub fn event(digit: char, end: bool, duration: u16) -> Option<[u8; 4]> {
    let code = "0123456789*#ABCD".find(digit)? as u8;
    let [high, low] = duration.to_be_bytes();
    Some([code, if end { 0x8a } else { 0x0a }, high, low])
}

/// What the far end's SDP says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Far {
    pub address: SocketAddr,
    /// The far end lets us send: its direction is sendrecv or recvonly.
    pub listens: bool,
    pub talks: bool,
}

/// An offer or answer of a phone at `local`. `listens` is whether we want to receive, `talks` whether we send.
pub fn sdp(local: SocketAddr, version: u32, talks: bool, listens: bool) -> Bytes {
    let family = if local.is_ipv4() { "IP4" } else { "IP6" };
    let direction = match (talks, listens) {
        (true, true) => "sendrecv",
        (true, false) => "sendonly",
        (false, true) => "recvonly",
        (false, false) => "inactive",
    };
    let (ip, port) = (local.ip(), local.port());
    let text = format!(
        "v=0\r\no=phone {port} {version} IN {family} {ip}\r\ns=-\r\nc=IN {family} {ip}\r\nt=0 0\r\n\
         m=audio {port} RTP/AVP {PCMA} {TELEPHONE_EVENT}\r\na=rtpmap:{PCMA} PCMA/8000\r\n\
         a=rtpmap:{TELEPHONE_EVENT} telephone-event/8000\r\na=fmtp:{TELEPHONE_EVENT} 0-15\r\na=ptime:20\r\na={direction}\r\n"
    );
    text.into()
}

/// A browser's description is a phone's with other words in the line that says how sound travels (RFC 8829 5.1.2);
/// ICE and DTLS are not simulated, `browser.rs` stands for them.
const PHONE: &str = " RTP/AVP ";
const BROWSER: &str = " UDP/TLS/RTP/SAVPF ";

pub fn is_browser(sdp: &[u8]) -> bool {
    sdp.windows(BROWSER.len()).any(|part| part == BROWSER.as_bytes())
}

pub fn as_browser(sdp: &Bytes) -> Bytes {
    String::from_utf8_lossy(sdp).replace(PHONE, BROWSER).into()
}

pub fn as_phone(sdp: &Bytes) -> Bytes {
    String::from_utf8_lossy(sdp).replace(BROWSER, PHONE).into()
}

/// Reads the far end's address and direction; None when it is no SDP with one audio line.
pub fn read_sdp(body: &[u8]) -> Option<Far> {
    let text = std::str::from_utf8(body).ok()?;
    let line = |start: &str| text.lines().find_map(|line| line.strip_prefix(start));
    let ip: IpAddr = line("c=IN IP4 ").or(line("c=IN IP6 "))?.trim().parse().ok()?;
    let port: u16 = line("m=audio ")?.split(' ').next()?.parse().ok()?;
    let says = |direction: &str| text.lines().any(|line| line == direction);
    let (listens, talks) = match () {
        () if says("a=sendonly") => (false, true),
        () if says("a=recvonly") => (true, false),
        () if says("a=inactive") => (false, false),
        () => (true, true),
    };
    Some(Far { address: SocketAddr::new(ip, port), listens, talks })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let local: SocketAddr = "10.0.1.2:7000".parse().unwrap();
        assert_eq!(read_sdp(&sdp(local, 1, true, true)), Some(Far { address: local, listens: true, talks: true }));
        assert_eq!(read_sdp(&sdp(local, 1, true, false)), Some(Far { address: local, listens: false, talks: true }));
        assert_eq!(read_sdp(b"v=0"), None);
        let packet = rtp(PCMA, false, 7, 160, 9, &samples(0x1234, 1));
        let (payload_type, payload) = read_rtp(&packet).unwrap();
        assert_eq!((payload_type, payload.len(), pattern(payload)), (PCMA, FRAME, Some(0x1234)));
        assert_eq!(pattern(&[1, 2, 1, 3]), None);
        assert_eq!(event('#', true, 800), Some([11, 0x8a, 3, 32]));
    }
}
