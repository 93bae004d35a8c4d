//! One file per structured header. All borrow from the message and read only when asked.

pub mod address;
pub mod auth;
pub mod cseq;
pub mod name;
pub mod timer;
pub mod via;

pub use address::Address;
pub use auth::Challenge;
pub use cseq::CSeq;
pub use name::Name;
pub use timer::{Refresher, SessionExpires};
pub use via::Via;
