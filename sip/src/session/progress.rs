//! Answers to an INVITE of ours.

use super::{Calling, Session, Stage, Unacknowledged, timer};
use crate::api::{Body, Cause, Event, Flow, SessionId};
use crate::header::{Name, auth};
use crate::lex;
use crate::limit;
use crate::message::{Message, Start};
use crate::screen::Head;
use crate::stack::Stack;
use crate::transaction::TransactionId;
use crate::transaction::timers::{SessionTimer, T1_64, Timer};
use types::Moment;

impl Stack {
    /// A response to the INVITE that began this session.
    pub(crate) fn progressed(
        &mut self,
        now: Moment,
        id: SessionId,
        transaction: TransactionId,
        flow: Flow,
        message: &Message,
        head: &Head,
    ) {
        let Start::Response { code, reason, .. } = message.start else {
            return;
        };
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let current = match &session.stage {
            Stage::Calling(c) | Stage::Cancelling(c) => c.transaction == transaction,
            _ => false,
        };
        if !current {
            // A 2xx of another branch of a forked INVITE (RFC 3261 13.2.2.4): acknowledged and ended.
            if (200..300).contains(&code) && head.to_tag.unwrap_or_default() != session.dialog.remote_tag {
                self.end_fork(now, id, transaction, flow, message, head);
            }
            return;
        }
        match (code, &session.stage) {
            (..200, Stage::Cancelling(_)) => self.try_cancel(now, id),
            (101..200, _) => {
                let body = crate::body::of(message);
                self.env.event(Event::Progress { session: id, code, body });
            }
            (..200, _) => {}
            (200..300, Stage::Cancelling(_)) => {
                // CANCEL and 200 crossed: RFC 3261 15 leaves only BYE.
                self.end_fork(now, id, transaction, flow, message, head);
                self.forget(id);
            }
            (200..300, _) => self.answered(now, id, flow, message, head),
            (_, Stage::Cancelling(_)) => drop(self.forget(id)),
            (401 | 407, Stage::Calling(c)) if c.secret.is_some() && c.tries < limit::AUTH_TRIES => {
                self.answer_challenge(now, id, message, code)
            }
            (422, Stage::Calling(c)) if c.min_se.is_none() && timer::min_se(message).is_some() => {
                let min = timer::min_se(message);
                if let Stage::Calling(c) = &mut session.stage {
                    c.min_se = min;
                    c.expires = c.expires.max(min);
                    // Asking again for longer is no try with credentials.
                    c.tries = c.tries.saturating_sub(1);
                }
                self.send_invite(now, id);
            }
            _ => self.refused(id, code, lex::clean(reason, limit::PARTY)),
        }
    }

    fn answered(&mut self, now: Moment, id: SessionId, flow: Flow, message: &Message, head: &Head) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        if session.dialog.establish(message, head, flow).is_err() {
            // A 2xx we cannot follow up leaves no dialog: give up, the far end will time out.
            return self.refused(id, 500, "malformed answer".to_owned());
        }
        let Stage::Calling(mut calling) = std::mem::replace(&mut session.stage, Stage::Talking) else {
            return;
        };
        self.env.cancel(&mut calling.ring);
        session.allows_update = message.lists(Name::Allow, "UPDATE");
        session.clock.restart(now, id, timer::granted(message), true, &mut self.env);
        let body: Option<Body> = crate::body::of(message);
        let Calling { transaction, cseq, body: offer, authorization, .. } = *calling;
        session.stage = Stage::Unacknowledged(Unacknowledged { transaction, cseq, authorization });
        // An offer in the 2xx wants its answer in the ACK (RFC 3261 13.2.1); the application gives it.
        if offer.is_some() || body.is_none() {
            let description = session.description.take();
            self.acknowledge(id);
            if let Some(session) = self.sessions.get_mut(&id) {
                session.description = description;
            }
        }
        self.env.event(Event::Answered { session: id, body });
    }

    fn refused(&mut self, id: SessionId, code: u16, reason: String) {
        self.forget(id);
        self.env.event(Event::Ended { session: id, cause: Cause::Refused { code, reason } });
    }

    /// A 2xx nobody wants: ACK and BYE in a dialog of its own.
    fn end_fork(
        &mut self,
        now: Moment,
        id: SessionId,
        transaction: TransactionId,
        flow: Flow,
        message: &Message,
        head: &Head,
    ) {
        let Some(session) = self.sessions.get(&id) else {
            return;
        };
        let mut dialog = session.dialog.clone();
        if dialog.establish(message, head, flow).is_err() {
            return;
        }
        let fork = Session::new(dialog, session.peer, Stage::Talking);
        let ack = timer::ack(&fork, head.cseq.number, &mut self.env, &self.config);
        self.table.acked(transaction, &fork.dialog.remote_tag, fork.dialog.next_hop(), ack, &mut self.env);
        self.send_bye(now, fork.dialog, &Cause::Local);
    }

    /// Sends the INVITE again with credentials; only calls placed with a secret get here (T6).
    fn answer_challenge(&mut self, now: Moment, id: SessionId, message: &Message, code: u16) {
        let (ask, reply) = if code == 401 {
            (Name::WwwAuthenticate, "Authorization")
        } else {
            (Name::ProxyAuthenticate, "Proxy-Authorization")
        };
        let cnonce = self.env.tag();
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let Stage::Calling(calling) = &mut session.stage else {
            return;
        };
        let value = calling.secret.as_ref().and_then(|secret| {
            let challenge = message.all(ask).find_map(auth::challenge)?;
            crate::auth::answer(&challenge, secret, "INVITE", &session.dialog.target, &cnonce, 1)
        });
        match value {
            Some(value) => {
                calling.authorization = Some((reply, value));
                self.send_invite(now, id);
            }
            None => self.refused(id, code, "no challenge we can answer".to_owned()),
        }
    }

    /// Sends CANCEL if the INVITE has a provisional answer; else it follows the first one (RFC 3261 9.1).
    pub(crate) fn try_cancel(&mut self, now: Moment, id: SessionId) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let Stage::Cancelling(calling) = &mut session.stage else {
            return;
        };
        if calling.cancel_over.is_some() {
            return;
        }
        if let Some((flow, key, text)) = self.table.cancel_of(calling.transaction) {
            self.table.request(now, flow, key, text, crate::transaction::Owner::Nobody, &mut self.env);
            calling.cancel_over = Some(self.env.arm(now + T1_64, Timer::Session(id, SessionTimer::CancelOver)));
        }
    }

    /// The cancelled INVITE never got its final answer.
    pub(crate) fn cancel_over(&mut self, id: SessionId) {
        let Some(Session { stage: Stage::Cancelling(calling), .. }) = self.sessions.get(&id) else {
            return;
        };
        self.table.remove(calling.transaction, &mut self.env);
        self.forget(id);
    }

    /// Nobody picked up.
    pub(crate) fn rang_out(&mut self, now: Moment, id: SessionId) {
        if self.sessions.get(&id).is_some_and(|s| matches!(s.stage, Stage::Calling(_))) {
            self.end_because(now, id, Cause::Timeout);
        }
    }
}
