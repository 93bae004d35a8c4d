//! Hold and resume: the caller hears music, the agent nothing.

use crate::call::Facts;
use crate::env::Env;
use crate::event::Kind;
use crate::stage::{Stage, Talking};
use types::CallStage;

pub fn hold(talking: Talking, facts: &mut Facts, env: &mut Env) -> Stage {
    let caller = &mut facts.legs.caller;
    if caller.held_since.is_none() {
        caller.held_since = Some(env.now);
        env.media(facts.engine, media::Command::Part { leg: caller.media });
        env.music(facts);
        env.record(Some(facts.id), Kind::Held { agent: talking.agent() });
        facts.row(env, CallStage::Held, Some(talking.agent()));
    }
    Stage::Talking(talking)
}

pub fn resume(talking: Talking, facts: &mut Facts, env: &mut Env) -> Stage {
    if let Some(since) = facts.legs.caller.held_since.take() {
        facts.hold += env.since(since);
        env.media(facts.engine, media::Command::Stop { leg: facts.legs.caller.media });
        facts.join(env, talking.leg);
        env.record(Some(facts.id), Kind::Resumed { agent: talking.agent() });
        facts.row(env, CallStage::Talking, Some(talking.agent()));
    }
    Stage::Talking(talking)
}
