use super::*;
use crate::recordings::key::Keys;
use media::{Law, Piece};
use types::RecordingId;

fn files(dir: &std::path::Path) -> Files {
    Files::new(dir.join("recordings"), Arc::new(Keys::of([3; 32])), "test").unwrap()
}

fn piece(recording: RecordingId, n: u8, last: bool) -> Message {
    let (left, right) = (vec![n; 8_000], vec![0xD5; 8_000]);
    Message::Piece(Piece { recording, left, right, left_law: Law::A, right_law: Law::A, last })
}

#[test]
fn a_recording_is_written_and_read_as_wav() {
    let dir = tempfile::tempdir().unwrap();
    let files = files(dir.path());
    let id = clock::id();
    let (pieces, thread) = start(files.clone()).unwrap();
    for n in 1..=3 {
        assert!(pieces.offer(piece(id, n, n == 3)));
    }
    drop(pieces);
    thread.join().unwrap();
    let wav = files.wav(id).unwrap();
    assert_eq!(wav.recording().index.end, Some(false));
    let bytes = wav.read(0, wav.size());
    assert_eq!(bytes.len() as u64, wav.size());
    let mut reader = hound::WavReader::new(std::io::Cursor::new(&bytes)).unwrap();
    assert_eq!((reader.spec().channels, reader.spec().sample_rate, reader.duration()), (2, 8_000, 24_000));
    let samples: Vec<i16> = reader.samples().collect::<Result<_, _>>().unwrap();
    assert_eq!(samples[16_000], Law::A.linear()[2]);
    assert_eq!(samples[16_001], Law::A.linear()[0xD5]);
    // any range is the same as that piece of the whole
    for (from, to) in [(0, 10), (40, 50), (45, 47), (31_997, 64_100), (90_000, 200_000)] {
        let end = to.min(bytes.len());
        assert_eq!(wav.read(from as u64, to as u64), bytes[from.min(end)..end], "{from}..{to}");
    }
    let peaks = wav.peaks();
    assert_eq!((peaks.duration_ms, peaks.left.len(), peaks.right.len()), (3_000, 60, 60));
    assert!(dir.path().join("recordings/open").read_dir().unwrap().next().is_none());
}

#[test]
fn a_process_that_died_leaves_a_recording_that_is_repaired_and_plays_to_its_last_chunk() {
    let dir = tempfile::tempdir().unwrap();
    let files = files(dir.path());
    let id = clock::id();
    let mut writer = Writer::new(files.clone(), Arc::default());
    (1..=3).for_each(|n| writer.take(piece(id, n, false)));
    // the process is gone here, in the middle of a write
    let path = files.path(id);
    let length = path.metadata().unwrap().len();
    std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(length - 100).unwrap();
    std::mem::forget(writer);
    let repaired = files.repair().unwrap();
    assert_eq!(repaired.len(), 1);
    assert_eq!((repaired[0].recording, repaired[0].duration.as_millis()), (id, 2_000));
    assert!(repaired[0].cut > 0);
    let wav = files.wav(id).unwrap();
    assert_eq!((wav.recording().index.end, wav.recording().index.samples), (Some(true), 16_000));
    assert_eq!(files.repair().unwrap(), vec![], "repaired only once");
}

#[test]
fn a_disk_error_leaves_a_gap_of_the_right_length() {
    let dir = tempfile::tempdir().unwrap();
    let files = files(dir.path());
    let id = clock::id();
    let recording = id;
    let mut writer = Writer::new(files.clone(), Arc::default());
    writer.take(piece(id, 1, false));
    let good = std::mem::replace(
        &mut writer.open.get_mut(&recording).unwrap().file,
        // a file that cannot be written
        File::open(dir.path()).unwrap(),
    );
    writer.take(piece(id, 2, false));
    assert_eq!(writer.counts.failing.load(Ordering::Relaxed), 1);
    writer.open.get_mut(&recording).unwrap().file = good;
    writer.take(piece(id, 3, false));
    writer.take(Message::Gap { recording, samples: 4_000, last: true });
    assert_eq!(writer.counts.failing.load(Ordering::Relaxed), 0);
    let wav = files.wav(id).unwrap();
    let sounds: Vec<_> = wav.recording().sounds().map(|(c, s)| (c.position, s.is_ok())).collect();
    assert_eq!(sounds, [(0, true), (16_000, true), (24_000, false)]);
    assert_eq!(wav.recording().index.samples, 28_000);
    assert_eq!(writer.counts.gaps.load(Ordering::Relaxed), 12_000);
}

#[test]
fn on_a_full_disk_recordings_wait_and_begin_or_go_on_with_a_gap() {
    let dir = tempfile::tempdir().unwrap();
    let files = files(dir.path());
    let (early, late, never) = (clock::id(), clock::id(), clock::id());
    let mut writer = Writer::new(files.clone(), Arc::default());
    writer.take(piece(early, 1, false));
    writer.room = false;
    writer.take(piece(early, 2, false));
    writer.take(piece(late, 3, false));
    writer.take(piece(late, 4, false));
    writer.take(piece(never, 5, true));
    assert_eq!(writer.counts.failing.load(Ordering::Relaxed), 1);
    assert!(!files.path(late).exists(), "what is left belongs to intakes");
    // what `look_at_disk` finds here: a disk with space
    writer.look_at_disk();
    assert!(writer.room, "this test needs {} MB of free space", (2 * limit::FREE_MIN) >> 20);
    assert_eq!(writer.counts.failing.load(Ordering::Relaxed), 0, "well again without any recording");
    writer.take(piece(early, 6, true));
    writer.take(piece(late, 7, true));
    for (id, missing) in [(early, 1..2), (late, 0..2)] {
        let wav = files.wav(id).unwrap();
        assert_eq!((wav.recording().index.end, wav.recording().index.samples), (Some(false), 24_000));
        let seconds =
            wav.recording().sounds().filter(|(_, sound)| sound.is_ok()).map(|(chunk, _)| chunk.position / 8_000);
        assert_eq!(seconds.collect::<Vec<_>>(), (0..3).filter(|second| !missing.contains(second)).collect::<Vec<_>>());
        assert_eq!(wav.peaks().missing_ms, 1_000 * (missing.end - missing.start));
    }
    assert!(!files.path(never).exists() && writer.owed.is_empty());
    assert!(dir.path().join("recordings/open").read_dir().unwrap().next().is_none());
}
