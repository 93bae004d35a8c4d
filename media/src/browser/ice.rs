//! ICE-lite (RFC 8445 2.5): the browser probes, we answer; it says which of its addresses is to be used.

use super::identity::Identity;
use super::limit;
use super::stun::{self, Request};
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
    /// Addresses that proved to know our password, and when they last did.
    paths: Vec<(SocketAddr, Moment)>,
    nominated: Option<SocketAddr>,
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

    /// A packet that looks like STUN. Gives the response to send to `from`; what is not authentic gets none.
    pub fn receive(&mut self, now: Moment, from: SocketAddr, packet: &[u8], identity: &Identity) -> Option<Bytes> {
        let remote = self.remote.as_ref()?;
        let request = Request::read(packet)?;
        let (ours, theirs) = request.username.split_once(':')?;
        let crypto = identity.provider.crypto();
        if ours != self.ufrag || theirs != remote.ufrag || !request.is_authentic(&self.password, crypto) {
            return None;
        }
        if request.controlled {
            return stun::role_conflict(&request.transaction, &self.password, crypto);
        }
        let response = stun::success(&request.transaction, from, &self.password, crypto)?;
        self.prove(now, from);
        if request.use_candidate {
            self.nominated = Some(from);
        }
        Some(response)
    }

    /// Has this address proved itself, lately?
    pub fn knows(&self, now: Moment, from: SocketAddr) -> bool {
        self.paths
            .iter()
            .any(|(address, seen)| *address == from && now.saturating_duration_since(*seen) < limit::CONSENT)
    }

    /// Where to send: what the browser chose; before that, wherever it last spoke from.
    pub fn path(&self) -> Option<SocketAddr> {
        self.nominated.or_else(|| self.paths.iter().max_by_key(|(_, seen)| *seen).map(|(address, _)| *address))
    }

    /// The last authentic check over any path.
    pub fn heard(&self) -> Option<Moment> {
        self.paths.iter().map(|(_, seen)| *seen).max()
    }

    fn prove(&mut self, now: Moment, from: SocketAddr) {
        if let Some(path) = self.paths.iter_mut().find(|(address, _)| *address == from) {
            path.1 = now;
            return;
        }
        if self.paths.len() >= limit::PATHS {
            let nominated = self.nominated;
            let stale = |(address, _): &&(SocketAddr, Moment)| Some(*address) != nominated;
            let Some(&oldest) = self.paths.iter().filter(stale).min_by_key(|(_, seen)| *seen) else {
                return;
            };
            self.paths.retain(|path| *path != oldest);
        }
        self.paths.push((from, now));
    }
}
