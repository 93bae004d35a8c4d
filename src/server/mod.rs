//! The top layer: HTTP for browsers and programs. It may import everything below; nothing below imports it.
//! `router.rs` has one line for each route, `listener.rs` bounds connections.

pub mod about;
mod again;
pub mod app;
pub mod assets;
mod audited;
pub mod headers;
pub mod health;
pub mod host;
pub mod limit;
pub mod listener;
pub mod openapi;
pub mod origin;
mod problems;
mod query;
mod refusals;
pub mod router;
mod turns;

pub use app::App;
pub use router::router;
