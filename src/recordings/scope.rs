//! Which recordings a person may hear: one condition for the list and for one recording.

use crate::db::Select;
use crate::http::access::Scope;
use chrono::{DateTime, TimeDelta, Utc};

/// Recordings of own calls may be heard this long.
pub const DAYS: i64 = 7;

/// The scope as a condition of a statement that reads `recordings r` and their `calls c`.
pub fn within(select: &mut Select, scope: &Scope, now: DateTime<Utc>) {
    match scope {
        Scope::All => {}
        Scope::Own { person, .. } => {
            let since = now - TimeDelta::days(DAYS);
            select.filter("c.agent_id = ? AND r.started_at >= ?", [(*person).into(), since.into()]);
        }
    }
}
