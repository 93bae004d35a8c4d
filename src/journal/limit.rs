//! Every maximum of the journal, named.

use std::time::Duration;

/// Bytes of one event as JSON. Parties and texts are cut by the cores; beyond: the event is refused and counted.
pub const EVENT_BYTES: usize = 64 * 1024;
/// A segment is closed when it is longer than this.
pub const SEGMENT_BYTES: u64 = 16 * 1024 * 1024;
/// Space written ahead in one go: some ten thousand events.
pub const AHEAD_BYTES: u64 = 4 * 1024 * 1024;
/// Written ahead again when less than this is left: more than any usual group.
pub const AHEAD_BYTES_MIN: u64 = 512 * 1024;
/// Events written with one fdatasync at most: bounds the wait of the first of them.
pub const GROUP_EVENTS: usize = 1_024;
/// Events waiting for the append thread. Beyond (a disk that stands still): the journal is broken, nothing is acknowledged.
pub const WAITING: usize = 65_536;
/// Stored segments older than this are deleted.
pub const KEPT: Duration = Duration::from_secs(24 * 3600);
/// Space kept back for events when the disk is full (F9).
pub const RESERVE_BYTES: u64 = 256 * 1024 * 1024;
/// The same in the demo.
pub const RESERVE_BYTES_DEMO: u64 = 16 * 1024 * 1024;
/// Freed from the reserve each time the disk is full.
pub const RESERVE_STEP: u64 = 16 * 1024 * 1024;
/// How often the thread looks after reserve, old segments and the sign of life.
pub const HOUSEKEEPING: Duration = Duration::from_secs(2);
/// Pause before a write that found the disk full is tried again.
pub const FULL_RETRY: Duration = Duration::from_millis(200);
