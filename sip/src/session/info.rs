//! INFO within a dialog (RFC 6086): digits from phones, mostly.

use super::Stage;
use crate::api::{Body, Event, SessionId};
use crate::message::Method;
use crate::stack::{Arrived, Stack};
use crate::transaction::key::Key;
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

    /// INFO from the peer; its transaction is made.
    pub(crate) fn informed(&mut self, now: Moment, id: SessionId, arrived: &Arrived, transaction: TransactionId) {
        self.table.respond(now, transaction, 200, arrived.echo().bare(200, ""), &mut self.env);
        let silent = self.sessions.get(&id).is_none_or(|s| s.is_silent());
        if let Some(body) = crate::body::of(arrived.message).filter(|_| !silent) {
            self.env.event(Event::Info { session: id, body });
        }
    }
}
