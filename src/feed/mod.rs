//! From the journal into the database, and from there to the live screens.
//!
//! ```text
//! journal::Reader --batch--> store: events + projections, one transaction --> followers (tickets) --> News
//! brain --Live--> live hub --> WebSockets (rows, offers; before the database knows)
//! ```
//!
//! Storing is idempotent by event id: a batch that was committed but not acknowledged is given again and changes nothing.

pub mod answer;
pub mod live;
mod project;
mod store;

use crate::clock;
use crate::db::{self, Db};
use crate::journal::Reader;
use crate::outbox::{Follower, News, Subject};
use call::Event;
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument as _;

/// Events stored in one transaction.
const BATCH: usize = 256;
/// A transaction begins at most so often: each costs an fsync that the journal's own groups wait behind, and a screen
/// that is told of what is in the database does not feel this.
const PACE: Duration = Duration::from_millis(25);
/// Pauses between tries while the database is away.
const RETRY: Duration = Duration::from_millis(500);

/// What the loop shows of itself, for /readyz and /metrics.
#[derive(Debug, Default)]
pub struct Lag {
    /// Events on disk that the database does not have yet.
    pub behind: std::sync::atomic::AtomicU64,
    pub away: std::sync::atomic::AtomicBool,
}

/// Where the feed tells of what it has stored.
pub struct Outlets {
    pub news: News,
    pub followers: Vec<Arc<Follower>>,
}

impl Outlets {
    fn tell(&self, stored: &[Event], changed: Vec<Subject>) {
        tell(&self.news, changed);
        for follower in &self.followers {
            if stored.iter().any(|event| follower.wants(event.kind.name().word())) {
                follower.wake();
            }
        }
    }
}

/// Drains the journal into the database until the journal stops. Waits, and tries again, while the database is away:
/// calls do not notice.
pub async fn run(db: Db, mut reader: Reader, outlets: Outlets, lag: Arc<Lag>) {
    use std::sync::atomic::Ordering::Relaxed;
    // Asked whenever the database comes into sight: it may have been restored from a backup meanwhile.
    let mut compared = false;
    loop {
        if !compared {
            match compare(&db, &mut reader).await {
                Ok(()) => compared = true,
                Err(error) => {
                    gone(&lag, &error);
                    tokio::time::sleep(RETRY).await;
                    continue;
                }
            }
        }
        let batch = reader.next_batch(BATCH).await;
        let Some(last) = batch.last().map(|event| event.sequence) else {
            return;
        };
        let began = clock::now();
        match store(&db, &batch).await {
            Ok(changed) => {
                reader.stored(last);
                lag.away.store(false, Relaxed);
                outlets.tell(&batch, changed);
            }
            Err(error) if db::away(&error) => {
                gone(&lag, &error);
                compared = false;
                reader.rewind();
                tokio::time::sleep(RETRY).await;
            }
            Err(error) => {
                tracing::error!(%error, "a batch of events was refused: storing them one by one");
                one_by_one(&db, &batch, &outlets).await;
                reader.stored(last);
            }
        }
        lag.behind.store(reader.behind(), Relaxed);
        if batch.len() < BATCH {
            tokio::time::sleep(PACE.saturating_sub(clock::now().duration_since(began))).await;
        }
    }
}

fn gone(lag: &Lag, error: &sqlx::Error) {
    if !lag.away.swap(true, std::sync::atomic::Ordering::Relaxed) {
        tracing::error!(%error, "the database is away: the journal keeps what happens");
    }
}

/// A database restored from a backup lacks what was stored after it: all that the journal still has is stored again.
async fn compare(db: &Db, reader: &mut Reader) -> db::Result<()> {
    let Some(event) = reader.last_stored() else {
        return Ok(());
    };
    let mut tx = db.read().await?;
    if !store::has_event(&mut tx, event.id).await? {
        let events = reader.from_oldest();
        tracing::warn!(
            events,
            "the database is older than the journal (restored from a backup?): storing the journal again"
        );
    }
    Ok(())
}

/// Stores events and what they mean, in one transaction; those that are there already change nothing. Gives what to
/// look at again.
pub async fn store(db: &Db, batch: &[Event]) -> db::Result<Vec<Subject>> {
    let mut tx = db.write().await?;
    let mut changed = Vec::new();
    let now = tx.now();
    let new = store::record(&mut tx, batch, now).await?;
    project::apply(&mut tx, &new, &mut changed).await?;
    tx.commit().await?;
    Ok(changed)
}

/// One bad event must not stop the drain behind it: it is logged whole, the others are stored.
async fn one_by_one(db: &Db, batch: &[Event], outlets: &Outlets) {
    for event in batch {
        let span = tracing::info_span!("call", call = event.call.map(tracing::field::display));
        let event = std::slice::from_ref(event);
        loop {
            match store(db, event).instrument(span.clone()).await {
                Ok(changed) => {
                    outlets.tell(event, changed);
                    break;
                }
                Err(error) if db::away(&error) => tokio::time::sleep(RETRY).await,
                Err(error) => {
                    metrics::counter!("linedesk_events_refused_total").increment(1);
                    span.in_scope(
                        || tracing::error!(%error, ?event, "an event cannot be stored; it stays in the journal only"),
                    );
                    break;
                }
            }
        }
    }
}

fn tell(news: &News, changed: Vec<Subject>) {
    for one in changed {
        news.changed(one);
    }
}

/// Unix milliseconds as a column value.
pub fn time(ms: i64) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp_millis(ms).unwrap_or_default()
}
