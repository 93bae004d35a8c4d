//! The client side of REGISTER (RFC 3261 10.2) with digest (RFC 7616): written by hand, so that the registrar is
//! not tested against its own authors.

use crate::link::Datagram;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

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
    pub server: SocketAddr,
    cseq: u32,
    /// The request under way and when it is sent again.
    pending: Option<(Bytes, Instant, Duration)>,
    /// When the binding is refreshed.
    refresh: Option<Instant>,
    pub registered: bool,
    challenged: bool,
}

impl Registration {
    pub fn new(now: Instant, user: &str, password: &str, local: SocketAddr, server: SocketAddr) -> Registration {
        Registration {
            user: user.into(),
            password: password.into(),
            local,
            server,
            cseq: 0,
            pending: None,
            refresh: Some(now),
            registered: false,
            challenged: false,
        }
    }

    pub fn timeout(&self) -> Option<Instant> {
        [self.refresh, self.pending.as_ref().map(|(_, at, _)| *at)].into_iter().flatten().min()
    }

    pub fn tick(&mut self, now: Instant) -> Option<Datagram> {
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
        Some(Datagram { from: self.local, to: self.server, bytes: bytes.clone() })
    }

    /// Is this the answer to a REGISTER of ours? Then it is used up here.
    pub fn receive(&mut self, now: Instant, bytes: &[u8]) -> Option<Option<Datagram>> {
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

    fn send(&mut self, now: Instant, nonce: Option<&str>) -> Datagram {
        self.cseq += 1;
        let (user, local, cseq) = (&self.user, self.local, self.cseq);
        let authorization = nonce.map(|nonce| self.authorization(nonce)).unwrap_or_default();
        let text = format!(
            "REGISTER sip:{REALM} SIP/2.0\r\nVia: SIP/2.0/UDP {local};branch=z9hG4bK-reg-{user}-{cseq};rport\r\n\
             Max-Forwards: 70\r\nFrom: <sip:{user}@{REALM}>;tag=reg{port}\r\nTo: <sip:{user}@{REALM}>\r\n\
             Call-ID: register-{user}-{local}\r\nCSeq: {cseq} REGISTER\r\nContact: <sip:{user}@{local}>;expires={expires}\r\n\
             {authorization}Content-Length: 0\r\n\r\n",
            port = local.port(),
            expires = EXPIRES.as_secs(),
        );
        let bytes = Bytes::from(text);
        self.pending = Some((bytes.clone(), now + T1, T1));
        Datagram { from: self.local, to: self.server, bytes }
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
