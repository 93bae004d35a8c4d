//! Space kept back (F9): a file that is only there to be shortened when the disk is full, so that events still fit.

use crate::disk;
use crate::journal::limit;
use std::fs::{File, OpenOptions};
use std::io;
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

    /// Takes the space again as far as the disk has it; true when whole.
    pub fn refill(&mut self) -> bool {
        while self.bytes < self.full {
            let more = self.bytes.saturating_add(limit::RESERVE_STEP).min(self.full);
            if disk::allocate(&self.file, more).is_err() {
                // some file systems keep what they could give: it would be in nobody's account
                let _ = self.file.set_len(self.bytes);
                break;
            }
            self.bytes = more;
        }
        self.whole()
    }

    /// All of it is there.
    pub fn whole(&self) -> bool {
        self.bytes == self.full
    }

    /// (bytes held, bytes wanted).
    pub fn bytes(&self) -> (u64, u64) {
        (self.bytes, self.full)
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
