//! Call flows: scripts as files, one [`Run`] a caller, the speech grammar. Knows no SIP, no queue, no database.
//!
//! [`Flow::parse`] reads and checks a script; a [`Run`] walks one caller through it; [`say`] turns numbers, dates and
//! ticket states into the clips to be played; [`simulate`] does all of it in a terminal.
#![forbid(unsafe_code)]

mod api;
mod check;
mod flow;
pub mod limit;
mod parse;
mod run;
pub mod say;
pub mod simulate;

pub use api::*;
pub use flow::Flow;
pub use run::Run;
