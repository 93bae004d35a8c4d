//! Events into rows: calls, intakes, offers, intervals, recordings, callbacks. One function a kind.

use super::{store, time};
use crate::contacts::phone;
use crate::db::{Result, Tx};
use crate::http::app::Changed;
use crate::on;
use crate::recordings;
use call::event::{Event, Kind, Outcome, Side};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// `exec!(tx, SQL, a, b, c)`: runs a statement with these values bound in order.
macro_rules! exec {
    ($tx:expr, $sql:expr $(, $value:expr)*) => {
        on!($tx, c => sqlx::query($sql)$(.bind($value))*.execute(c).await.map(|done| done.rows_affected()))?
    };
}

pub async fn apply(tx: &mut Tx, event: &Event, changed: &mut Vec<Changed>) -> Result<()> {
    let at = time(event.at);
    match (&event.kind, event.call) {
        (Kind::AgentStatus { agent, state, reason }, _) => {
            exec!(tx, store::INTERVAL_ENDED, *agent, at);
            exec!(tx, store::INTERVAL, event.id, *agent, state.clone(), reason.clone(), at);
        }
        (kind, Some(call)) => of_call(tx, event.id, call, at, kind, changed).await?,
        _ => {}
    }
    Ok(())
}

async fn of_call(
    tx: &mut Tx,
    id: Uuid,
    call: Uuid,
    at: DateTime<Utc>,
    kind: &Kind,
    changed: &mut Vec<Changed>,
) -> Result<()> {
    match kind {
        Kind::Arrived { .. } => arrived(tx, call, at, kind, changed).await?,
        Kind::Greeted => drop(exec!(tx, store::GREETED, call, at)),
        Kind::Traced { node, input } => drop(exec!(tx, store::TRACE, id, call, at, node.clone(), input.clone())),
        Kind::Queued { queue, priority, locale } => {
            let locale = if *locale == ivr::Locale::En { "en" } else { "ru" };
            exec!(tx, store::QUEUED, call, queue.clone(), locale, *priority, at);
        }
        Kind::Offered { agent, queue } => drop(exec!(tx, store::OFFERED, id, call, *agent, queue.clone(), at)),
        Kind::Declined { agent, why } => drop(exec!(tx, store::OFFER_ENDED, call, *agent, at, why.clone())),
        Kind::Answered { agent, .. } => answered(tx, call, *agent, at, changed).await?,
        Kind::RecordingStarted { recording } => {
            let file = recordings::files::relative(*recording).to_string_lossy().into_owned();
            exec!(tx, store::RECORDING, *recording, call, at, file);
            exec!(tx, store::CALL_RECORDING, call, *recording);
        }
        Kind::RecordingEnded { recording, duration_ms } => {
            exec!(tx, store::RECORDING_ENDED, *recording, at, int(*duration_ms));
            changed.push(hint("recordings", *recording));
        }
        Kind::CallbackDue { task, queue, reason, due_at, .. } => {
            exec!(tx, store::CALLBACK, *task, call, queue.clone(), reason.clone(), time(*due_at));
            changed.push(hint("callbacks", *task));
        }
        Kind::LegEnded { role, agent, received, sent, lost, jitter_ms, mos } => {
            let (received, sent, lost) = (int(*received), int(*sent), int(*lost));
            let (jitter, mos) = (f64::from(*jitter_ms), f64::from(*mos));
            exec!(tx, store::LEG, id, call, role.clone(), *agent, received, sent, lost, jitter, mos, at);
        }
        Kind::Ended { .. } => ended(tx, call, at, kind, changed).await?,
        Kind::Held { .. } | Kind::Resumed { .. } | Kind::Transferred { .. } | Kind::Crashed { .. } => {}
        Kind::AgentStatus { .. } => {}
    }
    Ok(())
}

async fn arrived(tx: &mut Tx, call: Uuid, at: DateTime<Utc>, kind: &Kind, changed: &mut Vec<Changed>) -> Result<()> {
    let Kind::Arrived { intake, source, from, from_name, dialled, sip_call_id, from_tag, node } = kind else {
        return Ok(());
    };
    let phone = from.as_deref().and_then(phone::e164);
    let candidates = match &phone {
        Some(phone) => store::candidates(tx, phone).await?,
        None => Vec::new(),
    };
    // Bound only where certain: a shared phone or several flats are the dispatcher's choice, never a guess.
    let (contact, unit, building) = match candidates.as_slice() {
        [(contact, unit, building)] => (Some(*contact), *unit, *building),
        _ => (None, None, None),
    };
    let state = if contact.is_some() { "identified" } else { "received" };
    exec!(
        tx,
        store::INTAKE,
        *intake,
        at,
        source.clone(),
        from.clone(),
        phone.clone(),
        from_name.clone(),
        dialled.clone(),
        sip_call_id.clone(),
        from_tag.clone(),
        node.clone(),
        call,
        contact,
        building,
        unit,
        state
    );
    exec!(
        tx,
        store::CALL,
        call,
        *intake,
        source.clone(),
        from.clone(),
        phone,
        from_name.clone(),
        dialled.clone(),
        node.clone(),
        contact,
        building,
        at
    );
    changed.push(hint("intakes", *intake));
    Ok(())
}

async fn answered(tx: &mut Tx, call: Uuid, agent: Uuid, at: DateTime<Utc>, changed: &mut Vec<Changed>) -> Result<()> {
    exec!(tx, store::OFFER_ENDED, call, agent, at, "answered");
    exec!(tx, store::ANSWERED, call, agent, at);
    exec!(tx, store::INTAKE_IN_HANDLING, call);
    if exec!(tx, store::CALLBACKS_MERGED, call, at) > 0 {
        exec!(tx, store::INTAKES_MERGED, call, at);
        changed.push(hint("callbacks", call));
        changed.push(hint("intakes", call));
    }
    changed.push(hint("calls", call));
    Ok(())
}

async fn ended(tx: &mut Tx, call: Uuid, at: DateTime<Utc>, kind: &Kind, changed: &mut Vec<Changed>) -> Result<()> {
    let Kind::Ended { outcome, side, code, wait_ms, talk_ms, hold_ms } = kind else {
        return Ok(());
    };
    let side = match side {
        Side::Caller => "caller",
        Side::Agent => "agent",
        Side::System => "system",
    };
    exec!(
        tx,
        store::ENDED,
        call,
        word(*outcome),
        side,
        i64::from(*code),
        int(*wait_ms),
        int(*talk_ms),
        int(*hold_ms),
        at
    );
    exec!(tx, store::OFFERS_ENDED, call, at);
    if *outcome == Outcome::NodeLost {
        exec!(tx, store::RECORDINGS_BROKEN, call, at);
    }
    let disposition = match outcome {
        Outcome::SelfServed => Some("self_service_done"),
        Outcome::ShortIvr => Some("silent"),
        Outcome::Rejected if *code == 404 => Some("wrong_number"),
        _ => None,
    };
    if let Some(disposition) = disposition {
        exec!(tx, store::INTAKE_DISPOSED, call, disposition, at);
    }
    changed.push(hint("calls", call));
    changed.push(hint("intakes", call));
    Ok(())
}

/// The column word of an outcome: as in the event's JSON.
pub fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "completed",
        Outcome::SelfServed => "self_served",
        Outcome::AbandonedIvr => "abandoned_ivr",
        Outcome::ShortIvr => "short_ivr",
        Outcome::AbandonedQueue => "abandoned_queue",
        Outcome::Rejected => "rejected",
        Outcome::Broken => "broken",
        Outcome::NodeLost => "node_lost",
        Outcome::Crashed => "crashed",
    }
}

fn int(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn hint(noun: &'static str, id: Uuid) -> Changed {
    Changed { noun, id }
}
