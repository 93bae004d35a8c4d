//! What is done with callbacks, each inside the caller's transaction.

use super::record::{self, Happened};
use super::store::{self, Callback};
use super::{CallbackEnd, CallbackState, Error};
use crate::db::{self, Tx};
use crate::http::access::Scope;
use crate::http::parse::Check;
use crate::intakes::DispositionCode;
use crate::intakes::act::{self as intakes, Actor};
use crate::intakes::store::hold;
use crate::people::store::Named;
use types::{CallbackId, IntakeId};

/// Takes a callback for this person, from a colleague too if that is asked for, and with it what else is owed to the number.
/// Who has it already keeps it. Gives all that were taken, the one asked for first.
pub async fn claim(tx: &mut Tx, actor: &Actor, id: CallbackId, take_over: bool) -> Result<Vec<Callback>, Error> {
    let found = reached(tx, actor, id).await?;
    let owner = found.claimed_by.as_ref().map(|by| by.id);
    if owner == Some(actor.person) {
        return Ok(vec![found]);
    }
    if !take_over && others_of_number(tx, actor, id).await? {
        return Err(Error::Taken);
    }
    let now = tx.now();
    if !store::claim(tx, id, actor.person, take_over, now).await? {
        return Err(if found.state == CallbackState::Claimed { Error::Taken } else { Error::Settled });
    }
    record::event(tx, id, &Happened::Claimed { queue: found.queue }, Some(actor.person))?;
    let mut taken = vec![reached(tx, actor, id).await?];
    for sibling in store::siblings(tx, id).await? {
        let Some(one) = store::one(tx, sibling, &actor.callbacks).await? else { continue };
        if store::claim(tx, sibling, actor.person, take_over, now).await? {
            record::event(tx, sibling, &Happened::Claimed { queue: one.queue }, Some(actor.person))?;
            taken.push(reached(tx, actor, sibling).await?);
        }
    }
    Ok(taken)
}

/// Gives a callback back that this person has; a supervisor's any.
pub async fn release(tx: &mut Tx, actor: &Actor, id: CallbackId) -> Result<Callback, Error> {
    let found = reached(tx, actor, id).await?;
    let own = found.claimed_by.as_ref().is_some_and(|by| by.id == actor.person);
    if found.state == CallbackState::Claimed && !own && !actor.corrects_others {
        return Err(Error::Taken);
    }
    if store::release(tx, id).await? {
        record::event(tx, id, &Happened::Released { queue: found.queue }, Some(actor.person))?;
    }
    reached(tx, actor, id).await
}

/// Whose work a callback is.
#[derive(Debug)]
pub struct Others {
    pub queue: String,
    pub claimed_by: Option<Named>,
}

/// How a callback ended.
#[derive(Debug)]
pub struct Closing {
    pub end: CallbackEnd,
    /// Needed with `cancelled`.
    pub reason: Option<String>,
    /// With `cancelled` only: the other ends say it themselves.
    pub disposition: Option<DispositionCode>,
}

/// Ends a callback, and disposes of its intake where it is known what that came to; and with it what else is owed to the
/// number. Gives all that ended, the one asked for first.
pub async fn close(tx: &mut Tx, actor: &Actor, id: CallbackId, closing: Closing) -> Result<Vec<Callback>, Error> {
    let Closing { end, reason, disposition: said } = closing;
    if end != CallbackEnd::Cancelled && said.is_some() {
        return Err(Error::invalid("disposition", "is allowed with `cancelled` only"));
    }
    let reason = reason.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if end == CallbackEnd::Cancelled && reason.is_none() {
        return Err(Error::invalid("reason", "say why nobody needs to call back"));
    }
    Check::new().text("reason", reason.unwrap_or_default()).faults().map_err(Error::Fields)?;
    let found = reached(tx, actor, id).await?;
    // an intake before its callbacks, as whoever disposes of it: two who wait for one another never end
    if let Some(intake) = found.intake_id {
        hold(tx, intake).await?;
    }
    if !actor.corrects_others && (held_by_another(actor, &found) || others_of_number(tx, actor, id).await?) {
        return Err(Error::Taken);
    }
    let now = tx.now();
    if !store::close(tx, id, end.into(), actor.person, now, reason).await? {
        return Err(Error::Settled);
    }
    let settled = Happened::Settled { state: end.into(), intake_id: found.intake_id };
    record::event(tx, id, &settled, Some(actor.person))?;
    if let Some(intake) = found.intake_id {
        match (disposition(end), said) {
            (Some(code), _) => intakes::dispose_open(tx, actor, intake, code, reason).await?,
            (None, Some(code)) => {
                let form = intakes::Disposition { code, comment: reason.map(str::to_owned), ticket_id: None };
                intakes::dispose(tx, actor, intake, &form, None).await?;
            }
            (None, None) => {}
        }
    }
    let mut closed = vec![reached(tx, actor, id).await?];
    for sibling in store::siblings(tx, id).await? {
        let Some(one) = store::one(tx, sibling, &actor.callbacks).await? else { continue };
        if let Some(intake) = one.intake_id {
            hold(tx, intake).await?;
        }
        if !store::close(tx, sibling, end.into(), actor.person, now, reason).await? {
            continue;
        }
        let settled = Happened::Settled { state: end.into(), intake_id: one.intake_id };
        record::event(tx, sibling, &settled, Some(actor.person))?;
        if let (Some(intake), Some(code)) = (one.intake_id, disposition(end).or(said)) {
            intakes::dispose_open(tx, actor, intake, code, reason).await?;
        }
        closed.push(reached(tx, actor, sibling).await?);
    }
    Ok(closed)
}

/// Closes what is owed for an intake that this person disposes of, and gives it back. Nothing is done when the callback is
/// another queue's work, or a colleague's.
pub async fn settle(
    tx: &mut Tx,
    actor: &Actor,
    intake: IntakeId,
    disposition: DispositionCode,
    comment: Option<&str>,
) -> db::Result<Result<Vec<CallbackId>, Others>> {
    let open = store::open_of_intake(tx, intake).await?;
    for id in &open {
        let own = match store::one(tx, *id, &actor.callbacks).await? {
            Some(found) => actor.corrects_others || !held_by_another(actor, &found),
            None => false,
        };
        if !own && let Some(Callback { queue, claimed_by, .. }) = store::one(tx, *id, &Scope::All).await? {
            return Ok(Err(Others { queue, claimed_by }));
        }
    }
    let now = tx.now();
    for id in &open {
        let comment = comment.or(Some(disposition.word()));
        let state = state(disposition);
        if store::close(tx, *id, state, actor.person, now, comment).await? {
            record::event(tx, *id, &Happened::Settled { state, intake_id: Some(intake) }, Some(actor.person))?;
        }
    }
    Ok(Ok(open))
}

fn held_by_another(actor: &Actor, callback: &Callback) -> bool {
    callback.state == CallbackState::Claimed && callback.claimed_by.as_ref().is_some_and(|by| by.id != actor.person)
}

/// What is owed to one number is one piece of work: does a colleague have another part of it?
async fn others_of_number(tx: &mut Tx, actor: &Actor, id: CallbackId) -> db::Result<bool> {
    for sibling in store::siblings(tx, id).await? {
        let found = store::one(tx, sibling, &actor.callbacks).await?;
        if found.is_some_and(|found| held_by_another(actor, &found)) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn reached(tx: &mut Tx, actor: &Actor, id: CallbackId) -> Result<Callback, Error> {
    store::one(tx, id, &actor.callbacks).await?.ok_or(Error::NoSuchCallback)
}

/// What the end of a callback says about its intake; none: a person has to say it.
fn disposition(end: CallbackEnd) -> Option<DispositionCode> {
    match end {
        CallbackEnd::Done => Some(DispositionCode::CallbackDone),
        CallbackEnd::Unreachable => Some(DispositionCode::Unreachable),
        CallbackEnd::Cancelled => None,
    }
}

/// What the disposition of an intake says about its callback.
fn state(disposition: DispositionCode) -> CallbackState {
    match disposition {
        DispositionCode::CallbackDone => CallbackState::Done,
        DispositionCode::Unreachable => CallbackState::Unreachable,
        _ => CallbackState::Cancelled,
    }
}
