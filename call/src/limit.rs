//! Every maximum of this crate, named.

/// Calls living on one node; beyond: 503 with Retry-After, and still an intake.
pub const CALLS: usize = 5_000;
/// Registered contacts of one account.
pub const CONTACTS: usize = 4;
/// Bytes of a caller's number or name that we keep.
pub const PARTY: usize = 128;
/// Transfers of one call.
pub const TRANSFERS: u32 = 5;
/// Seconds we wait for the journal before an arriving call is refused with 503.
pub const DURABLE_SECONDS: u64 = 10;
/// Seconds a flow waits for the world's answer.
pub const ANSWER_SECONDS: u64 = 2;
