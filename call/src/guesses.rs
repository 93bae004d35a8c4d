//! Guessing a device's password is slow, by the rules of the log-in: wrong digests are counted by source and account, by
//! account alone, and by source alone (an account once a source). Where an account proved itself before, only what comes
//! from there counts, so that nobody locks a phone out from elsewhere.

use crate::limit;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use types::Moment;

#[derive(Debug, Default)]
pub struct Guesses {
    wrong: HashMap<Key, Wrong>,
    /// Where which account proved itself.
    proved: HashSet<(IpAddr, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Both(IpAddr, String),
    Account(String),
    Source(IpAddr),
}

#[derive(Clone, Copy, Debug)]
struct Wrong {
    count: u32,
    last: Moment,
}

impl Guesses {
    /// Seconds until this source may prove itself for this account; None: now. To be asked before the digest is looked at.
    pub fn wait(&self, now: Moment, source: IpAddr, account: &str) -> Option<u64> {
        let keys = self.keys(source, account);
        keys.iter().filter_map(|key| self.wrong.get(key)?.wait(now, key.allowed())).max()
    }

    pub fn wrong(&mut self, now: Moment, source: IpAddr, account: &str) {
        self.make_room(now);
        let first = !self.wrong.contains_key(&Key::Both(source, account.to_owned()));
        for key in self.keys(source, account) {
            if matches!(key, Key::Source(_)) && !first {
                continue;
            }
            let wrong = self.wrong.entry(key).or_insert(Wrong { count: 0, last: now });
            if wrong.old(now) {
                wrong.count = 0;
            }
            wrong.count = wrong.count.saturating_add(1);
            wrong.last = now;
        }
    }

    pub fn right(&mut self, source: IpAddr, account: &str) {
        if !self.wrong.is_empty() {
            self.wrong.remove(&Key::Both(source, account.to_owned()));
            self.wrong.remove(&Key::Account(account.to_owned()));
        }
        if self.proved.len() >= limit::GUESSERS {
            self.proved.clear();
        }
        self.proved.insert((source, account.to_owned()));
    }

    fn keys(&self, source: IpAddr, account: &str) -> Vec<Key> {
        let both = Key::Both(source, account.to_owned());
        if self.proved.contains(&(source, account.to_owned())) {
            return vec![both];
        }
        vec![both, Key::Account(account.to_owned()), Key::Source(source)]
    }

    /// What costs nobody anything yet is forgotten first.
    fn make_room(&mut self, now: Moment) {
        if self.wrong.len() < limit::GUESSERS {
            return;
        }
        self.wrong.retain(|_, wrong| !wrong.old(now));
        if self.wrong.len() >= limit::GUESSERS {
            self.wrong.retain(|key, wrong| wrong.count >= key.allowed());
        }
        if self.wrong.len() >= limit::GUESSERS {
            self.wrong.clear();
        }
    }
}

impl Key {
    fn allowed(&self) -> u32 {
        match self {
            Key::Both(..) => limit::GUESSES,
            Key::Account(_) => limit::GUESSES_OF_ACCOUNT,
            Key::Source(_) => limit::GUESSES_OF_SOURCE,
        }
    }
}

impl Wrong {
    /// From the allowed number on: 2, 4, 8 ... seconds after the last one, at most as long as they are remembered.
    fn wait(&self, now: Moment, allowed: u32) -> Option<u64> {
        let over = (self.count + 1).checked_sub(allowed).filter(|over| *over > 0 && !self.old(now))?;
        let pause = 2u64.saturating_pow(over.min(16)).min(limit::GUESSES_KEPT.as_secs());
        let passed = now.saturating_duration_since(self.last).as_secs();
        pause.checked_sub(passed).filter(|left| *left > 0)
    }

    fn old(&self, now: Moment) -> bool {
        now.saturating_duration_since(self.last) >= limit::GUESSES_KEPT
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn address(n: u32) -> IpAddr {
        IpAddr::from((0xcb00_7100 + n).to_be_bytes())
    }

    #[test]
    fn a_source_waits_after_five_and_others_do_not() {
        let (mut guesses, now) = (Guesses::default(), Moment::START);
        (0..limit::GUESSES).for_each(|_| guesses.wrong(now, address(1), "desk1"));
        assert_eq!(guesses.wait(now, address(1), "desk1"), Some(2));
        assert_eq!(guesses.wait(now, address(1), "desk2"), None);
        assert_eq!(guesses.wait(now, address(2), "desk1"), None);
        let later = now + Duration::from_secs(2);
        assert_eq!(guesses.wait(later, address(1), "desk1"), None);
        guesses.wrong(later, address(1), "desk1");
        assert_eq!(guesses.wait(later, address(1), "desk1"), Some(4));
        assert_eq!(guesses.wait(later + limit::GUESSES_KEPT, address(1), "desk1"), None);
        guesses.right(address(1), "desk1");
        assert_eq!(guesses.wait(later, address(1), "desk1"), None);
    }

    #[test]
    fn many_sources_guess_slowly_and_lock_no_phone_out() {
        let (mut guesses, now) = (Guesses::default(), Moment::START);
        guesses.right(address(9_999), "desk1");
        let tried = (0..10_000).filter(|n| {
            let free = guesses.wait(now, address(*n % 1_000), "desk1").is_none();
            if free {
                guesses.wrong(now, address(*n % 1_000), "desk1");
            }
            free
        });
        assert_eq!(tried.count(), limit::GUESSES_OF_ACCOUNT as usize);
        assert_eq!(guesses.wait(now, address(9_999), "desk1"), None, "the phone's own address");
    }

    #[test]
    fn a_source_that_tries_many_accounts_waits() {
        let (mut guesses, now) = (Guesses::default(), Moment::START);
        for n in 0..limit::GUESSES_OF_SOURCE {
            assert_eq!(guesses.wait(now, address(1), "new"), None, "{n}");
            guesses.wrong(now, address(1), &format!("desk{n}"));
        }
        assert!(guesses.wait(now, address(1), "new").is_some());
    }

    #[test]
    fn memory_is_bounded_and_what_counts_is_kept() {
        let (mut guesses, now) = (Guesses::default(), Moment::START);
        (0..limit::GUESSES).for_each(|_| guesses.wrong(now, address(1), "desk1"));
        (10..2 * limit::GUESSERS as u32).for_each(|n| guesses.wrong(now, address(n), &format!("a{n}")));
        assert!(guesses.wrong.len() <= limit::GUESSERS + 3);
        assert!(guesses.wait(now, address(1), "desk1").is_some());
    }
}
