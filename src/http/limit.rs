//! Every maximum of this module, named.

use std::time::Duration;

/// Bytes of a request body.
pub const BODY: usize = 1024 * 1024;
/// Items of one page.
pub const PAGE: i64 = 200;
/// Items of a page when nothing was asked.
pub const PAGE_DEFAULT: i64 = 50;
/// Characters of a name, title, label.
pub const LINE: usize = 300;
/// Characters of details, notes, comments.
pub const TEXT: usize = 20_000;
/// Items of a list inside a body (phones, units, queues).
pub const ITEMS: usize = 100;

/// Life of a log-in: a shift and its handover.
pub const LOGIN: Duration = Duration::from_secs(24 * 3600);
/// How long a looked-up log-in is believed: a blocked person is out within this time on every node.
pub const LOGIN_FRESH: Duration = Duration::from_secs(2);
/// A WebSocket looks so often whether its log-in still holds; with `LOGIN_FRESH` it ends within 5 s on every node.
pub const LOGIN_CHECK: Duration = Duration::from_secs(2);
/// How long it is believed while the database is away: calls can be handled meanwhile.
pub const LOGIN_STALE: Duration = Duration::from_secs(3600);
/// The use of a log-in or token is written down so often at most.
pub const USE_NOTED: Duration = Duration::from_secs(60);
/// Remembered log-ins.
pub const LOGINS: usize = 10_000;
/// Passwords checked at the same time: 19 MiB and 24 ms each.
pub const PASSWORDS: usize = 2;
/// Password checks waiting; beyond: 429.
pub const PASSWORDS_WAITING: usize = 64;
/// Characters of a password.
pub const PASSWORD: usize = 200;
/// A log-in waits so long for others of the same login that are being looked at.
pub const PASSWORD_WAIT: Duration = Duration::from_secs(10);
/// Bytes of a login that are looked at; nobody has a longer one.
pub const LOGIN_BYTES: usize = 64;
/// A source where a login succeeded within so many days is known after a restart.
pub const SOURCE_KNOWN_DAYS: i64 = 30;
/// From the right password to the second factor.
pub const CHALLENGE: Duration = Duration::from_secs(300);
/// From the showing of a new secret to the code that confirms it.
pub const FACTOR_SHOWN: Duration = Duration::from_secs(1_800);
pub const RECOVERY_CODES: usize = 10;
/// Security keys of one person.
pub const SECURITY_KEYS: i64 = 20;
/// API tokens of one person.
pub const TOKENS: i64 = 50;
/// Days that an API token is valid when nothing was asked, and at most.
pub const TOKEN_DAYS: i64 = 90;
pub const TOKEN_DAYS_MAX: i64 = 366;
