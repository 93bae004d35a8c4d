//! Every maximum and default of session descriptions.

/// Octets of a description; SIP bodies are bounded by the message anyway, this bounds other callers of the parser.
pub const OCTETS: usize = 64 * 1024;
/// `m=` lines. A browser with many tabs' worth of tracks stays below ten.
pub const MEDIA: usize = 32;
/// `a=` lines of one section (the session's or one medium's).
pub const ATTRIBUTES: usize = 256;
/// Formats of one `m=` line: RTP payload types are 7 bit.
pub const FORMATS: usize = 128;
/// Packet time when the peer names none (RFC 3551 4.2), milliseconds.
pub const PTIME_MS: u8 = 20;
/// Shortest packet time we send, milliseconds: below it the headers outweigh the sound.
pub const PTIME_MIN_MS: u8 = 10;
/// Longest packet time we send, milliseconds: 60 ms of G.711 still fits every path's MTU.
pub const PTIME_MAX_MS: u8 = 60;
/// The payload type under which we offer telephone-event: the number every peer expects.
pub const TELEPHONE_EVENT: u8 = 101;
