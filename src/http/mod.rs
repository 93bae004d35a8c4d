//! The one door for browsers and programs: log-ins, rights, problem documents, the contract and its routes.
//! Handlers live with their noun (`src/<noun>/http.rs`); `router.rs` has one line for each.

pub mod access;
pub mod app;
pub mod assets;
pub mod audit;
pub mod health;
pub mod limit;
pub mod login;
pub mod me;
pub mod openapi;
pub mod origin;
pub mod page;
pub mod parse;
pub mod problem;
pub mod router;
pub mod serve;
mod throttle;

pub use crate::outbox::News;
pub use access::{Role, Verb};
pub use app::{App, Settings};
pub use login::Who;
pub use page::Page;
pub use parse::{Body, Id, Params};
pub use problem::Problem;
pub use router::router;

/// What every handler answers.
pub type Answer<T> = Result<axum::Json<T>, Problem>;
