//! Who is next: the call with the highest score that has a ready agent, to the longest idle of them.

use crate::api::*;
use crate::floor::Floor;
use crate::queue::{Idle, Queue, QueueKey, Rank};
use std::collections::{BTreeMap, BTreeSet};
use types::Moment;

/// The first call in line, over these queues, that somebody could take.
fn what(queues: &BTreeMap<QueueKey, Queue>, touched: &BTreeSet<QueueKey>) -> Option<(QueueKey, Rank)> {
    let head = |key: &QueueKey| {
        let queue = queues.get(key)?;
        let hands = !queue.ready.is_empty() || (queue.emergency() && !queue.wrapping.is_empty());
        queue.free.first().filter(|_| hands).map(|rank| (*key, *rank))
    };
    touched.iter().filter_map(head).min_by_key(|&(_, rank)| rank)
}

/// The longest idle agent who did not refuse this call; if all did, the longest idle.
fn who(ready: &BTreeSet<Idle>, refused: &[AgentId]) -> Option<AgentId> {
    let fresh = ready.iter().find(|idle| !refused.contains(&idle.agent));
    fresh.or(ready.first()).map(|idle| idle.agent)
}

impl Floor {
    /// Makes every offer that can be made in the touched queues, best call first.
    pub(crate) fn match_touched(&mut self, now: Moment) {
        // A queue leaves this list when its emergency found nobody who may be taken out of wrap-up.
        let mut touched = std::mem::take(&mut self.touched);
        while let Some((key, rank)) = what(&self.queues, &touched) {
            let Some(agent) = self.pick(now, key, rank.call) else {
                touched.remove(&key);
                continue;
            };
            self.offer(now, rank.call, agent);
            // An agent taken out of wrap-up was touched in all their queues, but is ready no more.
            self.touched.clear();
        }
    }

    fn pick(&mut self, now: Moment, key: QueueKey, call: CallId) -> Option<AgentId> {
        let queue = self.queues.get(&key)?;
        let refused = self.calls.get(&call).map_or(&[][..], |waiting| &waiting.refused);
        if let Some(agent) = who(&queue.ready, refused) {
            return Some(agent);
        }
        // An emergency takes agents out of wrap-up. Not those who asked for a pause after it.
        let free = |agent: &AgentId| self.agents.get(agent).is_some_and(|agent| agent.then.is_none() && !agent.gone);
        let agent = queue.wrapping.iter().map(|&(_, agent)| agent).find(free)?;
        self.wrap_over(now, agent);
        Some(agent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn longest_idle_who_did_not_refuse() {
        let zero = Moment::START;
        let id = AgentId::from_u128;
        let idle = |agent, after, seq| Idle { since: zero + Duration::from_secs(after), seq, agent: id(agent) };
        let ready = BTreeSet::from([idle(1, 9, 1), idle(2, 3, 2), idle(3, 3, 3), idle(4, 20, 4)]);
        let check = |refused: &[u128], expect| {
            let refused: Vec<_> = refused.iter().copied().map(id).collect();
            assert_eq!(who(&ready, &refused), Some(id(expect)), "{refused:?}");
        };
        check(&[], 2);
        check(&[2], 3);
        check(&[2, 3], 1);
        check(&[1, 2, 3], 4);
        check(&[4, 3, 2, 1], 2);
        assert_eq!(who(&BTreeSet::new(), &[]), None);
    }
}
