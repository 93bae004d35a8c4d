//! Every maximum of this module, named.

use std::time::Duration;

/// How long a request waits for a connection: a database that is away is told within two seconds.
pub const ACQUIRE: Duration = Duration::from_millis(1_500);
/// PostgreSQL connections of this node.
pub const CONNECTIONS: u32 = 10;
/// SQLite readers beside the one writer.
pub const READERS: u32 = 4;
/// Pages that SQLite's writer and each reader keep, KiB (negative is SQLite's way to say KiB). A reader finds what it does
/// not keep in the system's own cache.
pub const WRITER_CACHE: &str = "-2048";
pub const READER_CACHE: &str = "-512";
/// How long one statement may run on PostgreSQL.
pub const STATEMENT_MS: u64 = 10_000;
/// Words of a search that are looked at.
pub const SEARCH_WORDS: usize = 8;
/// So many rows are sorted after the index of words gave them. When it gives more, every five hundredth of a million rows
/// is one of them, and reading in the order of the list finds a page sooner.
pub const SEARCH_FEW: i64 = 2_000;
/// Values of one `IN` list: SQLite takes 32,766 in a statement.
pub const LIST: usize = 30_000;
/// Values of one statement of many rows: SQLite looks each placeholder up among all of them.
pub const VALUES: usize = 256;
/// A transaction of ours that is silent for so long is ended by PostgreSQL, and its locks with it.
pub const IDLE_MS: u64 = 15_000;
/// Seconds after which PostgreSQL asks a silent connection for a sign of life, and between two such questions.
pub const KEEPALIVE_S: u64 = 5;
