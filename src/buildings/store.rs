//! SQL of buildings and units.

use super::rules::{BuildingKind, BuildingStatus, PowerSupply, RiserKind, SectionKind, UnitKind, UnitState};
use crate::db::{Result, Select, Tx, Value, fold};
use crate::on;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use types::{BuildingId, FloorId, RiserId, SectionId, UnitId};
use utoipa::ToSchema;

const ALL: &str = "SELECT b.id, b.code, b.name, b.address, b.kind, b.status, b.timezone, b.power_supply, b.has_concierge, \
    b.emergency_notes, b.version, \
    (SELECT count(*) FROM units u WHERE u.building_id = b.id) AS units FROM buildings b";
const SECTIONS: &str = "SELECT id, name, kind FROM sections WHERE building_id = $1 ORDER BY position, id";
const FLOORS: &str = "SELECT f.id, f.section_id, f.name FROM floors f JOIN sections s ON s.id = f.section_id \
    WHERE s.building_id = $1 ORDER BY f.position DESC, f.id";
const UNITS: &str = "SELECT id, building_id, section_id, floor_id, label, kind, state, area, rooms FROM units";
const GROUPS: &str = "SELECT id, kind, name FROM unit_groups WHERE building_id = $1 ORDER BY kind, name, id";
const GROUP_UNITS: &str = "SELECT gu.group_id, gu.unit_id FROM unit_group_units gu JOIN unit_groups g ON g.id = gu.group_id \
    JOIN units u ON u.id = gu.unit_id WHERE g.building_id = $1 ORDER BY u.position, u.label";
const SEARCH: &str = "SELECT u.id, u.building_id, u.section_id, u.floor_id, u.label, u.kind, u.state, u.area, u.rooms FROM units u \
    JOIN buildings b ON b.id = u.building_id";
const INSERT: &str = "INSERT INTO buildings (id, code, name, address, kind, status, timezone, power_supply, has_concierge, \
    emergency_notes, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $11)";
const UPDATE: &str = "UPDATE buildings SET code = $3, name = $4, address = $5, kind = $6, status = $7, timezone = $8, \
    power_supply = $9, has_concierge = $10, emergency_notes = $11, version = version + 1, updated_at = $12 \
    WHERE id = $1 AND version = $2";
const TOUCH: &str = "UPDATE buildings SET version = version + 1, updated_at = $3 WHERE id = $1 AND version = $2";
const UNIT_UPDATE: &str = "UPDATE units SET label = $2, kind = $3, state = $4, area = $5, rooms = $6 WHERE id = $1";
const SECTION_NAME: &str = "SELECT name FROM sections WHERE id = $1";
const FLOOR_NAME: &str = "SELECT name FROM floors WHERE id = $1";

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema, sqlx::FromRow)]
pub struct BuildingLine {
    pub id: BuildingId,
    /// 3-4 digits, spoken and typed.
    pub code: String,
    pub name: String,
    pub address: String,
    pub kind: BuildingKind,
    pub status: BuildingStatus,
    pub timezone: String,
    pub power_supply: PowerSupply,
    pub has_concierge: bool,
    pub emergency_notes: String,
    /// Of the building with all its sections, floors, units and risers.
    pub version: i64,
    pub units: i64,
    #[sqlx(skip)]
    pub open_tickets: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema, sqlx::FromRow)]
pub struct Section {
    pub id: SectionId,
    pub name: String,
    pub kind: SectionKind,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FloorRow {
    pub id: FloorId,
    pub section_id: SectionId,
    pub name: String,
}

#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct UnitRow {
    pub id: UnitId,
    pub building_id: BuildingId,
    pub section_id: Option<SectionId>,
    pub floor_id: Option<FloorId>,
    pub label: String,
    pub kind: UnitKind,
    pub state: UnitState,
    pub area: Option<f64>,
    pub rooms: Option<i64>,
}

/// A riser or a zone: units that share a pipe.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema, sqlx::FromRow)]
pub struct Riser {
    pub id: RiserId,
    pub kind: RiserKind,
    pub name: String,
    #[sqlx(skip)]
    pub units: Vec<UnitId>,
}

/// What is written of a building itself.
#[derive(Clone, Debug, Serialize)]
pub struct BuildingData {
    pub id: BuildingId,
    pub code: String,
    pub name: String,
    pub address: String,
    pub kind: BuildingKind,
    pub status: BuildingStatus,
    pub timezone: String,
    pub power_supply: PowerSupply,
    pub has_concierge: bool,
    pub emergency_notes: String,
}

/// Every building that is not archived.
pub async fn all(tx: &mut Tx) -> Result<Vec<BuildingLine>> {
    let mut select = Select::new(ALL);
    select.filter("b.status <> 'archived'", []).then("ORDER BY b.code", []);
    select.fetch(tx).await
}

/// Every building, or those in this state.
pub async fn in_status(tx: &mut Tx, status: Option<BuildingStatus>) -> Result<Vec<BuildingLine>> {
    let mut select = Select::new(ALL);
    if let Some(status) = status {
        select.filter("b.status = ?", [status.word().into()]);
    }
    select.then("ORDER BY b.code", []);
    select.fetch(tx).await
}

pub async fn insert(tx: &mut Tx, d: &BuildingData, now: DateTime<Utc>) -> Result<()> {
    on!(tx, c => sqlx::query(INSERT).bind(d.id).bind(&d.code).bind(&d.name).bind(&d.address).bind(d.kind).bind(d.status)
        .bind(&d.timezone).bind(d.power_supply).bind(d.has_concierge).bind(&d.emergency_notes).bind(now)
        .execute(c).await.map(drop))
}

/// False: the version is not the newest.
pub async fn update(tx: &mut Tx, d: &BuildingData, version: i64, now: DateTime<Utc>) -> Result<bool> {
    on!(tx, c => sqlx::query(UPDATE).bind(d.id).bind(version).bind(&d.code).bind(&d.name).bind(&d.address).bind(d.kind)
        .bind(d.status).bind(&d.timezone).bind(d.power_supply).bind(d.has_concierge).bind(&d.emergency_notes).bind(now)
        .execute(c).await.map(|done| done.rows_affected() > 0))
}

/// Something in the building changes: its version grows, and others who change it wait for our commit. False: stale.
pub async fn touch(tx: &mut Tx, building: BuildingId, version: i64, now: DateTime<Utc>) -> Result<bool> {
    on!(tx, c => sqlx::query(TOUCH).bind(building).bind(version).bind(now).execute(c).await
        .map(|done| done.rows_affected() > 0))
}

/// The unit's own fields; its place in the building is the grid's.
pub async fn update_unit(tx: &mut Tx, u: &UnitRow) -> Result<()> {
    on!(tx, c => sqlx::query(UNIT_UPDATE).bind(u.id).bind(&u.label).bind(u.kind).bind(u.state).bind(u.area)
        .bind(u.rooms).execute(c).await.map(drop))
}

pub async fn row(tx: &mut Tx, id: BuildingId) -> Result<Option<BuildingLine>> {
    let mut select = Select::new(ALL);
    select.filter("b.id = ?", [id.into()]);
    Ok(select.fetch(tx).await?.pop())
}

pub async fn sections(tx: &mut Tx, building: BuildingId) -> Result<Vec<Section>> {
    on!(tx, c => sqlx::query_as(SECTIONS).bind(building).fetch_all(c).await)
}

/// Top floor first, as a house stands.
pub async fn floors(tx: &mut Tx, building: BuildingId) -> Result<Vec<FloorRow>> {
    on!(tx, c => sqlx::query_as(FLOORS).bind(building).fetch_all(c).await)
}

pub async fn units(tx: &mut Tx, building: BuildingId) -> Result<Vec<UnitRow>> {
    let mut select = Select::new(UNITS);
    select.filter("building_id = ?", [building.into()]).then("ORDER BY position, label", []);
    select.fetch(tx).await
}

pub async fn unit_row(tx: &mut Tx, id: UnitId) -> Result<Option<UnitRow>> {
    let mut select = Select::new(UNITS);
    select.filter("id = ?", [id.into()]);
    Ok(select.fetch(tx).await?.pop())
}

pub async fn risers(tx: &mut Tx, building: BuildingId) -> Result<Vec<Riser>> {
    let mut groups: Vec<Riser> = on!(tx, c => sqlx::query_as(GROUPS).bind(building).fetch_all(c).await)?;
    let members: Vec<(RiserId, UnitId)> = on!(tx, c => sqlx::query_as(GROUP_UNITS).bind(building).fetch_all(c).await)?;
    for group in &mut groups {
        group.units = members.iter().filter(|m| m.0 == group.id).map(|m| m.1).collect();
    }
    Ok(groups)
}

/// Units by the beginning of the label, in one building or in all: those with this very label first, then in the order of
/// their ids.
pub async fn search(
    tx: &mut Tx,
    building: Option<BuildingId>,
    q: &str,
    after: Option<(i64, UnitId)>,
    limit: i64,
) -> Result<Vec<UnitRow>> {
    let mut select = Select::new(SEARCH);
    select.filter("b.status <> 'archived'", []);
    if let Some(building) = building {
        select.filter("u.building_id = ?", [building.into()]);
    }
    // Labels are numbers, now and then with a letter; `_` and `%` do not survive folding.
    // No `lower()`: the databases do not agree about Cyrillic.
    let label = typed_label(q);
    let (small, large): (Value, Value) = (label.as_str().into(), label.to_uppercase().into());
    if !label.is_empty() {
        let beginnings = [format!("{label}%").into(), format!("{}%", label.to_uppercase()).into()];
        select.filter("u.label LIKE ? OR u.label LIKE ?", beginnings);
    }
    if let Some((rank, id)) = after {
        let values = [small.clone(), large.clone(), rank.into(), id.into()];
        select.filter("(CASE WHEN u.label IN (?, ?) THEN 0 ELSE 1 END, u.id) > (?, ?)", values);
    }
    let values = [small, large, (limit + 1).into()];
    select.then("ORDER BY CASE WHEN u.label IN (?, ?) THEN 0 ELSE 1 END, u.id LIMIT ?", values);
    select.fetch(tx).await
}

fn typed_label(q: &str) -> String {
    fold(q).split_whitespace().next().unwrap_or_default().to_owned()
}

/// What [`search`] continues after.
pub fn key(unit: &UnitRow, q: &str) -> (i64, UnitId) {
    let label = typed_label(q);
    let exact = unit.label == label || unit.label == label.to_uppercase();
    (i64::from(!exact), unit.id)
}

pub async fn section_name(tx: &mut Tx, id: Option<SectionId>) -> Result<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    on!(tx, c => sqlx::query_scalar(SECTION_NAME).bind(id).fetch_optional(c).await)
}

pub async fn floor_name(tx: &mut Tx, id: Option<FloorId>) -> Result<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    on!(tx, c => sqlx::query_scalar(FLOOR_NAME).bind(id).fetch_optional(c).await)
}
