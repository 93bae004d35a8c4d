//! An agent's device rings for this call: an offer of the floor, a blind transfer, or the same agent's device
//! that came back after a reload. The caller goes on hearing music.

use super::waiting::{Waiting, count_wait};
use super::{Returning, Stage, StageInput, Talking};
use crate::AgentId;
use crate::call::Facts;
use crate::device;
use crate::env::Env;
use crate::event::{Kind, Purpose};
use crate::leg::LegKey;
use crate::limit;
use acd::{OfferId, Refused, Reply, Request};
use std::time::Duration;
use types::{CallStage, Moment, Unanswered};

pub enum RingReason {
    /// The floor watches the deadline.
    Offer { offer: OfferId, queue: String },
    /// A colleague sent the call here.
    Transfer,
    /// The agent's device vanished in the talk and may be back; `until` then.
    Return { queue: Option<String>, until: Moment },
}

pub struct Ringing {
    leg: LegKey,
    agent: AgentId,
    reason: RingReason,
    /// For transfers and returns; offers are withdrawn by the floor.
    deadline: Option<Moment>,
}

impl Ringing {
    pub fn ring(facts: &mut Facts, env: &mut Env, agent: AgentId, reason: RingReason) -> Stage {
        let resume = matches!(reason, RingReason::Return { .. });
        let Some(leg) = device::ring(facts, env, Purpose::Agent, agent, resume) else {
            return failed(facts, env, agent, reason, Refused::Unreachable);
        };
        facts.row(env, CallStage::Offered, Some(agent));
        let deadline = match reason {
            RingReason::Offer { .. } => None,
            RingReason::Transfer => Some(env.now + Duration::from_secs(limit::RING_SECONDS)),
            RingReason::Return { until, .. } => Some(until),
        };
        Stage::Ringing(Ringing { leg, agent, reason, deadline })
    }

    pub fn agent(&self) -> AgentId {
        self.agent
    }

    fn returns(&self) -> bool {
        matches!(self.reason, RingReason::Return { .. })
    }

    /// Is it this connection by which the device is rung?
    fn rings(&self, facts: &Facts, flow: &sip::Flow) -> bool {
        facts.legs.get(self.leg).is_some_and(|leg| leg.reached_by(flow))
    }

    pub fn timeout(&self) -> Option<Moment> {
        self.deadline
    }

    pub fn on(self, facts: &mut Facts, env: &mut Env, input: StageInput) -> Stage {
        match input {
            StageInput::Media(leg, media::Event::Offer { sdp, .. }) if leg == self.leg => {
                device::invite(facts, env, leg, sdp);
            }
            StageInput::Media(leg, media::Event::Rejected { leg: media, .. }) if leg == self.leg => {
                env.forget_leg(media);
                return self.fail(facts, env, Refused::Unreachable);
            }
            StageInput::Media(leg, media::Event::Failed { .. }) if leg == self.leg => {
                return self.fail(facts, env, Refused::Unreachable);
            }
            StageInput::Sip(leg, sip::Event::Answered { body, .. }) if leg == self.leg => {
                return self.answered(facts, env, body);
            }
            StageInput::Sip(leg, sip::Event::Ended { cause, .. }) if leg == self.leg => {
                return self.fail(facts, env, refusal(&cause));
            }
            StageInput::Floor(Reply::Withdraw { why, .. }) => return self.withdrawn(facts, env, why),
            StageInput::DeviceGone(flow) if self.rings(facts, &flow) => {
                return self.fail(facts, env, Refused::Unreachable);
            }
            // The page that was rung was on its way out: this is the one that came after it.
            StageInput::DeviceBack(binding) if self.returns() && !self.rings(facts, &binding.flow) => {
                facts.end_leg(env, self.leg);
                return Ringing::ring(facts, env, self.agent, self.reason);
            }
            StageInput::Timer if self.deadline.is_some_and(|at| at <= env.now) => {
                return self.fail(facts, env, Refused::NoAnswer);
            }
            _ => {}
        }
        Stage::Ringing(self)
    }

    fn answered(self, facts: &mut Facts, env: &mut Env, body: Option<sip::Body>) -> Stage {
        let Some(body) = body else {
            return self.fail(facts, env, Refused::Unreachable);
        };
        count_wait(facts, env);
        let queue = match self.reason {
            RingReason::Offer { offer, queue } => {
                env.floor(Request::Accepted { offer });
                Some(queue)
            }
            RingReason::Transfer => {
                env.floor(Request::Busy { agent: self.agent, call: facts.id });
                None
            }
            RingReason::Return { queue, .. } => queue,
        };
        if let Some(leg) = facts.legs.get(self.leg) {
            env.media(facts.engine, media::Command::Answered { leg: leg.media, answer: body.bytes });
        }
        Talking::begin(facts, env, self.leg, self.agent, queue)
    }

    /// The floor took the offer back: its deadline passed.
    fn withdrawn(self, facts: &mut Facts, env: &mut Env, why: Option<Refused>) -> Stage {
        let Ringing { leg, agent, reason, deadline } = self;
        match reason {
            RingReason::Offer { queue, .. } => {
                declined(facts, env, agent, why.map_or(Unanswered::CallerLeft, unanswered));
                facts.end_leg(env, leg);
                Waiting::again(facts, env, queue)
            }
            reason => Stage::Ringing(Ringing { leg, agent, reason, deadline }),
        }
    }

    fn fail(self, facts: &mut Facts, env: &mut Env, why: Refused) -> Stage {
        facts.end_leg(env, self.leg);
        failed(facts, env, self.agent, self.reason, why)
    }

    /// The caller left while the agent's device rings.
    pub fn leave(self, facts: &mut Facts, env: &mut Env) {
        count_wait(facts, env);
        declined(facts, env, self.agent, Unanswered::CallerLeft);
        facts.end_leg(env, self.leg);
        match self.reason {
            RingReason::Offer { .. } => env.floor(Request::Leave { call: facts.id }),
            RingReason::Transfer | RingReason::Return { .. } => {
                env.floor(Request::Done { agent: self.agent, call: facts.id });
            }
        }
    }
}

/// Nobody answered: the floor finds the next one, or the call goes back to the head of its queue.
fn failed(facts: &mut Facts, env: &mut Env, agent: AgentId, reason: RingReason, why: Refused) -> Stage {
    if let (RingReason::Return { queue, until }, Refused::Unreachable) = (&reason, why)
        && env.now < *until
    {
        return Returning::wait(facts, env, agent, queue.clone(), *until);
    }
    declined(facts, env, agent, unanswered(why));
    match reason {
        RingReason::Offer { offer, queue } => {
            env.floor(Request::Refuse { offer, why });
            Waiting::again(facts, env, queue)
        }
        RingReason::Transfer | RingReason::Return { .. } => {
            super::returning::give_up(facts, env, agent, unanswered(why))
        }
    }
}

fn declined(facts: &Facts, env: &mut Env, agent: AgentId, why: Unanswered) {
    env.record(Some(facts.id), Kind::Declined { agent, why });
}

fn unanswered(why: Refused) -> Unanswered {
    match why {
        Refused::NoAnswer => Unanswered::NoAnswer,
        Refused::Rejected => Unanswered::Rejected,
        Refused::Unreachable => Unanswered::Unreachable,
    }
}

/// Busy, decline and "not here" come from a person; everything else from the network.
fn refusal(cause: &sip::Cause) -> Refused {
    match cause {
        sip::Cause::Refused { code: 480 | 486 | 487 | 600 | 603, .. } => Refused::Rejected,
        sip::Cause::Refused { .. } | sip::Cause::Bye | sip::Cause::Cancelled => Refused::Unreachable,
        sip::Cause::Timeout | sip::Cause::Unreachable | sip::Cause::Local => Refused::Unreachable,
    }
}
