//! Calls as the browser sees them: rows written from events, read here.

pub mod act;
pub mod drafts;
mod error;
pub mod http;
mod record;
pub mod scope;
pub mod store;

pub use error::Error;
pub use types::{CallState, OfferResult};
