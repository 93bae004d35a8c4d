//! SQL of a building's inside as a grid writes it: rows as they are and as they shall be, and what is between the two.

use super::rules::{RiserKind, SectionKind, UnitKind, UnitState};
use super::store;
use crate::db::{Result, Tx};
use crate::on;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use types::{BuildingId, FloorId, Id, RiserId, SectionId, UnitId};

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

#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct SectionRow {
    pub id: SectionId,
    pub name: String,
    pub kind: SectionKind,
    pub position: i64,
}

#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct FloorRow {
    pub id: FloorId,
    pub section_id: SectionId,
    pub name: String,
    pub position: i64,
}

#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct UnitRow {
    pub id: UnitId,
    pub section_id: Option<SectionId>,
    pub floor_id: Option<FloorId>,
    pub label: String,
    pub kind: UnitKind,
    pub state: UnitState,
    pub area: Option<f64>,
    pub rooms: Option<i64>,
    pub position: i64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct GroupRow {
    pub id: RiserId,
    pub kind: RiserKind,
    pub name: String,
    /// In order of id.
    pub units: Vec<UnitId>,
}

/// A building's inside as rows.
#[derive(Default)]
pub struct Rows {
    pub sections: Vec<SectionRow>,
    pub floors: Vec<FloorRow>,
    pub units: Vec<UnitRow>,
    pub groups: Vec<GroupRow>,
}

/// The grid as it is; and beside it units that stand on no floor, which a grid does not show and does not touch.
pub async fn read(tx: &mut Tx, building: BuildingId) -> Result<(Rows, Vec<UnitRow>)> {
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

/// Units of the building that residents, tickets or intakes point at.
pub async fn units_used(tx: &mut Tx, building: BuildingId) -> Result<HashSet<UnitId>> {
    let used: Vec<UnitId> = on!(tx, c => sqlx::query_scalar(UNITS_USED).bind(building).fetch_all(c).await)?;
    Ok(used.into_iter().collect())
}

/// Floors of the building that tickets point at.
pub async fn floors_used(tx: &mut Tx, building: BuildingId) -> Result<HashSet<FloorId>> {
    let used: Vec<FloorId> = on!(tx, c => sqlx::query_scalar(FLOORS_USED).bind(building).fetch_all(c).await)?;
    Ok(used.into_iter().collect())
}

/// Sections of the building that tickets point at.
pub async fn sections_used(tx: &mut Tx, building: BuildingId) -> Result<HashSet<SectionId>> {
    let used: Vec<SectionId> = on!(tx, c => sqlx::query_scalar(SECTIONS_USED).bind(building).fetch_all(c).await)?;
    Ok(used.into_iter().collect())
}

/// What goes, comes and changes.
pub struct Diff<T> {
    pub gone: Vec<T>,
    pub new: Vec<T>,
    pub changed: Vec<T>,
}

impl<T: PartialEq> Diff<T> {
    pub fn of<I: Id + Eq + Hash>(old: Vec<T>, now: Vec<T>, id: impl Fn(&T) -> I) -> Diff<T> {
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

/// What changes between two layouts.
pub struct Changes {
    pub sections: Diff<SectionRow>,
    pub floors: Diff<FloorRow>,
    pub units: Diff<UnitRow>,
    pub groups: Diff<GroupRow>,
}

impl Changes {
    pub fn between(old: Rows, now: Rows) -> Changes {
        Changes {
            sections: Diff::of(old.sections, now.sections, |s| s.id),
            floors: Diff::of(old.floors, now.floors, |f| f.id),
            units: Diff::of(old.units, now.units, |u| u.id),
            groups: Diff::of(old.groups, now.groups, |g| g.id),
        }
    }
}

/// In the order that foreign keys ask for.
pub async fn write(tx: &mut Tx, building: BuildingId, changes: &Changes) -> Result<()> {
    let Changes { sections, floors, units, groups } = changes;
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
    write_units(tx, building, units).await?;
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
