//! `/api/v1/people`, `/api/v1/executors`

use super::password;
use super::record::{self, Happened};
use super::store::{self, Executor, NewPerson, Person};
use crate::db::Db;
use crate::db::Tx;
use crate::http::Logins;
use crate::http::access::{self, Object};
use crate::http::page;
use crate::http::parse::Check;
use crate::http::{Allowed, Answer, Body, Id, Page, Params, Problem, Role, Verb, Who, audit, can, limit};
use crate::outbox::News;
use crate::outbox::Subject;
use crate::{buildings, db};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use std::collections::HashSet;
use types::{BuildingId, PersonId};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PeopleQuery {
    role: Option<Role>,
    #[param(minimum = 1)]
    limit: Option<i64>,
    after: Option<String>,
}

/// Administrators see everybody. Who gives out tickets may ask for `role=technician`: active ones, without their logins.
#[utoipa::path(get, path = "/api/v1/people", tag = "people", params(PeopleQuery),
    responses((status = 200, body = Page<Person>), (status = 403, body = Problem)))]
pub async fn list(State(db): State<Db>, who: Who, Params(asked): Params<PeopleQuery>) -> Answer<Page<Person>> {
    let executors = asked.role == Some(Role::Technician) && who.may(Verb::ExecutorsRead);
    if !executors {
        access::may(&who, Verb::PeopleRead, Object::Any)?;
    }
    let (after, size) = (page::after(asked.after.as_deref())?, page::size(asked.limit)?);
    let mut tx = db.read().await?;
    let people = store::page(&mut tx, asked.role, executors, after, size).await?;
    let mut page = Page::cut(people, size, |p| p.id);
    if executors {
        page.items.iter_mut().for_each(|p| p.login.clear());
    }
    Ok(Json(page))
}

#[utoipa::path(get, path = "/api/v1/executors", tag = "people", responses((status = 200, body = Page<Executor>)))]
pub async fn executors(State(db): State<Db>, _: Allowed<can::ExecutorsRead>) -> Answer<Page<Executor>> {
    let mut tx = db.read().await?;
    Ok(Json(Page::whole(store::executors(&mut tx).await?)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonForm {
    login: String,
    name: String,
    role: Role,
    password: String,
    extension: Option<String>,
    #[serde(default)]
    queues: Vec<String>,
    /// Where a technician works; empty: in all buildings.
    #[serde(default)]
    buildings: Vec<BuildingId>,
}

#[utoipa::path(post, path = "/api/v1/people", tag = "people", request_body = PersonForm,
    responses((status = 201, body = Person), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn create(
    State(db): State<Db>,
    State(logins): State<Logins>,
    State(news): State<News>,
    who: Allowed<can::PeopleWrite>,
    Body(form): Body<PersonForm>,
) -> Result<(StatusCode, Json<Person>), Problem> {
    let login = form.login.trim().to_lowercase();
    let mut check = Check::new();
    check.line("name", &form.name).that(is_login(&login), "login", "must have 2-64 letters, digits, dots or dashes");
    password::check(&mut check, "password", &form.password, &login, &form.name);
    let extension = extension(form.extension, form.role);
    check_calls(&mut check, form.role, extension.as_deref(), &form.queues);
    check_buildings(&mut check, form.role, &form.buildings);
    check.done()?;
    let person = NewPerson {
        id: db.id(),
        login,
        name: form.name.trim().to_owned(),
        role: form.role,
        password: logins.hash(form.password).await?,
        extension,
        queues: form.queues,
        buildings: form.buildings,
    };
    let mut tx = db.write().await?;
    known_buildings(&mut tx, &person.buildings).await?;
    let now = tx.now();
    store::insert(&mut tx, &person, now).await.map_err(taken)?;
    record::event(&mut tx, person.id, &Happened::Created { version: 1 }, Some(who.id))?;
    let made = store::one(&mut tx, person.id).await?.ok_or_else(Problem::internal)?;
    audit::values(&(), &made);
    tx.commit().await?;
    news.changed(Subject::People(person.id));
    Ok((StatusCode::CREATED, Json(made)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonChange {
    version: i64,
    name: Option<String>,
    role: Option<Role>,
    active: Option<bool>,
    extension: Option<String>,
    queues: Option<Vec<String>>,
    buildings: Option<Vec<BuildingId>>,
    password: Option<String>,
}

#[utoipa::path(patch, path = "/api/v1/people/{id}", tag = "people", params(("id" = PersonId, Path)), request_body = PersonChange,
    responses((status = 200, body = Person), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn change(
    State(db): State<Db>,
    State(logins): State<Logins>,
    State(news): State<News>,
    who: Allowed<can::PeopleWrite>,
    Id(id): Id<PersonId>,
    Body(change): Body<PersonChange>,
) -> Answer<Person> {
    let mut check = Check::new();
    if let Some(name) = &change.name {
        check.line("name", name);
    }
    check.done()?;
    let password = match change.password {
        Some(chosen) => {
            let mut tx = db.read().await?;
            let person = store::one(&mut tx, id).await?.ok_or_else(|| Problem::not_found("person"))?;
            drop(tx);
            password::check(&mut check, "password", &chosen, &person.login, &person.name);
            check.done()?;
            Some(logins.hash(chosen).await?)
        }
        None => None,
    };
    let mut tx = db.write().await?;
    let mut person = store::one(&mut tx, id).await?.ok_or_else(|| Problem::not_found("person"))?;
    if person.version != change.version {
        return Err(Problem::stale(person));
    }
    let before = person.clone();
    person.name = change.name.unwrap_or(person.name);
    person.role = change.role.unwrap_or(person.role);
    person.active = change.active.unwrap_or(person.active);
    person.queues = change.queues.unwrap_or(person.queues);
    person.buildings = change.buildings.unwrap_or(person.buildings);
    person.extension = extension(change.extension.or(person.extension), person.role);
    check_calls(&mut check, person.role, person.extension.as_deref(), &person.queues);
    check_buildings(&mut check, person.role, &person.buildings);
    check.done()?;
    known_buildings(&mut tx, &person.buildings).await?;
    let keeps_office = person.role == Role::Administrator && person.active;
    if !keeps_office && store::other_administrators(&mut tx, id).await? == 0 {
        return Err(Problem::conflict("last-administrator", "At least one person must be an administrator."));
    }
    let now = tx.now();
    if !store::update(&mut tx, &person, now).await.map_err(taken)? {
        return Err(Problem::stale(store::one(&mut tx, id).await?));
    }
    if let Some(hash) = &password {
        store::set_password(&mut tx, id, hash).await?;
        audit::detail("password", "changed");
    }
    if password.is_some() || !person.active {
        store::log_out(&mut tx, id).await?;
        store::revoke_tokens(&mut tx, id).await?;
    }
    let changed = store::one(&mut tx, id).await?.ok_or_else(Problem::internal)?;
    audit::values(&before, &changed);
    record::event(&mut tx, id, &Happened::Changed { version: changed.version }, Some(who.id))?;
    tx.commit().await?;
    logins.forget();
    news.changed(Subject::People(id));
    Ok(Json(changed))
}

fn taken(error: db::Error) -> Problem {
    if db::taken(&error) {
        return Problem::conflict("taken", "The login or the extension is already in use.");
    }
    error.into()
}

/// Only who takes calls has one; the others' number is free.
fn extension(asked: Option<String>, role: Role) -> Option<String> {
    asked.filter(|extension| !extension.is_empty() && role.takes_calls())
}

fn check_calls(check: &mut Check, role: Role, extension: Option<&str>, queues: &[String]) {
    if let Some(extension) = extension {
        let digits = (2..=6).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_digit());
        check.that(digits, "extension", "must have 2-6 digits");
    }
    check.that(role.takes_calls() || queues.is_empty(), "queues", "only dispatchers and supervisors take calls");
    check.that(queues.len() <= limit::ITEMS, "queues", "are too many");
    let name = |q: &String| {
        !q.is_empty() && q.len() <= 32 && q.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    check.that(queues.iter().all(name), "queues", "must be short lower-case names");
    let mut sorted: Vec<_> = queues.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    check.that(sorted.len() == queues.len(), "queues", "must not be listed twice");
}

fn check_buildings(check: &mut Check, role: Role, buildings: &[BuildingId]) {
    let places = role == Role::Technician || buildings.is_empty();
    check.that(places, "buildings", "only technicians are assigned buildings");
    check.that(buildings.len() <= limit::ITEMS, "buildings", "are too many");
    let distinct: HashSet<_> = buildings.iter().collect();
    check.that(distinct.len() == buildings.len(), "buildings", "must not be listed twice");
}

async fn known_buildings(tx: &mut Tx, buildings: &[BuildingId]) -> Result<(), Problem> {
    if buildings.is_empty() {
        return Ok(());
    }
    let known: HashSet<BuildingId> = buildings::store::in_status(tx, None).await?.into_iter().map(|b| b.id).collect();
    let mut check = Check::new();
    check.that(buildings.iter().all(|b| known.contains(b)), "buildings", "contain one that does not exist");
    check.done()
}

fn is_login(login: &str) -> bool {
    (2..=64).contains(&login.len()) && login.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-@".contains(&b))
}
