//! The format of a recording: a header, then chunks of at most one second. Every chunk stands for itself, so a file cut
//! anywhere plays to the cut, and a damaged chunk costs its own second (F1, F11).
//!
//! ```text
//! header 100  "LDREC001" | key id u32 | started unix ms i64 | recording u128 | wrapped key 60 | crc32 u32
//! chunk   32  "LDCH" | kind u8 | left law u8 | right law u8 | flags u8 | sequence u32 | position u64 (samples before)
//!             | samples u32 | length u32 | crc32 u32, then `length` bytes: AES-256-GCM of left ++ right
//! ```
//! Kinds: 0 sound, 1 gap (silence that was not recorded), 2 end (flag 1: broken off). The chunk's header is
//! authenticated with its sound; its sequence is the nonce (the key is this recording's alone).

use crate::recordings::key::{DataKey, Keys, WRAPPED};
use crate::recordings::limit;
use media::{Law, Piece};
use ring::aead::{Aad, NONCE_LEN, Nonce};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Duration;

pub const MAGIC: &[u8; 8] = b"LDREC001";
pub const HEADER: usize = 100;
pub const CHUNK_HEADER: usize = 32;
const CHUNK_MAGIC: &[u8; 4] = b"LDCH";
const TAG: usize = 16;
/// Samples a second, each channel.
pub const RATE: u64 = 8_000;

/// What stands before the chunks.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    pub key: u32,
    /// Unix milliseconds of the first sample.
    pub started: i64,
    pub recording: u128,
    pub wrapped: [u8; WRAPPED],
}

impl Header {
    pub fn encode(&self) -> [u8; HEADER] {
        let mut out = [0; HEADER];
        out[..8].copy_from_slice(MAGIC);
        out[8..12].copy_from_slice(&self.key.to_le_bytes());
        out[12..20].copy_from_slice(&self.started.to_le_bytes());
        out[20..36].copy_from_slice(&self.recording.to_le_bytes());
        out[36..96].copy_from_slice(&self.wrapped);
        let sum = crc32fast::hash(&out[..96]);
        out[96..].copy_from_slice(&sum.to_le_bytes());
        out
    }

    pub fn decode(bytes: &[u8; HEADER]) -> Option<Header> {
        let sum = u32::from_le_bytes(bytes[96..].try_into().ok()?);
        if &bytes[..8] != MAGIC || crc32fast::hash(&bytes[..96]) != sum {
            return None;
        }
        Some(Header {
            key: u32::from_le_bytes(bytes[8..12].try_into().ok()?),
            started: i64::from_le_bytes(bytes[12..20].try_into().ok()?),
            recording: u128::from_le_bytes(bytes[20..36].try_into().ok()?),
            wrapped: bytes[36..96].try_into().ok()?,
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sound,
    Gap,
    End { broken: bool },
}

/// A chunk's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    pub kind: Kind,
    pub laws: (Law, Law),
    pub sequence: u32,
    /// Samples before this chunk.
    pub position: u64,
    pub samples: u32,
    /// Bytes behind the header.
    pub length: u32,
}

impl Chunk {
    fn encode(&self) -> [u8; CHUNK_HEADER] {
        let law = |law| u8::from(law == Law::Mu);
        let (kind, flags) = match self.kind {
            Kind::Sound => (0, 0),
            Kind::Gap => (1, 0),
            Kind::End { broken } => (2, u8::from(broken)),
        };
        let mut out = [0; CHUNK_HEADER];
        out[..4].copy_from_slice(CHUNK_MAGIC);
        out[4..8].copy_from_slice(&[kind, law(self.laws.0), law(self.laws.1), flags]);
        out[8..12].copy_from_slice(&self.sequence.to_le_bytes());
        out[12..20].copy_from_slice(&self.position.to_le_bytes());
        out[20..24].copy_from_slice(&self.samples.to_le_bytes());
        out[24..28].copy_from_slice(&self.length.to_le_bytes());
        let sum = crc32fast::hash(&out[..28]);
        out[28..].copy_from_slice(&sum.to_le_bytes());
        out
    }

    fn decode(bytes: &[u8]) -> Option<Chunk> {
        let bytes: &[u8; CHUNK_HEADER] = bytes.get(..CHUNK_HEADER)?.try_into().ok()?;
        let u32_at = |at: usize| bytes[at..at + 4].try_into().map_or(0, u32::from_le_bytes);
        if &bytes[..4] != CHUNK_MAGIC || crc32fast::hash(&bytes[..28]) != u32_at(28) {
            return None;
        }
        let law = |byte| if byte == 1 { Law::Mu } else { Law::A };
        let kind = match (bytes[4], bytes[7]) {
            (0, _) => Kind::Sound,
            (1, _) => Kind::Gap,
            (2, flags) => Kind::End { broken: flags & 1 == 1 },
            _ => return None,
        };
        let position = u64::from_le_bytes(bytes[12..20].try_into().ok()?);
        let chunk = Chunk {
            kind,
            laws: (law(bytes[5]), law(bytes[6])),
            sequence: u32_at(8),
            position,
            samples: u32_at(20),
            length: u32_at(24),
        };
        let sound = kind == Kind::Sound;
        let expected = if sound { 2 * chunk.samples as usize + TAG } else { TAG };
        let sane = (!sound || chunk.samples <= limit::CHUNK_SAMPLES) && chunk.length as usize == expected;
        (sane && position <= limit::GAP_SAMPLES * 64).then_some(chunk)
    }
}

impl Chunk {
    /// Are these bytes (header and what it seals) what was written with this key?
    pub fn authentic(&self, bytes: &[u8], key: &DataKey) -> bool {
        let (header, sealed) = bytes.split_at(CHUNK_HEADER.min(bytes.len()));
        key.open_in_place(nonce(self.sequence), Aad::from(header), &mut sealed.to_vec()).is_ok()
    }
}

fn nonce(sequence: u32) -> Nonce {
    let mut bytes = [0; NONCE_LEN];
    bytes[8..].copy_from_slice(&sequence.to_le_bytes());
    Nonce::assume_unique_for_key(bytes)
}

/// Encodes chunks in order; knows sequence and position.
pub struct Encoder {
    key: DataKey,
    sequence: u32,
    position: u64,
    laws: (Law, Law),
}

impl Encoder {
    /// A new recording: its header, and the encoder for its chunks.
    pub fn new(keys: &Keys, recording: u128, started: i64) -> (Header, Encoder) {
        let (key_id, wrapped, key) = keys.make(recording);
        let header = Header { key: key_id, started, recording, wrapped };
        (header, Encoder { key, sequence: 0, position: 0, laws: (Law::A, Law::A) })
    }

    /// Goes on behind what `index` found.
    pub fn after(key: DataKey, index: &Index) -> Encoder {
        // a jump: a number that a torn chunk had used must not be used again (it is the nonce)
        let sequence = index.chunks.last().map_or(0, |(_, c)| c.sequence) + 1_000;
        Encoder { key, sequence, position: index.samples, laws: (Law::A, Law::A) }
    }

    /// Samples so far.
    pub fn position(&self) -> u64 {
        self.position
    }

    pub fn sound(&mut self, out: &mut Vec<u8>, piece: &Piece) {
        let samples = piece.left.len().min(piece.right.len()).min(limit::CHUNK_SAMPLES as usize);
        if samples == 0 {
            return;
        }
        self.laws = (piece.left_law, piece.right_law);
        let parts = [&piece.left[..samples], &piece.right[..samples]];
        self.chunk(out, Kind::Sound, samples as u32, &parts);
    }

    /// Silence that was not recorded.
    pub fn gap(&mut self, out: &mut Vec<u8>, samples: u64) {
        let mut left = samples.min(limit::GAP_SAMPLES);
        while left > 0 {
            let now = u32::try_from(left).unwrap_or(u32::MAX);
            self.chunk(out, Kind::Gap, now, &[]);
            left -= u64::from(now);
        }
    }

    pub fn end(&mut self, out: &mut Vec<u8>, broken: bool) {
        self.chunk(out, Kind::End { broken }, 0, &[]);
    }

    fn chunk(&mut self, out: &mut Vec<u8>, kind: Kind, samples: u32, parts: &[&[u8]]) {
        let length = (parts.iter().map(|p| p.len()).sum::<usize>() + TAG) as u32;
        let chunk = Chunk { kind, laws: self.laws, sequence: self.sequence, position: self.position, samples, length };
        let header = chunk.encode();
        out.extend_from_slice(&header);
        let start = out.len();
        parts.iter().for_each(|part| out.extend_from_slice(part));
        let sealed = self.key.seal_in_place_separate_tag(nonce(self.sequence), Aad::from(header), &mut out[start..]);
        match sealed {
            Ok(tag) => out.extend_from_slice(tag.as_ref()),
            // only a length beyond the cipher's limit, which a chunk cannot have
            Err(_) => out.truncate(start - CHUNK_HEADER),
        }
        self.sequence += 1;
        self.position += u64::from(samples);
    }
}

/// Where the chunks of a file lie.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// (offset of the chunk's header, header), ascending.
    pub chunks: Vec<(u64, Chunk)>,
    /// Samples of each channel.
    pub samples: u64,
    /// The end was written: (broken off).
    pub end: Option<bool>,
    /// Offset behind the last whole chunk.
    pub good: u64,
    /// Places that hold no chunk and were passed over.
    pub damaged: u32,
}

impl Index {
    pub fn duration(&self) -> Duration {
        Duration::from_millis(self.samples * 1_000 / RATE)
    }

    /// Reads the chunk headers of `bytes` (the whole file).
    pub fn of(bytes: &[u8]) -> Index {
        let mut index = Index { good: HEADER.min(bytes.len()) as u64, ..Index::default() };
        let mut offset = HEADER;
        let mut lost = false;
        while offset + CHUNK_HEADER <= bytes.len() {
            let found = Chunk::decode(&bytes[offset..]).filter(|c| index.follows(c));
            let end = found.map_or(0, |c| offset + CHUNK_HEADER + c.length as usize);
            match found.filter(|_| end <= bytes.len()) {
                Some(chunk) => {
                    index.damaged += u32::from(std::mem::take(&mut lost));
                    index.push(offset as u64, chunk);
                    offset = end;
                    index.good = end as u64;
                }
                None => {
                    lost = true;
                    offset += 1;
                }
            }
        }
        index
    }

    fn follows(&self, chunk: &Chunk) -> bool {
        self.chunks.last().is_none_or(|(_, last)| chunk.sequence > last.sequence && chunk.position >= last.position)
    }

    fn push(&mut self, offset: u64, chunk: Chunk) {
        self.samples = self.samples.max(chunk.position + u64::from(chunk.samples));
        if let Kind::End { broken } = chunk.kind {
            self.end = Some(broken);
        }
        self.chunks.push((offset, chunk));
    }
}

/// Decoded sound of both channels.
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    pub left: Vec<u8>,
    pub right: Vec<u8>,
    pub laws: (Law, Law),
}

/// A recording opened for reading; it may still be growing.
pub struct Recording {
    pub header: Header,
    pub index: Index,
    file: File,
    key: DataKey,
}

impl Recording {
    /// The file of this recording: another's in its place is refused.
    pub fn open(path: &Path, recording: u128, keys: &Keys) -> io::Result<Recording> {
        let bad = |what| io::Error::new(io::ErrorKind::InvalidData, what);
        let bytes = std::fs::read(path)?;
        let header =
            bytes.first_chunk::<HEADER>().and_then(Header::decode).ok_or_else(|| bad("no recording header"))?;
        if header.recording != recording {
            return Err(bad("the file holds another recording"));
        }
        let key = keys.unwrap(header.key, header.recording, &header.wrapped);
        let key = key.ok_or_else(|| bad("the master key of this recording is not here"))?;
        Ok(Recording { index: Index::of(&bytes), header, file: File::open(path)?, key })
    }

    /// The recording's own key, to go on writing (repair).
    pub fn into_key(self) -> DataKey {
        self.key
    }

    /// Chunks in order; a chunk that cannot be read is `Err` with its samples: play silence, report it.
    pub fn sounds(&self) -> impl Iterator<Item = (Chunk, Result<Sound, u32>)> + '_ {
        self.index.chunks.iter().filter(|(_, c)| c.samples > 0).map(|(at, chunk)| (*chunk, self.sound(*at, chunk)))
    }

    /// The sound of one chunk of the index.
    pub fn sound(&self, offset: u64, chunk: &Chunk) -> Result<Sound, u32> {
        let samples = chunk.samples as usize;
        let mut bytes = vec![0; CHUNK_HEADER + chunk.length as usize];
        self.file.read_exact_at(&mut bytes, offset).map_err(|_| chunk.samples)?;
        let (header, sealed) = bytes.split_at_mut(CHUNK_HEADER);
        let plain = self.key.open_in_place(nonce(chunk.sequence), Aad::from(header), sealed);
        let plain = plain.map_err(|_| chunk.samples)?;
        if chunk.kind != Kind::Sound {
            return Err(chunk.samples);
        }
        let (left, right) = plain.split_at(samples.min(plain.len()));
        Ok(Sound { left: left.to_vec(), right: right.to_vec(), laws: chunk.laws })
    }
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
