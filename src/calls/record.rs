//! What persons say of calls, for the stream of all nouns (docs/events.md): ids and words only.

use crate::db::{Result, Tx};
use crate::intakes::DispositionCode;
use crate::outbox::{self, Subject};
use serde::Serialize;
use types::{BuildingId, CallId, ContactId, PersonId, UnitId};

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Happened {
    Disposed { disposition: DispositionCode },
    Identified { contact_id: Option<ContactId>, unit_id: Option<UnitId>, building_id: Option<BuildingId> },
}

impl Happened {
    fn kind(&self) -> &'static str {
        match self {
            Happened::Disposed { .. } => "call.disposed",
            Happened::Identified { .. } => "call.identified",
        }
    }
}

pub fn event(tx: &mut Tx, id: CallId, what: &Happened, actor: PersonId) -> Result<()> {
    outbox::done(tx, Subject::Calls(id), what.kind(), what, Some(actor))
}
