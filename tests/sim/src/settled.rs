//! Who believes what. The board, the floor, the engine and the telephones are asked the same question: who is in which
//! call? They answer alike at once where one step tells them all, and on the telephones when the network has had its
//! time.

use crate::ledger::Ledger;
use crate::phone::Stage;
use crate::plan;
use crate::world::World;
use call::event::AgentState;
use call::{AgentId, CallId, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use types::CallStage;

/// RFC 3261 timers B, F and H, and the time for the BYE after them.
const SETTLED: Duration = Duration::from_secs(45);

impl World {
    /// At any time: an agent whom a call holds is held by that call and no other, and each call has on the engine the
    /// caller's leg and at most one more.
    pub(crate) fn check_hands(&self, board: &BTreeMap<String, Row>) {
        let mut of_calls: BTreeMap<AgentId, CallId> = BTreeMap::new();
        let (mut legs, mut calls) = (0, 0);
        for row in board.values() {
            let Row::Call { call, stage, agent, .. } = row else {
                continue;
            };
            calls += 1;
            legs += 1 + usize::from([CallStage::Offered, CallStage::Talking, CallStage::Held].contains(stage));
            if let Some(agent) = agent
                && of_calls.insert(*agent, *call).is_some()
            {
                self.fail(&format!("{} is in two calls on the board", plan::agent_name(*agent)));
            }
        }
        let mut of_agents = BTreeMap::new();
        for row in board.values() {
            if let Row::Agent { agent, state, call: Some(call), .. } = row
                && [AgentState::Offered, AgentState::Talking].contains(state)
            {
                of_agents.insert(*agent, *call);
            }
        }
        if of_calls != of_agents {
            self.fail(&format!("the calls hold {of_calls:?}, the agents say {of_agents:?}"));
        }
        let engine = self.engine.as_ref().map_or(0, media::Engine::legs);
        if engine != legs {
            self.fail(&format!("{calls} calls want {legs} legs, the engine has {engine}"));
        }
    }

    /// When nobody has done anything for a while and all cables are in: who hears a call as his own, is in it. Somebody
    /// may hang up in the very moment of the look; then it is looked again.
    pub fn check_settled(&mut self) {
        self.run_for(SETTLED);
        let first = self.mistaken();
        if first.is_empty() {
            return;
        }
        self.run_for(SETTLED);
        let second = self.mistaken();
        if let Some(what) = first.intersection(&second).next() {
            self.fail(what);
        }
    }

    /// Who talks in a call that is over, or in one that somebody else has too.
    fn mistaken(&mut self) -> BTreeSet<String> {
        let board = self.check_board();
        let calls = |row: &Row| match row {
            Row::Call { call, from, .. } => Some((call.to_string(), from.clone())),
            _ => None,
        };
        let calls: Vec<(String, Option<String>)> = board.values().filter_map(calls).collect();
        let mut mistaken = BTreeSet::new();
        let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
        for phone in &self.phones {
            for talk in phone.talks.iter().filter(|talk| talk.stage == Stage::Up && !talk.deaf) {
                let here = |(call, from): &(String, Option<String>)| {
                    if talk.incoming { *call == talk.call } else { from.as_ref() == Some(&phone.user) }
                };
                if !calls.iter().any(here) {
                    mistaken.insert(format!("{} talks in a call that is over: {}", phone.name, talk.call));
                }
                if talk.incoming
                    && let Some(other) = taken.insert(&talk.call, &phone.name)
                {
                    mistaken.insert(format!("{other} and {} are both in {}", phone.name, talk.call));
                }
            }
        }
        mistaken
    }

    /// Every intake has come to what the rules owe it.
    pub(crate) fn check_ledger(&self) {
        let known = |number: &str| self.company.plan.numbers.contains_key(number);
        if let Err(what) = Ledger::of(self.disk.events()).judge(known) {
            self.fail(&what);
        }
    }
}
