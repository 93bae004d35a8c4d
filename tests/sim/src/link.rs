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
pub enum Parcel {
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

/// How bad a kind of traffic fares.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    /// 0.0-1.0.
    pub loss: f64,
    pub doubled: f64,
    pub delay: Duration,
    /// Evenly spread on top of the delay; more than the gap between two datagrams makes them overtake.
    pub jitter: Duration,
}

impl Weather {
    pub const FAIR: Weather =
        Weather { loss: 0.0, doubled: 0.0, delay: Duration::from_millis(2), jitter: Duration::ZERO };
}

/// TCP's first retransmission on a short way (RFC 6298 2.4 allows more, Linux does this).
const RETRANSMITTED: Duration = Duration::from_millis(200);

#[derive(Debug)]
pub struct Link {
    pub signalling: Weather,
    pub sound: Weather,
    /// Hosts whose cable is pulled.
    cut: BTreeSet<IpAddr>,
    rng: ChaCha8Rng,
}

impl Link {
    pub fn new(rng: ChaCha8Rng) -> Link {
        Link { signalling: Weather::FAIR, sound: Weather::FAIR, cut: BTreeSet::new(), rng }
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
        let weather = if signalling { self.signalling } else { self.sound };
        let mut copies = Vec::with_capacity(1);
        if weather.loss <= 0.0 || !self.rng.random_bool(weather.loss) {
            copies.push(self.delay(weather));
        }
        if weather.doubled > 0.0 && self.rng.random_bool(weather.doubled) {
            copies.push(self.delay(weather));
        }
        copies
    }

    /// How long bytes of a connection are under way: what is lost is sent again, after twice the time each time.
    pub fn stream(&mut self) -> Duration {
        let weather = self.signalling;
        let mut late = self.delay(weather);
        let mut again = RETRANSMITTED;
        while weather.loss > 0.0 && again <= RETRANSMITTED * 16 && self.rng.random_bool(weather.loss) {
            late += again;
            again *= 2;
        }
        late
    }

    /// A number below `most`, of the network's own dice.
    pub fn below(&mut self, most: usize) -> usize {
        self.rng.random_range(0..most.max(1))
    }

    fn delay(&mut self, weather: Weather) -> Duration {
        if weather.jitter.is_zero() {
            return weather.delay;
        }
        let spread = u64::try_from(weather.jitter.as_micros()).unwrap_or(u64::MAX);
        weather.delay + Duration::from_micros(self.rng.random_range(0..=spread))
    }
}
