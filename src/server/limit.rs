//! Every maximum of the server as a whole, named.

use std::time::Duration;

/// Connections of all sources; SIP has its own (`net::limit`), so a flood here costs no trunk its place.
pub const CONNECTIONS: usize = 8_192;
/// Connections of one source (an office behind one address has many browsers, each with some).
pub const CONNECTIONS_PER_SOURCE: usize = 512;
/// A new connection says its first byte within this (T3).
pub const FIRST_BYTE: Duration = Duration::from_secs(5);
/// The headers of a request are complete within this, counted from the answer before: also the life of an idle
/// connection (T3).
pub const HEADERS: Duration = Duration::from_secs(15);
/// Bytes of a request's line and headers.
pub const HEADER_BYTES: usize = 16 * 1024;
/// Headers of a request.
pub const HEADERS_MAX: usize = 64;
/// What is sent and not taken by the peer for so long ends its connection.
pub const UNREAD: Duration = Duration::from_secs(32);
/// A request that takes longer is answered 503: something behind us hangs.
pub const REQUEST: Duration = Duration::from_secs(15);
/// Requests of one person that read at the same time: half of SQLite's readers.
pub const READS_OF_PERSON: usize = 2;
/// Those of one person that read or wait; beyond: 429. A page asks for about a dozen things.
pub const READS_WAITING: usize = 128;
/// `/readyz` waits this long for the database's word.
pub const PING: Duration = Duration::from_secs(1);
/// Bytes of a path in a log line.
pub const LOGGED: usize = 256;
/// Bytes of an id that a proxy gave a request; a longer one is replaced.
pub const REQUEST_ID: usize = 64;
