//! `/api/v1/buildings`, `/api/v1/units`

use super::act::{self, BuildingChange, UnitChange};
use super::error::Error;
use super::grid::Grid;
use super::rules::{BuildingKind, BuildingStatus, BuildingsShown, PowerSupply, SectionKind, UnitKind, UnitState};
use super::store::{self, BuildingData, BuildingLine, Riser, UnitRow};
use crate::contacts::rules::{Language, RelationRole};
use crate::contacts::store::{self as contacts, BuildingName};
use crate::db::Db;
use crate::db::Tx;
use crate::http::access;
use crate::http::page;
use crate::http::parse::word;
use crate::http::{Allowed, Answer, Body, Id, Once, Page, Params, Problem, Verb, Who, can, once};
use crate::outbox::{News, Subject};
use crate::tickets::store::{self as tickets, Filter, Sort, TicketLine};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use types::{BuildingId, ContactId, FloorId, SectionId, UnitId};
use utoipa::{IntoParams, ToSchema};

/// Tickets on the page of a unit.
const TICKETS: i64 = 50;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BuildingQuery {
    /// Without it everything but archived.
    #[param(inline, value_type = Option<BuildingsShown>)]
    status: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/buildings", tag = "buildings", params(BuildingQuery),
    responses((status = 200, body = Page<BuildingLine>), (status = 422, body = Problem)))]
pub async fn list(
    State(db): State<Db>,
    who: Allowed<can::BuildingsRead>,
    Params(asked): Params<BuildingQuery>,
) -> Answer<Page<BuildingLine>> {
    let mut tx = db.read().await?;
    let shown = asked.status.map(|text| word("status", &text)).transpose()?;
    let mut buildings = match shown {
        None => store::all(&mut tx).await?,
        Some(BuildingsShown::All) => store::in_status(&mut tx, None).await?,
        Some(BuildingsShown::Active) => store::in_status(&mut tx, Some(BuildingStatus::Active)).await?,
        Some(BuildingsShown::Onboarding) => store::in_status(&mut tx, Some(BuildingStatus::Onboarding)).await?,
        Some(BuildingsShown::Archived) => store::in_status(&mut tx, Some(BuildingStatus::Archived)).await?,
    };
    let open = counts(tickets::open_by_building(&mut tx, &who).await?, &who);
    for building in &mut buildings {
        building.open_tickets = open.get(&building.id).copied().unwrap_or(0);
    }
    Ok(Json(Page::whole(buildings)))
}

/// Who may not read tickets is not told how many there are.
fn counts<K>(found: HashMap<K, i64>, who: &Who) -> HashMap<K, i64> {
    if who.may(Verb::TicketsRead) { found } else { HashMap::new() }
}

#[derive(Serialize, ToSchema)]
pub struct Building {
    #[serde(flatten)]
    line: BuildingLine,
    sections: Vec<SectionView>,
    risers: Vec<Riser>,
}

#[derive(Serialize, ToSchema)]
pub struct SectionView {
    id: SectionId,
    name: String,
    kind: SectionKind,
    /// Top floor first.
    floors: Vec<FloorView>,
}

#[derive(Serialize, ToSchema)]
pub struct FloorView {
    id: FloorId,
    name: String,
    units: Vec<UnitView>,
}

#[derive(Serialize, ToSchema)]
pub struct UnitView {
    id: UnitId,
    label: String,
    kind: UnitKind,
    state: UnitState,
    area: Option<f64>,
    rooms: Option<i64>,
    open_tickets: i64,
    residents: i64,
}

#[utoipa::path(get, path = "/api/v1/buildings/{id}", tag = "buildings", params(("id" = BuildingId, Path)),
    responses((status = 200, body = Building), (status = 404, body = Problem)))]
pub async fn one(State(db): State<Db>, who: Allowed<can::BuildingsRead>, Id(id): Id<BuildingId>) -> Answer<Building> {
    let mut tx = db.read().await?;
    Ok(Json(whole(&mut tx, &who, id).await?))
}

/// The page of a building as this person sees it.
async fn whole(tx: &mut Tx, who: &Who, id: BuildingId) -> Result<Building, Problem> {
    let mut line = store::row(tx, id).await?.ok_or_else(|| Problem::not_found("building"))?;
    line.open_tickets = counts(tickets::open_by_building(tx, who).await?, who).get(&id).copied().unwrap_or(0);
    let open = counts(tickets::open_by_unit(tx, who, id).await?, who);
    let residents = contacts::residents_count(tx, id).await?;
    let mut units: HashMap<FloorId, Vec<UnitView>> = HashMap::new();
    for unit in store::units(tx, id).await? {
        let Some(floor) = unit.floor_id else { continue };
        units.entry(floor).or_default().push(UnitView {
            open_tickets: open.get(&unit.id).copied().unwrap_or(0),
            residents: residents.get(&unit.id).copied().unwrap_or(0),
            id: unit.id,
            label: unit.label,
            kind: unit.kind,
            state: unit.state,
            area: unit.area,
            rooms: unit.rooms,
        });
    }
    let mut floors: HashMap<SectionId, Vec<FloorView>> = HashMap::new();
    for floor in store::floors(tx, id).await? {
        let units = units.remove(&floor.id).unwrap_or_default();
        floors.entry(floor.section_id).or_default().push(FloorView { id: floor.id, name: floor.name, units });
    }
    let section = |s: store::Section| SectionView {
        floors: floors.remove(&s.id).unwrap_or_default(),
        id: s.id,
        name: s.name,
        kind: s.kind,
    };
    let sections = store::sections(tx, id).await?.into_iter().map(section).collect();
    let risers = store::risers(tx, id).await?;
    Ok(Building { line, sections, risers })
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UnitQuery {
    building: Option<BuildingId>,
    /// The beginning of the label.
    q: Option<String>,
    #[param(minimum = 1)]
    limit: Option<i64>,
    after: Option<String>,
}

/// A unit in a list.
#[derive(Serialize, ToSchema)]
pub struct UnitLine {
    id: UnitId,
    label: String,
    kind: UnitKind,
    state: UnitState,
    building: BuildingName,
}

#[utoipa::path(get, path = "/api/v1/units", tag = "buildings", params(UnitQuery),
    responses((status = 200, body = Page<UnitLine>)))]
pub async fn units(
    State(db): State<Db>,
    _: Allowed<can::BuildingsRead>,
    Params(asked): Params<UnitQuery>,
) -> Answer<Page<UnitLine>> {
    let (after, size) = (page::after(asked.after.as_deref())?, page::size(asked.limit)?);
    let mut tx = db.read().await?;
    let q = asked.q.unwrap_or_default();
    let found = store::search(&mut tx, asked.building, &q, after, size).await?;
    let buildings: HashMap<BuildingId, BuildingName> =
        store::all(&mut tx).await?.into_iter().map(|b| (b.id, short(b))).collect();
    let Page { items, next } = Page::cut(found, size, |u| store::key(u, &q));
    let line = |u: UnitRow| {
        let building = buildings.get(&u.building_id).cloned()?;
        Some(UnitLine { id: u.id, label: u.label, kind: u.kind, state: u.state, building })
    };
    Ok(Json(Page { items: items.into_iter().filter_map(line).collect(), next }))
}

fn short(b: BuildingLine) -> BuildingName {
    BuildingName { id: b.id, name: b.name, address: b.address }
}

#[derive(Serialize, ToSchema)]
pub struct Unit {
    id: UnitId,
    label: String,
    kind: UnitKind,
    state: UnitState,
    area: Option<f64>,
    rooms: Option<i64>,
    building: BuildingName,
    section: Option<String>,
    floor: Option<String>,
    residents: Vec<ResidentView>,
    tickets: Vec<TicketLine>,
    /// Of the building: whoever changes the unit names it.
    version: i64,
}

#[derive(Serialize, ToSchema)]
pub struct ResidentView {
    contact: ResidentContact,
    role: RelationRole,
}

#[derive(Serialize, ToSchema)]
pub struct ResidentContact {
    id: ContactId,
    name: String,
    language: Language,
    vip: bool,
}

#[utoipa::path(get, path = "/api/v1/units/{id}", tag = "buildings", params(("id" = UnitId, Path)),
    responses((status = 200, body = Unit), (status = 404, body = Problem)))]
pub async fn unit(State(db): State<Db>, who: Allowed<can::BuildingsRead>, Id(id): Id<UnitId>) -> Answer<Unit> {
    let mut tx = db.read().await?;
    Ok(Json(whole_unit(&mut tx, &who, id).await?))
}

/// The page of a unit as this person sees it.
async fn whole_unit(tx: &mut Tx, who: &Who, id: UnitId) -> Result<Unit, Problem> {
    let unit = store::unit_row(tx, id).await?.ok_or_else(|| Problem::not_found("unit"))?;
    let building = store::row(tx, unit.building_id).await?.ok_or_else(|| Problem::not_found("unit"))?;
    let resident = |r: contacts::Resident| ResidentView {
        contact: ResidentContact { id: r.id, name: access::name(who, r.full_name), language: r.language, vip: r.vip },
        role: r.role,
    };
    let residents = contacts::residents(tx, id).await?.into_iter().map(resident).collect();
    let tickets = match who.may(Verb::TicketsRead) {
        true => {
            let filter = Filter { unit: Some(id), ..Filter::default() };
            let rows = tickets::page(tx, who, &filter, Sort::Registered, None, TICKETS).await?;
            let now = tx.now();
            tickets::lines(tx, who, rows, now).await?
        }
        false => Vec::new(),
    };
    Ok(Unit {
        section: store::section_name(tx, unit.section_id).await?,
        floor: store::floor_name(tx, unit.floor_id).await?,
        id: unit.id,
        version: building.version,
        label: unit.label,
        kind: unit.kind,
        state: unit.state,
        area: unit.area,
        rooms: unit.rooms,
        building: short(building),
        residents,
        tickets,
    })
}

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
    Once { body: new, request }: Once<NewBuilding>,
) -> Result<(StatusCode, Json<Building>), Problem> {
    let data = BuildingData {
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
    };
    let id = data.id;
    let mut tx = db.write().await?;
    match (once::first(&mut tx, &who, id, request).await?, store::row(&mut tx, id).await?) {
        (true, None) => act::create(&mut tx, data, who.id).await?,
        (false, Some(_)) => return Ok((StatusCode::CREATED, Json(whole(&mut tx, &who, id).await?))),
        _ => return Err(once::other()),
    }
    let made = whole(&mut tx, &who, id).await?;
    tx.commit().await?;
    news.changed(Subject::Buildings(id));
    Ok((StatusCode::CREATED, Json(made)))
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
    if let Err(error) = act::change(&mut tx, id, change, who.id).await {
        return Err(refused(&mut tx, &who, error).await);
    }
    let changed = whole(&mut tx, &who, id).await?;
    tx.commit().await?;
    news.changed(Subject::Buildings(id));
    Ok(Json(changed))
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
    if let Err(error) = act::replace_grid(&mut tx, id, grid, who.id).await {
        return Err(refused(&mut tx, &who, error).await);
    }
    let changed = whole(&mut tx, &who, id).await?;
    tx.commit().await?;
    news.changed(Subject::Buildings(id));
    Ok(Json(changed))
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
    let building = match act::change_unit(&mut tx, id, change, who.id).await {
        Ok(building) => building,
        Err(error) => return Err(refused(&mut tx, &who, error).await),
    };
    let changed = whole_unit(&mut tx, &who, id).await?;
    tx.commit().await?;
    news.changed(Subject::Buildings(building));
    Ok(Json(changed))
}

/// Who comes too late is told what the building is now; 404 when there is none.
async fn refused(tx: &mut Tx, who: &Who, error: Error) -> Problem {
    match error {
        Error::Stale(id) => whole(tx, who, id).await.map_or_else(|problem| problem, Problem::stale),
        error => error.into(),
    }
}
