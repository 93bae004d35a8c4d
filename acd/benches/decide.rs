//! How long one decision takes: 10,000 waiting, 1,000 agents, 50 queues (performance.md: p99 1 ms good, 0.2 ms goal).
//! `cargo bench -p acd`. A decision is one request with all its replies read.
#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use acd::*;
use std::time::{Duration, Instant};
use types::Moment;

const WAITING: u128 = 10_000;
const AGENTS: u128 = 1_000;
const QUEUES: u128 = 50;

struct Run {
    floor: Floor,
    now: Moment,
    took: Vec<(&'static str, Duration)>,
    offers: Vec<(OfferId, CallId, AgentId)>,
}

impl Run {
    fn ask(&mut self, what: &'static str, request: Request) {
        let start = Instant::now();
        self.floor.handle(self.now, request);
        self.read(what, start);
    }

    fn read(&mut self, what: &'static str, start: Instant) {
        while let Some(reply) = self.floor.poll() {
            if let Reply::Offer { offer, call, agent, .. } = std::hint::black_box(reply) {
                self.offers.push((offer, call, agent));
            }
        }
        self.took.push((what, start.elapsed()));
    }

    fn print(mut self) {
        self.took.sort();
        for kind in ["join", "leave", "ready", "accepted", "refuse", "done", "wrapped", "tick"] {
            let times: Vec<_> = self
                .took
                .iter()
                .filter(|(what, _)| *what == kind)
                .map(|(_, took)| took.as_nanos() as f64 / 1e3)
                .collect();
            let at = |p: f64| {
                times
                    .get(((times.len() as f64 * p) as usize).min(times.len().saturating_sub(1)))
                    .copied()
                    .unwrap_or_default()
            };
            println!(
                "{kind:>9}  n {:>6}  p50 {:>8.1} us  p99 {:>8.1} us  max {:>8.1} us",
                times.len(),
                at(0.5),
                at(0.99),
                at(1.0)
            );
        }
    }
}

fn plan(skills: u128) -> FloorPlan {
    let queue = |n: u128| QueuePlan {
        name: format!("queue{n}"),
        base: if n == 0 { 1_000_000 } else { n as i64 },
        ring_max: Duration::from_secs(20),
        wrapup_max: Duration::from_secs(30),
        target: Duration::from_secs(20),
        wait_max: None,
        waiting_max: 100_000,
    };
    let agent = |n: u128| AgentPlan {
        agent: AgentId::from_u128(1_000_000 + n),
        queues: (0..skills).map(|i| format!("queue{}", (n + i * 7) % QUEUES)).collect(),
    };
    FloorPlan { queues: (0..QUEUES).map(queue).collect(), agents: (0..AGENTS).map(agent).collect() }
}

fn main() {
    for skills in [10, QUEUES] {
        let now = Moment::START;
        let mut run = Run { floor: Floor::new(now, [1; 32]), now, took: vec![], offers: vec![] };
        run.ask("configure", Request::Configure(plan(skills)));
        let mut call = 0u128;
        let mut join = |run: &mut Run| {
            call += 1;
            let queue = format!("queue{}", call * 31 % QUEUES);
            let priority = (call % 5) as i64;
            run.ask("join", Request::Join { call: CallId::from_u128(call), queue, priority, since: run.now });
            call
        };
        for _ in 0..WAITING {
            join(&mut run);
        }
        for n in 0..AGENTS {
            run.ask("ready", Request::Status { agent: AgentId::from_u128(1_000_000 + n), status: StatusChange::Ready });
        }
        for n in 0..20_000u64 {
            run.now += Duration::from_millis(10);
            let start = Instant::now();
            run.floor.tick(run.now);
            run.read("tick", start);
            let call = join(&mut run);
            if n % 4 == 0 {
                run.ask("leave", Request::Leave { call: CallId::from_u128(call - WAITING / 2) });
            }
            let Some((offer, call, agent)) = (!run.offers.is_empty()).then(|| run.offers.swap_remove(0)) else {
                continue;
            };
            if n % 10 == 0 {
                run.ask("refuse", Request::Refuse { offer, why: Refused::Rejected });
                run.ask("ready", Request::Status { agent, status: StatusChange::Ready });
            } else {
                run.ask("accepted", Request::Accepted { offer });
                run.ask("done", Request::Done { agent, call });
                run.ask("wrapped", Request::Wrapped { agent });
            }
        }
        println!("{WAITING} waiting, {AGENTS} agents with {skills} of {QUEUES} queues each");
        run.print();
    }
}
