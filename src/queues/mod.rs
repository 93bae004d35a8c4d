//! Queues as configured, with the live numbers of the floor.

pub mod http;
pub mod store;
