//! How long the floor thinks: 10,000 callers wait in 50 queues for 1,000 agents who are all busy; agents become free,
//! get the next call, take it; others join. Each step is `handle` and all of `poll`.

mod support;

use acd::{AgentId, AgentPlan, CallId, Floor, FloorPlan, QueuePlan, Reply, Request, Row, StatusChange};
use std::collections::VecDeque;
use std::time::Duration;
use support::{line, spent, tail, title};
use types::Moment;

const AGENTS: u128 = 1_000;
const QUEUES: u128 = 50;
/// Queues (skills) of one agent.
const SKILLS: u128 = 5;
const WAITING: u128 = 10_000;
const STEPS: usize = 20_000;
const BAR: &str = "bar: p99 1 ms good, 0.2 ms goal";

fn queue(nth: u128) -> String {
    format!("q{}", nth % QUEUES)
}

fn plan() -> FloorPlan {
    let queue_plan = |nth| QueuePlan {
        name: queue(nth),
        base: 0,
        ring_max: Duration::from_secs(20),
        wrapup_max: Duration::ZERO,
        target: Duration::from_secs(20),
        wait_max: None,
        waiting_max: 100_000,
    };
    let agent = |nth: u128| AgentPlan {
        agent: AgentId::from_u128(nth + 1),
        queues: (0..SKILLS).map(|skill| queue(nth * 7 + skill * 11)).collect(),
    };
    FloorPlan { queues: (0..QUEUES).map(queue_plan).collect(), agents: (0..AGENTS).map(agent).collect() }
}

/// The floor, a virtual clock, and what came out of the last step.
struct Bench {
    floor: Floor,
    now: Moment,
    offers: VecDeque<(acd::OfferId, acd::AgentId, CallId)>,
    talks: VecDeque<(acd::AgentId, CallId)>,
    rows: usize,
    calls: u128,
}

impl Bench {
    /// CPU milliseconds of one step.
    fn step(&mut self, step: impl FnOnce(&mut Floor, Moment)) -> f64 {
        self.now += Duration::from_millis(3);
        let (floor, now) = (&mut self.floor, self.now);
        let (time, replies) = spent(|| {
            step(floor, now);
            std::iter::from_fn(|| floor.poll()).collect::<Vec<Reply>>()
        });
        for reply in replies {
            match reply {
                Reply::Offer { offer, call, agent, .. } => self.offers.push_back((offer, agent, call)),
                Reply::Row(Row::AgentGone { .. }) | Reply::Withdraw { .. } => {
                    panic!("nobody leaves in this benchmark")
                }
                Reply::Row(_) => self.rows += 1,
                _ => {}
            }
        }
        time.as_secs_f64() * 1e3
    }

    fn join(&mut self) -> f64 {
        self.calls += 1;
        let (call, since) = (CallId::from_u128(self.calls << 32), self.now);
        let request = Request::Join { call, queue: queue(self.calls * 31), priority: 0, since };
        self.step(|floor, now| floor.handle(now, request))
    }

    fn accept(&mut self) -> f64 {
        let Some((offer, agent, call)) = self.offers.pop_front() else {
            return 0.0;
        };
        self.talks.push_back((agent, call));
        self.step(|floor, now| floor.handle(now, Request::Accepted { offer }))
    }

    /// The decision: an agent is free, somebody of ten thousand is next.
    fn done(&mut self) -> f64 {
        let (agent, call) = self.talks.pop_front().expect("all agents talk");
        self.step(|floor, now| floor.handle(now, Request::Done { agent, call }))
    }

    fn tick(&mut self) -> Option<f64> {
        self.floor.timeout().filter(|at| *at <= self.now)?;
        Some(self.step(|floor, now| floor.tick(now)))
    }
}

fn filled() -> Bench {
    let now = linedesk::clock::now();
    let floor = Floor::new(now, [7; 32]);
    let mut bench = Bench { floor, now, offers: VecDeque::new(), talks: VecDeque::new(), rows: 0, calls: 0 };
    bench.step(|floor, now| floor.handle(now, Request::Configure(plan())));
    for agent in 0..AGENTS {
        let agent = AgentId::from_u128(agent + 1);
        bench.step(|floor, now| floor.handle(now, Request::Status { agent, status: StatusChange::Ready }));
    }
    while bench.talks.len() < AGENTS as usize {
        bench.join();
        while !bench.offers.is_empty() {
            bench.accept();
        }
    }
    for _ in 0..WAITING {
        bench.join();
    }
    bench
}

fn main() {
    title("matching: 10,000 waiting, 1,000 agents of 5 queues each, 50 queues, CPU milliseconds, p50 / p99 / max");
    let mut bench = filled();
    bench.rows = 0;
    let (mut done, mut accepted, mut joined, mut ticks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..STEPS {
        done.push(bench.done());
        assert_eq!(bench.offers.len(), 1, "who is free gets a call at once");
        accepted.push(bench.accept());
        joined.push(bench.join());
        ticks.extend(bench.tick());
    }
    let rows = bench.rows as f64 / (3 * STEPS) as f64;
    line("agent free: the decision and its rows", &tail(done), BAR);
    line("offer taken", &tail(accepted), BAR);
    line("one more joins the line", &tail(joined), BAR);
    line(&format!("beat of the board's positions ({} of them)", ticks.len()), &tail(ticks), BAR);
    line("board rows a step", &support::short(rows), "");
}
