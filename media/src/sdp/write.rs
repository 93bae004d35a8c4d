//! Writes descriptions.

use super::parse::Medium;
use super::{Direction, limit};
use crate::Law;
use bytes::Bytes;
use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};

/// One of our descriptions growing line by line.
pub(crate) struct Writer {
    text: String,
}

impl Writer {
    /// The session part. RFC 3264 8: `id` stays for the session's life, `version` grows by one with each change.
    pub fn new(address: IpAddr, id: u64, version: u64) -> Writer {
        let kind = if address.is_ipv4() { "IP4" } else { "IP6" };
        // RFC 3264 5: numbers fit in 63 bits, some peers keep them signed.
        let (id, version) = (id & (u64::MAX >> 1), version & (u64::MAX >> 1));
        let mut writer = Writer { text: String::with_capacity(400) };
        writer.line(format_args!("v=0"));
        writer.line(format_args!("o=- {id} {version} IN {kind} {address}"));
        writer.line(format_args!("s=-"));
        writer.line(format_args!("c=IN {kind} {address}"));
        writer.line(format_args!("t=0 0"));
        writer
    }

    /// The audio that carries the call.
    pub fn audio(&mut self, local: SocketAddr, protocol: &str, sound: &Sound) {
        let mut formats = String::new();
        for (number, _) in sound.codecs {
            let _ = write!(formats, " {number}");
        }
        if let Some(number) = sound.telephone_event {
            let _ = write!(formats, " {number}");
        }
        self.line(format_args!("m=audio {} {protocol}{formats}", local.port()));
        for (number, law) in sound.codecs {
            let name = match law {
                Law::A => "PCMA",
                Law::Mu => "PCMU",
            };
            self.line(format_args!("a=rtpmap:{number} {name}/8000"));
        }
        if let Some(number) = sound.telephone_event {
            self.line(format_args!("a=rtpmap:{number} telephone-event/8000"));
            // RFC 4733 2.4.1: 0-15 are the sixteen keys.
            self.line(format_args!("a=fmtp:{number} 0-15"));
        }
        self.line(format_args!("a=ptime:{}", limit::PTIME_MS));
        self.line(format_args!("a={}", sound.direction.name()));
        if sound.rtcp_mux {
            self.line(format_args!("a=rtcp-mux"));
        }
    }

    /// A medium we do not take (RFC 3264 6: port 0, something in place of the formats).
    pub fn refused(&mut self, medium: &Medium) {
        self.line(format_args!("m={} 0 {} {}", medium.name, medium.protocol, medium.formats));
    }

    pub fn done(self) -> Bytes {
        Bytes::from(self.text)
    }

    /// One line, whatever it says.
    pub fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing into a string cannot fail.
        let _ = self.text.write_fmt(line);
        self.text.push_str("\r\n");
    }
}

/// The contents of an audio section.
pub(crate) struct Sound<'a> {
    pub codecs: &'a [(u8, Law)],
    pub telephone_event: Option<u8>,
    pub direction: Direction,
    pub rtcp_mux: bool,
}
