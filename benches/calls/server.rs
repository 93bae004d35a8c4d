//! The server under test: `linedesk serve` on loopback with SQLite in a folder of its own, pinned to one core.

use crate::generator::SERVER_CORE;
use crate::house::{HTTP, House};
use linedesk::clock;
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

pub const SIP: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 15_070);
pub const PASSWORD: &str = "a bench needs one";
const READY_MAX: Duration = Duration::from_secs(60);
/// After a run the server gets so long to come to rest: less than this much CPU in a second.
const REST_MAX: Duration = Duration::from_secs(60);
const REST_CPU_MS: f64 = 25.0;

pub struct Server {
    child: Child,
    pub pid: u32,
    pub ready_ms: f64,
    client: reqwest::Client,
    cookie: String,
    /// Of a second person.
    other: String,
    ids: Vec<String>,
}

impl Server {
    /// Starts it on its core and waits until it is ready.
    pub async fn start(house: &House) -> Result<Server, String> {
        let client = reqwest::Client::new();
        let address = format!("http://{HTTP}/readyz");
        if client.get(&address).send().await.is_ok() {
            return Err(format!("another server has {HTTP}: stop it first"));
        }
        // a session of its own, so that its threads do not count as the generator's (autogroup); it dies with us
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "setsid", "taskset", "-c", SERVER_CORE]);
        let log = std::fs::File::options().create(true).append(true).open(house.log()).map_err(text)?;
        command.arg(program()).args(["serve", "--config"]).arg(house.file());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).kill_on_drop(true);
        let began = clock::now();
        let mut child = command.spawn().map_err(text)?;
        let pid = child.id().ok_or("the server is gone")?;
        loop {
            if client.get(&address).send().await.is_ok_and(|answer| answer.status().is_success()) {
                break;
            }
            if clock::now().duration_since(began) > READY_MAX || child.try_wait().is_ok_and(|ended| ended.is_some()) {
                let log = std::fs::read_to_string(house.log()).unwrap_or_default();
                return Err(format!("the server does not get ready: {log}"));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let ready_ms = clock::now().duration_since(began).as_secs_f64() * 1e3;
        Ok(Server { child, pid, ready_ms, client, cookie: String::new(), other: String::new(), ids: Vec::new() })
    }

    /// Learns who its agents are: those whose name begins so.
    pub async fn know(&mut self, name: &str, count: usize) -> Result<(), String> {
        let agents = self.get("agents").await?;
        let known = agents["items"].as_array().into_iter().flatten();
        let known = known.filter(|agent| agent["name"].as_str().is_some_and(|full| full.starts_with(name)));
        self.ids = known.filter_map(|agent| agent["id"].as_str().map(str::to_owned)).collect();
        match self.ids.len() {
            found if found == count => Ok(()),
            found => Err(format!("{found} of {count} agents are there")),
        }
    }

    /// Agents with a device that can be rung.
    pub async fn reachable(&self) -> Result<usize, String> {
        let agents = self.get("agents").await?;
        Ok(agents["items"].as_array().into_iter().flatten().filter(|agent| agent["device"] == true).count())
    }

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
        cpu_ms(self.pid)
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

    pub async fn log_in(&mut self, login: &str) -> Result<(), String> {
        self.cookie = cookie(login).await?;
        Ok(())
    }

    /// A second person, for [`Server::get_as_other`].
    pub async fn log_in_other(&mut self, login: &str) -> Result<(), String> {
        self.other = cookie(login).await?;
        Ok(())
    }

    /// What this person's own WebSockets are opened with.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    pub async fn get(&self, what: &str) -> Result<Value, String> {
        self.send(self.client.get(format!("http://{HTTP}/api/v1/{what}"))).await
    }

    pub async fn get_as_other(&self, what: &str) -> Result<Value, String> {
        self.send_as(&self.other, self.client.get(format!("http://{HTTP}/api/v1/{what}"))).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Value, String> {
        self.send_as(&self.cookie, request).await
    }

    async fn send_as(&self, cookie: &str, request: reqwest::RequestBuilder) -> Result<Value, String> {
        let request = request.header("Origin", format!("http://{HTTP}")).header("Cookie", cookie);
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

/// Logs somebody in.
pub async fn cookie(login: &str) -> Result<String, String> {
    let form = json!({"login": login, "password": PASSWORD});
    let request = reqwest::Client::new().post(format!("http://{HTTP}/api/v1/login")).json(&form);
    let answer = request.header("Origin", format!("http://{HTTP}")).send().await.map_err(text)?;
    let set = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok());
    let pair = set.and_then(|value| value.split(';').next());
    pair.map(str::to_owned).ok_or_else(|| format!("{login} is not let in: {}", answer.status()))
}

/// Opens a WebSocket of the server as a page of its own would.
pub async fn web_socket(
    path: &str,
    protocol: Option<&str>,
    cookie: &str,
) -> Result<WebSocketStream<TcpStream>, String> {
    let mut request = format!("ws://{HTTP}{path}").into_client_request().map_err(text)?;
    let mut head = |name: &'static str, value: &str| -> Result<(), String> {
        request.headers_mut().insert(name, value.parse().map_err(text)?);
        Ok(())
    };
    head("origin", &format!("http://{HTTP}"))?;
    head("cookie", cookie)?;
    if let Some(protocol) = protocol {
        head("sec-websocket-protocol", protocol)?;
    }
    let stream = TcpStream::connect(HTTP).await.map_err(text)?;
    stream.set_nodelay(true).map_err(text)?;
    Ok(tokio_tungstenite::client_async(request, stream).await.map_err(text)?.0)
}

/// User and system time of a process so far, milliseconds.
pub fn cpu_ms(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    // the kernel's unit for /proc is 10 ms on every machine we know
    ticks * 10.0
}

/// The server: the one built with this benchmark, or what `LINEDESK_BENCH_SERVER` names.
pub fn program() -> PathBuf {
    std::env::var_os("LINEDESK_BENCH_SERVER").map_or_else(|| env!("CARGO_BIN_EXE_linedesk").into(), PathBuf::from)
}

pub fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
