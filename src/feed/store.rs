//! The SQL of the feed. Every statement is idempotent: it may run again after a crash between commit and acknowledgement.
//! Those with `VALUES (` or `UNION ALL` are written for one row and run for many ([`db::Rows`]).

use super::time;
use crate::db::{self, Result, Select, Tx};
use crate::on;
use crate::outbox::{self, Fact};
use call::Event;
use chrono::{DateTime, Utc};
use std::collections::{BTreeSet, HashMap, HashSet};
use types::{BuildingId, CallId, CallbackId, ContactId, EventId, IntakeId, PersonId, UnitId};

/// For the test that prepares every statement on both databases.
const STORED: &str = "SELECT id FROM events";
const HAS_EVENT: &str = "SELECT COUNT(*) FROM events WHERE id = $1";

/// An INVITE repeated to the process after a crash is the same intake (F25): it goes over to the call that was answered.
pub const INTAKE: &str =
    "INSERT INTO intakes (id, channel, arrived_at, source, number, phone, name, dialled, sip_call_id,
    from_tag, node, call_id, contact_id, building_id, unit_id, summary, state, version)
    VALUES ($1, 'call', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', $15, 1)
    ON CONFLICT (sip_call_id, from_tag) DO UPDATE SET call_id = excluded.call_id";
/// A carrier that gives a new call the Call-ID and tag of an old one: before the new intake is written, the old one stays
/// with its call, and its tag says who has it now (a semicolon is in no tag: RFC 3261 25.1). Not an INVITE repeated to the
/// next process: that one is the same call.
pub const KEY_FREED: &str = "UPDATE intakes SET from_tag = intakes.from_tag || v.mark
    FROM (SELECT id, sip_call_id, from_tag, summary AS mark, arrived_at FROM intakes WHERE 1 = 0
    UNION ALL SELECT $1, $2, $3, $4, $5) AS v
    WHERE intakes.sip_call_id = v.sip_call_id AND intakes.from_tag = v.from_tag AND intakes.id <> v.id
    AND NOT (intakes.arrived_at >= v.arrived_at
    AND EXISTS (SELECT 1 FROM calls c WHERE c.id = intakes.call_id AND c.outcome = 'node_lost'))";
/// With what came after the arrival in the same batch.
pub const CALL: &str =
    "INSERT INTO calls (id, intake_id, direction, source, from_number, from_phone, from_name, dialled,
    node, contact_id, building_id, arrived_at, state, greeted_at, queue, locale, priority, queued_at, agent_id,
    answered_at, recording_id, outcome, side, code, wait_ms, talk_ms, hold_ms, ended_at)
    VALUES ($1, COALESCE((SELECT id FROM intakes WHERE call_id = $1), $2), $3, $4, $5, $6, $7, $8, $9, $10, $11,
    $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28) ON CONFLICT DO NOTHING";
/// What happened to calls of earlier batches; null: not that. The first time of a thing stays, the last word on a place.
pub const CALL_CHANGED: &str = "UPDATE calls SET state = COALESCE(v.state, calls.state),
    greeted_at = COALESCE(calls.greeted_at, v.greeted_at), queue = COALESCE(v.queue, calls.queue),
    locale = COALESCE(v.locale, calls.locale), priority = COALESCE(v.priority, calls.priority),
    queued_at = COALESCE(calls.queued_at, v.queued_at), agent_id = COALESCE(v.agent_id, calls.agent_id),
    answered_at = COALESCE(calls.answered_at, v.answered_at),
    recording_id = COALESCE(calls.recording_id, v.recording_id), outcome = COALESCE(calls.outcome, v.outcome),
    side = COALESCE(calls.side, v.side), code = COALESCE(calls.code, v.code),
    wait_ms = COALESCE(calls.wait_ms, v.wait_ms), talk_ms = COALESCE(calls.talk_ms, v.talk_ms),
    hold_ms = COALESCE(calls.hold_ms, v.hold_ms), ended_at = COALESCE(calls.ended_at, v.ended_at)
    FROM (SELECT id, state, greeted_at, queue, locale, priority, queued_at, agent_id, answered_at, recording_id,
    outcome, side, code, wait_ms, talk_ms, hold_ms, ended_at FROM calls WHERE 1 = 0
    UNION ALL SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) AS v
    WHERE calls.id = v.id";
pub const TRACE: &str = "INSERT INTO call_traces (event_id, call_id, at, node, input) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING";
pub const OFFER: &str = "INSERT INTO call_offers (event_id, call_id, agent_id, queue, at, ended_at, result)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
pub const OFFER_ENDED: &str = "UPDATE call_offers SET ended_at = v.ended_at, result = v.result
    FROM (SELECT call_id, agent_id, ended_at, result FROM call_offers WHERE 1 = 0
    UNION ALL SELECT $1, $2, $3, $4) AS v
    WHERE call_offers.call_id = v.call_id AND call_offers.agent_id = v.agent_id AND call_offers.ended_at IS NULL";
pub const OFFERS_ENDED: &str = "UPDATE call_offers SET ended_at = v.ended_at, result = 'caller_left'
    FROM (SELECT call_id, ended_at FROM call_offers WHERE 1 = 0 UNION ALL SELECT $1, $2) AS v
    WHERE call_offers.call_id = v.call_id AND call_offers.ended_at IS NULL";
pub const INTAKE_IN_HANDLING: &str = "UPDATE intakes SET state = 'in_handling', version = intakes.version + 1
    FROM (SELECT call_id FROM intakes WHERE 1 = 0 UNION ALL SELECT $1) AS v
    WHERE intakes.call_id = v.call_id AND intakes.state IN ('received', 'identified')";
/// Another agent answered: what was said of the call before is the outcome of an earlier part, and the call's is owed again.
pub const CALL_REOPENED: &str =
    "UPDATE calls SET disposition = NULL, comment = NULL, disposed_at = NULL, disposed_by = NULL
    FROM (SELECT id, agent_id FROM calls WHERE 1 = 0 UNION ALL SELECT $1, $2) AS v
    WHERE calls.id = v.id AND calls.disposed_by <> v.agent_id";
pub const INTAKE_REOPENED: &str = "UPDATE intakes SET state = 'in_handling', disposition = NULL, comment = NULL,
    disposed_at = NULL, disposed_by = NULL, version = intakes.version + 1
    FROM (SELECT call_id, disposed_by FROM intakes WHERE 1 = 0 UNION ALL SELECT $1, $2) AS v
    WHERE intakes.call_id = v.call_id AND intakes.disposed_by <> v.disposed_by";
/// Machine-made dispositions: self-served, rejected, hung up within seconds.
pub const INTAKE_DISPOSED: &str = "UPDATE intakes SET state = 'disposed', disposition = v.disposition,
    disposed_at = v.disposed_at, version = intakes.version + 1
    FROM (SELECT call_id, disposition, disposed_at FROM intakes WHERE 1 = 0 UNION ALL SELECT $1, $2, $3) AS v
    WHERE intakes.call_id = v.call_id AND intakes.state <> 'disposed'";
pub const CALLBACK: &str =
    "INSERT INTO callbacks (id, intake_id, call_id, phone, contact_id, queue, reason, arrived_at,
    due_at, state, version)
    SELECT v.id, c.intake_id, c.id, COALESCE(c.from_phone, c.from_number), c.contact_id, v.queue, v.reason,
    c.arrived_at, v.due_at, 'pending', 1
    FROM (SELECT id, call_id, queue, reason, due_at FROM callbacks WHERE 1 = 0
    UNION ALL SELECT $1, $2, $3, $4, $5) AS v, calls c WHERE c.id = v.call_id ON CONFLICT DO NOTHING";
/// The caller was answered: what was owed to this number is settled.
const CALLBACKS_MERGED: &str = "UPDATE callbacks SET state = 'merged', done_at = $2, done_call_id = $1,
    version = version + 1 WHERE state IN ('pending', 'claimed')
    AND phone = (SELECT from_phone FROM calls WHERE id = $1) RETURNING id, intake_id";
/// What they had waited with is spoken of now: the same matter under a newer intake.
const INTAKES_MERGED: &str = "UPDATE intakes SET state = 'disposed', disposition = 'duplicate', disposed_at = $2,
    version = version + 1 WHERE state <> 'disposed' AND id IN (SELECT intake_id FROM callbacks
    WHERE phone = (SELECT from_phone FROM calls WHERE id = $1) AND state = 'merged' AND done_call_id = $1)";
const INTAKES_OF: &str = "SELECT id FROM intakes";
pub const RECORDING: &str = "INSERT INTO recordings (id, call_id, started_at, state, file, ended_at, duration_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
pub const RECORDING_ENDED: &str = "UPDATE recordings SET state = 'done', ended_at = v.ended_at,
    duration_ms = v.duration_ms
    FROM (SELECT id, ended_at, duration_ms FROM recordings WHERE 1 = 0 UNION ALL SELECT $1, $2, $3) AS v
    WHERE recordings.id = v.id";
pub const RECORDINGS_BROKEN: &str = "UPDATE recordings SET state = 'broken',
    ended_at = COALESCE(recordings.ended_at, v.ended_at)
    FROM (SELECT call_id, ended_at FROM recordings WHERE 1 = 0 UNION ALL SELECT $1, $2) AS v
    WHERE recordings.call_id = v.call_id";
pub const INTERVAL: &str = "INSERT INTO agent_intervals (event_id, agent_id, state, reason, from_at, to_at)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
pub const INTERVAL_ENDED: &str = "UPDATE agent_intervals SET to_at = v.to_at
    FROM (SELECT agent_id, to_at FROM agent_intervals WHERE 1 = 0 UNION ALL SELECT $1, $2) AS v
    WHERE agent_intervals.agent_id = v.agent_id AND agent_intervals.to_at IS NULL";
pub const LEG: &str =
    "INSERT INTO call_legs (event_id, call_id, role, agent_id, received, sent, lost, jitter_ms, mos, ended_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
pub const PART: &str = "INSERT INTO call_parts (event_id, call_id, agent_id, queue, at, ended_at, disposition)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
/// A transfer is the outcome of the part that it ends, unless the agent has said another.
pub const PART_TRANSFERRED: &str = "UPDATE call_parts SET ended_at = v.ended_at,
    disposition = COALESCE(call_parts.disposition, 'transferred')
    FROM (SELECT call_id, agent_id, ended_at FROM call_parts WHERE 1 = 0 UNION ALL SELECT $1, $2, $3) AS v
    WHERE call_parts.call_id = v.call_id AND call_parts.agent_id = v.agent_id AND call_parts.ended_at IS NULL";
pub const PARTS_ENDED: &str = "UPDATE call_parts SET ended_at = v.ended_at
    FROM (SELECT call_id, ended_at FROM call_parts WHERE 1 = 0 UNION ALL SELECT $1, $2) AS v
    WHERE call_parts.call_id = v.call_id AND call_parts.ended_at IS NULL";
const ANSWERED_BY: &str = "SELECT count(*) FROM call_parts WHERE call_id = $1 AND agent_id = $2";
/// Every contact and unit behind phones; a shared phone gives several.
const CANDIDATES: &str = "SELECT p.value, p.contact_id, r.unit_id, u.building_id FROM contact_points p
    JOIN contacts c ON c.id = p.contact_id AND c.status = 'active'
    LEFT JOIN unit_relations r ON r.contact_id = p.contact_id AND r.until IS NULL
    LEFT JOIN units u ON u.id = r.unit_id";

/// Phones asked for at one time, and the most rows of an answer.
const PHONES: usize = 8;
const CANDIDATES_MAX: i64 = 160;

pub async fn has_event(tx: &mut Tx, id: EventId) -> Result<bool> {
    on!(tx, c => Ok(sqlx::query_scalar::<_, i64>(HAS_EVENT).bind(id).fetch_one(c).await? > 0))
}

/// Records events; gives those that were not there yet.
pub async fn record<'e>(tx: &mut Tx, batch: &'e [Event], now: DateTime<Utc>) -> Result<Vec<&'e Event>> {
    db::order_feeds(tx).await?;
    // a power of two, as in `Rows`: few texts, and each stays prepared
    let mut ids: Vec<EventId> = batch.iter().map(|event| event.id).collect();
    ids.resize(ids.len().next_power_of_two(), EventId::default());
    let mut select = Select::new(STORED);
    select.among("id", ids);
    let mut known: HashSet<EventId> = select.fetch::<(EventId,)>(tx).await?.into_iter().map(|(id,)| id).collect();
    let new: Vec<&Event> = batch.iter().filter(|event| known.insert(event.id)).collect();
    for event in &new {
        let (subject, actor) = super::project::about(event);
        let fact = Fact::new(event.kind.name().word(), event);
        let fact = fact.map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
        outbox::record(tx, outbox::Event { id: event.id, at: time(event.at), recorded_at: now, subject, actor, fact });
    }
    Ok(new)
}

/// Settles what is owed to an answered caller; gives how many callbacks that were.
pub async fn merge_callbacks(
    tx: &mut Tx,
    call: CallId,
    at: DateTime<Utc>,
) -> Result<Vec<(CallbackId, Option<IntakeId>)>> {
    on!(tx, c => {
        let merged: Vec<(CallbackId, Option<IntakeId>)> =
            sqlx::query_as(CALLBACKS_MERGED).bind(call).bind(at).fetch_all(&mut *c).await?;
        if !merged.is_empty() {
            sqlx::query(INTAKES_MERGED).bind(call).bind(at).execute(c).await?;
        }
        Ok(merged)
    })
}

/// The intakes of these calls.
pub async fn intakes_of(tx: &mut Tx, calls: impl IntoIterator<Item = CallId>) -> Result<Vec<IntakeId>> {
    let mut calls = calls.into_iter().peekable();
    if calls.peek().is_none() {
        return Ok(Vec::new());
    }
    let mut select = Select::new(INTAKES_OF);
    select.among("call_id", calls);
    Ok(select.fetch::<(IntakeId,)>(tx).await?.into_iter().map(|(id,)| id).collect())
}

/// Who calls, and from where.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known {
    pub contact: Option<ContactId>,
    pub unit: Option<UnitId>,
    pub building: Option<BuildingId>,
}

/// Whose phones these are, where that is certain: a shared phone or several flats are the dispatcher's choice, never a
/// guess.
pub async fn known(tx: &mut Tx, phones: BTreeSet<&str>) -> Result<HashMap<String, Known>> {
    let phones: Vec<&str> = phones.into_iter().collect();
    let mut rows = Vec::new();
    for some in phones.chunks(PHONES) {
        let found = candidates(tx, some).await?;
        if found.len() < CANDIDATES_MAX as usize {
            rows.extend(found);
            continue;
        }
        // somebody's very many rows have cut off another's second one
        for one in some.chunks(1) {
            rows.extend(candidates(tx, one).await?);
        }
    }
    let mut known: HashMap<String, Option<Known>> = HashMap::new();
    for (phone, contact, unit, building) in rows {
        let only = Known { contact: Some(contact), unit, building };
        known.entry(phone).and_modify(|several| *several = None).or_insert(Some(only));
    }
    Ok(known.into_iter().filter_map(|(phone, only)| Some((phone, only?))).collect())
}

type Candidate = (String, ContactId, Option<UnitId>, Option<BuildingId>);

async fn candidates(tx: &mut Tx, phones: &[&str]) -> Result<Vec<Candidate>> {
    let nth = |n: usize| phones.get(n).or(phones.first()).copied().unwrap_or_default().into();
    let mut select = Select::new(CANDIDATES);
    select.filter("p.kind = 'phone' AND p.value IN (?, ?, ?, ?, ?, ?, ?, ?)", std::array::from_fn::<_, PHONES, _>(nth));
    select.then("ORDER BY p.value LIMIT ?", [CANDIDATES_MAX.into()]);
    select.fetch(tx).await
}

/// Did this person talk with the caller?
pub async fn answered_by(tx: &mut Tx, call: CallId, person: PersonId) -> Result<bool> {
    let n: i64 = on!(tx, c => sqlx::query_scalar(ANSWERED_BY).bind(call).bind(person).fetch_one(c).await)?;
    Ok(n > 0)
}
