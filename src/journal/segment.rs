//! The format on disk: `journal-<n>.log` is a header and records; a record is whole or it is not there.
//!
//! ```text
//! header  8 bytes "LDJRNL01" | first sequence u64 | crc32 u32
//! record  length u32 | crc32 u32 | sequence u64 | JSON bytes        (little endian; length counts the JSON,
//!                                                                    the checksum covers length, sequence and JSON)
//! ```
//!
//! Behind the last record there may be zeros: space written ahead, so that a group overwrites blocks that the file
//! already has and its fdatasync waits for the data alone, not for the file system's own journal.

use crate::journal::limit;
use std::path::{Path, PathBuf};

pub const MAGIC: &[u8; 8] = b"LDJRNL01";
pub const HEADER: usize = 20;
pub const RECORD_HEADER: usize = 16;

/// One record as it stands in a segment's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    pub sequence: u64,
    pub json: &'a [u8],
    /// Offset behind the record.
    pub end: usize,
}

/// Why reading stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Nothing follows.
    End,
    /// Zeros where a record would begin: the space ahead, if nothing but zeros follows.
    Unwritten,
    /// Bytes follow that are no whole record: a torn tail, or damage.
    Torn(&'static str),
}

pub fn header(first: u64) -> [u8; HEADER] {
    let mut out = [0; HEADER];
    out[..8].copy_from_slice(MAGIC);
    out[8..16].copy_from_slice(&first.to_le_bytes());
    let sum = crc32fast::hash(&out[..16]);
    out[16..].copy_from_slice(&sum.to_le_bytes());
    out
}

/// First sequence of a segment, None when the header is not ours.
pub fn first(bytes: &[u8]) -> Option<u64> {
    let first = u64_at(bytes.get(..HEADER)?, 8)?;
    (bytes.get(..HEADER)? == header(first)).then_some(first)
}

/// Appends one record to `out`.
pub fn encode(out: &mut Vec<u8>, sequence: u64, json: &[u8]) {
    let length = u32::try_from(json.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&checksum(length, sequence, json).to_le_bytes());
    out.extend_from_slice(&sequence.to_le_bytes());
    out.extend_from_slice(json);
}

/// The record at `offset`; never allocates, never believes a length.
pub fn decode(bytes: &[u8], offset: usize) -> Result<Record<'_>, Stop> {
    let Some(rest) = bytes.get(offset..).filter(|rest| !rest.is_empty()) else {
        return Err(Stop::End);
    };
    if rest.len() < RECORD_HEADER {
        let zeros = rest.iter().all(|byte| *byte == 0);
        return Err(if zeros { Stop::Unwritten } else { Stop::Torn("half a record header") });
    }
    if rest.get(..RECORD_HEADER) == Some(&[0; RECORD_HEADER]) {
        return Err(Stop::Unwritten);
    }
    let length = u32_at(rest, 0).unwrap_or(0);
    let (sum, sequence) = (u32_at(rest, 4).unwrap_or(0), u64_at(rest, 8).unwrap_or(0));
    if length as usize > limit::EVENT_BYTES {
        return Err(Stop::Torn("impossible length"));
    }
    let end = RECORD_HEADER + length as usize;
    let Some(json) = rest.get(RECORD_HEADER..end) else {
        return Err(Stop::Torn("half a record"));
    };
    if checksum(length, sequence, json) != sum {
        return Err(Stop::Torn("wrong checksum"));
    }
    Ok(Record { sequence, json, end: offset + end })
}

fn checksum(length: u32, sequence: u64, json: &[u8]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(&length.to_le_bytes());
    sum.update(&sequence.to_le_bytes());
    sum.update(json);
    sum.finalize()
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes)
}

/// What one segment holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    pub records: u64,
    /// (first, last) sequence.
    pub span: Option<(u64, u64)>,
    /// Bytes up to the last whole record.
    pub good: usize,
    /// Bytes behind the last whole record that are no record: a torn tail.
    pub torn: Option<&'static str>,
    /// Places in the middle that were skipped: (offset, why).
    pub damaged: Vec<(usize, &'static str)>,
}

/// Reads a segment's bytes from the start. Damage in the middle is skipped and told; what follows it is read.
pub fn scan(bytes: &[u8], mut each: impl FnMut(Record<'_>)) -> Scan {
    let mut scan = Scan { good: HEADER.min(bytes.len()), ..Scan::default() };
    let expected = match first(bytes) {
        Some(first) => first,
        None if bytes.len() <= HEADER => {
            return Scan { good: 0, torn: Some("no segment header"), ..scan };
        }
        None => {
            scan.damaged.push((0, "no segment header"));
            0
        }
    };
    let mut cursor = Walk { offset: scan.good, expected };
    loop {
        match cursor.next(bytes) {
            Found::Record { record, skipped } => {
                scan.damaged.extend(skipped);
                if skipped.is_none() && scan.span.is_some_and(|(_, last)| last + 1 != record.sequence) {
                    scan.damaged.push((scan.good, "sequences are missing"));
                }
                scan.records += 1;
                scan.span = Some((scan.span.map_or(record.sequence, |s| s.0), record.sequence));
                scan.good = record.end;
                each(record);
            }
            Found::End => return scan,
            Found::Torn(why) => {
                scan.torn = Some(why);
                return scan;
            }
        }
    }
}

/// A place in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    pub offset: usize,
    /// The sequence due next; a later one is taken too (what lay between is damaged), an earlier one never.
    pub expected: u64,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Found<'a> {
    Record {
        record: Record<'a>,
        skipped: Option<(usize, &'static str)>,
    },
    End,
    /// No whole record follows any more.
    Torn(&'static str),
}

impl Walk {
    pub fn next<'a>(&mut self, bytes: &'a [u8]) -> Found<'a> {
        let why = match decode(bytes, self.offset) {
            Err(Stop::End) => return Found::End,
            Err(Stop::Unwritten) if bytes.iter().skip(self.offset).all(|byte| *byte == 0) => {
                return Found::End;
            }
            Err(Stop::Unwritten) => "zeros before records",
            Ok(record) if record.sequence >= self.expected => return self.take(record, None),
            Ok(_) => "sequence out of order",
            Err(Stop::Torn(why)) => why,
        };
        let start = self.offset;
        for offset in start + 1..bytes.len().saturating_sub(RECORD_HEADER) {
            if let Ok(record) = decode(bytes, offset)
                && record.sequence > self.expected
                && !record.json.is_empty()
            {
                return self.take(record, Some((start, why)));
            }
        }
        Found::Torn(why)
    }

    fn take<'a>(&mut self, record: Record<'a>, skipped: Option<(usize, &'static str)>) -> Found<'a> {
        *self = Walk { offset: record.end, expected: record.sequence + 1 };
        Found::Record { record, skipped }
    }
}

pub fn path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("journal-{number:06}.log"))
}

/// Numbers of all segments in `dir`, ascending.
pub fn list(dir: &Path) -> std::io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let name = entry?.file_name();
        let number: Option<u64> =
            name.to_str().and_then(|n| n.strip_prefix("journal-")?.strip_suffix(".log")?.parse().ok());
        numbers.extend(number);
    }
    numbers.sort_unstable();
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Vec<u8> {
        let mut bytes = header(7).to_vec();
        for (sequence, json) in [(7, "{\"a\":1}"), (8, "{}"), (9, "{\"text\":\"мир\"}")] {
            encode(&mut bytes, sequence, json.as_bytes());
        }
        bytes
    }

    fn read(bytes: &[u8]) -> (Vec<(u64, Vec<u8>)>, Scan) {
        let mut out = Vec::new();
        let scan = scan(bytes, |r| out.push((r.sequence, r.json.to_vec())));
        (out, scan)
    }

    #[test]
    fn records_come_back() {
        let (records, scan) = read(&three());
        assert_eq!(records.len(), 3);
        assert_eq!(records[2], (9, "{\"text\":\"мир\"}".as_bytes().to_vec()));
        assert_eq!((scan.span, scan.torn), (Some((7, 9)), None));
    }

    #[test]
    fn cut_at_every_byte_only_whole_records_remain() {
        let whole = three();
        let (all, _) = read(&whole);
        for cut in 0..whole.len() {
            let (some, scan) = read(&whole[..cut]);
            assert_eq!(some, all[..some.len()], "cut at {cut}");
            assert!(scan.good <= cut);
            assert_eq!(scan.torn.is_none(), scan.good == cut && cut >= HEADER, "cut at {cut}");
            assert_eq!(scan.damaged, [], "cut at {cut}");
            // what is good stays good when read again
            if cut >= HEADER {
                assert_eq!(read(&whole[..scan.good]).0, some);
            }
        }
    }

    #[test]
    fn the_space_ahead_is_no_damage_but_zeros_in_the_middle_are() {
        let mut ahead = three();
        let (whole, end) = (ahead.clone(), ahead.len());
        for zeros in 0..40 {
            ahead.truncate(end);
            ahead.resize(end + zeros, 0);
            let (records, scan) = read(&ahead);
            assert_eq!((records.len(), scan.good, scan.torn, scan.damaged), (3, end, None, vec![]), "{zeros} zeros");
        }
        // a group that was cut short by a crash, space behind it
        let mut torn = whole[..end - 3].to_vec();
        torn.resize(end + 500, 0);
        let (records, scan) = read(&torn);
        assert!(records.len() == 2 && scan.torn.is_some() && scan.good < end - 3);
        // a block that was lost
        let mut hole = whole;
        let second = decode(&hole, HEADER).unwrap().end;
        let third = decode(&hole, second).unwrap().end;
        hole[second..third].fill(0);
        let (records, scan) = read(&hole);
        assert_eq!(records.iter().map(|(sequence, _)| *sequence).collect::<Vec<_>>(), [7, 9]);
        assert_eq!(scan.damaged.len(), 1);
    }

    #[test]
    fn each_flipped_bit_is_seen() {
        let whole = three();
        let (all, _) = read(&whole);
        for bit in 0..whole.len() * 8 {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let (some, scan) = read(&bytes);
            assert!(scan.torn.is_some() || !scan.damaged.is_empty(), "bit {bit}");
            assert!(some.iter().all(|record| all.contains(record)), "bit {bit}");
            assert!(some.len() + 1 >= all.len(), "bit {bit}: one flipped bit costs one record");
        }
    }
}
