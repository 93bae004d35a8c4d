//! In the line: music, position, until the floor offers an agent.

use super::{RingReason, Ringing, Stage, What};
use crate::call::Facts;
use crate::event::{Kind, Outcome, Side};
use crate::leg::LegKey;
use crate::limit;
use crate::reach::Reach;
use ivr::say::{Phrase, clips};
use media::PlayId;
use std::time::Duration;
use types::Moment;

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
    pub fn join(facts: &mut Facts, reach: &mut Reach, queue: String, music: bool) -> Stage {
        let known = reach.plan.queues.iter().find(|known| known.name == queue);
        let Some(plan) = known.or(reach.plan.queues.first()).cloned() else {
            return facts.finish(reach, Outcome::AbandonedIvr, Side::System, 0);
        };
        facts.queue = Some(plan.name.clone());
        let since = *facts.queued.get_or_insert(reach.now);
        let (priority, locale) = (facts.priority, facts.locale);
        reach.record(Some(facts.id), Kind::Queued { queue: plan.name.clone(), priority, locale });
        facts.row(reach, "waiting", None);
        reach.floor(acd::Request::Join { call: facts.id, queue: plan.name.clone(), priority, since });
        if music {
            reach.music(facts);
        }
        Stage::Waiting(Waiting {
            next_announcement: reach.now + plan.announce_first,
            queue: plan.name,
            announcing: None,
            rejoin: None,
        })
    }

    /// Back from an offer that failed: the floor kept the place, the music never stopped.
    pub fn again(facts: &mut Facts, reach: &mut Reach, queue: String) -> Stage {
        facts.row(reach, "waiting", None);
        let next_announcement = reach.now + announce_each(reach, &queue);
        Stage::Waiting(Waiting { queue, announcing: None, next_announcement, rejoin: None })
    }

    pub fn timeout(&self) -> Option<Moment> {
        Some(self.rejoin.map_or(self.next_announcement, |at| at.min(self.next_announcement)))
    }

    pub fn on(mut self, facts: &mut Facts, reach: &mut Reach, what: What) -> Stage {
        match what {
            What::Floor(acd::Reply::Offer { offer, agent, queue, .. }) => {
                reach.record(Some(facts.id), Kind::Offered { agent, queue: queue.clone() });
                if self.announcing.is_some() {
                    reach.music(facts);
                }
                return Ringing::ring(facts, reach, agent, RingReason::Offer { offer, queue });
            }
            What::Floor(acd::Reply::Overdue { .. }) => {
                self.rejoin = Some(reach.now + Duration::from_secs(limit::REJOIN_SECONDS));
            }
            What::Media(LegKey::CALLER, media::Event::Played { play, .. }) if self.announcing == Some(play) => {
                self.announcing = None;
                reach.music(facts);
            }
            What::Timer => self.due(facts, reach),
            _ => {}
        }
        Stage::Waiting(self)
    }

    fn due(&mut self, facts: &mut Facts, reach: &mut Reach) {
        if self.rejoin.is_some_and(|at| at <= reach.now) {
            self.rejoin = None;
            if reach.floor.place(reach.now, facts.id).is_none() {
                let since = facts.queued.unwrap_or(reach.now);
                let (queue, priority) = (self.queue.clone(), facts.priority);
                reach.floor(acd::Request::Join { call: facts.id, queue, priority, since });
            }
        }
        if self.next_announcement > reach.now {
            return;
        }
        self.next_announcement = reach.now + announce_each(reach, &self.queue);
        let Some((position, estimate)) = reach.floor.place(reach.now, facts.id) else {
            return;
        };
        let emergency = reach.plan.queues.iter().any(|known| known.name == self.queue && known.floor.base > 0);
        let place = if emergency { Phrase::PriorityPosition(position) } else { Phrase::Position(position) };
        let mut words = clips(facts.locale, &place);
        if let Some(wait) = estimate {
            let minutes = wait.as_secs().div_ceil(60).clamp(1, 60) as u32;
            words.extend(clips(facts.locale, &Phrase::WaitMinutes(minutes)));
        }
        self.announcing = reach.say(facts, facts.locale, &words);
    }

    pub fn leave(self, facts: &mut Facts, reach: &mut Reach) {
        count_wait(facts, reach);
        reach.floor(acd::Request::Leave { call: facts.id });
    }
}

fn announce_each(reach: &Reach, queue: &str) -> Duration {
    let plan = reach.plan.queues.iter().find(|known| known.name == queue);
    plan.map_or(Duration::from_secs(45), |plan| plan.announce_each.max(Duration::from_secs(5)))
}

/// The wait ends here: at the answer, or when the caller gives up.
pub fn count_wait(facts: &mut Facts, reach: &Reach) {
    if !facts.talked
        && let Some(since) = facts.queued
    {
        facts.wait = reach.since(since);
    }
}
