//! Whether a file is still the recording that was written. Each chunk is authenticated by itself (AES-GCM); what is cut off,
//! exchanged or added between chunks shows in their sequence and in the SHA-256 of the whole file, which is kept in the
//! database when the recording has ended.

use super::file::{CHUNK_HEADER, HEADER, Header, Index, RATE};
use super::key::Keys;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use types::{Id, RecordingId};
use utoipa::ToSchema;

/// Damaged places that are named.
const PLACES: usize = 100;

types::words! {
    /// What is wrong with a recording's file.
    pub enum DamageKind {
        /// There is no file.
        Missing = "missing",
        /// It begins with no header of a recording.
        Header = "header",
        /// It is another recording's file.
        Foreign = "foreign",
        /// The master key that it was written with is not here.
        Key = "key",
        /// Sound cannot be read, or is not there any more.
        Sound = "sound",
        /// The end is missing.
        Cut = "cut",
        /// The sound is whole, but the file is not the one whose SHA-256 was kept.
        Changed = "changed",
    }
}

/// One fault, and which part of the sound it costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Damage {
    pub kind: DamageKind,
    pub from_ms: Option<u64>,
    pub to_ms: Option<u64>,
}

/// What a file shows of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Of the whole file, as `sha256sum` says it.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    pub chunks: u64,
    pub damage: Vec<Damage>,
}

impl Proof {
    /// Examines the bytes of a recording that has ended. `kept`: the SHA-256 of before.
    pub fn of(bytes: &[u8], recording: RecordingId, keys: &Keys, kept: Option<&str>) -> Proof {
        let sha256 = hex::encode(Sha256::digest(bytes));
        let (chunks, mut damage) = examine(bytes, recording, keys);
        if damage.is_empty() && kept.is_some_and(|kept| kept != sha256) {
            damage.push(whole(DamageKind::Changed));
        }
        damage.truncate(PLACES);
        Proof { sha256, size: bytes.len() as u64, chunks, damage }
    }

    /// Of a recording without a file.
    pub fn missing() -> Proof {
        Proof { sha256: String::new(), size: 0, chunks: 0, damage: vec![whole(DamageKind::Missing)] }
    }
}

fn whole(kind: DamageKind) -> Damage {
    Damage { kind, from_ms: None, to_ms: None }
}

fn part(kind: DamageKind, from: u64, to: u64) -> Damage {
    let ms = |samples: u64| Some(samples * 1_000 / RATE);
    Damage { kind, from_ms: ms(from), to_ms: ms(to) }
}

fn examine(bytes: &[u8], recording: RecordingId, keys: &Keys) -> (u64, Vec<Damage>) {
    let Some(header) = bytes.first_chunk::<HEADER>().and_then(Header::decode) else {
        return (0, vec![whole(DamageKind::Header)]);
    };
    if header.recording != recording.uuid().as_u128() {
        return (0, vec![whole(DamageKind::Foreign)]);
    }
    let Some(key) = keys.unwrap(header.key, header.recording, &header.wrapped) else {
        return (0, vec![whole(DamageKind::Key)]);
    };
    let index = Index::of(bytes);
    let (mut damage, mut at) = (Vec::new(), 0);
    for (offset, chunk) in &index.chunks {
        if chunk.position > at {
            damage.push(part(DamageKind::Sound, at, chunk.position));
        }
        let from = usize::try_from(*offset).unwrap_or(usize::MAX);
        let end = from.saturating_add(CHUNK_HEADER).saturating_add(chunk.length as usize);
        let true_chunk = bytes.get(from..end).is_some_and(|bytes| chunk.authentic(bytes, &key));
        at = chunk.position + u64::from(chunk.samples);
        if !true_chunk {
            damage.push(part(DamageKind::Sound, chunk.position, at));
        }
    }
    if index.end.is_none() {
        damage.push(Damage { to_ms: None, ..part(DamageKind::Cut, at, at) });
    } else if damage.is_empty() && (index.damaged > 0 || index.good < bytes.len() as u64) {
        // something stands between the chunks or behind them that is none
        damage.push(whole(DamageKind::Changed));
    }
    (index.chunks.len() as u64, damage)
}

#[cfg(test)]
mod tests {
    use super::super::file::Encoder;
    use super::*;
    use media::{Law, Piece};

    const ID: RecordingId = RecordingId::from_u128(9);

    fn keys() -> Keys {
        Keys::of([3; 32])
    }

    /// Four seconds of sound.
    fn written() -> Vec<u8> {
        let (header, mut encoder) = Encoder::new(&keys(), ID.as_u128(), 1_000);
        let mut out = header.encode().to_vec();
        for n in 0..4 {
            let (left, right) = (vec![n; 8_000], vec![n + 100; 8_000]);
            let piece = Piece { recording: ID, left, right, left_law: Law::A, right_law: Law::A, last: false };
            encoder.sound(&mut out, &piece);
        }
        encoder.end(&mut out, false);
        out
    }

    fn kinds(bytes: &[u8], kept: Option<&str>) -> Vec<DamageKind> {
        Proof::of(bytes, ID, &keys(), kept).damage.into_iter().map(|damage| damage.kind).collect()
    }

    #[test]
    fn a_whole_file_proves_itself() {
        let proof = Proof::of(&written(), ID, &keys(), None);
        assert_eq!((proof.damage.len(), proof.chunks, proof.size), (0, 5, written().len() as u64));
        let whole = written();
        let kept = Proof::of(&whole, ID, &keys(), None).sha256;
        assert_eq!(kinds(&whole, Some(&kept)), []);
    }

    #[test]
    fn each_flipped_bit_is_found_and_placed() {
        let whole = written();
        let kept = Proof::of(&whole, ID, &keys(), None).sha256;
        for bit in (0..whole.len() * 8).step_by(997) {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let found = Proof::of(&bytes, ID, &keys(), Some(&kept)).damage;
            assert!(!found.is_empty(), "bit {bit}");
            let second = ((bit / 8).saturating_sub(HEADER) / (CHUNK_HEADER + 16_016)) as u64;
            if let [Damage { kind: DamageKind::Sound, from_ms, to_ms }] = found.as_slice() {
                assert_eq!((*from_ms, *to_ms), (Some(second * 1_000), Some((second + 1) * 1_000)), "bit {bit}");
            }
        }
    }

    #[test]
    fn each_cut_is_found_and_placed() {
        let whole = written();
        for cut in (0..whole.len()).step_by(501) {
            let found = Proof::of(&whole[..cut], ID, &keys(), None).damage;
            match cut < HEADER {
                true => assert_eq!(found[0].kind, DamageKind::Header),
                false => {
                    let second = ((cut - HEADER) / (CHUNK_HEADER + 16_016)) as u64;
                    assert_eq!(
                        found,
                        [Damage { to_ms: None, ..part(DamageKind::Cut, second * 8_000, 0) }],
                        "cut {cut}"
                    );
                }
            }
        }
    }

    #[test]
    fn anothers_file_a_lost_key_and_what_was_added_are_named() {
        let whole = written();
        assert_eq!(Proof::of(&whole, RecordingId::from_u128(8), &keys(), None).damage[0].kind, DamageKind::Foreign);
        assert_eq!(Proof::of(&whole, ID, &Keys::of([4; 32]), None).damage[0].kind, DamageKind::Key);
        assert_eq!(kinds(b"nothing of a recording", None), [DamageKind::Header]);
        let added = [&whole[..], b"behind it"].concat();
        assert_eq!(kinds(&added, None), [DamageKind::Changed]);
        // a chunk taken out: each of the others is true
        let chunk = CHUNK_HEADER + 16_016;
        let out = [&whole[..HEADER + chunk], &whole[HEADER + 2 * chunk..]].concat();
        assert_eq!(Proof::of(&out, ID, &keys(), None).damage, [part(DamageKind::Sound, 8_000, 16_000)]);
        assert_eq!(kinds(&whole, Some("another")), [DamageKind::Changed]);
    }
}
