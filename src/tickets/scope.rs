//! Which tickets a person reaches: one condition for lists, counts and single tickets.

use crate::db::{Result, Select, Tx};
use crate::http::access::Scope;
use types::TicketId;

const ONE: &str = "SELECT t.id FROM tickets t";
/// Given to the person, or work for hands that nobody has taken yet.
const MINE: &str = "t.executor_id = ? OR (t.executor_id IS NULL AND t.state = 'new' AND t.complete \
    AND t.kind IN ('emergency', 'service', 'paid_service', 'utility_quality'))";
const MINE_IN_BUILDINGS: &str = "t.executor_id = ? OR (t.executor_id IS NULL AND t.state = 'new' AND t.complete \
    AND t.kind IN ('emergency', 'service', 'paid_service', 'utility_quality') \
    AND t.building_id IN (SELECT building_id FROM person_buildings WHERE person_id = ?))";

pub const STATEMENTS: &[&str] = &[ONE];

/// The scope as a condition of a statement that reads `tickets t`.
pub fn within(select: &mut Select, scope: &Scope) {
    match scope {
        Scope::All => {}
        Scope::Technician { person, buildings } if buildings.is_empty() => {
            select.filter(MINE, [(*person).into()]);
        }
        Scope::Technician { person, .. } => {
            select.filter(MINE_IN_BUILDINGS, [(*person).into(), (*person).into()]);
        }
    }
}

/// Is this ticket in scope?
pub async fn reaches(tx: &mut Tx, scope: &Scope, ticket: TicketId) -> Result<bool> {
    let mut select = Select::new(ONE);
    select.filter("t.id = ?", [ticket.into()]);
    within(&mut select, scope);
    Ok(!select.fetch::<(TicketId,)>(tx).await?.is_empty())
}
