//! What persons say of intakes, for the stream of all nouns (docs/events.md): ids and words only.

use super::DispositionCode;
use crate::db::{Result, Tx};
use crate::outbox::{self, Subject};
use serde::Serialize;
use types::{BuildingId, ContactId, IntakeId, PersonId, TicketId, UnitId};

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Happened {
    /// `former`: what was said before.
    Disposed {
        disposition: DispositionCode,
        former: Option<DispositionCode>,
        ticket_id: Option<TicketId>,
    },
    Identified {
        contact_id: Option<ContactId>,
        unit_id: Option<UnitId>,
        building_id: Option<BuildingId>,
    },
}

impl Happened {
    fn kind(&self) -> &'static str {
        match self {
            Happened::Disposed { .. } => "intake.disposed",
            Happened::Identified { .. } => "intake.identified",
        }
    }
}

pub fn event(tx: &mut Tx, id: IntakeId, what: &Happened, actor: PersonId) -> Result<()> {
    outbox::done(tx, Subject::Intakes(id), what.kind(), what, Some(actor))
}
