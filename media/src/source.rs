//! From where a leg's packets are taken (RTP Bleed, CVE-2017-14099): only from the address its SDP names, or,
//! while NAT may have changed it, another port of that host or the host that signals. Once settled, only new SDP
//! moves it.

use crate::limit;
use std::net::{IpAddr, SocketAddr};
use types::Moment;

/// The settled or expected address of a peer.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    expected: SocketAddr,
    /// Where the signalling comes from, if told.
    signalled: Option<IpAddr>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing was heard.
    Open,
    /// Heard from the right host, another port; the exact port may still speak up.
    Guessed {
        from: SocketAddr,
        at: Moment,
    },
    Locked(SocketAddr),
}

impl Source {
    /// `expected` is the SDP's address; `signalled` that of the signalling, if known.
    pub fn new(expected: SocketAddr, signalled: Option<IpAddr>) -> Source {
        Source { expected: canonical(expected), signalled: signalled.map(|ip| ip.to_canonical()), state: State::Open }
    }

    /// New SDP: the same address keeps what was learnt.
    pub fn renegotiated(&mut self, expected: SocketAddr) {
        if canonical(expected) != self.expected {
            *self = Source::new(expected, self.signalled);
        }
    }

    /// The signalling came from here: behind a NAT the SDP names an inner address, and sound comes from this one.
    pub fn signalled(&mut self, from: IpAddr) {
        self.signalled = Some(from.to_canonical());
    }

    /// Is a packet from here the peer's? Learns at the beginning.
    pub fn accept(&mut self, now: Moment, from: SocketAddr) -> bool {
        let from = canonical(from);
        if let State::Guessed { from: guessed, at } = self.state
            && now.saturating_duration_since(at) >= limit::LEARNING
        {
            self.state = State::Locked(guessed);
        }
        match self.state {
            State::Locked(settled) => from == settled,
            _ if from == self.expected => {
                self.state = State::Locked(from);
                true
            }
            State::Guessed { from: guessed, .. } => from == guessed,
            State::Open => {
                let likely = from.ip() == self.expected.ip() || Some(from.ip()) == self.signalled;
                if likely {
                    self.state = State::Guessed { from, at: now };
                }
                likely
            }
        }
    }

    /// Is this where the peer was heard from?
    pub fn is_settled(&self, from: SocketAddr) -> bool {
        self.state != State::Open && canonical(from) == self.target()
    }

    /// Where to send: symmetric RTP (RFC 4961) once something was heard, the SDP's address before.
    pub fn target(&self) -> SocketAddr {
        match self.state {
            State::Open => self.expected,
            State::Guessed { from, .. } | State::Locked(from) => from,
        }
    }
}

/// An IPv4 address seen through an IPv6 socket is the same host.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn at(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_named_address_locks() {
        let now = Moment::START;
        let mut source = Source::new(at("10.0.0.1:4000"), None);
        assert!(!source.accept(now, at("10.0.0.9:4000")), "another host is never learnt");
        assert_eq!(source.target(), at("10.0.0.1:4000"));
        assert!(source.accept(now, at("10.0.0.1:4000")));
        assert!(!source.accept(now, at("10.0.0.1:4002")));
        assert!(source.accept(now, at("[::ffff:10.0.0.1]:4000")));
    }

    #[test]
    fn nat_may_change_the_port_early_on() {
        let now = Moment::START;
        let mut source = Source::new(at("10.0.0.1:4000"), None);
        assert!(source.accept(now, at("10.0.0.1:61000")));
        assert_eq!(source.target(), at("10.0.0.1:61000"));
        assert!(!source.accept(now, at("10.0.0.1:61001")), "only one guess");
        assert!(source.accept(now + Duration::from_secs(1), at("10.0.0.1:4000")), "the named port is better");
        assert!(!source.accept(now + Duration::from_secs(1), at("10.0.0.1:61000")));
    }

    #[test]
    fn a_guess_settles() {
        let now = Moment::START;
        let mut source = Source::new(at("10.0.0.1:4000"), None);
        assert!(source.accept(now, at("10.0.0.1:61000")));
        assert!(source.accept(now + Duration::from_secs(3), at("10.0.0.1:61000")));
        assert!(!source.accept(now + Duration::from_secs(3), at("10.0.0.1:4000")));
    }

    #[test]
    fn a_settled_guess_outlives_its_own_silence() {
        let now = Moment::START;
        let mut source = Source::new(at("10.0.0.1:4000"), None);
        assert!(source.accept(now, at("10.0.0.1:61000")));
        assert!(!source.accept(now + Duration::from_secs(3), at("10.0.0.1:4000")));
    }

    #[test]
    fn a_phone_behind_nat_is_where_its_signalling_is() {
        let now = Moment::START;
        let mut source = Source::new(at("192.168.1.7:4000"), None);
        source.signalled("203.0.113.5".parse().unwrap());
        assert!(!source.accept(now, at("203.0.113.6:4000")));
        assert!(source.accept(now, at("203.0.113.5:30000")));
        assert_eq!(source.target(), at("203.0.113.5:30000"));
        source.renegotiated(at("192.168.1.7:5000"));
        assert!(source.accept(now, at("203.0.113.5:30002")), "and it still is after new SDP");
    }

    #[test]
    fn only_new_sdp_moves_it() {
        let now = Moment::START;
        let mut source = Source::new(at("10.0.0.1:4000"), None);
        assert!(source.accept(now, at("10.0.0.1:4000")));
        source.renegotiated(at("10.0.0.1:4000"));
        assert!(!source.accept(now, at("10.0.0.1:5000")));
        source.renegotiated(at("10.0.0.2:5000"));
        assert!(!source.accept(now, at("10.0.0.1:4000")));
        assert!(source.accept(now, at("10.0.0.2:5000")));
    }
}
