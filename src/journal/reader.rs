//! The consumer's side: events in order, read back from disk (from the page cache, when the consumer keeps up). So a
//! consumer that is away costs no memory, and there is one path for "just written" and "long ago".

use crate::journal::append::{Shared, first_of};
use crate::journal::cursor::Cursor;
use crate::journal::limit;
use crate::journal::segment::{self, Found, Walk};
use call::Event;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::watch;

/// Bytes read from a segment at a time: more than the longest record.
const READ: usize = 2 * limit::EVENT_BYTES;

pub struct Reader {
    dir: PathBuf,
    cursor: Cursor,
    tail: watch::Receiver<u64>,
    shared: Arc<Shared>,
    /// Next sequence to give.
    next: u64,
    segment: Option<Segment>,
}

struct Segment {
    number: u64,
    file: File,
    /// Bytes from file offset `start` on.
    bytes: Vec<u8>,
    start: u64,
    walk: Walk,
}

impl Reader {
    pub(crate) fn new(dir: PathBuf, cursor: Cursor, tail: watch::Receiver<u64>, shared: Arc<Shared>) -> Reader {
        let next = cursor.value() + 1;
        Reader { dir, cursor, tail, shared, next, segment: None }
    }

    /// Waits for events and gives at most `max` of them, in order, each with its journal sequence. An empty list:
    /// the journal has stopped and everything was given.
    pub async fn next_batch(&mut self, max: usize) -> Vec<Event> {
        loop {
            let tail = *self.tail.borrow_and_update();
            if self.next <= tail {
                let batch = self.read(max, tail);
                if !batch.is_empty() {
                    return batch;
                }
                continue;
            }
            if self.tail.changed().await.is_err() {
                return Vec::new();
            }
        }
    }

    /// Everything up to this sequence is in the database: it will not be given again, also after a restart.
    pub fn stored(&mut self, upto: u64) {
        if let Err(error) = self.cursor.set(upto) {
            tracing::warn!(%error, "journal cursor not written; events will be stored again, which changes nothing");
        }
        self.shared.stored.fetch_max(upto, Ordering::AcqRel);
    }

    /// Gives everything after the stored cursor again: the last batch could not be stored.
    pub fn rewind(&mut self) {
        self.next = self.cursor.value() + 1;
        self.segment = None;
    }

    /// The event at the cursor: the database has it, unless it was restored from a backup. None: nothing was stored, or the
    /// segment is gone.
    pub fn last_stored(&mut self) -> Option<Event> {
        let at = self.cursor.value();
        if at == 0 {
            return None;
        }
        self.next = at;
        self.segment = None;
        let last = self.read(1, at).pop();
        self.rewind();
        last.filter(|event| event.sequence == at)
    }

    /// Gives everything that the journal still has (`limit::KEPT`) again: the database is older than the cursor. Gives how
    /// many events that are at most.
    pub fn from_oldest(&mut self) -> u64 {
        let numbers = segment::list(&self.dir).unwrap_or_default();
        let first = numbers.first().and_then(|number| first_of(&segment::path(&self.dir, *number))).unwrap_or(1);
        if let Err(error) = self.cursor.back(first.saturating_sub(1)) {
            tracing::warn!(%error, "journal cursor not written: a restart now would not store these events again");
        }
        self.shared.stored.store(self.cursor.value(), Ordering::Release);
        self.rewind();
        self.behind()
    }

    /// Events on disk that are not stored yet.
    pub fn behind(&self) -> u64 {
        self.tail.borrow().saturating_sub(self.cursor.value())
    }

    fn read(&mut self, max: usize, tail: u64) -> Vec<Event> {
        let mut batch = Vec::new();
        while batch.len() < max && self.next <= tail {
            let Some(segment) = self.segment() else {
                tracing::error!(from = self.next, to = tail, "journal: segments are missing");
                self.next = tail + 1;
                break;
            };
            match segment.next() {
                Some((sequence, parsed)) => {
                    if sequence < self.next {
                        continue;
                    }
                    self.next = sequence + 1;
                    match parsed {
                        Ok(event) => batch.push(Event { sequence, ..event }),
                        Err(error) => {
                            tracing::error!(%error, sequence, "journal: an event cannot be read")
                        }
                    }
                }
                None => self.leave(),
            }
        }
        batch
    }

    /// The segment that holds `next`, opened.
    fn segment(&mut self) -> Option<&mut Segment> {
        if self.segment.is_none() {
            let numbers = segment::list(&self.dir).ok()?;
            let at = |number: &u64| first_of(&segment::path(&self.dir, *number));
            let holds = numbers.iter().rev().find(|n| at(n).is_some_and(|first| first <= self.next));
            self.segment = Segment::open(&self.dir, *holds.or(numbers.first())?);
        }
        self.segment.as_mut()
    }

    /// The open segment has nothing more although more was written: it goes on in the next one.
    fn leave(&mut self) {
        let Some(segment) = self.segment.take() else {
            return;
        };
        let following = segment::list(&self.dir).unwrap_or_default().into_iter().find(|n| *n > segment.number);
        self.segment = following.and_then(|number| Segment::open(&self.dir, number));
        match &self.segment {
            Some(next) => self.next = self.next.max(next.walk.expected),
            None => {
                tracing::error!(from = self.next, "journal: events are missing at the end");
                self.next = self.tail.borrow().saturating_add(1);
            }
        }
    }
}

impl Segment {
    fn open(dir: &std::path::Path, number: u64) -> Option<Segment> {
        let path = segment::path(dir, number);
        let file = File::open(&path).ok()?;
        let walk = Walk { offset: 0, expected: first_of(&path).unwrap_or(0) };
        Some(Segment { number, file, bytes: Vec::new(), start: segment::HEADER as u64, walk })
    }

    /// The next record, parsed; None: no more records in this file now.
    fn next(&mut self) -> Option<(u64, serde_json::Result<Event>)> {
        if let Some(found) = self.parse() {
            return Some(found);
        }
        // what was read before may end in the middle of a record, or in space that has been written since
        self.bytes.clear();
        self.start += self.walk.offset as u64;
        self.walk.offset = 0;
        if !self.fill() {
            return None;
        }
        if let Some(found) = self.parse() {
            return Some(found);
        }
        while self.fill() {}
        match self.walk.next(&self.bytes) {
            Found::Record { record, skipped } => {
                tracing::error!(segment = self.number, ?skipped, "journal: damage skipped");
                Some((record.sequence, serde_json::from_slice(record.json)))
            }
            Found::End | Found::Torn(_) => None,
        }
    }

    /// The record at the walk's place, if it is whole in what was read.
    fn parse(&mut self) -> Option<(u64, serde_json::Result<Event>)> {
        let record = segment::decode(&self.bytes, self.walk.offset).ok()?;
        if record.sequence < self.walk.expected {
            return None;
        }
        self.walk = Walk { offset: record.end, expected: record.sequence + 1 };
        Some((record.sequence, serde_json::from_slice(record.json)))
    }

    /// Reads on; false: nothing more in the file.
    fn fill(&mut self) -> bool {
        let have = self.bytes.len();
        self.bytes.resize(have + READ, 0);
        let got = self.file.read_at(&mut self.bytes[have..], self.start + have as u64).unwrap_or(0);
        self.bytes.truncate(have + got);
        got > 0
    }
}
