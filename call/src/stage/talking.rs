//! The caller and an agent hear one another.

use super::{Returning, Stage, StageInput, Step};
use crate::call::Facts;
use crate::command::{Command, Refusal};
use crate::env::Env;
use crate::event::{Kind, Side};
use crate::leg::{Leg, LegKey, LegState, Sound};
use crate::registrar::Binding;
use crate::{AgentId, verb};
use acd::Request;
use types::{CallStage, Moment};

pub struct Talking {
    pub leg: LegKey,
    agent: AgentId,
    pub queue: Option<String>,
    since: Moment,
}

impl Talking {
    pub fn begin(facts: &mut Facts, env: &mut Env, leg: LegKey, agent: AgentId, queue: Option<String>) -> Stage {
        env.media(facts.engine, media::Command::Stop { leg: facts.legs.caller.media });
        facts.join(env, leg);
        facts.talked = true;
        env.record(Some(facts.id), Kind::Answered { agent, queue: queue.clone() });
        facts.row(env, CallStage::Talking, Some(agent));
        if let Some(leg) = facts.legs.get_mut(leg) {
            leg.answered(env);
        }
        Stage::Talking(Talking { leg, agent, queue, since: env.now })
    }

    pub fn agent(&self) -> AgentId {
        self.agent
    }

    pub fn on(self, facts: &mut Facts, env: &mut Env, input: StageInput) -> Step {
        let stage = match input {
            StageInput::Command(command) => return self.command(facts, env, command),
            StageInput::Sip(leg, sip::Event::Ended { cause, .. }) if leg == self.leg => {
                self.agent_ended(facts, env, cause)
            }
            StageInput::Sip(leg, sip::Event::Referred { session, to, .. }) if leg == self.leg => {
                verb::transfer::referred(self, facts, env, session, &to.user)
            }
            StageInput::Media(leg, event) if leg == self.leg => self.agent_sound(facts, env, event),
            StageInput::DeviceGone(flow) => self.device_gone(facts, env, &flow),
            StageInput::DeviceBack(binding) => self.device_back(facts, env, binding),
            StageInput::Timer if facts.legs.get(self.leg).is_some_and(|leg| leg.is_lost(env.now)) => {
                self.vanish(facts, env)
            }
            _ => Stage::Talking(self),
        };
        (stage, Ok(()))
    }

    fn command(self, facts: &mut Facts, env: &mut Env, command: Command) -> Step {
        let asker = match &command {
            Command::Hold { agent, .. } | Command::Resume { agent, .. } | Command::Transfer { agent, .. } => *agent,
            _ => return (Stage::Talking(self), Err(Refusal::WrongStage)),
        };
        if asker != self.agent {
            return (Stage::Talking(self), Err(Refusal::NotYours));
        }
        match command {
            Command::Hold { .. } => (verb::hold::hold(self, facts, env), Ok(())),
            Command::Resume { .. } => (verb::hold::resume(self, facts, env), Ok(())),
            Command::Transfer { to, .. } => verb::transfer::transfer(self, facts, env, to),
            _ => (Stage::Talking(self), Err(Refusal::WrongStage)),
        }
    }

    fn agent_sound(self, facts: &mut Facts, env: &mut Env, event: media::Event) -> Stage {
        let Some(leg) = facts.legs.get_mut(self.leg) else {
            return Stage::Talking(self);
        };
        match event {
            media::Event::Quiet { .. } => {
                leg.sound = Sound::Quiet;
                return self.lost_if_silent(facts, env);
            }
            media::Event::Heard { .. } => leg.sound = Sound::Heard,
            // The desk phone's own hold key means the same as ours.
            media::Event::Held { held: true, .. } => return verb::hold::hold(self, facts, env),
            media::Event::Held { held: false, .. } => {
                return verb::hold::resume(self, facts, env);
            }
            media::Event::Failed { .. } if !leg.connection_lost() => leg.failed(env.now),
            media::Event::Ready { .. } => leg.state = LegState::Up,
            // Its first answer: the engine has let go of the leg. Later offers are refused and change nothing.
            media::Event::Rejected { leg, .. } => {
                env.forget_leg(leg);
                return self.vanish(facts, env);
            }
            media::Event::Failed { .. } => return self.vanish(facts, env),
            _ => {}
        }
        Stage::Talking(self)
    }

    fn device_gone(self, facts: &mut Facts, env: &mut Env, flow: &sip::Flow) -> Stage {
        match facts.legs.get_mut(self.leg) {
            Some(leg) if leg.reached_by(flow) => {
                leg.lose_connection();
                self.lost_if_silent(facts, env)
            }
            _ => Stage::Talking(self),
        }
    }

    fn device_back(self, facts: &mut Facts, env: &mut Env, binding: Binding) -> Stage {
        let Some(leg) = facts.legs.get_mut(self.leg) else {
            return Stage::Talking(self);
        };
        if leg.same_device(&binding) {
            leg.rebind(env, &binding);
        } else if leg.reloaded(&binding) {
            return self.vanish(facts, env);
        } else {
            leg.beside(binding);
        }
        Stage::Talking(self)
    }

    /// With its connection and its sound both gone, the page is gone.
    fn lost_if_silent(self, facts: &mut Facts, env: &mut Env) -> Stage {
        let silent = |leg: &Leg| leg.connection_lost() && (leg.sound == Sound::Quiet || leg.is_failed());
        if facts.legs.get(self.leg).is_some_and(silent) { self.vanish(facts, env) } else { Stage::Talking(self) }
    }

    fn agent_ended(self, facts: &mut Facts, env: &mut Env, cause: sip::Cause) -> Stage {
        match cause {
            sip::Cause::Bye => Stage::Talking(self).over(facts, env, Side::Agent, 0),
            _ => self.vanish(facts, env),
        }
    }

    /// The agent's device is gone, the caller is not: music, and a short while to come back.
    fn vanish(self, facts: &mut Facts, env: &mut Env) -> Stage {
        let (agent, queue) = (self.agent, self.queue.clone());
        self.part(facts, env);
        env.music(facts);
        Returning::begin(facts, env, agent, queue)
    }

    /// Ends the agent's leg and counts the talk; the floor is told by the caller of this.
    pub fn part(self, facts: &mut Facts, env: &mut Env) {
        facts.talk += env.since(self.since);
        if let Some(since) = facts.legs.caller.held_since.take() {
            facts.hold += env.since(since);
        }
        env.media(facts.engine, media::Command::Part { leg: facts.legs.caller.media });
        facts.end_leg(env, self.leg);
    }

    pub fn leave(self, facts: &mut Facts, env: &mut Env) {
        let agent = self.agent;
        self.part(facts, env);
        env.floor(Request::Done { agent, call: facts.id });
    }
}
