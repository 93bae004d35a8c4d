//! The floor: one machine for all agents, queues and waiting calls.
//!
//! ```text
//!   Join ──> waiting ──Offer──> offered ──Accepted──> (talking: out of the line)
//!               ^                  │
//!               └── refused, deadline (same place; the agent is paused)
//!   Leave from waiting or offered: abandoned.
//! ```
//!
//! Between two steps this holds, and the matching relies on it: no call that is not being offered has a ready
//! agent in its queue. So each step looks only at the queues it touched.

use crate::agent::Agent;
use crate::api::*;
use crate::offer::Offer;
use crate::queue::{Queue, QueueKey, Waiting};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;
use types::Moment;

/// What happens by itself at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// An offer's deadline.
    Offer(OfferId),
    /// An agent's wrap-up limit.
    Wrap(AgentId),
    /// A call's longest wait.
    Wait(CallId),
}

/// All agents, queues and waiting calls of the company.
#[derive(Debug)]
pub struct Floor {
    /// Zero of the ranks.
    pub(crate) epoch: Moment,
    pub(crate) queues: BTreeMap<QueueKey, Queue>,
    pub(crate) names: BTreeMap<QueueName, QueueKey>,
    pub(crate) agents: BTreeMap<AgentId, Agent>,
    pub(crate) calls: BTreeMap<CallId, Waiting>,
    pub(crate) offers: BTreeMap<OfferId, Offer>,
    pub(crate) timers: BTreeSet<(Moment, Timer)>,
    /// Counts offers from a random start: an answer to an offer of an earlier life of this floor fits none.
    pub(crate) offer_next: u64,
    /// Numbers joins and idle times, so that equal instants keep their order.
    pub(crate) seq: u64,
    /// Queues in which an agent became ready or a call free in this step.
    pub(crate) touched: BTreeSet<QueueKey>,
    pub(crate) changed: crate::row::Changes,
    pub(crate) out: VecDeque<Reply>,
}

impl Floor {
    pub fn new(now: Moment, seed: [u8; 32]) -> Floor {
        let first = u64::from(ChaCha8Rng::from_seed(seed).next_u32()) << 24;
        Floor {
            epoch: now,
            queues: BTreeMap::new(),
            names: BTreeMap::new(),
            agents: BTreeMap::new(),
            calls: BTreeMap::new(),
            offers: BTreeMap::new(),
            timers: BTreeSet::new(),
            offer_next: first,
            seq: 0,
            touched: BTreeSet::new(),
            changed: crate::row::Changes::default(),
            out: VecDeque::new(),
        }
    }

    /// Stale and foreign ids are ignored: the other side may have been faster.
    pub fn handle(&mut self, now: Moment, request: Request) {
        match request {
            Request::Configure(plan) => self.configure(now, plan),
            Request::Join { call, queue, priority, since } => self.join(now, call, &queue, priority, since),
            Request::Leave { call } => self.leave(now, call),
            Request::Accepted { offer } => self.accepted(now, offer),
            Request::Refuse { offer, why } => self.refuse(now, offer, why),
            Request::Done { agent, call } => self.done(now, agent, call),
            Request::Rung { agent, call } => self.taken(now, agent, Status::Offered { call }),
            Request::Busy { agent, call } => self.busy(now, agent, call),
            Request::Status { agent, status } => self.change_status(now, agent, status),
            Request::Wrapped { agent } => self.wrapped(now, agent),
            Request::Reset => self.reset(),
            Request::Recall { queue, day } => self.recall(&queue, day),
        }
        self.settle(now);
    }

    pub fn tick(&mut self, now: Moment) {
        while let Some(&(at, timer)) = self.timers.first()
            && at <= now
        {
            self.timers.pop_first();
            match timer {
                Timer::Offer(offer) => self.expire(now, offer),
                Timer::Wrap(agent) => self.wrap_over(now, agent),
                Timer::Wait(call) => self.overdue(call),
            }
        }
        self.settle(now);
        self.show_positions(now);
    }

    pub fn poll(&mut self) -> Option<Reply> {
        self.out.pop_front()
    }

    pub fn timeout(&self) -> Option<Moment> {
        let timer = self.timers.first().map(|&(at, _)| at);
        [timer, self.changed.positions_at()].into_iter().flatten().min()
    }

    pub fn status(&self, agent: AgentId) -> Option<(Status, Moment)> {
        self.agents.get(&agent).map(|agent| (agent.status.clone(), agent.since))
    }

    /// (position from 1, estimated wait) of a waiting call. The estimate is from now on; None when not believable.
    pub fn place(&self, _now: Moment, call: CallId) -> Option<(u32, Option<Duration>)> {
        let waiting = self.calls.get(&call)?;
        let queue = self.queues.get(&waiting.queue)?;
        let position = queue.line.position(&waiting.rank)?;
        let estimate = queue.pace.estimate(position, queue.staffed);
        Some((u32::try_from(position).unwrap_or(u32::MAX), estimate))
    }

    /// Is this offer still running: would an answer now be taken? False after its deadline, refusal or the caller's leaving.
    pub fn accepts(&self, offer: OfferId) -> bool {
        self.offers.contains_key(&offer)
    }

    pub(crate) fn seq(&mut self) -> u64 {
        self.seq += 1;
        self.seq
    }

    fn reset(&mut self) {
        for (key, queue) in &mut self.queues {
            queue.level.reset(queue.line.len());
            self.changed.queue(*key);
        }
    }

    fn recall(&mut self, queue: &QueueName, day: Day) {
        let Some(key) = self.names.get(queue).copied() else { return };
        if let Some(queue) = self.queues.get_mut(&key) {
            queue.level.recall(day);
            self.changed.queue(key);
        }
    }

    /// The end of each step: new offers, then the rows of all that changed.
    fn settle(&mut self, now: Moment) {
        self.match_touched(now);
        self.show(now);
    }
}
