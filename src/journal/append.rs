//! The append thread: writes what waits, syncs once for all, then tells who waited.
//!
//! Two promises. Nobody is told "durable" before `fdatasync` returned 0 (F8). An fsync error is final: the kernel may have
//! dropped the dirty pages, so the journal is broken until the next start reads what really is on disk. A full disk is
//! not final: what was half written is cut off, space is taken from the reserve, and the write is tried again (F9).

use crate::clock;
use crate::journal::cursor::{self, Cursor};
use crate::journal::reader::Reader;
use crate::journal::reserve::Reserve;
use crate::journal::{limit, replay, segment};
use anyhow::{Context, Result};
use call::Event;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use tokio::sync::{oneshot, watch};

/// What the thread needs of a file. One implementation with files, one in the tests that fails on demand.
pub trait Disk: Send {
    fn write(&mut self, bytes: &[u8], offset: u64) -> io::Result<()>;
    fn truncate(&mut self, length: u64) -> io::Result<()>;
    fn sync(&mut self) -> io::Result<()>;
}

impl Disk for std::fs::File {
    fn write(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }
    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }
    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// Makes a new, empty segment file.
pub type Create = Box<dyn FnMut(&Path) -> io::Result<Box<dyn Disk>> + Send>;

fn create(path: &Path) -> io::Result<Box<dyn Disk>> {
    let file = std::fs::OpenOptions::new().read(true).write(true).create(true).truncate(true).open(path)?;
    Ok(Box::new(file))
}

enum Entry {
    /// From the brain: `Event::sequence` is the node's own count. Boxed: there are very many places.
    Event(Box<Event>),
    /// From the shell: the answer is whether all of them are on disk.
    Batch(Vec<Event>, oneshot::Sender<bool>),
    /// The last entry.
    Stop,
}

/// State that the thread shares with those who ask after it.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// Sequence up to which the database has everything.
    pub stored: AtomicU64,
    broken: AtomicBool,
    why: Mutex<Option<String>>,
    /// The disk is full to the last byte: events wait for space.
    waits: AtomicBool,
    lost: AtomicU64,
}

impl Shared {
    fn trouble(&self, why: Option<String>, last: bool) {
        if last {
            self.broken.store(true, Ordering::Release);
        }
        let mut held = self.why.lock().unwrap_or_else(|p| p.into_inner());
        // what broke it stays the reason
        if last || !self.broken.load(Ordering::Acquire) {
            *held = why;
        }
    }
}

/// The way into the journal. Cheap to clone.
#[derive(Clone)]
pub struct Journal {
    entries: Sender<Entry>,
    shared: Arc<Shared>,
}

impl Journal {
    /// Takes one event of the brain; never blocks. When the disk stands still for so long that
    /// `limit::WAITING` events wait, the journal is broken and nothing is acknowledged any more.
    pub fn record(&self, event: Event) {
        if self.shared.broken.load(Ordering::Acquire) {
            self.shared.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        match self.entries.try_send(Entry::Event(Box::new(event))) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                self.shared.lost.fetch_add(1, Ordering::Relaxed);
                self.shared.trouble(Some("journal: the disk does not respond".into()), true);
                tracing::error!(
                    waiting = limit::WAITING,
                    "journal: the disk does not respond; nothing is acknowledged"
                );
            }
            Err(TrySendError::Disconnected(_)) => {
                self.shared.lost.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Writes events of the shell; true when they are on disk.
    pub async fn append(&self, events: Vec<Event>) -> bool {
        let (done, answer) = oneshot::channel();
        if self.shared.broken.load(Ordering::Acquire) || self.entries.try_send(Entry::Batch(events, done)).is_err() {
            return false;
        }
        answer.await.unwrap_or(false)
    }

    /// Why the journal takes nothing (or takes with trouble) now; None: all is well.
    pub fn trouble(&self) -> Option<String> {
        self.shared.why.lock().unwrap_or_else(|p| p.into_inner()).clone()
    }

    /// Events get to the disk, with trouble or without. False: nothing is acknowledged, no call can be answered.
    pub fn takes(&self) -> bool {
        !self.shared.broken.load(Ordering::Acquire) && !self.shared.waits.load(Ordering::Acquire)
    }

    /// Events that could not be kept since the start.
    pub fn lost(&self) -> u64 {
        self.shared.lost.load(Ordering::Relaxed)
    }

    /// Events that wait for the disk.
    pub fn waiting(&self) -> usize {
        self.entries.len()
    }
}

/// How a journal is opened.
pub struct Options {
    pub dir: PathBuf,
    /// Bytes of space kept back.
    pub reserve: u64,
    pub segment_bytes: u64,
    pub create: Create,
}

impl Options {
    pub fn new(dir: PathBuf, reserve: u64) -> Options {
        Options { dir, reserve, segment_bytes: limit::SEGMENT_BYTES, create: Box::new(create) }
    }
}

/// A journal that was read but does not run yet.
pub struct Opened {
    options: Options,
    reserve: Reserve,
    closed: Cursor,
    stored: Cursor,
    /// Number of the next segment and the next sequence.
    number: u64,
    sequence: u64,
    /// Bytes cut from a torn tail, with the reason.
    pub torn: Option<(PathBuf, u64, &'static str)>,
    /// What the last process left unfinished.
    pub unfinished: replay::Unfinished,
}

/// A running journal.
pub struct Started {
    pub journal: Journal,
    pub reader: Reader,
    pub thread: JoinHandle<()>,
}

impl Opened {
    /// Makes the folder, mends a torn tail, finds what the last process left unfinished.
    pub fn open(options: Options) -> Result<Opened> {
        let dir = &options.dir;
        std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
        let reserve = Reserve::open(&dir.join("reserve"), options.reserve)?;
        let stored = Cursor::open(&dir.join("stored"))?;
        let closed = Cursor::open(&dir.join("closed"))?;
        let numbers = segment::list(dir)?;
        let mut last = stored.value().max(closed.value());
        let mut torn = None;
        if let Some(number) = numbers.last() {
            let path = segment::path(dir, *number);
            let bytes = std::fs::read(&path)?;
            let scan = segment::scan(&bytes, |record| last = last.max(record.sequence));
            last = last.max(segment::first(&bytes).unwrap_or(1).saturating_sub(1));
            if bytes.len() > scan.good {
                repair(&path, scan.good)?;
            }
            // the space ahead that a killed process left is no loss
            torn = scan.torn.map(|why| (path, (bytes.len() - scan.good) as u64, why));
        }
        let unfinished = replay::unfinished(dir, closed.value())?;
        let number = numbers.last().map_or(1, |n| n + 1);
        Ok(Opened { number, sequence: last + 1, torn, unfinished, options, reserve, closed, stored })
    }

    /// Starts the thread. `closing` (what ends the unfinished calls) is on disk before this returns; `durable` is told
    /// the node's sequence up to which everything is on disk.
    pub fn start(self, closing: Vec<Event>, durable: impl Fn(u64) + Send + 'static) -> Result<Started> {
        let shared = Arc::new(Shared::default());
        shared.stored.store(self.stored.value(), Ordering::Release);
        let (tail, tail_seen) = watch::channel(self.sequence - 1);
        let (entries, inbox) = bounded(limit::WAITING);
        let reader = Reader::new(self.options.dir.clone(), self.stored, tail_seen, shared.clone());
        let mut appender = Appender {
            dir: self.options.dir.clone(),
            segment_bytes: self.options.segment_bytes,
            create: self.options.create,
            reserve: self.reserve,
            open: None,
            number: self.number,
            sequence: self.sequence,
            buffer: Vec::new(),
            tail,
            shared: shared.clone(),
            durable: Box::new(durable),
        };
        let mut closed = self.closed;
        appender.write_group(&closing).context("the journal cannot be written")?;
        closed.set(appender.sequence - 1)?;
        let _ = cursor::write_alive(&self.options.dir.join("alive"), clock::wall_ms());
        let thread = std::thread::Builder::new().name("journal".into()).spawn(move || appender.run(&inbox))?;
        Ok(Started { journal: Journal { entries, shared }, reader, thread })
    }
}

impl Started {
    /// Waits until everything given before is on disk, and ends the thread.
    pub fn stop(self) {
        stop(&self.journal, self.thread);
    }
}

/// The same for those who gave the reader away.
pub fn stop(journal: &Journal, thread: JoinHandle<()>) {
    if journal.entries.send(Entry::Stop).is_ok() {
        let _ = thread.join();
    }
}

/// Cuts a segment behind its last whole record; one that has not even a header goes.
fn repair(path: &Path, good: usize) -> io::Result<()> {
    if good < segment::HEADER {
        return std::fs::remove_file(path);
    }
    let file = std::fs::OpenOptions::new().write(true).open(path)?;
    file.set_len(good as u64)?;
    file.sync_all()
}

struct Open {
    disk: Box<dyn Disk>,
    /// Up to here there are records.
    length: u64,
    /// Up to here the file has blocks, zeros behind `length`. Never less than `length`.
    ahead: u64,
}

impl Open {
    /// Writes zeros behind the records, so that later groups only overwrite. A disk without room for it is no trouble:
    /// the file grows with each group then.
    fn write_ahead(&mut self, segment_bytes: u64) -> io::Result<()> {
        let count = segment_bytes.saturating_sub(self.ahead).min(limit::AHEAD_BYTES);
        if count == 0 || self.ahead - self.length >= limit::AHEAD_BYTES_MIN {
            return Ok(());
        }
        let zeros = vec![0; usize::try_from(count).unwrap_or(0)];
        if self.disk.write(&zeros, self.ahead).is_err() {
            return self.cut();
        }
        self.disk.sync().map_err(fsync_failed)?;
        self.ahead += count;
        Ok(())
    }

    /// Takes away what is behind the records.
    fn cut(&mut self) -> io::Result<()> {
        self.disk.truncate(self.length)?;
        self.ahead = self.length;
        Ok(())
    }
}

fn fsync_failed(error: io::Error) -> io::Error {
    io::Error::other(format!("fsync failed: {error}"))
}

struct Appender {
    dir: PathBuf,
    segment_bytes: u64,
    create: Create,
    reserve: Reserve,
    open: Option<Open>,
    /// Of the next segment.
    number: u64,
    /// Of the next record.
    sequence: u64,
    buffer: Vec<u8>,
    tail: watch::Sender<u64>,
    shared: Arc<Shared>,
    durable: Box<dyn Fn(u64) + Send>,
}

impl Appender {
    fn run(mut self, inbox: &Receiver<Entry>) {
        let mut housekeeping = clock::now() + limit::HOUSEKEEPING;
        loop {
            match inbox.recv_timeout(housekeeping.duration_since(clock::now())) {
                Ok(first) => {
                    if self.group(first, inbox) {
                        return;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return self.close(),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if clock::now() >= housekeeping {
                self.housekeep();
                housekeeping = clock::now() + limit::HOUSEKEEPING;
            }
        }
    }

    /// Writes what waits; true: the last entry was among it.
    fn group(&mut self, first: Entry, inbox: &Receiver<Entry>) -> bool {
        let mut stop = false;
        let mut events = Vec::new();
        let mut waiters = Vec::new();
        let mut node = None;
        let mut next = Some(first);
        while let Some(entry) = next {
            match entry {
                Entry::Event(event) => {
                    node = Some(event.sequence);
                    events.push(*event);
                }
                Entry::Batch(batch, done) => {
                    events.extend(batch);
                    waiters.push(done);
                }
                Entry::Stop => {
                    stop = true;
                    break;
                }
            }
            next = if events.len() < limit::GROUP_EVENTS { inbox.try_recv().ok() } else { None };
        }
        let started = clock::now();
        let written = if self.shared.broken.load(Ordering::Acquire) {
            Err(io::Error::other("broken before"))
        } else {
            self.write_group(&events)
        };
        metrics::histogram!("linedesk_journal_sync_seconds").record(clock::now().duration_since(started).as_secs_f64());
        metrics::histogram!("linedesk_journal_group_events").record(events.len() as f64);
        if let Err(error) = &written {
            self.shared.lost.fetch_add(events.len() as u64, Ordering::Relaxed);
            self.breaks(error);
        } else if let Some(node) = node {
            (self.durable)(node);
        }
        for waiter in waiters {
            let _ = waiter.send(written.is_ok());
        }
        if stop {
            self.close();
        } else if written.is_ok() {
            self.write_ahead();
        }
        stop
    }

    /// Writes and syncs; an error is final (a full disk is waited out).
    fn write_group(&mut self, events: &[Event]) -> io::Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        let first = self.sequence;
        for event in events {
            match serde_json::to_vec(event) {
                Ok(json) if json.len() <= limit::EVENT_BYTES => {
                    segment::encode(&mut buffer, self.sequence, &json);
                    self.sequence += 1;
                }
                Ok(json) => {
                    tracing::error!(bytes = json.len(), id = %event.id, call = event.call.map(tracing::field::display), "event too long for the journal")
                }
                Err(error) => {
                    tracing::error!(%error, id = %event.id, call = event.call.map(tracing::field::display), "event cannot be written as JSON")
                }
            }
        }
        let result = if buffer.is_empty() { Ok(()) } else { self.put(&buffer, first) };
        self.buffer = buffer;
        if result.is_ok() {
            self.tail.send_replace(self.sequence - 1);
        }
        result
    }

    fn put(&mut self, bytes: &[u8], first: u64) -> io::Result<()> {
        loop {
            match self.try_put(bytes, first) {
                Err(error) if error.kind() == io::ErrorKind::StorageFull => self.make_room(),
                Ok(()) => {
                    self.shared.waits.store(false, Ordering::Release);
                    self.tell_reserve();
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn try_put(&mut self, bytes: &[u8], first: u64) -> io::Result<()> {
        if self.open.as_ref().is_none_or(|open| open.length >= self.segment_bytes) {
            self.close();
            self.open = Some(self.next_segment(first)?);
        }
        let Some(open) = &mut self.open else {
            return Err(io::Error::other("no segment"));
        };
        if let Err(error) = open.disk.write(bytes, open.length) {
            // half a group must not stand before the next try
            open.cut()?;
            return Err(error);
        }
        open.disk.sync().map_err(fsync_failed)?;
        open.length += bytes.len() as u64;
        open.ahead = open.ahead.max(open.length);
        Ok(())
    }

    fn next_segment(&mut self, first: u64) -> io::Result<Open> {
        let mut disk = (self.create)(&segment::path(&self.dir, self.number))?;
        disk.write(&segment::header(first), 0)?;
        disk.sync()?;
        std::fs::File::open(&self.dir)?.sync_all()?;
        self.number += 1;
        let length = segment::HEADER as u64;
        Ok(Open { disk, length, ahead: length })
    }

    /// Nothing is written to the open segment any more.
    fn close(&mut self) {
        if let Some(mut open) = self.open.take()
            && let Err(error) = open.cut()
        {
            tracing::warn!(%error, "journal: the space ahead in a full segment is not given back");
        }
    }

    /// After everybody was told: nobody waits for this.
    fn write_ahead(&mut self) {
        let Some(open) = &mut self.open else { return };
        if let Err(error) = open.write_ahead(self.segment_bytes) {
            self.breaks(&error);
        }
    }

    fn breaks(&self, error: &io::Error) {
        if !self.shared.broken.load(Ordering::Acquire) {
            tracing::error!(%error, "journal broken: nothing is acknowledged until the next start");
            self.shared.trouble(Some(format!("journal: {error}; restart when the disk works again")), true);
        }
    }

    /// The disk is full: take from the reserve; when that is gone too, wait for space to return.
    fn make_room(&mut self) {
        if self.reserve.release(limit::RESERVE_STEP) {
            tracing::error!("disk full: events use the reserved space now; free some space");
            self.tell_reserve();
        } else {
            if !self.shared.waits.swap(true, Ordering::AcqRel) {
                tracing::error!("disk full and nothing in reserve: no call is answered; free some space");
            }
            self.shared.trouble(Some("journal: disk full, nothing in reserve; free some space".into()), false);
            std::thread::park_timeout(limit::FULL_RETRY);
        }
    }

    /// A reserve that is not whole is trouble to come.
    fn tell_reserve(&self) {
        let (held, wanted) = self.reserve.bytes();
        let why = || format!("journal: disk full, {} of {} MB in reserve; free some space", held >> 20, wanted >> 20);
        self.shared.trouble((!self.reserve.whole()).then(why), false);
    }

    fn housekeep(&mut self) {
        let _ = cursor::write_alive(&self.dir.join("alive"), clock::wall_ms());
        if !self.reserve.whole() {
            if self.reserve.refill() {
                tracing::info!("the journal's reserve is full again");
            }
            self.tell_reserve();
        }
        if let Err(error) = self.delete_old() {
            tracing::warn!(%error, "journal: old segments cannot be deleted");
        }
    }

    /// Deletes segments whose every event is stored and old. The newest two always stay.
    fn delete_old(&self) -> io::Result<()> {
        let stored = self.shared.stored.load(Ordering::Acquire);
        let numbers = segment::list(&self.dir)?;
        for pair in numbers.windows(2).take(numbers.len().saturating_sub(2)) {
            let [number, next] = pair else { continue };
            let path = segment::path(&self.dir, *number);
            let old = clock::age(path.metadata()?.modified()?) > limit::KEPT;
            let next_first = first_of(&segment::path(&self.dir, *next));
            if !old || next_first.is_none_or(|first| first > stored + 1) {
                return Ok(());
            }
            std::fs::remove_file(path)?;
        }
        Ok(())
    }
}

/// First sequence of a segment file.
pub(crate) fn first_of(path: &Path) -> Option<u64> {
    let mut header = [0; segment::HEADER];
    std::fs::File::open(path).ok()?.read_exact_at(&mut header, 0).ok()?;
    segment::first(&header)
}

#[cfg(test)]
#[path = "append_tests.rs"]
mod tests;
