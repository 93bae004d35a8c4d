//! RTP packets (RFC 3550 5.1): reading by `rtp-rs`, writing of the bare 12-octet header by hand.

use rtp_rs::RtpReader;

/// Octets of a header without contributing sources and extension.
pub const HEADER: usize = 12;

/// The fixed part of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub payload_type: u8,
    pub marker: bool,
    pub seq: u16,
    pub ts: u32,
    pub ssrc: u32,
}

impl Header {
    /// As sent: version 2, no padding, no extension, no contributing sources.
    pub fn octets(&self) -> [u8; HEADER] {
        let [q0, q1] = self.seq.to_be_bytes();
        let [t0, t1, t2, t3] = self.ts.to_be_bytes();
        let [s0, s1, s2, s3] = self.ssrc.to_be_bytes();
        let second = u8::from(self.marker) << 7 | (self.payload_type & 0x7F);
        [0x80, second, q0, q1, t0, t1, t2, t3, s0, s1, s2, s3]
    }
}

/// Header and payload (without extension and padding), or None for what is not RTP.
pub fn parse(packet: &[u8]) -> Option<(Header, &[u8])> {
    let reader = RtpReader::new(packet).ok()?;
    let header = Header {
        payload_type: reader.payload_type(),
        marker: reader.mark(),
        seq: reader.sequence_number().into(),
        ts: reader.timestamp(),
        ssrc: reader.ssrc(),
    };
    Some((header, reader.payload()))
}

/// RTCP on a shared port (RFC 5761 4): the second octet tells.
pub fn is_rtcp(packet: &[u8]) -> bool {
    matches!(packet, [first, 192..=223, ..] if first >> 6 == 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rtp_rs::{RtpPacketBuilder, Seq};

    fn header() -> Header {
        Header { payload_type: 8, marker: true, seq: 0xFFFE, ts: 0xDEAD_BEEF, ssrc: 0x0102_0304 }
    }

    #[test]
    fn writes_what_rtp_rs_writes() {
        let built =
            RtpPacketBuilder::new().payload_type(8).marked(true).sequence(Seq::from(0xFFFE)).timestamp(0xDEAD_BEEF);
        let built = built.ssrc(0x0102_0304).payload(b"abc").build().unwrap();
        assert_eq!(&built[..HEADER], &header().octets());
        assert_eq!(parse(&built), Some((header(), &b"abc"[..])));
    }

    #[test]
    fn leaves_extension_padding_and_sources_out() {
        let built =
            RtpPacketBuilder::new().payload_type(8).marked(true).sequence(Seq::from(0xFFFE)).timestamp(0xDEAD_BEEF);
        let built = built.ssrc(0x0102_0304).add_csrc(9).extension(0xBEDE, &[1, 2, 3, 4]);
        let built = built.padded(rtp_rs::Pad::round_to(4)).payload(b"abcde").build().unwrap();
        assert_eq!(parse(&built), Some((header(), &b"abcde"[..])));
    }

    #[test]
    fn refuses_what_is_not_rtp() {
        for bytes in
            [&b""[..], b"\r\n\r\n", &[0x80; 11], &[0x00; 40], &[0x40; 40], &[0x8F; 20], &[0x90; 15], &[0xA0; 12]]
        {
            assert_eq!(parse(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn rtcp_is_told_apart() {
        assert!(is_rtcp(&[0x81, 200, 0, 1]));
        assert!(!is_rtcp(&[0x80, 0x88, 0, 1]));
        assert!(!is_rtcp(&[0x80]));
    }
}
