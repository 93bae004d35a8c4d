//! What happens to classifiers, for the stream of all nouns (docs/events.md): versions only.

use crate::db::{Result, Tx};
use crate::outbox::{self, Subject};
use serde::Serialize;
use types::{ClassifierId, PersonId};

/// `version`: the classifier's, after it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Happened {
    Created { version: i64 },
    Changed { version: i64 },
}

impl Happened {
    fn kind(&self) -> &'static str {
        match self {
            Happened::Created { .. } => "classifier.created",
            Happened::Changed { .. } => "classifier.changed",
        }
    }
}

pub fn event(tx: &mut Tx, id: ClassifierId, what: &Happened, actor: PersonId) -> Result<()> {
    outbox::done(tx, Subject::Classifiers(id), what.kind(), what, Some(actor))
}
