//! The grid of a building (шахматка): sections, floors, units and the risers through them, written as one document.
//! What the document does not name any more goes away, unless somebody lives there or a ticket is about it.

use super::error::Error;
use super::layout::{self, Changes, FloorRow, GroupRow, Rows, SectionRow, UnitRow};
use super::rules::{self, RiserKind, SectionKind, UnitKind, UnitState};
use crate::db::{self, Tx};
use crate::http::parse::Check;
use serde::Deserialize;
use std::collections::HashSet;
use std::hash::Hash;
use types::{BuildingId, FloorId, Id, RiserId, SectionId, UnitId};
use utoipa::ToSchema;

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

/// Makes the building's inside what `grid` says. The caller has the building's row locked and its version checked.
pub async fn replace(tx: &mut Tx, building: BuildingId, grid: Grid) -> Result<(), Error> {
    let (old, elsewhere) = layout::read(tx, building).await?;
    let changes = Changes::between(old, rows(tx, grid, &elsewhere)?);
    if !changes.units.gone.is_empty() {
        let used = layout::units_used(tx, building).await?;
        unused("Units", changes.units.gone.iter().filter(|u| used.contains(&u.id)).map(|u| &*u.label))?;
    }
    if !changes.floors.gone.is_empty() {
        let used = layout::floors_used(tx, building).await?;
        unused("Floors", changes.floors.gone.iter().filter(|f| used.contains(&f.id)).map(|f| &*f.name))?;
    }
    if !changes.sections.gone.is_empty() {
        let used = layout::sections_used(tx, building).await?;
        unused("Sections", changes.sections.gone.iter().filter(|s| used.contains(&s.id)).map(|s| &*s.name))?;
    }
    layout::write(tx, building, &changes).await.map_err(|error| match db::taken(&error) {
        // Everything of this building was looked at: the id is somebody else's.
        true => Error::invalid("id", "belongs to an object of another building; leave it out or make a new one"),
        false => error.into(),
    })
}

/// Refuses to let go of what something in the record points at: these.
fn unused<'a>(what: &'static str, names: impl Iterator<Item = &'a str>) -> Result<(), Error> {
    let mut names: Vec<&str> = names.collect();
    if names.is_empty() {
        return Ok(());
    }
    names.sort_unstable();
    let more = if names.len() > TOLD { " and others" } else { "" };
    names.truncate(TOLD);
    Err(Error::InUse { what, names: format!("{}{more}", names.join(", ")) })
}

/// The document as rows, or everything that is wrong with it.
fn rows(tx: &Tx, grid: Grid, elsewhere: &[UnitRow]) -> Result<Rows, Error> {
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
    check.faults()?;
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
        check.that(known, &format!("{at}.units"), "contain a unit that is not in this building");
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
    check.faults()?;
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
    check.that(ids.all(|id| seen.insert(id)), field, "is used twice");
}
