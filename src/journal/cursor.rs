//! A number that must survive a crash: "stored in the database up to", "closed up to". Twenty bytes with a checksum;
//! what cannot be read counts as 0, which only means that events are read again (every consumer is idempotent).

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

const MAGIC: &[u8; 8] = b"LDCURS01";

#[derive(Debug)]
pub struct Cursor {
    file: File,
    value: u64,
}

impl Cursor {
    pub fn open(path: &Path) -> std::io::Result<Cursor> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut bytes = Vec::new();
        (&mut file).take(20).read_to_end(&mut bytes)?;
        Ok(Cursor { value: decode(&bytes).unwrap_or(0), file })
    }

    pub fn value(&self) -> u64 {
        self.value
    }

    /// Moves on only. Not synced: a cursor that is too old costs time, nothing else.
    pub fn set(&mut self, value: u64) -> std::io::Result<()> {
        if value > self.value {
            self.file.write_all_at(&encode(value), 0)?;
            self.value = value;
        }
        Ok(())
    }

    /// Goes back: what came after `value` is not where this cursor said it was.
    pub fn back(&mut self, value: u64) -> std::io::Result<()> {
        self.value = self.value.min(value);
        self.file.write_all_at(&encode(self.value), 0)
    }
}

fn encode(value: u64) -> [u8; 20] {
    let mut out = [0; 20];
    out[..8].copy_from_slice(MAGIC);
    out[8..16].copy_from_slice(&value.to_le_bytes());
    let sum = crc32fast::hash(&out[..16]);
    out[16..].copy_from_slice(&sum.to_le_bytes());
    out
}

fn decode(bytes: &[u8]) -> Option<u64> {
    let value = bytes.get(8..16)?.try_into().ok().map(u64::from_le_bytes)?;
    (bytes == encode(value)).then_some(value)
}

/// The sign of life: wall time at which the process was still there. Replaced whole, never synced.
pub fn write_alive(path: &Path, wall_ms: i64) -> std::io::Result<()> {
    File::create(path)?.write_all(wall_ms.to_string().as_bytes())
}

pub fn read_alive(path: &Path) -> Option<i64> {
    std::fs::read_to_string(path).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_on_never_back_and_damage_is_zero() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("stored");
        let mut cursor = Cursor::open(&path).unwrap();
        cursor.set(77).unwrap();
        cursor.set(5).unwrap();
        assert_eq!(Cursor::open(&path).unwrap().value(), 77);
        let mut bytes = std::fs::read(&path).unwrap();
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            std::fs::write(&path, &bytes).unwrap();
            assert_eq!(Cursor::open(&path).unwrap().value(), 0, "bit {bit}");
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }
}
