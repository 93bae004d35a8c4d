//! Every maximum of the audit, named.

use std::time::Duration;

/// Lines that wait to be written. A request whose line finds no place waits.
pub const WAITING: usize = 4_096;
/// Lines of one transaction.
pub const BATCH: usize = 512;
/// A line waits at most this long for company; a crash loses no more than what was read meanwhile.
pub const GATHER: Duration = Duration::from_millis(250);
/// Equal requests within this are one line, and a second one that counts them.
pub const SAME: chrono::TimeDelta = chrono::TimeDelta::seconds(60);
/// How often somebody looks whether that time is over.
pub const LOOK: Duration = Duration::from_secs(5);
/// Kinds of requests that are counted at the same time; beyond, all are written at once.
pub const COUNTED: usize = 10_000;
/// Pause before the database is tried again.
pub const RETRY: Duration = Duration::from_secs(1);
/// Characters of a login or a range as it was sent.
pub const WORD: usize = 64;
