//! What is written down in a call and its tickets before it is saved. It belongs to the call and not to a browser: it is on
//! the next agent's screen after a transfer, and there after a crash of the page. It goes when the outcome is said.

pub mod limit;
pub mod store;

use crate::db::Db;
use crate::http::parse::Check;
use crate::people::store::Named;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::HashSet;
use types::TicketId;
use utoipa::ToSchema;

/// A draft as it is stored, with who changed it last.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CallDraft {
    /// 0: nothing is written down.
    pub version: i64,
    pub content: DraftContent,
    pub changed_at: Option<DateTime<Utc>>,
    pub changed_by: Option<Named>,
}

impl CallDraft {
    /// Nothing is written down.
    pub fn none() -> CallDraft {
        CallDraft { version: 0, content: DraftContent::default(), changed_at: None, changed_by: None }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftContent {
    /// Who calls and from where, as the page keeps it; null: not chosen.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub who: Option<Map<String, Value>>,
    /// What the caller was told.
    #[serde(default)]
    pub comment: String,
    #[serde(default)]
    pub tickets: Vec<DraftTicket>,
}

/// One ticket of the call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftTicket {
    /// Of one more ticket, which will be made with it; null: the ticket that the call opens by itself.
    pub id: Option<TicketId>,
    /// What it was saved as.
    #[serde(default)]
    pub saved: Option<DraftSaved>,
    /// It was there before: the call was linked to it.
    #[serde(default)]
    pub linked: bool,
    /// The form as the page keeps it, null when there is nothing unsaved. It is given back as it came.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub form: Option<Map<String, Value>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftSaved {
    pub id: TicketId,
    pub number: String,
}

impl DraftContent {
    /// Says what is wrong with it.
    pub fn check(&self, check: &mut Check) {
        check.text("content.comment", &self.comment);
        check.that(self.tickets.len() <= limit::TICKETS, "content.tickets", "are too many: at most 20");
        let mut seen = HashSet::new();
        check.that(self.tickets.iter().all(|t| seen.insert(t.id)), "content.tickets", "must not be listed twice");
        for saved in self.tickets.iter().filter_map(|ticket| ticket.saved.as_ref()) {
            check.short("content.tickets", &saved.number);
        }
        let forms = self.tickets.iter().filter_map(|ticket| ticket.form.as_ref()).chain(&self.who);
        check.that(!forms.flatten().any(|(key, value)| nul(key, value)), "content", "must not contain a NUL character");
        let bytes = serde_json::to_vec(self).map_or(usize::MAX, |json| json.len());
        check.that(bytes <= limit::BYTES, "content", "is too long");
    }
}

/// PostgreSQL cannot store NUL.
fn nul(key: &str, value: &Value) -> bool {
    key.contains('\0')
        || match value {
            Value::String(text) => text.contains('\0'),
            Value::Array(list) => list.iter().any(|value| nul("", value)),
            Value::Object(map) => map.iter().any(|(key, value)| nul(key, value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
}

/// Forgets drafts that nobody has touched for long, until it is dropped. Every process may: it comes to the same.
pub async fn forget_old(db: Db) {
    loop {
        match store::forget_old(&db).await {
            Ok(0) => {}
            Ok(forgotten) => tracing::info!(forgotten, "old drafts of calls are deleted"),
            Err(error) => tracing::warn!(%error, "old drafts of calls stay until the next try"),
        }
        tokio::time::sleep(limit::SWEEP).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(content: Value) -> Vec<String> {
        let content: DraftContent = serde_json::from_value(content).expect("a draft");
        let mut check = Check::new();
        content.check(&mut check);
        check.faults().err().unwrap_or_default().into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn a_draft_is_bounded_and_can_be_stored_on_both_databases() {
        let own = json!({ "id": null, "form": { "title": "Течёт", "deep": [{ "x": "y" }] } });
        assert!(faults(json!({ "comment": "Сказали ждать", "tickets": [own] })).is_empty());
        assert_eq!(faults(json!({ "tickets": [own, own] })), ["content.tickets"]);
        assert_eq!(faults(json!({ "comment": "a\0b" })), ["content.comment"]);
        assert_eq!(faults(json!({ "who": { "deep": [{ "x": "a\0b" }] } })), ["content"]);
        assert_eq!(faults(json!({ "who": { "a\0b": 1 } })), ["content"]);
        assert_eq!(faults(json!({ "who": { "x": "y".repeat(limit::BYTES) } })), ["content"]);
        let many: Vec<Value> = (0..=limit::TICKETS).map(|n| json!({ "id": TicketId::from_u128(n as u128) })).collect();
        assert_eq!(faults(json!({ "tickets": many })), ["content.tickets"]);
    }
}
