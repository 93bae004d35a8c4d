//! A request from outside that is not an INVITE (RFC 3261 17.2.2).
//!
//! ```text
//!  request -> Trying --- 1xx ---> Proceeding --- final ---> Completed (J) -> over
//! ```

use super::timers::{Armed, Letter, PATIENCE, Timer};
use super::{Fired, TransactionId};
use crate::api::Flow;
use crate::lane::Lane;
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

    pub fn flow(&self) -> Flow {
        self.flow
    }

    pub fn repeated(&self, lane: &mut Lane) {
        match &self.state {
            State::Trying => {}
            State::Proceeding { last } | State::Completed { last, .. } => lane.send(self.flow, last.clone()),
        }
    }

    /// True: nothing can come any more (timer J is zero on reliable transports).
    pub fn respond(&mut self, now: Moment, id: TransactionId, code: u16, bytes: Bytes, lane: &mut Lane) -> bool {
        if matches!(self.state, State::Completed { .. }) {
            return false;
        }
        lane.send(self.flow, bytes.clone());
        if code < 200 {
            self.state = State::Proceeding { last: bytes };
            return false;
        }
        if self.flow.transport.reliable() {
            return true;
        }
        self.state =
            State::Completed { last: bytes, j: Some(lane.arm(now + PATIENCE, Timer::Transaction(id, Letter::J))) };
        false
    }

    pub fn fire(&mut self, letter: Letter) -> Fired {
        match (&self.state, letter) {
            (State::Completed { .. }, Letter::J) => Fired::Over,
            _ => Fired::Stays,
        }
    }

    pub fn stop(&mut self, lane: &mut Lane) {
        if let State::Completed { j, .. } = &mut self.state {
            lane.cancel(j);
        }
    }
}
