//! Hold and resume: the caller hears music, the agent nothing.

use crate::call::Facts;
use crate::event::Kind;
use crate::reach::Reach;
use crate::stage::{Stage, Talking};

pub fn hold(mut talking: Talking, facts: &mut Facts, reach: &mut Reach) -> Stage {
    if talking.held_since.is_none() {
        talking.held_since = Some(reach.now);
        reach.media(facts.engine, media::Command::Part { leg: facts.caller.media });
        reach.music(facts);
        reach.record(Some(facts.id), Kind::Held { agent: talking.agent() });
        facts.row(reach, "held", Some(talking.agent()));
    }
    Stage::Talking(talking)
}

pub fn resume(mut talking: Talking, facts: &mut Facts, reach: &mut Reach) -> Stage {
    if let Some(since) = talking.held_since.take() {
        facts.hold += reach.since(since);
        reach.media(facts.engine, media::Command::Stop { leg: facts.caller.media });
        reach.media(facts.engine, media::Command::Join { a: facts.caller.media, b: talking.leg.media });
        reach.record(Some(facts.id), Kind::Resumed { agent: talking.agent() });
        facts.row(reach, "talking", Some(talking.agent()));
    }
    Stage::Talking(talking)
}
