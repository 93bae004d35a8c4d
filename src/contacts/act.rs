//! What is done with contacts, each inside the caller's transaction.

use super::error::Error;
use super::record::{self, Happened};
use super::rules::{ContactKind, Language};
use super::store::{self, Contact, ContactData, PhoneData, UnitData};
use crate::db::Tx;
use crate::http::parse::Check;
use crate::http::{audit, limit};
use serde::Deserialize;
use std::collections::HashSet;
use types::phone;
use types::{ContactId, PersonId};
use utoipa::ToSchema;

/// Makes a contact, and gives it as it is.
pub async fn create(tx: &mut Tx, data: ContactData, actor: PersonId) -> Result<Contact, Error> {
    let data = checked(data)?;
    let now = tx.now();
    store::insert(tx, &data, now).await?;
    audit::values(&(), &data);
    record::event(tx, data.id, &Happened::Created { version: 1 }, actor)?;
    store::one(tx, data.id).await?.ok_or(Error::NoSuch)
}

/// What is not named stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactChange {
    version: i64,
    kind: Option<ContactKind>,
    full_name: Option<String>,
    language: Option<Language>,
    vip: Option<bool>,
    note: Option<String>,
    /// All of them, replacing the old ones.
    phones: Option<Vec<PhoneData>>,
    /// All of them; who is not named has moved out.
    units: Option<Vec<UnitData>>,
}

pub async fn change(tx: &mut Tx, id: ContactId, change: ContactChange, actor: PersonId) -> Result<Contact, Error> {
    let old = store::one(tx, id).await?.ok_or(Error::NoSuch)?;
    if old.version != change.version {
        return Err(Error::Stale(Box::new(old)));
    }
    old.living()?;
    let before = ContactData::of(old);
    let old = before.clone();
    let data = checked(ContactData {
        id,
        kind: change.kind.unwrap_or(old.kind),
        full_name: change.full_name.unwrap_or(old.full_name),
        language: change.language.unwrap_or(old.language),
        vip: change.vip.unwrap_or(old.vip),
        note: change.note.unwrap_or(old.note),
        phones: change.phones.unwrap_or(old.phones),
        units: change.units.unwrap_or(old.units),
    })?;
    let now = tx.now();
    let written = store::update(tx, &data, change.version, now).await?;
    let changed = store::one(tx, id).await?.ok_or(Error::NoSuch)?;
    if !written {
        return Err(Error::Stale(Box::new(changed)));
    }
    audit::values(&before, &data);
    record::event(tx, id, &Happened::Changed { version: changed.version }, actor)?;
    Ok(changed)
}

fn checked(mut data: ContactData) -> Result<ContactData, Error> {
    let mut check = Check::new();
    check.line("full_name", &data.full_name).text("note", &data.note);
    check.that(data.phones.len() <= limit::ITEMS, "phones", "are too many");
    check.that(data.units.len() <= limit::ITEMS, "units", "are too many");
    for p in &mut data.phones {
        check.short("phones.label", &p.label);
        // The number is stored as a number; whom to ask for is said beside it.
        if let Some(extension) = phone::extension(&p.value).filter(|_| p.label.trim().is_empty()) {
            p.label = format!("доб. {extension}");
        }
        match phone::e164(&p.value) {
            Some(value) => p.value = value,
            None => drop(check.that(false, "phones.value", "is not a telephone number")),
        }
    }
    let numbers: HashSet<_> = data.phones.iter().map(|p| &p.value).collect();
    check.that(numbers.len() == data.phones.len(), "phones", "must not be listed twice");
    check.faults()?;
    data.full_name = data.full_name.trim().to_owned();
    Ok(data)
}
