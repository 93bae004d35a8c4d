//! Tickets of the last three weeks in every state, made by the same functions that requests use, with the calls they
//! came from.

use super::Dice;
use super::company::Staff;
use super::residents::Resident;
use crate::db::Tx;
use crate::on;
use crate::tickets::act::{self, Draft};
use crate::tickets::fields::SomeFields;
use crate::tickets::record::{self, Record};
use crate::tickets::rules::{Actor, Command, HoldReason, TicketKind};
use crate::tickets::store::{self, Comment};
use crate::tickets::words::{TicketSource, Visibility};
use crate::tickets::{classifiers, seed};
use chrono::{DateTime, TimeDelta, Utc};
use types::{CallId, IntakeId, PersonId};

const TICKETS: usize = 60;

const INTAKE: &str = "INSERT INTO intakes (id, channel, arrived_at, source, number, phone, name, dialled, sip_call_id, from_tag, \
    node, call_id, contact_id, building_id, unit_id, summary, state, disposition, disposed_at, disposed_by, version) \
    VALUES ($1, 'call', $2, 'loopback', $3, $3, '', $4, $5, 'demo', 'demo', $6, $7, $8, $9, $10, 'disposed', 'ticket_created', \
    $11, $12, 1)";
const CALL: &str = "INSERT INTO calls (id, intake_id, direction, source, from_number, from_phone, from_name, dialled, node, state, \
    outcome, side, queue, locale, agent_id, contact_id, building_id, arrived_at, greeted_at, queued_at, answered_at, ended_at, \
    wait_ms, talk_ms, hold_ms, disposition, disposed_at, disposed_by) VALUES ($1, $2, 'inbound', 'loopback', $3, $3, '', $4, \
    'demo', 'ended', 'completed', 'caller', $5, 'ru', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 'ticket_created', $13, $6)";

/// How far a ticket got.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    New,
    Assigned,
    Accepted,
    Working,
    Held,
    Done,
    Closed,
    Reopened,
    Rejected,
    Cancelled,
    Merged,
}

/// Of the newest tickets first: what is fresh is open, what is old is mostly closed.
fn fate(n: usize) -> Fate {
    use Fate::*;
    const FRESH: [Fate; 16] = [
        New, Assigned, New, Working, Accepted, Held, New, Working, Assigned, Done, Held, Merged, Working, Done,
        Reopened, Done,
    ];
    const OLD: [Fate; 8] = [Closed, Closed, Done, Closed, Rejected, Closed, Cancelled, Closed];
    FRESH.get(n).copied().unwrap_or(OLD[n % OLD.len()])
}

pub(super) async fn tickets(
    tx: &mut Tx,
    dice: &mut Dice,
    staff: &Staff,
    residents: &[Resident],
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let mut master: Option<Record> = None;
    // Oldest first, so that the numbers rise with time.
    for n in (0..TICKETS).rev() {
        let minutes = match n {
            0..=3 => 6 + 7 * n,
            4..=15 => 90 * n,
            _ => 24 * 60 + (n - 16) * 11 * 60 + dice.below(300),
        };
        let at = now - TimeDelta::minutes(i64::try_from(minutes).unwrap_or(0));
        let resident = &residents[dice.below(residents.len())];
        let dispatcher = staff.dispatchers[dice.below(staff.dispatchers.len())];
        let fate = fate(n);
        let made = open(tx, dice, resident, dispatcher, fate, at).await?;
        let record = live(tx, dice, made, fate, dispatcher, staff.technician, master.as_ref(), now).await?;
        if record.state.open() {
            master = Some(record);
        }
    }
    Ok(())
}

/// The call and the ticket that was made in it.
async fn open(
    tx: &mut Tx,
    dice: &mut Dice,
    resident: &Resident,
    dispatcher: PersonId,
    fate: Fate,
    at: DateTime<Utc>,
) -> anyhow::Result<Record> {
    let class = loop {
        let id = seed::id(dice.below(seed::len()));
        let Some(class) = classifiers::one(tx, id).await? else { anyhow::bail!("the classifier does not exist") };
        // A dispatcher may not reject an emergency.
        if fate != Fate::Rejected || class.kind != TicketKind::Emergency {
            break class;
        }
    };
    let by_call = dice.percent(70);
    let (call, intake) = (dice.id(), dice.id());
    if by_call {
        phoned(tx, dice, resident, dispatcher, &class.problem_ru, class.kind, call, intake, at).await?;
    }
    let ms = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    let draft = Draft {
        id: dice.id_at(ms),
        fields: SomeFields {
            classifier_id: Some(Some(class.id)),
            building_id: Some(Some(resident.building)),
            unit_id: Some(Some(resident.unit)),
            requester_id: Some(Some(resident.id)),
            requester_name: Some(resident.name.clone()),
            requester_phone: Some(Some(resident.phone.clone())),
            details: Some(format!(
                "{} / {}. {}",
                class.place_ru,
                class.category_ru,
                DETAILS[dice.below(DETAILS.len())]
            )),
            ..SomeFields::default()
        },
        source: if by_call { TicketSource::Call } else { TicketSource::Manual },
        intake_id: by_call.then_some(intake),
        call_id: by_call.then_some(call),
        told: dice.percent(75),
        ..Draft::default()
    };
    act::register(tx, draft, Some(dispatcher), at, at).await.map_err(|p| anyhow::anyhow!("{p:?}"))
}

#[allow(clippy::too_many_arguments, reason = "one row, written once")]
async fn phoned(
    tx: &mut Tx,
    dice: &mut Dice,
    resident: &Resident,
    dispatcher: PersonId,
    summary: &str,
    kind: TicketKind,
    call: CallId,
    intake: IntakeId,
    at: DateTime<Utc>,
) -> anyhow::Result<()> {
    let (dialled, queue) = if kind == TicketKind::Emergency { ("1112", "emergency") } else { ("1000", "main") };
    let wait = i64::try_from(4_000 + dice.below(50_000)).unwrap_or(0);
    let talk = i64::try_from(60_000 + dice.below(200_000)).unwrap_or(0);
    let ms = TimeDelta::milliseconds;
    let (greeted, queued) = (at - ms(wait + 9_000), at - ms(wait));
    let arrived = greeted - ms(120);
    let ended = at + ms(talk);
    on!(tx, c => sqlx::query(INTAKE).bind(intake).bind(arrived).bind(&resident.phone).bind(dialled).bind(call.to_string())
        .bind(call).bind(resident.id).bind(resident.building).bind(resident.unit).bind(summary).bind(ended).bind(dispatcher)
        .execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query(CALL).bind(call).bind(intake).bind(&resident.phone).bind(dialled).bind(queue).bind(dispatcher)
        .bind(resident.id).bind(resident.building).bind(arrived).bind(greeted).bind(queued).bind(at).bind(ended).bind(wait)
        .bind(talk).execute(c).await.map(drop))?;
    Ok(())
}

const DETAILS: &[&str] = &[
    "Просит перезвонить перед приходом.",
    "Дома после 19:00.",
    "Со слов заявителя, началось утром.",
    "Обращались на прошлой неделе.",
    "Доступ в квартиру есть весь день.",
    "Соседи жалуются на то же.",
];

/// What happened to it since.
#[allow(clippy::too_many_arguments, reason = "a story has many parts")]
async fn live(
    tx: &mut Tx,
    dice: &mut Dice,
    made: Record,
    fate: Fate,
    dispatcher: PersonId,
    technician: PersonId,
    master: Option<&Record>,
    now: DateTime<Utc>,
) -> anyhow::Result<Record> {
    let reason = |text: &str| text.to_owned();
    let assign = Command::Assign { executor: technician };
    let mut story: Vec<(Command, i64)> = match fate {
        Fate::New => vec![],
        Fate::Rejected => vec![(Command::Reject { reason: reason("Не относится к общему имуществу дома.") }, 25)],
        Fate::Cancelled => vec![(Command::Cancel { reason: reason("Заявитель отказался по телефону.") }, 50)],
        Fate::Merged => match master {
            Some(m) if m.fields.building_id == made.fields.building_id => {
                vec![(Command::Merge { into: m.id }, 5)]
            }
            _ => vec![(Command::Cancel { reason: reason("Повторное обращение.") }, 5)],
        },
        Fate::Assigned => vec![(assign, 2)],
        _ => vec![(assign, 2), (Command::Accept, 3)],
    };
    if matches!(fate, Fate::Working | Fate::Held | Fate::Done | Fate::Closed | Fate::Reopened) {
        story.push((Command::Start, 6));
        if made.fields.kind == TicketKind::Emergency {
            story.push((Command::Localize, 8));
        }
    }
    match fate {
        Fate::Held => story.push((Command::Hold { reason: HoldReason::Parts, until: now + TimeDelta::days(3) }, 20)),
        Fate::Done | Fate::Closed | Fate::Reopened => story.push((Command::Finish, 40)),
        _ => {}
    }
    match fate {
        Fate::Closed => story.push((Command::Confirm, 300)),
        Fate::Reopened => story.push((Command::Reopen { reason: reason("Снова течёт.") }, 120)),
        _ => {}
    }
    let mut at = made.registered_at;
    let mut record = made;
    for (command, minutes) in story {
        let late = i64::try_from(dice.below(5)).unwrap_or(0);
        at = (at + TimeDelta::minutes(minutes + late)).min(now);
        let by_technician = matches!(command, Command::Accept | Command::Start | Command::Localize | Command::Finish);
        let actor = Actor {
            person: Some(if by_technician { technician } else { dispatcher }),
            for_others: !by_technician,
            rejects_emergencies: false,
        };
        record = act::transition(tx, record, command, actor, None, at).await.map_err(|p| anyhow::anyhow!("{p:?}"))?;
    }
    if dice.percent(30) {
        let text = "Мастер предупреждён, заявителю перезвонили.".to_owned();
        let comment = Comment { id: dice.id(), author: None, visibility: Visibility::Internal, text, at };
        record::touch(tx, record.id, at).await?;
        store::insert_comment(tx, record.id, dispatcher, &comment).await?;
    }
    Ok(record)
}
