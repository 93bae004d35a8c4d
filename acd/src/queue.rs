//! The line of a queue: joining, leaving, order.

use crate::api::*;
use crate::floor::{Floor, Timer};
use crate::level::{Level, Pace};
use crate::limit::{EMERGENCY_BASE, HEAD_START_MAX, WAITING_MAX};
use crate::line::Line;
use std::collections::BTreeSet;
use types::Moment;

/// A queue's number for the life of the floor; names come and go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct QueueKey(pub u64);

/// Place in line, first is served first. score = head start + seconds of waiting (G10): all scores grow
/// alike, so the order never changes while calls wait and needs no ageing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    /// Emergency queues stand before all others.
    pub ordinary: bool,
    /// Nanoseconds: start of the wait minus the head start.
    pub order: i128,
    pub seq: u64,
    pub call: CallId,
}

/// A ready agent in a queue's order of idleness, longest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Idle {
    pub since: Moment,
    pub seq: u64,
    pub agent: AgentId,
}

#[derive(Debug)]
pub(crate) struct Queue {
    pub plan: QueuePlan,
    /// No more in the configuration: takes no calls, lives until its last one left.
    pub gone: bool,
    /// All in line, offered ones included.
    pub line: Line,
    /// Those not being offered.
    pub free: BTreeSet<Rank>,
    /// By start of wait.
    pub waits: BTreeSet<(Moment, CallId)>,
    pub ready: BTreeSet<Idle>,
    /// In wrap-up since, for emergencies.
    pub wrapping: BTreeSet<(Moment, AgentId)>,
    /// Agents at work here: ready, offered, talking, wrapping.
    pub staffed: usize,
    pub level: Level,
    pub pace: Pace,
}

/// A call in line.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub queue: QueueKey,
    pub since: Moment,
    pub priority: i64,
    pub rank: Rank,
    pub offer: Option<OfferId>,
    /// Agents who did not take it, oldest refusal first.
    pub refused: Vec<AgentId>,
    /// When it becomes overdue; None: never, or it is already.
    pub overdue_at: Option<Moment>,
    pub overdue: bool,
    /// Position the board shows.
    pub shown: u32,
}

impl Queue {
    pub fn new(plan: QueuePlan) -> Queue {
        Queue {
            plan,
            gone: false,
            line: Line::default(),
            free: BTreeSet::new(),
            waits: BTreeSet::new(),
            ready: BTreeSet::new(),
            wrapping: BTreeSet::new(),
            staffed: 0,
            level: Level::default(),
            pace: Pace::default(),
        }
    }

    pub fn emergency(&self) -> bool {
        self.plan.base >= EMERGENCY_BASE
    }

    pub fn rank(&self, epoch: Moment, call: CallId, since: Moment, priority: i64, seq: u64) -> Rank {
        let cut = |seconds: i64| i128::from(seconds.clamp(-HEAD_START_MAX, HEAD_START_MAX));
        let start = cut(self.plan.base) + cut(priority);
        Rank { ordinary: !self.emergency(), order: nanos(epoch, since) - start * 1_000_000_000, seq, call }
    }

    pub fn add(&mut self, rank: Rank, since: Moment, offered: bool) {
        self.line.insert(rank);
        self.waits.insert((since, rank.call));
        if !offered {
            self.free.insert(rank);
        }
    }

    pub fn remove(&mut self, waiting: &Waiting) {
        self.line.remove(&waiting.rank);
        self.free.remove(&waiting.rank);
        self.waits.remove(&(waiting.since, waiting.rank.call));
    }
}

/// Nanoseconds from `epoch` to `at`; negative before it.
fn nanos(epoch: Moment, at: Moment) -> i128 {
    let after = at.saturating_duration_since(epoch).as_nanos() as i128;
    after - epoch.saturating_duration_since(at).as_nanos() as i128
}

impl Floor {
    pub(crate) fn join(&mut self, now: Moment, call: CallId, queue: &str, priority: i64, since: Moment) {
        let since = since.min(now);
        // Who refused it in another queue may be asked here: a move forgets.
        match self.calls.get(&call) {
            Some(waiting) if self.names.get(queue) == Some(&waiting.queue) => {
                return self.rejoin(now, call, priority, since);
            }
            Some(_) => self.move_away(now, call),
            None => {}
        }
        let room = self.calls.len() < WAITING_MAX;
        let key = self.names.get(queue).copied();
        let Some((key, place)) = key.and_then(|key| self.queues.get_mut(&key).map(|place| (key, place))) else {
            return self.out.push_back(Reply::Overdue { call });
        };
        if place.gone || !room || place.line.len() >= place.plan.waiting_max {
            return self.out.push_back(Reply::Overdue { call });
        }
        self.seq += 1;
        let rank = place.rank(self.epoch, call, since, priority, self.seq);
        place.add(rank, since, false);
        place.level.offered += 1;
        let overdue_at = place.plan.wait_max.and_then(|wait| since.checked_add(wait));
        let refused = Vec::new();
        let waiting =
            Waiting { queue: key, since, priority, rank, offer: None, refused, overdue_at, overdue: false, shown: 0 };
        self.timers.extend(overdue_at.map(|at| (at, Timer::Wait(call))));
        self.calls.insert(call, waiting);
        self.touched.insert(key);
        self.changed.call(call);
        self.changed.line(now, key);
    }

    /// A Join again, in the same queue: only its place may change, a running offer goes on.
    fn rejoin(&mut self, now: Moment, call: CallId, priority: i64, since: Moment) {
        let Some(waiting) = self.calls.get_mut(&call) else {
            return;
        };
        let Some(queue) = self.queues.get_mut(&waiting.queue) else {
            return;
        };
        queue.remove(waiting);
        (waiting.since, waiting.priority) = (since, priority);
        waiting.rank = queue.rank(self.epoch, call, since, priority, waiting.rank.seq);
        queue.add(waiting.rank, since, waiting.offer.is_some());
        if let Some(at) = waiting.overdue_at.take() {
            self.timers.remove(&(at, Timer::Wait(call)));
            waiting.overdue_at = queue.plan.wait_max.and_then(|wait| since.checked_add(wait));
            self.timers.extend(waiting.overdue_at.map(|at| (at, Timer::Wait(call))));
        }
        self.changed.call(call);
        self.changed.line(now, waiting.queue);
        self.touched.insert(waiting.queue);
    }

    /// It joins another queue now: here it neither was answered nor gave up.
    fn move_away(&mut self, now: Moment, call: CallId) {
        let Some(waiting) = self.remove_call(now, call) else {
            return;
        };
        if let Some(queue) = self.queues.get_mut(&waiting.queue) {
            queue.level.offered = queue.level.offered.saturating_sub(1);
        }
        self.forget_queue(waiting.queue);
    }

    /// The caller is gone.
    pub(crate) fn leave(&mut self, now: Moment, call: CallId) {
        let Some(waiting) = self.remove_call(now, call) else {
            return;
        };
        if let Some(queue) = self.queues.get_mut(&waiting.queue) {
            queue.level.abandoned(now.saturating_duration_since(waiting.since), queue.plan.target);
        }
        self.forget_queue(waiting.queue);
    }

    /// Takes the call out of the line; an offer of it is withdrawn and its agent as idle as before.
    pub(crate) fn remove_call(&mut self, now: Moment, call: CallId) -> Option<Waiting> {
        if let Some(offer) = self.calls.get(&call)?.offer {
            self.withdraw_for_caller(offer);
        }
        self.unlist(now, call)
    }

    /// Takes the call off the line and the board, without a word about its offer.
    pub(crate) fn unlist(&mut self, now: Moment, call: CallId) -> Option<Waiting> {
        let waiting = self.calls.remove(&call)?;
        if let Some(queue) = self.queues.get_mut(&waiting.queue) {
            queue.remove(&waiting);
        }
        if let Some(at) = waiting.overdue_at {
            self.timers.remove(&(at, Timer::Wait(call)));
        }
        self.changed.gone(call);
        self.changed.line(now, waiting.queue);
        Some(waiting)
    }

    /// Waits too long: said once.
    pub(crate) fn overdue(&mut self, call: CallId) {
        let Some(waiting) = self.calls.get_mut(&call) else {
            return;
        };
        (waiting.overdue_at, waiting.overdue) = (None, true);
        self.out.push_back(Reply::Overdue { call });
    }

    /// A queue that left the configuration goes with its last call.
    pub(crate) fn forget_queue(&mut self, key: QueueKey) {
        let Some(queue) = self.queues.get(&key) else {
            return;
        };
        if !queue.gone || queue.line.len() > 0 {
            return;
        }
        if let Some(queue) = self.queues.remove(&key) {
            self.names.remove(&queue.plan.name);
            self.changed.queue_gone(key, queue.plan.name);
        }
    }
}
