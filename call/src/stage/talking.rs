//! The caller and an agent hear one another.

use super::{Returning, Stage, Step, What};
use crate::call::Facts;
use crate::command::{Command, Refusal};
use crate::event::{Kind, Side};
use crate::leg::{Leg, LegKey, LegState, Sound};
use crate::reach::Reach;
use crate::registrar::Binding;
use crate::{AgentId, verb};
use acd::Request;
use types::Moment;

pub struct Talking {
    pub leg: LegKey,
    agent: AgentId,
    pub queue: Option<String>,
    since: Moment,
}

impl Talking {
    pub fn begin(facts: &mut Facts, reach: &mut Reach, leg: LegKey, agent: AgentId, queue: Option<String>) -> Stage {
        reach.media(facts.engine, media::Command::Stop { leg: facts.legs.caller.media });
        facts.join(reach, leg);
        facts.talked = true;
        reach.record(Some(facts.id), Kind::Answered { agent, queue: queue.clone() });
        facts.row(reach, "talking", Some(agent));
        if let Some(leg) = facts.legs.get_mut(leg) {
            leg.answered(reach);
        }
        Stage::Talking(Talking { leg, agent, queue, since: reach.now })
    }

    pub fn agent(&self) -> AgentId {
        self.agent
    }

    pub fn on(self, facts: &mut Facts, reach: &mut Reach, what: What) -> Step {
        let stage = match what {
            What::Command(command) => return self.command(facts, reach, command),
            What::Sip(leg, sip::Event::Ended { cause, .. }) if leg == self.leg => self.agent_ended(facts, reach, cause),
            What::Sip(leg, sip::Event::Referred { session, to, .. }) if leg == self.leg => {
                verb::transfer::referred(self, facts, reach, session, &to.user)
            }
            What::Media(leg, event) if leg == self.leg => self.agent_sound(facts, reach, event),
            What::DeviceGone(flow) => self.device_gone(facts, reach, &flow),
            What::DeviceBack(binding) => self.device_back(facts, reach, binding),
            What::Timer if facts.legs.get(self.leg).is_some_and(|leg| leg.is_lost(reach.now)) => {
                self.vanish(facts, reach)
            }
            _ => Stage::Talking(self),
        };
        (stage, Ok(()))
    }

    fn command(self, facts: &mut Facts, reach: &mut Reach, command: Command) -> Step {
        let asker = match &command {
            Command::Hold { agent, .. } | Command::Resume { agent, .. } | Command::Transfer { agent, .. } => *agent,
            _ => return (Stage::Talking(self), Err(Refusal::WrongStage)),
        };
        if asker != self.agent {
            return (Stage::Talking(self), Err(Refusal::NotYours));
        }
        match command {
            Command::Hold { .. } => (verb::hold::hold(self, facts, reach), Ok(())),
            Command::Resume { .. } => (verb::hold::resume(self, facts, reach), Ok(())),
            Command::Transfer { to, .. } => verb::transfer::transfer(self, facts, reach, to),
            _ => (Stage::Talking(self), Err(Refusal::WrongStage)),
        }
    }

    fn agent_sound(self, facts: &mut Facts, reach: &mut Reach, event: media::Event) -> Stage {
        let Some(leg) = facts.legs.get_mut(self.leg) else {
            return Stage::Talking(self);
        };
        match event {
            media::Event::Quiet { .. } => {
                leg.sound = Sound::Quiet;
                return self.lost_if_silent(facts, reach);
            }
            media::Event::Heard { .. } => leg.sound = Sound::Heard,
            // The desk phone's own hold key means the same as ours.
            media::Event::Held { held: true, .. } => return verb::hold::hold(self, facts, reach),
            media::Event::Held { held: false, .. } => {
                return verb::hold::resume(self, facts, reach);
            }
            media::Event::Failed { .. } if !leg.connection_lost() => leg.failed(reach.now),
            media::Event::Ready { .. } => leg.state = LegState::Up,
            // Its first answer: the engine has let go of the leg. Later offers are refused and change nothing.
            media::Event::Rejected { leg, .. } => {
                reach.forget_leg(leg);
                return self.vanish(facts, reach);
            }
            media::Event::Failed { .. } | media::Event::Silent { .. } => return self.vanish(facts, reach),
            _ => {}
        }
        Stage::Talking(self)
    }

    fn device_gone(self, facts: &mut Facts, reach: &mut Reach, flow: &sip::Flow) -> Stage {
        match facts.legs.get_mut(self.leg) {
            Some(leg) if leg.reached_by(flow) => {
                leg.lose_connection();
                self.lost_if_silent(facts, reach)
            }
            _ => Stage::Talking(self),
        }
    }

    fn device_back(self, facts: &mut Facts, reach: &mut Reach, binding: Binding) -> Stage {
        let Some(leg) = facts.legs.get_mut(self.leg) else {
            return Stage::Talking(self);
        };
        if leg.same_device(&binding) {
            leg.rebind(reach, &binding);
        } else if leg.reloaded(&binding) {
            return self.vanish(facts, reach);
        } else {
            leg.beside(binding);
        }
        Stage::Talking(self)
    }

    /// With its connection and its sound both gone, the page is gone.
    fn lost_if_silent(self, facts: &mut Facts, reach: &mut Reach) -> Stage {
        let silent = |leg: &Leg| leg.connection_lost() && (leg.sound == Sound::Quiet || leg.is_failed());
        if facts.legs.get(self.leg).is_some_and(silent) { self.vanish(facts, reach) } else { Stage::Talking(self) }
    }

    fn agent_ended(self, facts: &mut Facts, reach: &mut Reach, cause: sip::Cause) -> Stage {
        match cause {
            sip::Cause::Bye => Stage::Talking(self).over(facts, reach, Side::Agent, 0),
            _ => self.vanish(facts, reach),
        }
    }

    /// The agent's device is gone, the caller is not: music, and a short while to come back.
    fn vanish(self, facts: &mut Facts, reach: &mut Reach) -> Stage {
        let (agent, queue) = (self.agent, self.queue.clone());
        self.part(facts, reach);
        reach.music(facts);
        Returning::begin(facts, reach, agent, queue)
    }

    /// Ends the agent's leg and counts the talk; the floor is told by the caller of this.
    pub fn part(self, facts: &mut Facts, reach: &mut Reach) {
        facts.talk += reach.since(self.since);
        if let Some(since) = facts.legs.caller.held_since.take() {
            facts.hold += reach.since(since);
        }
        reach.media(facts.engine, media::Command::Part { leg: facts.legs.caller.media });
        facts.end_leg(reach, self.leg);
    }

    pub fn leave(self, facts: &mut Facts, reach: &mut Reach) {
        let agent = self.agent;
        self.part(facts, reach);
        reach.floor(Request::Done { agent, call: facts.id });
    }
}
