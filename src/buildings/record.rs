//! What happens to buildings, for the stream of all nouns (docs/events.md): ids and versions only.

use crate::db::{Result, Tx};
use crate::outbox::{self, Subject};
use serde::Serialize;
use types::{BuildingId, PersonId, UnitId};

/// `version`: the building's, after it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Happened {
    Created { version: i64 },
    Changed { version: i64 },
    GridReplaced { version: i64 },
    UnitChanged { version: i64, unit_id: UnitId },
}

impl Happened {
    fn kind(&self) -> &'static str {
        match self {
            Happened::Created { .. } => "building.created",
            Happened::Changed { .. } => "building.changed",
            Happened::GridReplaced { .. } => "building.grid_replaced",
            Happened::UnitChanged { .. } => "building.unit_changed",
        }
    }
}

pub fn event(tx: &mut Tx, id: BuildingId, what: &Happened, actor: PersonId) -> Result<()> {
    outbox::done(tx, Subject::Buildings(id), what.kind(), what, Some(actor))
}
