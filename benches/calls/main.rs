//! Whole calls through `linedesk serve`, beside the bare relay in the same run and the peers' figures (Asterisk 22,
//! FreeSWITCH 1.10, rustpbx 0.5-rc, rtpengine 10.5 userspace; measured on a 2-core machine, other machines differ).
//!
//! The server has core 1, the load core 0. Parts by name: `cargo bench --bench calls -- bridged webrtc`; without names
//! all of them ([`PARTS`]). `LINEDESK_BENCH_REPEATS` (3) runs of the media parts.

mod answers;
mod browsers;
mod generator;
mod house;
mod media;
#[path = "../../media/tests/browser/peer.rs"]
#[allow(dead_code, reason = "a browser's tests use more of it")]
mod peer;
mod phones;
mod rows;
mod screens;
mod server;
mod short;
#[path = "../support/mod.rs"]
mod support;

use generator::Generator;
use house::House;
use serde_json::Value;
use server::Server;
use support::{Spread, line, short, title};

/// Desk phones of the parts that search no limit.
const AGENTS: usize = 200;
/// Desk phones of the search for the most calls.
const MOST: usize = 1_500;
const PARTS: [&str; 12] =
    ["floor", "bridged", "webrtc", "music", "answered", "queued", "invite", "screen", "pop", "memory", "most", "big"];

struct Bench {
    generator: Generator,
    server: Server,
    agents: usize,
    repeats: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let done = match args.first().map(String::as_str) {
        Some(answers::ROLE) => answers::generate(&args[1..]).await,
        Some(browsers::ROLE) => browsers::live(&args[1..]).await,
        _ => drive(&args).await,
    };
    if let Err(why) = done {
        eprintln!("  skipped: {why}");
    }
}

async fn drive(args: &[String]) -> Result<(), String> {
    title("calls: core % of one core per 100 calls unless said otherwise; min / median / max of the runs");
    if let Some(unknown) = args.iter().find(|arg| !PARTS.contains(&arg.as_str())) {
        return Err(format!("there is no part {unknown}; there are: {}", PARTS.join(" ")));
    }
    let wanted = |parts: &[&str]| args.is_empty() || args.iter().any(|arg| parts.contains(&arg.as_str()));
    // what watches shares the generators' core
    let here = std::process::id().to_string();
    let pinned = std::process::Command::new("taskset").args(["-pc", generator::GENERATOR_CORE, &here]).output();
    pinned.map_err(|error| format!("taskset: {error}"))?;
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).map_err(|error| error.to_string())?;
    let generator = Generator::build(folder.path()).await?;
    let repeats = std::env::var("LINEDESK_BENCH_REPEATS").ok().and_then(|n| n.parse().ok()).unwrap_or(3);
    if wanted(&["floor"]) {
        media::floor(&generator, repeats).await?;
    }
    let generator = match wanted(&PARTS[1..10]) {
        true => {
            let house = House::found(&folder.path().join("house"), AGENTS, media::BROWSERS).await?;
            let bench = Bench { generator, server: house.open().await?, agents: AGENTS, repeats };
            bench.usual(wanted).await?;
            bench.close(&house).await
        }
        false => generator,
    };
    if wanted(&["most"]) {
        let house = House::found(&folder.path().join("most"), MOST, 0).await?;
        let bench = Bench { generator, server: house.open().await?, agents: MOST, repeats };
        bench.most().await?;
        bench.close(&house).await;
    }
    if wanted(&["big"]) {
        let house = rows::found(&folder.path().join("big")).await?;
        rows::measure(&house).await?;
        complaints(&house);
    }
    Ok(())
}

/// What the server warned of, most frequent first: the first words of a line after its time, and how often.
fn complaints(house: &House) {
    let log = std::fs::read_to_string(house.log()).unwrap_or_default();
    let mut counts: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for line in log.lines() {
        // what differs from time to time stands as name=value
        let words: Vec<&str> = line.split_whitespace().skip(1).filter(|word| !word.contains('=')).take(9).collect();
        *counts.entry(words.join(" ")).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (words, count) in counts.iter().take(5) {
        println!("  the server's log, {count} times: {words}");
    }
}

impl Bench {
    async fn usual(&self, wanted: impl Fn(&[&str]) -> bool) -> Result<(), String> {
        line("start to ready, ms", &short(self.server.ready_ms), "good 2,000, goal 500 (for a big company; here few)");
        line(
            "memory: idle, MB",
            &short(self.server.memory()),
            "Asterisk 80, FreeSWITCH 38, rustpbx 38; good 80, goal 50",
        );
        if wanted(&["bridged"]) {
            self.bridged().await?;
        }
        if wanted(&["webrtc"]) {
            self.webrtc().await?;
        }
        if wanted(&["music"]) {
            self.music().await?;
        }
        if wanted(&["answered"]) {
            self.answered().await?;
        }
        if wanted(&["queued"]) {
            self.queued().await?;
        }
        if wanted(&["invite"]) {
            self.invite().await?;
        }
        if wanted(&["screen"]) {
            self.screen().await?;
        }
        if wanted(&["pop"]) {
            self.pop().await?;
        }
        if wanted(&["memory"]) {
            self.memory().await?;
        }
        Ok(())
    }

    async fn close(self, house: &House) -> Generator {
        self.server.stop().await;
        complaints(house);
        self.generator
    }

    async fn run(&self, args: &str) -> Result<Value, String> {
        self.server.ready().await?;
        let result = self.generator.call(self.server.sip(), self.server.pid, args).await?;
        if std::env::var_os("LINEDESK_BENCH_RAW").is_some() {
            println!("  {args}\n  {result}");
        }
        Ok(result)
    }
}

/// The middle of some runs.
fn median(runs: &[Value], path: &str) -> f64 {
    let mut all: Vec<f64> = runs.iter().map(|run| number(run, path)).collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
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
