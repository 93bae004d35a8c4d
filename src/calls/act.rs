//! What is said of calls, each inside the caller's transaction. What is done with a live call is the switch's.

use super::record::{self, Happened};
use super::{Error, store};
use crate::db::Tx;
use crate::http::audit;
use crate::http::parse::Check;
use crate::intakes::act::{Actor, Disposition};
use crate::outbox::Subject;
use crate::{buildings, contacts, intakes};
use serde::Deserialize;
use serde_json::json;
use types::{BuildingId, CallId, ContactId, IntakeId, PersonId, UnitId};
use utoipa::ToSchema;

/// What came of the call. Each agent's part of it has an outcome of its own; that of the last part is the call's and so its
/// intake's. Who is in no part (a supervisor) speaks of the last. Gives what changed.
pub async fn dispose(tx: &mut Tx, actor: &Actor, id: CallId, form: &Disposition) -> Result<Vec<Subject>, Error> {
    let call = store::one(tx, id).await?.ok_or(Error::NoSuchCall)?;
    let (_, comment) = intakes::act::checked(form)?;
    let parts = store::parts(tx, id).await?;
    let own = parts.iter().rposition(|part| part.agent.id == actor.person);
    let spoken_of = own.or(parts.len().checked_sub(1));
    let now = tx.now();
    if let Some(part) = spoken_of.and_then(|n| parts.get(n)) {
        store::part_disposed(tx, part.id, form.code, comment, now, actor.person).await?;
    }
    let mut changed = vec![Subject::Calls(id)];
    if spoken_of.is_none_or(|n| n + 1 == parts.len()) {
        let said = call.disposed_by.filter(|by| parts.iter().rev().skip(1).any(|part| part.agent.id == *by));
        let overrules = said.filter(|_| own.is_some());
        changed.extend(intakes::act::dispose(tx, actor, call.intake_id, form, overrules).await?);
        store::disposed(tx, id, form.code, comment, now, actor.person).await?;
    }
    record::event(tx, id, &Happened::Disposed { disposition: form.code }, actor.person)?;
    Ok(changed)
}

/// Who called and where: the dispatcher's choice among the candidates of a shared phone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Identified {
    pub contact_id: Option<ContactId>,
    pub unit_id: Option<UnitId>,
    pub building_id: Option<BuildingId>,
}

/// Binds the call and its intake, which is given back.
pub async fn identify(tx: &mut Tx, person: PersonId, id: CallId, form: Identified) -> Result<IntakeId, Error> {
    let call = store::one(tx, id).await?.ok_or(Error::NoSuchCall)?;
    let Identified { contact_id, unit_id, building_id } = within(tx, form).await?;
    let before = call.contact.map(|contact| contact.id);
    audit::values(&json!({ "contact_id": before }), &json!({ "contact_id": contact_id }));
    audit::detail("unit_id", unit_id);
    store::bind_contact(tx, id, contact_id, building_id).await?;
    record::event(tx, id, &Happened::Identified { contact_id, unit_id, building_id }, person)?;
    intakes::act::identify(tx, person, call.intake_id, contact_id, unit_id, building_id).await?;
    Ok(call.intake_id)
}

/// Only what exists, and a unit with the building that it is in.
async fn within(tx: &mut Tx, form: Identified) -> Result<Identified, Error> {
    let Identified { mut contact_id, unit_id, mut building_id } = form;
    let mut check = Check::new();
    if let Some(contact) = contact_id {
        // what was merged stands for the one it was merged into
        let known = contacts::store::living(tx, contact).await?;
        check.that(known.is_some(), "contact_id", "is not a known contact");
        contact_id = known.map(|known| known.id);
    }
    if let Some(unit) = unit_id {
        match buildings::store::unit_row(tx, unit).await? {
            Some(unit) => {
                let there = building_id.is_none_or(|building| building == unit.building_id);
                check.that(there, "unit_id", "is not in that building");
                building_id = Some(unit.building_id);
            }
            None => drop(check.that(false, "unit_id", "is not a known unit")),
        }
    } else if let Some(building) = building_id {
        let known = buildings::store::row(tx, building).await?.is_some();
        check.that(known, "building_id", "is not a known building");
    }
    check.faults().map_err(Error::Fields)?;
    Ok(Identified { contact_id, unit_id, building_id })
}
