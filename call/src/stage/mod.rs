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

use crate::AgentId;
use crate::call::Facts;
use crate::command::{Command, Refusal};
use crate::event::{Outcome, Side};
use crate::leg::LegKey;
use crate::reach::Reach;
use crate::registrar::Binding;
use types::Moment;

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
pub enum What {
    /// Its Arrived is on disk.
    Durable,
    Sip(LegKey, sip::Event),
    Media(LegKey, media::Event),
    Floor(acd::Reply),
    Told(Option<Vec<ivr::Spoken>>),
    Open(bool),
    /// A device of the call's agent registered.
    DeviceBack(Binding),
    /// A device of the call's agent is gone: the one reached by this flow.
    DeviceGone(sip::Flow),
    Timer,
    Command(Command),
}

/// The next stage and, for commands, what to tell the asker.
pub type Step = (Stage, Result<(), Refusal>);

impl Stage {
    pub fn on(self, facts: &mut Facts, reach: &mut Reach, what: What) -> Step {
        if facts.crash {
            panic!("a planted fault");
        }
        let Some(what) = crate::negotiate::renegotiation(facts, reach, what) else {
            return (self, Ok(()));
        };
        match what {
            What::Command(Command::Hangup { .. }) => (self.over(facts, reach, Side::System, 0), Ok(())),
            What::Sip(LegKey::CALLER, sip::Event::Ended { cause: sip::Cause::Bye | sip::Cause::Cancelled, .. }) => {
                (self.over(facts, reach, Side::Caller, 0), Ok(()))
            }
            What::Media(LegKey::CALLER, media::Event::Failed { .. }) => {
                facts.legs.caller.failed(reach.now);
                (self, Ok(()))
            }
            what if caller_lost(&what, facts, reach.now) => (self.broken(facts, reach), Ok(())),
            what => match self {
                Stage::Arriving(stage) => (stage.on(facts, reach, what), Ok(())),
                Stage::InFlow(stage) => (stage.on(facts, reach, what), Ok(())),
                Stage::Waiting(stage) => (stage.on(facts, reach, what), Ok(())),
                Stage::Ringing(stage) => (stage.on(facts, reach, what), Ok(())),
                Stage::Talking(stage) => stage.on(facts, reach, what),
                Stage::Returning(stage) => (stage.on(facts, reach, what), Ok(())),
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

    pub fn name(&self, facts: &Facts) -> &'static str {
        match self {
            Stage::Arriving(_) => "arriving",
            Stage::InFlow(_) => "flow",
            Stage::Waiting(_) => "waiting",
            Stage::Ringing(_) => "offered",
            Stage::Talking(_) if facts.legs.caller.held_since.is_some() => "held",
            Stage::Talking(_) => "talking",
            Stage::Returning(_) => "returning",
            Stage::Ended => "ended",
        }
    }

    /// Somebody hung up. What that means depends on how far the call came.
    pub fn over(self, facts: &mut Facts, reach: &mut Reach, side: Side, code: u16) -> Stage {
        let outcome = match &self {
            Stage::Arriving(_) | Stage::InFlow(_) => self.before_any_queue(facts, reach),
            Stage::Waiting(_) | Stage::Ringing(_) | Stage::Returning(_) if facts.talked => Outcome::Completed,
            Stage::Waiting(_) | Stage::Ringing(_) | Stage::Returning(_) => Outcome::AbandonedQueue,
            Stage::Talking(_) => Outcome::Completed,
            Stage::Ended => return Stage::Ended,
        };
        self.leave(facts, reach);
        facts.finish(reach, outcome, side, code)
    }

    /// The caller's network vanished.
    fn broken(self, facts: &mut Facts, reach: &mut Reach) -> Stage {
        let outcome = match &self {
            Stage::Arriving(_) | Stage::InFlow(_) => self.before_any_queue(facts, reach),
            Stage::Talking(_) | Stage::Returning(_) => Outcome::Broken,
            Stage::Waiting(_) | Stage::Ringing(_) if facts.talked => Outcome::Broken,
            _ => Outcome::AbandonedQueue,
        };
        self.leave(facts, reach);
        facts.finish(reach, outcome, Side::Caller, 0)
    }

    /// What it means that a caller is gone who came to no queue: served, not in earnest, or owed a call.
    fn before_any_queue(&self, facts: &Facts, reach: &Reach) -> Outcome {
        match self {
            Stage::InFlow(stage) if stage.served() => Outcome::SelfServed,
            _ if reach.since(facts.arrived) <= reach.plan.policy.ivr_short => Outcome::ShortIvr,
            _ => Outcome::AbandonedIvr,
        }
    }

    /// Releases what the stage holds besides the caller: place in line, offer, agent's leg.
    fn leave(self, facts: &mut Facts, reach: &mut Reach) {
        match self {
            Stage::Waiting(stage) => stage.leave(facts, reach),
            Stage::Ringing(stage) => stage.leave(facts, reach),
            Stage::Talking(stage) => stage.leave(facts, reach),
            Stage::Returning(stage) => stage.leave(facts, reach),
            Stage::Arriving(_) | Stage::InFlow(_) | Stage::Ended => {}
        }
    }
}

/// The caller cannot be reached or heard any more, and did not hang up.
fn caller_lost(what: &What, facts: &Facts, now: Moment) -> bool {
    match what {
        What::Sip(LegKey::CALLER, sip::Event::Ended { .. })
        | What::Media(LegKey::CALLER, media::Event::Silent { .. }) => true,
        What::Timer => facts.legs.caller.is_lost(now),
        _ => false,
    }
}
