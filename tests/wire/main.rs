//! The program as it is shipped, among real phones: SIPp, baresip and linphone from Debian, sound on real sockets, `kill -9`, floods, a
//! database that is stopped. Every test starts a server of its own on free ports and a folder of its own.
//!
//! Needs `sipp`, `baresip`, `linphonec` and PostgreSQL's server programs; `scripts/setup test` installs them.
#![allow(clippy::disallowed_methods, reason = "on the wire time is real")]

mod api;
mod baresip;
mod company;
mod link;
mod ports;
mod postgres;
mod server;
mod sipp;
mod sound;

mod crash;
mod database_away;
mod desk_phone;
mod disk_full;
mod drain;
mod engines;
mod greeting;
mod hostile;
mod keys;
mod linphone;
mod lossy;
mod midnight;
mod private_files;
mod queue;
mod refuse_to_start;
mod registrations;
mod restored;
mod slow_http;
mod unrecorded;

use std::time::{Duration, Instant};

/// A quiet machine does in `seconds` what is waited for; one with other work may need this many times as long. A deadline is
/// there to end what has failed, not to measure.
const PATIENCE: u32 = 4;

pub fn patiently(seconds: u64) -> Duration {
    PATIENCE * Duration::from_secs(seconds)
}

/// Asks again and again until there is an answer; panics with what was waited for.
pub async fn until<T, F>(what: &str, seconds: u64, mut ask: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let deadline = Instant::now() + patiently(seconds);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited {:?} in vain: {what}", patiently(seconds));
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

/// Until something is true.
pub async fn holds<F: Future<Output = bool>>(what: &str, seconds: u64, mut ask: impl FnMut() -> F) {
    until(what, seconds, || {
        let asked = ask();
        async move { asked.await.then_some(()) }
    })
    .await
}
