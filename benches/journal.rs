//! The journal on this disk: how long an event waits until it is durable, and how many go through, beside the bare
//! write and fdatasync of the same disk in the same run.

mod support;

use call::event::{Direction, Event, Kind};
use linedesk::clock;
use linedesk::journal::append::{Opened, Options};
use linedesk::journal::{Journal, Started};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Duration;
use support::{line, short, tail, title, took};

/// Each part runs this long.
const SPAN: Duration = Duration::from_secs(3);
const BULK: usize = 1_000;

fn event() -> Event {
    let kind = Kind::Arrived {
        intake: clock::id(),
        direction: Direction::Inbound,
        source: "carrier".into(),
        from: Some("79161234567".into()),
        from_name: String::new(),
        dialled: "74951234567".into(),
        sip_call_id: "0000beef-3848276298220188511@198.51.100.20".into(),
        from_tag: "as0000beef".into(),
        node: "linedesk".into(),
    };
    Event { id: clock::id(), sequence: 0, at: clock::wall_ms(), call: Some(clock::id()), kind }
}

/// Milliseconds of a 400-octet write and its fdatasync.
fn disk(dir: &Path) -> Vec<f64> {
    let file = std::fs::File::create(dir.join("floor")).expect("a file");
    let (started, mut offset, mut samples) = (clock::now(), 0, Vec::new());
    while clock::now().duration_since(started) < SPAN {
        let write = || file.write_all_at(&[b'x'; 400], offset).and_then(|()| file.sync_data());
        let (time, result) = took(write);
        result.expect("written");
        offset += 400;
        samples.push(time.as_secs_f64() * 1e3);
    }
    samples
}

/// Milliseconds from an event given to it being durable, of so many who each wait for their last one.
async fn producers(journal: &Journal, count: usize) -> Vec<f64> {
    let mut set = tokio::task::JoinSet::new();
    for _ in 0..count {
        let journal = journal.clone();
        set.spawn(async move {
            let (started, mut samples) = (clock::now(), Vec::new());
            while clock::now().duration_since(started) < SPAN {
                let given = clock::now();
                assert!(journal.append(vec![event()]).await, "the journal takes it");
                samples.push(clock::now().duration_since(given).as_secs_f64() * 1e3);
            }
            samples
        });
    }
    set.join_all().await.into_iter().flatten().collect()
}

fn rate(samples: &[f64]) -> String {
    short(samples.len() as f64 / SPAN.as_secs_f64())
}

fn main() {
    title("journal: milliseconds until durable, p50 / p99 / max");
    // beside the build, not in /tmp, which may be memory
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let floor = disk(dir.path());
    line("bare write + fdatasync of this disk", &tail(floor.clone()), "");
    line("... a second", &rate(&floor), "");
    let opened = Opened::open(Options::new(dir.path().join("journal"), 0)).expect("a journal");
    let started: Started = opened.start(Vec::new(), |_| {}).expect("a journal");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    for count in [1, 32] {
        let samples = runtime.block_on(producers(&started.journal, count));
        let events = rate(&samples);
        let bar = "bar: INVITE to 200 p99 15 ms good, 8 ms goal, this wait within";
        line(&format!("{count} waiting at a time"), &tail(samples), bar);
        line("... events a second", &events, "");
    }
    let bulk: Vec<Event> = (0..BULK).map(|_| event()).collect();
    let (time, ()) = took(|| {
        for _ in 0..100 {
            assert!(runtime.block_on(started.journal.append(bulk.clone())), "the journal takes it");
        }
    });
    line(
        "in groups of 1,000: events a second",
        &short(100.0 * BULK as f64 / time.as_secs_f64()),
        "bar: 200 calls/s are 4,000 events/s",
    );
    started.stop();
}
