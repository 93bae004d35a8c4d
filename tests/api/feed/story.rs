//! Events of calls that happen at the same time, as a switch would give them; the same ones each time.

use call::event::{AgentState, CallbackReason, Direction, Outcome, Purpose, Side, Unanswered};
use call::{Event, Kind};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::VecDeque;
use types::{CallId, Id, PersonId};

/// Calls that are up at one time.
const AT_ONE_TIME: usize = 8;
const AGENTS: u128 = 4;

struct Teller<'p> {
    chance: ChaCha8Rng,
    phones: &'p [String],
    made: u128,
}

/// The events of so many calls, from these numbers and others.
pub fn events(phones: &[String], calls: usize) -> Vec<Event> {
    let mut teller = Teller { chance: ChaCha8Rng::seed_from_u64(7), phones, made: 0 };
    let (mut up, mut told, mut begun): (Vec<VecDeque<_>>, Vec<Event>, usize) = (Vec::new(), Vec::new(), 0);
    let mut at = 1_800_000_000_000;
    while begun < calls || !up.is_empty() {
        if begun < calls && up.len() < AT_ONE_TIME {
            up.push(teller.call(begun).into());
            begun += 1;
        }
        let nth = teller.chance.random_range(0..up.len());
        let (call, kind) = up[nth].pop_front().expect("a call that goes on");
        if up[nth].is_empty() {
            up.remove(nth);
        }
        at += teller.chance.random_range(0..400);
        told.push(Event { id: teller.id(), sequence: 0, at, call, kind });
    }
    told
}

fn agent(nth: u128) -> PersonId {
    PersonId::from_u128(0xa9e_0000 + nth)
}

impl Teller<'_> {
    fn id<I: Id>(&mut self) -> I {
        self.made += 1;
        I::new(uuid::Uuid::from_u128(0x5_0000_0000 + self.made))
    }

    fn call(&mut self, nth: usize) -> Vec<(Option<CallId>, Kind)> {
        let id: CallId = self.id();
        let invite = format!("story-{nth}");
        let mut story: Vec<(Option<CallId>, Kind)> = Vec::new();
        let mut tell = |kinds: Vec<Kind>| story.extend(kinds.into_iter().map(|kind| (Some(id), kind)));
        let arrived = self.arrived(&invite);
        let recording = self.id();
        let (a, b) = (self.agent(), self.agent());
        let began = vec![
            Kind::RecordingStarted { recording },
            Kind::Greeted,
            Kind::Traced { node: "menu".into(), input: "1".into() },
        ];
        let queued = |queue: &str| Kind::Queued { queue: queue.into(), priority: 1, locale: ivr::Locale::En };
        let offered = |agent| Kind::Offered { agent, queue: "main".into() };
        let answered = |agent| Kind::Answered { agent, queue: Some("main".into()) };
        let declined = |agent, why| Kind::Declined { agent, why };
        let recorded = Kind::RecordingEnded { recording, duration_ms: 5_000 + nth as u64 };
        tell(vec![arrived]);
        match nth % 8 {
            0 => tell(vec![ended(Outcome::Rejected, 404)]),
            1 => {
                tell(began);
                tell(vec![Kind::Crashed { what: "a test".into() }, ended(Outcome::ShortIvr, 200), recorded]);
            }
            2 | 3 => {
                tell(began);
                tell(vec![
                    queued("main"),
                    self.callback(CallbackReason::Abandoned),
                    ended(Outcome::AbandonedQueue, 200),
                ]);
                tell(vec![self.leg(None), recorded]);
            }
            4 => {
                tell(began);
                tell(vec![queued("main"), offered(a), ended(Outcome::AbandonedQueue, 200)]);
                tell(vec![declined(a, Unanswered::CallerLeft), self.callback(CallbackReason::Abandoned), recorded]);
            }
            5 => {
                tell(began);
                tell(vec![queued("main"), offered(a), recorded, self.callback(CallbackReason::NodeLost)]);
                tell(vec![ended(Outcome::NodeLost, 0)]);
                let (again, call) = (self.arrived(&invite), Some(self.id()));
                story.extend([(call, again), (call, Kind::Greeted), (call, ended(Outcome::SelfServed, 200))]);
                return story;
            }
            _ => {
                tell(began);
                tell(vec![queued("main"), offered(a), declined(a, Unanswered::Rejected), offered(a), answered(a)]);
                tell(vec![Kind::Held { agent: a }, Kind::Resumed { agent: a }]);
                tell(vec![Kind::Transferred { by: a, to_agent: None, to_queue: Some("emergency".into()) }]);
                tell(vec![queued("emergency"), offered(b), answered(b), ended(Outcome::Completed, 200)]);
                tell(vec![self.leg(None), self.leg(Some(b)), recorded]);
            }
        }
        self.statuses(&mut story);
        story
    }

    /// What agents do meanwhile.
    fn statuses(&mut self, story: &mut Vec<(Option<CallId>, Kind)>) {
        for state in [AgentState::Ready, AgentState::Offered, AgentState::Talking] {
            let at = self.chance.random_range(0..=story.len());
            let reason = self.chance.random_bool(0.3).then(|| "lunch".to_owned());
            story.insert(at, (None, Kind::AgentStatus { agent: self.agent(), state, reason }));
        }
    }

    fn agent(&mut self) -> PersonId {
        agent(self.chance.random_range(0..AGENTS))
    }

    fn arrived(&mut self, invite: &str) -> Kind {
        let from = match self.chance.random_range(0..self.phones.len() + 3) {
            0 => None,
            1 => Some("anonymous".to_owned()),
            2 => Some("+79990000001".to_owned()),
            n => self.phones.get(n - 3).cloned(),
        };
        Kind::Arrived {
            intake: self.id(),
            direction: Direction::Inbound,
            source: "loopback".into(),
            from,
            from_name: "Иван".into(),
            dialled: "1000".into(),
            sip_call_id: invite.into(),
            from_tag: "tag".into(),
            node: "story".into(),
        }
    }

    fn callback(&mut self, reason: CallbackReason) -> Kind {
        let (task, queue) = (self.id(), "main".to_owned());
        Kind::CallbackDue { task, phone: None, queue, reason, due_at: 1_900_000_000_000 }
    }

    fn leg(&mut self, agent: Option<PersonId>) -> Kind {
        let role = if agent.is_some() { Purpose::Agent } else { Purpose::Caller };
        Kind::LegEnded { role, agent, received: 250, sent: 249, lost: 1, jitter_ms: 1.5, mos: 4.25 }
    }
}

fn ended(outcome: Outcome, code: u16) -> Kind {
    Kind::Ended { outcome, side: Side::Caller, code, wait_ms: 1_000, talk_ms: 2_000, hold_ms: 0 }
}
