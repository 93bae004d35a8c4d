//! `/api/v1/contacts`

use super::act::{self, ContactChange};
use super::erase::{self, ContactErase, Erasure};
use super::error::Error;
use super::merge::{self, ContactMerge};
use super::rules::{ContactKind, Language};
use super::store::{self, Contact, ContactData, Filter, PhoneData, UnitData};
use crate::db::Db;
use crate::http::access;
use crate::http::page;
use crate::http::{Allowed, Answer, Body, Id, Once, Page, Params, Problem, Who, can, once};
use crate::outbox::News;
use crate::outbox::Subject;
use crate::recordings::Files;
use crate::recordings::keep;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use types::phone;
use types::{BuildingId, ContactId};
use utoipa::{IntoParams, ToSchema};

/// A number of at most so many characters may still be incomplete.
const PARTIAL: usize = 11;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ContactQuery {
    /// Words of the name, or digits of the phone.
    q: Option<String>,
    /// One number in any notation, or some of its digits.
    phone: Option<String>,
    building: Option<BuildingId>,
    #[param(minimum = 1)]
    limit: Option<i64>,
    after: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/contacts", tag = "contacts", params(ContactQuery),
    responses((status = 200, body = Page<Contact>)))]
pub async fn list(
    State(db): State<Db>,
    _: Allowed<can::ContactsRead>,
    Params(asked): Params<ContactQuery>,
) -> Answer<Page<Contact>> {
    let (after, size) = (page::after::<ContactId>(asked.after.as_deref())?, page::size(asked.limit)?);
    // A whole number is looked up; while it is being typed, its digits are searched for.
    let phone = asked.phone.as_deref().and_then(phone::e164).filter(|p| p.len() > PARTIAL);
    let digits = asked.phone.filter(|p| phone.is_none() && !p.trim().is_empty());
    let filter = Filter { q: asked.q, phone, digits, building: asked.building };
    let mut tx = db.read().await?;
    // a cursor is in URLs and logs: the name that the list is sorted by stays here
    let after = match after {
        Some(id) => {
            let name = store::names(&mut tx, [id]).await?.remove(&id);
            Some((name.ok_or_else(|| Problem::parameter("after", "is not a cursor of this list"))?.name, id))
        }
        None => None,
    };
    let found = store::page(&mut tx, &filter, after, size).await?;
    Ok(Json(Page::cut(found, size, |c| c.id)))
}

#[utoipa::path(get, path = "/api/v1/contacts/{id}", tag = "contacts", params(("id" = ContactId, Path)),
    responses((status = 200, body = Contact), (status = 404, body = Problem)))]
pub async fn one(State(db): State<Db>, _: Allowed<can::ContactsRead>, Id(id): Id<ContactId>) -> Answer<Contact> {
    let mut tx = db.read().await?;
    let found = store::one(&mut tx, id).await?;
    found.map(Json).ok_or_else(|| Problem::not_found("contact"))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewContact {
    /// Made by the client: sending twice makes one.
    id: Option<ContactId>,
    kind: ContactKind,
    full_name: String,
    #[serde(default)]
    phones: Vec<PhoneData>,
    #[serde(default)]
    units: Vec<UnitData>,
    #[serde(default)]
    language: Language,
    #[serde(default)]
    vip: bool,
    note: Option<String>,
}

#[utoipa::path(post, path = "/api/v1/contacts", tag = "contacts", request_body = NewContact,
    responses((status = 201, body = Contact), (status = 422, body = Problem)))]
pub async fn create(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::ContactsEdit>,
    Once { body: new, request }: Once<NewContact>,
) -> Result<(StatusCode, Json<Contact>), Problem> {
    let data = ContactData {
        id: new.id.unwrap_or_else(|| db.id()),
        kind: new.kind,
        full_name: new.full_name,
        language: new.language,
        vip: new.vip,
        note: new.note.unwrap_or_default(),
        phones: new.phones,
        units: new.units,
    };
    let mut tx = db.write().await?;
    let made = match (once::first(&mut tx, &who, data.id, request).await?, store::one(&mut tx, data.id).await?) {
        (true, None) => act::create(&mut tx, data, who.id).await?,
        (false, Some(made)) => return Ok((StatusCode::CREATED, Json(made))),
        _ => return Err(once::other()),
    };
    tx.commit().await?;
    news.changed(Subject::Contacts(made.id));
    Ok((StatusCode::CREATED, Json(made)))
}

#[utoipa::path(patch, path = "/api/v1/contacts/{id}", tag = "contacts", params(("id" = ContactId, Path)),
    request_body = ContactChange, responses((status = 200, body = Contact), (status = 409, body = Problem)))]
pub async fn change(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::ContactsEdit>,
    Id(id): Id<ContactId>,
    Body(change): Body<ContactChange>,
) -> Answer<Contact> {
    let mut tx = db.write().await?;
    let changed = act::change(&mut tx, id, change, who.id).await?;
    tx.commit().await?;
    news.changed(Subject::Contacts(id));
    Ok(Json(changed))
}

/// The contact is the same client as another, and goes into it: phones, units, note, tickets, calls, intakes and callbacks. Its
/// id stays, and leads to the other. Gives the one that remains; asked again, it gives the same.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/merge", tag = "contacts", params(("id" = ContactId, Path)),
    request_body = ContactMerge, responses((status = 200, body = Contact), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn merge(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::ContactsMerge>,
    Id(id): Id<ContactId>,
    Body(form): Body<ContactMerge>,
) -> Answer<Contact> {
    let mut tx = db.write().await?;
    let (survivor, changed) = merge::merge(&mut tx, id, form, who.id).await?;
    if !changed.is_empty() {
        tx.commit().await?;
    }
    changed.into_iter().for_each(|one| news.changed(one));
    Ok(Json(survivor))
}

/// What an erasure would take and leave, and what stands against it. For who may erase and does not see clients' cards: the name
/// is masked.
#[utoipa::path(get, path = "/api/v1/contacts/{id}/erasure", tag = "contacts", params(("id" = ContactId, Path)),
    responses((status = 200, body = Erasure), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn erasure(State(db): State<Db>, who: Allowed<can::ContactsErase>, Id(id): Id<ContactId>) -> Answer<Erasure> {
    let mut tx = db.read().await?;
    let found = erase::outlook(&mut tx, id).await?.ok_or_else(|| Problem::not_found("contact"))?;
    Ok(Json(masked(&who, found)))
}

/// Erases a client's data: card, phones, relations to units; name and number in tickets, calls, intakes, callbacks and their
/// histories; recordings. Tickets and calls stay with numbers, times and addresses. It cannot be undone; asked again, it gives
/// the same.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/erase", tag = "contacts", params(("id" = ContactId, Path)),
    request_body = ContactErase, responses((status = 200, body = Erasure), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn erase(
    State(db): State<Db>,
    State(news): State<News>,
    State(files): State<Files>,
    who: Allowed<can::ContactsErase>,
    Id(id): Id<ContactId>,
    Body(form): Body<ContactErase>,
) -> Answer<Erasure> {
    let mut tx = db.write().await?;
    let done = match erase::erase(&mut tx, id, form, who.id).await {
        // who may not read the card is told of its version only
        Err(Error::Stale(_)) => {
            let now = erase::outlook(&mut tx, id).await?;
            return Err(Problem::stale(now.map(|now| masked(&who, now))));
        }
        Err(Error::Blocked(now)) => return Err(Error::Blocked(Box::new(masked(&who, *now))).into()),
        done => done,
    };
    let (erasure, changed) = done?;
    if !changed.is_empty() {
        tx.commit().await?;
        // what fails is tried again by the next round
        if let Err(error) = keep::discard(&db, &files, Some(keep::LATELY)).await {
            tracing::warn!(%error, "files of deleted recordings wait for the next round");
        }
    }
    changed.into_iter().for_each(|one| news.changed(one));
    Ok(Json(masked(&who, erasure)))
}

fn masked(who: &Who, erasure: Erasure) -> Erasure {
    Erasure { name: access::name(who, erasure.name), ..erasure }
}
