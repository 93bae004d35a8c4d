//! What is said of calls, each inside the caller's transaction. What is done with a live call is the switch's.

use super::record::{self, Happened};
use super::{Error, store};
use crate::db::Tx;
use crate::http::parse::Check;
use crate::intakes::act::{Actor, Disposition};
use crate::{buildings, contacts, intakes};
use serde::Deserialize;
use types::{BuildingId, CallId, CallbackId, ContactId, IntakeId, PersonId, UnitId};
use utoipa::ToSchema;

/// What the call came to, and so its intake and the callbacks of that, which are given back.
pub async fn dispose(
    tx: &mut Tx,
    actor: &Actor,
    id: CallId,
    form: &Disposition,
) -> Result<(IntakeId, Vec<CallbackId>), Error> {
    let call = store::one(tx, id).await?.ok_or(Error::NoSuchCall)?;
    let settled = intakes::act::dispose(tx, actor, call.intake_id, form).await?;
    let now = tx.now();
    store::disposed(tx, id, form.code, form.comment.as_deref(), now, actor.person).await?;
    record::event(tx, id, &Happened::Disposed { disposition: form.code }, actor.person)?;
    Ok((call.intake_id, settled))
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
    store::bind_contact(tx, id, contact_id, building_id).await?;
    record::event(tx, id, &Happened::Identified { contact_id, unit_id, building_id }, person)?;
    intakes::act::identify(tx, person, call.intake_id, contact_id, unit_id, building_id).await?;
    Ok(call.intake_id)
}

/// Only what exists, and a unit with the building that it is in.
async fn within(tx: &mut Tx, form: Identified) -> Result<Identified, Error> {
    let Identified { contact_id, unit_id, mut building_id } = form;
    let mut check = Check::new();
    if let Some(contact) = contact_id {
        let known = contacts::store::names(tx, [contact]).await?;
        check.that(known.contains_key(&contact), "contact_id", "is not a known contact");
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
