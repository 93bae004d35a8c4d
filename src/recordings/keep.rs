//! How long recordings are kept: those of emergency queues and tickets longer than others, those under a legal hold until it
//! is lifted (`domain.md` 1.7; 152-FZ article 5.7: not longer than the purpose needs). Each node deletes the files on its own disk.

use super::files::Files;
use super::store::{self, Class};
use crate::db::{self, Db, Result};
use crate::outbox::{News, Subject};
use chrono::{DateTime, TimeDelta};
use std::time::Duration;

/// Between two rounds.
const PERIOD: Duration = Duration::from_secs(600);
/// Recordings of one class a round: as many as a day of a busy company has.
const ROUND: i64 = 5_000;
/// After the first round, files are looked for behind rows that were deleted within this time.
pub const LATELY: TimeDelta = TimeDelta::days(7);

/// What the configuration says.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Zero: for ever.
    pub others: Duration,
    pub emergency: Duration,
    /// Whose calls are emergencies, besides those with an emergency ticket.
    pub emergency_queues: Vec<String>,
}

/// Deletes until it is dropped.
pub async fn run(db: Db, files: Files, rules: Rules, news: News) {
    let mut tick = tokio::time::interval(PERIOD);
    let mut swept = false;
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        match round(&db, &files, &rules, &news, swept.then_some(LATELY)).await {
            Ok(0) => swept = true,
            Ok(deleted) => {
                swept = true;
                tracing::info!(deleted, "recordings whose time is over are deleted");
            }
            Err(error) if db::away(&error) => tracing::debug!(%error, "old recordings wait for the database"),
            Err(error) => tracing::error!(%error, "old recordings cannot be deleted; it is tried again"),
        }
    }
}

/// One round; how many were deleted. The row says first that the recording is gone, then the file goes: what is left by a
/// crash between is deleted by the next rounds, and no row promises sound that is not there. `lately`: files are looked for
/// behind rows that were deleted since; None: behind all, as after a start.
pub async fn round(db: &Db, files: &Files, rules: &Rules, news: &News, lately: Option<TimeDelta>) -> Result<usize> {
    let mut deleted = 0;
    for (class, kept) in [(Class::Other, rules.others), (Class::Any, rules.emergency.max(rules.others))] {
        let forever = rules.others.is_zero() || class == Class::Any && rules.emergency.is_zero();
        let Ok(kept) = TimeDelta::from_std(kept) else { continue };
        if forever {
            continue;
        }
        let mut tx = db.read().await?;
        let before = tx.now() - kept;
        let over = store::over(&mut tx, files.node(), class, &rules.emergency_queues, before, ROUND).await?;
        drop(tx);
        for id in over {
            let mut tx = db.write().await?;
            let now = tx.now();
            // a hold may have come in between
            let gone = store::delete(&mut tx, id, now).await?;
            tx.commit().await?;
            if gone {
                deleted += 1;
                news.changed(Subject::Recordings(id));
            }
        }
    }
    discard(db, files, lately).await?;
    Ok(deleted)
}

/// Deletes the files of recordings whose rows say that they are deleted.
pub async fn discard(db: &Db, files: &Files, lately: Option<TimeDelta>) -> Result<()> {
    let mut tx = db.read().await?;
    let since = lately.map_or(DateTime::UNIX_EPOCH, |lately| tx.now() - lately);
    let gone = store::deleted_since(&mut tx, files.node(), since).await?;
    drop(tx);
    let files = files.clone();
    let remove = move || {
        for id in gone {
            if let Err(error) = files.remove(id) {
                tracing::error!(recording = %id, %error, "the file of a deleted recording is left; it is tried again");
            }
        }
    };
    if tokio::task::spawn_blocking(remove).await.is_err() {
        tracing::error!("files of deleted recordings are left; it is tried again");
    }
    Ok(())
}
