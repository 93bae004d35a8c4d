//! The network between the parties: delay, loss, doubling, overtaking, and cut cables. Seeded.

use bytes::Bytes;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
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

    fn delay(&mut self, weather: Weather) -> Duration {
        if weather.jitter.is_zero() {
            return weather.delay;
        }
        let spread = u64::try_from(weather.jitter.as_micros()).unwrap_or(u64::MAX);
        weather.delay + Duration::from_micros(self.rng.random_range(0..=spread))
    }
}
