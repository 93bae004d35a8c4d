//! Callback tasks: who was not served is called back within ten minutes of the arrival (N2).

pub mod http;
pub mod store;
