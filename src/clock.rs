//! The only reader of clocks and the only source of chance in the whole workspace. Everything else is given
//! `now` and a seed, so that it can run in a simulated world.
//!
//! Threads of telephony, which measure spans, call the functions. Nouns are given a [`Clock`], inside their database
//! transaction.

use chrono::{DateTime, Utc};
use ring::rand::{SecureRandom, SystemRandom};
use std::sync::{Arc, LazyLock};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use types::{Id, Moment};

/// Monotonic time: for every timer and every measured span.
pub fn now() -> Moment {
    Moment::START + ORIGIN.elapsed()
}

/// What [`Moment::START`] is in this process.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
static ORIGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Wall clock, unix milliseconds: for stamps only. It may jump; no timer may hang on it.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn wall_ms() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
    }
}

/// How long ago a file was written; zero when the clock was set back since.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn age(written: SystemTime) -> std::time::Duration {
    SystemTime::now().duration_since(written).unwrap_or_default()
}

/// Wall clock for columns and answers, cut to milliseconds (PostgreSQL keeps microseconds, JSON shows three digits).
pub fn utc() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(wall_ms()).unwrap_or(DateTime::UNIX_EPOCH)
}

/// The wall clock as a value: what stamps rows and makes their ids. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The machine's.
    pub fn real() -> Clock {
        Clock::of(utc)
    }

    /// A clock that shows what `now` says.
    pub fn of(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now))
    }

    pub fn utc(&self) -> DateTime<Utc> {
        (self.0)()
    }

    /// A new UUIDv7 of this clock's time.
    pub fn id<I: Id>(&self) -> I {
        id_at(self.utc().timestamp_millis())
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Clock").field(&self.utc()).finish()
    }
}

/// A new UUIDv7: sorts by time of making.
pub fn id<I: Id>() -> I {
    id_at(wall_ms())
}

/// A new UUIDv7 whose time part is `ms`.
pub fn id_at<I: Id>(ms: i64) -> I {
    let mut chance = [0u8; 10];
    entropy(&mut chance);
    I::new(uuid::Builder::from_unix_timestamp_millis(u64::try_from(ms).unwrap_or(0), &chance).into_uuid())
}

/// Fills `bytes` from the operating system's random source.
///
/// # Panics
/// When the operating system has no random source: nothing that follows would be safe.
pub fn entropy(bytes: &mut [u8]) {
    SystemRandom::new().fill(bytes).expect("the operating system gives random bytes");
}

/// A seed for one machine (stack, floor, engine).
pub fn seed() -> [u8; 32] {
    let mut seed = [0; 32];
    entropy(&mut seed);
    seed
}

/// Lets one line of a kind into the log a second: a fault that meets every call must not fill the disk.
#[derive(Debug, Default)]
pub struct Seldom {
    told: Option<Moment>,
    untold: u64,
}

impl Seldom {
    /// None: not now. Else how many there were since the last line, this one included.
    pub fn tell(&mut self, now: Moment) -> Option<u64> {
        self.untold += 1;
        if self.told.is_some_and(|told| now.saturating_duration_since(told) < SELDOM) {
            return None;
        }
        self.told = Some(now);
        Some(std::mem::take(&mut self.untold))
    }
}

const SELDOM: std::time::Duration = std::time::Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_a_second_says_how_many() {
        let (mut seldom, start) = (Seldom::default(), now());
        assert_eq!(seldom.tell(start), Some(1));
        assert!((0..99).all(|_| seldom.tell(start).is_none()));
        assert_eq!(seldom.tell(start + SELDOM), Some(100));
    }
    use types::EventId;

    #[test]
    fn ids_are_version_7_and_carry_the_time() {
        let id = id_at::<EventId>(1_763_640_000_123);
        assert_eq!(id.uuid().get_version_num(), 7);
        let (seconds, nanos) = id.uuid().get_timestamp().map(|t| t.to_unix()).unwrap_or_default();
        assert_eq!((seconds, nanos / 1_000_000), (1_763_640_000, 123));
        assert_ne!(id_at::<EventId>(5), id_at(5));
        assert_ne!(seed(), seed());
    }
}
