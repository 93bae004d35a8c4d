//! Where recordings lie: `DATA/recordings/YYYY/MM/DD/<uuid>.rec`. The day is the one in the recording's UUIDv7, so the
//! id alone tells the path and no path ever comes from outside (T19). `recordings/open/<uuid>` marks those being written.

use crate::recordings::file::{Encoder, Index, Recording};
use crate::recordings::key::Keys;
use crate::recordings::proof::Proof;
use crate::recordings::wav::Wav;
use chrono::{DateTime, Utc};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use types::{Id, RecordingId};

/// The folder of recordings and the keys to read them. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Files {
    root: PathBuf,
    keys: Arc<Keys>,
    node: Arc<str>,
}

/// A recording that the last process left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired {
    pub recording: RecordingId,
    pub duration: Duration,
    /// Bytes of a torn chunk that were cut off.
    pub cut: u64,
}

/// Where a recording lies below the recordings folder: by the day in its id.
pub fn relative(recording: RecordingId) -> PathBuf {
    let day = recording.uuid().get_timestamp().and_then(|stamp| {
        let (seconds, _) = stamp.to_unix();
        DateTime::<Utc>::from_timestamp(i64::try_from(seconds).ok()?, 0)
    });
    let day = day.unwrap_or(DateTime::UNIX_EPOCH);
    Path::new(&day.format("%Y/%m/%d").to_string()).join(format!("{recording}.rec"))
}

impl Files {
    /// `node`: whose recordings lie here. Those of other nodes on one database are on their disks.
    pub fn new(root: PathBuf, keys: Arc<Keys>, node: &str) -> io::Result<Files> {
        std::fs::create_dir_all(root.join("open"))?;
        Ok(Files { root, keys, node: node.into() })
    }

    pub fn node(&self) -> &str {
        &self.node
    }

    pub fn keys(&self) -> &Arc<Keys> {
        &self.keys
    }

    /// The file of a recording.
    pub fn path(&self, recording: RecordingId) -> PathBuf {
        self.root.join(relative(recording))
    }

    /// Opens a recording for listening; it may still be running.
    pub fn open(&self, recording: RecordingId) -> io::Result<Recording> {
        Recording::open(&self.path(recording), recording.as_u128(), &self.keys)
    }

    /// A recording as the WAV file that a listener gets.
    pub fn wav(&self, recording: RecordingId) -> io::Result<Wav> {
        self.open(recording).map(Wav::new)
    }

    /// Bytes on disk, and when they were written last (Unix milliseconds).
    pub fn on_disk(&self, recording: RecordingId) -> io::Result<(u64, i64)> {
        let found = self.path(recording).metadata()?;
        Ok((found.len(), DateTime::<Utc>::from(found.modified()?).timestamp_millis()))
    }

    /// Is it being written, or was it left so by a crash?
    pub fn unfinished(&self, recording: RecordingId) -> bool {
        self.mark(recording).exists()
    }

    /// What the file of a recording that has ended shows of itself; `kept`: its SHA-256 of before. Reads all of it.
    pub fn proof(&self, recording: RecordingId, kept: Option<&str>) -> io::Result<Proof> {
        match std::fs::read(self.path(recording)) {
            Ok(bytes) => Ok(Proof::of(&bytes, recording, &self.keys, kept)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Proof::missing()),
            Err(error) => Err(error),
        }
    }

    /// Makes the file, its folder and its mark.
    pub(super) fn create(&self, recording: RecordingId) -> io::Result<File> {
        let path = self.path(recording);
        let dir = path.parent().unwrap_or(&self.root);
        std::fs::create_dir_all(dir)?;
        File::create(self.mark(recording))?;
        OpenOptions::new().write(true).create_new(true).open(path)
    }

    /// The recording is complete.
    pub(super) fn complete(&self, recording: RecordingId) {
        let _ = std::fs::remove_file(self.mark(recording));
    }

    /// Takes a file back that could not be begun.
    pub(super) fn discard(&self, recording: RecordingId) {
        let _ = std::fs::remove_file(self.path(recording));
        self.complete(recording);
    }

    /// Deletes the file of a recording; it may be gone already.
    pub(super) fn remove(&self, recording: RecordingId) -> io::Result<()> {
        for path in [self.path(recording), self.mark(recording)] {
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Can a file be written here now?
    pub(super) fn probe(&self) -> io::Result<()> {
        let path = self.root.join("open").join("probe");
        let written = File::create(&path).and_then(|mut file| {
            file.write_all(&[0; 4_096])?;
            file.sync_all()
        });
        let _ = std::fs::remove_file(path);
        written
    }

    fn mark(&self, recording: RecordingId) -> PathBuf {
        self.root.join("open").join(recording.to_string())
    }

    /// Ends what the last process left open: a torn chunk is cut off and "broken off" is written behind the rest.
    pub fn repair(&self) -> io::Result<Vec<Repaired>> {
        let mut repaired = Vec::new();
        for entry in std::fs::read_dir(self.root.join("open"))? {
            let name = entry?.file_name();
            let Some(recording) = name.to_str().and_then(|n| n.parse::<RecordingId>().ok()) else {
                continue;
            };
            match self.repair_one(recording) {
                Ok(one) => repaired.push(one),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => tracing::error!(%recording, %error, "a recording cannot be repaired"),
            }
            self.complete(recording);
        }
        Ok(repaired)
    }

    fn repair_one(&self, recording: RecordingId) -> io::Result<Repaired> {
        let path = self.path(recording);
        let opened = Recording::open(&path, recording.as_u128(), &self.keys)?;
        let index = opened.index.clone();
        let cut = path.metadata()?.len() - index.good;
        if index.end.is_none() {
            let mut tail = Vec::new();
            Encoder::after(opened.into_key(), &index).end(&mut tail, true);
            let mut file = OpenOptions::new().append(true).open(&path)?;
            file.set_len(index.good)?;
            file.write_all(&tail)?;
            file.sync_data()?;
        }
        Ok(Repaired { recording, duration: index.duration(), cut })
    }

    /// How much sound a file holds; for recordings that a lost call left behind.
    pub fn duration(&self, recording: RecordingId) -> Duration {
        std::fs::read(self.path(recording)).map(|bytes| Index::of(&bytes).duration()).unwrap_or_default()
    }

    pub fn root(&self) -> &Path {
        &self.root
    }
}
