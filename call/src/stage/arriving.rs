//! An INVITE is here: the intake is being made durable and the sound negotiated; then 200, then the flow.

use super::{InFlow, Stage, StageInput};
use crate::call::Facts;
use crate::env::Env;
use crate::event::{Kind, Outcome, Side};
use crate::leg::LegKey;
use crate::limit;
use std::sync::Arc;
use std::time::Duration;
use types::Moment;

pub struct Arriving {
    pub flow: Arc<ivr::Flow>,
    browser: bool,
    recorded: bool,
    progress: Progress,
    /// The caller's sound has come; a browser's comes some time after its ACK.
    heard: bool,
    deadline: Moment,
}

enum Progress {
    /// `sdp` is ours: the answer, or the offer when the INVITE had none.
    Preparing { durable: bool, sdp: Option<bytes::Bytes> },
    /// The 200 is sent.
    Answered,
    /// The ACK is here.
    Confirmed,
}

impl Arriving {
    pub fn new(now: Moment, flow: Arc<ivr::Flow>, browser: bool, recorded: bool) -> Arriving {
        Arriving {
            flow,
            browser,
            recorded,
            progress: Progress::Preparing { durable: false, sdp: None },
            heard: false,
            deadline: now + Duration::from_secs(limit::DURABLE_SECONDS),
        }
    }

    pub fn timeout(&self) -> Option<Moment> {
        Some(self.deadline)
    }

    pub fn on(mut self, facts: &mut Facts, env: &mut Env, input: StageInput) -> Stage {
        match input {
            StageInput::Durable => {
                if let Progress::Preparing { durable, .. } = &mut self.progress {
                    *durable = true;
                }
            }
            StageInput::Media(LegKey::CALLER, media::Event::Answer { sdp, .. } | media::Event::Offer { sdp, .. }) => {
                if let Progress::Preparing { sdp: ours, .. } = &mut self.progress {
                    *ours = Some(sdp);
                }
            }
            StageInput::Media(LegKey::CALLER, media::Event::Rejected { code, .. }) => {
                facts.legs.caller.refuse(env, code);
                env.forget_leg(facts.legs.caller.media);
                return facts.finish(env, Outcome::Rejected, Side::System, code);
            }
            StageInput::Media(LegKey::CALLER, media::Event::Heard { .. }) => self.heard = true,
            StageInput::Sip(LegKey::CALLER, sip::Event::Confirmed { body, .. }) => {
                self.progress = Progress::Confirmed;
                self.deadline = env.now + Duration::from_millis(limit::BROWSER_START_MS);
                if let Some(body) = body {
                    let command = media::Command::Answered { leg: facts.legs.caller.media, answer: body.bytes };
                    env.media(facts.engine, command);
                }
            }
            StageInput::Timer if env.now >= self.deadline => return self.late(facts, env),
            _ => {}
        }
        if let Progress::Preparing { durable: true, sdp: Some(sdp) } = &self.progress {
            // The 200 waits for the intake to be on disk (docs/adr/0003).
            facts.legs.caller.answer(env, sip::Body::sdp(sdp.clone()));
            self.progress = Progress::Answered;
            // The ACK may take its 32 s of retransmissions: the session ends by itself if it never comes.
            self.deadline = env.now + Duration::from_secs(40);
            if self.recorded {
                facts.start_recording(env);
            }
        }
        if matches!(self.progress, Progress::Confirmed) && (!self.browser || self.heard) {
            return InFlow::begin(self.flow, facts, env);
        }
        Stage::Arriving(self)
    }

    fn late(self, facts: &mut Facts, env: &mut Env) -> Stage {
        if matches!(self.progress, Progress::Confirmed) {
            return InFlow::begin(self.flow, facts, env);
        }
        facts.legs.caller.refuse(env, 503);
        env.record(Some(facts.id), Kind::Traced { node: "journal".into(), input: "late".into() });
        facts.finish(env, Outcome::Rejected, Side::System, 503)
    }
}
