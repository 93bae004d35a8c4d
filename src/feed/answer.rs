//! Answers a flow's questions: the caller's tickets. With the database away there is no answer, and the
//! flow goes on to the queue.

use crate::brain::{Brain, FlowQuestion};
use crate::db::{self, Db};
use crate::on;
use crate::zone::Zone;
use call::Answer;
use chrono::{DateTime, Datelike, Timelike, Utc};
use ivr::{Question, Spoken};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use tracing::Instrument as _;
use types::phone;

/// Questions answered at a time.
const AT_A_TIME: usize = 4;
/// Open tickets told to one caller.
const TOLD: i64 = 5;
/// The flow waits two seconds; a later answer is no answer.
const PATIENCE: Duration = Duration::from_millis(1_800);

/// Open tickets whose requester phone is the caller's number; only complete ones are spoken of.
const OF_CALLER: &str =
    "SELECT t.number, t.state, t.registered_at, COALESCE(b.timezone, 'Europe/Moscow') FROM tickets t
    LEFT JOIN buildings b ON b.id = t.building_id
    WHERE t.requester_phone = $1 AND t.complete AND t.state NOT IN ('closed', 'rejected', 'cancelled', 'merged')
    ORDER BY t.registered_at DESC LIMIT $2";
const BY_NUMBER: &str =
    "SELECT t.number, t.state, t.registered_at, COALESCE(b.timezone, 'Europe/Moscow'), t.requester_phone
    FROM tickets t LEFT JOIN buildings b ON b.id = t.building_id WHERE t.number = $1 AND t.complete";

type Row = (i64, String, DateTime<Utc>, String);
type RowAndRequester = (i64, String, DateTime<Utc>, String, Option<String>);

/// Runs until the brain is gone.
pub async fn run(db: Db, brain: Brain, mut questions: mpsc::Receiver<FlowQuestion>) {
    let turns = std::sync::Arc::new(Semaphore::new(AT_A_TIME));
    while let Some(question) = questions.recv().await {
        let Ok(turn) = turns.clone().acquire_owned().await else {
            return;
        };
        let (db, brain) = (db.clone(), brain.clone());
        let span = tracing::info_span!("call", call = %question.call);
        let answer = async move {
            let _turn = turn;
            if let Question::Hours { .. } = question.question {
                // Hotlines are open round the clock (N16); calendars come with the flows that need them.
                return brain.answer(question.call, Answer::Open(true));
            }
            let found = tokio::time::timeout(PATIENCE, tickets(&db, &question)).await;
            let answer = match found {
                Ok(Ok(tickets)) => Answer::Tickets(tickets),
                Ok(Err(error)) => {
                    tracing::warn!(%error, "a caller's question could not be answered");
                    Answer::Unknown
                }
                Err(_) => Answer::Unknown,
            };
            brain.answer(question.call, answer);
        };
        tokio::spawn(answer.instrument(span));
    }
}

async fn tickets(db: &Db, asked: &FlowQuestion) -> db::Result<Vec<Spoken>> {
    let caller = asked.from.as_deref().and_then(phone::e164);
    let mut tx = db.read().await?;
    match &asked.question {
        Question::TicketsOfCaller => {
            let Some(caller) = caller else {
                return Ok(Vec::new());
            };
            let rows: Vec<Row> =
                on!(&mut tx, c => sqlx::query_as(OF_CALLER).bind(caller).bind(TOLD).fetch_all(c).await)?;
            Ok(rows.into_iter().map(spoken).collect())
        }
        Question::TicketByNumber { number, phone_last4 } => {
            let Ok(number) = number.parse::<i64>() else {
                return Ok(Vec::new());
            };
            let row: Option<RowAndRequester> =
                on!(&mut tx, c => sqlx::query_as(BY_NUMBER).bind(number).fetch_optional(c).await)?;
            let Some((number, state, at, zone, requester)) = row else {
                return Ok(Vec::new());
            };
            // AC-I8: another household's ticket is not described without the digits of its phone.
            let own = requester.is_some() && requester == caller;
            let known = phone_last4
                .as_deref()
                .is_some_and(|last| last.len() == 4 && requester.as_deref().is_some_and(|phone| phone.ends_with(last)));
            Ok(if own || known { vec![spoken((number, state, at, zone))] } else { Vec::new() })
        }
        Question::Hours { .. } => Ok(Vec::new()),
    }
}

fn spoken((number, state, at, zone): Row) -> Spoken {
    let local = Zone::of_row(&zone).local(at);
    let small = |value: u32| u8::try_from(value).unwrap_or(0);
    let registered = (small(local.day()), small(local.month()), small(local.hour()), small(local.minute()));
    Spoken { number: number.to_string(), state, registered }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_the_buildings() {
        let at = DateTime::from_timestamp(1_763_672_400, 0).unwrap_or_default(); // 2025-11-20 21:00 UTC
        let told = spoken((1017, "new".into(), at, "Europe/Moscow".into()));
        assert_eq!((told.number.as_str(), told.registered), ("1017", (21, 11, 0, 0)));
    }
}
