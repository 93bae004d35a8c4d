//! From where a leg's packets are taken (RTP Bleed, CVE-2017-14099): only from the address its SDP names, or, while NAT may
//! have changed it, another port of that host or the host that signals. Once settled, it moves with new SDP, or, after a
//! silence, to another port (a NAT forgot its mapping) or with its stream to another host of its carrier (a gateway was
//! switched).

use crate::limit;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use types::Moment;

/// The settled or expected address of a peer.
#[derive(Clone, Debug)]
pub struct Source {
    expected: SocketAddr,
    hosts: Hosts,
    state: State,
}

/// Where else the peer may be.
#[derive(Clone, Debug, Default)]
pub struct Hosts {
    /// Where the signalling comes from, if told.
    pub signalled: Option<IpAddr>,
    /// All hosts of the peer's carrier. They carry others' calls as well: sound from there may be a stray of a call that had
    /// this port before.
    pub carrier: Arc<[IpAddr]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing was heard.
    Open,
    /// Heard from the right host, another port; the exact port may still speak up.
    Guessed {
        from: SocketAddr,
        at: Moment,
        heard: Moment,
    },
    Locked {
        from: SocketAddr,
        heard: Moment,
    },
}

impl Source {
    /// `expected` is the SDP's address; `hosts` are known to be the peer's besides.
    pub fn new(expected: SocketAddr, hosts: Hosts) -> Source {
        Source { expected: canonical(expected), hosts, state: State::Open }
    }

    /// New SDP: the same address keeps what was learnt.
    pub fn renegotiated(&mut self, expected: SocketAddr) {
        if canonical(expected) != self.expected {
            *self = Source::new(expected, self.hosts.clone());
        }
    }

    /// These hosts are the peer's as well: behind a NAT the SDP names an inner address, and sound comes from where the
    /// signalling does; a carrier has several gateways.
    pub fn peers(&mut self, hosts: Hosts) {
        self.hosts = hosts;
    }

    /// Is a packet from here the peer's? Learns at the beginning, and after a silence. `known`: it is of the stream that was
    /// heard last.
    pub fn accept(&mut self, now: Moment, from: SocketAddr, known: bool) -> bool {
        let from = canonical(from);
        if let State::Guessed { from: guessed, at, heard } = self.state
            && now.saturating_duration_since(at) >= limit::LEARNING
        {
            self.state = State::Locked { from: guessed, heard };
        }
        match &mut self.state {
            State::Locked { from: settled, heard } if from == *settled => *heard = now,
            State::Locked { heard, .. } if now.saturating_duration_since(*heard) < limit::QUIET => return false,
            // The named address needs no guess, be it at the start or back after a silence.
            _ if from == self.expected => self.state = State::Locked { from, heard: now },
            State::Guessed { from: guessed, heard, .. } => {
                if from != *guessed {
                    return false;
                }
                *heard = now;
            }
            State::Open | State::Locked { .. } => {
                if !self.is_likely(from, known) {
                    return false;
                }
                self.state = State::Guessed { from, at: now, heard: now };
            }
        }
        true
    }

    /// May the peer be here, whatever was learnt?
    pub fn is_likely(&self, from: SocketAddr, known: bool) -> bool {
        let host = from.ip().to_canonical();
        let is = |known: &IpAddr| known.to_canonical() == host;
        host == self.expected.ip()
            || self.hosts.signalled.as_ref().is_some_and(is)
            || (known && self.hosts.carrier.iter().any(is))
    }

    /// Is this where the peer was heard from?
    pub fn is_settled(&self, from: SocketAddr) -> bool {
        self.state != State::Open && canonical(from) == self.target()
    }

    /// Where to send: symmetric RTP (RFC 4961) once something was heard, the SDP's address before.
    pub fn target(&self) -> SocketAddr {
        match self.state {
            State::Open => self.expected,
            State::Guessed { from, .. } | State::Locked { from, .. } => from,
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
        let mut source = Source::new(at("10.0.0.1:4000"), Hosts::default());
        assert!(!source.accept(now, at("10.0.0.9:4000"), true), "another host is never learnt");
        assert_eq!(source.target(), at("10.0.0.1:4000"));
        assert!(source.accept(now, at("10.0.0.1:4000"), true));
        assert!(!source.accept(now, at("10.0.0.1:4002"), true));
        assert!(source.accept(now, at("[::ffff:10.0.0.1]:4000"), true));
    }

    #[test]
    fn nat_may_change_the_port_early_on() {
        let now = Moment::START;
        let mut source = Source::new(at("10.0.0.1:4000"), Hosts::default());
        assert!(source.accept(now, at("10.0.0.1:61000"), true));
        assert_eq!(source.target(), at("10.0.0.1:61000"));
        assert!(!source.accept(now, at("10.0.0.1:61001"), true), "only one guess");
        assert!(source.accept(now + Duration::from_secs(1), at("10.0.0.1:4000"), true), "the named port is better");
        assert!(!source.accept(now + Duration::from_secs(1), at("10.0.0.1:61000"), true));
    }

    #[test]
    fn a_guess_settles() {
        let now = Moment::START;
        let mut source = Source::new(at("10.0.0.1:4000"), Hosts::default());
        assert!(source.accept(now, at("10.0.0.1:61000"), true));
        assert!(source.accept(now + Duration::from_secs(3), at("10.0.0.1:61000"), true));
        assert!(!source.accept(now + Duration::from_secs(3), at("10.0.0.1:4000"), true));
    }

    #[test]
    fn a_settled_guess_that_falls_silent_gives_way_to_the_named_port() {
        let now = Moment::START;
        let mut source = Source::new(at("10.0.0.1:4000"), Hosts::default());
        assert!(source.accept(now, at("10.0.0.1:61000"), true));
        assert!(source.accept(now + Duration::from_secs(3), at("10.0.0.1:4000"), true));
        assert!(!source.accept(now + Duration::from_secs(3), at("10.0.0.1:61000"), true));
    }

    #[test]
    fn a_phone_behind_nat_is_where_its_signalling_is() {
        let now = Moment::START;
        let mut source = Source::new(at("192.168.1.7:4000"), Hosts::default());
        source.peers(Hosts { signalled: "203.0.113.5".parse().ok(), ..Hosts::default() });
        assert!(!source.accept(now, at("203.0.113.6:4000"), true));
        assert!(source.accept(now, at("203.0.113.5:30000"), true));
        assert_eq!(source.target(), at("203.0.113.5:30000"));
        source.renegotiated(at("192.168.1.7:5000"));
        assert!(source.accept(now, at("203.0.113.5:30002"), true), "and it still is after new SDP");
    }

    #[test]
    fn after_a_silence_it_moves_within_the_peers_hosts() {
        let mut now = Moment::START;
        let carrier = Arc::from(["10.0.0.2".parse().unwrap()]);
        let mut source = Source::new(at("10.0.0.1:4000"), Hosts { signalled: None, carrier });
        assert!(!source.accept(now, at("10.0.0.2:4000"), false), "not at the start");
        assert!(source.accept(now, at("10.0.0.1:4000"), true));
        now += Duration::from_millis(990);
        assert!(!source.accept(now, at("10.0.0.1:5000"), true), "it is not silent");
        assert!(source.accept(now, at("10.0.0.1:4000"), true));
        now += limit::QUIET;
        assert!(!source.accept(now, at("10.0.0.9:4000"), true), "another's host is never learnt");
        assert!(source.accept(now, at("10.0.0.1:5000"), true));
        assert_eq!(source.target(), at("10.0.0.1:5000"));
        now += limit::LEARNING;
        assert!(source.accept(now, at("10.0.0.1:5000"), true));
        assert!(!source.accept(now, at("10.0.0.2:6000"), true));
        now += limit::QUIET;
        assert!(!source.accept(now, at("10.0.0.2:6000"), false), "a stray of another call");
        assert!(source.accept(now, at("10.0.0.2:6000"), true), "another gateway of the carrier");
        now += limit::LEARNING;
        assert!(source.accept(now, at("10.0.0.2:6000"), true));
        assert!(!source.accept(now, at("10.0.0.1:4000"), true));
    }

    #[test]
    fn only_new_sdp_moves_it_at_once() {
        let now = Moment::START;
        let mut source = Source::new(at("10.0.0.1:4000"), Hosts::default());
        assert!(source.accept(now, at("10.0.0.1:4000"), true));
        source.renegotiated(at("10.0.0.1:4000"));
        assert!(!source.accept(now, at("10.0.0.1:5000"), true));
        source.renegotiated(at("10.0.0.2:5000"));
        assert!(!source.accept(now, at("10.0.0.1:4000"), true));
        assert!(source.accept(now, at("10.0.0.2:5000"), true));
    }
}
