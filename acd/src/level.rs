//! Service level and expected wait of one queue.

use crate::api::Day;
use crate::limit::{ESTIMATE_MAX, PACE_SAMPLES, PACE_SAMPLES_MIN};
use std::collections::VecDeque;
use std::time::Duration;

/// Counted since start or the last `Reset`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Level {
    pub offered: u64,
    pub answered: u64,
    answered_in_time: u64,
    pub abandoned: u64,
    abandoned_late: u64,
}

impl Level {
    /// The new day begins with those who wait.
    pub fn reset(&mut self, waiting: usize) {
        *self = Level { offered: waiting as u64, ..Level::default() };
    }

    /// Adds what was counted before.
    pub fn recall(&mut self, day: Day) {
        self.offered = self.offered.saturating_add(day.offered);
        self.answered = self.answered.saturating_add(day.answered);
        self.answered_in_time = self.answered_in_time.saturating_add(day.answered_in_time);
        self.abandoned = self.abandoned.saturating_add(day.abandoned);
        self.abandoned_late = self.abandoned_late.saturating_add(day.abandoned_late);
    }

    pub fn answered(&mut self, wait: Duration, target: Duration) {
        self.answered += 1;
        self.answered_in_time += u64::from(wait <= target);
    }

    pub fn abandoned(&mut self, wait: Duration, target: Duration) {
        self.abandoned += 1;
        self.abandoned_late += u64::from(wait > target);
    }

    /// Answered in time, of all answered and of those who gave up after the target: who gives up early was not
    /// failed by us.
    pub fn level(&self) -> Option<f64> {
        let all = self.answered + self.abandoned_late;
        (all > 0).then(|| self.answered_in_time as f64 / all as f64)
    }
}

/// Recent handling times (talk and wrap-up), newest last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pace {
    recent: VecDeque<Duration>,
}

impl Pace {
    pub fn handled(&mut self, took: Duration) {
        if self.recent.len() >= PACE_SAMPLES {
            self.recent.pop_front();
        }
        self.recent.push_back(took);
    }

    /// Expected wait of the call at `position` with `staffed` agents at work. None when not believable: too few
    /// handled calls, nobody at work, or so long that nobody should be told a figure.
    pub fn estimate(&self, position: usize, staffed: usize) -> Option<Duration> {
        if self.recent.len() < PACE_SAMPLES_MIN || staffed == 0 {
            return None;
        }
        let mean = self.recent.iter().map(Duration::as_secs_f64).sum::<f64>() / self.recent.len() as f64;
        let seconds = mean * position as f64 / staffed as f64;
        (seconds <= ESTIMATE_MAX.as_secs_f64()).then(|| Duration::from_secs_f64(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: Duration = Duration::from_secs(20);

    fn secs(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn early_leavers_do_not_count_against_us() {
        let mut level = Level::default();
        assert_eq!(level.level(), None);
        level.abandoned(secs(5), TARGET);
        assert_eq!(level.level(), None);
        level.answered(secs(20), TARGET);
        level.answered(secs(21), TARGET);
        assert_eq!(level.level(), Some(0.5));
        level.abandoned(secs(60), TARGET);
        level.abandoned(secs(21), TARGET);
        assert_eq!(level.level(), Some(0.25));
    }

    #[test]
    fn what_was_counted_before_is_added() {
        let mut level = Level { offered: 1, ..Level::default() };
        level.answered(secs(5), TARGET);
        level.recall(Day { offered: 4, answered: 2, answered_in_time: 1, abandoned: 2, abandoned_late: 1 });
        assert_eq!((level.offered, level.answered, level.abandoned), (5, 3, 2));
        assert_eq!(level.level(), Some(0.5));
    }

    #[test]
    fn estimate_only_when_believable() {
        let mut pace = Pace::default();
        for _ in 0..4 {
            pace.handled(secs(120));
        }
        assert_eq!(pace.estimate(1, 1), None, "too few");
        pace.handled(secs(120));
        assert_eq!(pace.estimate(3, 2), Some(secs(180)));
        assert_eq!(pace.estimate(3, 0), None, "nobody at work");
        assert_eq!(pace.estimate(100, 2), None, "too long to tell");
        for _ in 0..PACE_SAMPLES {
            pace.handled(secs(60));
        }
        assert_eq!(pace.estimate(1, 1), Some(secs(60)), "old ones are forgotten");
    }
}
