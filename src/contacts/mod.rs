//! Clients: people and companies, their phones, their units.

pub mod act;
pub mod erase;
pub mod error;
pub mod http;
pub mod merge;
mod record;
pub mod rules;
pub mod store;
