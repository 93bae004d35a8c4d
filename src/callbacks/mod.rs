//! Callback tasks: who was not served is called back within ten minutes of the arrival (N2).
//!
//! A call that was not served leaves an intake and a callback. They are one piece of work: while the callback is open it
//! stands for both, and whichever of the two is settled settles the other ([`disposition`], [`settle`]).

pub mod http;
pub mod store;

use crate::db::Tx;
use crate::http::access::{self, Object};
use crate::http::{Problem, Verb, Who};
use crate::intakes::DispositionCode;
use types::{CallbackId, IntakeId};

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
}

impl CallbackState {
    /// Somebody is still to be called.
    pub const OPEN: &'static [CallbackState] = &[CallbackState::Pending, CallbackState::Claimed];
}

/// What the end of a callback says about its intake (domain.md 1.3.1); none: a person has to say it.
pub fn disposition(state: CallbackState) -> Option<DispositionCode> {
    match state {
        CallbackState::Done => Some(DispositionCode::CallbackDone),
        CallbackState::Unreachable => Some(DispositionCode::Unreachable),
        _ => None,
    }
}

/// What the disposition of an intake says about its callback.
fn state(disposition: DispositionCode) -> CallbackState {
    match disposition {
        DispositionCode::CallbackDone => CallbackState::Done,
        DispositionCode::Unreachable => CallbackState::Unreachable,
        _ => CallbackState::Cancelled,
    }
}

/// Closes what is owed for an intake that this person disposes of, and gives it back: 403 when the callback is not of an own queue.
pub async fn settle(
    tx: &mut Tx,
    who: &Who,
    intake: IntakeId,
    disposition: DispositionCode,
    comment: Option<&str>,
) -> Result<Vec<CallbackId>, Problem> {
    let mut settled = Vec::new();
    for (id, queue) in store::open_of_intake(tx, intake).await? {
        access::may(who, Verb::CallbacksClaim, Object::Queue(&queue))?;
        let comment = comment.or(Some(disposition.word()));
        let now = tx.now();
        store::close(tx, id, state(disposition), who.id, now, comment).await?;
        settled.push(id);
    }
    Ok(settled)
}
