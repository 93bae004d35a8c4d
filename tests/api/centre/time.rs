//! A clock that tests move: the machine's, so far ahead as a test wants it, or stopped.

use chrono::{DateTime, TimeDelta, Utc};
use linedesk::clock::{self, Clock};
use std::sync::{Arc, Mutex};

/// Cheap to clone; all clones show the same.
#[derive(Clone, Default)]
pub struct Time(Arc<Mutex<Shown>>);

#[derive(Default)]
struct Shown {
    ahead: TimeDelta,
    /// The machine's time at which it was stopped.
    stopped: Option<DateTime<Utc>>,
}

impl Time {
    pub fn clock(&self) -> Clock {
        let time = self.clone();
        Clock::of(move || time.now())
    }

    pub fn now(&self) -> DateTime<Utc> {
        let shown = self.0.lock().expect("a clock");
        shown.stopped.unwrap_or_else(clock::utc) + shown.ahead
    }

    /// From here on it moves by [`Time::pass`] only.
    pub fn stop(&self) {
        self.0.lock().expect("a clock").stopped = Some(clock::utc());
    }

    /// Forward, or back.
    pub fn pass(&self, span: TimeDelta) {
        self.0.lock().expect("a clock").ahead += span;
    }
}
