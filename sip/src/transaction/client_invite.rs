//! An INVITE of ours (RFC 3261 17.1.1 with RFC 6026).
//!
//! ```text
//!  send -> Calling (A, B) --- 1xx ---> Proceeding (C) --- 300-699: ACK ---> Completed (D) -> over
//!             |  B: nobody answers        |  2xx           C: nobody ever answers -> timed out
//!             +--> timed out              +-----> Accepted (M): each 2xx gets its dialog's ACK -> over
//! ```

use super::timers::{Armed, D, T1, T1_64, Timer, TransactionTimer};
use super::{Fired, Heard, TransactionId};
use crate::api::Flow;
use crate::env::Env;
use crate::header::Name;
use crate::limit;
use crate::message::{Message, Start};
use crate::write::Draft;
use bytes::Bytes;
use std::time::Duration;
use types::Moment;

#[derive(Debug)]
pub struct ClientInvite {
    flow: Flow,
    request: Bytes,
    state: State,
}

#[derive(Debug)]
enum State {
    Calling { interval: Duration, a: Option<Armed>, b: Option<Armed> },
    Proceeding { c: Option<Armed> },
    Completed { ack: Bytes, d: Option<Armed> },
    Accepted { acks: Vec<(Vec<u8>, Flow, Bytes)>, m: Option<Armed> },
}

impl ClientInvite {
    pub fn new(now: Moment, id: TransactionId, flow: Flow, request: Bytes, env: &mut Env) -> ClientInvite {
        env.send(flow, request.clone());
        let a = (!flow.transport.reliable()).then(|| env.arm(now + T1, Timer::Transaction(id, TransactionTimer::A)));
        let b = Some(env.arm(now + T1_64, Timer::Transaction(id, TransactionTimer::B)));
        ClientInvite { flow, request, state: State::Calling { interval: T1, a, b } }
    }

    pub fn heard(&mut self, now: Moment, id: TransactionId, code: u16, to: &[u8], tag: &[u8], env: &mut Env) -> Heard {
        match (&mut self.state, code) {
            (State::Completed { ack, .. }, 300..) => {
                env.send(self.flow, ack.clone());
                Heard::Absorbed
            }
            (State::Accepted { acks, .. }, 200..=299) => match acks.iter().find(|(t, ..)| t == tag) {
                Some((_, flow, ack)) => {
                    env.send(*flow, ack.clone());
                    Heard::Absorbed
                }
                None => Heard::News,
            },
            (State::Completed { .. } | State::Accepted { .. }, _) => Heard::Absorbed,
            (State::Calling { a, b, .. }, _) => {
                env.cancel(a);
                env.cancel(b);
                self.answered(now, id, code, to, env)
            }
            (State::Proceeding { .. }, ..200) => Heard::News,
            (State::Proceeding { c }, _) => {
                env.cancel(c);
                self.answered(now, id, code, to, env)
            }
        }
    }

    fn answered(&mut self, now: Moment, id: TransactionId, code: u16, to: &[u8], env: &mut Env) -> Heard {
        self.state = match code {
            // Whatever becomes of its session, no INVITE is waited for without an end.
            ..200 => State::Proceeding {
                c: Some(env.arm(now + limit::RING + T1_64, Timer::Transaction(id, TransactionTimer::C))),
            },
            200..=299 => State::Accepted {
                acks: Vec::new(),
                m: Some(env.arm(now + T1_64, Timer::Transaction(id, TransactionTimer::M))),
            },
            _ => {
                let ack = follow_up(&self.request, "ACK", Some(to));
                env.send(self.flow, ack.clone());
                // Timer D is zero on reliable transports; a moment does no harm and saves a special case.
                State::Completed { ack, d: Some(env.arm(now + D, Timer::Transaction(id, TransactionTimer::D))) }
            }
        };
        Heard::News
    }

    pub fn acked(&mut self, tag: &[u8], flow: Flow, ack: Bytes) {
        if let State::Accepted { acks, .. } = &mut self.state
            && acks.len() < limit::FORKS
        {
            acks.push((tag.to_vec(), flow, ack));
        }
    }

    /// The CANCEL, if a provisional answer came and no final one (RFC 3261 9.1).
    pub fn cancel(&self) -> Option<(Flow, Bytes)> {
        matches!(self.state, State::Proceeding { .. }).then(|| (self.flow, follow_up(&self.request, "CANCEL", None)))
    }

    pub fn fire(&mut self, now: Moment, id: TransactionId, timer: TransactionTimer, env: &mut Env) -> Fired {
        match (&mut self.state, timer) {
            (State::Calling { interval, a, .. }, TransactionTimer::A) => {
                env.send(self.flow, self.request.clone());
                *interval *= 2;
                *a = Some(env.arm(now + *interval, Timer::Transaction(id, TransactionTimer::A)));
                Fired::Stays
            }
            (State::Calling { .. }, TransactionTimer::B) | (State::Proceeding { .. }, TransactionTimer::C) => {
                Fired::TimedOut
            }
            (State::Completed { .. }, TransactionTimer::D) | (State::Accepted { .. }, TransactionTimer::M) => {
                Fired::Over
            }
            _ => Fired::Stays,
        }
    }

    pub fn stop(&mut self, env: &mut Env) {
        match &mut self.state {
            State::Calling { a, b, .. } => {
                env.cancel(a);
                env.cancel(b);
            }
            State::Proceeding { c } => env.cancel(c),
            State::Completed { d, .. } => env.cancel(d),
            State::Accepted { m, .. } => env.cancel(m),
        }
    }
}

/// The ACK of a refusal (RFC 3261 17.1.1.3) or the CANCEL (9.1): the INVITE's own head with another method.
fn follow_up(invite: &[u8], method: &str, to: Option<&[u8]>) -> Bytes {
    let Ok(message) = Message::parse(invite) else {
        return Bytes::new();
    };
    let Start::Request { uri, .. } = message.start else {
        return Bytes::new();
    };
    let mut draft = Draft::request(method, &String::from_utf8_lossy(uri));
    for field in &message.fields {
        match field.name {
            Name::Via | Name::From | Name::CallId | Name::Route | Name::MaxForwards => {
                draft.bytes(field.name_text, field.value)
            }
            Name::To => draft.bytes(b"To", to.unwrap_or(field.value)),
            Name::CSeq => {
                let number = field.value.split(|b| *b == b' ').next().unwrap_or_default();
                draft.bytes(b"CSeq", &[number, b" ", method.as_bytes()].concat())
            }
            _ => &mut draft,
        };
    }
    draft.end(None)
}
