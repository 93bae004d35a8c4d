//! The network between the parties: delay, loss, doubling, overtaking, and cut cables. Seeded. Datagrams meet all of
//! it; bytes of a connection come in order and whole, only later, until the connection breaks.

use bytes::Bytes;
use call::AgentId;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use sip::Transport;
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// A datagram under way.
#[derive(Clone, Debug)]
pub struct Datagram {
    pub from: SocketAddr,
    pub to: SocketAddr,
    pub bytes: Bytes,
}

/// What a telephone gives to the network.
#[derive(Clone, Debug)]
pub enum Transfer {
    Datagram(Datagram),
    Opens {
        from: SocketAddr,
        transport: Transport,
        login: Option<AgentId>,
    },
    Writes {
        from: SocketAddr,
        bytes: Bytes,
    },
    Closes {
        from: SocketAddr,
    },
    /// A page's sound is closed (DTLS close_notify).
    Alert {
        from: SocketAddr,
    },
}

/// Network conditions of a kind of traffic.
#[derive(Clone, Copy, Debug)]
pub struct Conditions {
    /// 0.0-1.0.
    pub loss: f64,
    pub doubled: f64,
    pub delay: Duration,
    /// Evenly spread on top of the delay; more than the gap between two datagrams makes them overtake.
    pub jitter: Duration,
}

impl Conditions {
    pub const FAIR: Conditions =
        Conditions { loss: 0.0, doubled: 0.0, delay: Duration::from_millis(2), jitter: Duration::ZERO };
}

/// TCP's first retransmission on a short way (RFC 6298 2.4 allows more, Linux does this).
const RETRANSMITTED: Duration = Duration::from_millis(200);

#[derive(Debug)]
pub struct Link {
    pub signalling: Conditions,
    pub sound: Conditions,
    /// Hosts whose cable is pulled.
    cut: BTreeSet<IpAddr>,
    rng: ChaCha8Rng,
}

impl Link {
    pub fn new(rng: ChaCha8Rng) -> Link {
        Link { signalling: Conditions::FAIR, sound: Conditions::FAIR, cut: BTreeSet::new(), rng }
    }

    pub fn is_cut(&self, host: IpAddr) -> bool {
        self.cut.contains(&host)
    }

    pub fn cut(&mut self, host: IpAddr) {
        self.cut.insert(host);
    }

    pub fn mend(&mut self, host: IpAddr) {
        self.cut.remove(&host);
    }

    pub fn mend_all(&mut self) {
        self.cut.clear();
    }

    /// When copies of the datagram come out at the other end: none, one or two.
    pub fn carry(&mut self, datagram: &Datagram, signalling: bool) -> Vec<Duration> {
        if self.cut.contains(&datagram.from.ip()) || self.cut.contains(&datagram.to.ip()) {
            return Vec::new();
        }
        let conditions = if signalling { self.signalling } else { self.sound };
        let mut copies = Vec::with_capacity(1);
        if conditions.loss <= 0.0 || !self.rng.random_bool(conditions.loss) {
            copies.push(self.delay(conditions));
        }
        if conditions.doubled > 0.0 && self.rng.random_bool(conditions.doubled) {
            copies.push(self.delay(conditions));
        }
        copies
    }

    /// How long bytes of a connection are under way: what is lost is sent again, after twice the time each time.
    pub fn stream(&mut self) -> Duration {
        let conditions = self.signalling;
        let mut late = self.delay(conditions);
        let mut again = RETRANSMITTED;
        while conditions.loss > 0.0 && again <= RETRANSMITTED * 16 && self.rng.random_bool(conditions.loss) {
            late += again;
            again *= 2;
        }
        late
    }

    /// A number below `most`, of the network's own dice.
    pub fn below(&mut self, most: usize) -> usize {
        self.rng.random_range(0..most.max(1))
    }

    fn delay(&mut self, conditions: Conditions) -> Duration {
        if conditions.jitter.is_zero() {
            return conditions.delay;
        }
        let spread = u64::try_from(conditions.jitter.as_micros()).unwrap_or(u64::MAX);
        conditions.delay + Duration::from_micros(self.rng.random_range(0..=spread))
    }
}
