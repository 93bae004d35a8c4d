//! SIPp, with scenarios of our own: an independent SIP stack for many callers at once.

use crate::patiently;
use crate::server::Server;
use crate::sound::Sound;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// What SIPp is to do. One row of fields a call: number, dialled, port of the sound, more.
pub struct Order<'a> {
    pub scenario: &'a str,
    pub tcp: bool,
    pub rows: Vec<Vec<String>>,
    /// New calls a second.
    pub rate: u32,
    /// Length of the scenario's pauses.
    pub pause: Duration,
}

pub struct Sipp {
    child: Child,
    folder: TempDir,
}

/// A row: who calls what, where its sound is.
pub fn row(number: &str, dialled: &str, sound: &Sound) -> Vec<String> {
    vec![number.into(), dialled.into(), sound.port.to_string()]
}

impl Sipp {
    pub fn start(server: &mut Server, order: Order) -> Sipp {
        Sipp::through(server.sip, server, order)
    }

    /// Sends everything to `target`, which brings it to the server.
    pub fn through(target: SocketAddr, server: &mut Server, order: Order) -> Sipp {
        let folder = TempDir::new().expect("a folder for SIPp");
        let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire/scenarios").join(order.scenario);
        let rows: Vec<String> = order.rows.iter().map(|row| row.join(";")).collect();
        let list = folder.path().join("rows.csv");
        std::fs::write(&list, format!("SEQUENTIAL\n{}\n", rows.join("\n"))).expect("rows can be written");
        let calls = order.rows.len().to_string();
        let child = Command::new("sipp")
            .arg(target.to_string())
            .arg("-sf")
            .arg(scenario)
            .arg("-inf")
            .arg(list)
            .args(["-i", "127.0.0.1", "-p", &server.port().to_string(), "-t", if order.tcp { "t1" } else { "u1" }])
            .args([
                "-m",
                &calls,
                "-l",
                &calls,
                "-r",
                &order.rate.to_string(),
                "-d",
                &order.pause.as_millis().to_string(),
            ])
            .args(["-nostdin", "-trace_msg", "-message_file", "messages", "-trace_err", "-error_file", "errors"])
            .args(["-timeout", "480s", "-timeout_error"])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("sipp starts: `scripts/setup test` installs it");
        Sipp { child, folder }
    }

    /// Every message sent and received so far.
    pub fn messages(&self) -> String {
        let bytes = std::fs::read(self.folder.path().join("messages")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn errors(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("errors")).unwrap_or_default()
    }

    /// Waits for the end; every call must have gone as the scenario says.
    pub async fn succeeds(mut self, seconds: u64) {
        let deadline = Instant::now() + patiently(seconds);
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a child can be looked at") {
                break status;
            }
            assert!(Instant::now() < deadline, "SIPp is not done in {:?}\n{}", patiently(seconds), self.tail());
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        assert!(status.success(), "SIPp: {status}\n{}", self.tail());
    }

    fn tail(&self) -> String {
        let messages = self.messages();
        let from = messages.char_indices().rev().nth(3_000).map_or(0, |(at, _)| at);
        format!("{}\n{}", self.errors(), &messages[from..])
    }

    /// Call-IDs to whose INVITE the server said 180, 183 or 200.
    pub fn acknowledged(&self) -> Vec<String> {
        let messages = self.messages();
        let mut found = Vec::new();
        for message in messages.split("SIP/2.0 ").skip(1) {
            let code = message.get(..3).unwrap_or_default();
            let field = |name: &str| {
                let line = message.lines().find(|line| line.to_lowercase().starts_with(name))?;
                Some(line.split_once(':')?.1.trim().to_owned())
            };
            let invite = field("cseq:").is_some_and(|cseq| cseq.ends_with("INVITE"));
            if invite && ["180", "183", "200"].contains(&code) {
                found.extend(field("call-id:"));
            }
        }
        found.sort();
        found.dedup();
        found
    }
}

impl Drop for Sipp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
