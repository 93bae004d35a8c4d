//! Every maximum and period of this crate outside SDP (see `sdp::limit`), named.

use std::time::Duration;

/// One packet of ours: 20 ms of sound (RFC 3551 4.2 default).
pub const FRAME: Duration = Duration::from_millis(20);
/// Samples of a frame at 8 kHz; also its octets in G.711.
pub const FRAME_SAMPLES: usize = 160;
/// Ticks missed for longer than this are not made up for by a burst: the sound goes on later instead.
pub const CATCH_UP_MAX: Duration = Duration::from_millis(100);
/// Octets of a datagram we look at; longer ones are dropped.
pub const PACKET_MAX: usize = 2048;
/// Octets of sound in one packet: 200 ms. Nobody sends more; longer payloads are dropped.
pub const PAYLOAD_MAX: usize = 1600;
/// Datagrams waiting for the shell; more are dropped, as a full socket buffer would.
pub const OUTBOX_PACKETS_MAX: usize = 16_384;
/// Events and pieces waiting for the shell never exceed what commands and packets cause; this is the alarm line
/// above which sound of recordings is dropped, so that a shell that stopped polling cannot eat the memory.
pub const OUTBOX_OUTPUTS_MAX: usize = 262_144;

/// Sequence steps forward that are still the same stream (RFC 3550 A.1 MAX_DROPOUT).
pub const DROPOUT_MAX: u64 = 3000;
/// Sequence steps back that are still reordering (RFC 3550 A.1 MAX_MISORDER).
pub const MISORDER_MAX: u64 = 100;
/// A timestamp that disagrees with the clock by more than this starts a new talk spurt, samples (2 s).
pub const TIMESTAMP_JUMP_MAX: i64 = 16_000;

/// While the peer's port may still be corrected by what we hear (NAT), after the first packet.
pub const LEARNING: Duration = Duration::from_secs(2);
/// A leg that was heard and then not for this long is `Quiet`: fifty packets in a row are no ordinary loss. A leg whose
/// partner gives it nothing for as long is sent silence in the partner's stead.
pub const QUIET: Duration = Duration::from_secs(1);
/// Between two RTCP reports (RFC 3550 6.2 minimum).
pub const RTCP_INTERVAL: Duration = Duration::from_secs(5);

/// Sounds in one `Play`.
pub const SOUNDS_MAX: usize = 256;
/// Digits waiting to be sent on one leg.
pub const DIGITS_MAX: usize = 64;
/// Addresses one browser leg may be reached from at a time (candidates, NAT rebinding).
pub const BROWSER_ADDRESSES_MAX: usize = 8;

/// How long a recording waits for late packets, samples (240 ms).
pub const RECORD_HOLD: u64 = 1920;
/// Sound in one piece of a recording, samples (400 ms).
pub const PIECE: u64 = 3200;
/// Longest piece, samples (1 s): the promise of `Piece`.
pub const PIECE_MAX: u64 = 8000;
/// A recorded stream is moved when it is off the clock by more than this, samples (60 ms).
pub const RECORD_DRIFT_MAX: i64 = 480;
/// ... for longer than this, samples (1 s): a short stall of the network is no drift.
pub const RECORD_DRIFT_AFTER: u64 = 8000;
/// ... or, when it is so late that it cannot be placed at all, for longer than this, samples (300 ms).
pub const RECORD_LOST_AFTER: u64 = 2400;

/// Samples of a WAV file read as a prompt: 20 minutes at 48 kHz.
pub const WAV_SAMPLES_MAX: u32 = 20 * 60 * 48_000;
