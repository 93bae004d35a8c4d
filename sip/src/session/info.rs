//! INFO within a dialog (RFC 6086): digits from phones, mostly. And OPTIONS of ours.

use super::Stage;
use crate::api::{Body, Cause, Event, SessionId};
use crate::limit;
use crate::message::Method;
use crate::stack::{Arrived, Stack};
use crate::transaction::key::Key;
use crate::transaction::timers::{SessionTimer, Timer};
use crate::transaction::{Owner, Purpose, TransactionId};
use types::Moment;

impl Stack {
    /// INFO inside the dialog.
    pub fn info(&mut self, now: Moment, session: SessionId, body: Body) {
        let id = session;
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        if !matches!(session.stage, Stage::Talking | Stage::Accepted(_)) {
            return;
        }
        let cseq = session.dialog.next_cseq();
        let branch = self.env.branch();
        let mut draft = session.dialog.request("INFO", cseq, &branch, &self.config);
        draft.header("User-Agent", &self.config.product);
        let key = Key::client(branch.as_bytes(), Method::Info);
        let owner = Owner::Session(id, Purpose::Info);
        self.table.request(now, session.dialog.next_hop(), key, draft.end(Some(&body)), owner, &mut self.env);
    }

    /// Asks whether the peer lives (OPTIONS within the dialog). It is hung up on when nothing is answered, or when the answer
    /// is that there is no such dialog.
    pub fn probe(&mut self, now: Moment, session: SessionId) {
        let id = session;
        let Some(session) = self.sessions.get_mut(&id).filter(|session| matches!(session.stage, Stage::Talking)) else {
            return;
        };
        self.env.cancel(&mut session.probe);
        session.probe = Some(self.env.arm(now + limit::PROBE_ANSWER, Timer::Session(id, SessionTimer::ProbeOver)));
        let cseq = session.dialog.next_cseq();
        let branch = self.env.branch();
        let mut draft = session.dialog.request("OPTIONS", cseq, &branch, &self.config);
        draft.header("Accept", "application/sdp").header("User-Agent", &self.config.product);
        let key = Key::client(branch.as_bytes(), Method::Options);
        let owner = Owner::Session(id, Purpose::Probe);
        self.table.request(now, session.dialog.next_hop(), key, draft.end(None), owner, &mut self.env);
    }

    /// The answer to it.
    pub(crate) fn probed(&mut self, now: Moment, id: SessionId, code: u16) {
        match code {
            ..200 => {}
            // RFC 3261 12.2.1.2: the dialog, or the way to the peer, is gone.
            481 => self.hang_up(now, id, Cause::Unreachable),
            408 => self.hang_up(now, id, Cause::Timeout),
            _ => {
                if let Some(session) = self.sessions.get_mut(&id) {
                    self.env.cancel(&mut session.probe);
                }
            }
        }
    }

    /// INFO from the peer; its transaction is made.
    pub(crate) fn informed(&mut self, now: Moment, id: SessionId, arrived: &Arrived, transaction: TransactionId) {
        self.table.respond(now, transaction, 200, arrived.echo().bare(200, ""), &mut self.env);
        let silent = self.sessions.get(&id).is_none_or(|s| s.is_silent());
        if let Some(body) = crate::body::of(arrived.message).filter(|_| !silent) {
            self.env.event(Event::Info { session: id, body });
        }
    }
}
