//! The agent's device vanished in the middle of a talk: the caller hears music while the same agent may come
//! back (a reload takes about two seconds); then the call goes to the head of its queue (F16).

use super::{RingReason, Ringing, Stage, StageInput, Waiting};
use crate::AgentId;
use crate::call::Facts;
use crate::env::Env;
use crate::limit;
use acd::{Request, StatusChange};
use types::{CallStage, Moment, Unanswered};

pub struct Returning {
    pub agent: AgentId,
    queue: Option<String>,
    until: Moment,
}

impl Returning {
    pub fn begin(facts: &mut Facts, env: &mut Env, agent: AgentId, queue: Option<String>) -> Stage {
        facts.transfers += 1;
        if facts.transfers > limit::TRANSFERS {
            // A device that answers and fails at once must not be rung again and again.
            return give_up(facts, env, agent, Unanswered::Unreachable);
        }
        let until = env.now + env.plan.policy.agent_return;
        // Its connection may be about to go too: then ringing it fails, and we wait for the next one.
        Ringing::ring(facts, env, agent, RingReason::Return { queue, until })
    }

    /// No device now: the next one that registers before `until` is rung.
    pub fn wait(facts: &mut Facts, env: &mut Env, agent: AgentId, queue: Option<String>, until: Moment) -> Stage {
        facts.row(env, CallStage::Returning, Some(agent));
        Stage::Returning(Returning { agent, queue, until })
    }

    pub fn timeout(&self) -> Option<Moment> {
        Some(self.until)
    }

    pub fn on(self, facts: &mut Facts, env: &mut Env, input: StageInput) -> Stage {
        match input {
            StageInput::DeviceBack(_) => {
                let reason = RingReason::Return { queue: self.queue, until: self.until };
                Ringing::ring(facts, env, self.agent, reason)
            }
            StageInput::Timer if self.until <= env.now => give_up(facts, env, self.agent, Unanswered::Unreachable),
            _ => Stage::Returning(self),
        }
    }

    pub fn leave(self, facts: &mut Facts, env: &mut Env) {
        release(facts, env, self.agent, Unanswered::Unreachable);
    }
}

/// The agent is paused, the word is the reason; the caller goes to the head of the line.
pub fn give_up(facts: &mut Facts, env: &mut Env, agent: AgentId, why: Unanswered) -> Stage {
    release(facts, env, agent, why);
    facts.priority += limit::RETURN_BONUS;
    let queue = facts.queue.clone().unwrap_or_default();
    Waiting::join(facts, env, queue, true)
}

fn release(facts: &Facts, env: &mut Env, agent: AgentId, why: Unanswered) {
    env.floor(Request::Status { agent, status: StatusChange::Paused { reason: why.word().into() } });
    env.floor(Request::Done { agent, call: facts.id });
}
