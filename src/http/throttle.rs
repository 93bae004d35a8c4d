//! Guessing passwords is slow: wrong ones are counted by source and login, and by source alone.

use super::limit;
use dashmap::DashMap;
use std::net::IpAddr;
use types::Moment;

#[derive(Debug, Default)]
pub struct Throttle {
    failures: DashMap<(IpAddr, Option<String>), Failures>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Moment,
}

impl Throttle {
    /// Seconds to wait before this source may try this login; `None`: at once.
    pub fn wait(&self, now: Moment, source: IpAddr, login: &str) -> Option<u64> {
        let by_login = self.seconds(now, &(source, Some(login.to_owned())), limit::FAILURES_LOGIN);
        let by_source = self.seconds(now, &(source, None), limit::FAILURES_SOURCE);
        by_login.max(by_source)
    }

    /// From the allowed number on: 2, 4, 8 ... seconds after the last failure, at most `FAILURES_KEPT`.
    fn seconds(&self, now: Moment, key: &(IpAddr, Option<String>), allowed: u32) -> Option<u64> {
        let found = *self.failures.get(key)?;
        let over = (found.count + 1).checked_sub(allowed).filter(|over| *over > 0)?;
        let pause = 2u64.saturating_pow(over.min(16)).min(limit::FAILURES_KEPT.as_secs());
        let passed = now.saturating_duration_since(found.last).as_secs();
        pause.checked_sub(passed).filter(|left| *left > 0)
    }

    pub fn failed(&self, now: Moment, source: IpAddr, login: &str) {
        if self.failures.len() >= limit::SOURCES {
            self.failures.retain(|_, f| now.saturating_duration_since(f.last) < limit::FAILURES_KEPT);
            if self.failures.len() >= limit::SOURCES {
                // Under a flood from very many sources memory stays bounded; argon2's semaphore still limits the rate.
                self.failures.clear();
            }
        }
        for key in [(source, Some(login.to_owned())), (source, None)] {
            let mut entry = self.failures.entry(key).or_insert(Failures { count: 0, last: now });
            if now.saturating_duration_since(entry.last) >= limit::FAILURES_KEPT {
                entry.count = 0;
            }
            entry.count = entry.count.saturating_add(1);
            entry.last = now;
        }
    }

    pub fn succeeded(&self, source: IpAddr, login: &str) {
        self.failures.remove(&(source, Some(login.to_owned())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_fifth_failure_begins_to_cost() {
        let (t, now) = (Throttle::default(), crate::clock::now());
        let (a, b) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        for _ in 0..4 {
            t.failed(now, a, "ann");
        }
        assert_eq!(t.wait(now, a, "ann"), None);
        t.failed(now, a, "ann");
        assert_eq!(t.wait(now, a, "ann"), Some(2));
        assert_eq!(t.wait(now, a, "bob"), None);
        assert_eq!(t.wait(now, b, "ann"), None);
        assert_eq!(t.wait(now + Duration::from_secs(3), a, "ann"), None);
        t.failed(now, a, "ann");
        assert_eq!(t.wait(now, a, "ann"), Some(4));
        t.succeeded(a, "ann");
        assert_eq!(t.wait(now, a, "ann"), None);
        for _ in 0..100 {
            t.failed(now, a, "other");
        }
        assert!(t.wait(now, a, "ann").is_some(), "the source itself waits now");
    }
}
