//! INVITE: a call comes in, a call goes out.

use super::{Calling, Invited, Session, Stage, timer};
use crate::api::{Body, Cause, Event, Flow, Invite, Outgoing, Party, Secret, SessionId};
use crate::auth::Credentials;
use crate::dialog::{self, Dialog};
use crate::header::{Address, CSeq, Name, address};
use crate::lex;
use crate::limit;
use crate::message::{Fault, Message, Method, Start};
use crate::peers::Peer;
use crate::reply;
use crate::stack::{Arrived, Stack};
use crate::transaction::timers::{SessionTimer, Timer};
use crate::transaction::{Owner, Purpose};
use crate::uri::{self, Scheme, Uri};
use types::Moment;

impl Stack {
    /// A new call from outside. Everything that can be wrong with it is found before any state is made.
    pub(crate) fn invited(&mut self, now: Moment, arrived: &Arrived) -> Result<(), Fault> {
        let (message, head) = (arrived.message, arrived.head);
        let offer = crate::body::offer(message)?;
        if !accepts_sdp(message) {
            return Err(Fault { code: 406, what: "Accept without SDP" });
        }
        let terms = timer::terms(message, &self.config, &timer::Clock::Off)?;
        let dialog = Dialog::incoming(message, head, arrived.flow, self.env.tag())?;
        let credentials = self.credentials(arrived, "INVITE")?;
        if !self.has_session_for(arrived.peer) {
            return Err(Fault { code: 503, what: "too many sessions" });
        }
        let id = SessionId(self.next_id());
        let echo = arrived.echo();
        let transaction = self.serve(arrived);
        self.table.own(transaction, Owner::Session(id, Purpose::Invite));
        // RFC 3261 17.2.1: before anybody thinks about it.
        self.table.respond(now, transaction, 100, echo.bare(100, ""), &mut self.env);
        let invite = Invite { credentials, offer: offer.clone(), ..read(message, arrived.flow) };
        let remind = Some(self.env.arm(now + limit::REMIND, Timer::Session(id, SessionTimer::Remind)));
        let stage = Stage::Invited(Box::new(Invited {
            transaction,
            echo,
            offered: offer.is_some(),
            terms,
            reliable: message.lists(Name::Require, "100rel"),
            last: None,
            remind,
        }));
        let mut session = Session::new(dialog, arrived.peer, stage);
        session.allows_update = message.lists(Name::Allow, "UPDATE");
        self.keep_session(id, session);
        self.env.event(Event::Invited { session: id, invite: Box::new(invite) });
        Ok(())
    }

    /// Tells of a new call that is refused here, before the application heard of it.
    pub(crate) fn turned_away(&mut self, message: &Message, flow: Flow, fault: Fault) {
        let new = matches!(message.start, Start::Request { method: Method::Invite, .. })
            && !message.get(Name::To).is_some_and(|to| Address::parse(to).is_ok_and(|a| a.tag().is_some()));
        // A merged request (RFC 3261 8.2.2.2) is told of already; who is no trunk leaves nothing (T8).
        if new && fault.code != 482 && matches!(self.peers.of(&flow), Peer::Trunk(_)) {
            let cseq = message.get(Name::CSeq).and_then(|value| CSeq::parse(value).ok()).map_or(0, |cseq| cseq.number);
            let invite = Box::new(read(message, flow));
            self.env.event(Event::TurnedAway { invite, cseq, code: fault.code });
        }
    }

    /// RFC 7616 3.4.6: a digest is for one resource. Proxies may have written the Request-URI anew, and a phone may name us by
    /// another of our names, but not another account or host.
    fn same_target(&self, digest: &str, request: &[u8]) -> bool {
        if digest.as_bytes() == request {
            return true;
        }
        let (Ok(one), Ok(other)) = (Uri::parse(digest.as_bytes()), Uri::parse(request)) else {
            return false;
        };
        let port = |uri: &Uri| uri.port.unwrap_or(5060);
        let same = one.host.eq_ignore_ascii_case(other.host) && port(&one) == port(&other);
        one.user == other.user && (same || self.is_ours(one.host, port(&one)))
    }

    /// Our realm, or an address that we listen on.
    fn is_ours(&self, host: &[u8], port: u16) -> bool {
        let address = std::str::from_utf8(host).ok().and_then(|host| host.parse::<std::net::IpAddr>().ok());
        let mut listens = self.config.udp.iter().chain(&self.config.tcp);
        host.eq_ignore_ascii_case(self.config.realm.as_bytes())
            || address.is_some_and(|ip| listens.any(|at| at.ip() == ip && at.port() == port))
    }

    /// The first credentials for our realm, else the first at all.
    pub(crate) fn credentials(&self, arrived: &Arrived, method: &str) -> Result<Option<Credentials>, Fault> {
        let message = arrived.message;
        let all = message.all(Name::Authorization).chain(message.all(Name::ProxyAuthorization));
        let mut first = None;
        for value in all.take(limit::CREDENTIALS) {
            let Some(found) = crate::header::auth::credentials(value, method)? else {
                continue;
            };
            if found.realm == self.config.realm {
                if !self.same_target(&found.uri, dialog::request_uri(message)) {
                    return Err(Fault { code: 400, what: "digest of another Request-URI" });
                }
                return Ok(Some(found));
            }
            first.get_or_insert(found);
        }
        Ok(first)
    }

    /// A call of ours. Its events come under the id given back.
    pub fn invite(&mut self, now: Moment, outgoing: Outgoing) -> SessionId {
        self.place(now, outgoing, None)
    }

    /// The same with something to prove ourselves with if the far end challenges (at most two tries).
    pub fn invite_as(&mut self, now: Moment, outgoing: Outgoing, secret: Secret) -> SessionId {
        self.place(now, outgoing, Some(secret))
    }

    fn place(&mut self, now: Moment, outgoing: Outgoing, secret: Option<Secret>) -> SessionId {
        let id = SessionId(self.next_id());
        if let Some((code, reason)) = self.objection(&outgoing) {
            let reason = reason.to_owned();
            let cause = Cause::Refused { code, reason };
            self.env.event(Event::Ended { session: id, cause });
            return id;
        }
        let mut dialog = self.dialog_for(&outgoing);
        let is_hops = |name: &str| name.eq_ignore_ascii_case("Max-Forwards");
        if let Some(hops) = outgoing.headers.iter().find(|(n, _)| is_hops(n)).and_then(|(_, v)| v.trim().parse().ok()) {
            dialog.hops = hops;
        }
        let mut headers = outgoing.headers;
        headers.retain(|(name, _)| is_free(name));
        let ring = Some(self.env.arm(now + outgoing.ring_max.min(limit::RING), Timer::Session(id, SessionTimer::Ring)));
        let calling = Calling {
            transaction: crate::transaction::TransactionId(0),
            cseq: 0,
            body: outgoing.body.clone(),
            headers,
            secret,
            authorization: None,
            tries: 0,
            expires: self
                .config
                .session_expires
                .and_then(|d| u32::try_from(d.as_secs()).ok())
                .map(|s| s.max(limit::SESSION_EXPIRES_MIN)),
            min_se: None,
            ring,
            cancel_over: None,
        };
        let peer = self.peers.of(&dialog.flow);
        let mut session = Session::new(dialog, peer, Stage::Calling(Box::new(calling)));
        session.description = outgoing.body;
        self.keep_session(id, session);
        self.send_invite(now, id);
        id
    }

    /// Why a call of ours cannot even be tried.
    fn objection(&self, outgoing: &Outgoing) -> Option<(u16, &'static str)> {
        // What is no URI must not come into a request line, wherever the application has it from.
        match Uri::parse(outgoing.target.as_bytes()) {
            Ok(uri) if uri.scheme != Scheme::Other => {}
            _ => return Some((400, "target is no URI")),
        }
        (self.sessions.len() >= self.config.sessions_max).then_some((503, "too many sessions"))
    }

    fn dialog_for(&mut self, outgoing: &Outgoing) -> Dialog {
        let (call_id, tag) = (self.env.call_id(), self.env.tag());
        let here = dialog::local(outgoing.flow.transport, &self.config).to_string();
        let local = write_party(&outgoing.from, &here);
        let remote = write_party(&outgoing.to, &here);
        let routes = outgoing.route.iter().map(|r| bracketed(r));
        let routes = routes.filter(|r| Address::parse(r.as_bytes()).is_ok()).take(limit::ROUTES).collect();
        // A registered Contact may carry headers, which a Request-URI may not.
        let target =
            Uri::parse(outgoing.target.as_bytes()).map_or_else(|_| outgoing.target.clone(), |uri| uri.target());
        Dialog::outgoing(call_id, tag, local, remote, target, routes, outgoing.flow)
    }

    /// Sends the INVITE: the first time, with credentials, or with a longer session interval.
    pub(crate) fn send_invite(&mut self, now: Moment, id: SessionId) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let Stage::Calling(calling) = &mut session.stage else {
            return;
        };
        let cseq = session.dialog.next_cseq();
        let branch = self.env.branch();
        let mut draft = session.dialog.request("INVITE", cseq, &branch, &self.config);
        draft.header("Contact", &dialog::our_contact(session.dialog.flow.transport, &self.config));
        draft.header("Allow", reply::ALLOW).header("Supported", reply::SUPPORTED);
        if let Some(seconds) = calling.expires {
            draft.number("Session-Expires", u64::from(seconds));
        }
        if let Some(seconds) = calling.min_se {
            draft.number("Min-SE", u64::from(seconds));
        }
        if let Some((name, value)) = &calling.authorization {
            draft.header(name, value);
        }
        draft.header("User-Agent", &self.config.product);
        for (name, value) in &calling.headers {
            draft.header(name, value);
        }
        let text = draft.end(calling.body.as_ref());
        calling.cseq = cseq;
        calling.tries += 1;
        calling.transaction = self.table.invite(
            now,
            session.dialog.flow,
            &branch,
            text,
            Owner::Session(id, Purpose::Invite),
            &mut self.env,
        );
    }

    /// The ACK of an offerless INVITE of ours: the answer to the offer that came with [`Event::Answered`].
    pub fn ack_body(&mut self, now: Moment, session: SessionId, body: Body) {
        let id = session;
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let Stage::Unacknowledged(_) = session.stage else {
            return;
        };
        session.description = Some(body);
        self.acknowledge(id);
        self.next_offer(now, id);
    }

    /// Sends the ACK that waited and goes over to talking.
    pub(crate) fn acknowledge(&mut self, id: SessionId) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let Stage::Unacknowledged(waiting) = std::mem::replace(&mut session.stage, Stage::Talking) else {
            return;
        };
        let mut draft = session.dialog.request("ACK", waiting.cseq, &self.env.branch(), &self.config);
        if let Some((name, value)) = &waiting.authorization {
            draft.header(name, value);
        }
        let text = draft.end(session.description.as_ref());
        self.table.acked(
            waiting.transaction,
            &session.dialog.remote_tag,
            session.dialog.next_hop(),
            text,
            &mut self.env,
        );
    }
}

/// What an INVITE says, as far as it can be read; its body and credentials are judged elsewhere.
fn read(message: &Message, flow: Flow) -> Invite {
    let address = |name| message.get(name).and_then(|value| Address::parse(value).ok());
    let (from, to) = (address(Name::From), address(Name::To));
    let uri = dialog::request_uri(message);
    let identities = Address::list(message, Name::PAssertedIdentity).flatten();
    let remote = || {
        let calling = |a: &Address| a.params.get("party").is_none_or(|party| party.eq_ignore_ascii_case(b"calling"));
        Address::list(message, Name::RemotePartyId).flatten().filter(calling).take(limit::IDENTITIES)
    };
    let hidden = |a: Address| {
        let privacy = a.params.get("privacy").map(lex::unquote).unwrap_or_default();
        ["full", "uri"].iter().any(|word| privacy.eq_ignore_ascii_case(word.as_bytes()))
    };
    let id = |value: &[u8]| value.split(|b| *b == b';').any(|v| lex::trim(v).eq_ignore_ascii_case(b"id"));
    Invite {
        flow,
        call_id: lex::clean(lex::trim(message.get(Name::CallId).unwrap_or_default()), limit::IDENTIFIER),
        from_tag: lex::clean(from.and_then(|a| a.tag()).unwrap_or_default(), limit::IDENTIFIER),
        dialled: Uri::parse(uri).map_or_else(|_| lex::clean(uri, limit::PARTY), |uri| uri.user_text()),
        from: from.map(|a| a.party()).unwrap_or_default(),
        to: to.map(|a| a.party()).unwrap_or_default(),
        asserted: identities.take(limit::IDENTITIES).map(|a| a.party()).collect(),
        remote_party: remote().map(|a| a.party()).collect(),
        private: message.get(Name::Privacy).is_some_and(id) || remote().any(hidden),
        credentials: None,
        offer: None,
        headers: shown(message),
    }
}

/// RFC 4475 3.3.15: who cannot take SDP cannot be called.
fn accepts_sdp(message: &Message) -> bool {
    if message.get(Name::Accept).is_none() {
        return true;
    }
    let kind = |value: &[u8]| lex::trim(lex::cut(value, b';').0).to_ascii_lowercase();
    message
        .list(Name::Accept)
        .any(|value| matches!(kind(value).as_slice(), b"application/sdp" | b"application/*" | b"*/*"))
}

/// Headers without a meaning here, for the application; Max-Forwards so that it can count hops on.
fn shown(message: &Message) -> Vec<(String, String)> {
    let wanted = |name: Name| {
        matches!(name, Name::Other | Name::UserAgent | Name::Subject | Name::MaxForwards | Name::ReferredBy)
    };
    let fields = message.fields.iter().filter(|f| wanted(f.name) && f.value.len() <= limit::HEADER_SHOWN);
    fields
        .take(limit::HEADERS_SHOWN)
        .map(|f| {
            let name = f.name.text().map_or_else(|| lex::clean(f.name_text, limit::PARTY), str::to_owned);
            (name.to_ascii_lowercase(), lex::clean(&f.unfolded(), limit::HEADER_SHOWN))
        })
        .collect()
}

/// `"name" <sip:user@host>`; an empty host is ours.
fn write_party(party: &Party, here: &str) -> String {
    let mut out = String::new();
    if !party.name.is_empty() {
        address::write_display(&party.name, &mut out);
        out.push(' ');
    }
    let host = if party.host.is_empty() || uri::host_port(party.host.as_bytes()).is_err() { here } else { &party.host };
    if party.user.is_empty() {
        out.push_str(&format!("<sip:{host}>"));
    } else {
        out.push_str(&format!("<sip:{}@{host}>", uri::escape_user(&party.user)));
    }
    out
}

/// A header the application may add: none that the stack writes itself.
fn is_free(name: &str) -> bool {
    let own = [
        Name::Via,
        Name::From,
        Name::To,
        Name::CallId,
        Name::CSeq,
        Name::MaxForwards,
        Name::Contact,
        Name::ContentLength,
        Name::ContentType,
        Name::Route,
        Name::RecordRoute,
        Name::SessionExpires,
        Name::MinSe,
        Name::Require,
    ];
    lex::is_whole_token(name.as_bytes()) && !own.contains(&Name::of(name.as_bytes()))
}

fn bracketed(route: &str) -> String {
    if route.contains('<') { route.to_owned() } else { format!("<{route}>") }
}
