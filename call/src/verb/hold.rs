//! Hold and resume: the caller hears music, the agent nothing.

use crate::call::Facts;
use crate::event::Kind;
use crate::reach::Reach;
use crate::stage::{Stage, Talking};

pub fn hold(talking: Talking, facts: &mut Facts, reach: &mut Reach) -> Stage {
    let caller = &mut facts.legs.caller;
    if caller.held_since.is_none() {
        caller.held_since = Some(reach.now);
        reach.media(facts.engine, media::Command::Part { leg: caller.media });
        reach.music(facts);
        reach.record(Some(facts.id), Kind::Held { agent: talking.agent() });
        facts.row(reach, "held", Some(talking.agent()));
    }
    Stage::Talking(talking)
}

pub fn resume(talking: Talking, facts: &mut Facts, reach: &mut Reach) -> Stage {
    if let Some(since) = facts.legs.caller.held_since.take() {
        facts.hold += reach.since(since);
        reach.media(facts.engine, media::Command::Stop { leg: facts.legs.caller.media });
        facts.join(reach, talking.leg);
        reach.record(Some(facts.id), Kind::Resumed { agent: talking.agent() });
        facts.row(reach, "talking", Some(talking.agent()));
    }
    Stage::Talking(talking)
}
