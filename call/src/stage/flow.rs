//! The caller is in a flow: prompts, keys, questions to the world.

use super::{Stage, Waiting, What};
use crate::call::Facts;
use crate::event::{Kind, Side};
use crate::leg::{LegKey, LegState};
use crate::limit;
use crate::reach::Reach;
use crate::{Output, negotiate};
use ivr::{Locale, Run};
use media::PlayId;
use std::sync::Arc;
use std::time::Duration;
use types::Moment;

pub struct InFlow {
    run: Run,
    /// What plays now; `Played` of anything older is late.
    playing: Option<PlayId>,
    /// The world owes an answer until then.
    asked: Option<Moment>,
}

impl InFlow {
    pub fn begin(flow: Arc<ivr::Flow>, facts: &mut Facts, reach: &mut Reach) -> Stage {
        facts.legs.caller.state = LegState::Up;
        reach.record(Some(facts.id), Kind::Greeted);
        facts.row(reach, "flow", None);
        let mut stage = InFlow { run: Run::new(flow, facts.locale), playing: None, asked: None };
        stage.run.handle(reach.now, ivr::Input::Start);
        stage.go_on(facts, reach)
    }

    pub fn timeout(&self) -> Option<Moment> {
        [self.run.timeout(), self.asked].into_iter().flatten().min()
    }

    pub fn served(&self) -> bool {
        self.run.served().is_some()
    }

    pub fn on(mut self, facts: &mut Facts, reach: &mut Reach, what: What) -> Stage {
        if let Some(digit) = negotiate::digit(&what) {
            self.run.handle(reach.now, ivr::Input::Digit(digit));
            return self.go_on(facts, reach);
        }
        match what {
            What::Media(LegKey::CALLER, media::Event::Played { play, .. }) if self.playing == Some(play) => {
                self.playing = None;
                self.run.handle(reach.now, ivr::Input::Played);
            }
            What::Told(told) if self.asked.take().is_some() => self.told(reach, told),
            What::Open(open) if self.asked.take().is_some() => self.run.handle(reach.now, ivr::Input::Open(open)),
            What::Timer => {
                if self.asked.is_some_and(|until| until <= reach.now) {
                    self.asked = None;
                    self.told(reach, None);
                }
                self.run.tick(reach.now);
            }
            _ => {}
        }
        self.go_on(facts, reach)
    }

    fn told(&mut self, reach: &Reach, told: Option<Vec<ivr::Spoken>>) {
        let input = match told {
            Some(tickets) => ivr::Input::Told(tickets),
            None => ivr::Input::Unknown,
        };
        self.run.handle(reach.now, input);
    }

    /// Carries out the flow's steps until it waits for something.
    fn go_on(mut self, facts: &mut Facts, reach: &mut Reach) -> Stage {
        while let Some(step) = self.run.poll() {
            match step {
                ivr::Step::Say { locale, clips } => self.say(facts, reach, locale, &clips),
                ivr::Step::Hush => {
                    self.playing = None;
                    reach.media(facts.engine, media::Command::Stop { leg: facts.legs.caller.media });
                }
                ivr::Step::Ask(question) => {
                    self.asked = Some(reach.now + Duration::from_secs(limit::ANSWER_SECONDS));
                    let from = facts.from.clone();
                    reach.out.push_back(Output::Ask { call: facts.id, from, question });
                }
                ivr::Step::Trace { node, input } => {
                    reach.record(Some(facts.id), Kind::Traced { node, input });
                }
                ivr::Step::Queue { queue, locale, priority } => {
                    facts.locale = locale;
                    facts.priority = priority;
                    return Waiting::join(facts, reach, queue, true);
                }
                ivr::Step::HangUp { .. } => {
                    return Stage::InFlow(self).over(facts, reach, Side::System, 0);
                }
            }
        }
        Stage::InFlow(self)
    }

    fn say(&mut self, facts: &mut Facts, reach: &mut Reach, locale: Locale, clips: &[String]) {
        facts.locale = locale;
        self.playing = reach.say(facts, locale, clips);
        if self.playing.is_none() {
            // Nothing to hear: the flow must not wait for it. `Run` bounds its own steps, so this ends.
            self.run.handle(reach.now, ivr::Input::Played);
        }
    }
}
