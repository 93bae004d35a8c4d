//! The built program as a child process: started on free ports and a folder of its own, asked whether it is ready, killed by
//! its number.

use crate::api::Person;
use crate::{patiently, ports};
use serde_json::Value;
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Servers at a time: the machine has few cores and every test waits for sound in real time.
static TURN: Semaphore = Semaphore::const_new(3);

/// A debug build that fills a new demo company.
const READY_SECONDS: u64 = 30;

pub fn program() -> &'static str {
    env!("CARGO_BIN_EXE_linedesk")
}

pub struct Server {
    pub http: SocketAddr,
    pub sip: SocketAddr,
    /// First and last RTP port.
    pub rtp: (u16, u16),
    /// From start to ready.
    pub took: Duration,
    folder: TempDir,
    /// What is run: the program and its arguments, perhaps behind something that lets it into a namespace.
    command: Vec<String>,
    child: Child,
    next_port: u16,
    _turn: SemaphorePermit<'static>,
}

impl Server {
    /// `linedesk demo`.
    pub async fn demo() -> Server {
        Server::demo_behind(|_| Vec::new()).await
    }

    /// The same behind a program that is given the folder and runs it.
    pub async fn demo_behind(before: impl FnOnce(&Path) -> Vec<String>) -> Server {
        Server::start(|folder, http, sip, rtp| {
            let data = folder.join("data").display().to_string();
            let rtp = format!("{}-{}", rtp.0, rtp.1);
            let words = [
                program(),
                "demo",
                "--data",
                &data,
                "--http",
                &http.to_string(),
                "--sip",
                &sip.to_string(),
                "--rtp",
                &rtp,
                "--seed",
                "7",
            ];
            let mut command = before(folder);
            command.extend(words.map(str::to_owned));
            command
        })
        .await
    }

    /// `linedesk serve` with a configuration; `{folder}`, `{http}`, `{sip}` and `{rtp}` in it are filled in. `before` runs when the
    /// file is there and the server is not.
    pub async fn serve(config: &str, before: impl FnOnce(&Path)) -> Server {
        Server::start(|folder, http, sip, rtp| {
            let config = config
                .replace("{folder}", &folder.display().to_string())
                .replace("{http}", &http.to_string())
                .replace("{sip}", &sip.to_string())
                .replace("{rtp}", &format!("{}-{}", rtp.0, rtp.1));
            let path = folder.join("linedesk.toml");
            std::fs::write(&path, config).expect("the configuration can be written");
            before(&path);
            vec![program().into(), "serve".into(), "--config".into(), path.display().to_string()]
        })
        .await
    }

    async fn start(command: impl FnOnce(&Path, SocketAddr, SocketAddr, (u16, u16)) -> Vec<String>) -> Server {
        let turn = TURN.acquire().await.expect("the semaphore is never closed");
        let folder = TempDir::new().expect("a folder for the test");
        let first = ports::block();
        let at = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let (http, sip, rtp) = (at(first), at(first + 1), (first + 40, first + 199));
        let command = command(folder.path(), http, sip, rtp);
        let child = run(&command, folder.path());
        let took = Duration::ZERO;
        let mut server = Server { http, sip, rtp, took, folder, command, child, next_port: first + 2, _turn: turn };
        server.ready(Instant::now()).await;
        server
    }

    async fn ready(&mut self, began: Instant) {
        let url = format!("http://{}/readyz", self.http);
        let deadline = began + patiently(READY_SECONDS);
        loop {
            let asked = reqwest::Client::new().get(&url).timeout(Duration::from_secs(2)).send().await;
            if asked.is_ok_and(|answer| answer.status().is_success()) {
                break;
            }
            if let Some(status) = self.child.try_wait().expect("a child can be looked at") {
                panic!("the server ended with {status}:\n{}", self.log());
            }
            assert!(Instant::now() < deadline, "not ready in {:?}:\n{}", patiently(READY_SECONDS), self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.took = began.elapsed();
    }

    /// Somebody of the demo company.
    pub async fn login(&self, login: &str) -> Person {
        Person::login(self.http, login, "demo").await
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A port for somebody who talks to this server.
    pub fn port(&mut self) -> u16 {
        self.next_port += 1;
        assert!(self.next_port < self.rtp.0, "a test takes too many ports");
        self.next_port
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().expect("the server can be killed");
        self.child.wait().expect("a killed child ends");
    }

    /// SIGTERM, and its end.
    pub async fn stop(&mut self) {
        self.terminate();
        self.ended(40).await;
    }

    /// SIGTERM.
    pub fn terminate(&self) {
        let id = i32::try_from(self.child.id()).expect("a process number");
        // SAFETY: a plain system call; the child is ours and not waited for yet, so its number is still its own.
        assert_eq!(unsafe { libc::kill(id, libc::SIGTERM) }, 0);
    }

    /// Waits for its end.
    pub async fn ended(&mut self, seconds: u64) -> ExitStatus {
        let deadline = Instant::now() + patiently(seconds);
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be looked at") {
                return status;
            }
            assert!(Instant::now() < deadline, "the server does not stop:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Status and body of `/readyz`.
    pub async fn readiness(&self) -> (u16, Value) {
        let answer = reqwest::get(format!("http://{}/readyz", self.http)).await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.json().await.expect("a report"))
    }

    /// One figure of `/metrics`, with its labels as they are written there.
    pub async fn figure(&self, name: &str) -> Option<f64> {
        let text = reqwest::get(format!("http://{}/metrics", self.http)).await.ok()?.text().await.ok()?;
        let line = text.lines().find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')))?;
        line.rsplit(' ').next()?.parse().ok()
    }

    /// The same server anew: folder, ports, arguments.
    pub async fn again(&mut self) {
        let began = Instant::now();
        self.child = run(&self.command, self.folder.path());
        self.ready(began).await;
    }

    pub fn alive(&mut self) -> bool {
        self.child.try_wait().expect("a child can be looked at").is_none()
    }

    /// Memory in use, kilobytes.
    pub fn resident_kb(&self) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("the process is there");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("the kernel tells VmRSS");
        line.split_whitespace().nth(1).and_then(|kb| kb.parse().ok()).expect("a number")
    }

    /// What the program said.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

fn run(command: &[String], folder: &Path) -> Child {
    let log = File::options().create(true).append(true).open(folder.join("log")).expect("a log file");
    Command::new(&command[0])
        .args(&command[1..])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a second handle"))
        .stderr(log)
        .spawn()
        .expect("the program starts")
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            eprintln!("--- the server's last words\n{}", lines[lines.len().saturating_sub(60)..].join("\n"));
        }
    }
}

/// Runs the program to its end: (succeeded, everything it said).
pub fn said(arguments: &[&str], folder: &Path) -> (bool, String) {
    let words = std::iter::once(program()).chain(arguments.iter().copied()).map(str::to_owned);
    let mut child = run(&words.collect::<Vec<_>>(), folder);
    let deadline = Instant::now() + patiently(20);
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child can be looked at") {
            break status;
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            break child.wait().expect("a killed child ends");
        }
        std::thread::park_timeout(Duration::from_millis(10));
    };
    (status.success(), std::fs::read_to_string(folder.join("log")).unwrap_or_default())
}
