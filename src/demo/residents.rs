//! Families and companies with their telephones.

use super::company::DemoUnit;
use super::{Dice, names};
use crate::buildings::rules::UnitKind;
use crate::contacts::rules::{ContactKind, Language, RelationRole};
use crate::contacts::store::{self as contacts, ContactData, PhoneData, UnitData};
use crate::db::Tx;
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use types::{BuildingId, ContactId, UnitId};

/// A resident, for the history.
pub(super) struct Resident {
    pub id: ContactId,
    pub name: String,
    pub phone: String,
    pub unit: UnitId,
    pub building: BuildingId,
}

pub(super) async fn settle(
    tx: &mut Tx,
    dice: &mut Dice,
    units: &[DemoUnit],
    now: DateTime<Utc>,
) -> anyhow::Result<Vec<Resident>> {
    let mut settled = Vec::new();
    let mut phones = HashSet::new();
    let (mut foreigners, mut companies) = (names::FOREIGNERS.iter(), names::COMPANIES.iter());
    let cars: Vec<&DemoUnit> = units.iter().filter(|u| u.kind == UnitKind::Parking).collect();
    let mut cars = cars.into_iter();
    for (n, unit) in units.iter().enumerate() {
        let family: Vec<ContactData> = match unit.kind {
            UnitKind::Parking => continue,
            UnitKind::Commercial => {
                companies.next().map(|name| company(dice, &mut phones, name, unit)).into_iter().collect()
            }
            _ if !unit.occupied => continue,
            UnitKind::Apartment if n % 4 == 1 => {
                foreigners.next().map(|name| foreigner(dice, &mut phones, name, unit)).into_iter().collect()
            }
            _ => household(dice, &mut phones, unit),
        };
        for (k, mut contact) in family.into_iter().enumerate() {
            // Some own a place for the car, or a second flat next door.
            if k == 0 && unit.kind == UnitKind::Apartment && dice.percent(30) {
                contact.units.extend(cars.next().map(|car| owner(car.id)));
            } else if k == 0 && unit.kind == UnitKind::Flat && dice.percent(4) {
                contact.units.extend(units.get(n + 1).filter(|u| u.kind == UnitKind::Flat).map(|u| owner(u.id)));
            }
            contacts::insert(tx, &contact, now).await?;
            let phone = contact.phones.first().map(|p| p.value.clone()).unwrap_or_default();
            let (id, name) = (contact.id, contact.full_name);
            settled.push(Resident { id, name, phone, unit: unit.id, building: unit.building });
        }
    }
    Ok(settled)
}

fn owner(unit_id: UnitId) -> UnitData {
    UnitData { unit_id, role: RelationRole::Owner }
}

/// One to three people of one name; now and then they share a telephone.
fn household(dice: &mut Dice, phones: &mut HashSet<String>, unit: &DemoUnit) -> Vec<ContactData> {
    let family = dice.of(names::FAMILIES);
    let size = [1, 1, 2, 2, 2, 1][dice.below(6)];
    let tenants = dice.percent(15);
    let share = size > 1 && dice.percent(25);
    let home = phone(dice, phones);
    let mut out: Vec<ContactData> = Vec::new();
    for k in 0..size {
        let woman = (k == 0) == dice.percent(45);
        let father = names::FATHERS[dice.below(names::FATHERS.len())];
        let full_name = match woman {
            true => format!("{family}а {} {}", dice.of(names::WOMEN), father.1),
            false => format!("{family} {} {}", dice.of(names::MEN), father.0),
        };
        let role = match (k, tenants) {
            (_, true) => RelationRole::Tenant,
            (0, false) => RelationRole::Owner,
            _ => RelationRole::Resident,
        };
        let value = if share || k == 0 { home.clone() } else { phone(dice, phones) };
        let label = if share { "семейный" } else { "" };
        let note = if dice.percent(5) { dice.of(names::NOTES) } else { "" };
        out.push(ContactData {
            id: dice.id(),
            kind: ContactKind::Person,
            full_name,
            language: Language::Ru,
            vip: dice.percent(2),
            note: note.to_owned(),
            phones: vec![PhoneData { value, label: label.to_owned(), shared: share }],
            units: vec![UnitData { unit_id: unit.id, role }],
        });
    }
    out
}

fn foreigner(dice: &mut Dice, phones: &mut HashSet<String>, name: &str, unit: &DemoUnit) -> ContactData {
    let value = phone(dice, phones);
    ContactData {
        id: dice.id(),
        kind: ContactKind::Person,
        full_name: name.to_owned(),
        language: Language::En,
        vip: false,
        note: String::new(),
        phones: vec![PhoneData { value, label: String::new(), shared: false }],
        units: vec![UnitData { unit_id: unit.id, role: RelationRole::Tenant }],
    }
}

fn company(dice: &mut Dice, phones: &mut HashSet<String>, name: &str, unit: &DemoUnit) -> ContactData {
    let value = phone(dice, phones);
    ContactData {
        id: dice.id(),
        kind: ContactKind::Company,
        full_name: name.to_owned(),
        language: Language::Ru,
        vip: false,
        note: String::new(),
        phones: vec![PhoneData { value, label: "рабочий".to_owned(), shared: false }],
        units: vec![UnitData { unit_id: unit.id, role: RelationRole::Tenant }],
    }
}

/// A mobile number that nobody here has yet.
fn phone(dice: &mut Dice, taken: &mut HashSet<String>) -> String {
    loop {
        let number = format!("+7{}{:07}", dice.of(names::OPERATORS), 1_000_000 + dice.below(9_000_000));
        if taken.insert(number.clone()) {
            return number;
        }
    }
}
