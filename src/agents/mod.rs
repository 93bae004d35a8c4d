//! Agents: dispatchers and supervisors as the floor sees them, and their times.

pub mod http;
pub mod store;
