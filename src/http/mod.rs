//! The words of HTTP that every noun uses: who asks and what they may do, bodies and pages in, problem documents out. Knows
//! no noun; what a noun offers stands in `src/<noun>/http.rs`, and `src/server` puts it all together.

pub mod access;
pub mod audit;
pub mod factor;
pub mod limit;
pub mod login;
pub mod once;
pub mod page;
pub mod parse;
mod passwords;
pub mod problem;
pub mod security_key;
pub mod share;
mod throttle;

pub use access::{Allowed, Role, Verb, can};
pub use login::{Logins, Through, Who};
pub use once::Once;
pub use page::Page;
pub use parse::{Body, Id, Params};
pub use problem::Problem;
pub use share::{Share, Shares};

/// What every handler answers.
pub type Answer<T> = Result<axum::Json<T>, Problem>;
