//! Whole calls through `linedesk serve`, beside the bare relay in the same run and the peers' figures (Asterisk 22,
//! FreeSWITCH 1.10, rustpbx 0.5-rc, rtpengine 10.5 userspace; measured on a 2-core machine, other machines differ).
//!
//! The server has core 1, the load core 0. Parts by name: `cargo bench --bench calls -- floor bridged music answered
//! queued memory`; without names all of them. `LINEDESK_BENCH_REPEATS` (3) runs of the media parts.

mod generator;
mod phones;
mod server;
#[path = "../support/mod.rs"]
mod support;

use generator::Generator;
use serde_json::Value;
use server::{House, QUEUED, Server, UNATTENDED};
use support::{Spread, line, short, title};

const AGENTS: usize = 200;

struct Bench {
    generator: Generator,
    server: Server,
    repeats: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let parts: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|name| name == part);
    title("calls: core % of one core per 100 calls unless said otherwise; min / median / max of the runs");
    if let Err(why) = run(wanted).await {
        println!("  skipped: {why}");
    }
}

async fn run(wanted: impl Fn(&str) -> bool) -> Result<(), String> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).map_err(|error| error.to_string())?;
    let generator = Generator::build(folder.path()).await?;
    let repeats = std::env::var("LINEDESK_BENCH_REPEATS").ok().and_then(|n| n.parse().ok()).unwrap_or(3);
    if wanted("floor") {
        floor(&generator, repeats).await?;
    }
    let house = House::found(folder.path(), AGENTS).await?;
    let server = house.open().await?;
    line("start to ready, ms", &short(server.ready_ms), "good 2,000, goal 500 (with 10^6 tickets; here few)");
    line("memory: idle, MB", &short(server.memory()), "Asterisk 80, FreeSWITCH 38, rustpbx 38; good 80, goal 50");
    let bench = Bench { generator, server, repeats };
    if wanted("bridged") {
        bench.bridged().await?;
    }
    if wanted("music") {
        bench.music().await?;
    }
    if wanted("answered") {
        bench.answered().await?;
    }
    if wanted("queued") {
        bench.queued().await?;
    }
    if wanted("memory") {
        bench.memory().await?;
    }
    bench.server.stop().await;
    complaints(&std::fs::read_to_string(folder.path().join("server.log")).unwrap_or_default());
    Ok(())
}

/// What the server warned of, most frequent first: the first words of a line after its time, and how often.
fn complaints(log: &str) {
    let mut counts: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for line in log.lines() {
        let words: Vec<&str> = line.split_whitespace().skip(1).take(9).collect();
        *counts.entry(words.join(" ")).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (words, count) in counts.iter().take(5) {
        println!("  the server's log, {count} times: {words}");
    }
}

async fn floor(generator: &Generator, repeats: usize) -> Result<(), String> {
    for (mode, what, bar) in [
        ("epoll", "floor: bare relay, a socket a leg", "3.2-4.2"),
        ("mux", "floor: bare relay, shared sockets", "1.9-2.2"),
    ] {
        let mut runs = Vec::new();
        for _ in 0..repeats {
            runs.push(generator.floor(mode).await?);
        }
        line(what, &spread(&runs, "/pct_per_100"), bar);
        if mode == "epoll" {
            delay(&runs);
        }
    }
    Ok(())
}

impl Bench {
    async fn run(&self, args: &str) -> Result<Value, String> {
        self.server.ready().await?;
        let result = self.generator.call(self.server.sip(), self.server.pid, args).await?;
        if std::env::var_os("LINEDESK_BENCH_RAW").is_some() {
            println!("  {args}\n  {result}");
        }
        Ok(result)
    }

    /// Standing calls between callers and agents, through the queue, always recorded.
    async fn bridged(&self) -> Result<(), String> {
        for calls in [100, AGENTS] {
            let mut runs = Vec::new();
            for _ in 0..self.repeats {
                let args = format!("--user {QUEUED} --calls {calls} --rate 25 --hold 10 --uas-port {}", generator::UAS);
                runs.push(self.run(&args).await?);
            }
            let up = runs.iter().map(|run| number(run, "/agents_up")).fold(f64::INFINITY, f64::min);
            println!("  {calls} calls at a time ({} bridged)", short(up));
            let peers =
                "Asterisk 38-41, FreeSWITCH 40, rustpbx 22-24 (bridged alone 18-21, 28-34, 18-20); good 10, goal 5.5";
            line("bridged and recorded", &spread(&runs, "/pct_per_100"), peers);
            delay(&runs);
            line("loss, % of packets", &spread(&runs, "/loss_pct/0"), "");
            line(
                "INVITE to 200 p99, ms",
                &spread(&runs, "/ans_ms_p99"),
                "Asterisk 1.4-2.8 (nothing durable); good 15, goal 8",
            );
            line(
                "INVITE to the agent's INVITE p50, ms",
                &spread(&runs, "/agent_ms_p50"),
                "Asterisk 13-15, FreeSWITCH 80-100",
            );
            line("INVITE to the agent's INVITE p99, ms", &spread(&runs, "/agent_ms_p99"), "good 10, goal 4");
            line("CPU ms to set one up", &spread(&runs, "/setup_ms_per_call"), "");
            line(
                "memory a call, kB",
                &spread(&runs, "/rss_kb_per_call"),
                "500, 740-830, 400-630; first target 200, good 100, goal 50",
            );
            line("generator late, ticks", &spread(&runs, "/gen_late_ticks"), "near 0, or the run says nothing");
        }
        Ok(())
    }

    /// Callers who wait: a prompt each, recorded.
    async fn music(&self) -> Result<(), String> {
        let mut runs = Vec::new();
        for _ in 0..self.repeats {
            runs.push(self.run(&format!("--user {UNATTENDED} --calls 100 --rate 25 --hold 10")).await?);
        }
        let peers = "Asterisk 18-20, FreeSWITCH 20-29, rustpbx 16-22; good 5, goal 3 (without recording)";
        line("prompt playback, recorded", &spread(&runs, "/pct_per_100"), peers);
        Ok(())
    }

    /// Short calls that are answered and hung up, without sound: intake, recording, callback task and ticket rows included.
    async fn answered(&self) -> Result<(), String> {
        for rate in [50, 100, 200] {
            let args = format!("--user {UNATTENDED} --rate {rate} --life 500 --hold 10 --send-rtp 0");
            self.short(
                &args,
                &format!("answered, {rate} calls/s"),
                "Asterisk 1.5, FreeSWITCH 3.6, rustpbx 5.6; good 1.0, goal 0.4",
            )
            .await?;
        }
        Ok(())
    }

    /// Short calls through the queue to an agent's phone.
    async fn queued(&self) -> Result<(), String> {
        for rate in [20, 50] {
            let args = format!(
                "--user {QUEUED} --rate {rate} --life 1000 --hold 10 --send-rtp 0 --uas-port {}",
                generator::UAS
            );
            self.short(&args, &format!("queued, {rate} calls/s"), "Asterisk 10-11, FreeSWITCH 27; good 5, goal 2.5")
                .await?;
        }
        Ok(())
    }

    async fn short(&self, args: &str, what: &str, peers: &str) -> Result<(), String> {
        let before = self.server.cpu_ms();
        let run = self.run(args).await?;
        self.server.rest().await;
        // callgen warms up for three seconds before its window of ten
        let whole = (self.server.cpu_ms() - before) / (number(&run, "/rate") * 13.0);
        let done = format!("{what}: CPU ms a call ({} of {} done)", number(&run, "/done"), number(&run, "/placed"));
        line(&done, &short(number(&run, "/cpu_ms_per_call")), peers);
        line(&format!("{what}: the same, until the database has it all"), &short(whole), "");
        let at = |name: &str| short(number(&run, &format!("/ans_ms/{name}")));
        let answer = format!("{} / {} / {}", at("p50"), at("p99"), at("max"));
        line(
            &format!("{what}: INVITE to 200 p50 / p99 / max, ms"),
            &answer,
            "Asterisk 0.9 / 1.4-2.8; p99 good 15, goal 8",
        );
        Ok(())
    }

    /// 20,000 short calls, twice: what is resident afterwards against before. A leak grows the second time as well.
    async fn memory(&self) -> Result<(), String> {
        let call = |seconds: u32| format!("--user {UNATTENDED} --rate 200 --life 100 --hold {seconds} --send-rtp 0");
        self.run(&call(5)).await?;
        let mut resident = vec![short(self.settled().await)];
        for _ in 0..2 {
            self.run(&call(97)).await?;
            resident.push(short(self.settled().await));
        }
        let peers = "Asterisk to 1.1 GB, rustpbx to 1.7 GB; good +5 %, goal +1 %";
        line("memory before, after 20,000 short calls, after 20,000 more, MB", &resident.join(" / "), peers);
        Ok(())
    }

    /// Resident memory when the last transactions are forgotten (RFC 3261 17: 32 s).
    async fn settled(&self) -> f64 {
        self.server.rest().await;
        tokio::time::sleep(std::time::Duration::from_secs(35)).await;
        self.server.memory()
    }
}

fn delay(runs: &[Value]) {
    line(
        "added one-way delay p50, ms",
        &spread(runs, "/lat_ms_p50/0"),
        "Asterisk 0.14, FreeSWITCH 10, rustpbx 0.14; good 0.15, goal 0.07",
    );
    line(
        "added one-way delay p99, ms",
        &spread(runs, "/lat_ms_p99/0"),
        "Asterisk 0.4, FreeSWITCH 20, rustpbx 0.35; good 0.5, goal 0.2",
    );
}

fn number(run: &Value, path: &str) -> f64 {
    run.pointer(path).and_then(Value::as_f64).unwrap_or(f64::NAN)
}

fn spread(runs: &[Value], path: &str) -> String {
    let mut all: Vec<f64> = runs.iter().map(|run| number(run, path)).collect();
    all.sort_by(f64::total_cmp);
    let (Some(&min), Some(&max)) = (all.first(), all.last()) else {
        return String::new();
    };
    Spread { min, median: all[all.len() / 2], max }.to_string()
}
