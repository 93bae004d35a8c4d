//! What the board shows: rows are a projection of the floor. A step emits each changed row once, at its end; the positions of
//! waiting calls follow in bounded portions, because one release moves everybody behind.

use crate::api::*;
use crate::floor::Floor;
use crate::limit::{POSITION_PERIOD, POSITIONS_FRESH, POSITIONS_SWEPT};
use crate::queue::{Queue, QueueKey, Waiting};
use std::collections::{BTreeMap, BTreeSet};
use types::Moment;

/// What changed in a step, and whose positions are old.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    agents: BTreeSet<AgentId>,
    queues: BTreeSet<QueueKey>,
    calls: BTreeSet<CallId>,
    gone: Vec<Row>,
    /// Lines that moved; for each, where the sweep goes on.
    lines: BTreeMap<QueueKey, Sweep>,
    /// When the next line is looked at.
    look_at: Option<Moment>,
    /// The line looked at last: they take turns.
    last: Option<QueueKey>,
    /// Queue rows as last emitted: most steps touch a queue without changing its figures.
    shown: BTreeMap<QueueKey, Row>,
}

#[derive(Clone, Copy, Debug)]
struct Sweep {
    at: usize,
    /// Moved again behind the sweep: another round is due.
    again: bool,
}

impl Changes {
    pub fn agent(&mut self, id: AgentId) {
        self.agents.insert(id);
    }

    pub fn queue(&mut self, key: QueueKey) {
        self.queues.insert(key);
    }

    pub fn call(&mut self, call: CallId) {
        self.calls.insert(call);
    }

    /// The line moved: somebody came or went.
    pub fn line(&mut self, now: Moment, key: QueueKey) {
        self.queues.insert(key);
        let fresh = Sweep { at: POSITIONS_FRESH, again: false };
        self.lines.entry(key).and_modify(|sweep| sweep.again |= sweep.at > POSITIONS_FRESH).or_insert(fresh);
        self.look_at.get_or_insert(now + POSITION_PERIOD);
    }

    pub fn gone(&mut self, call: CallId) {
        self.calls.remove(&call);
        self.gone.push(Row::Gone { call });
    }

    pub fn agent_gone(&mut self, agent: AgentId) {
        self.agents.remove(&agent);
        self.gone.push(Row::AgentGone { agent });
    }

    pub fn queue_gone(&mut self, key: QueueKey, queue: QueueName) {
        self.queues.remove(&key);
        self.lines.remove(&key);
        self.shown.remove(&key);
        self.gone.push(Row::QueueGone { queue });
    }

    pub fn positions_at(&self) -> Option<Moment> {
        self.look_at
    }

    /// Whose turn it is.
    fn next_line(&mut self) -> Option<(QueueKey, Sweep)> {
        let after = self.last.and_then(|last| self.lines.range(last..).find(|&(&key, _)| key > last));
        let (key, sweep) = after.or(self.lines.first_key_value()).map(|(key, sweep)| (*key, *sweep))?;
        self.last = Some(key);
        Some((key, sweep))
    }
}

impl Floor {
    /// All rows now: the snapshot for a board that connects. Equal to all rows emitted so far, played back.
    pub fn board(&self) -> Vec<Row> {
        let agents = self.agents.keys().filter_map(|id| self.agent_row(*id));
        let queues = self.queues.values().map(queue_row);
        let calls = self.calls.keys().filter_map(|call| self.call_row(*call));
        agents.chain(queues).chain(calls).collect()
    }

    /// Emits the rows of all that changed in this step.
    pub(crate) fn show(&mut self, _now: Moment) {
        self.out.extend(self.changed.gone.drain(..).map(Reply::Row));
        for id in std::mem::take(&mut self.changed.agents) {
            self.out.extend(self.agent_row(id).map(Reply::Row));
        }
        for key in std::mem::take(&mut self.changed.queues) {
            let Some(row) = self.queues.get(&key).map(queue_row) else {
                continue;
            };
            if self.changed.shown.get(&key) != Some(&row) {
                self.changed.shown.insert(key, row.clone());
                self.out.push_back(Reply::Row(row));
            }
        }
        for call in std::mem::take(&mut self.changed.calls) {
            let Some(waiting) = self.calls.get_mut(&call) else {
                continue;
            };
            waiting.shown = self.queues.get(&waiting.queue).map_or(0, |queue| position(queue, waiting));
            self.out.extend(self.call_row(call).map(Reply::Row));
        }
    }

    /// Looks at one line that moved: its head, and a portion further back.
    pub(crate) fn show_positions(&mut self, now: Moment) {
        if self.changed.look_at.is_none_or(|at| at > now) {
            return;
        }
        if let Some((key, sweep)) = self.changed.next_line() {
            self.show_part(key, 0, POSITIONS_FRESH);
            self.show_part(key, sweep.at, POSITIONS_SWEPT);
            let waiting = self.queues.get(&key).map_or(0, |queue| queue.line.len());
            let next = sweep.at + POSITIONS_SWEPT;
            if next < waiting {
                self.changed.lines.insert(key, Sweep { at: next, ..sweep });
            } else if sweep.again {
                self.changed.lines.insert(key, Sweep { at: POSITIONS_FRESH, again: false });
            } else {
                self.changed.lines.remove(&key);
            }
        }
        let turns = u32::try_from(self.changed.lines.len()).unwrap_or(u32::MAX);
        self.changed.look_at = (turns > 0).then(|| now + POSITION_PERIOD / turns.max(1));
    }

    fn show_part(&mut self, key: QueueKey, from: usize, count: usize) {
        let Some(queue) = self.queues.get(&key) else {
            return;
        };
        for (rank, position) in queue.line.from(from).take(count).zip(from + 1..) {
            let Some(waiting) = self.calls.get_mut(&rank.call) else {
                continue;
            };
            let position = u32::try_from(position).unwrap_or(u32::MAX);
            if std::mem::replace(&mut waiting.shown, position) != position {
                self.out.push_back(Reply::Row(waiting_row(queue, waiting, &self.offers)));
            }
        }
    }

    fn agent_row(&self, id: AgentId) -> Option<Row> {
        let agent = self.agents.get(&id)?;
        Some(Row::Agent {
            agent: id,
            status: agent.status.clone(),
            since: agent.since,
            queues: agent.names.clone(),
            calls_taken: agent.taken,
        })
    }

    fn call_row(&self, call: CallId) -> Option<Row> {
        let waiting = self.calls.get(&call)?;
        Some(waiting_row(self.queues.get(&waiting.queue)?, waiting, &self.offers))
    }
}

fn position(queue: &Queue, waiting: &Waiting) -> u32 {
    let position = queue.line.position(&waiting.rank).unwrap_or_default();
    u32::try_from(position).unwrap_or(u32::MAX)
}

fn waiting_row(queue: &Queue, waiting: &Waiting, offers: &BTreeMap<OfferId, crate::offer::Offer>) -> Row {
    Row::Waiting {
        call: waiting.rank.call,
        queue: queue.plan.name.clone(),
        since: waiting.since,
        position: waiting.shown,
        priority: waiting.priority,
        offered_to: waiting.offer.and_then(|offer| offers.get(&offer)).map(|offer| offer.agent),
    }
}

fn queue_row(queue: &Queue) -> Row {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Row::Queue {
        queue: queue.plan.name.clone(),
        waiting: count(queue.line.len()),
        oldest: queue.waits.first().map(|&(since, _)| since),
        offered: queue.level.offered,
        answered: queue.level.answered,
        abandoned: queue.level.abandoned,
        level: queue.level.level(),
        ready: count(queue.ready.len()),
    }
}
