//! The roof: the one door for browsers and programs. It may see everything below; nothing below sees it.
//! `router.rs` has one line for each route, `listener.rs` bounds connections.

pub mod about;
pub mod app;
pub mod assets;
pub mod headers;
pub mod health;
pub mod limit;
pub mod listener;
pub mod openapi;
pub mod origin;
pub mod router;

pub use app::App;
pub use router::router;
