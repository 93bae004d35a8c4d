//! Space kept back (F9): a file that is only there to be shortened when the disk is full, so that events still fit.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::path::Path;

#[derive(Debug)]
pub struct Reserve {
    file: File,
    bytes: u64,
    full: u64,
}

impl Reserve {
    /// Takes as much of `full` bytes as the disk gives now; [`Reserve::refill`] tries for the rest later.
    pub fn open(path: &Path, full: u64) -> io::Result<Reserve> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let bytes = file.metadata()?.len().min(full);
        file.set_len(bytes)?;
        let mut reserve = Reserve { file, bytes, full };
        reserve.refill();
        Ok(reserve)
    }

    /// Gives `step` bytes back to the file system; false when nothing is left.
    pub fn release(&mut self, step: u64) -> bool {
        if self.bytes == 0 {
            return false;
        }
        self.bytes = self.bytes.saturating_sub(step);
        self.file.set_len(self.bytes).is_ok()
    }

    /// Takes the space again when the disk has it; true when whole.
    pub fn refill(&mut self) -> bool {
        if self.bytes < self.full && allocate(&self.file, self.full).is_ok() {
            self.bytes = self.full;
        }
        self.bytes == self.full
    }
}

/// Blocks for the first `bytes` of the file; grows it. File systems without `fallocate` only note the length.
fn allocate(file: &File, bytes: u64) -> io::Result<()> {
    let length = libc::off_t::try_from(bytes).unwrap_or(libc::off_t::MAX);
    // SAFETY: a plain system call on a descriptor that `file` keeps open.
    let done = unsafe { libc::fallocate(file.as_raw_fd(), 0, 0, length) };
    if done == 0 {
        return Ok(());
    }
    let error = io::Error::last_os_error();
    match error.raw_os_error() {
        Some(libc::EOPNOTSUPP) => file.set_len(bytes),
        _ => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_step_by_step_and_refills() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("reserve");
        let mut reserve = Reserve::open(&path, 100_000).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 100_000);
        assert!(reserve.release(60_000) && reserve.release(60_000) && !reserve.release(60_000));
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
        assert!(reserve.refill());
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 100_000);
    }
}
