//! The agent's device vanished in the middle of a talk: the caller hears music while the same agent may come
//! back (a reload takes about two seconds); then the call goes to the head of its queue (F16).

use super::{RingReason, Ringing, Stage, Waiting, What};
use crate::AgentId;
use crate::call::Facts;
use crate::limit;
use crate::reach::Reach;
use acd::{Asked, Request};
use types::Moment;

pub struct Returning {
    pub agent: AgentId,
    queue: Option<String>,
    until: Moment,
}

impl Returning {
    pub fn begin(facts: &mut Facts, reach: &mut Reach, agent: AgentId, queue: Option<String>) -> Stage {
        facts.transfers += 1;
        if facts.transfers > limit::TRANSFERS {
            // A device that answers and fails at once must not turn the caller in circles.
            return give_up(facts, reach, agent, "unreachable");
        }
        let until = reach.now + reach.plan.policy.agent_return;
        // Its connection may be about to go too: then ringing it fails, and we wait for the next one.
        Ringing::ring(facts, reach, agent, RingReason::Return { queue, until })
    }

    /// No device now: the next one that registers before `until` is rung.
    pub fn wait(facts: &mut Facts, reach: &mut Reach, agent: AgentId, queue: Option<String>, until: Moment) -> Stage {
        facts.row(reach, "returning", Some(agent));
        Stage::Returning(Returning { agent, queue, until })
    }

    pub fn timeout(&self) -> Option<Moment> {
        Some(self.until)
    }

    pub fn on(self, facts: &mut Facts, reach: &mut Reach, what: What) -> Stage {
        match what {
            What::DeviceBack(_) => {
                let reason = RingReason::Return { queue: self.queue, until: self.until };
                Ringing::ring(facts, reach, self.agent, reason)
            }
            What::Timer if self.until <= reach.now => give_up(facts, reach, self.agent, "unreachable"),
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
