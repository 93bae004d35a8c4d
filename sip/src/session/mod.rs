//! INVITE sessions: one file per verb. This one holds what a session is.
//!
//! ```text
//!  in:   Invited --answer--> Accepted --ACK--> Talking --BYE--> over
//!           | refuse, CANCEL    | end: Hanging --ACK--> BYE, over
//!           +--> over
//!  out:  Calling --2xx, ACK--> Talking            (without an offer of ours: Unacknowledged in between)
//!           | end: Cancelling --487--> over, or --2xx--> ACK, BYE, over
//! ```
//!
//! `Hanging` and `Cancelling` are silent: the application has heard `Ended` already.

pub mod answer;
pub mod bye;
pub mod info;
pub mod invite;
pub mod offer;
pub mod progress;
pub mod refer;
pub mod timer;

use crate::api::{Body, Flow, Secret, SessionId};
use crate::dialog::Dialog;
use crate::env::Env;
use crate::peers::Peer;
use crate::reply::Echo;
use crate::transaction::TransactionId;
use crate::transaction::timers::{Armed, SessionTimer, T1, T1_64, Timer};
use bytes::Bytes;
use std::time::Duration;
use timer::Clock;
use types::Moment;

pub(crate) struct Session {
    pub dialog: Dialog,
    /// Who it is with, as it was known when the session began.
    pub peer: Peer,
    pub stage: Stage,
    pub exchange: Exchange,
    /// Session timer (RFC 4028).
    pub clock: Clock,
    /// The application's next offer, while another exchange runs. Only the newest counts.
    pub queued: Option<Body>,
    /// The last session description of ours, said again in a refresh by re-INVITE.
    pub description: Option<Body>,
    /// The peer's Allow names UPDATE (RFC 3311).
    pub allows_update: bool,
    /// An OPTIONS of ours waits for its answer until then.
    pub probe: Option<Armed>,
    /// CSeq of the REFER whose progress we report.
    pub refer: Option<u32>,
}

pub(crate) enum Stage {
    Invited(Box<Invited>),
    Accepted(Unconfirmed),
    Hanging(Unconfirmed),
    Calling(Box<Calling>),
    Cancelling(Box<Calling>),
    Unacknowledged(Unacknowledged),
    Talking,
}

/// An INVITE that waits for our word.
pub(crate) struct Invited {
    pub transaction: TransactionId,
    pub echo: Echo,
    /// The INVITE brought an offer.
    pub offered: bool,
    /// What the INVITE says about session timers, judged already.
    pub terms: timer::Terms,
    /// The caller requires 100rel (RFC 3262): no provisional answer above 100 goes out.
    pub reliable: bool,
    /// The last provisional answer above 100, to be said again.
    pub last: Option<Bytes>,
    pub remind: Option<Armed>,
}

/// A 2xx of ours that waits for its ACK (RFC 3261 13.3.1.4).
pub(crate) struct Unconfirmed {
    cseq: u32,
    ok: Bytes,
    flow: Flow,
    interval: Duration,
    repeat: Option<Armed>,
    no_ack: Option<Armed>,
    /// Our 2xx made the offer; the ACK brings the answer.
    pub wants_answer: bool,
}

impl Unconfirmed {
    pub fn new(
        now: Moment,
        id: SessionId,
        cseq: u32,
        ok: Bytes,
        flow: Flow,
        wants_answer: bool,
        env: &mut Env,
    ) -> Unconfirmed {
        let repeat = Some(env.arm(now + T1, Timer::Session(id, SessionTimer::Repeat)));
        let no_ack = Some(env.arm(now + T1_64, Timer::Session(id, SessionTimer::NoAck)));
        Unconfirmed { cseq, ok, flow, interval: T1, repeat, no_ack, wants_answer }
    }

    pub fn is_for(&self, cseq: u32) -> bool {
        self.cseq == cseq
    }

    pub fn repeat(&mut self, now: Moment, id: SessionId, env: &mut Env) {
        env.send(self.flow, self.ok.clone());
        self.interval = (self.interval * 2).min(crate::transaction::timers::T2);
        self.repeat = Some(env.arm(now + self.interval, Timer::Session(id, SessionTimer::Repeat)));
    }

    pub fn stop(&mut self, env: &mut Env) {
        env.cancel(&mut self.repeat);
        env.cancel(&mut self.no_ack);
    }
}

/// An INVITE of ours on its way.
pub(crate) struct Calling {
    pub transaction: TransactionId,
    pub cseq: u32,
    pub body: Option<Body>,
    pub headers: Vec<(String, String)>,
    pub secret: Option<Secret>,
    /// Authorization header of the last try, if any.
    pub authorization: Option<(&'static str, String)>,
    pub tries: u8,
    /// Session-Expires we ask for, seconds; raised once after 422.
    pub expires: Option<u32>,
    pub min_se: Option<u32>,
    pub ring: Option<Armed>,
    /// Armed once CANCEL is out.
    pub cancel_over: Option<Armed>,
}

/// A 2xx with the peer's offer: the ACK waits for the application's answer.
pub(crate) struct Unacknowledged {
    pub transaction: TransactionId,
    pub cseq: u32,
    pub authorization: Option<(&'static str, String)>,
}

/// Offer and answer within a dialog, one at a time (RFC 3264 4, RFC 3311).
pub(crate) enum Exchange {
    Idle,
    /// The peer's re-INVITE or UPDATE waits for the application.
    Received {
        transaction: TransactionId,
        echo: Echo,
        cseq: u32,
        update: bool,
        offered: bool,
        terms: timer::Terms,
    },
    /// Our 2xx to a re-INVITE waits for its ACK.
    Accepting(Unconfirmed),
    /// Our re-INVITE is out.
    Offering {
        transaction: TransactionId,
        cseq: u32,
        body: Body,
        again: bool,
        over: Option<Armed>,
    },
    /// Our offer met the peer's (491) and waits its turn.
    Glare {
        body: Body,
        wait: Option<Armed>,
    },
    /// Our refresh is out; by UPDATE or by re-INVITE.
    Refreshing {
        transaction: TransactionId,
        cseq: u32,
        update: bool,
        over: Option<Armed>,
    },
}

impl Exchange {
    pub fn is_idle(&self) -> bool {
        matches!(self, Exchange::Idle)
    }

    pub fn stop(&mut self, env: &mut Env) {
        match self {
            Exchange::Idle | Exchange::Received { .. } => {}
            Exchange::Accepting(u) => u.stop(env),
            Exchange::Offering { over, .. } | Exchange::Refreshing { over, .. } => env.cancel(over),
            Exchange::Glare { wait, .. } => env.cancel(wait),
        }
    }
}

impl Session {
    pub fn new(dialog: Dialog, peer: Peer, stage: Stage) -> Session {
        Session {
            dialog,
            peer,
            stage,
            exchange: Exchange::Idle,
            clock: Clock::Off,
            queued: None,
            description: None,
            allows_update: false,
            probe: None,
            refer: None,
        }
    }

    /// Has the application heard `Ended`?
    pub fn is_silent(&self) -> bool {
        matches!(self.stage, Stage::Hanging(_) | Stage::Cancelling(_))
    }

    pub fn stop(&mut self, env: &mut Env) {
        self.clock.stop(env);
        env.cancel(&mut self.probe);
        self.exchange.stop(env);
        match &mut self.stage {
            Stage::Invited(i) => env.cancel(&mut i.remind),
            Stage::Accepted(u) | Stage::Hanging(u) => u.stop(env),
            Stage::Calling(c) | Stage::Cancelling(c) => {
                env.cancel(&mut c.ring);
                env.cancel(&mut c.cancel_over);
            }
            Stage::Unacknowledged(_) | Stage::Talking => {}
        }
    }
}
