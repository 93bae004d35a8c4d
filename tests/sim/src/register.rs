//! The client side of REGISTER (RFC 3261 10.2) with digest (RFC 7616): written by hand, so that the registrar is
//! not tested against its own authors.

use bytes::Bytes;
use sha2::{Digest, Sha256};
use sip::Transport;
use std::net::SocketAddr;
use std::time::Duration;
use types::Moment;

/// RFC 3261 T1.
const T1: Duration = Duration::from_millis(500);
pub const REALM: &str = "linedesk";
/// What phones ask for.
pub const EXPIRES: Duration = Duration::from_secs(120);

#[derive(Debug)]
pub struct Registration {
    pub user: String,
    pub password: String,
    pub local: SocketAddr,
    pub transport: Transport,
    /// A page is another one after each load (RFC 5626 4.1); desk phones have none.
    pub instance: Option<String>,
    cseq: u32,
    /// The request under way and when it is sent again.
    pending: Option<(Bytes, Moment, Duration)>,
    /// When the binding is refreshed.
    refresh: Option<Moment>,
    pub registered: bool,
    challenged: bool,
}

impl Registration {
    pub fn new(now: Moment, user: &str, password: &str, local: SocketAddr, transport: Transport) -> Registration {
        Registration {
            user: user.into(),
            password: password.into(),
            local,
            transport,
            instance: None,
            cseq: 0,
            pending: None,
            refresh: Some(now),
            registered: false,
            challenged: false,
        }
    }

    pub fn timeout(&self) -> Option<Moment> {
        [self.refresh, self.pending.as_ref().map(|(_, at, _)| *at)].into_iter().flatten().min()
    }

    /// There is a new connection: register over it at once.
    pub fn again(&mut self, now: Moment) {
        (self.pending, self.registered, self.refresh) = (None, false, Some(now));
    }

    /// The way to the registrar is gone; `again` begins anew.
    pub fn lost(&mut self) {
        (self.pending, self.registered, self.refresh) = (None, false, None);
    }

    /// What is to be sent now.
    pub fn tick(&mut self, now: Moment) -> Option<Bytes> {
        if self.refresh.is_some_and(|at| at <= now) {
            // Also what to do when nothing answers at all.
            self.refresh = Some(now + EXPIRES / 4);
            self.challenged = false;
            return Some(self.send(now, None));
        }
        let (bytes, at, wait) = self.pending.as_mut()?;
        if *at > now {
            return None;
        }
        *wait = (*wait * 2).min(T1 * 8);
        *at = now + *wait;
        Some(bytes.clone())
    }

    /// Is this the answer to a REGISTER of ours? Then it is used up here.
    pub fn receive(&mut self, now: Moment, bytes: &[u8]) -> Option<Option<Bytes>> {
        let text = std::str::from_utf8(bytes).ok()?;
        let code: u16 = text.strip_prefix("SIP/2.0 ")?.get(..3)?.parse().ok()?;
        let cseq = header(text, "cseq")?.strip_suffix(" REGISTER")?;
        if cseq.trim() != self.cseq.to_string() || self.pending.is_none() {
            return Some(None);
        }
        match code {
            100..200 => Some(None),
            200..300 => {
                (self.pending, self.registered) = (None, true);
                self.refresh = Some(now + EXPIRES / 2);
                Some(None)
            }
            401 if !self.challenged => {
                self.challenged = true;
                let nonce = quoted(header(text, "www-authenticate")?, "nonce")?.to_owned();
                Some(Some(self.send(now, Some(&nonce))))
            }
            _ => {
                (self.pending, self.registered) = (None, false);
                Some(None)
            }
        }
    }

    fn send(&mut self, now: Moment, nonce: Option<&str>) -> Bytes {
        self.cseq += 1;
        let (user, local, cseq) = (&self.user, self.local, self.cseq);
        let authorization = nonce.map(|nonce| self.authorization(nonce)).unwrap_or_default();
        let (via, contact) = match (self.transport, &self.instance) {
            (Transport::Udp, _) => ("UDP", format!("<sip:{user}@{local}>")),
            (Transport::Tcp | Transport::Tls, _) => ("TCP", format!("<sip:{user}@{local};transport=tcp>")),
            // As JsSIP writes it: a name of no host, another one after each load.
            (Transport::Ws | Transport::Wss, instance) => {
                let instance = instance.as_deref().unwrap_or_default();
                let uri = format!("<sip:{instance}@{instance}.invalid;transport=ws>");
                ("WS", format!("{uri};+sip.instance=\"<urn:uuid:{instance}>\";reg-id=1"))
            }
        };
        let text = format!(
            "REGISTER sip:{REALM} SIP/2.0\r\nVia: SIP/2.0/{via} {local};branch=z9hG4bK-reg-{user}-{cseq}-{tail};rport\r\n\
             Max-Forwards: 70\r\nFrom: <sip:{user}@{REALM}>;tag=reg{port}\r\nTo: <sip:{user}@{REALM}>\r\n\
             Call-ID: register-{user}-{local}-{tail}\r\nCSeq: {cseq} REGISTER\r\nContact: {contact};expires={expires}\r\n\
             {authorization}Content-Length: 0\r\n\r\n",
            tail = self.instance.as_deref().unwrap_or("phone"),
            port = local.port(),
            expires = EXPIRES.as_secs(),
        );
        let bytes = Bytes::from(text);
        // RFC 3261 17.1.2.2: nothing is sent again over a way that loses nothing.
        self.pending = Some((bytes.clone(), now + if self.transport.reliable() { EXPIRES } else { T1 }, T1));
        bytes
    }

    fn authorization(&self, nonce: &str) -> String {
        let uri = format!("sip:{REALM}");
        let ha1 = hash(&format!("{}:{REALM}:{}", self.user, self.password));
        let ha2 = hash(&format!("REGISTER:{uri}"));
        let cnonce = format!("c{}", self.cseq);
        let response = hash(&format!("{ha1}:{nonce}:00000001:{cnonce}:auth:{ha2}"));
        format!(
            "Authorization: Digest username=\"{}\", realm=\"{REALM}\", nonce=\"{nonce}\", uri=\"{uri}\", response=\"{response}\", \
             algorithm=SHA-256, cnonce=\"{cnonce}\", nc=00000001, qop=auth\r\n",
            self.user
        )
    }
}

pub fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// The value of the first header of this name (lower case).
pub fn header<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let lines = text.split("\r\n").take_while(|line| !line.is_empty());
    let mut pairs = lines.filter_map(|line| line.split_once(':'));
    pairs.find(|(found, _)| found.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

fn quoted<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    let start = value.find(&format!("{name}=\""))? + name.len() + 2;
    value.get(start..)?.split('"').next()
}
