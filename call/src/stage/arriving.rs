//! An INVITE is here: the intake is being made durable and the sound negotiated; then 200, then the flow.

use super::{InFlow, Stage, What};
use crate::call::Facts;
use crate::event::{Kind, Outcome, Side};
use crate::leg::LegKey;
use crate::limit;
use crate::reach::Reach;
use std::sync::Arc;
use std::time::Duration;
use types::Moment;

pub struct Arriving {
    pub flow: Arc<ivr::Flow>,
    durable: bool,
    /// Our SDP: the answer, or the offer when the INVITE had none.
    sdp: Option<bytes::Bytes>,
    browser: bool,
    recorded: bool,
    answered: bool,
    confirmed: bool,
    heard: bool,
    deadline: Moment,
}

impl Arriving {
    pub fn new(now: Moment, flow: Arc<ivr::Flow>, browser: bool, recorded: bool) -> Arriving {
        Arriving {
            flow,
            durable: false,
            sdp: None,
            browser,
            recorded,
            answered: false,
            confirmed: false,
            heard: false,
            deadline: now + Duration::from_secs(limit::DURABLE_SECONDS),
        }
    }

    pub fn timeout(&self) -> Option<Moment> {
        Some(self.deadline)
    }

    pub fn on(mut self, facts: &mut Facts, reach: &mut Reach, what: What) -> Stage {
        match what {
            What::Durable => self.durable = true,
            What::Media(LegKey::CALLER, media::Event::Answer { sdp, .. } | media::Event::Offer { sdp, .. }) => {
                self.sdp = Some(sdp)
            }
            What::Media(LegKey::CALLER, media::Event::Rejected { code, .. }) => {
                facts.legs.caller.refuse(reach, code, &[]);
                reach.forget_leg(facts.legs.caller.media);
                return facts.finish(reach, Outcome::Rejected, Side::System, code);
            }
            What::Media(LegKey::CALLER, media::Event::Heard { .. }) => self.heard = true,
            What::Sip(LegKey::CALLER, sip::Event::Confirmed { body, .. }) => {
                self.confirmed = true;
                self.deadline = reach.now + Duration::from_millis(limit::BROWSER_START_MS);
                if let Some(body) = body {
                    let command = media::Command::Answered { leg: facts.legs.caller.media, answer: body.bytes };
                    reach.media(facts.engine, command);
                }
            }
            What::Timer if reach.now >= self.deadline => return self.late(facts, reach),
            _ => {}
        }
        if self.durable
            && !self.answered
            && let Some(sdp) = &self.sdp
        {
            // Law 7.0: only now, when the intake is on disk, the caller is told that we are there.
            facts.legs.caller.answer(reach, sip::Body::sdp(sdp.clone()));
            self.answered = true;
            // The ACK may take its 32 s of retransmissions: the session ends by itself if it never comes.
            self.deadline = reach.now + Duration::from_secs(40);
            if self.recorded {
                facts.start_recording(reach);
            }
        }
        if self.answered && self.confirmed && (!self.browser || self.heard) {
            return InFlow::begin(self.flow, facts, reach);
        }
        Stage::Arriving(self)
    }

    fn late(self, facts: &mut Facts, reach: &mut Reach) -> Stage {
        if self.confirmed {
            return InFlow::begin(self.flow, facts, reach);
        }
        let retry = [("Retry-After", "10".to_string())];
        facts.legs.caller.refuse(reach, 503, &retry);
        reach.record(Some(facts.id), Kind::Traced { node: "journal".into(), input: "late".into() });
        facts.finish(reach, Outcome::Rejected, Side::System, 503)
    }
}
