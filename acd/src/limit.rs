//! Every maximum of the floor, by name.

use std::time::Duration;

/// Queues in a plan; further ones are not taken.
pub const QUEUES_MAX: usize = 1_000;
/// Agents in a plan; further ones are not taken.
pub const AGENTS_MAX: usize = 20_000;
/// Calls in all lines together; beyond, Join is answered by `Overdue`.
pub const WAITING_MAX: usize = 100_000;
/// A queue with this base or more is an emergency queue. No ordinary head start is a quarter of an hour.
pub const EMERGENCY_BASE: i64 = 1_000;
/// Head starts (base, priority) are cut to this many seconds either way: a day.
pub const HEAD_START_MAX: i64 = 86_400;
/// Refusals remembered per call; the oldest is forgotten first.
pub const REFUSED_MAX: usize = 64;
/// Longest ringing and longest wrap-up, whatever the plan says.
pub const PERIOD_MAX: Duration = Duration::from_secs(86_400);
/// Octets of a pause reason.
pub const REASON_MAX: usize = 64;
/// Calls at the head of each line whose position on the board is kept fresh.
pub const POSITIONS_FRESH: usize = 100;
/// Calls further back that one step looks at.
pub const POSITIONS_SWEPT: usize = 100;
/// How often a line's positions are looked at.
pub const POSITION_PERIOD: Duration = Duration::from_millis(250);
/// Handling times remembered per queue.
pub const PACE_SAMPLES: usize = 32;
/// Handling times needed before an expected wait is believable.
pub const PACE_SAMPLES_MIN: usize = 5;
/// An expected wait longer than this is not believable.
pub const ESTIMATE_MAX: Duration = Duration::from_secs(30 * 60);
/// Calls in one piece of a line.
pub const LINE_PIECE: usize = 256;
