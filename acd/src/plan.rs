//! A new configuration: queues and agents come, change and go; calls and talks stay.

use crate::agent::Agent;
use crate::api::*;
use crate::floor::{Floor, Timer};
use crate::limit::{AGENTS_MAX, QUEUES_MAX};
use crate::queue::{Queue, QueueKey};
use std::collections::BTreeSet;
use types::Moment;

impl Floor {
    pub(crate) fn configure(&mut self, now: Moment, plan: FloorPlan) {
        // Agents step out of the sets of their old queues first, and into those of the new ones last.
        let ids: Vec<AgentId> = self.agents.keys().copied().collect();
        for &id in &ids {
            self.regroup(id, false);
        }
        self.configure_queues(now, plan.queues);
        self.reorder(now);
        self.configure_agents(now, plan.agents);
        let emptied: Vec<QueueKey> = self.queues.keys().copied().collect();
        for key in emptied {
            self.forget_queue(key);
        }
        self.touched.extend(self.queues.keys());
    }

    fn configure_queues(&mut self, now: Moment, plans: Vec<QueuePlan>) {
        for queue in self.queues.values_mut() {
            queue.gone = true;
        }
        for plan in plans.into_iter().take(QUEUES_MAX) {
            if let Some(queue) = self.names.get(&plan.name).and_then(|key| self.queues.get_mut(key)) {
                (queue.plan, queue.gone) = (plan, false);
                continue;
            }
            let key = QueueKey(self.seq());
            self.names.insert(plan.name.clone(), key);
            self.queues.insert(key, Queue::new(plan));
        }
        for key in self.queues.keys() {
            self.changed.queue(*key);
            self.changed.line(now, *key);
        }
    }

    /// Head starts and longest waits may have changed.
    fn reorder(&mut self, now: Moment) {
        for (&call, waiting) in &mut self.calls {
            let Some(queue) = self.queues.get_mut(&waiting.queue) else {
                continue;
            };
            queue.remove(waiting);
            waiting.rank = queue.rank(self.epoch, call, waiting.since, waiting.priority, waiting.rank.seq);
            queue.add(waiting.rank, waiting.since, waiting.offer.is_some());
            if let Some(at) = waiting.overdue_at.take() {
                self.timers.remove(&(at, Timer::Wait(call)));
            }
            let limit = queue.plan.wait_max.filter(|_| !waiting.overdue);
            waiting.overdue_at = limit.and_then(|wait| waiting.since.checked_add(wait)).map(|at| at.max(now));
            self.timers.extend(waiting.overdue_at.map(|at| (at, Timer::Wait(call))));
        }
    }

    fn configure_agents(&mut self, now: Moment, plans: Vec<AgentPlan>) {
        let mut kept = BTreeSet::new();
        for plan in plans.into_iter().take(AGENTS_MAX) {
            kept.insert(plan.agent);
            let agent = self.agents.entry(plan.agent).or_insert_with(|| Agent::new(now, plan.agent));
            agent.gone = false;
            // A name that stands twice counts once, or the counters of the queue would drift.
            let keys = plan.queues.iter().filter_map(|name| self.names.get(name).copied());
            let keys: BTreeSet<QueueKey> =
                keys.filter(|key| self.queues.get(key).is_some_and(|queue| !queue.gone)).collect();
            agent.queues = keys.into_iter().collect();
            agent.names = plan.queues;
        }
        let ids: Vec<AgentId> = self.agents.keys().copied().collect();
        for id in ids {
            if !kept.contains(&id) {
                self.retire(now, id);
            }
            self.regroup(id, true);
            self.forget_agent(id);
        }
    }

    /// An agent who is in the configuration no more. In no queue's sets here.
    fn retire(&mut self, now: Moment, id: AgentId) {
        let Some(agent) = self.agents.get_mut(&id) else {
            return;
        };
        agent.gone = true;
        agent.queues.clear();
        agent.names.clear();
        if let Some(offer) = agent.offer {
            self.withdraw_for_agent(offer, Refused::Unreachable);
        } else if matches!(agent.status, Status::Talking { .. } | Status::Wrapping { .. } | Status::Offered { .. }) {
            return;
        }
        self.turn(now, id, Status::Away);
    }
}
