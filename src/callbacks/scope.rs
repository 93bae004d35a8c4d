//! Which callbacks a person reaches: one condition for the list and for one callback.

use crate::db::Select;
use crate::http::access::Scope;

/// The scope as a condition of a statement that reads `callbacks c`: those of own queues.
pub fn within(select: &mut Select, scope: &Scope) {
    match scope {
        Scope::All => {}
        Scope::Own { queues, .. } => drop(select.among("c.queue", queues.iter().map(String::as_str))),
    }
}
