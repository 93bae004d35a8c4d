//! `/api/v1/tickets`

use super::act::{self, Draft, Edit};
use super::record::{self, Record};
use super::rules::{self, Actor, Command, HoldReason, Kind, Master, State as TicketState};
use super::scope;
use super::store::{self, Comment, Filter, Sort, Ticket, TicketLine};
use crate::contacts::phone;
use crate::db::Db;
use crate::db::Tx;
use crate::http::access::{self, Object};
use crate::http::page;
use crate::http::parse::{Check, Ids, given, word};
use crate::http::{Allowed, Answer, Body, Id, Page, Params, Problem, Verb, Who, can};
use crate::outbox::News;
use crate::outbox::Subject;
use crate::people::store::Named;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::json;
use types::{BuildingId, CallId, ClassifierId, ContactId, IntakeId, PersonId, TicketId, UnitId};
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
            Some(id) => Some(id.parse().map_err(|_| Problem::invalid("executor", "is `me` or an id"))?),
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
    let filter = asked.filter(&who)?;
    let (after, size) = (page::after(asked.after.as_deref())?, page::size(asked.limit));
    let mut tx = db.read().await?;
    let rows = store::page(&mut tx, &who, &filter, asked.sort, after, size).await?;
    let Page { items, next } = Page::cut(rows, size, |r| store::key(r, asked.sort));
    let now = tx.now();
    let items = store::lines(&mut tx, &who, items, now).await?;
    Ok(Json(Page { items, next }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTicket {
    /// Made by the client: sending twice makes one ticket.
    id: Option<TicketId>,
    /// The call in which it is registered.
    call_id: Option<CallId>,
    intake_id: Option<IntakeId>,
    /// Default: the classifier's.
    kind: Option<Kind>,
    priority: Option<i64>,
    classifier_id: Option<ClassifierId>,
    building_id: Option<BuildingId>,
    unit_id: Option<UnitId>,
    place_text: Option<String>,
    requester_id: Option<ContactId>,
    requester_name: Option<String>,
    requester_phone: Option<String>,
    title: String,
    details: Option<String>,
    executor_id: Option<PersonId>,
    /// The applicant was told the planned terms in this very call.
    #[serde(default)]
    told: bool,
}

#[utoipa::path(post, path = "/api/v1/tickets", tag = "tickets", request_body = NewTicket,
    responses((status = 201, body = Ticket), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn create(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::TicketsCreate>,
    Body(new): Body<NewTicket>,
) -> Result<(StatusCode, Json<Ticket>), Problem> {
    if new.executor_id.is_some() {
        access::may(&who, Verb::TicketsAssign, Object::Any)?;
    }
    let draft = draft(new, &db)?;
    let mut tx = db.write().await?;
    let now = tx.now();
    if let Some(made) = store::row(&mut tx, draft.id).await? {
        within(&mut tx, &who, made.id).await?;
        return Ok((StatusCode::CREATED, Json(show(&mut tx, &who, made.id, now).await?)));
    }
    if draft.executor_id.is_some_and(|e| e != who.id) && !who.role.may(Verb::TicketsEdit) {
        return Err(Problem::forbidden("giving tickets to others"));
    }
    let made = act::register(&mut tx, draft, Some(who.id), now, now).await?;
    tx.commit().await?;
    news.changed(Subject::Tickets(made.id));
    Ok((StatusCode::CREATED, saved(&db, &who, made.id, now).await?))
}

fn draft(new: NewTicket, db: &Db) -> Result<Draft, Problem> {
    let mut check = Check::new();
    check.line("title", &new.title).text("details", new.details.as_deref().unwrap_or_default());
    check.short("place_text", new.place_text.as_deref().unwrap_or_default());
    check.short("requester_name", new.requester_name.as_deref().unwrap_or_default());
    check.short("requester_phone", new.requester_phone.as_deref().unwrap_or_default());
    check.that(new.priority.is_none_or(|p| (1..=4).contains(&p)), "priority", "is 1 to 4");
    let somewhere = new.building_id.is_some() || new.unit_id.is_some();
    let described = new.place_text.as_deref().is_some_and(|t| !t.trim().is_empty());
    check.that(somewhere || described, "building_id", "or place_text must be known");
    check.done()?;
    Ok(Draft {
        id: new.id.unwrap_or_else(|| db.id()),
        kind: new.kind,
        priority: new.priority,
        classifier_id: new.classifier_id,
        building_id: new.building_id,
        unit_id: new.unit_id,
        place_text: new.place_text.unwrap_or_default(),
        requester_id: new.requester_id,
        requester_name: new.requester_name.unwrap_or_default(),
        requester_phone: new.requester_phone.as_deref().and_then(phone::normal),
        title: new.title.trim().to_owned(),
        details: new.details.unwrap_or_default(),
        executor_id: new.executor_id,
        source: if new.call_id.is_some() { "call" } else { "manual" },
        intake_id: new.intake_id,
        call_id: new.call_id,
        opened_by_call: false,
        told: new.told,
    })
}

#[utoipa::path(get, path = "/api/v1/tickets/{id}", tag = "tickets", params(("id" = TicketId, Path)),
    responses((status = 200, body = Ticket), (status = 404, body = Problem)))]
pub async fn one(State(db): State<Db>, who: Allowed<can::TicketsRead>, Id(id): Id<TicketId>) -> Answer<Ticket> {
    let mut tx = db.read().await?;
    within(&mut tx, &who, id).await?;
    let now = tx.now();
    Ok(Json(show(&mut tx, &who, id, now).await?))
}

/// The ticket after a commit: whoever writes next does not wait for the answer to be built.
async fn saved(db: &Db, who: &Who, id: TicketId, now: DateTime<Utc>) -> Answer<Ticket> {
    let mut tx = db.read().await?;
    Ok(Json(show(&mut tx, who, id, now).await?))
}

/// The ticket as this reader sees it, with what the reader can do.
async fn show(tx: &mut Tx, who: &Who, id: TicketId, now: DateTime<Utc>) -> Result<Ticket, Problem> {
    let row = store::row(tx, id).await?.ok_or_else(|| Problem::not_found("ticket"))?;
    let r = record::one(tx, id).await?.ok_or_else(|| Problem::not_found("ticket"))?;
    let mut ticket = store::whole(tx, who, row, now).await?;
    ticket.allowed = allowed(who, &r, now);
    Ok(ticket)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketChange {
    version: i64,
    /// True completes a ticket that a call opened.
    #[serde(default)]
    complete: bool,
    #[serde(default)]
    told: bool,
    kind: Option<Kind>,
    priority: Option<i64>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<ClassifierId>)]
    classifier_id: Option<Option<ClassifierId>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<BuildingId>)]
    building_id: Option<Option<BuildingId>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<UnitId>)]
    unit_id: Option<Option<UnitId>>,
    place_text: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<ContactId>)]
    requester_id: Option<Option<ContactId>>,
    requester_name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    requester_phone: Option<Option<String>>,
    title: Option<String>,
    details: Option<String>,
}

#[utoipa::path(patch, path = "/api/v1/tickets/{id}", tag = "tickets", params(("id" = TicketId, Path)), request_body = TicketChange,
    responses((status = 200, body = Ticket), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn change(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::TicketsEdit>,
    Id(id): Id<TicketId>,
    Body(change): Body<TicketChange>,
) -> Answer<Ticket> {
    let mut tx = db.write().await?;
    let now = tx.now();
    let r = reached(&mut tx, &who, Verb::TicketsEdit, id).await?;
    if r.version != change.version {
        return Err(Problem::stale(show(&mut tx, &who, id, now).await?));
    }
    if !r.state.open() {
        return Err(Problem::conflict("illegal-transition", format!("It is {}; reopen it first.", r.state.word())));
    }
    act::change(&mut tx, r, edit(change)?, who.id, now).await?;
    tx.commit().await?;
    news.changed(Subject::Tickets(id));
    saved(&db, &who, id, now).await
}

fn edit(c: TicketChange) -> Result<Edit, Problem> {
    let mut check = Check::new();
    check.that(c.priority.is_none_or(|p| (1..=4).contains(&p)), "priority", "is 1 to 4");
    check.text("details", c.details.as_deref().unwrap_or_default());
    let phone = c.requester_phone.as_ref().and_then(|p| p.as_deref());
    for (field, text) in [
        ("title", c.title.as_deref()),
        ("place_text", c.place_text.as_deref()),
        ("requester_name", c.requester_name.as_deref()),
        ("requester_phone", phone),
    ] {
        check.short(field, text.unwrap_or_default());
    }
    check.done()?;
    Ok(Edit {
        complete: c.complete,
        told: c.told,
        kind: c.kind,
        priority: c.priority,
        classifier_id: c.classifier_id,
        building_id: c.building_id,
        unit_id: c.unit_id,
        place_text: c.place_text,
        requester_id: c.requester_id,
        requester_name: c.requester_name,
        requester_phone: c.requester_phone.map(|p| p.as_deref().and_then(phone::normal)),
        title: c.title.map(|t| t.trim().to_owned()),
        details: c.details,
    })
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CommandWord {
    Assign,
    Accept,
    Decline,
    Start,
    Localize,
    Tell,
    Hold,
    Resume,
    Finish,
    Confirm,
    Reopen,
    Reject,
    Cancel,
    Merge,
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
    until: Option<DateTime<Utc>>,
    /// Of `merge`.
    into: Option<TicketId>,
    /// When it happened, if not now.
    occurred_at: Option<DateTime<Utc>>,
    /// When given, refused if the ticket is newer.
    version: Option<i64>,
}

impl Transition {
    fn command(self) -> Result<Command, Problem> {
        let reason = self.reason.unwrap_or_default();
        Check::new().short("reason", &reason).done()?;
        Ok(match self.command {
            CommandWord::Assign => {
                let executor = self.executor_id.ok_or_else(|| Problem::invalid("executor_id", "is needed"))?;
                Command::Assign { executor }
            }
            CommandWord::Accept => Command::Accept,
            CommandWord::Decline => Command::Decline { reason },
            CommandWord::Start => Command::Start,
            CommandWord::Localize => Command::Localize,
            CommandWord::Tell => Command::Tell,
            CommandWord::Hold => {
                let reason = word("reason", &reason)?;
                let until = self.until.ok_or_else(|| Problem::invalid("until", "is needed"))?;
                Command::Hold { reason, until }
            }
            CommandWord::Resume => Command::Resume,
            CommandWord::Finish => Command::Finish,
            CommandWord::Confirm => Command::Confirm,
            CommandWord::Reopen => Command::Reopen { reason },
            CommandWord::Reject => Command::Reject { reason },
            CommandWord::Cancel => Command::Cancel { reason },
            CommandWord::Merge => {
                Command::Merge { into: self.into.ok_or_else(|| Problem::invalid("into", "is needed"))? }
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
        person: who.id,
        for_others: who.role.may(Verb::TicketsEdit),
        rejects_emergencies: who.role.may(Verb::TicketsRejectEmergency),
    }
}

/// Every command that would succeed now, tried with good arguments.
fn allowed(who: &Who, r: &Record, now: DateTime<Utc>) -> Vec<String> {
    let reason = || "x".to_owned();
    let other = TicketId::from_u128(u128::MAX);
    let master = Some(Master { id: other, state: TicketState::New, building: None });
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
    .filter(|c| who.role.may(verb(c)) && rules::apply(&r.facts(), c, actor(who), master, now).is_ok())
    .map(|c| c.word().to_owned())
    .collect()
}

#[utoipa::path(post, path = "/api/v1/tickets/{id}/transitions", tag = "tickets", params(("id" = TicketId, Path)),
    request_body = Transition, responses((status = 200, body = Ticket), (status = 409, body = Problem)))]
pub async fn transition(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::TicketsTransition>,
    Id(id): Id<TicketId>,
    Body(asked): Body<Transition>,
) -> Answer<Ticket> {
    let (claimed, version) = (asked.occurred_at, asked.version);
    let command = asked.command()?;
    let mut tx = db.write().await?;
    let now = tx.now();
    let r = reached(&mut tx, &who, verb(&command), id).await?;
    if version.is_some_and(|v| v != r.version) {
        return Err(Problem::stale(show(&mut tx, &who, id, now).await?));
    }
    act::transition(&mut tx, r, command, actor(&who), claimed, now).await?;
    tx.commit().await?;
    news.changed(Subject::Tickets(id));
    // A technician who declines sees the ticket no more, but is told how it went.
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

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    Internal,
    Client,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewComment {
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
    Body(new): Body<NewComment>,
) -> Result<(StatusCode, Json<Comment>), Problem> {
    Check::new().that(!new.text.trim().is_empty(), "text", "must not be empty").text("text", &new.text).done()?;
    let mut tx = db.write().await?;
    let now = tx.now();
    let visibility = match new.visibility {
        Visibility::Internal => "internal",
        Visibility::Client => "client",
    };
    let author = Some(Named { id: who.id, name: who.name.clone() });
    let comment = Comment { id: tx.id(), author, visibility: visibility.to_owned(), text: new.text, at: now };
    reached(&mut tx, &who, Verb::TicketsComment, id).await?;
    record::touch(&mut tx, id, now).await?;
    store::insert_comment(&mut tx, id, who.id, &comment).await?;
    let data = json!({ "comment_id": comment.id, "visibility": visibility });
    record::event(&mut tx, id, "commented", now, Some(who.id), data, now).await?;
    tx.commit().await?;
    news.changed(Subject::Tickets(id));
    Ok((StatusCode::CREATED, Json(comment)))
}

#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    CreatedIn,
    #[default]
    Mentioned,
    About,
    CallbackFor,
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
    Check::new().that(link.offset_ms.is_none_or(|ms| ms >= 0), "offset_ms", "is not negative").done()?;
    let kind = match link.kind {
        LinkKind::CreatedIn => "created_in",
        LinkKind::Mentioned => "mentioned",
        LinkKind::About => "about",
        LinkKind::CallbackFor => "callback_for",
    };
    let mut tx = db.write().await?;
    let r = reached(&mut tx, &who, Verb::TicketsEdit, id).await?;
    let now = tx.now();
    act::link_call(&mut tx, &r, call, kind, link.offset_ms, actor(&who), now).await?;
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

/// The ticket, if this person may do this to it.
async fn reached(tx: &mut Tx, who: &Who, verb: Verb, id: TicketId) -> Result<Record, Problem> {
    access::may(who, verb, Object::Any)?;
    within(tx, who, id).await?;
    record::one(tx, id).await?.ok_or_else(|| Problem::not_found("ticket"))
}

/// A ticket out of scope does not exist for the asker: 404, so that ids cannot be guessed.
async fn within(tx: &mut Tx, who: &Who, id: TicketId) -> Result<(), Problem> {
    if scope::reaches(tx, &who.scope(), id).await? { Ok(()) } else { Err(Problem::not_found("ticket")) }
}
