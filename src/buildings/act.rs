//! What is done with buildings, their grids and units, each inside the caller's transaction. Who changes any part of a
//! building names the version of the whole.

use super::error::Error;
use super::grid::{self, Grid};
use super::record::{self, Happened};
use super::rules::{self, BuildingKind, BuildingStatus, PowerSupply, UnitKind, UnitState};
use super::store::{self, BuildingData};
use crate::db::{self, Tx};
use crate::http::audit;
use crate::http::parse::{Check, given};
use crate::zone::Zone;
use serde::Deserialize;
use types::{BuildingId, PersonId, UnitId};
use utoipa::ToSchema;

/// Makes a building, once however often it is asked for; false: it was there.
pub async fn create(tx: &mut Tx, data: BuildingData, actor: PersonId) -> Result<(), Error> {
    let data = checked(data)?;
    let now = tx.now();
    store::insert(tx, &data, now).await.map_err(code_taken)?;
    audit::values(&(), &data);
    record::event(tx, data.id, &Happened::Created { version: 1 }, actor)?;
    Ok(())
}

/// What is not named stays.
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

pub async fn change(tx: &mut Tx, id: BuildingId, change: BuildingChange, actor: PersonId) -> Result<(), Error> {
    let old = store::row(tx, id).await?.ok_or(Error::NoSuch("building"))?;
    let before = old.clone();
    if old.version != change.version {
        return Err(Error::Stale(id));
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
    if !store::update(tx, &data, change.version, now).await.map_err(code_taken)? {
        return Err(Error::Stale(id));
    }
    audit::values(&before, &store::row(tx, id).await?);
    Ok(record::event(tx, id, &Happened::Changed { version: change.version + 1 }, actor)?)
}

/// Replaces everything inside the building.
pub async fn replace_grid(tx: &mut Tx, id: BuildingId, grid: Grid, actor: PersonId) -> Result<(), Error> {
    let version = touch(tx, id, grid.version).await?;
    grid::replace(tx, id, grid).await?;
    Ok(record::event(tx, id, &Happened::GridReplaced { version }, actor)?)
}

/// What is not named stays.
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

/// The unit's own fields; gives the building it is in.
pub async fn change_unit(tx: &mut Tx, id: UnitId, change: UnitChange, actor: PersonId) -> Result<BuildingId, Error> {
    let mut unit = store::unit_row(tx, id).await?.ok_or(Error::NoSuch("unit"))?;
    let version = touch(tx, unit.building_id, change.version).await?;
    let before = unit.clone();
    unit.label = change.label.map_or(unit.label, |label| label.trim().to_owned());
    unit.kind = change.kind.unwrap_or(unit.kind);
    unit.state = change.state.unwrap_or(unit.state);
    unit.area = change.area.unwrap_or(unit.area);
    unit.rooms = change.rooms.unwrap_or(unit.rooms);
    let mut check = Check::new();
    rules::unit(&mut check, "", &unit.label, unit.area, unit.rooms);
    check.faults()?;
    store::update_unit(tx, &unit).await.map_err(|error| match db::taken(&error) {
        true => Error::Taken { field: "label", message: "belongs to another unit of this kind in the building" },
        false => error.into(),
    })?;
    audit::values(&before, &unit);
    record::event(tx, unit.building_id, &Happened::UnitChanged { version, unit_id: id }, actor)?;
    Ok(unit.building_id)
}

/// Takes the building for a change; gives its next version.
async fn touch(tx: &mut Tx, id: BuildingId, version: i64) -> Result<i64, Error> {
    let now = tx.now();
    if store::touch(tx, id, version, now).await? {
        return Ok(version + 1);
    }
    Err(Error::Stale(id))
}

fn checked(mut d: BuildingData) -> Result<BuildingData, Error> {
    for text in [&mut d.code, &mut d.name, &mut d.address] {
        *text = text.trim().to_owned();
    }
    let mut check = Check::new();
    let digits = (3..=4).contains(&d.code.len()) && d.code.bytes().all(|b| b.is_ascii_digit());
    check.that(digits, "code", "must have 3 or 4 digits").line("name", &d.name).line("address", &d.address);
    check.text("emergency_notes", &d.emergency_notes);
    let zone = Zone::named(&d.timezone).is_some();
    check.that(zone, "timezone", "must be an IANA time zone, such as Europe/Moscow or Asia/Yekaterinburg");
    check.faults()?;
    Ok(d)
}

fn code_taken(error: db::Error) -> Error {
    match db::taken(&error) {
        true => Error::Taken { field: "code", message: "belongs to another building" },
        false => error.into(),
    }
}
