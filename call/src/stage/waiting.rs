//! In the line: music, position, until the floor offers an agent.

use super::{RingReason, Ringing, Stage, StageInput};
use crate::call::Facts;
use crate::env::Env;
use crate::event::{Kind, Outcome, Side};
use crate::leg::LegKey;
use crate::limit;
use ivr::say::{Phrase, clips};
use media::PlayId;
use std::time::Duration;
use types::{CallStage, Moment};

pub struct Waiting {
    queue: String,
    /// The announcement that plays now; music again when it ends.
    announcing: Option<PlayId>,
    next_announcement: Moment,
    /// The line was full: try again then.
    rejoin: Option<Moment>,
}

impl Waiting {
    /// Joins the line of `queue` (the first one if the name is unknown: a caller is never dropped for our mistake).
    pub fn join(facts: &mut Facts, env: &mut Env, queue: String, music: bool) -> Stage {
        let known = env.plan.queues.iter().find(|known| known.name == queue);
        let Some(plan) = known.or(env.plan.queues.first()).cloned() else {
            return facts.finish(env, Outcome::AbandonedIvr, Side::System, 0);
        };
        facts.queue = Some(plan.name.clone());
        let since = *facts.queued.get_or_insert(env.now);
        let (priority, locale) = (facts.priority_in(&plan), facts.locale);
        env.record(Some(facts.id), Kind::Queued { queue: plan.name.clone(), priority, locale });
        facts.row(env, CallStage::Waiting, None);
        env.floor(acd::Request::Join { call: facts.id, queue: plan.name.clone(), priority, since });
        if music {
            env.music(facts);
        }
        Stage::Waiting(Waiting {
            next_announcement: env.now + plan.announce_first,
            queue: plan.name,
            announcing: None,
            rejoin: None,
        })
    }

    /// Back from an offer that failed: the floor kept the place, the music never stopped.
    pub fn again(facts: &mut Facts, env: &mut Env, queue: String) -> Stage {
        facts.row(env, CallStage::Waiting, None);
        let next_announcement = env.now + announce_each(env, &queue);
        Stage::Waiting(Waiting { queue, announcing: None, next_announcement, rejoin: None })
    }

    pub fn timeout(&self) -> Option<Moment> {
        Some(self.rejoin.map_or(self.next_announcement, |at| at.min(self.next_announcement)))
    }

    pub fn on(mut self, facts: &mut Facts, env: &mut Env, input: StageInput) -> Stage {
        match input {
            StageInput::Floor(acd::Reply::Offer { offer, agent, queue, .. }) => {
                env.record(Some(facts.id), Kind::Offered { agent, queue: queue.clone() });
                if self.announcing.is_some() {
                    env.music(facts);
                }
                return Ringing::ring(facts, env, agent, RingReason::Offer { offer, queue });
            }
            StageInput::Floor(acd::Reply::Overdue { .. }) => {
                self.rejoin = Some(env.now + Duration::from_secs(limit::REJOIN_SECONDS));
            }
            StageInput::Media(LegKey::CALLER, media::Event::Played { play, .. }) if self.announcing == Some(play) => {
                self.announcing = None;
                env.music(facts);
            }
            StageInput::Timer => self.due(facts, env),
            _ => {}
        }
        Stage::Waiting(self)
    }

    fn due(&mut self, facts: &mut Facts, env: &mut Env) {
        if self.rejoin.is_some_and(|at| at <= env.now) {
            self.rejoin = None;
            if env.floor.place(env.now, facts.id).is_none() {
                let since = facts.queued.unwrap_or(env.now);
                let plan = env.plan.queues.iter().find(|known| known.name == self.queue);
                let priority = plan.map_or(facts.priority, |plan| facts.priority_in(plan));
                let queue = self.queue.clone();
                env.floor(acd::Request::Join { call: facts.id, queue, priority, since });
            }
        }
        if self.next_announcement > env.now {
            return;
        }
        self.next_announcement = env.now + announce_each(env, &self.queue);
        let Some((position, estimate)) = env.floor.place(env.now, facts.id) else {
            return;
        };
        let emergency = env.plan.queues.iter().any(|known| known.name == self.queue && known.floor.base > 0);
        let place = if emergency { Phrase::PriorityPosition(position) } else { Phrase::Position(position) };
        let mut words = clips(facts.locale, &place);
        if let Some(wait) = estimate {
            let minutes = wait.as_secs().div_ceil(60).clamp(1, 60) as u32;
            words.extend(clips(facts.locale, &Phrase::WaitMinutes(minutes)));
        }
        self.announcing = env.say(facts, facts.locale, &words);
    }

    pub fn leave(self, facts: &mut Facts, env: &mut Env) {
        count_wait(facts, env);
        env.floor(acd::Request::Leave { call: facts.id });
    }
}

fn announce_each(env: &Env, queue: &str) -> Duration {
    let plan = env.plan.queues.iter().find(|known| known.name == queue);
    plan.map_or(Duration::from_secs(45), |plan| plan.announce_each.max(Duration::from_secs(5)))
}

/// The wait ends here: at the answer, or when the caller gives up.
pub fn count_wait(facts: &mut Facts, env: &Env) {
    if !facts.talked
        && let Some(since) = facts.queued
    {
        facts.wait = env.since(since);
    }
}
