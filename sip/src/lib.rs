//! SIP: bytes in, bytes out (RFC 3261 family), without sockets, clock or threads.
//!
//! Three verbs: [`Stack::handle`] takes what comes in, [`Stack::poll`] gives what must go out,
//! [`Stack::timeout`] says when to call [`Stack::tick`] next. The application steers sessions with one
//! method a verb (`ring`, `answer`, `refuse`, `invite`, `offer`, `end` ...); each only queues output.
//!
//! | question | file |
//! |---|---|
//! | what crosses the border | `api.rs` |
//! | text to message and back | `parse.rs`, `lex.rs`, `header/`, `uri.rs`, `write.rs` |
//! | what is wrong with a message | `screen.rs` |
//! | who may use how much of what is bounded | `peers.rs` |
//! | when is something sent again | `transaction/`, one file a machine; `timers.rs` |
//! | where does the next request of a dialog go | `dialog.rs` |
//! | what happens on INVITE, ACK, BYE, re-INVITE ... | `session/`, one file a verb |
//! | which way does a message take | `stack.rs` |
#![forbid(unsafe_code)]
// No input may end the process.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::todo,
        clippy::unreachable
    )
)]

mod api;
pub mod auth;
mod body;
mod credit;
mod dialog;
mod env;
mod frame;
pub mod header;
pub mod lex;
pub mod limit;
pub mod message;
mod parse;
mod peers;
mod register;
mod reply;
pub mod screen;
mod session;
mod stack;
mod transaction;
pub mod uri;
pub mod write;

pub use api::*;
pub use message::{Fault, Field, Message, Method, Start};
pub use peers::Peer;
pub use stack::Stack;
