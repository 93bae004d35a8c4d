//! People at work, buildings, units, risers.

use super::Dice;
use crate::buildings::rules::{BuildingKind, PowerSupply, RiserKind, SectionKind, UnitKind, UnitState};
use crate::db::Tx;
use crate::http::Role;
use crate::on;
use crate::people::store::{self as people, NewPerson};
use chrono::{DateTime, Utc};
use types::{BuildingId, FloorId, PersonId, RiserId, SectionId, UnitId};

const BUILDING: &str = "INSERT INTO buildings (id, code, name, address, kind, status, timezone, power_supply, has_concierge, \
    emergency_notes, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, 'active', 'Europe/Moscow', $6, $7, $8, 1, $9, $9)";
const SECTION: &str = "INSERT INTO sections (id, building_id, name, kind, position) VALUES ($1, $2, $3, $4, $5)";
const FLOOR: &str = "INSERT INTO floors (id, section_id, name, position) VALUES ($1, $2, $3, $4)";
const UNIT: &str = "INSERT INTO units (id, building_id, section_id, floor_id, label, kind, state, area, rooms, account, position) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const GROUP: &str = "INSERT INTO unit_groups (id, building_id, kind, name) VALUES ($1, $2, $3, $4)";
const MEMBER: &str = "INSERT INTO unit_group_units (group_id, unit_id) VALUES ($1, $2)";

/// Who works here, for the history.
pub(super) struct Staff {
    pub dispatchers: Vec<PersonId>,
    pub technician: PersonId,
}

pub(super) struct DemoUnit {
    pub id: UnitId,
    pub building: BuildingId,
    pub kind: UnitKind,
    pub occupied: bool,
}

pub(super) async fn people(
    tx: &mut Tx,
    dice: &mut Dice,
    password: String,
    now: DateTime<Utc>,
) -> anyhow::Result<Staff> {
    let crew: [(&str, &str, Role, Option<&str>); 8] = [
        ("dispatcher1", "Анна Белова", Role::Dispatcher, Some("101")),
        ("dispatcher2", "Борис Тихонов", Role::Dispatcher, Some("102")),
        ("dispatcher3", "Вера Осипова", Role::Dispatcher, Some("103")),
        ("dispatcher4", "Глеб Нестеров", Role::Dispatcher, Some("104")),
        ("dispatcher5", "Диана Руднева", Role::Dispatcher, Some("105")),
        ("supervisor", "Елена Строгова", Role::Supervisor, Some("110")),
        ("technician1", "Фёдор Гаечкин", Role::Technician, None),
        ("admin", "Администратор", Role::Administrator, None),
    ];
    let mut staff = Staff { dispatchers: Vec::new(), technician: PersonId::from_u128(0) };
    for (login, name, role, extension) in crew {
        let person = NewPerson {
            id: dice.id(),
            login: login.to_owned(),
            name: name.to_owned(),
            role,
            password: password.clone(),
            extension: extension.map(str::to_owned),
            queues: if role.takes_calls() { vec!["main".into(), "emergency".into()] } else { Vec::new() },
            buildings: Vec::new(),
        };
        people::insert(tx, &person, now).await?;
        match role {
            Role::Dispatcher => staff.dispatchers.push(person.id),
            Role::Technician => staff.technician = person.id,
            _ => {}
        }
    }
    Ok(staff)
}

struct House {
    code: &'static str,
    name: &'static str,
    address: &'static str,
    kind: BuildingKind,
    unit: UnitKind,
    power: PowerSupply,
    concierge: bool,
    notes: &'static str,
    sections: i64,
    floors: i64,
    /// Flats on a floor.
    stacks: usize,
    shops: i64,
    cars: i64,
}

const HOUSES: [House; 3] = [
    House {
        code: "101",
        name: "Лесная, 12",
        address: "г. Москва, ул. Лесная, д. 12",
        kind: BuildingKind::Residential,
        unit: UnitKind::Flat,
        power: PowerSupply::OneSource,
        concierge: false,
        notes: "Ввод ХВС в подвале секции 1, ключ у диспетчера. Щитовая под лестницей секции 2.",
        sections: 2,
        floors: 9,
        stacks: 4,
        shops: 2,
        cars: 0,
    },
    House {
        code: "102",
        name: "Набережная, 7к1",
        address: "г. Москва, Набережная ул., д. 7, корп. 1",
        kind: BuildingKind::Residential,
        unit: UnitKind::Flat,
        power: PowerSupply::TwoSources,
        concierge: true,
        notes: "ИТП с отдельным входом со двора. Лифты: подрядчик «Лифтмонтаж», +7 495 000-00-02.",
        sections: 2,
        floors: 10,
        stacks: 4,
        shops: 2,
        cars: 0,
    },
    House {
        code: "103",
        name: "Апарт-комплекс «Парус»",
        address: "г. Москва, проспект Мира, д. 45",
        kind: BuildingKind::Apartments,
        unit: UnitKind::Apartment,
        power: PowerSupply::TwoSources,
        concierge: true,
        notes: "Охрана на первом этаже, круглосуточно. Паркинг −1: пульт ворот у охраны.",
        sections: 1,
        floors: 12,
        stacks: 4,
        shops: 0,
        cars: 12,
    },
];

pub(super) async fn buildings(tx: &mut Tx, dice: &mut Dice, now: DateTime<Utc>) -> anyhow::Result<Vec<DemoUnit>> {
    let mut units = Vec::new();
    for house in &HOUSES {
        let id: BuildingId = dice.id();
        on!(tx, c => sqlx::query(BUILDING).bind(id).bind(house.code).bind(house.name).bind(house.address).bind(house.kind)
            .bind(house.power).bind(house.concierge).bind(house.notes).bind(now).execute(c).await.map(drop))?;
        let mut label = 0;
        for n in 1..=house.sections {
            section(tx, dice, house, id, n, &mut label, &mut units).await?;
        }
        ground(tx, dice, house, id, &mut units).await?;
    }
    Ok(units)
}

/// One staircase: floors of flats, and the risers that run through them.
async fn section(
    tx: &mut Tx,
    dice: &mut Dice,
    house: &House,
    building: BuildingId,
    n: i64,
    label: &mut i64,
    units: &mut Vec<DemoUnit>,
) -> anyhow::Result<()> {
    let section: SectionId = dice.id();
    let name = format!("Секция {n}");
    on!(tx, c => sqlx::query(SECTION).bind(section).bind(building).bind(&name).bind(SectionKind::Section).bind(n)
        .execute(c).await.map(drop))?;
    // The ground floor of houses with shops has no flats.
    let first = if house.shops > 0 { 2 } else { 1 };
    let mut stacks: Vec<Vec<UnitId>> = vec![Vec::new(); house.stacks];
    let mut labels: Vec<Vec<String>> = vec![Vec::new(); house.stacks];
    for level in first..first + house.floors {
        let floor: FloorId = dice.id();
        on!(tx, c => sqlx::query(FLOOR).bind(floor).bind(section).bind(level.to_string()).bind(level)
            .execute(c).await.map(drop))?;
        for (stack, names) in stacks.iter_mut().zip(&mut labels) {
            *label += 1;
            let occupied = dice.percent(93);
            let rooms = 1 + i64::try_from(dice.below(3)).unwrap_or(0);
            let area = 22.0 + 17.5 * rooms as f64;
            let id: UnitId = dice.id();
            let account = format!("{}{:05}", house.code, *label);
            on!(tx, c => sqlx::query(UNIT).bind(id).bind(building).bind(section).bind(floor).bind(label.to_string())
                .bind(house.unit).bind(if occupied { UnitState::Occupied } else { UnitState::Vacant }).bind(area).bind(rooms).bind(&account)
                .bind(*label).execute(c).await.map(drop))?;
            stack.push(id);
            names.push(label.to_string());
            units.push(DemoUnit { id, building, kind: house.unit, occupied });
        }
    }
    for (stack, names) in stacks.iter().zip(&labels) {
        let range = format!("{}–{}", names.first().map_or("", |s| s), names.last().map_or("", |s| s));
        for (kind, word) in [
            (RiserKind::Cold, "Стояк ХВС"),
            (RiserKind::Hot, "Стояк ГВС"),
            (RiserKind::Heat, "Стояк отопления"),
            (RiserKind::Sewer, "Стояк канализации"),
        ] {
            group(tx, dice, building, kind, &format!("{word}, секция {n}, кв. {range}"), stack).await?;
        }
    }
    let all: Vec<UnitId> = stacks.concat();
    group(tx, dice, building, RiserKind::Power, &format!("Электрика, секция {n}"), &all).await
}

async fn group(
    tx: &mut Tx,
    dice: &mut Dice,
    building: BuildingId,
    kind: RiserKind,
    name: &str,
    units: &[UnitId],
) -> anyhow::Result<()> {
    let id: RiserId = dice.id();
    on!(tx, c => sqlx::query(GROUP).bind(id).bind(building).bind(kind).bind(name).execute(c).await.map(drop))?;
    for unit in units {
        on!(tx, c => sqlx::query(MEMBER).bind(id).bind(unit).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// Shops on the ground floor, cars below.
async fn ground(
    tx: &mut Tx,
    dice: &mut Dice,
    house: &House,
    building: BuildingId,
    units: &mut Vec<DemoUnit>,
) -> anyhow::Result<()> {
    for (count, name, section_kind, level, level_name, kind, prefix) in [
        (house.shops, "Нежилые помещения", SectionKind::Section, 1i64, "1", UnitKind::Commercial, "Н"),
        (house.cars, "Паркинг", SectionKind::Parking, -1, "−1", UnitKind::Parking, "М"),
    ] {
        if count == 0 {
            continue;
        }
        let (section, floor): (SectionId, FloorId) = (dice.id(), dice.id());
        on!(tx, c => sqlx::query(SECTION).bind(section).bind(building).bind(name).bind(section_kind).bind(9i64)
            .execute(c).await.map(drop))?;
        on!(tx, c => sqlx::query(FLOOR).bind(floor).bind(section).bind(level_name).bind(level).execute(c).await.map(drop))?;
        for n in 1..=count {
            let id = dice.id();
            let (label, none) = (format!("{prefix}{n}"), None::<i64>);
            on!(tx, c => sqlx::query(UNIT).bind(id).bind(building).bind(section).bind(floor).bind(&label).bind(kind)
                .bind(UnitState::Occupied).bind(None::<f64>).bind(none).bind(None::<String>).bind(1_000 + n)
                .execute(c).await.map(drop))?;
            units.push(DemoUnit { id, building, kind, occupied: true });
        }
    }
    Ok(())
}
