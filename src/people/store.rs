//! SQL of people.

use crate::db::{Result, Select, Tx, limit};
use crate::http::Role;
use crate::on;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use types::{BuildingId, PersonId};
use utoipa::ToSchema;

const COLUMNS: &str = "SELECT id, login, name, role, extension, active, version FROM people";
const ONE: &str = "SELECT id, login, name, role, extension, active, version FROM people WHERE id = $1";
const BY_LOGIN: &str = "SELECT id FROM people WHERE login = $1";
const INSERT: &str = "INSERT INTO people (id, login, name, role, password, extension, active, version, created_at, updated_at) \
    VALUES ($1, $2, $3, $4, $5, $6, TRUE, 1, $7, $7)";
const UPDATE: &str = "UPDATE people SET name = $3, role = $4, active = $5, extension = $6, version = version + 1, updated_at = $7 \
    WHERE id = $1 AND version = $2";
const PASSWORD: &str = "UPDATE people SET password = $2 WHERE id = $1";
/// Two who take each other's office away at once: the second waits, and sees what the first did.
const LOCK_ADMINISTRATORS: &str = "UPDATE people SET role = role WHERE role = 'administrator' AND active";
/// What is counted for a person and then added to: one request after another.
const LOCK: &str = "UPDATE people SET role = role WHERE id = $1";
const ADMINISTRATORS: &str = "SELECT count(*) FROM people WHERE role = 'administrator' AND active AND id <> $1";
const LOG_OUT: &str = "DELETE FROM logins WHERE person_id = $1";
const ASKED_NO_MORE: &str = "DELETE FROM login_challenges WHERE person_id = $1";
const REVOKE_TOKENS: &str = "DELETE FROM tokens WHERE person_id = $1";
const QUEUES_CLEAR: &str = "DELETE FROM person_queues WHERE person_id = $1";
const QUEUES_INSERT: &str = "INSERT INTO person_queues (person_id, queue) VALUES ($1, $2)";
const QUEUES: &str = "SELECT person_id, queue FROM person_queues";
const BUILDINGS_CLEAR: &str = "DELETE FROM person_buildings WHERE person_id = $1";
const BUILDINGS_INSERT: &str = "INSERT INTO person_buildings (person_id, building_id) VALUES ($1, $2)";
const BUILDINGS: &str = "SELECT person_id, building_id FROM person_buildings";
const NAME: &str = "SELECT id, name FROM people";
const EXECUTORS: &str = "SELECT p.id, p.name, p.role, (SELECT count(*) FROM tickets t WHERE t.executor_id = p.id \
    AND t.state IN ('assigned', 'accepted', 'in_progress', 'on_hold')) AS open_tickets \
    FROM people p WHERE p.active AND p.role = 'technician' ORDER BY p.name, p.id";
const EXECUTOR: &str = "SELECT count(*) FROM people WHERE id = $1 AND active AND role = 'technician'";
const TAKERS: &str = "SELECT id, login, name, role, extension, active, version FROM people \
    WHERE active AND extension IS NOT NULL AND role IN ('dispatcher', 'supervisor') ORDER BY extension";

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema, sqlx::FromRow)]
pub struct Person {
    pub id: PersonId,
    pub login: String,
    pub name: String,
    pub role: Role,
    pub extension: Option<String>,
    pub active: bool,
    pub version: i64,
    #[sqlx(skip)]
    pub queues: Vec<String>,
    /// Where a technician works; empty: in all buildings.
    #[sqlx(skip)]
    pub buildings: Vec<BuildingId>,
}

#[derive(Clone, Debug)]
pub struct NewPerson {
    pub id: PersonId,
    /// Lower case.
    pub login: String,
    pub name: String,
    pub role: Role,
    /// The argon2 hash.
    pub password: String,
    pub extension: Option<String>,
    pub queues: Vec<String>,
    pub buildings: Vec<BuildingId>,
}

/// Whom a ticket can be given to.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema, sqlx::FromRow)]
pub struct Executor {
    pub id: PersonId,
    pub name: String,
    pub role: Role,
    pub open_tickets: i64,
}

/// A person (or another noun) as other things mention one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::FromRow)]
pub struct Named<I = PersonId> {
    pub id: I,
    pub name: String,
}

pub async fn page(
    tx: &mut Tx,
    role: Option<Role>,
    active: bool,
    after: Option<PersonId>,
    limit: i64,
) -> Result<Vec<Person>> {
    let mut select = Select::new(COLUMNS);
    if let Some(role) = role {
        select.filter("role = ?", [role.word().into()]);
    }
    if active {
        select.filter("active", []);
    }
    if let Some(last) = after {
        // log-ins are not shown to everybody: a cursor does not hold them
        select.filter("login > (SELECT login FROM people WHERE id = ?)", [last.into()]);
    }
    select.then("ORDER BY login LIMIT ?", [(limit + 1).into()]);
    let found = select.fetch(tx).await?;
    with_places(tx, found).await
}

pub async fn one(tx: &mut Tx, id: PersonId) -> Result<Option<Person>> {
    let found: Option<Person> = on!(tx, c => sqlx::query_as(ONE).bind(id).fetch_optional(c).await)?;
    Ok(with_places(tx, found.into_iter().collect()).await?.pop())
}

/// Everybody who takes calls: with these and the configuration the plan is made.
pub async fn takers(tx: &mut Tx) -> Result<Vec<Person>> {
    let found: Vec<Person> = on!(tx, c => sqlx::query_as(TAKERS).fetch_all(c).await)?;
    let mut takers = Vec::with_capacity(found.len());
    // there may be more of them than a statement may name
    for some in found.chunks(limit::LIST) {
        takers.extend(with_places(tx, some.to_vec()).await?);
    }
    Ok(takers)
}

async fn with_places(tx: &mut Tx, mut people: Vec<Person>) -> Result<Vec<Person>> {
    let mut select = Select::new(QUEUES);
    select.among("person_id", people.iter().map(|p| p.id)).then("ORDER BY queue", []);
    let mut queues: HashMap<PersonId, Vec<String>> = HashMap::new();
    for (person, queue) in select.fetch::<(PersonId, String)>(tx).await? {
        queues.entry(person).or_default().push(queue);
    }
    let mut select = Select::new(BUILDINGS);
    select.among("person_id", people.iter().map(|p| p.id)).then("ORDER BY building_id", []);
    let mut buildings: HashMap<PersonId, Vec<BuildingId>> = HashMap::new();
    for (person, building) in select.fetch::<(PersonId, BuildingId)>(tx).await? {
        buildings.entry(person).or_default().push(building);
    }
    for person in &mut people {
        person.queues = queues.remove(&person.id).unwrap_or_default();
        person.buildings = buildings.remove(&person.id).unwrap_or_default();
    }
    Ok(people)
}

pub async fn by_login(tx: &mut Tx, login: &str) -> Result<Option<PersonId>> {
    on!(tx, c => sqlx::query_scalar(BY_LOGIN).bind(login).fetch_optional(c).await)
}

pub async fn insert(tx: &mut Tx, p: &NewPerson, now: DateTime<Utc>) -> Result<()> {
    on!(tx, c => sqlx::query(INSERT).bind(p.id).bind(&p.login).bind(&p.name).bind(p.role).bind(&p.password)
        .bind(&p.extension).bind(now).execute(c).await.map(drop))?;
    set_places(tx, p.id, &p.queues, &p.buildings).await
}

/// False: the version is not the newest.
pub async fn update(tx: &mut Tx, p: &Person, now: DateTime<Utc>) -> Result<bool> {
    let done = on!(tx, c => sqlx::query(UPDATE).bind(p.id).bind(p.version).bind(&p.name).bind(p.role).bind(p.active)
        .bind(&p.extension).bind(now).execute(c).await.map(|d| d.rows_affected()))?;
    if done == 0 {
        return Ok(false);
    }
    set_places(tx, p.id, &p.queues, &p.buildings).await?;
    Ok(true)
}

async fn set_places(tx: &mut Tx, person: PersonId, queues: &[String], buildings: &[BuildingId]) -> Result<()> {
    on!(tx, c => sqlx::query(QUEUES_CLEAR).bind(person).execute(c).await.map(drop))?;
    for queue in queues {
        on!(tx, c => sqlx::query(QUEUES_INSERT).bind(person).bind(queue).execute(c).await.map(drop))?;
    }
    on!(tx, c => sqlx::query(BUILDINGS_CLEAR).bind(person).execute(c).await.map(drop))?;
    for building in buildings {
        on!(tx, c => sqlx::query(BUILDINGS_INSERT).bind(person).bind(*building).execute(c).await.map(drop))?;
    }
    Ok(())
}

pub async fn set_password(tx: &mut Tx, person: PersonId, hash: &str) -> Result<()> {
    on!(tx, c => sqlx::query(ASKED_NO_MORE).bind(person).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query(PASSWORD).bind(person).bind(hash).execute(c).await.map(drop))
}

/// Ends all log-ins of a person, also those that have only begun.
pub async fn log_out(tx: &mut Tx, person: PersonId) -> Result<()> {
    on!(tx, c => sqlx::query(ASKED_NO_MORE).bind(person).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query(LOG_OUT).bind(person).execute(c).await.map(drop))
}

/// Revokes all API tokens of a person.
pub async fn revoke_tokens(tx: &mut Tx, person: PersonId) -> Result<()> {
    on!(tx, c => sqlx::query(REVOKE_TOKENS).bind(person).execute(c).await.map(drop))
}

/// Others of this person that call it wait until the transaction is over.
pub async fn lock(tx: &mut Tx, person: PersonId) -> Result<()> {
    on!(tx, c => sqlx::query(LOCK).bind(person).execute(c).await.map(drop))
}

/// Active administrators besides this person: the last one may not lock everybody out.
pub async fn other_administrators(tx: &mut Tx, person: PersonId) -> Result<i64> {
    on!(tx, c => sqlx::query(LOCK_ADMINISTRATORS).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query_scalar(ADMINISTRATORS).bind(person).fetch_one(c).await)
}

pub async fn executors(tx: &mut Tx) -> Result<Vec<Executor>> {
    on!(tx, c => sqlx::query_as(EXECUTORS).fetch_all(c).await)
}

pub async fn is_executor(tx: &mut Tx, person: PersonId) -> Result<bool> {
    let n: i64 = on!(tx, c => sqlx::query_scalar(EXECUTOR).bind(person).fetch_one(c).await)?;
    Ok(n > 0)
}

/// Names of people, for events, comments and calls that mention them.
pub async fn names(tx: &mut Tx, ids: impl IntoIterator<Item = PersonId>) -> Result<HashMap<PersonId, Named>> {
    let mut ids: Vec<PersonId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut select = Select::new(NAME);
    select.among("id", ids);
    Ok(select.fetch::<Named>(tx).await?.into_iter().map(|n| (n.id, n)).collect())
}
