//! Every maximum of this crate, named.

use std::time::Duration;

/// Wrong secrets for one name from one source; then it waits, longer each time.
pub const FAILURES: u32 = 5;
/// ... for one name from all sources where it never succeeded.
pub const FAILURES_OF_NAME: u32 = 20;
/// ... from one source, each name counted once.
pub const FAILURES_OF_SOURCE: u32 = 50;
/// For how long they are remembered; nobody waits longer.
pub const FAILURES_KEPT: Duration = Duration::from_secs(300);
/// What is counted at a time; and sources and names that succeeded.
pub const GUARDED: usize = 10_000;
