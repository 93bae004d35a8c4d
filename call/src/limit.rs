//! Every maximum of this crate, named.

use std::time::Duration;

/// Calls living on one node; beyond: 503 with Retry-After, and still an intake.
pub const CALLS: usize = 5_000;
/// Callers of the /call page at once; beyond: 503 with Retry-After, without an intake.
pub const GUESTS: usize = 200;
/// They never take more than one in this many of the places of a queue.
pub const GUEST_SHARE: usize = 4;
/// Calls of one connection of theirs at once; beyond: 486.
pub const GUESTS_OF_CONNECTION: usize = 1;
/// Calls of one source address (an office, a mobile carrier) at once; beyond: 486.
pub const GUESTS_OF_SOURCE: usize = 8;
/// Calls that one source may begin at a stretch; beyond: 486 with Retry-After.
pub const GUEST_CALLS: u32 = 10;
/// ... and one more each time this has passed, so 60 in ten minutes.
pub const GUEST_EACH: Duration = Duration::from_secs(10);
/// Sources whose calls are counted; beyond, the counting begins anew.
pub const GUEST_SOURCES: usize = 65_536;
/// INVITEs refused by the stack that are remembered, and for how long, in seconds: their copies (RFC 3261 17.1.1.2, timer
/// B) are no new intakes.
pub const TURNED_AWAY: usize = 1_024;
pub const TURNED_AWAY_SECONDS: u64 = 40;
/// Seconds after which who was refused may try again: from, to.
pub const RETRY_AFTER: (u32, u32) = (5, 15);
/// Registered contacts of one agent.
pub const CONTACTS: usize = 4;
/// Longest registration granted, seconds: a phone that is gone for good is forgotten after this.
pub const EXPIRES_SECONDS: u32 = 7_200;
/// Bytes of a Contact and its Path that are kept over a restart; a longer one is registered anew by its phone.
pub const KEPT_BYTES: usize = 2_048;
/// Bytes of a caller's number or name that we keep.
pub const PARTY: usize = 128;
/// Legs of one call at a time: the caller, an agent, a colleague who is consulted, listeners, a conference.
pub const LEGS: usize = 8;
/// Transfers of one call.
pub const TRANSFERS: u32 = 5;
/// Seconds we wait for the journal before an arriving call is refused with 503.
pub const DURABLE_SECONDS: u64 = 10;
/// Seconds a flow waits for an answer.
pub const ANSWER_SECONDS: u64 = 2;
/// Both means tell of one press within this time, milliseconds: an INFO is sent at the end of a press and may be repeated.
pub const KEY_TWICE_MS: u64 = 2_000;
/// Presses remembered meanwhile.
pub const KEYS: usize = 64;
/// Clip of the hold music.
pub const MUSIC: &str = "music-1";
/// How long an agent's device rings for a transferred or returned call, seconds.
pub const RING_SECONDS: u64 = 20;
/// Seconds of waiting that a call cut from its agent is credited: it goes before all of its queue.
pub const RETURN_BONUS: i64 = 3_600;
/// Steps of one pump before the rest waits for the next: a loop between cores must not hang the node.
pub const PUMP_STEPS: usize = 100_000;
/// How long a BYE may come behind the end of its sound, milliseconds.
pub const BYE_LATE_MS: u64 = 500;
/// Seconds between two tries to enter a full queue.
pub const REJOIN_SECONDS: u64 = 5;
/// A browser's sound needs a moment after the ACK (DTLS); the flow starts at the latest after this, milliseconds.
pub const BROWSER_START_MS: u64 = 1_500;
