//! Every maximum of this crate, named.

use std::time::Duration;

/// Wrong secrets for one name from one source; then it waits, longer each time.
pub const FAILURES: u32 = 5;
/// ... for one name from all sources where it never succeeded.
pub const FAILURES_OF_NAME: u32 = 20;
/// ... from one source, each name counted once.
pub const FAILURES_OF_SOURCE: u32 = 50;
/// Nobody waits longer between two attempts.
pub const FAILURE_PAUSE: Duration = Duration::from_secs(300);
/// For how long failures are remembered: many times the longest pause, or that would be the end of all pauses.
pub const FAILURES_KEPT: Duration = Duration::from_secs(6 * 3600);
/// What is counted at a time; and sources and names that succeeded.
pub const GUARDED: usize = 10_000;
