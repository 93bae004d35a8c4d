//! The grid of a building (шахматка): sections, floors, units and the risers through them, written as one document.
//! What the document does not name any more goes away, unless somebody lives there or a ticket is about it.

use super::rules::{self, RiserKind, SectionKind, UnitKind, UnitState};
use super::store;
use crate::db::{self, Result, Tx};
use crate::http::Problem;
use crate::http::parse::Check;
use crate::on;
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use types::{BuildingId, FloorId, Id, RiserId, SectionId, UnitId};
use utoipa::ToSchema;

const SECTIONS: &str = "SELECT id, name, kind, position FROM sections WHERE building_id = $1";
const FLOORS: &str = "SELECT f.id, f.section_id, f.name, f.position FROM floors f JOIN sections s ON s.id = f.section_id \
    WHERE s.building_id = $1";
const UNITS: &str = "SELECT id, section_id, floor_id, label, kind, state, area, rooms, position FROM units \
    WHERE building_id = $1";
const SECTION_INSERT: &str = "INSERT INTO sections (id, building_id, name, kind, position) VALUES ($1, $2, $3, $4, $5)";
const SECTION_UPDATE: &str = "UPDATE sections SET name = $2, kind = $3, position = $4 WHERE id = $1";
const SECTION_DELETE: &str = "DELETE FROM sections WHERE id = $1";
const FLOOR_INSERT: &str = "INSERT INTO floors (id, section_id, name, position) VALUES ($1, $2, $3, $4)";
const FLOOR_UPDATE: &str = "UPDATE floors SET section_id = $2, name = $3, position = $4 WHERE id = $1";
const FLOOR_DELETE: &str = "DELETE FROM floors WHERE id = $1";
const UNIT_INSERT: &str = "INSERT INTO units (id, building_id, section_id, floor_id, label, kind, state, area, rooms, position) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const UNIT_UPDATE: &str = "UPDATE units SET section_id = $2, floor_id = $3, label = $4, kind = $5, state = $6, area = $7, \
    rooms = $8, position = $9 WHERE id = $1";
/// Units that change hands of a label would meet at it: they go through a label that nobody has.
const UNIT_PARK: &str = "UPDATE units SET label = $2 WHERE id = $1";
const UNIT_DELETE: &str = "DELETE FROM units WHERE id = $1";
const GROUP_INSERT: &str = "INSERT INTO unit_groups (id, building_id, kind, name) VALUES ($1, $2, $3, $4)";
const GROUP_UPDATE: &str = "UPDATE unit_groups SET kind = $2, name = $3 WHERE id = $1";
const GROUP_DELETE: &str = "DELETE FROM unit_groups WHERE id = $1";
const MEMBERS_DELETE: &str = "DELETE FROM unit_group_units WHERE group_id = $1";
const MEMBER_INSERT: &str = "INSERT INTO unit_group_units (group_id, unit_id) VALUES ($1, $2)";
const UNITS_USED: &str = "SELECT u.id FROM units u WHERE u.building_id = $1 \
    AND (EXISTS (SELECT 1 FROM tickets t WHERE t.unit_id = u.id) \
    OR EXISTS (SELECT 1 FROM unit_relations r WHERE r.unit_id = u.id) \
    OR u.id IN (SELECT i.unit_id FROM intakes i WHERE i.building_id = $1))";
const FLOORS_USED: &str = "SELECT DISTINCT floor_id FROM tickets WHERE building_id = $1 AND floor_id IS NOT NULL";
const SECTIONS_USED: &str = "SELECT DISTINCT section_id FROM tickets WHERE building_id = $1 AND section_id IS NOT NULL";

/// Sections of one building.
const SECTIONS_MAX: usize = 60;
/// Floors of one building, over all sections.
const FLOORS_MAX: usize = 1_000;
/// Units of one building.
const UNITS_MAX: usize = 4_000;
/// Risers and zones of one building.
const RISERS_MAX: usize = 1_000;
/// Names told when something cannot go.
const TOLD: usize = 10;

/// All of a building's inside. Ids are made by the client, or left out for new things that nothing else here names.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Grid {
    /// Of the building, as it was read.
    pub version: i64,
    pub sections: Vec<GridSection>,
    pub risers: Vec<GridRiser>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GridSection {
    id: Option<SectionId>,
    name: String,
    kind: SectionKind,
    /// Top floor first, as a house stands.
    floors: Vec<GridFloor>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GridFloor {
    id: Option<FloorId>,
    name: String,
    units: Vec<GridUnit>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GridUnit {
    id: Option<UnitId>,
    /// Unique among the units of its kind in the building.
    label: String,
    kind: UnitKind,
    #[serde(default)]
    state: UnitState,
    /// Square metres.
    area: Option<f64>,
    rooms: Option<i64>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GridRiser {
    id: Option<RiserId>,
    kind: RiserKind,
    name: String,
    /// Ids of units of this building.
    units: Vec<UnitId>,
}

#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
struct SectionRow {
    id: SectionId,
    name: String,
    kind: SectionKind,
    position: i64,
}

#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
struct FloorRow {
    id: FloorId,
    section_id: SectionId,
    name: String,
    position: i64,
}

#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
struct UnitRow {
    id: UnitId,
    section_id: Option<SectionId>,
    floor_id: Option<FloorId>,
    label: String,
    kind: UnitKind,
    state: UnitState,
    area: Option<f64>,
    rooms: Option<i64>,
    position: i64,
}

#[derive(Clone, Debug, PartialEq)]
struct GroupRow {
    id: RiserId,
    kind: RiserKind,
    name: String,
    /// In order of id.
    units: Vec<UnitId>,
}

/// A building's inside as rows.
#[derive(Default)]
struct Rows {
    sections: Vec<SectionRow>,
    floors: Vec<FloorRow>,
    units: Vec<UnitRow>,
    groups: Vec<GroupRow>,
}

/// Makes the building's inside what `grid` says. The caller has the building's row locked and its version checked.
pub async fn replace(tx: &mut Tx, building: BuildingId, grid: Grid) -> std::result::Result<(), Problem> {
    let (old, elsewhere) = read(tx, building).await?;
    let now = rows(tx, grid, &elsewhere)?;
    let sections = Diff::of(old.sections, now.sections, |s| s.id);
    let floors = Diff::of(old.floors, now.floors, |f| f.id);
    let units = Diff::of(old.units, now.units, |u| u.id);
    let groups = Diff::of(old.groups, now.groups, |g| g.id);
    if !units.gone.is_empty() {
        let used: Vec<UnitId> = on!(tx, c => sqlx::query_scalar(UNITS_USED).bind(building).fetch_all(c).await)?;
        unused("Units", units.gone.iter().map(|u| (u.id, u.label.as_str())), used)?;
    }
    if !floors.gone.is_empty() {
        let used: Vec<FloorId> = on!(tx, c => sqlx::query_scalar(FLOORS_USED).bind(building).fetch_all(c).await)?;
        unused("Floors", floors.gone.iter().map(|f| (f.id, f.name.as_str())), used)?;
    }
    if !sections.gone.is_empty() {
        let used: Vec<SectionId> = on!(tx, c => sqlx::query_scalar(SECTIONS_USED).bind(building).fetch_all(c).await)?;
        unused("Sections", sections.gone.iter().map(|s| (s.id, s.name.as_str())), used)?;
    }
    write(tx, building, sections, floors, units, groups).await.map_err(|error| match db::taken(&error) {
        // Everything of this building was looked at: the id is somebody else's.
        true => Problem::invalid("id", "belongs to a thing of another building; leave it out or make a new one"),
        false => error.into(),
    })
}

/// The grid as it is; and beside it units that stand on no floor, which a grid does not show and does not touch.
async fn read(tx: &mut Tx, building: BuildingId) -> Result<(Rows, Vec<UnitRow>)> {
    let sections = on!(tx, c => sqlx::query_as(SECTIONS).bind(building).fetch_all(c).await)?;
    let floors = on!(tx, c => sqlx::query_as(FLOORS).bind(building).fetch_all(c).await)?;
    let units: Vec<UnitRow> = on!(tx, c => sqlx::query_as(UNITS).bind(building).fetch_all(c).await)?;
    let (units, elsewhere) = units.into_iter().partition(|u| u.floor_id.is_some());
    let group = |mut g: store::Riser| {
        g.units.sort_unstable();
        GroupRow { id: g.id, kind: g.kind, name: g.name, units: g.units }
    };
    let groups = store::risers(tx, building).await?.into_iter().map(group).collect();
    Ok((Rows { sections, floors, units, groups }, elsewhere))
}

/// The document as rows, or everything that is wrong with it.
fn rows(tx: &Tx, grid: Grid, elsewhere: &[UnitRow]) -> std::result::Result<Rows, Problem> {
    let mut check = Check::new();
    let count = |n: usize, max: usize, field: &str, check: &mut Check| {
        check.that(n <= max, field, &format!("are too many: at most {max}"));
    };
    let floors: usize = grid.sections.iter().map(|s| s.floors.len()).sum();
    let units: usize = grid.sections.iter().flat_map(|s| &s.floors).map(|f| f.units.len()).sum();
    count(grid.sections.len(), SECTIONS_MAX, "sections", &mut check);
    count(floors, FLOORS_MAX, "floors", &mut check);
    count(units, UNITS_MAX, "units", &mut check);
    count(grid.risers.len(), RISERS_MAX, "risers", &mut check);
    check.done()?;
    let mut rows = Rows::default();
    for (n, section) in grid.sections.into_iter().enumerate() {
        flatten(tx, &mut rows, n, section, &mut check);
    }
    let inside: HashSet<UnitId> = rows.units.iter().chain(elsewhere).map(|u| u.id).collect();
    for (n, riser) in grid.risers.into_iter().enumerate() {
        let at = format!("risers[{n}]");
        check.line(&format!("{at}.name"), &riser.name);
        let mut units = riser.units;
        units.sort_unstable();
        units.dedup();
        let known = units.iter().all(|u| inside.contains(u));
        check.that(known, &format!("{at}.units"), "name a unit that is not in this building");
        let id = riser.id.unwrap_or_else(|| tx.id());
        rows.groups.push(GroupRow { id, kind: riser.kind, name: riser.name, units });
    }
    once(&mut check, "sections.id", rows.sections.iter().map(|s| s.id));
    once(&mut check, "floors.id", rows.floors.iter().map(|f| f.id));
    once(&mut check, "units.id", rows.units.iter().map(|u| u.id));
    once(&mut check, "risers.id", rows.groups.iter().map(|g| g.id));
    let mut labels = HashSet::new();
    for unit in elsewhere.iter().chain(&rows.units) {
        let new = labels.insert((unit.kind, &unit.label));
        check.that(new, "units.label", &format!("{} {} stands there twice", unit.kind, unit.label));
    }
    check.done()?;
    Ok(rows)
}

fn flatten(tx: &Tx, rows: &mut Rows, n: usize, section: GridSection, check: &mut Check) {
    let at = format!("sections[{n}]");
    check.line(&format!("{at}.name"), &section.name);
    let section_id = section.id.unwrap_or_else(|| tx.id());
    rows.sections.push(SectionRow { id: section_id, name: section.name, kind: section.kind, position: count(n) + 1 });
    let height = section.floors.len();
    // Counted from the ground, as flats are numbered; the document begins at the top.
    for (m, floor) in section.floors.into_iter().enumerate().rev() {
        let at = format!("{at}.floors[{m}]");
        check.line(&format!("{at}.name"), &floor.name);
        let floor_id = floor.id.unwrap_or_else(|| tx.id());
        rows.floors.push(FloorRow { id: floor_id, section_id, name: floor.name, position: count(height - m) });
        for (k, unit) in floor.units.into_iter().enumerate() {
            let row = UnitRow {
                id: unit.id.unwrap_or_else(|| tx.id()),
                section_id: Some(section_id),
                floor_id: Some(floor_id),
                label: unit.label.trim().to_owned(),
                kind: unit.kind,
                state: unit.state,
                area: unit.area,
                rooms: unit.rooms,
                position: count(rows.units.len()) + 1,
            };
            let at = format!("{at}.units[{k}].");
            rules::unit(check, &at, &row.label, row.area, row.rooms);
            rows.units.push(row);
        }
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn once(check: &mut Check, field: &str, ids: impl Iterator<Item = impl Id + Eq + Hash>) {
    let mut seen = HashSet::new();
    let mut ids = ids;
    check.that(ids.all(|id| seen.insert(id)), field, "is given to two things");
}

/// What goes, comes and changes.
struct Diff<T> {
    gone: Vec<T>,
    new: Vec<T>,
    changed: Vec<T>,
}

impl<T: PartialEq> Diff<T> {
    fn of<I: Id + Eq + Hash>(old: Vec<T>, now: Vec<T>, id: impl Fn(&T) -> I) -> Diff<T> {
        let mut old: HashMap<I, T> = old.into_iter().map(|row| (id(&row), row)).collect();
        let mut diff = Diff { gone: Vec::new(), new: Vec::new(), changed: Vec::new() };
        for row in now {
            match old.remove(&id(&row)) {
                None => diff.new.push(row),
                Some(before) if before != row => diff.changed.push(row),
                Some(_) => {}
            }
        }
        diff.gone = old.into_values().collect();
        diff
    }
}

/// Refuses to let go of what something in the record points at.
fn unused<'a, I: Id + Eq + Hash>(
    what: &str,
    gone: impl Iterator<Item = (I, &'a str)>,
    used: Vec<I>,
) -> std::result::Result<(), Problem> {
    let used: HashSet<I> = used.into_iter().collect();
    let mut names: Vec<&str> = gone.filter(|(id, _)| used.contains(id)).map(|(_, name)| name).collect();
    if names.is_empty() {
        return Ok(());
    }
    names.sort_unstable();
    let more = if names.len() > TOLD { " and others" } else { "" };
    names.truncate(TOLD);
    let detail = format!("{what} that residents or tickets point at stay: {}{more}.", names.join(", "));
    Err(Problem::conflict("in-use", detail))
}

/// In the order that foreign keys ask for.
async fn write(
    tx: &mut Tx,
    building: BuildingId,
    sections: Diff<SectionRow>,
    floors: Diff<FloorRow>,
    units: Diff<UnitRow>,
    groups: Diff<GroupRow>,
) -> Result<()> {
    for group in groups.gone.iter().chain(&groups.changed) {
        delete(tx, MEMBERS_DELETE, group.id).await?;
    }
    for group in &groups.gone {
        delete(tx, GROUP_DELETE, group.id).await?;
    }
    for s in &sections.new {
        on!(tx, c => sqlx::query(SECTION_INSERT).bind(s.id).bind(building).bind(&s.name).bind(s.kind).bind(s.position)
            .execute(c).await.map(drop))?;
    }
    for s in &sections.changed {
        on!(tx, c => sqlx::query(SECTION_UPDATE).bind(s.id).bind(&s.name).bind(s.kind).bind(s.position)
            .execute(c).await.map(drop))?;
    }
    for (sql, rows) in [(FLOOR_INSERT, &floors.new), (FLOOR_UPDATE, &floors.changed)] {
        for f in rows {
            on!(tx, c => sqlx::query(sql).bind(f.id).bind(f.section_id).bind(&f.name).bind(f.position)
                .execute(c).await.map(drop))?;
        }
    }
    write_units(tx, building, &units).await?;
    for floor in &floors.gone {
        delete(tx, FLOOR_DELETE, floor.id).await?;
    }
    for section in &sections.gone {
        delete(tx, SECTION_DELETE, section.id).await?;
    }
    for g in &groups.new {
        on!(tx, c => sqlx::query(GROUP_INSERT).bind(g.id).bind(building).bind(g.kind).bind(&g.name)
            .execute(c).await.map(drop))?;
    }
    for g in &groups.changed {
        on!(tx, c => sqlx::query(GROUP_UPDATE).bind(g.id).bind(g.kind).bind(&g.name).execute(c).await.map(drop))?;
    }
    for g in groups.new.iter().chain(&groups.changed) {
        for unit in &g.units {
            on!(tx, c => sqlx::query(MEMBER_INSERT).bind(g.id).bind(*unit).execute(c).await.map(drop))?;
        }
    }
    Ok(())
}

async fn write_units(tx: &mut Tx, building: BuildingId, units: &Diff<UnitRow>) -> Result<()> {
    for unit in &units.gone {
        delete(tx, UNIT_DELETE, unit.id).await?;
    }
    for unit in &units.changed {
        let nobodys = format!("~{}", unit.id);
        on!(tx, c => sqlx::query(UNIT_PARK).bind(unit.id).bind(nobodys).execute(c).await.map(drop))?;
    }
    for u in &units.changed {
        on!(tx, c => sqlx::query(UNIT_UPDATE).bind(u.id).bind(u.section_id).bind(u.floor_id).bind(&u.label).bind(u.kind)
            .bind(u.state).bind(u.area).bind(u.rooms).bind(u.position).execute(c).await.map(drop))?;
    }
    for u in &units.new {
        on!(tx, c => sqlx::query(UNIT_INSERT).bind(u.id).bind(building).bind(u.section_id).bind(u.floor_id)
            .bind(&u.label).bind(u.kind).bind(u.state).bind(u.area).bind(u.rooms).bind(u.position)
            .execute(c).await.map(drop))?;
    }
    Ok(())
}

async fn delete(tx: &mut Tx, sql: &'static str, id: impl Id) -> Result<()> {
    on!(tx, c => sqlx::query(sql).bind(id.uuid()).execute(c).await.map(drop))
}
