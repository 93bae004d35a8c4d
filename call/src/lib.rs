//! The switch: every call living on this node. Composes the four cores (sip, media, ivr, acd) and knows no
//! HTTP, SQL, files or clock. Three verbs: [`Node::handle`], [`Node::poll`], [`Node::timeout`] (then [`Node::tick`]).
#![forbid(unsafe_code)]

mod arrive;
mod call;
pub mod command;
mod device;
mod env;
pub mod event;
mod guests;
mod keys;
mod leg;
pub mod limit;
mod negotiate;
pub mod node;
pub mod plan;
mod registrar;
pub mod row;
mod stage;
mod switch;
mod verb;

pub use command::{Command, Refusal, Reply};
pub use event::{Event, Kind};
pub use node::{Answer, Input, Node, Output};
pub use plan::Plan;
pub use registrar::SavedBinding;
pub use row::Row;

pub use acd::{AgentId, CallId};
