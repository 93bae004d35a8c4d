//! Logging in and out, and API tokens. Who is behind a request is found out in `src/http/login.rs`.

pub mod http;
