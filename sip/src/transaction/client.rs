//! A request of ours that is not an INVITE (RFC 3261 17.1.2).
//!
//! ```text
//!  send -> Trying (E, F) --- 1xx ---> Proceeding (E, F) --- final ---> Completed (K) -> over
//!             |  F: nobody answers         |
//!             +----------------------------+--> timed out
//! ```

use super::timers::{Armed, T1, T1_64, T2, T4, Timer, TransactionTimer};
use super::{Fired, Heard, TransactionId};
use crate::api::Flow;
use crate::env::Env;
use bytes::Bytes;
use std::time::Duration;
use types::Moment;

#[derive(Debug)]
pub struct Client {
    flow: Flow,
    state: State,
}

#[derive(Debug)]
enum State {
    Trying { request: Bytes, interval: Duration, e: Option<Armed>, f: Option<Armed> },
    Proceeding { request: Bytes, e: Option<Armed>, f: Option<Armed> },
    Completed { k: Option<Armed> },
}

impl Client {
    pub fn new(now: Moment, id: TransactionId, flow: Flow, request: Bytes, env: &mut Env) -> Client {
        env.send(flow, request.clone());
        let e = (!flow.transport.reliable()).then(|| env.arm(now + T1, Timer::Transaction(id, TransactionTimer::E)));
        let f = Some(env.arm(now + T1_64, Timer::Transaction(id, TransactionTimer::F)));
        Client { flow, state: State::Trying { request, interval: T1, e, f } }
    }

    /// The second value: nothing can come any more (timer K is zero on reliable transports).
    pub fn heard(&mut self, now: Moment, id: TransactionId, code: u16, env: &mut Env) -> (Heard, bool) {
        match &mut self.state {
            State::Completed { .. } => (Heard::Absorbed, false),
            State::Trying { request, e, f, .. } if code < 200 => {
                env.cancel(e);
                // From now on at the slow pace (RFC 3261 17.1.2.2).
                let e = (!self.flow.transport.reliable())
                    .then(|| env.arm(now + T2, Timer::Transaction(id, TransactionTimer::E)));
                self.state = State::Proceeding { request: request.clone(), e, f: f.take() };
                (Heard::News, false)
            }
            State::Proceeding { .. } if code < 200 => (Heard::News, false),
            State::Trying { e, f, .. } | State::Proceeding { e, f, .. } => {
                env.cancel(e);
                env.cancel(f);
                if self.flow.transport.reliable() {
                    return (Heard::News, true);
                }
                self.state =
                    State::Completed { k: Some(env.arm(now + T4, Timer::Transaction(id, TransactionTimer::K))) };
                (Heard::News, false)
            }
        }
    }

    pub fn fire(&mut self, now: Moment, id: TransactionId, timer: TransactionTimer, env: &mut Env) -> Fired {
        match (&mut self.state, timer) {
            (State::Trying { request, interval, e, .. }, TransactionTimer::E) => {
                env.send(self.flow, request.clone());
                *interval = (*interval * 2).min(T2);
                *e = Some(env.arm(now + *interval, Timer::Transaction(id, TransactionTimer::E)));
                Fired::Stays
            }
            (State::Proceeding { request, e, .. }, TransactionTimer::E) => {
                env.send(self.flow, request.clone());
                *e = Some(env.arm(now + T2, Timer::Transaction(id, TransactionTimer::E)));
                Fired::Stays
            }
            (State::Trying { .. } | State::Proceeding { .. }, TransactionTimer::F) => Fired::TimedOut,
            (State::Completed { .. }, TransactionTimer::K) => Fired::Over,
            _ => Fired::Stays,
        }
    }

    pub fn stop(&mut self, env: &mut Env) {
        match &mut self.state {
            State::Trying { e, f, .. } | State::Proceeding { e, f, .. } => {
                env.cancel(e);
                env.cancel(f);
            }
            State::Completed { k } => env.cancel(k),
        }
    }
}
