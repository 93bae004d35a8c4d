//! All calls on this node. Only routes: sip events, media events, floor replies and commands to their calls.

use crate::arrive;
use crate::call::{Call, Facts};
use crate::command::{Command, Refusal, Reply};
use crate::env::Env;
use crate::event::{Kind, Outcome, Side};
use crate::stage::{Stage, StageInput};
use crate::{AgentId, Answer, CallId, limit};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use types::Moment;

#[derive(Default)]
pub struct Switch {
    calls: HashMap<CallId, Call>,
    timers: BTreeSet<(Moment, CallId)>,
    /// Calls whose answer waits for the journal, by position.
    awaiting: BTreeMap<u64, CallId>,
    /// Which call an agent is in (ringing, talking or returning).
    agents: HashMap<AgentId, CallId>,
    /// The next call's engine, in turn.
    next_engine: usize,
    engines: usize,
    /// INVITEs of trunks that the stack refused a short while ago: Call-ID, tag and CSeq. Copies of them may follow.
    turned_away: VecDeque<(Moment, (String, String, u32))>,
}

impl Switch {
    pub fn new(engines: usize) -> Switch {
        Switch { engines, ..Switch::default() }
    }

    pub fn len(&self) -> usize {
        self.calls.len()
    }

    pub fn timeout(&self) -> Option<Moment> {
        self.timers.first().map(|(at, _)| *at)
    }

    pub fn invited(&mut self, env: &mut Env, session: sip::SessionId, invite: sip::Invite) {
        let engine = self.next_engine % self.engines.max(1);
        self.next_engine = self.next_engine.wrapping_add(1);
        env.engine_of_next = engine;
        if let Some((call, durable_at)) = arrive::arrive(env, self.calls.len(), session, invite) {
            let id = call.facts.id;
            if !matches!(call.stage, Stage::Ended) {
                self.awaiting.insert(durable_at, id);
                self.keep(id, call);
            }
        }
    }

    /// An INVITE that never came to be a session: refused by the stack, or sent again meanwhile.
    pub fn turned_away(&mut self, env: &mut Env, invite: &sip::Invite, cseq: u32, code: u16) {
        let copy = (invite.call_id.clone(), invite.from_tag.clone(), cseq);
        let age = Duration::from_secs(limit::TURNED_AWAY_SECONDS);
        let old = |at: &Moment| env.now.saturating_duration_since(*at) > age;
        while self.turned_away.len() >= limit::TURNED_AWAY || self.turned_away.front().is_some_and(|(at, _)| old(at)) {
            self.turned_away.pop_front();
        }
        if !self.turned_away.iter().any(|(_, known)| *known == copy) && arrive::turned_away(env, invite, code) {
            self.turned_away.push_back((env.now, copy));
        }
    }

    pub fn durable(&mut self, env: &mut Env, sequence: u64) {
        let later = self.awaiting.split_off(&(sequence + 1));
        for call in std::mem::replace(&mut self.awaiting, later).into_values() {
            let _ = self.step(env, call, StageInput::Durable);
        }
    }

    pub fn tick(&mut self, env: &mut Env) {
        while let Some((at, call)) = self.timers.first().copied() {
            if at > env.now {
                break;
            }
            self.timers.remove(&(at, call));
            if let Some(kept) = self.calls.get_mut(&call) {
                kept.timer = None;
            }
            let _ = self.step(env, call, StageInput::Timer);
        }
    }

    pub fn sip(&mut self, env: &mut Env, session: sip::SessionId, event: sip::Event) {
        let ended = matches!(event, sip::Event::Ended { .. });
        let Some((call, leg)) = env.sessions.get(&session).copied() else {
            return;
        };
        if ended {
            env.sessions.remove(&session);
        }
        let _ = self.step(env, call, StageInput::Sip(leg, event));
    }

    pub fn media(&mut self, env: &mut Env, event: media::Event) {
        match event {
            media::Event::Closed { leg, stats } => leg_ended(env, leg, stats),
            media::Event::Recorded { recording, duration } => {
                if let Some(call) = env.recordings.remove(&recording) {
                    let duration_ms = duration.as_millis() as u64;
                    env.record(Some(call), Kind::RecordingEnded { recording, duration_ms });
                }
            }
            event => {
                let Some(leg) = leg_of(&event) else { return };
                if let Some((call, leg)) = env.legs.get(&leg).copied() {
                    let _ = self.step(env, call, StageInput::Media(leg, event));
                }
            }
        }
    }

    pub fn floor(&mut self, env: &mut Env, call: CallId, reply: acd::Reply) {
        let offer = match &reply {
            acd::Reply::Offer { offer, .. } => Some(*offer),
            _ => None,
        };
        if !self.calls.contains_key(&call) {
            // The call ended in the same step: the agent must not stay reserved for it.
            if offer.is_some() {
                env.floor(acd::Request::Leave { call });
            }
            return;
        }
        let _ = self.step(env, call, StageInput::Floor(reply));
    }

    pub fn answer(&mut self, env: &mut Env, call: CallId, answer: Answer) {
        let _ = self.step(env, call, StageInput::Answer(answer));
    }

    pub fn device(&mut self, env: &mut Env, agent: AgentId, input: StageInput) {
        if let Some(call) = self.agents.get(&agent).copied() {
            let _ = self.step(env, call, input);
        }
    }

    pub fn command(&mut self, env: &mut Env, call: CallId, command: Command) -> Result<Reply, Refusal> {
        let Some(kept) = self.calls.get_mut(&call) else {
            return Err(Refusal::NoSuchCall);
        };
        if matches!(command, Command::Crash { .. }) {
            if !env.plan.policy.crash_commands {
                return Err(Refusal::WrongStage);
            }
            kept.facts.crash = true;
        } else if !matches!(command, Command::Hangup { .. }) && !matches!(kept.stage, Stage::Talking(_)) {
            return Err(Refusal::WrongStage);
        }
        self.step(env, call, StageInput::Command(command)).map(|()| Reply::Done)
    }

    /// One step of one call. A bug in it ends this call and no other.
    fn step(&mut self, env: &mut Env, id: CallId, input: StageInput) -> Result<(), Refusal> {
        let Some(call) = self.take(id) else {
            return Ok(());
        };
        let Call { mut facts, stage, .. } = call;
        let agent_before = stage.agent();
        let stepped = catch_unwind(AssertUnwindSafe(|| stage.on(&mut facts, env, input)));
        let (stage, said) = match stepped {
            Ok(step) => step,
            Err(panic) => {
                facts.crash = false;
                env.record(Some(id), Kind::Crashed { what: words(&panic) });
                (crashed(&mut facts, env, agent_before), Ok(()))
            }
        };
        if let Some(agent) = agent_before {
            self.agents.remove(&agent);
        }
        if !matches!(stage, Stage::Ended) {
            self.keep(id, Call { facts, stage, timer: None });
        }
        said
    }

    fn take(&mut self, id: CallId) -> Option<Call> {
        let call = self.calls.remove(&id)?;
        if let Some(at) = call.timer {
            self.timers.remove(&(at, id));
        }
        Some(call)
    }

    fn keep(&mut self, id: CallId, mut call: Call) {
        call.timer = [call.stage.timeout(), call.facts.legs.timeout()].into_iter().flatten().min();
        if let Some(at) = call.timer {
            self.timers.insert((at, id));
        }
        if let Some(agent) = call.stage.agent() {
            self.agents.insert(agent, id);
        }
        self.calls.insert(id, call);
    }

    /// Rows of all live calls, for a board that connects.
    pub fn rows(&self, env: &Env) -> Vec<crate::Row> {
        let row = |call: &Call| {
            Some(crate::Row::Call {
                call: call.facts.id,
                stage: call.stage.shown(&call.facts)?,
                from: call.facts.from.clone(),
                dialled: call.facts.dialled.clone(),
                queue: call.facts.queue.clone(),
                agent: call.stage.agent(),
                arrived: env.anchor.wall(call.facts.arrived),
                since: env.anchor.wall(call.facts.stage_since),
            })
        };
        self.calls.values().filter_map(row).collect()
    }
}

/// A bug: releases everything the call held. The stage was consumed by the step that failed; what it may have held
/// besides legs is the place in line, or an offer, and `agent`.
fn crashed(facts: &mut Facts, env: &mut Env, agent: Option<AgentId>) -> Stage {
    facts.end_other_legs(env);
    env.floor(acd::Request::Leave { call: facts.id });
    if let Some(agent) = agent {
        env.floor(acd::Request::Done { agent, call: facts.id });
    }
    facts.finish(env, Outcome::Crashed, Side::System, 500)
}

fn words(panic: &Box<dyn std::any::Any + Send>) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panic".into())
}

fn leg_ended(env: &mut Env, leg: media::LegId, stats: media::Stats) {
    let Some(closing) = env.closing.remove(&leg) else {
        return;
    };
    let kind = Kind::LegEnded {
        role: closing.purpose,
        agent: closing.agent,
        received: stats.received,
        sent: stats.sent,
        lost: stats.lost,
        jitter_ms: stats.jitter_ms,
        mos: stats.mos,
    };
    env.record(Some(closing.call), kind);
}

fn leg_of(event: &media::Event) -> Option<media::LegId> {
    use media::Event::*;
    match event {
        Answer { leg, .. } | Offer { leg, .. } | Ready { leg } | Rejected { leg, .. } | Held { leg, .. } => Some(*leg),
        Heard { leg } | Quiet { leg } | Digit { leg, .. } | Played { leg, .. } | Silent { leg } | Failed { leg } => {
            Some(*leg)
        }
        Closed { .. } | Recorded { .. } => None,
    }
}
