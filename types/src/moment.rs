//! A point in monotonic time. The pure crates take it as an argument instead of `std::time::Instant`, which nothing can
//! make in a browser (WebAssembly) or in a simulated world.

use serde::{Deserialize, Serialize};
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::time::Duration;

/// Nanoseconds since an origin that only the owner of the clock knows (`src/clock.rs`, `tests/sim`): comparable within one
/// process, meaningless outside of it. Arithmetic stays in range instead of overflowing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(u64);

impl Moment {
    /// Where a clock begins: a century after the least moment, so that what began before the clock did has moments too.
    pub const START: Moment = Moment(100 * 365 * 24 * 60 * 60 * 1_000_000_000);

    pub const fn from_nanos(nanos: u64) -> Moment {
        Moment(nanos)
    }

    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Zero when `earlier` is later.
    pub const fn duration_since(self, earlier: Moment) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// As [`Moment::duration_since`]: the name that `std::time::Instant` has for it.
    pub const fn saturating_duration_since(self, earlier: Moment) -> Duration {
        self.duration_since(earlier)
    }

    /// `None` when it would be out of range.
    pub fn checked_add(self, span: Duration) -> Option<Moment> {
        self.0.checked_add(u64::try_from(span.as_nanos()).ok()?).map(Moment)
    }

    /// `None` when it would be out of range.
    pub fn checked_sub(self, span: Duration) -> Option<Moment> {
        self.0.checked_sub(u64::try_from(span.as_nanos()).ok()?).map(Moment)
    }
}

impl Add<Duration> for Moment {
    type Output = Moment;

    fn add(self, span: Duration) -> Moment {
        self.checked_add(span).unwrap_or(Moment(u64::MAX))
    }
}

impl AddAssign<Duration> for Moment {
    fn add_assign(&mut self, span: Duration) {
        *self = *self + span;
    }
}

impl Sub<Duration> for Moment {
    type Output = Moment;

    fn sub(self, span: Duration) -> Moment {
        self.checked_sub(span).unwrap_or(Moment(0))
    }
}

impl SubAssign<Duration> for Moment {
    fn sub_assign(&mut self, span: Duration) {
        *self = *self - span;
    }
}

impl Sub for Moment {
    type Output = Duration;

    fn sub(self, earlier: Moment) -> Duration {
        self.duration_since(earlier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_is_that_of_instants_and_stays_in_range() {
        let (start, second) = (Moment::START, Duration::from_secs(1));
        assert_eq!(start + second - second, start);
        assert_eq!((start + second) - start, second);
        assert_eq!(start - (start + second), Duration::ZERO);
        assert_eq!(start.saturating_duration_since(start + second), Duration::ZERO);
        assert_eq!(start + Duration::MAX, Moment::from_nanos(u64::MAX));
        assert_eq!(start - Duration::MAX, Moment::from_nanos(0));
        assert_eq!(Moment::from_nanos(u64::MAX).checked_add(second), None);
        assert!(
            start - Duration::from_secs(50 * 365 * 24 * 3600) > Moment::from_nanos(0),
            "waits of earlier processes"
        );
    }
}
