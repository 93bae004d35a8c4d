//! Followers: who reads events of the database, in order, by a cursor of its own.

use super::store;
use super::{Event, Lease, News, Subject};
use crate::db::{self, Db, Tx};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tracing::Instrument as _;
use types::EventId;

/// Events of one transaction.
pub const BATCH: i64 = 256;
/// Events of other nodes do not notify this process: a follower also looks this often.
const LOOK: Duration = Duration::from_secs(2);
/// Pauses between tries while the database is away.
const RETRY: Duration = Duration::from_millis(500);

/// What a follower does with one event, in the transaction of its batch; it names what to look at again.
pub type Step<'a> = Pin<Box<dyn Future<Output = db::Result<()>> + Send + 'a>>;

type Stepping = dyn for<'a> Fn(&'a mut Tx, &'a Event, &'a mut Vec<Subject>) -> Step<'a> + Send + Sync;

/// Who reads the events of some kinds.
pub struct Follower {
    /// Of its cursor and its lease.
    name: &'static str,
    /// Words of `events.kind` (docs/events.md).
    wants: &'static [&'static str],
    step: Box<Stepping>,
    wanted: Notify,
}

impl Follower {
    pub fn new<F>(name: &'static str, wants: &'static [&'static str], step: F) -> Arc<Follower>
    where
        F: for<'a> Fn(&'a mut Tx, &'a Event, &'a mut Vec<Subject>) -> Step<'a> + Send + Sync + 'static,
    {
        Arc::new(Follower { name, wants, step: Box::new(step), wanted: Notify::new() })
    }

    pub fn wants(&self, kind: &str) -> bool {
        self.wants.contains(&kind)
    }

    /// An event that it wants is stored.
    pub fn wake(&self) {
        self.wanted.notify_one();
    }
}

/// Up to which event there is nothing to do; None: as far as the cursor.
pub type Seen = Option<(i64, EventId)>;

/// Runs a follower over its events, in order, each batch in one transaction with the cursor and the lease: what it did
/// and how far it came cannot disagree, and no other process does it too. Where there was nothing for it, the cursor
/// stays: what a start looks through again costs less than a transaction each time. `holder`: the node's name.
pub async fn follow(db: Db, follower: Arc<Follower>, holder: String, news: News) {
    let lease = Lease::new(follower.name, &holder);
    let (mut seen, mut batch) = (None, BATCH);
    loop {
        match turn(&db, &follower, &lease, &mut seen, batch).await {
            Ok(Some(changed)) => {
                changed.into_iter().for_each(|one| news.changed(one));
                batch = BATCH;
            }
            Ok(None) => drop(tokio::time::timeout(LOOK, follower.wanted.notified()).await),
            Err(error) if db::away(&error) => tokio::time::sleep(RETRY).await,
            Err(error) if batch > 1 => {
                tracing::error!(%error, follower = follower.name, "a follower failed; it goes on event by event");
                batch = 1;
            }
            Err(error) => {
                if pass_over(&db, &follower, &lease, seen, &error).await.is_err() {
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    }
}

/// One batch; gives what to look at again. None: there is nothing to do, or another process does it.
pub async fn turn(
    db: &Db,
    follower: &Follower,
    lease: &Lease,
    seen: &mut Seen,
    batch: i64,
) -> db::Result<Option<Vec<Subject>>> {
    let mut tx = db.read().await?;
    let from = position(&mut tx, follower, *seen).await?;
    let newest = store::newest(&mut tx).await?;
    let events = store::events_after(&mut tx, from, follower.wants, batch).await?;
    drop(tx);
    if events.is_empty() {
        *seen = newest;
        return Ok(None);
    }
    let mut tx = db.write().await?;
    if !lease.hold(&mut tx).await? {
        return Ok(None);
    }
    // whoever held the lease before may have been here meanwhile
    let done = store::cursor(&mut tx, follower.name).await?;
    let mut changed = Vec::new();
    for (_, event) in events.iter().filter(|(position, _)| *position > done) {
        let call = match event.subject {
            Subject::Calls(call) => Some(tracing::field::display(call)),
            _ => None,
        };
        let span = tracing::info_span!("event", id = %event.id, kind = %event.fact.kind, call);
        (follower.step)(&mut tx, event, &mut changed).instrument(span).await?;
    }
    let Some((last, event)) = events.last() else { return Ok(None) };
    if *last > done {
        store::set_cursor(&mut tx, follower.name, *last).await?;
    }
    tx.commit().await?;
    *seen = Some((*last, event.id));
    Ok(Some(changed))
}

/// Behind which event this follower goes on.
async fn position(tx: &mut Tx, follower: &Follower, seen: Seen) -> db::Result<i64> {
    let cursor = store::cursor(tx, follower.name).await?;
    // a database restored from a backup has another event there, or none
    Ok(match seen {
        Some((position, id)) if store::event_at(tx, position).await? == Some(id) => position.max(cursor),
        _ => cursor,
    })
}

/// An event that can never be followed does not keep those behind it waiting: it is logged, and stays in the stream.
async fn pass_over(db: &Db, follower: &Follower, lease: &Lease, seen: Seen, why: &db::Error) -> db::Result<()> {
    let mut tx = db.write().await?;
    if !lease.hold(&mut tx).await? {
        return Ok(());
    }
    let from = position(&mut tx, follower, seen).await?;
    if let Some((position, event)) = store::events_after(&mut tx, from, follower.wants, 1).await?.pop() {
        store::set_cursor(&mut tx, follower.name, position).await?;
        tx.commit().await?;
        metrics::counter!("linedesk_events_passed_over_total", "follower" => follower.name).increment(1);
        tracing::error!(%why, follower = follower.name, event = %event.id, kind = %event.fact.kind, "an event is skipped");
    }
    Ok(())
}
