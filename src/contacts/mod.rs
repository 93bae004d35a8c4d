//! Clients: people and companies, their phones, their units.

pub mod act;
pub mod error;
pub mod http;
mod record;
pub mod rules;
pub mod store;
