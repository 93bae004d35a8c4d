//! SQL of the audit's readers.

use crate::db::{Result, Select, Tx, Value};
use crate::http::audit::AuditObject;
use crate::people::store::Named;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use types::{AuditId, PersonId, TokenId};
use utoipa::ToSchema;
use uuid::Uuid;

const COLUMNS: &str = "SELECT a.id, a.at, a.last_at, a.count, a.actor_id, p.name AS actor_name, a.action, a.object, a.object_id, \
    a.data, a.address, a.token_id, a.request, a.status FROM audit_events a LEFT JOIN people p ON p.id = a.actor_id";

/// Who asked for what, from where, and what came of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditLine {
    pub id: AuditId,
    pub at: DateTime<Utc>,
    /// Of the last of `count` equal requests.
    pub last_at: DateTime<Utc>,
    /// Equal requests of one minute behind the first, which has a line of its own.
    pub count: i64,
    /// Null: nobody was logged in.
    pub actor: Option<Named>,
    /// The API token that was used; null: a cookie.
    pub token_id: Option<TokenId>,
    /// Where the request came from.
    pub address: Option<String>,
    /// The id of the request, as in the log.
    pub request: Option<String>,
    /// `<what>.<verb>`, such as `contacts.read`.
    pub action: String,
    pub object: String,
    #[schema(value_type = Option<String>, format = Uuid)]
    pub object_id: Option<Uuid>,
    /// Of the answer; null in lines of former versions.
    pub status: Option<i64>,
    /// What was changed; personal data is masked.
    pub changes: Vec<FieldChange>,
    /// What else was said: the words of a search (masked), the login that was tried, further ids of the path.
    #[schema(value_type = Object)]
    pub details: serde_json::Value,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FieldChange {
    pub field: String,
    #[schema(value_type = Option<serde_json::Value>)]
    pub before: serde_json::Value,
    #[schema(value_type = Option<serde_json::Value>)]
    pub after: serde_json::Value,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: AuditId,
    at: DateTime<Utc>,
    last_at: Option<DateTime<Utc>>,
    count: i64,
    actor_id: Option<PersonId>,
    actor_name: Option<String>,
    action: String,
    object: String,
    object_id: Option<Uuid>,
    data: Json<serde_json::Value>,
    address: Option<String>,
    token_id: Option<TokenId>,
    request: Option<String>,
    status: Option<i64>,
}

impl From<Row> for AuditLine {
    fn from(row: Row) -> AuditLine {
        let mut details = row.data.0;
        let changes = details.as_object_mut().and_then(|all| all.remove("changes")).unwrap_or_default();
        AuditLine {
            id: row.id,
            at: row.at,
            last_at: row.last_at.unwrap_or(row.at),
            count: row.count,
            actor: row.actor_id.map(|id| Named { id, name: row.actor_name.unwrap_or_default() }),
            token_id: row.token_id,
            address: row.address,
            request: row.request,
            action: row.action,
            object: row.object,
            object_id: row.object_id,
            status: row.status,
            changes: serde_json::from_value(changes).unwrap_or_default(),
            details,
        }
    }
}

#[derive(Debug, Default)]
pub struct Filter {
    pub person: Option<PersonId>,
    pub object: Option<AuditObject>,
    pub id: Option<Uuid>,
    pub action: Option<&'static str>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

/// Newest first; `after` is the last (at, id) seen.
pub async fn list(
    tx: &mut Tx,
    filter: Filter,
    after: Option<(DateTime<Utc>, AuditId)>,
    limit: i64,
) -> Result<Vec<AuditLine>> {
    let mut select = Select::new(COLUMNS);
    let conditions: [(&'static str, Option<Value>); 6] = [
        ("a.actor_id = ?", filter.person.map(Value::from)),
        ("a.object = ?", filter.object.map(|object| object.word().into())),
        ("a.object_id = ?", filter.id.map(Value::from)),
        ("a.action = ?", filter.action.map(Value::from)),
        ("a.at >= ?", filter.from.map(Value::from)),
        ("a.at < ?", filter.to.map(Value::from)),
    ];
    for (condition, value) in conditions {
        if let Some(value) = value {
            select.filter(condition, [value]);
        }
    }
    if let Some((at, id)) = after {
        select.filter("(a.at, a.id) < (?, ?)", [at.into(), id.into()]);
    }
    select.then("ORDER BY a.at DESC, a.id DESC LIMIT ?", [(limit + 1).into()]);
    Ok(select.fetch::<Row>(tx).await?.into_iter().map(AuditLine::from).collect())
}
