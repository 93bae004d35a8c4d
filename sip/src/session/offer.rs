//! Offers within a session: re-INVITE and UPDATE, ours and theirs, and their collisions (RFC 3261 14, RFC 3311).

use super::{Exchange, Session, Stage, Unconfirmed, timer};
use crate::api::{Body, Cause, Event, SessionId};
use crate::dialog;
use crate::header::Name;
use crate::message::{Fault, Message, Method};
use crate::reply;
use crate::stack::{Arrived, Stack};
use crate::transaction::timers::{SessionTimer, Timer};
use crate::transaction::{Owner, Purpose, TransactionId};
use types::Moment;

impl Stack {
    /// re-INVITE with this offer. While another exchange runs it waits; a newer offer replaces a waiting one.
    pub fn offer(&mut self, now: Moment, session: SessionId, body: Body) {
        let id = session;
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        if session.is_silent() {
            return;
        }
        session.queued = Some(body);
        self.next_offer(now, id);
    }

    /// Sends the offer that waits, if nothing else runs.
    pub(crate) fn next_offer(&mut self, now: Moment, id: SessionId) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        if !session.exchange.is_idle() || !matches!(session.stage, Stage::Talking) {
            return;
        }
        if let Some(body) = session.queued.take() {
            self.send_offer(now, id, body, false);
        }
    }

    fn send_offer(&mut self, now: Moment, id: SessionId, body: Body, again: bool) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let cseq = session.dialog.next_cseq();
        let branch = self.env.branch();
        let mut draft = session.dialog.request("INVITE", cseq, &branch, &self.config);
        timer::write_request(&mut draft, session, &self.config);
        let (flow, owner) = (session.dialog.next_hop(), Owner::Session(id, Purpose::Offer));
        let transaction = self.table.invite(now, flow, &branch, draft.end(Some(&body)), owner, &mut self.env);
        let over = Some(self.env.arm(now + crate::limit::OFFER_ANSWER, Timer::Session(id, SessionTimer::OfferOver)));
        session.exchange = Exchange::Offering { transaction, cseq, body, again, over };
    }

    /// The wait after a collision is over.
    pub(crate) fn glare_over(&mut self, now: Moment, id: SessionId) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        if let Exchange::Glare { .. } = session.exchange
            && let Exchange::Glare { body, .. } = std::mem::replace(&mut session.exchange, Exchange::Idle)
        {
            self.send_offer(now, id, body, true);
        }
    }

    /// A response to our re-INVITE.
    pub(crate) fn offer_heard(
        &mut self,
        now: Moment,
        id: SessionId,
        transaction: TransactionId,
        message: &Message,
        code: u16,
    ) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let Exchange::Offering { transaction: mine, cseq, again, ref mut over, .. } = session.exchange else {
            return;
        };
        if mine != transaction || code < 200 {
            return;
        }
        self.env.cancel(over);
        let Exchange::Offering { body, .. } = std::mem::replace(&mut session.exchange, Exchange::Idle) else {
            return;
        };
        match code {
            200..=299 => {
                session.dialog.refresh_target(message);
                session.description = Some(body);
                let ack = timer::ack(session, cseq, &mut self.env, &self.config);
                self.table.acked(
                    transaction,
                    &session.dialog.remote_tag,
                    session.dialog.next_hop(),
                    ack,
                    &mut self.env,
                );
                session.clock.restart(now, id, timer::granted(message), true, &mut self.env);
                self.env.event(Event::OfferAnswered { session: id, body: crate::body::of(message) });
            }
            // 500 is what a peer says whose network reordered our requests (12.2.2); it deserves the same second try.
            491 | 500 if !again => {
                // RFC 3261 14.1: who made the Call-ID waits longer.
                let wait =
                    if session.dialog.caller { self.env.between(2_100, 4_000) } else { self.env.between(0, 2_000) };
                let wait = Some(self.env.arm(now + wait, Timer::Session(id, SessionTimer::Glare)));
                session.exchange = Exchange::Glare { body, wait };
                return;
            }
            // RFC 3261 12.2.1.2: the dialog is gone at the other end.
            481 => return self.hang_up(now, id, Cause::Unreachable),
            408 => return self.hang_up(now, id, Cause::Timeout),
            _ => self.env.event(Event::OfferRefused { session: id, code }),
        }
        self.next_offer(now, id);
    }

    /// re-INVITE or UPDATE from the peer. Judged before a transaction is made; `Err` is answered by the caller.
    pub(crate) fn offered(&mut self, now: Moment, id: SessionId, arrived: &Arrived) -> Result<(), Fault> {
        let update = arrived.head.cseq.method == Method::Update;
        let body = crate::body::offer(arrived.message)?;
        let Some(session) = self.sessions.get_mut(&id) else {
            return Err(Fault { code: 481, what: "session is over" });
        };
        let terms = timer::terms(arrived.message, &self.config, &session.clock)?;
        if update && body.is_none() {
            return self.refreshed_by_peer(now, id, arrived, terms);
        }
        if let Exchange::Glare { body, wait } = &mut session.exchange {
            // The peer's turn came first; ours is after it.
            self.env.cancel(wait);
            session.queued = session.queued.take().or(Some(body.clone()));
            session.exchange = Exchange::Idle;
        }
        match (&session.stage, &session.exchange) {
            (Stage::Hanging(_) | Stage::Cancelling(_), _) => {
                return Err(Fault { code: 481, what: "session is over" });
            }
            (Stage::Talking, Exchange::Idle) => {}
            // RFC 3261 14.2: a second one before the first is answered.
            (Stage::Talking, Exchange::Received { .. }) => {
                return Err(Fault { code: 500, what: "offer while one waits" });
            }
            _ => {
                return Err(Fault { code: 491, what: "offers crossed" });
            }
        }
        let echo = arrived.echo();
        let transaction = self.serve(arrived);
        self.table.own(transaction, Owner::Session(id, Purpose::Offer));
        if !update {
            self.table.respond(now, transaction, 100, echo.bare(100, ""), &mut self.env);
        }
        if let Some(session) = self.sessions.get_mut(&id) {
            session.dialog.refresh_target(arrived.message);
            let cseq = arrived.head.cseq.number;
            session.exchange = Exchange::Received { transaction, echo, cseq, update, offered: body.is_some(), terms };
        }
        self.env.event(Event::Offered { session: id, body });
        Ok(())
    }

    /// An UPDATE without a body only says that the peer lives (RFC 4028 7.4).
    fn refreshed_by_peer(
        &mut self,
        now: Moment,
        id: SessionId,
        arrived: &Arrived,
        terms: timer::Terms,
    ) -> Result<(), Fault> {
        let transaction = self.serve(arrived);
        let Some(session) = self.sessions.get_mut(&id) else {
            return Ok(());
        };
        session.dialog.refresh_target(arrived.message);
        if matches!(session.stage, Stage::Talking | Stage::Accepted(_) | Stage::Unacknowledged(_)) {
            session.clock.restart(now, id, terms.agreed, false, &mut self.env);
        }
        let mut draft = arrived.echo().draft(200, "");
        draft.header("Contact", &dialog::our_contact(session.dialog.flow.transport, &self.config));
        draft.header("Allow", reply::ALLOW).header("Supported", reply::SUPPORTED);
        terms.write(&mut draft);
        self.table.respond(now, transaction, 200, draft.end(None), &mut self.env);
        Ok(())
    }

    /// 200 to the peer's re-INVITE or UPDATE, with our answer (or our offer, if it asked for one).
    pub fn reply_offer(&mut self, now: Moment, session: SessionId, body: Body) {
        let id = session;
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let Exchange::Received { .. } = session.exchange else {
            return;
        };
        let Exchange::Received { transaction, echo, cseq, update, offered, terms } =
            std::mem::replace(&mut session.exchange, Exchange::Idle)
        else {
            return;
        };
        let mut draft = echo.draft(200, "");
        draft.header("Contact", &dialog::our_contact(session.dialog.flow.transport, &self.config));
        draft.header("Allow", reply::ALLOW).header("Supported", reply::SUPPORTED);
        terms.write(&mut draft);
        let text = draft.end(Some(&body));
        session.description = Some(body);
        session.clock.restart(now, id, terms.agreed, false, &mut self.env);
        self.table.respond(now, transaction, 200, text.clone(), &mut self.env);
        if !update {
            session.exchange =
                Exchange::Accepting(Unconfirmed::new(now, id, cseq, text, echo.flow, !offered, &mut self.env));
        }
        self.next_offer(now, id);
    }

    pub fn refuse_offer(&mut self, now: Moment, session: SessionId, code: u16) {
        let id = session;
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let Exchange::Received { .. } = session.exchange else {
            return;
        };
        let Exchange::Received { transaction, echo, .. } = std::mem::replace(&mut session.exchange, Exchange::Idle)
        else {
            return;
        };
        let code = if (300..700).contains(&code) { code } else { 488 };
        self.table.respond(now, transaction, code, echo.bare(code, ""), &mut self.env);
        self.next_offer(now, id);
    }

    /// A request of ours in the dialog stays without a final answer for too long.
    pub(crate) fn offer_over(&mut self, now: Moment, id: SessionId) {
        self.hang_up(now, id, Cause::Timeout);
    }
}

/// Does an in-dialog request carry a header list that changes what the peer can do?
pub(crate) fn learn(session: &mut Session, message: &Message) {
    if message.get(Name::Allow).is_some() {
        session.allows_update = message.lists(Name::Allow, "UPDATE");
    }
}
