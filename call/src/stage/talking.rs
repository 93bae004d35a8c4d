//! The caller and an agent hear one another.

use super::{Returning, Stage, Step, What};
use crate::agent_leg::AgentLeg;
use crate::call::Facts;
use crate::command::{Command, Refusal};
use crate::event::{Kind, Side};
use crate::limit;
use crate::reach::{Reach, Role};
use crate::registrar::Binding;
use crate::{AgentId, verb};
use acd::Request;
use std::collections::BTreeSet;
use std::time::Duration;
use types::Moment;

pub struct Talking {
    pub leg: AgentLeg,
    pub queue: Option<String>,
    since: Moment,
    pub held_since: Option<Moment>,
    /// The device's answer was understood.
    pub ready: bool,
    /// Nothing is heard from the agent; with the flow lost too, the page is gone.
    quiet: bool,
    flow_lost: bool,
    /// Devices that were registered before, or told of themselves since.
    beside: BTreeSet<String>,
    /// The sound broke off: a browser that hangs up says so on two roads, and the DTLS alert (UDP) may overtake the BYE.
    failed_until: Option<Moment>,
}

impl Talking {
    pub fn begin(facts: &mut Facts, reach: &mut Reach, leg: AgentLeg, agent: AgentId, queue: Option<String>) -> Stage {
        reach.media(facts.engine, media::Command::Stop { leg: facts.caller.media });
        reach.media(facts.engine, media::Command::Join { a: facts.caller.media, b: leg.media });
        facts.talked = true;
        reach.record(Some(facts.id), Kind::Answered { agent, queue: queue.clone() });
        facts.row(reach, "talking", Some(agent));
        let beside = reach.registrar.contacts(reach.now, agent, leg.user());
        Stage::Talking(Talking {
            beside: beside.into_iter().filter_map(|contact| contact.instance).collect(),
            leg,
            queue,
            since: reach.now,
            held_since: None,
            ready: false,
            quiet: false,
            flow_lost: false,
            failed_until: None,
        })
    }

    pub fn agent(&self) -> AgentId {
        self.leg.agent
    }

    pub fn held(&self) -> bool {
        self.held_since.is_some()
    }

    pub fn timeout(&self) -> Option<Moment> {
        self.failed_until
    }

    pub fn on(mut self, facts: &mut Facts, reach: &mut Reach, what: What) -> Step {
        match what {
            What::Command(command) => return self.command(facts, reach, command),
            What::Sip(Role::Agent, sip::Event::Ended { cause, .. }) => {
                return (self.agent_ended(facts, reach, cause), Ok(()));
            }
            What::Sip(Role::Agent, sip::Event::Referred { session, to, .. }) => {
                return (verb::transfer::referred(self, facts, reach, session, &to.user), Ok(()));
            }
            What::Media(Role::Agent, event) => {
                return (self.agent_sound(facts, reach, event), Ok(()));
            }
            What::DeviceGone(flow) if flow == self.leg.flow() => {
                self.flow_lost = true;
                return (self.lost_if_silent(facts, reach), Ok(()));
            }
            What::Timer if self.failed_until.is_some_and(|at| at <= reach.now) => {
                return (self.vanish(facts, reach), Ok(()));
            }
            What::DeviceBack(binding) if self.leg.same_device(&binding, self.flow_lost) => {
                self.flow_lost = false;
                self.leg.rebind(reach, &binding);
            }
            What::DeviceBack(binding) if self.reloaded(&binding) => return (self.vanish(facts, reach), Ok(())),
            What::DeviceBack(binding) if self.beside.len() < limit::CONTACTS => self.beside.extend(binding.instance),
            _ => {}
        }
        (Stage::Talking(self), Ok(()))
    }

    fn command(self, facts: &mut Facts, reach: &mut Reach, command: Command) -> Step {
        let asker = match &command {
            Command::Hold { agent, .. } | Command::Resume { agent, .. } | Command::Transfer { agent, .. } => *agent,
            _ => return (Stage::Talking(self), Err(Refusal::WrongStage)),
        };
        if asker != self.leg.agent {
            return (Stage::Talking(self), Err(Refusal::NotYours));
        }
        match command {
            Command::Hold { .. } => (verb::hold::hold(self, facts, reach), Ok(())),
            Command::Resume { .. } => (verb::hold::resume(self, facts, reach), Ok(())),
            Command::Transfer { to, .. } => verb::transfer::transfer(self, facts, reach, to),
            _ => (Stage::Talking(self), Err(Refusal::WrongStage)),
        }
    }

    fn agent_sound(mut self, facts: &mut Facts, reach: &mut Reach, event: media::Event) -> Stage {
        match event {
            media::Event::Quiet { .. } => {
                self.quiet = true;
                return self.lost_if_silent(facts, reach);
            }
            media::Event::Heard { .. } => self.quiet = false,
            // The desk phone's own hold key means the same as ours.
            media::Event::Held { held: true, .. } => return verb::hold::hold(self, facts, reach),
            media::Event::Held { held: false, .. } => {
                return verb::hold::resume(self, facts, reach);
            }
            media::Event::Failed { .. } if !self.flow_lost => {
                self.failed_until = Some(reach.now + Duration::from_millis(limit::BYE_LATE_MS));
            }
            media::Event::Ready { .. } => self.ready = true,
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

    /// Another device registered. The one in the call was reloaded if it has lost its connection, or if it is not heard
    /// and this is a page that was not there before: its network changed, and nobody knows yet that the old connection
    /// is dead. A second tab or a desk phone beside a living page changes nothing.
    fn reloaded(&self, other: &Binding) -> bool {
        let new = other.instance.as_ref().is_some_and(|instance| !self.beside.contains(instance));
        self.flow_lost || (self.quiet && new && other.browser())
    }

    fn lost_if_silent(self, facts: &mut Facts, reach: &mut Reach) -> Stage {
        if self.flow_lost && (self.quiet || self.failed_until.is_some()) {
            self.vanish(facts, reach)
        } else {
            Stage::Talking(self)
        }
    }

    fn agent_ended(self, facts: &mut Facts, reach: &mut Reach, cause: sip::Cause) -> Stage {
        match cause {
            sip::Cause::Bye => Stage::Talking(self).over(facts, reach, Side::Agent, 0),
            _ => self.vanish(facts, reach),
        }
    }

    /// The agent's device is gone, the caller is not: music, and a short while to come back.
    fn vanish(self, facts: &mut Facts, reach: &mut Reach) -> Stage {
        let (agent, queue) = (self.leg.agent, self.queue.clone());
        self.part(facts, reach);
        reach.music(facts);
        Returning::begin(facts, reach, agent, queue)
    }

    /// Ends the agent's leg and counts the talk; the floor is told by the caller of this.
    pub fn part(self, facts: &mut Facts, reach: &mut Reach) {
        facts.talk += reach.since(self.since);
        if let Some(since) = self.held_since {
            facts.hold += reach.since(since);
        }
        reach.media(facts.engine, media::Command::Part { leg: facts.caller.media });
        self.leg.end(facts, reach);
    }

    pub fn leave(self, facts: &mut Facts, reach: &mut Reach) {
        let agent = self.leg.agent;
        self.part(facts, reach);
        reach.floor(Request::Done { agent, call: facts.id });
    }
}
