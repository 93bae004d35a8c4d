//! REFER within a dialog (RFC 3515) and the NOTIFYs that report on it.

use super::Stage;
use crate::api::{Body, Event, SessionId};
use crate::header::{Address, Name};
use crate::message::{Fault, Method};
use crate::stack::{Arrived, Stack};
use crate::transaction::key::Key;
use crate::transaction::{Owner, Purpose};
use crate::uri::Scheme;
use crate::write;
use types::Moment;

impl Stack {
    /// REFER from the peer: 202, a first NOTIFY, and the application's decision.
    pub(crate) fn referred(&mut self, now: Moment, id: SessionId, arrived: &Arrived) -> Result<(), Fault> {
        // RFC 3515 2.4.1: exactly one Refer-To.
        let mut values = arrived.message.list(Name::ReferTo);
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err(Fault { code: 400, what: "Refer-To" });
        };
        let to = Address::parse(value)?;
        if to.uri.scheme == Scheme::Other {
            return Err(Fault { code: 416, what: "Refer-To scheme" });
        }
        let Some(session) = self.sessions.get_mut(&id) else {
            return Err(Fault { code: 481, what: "session is over" });
        };
        if !matches!(session.stage, Stage::Talking | Stage::Accepted(_)) {
            return Err(Fault { code: 481, what: "REFER before the call stands" });
        }
        if session.refer.is_some() {
            return Err(Fault { code: 491, what: "REFER while one runs" });
        }
        session.refer = Some(arrived.head.cseq.number);
        let transaction = self.serve(arrived);
        let mut draft = arrived.echo().draft(202, "");
        if let Some(session) = self.sessions.get(&id) {
            draft.header("Contact", &crate::dialog::our_contact(session.dialog.flow.transport, &self.config));
        }
        self.table.respond(now, transaction, 202, draft.end(None), &mut self.env);
        // RFC 3515 2.4.4: the first NOTIFY at once.
        self.notify(now, id, 100);
        let target = String::from_utf8_lossy(to.uri.as_bytes()).into_owned();
        self.env.event(Event::Referred { session: id, to: to.party(), target });
        Ok(())
    }

    /// NOTIFY with message/sipfrag for a REFER of this session; a code >= 200 ends the subscription.
    pub fn refer_progress(&mut self, now: Moment, session: SessionId, code: u16) {
        self.notify(now, session, code.clamp(100, 699));
        if code >= 200
            && let Some(session) = self.sessions.get_mut(&session)
        {
            session.refer = None;
        }
    }

    fn notify(&mut self, now: Moment, id: SessionId, code: u16) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let Some(refer) = session.refer.filter(|_| !session.is_silent()) else {
            return;
        };
        let cseq = session.dialog.next_cseq();
        let branch = self.env.branch();
        let mut draft = session.dialog.request("NOTIFY", cseq, &branch, &self.config);
        draft.header("Contact", &crate::dialog::our_contact(session.dialog.flow.transport, &self.config));
        draft.header("Event", &format!("refer;id={refer}"));
        draft.header(
            "Subscription-State",
            if code < 200 { "active;expires=60" } else { "terminated;reason=noresource" },
        );
        let fragment = format!("SIP/2.0 {code} {}\r\n", write::reason(code));
        let body = Body { content_type: "message/sipfrag;version=2.0".into(), bytes: fragment.into() };
        let key = Key::client(branch.as_bytes(), Method::Notify);
        let owner = Owner::Session(id, Purpose::Notify);
        self.table.request(now, session.dialog.next_hop(), key, draft.end(Some(&body)), owner, &mut self.env);
    }
}
