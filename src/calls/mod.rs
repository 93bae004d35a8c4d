//! Calls as the browser sees them: rows written from events, read here.

pub mod card;
pub mod http;
pub mod store;

pub use types::{CallState, OfferResult};
