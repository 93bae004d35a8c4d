//! One conversation: the facts every stage needs, and the stage. Data that only one stage needs is in that
//! stage's struct.

use crate::env::Env;
use crate::event::{CallbackReason, Kind, Outcome, Side};
use crate::keys::Keys;
use crate::leg::Legs;
use crate::plan::Queue;
use crate::row::Row;
use crate::stage::Stage;
use crate::{AgentId, CallId};
use ivr::Locale;
use media::RecordingId;
use std::time::Duration;
use types::{CallStage, Moment};

pub struct Call {
    pub facts: Facts,
    pub stage: Stage,
    /// The timer the switch holds for this call.
    pub timer: Option<Moment>,
}

/// Where a call comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Trunk(String),
    /// The /call page.
    Web,
}

impl Source {
    pub fn name(&self) -> &str {
        match self {
            Source::Trunk(name) => name,
            Source::Web => "web",
        }
    }
}

pub struct Facts {
    pub id: CallId,
    /// All legs of a call live on one media engine.
    pub engine: usize,
    pub legs: Legs,
    /// The caller's number; None when withheld.
    pub from: Option<String>,
    pub from_name: String,
    pub source: Source,
    pub dialled: String,
    pub arrived: Moment,
    pub locale: Locale,
    pub queue: Option<String>,
    pub priority: i64,
    /// When the caller first entered a queue; kept over refusals and returns.
    pub queued: Option<Moment>,
    /// An agent and the caller heard one another.
    pub talked: bool,
    pub wait: Duration,
    pub talk: Duration,
    pub hold: Duration,
    pub recording: Option<RecordingId>,
    pub transfers: u32,
    pub stage_since: Moment,
    /// What the caller pressed lately.
    pub keys: Keys,
    /// A synthetic fault for tests of isolation.
    pub crash: bool,
}

impl Facts {
    /// Starts the stereo recording: from the answer on, so that the caller's first sound is in it.
    pub fn start_recording(&mut self, env: &mut Env) {
        let recording: RecordingId = env.new_id();
        self.recording = Some(recording);
        env.recordings.insert(recording, self.id);
        env.record(Some(self.id), Kind::RecordingStarted { recording });
        let prompts = env.plan.policy.record_prompts;
        env.media(self.engine, media::Command::Record { recording, left: self.legs.caller.media, prompts });
    }

    /// Head start in this queue, seconds. In an emergency queue a guest stands behind all who telephone.
    pub fn priority_in(&self, queue: &Queue) -> i64 {
        let behind = self.source == Source::Web && queue.floor.base >= acd::limit::EMERGENCY_BASE;
        if behind {
            return self.priority.min(acd::limit::HEAD_START_MAX) - acd::limit::HEAD_START_MAX;
        }
        self.priority
    }

    /// Shows the stage on the board; its `since` is now.
    pub fn row(&mut self, env: &mut Env, stage: CallStage, agent: Option<AgentId>) {
        self.stage_since = env.now;
        let row = Row::Call {
            call: self.id,
            stage,
            from: self.from.clone(),
            dialled: self.dialled.clone(),
            queue: self.queue.clone(),
            agent,
            arrived: env.anchor.wall(self.arrived),
            since: env.wall_now(),
        };
        env.row(row);
    }

    /// The caller's session and sound end, with whatever leg is left, and the history of the call closes.
    pub fn finish(&mut self, env: &mut Env, outcome: Outcome, side: Side, code: u16) -> Stage {
        self.end_other_legs(env);
        env.guests.ended(self.id);
        if let Some(session) = self.legs.caller.session {
            env.end_session(session);
        }
        if let Some(recording) = self.recording.take() {
            env.media(self.engine, media::Command::StopRecord { recording });
        }
        env.close_leg(self.engine, self.id, &self.legs.caller);
        if let Some(reason) = callback_reason(outcome, code) {
            owe_callback(env, self.id, self.from.clone(), self.queue.clone(), self.arrived, reason);
        }
        let ended = Kind::Ended {
            outcome,
            side,
            code,
            wait_ms: self.wait.as_millis() as u64,
            talk_ms: self.talk.saturating_sub(self.hold).as_millis() as u64,
            hold_ms: self.hold.as_millis() as u64,
        };
        env.record(Some(self.id), ended);
        env.row(Row::CallGone { call: self.id });
        Stage::Ended
    }
}

/// Whom to call back, and until when.
fn owe_callback(
    env: &mut Env,
    call: CallId,
    phone: Option<String>,
    queue: Option<String>,
    arrived: Moment,
    reason: CallbackReason,
) {
    let task = env.new_id();
    let due_at = env.anchor.wall(arrived) + env.plan.policy.callback_due.as_millis() as i64;
    let queue = queue.or_else(|| env.plan.queues.first().map(|queue| queue.name.clone())).unwrap_or_default();
    env.record(Some(call), Kind::CallbackDue { task, phone, queue, reason, due_at });
}

/// The end of a call that never came to be one, with what is owed for it.
pub fn end_refused(env: &mut Env, call: CallId, from: Option<String>, code: u16) {
    let outcome = Outcome::Rejected;
    if let Some(reason) = callback_reason(outcome, code) {
        owe_callback(env, call, from, None, env.now, reason);
    }
    let (wait_ms, talk_ms, hold_ms) = (0, 0, 0);
    env.record(Some(call), Kind::Ended { outcome, side: Side::System, code, wait_ms, talk_ms, hold_ms });
}

/// Who was not served is called back.
fn callback_reason(outcome: Outcome, code: u16) -> Option<CallbackReason> {
    match outcome {
        // Our fault (overload, no port, a full disk); whoever dials a wrong number or speaks no codec of ours is not called.
        Outcome::Rejected if (500..600).contains(&code) => Some(CallbackReason::Refused),
        Outcome::AbandonedQueue => Some(CallbackReason::Abandoned),
        Outcome::AbandonedIvr => Some(CallbackReason::AbandonedIvr),
        Outcome::Broken => Some(CallbackReason::Broken),
        Outcome::NodeLost => Some(CallbackReason::NodeLost),
        Outcome::Crashed => Some(CallbackReason::Crashed),
        Outcome::Completed | Outcome::SelfServed | Outcome::ShortIvr | Outcome::Rejected => None,
    }
}
