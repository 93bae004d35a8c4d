//! What is happening to a call now. One struct a stage holds what only that stage needs; each consumes itself
//! and returns the next.
//!
//! ```text
//! Arriving ─durable+sound─> InFlow ─queue─> Waiting ⇄ Ringing ─answer─> Talking ─bye─> Ended
//!    │ refused                │ served        ↑ ↑        │ reason: offer, transfer, return
//!    └──> Ended               └──> Ended      │ └─no answer (same place in line)
//!                                             └── agent's device vanished (Returning) or blind transfer
//! ```

mod arriving;
mod flow;
mod returning;
mod ringing;
mod talking;
pub mod waiting;

pub use arriving::Arriving;
pub use flow::InFlow;
pub use returning::Returning;
pub use ringing::{RingReason, Ringing};
pub use talking::Talking;
pub use waiting::Waiting;

use crate::call::Facts;
use crate::command::{Command, Refusal};
use crate::env::Env;
use crate::event::{Outcome, Side};
use crate::leg::LegKey;
use crate::registrar::Binding;
use crate::{AgentId, Answer};
use types::{CallStage, Moment};

pub enum Stage {
    Arriving(Arriving),
    InFlow(InFlow),
    Waiting(Waiting),
    Ringing(Ringing),
    Talking(Talking),
    Returning(Returning),
    Ended,
}

/// What happened to this call. The cores' own events, used directly.
#[derive(Debug)]
pub enum StageInput {
    /// Its Arrived is on disk.
    Durable,
    Sip(LegKey, sip::Event),
    Media(LegKey, media::Event),
    Floor(acd::Reply),
    Answer(Answer),
    /// A device of the call's agent registered.
    DeviceBack(Binding),
    /// A device of the call's agent is gone: the one reached by this flow.
    DeviceGone(sip::Flow),
    Timer,
    Command(Command),
}

/// The next stage and, for commands, the answer to the asker.
pub type Step = (Stage, Result<(), Refusal>);

impl Stage {
    pub fn on(self, facts: &mut Facts, env: &mut Env, input: StageInput) -> Step {
        if facts.crash {
            panic!("a planted fault");
        }
        let Some(input) = crate::negotiate::renegotiation(facts, env, input) else {
            return (self, Ok(()));
        };
        match input {
            StageInput::Command(Command::Hangup { .. }) => (self.over(facts, env, Side::System, 0), Ok(())),
            StageInput::Sip(
                LegKey::CALLER,
                sip::Event::Ended { cause: sip::Cause::Bye | sip::Cause::Cancelled, .. },
            ) => (self.over(facts, env, Side::Caller, 0), Ok(())),
            StageInput::Media(LegKey::CALLER, media::Event::Failed { .. }) => {
                facts.legs.caller.failed(env.now);
                (self, Ok(()))
            }
            // Mute, or silence suppression: who listens is not gone. Any answer says that the peer lives; none, that it does not.
            StageInput::Media(key, media::Event::Silent { .. }) => {
                if let Some(session) = facts.legs.get(key).and_then(|leg| leg.session) {
                    env.stack.probe(env.now, session);
                }
                (self, Ok(()))
            }
            input if caller_lost(&input, facts, env.now) => (self.broken(facts, env), Ok(())),
            input => match self {
                Stage::Arriving(stage) => (stage.on(facts, env, input), Ok(())),
                Stage::InFlow(stage) => (stage.on(facts, env, input), Ok(())),
                Stage::Waiting(stage) => (stage.on(facts, env, input), Ok(())),
                Stage::Ringing(stage) => (stage.on(facts, env, input), Ok(())),
                Stage::Talking(stage) => stage.on(facts, env, input),
                Stage::Returning(stage) => (stage.on(facts, env, input), Ok(())),
                Stage::Ended => (Stage::Ended, Ok(())),
            },
        }
    }

    /// The stage's own; [`crate::leg::Legs::timeout`] is another.
    pub fn timeout(&self) -> Option<Moment> {
        match self {
            Stage::Arriving(stage) => stage.timeout(),
            Stage::InFlow(stage) => stage.timeout(),
            Stage::Waiting(stage) => stage.timeout(),
            Stage::Ringing(stage) => stage.timeout(),
            Stage::Returning(stage) => stage.timeout(),
            Stage::Talking(_) | Stage::Ended => None,
        }
    }

    /// The agent this call occupies now.
    pub fn agent(&self) -> Option<AgentId> {
        match self {
            Stage::Ringing(stage) => Some(stage.agent()),
            Stage::Talking(stage) => Some(stage.agent()),
            Stage::Returning(stage) => Some(stage.agent),
            _ => None,
        }
    }

    /// As the board shows it; None: the call is over.
    pub fn shown(&self, facts: &Facts) -> Option<CallStage> {
        Some(match self {
            Stage::Arriving(_) => CallStage::Arriving,
            Stage::InFlow(_) => CallStage::Flow,
            Stage::Waiting(_) => CallStage::Waiting,
            Stage::Ringing(_) => CallStage::Offered,
            Stage::Talking(_) if facts.legs.caller.held_since.is_some() => CallStage::Held,
            Stage::Talking(_) => CallStage::Talking,
            Stage::Returning(_) => CallStage::Returning,
            Stage::Ended => return None,
        })
    }

    /// Somebody hung up. What that means depends on how far the call came.
    pub fn over(self, facts: &mut Facts, env: &mut Env, side: Side, code: u16) -> Stage {
        let outcome = match &self {
            Stage::Arriving(_) | Stage::InFlow(_) => self.before_any_queue(facts, env),
            Stage::Waiting(_) | Stage::Ringing(_) | Stage::Returning(_) if facts.talked => Outcome::Completed,
            Stage::Waiting(_) | Stage::Ringing(_) | Stage::Returning(_) => Outcome::AbandonedQueue,
            Stage::Talking(_) => Outcome::Completed,
            Stage::Ended => return Stage::Ended,
        };
        self.leave(facts, env);
        facts.finish(env, outcome, side, code)
    }

    /// The caller's network vanished.
    fn broken(self, facts: &mut Facts, env: &mut Env) -> Stage {
        let outcome = match &self {
            Stage::Arriving(_) | Stage::InFlow(_) => self.before_any_queue(facts, env),
            Stage::Talking(_) | Stage::Returning(_) => Outcome::Broken,
            Stage::Waiting(_) | Stage::Ringing(_) if facts.talked => Outcome::Broken,
            _ => Outcome::AbandonedQueue,
        };
        self.leave(facts, env);
        facts.finish(env, outcome, Side::System, 0)
    }

    /// What it means that a caller is gone who came to no queue: served, gone too soon to count, or owed a call.
    fn before_any_queue(&self, facts: &Facts, env: &Env) -> Outcome {
        match self {
            Stage::InFlow(stage) if stage.served() => Outcome::SelfServed,
            _ if env.since(facts.arrived) <= env.plan.policy.ivr_short => Outcome::ShortIvr,
            _ => Outcome::AbandonedIvr,
        }
    }

    /// Releases what the stage holds besides the caller: place in line, offer, agent's leg.
    fn leave(self, facts: &mut Facts, env: &mut Env) {
        match self {
            Stage::Waiting(stage) => stage.leave(facts, env),
            Stage::Ringing(stage) => stage.leave(facts, env),
            Stage::Talking(stage) => stage.leave(facts, env),
            Stage::Returning(stage) => stage.leave(facts, env),
            Stage::Arriving(_) | Stage::InFlow(_) | Stage::Ended => {}
        }
    }
}

/// The caller cannot be reached or heard any more, and did not hang up.
fn caller_lost(input: &StageInput, facts: &Facts, now: Moment) -> bool {
    match input {
        StageInput::Sip(LegKey::CALLER, sip::Event::Ended { .. }) => true,
        StageInput::Timer => facts.legs.caller.is_lost(now),
        _ => false,
    }
}
