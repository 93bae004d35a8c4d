//! The end of a session: BYE and CANCEL, ours and theirs.

use super::{Exchange, Session, Stage};
use crate::api::{Cause, Event, SessionId};
use crate::dialog::Dialog;
use crate::message::Method;
use crate::peers::Peer;
use crate::stack::{Arrived, Stack};
use crate::transaction::key::Key;
use crate::transaction::{Owner, TransactionId};
use crate::write::Draft;
use types::Moment;

impl Stack {
    /// CANCEL, BYE or a final refusal, as the session's stage asks. Always followed by `Ended` (once).
    pub fn end(&mut self, now: Moment, session: SessionId) {
        self.end_because(now, session, Cause::Local);
    }

    /// Ends a session from our side and says why. What the wire still needs goes on silently.
    pub(crate) fn end_because(&mut self, now: Moment, id: SessionId, cause: Cause) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        match std::mem::replace(&mut session.stage, Stage::Talking) {
            stage @ Stage::Invited(_) => {
                session.stage = stage;
                return self.refuse(now, id, 480, &[]);
            }
            Stage::Accepted(waiting) => session.stage = Stage::Hanging(waiting),
            Stage::Calling(mut calling) => {
                self.env.cancel(&mut calling.ring);
                session.stage = Stage::Cancelling(calling);
                self.try_cancel(now, id);
            }
            stage @ Stage::Unacknowledged(_) => {
                session.stage = stage;
                session.description = None;
                self.acknowledge(id);
                return self.hang_up(now, id, cause);
            }
            Stage::Talking => return self.hang_up(now, id, cause),
            silent @ (Stage::Hanging(_) | Stage::Cancelling(_)) => {
                session.stage = silent;
                return;
            }
        }
        self.env.event(Event::Ended { session: id, cause });
    }

    /// BYE at once, whatever runs.
    pub(crate) fn hang_up(&mut self, now: Moment, id: SessionId, cause: Cause) {
        let Some(session) = self.forget(id) else {
            return;
        };
        let silent = session.is_silent();
        self.finish_asked(now, &session);
        self.send_bye(now, session.dialog, &cause);
        if !silent {
            self.env.event(Event::Ended { session: id, cause });
        }
    }

    pub(crate) fn send_bye(&mut self, now: Moment, mut dialog: Dialog, cause: &Cause) {
        let cseq = dialog.next_cseq();
        let branch = self.env.branch();
        let mut draft: Draft = dialog.request("BYE", cseq, &branch, &self.config);
        // RFC 3326: a call that was cut says why.
        match cause {
            Cause::Timeout => drop(draft.header("Reason", "SIP;cause=408;text=\"No sign of life\"")),
            Cause::Unreachable => drop(draft.header("Reason", "SIP;cause=481;text=\"Dialog gone at the far end\"")),
            Cause::Bye | Cause::Cancelled | Cause::Refused { .. } | Cause::Local => {}
        }
        draft.header("User-Agent", &self.config.product);
        let key = Key::client(branch.as_bytes(), Method::Bye);
        self.table.request(now, dialog.next_hop(), key, draft.end(None), Owner::Nobody, &mut self.env);
    }

    /// Takes a session out of the tables with all its timers.
    pub(crate) fn forget(&mut self, id: SessionId) -> Option<Session> {
        let mut session = self.sessions.remove(&id)?;
        self.guests -= usize::from(session.peer == Peer::Guest);
        self.dialogs.remove(session.dialog.local_tag.as_bytes());
        session.stop(&mut self.env);
        Some(session)
    }

    /// A re-INVITE or UPDATE that still waits for an answer gets it now (RFC 3261 15.1.2).
    fn finish_asked(&mut self, now: Moment, session: &Session) {
        if let Exchange::Received { transaction, echo, .. } = &session.exchange {
            self.table.respond(now, *transaction, 487, echo.bare(487, &session.dialog.local_tag), &mut self.env);
        }
    }

    /// BYE from the peer; its transaction is made.
    pub(crate) fn hung_up(&mut self, now: Moment, id: SessionId, arrived: &Arrived, transaction: TransactionId) {
        self.table.respond(now, transaction, 200, arrived.echo().bare(200, ""), &mut self.env);
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        if let Stage::Calling(_) = session.stage {
            // The 2xx that came before this BYE was lost: the call is over all the same.
            return self.end_because(now, id, Cause::Bye);
        }
        let Some(session) = self.forget(id) else {
            return;
        };
        self.finish_asked(now, &session);
        if let Stage::Invited(invited) = &session.stage {
            let text = invited.echo.bare(487, &session.dialog.local_tag);
            self.table.respond(now, invited.transaction, 487, text, &mut self.env);
        }
        if !session.is_silent() {
            self.env.event(Event::Ended { session: id, cause: Cause::Bye });
        }
    }

    /// CANCEL from the peer for this INVITE transaction (RFC 3261 9.2).
    pub(crate) fn cancelled(&mut self, now: Moment, invite: TransactionId) {
        let Some(Owner::Session(id, _)) = self.table.owner(invite) else {
            return;
        };
        if !self.table.is_proceeding(invite) {
            return;
        }
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        match (&session.stage, &session.exchange) {
            (Stage::Invited(invited), _) if invited.transaction == invite => {
                let text = invited.echo.bare(487, &session.dialog.local_tag);
                self.table.respond(now, invite, 487, text, &mut self.env);
                self.forget(id);
                self.env.event(Event::Ended { session: id, cause: Cause::Cancelled });
            }
            (_, Exchange::Received { transaction, echo, .. }) if *transaction == invite => {
                let text = echo.bare(487, &session.dialog.local_tag);
                self.table.respond(now, invite, 487, text, &mut self.env);
                session.exchange = Exchange::Idle;
                self.next_offer(now, id);
            }
            _ => {}
        }
    }
}
