//! Every maximum of this room, named.

use std::time::Duration;

/// How long a request waits for a connection: a database that is away is told within two seconds.
pub const ACQUIRE: Duration = Duration::from_millis(1_500);
/// PostgreSQL connections of this node.
pub const CONNECTIONS: u32 = 10;
/// SQLite readers beside the one writer.
pub const READERS: u32 = 4;
/// How long one statement may run on PostgreSQL.
pub const STATEMENT_MS: u64 = 10_000;
/// Words of a search that are looked at.
pub const SEARCH_WORDS: usize = 8;
/// Values of one `IN` list.
pub const LIST: usize = 1_000;
