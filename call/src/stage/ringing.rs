//! An agent's device rings for this call: an offer of the floor, a blind transfer, or the same agent's device
//! that came back after a reload. The caller goes on hearing music.

use super::waiting::{Waiting, count_wait};
use super::{Returning, Stage, Talking, What};
use crate::AgentId;
use crate::agent_leg::AgentLeg;
use crate::call::Facts;
use crate::event::Kind;
use crate::limit;
use crate::reach::{Reach, Role};
use acd::{OfferId, Refused, Reply, Request};
use std::time::Duration;
use types::Moment;

pub enum Purpose {
    /// The floor watches the deadline.
    Offer { offer: OfferId, queue: String },
    /// A colleague sent the call here.
    Transfer,
    /// The agent's device vanished in the talk and may be back; `until` then.
    Return { queue: Option<String>, until: Moment },
}

pub struct Ringing {
    leg: AgentLeg,
    purpose: Purpose,
    /// For transfers and returns; offers are withdrawn by the floor.
    deadline: Option<Moment>,
}

impl Ringing {
    pub fn ring(facts: &mut Facts, reach: &mut Reach, agent: AgentId, purpose: Purpose) -> Stage {
        let resume = matches!(purpose, Purpose::Return { .. });
        let Some(leg) = AgentLeg::ring(facts, reach, agent, resume) else {
            return failed(facts, reach, agent, purpose, Refused::Unreachable);
        };
        facts.row(reach, "offered", Some(agent));
        let deadline = match purpose {
            Purpose::Offer { .. } => None,
            Purpose::Transfer => Some(reach.now + Duration::from_secs(limit::RING_SECONDS)),
            Purpose::Return { until, .. } => Some(until),
        };
        Stage::Ringing(Ringing { leg, purpose, deadline })
    }

    pub fn agent(&self) -> AgentId {
        self.leg.agent
    }

    fn returns(&self) -> bool {
        matches!(self.purpose, Purpose::Return { .. })
    }

    pub fn timeout(&self) -> Option<Moment> {
        self.deadline
    }

    pub fn on(mut self, facts: &mut Facts, reach: &mut Reach, what: What) -> Stage {
        match what {
            What::Media(Role::Agent, media::Event::Offer { sdp, .. }) => self.leg.invite(facts, reach, sdp),
            What::Media(Role::Agent, media::Event::Rejected { leg, .. }) => {
                reach.forget_leg(leg);
                return self.fail(facts, reach, Refused::Unreachable);
            }
            What::Media(Role::Agent, media::Event::Failed { .. }) => {
                return self.fail(facts, reach, Refused::Unreachable);
            }
            What::Sip(Role::Agent, sip::Event::Answered { body, .. }) => {
                return self.answered(facts, reach, body);
            }
            What::Sip(Role::Agent, sip::Event::Ended { cause, .. }) => {
                return self.fail(facts, reach, refusal(&cause));
            }
            What::Floor(Reply::Withdraw { why, .. }) => return self.withdrawn(facts, reach, why),
            What::DeviceGone(flow) if flow == self.leg.flow() => {
                return self.fail(facts, reach, Refused::Unreachable);
            }
            // The page that was rung was on its way out: this is the one that came after it.
            What::DeviceBack(binding) if self.returns() && binding.flow != self.leg.flow() => {
                let agent = self.leg.agent;
                self.leg.end(facts, reach);
                return Ringing::ring(facts, reach, agent, self.purpose);
            }
            What::Timer if self.deadline.is_some_and(|at| at <= reach.now) => {
                return self.fail(facts, reach, Refused::NoAnswer);
            }
            _ => {}
        }
        Stage::Ringing(self)
    }

    fn answered(self, facts: &mut Facts, reach: &mut Reach, body: Option<sip::Body>) -> Stage {
        let Some(body) = body else {
            return self.fail(facts, reach, Refused::Unreachable);
        };
        let agent = self.leg.agent;
        count_wait(facts, reach);
        let queue = match self.purpose {
            Purpose::Offer { offer, queue } => {
                reach.floor(Request::Accepted { offer });
                Some(queue)
            }
            Purpose::Transfer => None,
            Purpose::Return { queue, .. } => queue,
        };
        reach.media(facts.engine, media::Command::Answered { leg: self.leg.media, answer: body.bytes });
        Talking::begin(facts, reach, self.leg, agent, queue)
    }

    /// The floor took the offer back: its deadline passed.
    fn withdrawn(self, facts: &mut Facts, reach: &mut Reach, why: Option<Refused>) -> Stage {
        let Ringing { leg, purpose, deadline } = self;
        match purpose {
            Purpose::Offer { queue, .. } => {
                declined(facts, reach, leg.agent, why.map_or("caller_left", name));
                leg.end(facts, reach);
                Waiting::again(facts, reach, queue)
            }
            purpose => Stage::Ringing(Ringing { leg, purpose, deadline }),
        }
    }

    fn fail(self, facts: &mut Facts, reach: &mut Reach, why: Refused) -> Stage {
        let agent = self.leg.agent;
        self.leg.end(facts, reach);
        failed(facts, reach, agent, self.purpose, why)
    }

    /// The caller left while the agent's device rings.
    pub fn leave(self, facts: &mut Facts, reach: &mut Reach) {
        count_wait(facts, reach);
        declined(facts, reach, self.leg.agent, "caller_left");
        let agent = self.leg.agent;
        self.leg.end(facts, reach);
        match self.purpose {
            Purpose::Offer { .. } => reach.floor(Request::Leave { call: facts.id }),
            Purpose::Transfer | Purpose::Return { .. } => reach.floor(Request::Done { agent, call: facts.id }),
        }
    }
}

/// Nobody answered: the floor finds the next one, or the call goes back to the head of its queue.
fn failed(facts: &mut Facts, reach: &mut Reach, agent: AgentId, purpose: Purpose, why: Refused) -> Stage {
    if let (Purpose::Return { queue, until }, Refused::Unreachable) = (&purpose, why)
        && reach.now < *until
    {
        return Returning::wait(facts, reach, agent, queue.clone(), *until);
    }
    declined(facts, reach, agent, name(why));
    match purpose {
        Purpose::Offer { offer, queue } => {
            reach.floor(Request::Refuse { offer, why });
            Waiting::again(facts, reach, queue)
        }
        Purpose::Transfer | Purpose::Return { .. } => super::returning::give_up(facts, reach, agent, name(why)),
    }
}

fn declined(facts: &Facts, reach: &mut Reach, agent: AgentId, why: &str) {
    reach.record(Some(facts.id), Kind::Declined { agent, why: why.into() });
}

fn name(why: Refused) -> &'static str {
    match why {
        Refused::NoAnswer => "no_answer",
        Refused::Rejected => "rejected",
        Refused::Unreachable => "unreachable",
    }
}

/// Busy, decline and "not here" are a person's word; everything else is the network's.
fn refusal(cause: &sip::Cause) -> Refused {
    match cause {
        sip::Cause::Refused { code: 480 | 486 | 487 | 600 | 603, .. } => Refused::Rejected,
        sip::Cause::Refused { .. } | sip::Cause::Bye | sip::Cause::Cancelled => Refused::Unreachable,
        sip::Cause::Timeout | sip::Cause::Unreachable | sip::Cause::Local => Refused::Unreachable,
    }
}
