use super::*;
use media::RecordingId;

fn piece(n: u8, samples: usize) -> Piece {
    Piece {
        recording: RecordingId::from_u128(9),
        left: vec![n; samples],
        right: vec![n + 100; samples],
        left_law: Law::A,
        right_law: Law::Mu,
        last: false,
    }
}

fn keys() -> Keys {
    Keys::of([3; 32])
}

/// Three seconds of sound, a gap of one second, one more second.
fn written() -> Vec<u8> {
    let (header, mut encoder) = Encoder::new(&keys(), 9, 1_000);
    let mut out = header.encode().to_vec();
    for n in 0..3 {
        encoder.sound(&mut out, &piece(n, 80));
    }
    encoder.gap(&mut out, 80);
    encoder.sound(&mut out, &piece(7, 80));
    encoder.end(&mut out, false);
    assert_eq!(encoder.position(), 400);
    out
}

/// Of each chunk: its position, and the first sample of the left channel if the chunk is whole.
type Sounds = Vec<(u64, Option<u8>)>;

fn read(bytes: &[u8]) -> Option<(Index, Sounds)> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.rec");
    std::fs::write(&path, bytes).unwrap();
    let recording = Recording::open(&path, 9, &keys()).ok()?;
    let sounds = recording.sounds().map(|(chunk, sound)| (chunk.position, sound.ok().map(|s| s.left[0]))).collect();
    Some((recording.index.clone(), sounds))
}

#[test]
fn what_was_said_comes_back_in_place() {
    let (index, sounds) = read(&written()).unwrap();
    assert_eq!((index.samples, index.end, index.damaged), (400, Some(false), 0));
    assert_eq!(sounds, [(0, Some(0)), (80, Some(1)), (160, Some(2)), (240, None), (320, Some(7))]);
}

#[test]
fn a_file_cut_at_any_byte_plays_to_the_last_whole_chunk() {
    let whole = written();
    let (_, all) = read(&whole).unwrap();
    for cut in HEADER..whole.len() {
        let (index, some) = read(&whole[..cut]).unwrap();
        assert_eq!(some, all[..some.len()], "cut {cut}");
        assert!(index.good <= cut as u64 && index.end.is_none(), "cut {cut}");
        let chunk = CHUNK_HEADER + 160 + TAG;
        assert!(some.len() >= ((cut - HEADER) / chunk).min(3), "cut {cut}");
    }
    assert!(read(&whole[..HEADER - 1]).is_none());
}

#[test]
fn each_flipped_bit_costs_at_most_its_own_chunk() {
    let whole = written();
    let (_, all) = read(&whole).unwrap();
    for bit in (HEADER * 8..whole.len() * 8).step_by(3) {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let (_, some) = read(&bytes).unwrap();
        let wrong = some.iter().filter(|(at, sound)| sound.is_some() && !all.contains(&(*at, *sound))).count();
        assert_eq!(wrong, 0, "bit {bit}: changed sound was played as true");
        let right = |list: &[(u64, Option<u8>)]| list.iter().filter(|s| s.1.is_some()).count();
        assert!(right(&some) + 1 >= right(&all), "bit {bit}");
    }
}

#[test]
fn a_foreign_key_opens_nothing_and_no_plain_sound_is_in_the_file() {
    let whole = written();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.rec");
    std::fs::write(&path, &whole).unwrap();
    assert!(Recording::open(&path, 9, &Keys::of([4; 32])).is_err());
    assert!(Recording::open(&path, 8, &keys()).is_err(), "another recording's file");
    assert!(!whole.windows(16).any(|w| w == [107; 16] || w == [7; 16]));
}
