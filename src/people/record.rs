//! What happens to people who work here, for the stream of all nouns (docs/events.md): versions only.

use crate::db::{Result, Tx};
use crate::outbox::{self, Subject};
use serde::Serialize;
use types::PersonId;

/// `version`: the person's, after it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Happened {
    Created { version: i64 },
    Changed { version: i64 },
}

impl Happened {
    fn kind(&self) -> &'static str {
        match self {
            Happened::Created { .. } => "person.created",
            Happened::Changed { .. } => "person.changed",
        }
    }
}

/// `actor`: None from the command line.
pub fn event(tx: &mut Tx, id: PersonId, what: &Happened, actor: Option<PersonId>) -> Result<()> {
    outbox::done(tx, Subject::People(id), what.kind(), what, actor)
}
