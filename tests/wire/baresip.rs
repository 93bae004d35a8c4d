//! baresip: a whole telephone of another make. Steered over its control port, heard through its own recordings.

use crate::{holds, ports, sound, until};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tempfile::TempDir;

/// A phone to be made.
pub struct Phone<'a> {
    pub server: SocketAddr,
    pub user: &'a str,
    /// With a password it registers.
    pub password: Option<&'a str>,
    pub tcp: bool,
    /// What it says all the time.
    pub hertz: f64,
    /// Keys as SIP INFO instead of RFC 4733.
    pub info: bool,
}

pub struct Baresip {
    child: Child,
    folder: TempDir,
    server: SocketAddr,
    tcp: bool,
    control: TcpStream,
    events: Arc<Mutex<Vec<Value>>>,
    /// Events looked at already.
    seen: usize,
    token: u32,
}

impl Baresip {
    pub async fn start(phone: Phone<'_>) -> Baresip {
        let folder = TempDir::new().expect("a folder for baresip");
        let first = ports::block();
        write_files(folder.path(), &phone, first);
        let log = std::fs::File::create(folder.path().join("log")).expect("a log file");
        let child = Command::new("baresip")
            .arg("-f")
            .arg(folder.path())
            .arg("-v")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .spawn()
            .expect("baresip starts: `scripts/setup test` installs it");
        let address = SocketAddr::from(([127, 0, 0, 1], first + 4));
        let said = || std::fs::read_to_string(folder.path().join("log")).unwrap_or_default();
        let control = until(&format!("baresip opens its control port {address}"), 20, || async {
            assert!(!said().contains("init failed"), "baresip does not start: {}", said());
            TcpStream::connect(address).ok()
        })
        .await;
        let events = Arc::new(Mutex::new(Vec::new()));
        let (stream, heard) = (control.try_clone().expect("a second handle"), events.clone());
        std::thread::spawn(move || listen(stream, &heard));
        let mut baresip =
            Baresip { child, folder, server: phone.server, tcp: phone.tcp, control, events, seen: 0, token: 0 };
        baresip.account(&phone).await;
        baresip
    }

    /// Makes the account, and registers it if it has a password: once, and for longer than any test.
    async fn account(&mut self, phone: &Phone<'_>) {
        let transport = if phone.tcp { ";transport=tcp" } else { "" };
        let registers = match phone.password {
            Some(password) => format!(";auth_user={};auth_pass={password};regint=3600", phone.user),
            None => ";regint=0".into(),
        };
        let keys = if phone.info { ";dtmfmode=info" } else { "" };
        let name = format!("sip:{}@{}", phone.user, phone.server);
        let account = format!("<{name}{transport}>{registers}{keys};answermode=manual;ptime=20");
        self.command("uanew", &account).await;
        if phone.password.is_some() {
            self.event("REGISTER_OK", 20).await;
            assert_eq!(self.count("REGISTER_FAIL"), 0, "at the first try");
        }
    }

    /// How often it said this since it was started.
    pub fn count(&self, kind: &str) -> usize {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.iter().filter(|event| event["type"] == kind).count()
    }

    /// Waits for an event that was not looked at yet.
    pub async fn event(&mut self, kind: &str, seconds: u64) -> Value {
        let events = self.events.clone();
        let from = self.seen;
        let (at, event) = until(&format!("baresip says {kind}\n{}", self.log()), seconds, || async {
            let events = events.lock().unwrap_or_else(PoisonError::into_inner);
            let at = events.iter().skip(from).position(|event| event["type"] == kind)?;
            Some((from + at, events[from + at].clone()))
        })
        .await;
        self.seen = at + 1;
        event
    }

    /// One command, and the answer to it: baresip overhears a second one that comes with the first.
    pub async fn command(&mut self, command: &str, parameters: &str) {
        self.token += 1;
        let token = self.token.to_string();
        let text = json!({"command": command, "params": parameters, "token": token}).to_string();
        write!(self.control, "{}:{text},", text.len()).expect("baresip takes commands");
        let events = self.events.clone();
        holds(&format!("baresip answers `{command}`"), 10, || async {
            let events = events.lock().unwrap_or_else(PoisonError::into_inner);
            events.iter().any(|event| event["token"] == token.as_str())
        })
        .await;
    }

    pub async fn dial(&mut self, number: &str) {
        let transport = if self.tcp { ";transport=tcp" } else { "" };
        let uri = format!("sip:{number}@{}{transport}", self.server);
        self.command("dial", &uri).await;
    }

    /// A key; baresip holds it until told otherwise, so it is let go at once.
    pub async fn press(&mut self, key: char) {
        self.command("sndcode", &key.to_string()).await;
    }

    pub async fn hang_up(&mut self) {
        self.command("hangup", "").await;
    }

    /// All it heard in its last call, once that is over.
    pub async fn heard(&self) -> Vec<i16> {
        until("baresip writes what it heard", 10, || async {
            let mut files: Vec<_> = std::fs::read_dir(self.folder.path())
                .expect("its folder")
                .filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|path| path.to_string_lossy().ends_with("-dec.wav"))
                .collect();
            files.sort();
            let mut reader = hound::WavReader::open(files.last()?).ok()?;
            let samples: Vec<i16> = reader.samples::<i16>().filter_map(Result::ok).collect();
            (!samples.is_empty()).then_some(samples)
        })
        .await
    }

    pub fn log(&self) -> String {
        let bytes = std::fs::read(self.folder.path().join("log")).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().filter(|line| !line.contains("(bit/s)")).collect();
        lines[lines.len().saturating_sub(25)..].join("\n")
    }
}

impl Drop for Baresip {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Its control port speaks netstrings: `LENGTH:JSON,`.
fn listen(mut stream: TcpStream, events: &Mutex<Vec<Value>>) {
    let mut buffer = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(length) = stream.read(&mut piece) {
        if length == 0 {
            return;
        }
        buffer.extend_from_slice(&piece[..length]);
        while let Some(colon) = buffer.iter().position(|octet| *octet == b':') {
            let Some(length) = std::str::from_utf8(&buffer[..colon]).ok().and_then(|text| text.parse::<usize>().ok())
            else {
                return;
            };
            if buffer.len() < colon + length + 2 {
                break;
            }
            let json = buffer[colon + 1..=colon + length].to_vec();
            buffer.drain(..colon + length + 2);
            if let Ok(value) = serde_json::from_slice(&json) {
                events.lock().unwrap_or_else(PoisonError::into_inner).push(value);
            }
        }
    }
}

fn write_files(folder: &Path, phone: &Phone, first: u16) {
    let tone = folder.join("tone.wav");
    sound::write_tone(&tone, phone.hertz, 90);
    // The module folder differs between Debian's architectures.
    let modules = [
        "/usr/lib/baresip/modules",
        "/usr/lib/x86_64-linux-gnu/baresip/modules",
        "/usr/lib/aarch64-linux-gnu/baresip/modules",
    ];
    let modules = modules.iter().find(|path| Path::new(path).exists()).expect("baresip's modules are installed");
    // It takes the port behind the SIP port for TLS.
    let config = format!(
        "sip_listen 127.0.0.1:{first}\nnet_interface 127.0.0.1\naudio_player aubridge,ear\naudio_source aufile,{tone}\n\
         ausrc_srate 8000\nauplay_srate 8000\nausrc_channels 1\nauplay_channels 1\naudio_path {folder}\n\
         rtp_ports {}-{}\nmodule_path {modules}\nmodule g711.so\nmodule aufile.so\nmodule aubridge.so\nmodule sndfile.so\n\
         module_tmp account.so\nmodule_app ctrl_tcp.so\nmodule_app menu.so\nctrl_tcp_listen 127.0.0.1:{}\nsnd_path {folder}\n",
        first + 10,
        first + 60,
        first + 4,
        tone = tone.display(),
        folder = folder.display(),
    );
    std::fs::write(folder.join("config"), config).expect("its configuration");
    std::fs::write(folder.join("accounts"), "# made over the control port\n").expect("its accounts");
    std::fs::write(folder.join("contacts"), "").expect("its contacts");
}

/// How long to let two people talk.
pub async fn talk(seconds: f64) {
    tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
}
