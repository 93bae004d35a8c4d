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
        if let Some(reason) = callback_reason(outcome) {
            self.owe_callback(env, reason);
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

    fn owe_callback(&self, env: &mut Env, reason: CallbackReason) {
        let task = env.new_id();
        let due_at = env.anchor.wall(self.arrived) + env.plan.policy.callback_due.as_millis() as i64;
        let queue = self.queue.clone().or_else(|| env.plan.queues.first().map(|queue| queue.name.clone()));
        let kind =
            Kind::CallbackDue { task, phone: self.from.clone(), queue: queue.unwrap_or_default(), reason, due_at };
        env.record(Some(self.id), kind);
    }
}

/// Who was not served is called back.
fn callback_reason(outcome: Outcome) -> Option<CallbackReason> {
    match outcome {
        Outcome::AbandonedQueue => Some(CallbackReason::Abandoned),
        Outcome::AbandonedIvr => Some(CallbackReason::AbandonedIvr),
        Outcome::Broken => Some(CallbackReason::Broken),
        Outcome::NodeLost => Some(CallbackReason::NodeLost),
        Outcome::Crashed => Some(CallbackReason::Crashed),
        Outcome::Completed | Outcome::SelfServed | Outcome::ShortIvr | Outcome::Rejected => None,
    }
}
