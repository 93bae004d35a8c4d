//! The SQL of the feed. Every statement is idempotent: it may run again after a crash between commit and acknowledgement.

use super::time;
use crate::db::{Result, Tx};
use crate::on;
use call::Event;
use sqlx::types::Json;
use uuid::Uuid;

/// For the test that prepares every statement on both databases.
pub const STATEMENTS: &[&str] = &[
    INSERT_EVENT,
    HAS_EVENT,
    CURSOR,
    SET_CURSOR,
    EVENTS_AFTER,
    INTAKE,
    CALL,
    GREETED,
    TRACE,
    QUEUED,
    OFFERED,
    OFFER_ENDED,
    ANSWERED,
    INTAKE_IN_HANDLING,
    CALLBACKS_MERGED,
    INTAKES_MERGED,
    RECORDING,
    CALL_RECORDING,
    RECORDING_ENDED,
    RECORDINGS_BROKEN,
    INTERVAL_ENDED,
    INTERVAL,
    CALLBACK,
    LEG,
    ENDED,
    OFFERS_ENDED,
    INTAKE_DISPOSED,
    CANDIDATES,
];

const INSERT_EVENT: &str = "INSERT INTO events (id, position, at, call_id, kind, data)
    VALUES ($1, (SELECT COALESCE(MAX(position), 0) + 1 FROM events), $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING";
const HAS_EVENT: &str = "SELECT COUNT(*) FROM events WHERE id = $1";
const CURSOR: &str = "SELECT position FROM cursors WHERE name = $1";
const SET_CURSOR: &str = "INSERT INTO cursors (name, position) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET position = excluded.position";
const EVENTS_AFTER: &str = "SELECT position, data FROM events WHERE position > $1 ORDER BY position LIMIT $2";

/// An INVITE repeated to the process after a crash is the same intake (F25): it goes over to the call that was answered.
pub const INTAKE: &str =
    "INSERT INTO intakes (id, channel, arrived_at, source, number, phone, name, dialled, sip_call_id,
    from_tag, node, call_id, contact_id, building_id, unit_id, summary, state, version)
    VALUES ($1, 'call', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', $15, 1)
    ON CONFLICT (sip_call_id, from_tag) DO UPDATE SET call_id = excluded.call_id";
pub const CALL: &str =
    "INSERT INTO calls (id, intake_id, direction, source, from_number, from_phone, from_name, dialled,
    node, state, contact_id, building_id, arrived_at)
    VALUES ($1, COALESCE((SELECT id FROM intakes WHERE call_id = $1), $2), 'inbound', $3, $4, $5, $6,
    $7, $8, 'live', $9, $10, $11) ON CONFLICT DO NOTHING";
pub const GREETED: &str = "UPDATE calls SET greeted_at = $2 WHERE id = $1 AND greeted_at IS NULL";
pub const TRACE: &str = "INSERT INTO call_traces (event_id, call_id, at, node, input) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING";
pub const QUEUED: &str = "UPDATE calls SET queue = $2, locale = $3, priority = $4, queued_at = COALESCE(queued_at, $5)
    WHERE id = $1";
pub const OFFERED: &str = "INSERT INTO call_offers (event_id, call_id, agent_id, queue, at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING";
pub const OFFER_ENDED: &str = "UPDATE call_offers SET ended_at = $3, result = $4
    WHERE call_id = $1 AND agent_id = $2 AND ended_at IS NULL";
pub const ANSWERED: &str = "UPDATE calls SET agent_id = $2, answered_at = COALESCE(answered_at, $3) WHERE id = $1";
pub const INTAKE_IN_HANDLING: &str = "UPDATE intakes SET state = 'in_handling', version = version + 1
    WHERE call_id = $1 AND state IN ('received', 'identified')";
/// The caller was answered: what was owed to this number is settled (domain.md 1.3.4).
pub const CALLBACKS_MERGED: &str = "UPDATE callbacks SET state = 'merged', done_at = $2, done_call_id = $1,
    version = version + 1 WHERE state IN ('pending', 'claimed')
    AND phone = (SELECT from_phone FROM calls WHERE id = $1)";
/// What they had waited with is spoken of now: the same matter under a newer intake.
pub const INTAKES_MERGED: &str = "UPDATE intakes SET state = 'disposed', disposition = 'duplicate', disposed_at = $2,
    version = version + 1 WHERE state <> 'disposed' AND id IN (SELECT intake_id FROM callbacks
    WHERE phone = (SELECT from_phone FROM calls WHERE id = $1) AND state = 'merged' AND done_call_id = $1)";
pub const RECORDING: &str =
    "INSERT INTO recordings (id, call_id, started_at, state, file) VALUES ($1, $2, $3, 'running', $4)
    ON CONFLICT DO NOTHING";
pub const CALL_RECORDING: &str = "UPDATE calls SET recording_id = $2 WHERE id = $1 AND recording_id IS NULL";
pub const RECORDING_ENDED: &str = "UPDATE recordings SET state = 'done', ended_at = $2, duration_ms = $3 WHERE id = $1";
pub const RECORDINGS_BROKEN: &str = "UPDATE recordings SET state = 'broken',
    ended_at = COALESCE(ended_at, $2) WHERE call_id = $1";
pub const INTERVAL_ENDED: &str = "UPDATE agent_intervals SET to_at = $2 WHERE agent_id = $1 AND to_at IS NULL";
pub const INTERVAL: &str = "INSERT INTO agent_intervals (event_id, agent_id, state, reason, from_at)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
pub const CALLBACK: &str =
    "INSERT INTO callbacks (id, intake_id, call_id, phone, contact_id, queue, reason, arrived_at,
    due_at, state, version)
    SELECT $1, intake_id, id, COALESCE(from_phone, from_number), contact_id, $3, $4, arrived_at, $5, 'pending', 1
    FROM calls WHERE id = $2 ON CONFLICT DO NOTHING";
pub const LEG: &str =
    "INSERT INTO call_legs (event_id, call_id, role, agent_id, received, sent, lost, jitter_ms, mos, ended_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
pub const ENDED: &str =
    "UPDATE calls SET state = 'ended', outcome = $2, side = $3, code = $4, wait_ms = $5, talk_ms = $6,
    hold_ms = $7, ended_at = $8 WHERE id = $1 AND state <> 'ended'";
pub const OFFERS_ENDED: &str = "UPDATE call_offers SET ended_at = $2, result = 'caller_left'
    WHERE call_id = $1 AND ended_at IS NULL";
/// Machine-made dispositions: self-served, rejected, hung up within seconds.
pub const INTAKE_DISPOSED: &str = "UPDATE intakes SET state = 'disposed', disposition = $2, disposed_at = $3,
    version = version + 1 WHERE call_id = $1 AND state <> 'disposed'";
/// Every contact and unit behind a phone; a shared phone gives several.
const CANDIDATES: &str = "SELECT p.contact_id, r.unit_id, u.building_id FROM contact_points p
    JOIN contacts c ON c.id = p.contact_id AND c.status = 'active'
    LEFT JOIN unit_relations r ON r.contact_id = p.contact_id AND r.until IS NULL
    LEFT JOIN units u ON u.id = r.unit_id
    WHERE p.kind = 'phone' AND p.value = $1 ORDER BY p.contact_id, r.unit_id LIMIT 20";

/// Stores an event; false: it was there already.
pub async fn insert_event(tx: &mut Tx, event: &Event) -> Result<bool> {
    let data = serde_json::to_value(event).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let kind = data.get("kind").and_then(|kind| kind.as_str()).unwrap_or_default().to_owned();
    on!(tx, c => {
        let query = sqlx::query(INSERT_EVENT).bind(event.id).bind(time(event.at)).bind(event.call).bind(kind);
        Ok(query.bind(Json(data)).execute(c).await?.rows_affected() > 0)
    })
}

pub async fn has_event(tx: &mut Tx, id: Uuid) -> Result<bool> {
    on!(tx, c => Ok(sqlx::query_scalar::<_, i64>(HAS_EVENT).bind(id).fetch_one(c).await? > 0))
}

pub async fn cursor(tx: &mut Tx, name: &str) -> Result<i64> {
    on!(tx, c => Ok(sqlx::query_scalar(CURSOR).bind(name.to_owned()).fetch_optional(c).await?.unwrap_or(0)))
}

pub async fn set_cursor(tx: &mut Tx, name: &str, position: i64) -> Result<()> {
    on!(tx, c => sqlx::query(SET_CURSOR).bind(name.to_owned()).bind(position).execute(c).await.map(drop))
}

/// Events behind a position, in order. What this version cannot read is passed over.
pub async fn events_after(tx: &mut Tx, position: i64, limit: i64) -> Result<Vec<(i64, Event)>> {
    let rows: Vec<(i64, Json<serde_json::Value>)> =
        on!(tx, c => sqlx::query_as(EVENTS_AFTER).bind(position).bind(limit).fetch_all(c).await)?;
    let read = |(position, Json(data)): (i64, Json<serde_json::Value>)| {
        serde_json::from_value(data).ok().map(|event: Event| (position, event))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// (contact, unit, building) rows of a phone.
pub async fn candidates(tx: &mut Tx, phone: &str) -> Result<Vec<(Uuid, Option<Uuid>, Option<Uuid>)>> {
    on!(tx, c => sqlx::query_as(CANDIDATES).bind(phone.to_owned()).fetch_all(c).await)
}
