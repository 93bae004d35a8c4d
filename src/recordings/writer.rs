//! The thread that writes recordings. It may be slow; media threads do not wait for it, they leave a gap.
//!
//! Everything that was said is synced within a second, all files in one go. A file that cannot be written costs its own
//! sound only: the recording is marked with a gap when the disk is well again, and the call never notices (F9, F10).
//! When the disk is nearly full, recordings are the first to go: the space that is left belongs to intakes.

use crate::clock;
use crate::disk;
use crate::recordings::file::{Encoder, RATE};
use crate::recordings::{Files, limit};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use media::RecordingId;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use types::Moment;

/// What a media thread gives.
#[derive(Debug)]
pub enum Message {
    Piece(media::Piece),
    /// Samples that did not fit; `last`: the recording's end was among them.
    Gap {
        recording: RecordingId,
        samples: u64,
        last: bool,
    },
    /// The last message: the writer completes its files and ends.
    Stop,
}

/// The way to the writer. Cheap to clone.
#[derive(Clone)]
pub struct Pieces {
    messages: Sender<Message>,
    pub counts: Arc<Counts>,
}

/// For `/metrics` and `/readyz`.
#[derive(Debug, Default)]
pub struct Counts {
    pub open: AtomicU64,
    pub bytes: AtomicU64,
    /// Samples that were not recorded (full channel or a disk error).
    pub gaps: AtomicU64,
    pub errors: AtomicU64,
    /// 1 while the last write failed.
    pub failing: AtomicU64,
}

impl Pieces {
    /// Sends a message; never blocks. False: the channel is full, or the writer has ended.
    pub fn offer(&self, message: Message) -> bool {
        self.messages.try_send(message).is_ok()
    }

    /// Ends the writer after what was given before.
    pub fn stop(&self, thread: JoinHandle<()>) {
        if self.messages.send(Message::Stop).is_ok() {
            let _ = thread.join();
        }
    }

    pub fn waiting(&self) -> usize {
        self.messages.len()
    }
}

/// Starts the thread; it ends by [`Pieces::stop`] or when every `Pieces` is gone, and then all files are complete.
pub fn start(files: Files) -> io::Result<(Pieces, JoinHandle<()>)> {
    let (messages, inbox) = bounded(limit::PIECES);
    let counts = Arc::new(Counts::default());
    let pieces = Pieces { messages, counts: counts.clone() };
    let mut writer = Writer::new(files, counts);
    let thread = std::thread::Builder::new().name("recordings".into()).spawn(move || writer.run(&inbox))?;
    Ok((pieces, thread))
}

struct Open {
    file: File,
    encoder: Encoder,
    /// Written and not synced.
    dirty: bool,
    last: Moment,
}

struct Writer {
    files: Files,
    open: HashMap<RecordingId, Open>,
    counts: Arc<Counts>,
    buffer: Vec<u8>,
    /// Samples of recordings that could not even be begun: the gap they begin with when the disk is well again.
    owed: HashMap<RecordingId, u64>,
    /// There is space for recordings.
    room: bool,
}

impl Writer {
    fn new(files: Files, counts: Arc<Counts>) -> Writer {
        Writer { files, open: HashMap::new(), counts, buffer: Vec::new(), owed: HashMap::new(), room: true }
    }

    fn run(&mut self, inbox: &Receiver<Message>) {
        let mut sync = clock::now() + limit::SYNC;
        self.look_at_disk();
        loop {
            match inbox.recv_timeout(sync.duration_since(clock::now())) {
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(message) => self.take(message),
                Err(RecvTimeoutError::Timeout) => {}
            }
            let now = clock::now();
            if now >= sync {
                self.sync();
                self.close_idle(now);
                self.look_at_disk();
                sync = now + limit::SYNC;
            }
        }
        for recording in self.open.keys().copied().collect::<Vec<_>>() {
            self.finish(recording, true);
        }
    }

    fn take(&mut self, message: Message) {
        let (recording, samples, last) = match &message {
            Message::Piece(piece) => (piece.recording, piece.left.len() as u64, piece.last),
            Message::Gap { recording, samples, last } => (*recording, *samples, *last),
            Message::Stop => return,
        };
        if !self.open.contains_key(&recording) {
            if last && samples == 0 && !self.owed.contains_key(&recording) {
                return;
            }
            match self.begin(recording) {
                Ok(open) => {
                    self.open.insert(recording, open);
                }
                Err(error) => {
                    self.failed(recording, samples, &error);
                    self.owe(recording, samples, last);
                    return;
                }
            }
        }
        if let Err(error) = self.write(recording, &message) {
            self.failed(recording, samples, &error);
        } else {
            self.counts.failing.store(0, Ordering::Relaxed);
        }
        if last {
            self.finish(recording, false);
        }
        self.counts.open.store(self.open.len() as u64, Ordering::Relaxed);
    }

    fn begin(&mut self, recording: RecordingId) -> io::Result<Open> {
        if self.open.len() >= limit::OPEN {
            return Err(io::Error::other("too many recordings at one time"));
        }
        if !self.room {
            return Err(kept_for_intakes());
        }
        let owed = self.owed.get(&recording).copied().unwrap_or(0);
        let began = clock::wall_ms() - i64::try_from(owed * 1_000 / RATE).unwrap_or(0);
        let (header, mut encoder) = Encoder::new(self.files.keys(), recording.as_u128(), began);
        self.buffer.clear();
        self.buffer.extend_from_slice(&header.encode());
        encoder.gap(&mut self.buffer, owed);
        let mut file = self.files.create(recording)?;
        if let Err(error) = file.write_all(&self.buffer) {
            // half a header is no recording; it is begun again with the next piece
            self.files.discard(recording);
            return Err(error);
        }
        self.owed.remove(&recording);
        Ok(Open { file, encoder, dirty: true, last: clock::now() })
    }

    /// Keeps account of what a recording without a file lacks.
    fn owe(&mut self, recording: RecordingId, samples: u64, last: bool) {
        if last {
            self.owed.remove(&recording);
        } else if self.owed.len() < limit::OPEN || self.owed.contains_key(&recording) {
            *self.owed.entry(recording).or_default() += samples;
        }
    }

    fn write(&mut self, recording: RecordingId, message: &Message) -> io::Result<()> {
        let Some(open) = self.open.get_mut(&recording) else {
            return Ok(());
        };
        self.buffer.clear();
        open.last = clock::now();
        match message {
            Message::Piece(piece) => open.encoder.sound(&mut self.buffer, piece),
            Message::Gap { samples, .. } => {
                self.counts.gaps.fetch_add(*samples, Ordering::Relaxed);
                open.encoder.gap(&mut self.buffer, *samples);
            }
            Message::Stop => {}
        }
        open.dirty = true;
        // the encoder has counted these samples: what does not get written is silence of the right length, and what
        // was written in part is a damaged place that readers pass over
        if !self.room {
            return Err(kept_for_intakes());
        }
        open.file.write_all(&self.buffer)?;
        self.counts.bytes.fetch_add(self.buffer.len() as u64, Ordering::Relaxed);
        Ok(())
    }

    fn finish(&mut self, recording: RecordingId, broken: bool) {
        let Some(mut open) = self.open.remove(&recording) else {
            return;
        };
        self.buffer.clear();
        open.encoder.end(&mut self.buffer, broken);
        let done = open.file.write_all(&self.buffer).and_then(|()| open.file.sync_data());
        match done {
            Ok(()) => self.files.complete(recording),
            Err(error) => self.failed(recording, 0, &error),
        }
    }

    fn failed(&self, recording: RecordingId, samples: u64, error: &io::Error) {
        self.counts.errors.fetch_add(1, Ordering::Relaxed);
        self.counts.gaps.fetch_add(samples, Ordering::Relaxed);
        if self.counts.failing.swap(1, Ordering::Relaxed) == 0 {
            tracing::error!(%recording, %error, "a recording cannot be written; calls go on without");
        }
    }

    /// Everything written becomes durable: file by file when there are few, the whole file system when there are many.
    fn sync(&mut self) {
        let dirty = self.open.values().filter(|open| open.dirty).count();
        let started = clock::now();
        if dirty > limit::SYNC_EACH {
            if let Some(open) = self.open.values().next()
                && let Err(error) = sync_all_files(&open.file)
            {
                self.failed(RecordingId::from_u128(0), 0, &error);
            }
        } else {
            let results = self.open.iter().filter(|(_, o)| o.dirty).map(|(id, o)| (*id, o.file.sync_data()));
            for (id, result) in results.collect::<Vec<_>>() {
                if let Err(error) = result {
                    self.failed(id, 0, &error);
                }
            }
        }
        self.open.values_mut().for_each(|open| open.dirty = false);
        if dirty > 0 {
            let took = clock::now().duration_since(started).as_secs_f64();
            metrics::histogram!("linedesk_recordings_sync_seconds").record(took);
        }
    }

    /// Is there space for recordings, and can they be written (again)?
    fn look_at_disk(&mut self) {
        if let Ok(space) = disk::space(self.files.root()) {
            let least = if self.room { limit::FREE_MIN } else { 2 * limit::FREE_MIN };
            let room = space.free >= least;
            if self.room && !room {
                tracing::error!(
                    free_mb = space.free >> 20,
                    "the disk is nearly full: nothing is recorded, calls go on"
                );
            }
            self.room = room;
        }
        if !self.room {
            self.counts.failing.store(1, Ordering::Relaxed);
        } else if self.counts.failing.load(Ordering::Relaxed) == 1 && self.files.probe().is_ok() {
            self.counts.failing.store(0, Ordering::Relaxed);
            tracing::info!("recordings are written again");
        }
    }

    fn close_idle(&mut self, now: Moment) {
        let idle = |open: &Open| now.saturating_duration_since(open.last) > limit::IDLE;
        for recording in self.open.iter().filter(|(_, o)| idle(o)).map(|(id, _)| *id).collect::<Vec<_>>() {
            tracing::warn!(recording = %recording, "a recording received nothing for a long time and is closed");
            self.finish(recording, true);
        }
    }
}

fn kept_for_intakes() -> io::Error {
    io::Error::new(io::ErrorKind::StorageFull, "the disk is nearly full, what is left is kept for intakes")
}

/// Syncs the file system that `file` is on.
fn sync_all_files(file: &File) -> io::Result<()> {
    // SAFETY: a plain system call on a descriptor that `file` keeps open.
    if unsafe { libc::syncfs(file.as_raw_fd()) } == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;
