//! What is done with callbacks, for the stream of all nouns (docs/events.md): ids and words only.

use super::CallbackState;
use crate::db::{Result, Tx};
use crate::outbox::{self, Subject};
use serde::Serialize;
use types::{CallbackId, IntakeId, PersonId};

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Happened {
    Claimed { queue: String },
    Released { queue: String },
    Settled { state: CallbackState, intake_id: Option<IntakeId> },
}

impl Happened {
    fn kind(&self) -> &'static str {
        match self {
            Happened::Claimed { .. } => "callback.claimed",
            Happened::Released { .. } => "callback.released",
            Happened::Settled { .. } => "callback.settled",
        }
    }
}

/// `actor`: None when time released it.
pub fn event(tx: &mut Tx, id: CallbackId, what: &Happened, actor: Option<PersonId>) -> Result<()> {
    outbox::done(tx, Subject::Callbacks(id), what.kind(), what, actor)
}
