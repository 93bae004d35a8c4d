//! A callback that somebody took and did not make is everybody's again: after a while, or when its owner has left.

use super::record::{self, Happened};
use super::store;
use crate::db::{self, Db, Result};
use crate::on;
use crate::outbox::{Lease, News, Subject};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;
use types::CallbackId;

/// For as long somebody who took a callback has it; a caller is owed the call within ten minutes (N2).
pub const CLAIM: TimeDelta = TimeDelta::minutes(15);
/// A page that is loaded anew is back within this: its owner has not left.
pub const LEFT: TimeDelta = TimeDelta::seconds(60);

/// Taken before $1, or by somebody who went away after that and before $2.
const OVERDUE: &str = "SELECT c.id, c.queue FROM callbacks c WHERE c.state = 'claimed' AND (c.claimed_at < $1 \
    OR EXISTS (SELECT 1 FROM agent_intervals i WHERE i.agent_id = c.claimed_by AND i.to_at IS NULL AND i.state = 'away' \
    AND i.from_at > c.claimed_at AND i.from_at < $2)) ORDER BY c.due_at LIMIT 100";

/// The name of the lease.
pub const NAME: &str = "callbacks.release";

/// Between two rounds.
const PERIOD: Duration = Duration::from_secs(10);

/// Releases until it is dropped.
pub async fn run(db: Db, lease: Lease, news: News) {
    let mut tick = tokio::time::interval(PERIOD);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        match release(&db, &lease, &news).await {
            Ok(_) => {}
            Err(error) if db::away(&error) => tracing::debug!(%error, "claims wait for the database"),
            Err(error) => tracing::error!(%error, "claims cannot be released; it is tried again"),
        }
    }
}

/// One round; how many callbacks it released. None when another process does it.
pub async fn release(db: &Db, lease: &Lease, news: &News) -> Result<usize> {
    let mut tx = db.read().await?;
    let now = tx.now();
    let overdue: Vec<(CallbackId, String)> = overdue(&mut tx, now - CLAIM, now - LEFT).await?;
    drop(tx);
    if overdue.is_empty() {
        return Ok(0);
    }
    let mut tx = db.write().await?;
    if !lease.hold(&mut tx).await? {
        return Ok(0);
    }
    let mut released = Vec::new();
    for (id, queue) in overdue {
        if store::release(&mut tx, id).await? {
            record::event(&mut tx, id, &Happened::Released { queue }, None)?;
            released.push(id);
        }
    }
    tx.commit().await?;
    released.iter().for_each(|id| news.changed(Subject::Callbacks(*id)));
    Ok(released.len())
}

async fn overdue(tx: &mut db::Tx, claimed: DateTime<Utc>, left: DateTime<Utc>) -> Result<Vec<(CallbackId, String)>> {
    on!(tx, c => sqlx::query_as(OVERDUE).bind(claimed).bind(left).fetch_all(c).await)
}
