//! Every maximum and time of a browser's leg.

use std::time::Duration;

/// A path that answered no check of ours for so long is dead; without any path, so is the leg (RFC 7675 5.1: consent lasts
/// 30 s).
pub const CONSENT: Duration = Duration::from_secs(30);
/// Between two checks of ours over one path. Browsers check each 0.05 s at first, then each 2.5 to 6 s.
pub const CHECK: Duration = Duration::from_millis(100);
/// Checks to an address that answers none, before it is asked but once in [`CONSENT`].
pub const CHECKS: u32 = 20;
/// From both descriptions known to encrypted sound; browsers take 0.1 s, bad networks some seconds.
pub const SETUP: Duration = Duration::from_secs(30);
/// Before a flight of the DTLS handshake is repeated (RFC 6347 4.2.4.1).
pub const FLIGHT: Duration = Duration::from_secs(1);
/// Addresses of one browser that may be alive at once: Wi-Fi, cable, a phone's network, a VPN, each in two families.
pub const PATHS: usize = 8;
/// Attributes read of one STUN message; browsers send nine.
pub const STUN_ATTRIBUTES: usize = 32;
/// Octets of a STUN message.
pub const STUN_OCTETS: usize = 1500;
/// Sources (SSRC) admitted between two negotiations; a browser uses one or two. Each costs state that rtc never frees.
pub const SOURCES: usize = 16;
/// Another source than the one speaking is heard when that one was silent for so long: fifty packets in a row are no
/// ordinary loss.
pub const VOICE: Duration = Duration::from_secs(1);
/// Between two RTCP reports (RFC 3550 6.2).
pub const REPORTS: Duration = Duration::from_secs(5);
/// The first report, so that the round trip is soon known.
pub const FIRST_REPORT: Duration = Duration::from_secs(1);
/// Octets of an RTP packet we send: 200 ms of G.711, the most a phone may have us relay, and its header.
pub const RTP_OCTETS: usize = 1700;
/// RFC 8839 5.4: ice-ufrag has 4 to 256 characters, ice-pwd 22 to 256.
pub const UFRAG: std::ops::RangeInclusive<usize> = 4..=256;
pub const PASSWORD: std::ops::RangeInclusive<usize> = 22..=256;
