//! Callback tasks: who was not served is called back within ten minutes of the arrival (N2).
//!
//! A call that was not served leaves an intake and a callback. They are one piece of work: while the callback is open it
//! stands for both, and whichever of the two is settled settles the other ([`act::close`], [`act::settle`]). Callbacks to one
//! number are one piece of work as well: who takes or ends one takes or ends them all.

pub mod act;
mod error;
pub mod http;
mod record;
pub mod release;
mod scope;
pub mod store;

pub use error::Error;

types::words! {
    pub enum CallbackState {
        Pending = "pending",
        Claimed = "claimed",
        Done = "done",
        Unreachable = "unreachable",
        /// The client called again and was answered.
        Merged = "merged",
        Cancelled = "cancelled",
    }

    /// What can be said of a callback when it is over.
    pub enum CallbackEnd {
        Done = "done",
        Unreachable = "unreachable",
        Cancelled = "cancelled",
    }
}

impl CallbackState {
    /// Somebody is still to be called.
    pub const OPEN: &'static [CallbackState] = &[CallbackState::Pending, CallbackState::Claimed];
}

impl From<CallbackEnd> for CallbackState {
    fn from(end: CallbackEnd) -> CallbackState {
        match end {
            CallbackEnd::Done => CallbackState::Done,
            CallbackEnd::Unreachable => CallbackState::Unreachable,
            CallbackEnd::Cancelled => CallbackState::Cancelled,
        }
    }
}
