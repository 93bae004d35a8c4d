//! Guessing passwords is slow. Every attempt is counted before the password is looked at: by source and login, by login
//! alone, and by source alone. A success takes away what its login had against it.
//!
//! Two things keep others from being punished. A source counts a login once, so one person who mistypes, or one who hammers a
//! single login, does not use up what everybody behind the same address has. And where a login succeeded before, only the
//! attempts of that source on that login count: neither an attack on the login from elsewhere nor one on other logins
//! from the same office locks its owner out.

use super::{Problem, limit};
use crate::clock;
use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use types::Moment;

/// Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Throttle {
    counts: Arc<Mutex<Counts>>,
    /// An attempt was decided.
    decided: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Counts {
    of: HashMap<Key, Count>,
    /// Where which login succeeded.
    known: HashSet<(IpAddr, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Pair(IpAddr, String),
    Login(String),
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
#[derive(Debug, PartialEq, Eq)]
enum Wait {
    Seconds(u64),
    /// Others are being decided: it depends on them.
    Others,
}

/// An attempt that is counted. Dropped without a word, it has failed.
#[derive(Debug)]
pub(super) struct Attempt {
    throttle: Throttle,
    keys: Vec<Key>,
    source: IpAddr,
    login: String,
    outcome: Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Failed,
    Succeeded,
    /// It was not decided, by our fault.
    Undone,
}

impl Key {
    fn allowed(&self) -> u32 {
        match self {
            Key::Pair(..) => limit::FAILURES_LOGIN,
            Key::Login(_) => limit::FAILURES_LOGIN_ANYWHERE,
            Key::Source(_) => limit::FAILURES_SOURCE,
        }
    }
}

impl Throttle {
    /// Counts an attempt and allows it; waits for attempts under way on which that depends.
    pub async fn attempt(&self, source: IpAddr, login: &str) -> Result<Attempt, Problem> {
        loop {
            let decided = self.decided.notified();
            match self.begin(clock::now(), source, login) {
                Ok(attempt) => return Ok(attempt),
                Err(Wait::Seconds(seconds)) => return Err(Problem::too_many(seconds)),
                Err(Wait::Others) => {
                    if tokio::time::timeout(limit::PASSWORD_WAIT, decided).await.is_err() {
                        return Err(Problem::too_many(2));
                    }
                }
            }
        }
    }

    fn begin(&self, now: Moment, source: IpAddr, login: &str) -> Result<Attempt, Wait> {
        let (source, login) = (network(source), login.to_owned());
        let mut counts = self.lock();
        counts.make_room(now);
        let pair = Key::Pair(source, login.clone());
        let fresh = counts.of.get(&pair).is_none_or(|count| count.failures == 0);
        let mut keys = vec![pair];
        if !counts.known.contains(&(source, login.clone())) {
            keys.push(Key::Login(login.clone()));
            if fresh {
                keys.push(Key::Source(source));
            }
        }
        let wait = |key: &Key| counts.of.get(key).and_then(|count| count.wait(now, key.allowed()));
        let mut others = false;
        let mut seconds = None;
        for wait in keys.iter().filter_map(wait) {
            match wait {
                Wait::Seconds(more) => seconds = seconds.max(Some(more)),
                Wait::Others => others = true,
            }
        }
        match seconds {
            Some(seconds) => return Err(Wait::Seconds(seconds)),
            None if others => return Err(Wait::Others),
            None => {}
        }
        for key in &keys {
            let count = counts.of.entry(key.clone()).or_insert(Count { failures: 0, pending: 0, last: now });
            count.pending += 1;
        }
        drop(counts);
        Ok(Attempt { throttle: self.clone(), keys, source, login, outcome: Outcome::Failed })
    }

    fn decide(&self, now: Moment, attempt: &Attempt) {
        let mut counts = self.lock();
        for key in &attempt.keys {
            let Some(count) = counts.of.get_mut(key) else { continue };
            count.pending = count.pending.saturating_sub(1);
            if attempt.outcome == Outcome::Failed {
                count.failures = if count.old(now) { 1 } else { count.failures.saturating_add(1) };
                count.last = now;
            }
        }
        if attempt.outcome == Outcome::Succeeded {
            let own = (attempt.source, attempt.login.clone());
            for key in [Key::Pair(own.0, own.1.clone()), Key::Login(own.1.clone())] {
                if let Some(count) = counts.of.get_mut(&key) {
                    count.failures = 0;
                }
            }
            counts.known.insert(own);
        }
        for key in &attempt.keys {
            if counts.of.get(key).is_some_and(|count| count.failures == 0 && count.pending == 0) {
                counts.of.remove(key);
            }
        }
        drop(counts);
        self.decided.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt {
    pub fn succeeded(mut self) {
        self.outcome = Outcome::Succeeded;
    }

    /// By what `done` finds out besides its answer: `Some(right)`, or None: it is not decided yet, and counts for nothing. A failure of
    /// ours counts for nothing either.
    pub async fn decided_by<T>(
        self,
        done: impl Future<Output = Result<(T, Option<bool>), Problem>>,
    ) -> Result<T, Problem> {
        match done.await {
            Ok((answer, Some(true))) => {
                self.succeeded();
                Ok(answer)
            }
            Ok((answer, Some(false))) => Ok(answer),
            Ok((answer, None)) => {
                self.undone();
                Ok(answer)
            }
            Err(problem) => {
                self.undone();
                Err(problem)
            }
        }
    }

    pub fn undone(mut self) {
        self.outcome = Outcome::Undone;
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.throttle.decide(clock::now(), self);
    }
}

impl Count {
    /// From the allowed number on: 2, 4, 8 ... seconds after the last failure, at most `FAILURES_KEPT`.
    fn wait(&self, now: Moment, allowed: u32) -> Option<Wait> {
        let failures = if self.old(now) { 0 } else { self.failures };
        if let Some(over) = (failures + 1).checked_sub(allowed).filter(|over| *over > 0) {
            let pause = 2u64.saturating_pow(over.min(16)).min(limit::FAILURES_KEPT.as_secs());
            let passed = now.saturating_duration_since(self.last).as_secs();
            if let Some(left) = pause.checked_sub(passed).filter(|left| *left > 0) {
                return Some(Wait::Seconds(left));
            }
            // after the pause one attempt at a time
            return (self.pending > 0).then_some(Wait::Others);
        }
        (failures + self.pending >= allowed).then_some(Wait::Others)
    }

    fn old(&self, now: Moment) -> bool {
        now.saturating_duration_since(self.last) >= limit::FAILURES_KEPT
    }
}

impl Counts {
    /// Under a flood from very many sources memory stays bounded: what costs nobody anything yet is forgotten first.
    fn make_room(&mut self, now: Moment) {
        if self.of.len() >= limit::SOURCES {
            self.of.retain(|_, count| count.pending > 0 || !count.old(now));
        }
        if self.of.len() >= limit::SOURCES {
            self.of.retain(|key, count| count.pending > 0 || count.failures + 1 >= key.allowed());
        }
        if self.of.len() >= limit::SOURCES {
            self.of.retain(|_, count| count.pending > 0);
        }
        if self.known.len() >= limit::SOURCES {
            self.known.clear();
        }
    }
}

/// An IPv6 customer has a whole /64.
fn network(source: IpAddr) -> IpAddr {
    match source.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));

    fn fails(throttle: &Throttle, source: IpAddr, login: &str) {
        drop(throttle.begin(clock::now(), source, login).expect("it is allowed"));
    }

    fn waits(throttle: &Throttle, after: u64, source: IpAddr, login: &str) -> Option<Wait> {
        match throttle.begin(clock::now() + Duration::from_secs(after), source, login) {
            Ok(attempt) => {
                attempt.undone();
                None
            }
            Err(wait) => Some(wait),
        }
    }

    #[test]
    fn the_sixth_attempt_costs_and_a_success_resets() {
        let (t, away) = (Throttle::default(), IpAddr::from([10, 0, 0, 2]));
        (0..5).for_each(|_| fails(&t, HOME, "ann"));
        assert_eq!(waits(&t, 0, HOME, "ann"), Some(Wait::Seconds(2)));
        assert_eq!(waits(&t, 0, HOME, "bob"), None);
        assert_eq!(waits(&t, 0, away, "ann"), None);
        t.begin(clock::now() + Duration::from_secs(3), HOME, "ann").expect("after the pause").succeeded();
        (0..5).for_each(|_| fails(&t, HOME, "ann"));
        assert!(waits(&t, 0, HOME, "ann").is_some());
    }

    #[test]
    fn attempts_count_before_they_are_decided() {
        let t = Throttle::default();
        let mut attempts: Vec<_> = (0..5).map(|_| t.begin(clock::now(), HOME, "ann").expect("allowed")).collect();
        assert_eq!(waits(&t, 0, HOME, "ann"), Some(Wait::Others));
        attempts.pop().expect("five").undone();
        assert_eq!(waits(&t, 0, HOME, "ann"), None);
        drop(attempts);
        fails(&t, HOME, "ann");
        assert_eq!(waits(&t, 0, HOME, "ann"), Some(Wait::Seconds(2)));
    }

    #[test]
    fn others_behind_the_same_address_are_not_punished() {
        let t = Throttle::default();
        t.begin(clock::now(), HOME, "bob").expect("allowed").succeeded();
        for n in 0..200 {
            // one hammers a login whenever it is allowed, and tries many others
            drop(t.begin(clock::now() + Duration::from_secs(n), HOME, "ann"));
        }
        assert_eq!(waits(&t, 0, HOME, "cid"), None, "one login of this source counts once");
        (0..limit::FAILURES_SOURCE).for_each(|n| drop(t.begin(clock::now(), HOME, &format!("login{n}"))));
        assert!(
            matches!(waits(&t, 0, HOME, "cid"), Some(Wait::Seconds(_))),
            "logins are not tried one after the other"
        );
        assert_eq!(waits(&t, 0, HOME, "bob"), None, "bob logged in here before");
    }

    #[test]
    fn a_login_is_guarded_against_many_sources_and_its_owner_gets_in() {
        let t = Throttle::default();
        t.begin(clock::now(), HOME, "ann").expect("allowed").succeeded();
        let stranger = |n: u32| IpAddr::from([198, 51, (n / 200) as u8, (n % 200) as u8]);
        let tried = (0..1_000).filter(|n| t.begin(clock::now(), stranger(*n), "ann").is_ok()).count();
        assert_eq!(tried, limit::FAILURES_LOGIN_ANYWHERE as usize);
        assert_eq!(waits(&t, 0, HOME, "ann"), None);
        assert_eq!(waits(&t, 0, stranger(5), "bob"), None);
    }

    #[test]
    fn memory_is_bounded_and_a_flood_wipes_no_trace() {
        let t = Throttle::default();
        (0..5).for_each(|_| fails(&t, HOME, "ann"));
        for n in 0..30_000u32 {
            drop(t.begin(clock::now(), IpAddr::from((0xc633_0000 + n).to_be_bytes()), &format!("nobody{n}")));
        }
        assert!(t.lock().of.len() <= limit::SOURCES + 3, "{}", t.lock().of.len());
        let kept = t.lock().of.get(&Key::Pair(HOME, "ann".into())).map(|count| count.failures);
        assert_eq!(kept, Some(5));
        let v6 = |last: &str| format!("2001:db8::{last}").parse::<IpAddr>().expect("an address");
        assert_eq!(network(v6("1")), network(v6("ffff")));
        assert_eq!(network("::ffff:10.0.0.1".parse().expect("an address")), HOME);
    }
}
