//! Every maximum of drafts, named.

use std::time::Duration;

/// Bytes of one draft as JSON: two long texts in Cyrillic and the forms around them.
pub const BYTES: usize = 128 * 1024;
/// Tickets of one call that are written at the same time.
pub const TICKETS: usize = 20;
/// Drafts of one person. Whoever leaves so many calls without an outcome says some first.
pub const OF_PERSON: i64 = 200;
/// Days after which a draft that nobody touched is deleted: a weekend and the week after it.
pub const DAYS: i64 = 7;
/// Hours after which a draft of a call with an outcome is deleted, if it was not at once.
pub const HOURS_DISPOSED: i64 = 1;
/// Between two looks for old ones.
pub const SWEEP: Duration = Duration::from_secs(3600);
