//! A line of the audit, as it is written.

use crate::db::{Rows, Value};
use chrono::{DateTime, Utc};
use serde_json::value::to_raw_value;
use sqlx::types::Json;
use types::{AuditId, PersonId, TokenId};
use uuid::Uuid;

const INSERT: &str = "INSERT INTO audit_events (id, at, last_at, count, actor_id, source, action, object, object_id, data, \
    address, token_id, request, status) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
    ON CONFLICT (id) DO NOTHING";

/// Who asked for what, from where, and what came of it.
#[derive(Clone, Debug)]
pub struct Line {
    pub at: DateTime<Utc>,
    /// Of the last of `count` equal requests.
    pub last_at: DateTime<Utc>,
    pub count: i64,
    pub actor: Option<PersonId>,
    /// By which way: http, command.
    pub source: &'static str,
    pub action: &'static str,
    pub object: &'static str,
    pub object_id: Option<Uuid>,
    pub data: serde_json::Value,
    pub address: Option<String>,
    pub token: Option<TokenId>,
    pub request: String,
    pub status: i64,
}

/// For `Rows` over one or many lines. A line that is there already (the answer to its COMMIT was lost) is left as it is.
pub fn rows(lines: impl IntoIterator<Item = (AuditId, Line)>) -> Rows {
    let mut rows = Rows::new(INSERT);
    for (id, line) in lines {
        rows.push(row(id, line));
    }
    rows
}

/// PostgreSQL stores no NUL in a text.
fn storable(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value::{Array, Object, String};
    match value {
        String(text) => text.replace('\0', "\u{fffd}").into(),
        Array(items) => items.into_iter().map(storable).collect(),
        Object(fields) => {
            fields.into_iter().map(|(name, value)| (name.replace('\0', "\u{fffd}"), storable(value))).collect()
        }
        other => other,
    }
}

fn row(id: AuditId, line: Line) -> [Value; 14] {
    let data = to_raw_value(&storable(line.data)).unwrap_or_default();
    [
        id.into(),
        line.at.into(),
        line.last_at.into(),
        line.count.into(),
        line.actor.into(),
        line.source.into(),
        line.action.into(),
        line.object.into(),
        line.object_id.into(),
        Value::Json(Json(data)),
        line.address.into(),
        line.token.into(),
        line.request.into(),
        line.status.into(),
    ]
}
