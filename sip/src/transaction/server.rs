//! A request from outside that is not an INVITE (RFC 3261 17.2.2).
//!
//! ```text
//!  request -> Trying --- 1xx ---> Proceeding --- final ---> Completed (J) -> over
//! ```

use super::timers::{Armed, T1_64, Timer, TransactionTimer};
use super::{Fired, TransactionId};
use crate::api::Flow;
use crate::env::Env;
use bytes::Bytes;
use types::Moment;

#[derive(Debug)]
pub struct Server {
    flow: Flow,
    state: State,
}

#[derive(Debug)]
enum State {
    Trying,
    Proceeding { last: Bytes },
    Completed { last: Bytes, j: Option<Armed> },
}

impl Server {
    pub fn new(flow: Flow) -> Server {
        Server { flow, state: State::Trying }
    }

    pub fn repeated(&self, env: &mut Env) {
        match &self.state {
            State::Trying => {}
            State::Proceeding { last } | State::Completed { last, .. } => env.send(self.flow, last.clone()),
        }
    }

    /// True: nothing can come any more (timer J is zero on reliable transports).
    pub fn respond(&mut self, now: Moment, id: TransactionId, code: u16, bytes: Bytes, env: &mut Env) -> bool {
        if matches!(self.state, State::Completed { .. }) {
            return false;
        }
        env.send(self.flow, bytes.clone());
        if code < 200 {
            self.state = State::Proceeding { last: bytes };
            return false;
        }
        if self.flow.transport.reliable() {
            return true;
        }
        self.state = State::Completed {
            last: bytes,
            j: Some(env.arm(now + T1_64, Timer::Transaction(id, TransactionTimer::J))),
        };
        false
    }

    pub fn fire(&mut self, timer: TransactionTimer) -> Fired {
        match (&self.state, timer) {
            (State::Completed { .. }, TransactionTimer::J) => Fired::Over,
            _ => Fired::Stays,
        }
    }

    pub fn stop(&mut self, env: &mut Env) {
        if let State::Completed { j, .. } = &mut self.state {
            env.cancel(j);
        }
    }
}
