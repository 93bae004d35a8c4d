//! Lines of what was read, on their way into the database: many in one transaction, none forgotten.
//!
//! The first of equal requests is written at once. Those that repeat it within a minute (a list that refreshes itself) are
//! counted, and when the minute is over one further line says how many they were. So no line is ever changed.

use super::entry::Sameness;
use super::limit;
use super::line::{self, Line};
use crate::db::{self, Db};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;
use types::AuditId;

enum Message {
    Line(Box<Line>, Option<Sameness>),
    /// Write what came before, and say so.
    Flush(oneshot::Sender<()>),
    /// And the repetitions whose minute is not over: nothing comes after it.
    Close(oneshot::Sender<()>),
}

/// The queue's entrance. Cheap to clone.
#[derive(Clone)]
pub struct Audit {
    queue: mpsc::Sender<Message>,
    db: Db,
    failing: Arc<AtomicBool>,
}

/// Its end.
pub struct Writer {
    inbox: mpsc::Receiver<Message>,
    db: Db,
    lines: Vec<(AuditId, Line)>,
    repeated: HashMap<Sameness, Repeated>,
    failing: Arc<AtomicBool>,
}

/// What came after the first of its kind.
struct Repeated {
    since: DateTime<Utc>,
    line: Option<Line>,
}

/// A queue, whose writer is to be run.
pub fn queue(db: &Db) -> (Audit, Writer) {
    let (queue, inbox) = mpsc::channel(limit::WAITING);
    let failing = Arc::new(AtomicBool::new(false));
    let (lines, repeated) = (Vec::new(), HashMap::new());
    let writer = Writer { inbox, db: db.clone(), lines, repeated, failing: failing.clone() };
    (Audit { queue, db: db.clone(), failing }, writer)
}

impl Audit {
    pub fn now(&self) -> DateTime<Utc> {
        self.db.now()
    }

    /// Did the last try to write fail, though the database is there?
    pub fn failing(&self) -> bool {
        self.failing.load(Relaxed) || self.queue.is_closed()
    }

    /// Lines that wait to be written.
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Waits while the queue is full: who asks faster than can be written is answered slower.
    pub async fn keep(&self, line: Line, sameness: Option<Sameness>) {
        if self.queue.send(Message::Line(Box::new(line), sameness)).await.is_err() {
            tracing::error!("the audit is not written any more");
        }
    }

    /// All that was kept before is written when this comes back.
    pub async fn flush(&self) {
        self.ask(Message::Flush).await;
    }

    /// The last that is done with it.
    pub async fn close(&self) {
        self.ask(Message::Close).await;
    }

    async fn ask(&self, message: impl FnOnce(oneshot::Sender<()>) -> Message) {
        let (done, heard) = oneshot::channel();
        if self.queue.send(message(done)).await.is_ok() {
            let _ = heard.await;
        }
    }
}

impl Writer {
    /// Until it is closed, or nobody can ask any more.
    pub async fn run(mut self) {
        loop {
            let first = tokio::select! {
                first = self.inbox.recv() => first,
                () = sleep(limit::LOOK), if !self.repeated.is_empty() => {
                    self.count_up(false);
                    self.write().await;
                    continue;
                }
            };
            let (asked, last) = self.gather(first).await;
            self.count_up(last);
            self.write().await;
            for done in asked {
                let _ = done.send(());
            }
            if last {
                return;
            }
        }
    }

    /// Takes what comes within a moment. Gives who waits for it, and whether it was the last.
    async fn gather(&mut self, first: Option<Message>) -> (Vec<oneshot::Sender<()>>, bool) {
        let mut moment = pin!(sleep(limit::GATHER));
        let mut next = first;
        loop {
            match next {
                Some(Message::Line(line, sameness)) => self.take(*line, sameness),
                Some(Message::Flush(done)) => return (vec![done], false),
                Some(Message::Close(done)) => return (vec![done], true),
                None => return (Vec::new(), true),
            }
            if self.lines.len() >= limit::BATCH {
                return (Vec::new(), false);
            }
            next = tokio::select! {
                next = self.inbox.recv() => next,
                () = &mut moment => return (Vec::new(), false),
            };
        }
    }

    fn take(&mut self, line: Line, sameness: Option<Sameness>) {
        let Some(sameness) = sameness else {
            self.lines.push((self.db.id(), line));
            return;
        };
        if let Some(known) = self.repeated.get_mut(&sameness) {
            // a clock that was set back ends the minute too
            if (line.at - known.since).abs() < limit::SAME {
                match &mut known.line {
                    Some(repeated) => (repeated.count, repeated.last_at) = (repeated.count + 1, line.at),
                    None => known.line = Some(line),
                }
                return;
            }
            self.lines.extend(known.line.take().map(|line| (self.db.id(), line)));
        } else if self.repeated.len() >= limit::COUNTED {
            self.count_up(true);
        }
        self.repeated.insert(sameness, Repeated { since: line.at, line: None });
        self.lines.push((self.db.id(), line));
    }

    /// Repetitions whose minute is over, or all, become lines.
    fn count_up(&mut self, all: bool) {
        let (now, db, lines) = (self.db.now(), &self.db, &mut self.lines);
        self.repeated.retain(|_, known| {
            let over = all || (now - known.since).abs() >= limit::SAME;
            if over {
                lines.extend(known.line.take().map(|line| (db.id(), line)));
            }
            !over
        });
    }

    /// Tries until it is done; the queue fills up meanwhile. What the database cannot hold is found line by line, and only
    /// that line loses its details.
    async fn write(&mut self) {
        while !self.lines.is_empty() {
            let one_by_one = match self.try_write(&self.lines).await {
                Ok(()) => false,
                Err(error) if db::unfit(&error) => true,
                Err(error) => {
                    self.failed(&error).await;
                    continue;
                }
            };
            if one_by_one && !self.write_each().await {
                continue;
            }
            self.failing.store(false, Relaxed);
            self.lines.clear();
        }
    }

    /// False: the database is away.
    async fn write_each(&mut self) -> bool {
        for n in 0..self.lines.len() {
            let (id, line) = self.lines[n].clone();
            let (request, action) = (line.request.clone(), line.action);
            let plain = Line { data: json!({ "left_out": true }), ..line.clone() };
            let written = match self.try_write(&[(id, line)]).await {
                Err(error) if db::unfit(&error) => {
                    tracing::error!(%error, request, action, "a detail of the audit cannot be stored and is left out");
                    self.try_write(&[(id, plain)]).await
                }
                written => written,
            };
            match written {
                Err(error) if db::unfit(&error) => {
                    tracing::error!(%error, request, action, "a line of the audit cannot be stored");
                }
                Err(error) => {
                    self.failed(&error).await;
                    return false;
                }
                Ok(()) => {}
            }
        }
        true
    }

    async fn failed(&self, error: &db::Error) {
        // that the database is away is said once, and not by the audit
        self.failing.store(!db::away(error), Relaxed);
        tracing::warn!(%error, lines = self.lines.len(), "the audit cannot be written; it is tried again");
        sleep(limit::RETRY).await;
    }

    async fn try_write(&self, lines: &[(AuditId, Line)]) -> db::Result<()> {
        let mut tx = self.db.write().await?;
        line::rows(lines.iter().cloned()).write(&mut tx).await?;
        tx.commit().await
    }
}
