//! Buildings, their grids and units, written. Who changes any part of a building names the version of the whole.

use super::grid::{self, Grid};
use super::http::{self, Building, Unit};
use super::rules::{self, BuildingKind, BuildingStatus, PowerSupply, UnitKind, UnitState};
use super::store::{self, BuildingData};
use crate::db::Db;
use crate::db::{self, Tx};
use crate::http::parse::{Check, given};
use crate::http::{Allowed, Answer, Body, Id, Problem, Who, audit, can};
use crate::outbox::News;
use crate::outbox::Subject;
use crate::zone::Zone;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use types::{BuildingId, UnitId};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBuilding {
    /// Made by the client: sending twice makes one.
    id: Option<BuildingId>,
    /// 3-4 digits, spoken and typed.
    code: String,
    name: String,
    address: String,
    kind: BuildingKind,
    #[serde(default)]
    status: BuildingStatus,
    /// Default: Europe/Moscow.
    timezone: Option<String>,
    #[serde(default)]
    power_supply: PowerSupply,
    #[serde(default)]
    has_concierge: bool,
    /// What a dispatcher must know in an emergency: valves, keys, contractors.
    #[serde(default)]
    emergency_notes: String,
}

#[utoipa::path(post, path = "/api/v1/buildings", tag = "buildings", request_body = NewBuilding,
    responses((status = 201, body = Building), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn create(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::BuildingsEdit>,
    Body(new): Body<NewBuilding>,
) -> Result<(StatusCode, Json<Building>), Problem> {
    let data = checked(BuildingData {
        id: new.id.unwrap_or_else(|| db.id()),
        code: new.code,
        name: new.name,
        address: new.address,
        kind: new.kind,
        status: new.status,
        timezone: new.timezone.unwrap_or_else(|| "Europe/Moscow".to_owned()),
        power_supply: new.power_supply,
        has_concierge: new.has_concierge,
        emergency_notes: new.emergency_notes,
    })?;
    let mut tx = db.write().await?;
    if store::row(&mut tx, data.id).await?.is_none() {
        let now = tx.now();
        store::insert(&mut tx, &data, now).await.map_err(taken)?;
        audit::record(&mut tx, &who, "buildings.create", data.id, &data.code).await?;
    }
    let made = http::whole(&mut tx, &who, data.id).await?;
    tx.commit().await?;
    news.changed(Subject::Buildings(data.id));
    Ok((StatusCode::CREATED, Json(made)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BuildingChange {
    version: i64,
    code: Option<String>,
    name: Option<String>,
    address: Option<String>,
    kind: Option<BuildingKind>,
    status: Option<BuildingStatus>,
    timezone: Option<String>,
    power_supply: Option<PowerSupply>,
    has_concierge: Option<bool>,
    emergency_notes: Option<String>,
}

#[utoipa::path(patch, path = "/api/v1/buildings/{id}", tag = "buildings", params(("id" = BuildingId, Path)),
    request_body = BuildingChange, responses((status = 200, body = Building), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn change(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::BuildingsEdit>,
    Id(id): Id<BuildingId>,
    Body(change): Body<BuildingChange>,
) -> Answer<Building> {
    let mut tx = db.write().await?;
    let old = store::row(&mut tx, id).await?.ok_or_else(|| Problem::not_found("building"))?;
    if old.version != change.version {
        return Err(Problem::stale(http::whole(&mut tx, &who, id).await?));
    }
    let data = checked(BuildingData {
        id,
        code: change.code.unwrap_or(old.code),
        name: change.name.unwrap_or(old.name),
        address: change.address.unwrap_or(old.address),
        kind: change.kind.unwrap_or(old.kind),
        status: change.status.unwrap_or(old.status),
        timezone: change.timezone.unwrap_or(old.timezone),
        power_supply: change.power_supply.unwrap_or(old.power_supply),
        has_concierge: change.has_concierge.unwrap_or(old.has_concierge),
        emergency_notes: change.emergency_notes.unwrap_or(old.emergency_notes),
    })?;
    let now = tx.now();
    if !store::update(&mut tx, &data, change.version, now).await.map_err(taken)? {
        return Err(Problem::stale(http::whole(&mut tx, &who, id).await?));
    }
    audit::record(&mut tx, &who, "buildings.change", id, &data.code).await?;
    done(&news, &who, tx, id).await
}

/// Replaces everything inside the building; answers 409 `in-use` when residents or tickets point at what would go.
#[utoipa::path(put, path = "/api/v1/buildings/{id}/grid", tag = "buildings", params(("id" = BuildingId, Path)),
    request_body = Grid, responses((status = 200, body = Building), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn set_grid(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::BuildingsEdit>,
    Id(id): Id<BuildingId>,
    Body(grid): Body<Grid>,
) -> Answer<Building> {
    let mut tx = db.write().await?;
    touch(&mut tx, &who, id, grid.version).await?;
    grid::replace(&mut tx, id, grid).await?;
    audit::record(&mut tx, &who, "buildings.grid", id, ()).await?;
    done(&news, &who, tx, id).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitChange {
    /// Of the building, as `Unit.version` says it.
    version: i64,
    label: Option<String>,
    kind: Option<UnitKind>,
    state: Option<UnitState>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<f64>)]
    area: Option<Option<f64>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    rooms: Option<Option<i64>>,
}

#[utoipa::path(patch, path = "/api/v1/units/{id}", tag = "buildings", params(("id" = UnitId, Path)), request_body = UnitChange,
    responses((status = 200, body = Unit), (status = 404, body = Problem), (status = 409, body = Problem),
    (status = 422, body = Problem)))]
pub async fn change_unit(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::BuildingsEdit>,
    Id(id): Id<UnitId>,
    Body(change): Body<UnitChange>,
) -> Answer<Unit> {
    let mut tx = db.write().await?;
    let mut unit = store::unit_row(&mut tx, id).await?.ok_or_else(|| Problem::not_found("unit"))?;
    touch(&mut tx, &who, unit.building_id, change.version).await?;
    unit.label = change.label.map_or(unit.label, |label| label.trim().to_owned());
    unit.kind = change.kind.unwrap_or(unit.kind);
    unit.state = change.state.unwrap_or(unit.state);
    unit.area = change.area.unwrap_or(unit.area);
    unit.rooms = change.rooms.unwrap_or(unit.rooms);
    let mut check = Check::new();
    rules::unit(&mut check, "", &unit.label, unit.area, unit.rooms);
    check.done()?;
    store::update_unit(&mut tx, &unit).await.map_err(|error| match db::taken(&error) {
        true => Problem::taken("label", "belongs to another unit of this kind in the building"),
        false => error.into(),
    })?;
    audit::record(&mut tx, &who, "units.change", id, &unit.label).await?;
    let changed = http::whole_unit(&mut tx, &who, id).await?;
    tx.commit().await?;
    news.changed(Subject::Buildings(unit.building_id));
    Ok(Json(changed))
}

/// Takes the building for a change: 404, or 409 with what it is now.
async fn touch(tx: &mut Tx, who: &Who, building: BuildingId, version: i64) -> Result<(), Problem> {
    let now = tx.now();
    if store::touch(tx, building, version, now).await? {
        return Ok(());
    }
    Err(Problem::stale(http::whole(tx, who, building).await?))
}

async fn done(news: &News, who: &Who, mut tx: Tx, id: BuildingId) -> Answer<Building> {
    let changed = http::whole(&mut tx, who, id).await?;
    tx.commit().await?;
    news.changed(Subject::Buildings(id));
    Ok(Json(changed))
}

fn checked(mut d: BuildingData) -> Result<BuildingData, Problem> {
    for text in [&mut d.code, &mut d.name, &mut d.address] {
        *text = text.trim().to_owned();
    }
    let mut check = Check::new();
    let digits = (3..=4).contains(&d.code.len()) && d.code.bytes().all(|b| b.is_ascii_digit());
    check.that(digits, "code", "has 3 or 4 digits").line("name", &d.name).line("address", &d.address);
    check.text("emergency_notes", &d.emergency_notes);
    let zone = Zone::named(&d.timezone).is_some();
    check.that(zone, "timezone", "is a time zone by its IANA name, such as Europe/Moscow or Asia/Yekaterinburg");
    check.done()?;
    Ok(d)
}

fn taken(error: db::Error) -> Problem {
    if db::taken(&error) {
        return Problem::taken("code", "belongs to another building");
    }
    error.into()
}
