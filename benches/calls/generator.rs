//! The load: `callgen`, and `relay` as the floor, built from the folder that `LINEDESK_BENCH_DIR` names. Their code
//! belongs to nobody here and is not copied.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::{Child, Command};

/// Core of the generator; the server and the relay have the other one.
pub const GENERATOR_CORE: &str = "0";
pub const SERVER_CORE: &str = "1";
/// Where callgen's callers and agents are: SIP ports, then RTP ports.
const UAC: &str = "15910";
pub const UAS: u16 = 15_920;
const RTP: [&str; 2] = ["15930", "15932"];
/// First port of the bare relay.
const RELAY: &str = "61000";
/// No run lasts longer.
const RUN_MAX: Duration = Duration::from_secs(240);

pub struct Generator {
    tools: PathBuf,
}

impl Generator {
    /// Builds the tools; `Err` says why there are none.
    pub async fn build(into: &Path) -> Result<Generator, String> {
        let named = std::env::var_os("LINEDESK_BENCH_DIR");
        let from = named.map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/bench"), PathBuf::from);
        for tool in ["callgen", "relay"] {
            let source = from.join(tool).with_extension("c");
            if !source.is_file() {
                return Err(format!(
                    "{} is not there: name the folder of callgen.c and relay.c by LINEDESK_BENCH_DIR",
                    source.display()
                ));
            }
            let built = Command::new("gcc").args(["-O2", "-w", "-o"]).arg(into.join(tool)).arg(&source).status().await;
            if !built.is_ok_and(|status| status.success()) {
                return Err(format!("gcc does not build {}", source.display()));
            }
        }
        Ok(Generator { tools: into.to_owned() })
    }

    /// A generator of our own: this program in another role, on the generators' core, behind callgen there.
    pub fn own(role: &str) -> Result<Command, String> {
        let mut command = Command::new("chrt");
        command.args(["-f", "5", "taskset", "-c", GENERATOR_CORE]);
        command.arg(std::env::current_exe().map_err(|error| error.to_string())?).arg(role);
        command.kill_on_drop(true);
        Ok(command)
    }

    /// One run of callgen: its line of JSON. It sends on time only with priority over everything else on its core.
    async fn run(&self, args: &[&str]) -> Result<Value, String> {
        let mut command = Command::new("chrt");
        command.args(["-f", "10", "taskset", "-c", GENERATOR_CORE]).arg(self.tools.join("callgen"));
        command.args(["--uac-port", UAC, "--crtp", RTP[0], "--artp", RTP[1]]).args(args);
        command.stdin(Stdio::null()).kill_on_drop(true);
        let output = tokio::time::timeout(RUN_MAX, command.output()).await;
        let output = output.map_err(|_| "callgen did not end".to_owned())?.map_err(|error| error.to_string())?;
        let complaint = String::from_utf8_lossy(&output.stderr);
        if !complaint.trim().is_empty() {
            println!("  callgen: {}", complaint.trim().replace('\n', "; "));
        }
        serde_json::from_slice(&output.stdout).map_err(|error| format!("callgen said nothing of use: {error}"))
    }

    /// Calls to the server of this process.
    pub async fn call(&self, server: std::net::SocketAddr, pid: u32, args: &str) -> Result<Value, String> {
        let (server, pid) = (server.to_string(), pid.to_string());
        let mut all = vec!["--server", server.as_str(), "--pids", pid.as_str()];
        all.extend(args.split_whitespace());
        self.run(&all).await
    }

    /// The bare relay with 100 calls: `mode` is epoll (a socket a leg) or mux (shared sockets).
    pub async fn floor(&self, mode: &str) -> Result<Value, String> {
        let mut command = Command::new("taskset");
        command.args(["-c", SERVER_CORE]).arg(self.tools.join("relay")).args([mode, "100", RELAY, RTP[0], RTP[1]]);
        let mut relay: Child = command.kill_on_drop(true).spawn().map_err(|error| error.to_string())?;
        let pid = relay.id().unwrap_or_default().to_string();
        tokio::time::sleep(Duration::from_millis(300)).await;
        let mut args = vec!["--relay", RELAY, "--calls", "100", "--rate", "50", "--hold", "10", "--pids", pid.as_str()];
        args.extend((mode == "mux").then_some("--mux"));
        let result = self.run(&args).await;
        let _ = relay.kill().await;
        result
    }
}
