//! The history of a contact: calls, tickets and comments, newest first.

use crate::calls::store::{self as calls, Call};
use crate::contacts::store as contacts;
use crate::db::Db;
use crate::http::{Allowed, Answer, Id, Page, Params, Problem, Verb, can, page};
use crate::tickets::store::{self as tickets, Comment, TicketLine};
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use types::{ContactId, Id as _, TicketId};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// One line of a contact's history.
#[derive(Serialize, ToSchema)]
pub struct TimelineItem {
    at: DateTime<Utc>,
    #[serde(flatten)]
    what: Happened,
}

#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Happened {
    Call { call: Box<Call> },
    Ticket { ticket: Box<TicketLine> },
    Comment { ticket_id: TicketId, comment: Comment },
}

impl TimelineItem {
    /// Where it stands: what happened at the same time is told apart by its id, whatever it is.
    fn key(&self) -> (DateTime<Utc>, Uuid) {
        let id = match &self.what {
            Happened::Call { call } => call.id.uuid(),
            Happened::Ticket { ticket } => ticket.id.uuid(),
            Happened::Comment { comment, .. } => comment.id.uuid(),
        };
        (self.at, id)
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TimelineQuery {
    #[param(minimum = 1)]
    limit: Option<i64>,
    after: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/contacts/{id}/timeline", tag = "contacts", params(("id" = ContactId, Path), TimelineQuery),
    responses((status = 200, body = Page<TimelineItem>), (status = 404, body = Problem)))]
pub async fn timeline(
    State(db): State<Db>,
    who: Allowed<can::ContactsRead>,
    Id(id): Id<ContactId>,
    Params(asked): Params<TimelineQuery>,
) -> Answer<Page<TimelineItem>> {
    let (after, size) = (page::after::<(DateTime<Utc>, Uuid)>(asked.after.as_deref())?, page::size(asked.limit)?);
    let mut tx = db.read().await?;
    // what was merged has its history with the survivor
    let id = contacts::survivor(&mut tx, id).await?.ok_or_else(|| Problem::not_found("contact"))?;
    let mut items = Vec::new();
    for call in calls::of_contact(&mut tx, &who.scope_of(Verb::CallsRead), id, after, size + 1).await? {
        items.push(TimelineItem { at: call.arrived_at, what: Happened::Call { call: Box::new(call) } });
    }
    let now = tx.now();
    for ticket in tickets::of_requester(&mut tx, &who, id, after, size + 1, now).await? {
        items.push(TimelineItem { at: ticket.registered_at, what: Happened::Ticket { ticket: Box::new(ticket) } });
    }
    for (ticket_id, comment) in tickets::comments_of_requester(&mut tx, id, after, size + 1).await? {
        items.push(TimelineItem { at: comment.at, what: Happened::Comment { ticket_id, comment } });
    }
    items.sort_by_key(|item| std::cmp::Reverse(item.key()));
    items.truncate(usize::try_from(size + 1).unwrap_or(1));
    Ok(Json(Page::cut(items, size, TimelineItem::key)))
}
