//! Who did what to the server itself and to people's data. Rows are only ever added.

use super::Who;
use crate::db::{Result, Tx};
use crate::on;
use serde::Serialize;
use sqlx::types::Json;
use types::{AuditId, Id, PersonId};

const INSERT: &str = "INSERT INTO audit_events (id, at, actor_id, source, action, object, object_id, data) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

/// In the transaction of what is done, so that nothing happens unseen. `id`: of what it is done to; its type says the noun.
pub async fn record<I: Id>(tx: &mut Tx, who: &Who, action: &'static str, id: I, data: impl Serialize) -> Result<()> {
    note(tx, Some(who.id), action, Some(id), data).await
}

/// As [`record`], where nobody is logged in (yet), or the thing is not known.
pub async fn note<I: Id>(
    tx: &mut Tx,
    actor: Option<PersonId>,
    action: &'static str,
    id: Option<I>,
    data: impl Serialize,
) -> Result<()> {
    let data = serde_json::to_value(data).unwrap_or_default();
    let (line, now): (AuditId, _) = (tx.id(), tx.now());
    on!(tx, c => sqlx::query(INSERT).bind(line).bind(now).bind(actor).bind("http").bind(action)
        .bind(I::NOUN).bind(id.map(Id::uuid)).bind(Json(&data)).execute(c).await.map(drop))
}
