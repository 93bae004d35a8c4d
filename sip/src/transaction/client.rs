//! A request of ours that is not an INVITE (RFC 3261 17.1.2).
//!
//! ```text
//!  send -> Trying (E, F) --- 1xx ---> Proceeding (E, F) --- final ---> Completed (K) -> over
//!             |  F: nobody answers         |
//!             +----------------------------+--> timed out
//! ```

use super::timers::{Armed, Letter, PATIENCE, T1, T2, T4, Timer};
use super::{Fired, Heard, TransactionId};
use crate::api::Flow;
use crate::lane::Lane;
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
    pub fn new(now: Moment, id: TransactionId, flow: Flow, request: Bytes, lane: &mut Lane) -> Client {
        lane.send(flow, request.clone());
        let e = (!flow.transport.reliable()).then(|| lane.arm(now + T1, Timer::Transaction(id, Letter::E)));
        let f = Some(lane.arm(now + PATIENCE, Timer::Transaction(id, Letter::F)));
        Client { flow, state: State::Trying { request, interval: T1, e, f } }
    }

    /// The second value: nothing can come any more (timer K is zero on reliable transports).
    pub fn heard(&mut self, now: Moment, id: TransactionId, code: u16, lane: &mut Lane) -> (Heard, bool) {
        match &mut self.state {
            State::Completed { .. } => (Heard::Absorbed, false),
            State::Trying { request, e, f, .. } if code < 200 => {
                lane.cancel(e);
                // From now on at the slow pace (RFC 3261 17.1.2.2).
                let e =
                    (!self.flow.transport.reliable()).then(|| lane.arm(now + T2, Timer::Transaction(id, Letter::E)));
                self.state = State::Proceeding { request: request.clone(), e, f: f.take() };
                (Heard::News, false)
            }
            State::Proceeding { .. } if code < 200 => (Heard::News, false),
            State::Trying { e, f, .. } | State::Proceeding { e, f, .. } => {
                lane.cancel(e);
                lane.cancel(f);
                if self.flow.transport.reliable() {
                    return (Heard::News, true);
                }
                self.state = State::Completed { k: Some(lane.arm(now + T4, Timer::Transaction(id, Letter::K))) };
                (Heard::News, false)
            }
        }
    }

    pub fn fire(&mut self, now: Moment, id: TransactionId, letter: Letter, lane: &mut Lane) -> Fired {
        match (&mut self.state, letter) {
            (State::Trying { request, interval, e, .. }, Letter::E) => {
                lane.send(self.flow, request.clone());
                *interval = (*interval * 2).min(T2);
                *e = Some(lane.arm(now + *interval, Timer::Transaction(id, Letter::E)));
                Fired::Stays
            }
            (State::Proceeding { request, e, .. }, Letter::E) => {
                lane.send(self.flow, request.clone());
                *e = Some(lane.arm(now + T2, Timer::Transaction(id, Letter::E)));
                Fired::Stays
            }
            (State::Trying { .. } | State::Proceeding { .. }, Letter::F) => Fired::TimedOut,
            (State::Completed { .. }, Letter::K) => Fired::Over,
            _ => Fired::Stays,
        }
    }

    pub fn stop(&mut self, lane: &mut Lane) {
        match &mut self.state {
            State::Trying { e, f, .. } | State::Proceeding { e, f, .. } => {
                lane.cancel(e);
                lane.cancel(f);
            }
            State::Completed { k } => lane.cancel(k),
        }
    }
}
