//! The disk fills up in the middle (F9): recordings are given up first, intakes never; calls go on; all comes back by itself.
//!
//! The data folder is a small tmpfs in a mount namespace of its own. Where the system does not allow that, the test says so
//! and is skipped.

use crate::api::{Person, text};
use crate::server::Server;
use crate::sipp::{Order, Sipp, row};
use crate::sound::Sound;
use crate::until;
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Size of the disk, MB. The demo's reserve is 16, and recordings stop below 32.
const DISK_MB: u32 = 160;

/// Holds a mount namespace in which a folder is a small disk.
struct Disk {
    keeper: Child,
    folder: PathBuf,
    /// What lets a program into the namespace.
    enter: Vec<String>,
}

impl Disk {
    /// None: not permitted here.
    fn mount(folder: &Path) -> Option<Disk> {
        std::fs::create_dir_all(folder).expect("a folder for the disk");
        let mount =
            format!("mount -t tmpfs -o size={DISK_MB}m none '{}' && echo mounted && exec cat", folder.display());
        let root = ["-m"].as_slice();
        let user = ["-r", "-m"].as_slice();
        for how in [user, root] {
            let mut keeper = Command::new("unshare")
                .args(how)
                .args(["sh", "-c", &mount])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .ok()?;
            let mut said = String::new();
            let _ = BufReader::new(keeper.stdout.take().expect("piped")).read_line(&mut said);
            if said.trim() == "mounted" {
                let target = keeper.id().to_string();
                let mut enter = vec!["nsenter", "-t", &target, "-m"];
                if how == user {
                    enter.extend(["-U", "--preserve-credentials"]);
                }
                enter.push("--");
                let enter = enter.into_iter().map(str::to_owned).collect();
                return Some(Disk { keeper, folder: folder.to_owned(), enter });
            }
            let _ = keeper.kill();
            let _ = keeper.wait();
        }
        None
    }

    /// A path on the disk, as seen from outside of the namespace.
    fn path(&self, name: &str) -> PathBuf {
        let inside = self.folder.strip_prefix("/").expect("an absolute path");
        PathBuf::from(format!("/proc/{}/root", self.keeper.id())).join(inside).join(name)
    }

    /// Takes every octet that is left.
    fn fill(&self) {
        let mut filler =
            File::options().create(true).append(true).open(self.path("filler")).expect("a file of the disk");
        for size in [1 << 20, 4_096, 1] {
            while filler.write_all(&vec![7; size]).is_ok() {}
        }
    }

    fn empty(&self) {
        std::fs::remove_file(self.path("filler")).expect("the filler is there");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
    }
}

fn number(round: &str, n: usize) -> String {
    format!("+791644{round}{n:04}")
}

/// Callers who press 0 and wait.
fn callers(server: &mut Server, round: &str, sounds: &[Sound], pause: u64) -> Sipp {
    let mut rows: Vec<Vec<String>> =
        sounds.iter().enumerate().map(|(n, sound)| row(&number(round, n), "1000", sound)).collect();
    rows.iter_mut().for_each(|row| row.push("0".into()));
    let order = Order { scenario: "caller_info.xml", tcp: false, rows, rate: 10, pause: Duration::from_secs(pause) };
    Sipp::start(server, order)
}

fn sounds(count: usize) -> Vec<Sound> {
    (0..count).map(|_| Sound::new(440.0)).collect()
}

async fn hear_the_queue(sounds: &[Sound], seconds: f64) {
    for sound in sounds {
        until("a caller hears the queue", 30, || async { (sound.heard_seconds() > seconds).then_some(()) }).await;
    }
}

async fn peaks(supervisor: &Person, call: &Value) -> Value {
    let recordings = supervisor.list(&format!("recordings?call={}", text(call, "id"))).await;
    let recording = recordings.first().expect("a recording");
    supervisor.get(&format!("recordings/{}/peaks", text(recording, "id"))).await
}

/// Each has one intake, and its call is over.
async fn have_intakes(supervisor: &Person, round: &str, count: usize) -> Vec<Value> {
    let mut calls = Vec::new();
    for n in 0..count {
        let number = number(round, n);
        calls.push(supervisor.call(&number, "is stored", 40, |call| call["state"] == "ended").await);
        let intakes = supervisor.list("intakes?limit=200").await;
        let ours = intakes.iter().filter(|intake| intake["number"] == number.as_str()).count();
        assert_eq!(ours, 1, "one intake of {number}");
    }
    calls
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_costs_recordings_and_no_call_and_no_intake_and_all_comes_back() {
    let mut disk = None;
    let probe = tempfile::TempDir::new().expect("a folder");
    if Disk::mount(probe.path()).is_none() {
        println!("SKIPPED: this system lets nobody mount a tmpfs in a namespace (unshare -rm; as root: unshare -m)");
        return;
    }
    let mut server = Server::demo_behind(|folder| {
        let mounted = Disk::mount(&folder.join("data")).expect("it was permitted a moment ago");
        disk.insert(mounted).enter.clone()
    })
    .await;
    let disk = disk.expect("it was mounted");
    let supervisor = server.login("supervisor").await;
    assert_eq!(server.readiness().await.1["state"], "ready");

    // The disk fills up during calls.
    let early = sounds(2);
    let early_calls = callers(&mut server, "0", &early, 60);
    hear_the_queue(&early, 3.0).await;
    disk.fill();
    crate::holds("it says that recordings are given up", 10, || async {
        let (status, report) = server.readiness().await;
        let told = report["reasons"].to_string().contains("recordings are not written");
        status == 200 && report["state"] == "degraded" && told
    })
    .await;
    assert_eq!(server.figure("linedesk_trouble{part=\"recordings\"}").await, Some(1.0));
    assert!(server.log().contains("nothing is recorded, calls go on"), "{}", server.log());
    let before: Vec<f64> = early.iter().map(Sound::heard_seconds).collect();

    // New calls are answered as ever.
    let during = sounds(6);
    let during_calls = callers(&mut server, "1", &during, 9);
    hear_the_queue(&during, 3.0).await;
    during_calls.succeeds(30).await;
    for (sound, before) in early.iter().zip(before) {
        assert!(sound.heard_seconds() > before + 2.0, "who was there still hears the queue");
    }

    // Space again: recordings go on, with a gap.
    disk.empty();
    crate::holds("all is well again", 15, || async { server.readiness().await.1["state"] == "ready" }).await;
    let after = sounds(2);
    callers(&mut server, "2", &after, 9).succeeds(30).await;
    early_calls.succeeds(90).await;
    for call in have_intakes(&supervisor, "0", 2).await {
        let peaks = peaks(&supervisor, &call).await;
        let (missing, whole) =
            (peaks["missing_ms"].as_i64().expect("a number"), peaks["duration_ms"].as_i64().expect("a number"));
        assert!(
            missing > 5_000 && missing < whole - 5_000,
            "before and after are recorded, a gap between: {missing} of {whole}"
        );
    }
    for call in have_intakes(&supervisor, "1", 6).await {
        let recordings = supervisor.list(&format!("recordings?call={}", text(&call, "id"))).await;
        assert!(
            recordings.iter().all(|recording| recording["state"] == "broken"),
            "nothing was recorded: {recordings:?}"
        );
    }
    for call in have_intakes(&supervisor, "2", 2).await {
        let peaks = peaks(&supervisor, &call).await;
        assert!(peaks["missing_ms"] == 0 && peaks["duration_ms"].as_i64() > Some(5_000), "{peaks}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_on_a_full_disk_it_starts_and_takes_calls_on_the_reserve() {
    let mut disk = None;
    let probe = tempfile::TempDir::new().expect("a folder");
    if Disk::mount(probe.path()).is_none() {
        println!("SKIPPED: this system lets nobody mount a tmpfs in a namespace (unshare -rm; as root: unshare -m)");
        return;
    }
    let mut server = Server::demo_behind(|folder| {
        let mounted = Disk::mount(&folder.join("data")).expect("it was permitted a moment ago");
        disk.insert(mounted).enter.clone()
    })
    .await;
    let disk = disk.expect("it was mounted");
    let open = sounds(2);
    let cut = callers(&mut server, "3", &open, 60);
    hear_the_queue(&open, 2.0).await;
    disk.fill();
    server.kill();
    disk.fill();
    drop(cut);
    server.again().await;
    let (status, report) = server.readiness().await;
    assert_eq!((status, &report["state"]), (200, &"degraded".into()), "{report}");
    // What the start had given back is taken, too.
    disk.fill();
    let during = sounds(4);
    let calls = callers(&mut server, "4", &during, 9);
    hear_the_queue(&during, 3.0).await;
    let (status, report) = server.readiness().await;
    assert_eq!((status, &report["state"]), (200, &"degraded".into()), "{report}");
    assert!(report["reasons"].to_string().contains("in reserve"), "it lives on the reserve: {report}");
    calls.succeeds(30).await;
    disk.empty();
    crate::holds("all is well again", 20, || async { server.readiness().await.1["state"] == "ready" }).await;
    let supervisor = server.login("supervisor").await;
    have_intakes(&supervisor, "4", 4).await;
    for call in have_intakes(&supervisor, "3", 2).await {
        assert_eq!(call["outcome"], "node_lost", "{call}");
    }
    server.stop().await;
    let journal = disk.path("journal").display().to_string();
    let folder = tempfile::TempDir::new().expect("a folder");
    let (well, said) = crate::server::said(&["journal", "verify", &journal], folder.path());
    assert!(well, "{said}");
}
