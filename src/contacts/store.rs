//! SQL of contacts, their phones and relations to units.

use super::error::Error;
use super::rules::{ContactKind, ContactStatus, Language, RelationRole};
use crate::buildings::rules::UnitKind;
use crate::db::{Result, Select, Tx, WordIndex, fold, phone_words, search_words};
use crate::on;
use crate::people::store::Named;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use types::{BuildingId, ContactId, ContactPointId, UnitId};
use utoipa::ToSchema;

const COLUMNS: &str = "SELECT id, kind, full_name, language, vip, note, status, merged_into, erased_at, erased_reason, version, created_at FROM contacts c";
const PHONES: &str = "SELECT id, contact_id, value, label, shared FROM contact_points";
const UNITS: &str = "SELECT r.contact_id, r.role, u.id, u.label, u.kind, u.section_id, b.id AS building_id, b.name AS building_name, \
    b.address AS building_address, s.name AS section, f.name AS floor FROM unit_relations r JOIN units u ON u.id = r.unit_id \
    JOIN buildings b ON b.id = u.building_id LEFT JOIN sections s ON s.id = u.section_id LEFT JOIN floors f ON f.id = u.floor_id";
const RESIDENTS: &str = "SELECT r.role, c.id, c.full_name, c.language, c.vip FROM unit_relations r JOIN contacts c ON c.id = r.contact_id \
    WHERE r.unit_id = $1 AND r.until IS NULL AND c.status = 'active' ORDER BY r.role, c.full_name, c.id";
const RESIDENTS_COUNT: &str = "SELECT r.unit_id, count(DISTINCT r.contact_id) FROM unit_relations r JOIN units u ON u.id = r.unit_id \
    JOIN contacts c ON c.id = r.contact_id WHERE u.building_id = $1 AND r.until IS NULL AND c.status = 'active' GROUP BY r.unit_id";
/// Waits for whoever is merging or erasing it, and makes them wait.
const HOLD: &str = "UPDATE contacts SET updated_at = updated_at WHERE id = $1";
const STANDING: &str = "SELECT full_name, status, merged_into FROM contacts WHERE id = $1";
const SURVIVOR: &str = "SELECT COALESCE(merged_into, id) FROM contacts WHERE id = $1";
const NAMES: &str = "SELECT id, full_name AS name FROM contacts";
const WORDS: WordIndex = WordIndex {
    table: "contact_words",
    rows: "c.id IN (SELECT contact_id FROM contact_words_rows WHERE row IN (SELECT value FROM json_each(?)))",
    like: "c.search LIKE ?",
};
const INSERT: &str = "INSERT INTO contacts (id, kind, full_name, search, language, vip, note, status, version, created_at, updated_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'active', 1, $8, $8)";
const UPDATE: &str = "UPDATE contacts SET kind = $3, full_name = $4, search = $5, language = $6, vip = $7, note = $8, \
    version = version + 1, updated_at = $9 WHERE id = $1 AND version = $2";
const PHONES_CLEAR: &str = "DELETE FROM contact_points WHERE contact_id = $1 AND kind = 'phone'";
const PHONES_INSERT: &str = "INSERT INTO contact_points (id, contact_id, kind, value, label, shared, position) \
    VALUES ($1, $2, 'phone', $3, $4, $5, $6)";
const UNITS_END: &str = "UPDATE unit_relations SET until = $2 WHERE contact_id = $1 AND until IS NULL";
const UNITS_UPSERT: &str = "INSERT INTO unit_relations (contact_id, unit_id, role, since, until) VALUES ($1, $2, $3, $4, NULL) \
    ON CONFLICT (contact_id, unit_id, role) DO UPDATE SET until = NULL";

/// A contact as lists and cards show it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema, sqlx::FromRow)]
pub struct Contact {
    pub id: ContactId,
    pub kind: ContactKind,
    pub full_name: String,
    pub language: Language,
    pub vip: bool,
    pub note: String,
    pub status: ContactStatus,
    /// Of a merged one: who it is now.
    pub merged_into: Option<ContactId>,
    /// Its data is gone since, for this reason.
    pub erased_at: Option<DateTime<Utc>>,
    pub erased_reason: Option<String>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    #[sqlx(skip)]
    pub phones: Vec<Phone>,
    #[sqlx(skip)]
    pub units: Vec<ContactUnit>,
    #[sqlx(skip)]
    pub open_tickets: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema, sqlx::FromRow)]
pub struct Phone {
    pub id: ContactPointId,
    #[serde(skip)]
    #[schema(ignore)]
    pub contact_id: ContactId,
    /// E.164 with plus where it can be read so.
    pub value: String,
    pub label: String,
    /// Several contacts use it.
    pub shared: bool,
}

/// A unit that a contact has to do with, and how.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ContactUnit {
    pub id: UnitId,
    pub label: String,
    pub kind: UnitKind,
    pub building: BuildingName,
    pub section: Option<String>,
    pub floor: Option<String>,
    pub role: RelationRole,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BuildingName {
    pub id: BuildingId,
    pub name: String,
    pub address: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema, sqlx::FromRow)]
pub struct Resident {
    pub id: ContactId,
    pub full_name: String,
    pub language: Language,
    pub vip: bool,
    pub role: RelationRole,
}

#[derive(sqlx::FromRow)]
struct UnitRow {
    contact_id: ContactId,
    role: RelationRole,
    id: UnitId,
    label: String,
    kind: UnitKind,
    building_id: BuildingId,
    building_name: String,
    building_address: String,
    section: Option<String>,
    floor: Option<String>,
}

/// What is written.
#[derive(Clone, Debug, Serialize)]
pub struct ContactData {
    pub id: ContactId,
    pub kind: ContactKind,
    pub full_name: String,
    pub language: Language,
    pub vip: bool,
    pub note: String,
    pub phones: Vec<PhoneData>,
    pub units: Vec<UnitData>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PhoneData {
    pub value: String,
    #[serde(default)]
    pub label: String,
    #[serde(default)]
    pub shared: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitData {
    pub unit_id: UnitId,
    pub role: RelationRole,
}

impl Contact {
    /// What is merged or erased is changed no more.
    pub fn living(&self) -> std::result::Result<(), Error> {
        match (self.status, self.merged_into) {
            (ContactStatus::Active, _) => Ok(()),
            (ContactStatus::Merged, into) => Err(Error::Merged { id: self.id, into }),
            (ContactStatus::Erased, _) => Err(Error::Erased(self.id)),
        }
    }
}

impl ContactData {
    /// As it is written now.
    pub fn of(contact: Contact) -> ContactData {
        let Contact { id, kind, full_name, language, vip, note, phones, units, .. } = contact;
        let phones = phones.into_iter().map(|p| PhoneData { value: p.value, label: p.label, shared: p.shared });
        let units = units.into_iter().map(|u| UnitData { unit_id: u.id, role: u.role });
        ContactData { id, kind, full_name, language, vip, note, phones: phones.collect(), units: units.collect() }
    }
}

#[derive(Debug, Default)]
pub struct Filter {
    pub q: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// Some digits of a phone, as typed.
    pub digits: Option<String>,
    pub building: Option<BuildingId>,
}

/// By name, then id; `after` is the last (name, id) seen.
pub async fn page(
    tx: &mut Tx,
    filter: &Filter,
    after: Option<(String, ContactId)>,
    limit: i64,
) -> Result<Vec<Contact>> {
    let mut select = Select::new(COLUMNS);
    select.filter("c.status = 'active'", []);
    let mut words = filter.q.as_deref().map(search_words).unwrap_or_default();
    if words.is_empty() && filter.q.as_deref().is_some_and(|q| !q.trim().is_empty()) {
        // signs only
        return Ok(Vec::new());
    }
    if let Some(phone) = &filter.phone {
        select.filter(
            "c.id IN (SELECT contact_id FROM contact_points WHERE kind = 'phone' AND value = ?)",
            [phone.as_str().into()],
        );
    }
    if let Some(typed) = &filter.digits {
        let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
        // 8 in front is how people write +7.
        let seven = digits.strip_prefix('8').filter(|rest| rest.len() >= 3).map(|rest| format!("7{rest}"));
        match seven.unwrap_or(digits) {
            none if none.is_empty() => _ = select.filter("1 = 0", []),
            digits => words.push(digits),
        }
    }
    WORDS.search(tx, &words, "").await?.narrow(&mut select);
    if let Some(building) = filter.building {
        select.filter(
            "c.id IN (SELECT r.contact_id FROM unit_relations r JOIN units u ON u.id = r.unit_id \
             WHERE r.until IS NULL AND u.building_id = ?)",
            [building.into()],
        );
    }
    if let Some((name, id)) = after {
        select.filter("(c.full_name, c.id) > (?, ?)", [name.into(), id.into()]);
    }
    select.then("ORDER BY c.full_name, c.id LIMIT ?", [(limit + 1).into()]);
    let found = select.fetch(tx).await?;
    complete(tx, found).await
}

pub async fn one(tx: &mut Tx, id: ContactId) -> Result<Option<Contact>> {
    Ok(many(tx, [id]).await?.pop())
}

/// Takes the row's lock until the transaction ends.
pub async fn hold(tx: &mut Tx, id: ContactId) -> Result<()> {
    on!(tx, c => sqlx::query(HOLD).bind(id).execute(c).await.map(drop))
}

/// Who is meant by this contact now, held: the one that it was merged into. None: there is none, or it was erased.
pub async fn living(tx: &mut Tx, id: ContactId) -> Result<Option<Named<ContactId>>> {
    let mut id = id;
    loop {
        hold(tx, id).await?;
        type Standing = (String, ContactStatus, Option<ContactId>);
        let found: Option<Standing> = on!(&mut *tx, c => sqlx::query_as(STANDING).bind(id).fetch_optional(c).await)?;
        match found {
            Some((name, ContactStatus::Active, _)) => return Ok(Some(Named { id, name })),
            Some((_, ContactStatus::Merged, Some(into))) => id = into,
            _ => return Ok(None),
        }
    }
}

/// As [`survivor`], for a filter: who is nobody has nothing.
pub async fn meant(tx: &mut Tx, id: Option<ContactId>) -> Result<Option<ContactId>> {
    match id {
        Some(id) => Ok(survivor(tx, id).await?.or(Some(id))),
        None => Ok(None),
    }
}

/// Who is shown for this contact: the one that it was merged into, or itself.
pub async fn survivor(tx: &mut Tx, id: ContactId) -> Result<Option<ContactId>> {
    on!(tx, c => sqlx::query_scalar(SURVIVOR).bind(id).fetch_optional(c).await)
}

pub async fn many(tx: &mut Tx, ids: impl IntoIterator<Item = ContactId>) -> Result<Vec<Contact>> {
    let mut select = Select::new(COLUMNS);
    select.among("c.id", ids).then("ORDER BY c.full_name, c.id", []);
    let found = select.fetch(tx).await?;
    complete(tx, found).await
}

/// Everybody who uses this number (E.164): a shared phone gives several, and the dispatcher chooses.
pub async fn by_phone(tx: &mut Tx, phone: &str) -> Result<Vec<Contact>> {
    page(tx, &Filter { phone: Some(phone.to_owned()), ..Filter::default() }, None, 20).await
}

async fn complete(tx: &mut Tx, mut contacts: Vec<Contact>) -> Result<Vec<Contact>> {
    let ids: Vec<ContactId> = contacts.iter().map(|c| c.id).collect();
    let mut select = Select::new(PHONES);
    select.filter("kind = 'phone'", []).among("contact_id", ids.clone()).then("ORDER BY position, id", []);
    let mut phones: HashMap<ContactId, Vec<Phone>> = HashMap::new();
    for phone in select.fetch::<Phone>(tx).await? {
        phones.entry(phone.contact_id).or_default().push(phone);
    }
    let mut select = Select::new(UNITS);
    select.filter("r.until IS NULL", []).among("r.contact_id", ids.clone());
    select.then("ORDER BY b.code, u.kind, u.position, u.label", []);
    let mut units: HashMap<ContactId, Vec<ContactUnit>> = HashMap::new();
    for row in select.fetch::<UnitRow>(tx).await? {
        units.entry(row.contact_id).or_default().push(row.into());
    }
    let open = crate::tickets::store::open_by_requester(tx, ids).await?;
    for contact in &mut contacts {
        contact.phones = phones.remove(&contact.id).unwrap_or_default();
        contact.units = units.remove(&contact.id).unwrap_or_default();
        contact.open_tickets = open.get(&contact.id).copied().unwrap_or(0);
    }
    Ok(contacts)
}

impl From<UnitRow> for ContactUnit {
    fn from(r: UnitRow) -> ContactUnit {
        ContactUnit {
            id: r.id,
            label: r.label,
            kind: r.kind,
            building: BuildingName { id: r.building_id, name: r.building_name, address: r.building_address },
            section: r.section,
            floor: r.floor,
            role: r.role,
        }
    }
}

pub async fn residents(tx: &mut Tx, unit: UnitId) -> Result<Vec<Resident>> {
    on!(tx, c => sqlx::query_as(RESIDENTS).bind(unit).fetch_all(c).await)
}

pub async fn residents_count(tx: &mut Tx, building: BuildingId) -> Result<HashMap<UnitId, i64>> {
    let rows: Vec<(UnitId, i64)> = on!(tx, c => sqlx::query_as(RESIDENTS_COUNT).bind(building).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}

pub async fn names(
    tx: &mut Tx,
    ids: impl IntoIterator<Item = ContactId>,
) -> Result<HashMap<ContactId, Named<ContactId>>> {
    let mut ids: Vec<ContactId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut select = Select::new(NAMES);
    select.among("id", ids);
    Ok(select.fetch::<Named<ContactId>>(tx).await?.into_iter().map(|n| (n.id, n)).collect())
}

pub async fn insert(tx: &mut Tx, d: &ContactData, now: DateTime<Utc>) -> Result<()> {
    on!(tx, c => sqlx::query(INSERT).bind(d.id).bind(d.kind).bind(&d.full_name).bind(search(d)).bind(d.language)
        .bind(d.vip).bind(&d.note).bind(now).execute(c).await.map(drop))?;
    phones_and_units(tx, d, now).await
}

/// False: the version is not the newest.
pub async fn update(tx: &mut Tx, d: &ContactData, version: i64, now: DateTime<Utc>) -> Result<bool> {
    let done = on!(tx, c => sqlx::query(UPDATE).bind(d.id).bind(version).bind(d.kind).bind(&d.full_name).bind(search(d))
        .bind(d.language).bind(d.vip).bind(&d.note).bind(now).execute(c).await.map(|d| d.rows_affected()))?;
    if done == 0 {
        return Ok(false);
    }
    on!(tx, c => sqlx::query(PHONES_CLEAR).bind(d.id).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query(UNITS_END).bind(d.id).bind(now).execute(c).await.map(drop))?;
    phones_and_units(tx, d, now).await?;
    Ok(true)
}

async fn phones_and_units(tx: &mut Tx, d: &ContactData, now: DateTime<Utc>) -> Result<()> {
    for (n, phone) in (0i64..).zip(&d.phones) {
        let id: ContactPointId = tx.id();
        on!(tx, c => sqlx::query(PHONES_INSERT).bind(id).bind(d.id).bind(&phone.value).bind(&phone.label)
            .bind(phone.shared).bind(n).execute(c).await.map(drop))?;
    }
    for unit in &d.units {
        on!(tx, c => sqlx::query(UNITS_UPSERT).bind(d.id).bind(unit.unit_id).bind(unit.role).bind(now)
            .execute(c).await.map(drop))?;
    }
    Ok(())
}

fn search(d: &ContactData) -> String {
    let mut text = fold(&d.full_name);
    for phone in &d.phones {
        text.push_str(&phone_words(&phone.value));
    }
    text
}
