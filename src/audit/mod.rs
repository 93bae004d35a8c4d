//! Reading the audit. It is written by the door (`src/http/audit`).

pub mod http;
pub mod store;
