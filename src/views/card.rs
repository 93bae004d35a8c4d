//! The screen pop: who may be calling. All candidates of a shared phone, none preselected (AC-B2.4).

use crate::buildings::rules::UnitKind;
use crate::calls::drafts::{self, CallDraft};
use crate::calls::store::{self as calls, Call, CallPart, Filter};
use crate::clock;
use crate::contacts::rules::{ContactKind, Language, RelationRole};
use crate::db::{self, Db, Select, Tx};
use crate::feed::live::Hub;
use crate::http::access::Scope;
use crate::http::{Allowed, Answer, Id, Problem, Verb, Who, can};
use crate::tickets::store::{self as tickets, TicketLine};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use types::{BuildingId, CallId, ContactId, TicketId, UnitId};
use utoipa::ToSchema;

const CANDIDATES: &str = "SELECT k.id AS contact_id, k.full_name, k.kind, k.language, k.vip, k.note, u.id AS unit_id,
    u.label, u.kind AS unit_kind, r.role, b.id AS building_id, b.name AS building_name, b.address, b.emergency_notes,
    s.name AS section, f.name AS floor
    FROM contact_points q JOIN contacts k ON k.id = q.contact_id AND k.status = 'active'
    LEFT JOIN unit_relations r ON r.contact_id = k.id AND r.until IS NULL LEFT JOIN units u ON u.id = r.unit_id
    LEFT JOIN buildings b ON b.id = u.building_id LEFT JOIN sections s ON s.id = u.section_id
    LEFT JOIN floors f ON f.id = u.floor_id";
const OPEN_TICKETS: &str = "SELECT building_id, count(*) AS open FROM tickets";
const OWN_TICKET: &str = "SELECT id, number FROM tickets";

/// Candidates of one phone that are shown.
const CANDIDATES_MAX: i64 = 40;
/// Tickets and calls that are shown.
const LINES: i64 = 10;
/// The card is asked for while the phone rings: the call may be on its way into the database.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Serialize, ToSchema)]
pub struct Card {
    call: Call,
    number: Option<String>,
    candidates: Vec<Candidate>,
    /// Exactly one contact with exactly one unit.
    certain: bool,
    open_tickets: Vec<TicketLine>,
    last_calls: Vec<Call>,
    buildings: Vec<CardBuilding>,
    /// The ticket that this call opened by itself.
    ticket: Option<OwnTicket>,
    /// Who talked with the caller, and what came of it, in order.
    parts: Vec<CallPart>,
    /// What is written down so far, for those who take part in the call.
    draft: Option<CallDraft>,
}

#[derive(Serialize, ToSchema)]
pub struct Candidate {
    contact: CardContact,
    units: Vec<CardUnit>,
}

#[derive(Clone, Serialize, ToSchema)]
pub struct CardContact {
    id: ContactId,
    name: String,
    kind: ContactKind,
    language: Language,
    vip: bool,
    note: String,
}

#[derive(Clone, Serialize, ToSchema)]
pub struct CardUnit {
    id: UnitId,
    label: String,
    kind: UnitKind,
    building: CardAddress,
    section: Option<String>,
    floor: Option<String>,
    role: RelationRole,
}

#[derive(Clone, Serialize, ToSchema)]
pub struct CardAddress {
    id: BuildingId,
    name: String,
    address: String,
}

#[derive(Clone, Serialize, ToSchema)]
pub struct CardBuilding {
    id: BuildingId,
    name: String,
    address: String,
    emergency_notes: String,
    open_tickets: i64,
}

#[derive(Clone, Serialize, ToSchema)]
pub struct OwnTicket {
    id: TicketId,
    number: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    contact_id: ContactId,
    full_name: String,
    kind: ContactKind,
    language: Language,
    vip: bool,
    note: String,
    unit_id: Option<UnitId>,
    label: Option<String>,
    unit_kind: Option<UnitKind>,
    role: Option<RelationRole>,
    building_id: Option<BuildingId>,
    building_name: Option<String>,
    address: Option<String>,
    emergency_notes: Option<String>,
    section: Option<String>,
    floor: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/calls/{id}/card", tag = "calls", params(("id" = CallId, Path)),
    responses((status = 200, body = Card), (status = 404, body = Problem)))]
pub async fn card(
    State(db): State<Db>,
    State(hub): State<Arc<Hub>>,
    who: Allowed<can::CallsRead>,
    Id(id): Id<CallId>,
) -> Answer<Card> {
    let mut card = of(&db, &hub, &who, id).await?.ok_or_else(|| Problem::not_found("call"))?;
    let mut tx = db.read().await?;
    if hub.takes_part(&mut tx, &who, id).await? {
        card.draft = Some(drafts::store::one(&mut tx, id).await?);
    }
    Ok(Json(card))
}

/// None: there is no such call, or it is out of reach.
async fn of(db: &Db, hub: &Hub, who: &Who, id: CallId) -> Result<Option<Card>, Problem> {
    let started = clock::now();
    let call = loop {
        let mut tx = db.read().await?;
        if let Some(call) = calls::one(&mut tx, id).await? {
            break call;
        }
        drop(tx);
        if clock::now().duration_since(started) > PATIENCE {
            return Ok(None);
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    };
    let mut tx = db.read().await?;
    if !hub.reaches_call(&mut tx, who, id).await? {
        return Ok(None);
    }
    Ok(Some(build(&mut tx, &who.scope_of(Verb::CallsRead), call).await?))
}

async fn build(tx: &mut Tx, scope: &Scope, call: Call) -> db::Result<Card> {
    let rows = match &call.from_phone {
        Some(phone) => candidates(tx, phone).await?,
        None => Vec::new(),
    };
    let buildings = buildings(tx, &rows).await?;
    let certain = rows.len() == 1 && rows.first().is_some_and(|row| row.unit_id.is_some());
    let contacts: Vec<ContactId> = rows.iter().map(|row| row.contact_id).collect();
    let open_tickets = tickets::open_of_caller(tx, call.from_phone.as_deref(), &contacts, LINES).await?;
    let last_calls = match &call.from_phone {
        Some(phone) => {
            let filter = Filter { phone: Some(phone.clone()), ..Filter::default() };
            let found = calls::list(tx, scope, &filter, None, LINES).await?;
            found.into_iter().filter(|other| other.id != call.id).collect()
        }
        None => Vec::new(),
    };
    let mut select = Select::new(OWN_TICKET);
    select.filter("opened_by_call = ?", [call.id.into()]);
    let own = select.fetch::<(TicketId, i64)>(tx).await?.pop();
    let parts = calls::parts(tx, call.id).await?;
    Ok(Card {
        parts,
        number: call.from_number.clone(),
        candidates: group(rows),
        certain,
        open_tickets,
        last_calls,
        buildings,
        ticket: own.map(|(id, number)| OwnTicket { id, number: number.to_string() }),
        draft: None,
        call,
    })
}

async fn candidates(tx: &mut Tx, phone: &str) -> db::Result<Vec<Row>> {
    let mut select = Select::new(CANDIDATES);
    select.filter("q.kind = 'phone' AND q.value = ?", [phone.into()]);
    select.then("ORDER BY k.full_name, k.id, b.name, u.position LIMIT ?", [CANDIDATES_MAX.into()]);
    select.fetch(tx).await
}

fn group(rows: Vec<Row>) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for row in rows {
        if found.last().is_none_or(|last| last.contact.id != row.contact_id) {
            let contact = CardContact {
                id: row.contact_id,
                name: row.full_name.clone(),
                kind: row.kind,
                language: row.language,
                vip: row.vip,
                note: row.note.clone(),
            };
            found.push(Candidate { contact, units: Vec::new() });
        }
        let unit = row.unit_id.zip(row.unit_kind).zip(row.building_id.zip(row.role));
        let unit = unit.map(|((id, kind), (building, role))| CardUnit {
            id,
            label: row.label.unwrap_or_default(),
            kind,
            building: CardAddress {
                id: building,
                name: row.building_name.unwrap_or_default(),
                address: row.address.unwrap_or_default(),
            },
            section: row.section,
            floor: row.floor,
            role,
        });
        if let (Some(unit), Some(last)) = (unit, found.last_mut()) {
            last.units.push(unit);
        }
    }
    found
}

async fn buildings(tx: &mut Tx, rows: &[Row]) -> db::Result<Vec<CardBuilding>> {
    let named: BTreeMap<BuildingId, &Row> = rows.iter().filter_map(|row| Some((row.building_id?, row))).collect();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let mut select = Select::new(OPEN_TICKETS);
    select.filter("state NOT IN ('done', 'closed', 'rejected', 'cancelled', 'merged')", []);
    select.among("building_id", named.keys().copied()).then("GROUP BY building_id", []);
    let open: BTreeMap<BuildingId, i64> = select.fetch::<(BuildingId, i64)>(tx).await?.into_iter().collect();
    let building = |(id, row): (BuildingId, &Row)| CardBuilding {
        id,
        name: row.building_name.clone().unwrap_or_default(),
        address: row.address.clone().unwrap_or_default(),
        emergency_notes: row.emergency_notes.clone().unwrap_or_default(),
        open_tickets: open.get(&id).copied().unwrap_or(0),
    };
    Ok(named.into_iter().map(building).collect())
}
