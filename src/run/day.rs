//! The board's day: its counters begin anew at the company's midnight, and survive a restart in the middle of the day.

use crate::brain::Brain;
use crate::clock;
use crate::config::Config;
use crate::db::Db;
use crate::feed::Lag;
use crate::queues;
use crate::zone::Zone;
use call::Input;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// The wall clock is looked at this often: it may be set, and the machine may sleep, so no timer hangs on it (F12).
const LOOK: Duration = Duration::from_millis(500);
/// A clock that was set back for longer was wrong before, not now.
const BACK: TimeDelta = TimeDelta::hours(36);
/// Pause between two looks whether the database has what the last process left, and how many.
const DRAIN_LOOK: Duration = Duration::from_millis(100);
const DRAIN_LOOKS: u32 = 600;

/// Which day it is, by a clock that may jump.
struct Calendar {
    zone: Zone,
    day: NaiveDate,
    /// The latest moment of that day that was seen.
    seen: DateTime<Utc>,
}

impl Calendar {
    fn new(zone: Zone, now: DateTime<Utc>) -> Calendar {
        Calendar { zone, day: zone.day(now), seen: now }
    }

    /// True: a new day has begun. A clock that is set back over midnight by some hours does not begin the day again.
    fn turns(&mut self, now: DateTime<Utc>) -> bool {
        let day = self.zone.day(now);
        let back = self.seen - now > BACK;
        if day > self.day || back {
            *self = Calendar { day, seen: now, ..*self };
            return true;
        }
        self.seen = self.seen.max(now);
        false
    }
}

/// Tells the brain of each midnight.
pub(super) async fn keep(zone: Zone, brain: Brain) {
    let mut calendar = Calendar::new(zone, clock::utc());
    loop {
        tokio::time::sleep(LOOK).await;
        if calendar.turns(clock::utc()) {
            tracing::info!(day = %calendar.day, "a new day: the counters of the board start again");
            brain.input(Input::Midnight);
        }
    }
}

/// Gives the board what was counted today before `began`; waits until the database has what the last process left.
pub(super) async fn recall(config: &Config, db: &Db, lag: &Lag, began: DateTime<Utc>, brain: &Brain) {
    let mut looks = 0;
    while lag.behind.load(Ordering::Relaxed) > 0 && looks < DRAIN_LOOKS {
        tokio::time::sleep(DRAIN_LOOK).await;
        looks += 1;
    }
    let zone = config.node.timezone;
    let midnight = midnight(zone, began);
    let mut days = Vec::new();
    for queue in &config.queues {
        match queues::store::day(db, &queue.name, midnight, began, queue.target).await {
            Ok(day) => days.push((queue.name.clone(), day)),
            Err(error) => {
                return tracing::warn!(%error, "the board counts from the start of the process, not from midnight");
            }
        }
    }
    // started yesterday, and the database came only today
    if midnight == self::midnight(zone, clock::utc()) {
        brain.input(Input::Recall(days));
    }
}

/// The beginning of the day in which `at` is.
fn midnight(zone: Zone, at: DateTime<Utc>) -> DateTime<Utc> {
    zone.midnight(zone.day(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
    }

    #[test]
    fn the_day_begins_at_the_companys_midnight() {
        let omsk = Zone::named("Asia/Omsk").unwrap();
        let mut calendar = Calendar::new(omsk, at("2026-03-01T23:59:58+06:00"));
        assert!(!calendar.turns(at("2026-03-01T23:59:59+06:00")));
        assert!(calendar.turns(at("2026-03-02T00:00:00+06:00")));
        assert!(!calendar.turns(at("2026-03-02T00:00:01+06:00")) && !calendar.turns(at("2026-03-02T23:59:59+06:00")));
        assert!(calendar.turns(at("2026-03-03T00:00:00+06:00")));
        assert_eq!(midnight(omsk, at("2026-03-01T19:00:00Z")), at("2026-03-02T00:00:00+06:00"));
    }

    #[test]
    fn a_clock_that_jumps_neither_loses_a_midnight_nor_repeats_one() {
        let zone = Zone::named("UTC").unwrap();
        let mut calendar = Calendar::new(zone, at("2026-03-01T23:30:00Z"));
        // one hour forward, over midnight
        assert!(calendar.turns(at("2026-03-02T00:30:00Z")));
        // and back: the same midnight comes again, and is no new day
        assert!(!calendar.turns(at("2026-03-01T23:31:00Z")));
        assert!(!calendar.turns(at("2026-03-02T00:00:00Z")));
        assert!(calendar.turns(at("2026-03-03T00:00:00Z")));
        // a machine that slept for days
        assert!(calendar.turns(at("2026-03-07T12:00:00Z")) && !calendar.turns(at("2026-03-07T12:00:01Z")));
        // a year too far, and mended
        assert!(calendar.turns(at("2027-03-07T12:00:00Z")));
        assert!(calendar.turns(at("2026-03-07T12:01:00Z")));
        assert!(calendar.turns(at("2026-03-08T00:00:00Z")));
    }
}
