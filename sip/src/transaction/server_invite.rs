//! An INVITE from outside (RFC 3261 17.2.1 with RFC 6026).
//!
//! ```text
//!              1xx                  300-699                ACK
//!  INVITE -> Proceeding ----------> Completed (G, H) ----> Confirmed (I) -> over
//!              |  2xx
//!              +------------------> Accepted (L) -------------------------> over
//! ```

use super::timers::{Armed, Letter, PATIENCE, T1, T2, T4, Timer};
use super::{Fired, TransactionId};
use crate::api::Flow;
use crate::lane::Lane;
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

    pub fn repeated(&self, lane: &mut Lane) {
        match &self.state {
            State::Proceeding { last: Some(last) } | State::Completed { last, .. } => {
                lane.send(self.flow, last.clone())
            }
            // RFC 6026 7.1: the session repeats its 2xx by its own clock.
            State::Proceeding { last: None } | State::Confirmed { .. } | State::Accepted { .. } => {}
        }
    }

    pub fn respond(&mut self, now: Moment, id: TransactionId, code: u16, bytes: Bytes, lane: &mut Lane) {
        let State::Proceeding { .. } = self.state else {
            return;
        };
        lane.send(self.flow, bytes.clone());
        self.state = match code {
            100..=199 => State::Proceeding { last: Some(bytes) },
            200..=299 => State::Accepted { l: Some(lane.arm(now + PATIENCE, Timer::Transaction(id, Letter::L))) },
            _ => {
                let g =
                    (!self.flow.transport.reliable()).then(|| lane.arm(now + T1, Timer::Transaction(id, Letter::G)));
                let h = Some(lane.arm(now + PATIENCE, Timer::Transaction(id, Letter::H)));
                State::Completed { last: bytes, interval: T1, g, h }
            }
        };
    }

    pub fn ack(&mut self, now: Moment, id: TransactionId, lane: &mut Lane) -> Ack {
        match &mut self.state {
            State::Accepted { .. } => Ack::ForDialog,
            State::Proceeding { .. } | State::Confirmed { .. } => Ack::Taken,
            State::Completed { g, h, .. } => {
                lane.cancel(g);
                lane.cancel(h);
                if self.flow.transport.reliable() {
                    return Ack::Over;
                }
                self.state = State::Confirmed { i: Some(lane.arm(now + T4, Timer::Transaction(id, Letter::I))) };
                Ack::Taken
            }
        }
    }

    pub fn fire(&mut self, now: Moment, id: TransactionId, letter: Letter, lane: &mut Lane) -> Fired {
        match (&mut self.state, letter) {
            (State::Completed { last, interval, g, .. }, Letter::G) => {
                lane.send(self.flow, last.clone());
                *interval = (*interval * 2).min(T2);
                *g = Some(lane.arm(now + *interval, Timer::Transaction(id, Letter::G)));
                Fired::Stays
            }
            // The refusal was never acknowledged; the caller is gone and nobody here waits for it.
            (State::Completed { .. }, Letter::H) => Fired::Over,
            (State::Confirmed { .. }, Letter::I) | (State::Accepted { .. }, Letter::L) => Fired::Over,
            _ => Fired::Stays,
        }
    }

    pub fn stop(&mut self, lane: &mut Lane) {
        match &mut self.state {
            State::Proceeding { .. } => {}
            State::Completed { g, h, .. } => {
                lane.cancel(g);
                lane.cancel(h);
            }
            State::Confirmed { i } => lane.cancel(i),
            State::Accepted { l } => lane.cancel(l),
        }
    }
}
