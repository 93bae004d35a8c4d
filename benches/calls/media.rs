//! Standing calls: what their sound costs, beside the bare relay.

use crate::browsers::Browsers;
use crate::generator::{Generator, UAS};
use crate::house::{QUEUED, TO_BROWSERS, UNATTENDED, UNRECORDED};
use crate::server::cpu_ms;
use crate::support::{line, short};
use crate::{Bench, median, number, spread};
use serde_json::Value;
use std::time::Duration;
use tokio::time::sleep;

/// Calls of one run with browsers.
pub const BROWSERS: usize = 100;
/// The search for the most calls: runs, the first step, and how near it comes.
const RUNS: usize = 8;
const STEP: usize = 250;
const NEAR: usize = 50;

pub async fn floor(generator: &Generator, repeats: usize) -> Result<(), String> {
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
    /// Standing calls between callers and agents, through the queue: not recorded, and recorded.
    pub async fn bridged(&self) -> Result<(), String> {
        for calls in [100, self.agents] {
            let (mut bare, mut recorded) = (Vec::new(), Vec::new());
            for _ in 0..self.repeats {
                bare.push(self.standing(UNRECORDED, calls).await?);
                recorded.push(self.standing(QUEUED, calls).await?);
            }
            let up = bare.iter().chain(&recorded).map(|run| number(run, "/agents_up")).fold(f64::INFINITY, f64::min);
            println!("  {calls} calls at a time ({} bridged)", short(up));
            line(
                "bridged",
                &spread(&bare, "/pct_per_100"),
                "Asterisk 18-21, FreeSWITCH 28-34, rustpbx 18-20, rtpengine 6.3-7.2; good 7, goal 4",
            );
            let peers = "Asterisk 38-41, FreeSWITCH 40, rustpbx 22-24; good 10, goal 5.5";
            line("bridged and recorded", &spread(&recorded, "/pct_per_100"), peers);
            let on_top = median(&recorded, "/pct_per_100") - median(&bare, "/pct_per_100");
            line(
                "recording on top (medians)",
                &short(on_top),
                "Asterisk 20, FreeSWITCH 6-12, rustpbx 4; good 3, goal 1.5",
            );
            delay(&recorded);
            answers(&recorded);
            line("CPU ms to set one up", &spread(&recorded, "/setup_ms_per_call"), "");
            line(
                "memory a call, kB",
                &spread(&recorded, "/rss_kb_per_call"),
                "500, 740-830, 400-630; first target 200, good 100, goal 50",
            );
        }
        Ok(())
    }

    async fn standing(&self, number: &str, calls: usize) -> Result<Value, String> {
        self.run(&format!("--user {number} --calls {calls} --rate 25 --hold 10 --uas-port {UAS}")).await
    }

    /// The same, recorded, with agents in browsers.
    pub async fn webrtc(&self) -> Result<(), String> {
        let browsers = Browsers::open(BROWSERS, false).await?;
        let (mut runs, mut own) = (Vec::new(), Vec::new());
        for _ in 0..self.repeats {
            let args = format!("--user {TO_BROWSERS} --calls {BROWSERS} --rate 10 --warm 5 --hold 10");
            let watch = async {
                sleep(Duration::from_secs(BROWSERS as u64 / 10 + 6)).await;
                let before = cpu_ms(browsers.pid);
                sleep(Duration::from_secs(8)).await;
                (cpu_ms(browsers.pid) - before) / 80.0
            };
            let (run, cpu) = tokio::join!(self.run(&args), watch);
            runs.push(run?);
            own.push(cpu);
        }
        let seen = browsers.close().await?;
        let calls = number(&seen, "/calls");
        println!(
            "  {BROWSERS} calls with browsers at a time ({} of {calls} heard the caller)",
            number(&seen, "/connected")
        );
        line("one leg WebRTC, bridged and recorded", &spread(&runs, "/pct_per_100"), "good 14, goal 9");
        line("both ways and the browser between, p50, ms", &spread(&runs, "/lat_ms_p50/0"), "");
        line("both ways and the browser between, p99, ms", &spread(&runs, "/lat_ms_p99/0"), "");
        line("loss both ways, % of packets", &spread(&runs, "/loss_pct/0"), "");
        line("memory a call, kB", &spread(&runs, "/rss_kb_per_call"), "");
        let own: Vec<String> = own.iter().map(|cpu| short(*cpu)).collect();
        line("the browsers' own core %", &own.join(" / "), "beyond 70 they distort");
        late(&runs);
        Ok(())
    }

    /// The most calls that lose nothing and delay nothing: steps up, then halves.
    pub async fn most(&self) -> Result<(), String> {
        let (mut good, mut bad) = (0, None);
        let mut calls = STEP.min(self.agents);
        for _ in 0..RUNS {
            let args = format!("--user {QUEUED} --calls {calls} --rate 40 --warm 6 --hold 10 --uas-port {UAS}");
            let run = self.run(&args).await?;
            let both = |path: &str| number(&run, &format!("{path}/0")).max(number(&run, &format!("{path}/1")));
            let (loss, delay, up) = (both("/loss_pct"), both("/lat_ms_p99"), number(&run, "/agents_up"));
            let clean = loss < 0.001 && delay <= 2.0 && up as usize == calls;
            println!(
                "  {calls} calls ({up} bridged): {}: loss {} %, p99 {} ms, core {} %, generator late {} ticks",
                if clean { "clean" } else { "not clean" },
                short(loss),
                short(delay),
                short(number(&run, "/srv_core_pct")),
                number(&run, "/gen_late_ticks")
            );
            if clean {
                good = calls
            } else {
                bad = Some(calls)
            }
            calls = match bad {
                None if good == self.agents => break,
                None => (good + STEP).min(self.agents),
                Some(bad) if bad - good <= NEAR => break,
                Some(bad) => (good + bad) / 2,
            };
            self.server.rest().await;
        }
        let peers = "Asterisk 250, FreeSWITCH 150, rustpbx 500 (p99 45 ms); good 750, goal 1,500";
        line("most recorded and bridged calls, loss < 0.001 %, p99 <= 2 ms", &good.to_string(), peers);
        Ok(())
    }

    /// Callers who wait: a prompt each, recorded.
    pub async fn music(&self) -> Result<(), String> {
        let mut runs = Vec::new();
        for _ in 0..self.repeats {
            runs.push(self.run(&format!("--user {UNATTENDED} --calls 100 --rate 25 --hold 10")).await?);
        }
        let peers = "Asterisk 18-20, FreeSWITCH 20-29, rustpbx 16-22; good 5, goal 3 (without recording)";
        line("prompt playback, recorded", &spread(&runs, "/pct_per_100"), peers);
        Ok(())
    }
}

fn answers(runs: &[Value]) {
    line("loss, % of packets", &spread(runs, "/loss_pct/0"), "");
    line("INVITE to 200 p99, ms", &spread(runs, "/ans_ms_p99"), "Asterisk 1.4-2.8 (nothing durable); good 15, goal 8");
    line("INVITE to the agent's INVITE p50, ms", &spread(runs, "/agent_ms_p50"), "Asterisk 13-15, FreeSWITCH 80-100");
    line("INVITE to the agent's INVITE p99, ms", &spread(runs, "/agent_ms_p99"), "good 10, goal 4");
    late(runs);
}

fn late(runs: &[Value]) {
    line("generator late, ticks", &spread(runs, "/gen_late_ticks"), "near 0, or the run says nothing");
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
