//! Logging in and out, log-ins that hold, one's own password, and API tokens. Who is behind a request is found out in `src/http/login.rs`.

pub mod http;
pub mod of_person;
pub mod second_factor;
mod store;
