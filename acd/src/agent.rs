//! An agent's status.
//!
//! ```text
//!   Away <──> Paused <──> Ready ──Offer──> Offered ──Accepted──> Talking ──Done──> Wrapping ──> Ready, or what was asked
//!                ^          ^                 │                     ^
//!                │          └─ caller left ───┤ <── Rung             └── Busy (a call the floor did not offer)
//!                └── no_answer, rejected, unreachable
//! ```

use crate::api::*;
use crate::floor::{Floor, Timer};
use crate::limit::{PERIOD_MAX, REASON_MAX};
use crate::queue::{Idle, QueueKey};
use std::time::Duration;
use types::Moment;

#[derive(Debug)]
pub(crate) struct Agent {
    pub queues: Vec<QueueKey>,
    pub names: Vec<QueueName>,
    pub status: Status,
    pub since: Moment,
    /// Start of the last Ready: kept while an offer rings.
    pub idle: Idle,
    pub offer: Option<OfferId>,
    /// What was asked for after the talk; None: Ready.
    pub then: Option<StatusChange>,
    /// Limit of the wrap-up after the present talk.
    pub wrapup: Duration,
    pub wrap_until: Option<Moment>,
    /// The queue's call in hand and when it was answered, for the queue's pace.
    pub took: Option<(QueueKey, Moment)>,
    pub taken: u64,
    /// No more in the configuration: finishes the present call.
    pub gone: bool,
}

impl Agent {
    pub fn new(now: Moment, id: AgentId) -> Agent {
        Agent {
            queues: Vec::new(),
            names: Vec::new(),
            status: Status::Away,
            since: now,
            idle: Idle { since: now, seq: 0, agent: id },
            offer: None,
            then: None,
            wrapup: Duration::ZERO,
            wrap_until: None,
            took: None,
            taken: 0,
            gone: false,
        }
    }
}

/// Is such an agent at work for the queue?
fn staffed(status: &Status) -> bool {
    !matches!(status, Status::Away | Status::Paused { .. })
}

fn status_of(asked: StatusChange) -> Status {
    match asked {
        StatusChange::Ready => Status::Ready,
        StatusChange::Away => Status::Away,
        StatusChange::Paused { reason } => Status::Paused { reason: cut(reason) },
    }
}

fn cut(mut reason: String) -> String {
    let mut end = reason.len().min(REASON_MAX);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    reason.truncate(end);
    reason
}

impl Floor {
    /// What the agent asks for, when it may be.
    pub(crate) fn change_status(&mut self, now: Moment, id: AgentId, asked: StatusChange) {
        let Some(agent) = self.agents.get_mut(&id).filter(|agent| !agent.gone) else {
            return;
        };
        match (&agent.status, &asked) {
            (Status::Talking { .. }, StatusChange::Ready) => agent.then = None,
            (Status::Talking { .. }, _) => agent.then = Some(asked),
            (Status::Wrapping { .. }, StatusChange::Paused { .. }) => agent.then = Some(asked),
            (Status::Wrapping { .. }, StatusChange::Ready | StatusChange::Away) => {
                agent.then = Some(asked);
                self.wrap_over(now, id);
            }
            // Rung by a transfer: as in a talk, what is asked comes after it.
            (Status::Offered { .. }, _) if agent.offer.is_none() => {
                agent.then = Some(asked).filter(|asked| *asked != StatusChange::Ready);
            }
            (Status::Offered { .. }, StatusChange::Ready) => {}
            (Status::Offered { .. }, StatusChange::Away | StatusChange::Paused { .. }) => {
                let why = if asked == StatusChange::Away { Refused::Unreachable } else { Refused::Rejected };
                if let Some(offer) = agent.offer {
                    self.withdraw_for_agent(offer, why);
                }
                self.turn(now, id, status_of(asked));
            }
            (Status::Away | Status::Ready | Status::Paused { .. }, _) => self.turn(now, id, status_of(asked)),
        }
    }

    /// On a call that the floor did not offer. The switch knows what its legs do: its state goes before ours.
    pub(crate) fn busy(&mut self, now: Moment, id: AgentId, call: CallId) {
        let Some(agent) = self.agents.get(&id) else {
            return;
        };
        if let Some(offer) = agent.offer
            && agent.status == (Status::Offered { call })
        {
            return self.accepted(now, offer);
        }
        self.taken(now, id, Status::Talking { call });
    }

    /// By a call that the floor did not offer.
    pub(crate) fn taken(&mut self, now: Moment, id: AgentId, to: Status) {
        if let Some(offer) = self.agents.get(&id).and_then(|agent| agent.offer) {
            self.withdraw_for_agent(offer, Refused::Unreachable);
        }
        let wrapup = self.wrapup_longest(id);
        let Some(agent) = self.agents.get_mut(&id) else {
            return;
        };
        agent.then = match &agent.status {
            Status::Paused { reason } => Some(StatusChange::Paused { reason: reason.clone() }),
            Status::Away => Some(StatusChange::Away),
            Status::Talking { .. } | Status::Wrapping { .. } | Status::Offered { .. } => agent.then.take(),
            Status::Ready => None,
        };
        if agent.status != to {
            (agent.took, agent.wrapup) = (None, wrapup);
        }
        self.turn(now, id, to);
    }

    /// A transferred call may be of any of the agent's queues: the most patient wrap-up counts.
    fn wrapup_longest(&self, id: AgentId) -> Duration {
        let keys = self.agents.get(&id).map_or(&[][..], |agent| &agent.queues);
        let plans = keys.iter().filter_map(|key| self.queues.get(key));
        plans.map(|queue| queue.plan.wrapup_max).max().unwrap_or_default()
    }

    /// The talk is over.
    pub(crate) fn done(&mut self, now: Moment, id: AgentId, call: CallId) {
        let Some(agent) = self.agents.get_mut(&id) else {
            return;
        };
        // Rung and not answered: there is nothing to wrap up.
        if agent.status == (Status::Offered { call }) && agent.offer.is_none() {
            return match agent.then.is_some() || agent.gone {
                true => self.wrap_over(now, id),
                false => self.turn_back(id),
            };
        }
        if agent.status != (Status::Talking { call }) {
            return;
        }
        if agent.wrapup.is_zero() {
            return self.wrap_over(now, id);
        }
        let until = now + agent.wrapup.min(PERIOD_MAX);
        agent.wrap_until = Some(until);
        self.timers.insert((until, Timer::Wrap(id)));
        self.turn(now, id, Status::Wrapping { call });
    }

    pub(crate) fn wrapped(&mut self, now: Moment, id: AgentId) {
        if self.agents.get(&id).is_some_and(|agent| matches!(agent.status, Status::Wrapping { .. })) {
            self.wrap_over(now, id);
        }
    }

    /// Talk and wrap-up are over: Ready, or what was asked for.
    pub(crate) fn wrap_over(&mut self, now: Moment, id: AgentId) {
        let Some(agent) = self.agents.get_mut(&id) else {
            return;
        };
        if let Some((queue, since)) = agent.took.take()
            && let Some(queue) = self.queues.get_mut(&queue)
        {
            queue.pace.handled(now.saturating_duration_since(since));
        }
        let next = agent.then.take().unwrap_or(StatusChange::Ready);
        let next = if agent.gone { StatusChange::Away } else { next };
        self.turn(now, id, status_of(next));
        self.forget_agent(id);
    }

    /// Every change of status goes through here (and `turn_back`).
    pub(crate) fn turn(&mut self, now: Moment, id: AgentId, to: Status) {
        let seq = self.seq();
        let Some(agent) = self.agents.get_mut(&id) else {
            return;
        };
        if agent.status == to {
            return;
        }
        if let Some(at) = agent.wrap_until.take_if(|_| matches!(agent.status, Status::Wrapping { .. })) {
            self.timers.remove(&(at, Timer::Wrap(id)));
        }
        self.regroup(id, false);
        let Some(agent) = self.agents.get_mut(&id) else {
            return;
        };
        if to == Status::Ready {
            agent.idle = Idle { since: now, seq, agent: id };
        }
        agent.since = now;
        let from = std::mem::replace(&mut agent.status, to.clone());
        self.regroup(id, true);
        self.out.push_back(Reply::Changed { agent: id, from, to });
    }

    /// From Offered to Ready, as idle as before the offer.
    pub(crate) fn turn_back(&mut self, id: AgentId) {
        self.regroup(id, false);
        let Some(agent) = self.agents.get_mut(&id) else {
            return;
        };
        agent.since = agent.idle.since;
        let from = std::mem::replace(&mut agent.status, Status::Ready);
        self.regroup(id, true);
        self.out.push_back(Reply::Changed { agent: id, from, to: Status::Ready });
    }

    /// Puts the agent into, or takes them out of, the sets of their queues as their status says.
    pub(crate) fn regroup(&mut self, id: AgentId, into: bool) {
        let Some(agent) = self.agents.get(&id) else {
            return;
        };
        for key in &agent.queues {
            let Some(queue) = self.queues.get_mut(key) else {
                continue;
            };
            if staffed(&agent.status) {
                queue.staffed = if into { queue.staffed + 1 } else { queue.staffed.saturating_sub(1) };
            }
            let wrapping = (agent.since, id);
            match (&agent.status, into) {
                (Status::Ready, true) => {
                    queue.ready.insert(agent.idle);
                    self.touched.insert(*key);
                }
                (Status::Ready, false) => _ = queue.ready.remove(&agent.idle),
                (Status::Wrapping { .. }, true) => {
                    queue.wrapping.insert(wrapping);
                    self.touched.insert(*key);
                }
                (Status::Wrapping { .. }, false) => _ = queue.wrapping.remove(&wrapping),
                _ => continue,
            }
            self.changed.queue(*key);
        }
        self.changed.agent(id);
    }

    /// An agent who left the configuration goes when no call holds them.
    pub(crate) fn forget_agent(&mut self, id: AgentId) {
        let over = self.agents.get(&id).is_some_and(|agent| agent.gone && !staffed(&agent.status));
        if over {
            self.regroup(id, false);
            self.agents.remove(&id);
            self.changed.agent_gone(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_reasons_are_cut_between_letters() {
        let long = "я".repeat(100);
        assert_eq!(cut(long), "я".repeat(32));
        assert_eq!(cut("x".to_owned() + &"я".repeat(100)), "x".to_owned() + &"я".repeat(31));
        assert_eq!(cut("обед".into()), "обед");
    }
}
