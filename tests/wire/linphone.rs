//! linphone: a third make of telephone. Steered as a person steers `linphonec`, plays and records files for sound.

use crate::server::Server;
use crate::sound::{tone_seconds, write_tone};
use crate::{holds, ports, until};
use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

pub struct Linphone {
    child: Child,
    keys: ChildStdin,
    folder: TempDir,
    server: SocketAddr,
}

impl Linphone {
    pub async fn start(server: SocketAddr, user: &str, hertz: f64) -> Linphone {
        let folder = TempDir::new().expect("a folder for linphone");
        let home = folder.path();
        let first = ports::block();
        // Without the folder of its database it starts and does nothing.
        std::fs::create_dir_all(home.join(".local/share/linphone")).expect("its folder");
        let config = format!(
            "[sip]\nsip_port={first}\nsip_tcp_port={first}\nguess_hostname=0\ncontact=\"x\" <sip:{user}@127.0.0.1>\n\
             [rtp]\naudio_rtp_port={}\n",
            first + 10
        );
        std::fs::write(home.join("rc"), config).expect("its configuration");
        write_tone(&home.join("tone.wav"), hertz, 90);
        let said = File::create(home.join("said")).expect("a log file");
        let mut child = Command::new("linphonec")
            .args(["-c", "rc", "-d", "5", "-l", "log"])
            .current_dir(home)
            .env("HOME", home)
            .env("XDG_DATA_HOME", home.join(".local/share"))
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .stdin(Stdio::piped())
            .stdout(said.try_clone().expect("a second handle"))
            .stderr(said)
            .spawn()
            .expect("linphonec starts: `scripts/setup test` installs it");
        let keys = child.stdin.take().expect("it was asked for");
        let mut phone = Linphone { child, keys, folder, server };
        phone.says("linphonec>", 20).await;
        phone.types("soundcard use files");
        phone.says("Using wav files", 10).await;
        // It prefers the machine's IPv6 address for its sound; the server is on loopback.
        phone.types("ipv6 disable");
        phone.says("ipv6 use disabled", 10).await;
        for (what, file) in [("play", "tone.wav"), ("record", "heard.wav")] {
            let path = phone.folder.path().join(file).display().to_string();
            phone.types(&format!("{what} {path}"));
        }
        phone
    }

    pub async fn register(&mut self, user: &str, password: &str) {
        let server = self.server;
        self.types(&format!("register sip:{user}@{server} sip:{server} {password}"));
        let (folder, keys) = (self.folder.path().to_owned(), &mut self.keys);
        holds("linphone is registered", 20, || {
            let _ = writeln!(keys, "status register");
            let registered = read(&folder, "said").contains("registered, identity=");
            async move { registered }
        })
        .await;
    }

    pub fn types(&mut self, line: &str) {
        writeln!(self.keys, "{line}").expect("linphone takes commands");
    }

    pub async fn says(&self, what: &str, seconds: u64) {
        let said = || read(self.folder.path(), "said");
        until(&format!("linphone says {what}"), seconds, || async { said().contains(what).then_some(()) }).await;
    }

    /// REGISTERs sent so far.
    pub fn registers(&self) -> usize {
        read(self.folder.path(), "log").lines().filter(|line| line.starts_with("REGISTER sip:")).count()
    }

    /// Waits until it heard this tone for so long.
    pub async fn heard(&self, hertz: f64, seconds: f64) {
        until(&format!("linphone heard {hertz} Hz for {seconds} s"), 20, || async {
            let mut reader = hound::WavReader::open(self.folder.path().join("heard.wav")).ok()?;
            let samples: Vec<i16> = reader.samples::<i16>().filter_map(Result::ok).collect();
            (tone_seconds(&samples, hertz) >= seconds).then_some(())
        })
        .await;
    }
}

fn read(folder: &Path, file: &str) -> String {
    String::from_utf8_lossy(&std::fs::read(folder.join(file)).unwrap_or_default()).into_owned()
}

impl Drop for Linphone {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("--- linphone's last words\n{}", read(self.folder.path(), "said"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn linphone_calls_and_answers_at_the_desk_and_rings_after_kill_9_without_registering_again() {
    let mut server = Server::demo().await;
    let mut desk = Linphone::start(server.sip, "desk102", 1_000.0).await;
    desk.register("desk102", "demo-desk-102").await;
    let registers = desk.registers();
    server.kill();
    server.again().await;

    let supervisor = server.login("supervisor").await;
    server.login("dispatcher2").await.ready().await;
    let number = "79166660001";
    let mut caller = Linphone::start(server.sip, number, 440.0).await;
    caller.types(&format!("call sip:1000@{}", server.sip));
    caller.says("connected", 15).await;
    supervisor.stage(number, "flow", 15).await;
    caller.types("0");
    desk.says("Receiving new incoming call", 20).await;
    desk.types("answer");
    supervisor.stage(number, "talking", 10).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    caller.types("terminate");
    desk.says("ended", 10).await;
    desk.heard(440.0, 2.5).await;
    caller.heard(1_000.0, 2.5).await;
    let call = supervisor.call(number, "has ended", 10, |call| call["state"] == "ended").await;
    assert_eq!(call["outcome"], "completed", "{call}");
    assert_eq!(desk.registers(), registers, "the phone did nothing of its own");
}
