//! Buildings: the address as a tree of sections, floors and units, and risers across it.

pub mod edit;
mod grid;
pub mod http;
pub mod rules;
pub mod store;
