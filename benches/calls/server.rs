//! The server under test: `linedesk serve` on loopback with SQLite in a folder of its own, pinned to one core.

use crate::generator::{SERVER_CORE, UAS};
use crate::phones;
use linedesk::clock;
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::{Child, Command};

const SIP: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 15_070);
const HTTP: &str = "127.0.0.1:18090";
const PASSWORD: &str = "a bench needs one";
const READY_MAX: Duration = Duration::from_secs(60);
/// After a run the server gets so long to come to rest: less than this much CPU in a second.
const REST_MAX: Duration = Duration::from_secs(60);
const REST_CPU_MS: f64 = 25.0;

/// Goes to a queue with agents at once.
pub const QUEUED: &str = "700";
/// Goes to a queue without agents: answered, music.
pub const UNATTENDED: &str = "701";

/// What stays over restarts.
pub struct House {
    folder: PathBuf,
    agents: usize,
}

pub struct Server {
    child: Child,
    pub pid: u32,
    pub ready_ms: f64,
    client: reqwest::Client,
    ids: Vec<String>,
}

impl House {
    /// Writes the configuration, makes the people.
    pub async fn found(folder: &Path, agents: usize) -> Result<House, String> {
        let house = House { folder: folder.to_owned(), agents };
        let flows = folder.join("flows");
        std::fs::create_dir_all(&flows).map_err(text)?;
        for queue in ["work", "empty"] {
            let flow = format!(
                "title = \"{queue}\"\nstart = \"queue\"\ndispatcher = \"queue\"\ndegraded = \"queue\"\n\n\
                 [node.queue]\ndo = \"queue\"\nqueue = \"{queue}\"\npriority = 0\n"
            );
            std::fs::write(flows.join(queue).with_extension("toml"), flow).map_err(text)?;
        }
        std::fs::write(house.file(), house.config(&flows)).map_err(text)?;
        let mut admin = Command::new(program());
        admin
            .args(["people", "add-admin", "--config"])
            .arg(house.file())
            .arg("bench")
            .env("LINEDESK_PASSWORD", PASSWORD);
        let made = admin.output().await.map_err(text)?;
        if !made.status.success() {
            return Err(format!("no administrator: {}", String::from_utf8_lossy(&made.stderr)));
        }
        house.hire().await?;
        Ok(house)
    }

    fn file(&self) -> PathBuf {
        self.folder.join("bench.toml")
    }

    fn config(&self, flows: &Path) -> String {
        let data = self.folder.join("data");
        let mut config = format!(
            "[node]\nname = \"bench\"\ndata = {data:?}\ndrain = \"0s\"\n\n[http]\naddress = \"{HTTP}\"\n\n\
             [sip]\nudp = \"{SIP}\"\ntcp = \"{SIP}\"\nrealm = \"bench\"\n\n\
             [media]\nbind = \"127.0.0.1\"\nports = \"22000-31999\"\nbrowser = \"off\"\n\n\
             [journal]\nreserve = \"16M\"\n\n[log]\nfilter = \"warn\"\n\n[flows]\nfolder = {flows:?}\n\n\
             [[trunks]]\nname = \"loopback\"\naddresses = [\"127.0.0.1\"]\n\n"
        );
        for (number, queue) in [(QUEUED, "work"), (UNATTENDED, "empty")] {
            config += &format!(
                "[numbers.{number}]\nflow = \"{queue}\"\nlocale = \"en\"\n\n[[queues]]\nname = \"{queue}\"\nwrapup = \"0s\"\n\
                 waiting_max = 5000\nannounce_first = \"1h\"\nannounce_each = \"1h\"\n\n"
            );
        }
        for nth in 0..self.agents {
            config +=
                &format!("[[devices]]\naccount = \"desk{nth}\"\nagent = \"agent{nth}\"\npassword = \"{PASSWORD}\"\n\n");
        }
        config
    }

    /// One supervisor and the agents, through the API of a server that is not measured.
    async fn hire(&self) -> Result<(), String> {
        let server = self.spawn(false).await?;
        server.log_in("bench").await?;
        let boss = json!({"login": "boss", "name": "Boss", "role": "supervisor", "password": PASSWORD});
        server.post("people", &boss).await?;
        for nth in 0..self.agents {
            let agent = json!({"login": format!("agent{nth}"), "name": format!("Agent {nth}"), "role": "dispatcher",
                "password": PASSWORD, "extension": format!("{}", 2_000 + nth), "queues": ["work"]});
            server.post("people", &agent).await?;
        }
        server.stop().await;
        // devices whose people were not there yet are no news
        std::fs::remove_file(self.folder.join("server.log")).map_err(text)
    }

    /// Starts the server on its core, with every agent's phone registered.
    pub async fn open(&self) -> Result<Server, String> {
        let mut server = self.spawn(true).await?;
        let accounts: Vec<_> = (0..self.agents).map(|nth| (format!("desk{nth}"), PASSWORD.to_owned())).collect();
        phones::register(SocketAddr::from((Ipv4Addr::LOCALHOST, UAS)), SIP, &accounts).await?;
        server.log_in("boss").await?;
        let agents = server.get("agents").await?;
        let id = |agent: &Value| agent["id"].as_str().map(str::to_owned);
        server.ids = agents["items"].as_array().into_iter().flatten().filter_map(id).collect();
        if server.ids.len() < self.agents {
            return Err(format!("{} of {} agents are there", server.ids.len(), self.agents));
        }
        Ok(server)
    }

    async fn spawn(&self, pinned: bool) -> Result<Server, String> {
        // a session of its own, so that its threads do not count as the generator's (autogroup)
        let mut command = Command::new("setsid");
        if pinned {
            command.args(["taskset", "-c", SERVER_CORE]);
        }
        let log =
            std::fs::File::options().create(true).append(true).open(self.folder.join("server.log")).map_err(text)?;
        command.arg(program()).args(["serve", "--config"]).arg(self.file());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).kill_on_drop(true);
        let began = clock::now();
        let mut child = command.spawn().map_err(text)?;
        let pid = child.id().ok_or("the server is gone")?;
        let client = reqwest::Client::builder().cookie_store(true).build().map_err(text)?;
        let address = format!("http://{HTTP}/readyz");
        loop {
            if client.get(&address).send().await.is_ok_and(|answer| answer.status().is_success()) {
                break;
            }
            if clock::now().duration_since(began) > READY_MAX || child.try_wait().is_ok_and(|ended| ended.is_some()) {
                let log = std::fs::read_to_string(self.folder.join("server.log")).unwrap_or_default();
                return Err(format!("the server does not get ready: {log}"));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let ready_ms = clock::now().duration_since(began).as_secs_f64() * 1e3;
        Ok(Server { child, pid, ready_ms, client, ids: Vec::new() })
    }
}

impl Server {
    pub fn sip(&self) -> SocketAddr {
        SIP
    }

    /// Resident memory, MB.
    pub fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
        kilobytes.unwrap_or(f64::NAN) / 1024.0
    }

    /// User and system time so far, milliseconds.
    pub fn cpu_ms(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let ticks: f64 =
            after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
        // the kernel's unit for /proc is 10 ms on every machine we know
        ticks * 10.0
    }

    /// Waits until it has nothing left to do: the database has what happened.
    pub async fn rest(&self) {
        let began = clock::now();
        let mut before = self.cpu_ms();
        while clock::now().duration_since(began) < REST_MAX {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let now = self.cpu_ms();
            if now - before < REST_CPU_MS {
                return;
            }
            before = now;
        }
    }

    /// Every agent is ready: who missed a call of the last run was made not ready for it.
    pub async fn ready(&self) -> Result<(), String> {
        for id in &self.ids {
            let url = format!("http://{HTTP}/api/v1/agents/{id}/status");
            self.send(self.client.put(url).json(&json!({"status": "ready"}))).await?;
        }
        Ok(())
    }

    async fn log_in(&self, login: &str) -> Result<(), String> {
        self.post("login", &json!({"login": login, "password": PASSWORD})).await.map(drop)
    }

    async fn post(&self, what: &str, body: &Value) -> Result<Value, String> {
        self.send(self.client.post(format!("http://{HTTP}/api/v1/{what}")).json(body)).await
    }

    async fn get(&self, what: &str) -> Result<Value, String> {
        self.send(self.client.get(format!("http://{HTTP}/api/v1/{what}"))).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Value, String> {
        let request = request.header("Origin", format!("http://{HTTP}"));
        let answer = request.send().await.map_err(text)?;
        let (status, url) = (answer.status(), answer.url().clone());
        let body = answer.text().await.map_err(text)?;
        if !status.is_success() {
            return Err(format!("{url}: {status} {body}"));
        }
        Ok(serde_json::from_str(&body).unwrap_or(Value::Null))
    }

    /// Tells it to stop, and waits for it.
    pub async fn stop(mut self) {
        let told = Command::new("kill").arg(self.pid.to_string()).status().await;
        if told.is_err() || tokio::time::timeout(Duration::from_secs(20), self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }
}

/// The server: the one built with this benchmark, or what `LINEDESK_BENCH_SERVER` names.
fn program() -> PathBuf {
    std::env::var_os("LINEDESK_BENCH_SERVER").map_or_else(|| env!("CARGO_BIN_EXE_linedesk").into(), PathBuf::from)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
