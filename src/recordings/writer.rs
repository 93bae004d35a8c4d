//! The thread that writes recordings. It may be slow; media threads do not wait for it, they leave a gap.
//!
//! Everything that was said is synced within a second, all files in one go. A file that cannot be written costs its own
//! sound only: the recording is marked with a gap when the disk is well again, and the call never notices (F9, F10).

use crate::clock;
use crate::recordings::file::Encoder;
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
use std::time::Instant;
use uuid::Uuid;

/// What a media thread gives.
#[derive(Debug)]
pub enum Note {
    Piece(media::Piece),
    /// Samples that did not fit; `last`: the recording's end was among them.
    Gap {
        recording: RecordingId,
        samples: u64,
        last: bool,
    },
    /// The last note: the writer completes its files and ends.
    Stop,
}

/// The way to the writer. Cheap to clone.
#[derive(Clone)]
pub struct Pieces {
    notes: Sender<Note>,
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
    /// Gives a note; never blocks. False: no room, or no writer.
    pub fn offer(&self, note: Note) -> bool {
        self.notes.try_send(note).is_ok()
    }

    /// Ends the writer after what was given before.
    pub fn stop(&self, thread: JoinHandle<()>) {
        if self.notes.send(Note::Stop).is_ok() {
            let _ = thread.join();
        }
    }

    pub fn waiting(&self) -> usize {
        self.notes.len()
    }
}

/// Starts the thread; it ends by [`Pieces::stop`] or when every `Pieces` is gone, and then all files are complete.
pub fn start(files: Files) -> io::Result<(Pieces, JoinHandle<()>)> {
    let (notes, inbox) = bounded(limit::PIECES);
    let counts = Arc::new(Counts::default());
    let pieces = Pieces { notes, counts: counts.clone() };
    let mut writer = Writer { files, open: HashMap::new(), counts, buffer: Vec::new() };
    let thread = std::thread::Builder::new().name("recordings".into()).spawn(move || writer.run(&inbox))?;
    Ok((pieces, thread))
}

struct Open {
    file: File,
    encoder: Encoder,
    /// Written and not synced.
    dirty: bool,
    last: Instant,
}

struct Writer {
    files: Files,
    open: HashMap<RecordingId, Open>,
    counts: Arc<Counts>,
    buffer: Vec<u8>,
}

impl Writer {
    fn run(&mut self, inbox: &Receiver<Note>) {
        let mut sync = clock::now() + limit::SYNC;
        loop {
            match inbox.recv_deadline(sync) {
                Ok(Note::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(note) => self.take(note),
                Err(RecvTimeoutError::Timeout) => {}
            }
            let now = clock::now();
            if now >= sync {
                self.sync();
                self.close_idle(now);
                sync = now + limit::SYNC;
            }
        }
        for recording in self.open.keys().copied().collect::<Vec<_>>() {
            self.finish(recording, true);
        }
    }

    fn take(&mut self, note: Note) {
        let (recording, samples, last) = match &note {
            Note::Piece(piece) => (piece.recording, piece.left.len() as u64, piece.last),
            Note::Gap { recording, samples, last } => (*recording, *samples, *last),
            Note::Stop => return,
        };
        if !self.open.contains_key(&recording) {
            if last && samples == 0 {
                return;
            }
            match self.begin(recording) {
                Ok(open) => {
                    self.open.insert(recording, open);
                }
                Err(error) => {
                    self.failed(recording, samples, &error);
                    return;
                }
            }
        }
        if let Err(error) = self.write(recording, &note) {
            self.failed(recording, samples, &error);
        } else {
            self.counts.failing.store(0, Ordering::Relaxed);
        }
        if last {
            self.finish(recording, false);
        }
        self.counts.open.store(self.open.len() as u64, Ordering::Relaxed);
    }

    fn begin(&self, recording: RecordingId) -> io::Result<Open> {
        if self.open.len() >= limit::OPEN {
            return Err(io::Error::other("too many recordings at one time"));
        }
        let mut file = self.files.create(Uuid::from_u128(recording.0))?;
        let (header, encoder) = Encoder::new(self.files.keys(), recording.0, clock::wall_ms());
        file.write_all(&header.encode())?;
        Ok(Open { file, encoder, dirty: true, last: clock::now() })
    }

    fn write(&mut self, recording: RecordingId, note: &Note) -> io::Result<()> {
        let Some(open) = self.open.get_mut(&recording) else {
            return Ok(());
        };
        self.buffer.clear();
        open.last = clock::now();
        match note {
            Note::Piece(piece) => open.encoder.sound(&mut self.buffer, piece),
            Note::Gap { samples, .. } => {
                self.counts.gaps.fetch_add(*samples, Ordering::Relaxed);
                open.encoder.gap(&mut self.buffer, *samples);
            }
            Note::Stop => {}
        }
        open.dirty = true;
        // the encoder has counted these samples: what does not get written is silence of the right length, and what
        // was written in part is a damaged place that readers pass over
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
            Ok(()) => self.files.complete(Uuid::from_u128(recording.0)),
            Err(error) => self.failed(recording, 0, &error),
        }
    }

    fn failed(&self, recording: RecordingId, samples: u64, error: &io::Error) {
        self.counts.errors.fetch_add(1, Ordering::Relaxed);
        self.counts.gaps.fetch_add(samples, Ordering::Relaxed);
        if self.counts.failing.swap(1, Ordering::Relaxed) == 0 {
            let recording = Uuid::from_u128(recording.0);
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
                self.failed(RecordingId(0), 0, &error);
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

    fn close_idle(&mut self, now: Instant) {
        let idle = |open: &Open| now.saturating_duration_since(open.last) > limit::IDLE;
        for recording in self.open.iter().filter(|(_, o)| idle(o)).map(|(id, _)| *id).collect::<Vec<_>>() {
            tracing::warn!(recording = %Uuid::from_u128(recording.0), "a recording got nothing for long and is closed");
            self.finish(recording, true);
        }
    }
}

/// Syncs the file system that `file` is on.
fn sync_all_files(file: &File) -> io::Result<()> {
    // SAFETY: a plain system call on a descriptor that `file` keeps open.
    if unsafe { libc::syncfs(file.as_raw_fd()) } == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;
