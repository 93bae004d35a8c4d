//! Which tickets a person reaches: one condition for lists, counts and single tickets.

use crate::db::Select;
use crate::http::access::Scope;

/// Given to the person, or work for hands that nobody has taken yet in the person's buildings (none named: in all).
const TECHNICIAN: &str = "t.executor_id = ? OR (t.executor_id IS NULL AND t.state = 'new' AND t.complete \
    AND t.kind IN ('emergency', 'service', 'paid_service', 'utility_quality') \
    AND (t.building_id IN (SELECT building_id FROM person_buildings WHERE person_id = ?) \
    OR NOT EXISTS (SELECT 1 FROM person_buildings WHERE person_id = ?)))";

/// The scope as a condition of a statement that reads `tickets t`.
pub fn within(select: &mut Select, scope: &Scope) {
    match scope {
        Scope::All => {}
        Scope::Own { person, .. } => {
            let person = *person;
            select.filter(TECHNICIAN, [person.into(), person.into(), person.into()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TECHNICIAN;
    use crate::tickets::rules::TicketKind;

    #[test]
    fn work_for_hands_is_what_the_rules_say() {
        for kind in TicketKind::ALL {
            assert_eq!(TECHNICIAN.contains(&format!("'{kind}'")), kind.for_hands(), "{kind}");
        }
    }
}
