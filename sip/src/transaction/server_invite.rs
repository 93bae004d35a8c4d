//! An INVITE from outside (RFC 3261 17.2.1 with RFC 6026).
//!
//! ```text
//!              1xx                  300-699                ACK
//!  INVITE -> Proceeding ----------> Completed (G, H) ----> Confirmed (I) -> over
//!              |  2xx
//!              +------------------> Accepted (L) -------------------------> over
//! ```

use super::timers::{Armed, T1, T1_64, T2, T4, Timer, TransactionTimer};
use super::{Fired, TransactionId};
use crate::api::Flow;
use crate::env::Env;
use bytes::Bytes;
use std::time::Duration;
use types::Moment;

#[derive(Debug)]
pub struct ServerInvite {
    flow: Flow,
    state: State,
}

#[derive(Debug)]
enum State {
    Proceeding { last: Option<Bytes> },
    Completed { last: Bytes, interval: Duration, g: Option<Armed>, h: Option<Armed> },
    Confirmed { i: Option<Armed> },
    Accepted { l: Option<Armed> },
}

pub enum Ack {
    /// For a refusal of ours.
    Taken,
    /// ... and nothing more will come.
    Over,
    /// For a 2xx: the dialog's business.
    ForDialog,
}

impl ServerInvite {
    pub fn new(flow: Flow) -> ServerInvite {
        ServerInvite { flow, state: State::Proceeding { last: None } }
    }

    pub fn is_proceeding(&self) -> bool {
        matches!(self.state, State::Proceeding { .. })
    }

    pub fn repeated(&self, env: &mut Env) {
        match &self.state {
            State::Proceeding { last: Some(last) } | State::Completed { last, .. } => env.send(self.flow, last.clone()),
            // RFC 6026 7.1: the session repeats its 2xx by its own clock.
            State::Proceeding { last: None } | State::Confirmed { .. } | State::Accepted { .. } => {}
        }
    }

    pub fn respond(&mut self, now: Moment, id: TransactionId, code: u16, bytes: Bytes, env: &mut Env) {
        let State::Proceeding { .. } = self.state else {
            return;
        };
        env.send(self.flow, bytes.clone());
        self.state = match code {
            100..=199 => State::Proceeding { last: Some(bytes) },
            200..=299 => State::Accepted { l: Some(env.arm(now + T1_64, Timer::Transaction(id, TransactionTimer::L))) },
            _ => {
                let g = (!self.flow.transport.reliable())
                    .then(|| env.arm(now + T1, Timer::Transaction(id, TransactionTimer::G)));
                let h = Some(env.arm(now + T1_64, Timer::Transaction(id, TransactionTimer::H)));
                State::Completed { last: bytes, interval: T1, g, h }
            }
        };
    }

    pub fn ack(&mut self, now: Moment, id: TransactionId, env: &mut Env) -> Ack {
        match &mut self.state {
            State::Accepted { .. } => Ack::ForDialog,
            State::Proceeding { .. } | State::Confirmed { .. } => Ack::Taken,
            State::Completed { g, h, .. } => {
                env.cancel(g);
                env.cancel(h);
                if self.flow.transport.reliable() {
                    return Ack::Over;
                }
                self.state =
                    State::Confirmed { i: Some(env.arm(now + T4, Timer::Transaction(id, TransactionTimer::I))) };
                Ack::Taken
            }
        }
    }

    pub fn fire(&mut self, now: Moment, id: TransactionId, timer: TransactionTimer, env: &mut Env) -> Fired {
        match (&mut self.state, timer) {
            (State::Completed { last, interval, g, .. }, TransactionTimer::G) => {
                env.send(self.flow, last.clone());
                *interval = (*interval * 2).min(T2);
                *g = Some(env.arm(now + *interval, Timer::Transaction(id, TransactionTimer::G)));
                Fired::Stays
            }
            // The refusal was never acknowledged; the caller is gone and nobody here waits for it.
            (State::Completed { .. }, TransactionTimer::H) => Fired::Over,
            (State::Confirmed { .. }, TransactionTimer::I) | (State::Accepted { .. }, TransactionTimer::L) => {
                Fired::Over
            }
            _ => Fired::Stays,
        }
    }

    pub fn stop(&mut self, env: &mut Env) {
        match &mut self.state {
            State::Proceeding { .. } => {}
            State::Completed { g, h, .. } => {
                env.cancel(g);
                env.cancel(h);
            }
            State::Confirmed { i } => env.cancel(i),
            State::Accepted { l } => env.cancel(l),
        }
    }
}
