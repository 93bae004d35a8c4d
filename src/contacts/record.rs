//! What happens to contacts, for the stream of all nouns (docs/events.md): versions only. In the stream, what a client is
//! called would outlive its erasure.

use crate::db::{Result, Tx};
use crate::outbox::{self, Subject};
use serde::Serialize;
use types::{ContactId, PersonId};

/// `version`: the contact's, after it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Happened {
    Created {
        version: i64,
    },
    Changed {
        version: i64,
    },
    /// It is the same client as `into`, which has its calls and tickets now.
    Merged {
        version: i64,
        into: ContactId,
    },
    /// Its data is gone.
    Erased {
        version: i64,
    },
}

impl Happened {
    fn kind(&self) -> &'static str {
        match self {
            Happened::Created { .. } => "contact.created",
            Happened::Changed { .. } => "contact.changed",
            Happened::Merged { .. } => "contact.merged",
            Happened::Erased { .. } => "contact.erased",
        }
    }
}

pub fn event(tx: &mut Tx, id: ContactId, what: &Happened, actor: PersonId) -> Result<()> {
    outbox::done(tx, Subject::Contacts(id), what.kind(), what, Some(actor))
}
