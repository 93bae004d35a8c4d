//! What happened, for whoever follows it: followers read the events of the database by cursor, and a lease says which of
//! several processes on one database does a thing.

mod follow;
mod lease;
mod store;

pub use follow::{Follower, follow, turn};
pub use lease::Lease;
pub use store::newest;
