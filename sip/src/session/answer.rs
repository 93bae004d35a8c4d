//! Our word to a call that came in: ring, answer, refuse, challenge; and the ACK that seals it.

use super::{Exchange, Invited, Session, Stage, Unconfirmed};
use crate::api::{Body, Cause, Event, Flow, SessionId};
use crate::auth::Algorithm;
use crate::dialog;
use crate::message::Message;
use crate::reply;
use crate::screen::Head;
use crate::stack::Stack;
use crate::transaction::timers::{SessionTimer, Timer};
use crate::write::Draft;
use crate::{lex, limit};
use types::Moment;

impl Stack {
    /// 180 Ringing, or 183 Session Progress with a body (early media).
    pub fn ring(&mut self, now: Moment, session: SessionId, body: Option<Body>) {
        let Some(Session { stage: Stage::Invited(invited), dialog, description, .. }) = self.sessions.get_mut(&session)
        else {
            return;
        };
        if invited.reliable {
            return;
        }
        let code = if body.is_some() { 183 } else { 180 };
        let mut draft = invited.echo.dialog_draft(code, &dialog.local_tag);
        draft.header("Contact", &dialog::our_contact(dialog.flow.transport, &self.config));
        draft.header("Allow", reply::ALLOW);
        let text = draft.end(body.as_ref());
        if body.is_some() {
            *description = body;
        }
        invited.last = Some(text.clone());
        self.table.respond(now, invited.transaction, code, text, &mut self.env);
    }

    /// RFC 3261 13.3.1.1: say it again each minute, or proxies on the way give up.
    pub(crate) fn remind(&mut self, now: Moment, id: SessionId) {
        let Some(Session { stage: Stage::Invited(invited), .. }) = self.sessions.get_mut(&id) else {
            return;
        };
        if let Some(last) = invited.last.clone() {
            self.table.respond(now, invited.transaction, 180, last, &mut self.env);
        }
        invited.remind = Some(self.env.arm(now + limit::REMIND, Timer::Session(id, SessionTimer::Remind)));
    }

    /// 200 with our answer, or with our offer if the INVITE had none.
    pub fn answer(&mut self, now: Moment, session: SessionId, body: Body) {
        let id = session;
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let Stage::Invited(_) = session.stage else {
            return;
        };
        let Stage::Invited(mut invited) = std::mem::replace(&mut session.stage, Stage::Talking) else {
            return;
        };
        self.env.cancel(&mut invited.remind);
        let Invited { transaction, echo, offered, terms, .. } = *invited;
        let mut draft = echo.dialog_draft(200, &session.dialog.local_tag);
        draft.header("Contact", &dialog::our_contact(session.dialog.flow.transport, &self.config));
        draft.header("Allow", reply::ALLOW).header("Supported", reply::SUPPORTED);
        terms.write(&mut draft);
        draft.header("Server", &self.config.product);
        let text = draft.end(Some(&body));
        session.description = Some(body);
        session.clock.restart(now, id, terms.agreed, false, &mut self.env);
        let cseq = session.dialog.remote_cseq.unwrap_or_default();
        self.table.respond(now, transaction, 200, text.clone(), &mut self.env);
        session.stage = Stage::Accepted(Unconfirmed::new(now, id, cseq, text, echo.flow, !offered, &mut self.env));
    }

    /// Final non-2xx answer; `headers` e.g. Retry-After. Followed by `Ended { Local }`.
    pub fn refuse(&mut self, now: Moment, session: SessionId, code: u16, headers: &[(&str, String)]) {
        let code = if (300..700).contains(&code) { code } else { 480 };
        self.refuse_with(now, session, code, |draft| {
            for (name, value) in headers.iter().filter(|(name, _)| lex::is_whole_token(name.as_bytes())) {
                draft.header(name, value);
            }
        });
    }

    /// 401 to an INVITE. Its state is the first to go when room is short.
    pub fn challenge_invite(&mut self, now: Moment, session: SessionId, algorithm: Algorithm, stale: bool) {
        let Some(Session { stage: Stage::Invited(invited), .. }) = self.sessions.get(&session) else {
            return;
        };
        let (transaction, source) = (invited.transaction, invited.echo.flow.peer.ip());
        let value = self.nonces.challenge(now, source, &self.config.realm, stale, algorithm);
        self.refuse_with(now, session, 401, |draft| {
            draft.header("WWW-Authenticate", &value);
        });
        self.table.challenged(transaction);
    }

    fn refuse_with(&mut self, now: Moment, id: SessionId, code: u16, write: impl FnOnce(&mut Draft)) {
        let Some(Session { stage: Stage::Invited(invited), dialog, .. }) = self.sessions.get(&id) else {
            return;
        };
        let mut draft = invited.echo.draft(code, &dialog.local_tag);
        write(&mut draft);
        draft.header("Server", &self.config.product);
        let (transaction, text) = (invited.transaction, draft.end(None));
        self.table.respond(now, transaction, code, text, &mut self.env);
        self.forget(id);
        self.env.event(Event::Ended { session: id, cause: Cause::Local });
    }

    /// An ACK for a 2xx of ours.
    pub(crate) fn acknowledged(&mut self, now: Moment, flow: Flow, message: &Message, head: &Head) {
        let Some(id) = head.to_tag.and_then(|tag| self.dialogs.get(tag)).copied() else {
            return;
        };
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        if !session.dialog.owns(head) || !self.peers.speaks_for(session.peer, &session.dialog.flow, &flow) {
            return self.env.fault(flow, 481, "ACK of another dialog");
        }
        let body = crate::body::of(message);
        if let Exchange::Accepting(waiting) = &mut session.exchange {
            if waiting.is_for(head.cseq.number) {
                let wanted = waiting.wants_answer;
                waiting.stop(&mut self.env);
                session.exchange = Exchange::Idle;
                if wanted {
                    self.env.event(Event::OfferAnswered { session: id, body });
                }
                self.next_offer(now, id);
            }
            return;
        }
        let (Stage::Accepted(waiting) | Stage::Hanging(waiting)) = &mut session.stage else {
            return;
        };
        if !waiting.is_for(head.cseq.number) {
            return;
        }
        waiting.stop(&mut self.env);
        let wanted = waiting.wants_answer;
        let hanging = matches!(session.stage, Stage::Hanging(_));
        session.stage = Stage::Talking;
        if hanging {
            // RFC 3261 15: only now may the BYE go.
            if let Some(session) = self.forget(id) {
                self.send_bye(now, session.dialog, &Cause::Local);
            }
            return;
        }
        self.env.event(Event::Confirmed { session: id, body: body.filter(|_| wanted) });
        self.next_offer(now, id);
    }

    /// Time to say a 2xx again.
    pub(crate) fn repeat_ok(&mut self, now: Moment, id: SessionId) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        match (&mut session.stage, &mut session.exchange) {
            (Stage::Accepted(w) | Stage::Hanging(w), _) => w.repeat(now, id, &mut self.env),
            (_, Exchange::Accepting(w)) => w.repeat(now, id, &mut self.env),
            _ => {}
        }
    }
}
