//! Timing of the benchmarks: samples, their spread, and one way to print a figure beside its bar. Nothing here asserts
//! a time: a slow machine gives a worse figure, never a failure.
#![allow(dead_code, reason = "each benchmark uses its part")]

use linedesk::clock;
use std::time::Duration;

/// Least, middle and greatest of some samples.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    pub min: f64,
    pub median: f64,
    pub max: f64,
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} / {} / {}", short(self.min), short(self.median), short(self.max))
    }
}

/// Three digits that mean something.
pub fn short(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 0.1 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

/// Runs `body` some times and takes what it returns as samples.
pub fn spread(samples: usize, mut body: impl FnMut() -> f64) -> Spread {
    let mut all: Vec<f64> = (0..samples.max(1)).map(|_| body()).collect();
    all.sort_by(f64::total_cmp);
    Spread { min: all[0], median: all[all.len() / 2], max: all[all.len() - 1] }
}

/// CPU time of this thread so far: what others take of the machine does not count.
pub fn cpu() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a plain system call that fills the structure on this stack frame.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Nanoseconds of CPU of one of `times` repetitions of `body`.
pub fn nanos(times: u32, mut body: impl FnMut()) -> f64 {
    let started = cpu();
    (0..times).for_each(|_| body());
    (cpu() - started).as_nanos() as f64 / f64::from(times)
}

/// CPU time of `body`.
pub fn spent<T>(body: impl FnOnce() -> T) -> (Duration, T) {
    let started = cpu();
    let value = body();
    (cpu() - started, value)
}

/// How long `body` takes by the clock.
pub fn took<T>(body: impl FnOnce() -> T) -> (Duration, T) {
    let started = clock::now();
    let value = body();
    (clock::now().duration_since(started), value)
}

/// The value below which this share of the samples lies.
pub fn percentile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share) as usize).copied().unwrap_or(f64::NAN)
}

/// `p50 / p99 / max` of samples in any order.
pub fn tail(mut samples: Vec<f64>) -> String {
    samples.sort_by(f64::total_cmp);
    let at = |share| short(percentile(&samples, share));
    format!("{} / {} / {}", at(0.5), at(0.99), at(1.0))
}

/// The first line of a benchmark: what is measured, and how busy the machine is with other work.
pub fn title(what: &str) {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = load.split_whitespace().take(2).collect();
    println!("\n{what}   (load of the machine before: {})", load.join(" "));
}

/// One figure beside its bar.
pub fn line(what: &str, figure: &str, bar: &str) {
    println!("  {what:<62} {figure:>24}   {bar}");
}
