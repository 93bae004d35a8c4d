//! Buildings: the address as a tree of sections, floors and units, and risers across it.

pub mod act;
pub mod error;
pub mod grid;
pub mod http;
mod layout;
mod record;
pub mod rules;
pub mod store;
