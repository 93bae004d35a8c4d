//! Which calls, and so which intakes, a person reaches: one condition for lists and for single ones.

use crate::db::Select;
use crate::http::access::Scope;
use types::PersonId;

/// Of own queues, of no queue, or the person was rung for it. Its queue is the last one: who had it before a transfer has it
/// still.
macro_rules! reached {
    () => {
        "c.queue IS NULL OR c.queue IN (SELECT q.queue FROM person_queues q WHERE q.person_id = ?) \
        OR EXISTS (SELECT 1 FROM call_offers o WHERE o.call_id = c.id AND o.agent_id = ?) \
        OR EXISTS (SELECT 1 FROM call_parts p WHERE p.call_id = c.id AND p.agent_id = ?)"
    };
}

const CALLS: &str = reached!();
const INTAKES: &str =
    concat!("i.call_id IS NULL OR EXISTS (SELECT 1 FROM calls c WHERE c.id = i.call_id AND (", reached!(), "))");

/// The scope as a condition of a statement that reads `calls c`.
pub fn within(select: &mut Select, scope: &Scope) {
    only(select, scope, CALLS);
}

/// The scope as a condition of a statement that reads `intakes i`.
pub fn intakes_within(select: &mut Select, scope: &Scope) {
    only(select, scope, INTAKES);
}

fn only(select: &mut Select, scope: &Scope, condition: &'static str) {
    let person: PersonId = match scope {
        Scope::All => return,
        Scope::Own { person, .. } => *person,
    };
    select.filter(condition, [person.into(), person.into(), person.into()]);
}
