//! Buildings: the address as a tree of sections, floors and units, and risers across it.

pub mod http;
pub mod store;
