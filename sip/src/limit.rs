//! Every maximum of this crate, named. What is beyond is refused with the code that the user names in a comment.

use std::time::Duration;

/// Largest datagram or WebSocket message taken, bytes. Beyond: dropped.
pub const DATAGRAM: usize = 64 * 1024;
/// Largest message on a stream, bytes; also the largest buffer a connection may hold. Beyond: 513, close.
pub const STREAM_MESSAGE: usize = 256 * 1024;
/// Longest start line, bytes. Beyond: 414.
pub const START_LINE: usize = 8 * 1024;
/// Header lines per message. Beyond: 400.
pub const FIELDS: usize = 256;
/// Via values per message (T1). Beyond: 400.
pub const VIAS: usize = 64;
/// Record-Route or Path values remembered. Beyond: 400.
pub const ROUTES: usize = 32;
/// Contacts in one REGISTER. Beyond: 400.
pub const CONTACTS: usize = 16;
/// Longest Call-ID, tag or branch, bytes. Beyond: 400.
pub const IDENTIFIER: usize = 1024;
/// Angle brackets looked at, from the end, in an address whose display name is faulty. Beyond: 400.
pub const NAME_ANGLES: usize = 8;
/// Parameters of one header value or URI. Beyond: 400.
pub const PARAMS: usize = 64;
/// Longest display name given to the application, bytes; the rest is cut.
pub const DISPLAY_NAME: usize = 128;
/// Longest user or host part given to the application, bytes; the rest is cut.
pub const PARTY: usize = 256;
/// Identities of the caller shown with an INVITE, of each header; the rest is left out.
pub const IDENTITIES: usize = 4;
/// Unstructured headers shown with an INVITE; the rest is left out.
pub const HEADERS_SHOWN: usize = 32;
/// Longest unstructured header value shown, bytes; longer ones are left out.
pub const HEADER_SHOWN: usize = 512;
/// Parts looked at in a multipart body.
pub const PARTS: usize = 16;
/// Branches of one forked INVITE that are acknowledged; further 2xx are left to time out.
pub const FORKS: usize = 8;
/// Requests sent with credentials per transaction of ours (T7: a peer may challenge for ever).
pub const AUTH_TRIES: u8 = 2;
/// Life of a nonce of ours (T5).
pub const NONCE_AGE: Duration = Duration::from_secs(60);
/// Nonces in use that are remembered for their `nc`. Beyond: the oldest become stale.
pub const NONCES: usize = 65_536;
/// Connections with an unfinished message. Beyond: the new one is closed.
pub const FRAMES: usize = 16_384;
/// Time from the first byte of a message on a stream to its last (T3).
pub const MESSAGE_ARRIVAL: Duration = Duration::from_secs(32);
/// REGISTERs that wait for the application's word. Beyond: 503.
pub const REQUESTS: usize = 4_096;
/// Of all transactions and sessions, guests hold at most one in this many: the rest is for trunks and devices.
pub const GUEST_SHARE: usize = 4;
/// Unanswered octets of an unknown address that are remembered: enough for the largest answer that one gets.
pub const CREDIT_OCTETS: usize = 4 * 1024;
/// ... and for how long: as long as a request is repeated (RFC 3261 17.1.2.2).
pub const CREDIT_AGE: Duration = Duration::from_secs(32);
/// Unknown addresses whose octets are counted. Beyond, the counting begins anew.
pub const CREDITS: usize = 16_384;
/// Registrations of our own.
pub const REGISTRATIONS: usize = 1_024;
/// Smallest session interval we accept, seconds (RFC 4028 4). Below: 422.
pub const SESSION_EXPIRES_MIN: u32 = 90;
/// Longest ringing of a call of ours, whatever the application asks (RFC 3261 timer C and a bit).
pub const RING: Duration = Duration::from_secs(600);
/// A provisional answer is said again this often while an INVITE waits (RFC 3261 13.3.1.1).
pub const REMIND: Duration = Duration::from_secs(60);
/// A refresh that could not be sent or was put off is tried again after this long.
pub const REFRESH_AGAIN: Duration = Duration::from_secs(10);
/// A re-INVITE or UPDATE of ours must be answered within this time, provisional answers or not.
pub const OFFER_ANSWER: Duration = Duration::from_secs(60);
/// An OPTIONS of ours that asks whether a peer lives must be answered within this time: it is sent five times until then.
pub const PROBE_ANSWER: Duration = Duration::from_secs(10);
/// Authorization headers looked at in one request; the rest is left out.
pub const CREDENTIALS: usize = 8;
