//! Tickets: what a client asked for, until it is done.
//!
//! `rules` is the pure state machine, `clocks` the pure calendar; `act` does things inside a transaction (for requests,
//! for follow-ups of calls, for the demo), `fields` names once what people write of a ticket, `record` is the row, `store`
//! the views that are read, `scope` says which of them a person reaches. `follow` opens the ticket of an answered call,
//! `outcome` closes it when the call was none.

pub mod act;
pub mod classifiers;
pub mod clocks;
pub mod error;
pub mod fields;
pub mod follow;
pub mod http;
pub mod outcome;
pub mod record;
pub mod rules;
pub mod scope;
pub mod seed;
pub mod store;
pub mod sweep;
pub mod words;
