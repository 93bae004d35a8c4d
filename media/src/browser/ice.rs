//! ICE-lite (RFC 8445 2.5): the browser probes, we answer; it says which of its addresses is to be used.
//!
//! Unlike a lite agent we answer a check with a check of our own (7.3.1.4), and send nothing else to an address that did
//! not answer one lately (RFC 7675): the visitor knows our password, and whoever can write another's address into a
//! datagram would have our sound sent there.

use super::identity::Identity;
use super::limit;
use super::stun::{self, Message};
use crate::sdp::Rejection;
use bytes::Bytes;
use std::net::SocketAddr;
use types::Moment;

/// Our end of ICE.
pub(super) struct Lite {
    /// As the engine chose it; restarts append to it.
    base: String,
    restarts: u32,
    pub ufrag: String,
    pub password: String,
    remote: Option<Credentials>,
    paths: Vec<Path>,
    nominated: Option<SocketAddr>,
}

/// An address from which somebody showed to know our password.
struct Path {
    address: SocketAddr,
    /// The last authentic check from there.
    checked: Moment,
    /// Our newest check to it.
    asked: Option<([u8; 12], Moment)>,
    /// How many of ours it did not answer since it last answered one.
    unanswered: u32,
    /// When it last answered: whoever is there gets what we send, and wants it.
    consent: Option<Moment>,
}

impl Path {
    fn consents(&self, now: Moment) -> bool {
        self.consent.is_some_and(|at| now.saturating_duration_since(at) < limit::CONSENT)
    }
}

/// What is to be sent to where a packet of STUN came from.
#[derive(Default)]
pub(super) struct Replies {
    pub response: Option<Bytes>,
    pub check: Option<Bytes>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Credentials {
    pub ufrag: String,
    pub password: String,
}

impl Lite {
    pub fn new(ufrag: String, password: String) -> Lite {
        let base = ufrag.clone();
        Lite { base, restarts: 0, ufrag, password, remote: None, paths: Vec::new(), nominated: None }
    }

    /// The peer's credentials are known now; checks are answered from here on.
    pub fn start(&mut self, remote: Credentials) {
        self.remote = Some(remote);
    }

    /// Would these credentials in an offer restart ICE (RFC 8839 4.4.1.1)?
    pub fn is_restart(&self, remote: &Credentials) -> bool {
        self.remote.as_ref().is_some_and(|known| known != remote)
    }

    /// The peer restarts: both sides take new credentials (RFC 8839 4.4.3.1.1). The old path goes on until the
    /// peer chooses a new one.
    ///
    /// # Errors
    /// 500 without randomness.
    pub fn restart(&mut self, remote: Credentials, identity: &Identity) -> Result<(), Rejection> {
        self.password = identity.characters(self.password.len().clamp(24, 64))?;
        self.restarts = self.restarts.wrapping_add(1);
        self.ufrag = format!("{}/{}", self.base, self.restarts);
        self.remote = Some(remote);
        Ok(())
    }

    /// A packet that looks like STUN. What is not authentic gets no reply.
    pub fn receive(&mut self, now: Moment, from: SocketAddr, packet: &[u8], identity: &Identity) -> Replies {
        self.read(now, from, packet, identity).unwrap_or_default()
    }

    fn read(&mut self, now: Moment, from: SocketAddr, packet: &[u8], identity: &Identity) -> Option<Replies> {
        let remote = self.remote.as_ref()?;
        let message = Message::read(packet)?;
        let crypto = identity.provider.crypto();
        if message.response {
            if message.is_authentic(&remote.password, crypto) {
                self.answered(now, from, message.transaction);
            }
            return None;
        }
        let (ours, theirs) = message.username.split_once(':')?;
        if ours != self.ufrag || theirs != remote.ufrag || !message.is_authentic(&self.password, crypto) {
            return None;
        }
        if message.controlled {
            let response = stun::role_conflict(&message.transaction, &self.password, crypto);
            return Some(Replies { response, check: None });
        }
        let response = stun::success(&message.transaction, from, &self.password, crypto)?;
        let (username, password) = (format!("{theirs}:{ours}"), remote.password.clone());
        self.heard(now, from);
        if message.use_candidate {
            self.nominated = Some(from);
        }
        let check = self.ask(now, from, identity).and_then(|ours| stun::check(&ours, &username, &password, crypto));
        Some(Replies { response: Some(response), check })
    }

    /// Has this address shown lately that it knows our password?
    pub fn knows(&self, now: Moment, from: SocketAddr) -> bool {
        let lately = |path: &Path| now.saturating_duration_since(path.checked) < limit::CONSENT;
        self.paths.iter().any(|path| path.address == from && lately(path))
    }

    /// Where to send: what the browser chose; while nobody answers there, wherever our checks were answered last.
    pub fn path(&self, now: Moment) -> Option<SocketAddr> {
        let live = || self.paths.iter().filter(|path| path.consents(now));
        let chosen = live().find(|path| Some(path.address) == self.nominated);
        chosen.or_else(|| live().max_by_key(|path| path.consent)).map(|path| path.address)
    }

    /// The last answer to a check of ours over any path: as long after it as consent lasts, there is one to send to.
    pub fn consent(&self) -> Option<Moment> {
        self.paths.iter().filter_map(|path| path.consent).max()
    }

    fn heard(&mut self, now: Moment, from: SocketAddr) {
        if let Some(path) = self.paths.iter_mut().find(|path| path.address == from) {
            path.checked = now;
            return;
        }
        if self.paths.len() >= limit::PATHS {
            // One that answers is not lost to addresses that do not.
            let in_use = self.path(now);
            let spare = self.paths.iter().filter(|path| Some(path.address) != in_use);
            let Some(oldest) = spare.min_by_key(|path| (path.consents(now), path.checked)).map(|path| path.address)
            else {
                return;
            };
            self.paths.retain(|path| path.address != oldest);
        }
        self.paths.push(Path { address: from, checked: now, asked: None, unanswered: 0, consent: None });
    }

    /// The transaction of a check to this address, if it is time for one. An address that never answers is asked a few
    /// times only, or the checks themselves would be what a stranger gets from us.
    fn ask(&mut self, now: Moment, to: SocketAddr, identity: &Identity) -> Option<[u8; 12]> {
        let path = self.paths.iter_mut().find(|path| path.address == to)?;
        let since = path.asked.map(|(_, at)| now.saturating_duration_since(at));
        let pause = if path.unanswered < limit::CHECKS { limit::CHECK } else { limit::CONSENT };
        if since.is_some_and(|since| since < pause) {
            return None;
        }
        let mut transaction = [0; 12];
        identity.fill(&mut transaction).ok()?;
        path.asked = Some((transaction, now));
        path.unanswered = path.unanswered.saturating_add(1);
        Some(transaction)
    }

    fn answered(&mut self, now: Moment, from: SocketAddr, transaction: [u8; 12]) {
        let asked = |path: &&mut Path| path.address == from && path.asked.is_some_and(|(ours, _)| ours == transaction);
        if let Some(path) = self.paths.iter_mut().find(asked) {
            path.consent = Some(now);
            path.unanswered = 0;
        }
    }
}
