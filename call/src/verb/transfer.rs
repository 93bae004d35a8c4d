//! Blind transfer to another agent or to a queue. A transfer that fails goes to the head of the queue: the
//! caller is never dropped.

use crate::call::Facts;
use crate::command::{Refusal, Target};
use crate::env::Env;
use crate::event::Kind;
use crate::limit;
use crate::stage::{RingReason, Ringing, Stage, Step, Talking, Waiting};
use acd::{Request, Status};

pub fn transfer(talking: Talking, facts: &mut Facts, env: &mut Env, to: Target) -> Step {
    if let Err(refusal) = allowed(&talking, facts, env, &to) {
        return (Stage::Talking(talking), Err(refusal));
    }
    let by = talking.agent();
    facts.transfers += 1;
    let (to_agent, to_queue) = match &to {
        Target::Agent(agent) => (Some(*agent), None),
        Target::Queue(queue) => (None, Some(queue.clone())),
    };
    env.record(Some(facts.id), Kind::Transferred { by, to_agent, to_queue });
    talking.part(facts, env);
    env.music(facts);
    env.floor(Request::Done { agent: by, call: facts.id });
    let stage = match to {
        Target::Agent(agent) => {
            env.floor(Request::Rung { agent, call: facts.id });
            env.record(Some(facts.id), Kind::Offered { agent, queue: String::new() });
            Ringing::ring(facts, env, agent, RingReason::Transfer)
        }
        Target::Queue(queue) => {
            facts.queued = Some(env.now);
            Waiting::join(facts, env, queue, false)
        }
    };
    (stage, Ok(()))
}

fn allowed(talking: &Talking, facts: &Facts, env: &Env, to: &Target) -> Result<(), Refusal> {
    if facts.transfers >= limit::TRANSFERS {
        return Err(Refusal::WrongStage);
    }
    match to {
        Target::Queue(queue) if env.plan.queues.iter().any(|known| known.name == *queue) => Ok(()),
        Target::Queue(_) => Err(Refusal::NoSuchQueue),
        Target::Agent(agent) if *agent == talking.agent() => Err(Refusal::TargetBusy),
        Target::Agent(agent) => match env.floor.status(*agent) {
            None => Err(Refusal::NoSuchAgent),
            Some((Status::Ready, _)) if env.registrar.reachable(*agent) => Ok(()),
            Some(_) => Err(Refusal::TargetBusy),
        },
    }
}

/// REFER from the agent's device (RFC 3515): the extension of a colleague, or a queue by its name.
pub fn referred(talking: Talking, facts: &mut Facts, env: &mut Env, session: sip::SessionId, to: &str) -> Stage {
    let colleague = env.plan.agents.iter().find(|agent| agent.extension == to).map(|agent| Target::Agent(agent.id));
    let target = colleague.unwrap_or_else(|| Target::Queue(to.to_string()));
    if let Err(refusal) = allowed(&talking, facts, env, &target) {
        let code = if refusal == Refusal::TargetBusy { 486 } else { 404 };
        env.stack.refer_progress(env.now, session, code);
        return Stage::Talking(talking);
    }
    // The device is told before its leg ends: its dialog is the only way to tell it.
    env.stack.refer_progress(env.now, session, 200);
    transfer(talking, facts, env, target).0
}
