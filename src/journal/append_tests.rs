use super::*;
use call::Kind;
use call::event::Direction;
use std::sync::atomic::AtomicUsize;
use types::{CallId, EventId, IntakeId};

fn event(sequence: u64) -> Event {
    let kind = Kind::Traced { node: format!("menu-{sequence}"), input: "1".into() };
    Event { id: EventId::from_u128(u128::from(sequence)), sequence, at: 1_000 + sequence as i64, call: None, kind }
}

fn open(dir: &Path) -> Opened {
    Opened::open(Options { segment_bytes: 2_000, ..Options::new(dir.to_owned(), 4_096) }).unwrap()
}

/// A disk that fails as told.
struct Faulty {
    file: std::fs::File,
    sync_ok: Arc<AtomicUsize>,
    full: Arc<AtomicUsize>,
}

impl Disk for Faulty {
    fn write(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let half = &bytes[..bytes.len() / 2];
        if self.full.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok() {
            self.file.write_all_at(half, offset)?;
            return Err(io::Error::from_raw_os_error(libc::ENOSPC));
        }
        Disk::write(&mut self.file, bytes, offset)
    }
    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)
    }
    fn sync(&mut self) -> io::Result<()> {
        match self.sync_ok.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)) {
            Ok(_) => self.file.sync(),
            Err(_) => Err(io::Error::from_raw_os_error(libc::EIO)),
        }
    }
}

fn faulty(dir: &Path, syncs: usize, full: usize) -> Opened {
    let (sync_ok, full) = (Arc::new(AtomicUsize::new(syncs)), Arc::new(AtomicUsize::new(full)));
    let make: Create = Box::new(move |path| {
        let file = std::fs::File::create(path)?;
        Ok(Box::new(Faulty { file, sync_ok: sync_ok.clone(), full: full.clone() }))
    });
    Opened::open(Options { create: make, ..Options::new(dir.to_owned(), 4_096) }).unwrap()
}

async fn all(reader: &mut Reader, count: usize) -> Vec<Event> {
    let mut out = Vec::new();
    while out.len() < count {
        let batch = reader.next_batch(7).await;
        assert!(!batch.is_empty(), "journal stopped after {} events", out.len());
        out.extend(batch);
    }
    out
}

#[tokio::test]
async fn what_is_durable_is_read_in_order_over_segments_and_starts() {
    let dir = tempfile::tempdir().unwrap();
    let durable = Arc::new(AtomicU64::new(0));
    let told = durable.clone();
    let Started { journal, mut reader, thread } =
        open(dir.path()).start(vec![], move |n| told.store(n, Ordering::SeqCst)).unwrap();
    for group in 0..10 {
        (1..=10).for_each(|n| journal.record(event(group * 10 + n)));
        assert!(journal.append(vec![]).await, "waits for what was given before");
    }
    assert!(journal.append(vec![event(1_000)]).await);
    assert_eq!(durable.load(Ordering::SeqCst), 100);
    let events = all(&mut reader, 101).await;
    assert_eq!(events.iter().map(|e| e.sequence).collect::<Vec<_>>(), (1..=101).collect::<Vec<_>>());
    assert_eq!(events[41].kind, event(42).kind);
    assert!(segment::list(dir.path()).unwrap().len() > 3);
    reader.stored(60);
    // the database was away: the same events come again
    reader.rewind();
    assert_eq!(all(&mut reader, 41).await[0].sequence, 61);
    Started { journal, reader, thread }.stop();

    let Started { journal, mut reader, thread } = open(dir.path()).start(vec![], |_| {}).unwrap();
    journal.record(event(1));
    let events = all(&mut reader, 42).await;
    assert_eq!((events[0].sequence, events[41].sequence), (61, 102), "sequences go on over a restart");
    drop(journal);
    thread.join().unwrap();
    assert_eq!(reader.next_batch(5).await, vec![], "an ended journal ends its reader");
}

#[tokio::test]
async fn a_torn_tail_is_cut_and_the_rest_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let started = open(dir.path()).start((1..=5).map(event).collect(), |_| {}).unwrap();
    started.stop();
    let path = segment::path(dir.path(), 1);
    let whole = std::fs::read(&path).unwrap();
    for cut in segment::HEADER..whole.len() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(segment::path(dir.path(), 1), &whole[..cut]).unwrap();
        let opened = open(dir.path());
        let kept = segment::scan(&whole[..cut], |_| {}).records;
        assert_eq!(opened.torn.is_some(), std::fs::metadata(segment::path(dir.path(), 1)).unwrap().len() != cut as u64);
        let mut started = opened.start(vec![event(9)], |_| {}).unwrap();
        let events = all(&mut started.reader, kept as usize + 1).await;
        assert_eq!(events.last().map(|e| (e.sequence, e.kind.clone())), Some((kept + 1, event(9).kind)), "cut {cut}");
        started.stop();
        assert!(crate::journal::verify::verify(dir.path()).unwrap().faults.is_empty(), "cut {cut}");
    }
}

#[tokio::test]
async fn damage_in_the_middle_costs_one_event_and_is_reported() {
    let dir = tempfile::tempdir().unwrap();
    open(dir.path()).start((1..=5).map(event).collect(), |_| {}).unwrap().stop();
    let path = segment::path(dir.path(), 1);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(crate::journal::verify::verify(dir.path()).unwrap().faults.len(), 2, "damage, and the gap it leaves");
    let mut started = open(dir.path()).start(vec![], |_| {}).unwrap();
    let events = all(&mut started.reader, 4).await;
    assert_eq!(events.iter().map(|e| e.sequence).collect::<Vec<_>>(), [1, 2, 4, 5]);
    started.stop();
}

#[tokio::test]
async fn an_fsync_error_is_final_and_nothing_is_acknowledged_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let durable = Arc::new(AtomicU64::new(0));
    let told = durable.clone();
    // the header of the segment and the first group are synced, then EIO for ever
    let started = faulty(dir.path(), 2, 0).start(vec![], move |n| told.store(n, Ordering::SeqCst)).unwrap();
    started.journal.record(event(1));
    let mut first = Vec::new();
    let mut started = started;
    first.extend(started.reader.next_batch(10).await);
    assert_eq!(first.len(), 1);
    started.journal.record(event(2));
    assert!(!started.journal.append(vec![event(3)]).await);
    assert!(!started.journal.append(vec![event(4)]).await);
    assert_eq!(durable.load(Ordering::SeqCst), 1);
    assert!(started.journal.trouble().unwrap().contains("fsync failed"));
    assert!(started.journal.lost() >= 1, "the asker of a batch is told, an event of the brain is counted");
    started.stop();
}

#[tokio::test]
async fn a_full_disk_is_survived_with_the_reserve() {
    let dir = tempfile::tempdir().unwrap();
    // three writes find the disk full and leave half of themselves behind
    let mut started = faulty(dir.path(), 1_000, 3).start(vec![], |_| {}).unwrap();
    for n in 1..=20 {
        assert!(started.journal.append(vec![event(n)]).await);
    }
    assert_eq!(all(&mut started.reader, 20).await.len(), 20);
    assert!(started.journal.takes());
    let deadline = clock::now() + std::time::Duration::from_secs(20);
    while started.journal.trouble().is_some() && clock::now() < deadline {
        assert!(started.journal.trouble().unwrap().contains("in reserve"));
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(started.journal.trouble(), None, "the reserve is whole again, and all is well");
    started.stop();
    let report = crate::journal::verify::verify(dir.path()).unwrap();
    assert_eq!((report.records, report.faults, report.torn), (20, vec![], None));
}

#[tokio::test]
async fn closing_events_stand_before_everything_and_are_not_closed_again() {
    let dir = tempfile::tempdir().unwrap();
    let call = CallId::from_u128(1);
    let arrived = Kind::Arrived {
        intake: IntakeId::from_u128(2),
        direction: Direction::Inbound,
        source: "trunk".into(),
        from: None,
        from_name: String::new(),
        dialled: "1000".into(),
        sip_call_id: "x".into(),
        from_tag: "y".into(),
        node: "n".into(),
    };
    let started = open(dir.path()).start(vec![], |_| {}).unwrap();
    assert!(started.journal.append(vec![Event { call: Some(call), kind: arrived, ..event(1) }]).await);
    // killed here: the thread is simply left alone
    let opened = open(dir.path());
    assert_eq!(opened.unfinished.calls.len(), 1);
    let closing = opened.unfinished.closing("main", 600_000, |_| 0);
    let mut second = opened.start(closing, |_| {}).unwrap();
    second.journal.record(event(5));
    let kinds: Vec<_> = all(&mut second.reader, 4).await.into_iter().map(|e| e.kind).collect();
    assert!(matches!(kinds[1], Kind::CallbackDue { .. }) && matches!(kinds[2], Kind::Ended { .. }));
    assert!(matches!(kinds[3], Kind::Traced { .. }));
    second.stop();
    assert!(open(dir.path()).unfinished.calls.is_empty());
    started.stop();
}

#[tokio::test]
async fn a_database_older_than_the_cursor_gets_everything_again() {
    let dir = tempfile::tempdir().unwrap();
    let Started { journal, mut reader, thread } = open(dir.path()).start(vec![], |_| ()).unwrap();
    assert_eq!(reader.last_stored(), None, "nothing was stored yet");
    (1..=50).for_each(|n| journal.record(event(n)));
    assert!(journal.append(vec![]).await);
    all(&mut reader, 50).await;
    reader.stored(40);
    assert_eq!(reader.last_stored().map(|event| event.sequence), Some(40));
    assert_eq!(all(&mut reader, 1).await[0].sequence, 41, "the question moves nothing");
    reader.rewind();
    assert_eq!(reader.from_oldest(), 50);
    assert_eq!(all(&mut reader, 50).await[0].sequence, 1);
    reader.stored(50);
    assert_eq!(reader.behind(), 0);
    stop(&journal, thread);
}
