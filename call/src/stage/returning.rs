//! The agent's device vanished in the middle of a talk: the caller hears music while the same agent may come
//! back (a reload takes about two seconds); then the call goes to the head of its queue (F16).

use super::{Purpose, Ringing, Stage, Waiting, What};
use crate::AgentId;
use crate::call::Facts;
use crate::limit;
use crate::reach::Reach;
use acd::{Asked, Request};
use std::time::Instant;

pub struct Returning {
    pub agent: AgentId,
    queue: Option<String>,
    deadline: Instant,
}

impl Returning {
    pub fn begin(facts: &mut Facts, reach: &mut Reach, agent: AgentId, queue: Option<String>) -> Stage {
        facts.transfers += 1;
        if facts.transfers > limit::TRANSFERS {
            // A device that answers and fails at once must not turn the caller in circles.
            return give_up(facts, reach, agent, "unreachable");
        }
        if reach.registrar.reachable(agent) {
            return Ringing::ring(facts, reach, agent, Purpose::Return { queue });
        }
        facts.row(reach, "returning", Some(agent));
        let deadline = reach.now + reach.plan.policy.agent_return;
        Stage::Returning(Returning { agent, queue, deadline })
    }

    pub fn timeout(&self) -> Option<Instant> {
        Some(self.deadline)
    }

    pub fn on(self, facts: &mut Facts, reach: &mut Reach, what: What) -> Stage {
        match what {
            What::DeviceBack(_) => Ringing::ring(facts, reach, self.agent, Purpose::Return { queue: self.queue }),
            What::Timer if self.deadline <= reach.now => give_up(facts, reach, self.agent, "unreachable"),
            _ => Stage::Returning(self),
        }
    }

    pub fn leave(self, facts: &mut Facts, reach: &mut Reach) {
        release(facts, reach, self.agent, "unreachable");
    }
}

/// The agent is paused with the reason, the caller goes to the head of the line.
pub fn give_up(facts: &mut Facts, reach: &mut Reach, agent: AgentId, reason: &str) -> Stage {
    release(facts, reach, agent, reason);
    facts.priority += limit::RETURN_BONUS;
    let queue = facts.queue.clone().unwrap_or_default();
    Waiting::join(facts, reach, queue, true)
}

fn release(facts: &Facts, reach: &mut Reach, agent: AgentId, reason: &str) {
    reach.floor(Request::Status { agent, status: Asked::Paused { reason: reason.into() } });
    reach.floor(Request::Done { agent, call: facts.id });
}
