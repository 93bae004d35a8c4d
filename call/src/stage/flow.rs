//! The caller is in a flow: prompts, keys, questions to the application.

use super::{Stage, StageInput, Waiting};
use crate::call::Facts;
use crate::env::Env;
use crate::event::{Kind, Side};
use crate::leg::{LegKey, LegState};
use crate::limit;
use crate::{Answer, Output, negotiate};
use ivr::{Locale, Run};
use media::PlayId;
use std::sync::Arc;
use std::time::Duration;
use types::{CallStage, Moment};

pub struct InFlow {
    /// Boxed: much larger than what the other stages hold.
    run: Box<Run>,
    /// What plays now; `Played` of anything older is late.
    playing: Option<PlayId>,
    /// The answer is due by then.
    asked: Option<Moment>,
}

impl InFlow {
    pub fn begin(flow: Arc<ivr::Flow>, facts: &mut Facts, env: &mut Env) -> Stage {
        facts.legs.caller.state = LegState::Up;
        env.record(Some(facts.id), Kind::Greeted);
        facts.row(env, CallStage::Flow, None);
        let mut stage = InFlow { run: Box::new(Run::new(flow, facts.locale)), playing: None, asked: None };
        stage.run.handle(env.now, ivr::Input::Start);
        stage.go_on(facts, env)
    }

    pub fn timeout(&self) -> Option<Moment> {
        [self.run.timeout(), self.asked].into_iter().flatten().min()
    }

    pub fn served(&self) -> bool {
        self.run.served().is_some()
    }

    pub fn on(mut self, facts: &mut Facts, env: &mut Env, input: StageInput) -> Stage {
        if let Some(digit) = negotiate::digit(facts, env.now, &input) {
            self.run.handle(env.now, ivr::Input::Digit(digit));
            return self.go_on(facts, env);
        }
        match input {
            StageInput::Media(LegKey::CALLER, media::Event::Played { play, .. }) if self.playing == Some(play) => {
                self.playing = None;
                self.run.handle(env.now, ivr::Input::Played);
            }
            StageInput::Answer(answer) if self.asked.take().is_some() => self.answered(env, answer),
            StageInput::Timer => {
                if self.asked.is_some_and(|until| until <= env.now) {
                    self.asked = None;
                    self.answered(env, Answer::Unknown);
                }
                self.run.tick(env.now);
            }
            _ => {}
        }
        self.go_on(facts, env)
    }

    fn answered(&mut self, env: &Env, answer: Answer) {
        let input = match answer {
            Answer::Tickets(tickets) => ivr::Input::Tickets(tickets),
            Answer::Open(open) => ivr::Input::Open(open),
            Answer::Unknown => ivr::Input::Unknown,
        };
        self.run.handle(env.now, input);
    }

    /// Carries out the flow's steps until it waits for something.
    fn go_on(mut self, facts: &mut Facts, env: &mut Env) -> Stage {
        while let Some(step) = self.run.poll() {
            match step {
                ivr::Step::Say { locale, clips } => self.say(facts, env, locale, &clips),
                ivr::Step::StopPlaying => {
                    self.playing = None;
                    env.media(facts.engine, media::Command::Stop { leg: facts.legs.caller.media });
                }
                ivr::Step::Ask(question) => {
                    self.asked = Some(env.now + Duration::from_secs(limit::ANSWER_SECONDS));
                    let from = facts.from.clone();
                    env.out.push_back(Output::Ask { call: facts.id, from, question });
                }
                ivr::Step::Trace { node, input } => {
                    env.record(Some(facts.id), Kind::Traced { node, input });
                }
                ivr::Step::Queue { queue, locale, priority } => {
                    facts.locale = locale;
                    facts.priority = priority;
                    return Waiting::join(facts, env, queue, true);
                }
                ivr::Step::HangUp { .. } => {
                    return Stage::InFlow(self).over(facts, env, Side::System, 0);
                }
            }
        }
        Stage::InFlow(self)
    }

    fn say(&mut self, facts: &mut Facts, env: &mut Env, locale: Locale, clips: &[String]) {
        facts.locale = locale;
        self.playing = env.say(facts, locale, clips);
        if self.playing.is_none() {
            // Nothing to hear: the flow must not wait for it. `Run` bounds its own steps, so this ends.
            self.run.handle(env.now, ivr::Input::Played);
        }
    }
}
