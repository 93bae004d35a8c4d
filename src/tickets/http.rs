//! `/api/v1/tickets`

use super::act::{self, Draft, Edit};
use super::fields::{SomeFields, each_field};
use super::record::{self, Record};
use super::rules::{self, Actor, Command, CommandWord, Facts, HoldReason, Master, TicketKind, TicketState};
use super::store::{self, Comment, Filter, Key, Row, Sort, Ticket, TicketLine};
use super::words::{LinkKind, TicketEventKind, TicketSource, Visibility};
use crate::contacts::store as contacts;
use crate::db::Db;
use crate::db::Tx;
use crate::feed::live::Hub;
use crate::http::access::{self, Object, Scope};
use crate::http::page;
use crate::http::parse::{Check, Ids, given, time, word};
use crate::http::{Allowed, Answer, Body, Id, Once, Page, Params, Problem, Verb, Who, can, once};
use crate::outbox::News;
use crate::outbox::Subject;
use crate::people::store::Named;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use types::phone;
use types::{BuildingId, CallId, ClassifierId, CommentId, ContactId, EventId, IntakeId, PersonId, TicketId, UnitId};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TicketQuery {
    /// `open`, `all`, or states separated by commas.
    state: Option<String>,
    building: Option<BuildingId>,
    unit: Option<UnitId>,
    /// The requester.
    contact: Option<ContactId>,
    /// The requester's number, in any notation.
    phone: Option<String>,
    /// `me` or a person's id.
    executor: Option<String>,
    classifier: Option<ClassifierId>,
    call: Option<CallId>,
    /// Number, title, address, name or phone.
    q: Option<String>,
    #[serde(default)]
    sort: Sort,
    #[param(minimum = 1)]
    limit: Option<i64>,
    after: Option<String>,
}

impl TicketQuery {
    fn filter(&self, who: &Who) -> Result<Filter, Problem> {
        let mut filter = Filter {
            building: self.building,
            unit: self.unit,
            requester: self.contact,
            phone: self.phone.as_deref().and_then(phone::normal),
            classifier: self.classifier,
            call: self.call,
            q: self.q.clone(),
            ..Filter::default()
        };
        match self.state.as_deref() {
            None | Some("" | "all") => {}
            Some("open") => filter.open = true,
            Some(words) => {
                for text in words.split(',') {
                    filter.states.push(word("state", text)?);
                }
            }
        }
        filter.executor = match self.executor.as_deref() {
            None | Some("") => None,
            Some("me") => Some(who.id),
            Some(id) => Some(id.parse().map_err(|_| Problem::invalid("executor", "must be `me` or an id"))?),
        };
        Ok(filter)
    }
}

#[utoipa::path(get, path = "/api/v1/tickets", tag = "tickets", params(TicketQuery),
    responses((status = 200, body = Page<TicketLine>), (status = 403, body = Problem)))]
pub async fn list(
    State(db): State<Db>,
    who: Allowed<can::TicketsRead>,
    Params(asked): Params<TicketQuery>,
) -> Answer<Page<TicketLine>> {
    // who is not shown a phone cannot try out which it is
    if asked.phone.is_some() {
        access::may(&who, Verb::PhonesReveal, Object::Any)?;
    }
    let mut filter = asked.filter(&who)?;
    let (after, size) = (page::after(asked.after.as_deref())?, page::size(asked.limit)?);
    let mut tx = db.read().await?;
    filter.requester = contacts::meant(&mut tx, filter.requester).await?;
    let rows = store::page(&mut tx, &who, &filter, asked.sort, after, size).await?;
    let Page { items, next } = Page::cut(rows, size, |r| Key::of(r, &filter, asked.sort));
    let now = tx.now();
    let items = store::lines(&mut tx, &who, items, now).await?;
    Ok(Json(Page { items, next }))
}

/// A body of its own members and of the fields of a ticket, none of which must be there.
macro_rules! body {
    ({ $(#[$meta:meta])* struct $name:ident { $($(#[$own_meta:meta])* $own:ident: $own_type:ty,)* } }
        plain { $($(#[$plain_meta:meta])* $plain:ident: $plain_type:ty,)* }
        nullable { $($(#[$nullable_meta:meta])* $nullable:ident: $nullable_type:ty,)* }
    ) => {
        $(#[$meta])*
        #[derive(Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$own_meta])* $own: $own_type,)*
            $($(#[$plain_meta])* $plain: Option<$plain_type>,)*
            $(
                $(#[$nullable_meta])*
                #[serde(default, deserialize_with = "given")]
                #[schema(value_type = Option<$nullable_type>)]
                $nullable: Option<Option<$nullable_type>>,
            )*
        }

        impl $name {
            fn fields(&mut self) -> SomeFields {
                SomeFields {
                    $($plain: self.$plain.take(),)*
                    $($nullable: self.$nullable.take(),)*
                }
            }
        }
    };
}

each_field!(body {
    /// Without a kind or a priority they are the classifier's. `title` or `classifier_id` must be there, and
    /// `building_id`, `unit_id` or `place_text`.
    struct NewTicket {
        /// Made by the client: sending twice makes one ticket.
        id: Option<TicketId>,
        /// The call in which it is registered.
        call_id: Option<CallId>,
        intake_id: Option<IntakeId>,
        executor_id: Option<PersonId>,
        /// The applicant was told the planned terms in this very call.
        #[serde(default)]
        told: bool,
    }
});

each_field!(body {
    struct TicketChange {
        version: i64,
        /// True completes a ticket that a call opened.
        #[serde(default)]
        complete: bool,
        #[serde(default)]
        told: bool,
    }
});

#[utoipa::path(post, path = "/api/v1/tickets", tag = "tickets", request_body = NewTicket,
    responses((status = 201, body = Ticket), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn create(
    State(db): State<Db>,
    State(news): State<News>,
    State(hub): State<Arc<Hub>>,
    who: Allowed<can::TicketsCreate>,
    Once { body: new, request }: Once<NewTicket>,
) -> Result<(StatusCode, Json<Ticket>), Problem> {
    if new.executor_id.is_some() {
        access::may(&who, Verb::TicketsAssign, Object::Any)?;
    }
    if new.call_id.is_some() {
        access::may(&who, Verb::CallsRead, Object::Any)?;
    }
    if new.intake_id.is_some() {
        access::may(&who, Verb::IntakesRead, Object::Any)?;
    }
    if new.requester_id.flatten().is_some() {
        access::may(&who, Verb::ContactsRead, Object::Any)?;
    }
    let draft = draft(new, &db)?;
    let mut tx = db.write().await?;
    let now = tx.now();
    if !once::first(&mut tx, &who, draft.id, request).await? {
        drop(tx);
        return Ok((StatusCode::CREATED, saved(&db, &who, draft.id, now).await?));
    }
    if record::one(&mut tx, draft.id).await?.is_some() {
        return Err(once::other());
    }
    if draft.executor_id.is_some_and(|e| e != who.id) && !who.may(Verb::TicketsEdit) {
        return Err(Problem::forbidden("giving tickets to others"));
    }
    act::references(&mut tx, &draft, draft.call_id.is_some_and(|call| hub.is_live(call))).await?;
    let made = act::register(&mut tx, draft, Some(who.id), now, now).await?;
    tx.commit().await?;
    news.changed(Subject::Tickets(made.id));
    Ok((StatusCode::CREATED, saved(&db, &who, made.id, now).await?))
}

fn draft(mut new: NewTicket, db: &Db) -> Result<Draft, Problem> {
    let mut fields = new.fields();
    let mut check = check(&mut fields);
    let named = fields.title.as_deref().is_some_and(|t| !t.is_empty()) || fields.classifier_id.flatten().is_some();
    check.that(named, "title", act::NAMELESS);
    let somewhere = fields.building_id.flatten().is_some() || fields.unit_id.flatten().is_some();
    let described = fields.place_text.as_deref().is_some_and(|t| !t.trim().is_empty());
    check.that(somewhere || described, "building_id", "is required, unless place_text is given");
    check.done()?;
    Ok(Draft {
        id: new.id.unwrap_or_else(|| db.id()),
        fields,
        executor_id: new.executor_id,
        source: if new.call_id.is_some() { TicketSource::Call } else { TicketSource::Manual },
        intake_id: new.intake_id,
        call_id: new.call_id,
        opened_by_call: false,
        told: new.told,
    })
}

/// What is wrong with fields as they were sent; makes them as they are stored.
fn check(fields: &mut SomeFields) -> Check {
    let mut check = Check::new();
    check.that(fields.priority.is_none_or(|p| (1..=4).contains(&p)), "priority", "must be a number from 1 to 4");
    check.text("details", fields.details.as_deref().unwrap_or_default());
    for (field, text) in [
        ("title", &fields.title),
        ("place_text", &fields.place_text),
        ("requester_name", &fields.requester_name),
        ("requester_phone", fields.requester_phone.as_ref().unwrap_or(&None)),
    ] {
        check.short(field, text.as_deref().unwrap_or_default());
    }
    fields.title = fields.title.take().map(|title| title.trim().to_owned());
    fields.requester_phone = fields.requester_phone.take().map(|p| p.as_deref().and_then(phone::normal));
    check
}

#[utoipa::path(get, path = "/api/v1/tickets/{id}", tag = "tickets", params(("id" = TicketId, Path)),
    responses((status = 200, body = Ticket), (status = 404, body = Problem)))]
pub async fn one(State(db): State<Db>, who: Allowed<can::TicketsRead>, Id(id): Id<TicketId>) -> Answer<Ticket> {
    let mut tx = db.read().await?;
    let row = store::row(&mut tx, &who.scope(), id).await?.ok_or_else(|| Problem::not_found("ticket"))?;
    let now = tx.now();
    Ok(Json(show(&mut tx, &who, row, now).await?))
}

/// The ticket after a commit: whoever writes next does not wait for the answer to be built. Whoever changed it is told how
/// it went, even if it is out of scope now (a technician declined).
async fn saved(db: &Db, who: &Who, id: TicketId, now: DateTime<Utc>) -> Answer<Ticket> {
    let mut tx = db.read().await?;
    let row = store::row(&mut tx, &Scope::All, id).await?.ok_or_else(|| Problem::not_found("ticket"))?;
    Ok(Json(show(&mut tx, who, row, now).await?))
}

/// The ticket as this reader sees it, with what the reader can do.
async fn show(tx: &mut Tx, who: &Who, row: Row, now: DateTime<Utc>) -> Result<Ticket, Problem> {
    let allowed = allowed(who, &record::facts(tx, &row.record).await?, now);
    Ok(store::whole(tx, who, row, allowed, now).await?)
}

/// The answer to whoever changes what was changed meanwhile: the ticket as it is now.
async fn stale(tx: Tx, db: &Db, who: &Who, id: TicketId, now: DateTime<Utc>) -> Problem {
    drop(tx);
    match saved(db, who, id, now).await {
        Ok(Json(ticket)) => Problem::stale(ticket),
        Err(problem) => problem,
    }
}

#[utoipa::path(patch, path = "/api/v1/tickets/{id}", tag = "tickets", params(("id" = TicketId, Path)), request_body = TicketChange,
    responses((status = 200, body = Ticket), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn change(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::TicketsEdit>,
    Id(id): Id<TicketId>,
    Body(mut change): Body<TicketChange>,
) -> Answer<Ticket> {
    let mut fields = change.fields();
    check(&mut fields).done()?;
    let edit = Edit { fields, complete: change.complete, told: change.told };
    let mut tx = db.write().await?;
    let now = tx.now();
    let r = reached(&mut tx, &who, Verb::TicketsEdit, id).await?;
    if r.version != change.version {
        return Err(stale(tx, &db, &who, id, now).await);
    }
    // What was no request becomes one when somebody fills it in.
    let editable = r.state.open() || r.no_request() && edit.complete;
    if !editable {
        return Err(Problem::conflict("illegal-transition", format!("It is {}; reopen it first.", r.state)));
    }
    act::change(&mut tx, r, edit, who.id, now).await?;
    tx.commit().await?;
    news.changed(Subject::Tickets(id));
    saved(&db, &who, id, now).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    command: CommandWord,
    /// Of `assign`.
    executor_id: Option<PersonId>,
    /// Of decline, reopen, reject, cancel; of `hold` one of no_access client_asked parts contractor rso weather owner_consent.
    reason: Option<String>,
    /// Of `hold`.
    #[serde(default, deserialize_with = "time")]
    until: Option<DateTime<Utc>>,
    /// Of `merge`.
    into: Option<TicketId>,
    /// When it happened, if not now.
    #[serde(default, deserialize_with = "time")]
    occurred_at: Option<DateTime<Utc>>,
    /// Made by the client: sending twice does it once.
    id: Option<EventId>,
    /// Refused if the ticket is newer.
    version: i64,
}

impl Transition {
    fn command(self) -> Result<Command, Problem> {
        let reason = self.reason.unwrap_or_default();
        Check::new().short("reason", &reason).done()?;
        Ok(match self.command {
            CommandWord::Assign => {
                let executor = self.executor_id.ok_or_else(|| Problem::invalid("executor_id", "is required"))?;
                Command::Assign { executor }
            }
            CommandWord::Accept => Command::Accept,
            CommandWord::Decline => Command::Decline { reason },
            CommandWord::Start => Command::Start,
            CommandWord::Localize => Command::Localize,
            CommandWord::Tell => Command::Tell,
            CommandWord::Hold => {
                let reason = word("reason", &reason)?;
                let until = self.until.ok_or_else(|| Problem::invalid("until", "is required"))?;
                Command::Hold { reason, until }
            }
            CommandWord::Resume => Command::Resume,
            CommandWord::Finish => Command::Finish,
            CommandWord::Confirm => Command::Confirm,
            CommandWord::Reopen => Command::Reopen { reason },
            CommandWord::Reject => Command::Reject { reason },
            CommandWord::Cancel => Command::Cancel { reason },
            CommandWord::Merge => {
                Command::Merge { into: self.into.ok_or_else(|| Problem::invalid("into", "is required"))? }
            }
        })
    }
}

fn verb(command: &Command) -> Verb {
    match command {
        Command::Assign { .. } => Verb::TicketsAssign,
        Command::Reject { .. } | Command::Cancel { .. } => Verb::TicketsReject,
        Command::Confirm | Command::Reopen { .. } => Verb::TicketsConfirm,
        Command::Merge { .. } => Verb::TicketsMerge,
        _ => Verb::TicketsTransition,
    }
}

fn actor(who: &Who) -> Actor {
    Actor {
        person: Some(who.id),
        for_others: who.may(Verb::TicketsEdit),
        rejects_emergencies: who.may(Verb::TicketsRejectEmergency),
    }
}

/// Every command that would succeed now, tried with good arguments.
fn allowed(who: &Who, facts: &Facts, now: DateTime<Utc>) -> Vec<CommandWord> {
    let reason = || "x".to_owned();
    let other = TicketId::from_u128(u128::MAX);
    let master = Some(Master { id: other, state: TicketState::New, emergency: true, building: None });
    [
        Command::Assign { executor: who.id },
        Command::Accept,
        Command::Decline { reason: reason() },
        Command::Start,
        Command::Localize,
        Command::Tell,
        Command::Hold { reason: HoldReason::Parts, until: now + TimeDelta::hours(1) },
        Command::Resume,
        Command::Finish,
        Command::Confirm,
        Command::Reopen { reason: reason() },
        Command::Reject { reason: reason() },
        Command::Cancel { reason: reason() },
        Command::Merge { into: other },
    ]
    .iter()
    .filter(|c| who.may(verb(c)) && rules::apply(facts, c, actor(who), master, now).is_ok())
    .map(Command::word)
    .collect()
}

#[utoipa::path(post, path = "/api/v1/tickets/{id}/transitions", tag = "tickets", params(("id" = TicketId, Path)),
    request_body = Transition, responses((status = 200, body = Ticket), (status = 409, body = Problem)))]
pub async fn transition(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::TicketsTransition>,
    Id(id): Id<TicketId>,
    Once { body: asked, request }: Once<Transition>,
) -> Answer<Ticket> {
    let (claimed, version, event) = (asked.occurred_at, asked.version, asked.id);
    let command = asked.command()?;
    let mut tx = db.write().await?;
    let now = tx.now();
    access::may(&who, verb(&command), Object::Any)?;
    // before it is looked for: the technician who declined it does not reach it any more
    if let Some(event) = event
        && !once::first(&mut tx, &who, event, request).await?
    {
        drop(tx);
        return saved(&db, &who, id, now).await;
    }
    let r = reached(&mut tx, &who, verb(&command), id).await?;
    if version != r.version {
        return Err(stale(tx, &db, &who, id, now).await);
    }
    act::transition(&mut tx, r, command, actor(&who), claimed, now).await?;
    tx.commit().await?;
    news.changed(Subject::Tickets(id));
    saved(&db, &who, id, now).await
}

#[utoipa::path(get, path = "/api/v1/tickets/{id}/comments", tag = "tickets", params(("id" = TicketId, Path)),
    responses((status = 200, body = Page<Comment>), (status = 404, body = Problem)))]
pub async fn comments(
    State(db): State<Db>,
    who: Allowed<can::TicketsRead>,
    Id(id): Id<TicketId>,
) -> Answer<Page<Comment>> {
    let mut tx = db.read().await?;
    reached(&mut tx, &who, Verb::TicketsRead, id).await?;
    Ok(Json(Page::whole(store::comments(&mut tx, id).await?)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    /// Made by the client: sending twice makes one.
    id: Option<CommentId>,
    visibility: Visibility,
    text: String,
}

#[utoipa::path(post, path = "/api/v1/tickets/{id}/comments", tag = "tickets", params(("id" = TicketId, Path)),
    request_body = NewComment, responses((status = 201, body = Comment), (status = 404, body = Problem)))]
pub async fn comment(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::TicketsComment>,
    Id(id): Id<TicketId>,
    Once { body: new, request }: Once<NewComment>,
) -> Result<(StatusCode, Json<Comment>), Problem> {
    Check::new().that(!new.text.trim().is_empty(), "text", "must not be empty").text("text", &new.text).done()?;
    let mut tx = db.write().await?;
    let now = tx.now();
    let author = Some(Named { id: who.id, name: who.name.clone() });
    reached(&mut tx, &who, Verb::TicketsComment, id).await?;
    if let Some(comment) = new.id {
        let again = !once::first(&mut tx, &who, comment, request).await?;
        let made = store::comments(&mut tx, id).await?.into_iter().find(|made| made.id == comment);
        match made {
            Some(made) if again => return Ok((StatusCode::CREATED, Json(made))),
            None if !again => {}
            _ => return Err(once::other()),
        }
    }
    let comment_id = new.id.unwrap_or_else(|| tx.id());
    let comment = Comment { id: comment_id, author, visibility: new.visibility, text: new.text, at: now };
    record::touch(&mut tx, id, now).await?;
    store::insert_comment(&mut tx, id, who.id, &comment).await?;
    let data = json!({ "comment_id": comment.id, "visibility": comment.visibility });
    record::event(&mut tx, id, TicketEventKind::Commented, now, Some(who.id), data, now).await?;
    tx.commit().await?;
    news.changed(Subject::Tickets(id));
    Ok((StatusCode::CREATED, Json(comment)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallLink {
    /// Default: where the recording of the call is now.
    offset_ms: Option<i64>,
    #[serde(default)]
    kind: LinkKind,
}

#[utoipa::path(put, path = "/api/v1/tickets/{id}/calls/{call_id}", tag = "tickets",
    params(("id" = TicketId, Path), ("call_id" = CallId, Path)), request_body = CallLink,
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn link_call(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::TicketsEdit>,
    Ids(id, call): Ids<TicketId, CallId>,
    Body(link): Body<CallLink>,
) -> Result<StatusCode, Problem> {
    Check::new().that(link.offset_ms.is_none_or(|ms| ms >= 0), "offset_ms", "must not be negative").done()?;
    let mut tx = db.write().await?;
    let r = reached(&mut tx, &who, Verb::TicketsEdit, id).await?;
    let now = tx.now();
    act::link_call(&mut tx, &r, call, link.kind, link.offset_ms, actor(&who), now).await?;
    tx.commit().await?;
    news.changed(Subject::Tickets(id));
    news.changed(Subject::Calls(call));
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(delete, path = "/api/v1/tickets/{id}/calls/{call_id}", tag = "tickets",
    params(("id" = TicketId, Path), ("call_id" = CallId, Path)), responses((status = 204), (status = 404, body = Problem)))]
pub async fn unlink_call(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::TicketsEdit>,
    Ids(id, call): Ids<TicketId, CallId>,
) -> Result<StatusCode, Problem> {
    let mut tx = db.write().await?;
    let r = reached(&mut tx, &who, Verb::TicketsEdit, id).await?;
    let now = tx.now();
    act::unlink_call(&mut tx, &r, call, who.id, now).await?;
    tx.commit().await?;
    news.changed(Subject::Tickets(id));
    news.changed(Subject::Calls(call));
    Ok(StatusCode::NO_CONTENT)
}

/// The ticket, if this person may do this to it. One out of scope does not exist for the asker: 404, so that ids cannot be
/// guessed.
async fn reached(tx: &mut Tx, who: &Who, verb: Verb, id: TicketId) -> Result<Record, Problem> {
    access::may(who, verb, Object::Any)?;
    record::within(tx, &who.scope_of(Verb::TicketsRead), id).await?.ok_or_else(|| Problem::not_found("ticket"))
}
