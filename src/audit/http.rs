//! `/api/v1/audit`

use super::store::{self, AuditLine, Filter};
use crate::db::Db;
use crate::http::audit::{Action, Audit, AuditObject};
use crate::http::parse::time;
use crate::http::{Allowed, Answer, Page, Params, Problem, can, page};
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use types::PersonId;
use utoipa::IntoParams;
use uuid::Uuid;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Who did it.
    person: Option<PersonId>,
    object: Option<AuditObject>,
    /// Of the object.
    #[param(value_type = Option<String>, format = Uuid)]
    id: Option<Uuid>,
    /// `<what>.<verb>`, such as `contacts.read`.
    action: Option<Action>,
    #[serde(default, deserialize_with = "time")]
    from: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "time")]
    to: Option<DateTime<Utc>>,
    #[param(minimum = 1)]
    limit: Option<i64>,
    after: Option<String>,
}

/// Who read, searched, changed, played or tried what, newest first. What was asked a moment ago is in it.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(AuditQuery),
    responses((status = 200, body = Page<AuditLine>), (status = 403, body = Problem)))]
pub async fn list(
    State(db): State<Db>,
    State(audit): State<Audit>,
    _: Allowed<can::AuditRead>,
    Params(asked): Params<AuditQuery>,
) -> Answer<Page<AuditLine>> {
    let (after, size) = (page::after(asked.after.as_deref())?, page::size(asked.limit)?);
    audit.flush().await;
    let AuditQuery { person, object, id, action, from, to, .. } = asked;
    let mut tx = db.read().await?;
    let found = store::list(
        &mut tx,
        Filter { person, object, id, action: action.map(|Action(name)| name), from, to },
        after,
        size,
    )
    .await?;
    Ok(Json(Page::cut(found, size, |line| (line.at, line.id))))
}
