//! What happened, for whoever follows it. Every noun's events go through [`record`] into one stream, in the
//! transaction that changes the noun; followers read it by cursor, and a lease says which of several processes on one
//! database does a thing. [`News`] are hints for live screens, not history: they may be lost.

mod event;
mod follow;
mod lease;
mod news;
mod store;

pub use event::{Event, Fact, Subject};
pub use follow::{BATCH, Follower, Step, follow, turn};
pub use lease::Lease;
pub use news::{News, WAITING};
pub use store::{done, events_after, record};
