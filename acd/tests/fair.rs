//! Whatever is asked in whatever order: the floor is fair, and its board tells the truth.

use acd::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use types::Moment;

const QUEUES: [(&str, i64); 3] = [("main", 0), ("vip", 30), ("emergency", 1_000)];

/// One thing done to the floor.
#[derive(Clone, Debug)]
enum Deed {
    Join { call: u8, queue: usize, priority: i64, waited: u64 },
    Leave { call: u8 },
    Accept { nth: usize },
    Refuse { nth: usize, why: usize },
    Done { agent: u8 },
    Busy { agent: u8, call: u8 },
    Ask { agent: u8, what: u8 },
    Wrapped { agent: u8 },
    Stale { offer: u64 },
    Configure { variant: u8 },
    Wait { millis: u64 },
    NextTimer,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        5 => (0u8..20, 0usize..3, 0i64..3, 0u64..90).prop_map(|(call, queue, p, waited)| Deed::Join { call, queue, priority: p * 40, waited }),
        1 => (0u8..20).prop_map(|call| Deed::Leave { call }),
        3 => (0usize..8).prop_map(|nth| Deed::Accept { nth }),
        2 => (0usize..8, 0usize..3).prop_map(|(nth, why)| Deed::Refuse { nth, why }),
        3 => (0u8..6).prop_map(|agent| Deed::Done { agent }),
        1 => (0u8..6, 20u8..30).prop_map(|(agent, call)| Deed::Busy { agent, call }),
        6 => (0u8..6, 0u8..6).prop_map(|(agent, what)| Deed::Ask { agent, what }),
        2 => (0u8..6).prop_map(|agent| Deed::Wrapped { agent }),
        1 => any::<u64>().prop_map(|offer| Deed::Stale { offer }),
        1 => (0u8..4).prop_map(|variant| Deed::Configure { variant }),
        4 => (0u64..15_000).prop_map(|millis| Deed::Wait { millis }),
        4 => Just(Deed::NextTimer),
    ]
}

fn call_id(n: u8) -> CallId {
    CallId::from_u128(0xca11_0000 + u128::from(n))
}

fn agent_id(n: u8) -> AgentId {
    AgentId::from_u128(0xa6e0_0000 + u128::from(n))
}

/// Variants 1 to 3 take away queues, agents, or skills.
fn plan(variant: u8) -> FloorPlan {
    let queues =
        QUEUES.iter().enumerate().filter(|(i, _)| variant != 1 || *i != 1).map(|(i, (name, base))| QueuePlan {
            name: (*name).into(),
            base: *base,
            ring_max: Duration::from_secs(20),
            wrapup_max: Duration::from_secs(if i == 1 { 0 } else { 10 }),
            target: Duration::from_secs(20),
            wait_max: (i == 0).then(|| Duration::from_secs(if variant == 3 { 60 } else { 120 })),
            waiting_max: 8,
        });
    let agents = (0..if variant == 2 { 3 } else { 6u8 }).map(|n| {
        let skilled = |i: &usize| variant == 3 || n % 3 == 0 || usize::from(n) % 3 == *i || *i == 2;
        AgentPlan { agent: agent_id(n), queues: (0..3).filter(skilled).map(|i| QUEUES[i].0.to_owned()).collect() }
    });
    FloorPlan { queues: queues.collect(), agents: agents.collect() }
}

struct Waits {
    queue: QueueName,
    base: i64,
    priority: i64,
    since: Moment,
    seq: usize,
    offer: Option<OfferId>,
    refused: BTreeSet<AgentId>,
    /// Its offer was withdrawn because the caller left; the Gone row follows.
    leaving: bool,
}

impl Waits {
    /// Sorts first what is served first: emergency, then score (at zero all have waited `now - since`), then order of joining.
    fn key(&self, now: Moment) -> (bool, i128, usize) {
        let score = i128::from(self.base + self.priority) * 1_000_000_000 + (now - self.since).as_nanos() as i128;
        (self.base < 1_000, -score, self.seq)
    }
}

struct Seen {
    status: Status,
    queues: Vec<QueueName>,
    /// (start of idleness, order of becoming ready)
    idle: (Moment, usize),
}

/// The world outside the floor: believes only replies.
struct Model {
    now: Moment,
    floor: Floor,
    bases: BTreeMap<QueueName, i64>,
    calls: BTreeMap<CallId, Waits>,
    agents: BTreeMap<AgentId, Seen>,
    offers: BTreeMap<OfferId, (CallId, AgentId, Moment)>,
    ended_offers: BTreeSet<OfferId>,
    rows: BTreeMap<String, Row>,
    seq: usize,
    /// What the present request takes away before replies are read.
    overdue: BTreeSet<CallId>,
    refusing: Option<(OfferId, Refused)>,
    accepting: Option<OfferId>,
}

fn key(row: &Row) -> String {
    match row {
        Row::Agent { agent, .. } | Row::AgentGone { agent } => format!("agent {agent}"),
        Row::Queue { queue, .. } | Row::QueueGone { queue } => format!("queue {queue}"),
        Row::Waiting { call, .. } | Row::Gone { call } => format!("call {call}"),
    }
}

impl Model {
    fn new(seed: u8) -> Model {
        let now = Moment::START + Duration::from_secs(10_000);
        let floor = Floor::new(now, [seed; 32]);
        let mut model = Model {
            now,
            floor,
            bases: BTreeMap::new(),
            calls: BTreeMap::new(),
            agents: BTreeMap::new(),
            offers: BTreeMap::new(),
            ended_offers: BTreeSet::new(),
            rows: BTreeMap::new(),
            seq: 0,
            overdue: BTreeSet::new(),
            refusing: None,
            accepting: None,
        };
        model.configure(0);
        model
    }

    fn configure(&mut self, variant: u8) {
        let plan = plan(variant);
        self.bases = plan.queues.iter().map(|queue| (queue.name.clone(), queue.base)).collect();
        for agent in &plan.agents {
            let now = self.now;
            let seen = self.agents.entry(agent.agent).or_insert_with(|| Seen {
                status: Status::Away,
                queues: vec![],
                idle: (now, 0),
            });
            seen.queues = agent.queues.iter().filter(|queue| self.bases.contains_key(*queue)).cloned().collect();
        }
        for (id, seen) in &mut self.agents {
            if !plan.agents.iter().any(|agent| agent.agent == *id) {
                seen.queues.clear();
            }
        }
        self.ask(Request::Configure(plan));
    }

    fn ask(&mut self, request: Request) {
        self.floor.handle(self.now, request);
        self.read();
    }

    fn advance(&mut self, to: Moment) {
        while let Some(at) = self.floor.timeout().filter(|at| *at <= to) {
            self.now = self.now.max(at);
            self.floor.tick(self.now);
            self.read();
            for (offer, (.., deadline)) in &self.offers {
                assert!(*deadline > self.now, "{offer:?} rings past its deadline");
            }
        }
        self.now = self.now.max(to);
    }

    fn deed(&mut self, deed: Deed) {
        let nth_offer = |nth: usize| self.offers.keys().nth(nth).copied();
        let on = |agent: u8| match self.agents.get(&agent_id(agent)).map(|seen| &seen.status) {
            Some(Status::Talking { call }) => Some(*call),
            _ => None,
        };
        match deed {
            Deed::Join { call, queue, priority, waited } => self.join(call_id(call), QUEUES[queue], priority, waited),
            Deed::Leave { call } => {
                self.ask(Request::Leave { call: call_id(call) });
                assert!(!self.calls.contains_key(&call_id(call)), "left, but no Gone row");
            }
            Deed::Accept { nth } => {
                let Some(offer) = nth_offer(nth) else { return };
                assert!(self.floor.accepts(offer));
                self.accepting = Some(offer);
                self.ask(Request::Accepted { offer });
                assert_eq!(self.accepting, None, "an accepted call leaves the line");
            }
            Deed::Refuse { nth, why } => {
                let Some(offer) = nth_offer(nth) else { return };
                self.refusing = Some((offer, [Refused::Rejected, Refused::Unreachable, Refused::NoAnswer][why]));
                self.ask(Request::Refuse { offer, why: self.refusing.unwrap().1 });
                assert_eq!(self.refusing, None, "who refuses is paused");
            }
            Deed::Done { agent } => {
                let Some(call) = on(agent) else { return };
                self.ask(Request::Done { agent: agent_id(agent), call });
            }
            Deed::Busy { agent, call } => self.ask(Request::Busy { agent: agent_id(agent), call: call_id(call) }),
            Deed::Ask { agent, what } => {
                let status = match what {
                    0..=3 => StatusChange::Ready,
                    4 => StatusChange::Paused { reason: "lunch".into() },
                    _ => StatusChange::Away,
                };
                self.ask(Request::Status { agent: agent_id(agent), status });
            }
            Deed::Wrapped { agent } => self.ask(Request::Wrapped { agent: agent_id(agent) }),
            Deed::Stale { offer } => {
                let offer = self.ended_offers.iter().nth(offer as usize % 7).copied().unwrap_or(OfferId(offer));
                if self.offers.contains_key(&offer) {
                    return;
                }
                assert!(!self.floor.accepts(offer));
                self.floor.handle(self.now, Request::Accepted { offer });
                self.floor.handle(self.now, Request::Refuse { offer, why: Refused::Rejected });
                assert_eq!(self.floor.poll(), None, "a stale answer changes nothing");
            }
            Deed::Configure { variant } => self.configure(variant),
            Deed::Wait { millis } => self.advance(self.now + Duration::from_millis(millis)),
            Deed::NextTimer => {
                if let Some(at) = self.floor.timeout() {
                    self.advance(at);
                }
            }
        }
    }

    fn join(&mut self, call: CallId, (queue, base): (&str, i64), priority: i64, waited: u64) {
        if self.calls.contains_key(&call) {
            return; // moves have their own test
        }
        let talking = |seen: &Seen| matches!(&seen.status, Status::Talking { call: other } | Status::Wrapping { call: other } if *other == call);
        if self.agents.values().any(talking) {
            return;
        }
        let since = self.now - Duration::from_secs(waited);
        self.seq += 1;
        let full = self.calls.values().filter(|waits| waits.queue == queue).count() >= 8;
        let waits = Waits {
            queue: queue.into(),
            base,
            priority,
            since,
            seq: self.seq,
            offer: None,
            refused: BTreeSet::new(),
            leaving: false,
        };
        if full || !self.bases.contains_key(queue) {
            self.floor.handle(self.now, Request::Join { call, queue: queue.into(), priority, since });
            assert_eq!(self.floor.poll(), Some(Reply::Overdue { call }));
            assert_eq!(self.floor.poll(), None);
            assert_eq!(self.floor.place(self.now, call), None);
            return;
        }
        self.calls.insert(call, waits);
        self.overdue.remove(&call);
        self.ask(Request::Join { call, queue: queue.into(), priority, since });
    }

    fn read(&mut self) {
        while let Some(reply) = self.floor.poll() {
            match reply {
                Reply::Offer { offer, call, agent, queue } => self.offered(offer, call, agent, &queue),
                Reply::Withdraw { offer, call, agent, why } => {
                    let (of, to, deadline) = self.offers.remove(&offer).expect("withdrawn twice or never made");
                    assert_eq!((of, to), (call, agent));
                    assert!(why != Some(Refused::NoAnswer) || deadline <= self.now, "too early");
                    self.ended_offers.insert(offer);
                    let waits = self.calls.get_mut(&call).expect("withdrawn before gone");
                    waits.offer = None;
                    waits.leaving = why.is_none();
                    if matches!(why, Some(Refused::NoAnswer | Refused::Rejected)) {
                        waits.refused.insert(agent);
                    }
                }
                Reply::Changed { agent, from, to } => self.turned(agent, from, to),
                Reply::Overdue { call } => {
                    assert!(self.calls.contains_key(&call));
                    assert!(self.overdue.insert(call), "overdue said twice");
                }
                Reply::Row(row) => self.row(row),
            }
        }
        self.check();
    }

    /// The heart: may this call be offered to this agent now?
    fn offered(&mut self, offer: OfferId, call: CallId, agent: AgentId, queue: &str) {
        let waits = &self.calls[&call];
        assert_eq!(waits.queue, queue);
        assert_eq!(waits.offer, None, "offered twice at once");
        assert!(!self.offers.values().any(|(_, other, _)| *other == agent), "two offers to one agent");
        let seen = &self.agents[&agent];
        assert_eq!(seen.status, Status::Offered { call });
        for (id, other) in &self.agents {
            let ready = other.status == Status::Ready && other.queues.iter().any(|name| name == queue);
            if !ready || *id == agent {
                continue;
            }
            let (refused, refused_too) = (waits.refused.contains(&agent), waits.refused.contains(id));
            assert!(!refused || refused_too, "offered again to a refuser while another is ready");
            assert!(refused != refused_too || other.idle > seen.idle, "not the longest idle");
        }
        for (id, other) in &self.calls {
            let rival = *id != call && other.offer.is_none() && !other.leaving && seen.queues.contains(&other.queue);
            assert!(!rival || other.key(self.now) > waits.key(self.now), "a better call waits");
        }
        let deadline = self.now + Duration::from_secs(20);
        self.offers.insert(offer, (call, agent, deadline));
        self.calls.get_mut(&call).unwrap().offer = Some(offer);
    }

    fn turned(&mut self, agent: AgentId, from: Status, to: Status) {
        self.seq += 1;
        let seen = self.agents.get_mut(&agent).expect("known agent");
        assert_eq!(seen.status, from, "intervals join");
        assert_ne!(from, to);
        let taken_back = matches!(from, Status::Offered { .. });
        if to == Status::Ready && !taken_back {
            seen.idle = (self.now, self.seq);
        }
        seen.status = to.clone();
        if let Some((offer, why)) = self.refusing
            && self.offers.get(&offer).is_some_and(|(_, who, _)| *who == agent)
        {
            let reason = ["no_answer", "rejected", "unreachable"][why as usize];
            assert_eq!(to, Status::Paused { reason: reason.into() });
            let (call, ..) = self.offers.remove(&offer).unwrap();
            let waits = self.calls.get_mut(&call).unwrap();
            waits.offer = None;
            waits.refused.insert(agent);
            self.ended_offers.insert(offer);
            self.refusing = None;
        }
        if let (Some(offer), Status::Talking { call }) = (self.accepting, &to) {
            let (of, who, _) = self.offers.remove(&offer).unwrap();
            assert_eq!((of, who), (*call, agent));
            self.ended_offers.insert(offer);
            self.calls.remove(call);
            self.accepting = None;
        }
    }

    fn row(&mut self, row: Row) {
        let key = key(&row);
        match row {
            Row::Gone { call } => {
                self.rows.remove(&key);
                if let Some(Waits { offer: Some(offer), .. }) = self.calls.remove(&call) {
                    panic!("gone while {offer:?} rings");
                }
            }
            Row::AgentGone { agent } => {
                self.rows.remove(&key);
                self.agents.remove(&agent);
            }
            Row::QueueGone { .. } => _ = self.rows.remove(&key),
            row => _ = self.rows.insert(key, row),
        }
    }

    /// Holds after each step.
    fn check(&self) {
        let board: BTreeMap<String, Row> = self.floor.board().into_iter().map(|row| (key(&row), row)).collect();
        assert_eq!(board, self.rows, "the rows played back are the board");
        for (id, seen) in &self.agents {
            assert_eq!(self.floor.status(*id).map(|(status, _)| status).as_ref(), Some(&seen.status));
            let ringing = self.offers.values().filter(|(_, agent, _)| agent == id).count();
            assert_eq!(ringing, usize::from(matches!(seen.status, Status::Offered { .. })), "stuck in Offered");
        }
        let mut lines: BTreeMap<&str, Vec<(&CallId, &Waits)>> = BTreeMap::new();
        for (id, waits) in &self.calls {
            lines.entry(&waits.queue).or_default().push((id, waits));
            let idle =
                self.agents.values().find(|seen| seen.status == Status::Ready && seen.queues.contains(&waits.queue));
            assert!(waits.offer.is_some() || idle.is_none(), "a call waits while an agent is ready");
        }
        for line in lines.values_mut() {
            line.sort_by_key(|(_, waits)| waits.key(self.now));
            for (n, (id, _)) in line.iter().enumerate() {
                assert_eq!(self.floor.place(self.now, **id).map(|(place, _)| place as usize), Some(n + 1));
            }
        }
        for row in board.values() {
            let Row::Queue { queue, waiting, offered, answered, abandoned, oldest, .. } = row else {
                continue;
            };
            assert_eq!(*offered, answered + abandoned + u64::from(*waiting));
            let line = lines.get(queue.as_str()).map_or(&[][..], Vec::as_slice);
            assert_eq!(*waiting as usize, line.len());
            assert_eq!(*oldest, line.iter().map(|(_, waits)| waits.since).min());
        }
    }

    /// Everybody answers and finishes: nothing may be left, and the board's positions are exact.
    fn finish(mut self) {
        for _ in 0..200 {
            let quiet = self.agents.values().all(|seen| seen.status == Status::Ready);
            if quiet && self.calls.values().all(|waits| !self.bases.contains_key(&waits.queue)) {
                break;
            }
            let agents: Vec<AgentId> = self.agents.keys().copied().collect();
            for agent in agents {
                self.ask(Request::Status { agent, status: StatusChange::Ready });
            }
            while let Some(offer) = self.offers.keys().next().copied() {
                self.accepting = Some(offer);
                self.ask(Request::Accepted { offer });
            }
            let talks: Vec<_> = self.agents.iter().map(|(id, seen)| (*id, seen.status.clone())).collect();
            for (agent, status) in talks {
                if let Status::Talking { call } = status {
                    self.ask(Request::Done { agent, call });
                }
            }
            self.advance(self.now + Duration::from_secs(11));
        }
        let removed: Vec<CallId> =
            self.calls.iter().filter(|(_, waits)| !self.bases.contains_key(&waits.queue)).map(|(id, _)| *id).collect();
        for call in removed {
            self.ask(Request::Leave { call });
        }
        self.advance(self.now + Duration::from_secs(1));
        assert!(self.calls.is_empty(), "calls nobody got");
        assert_eq!(self.floor.timeout(), None, "nothing is due on a quiet floor");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn floor_is_fair(seed in any::<u8>(), deeds in proptest::collection::vec(deed(), 1..150)) {
        let mut model = Model::new(seed);
        for deed in deeds {
            model.deed(deed);
        }
        model.finish();
    }
}
