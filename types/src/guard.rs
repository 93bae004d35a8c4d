//! Guessing a secret is slow, whether it is a password, a code or the digest of a telephone. Every attempt is counted before
//! it is looked at: by source and name, by name alone, and by source alone. A success takes away what its name had against it.
//!
//! Two things keep others from being punished. A source counts a name once, so one person who mistypes, or one who hammers a
//! single name, does not use up what everybody behind the same address has. And where a name succeeded before, only the
//! attempts of that source on that name count: neither an attack on the name from elsewhere nor one on other names from the
//! same office locks its owner out.

use crate::{Moment, limit, source};
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;

#[derive(Debug, Default)]
pub struct Guard {
    counts: HashMap<Key, Count>,
    /// Where which name succeeded, and when last.
    known: HashMap<(IpAddr, String), Moment>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Pair(IpAddr, String),
    Name(String),
    Source(IpAddr),
}

#[derive(Clone, Copy, Debug)]
struct Count {
    failures: u32,
    /// Attempts that are not decided yet; each may fail.
    pending: u32,
    last: Moment,
}

/// Why an attempt may not be made now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    Seconds(u64),
    /// Others are being decided: it depends on them.
    Others,
}

/// An attempt that is counted, until [`Guard::decide`].
#[derive(Debug)]
#[must_use = "an attempt that is never decided keeps others waiting"]
pub struct Attempt {
    source: IpAddr,
    name: String,
    keys: Vec<Key>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Failed,
    Succeeded,
    /// It was not decided, and counts for nothing.
    Undone,
}

impl Guard {
    /// To be asked before the secret is looked at.
    pub fn begin(&mut self, now: Moment, address: IpAddr, name: &str) -> Result<Attempt, Wait> {
        self.make_room(now);
        let (source, name) = (source(address), name.to_owned());
        let pair = Key::Pair(source, name.clone());
        let fresh = self.counts.get(&pair).is_none_or(|count| count.failures(now) == 0);
        let mut keys = vec![pair];
        if !self.known.contains_key(&(source, name.clone())) {
            keys.push(Key::Name(name.clone()));
            if fresh {
                keys.push(Key::Source(source));
            }
        }
        self.wait(now, &keys)?;
        for key in &keys {
            let count = self.counts.entry(key.clone()).or_insert(Count { failures: 0, pending: 0, last: now });
            count.pending += 1;
        }
        Ok(Attempt { source, name, keys })
    }

    pub fn decide(&mut self, now: Moment, attempt: Attempt, outcome: Outcome) {
        for key in &attempt.keys {
            let Some(count) = self.counts.get_mut(key) else { continue };
            count.pending = count.pending.saturating_sub(1);
            if outcome == Outcome::Failed {
                (count.failures, count.last) = (count.failures(now).saturating_add(1), now);
            }
        }
        if outcome == Outcome::Succeeded {
            for key in [Key::Pair(attempt.source, attempt.name.clone()), Key::Name(attempt.name.clone())] {
                if let Some(count) = self.counts.get_mut(&key) {
                    count.failures = 0;
                }
            }
            self.know(now, attempt.source, &attempt.name);
        }
        for key in &attempt.keys {
            if self.counts.get(key).is_some_and(|count| count.failures == 0 && count.pending == 0) {
                self.counts.remove(key);
            }
        }
    }

    /// It succeeded from there before.
    pub fn know(&mut self, now: Moment, address: IpAddr, name: &str) {
        if self.known.len() >= limit::GUARDED {
            forget_older_half(&mut self.known, |last| *last);
        }
        self.known.insert((source(address), name.to_owned()), now);
    }

    fn wait(&self, now: Moment, keys: &[Key]) -> Result<(), Wait> {
        let waits = keys.iter().filter_map(|key| self.counts.get(key)?.wait(now, key.allowed()));
        let (mut seconds, mut others) = (None, false);
        for wait in waits {
            match wait {
                Wait::Seconds(more) => seconds = seconds.max(Some(more)),
                Wait::Others => others = true,
            }
        }
        match seconds {
            Some(seconds) => Err(Wait::Seconds(seconds)),
            None if others => Err(Wait::Others),
            None => Ok(()),
        }
    }

    /// Under a flood from very many sources memory stays bounded: what costs nobody anything yet is forgotten first.
    fn make_room(&mut self, now: Moment) {
        let counts = &mut self.counts;
        if counts.len() >= limit::GUARDED {
            counts.retain(|_, count| count.pending > 0 || count.failures(now) > 0);
        }
        if counts.len() >= limit::GUARDED {
            counts.retain(|key, count| count.pending > 0 || count.failures + 1 >= key.allowed());
        }
        if counts.len() >= limit::GUARDED {
            forget_older_half(counts, |count| count.last);
        }
    }
}

impl Key {
    fn allowed(&self) -> u32 {
        match self {
            Key::Pair(..) => limit::FAILURES,
            Key::Name(_) => limit::FAILURES_OF_NAME,
            Key::Source(_) => limit::FAILURES_OF_SOURCE,
        }
    }
}

impl Count {
    /// From the allowed number on: 2, 4, 8 ... seconds after the last failure, at most `FAILURE_PAUSE`.
    fn wait(&self, now: Moment, allowed: u32) -> Option<Wait> {
        let failures = self.failures(now);
        if let Some(over) = (failures + 1).checked_sub(allowed).filter(|over| *over > 0) {
            let pause = 2u64.saturating_pow(over.min(16)).min(limit::FAILURE_PAUSE.as_secs());
            let passed = now.saturating_duration_since(self.last).as_secs();
            if let Some(left) = pause.checked_sub(passed).filter(|left| *left > 0) {
                return Some(Wait::Seconds(left));
            }
            // after the pause one attempt at a time
            return (self.pending > 0).then_some(Wait::Others);
        }
        (failures + self.pending >= allowed).then_some(Wait::Others)
    }

    /// Those that are remembered.
    fn failures(&self, now: Moment) -> u32 {
        let old = now.saturating_duration_since(self.last) >= limit::FAILURES_KEPT;
        if old { 0 } else { self.failures }
    }
}

fn forget_older_half<K: Eq + Hash, V>(all: &mut HashMap<K, V>, last: impl Fn(&V) -> Moment) {
    let mut times: Vec<Moment> = all.values().map(&last).collect();
    let middle = times.len() / 2;
    if middle < times.len() {
        let (_, median, _) = times.select_nth_unstable(middle);
        let median = *median;
        let mut spare = middle;
        all.retain(|_, value| {
            let older = last(value) <= median && spare > 0;
            spare -= usize::from(older);
            !older
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));
    const START: Moment = Moment::START;

    fn stranger(n: u32) -> IpAddr {
        IpAddr::from((0xc633_0000 + n).to_be_bytes())
    }

    fn at(seconds: u64) -> Moment {
        START + Duration::from_secs(seconds)
    }

    fn tries(guard: &mut Guard, now: Moment, address: IpAddr, name: &str, outcome: Outcome) {
        let attempt = guard.begin(now, address, name).expect("it is allowed");
        guard.decide(now, attempt, outcome);
    }

    fn fails(guard: &mut Guard, address: IpAddr, name: &str) {
        tries(guard, START, address, name, Outcome::Failed);
    }

    /// As often as it may.
    fn guesses(guard: &mut Guard, now: Moment, address: IpAddr, name: &str) -> bool {
        let attempt = guard.begin(now, address, name);
        let allowed = attempt.is_ok();
        attempt.into_iter().for_each(|attempt| guard.decide(now, attempt, Outcome::Failed));
        allowed
    }

    fn waits(guard: &mut Guard, now: Moment, address: IpAddr, name: &str) -> Option<Wait> {
        match guard.begin(now, address, name) {
            Ok(attempt) => {
                guard.decide(now, attempt, Outcome::Undone);
                None
            }
            Err(wait) => Some(wait),
        }
    }

    #[test]
    fn the_sixth_attempt_costs_more_each_time_and_a_success_resets() {
        let g = &mut Guard::default();
        (0..5).for_each(|_| fails(g, HOME, "ann"));
        assert_eq!(waits(g, START, HOME, "ann"), Some(Wait::Seconds(2)));
        assert_eq!(waits(g, START, HOME, "bob"), None);
        assert_eq!(waits(g, START, stranger(1), "ann"), None);
        tries(g, at(2), HOME, "ann", Outcome::Failed);
        assert_eq!(waits(g, at(2), HOME, "ann"), Some(Wait::Seconds(4)));
        assert_eq!(waits(g, at(2) + limit::FAILURES_KEPT, HOME, "ann"), None, "forgotten");
        tries(g, at(6), HOME, "ann", Outcome::Succeeded);
        (0..5).for_each(|_| tries(g, at(6), HOME, "ann", Outcome::Failed));
        assert_eq!(waits(g, at(6), HOME, "ann"), Some(Wait::Seconds(2)));
    }

    /// Whoever goes on for a day, from one address or from ever new ones, gets a dozen attempts an hour.
    #[test]
    fn the_longest_pause_does_not_end_the_pauses() {
        let day = 24 * 3600;
        let steady = |address: fn(u64) -> IpAddr| {
            let g = &mut Guard::default();
            (0..day).filter(|second| guesses(g, at(*second), address(*second), "ann")).count()
        };
        let (one, many) = (steady(|_| HOME), steady(|n| stranger(u32::try_from(n).unwrap_or(0))));
        assert!((200..320).contains(&one), "{one}");
        assert!((200..340).contains(&many), "{many}");
    }

    #[test]
    fn attempts_count_before_they_are_decided() {
        let g = &mut Guard::default();
        let mut attempts: Vec<_> = (0..5).map(|_| g.begin(START, HOME, "ann").expect("allowed")).collect();
        assert_eq!(waits(g, START, HOME, "ann"), Some(Wait::Others));
        g.decide(START, attempts.pop().expect("five"), Outcome::Undone);
        assert_eq!(waits(g, START, HOME, "ann"), None);
        attempts.into_iter().for_each(|attempt| g.decide(START, attempt, Outcome::Failed));
        fails(g, HOME, "ann");
        assert_eq!(waits(g, START, HOME, "ann"), Some(Wait::Seconds(2)));
        let last = g.begin(at(2), HOME, "ann").expect("after the pause");
        assert_eq!(waits(g, at(2), HOME, "ann"), Some(Wait::Others), "one at a time");
        g.decide(at(2), last, Outcome::Undone);
    }

    #[test]
    fn others_behind_the_same_address_are_not_punished() {
        let g = &mut Guard::default();
        tries(g, START, HOME, "bob", Outcome::Succeeded);
        for n in 0..200 {
            guesses(g, at(n), HOME, "ann");
        }
        assert_eq!(waits(g, at(200), HOME, "cid"), None, "one name of this source counts once");
        for n in 0..limit::FAILURES_OF_SOURCE {
            guesses(g, at(200), HOME, &format!("name{n}"));
        }
        let wait = waits(g, at(200), HOME, "cid");
        assert!(matches!(wait, Some(Wait::Seconds(_))), "names are not tried one after the other: {wait:?}");
        assert_eq!(waits(g, at(200), HOME, "bob"), None, "it succeeded here before");
    }

    #[test]
    fn a_name_that_is_tried_again_when_its_failures_are_forgotten_counts_for_its_source_again() {
        let g = &mut Guard::default();
        let names = |from: u32| (from..from + limit::FAILURES_OF_SOURCE).map(|n| format!("name{n}"));
        names(0).for_each(|name| fails(g, HOME, &name));
        let later = START + limit::FAILURES_KEPT;
        for name in names(0) {
            tries(g, later, HOME, &name, Outcome::Failed);
        }
        assert!(matches!(waits(g, later, HOME, "new"), Some(Wait::Seconds(_))));
    }

    #[test]
    fn a_name_is_guarded_against_many_sources_and_its_owner_gets_in() {
        let g = &mut Guard::default();
        g.know(START, HOME, "ann");
        let tried = (0..1_000).filter(|n| guesses(g, START, stranger(*n), "ann")).count();
        assert_eq!(tried, limit::FAILURES_OF_NAME as usize);
        assert_eq!(waits(g, START, HOME, "ann"), None);
        assert_eq!(waits(g, START, stranger(5), "bob"), None);
    }

    #[test]
    fn memory_is_bounded_and_a_flood_wipes_no_trace() {
        let g = &mut Guard::default();
        (0..5).for_each(|_| fails(g, HOME, "ann"));
        for n in 0..30_000 {
            guesses(g, START, stranger(n), &format!("nobody{n}"));
        }
        assert!(g.counts.len() <= limit::GUARDED + 3, "{}", g.counts.len());
        assert_eq!(waits(g, START, HOME, "ann"), Some(Wait::Seconds(2)));
    }

    #[test]
    fn what_succeeded_long_ago_is_forgotten_first() {
        let g = &mut Guard::default();
        for n in 0..limit::GUARDED as u32 {
            g.know(at(n.into()), stranger(n), "ann");
        }
        g.know(at(20_000), HOME, "ann");
        assert!(g.known.len() <= limit::GUARDED, "{}", g.known.len());
        let knows = |address: IpAddr| g.known.contains_key(&(address, "ann".to_owned()));
        assert!(knows(HOME) && knows(stranger(limit::GUARDED as u32 - 1)) && !knows(stranger(0)));
    }
}
