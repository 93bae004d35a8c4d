//! What time does to tickets: clocks run out, holds end, finished tickets close. Run every few seconds; what it misses
//! while it does not run is made up for by the next time, and readers judge clocks themselves meanwhile.

use super::act;
use super::error::Error;
use super::record;
use super::rules::{Actor, CONFIRM_DAYS, ClockCode, Command};
use super::words::TicketEventKind;
use crate::db::{self, Db, Result, Tx};
use crate::http::once;
use crate::on;
use crate::outbox::Lease;
use crate::outbox::News;
use crate::outbox::Subject;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use std::time::Duration;
use types::TicketId;

const RUN_OUT: &str = "SELECT c.ticket_id, c.code, c.round, c.due_at FROM ticket_clocks c JOIN tickets t ON t.id = c.ticket_id \
    WHERE c.stopped_at IS NULL AND c.breached_at IS NULL AND c.paused_at IS NULL AND c.due_at < $1 ORDER BY c.due_at LIMIT 200";
const BREACH: &str = "UPDATE ticket_clocks SET breached_at = due_at WHERE ticket_id = $1 AND code = $2 AND round = $3 \
    AND stopped_at IS NULL AND breached_at IS NULL";
const HELD: &str = "SELECT id FROM tickets WHERE state = 'on_hold' AND hold_until < $1 ORDER BY hold_until LIMIT 100";
const DONE: &str = "SELECT id FROM tickets WHERE state = 'done' AND done_at < $1 ORDER BY done_at LIMIT 100";

/// The name of the sweep's lease.
pub const NAME: &str = "tickets.sweep";

/// Between two rounds.
const PERIOD: Duration = Duration::from_secs(5);

/// Rounds between two looks for requests that are too old to be sent again.
const FORGETS: u64 = 720;

/// The actor of what nobody did.
const NOBODY: Actor = Actor { person: None, for_others: true, rejects_emergencies: false };

/// Sweeps until it is dropped.
pub async fn run(db: Db, lease: Lease, news: News) {
    let mut tick = tokio::time::interval(PERIOD);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut divided = Some(TicketId::default());
    for round in 0u64.. {
        tick.tick().await;
        if round % FORGETS == 0
            && let Err(error) = forget(&db).await
        {
            failed(&error);
        }
        if let Some(after) = divided {
            match divide_searches(&db, &lease, after).await {
                Ok(next) => divided = next,
                Err(error) => failed(&error),
            }
        }
        if let Err(error) = sweep(&db, &lease, &news).await {
            failed(&error);
        }
    }
}

async fn forget(db: &Db) -> Result<()> {
    let mut tx = db.write().await?;
    once::forget(&mut tx).await?;
    tx.commit().await
}

fn failed(error: &db::Error) {
    if db::away(error) {
        tracing::debug!(%error, "the sweep waits for the database");
    } else {
        tracing::error!(%error, "the sweep failed; it tries again");
    }
}

/// Older versions wrote what is searched in one piece, in which who is not shown names and phones finds nothing. Writes
/// some anew; where it stopped, or none at the end.
pub async fn divide_searches(db: &Db, lease: &Lease, after: TicketId) -> Result<Option<TicketId>> {
    let mut tx = db.read().await?;
    let found = record::searched(&mut tx, after).await?;
    drop(tx);
    for (id, _) in found.iter().filter(|(_, divided)| !divided) {
        let mut tx = db.write().await?;
        if !lease.hold(&mut tx).await? {
            return Ok(Some(after));
        }
        match act::renew_search(&mut tx, *id).await {
            Ok(()) => tx.commit().await?,
            Err(Error::Database(error)) => return Err(error),
            Err(why) => tracing::warn!(?why, %id, "a ticket's search is not renewed"),
        }
    }
    Ok(found.last().map(|(id, _)| *id))
}

/// One round; how many tickets it touched. Each ticket in a transaction of its own, with the lease: none when another
/// process sweeps.
pub async fn sweep(db: &Db, lease: &Lease, news: &News) -> Result<usize> {
    let mut tx = db.read().await?;
    let now = tx.now();
    let run_out: Vec<(TicketId, ClockCode, i64, DateTime<Utc>)> =
        on!(&mut tx, c => sqlx::query_as(RUN_OUT).bind(now).fetch_all(c).await)?;
    let held: Vec<TicketId> = on!(&mut tx, c => sqlx::query_scalar(HELD).bind(now).fetch_all(c).await)?;
    let overdue = now - TimeDelta::days(CONFIRM_DAYS);
    let done: Vec<TicketId> = on!(&mut tx, c => sqlx::query_scalar(DONE).bind(overdue).fetch_all(c).await)?;
    drop(tx);
    let mut touched = 0;
    for (ticket, code, round, due) in run_out {
        let mut tx = db.write().await?;
        if !lease.hold(&mut tx).await? {
            return Ok(touched);
        }
        match breach(&mut tx, ticket, code, round, due).await {
            Ok(true) => {
                tx.commit().await?;
                news.changed(Subject::Tickets(ticket));
                touched += 1;
            }
            Ok(false) => {}
            // the others are not kept from their turn
            Err(error) if !db::away(&error) => tracing::error!(%error, %ticket, %code, "a clock cannot be stopped"),
            Err(error) => return Err(error),
        }
    }
    for (tickets, command) in [(held, Command::Resume), (done, Command::Confirm)] {
        for id in tickets {
            let mut tx = db.write().await?;
            if !lease.hold(&mut tx).await? {
                return Ok(touched);
            }
            let Some(r) = record::one(&mut tx, id).await? else {
                continue;
            };
            let now = tx.now();
            match act::transition(&mut tx, r, command.clone(), NOBODY, None, now).await {
                Ok(_) => {
                    tx.commit().await?;
                    news.changed(Subject::Tickets(id));
                    touched += 1;
                }
                // Somebody was faster: then there is nothing to do any more.
                Err(Error::Database(error)) => tracing::error!(%error, %id, "a ticket cannot be moved by its time"),
                Err(why) => tracing::debug!(?why, %id, "the sweep passes by"),
            }
        }
    }
    Ok(touched)
}

async fn breach(tx: &mut Tx, ticket: TicketId, code: ClockCode, round: i64, due: DateTime<Utc>) -> Result<bool> {
    let now = tx.now();
    record::touch(tx, ticket, now).await?;
    let n = on!(tx, c => sqlx::query(BREACH).bind(ticket).bind(code).bind(round).execute(c).await.map(|d| d.rows_affected()))?;
    if n == 0 {
        return Ok(false);
    }
    record::event(tx, ticket, TicketEventKind::ClockBreached, due, None, json!({ "code": code, "due_at": due }), now)
        .await?;
    Ok(true)
}
