//! Session descriptions of RTP legs: offer and answer (RFC 3264) over SDP (RFC 8866), as pure functions.
//! Browser legs are described in [`crate::browser`], since there ICE and DTLS take part.

mod answer;
pub mod limit;
mod offer;
mod parse;
mod write;

pub use answer::answer;
pub use offer::{accept, offer, offer_again};
pub(crate) use parse::{Description, Medium, Profile};
pub(crate) use write::{Sound, Writer};

use crate::Law;
use std::net::SocketAddr;

/// Who sends, seen from us (RFC 3264 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    SendRecv,
    SendOnly,
    RecvOnly,
    Inactive,
}

impl Direction {
    /// May we send?
    pub fn sends(self) -> bool {
        matches!(self, Direction::SendRecv | Direction::SendOnly)
    }

    /// Does the peer send?
    pub fn receives(self) -> bool {
        matches!(self, Direction::SendRecv | Direction::RecvOnly)
    }

    /// The same seen from the other side (RFC 3264 6.1).
    pub fn reversed(self) -> Direction {
        match self {
            Direction::SendOnly => Direction::RecvOnly,
            Direction::RecvOnly => Direction::SendOnly,
            same => same,
        }
    }

    /// As SDP writes it.
    pub fn name(self) -> &'static str {
        match self {
            Direction::SendRecv => "sendrecv",
            Direction::SendOnly => "sendonly",
            Direction::RecvOnly => "recvonly",
            Direction::Inactive => "inactive",
        }
    }

    /// From the attribute's name.
    pub(crate) fn from_name(name: &str) -> Option<Direction> {
        [Direction::SendRecv, Direction::SendOnly, Direction::RecvOnly, Direction::Inactive]
            .into_iter()
            .find(|direction| name.eq_ignore_ascii_case(direction.name()))
    }
}

/// Why a description cannot be used, and the SIP status that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// 400 for bad syntax, 488 for what we cannot or will not do.
    pub code: u16,
    /// For the log and the Warning header.
    pub why: &'static str,
}

impl Rejection {
    pub(crate) const fn syntax(why: &'static str) -> Rejection {
        Rejection { code: 400, why }
    }

    pub(crate) const fn unacceptable(why: &'static str) -> Rejection {
        Rejection { code: 488, why }
    }
}

impl std::fmt::Display for Rejection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.code, self.why)
    }
}

impl std::error::Error for Rejection {}

/// What both sides agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// Where to send RTP. Unspecified (0.0.0.0 or ::) while the peer holds the old way (RFC 3264 8.4): send nothing.
    pub remote: SocketAddr,
    pub codec: Law,
    /// The number under which the codec travels, both ways.
    pub payload_type: u8,
    /// The number of telephone-event/8000 (RFC 4733), if the peer takes it.
    pub telephone_event: Option<u8>,
    /// All numbers under which the peer knows telephone-event, whatever their clocks: bit n for the number n. A press is
    /// understood under each.
    pub events: u128,
    /// Seen from us.
    pub direction: Direction,
    /// The packet time the peer wants to receive, a multiple of 10, milliseconds.
    pub ptime_ms: u8,
    /// RTCP shares the RTP port (RFC 5761); otherwise it goes to the port above.
    pub rtcp_mux: bool,
}

impl Agreed {
    /// The peer does not want to hear us: it holds, in whichever way.
    pub fn held(&self) -> bool {
        !self.direction.sends()
    }

    /// May RTP be sent to `remote`?
    pub fn sends(&self) -> bool {
        self.direction.sends() && !self.remote.ip().is_unspecified()
    }
}

/// Does a description of ours have a medium that is not switched off?
pub(crate) fn has_sound(description: &[u8]) -> bool {
    let mut lines = description.split(|octet| *octet == b'\n');
    lines.any(|line| line.starts_with(b"m=") && line.split(|octet| *octet == b' ').nth(1) != Some(b"0"))
}

/// Is this the offer of a browser: DTLS-SRTP with feedback (RFC 5764 9, RFC 8829 5.1.1) and nothing else? A phone may offer
/// that, or SDES, beside plain RTP. A medium that is switched off (port 0) says nothing. False for anything unreadable.
pub fn is_browser(offer: &[u8]) -> bool {
    let Ok(description) = Description::parse(offer) else {
        return false;
    };
    let live = || description.media.iter().filter(|medium| medium.audio && medium.port != 0);
    let tls = |medium: &Medium| medium.protocol.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("UDP/TLS"));
    let keyed = |medium: &Medium| tls(medium) || description.inherited(medium, "fingerprint").next().is_some();
    live().any(|medium| medium.is_dtls() && keyed(medium)) && !live().any(|medium| medium.profile() == Profile::Plain)
}
