//! RTP timestamp arithmetic: 8,000 a second, modulo 2^32 (RFC 3550 5.1).

use std::time::Duration;
use types::Moment;

/// Samples of 8 kHz sound that last `duration`.
pub fn samples(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros() / 125).unwrap_or(u64::MAX)
}

/// How long `samples` of 8 kHz sound last.
pub fn duration(samples: u64) -> Duration {
    Duration::from_micros(samples.saturating_mul(125))
}

/// Samples from `origin` to `now`; 0 if `now` lies before.
pub fn since(origin: Moment, now: Moment) -> u64 {
    samples(now.saturating_duration_since(origin))
}

/// How far timestamp `a` is after `b`; negative when before.
pub fn ahead(a: u32, b: u32) -> i32 {
    a.wrapping_sub(b) as i32
}

/// The later of two timestamps less than half the range apart.
pub fn later(a: u32, b: u32) -> u32 {
    if ahead(a, b) >= 0 { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_and_durations_agree() {
        assert_eq!(samples(Duration::from_millis(20)), 160);
        assert_eq!(samples(Duration::from_secs(3600)), 28_800_000);
        assert_eq!(duration(160), Duration::from_millis(20));
        assert_eq!(samples(Duration::MAX), u64::MAX);
    }

    #[test]
    fn the_range_wraps() {
        assert_eq!(ahead(5, u32::MAX - 4), 10);
        assert_eq!(ahead(u32::MAX - 4, 5), -10);
        assert_eq!(later(5, u32::MAX - 4), 5);
        assert_eq!(later(u32::MAX - 4, 5), 5);
    }
}
