//! What every machine of this crate needs from the stack: the queue of outputs, the timers, the seeded random numbers.

use crate::api::{Event, Flow, Output};
use crate::transaction::timers::{Armed, Timer, Timers};
use bytes::Bytes;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::VecDeque;
use std::time::Duration;
use types::Moment;

pub(crate) struct Env {
    pub out: VecDeque<Output>,
    pub timers: Timers,
    rng: ChaCha8Rng,
}

impl Env {
    pub fn new(seed: [u8; 32]) -> Env {
        Env { out: VecDeque::new(), timers: Timers::default(), rng: ChaCha8Rng::from_seed(seed) }
    }

    pub fn send(&mut self, flow: Flow, bytes: Bytes) {
        self.out.push_back(Output::Transmit { flow, bytes });
    }

    pub fn event(&mut self, event: Event) {
        self.out.push_back(Output::Event(event));
    }

    pub fn fault(&mut self, flow: Flow, code: u16, what: &'static str) {
        self.event(Event::Fault { flow, code, what });
    }

    pub fn arm(&mut self, at: Moment, timer: Timer) -> Armed {
        self.timers.arm(at, timer)
    }

    pub fn cancel(&mut self, armed: &mut Option<Armed>) {
        self.timers.cancel(armed.take());
    }

    /// 64 random bits in hex: a tag nobody guesses.
    pub fn tag(&mut self) -> String {
        format!("{:016x}", self.rng.random::<u64>())
    }

    /// RFC 3261 8.1.1.7.
    pub fn branch(&mut self) -> String {
        format!("z9hG4bK{:016x}{:08x}", self.rng.random::<u64>(), self.rng.random::<u32>())
    }

    pub fn call_id(&mut self) -> String {
        format!("{:032x}", self.rng.random::<u128>())
    }

    pub fn secret(&mut self) -> [u8; 32] {
        self.rng.random()
    }

    /// A duration of whole milliseconds between both, inclusive.
    pub fn between(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(self.rng.random_range(from..=to))
    }
}
