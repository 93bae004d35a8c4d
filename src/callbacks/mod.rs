//! Callback tasks: who was not served is called back within ten minutes of the arrival (N2).
//!
//! A call that was not served leaves an intake and a callback. They are one piece of work: while the callback is open it
//! stands for both, and whichever of the two is settled settles the other ([`disposition`], [`settle`]).

pub mod http;
pub mod store;

use crate::db::Tx;
use crate::http::access::{self, Object};
use crate::http::{Problem, Verb, Who};
use types::{CallbackId, IntakeId};

/// What the end of a callback says about its intake (domain.md 1.3.1); none: a person has to say it.
pub fn disposition(state: &str) -> Option<&'static str> {
    match state {
        "done" => Some("callback_done"),
        "unreachable" => Some("unreachable"),
        _ => None,
    }
}

/// What the disposition of an intake says about its callback.
fn state(disposition: &str) -> &'static str {
    match disposition {
        "callback_done" => "done",
        "unreachable" => "unreachable",
        _ => "cancelled",
    }
}

/// Closes what is owed for an intake that this person disposes of, and gives it back: 403 when the callback is not of an own queue.
pub async fn settle(
    tx: &mut Tx,
    who: &Who,
    intake: IntakeId,
    disposition: &str,
    comment: Option<&str>,
) -> Result<Vec<CallbackId>, Problem> {
    let mut settled = Vec::new();
    for (id, queue) in store::open_of_intake(tx, intake).await? {
        access::may(who, Verb::CallbacksClaim, Object::Queue(&queue))?;
        let comment = comment.or(Some(disposition));
        let now = tx.now();
        store::close(tx, id, state(disposition), who.id, now, comment).await?;
        settled.push(id);
    }
    Ok(settled)
}
