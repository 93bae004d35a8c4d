//! Every maximum of the recording files, named.

use std::time::Duration;

/// Pieces that wait for the writer: 30 s of sound of some 270 calls (F10); beyond, the recording has a gap.
pub const PIECES: usize = 8_192;
/// What was said is on disk after this at the latest.
pub const SYNC: Duration = Duration::from_secs(1);
/// More dirty files than this are synced with one call for the whole file system.
pub const SYNC_EACH: usize = 4;
/// Recordings open at one time.
pub const OPEN: usize = 8_192;
/// A recording that got nothing for this long is closed as broken: its end was lost.
pub const IDLE: Duration = Duration::from_secs(120);
/// Recordings stop when less is free than this, and go on when there is twice as much: what is left, and what the journal
/// gives back from its reserve step by step, belongs to intakes (F9).
pub const FREE_MIN: u64 = 2 * crate::journal::limit::RESERVE_STEP;
/// Samples of one chunk, each channel; pieces are at most 1 s.
pub const CHUNK_SAMPLES: u32 = 80_000;
/// Samples of silence that one gap may stand for (a day).
pub const GAP_SAMPLES: u64 = 8_000 * 3_600 * 24;
