//! The journal: every event of a call is here, on disk, before anything that depends on it is sent.
//!
//! ```text
//! brain --Record--> append thread --write, one fdatasync for all that wait--> DATA/journal/journal-000007.log
//!                        |--Durable{sequence}--> brain (200 OK leaves now)
//!                        `--tail moved--> Reader (the feed) --stored(upto)--> DATA/journal/stored
//! ```
//!
//! Files: [`segment`] is the format on disk, [`append`] the thread, [`reader`] the consumer's side, [`replay`] what a
//! start finds unfinished, [`reserve`] the space kept back for a full disk, [`verify`] the command. Sequence numbers on
//! disk go on over restarts and have no gaps.

pub mod append;
pub mod cursor;
pub mod limit;
pub mod reader;
pub mod replay;
pub mod reserve;
pub mod segment;
pub mod verify;

pub use append::{Journal, Started};
pub use reader::Reader;
