//! REGISTER, both sides (RFC 3261 10, RFC 3327, RFC 5626).

use crate::api::{Contact, Event, Flow, Register, Registering, RegistrationId, RequestId};
use crate::auth::Algorithm;
use crate::dialog;
use crate::header::{Address, Name, auth};
use crate::lex;
use crate::limit;
use crate::message::{Fault, Message, Method, Start};
use crate::reply::{self, Echo};
use crate::stack::{Arrived, Stack};
use crate::transaction::key::Key;
use crate::transaction::timers::{Armed, Timer};
use crate::transaction::{Owner, TransactionId};
use crate::uri::{self, Scheme};
use crate::write::Draft;
use bytes::Bytes;
use std::time::Duration;
use types::Moment;

/// A REGISTER that waits for the application's word.
pub(crate) struct Waiting {
    transaction: TransactionId,
    echo: Echo,
    tag: String,
    path: Vec<String>,
}

/// A registration of ours.
pub(crate) struct Registration {
    order: Registering,
    call_id: String,
    tag: String,
    cseq: u32,
    tries: u8,
    refresh: Option<Armed>,
    leaving: bool,
}

/// Without Expires (RFC 3261 10.2.1.1).
const EXPIRES: u32 = 3600;

impl Stack {
    /// REGISTER from outside.
    pub(crate) fn registering(&mut self, arrived: &Arrived) -> Result<(), Fault> {
        let (message, head) = (arrived.message, arrived.head);
        // RFC 4475 3.3.5, 3.3.6: an address of record is a SIP URI.
        if !matches!(head.to.uri.scheme, Scheme::Sip | Scheme::Sips) {
            return Err(Fault { code: 400, what: "To is no address of record" });
        }
        let (contacts, remove_all) = contacts(message)?;
        let credentials = self.credentials(arrived, "REGISTER")?;
        let mut path = Vec::new();
        for value in message.list(Name::Path) {
            if path.len() >= limit::ROUTES {
                return Err(Fault { code: 400, what: "too many Path values" });
            }
            path.push(format!("<{}>", String::from_utf8_lossy(Address::parse(value)?.uri.as_bytes())));
        }
        if self.requests.len() >= limit::REQUESTS {
            return Err(Fault { code: 503, what: "too many requests wait" });
        }
        let register = Register {
            flow: arrived.flow,
            user: head.to.uri.user_text(),
            credentials,
            contacts,
            remove_all,
            user_agent: message
                .get(Name::UserAgent)
                .map(|v| lex::clean(&lex::unfold(v), limit::PARTY))
                .unwrap_or_default(),
            call_id: lex::clean(head.call_id, limit::IDENTIFIER),
            cseq: head.cseq.number,
            path: path.clone(),
        };
        let request = RequestId(self.next_id());
        let tag = self.stateless_tag(message, head.call_id);
        let transaction = self.serve(arrived);
        self.table.own(transaction, Owner::Request(request));
        self.requests.insert(request, Waiting { transaction, echo: arrived.echo(), tag, path });
        self.env.event(Event::Registering { request, register: Box::new(register) });
        Ok(())
    }

    /// 200 to a REGISTER with the bindings now in force.
    pub fn register_ok(&mut self, now: Moment, request: RequestId, contacts: &[Contact]) {
        let Some(waiting) = self.requests.remove(&request) else {
            return;
        };
        let mut draft = waiting.echo.draft(200, &waiting.tag);
        for contact in contacts {
            draft.header("Contact", &write_contact(contact));
        }
        // RFC 3327 5.3.
        for path in &waiting.path {
            draft.header("Path", path);
        }
        draft.header("Supported", "path").header("Server", &self.config.product);
        self.table.respond(now, waiting.transaction, 200, draft.end(None), &mut self.env);
    }

    /// 401 with a fresh stateless nonce. Nothing is kept of the request.
    pub fn challenge(&mut self, now: Moment, request: RequestId, algorithm: Algorithm, stale: bool) {
        let Some(waiting) = self.requests.remove(&request) else {
            return;
        };
        let mut draft = waiting.echo.draft(401, &waiting.tag);
        draft.header(
            "WWW-Authenticate",
            &self.nonces.challenge(now, waiting.echo.flow.peer.ip(), &self.config.realm, stale, algorithm),
        );
        self.turn_away(&waiting, draft.end(None), 401);
    }

    /// A refusal. Nothing is kept of the request.
    pub fn refuse_request(&mut self, request: RequestId, code: u16, retry_after: Option<u64>) {
        let Some(waiting) = self.requests.remove(&request) else {
            return;
        };
        let code = if (300..700).contains(&code) { code } else { 403 };
        let mut draft = waiting.echo.draft(code, &waiting.tag);
        if let Some(seconds) = retry_after {
            draft.number("Retry-After", seconds);
        }
        self.turn_away(&waiting, draft.end(None), code);
    }

    /// A repetition would get the same answer again.
    fn turn_away(&mut self, waiting: &Waiting, text: Bytes, code: u16) {
        self.table.remove(waiting.transaction, &mut self.env);
        self.send_to_stranger(&waiting.echo, text, code, &waiting.tag);
    }

    /// Registers with somebody else and keeps the binding fresh until [`Stack::unregister`].
    pub fn register(&mut self, now: Moment, order: Registering) -> RegistrationId {
        let id = RegistrationId(self.next_id());
        if self.registrations.len() >= limit::REGISTRATIONS || uri::host_port(order.registrar.as_bytes()).is_err() {
            self.env.event(Event::RegisterFailed { registration: id, code: 400 });
            return id;
        }
        let (call_id, tag) = (self.env.call_id(), self.env.tag());
        self.registrations
            .insert(id, Registration { order, call_id, tag, cseq: 0, tries: 0, refresh: None, leaving: false });
        self.send_register(now, id, None);
        id
    }

    /// Removes the binding. No event follows.
    pub fn unregister(&mut self, now: Moment, registration: RegistrationId) {
        let Some(mine) = self.registrations.get_mut(&registration) else {
            return;
        };
        self.env.cancel(&mut mine.refresh);
        mine.leaving = true;
        mine.tries = 0;
        self.send_register(now, registration, None);
    }

    fn send_register(&mut self, now: Moment, id: RegistrationId, authorization: Option<(&str, String)>) {
        let branch = self.env.branch();
        let Some(mine) = self.registrations.get_mut(&id) else {
            return;
        };
        mine.cseq += 1;
        mine.tries += 1;
        let order = &mine.order;
        let (uri, here) = (format!("sip:{}", order.registrar), order.flow.transport);
        let aor = format!("<sip:{}@{}>", uri::escape_user(&order.user), order.registrar);
        let mut draft = Draft::request("REGISTER", &uri);
        draft.header("Via", &dialog::via(here, &branch, &self.config)).header("Max-Forwards", "70");
        draft.header("From", &format!("{aor};tag={}", mine.tag)).header("To", &aor).header("Call-ID", &mine.call_id);
        draft.header("CSeq", &format!("{} REGISTER", mine.cseq));
        draft.header("Contact", &dialog::our_contact(here, &self.config));
        draft.number("Expires", u64::from(if mine.leaving { 0 } else { order.expires }));
        if let Some((name, value)) = authorization {
            draft.header(name, &value);
        }
        draft.header("User-Agent", &self.config.product).header("Allow", reply::ALLOW);
        let (flow, key) = (order.flow, Key::client(branch.as_bytes(), Method::Register));
        self.table.request(now, flow, key, draft.end(None), Owner::Registration(id), &mut self.env);
    }

    /// Time to register again.
    pub(crate) fn register_again(&mut self, now: Moment, id: RegistrationId) {
        if let Some(mine) = self.registrations.get_mut(&id) {
            mine.tries = 0;
            self.send_register(now, id, None);
        }
    }

    /// A response to a REGISTER of ours; no message is a time-out.
    pub(crate) fn registered(&mut self, now: Moment, id: RegistrationId, message: Option<&Message>) {
        let code = match message.map(|m| m.start) {
            Some(Start::Response { code, .. }) => code,
            _ => 408,
        };
        let cnonce = self.env.tag();
        let Some(mine) = self.registrations.get_mut(&id) else {
            return;
        };
        match (code, message) {
            (..200, _) => {}
            (200..300, Some(message)) if !mine.leaving => {
                let granted = granted(message, mine.order.flow, &self.config).unwrap_or(mine.order.expires).max(1);
                let expires = Duration::from_secs(u64::from(granted));
                mine.tries = 0;
                // Well before the end, so that two lost tries do no harm.
                mine.refresh = Some(self.env.arm(now + expires * 4 / 5, Timer::Registration(id)));
                self.env.event(Event::Registered { registration: id, expires });
            }
            (401 | 407, Some(message)) if mine.tries < limit::AUTH_TRIES => {
                let (ask, reply) = if code == 401 {
                    (Name::WwwAuthenticate, "Authorization")
                } else {
                    (Name::ProxyAuthenticate, "Proxy-Authorization")
                };
                let uri = format!("sip:{}", mine.order.registrar);
                let value = message
                    .all(ask)
                    .find_map(auth::challenge)
                    .and_then(|c| crate::auth::answer(&c, &mine.order.secret, "REGISTER", &uri, &cnonce, 1));
                match value {
                    Some(value) => self.send_register(now, id, Some((reply, value))),
                    None => self.register_failed(id, code),
                }
            }
            _ => self.register_failed(id, code),
        }
    }

    fn register_failed(&mut self, id: RegistrationId, code: u16) {
        let Some(mut mine) = self.registrations.remove(&id) else {
            return;
        };
        self.env.cancel(&mut mine.refresh);
        if !mine.leaving {
            self.env.event(Event::RegisterFailed { registration: id, code });
        }
    }
}

/// The bindings a REGISTER asks for, and whether it removes all (RFC 3261 10.3).
fn contacts(message: &Message) -> Result<(Vec<Contact>, bool), Fault> {
    let default = message.get(Name::Expires).map(|v| lex::seconds(lex::trim(v)));
    // RFC 3261 20.19: a malformed value means the default.
    let default = default.map_or(EXPIRES, |v| v.unwrap_or(EXPIRES));
    let mut contacts = Vec::new();
    if message.list(Name::Contact).any(|value| value == b"*") {
        if default != 0 || message.list(Name::Contact).count() != 1 {
            return Err(Fault { code: 400, what: "Contact: * beside other things" });
        }
        return Ok((Vec::new(), true));
    }
    for address in Address::list(message, Name::Contact) {
        if contacts.len() >= limit::CONTACTS {
            return Err(Fault { code: 400, what: "too many contacts" });
        }
        let address = address?;
        let uri =
            String::from_utf8(address.uri.as_bytes().to_vec()).map_err(|_| Fault { code: 400, what: "Contact" })?;
        let instance =
            address.params.get("+sip.instance").map(|v| String::from_utf8_lossy(&lex::unquote(v)).into_owned());
        contacts.push(Contact {
            uri,
            expires: address.params.get("expires").and_then(|v| lex::seconds(&lex::unquote(v))).unwrap_or(default),
            instance: instance
                .map(|i| lex::clean(i.trim_start_matches('<').trim_end_matches('>').as_bytes(), limit::PARTY)),
            reg_id: address.params.get("reg-id").and_then(lex::number).and_then(|n| u32::try_from(n).ok()),
        });
    }
    Ok((contacts, false))
}

fn write_contact(contact: &Contact) -> String {
    let mut value = format!("<{}>;expires={}", contact.uri, contact.expires);
    if let Some(instance) = &contact.instance {
        value.push_str(&format!(";+sip.instance=\"<{}>\"", instance.replace(['"', '\\'], "")));
    }
    if let Some(reg_id) = contact.reg_id {
        value.push_str(&format!(";reg-id={reg_id}"));
    }
    value
}

/// Seconds the registrar gave us: at our Contact, else for all.
fn granted(message: &Message, flow: Flow, config: &crate::api::Config) -> Option<u32> {
    let ours = dialog::our_contact(flow.transport, config);
    let mine = message
        .list(Name::Contact)
        .filter_map(|v| Address::parse(v).ok())
        .find(|a| ours.as_bytes().get(1..ours.len() - 1) == Some(a.uri.as_bytes()));
    let at_contact = mine.and_then(|a| a.params.get("expires")).and_then(lex::seconds);
    at_contact.or_else(|| message.get(Name::Expires).and_then(|v| lex::seconds(lex::trim(v))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &str) -> Result<(Vec<Contact>, bool), u16> {
        let text = format!("REGISTER sip:x SIP/2.0\r\n{headers}\r\n");
        contacts(&Message::parse(text.as_bytes()).unwrap()).map_err(|f| f.code)
    }

    #[test]
    fn jssip_registers() {
        let value = r#"Contact: <sip:q8@f3.invalid;transport=ws>;+sip.ice;reg-id=1;+sip.instance="<urn:uuid:aa-bb>";expires=600"#;
        let contact = Contact {
            uri: "sip:q8@f3.invalid;transport=ws".into(),
            expires: 600,
            instance: Some("urn:uuid:aa-bb".into()),
            reg_id: Some(1),
        };
        assert_eq!(read(&format!("{value}\r\n")), Ok((vec![contact.clone()], false)));
        let text = format!("REGISTER sip:x SIP/2.0\r\nm: {}\r\n\r\n", write_contact(&contact));
        assert_eq!(contacts(&Message::parse(text.as_bytes()).unwrap()).unwrap().0, [contact]);
    }

    #[test]
    fn lists_stars_and_nothing() {
        let users =
            |h: &str| read(h).map(|(c, all)| (c.iter().map(|c| (c.uri.clone(), c.expires)).collect::<Vec<_>>(), all));
        assert_eq!(users(""), Ok((vec![], false)));
        assert_eq!(users("m: *\r\nExpires: 0\r\n"), Ok((vec![], true)));
        assert_eq!(users("m: *\r\n"), Err(400));
        assert_eq!(users("m: *, <sip:a@b>\r\nExpires: 0\r\n"), Err(400));
        let two = vec![("sip:a@b".to_string(), 60), ("sip:c@d".to_string(), 5)];
        assert_eq!(users("m: <sip:a@b>;expires=60, \"x,y\" <sip:c@d>\r\nExpires: 5\r\n"), Ok((two, false)));
        assert_eq!(users("m: sip:user@example.com?Route=%3Csip:x%3E\r\n"), Err(400));
        let many = vec!["<sip:a@b>"; limit::CONTACTS].join(",");
        assert!(read(&format!("m: {many}\r\n")).is_ok());
        assert_eq!(read(&format!("m: {many},<sip:a@b>\r\n")), Err(400));
    }
}
