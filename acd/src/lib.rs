//! The floor: agents, queues, waiting calls, offers. Knows no SIP, no sound, no database.
//!
//! | question | file |
//! |---|---|
//! | who is next? | `matching.rs` |
//! | how long do we ring an agent, what if they do not answer? | `offer.rs` |
//! | what may an agent ask, what follows a talk? | `agent.rs` |
//! | who stands where in line? | `queue.rs`, `line.rs` |
//! | service level, expected wait | `level.rs` |
//! | what does the board show? | `row.rs` |
//! | what changes with a new configuration? | `plan.rs` |
#![forbid(unsafe_code)]

mod agent;
mod api;
mod floor;
mod level;
pub mod limit;
mod line;
mod matching;
mod offer;
mod plan;
mod queue;
mod row;

pub use api::*;
pub use floor::Floor;
