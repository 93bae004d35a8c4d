//! Clients: people and companies, their phones, their units.

pub mod http;
pub mod phone;
pub mod rules;
pub mod store;
