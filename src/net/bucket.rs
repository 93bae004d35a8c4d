//! Who may send how much: token buckets by source and for all strangers together, on every transport; none for trunks. What a
//! message costs is counted by messages and by octets, as both take the switch's time.

use crate::net::limit;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, RwLock};
use std::time::Duration;
use types::{Moment, PersonId};

/// How far the border to the network trusts a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    Stranger,
    /// A registered desk phone's address, or a page with a log-in.
    Device,
    Trunk,
}

/// Addresses of trunks and of registered desk phones. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Known {
    addresses: Arc<RwLock<Addresses>>,
}

#[derive(Debug, Default)]
struct Addresses {
    trunks: HashSet<IpAddr>,
    phones: HashMap<PersonId, Vec<IpAddr>>,
    /// How many phones each address has: counted, because ten thousand phones may register one after another.
    devices: HashMap<IpAddr, usize>,
}

impl Known {
    /// Never throttled, first when connections are short.
    pub fn trunks(&self, addresses: impl IntoIterator<Item = IpAddr>) {
        let addresses = addresses.into_iter().map(|address| address.to_canonical()).collect();
        self.addresses.write().unwrap_or_else(|p| p.into_inner()).trunks = addresses;
    }

    /// Where an agent's desk phones are registered from now.
    pub fn phones(&self, agent: PersonId, addresses: impl IntoIterator<Item = IpAddr>) {
        let mut held = self.addresses.write().unwrap_or_else(|p| p.into_inner());
        let now: Vec<IpAddr> = addresses.into_iter().map(|address| address.to_canonical()).collect();
        for address in &now {
            *held.devices.entry(*address).or_default() += 1;
        }
        for address in held.phones.insert(agent, now).unwrap_or_default() {
            if let Some(count) = held.devices.get_mut(&address) {
                *count -= 1;
                if *count == 0 {
                    held.devices.remove(&address);
                }
            }
        }
    }

    pub fn standing(&self, address: IpAddr) -> Standing {
        let (held, address) = (self.addresses.read().unwrap_or_else(|p| p.into_inner()), address.to_canonical());
        if held.trunks.contains(&address) {
            Standing::Trunk
        } else if held.devices.contains_key(&address) {
            Standing::Device
        } else {
            Standing::Stranger
        }
    }
}

/// What some bytes cost, in messages: those that end in them, and one more for each [`limit::MESSAGE_OCTETS`].
pub fn cost(messages: usize, octets: usize) -> f64 {
    let whole = messages.saturating_add(octets / limit::MESSAGE_OCTETS).max(1);
    f64::from(u32::try_from(whole).unwrap_or(u32::MAX))
}

/// Messages that end in a piece of a stream, as far as can be seen without reading it: ends of headers.
pub fn messages(piece: &[u8]) -> usize {
    piece.windows(4).filter(|four| four == b"\r\n\r\n").count()
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Moment,
}

impl Bucket {
    fn full(now: Moment, burst: u32) -> Bucket {
        Bucket { tokens: f64::from(burst), at: now }
    }

    /// What costs more than there is, is paid for by those who come next. Err: how long to wait.
    fn take(&mut self, now: Moment, rate: u32, burst: u32, cost: f64) -> Result<(), Duration> {
        let gained = now.saturating_duration_since(self.at).as_secs_f64() * f64::from(rate);
        self.tokens = (self.tokens + gained).min(f64::from(burst));
        self.at = now;
        if self.tokens < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - self.tokens) / f64::from(rate)).max(limit::RETRY));
        }
        self.tokens -= cost;
        Ok(())
    }
}

/// The buckets of all transports. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Rates(Arc<Mutex<Buckets>>);

#[derive(Debug)]
struct Buckets {
    sources: HashMap<IpAddr, Bucket>,
    strangers: Bucket,
}

impl Rates {
    pub fn new(now: Moment) -> Rates {
        let strangers = Bucket::full(now, limit::STRANGERS_RATE);
        Rates(Arc::new(Mutex::new(Buckets { sources: HashMap::new(), strangers })))
    }

    /// May this pass? Err: not before this has gone by; a stream waits, a datagram is dropped.
    pub fn take(&self, now: Moment, source: IpAddr, standing: Standing, cost: f64) -> Result<(), Duration> {
        if standing == Standing::Trunk {
            return Ok(());
        }
        let mut buckets = self.lock();
        if buckets.sources.len() >= limit::SOURCES && !buckets.sources.contains_key(&source) {
            buckets.forget(now);
        }
        let times = if standing == Standing::Device { limit::DEVICE_TIMES } else { 1 };
        let (rate, burst) = (limit::SOURCE_RATE * times, limit::SOURCE_BURST * times);
        let bucket = buckets.sources.entry(source).or_insert_with(|| Bucket::full(now, burst));
        bucket.take(now, rate, burst, cost)?;
        match standing {
            Standing::Stranger => buckets.strangers.take(now, limit::STRANGERS_RATE, limit::STRANGERS_RATE, cost),
            Standing::Device | Standing::Trunk => Ok(()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Buckets> {
        self.0.lock().unwrap_or_else(|p| p.into_inner())
    }
}

impl Buckets {
    /// A full bucket says nothing that a new one would not say.
    fn forget(&mut self, now: Moment) {
        let filled = Duration::from_secs(u64::from(limit::SOURCE_BURST / limit::SOURCE_RATE));
        self.sources.retain(|_, bucket| now.saturating_duration_since(bucket.at) < filled);
        if self.sources.len() >= limit::SOURCES {
            self.sources.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn source(n: u32) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from(0x0A00_0000 + n))
    }

    fn passed(rates: &Rates, now: Moment, n: u32, standing: Standing, each: f64) -> usize {
        (0..10_000).filter(|_| rates.take(now, source(n), standing, each).is_ok()).count()
    }

    #[test]
    fn a_loud_stranger_is_cut_to_the_rate_and_a_trunk_is_not() {
        let now = crate::clock::now();
        let rates = Rates::new(now);
        assert_eq!(passed(&rates, now, 1, Standing::Stranger, 1.0), limit::SOURCE_BURST as usize);
        assert!(rates.take(now, source(2), Standing::Stranger, 1.0).is_ok(), "others pass");
        assert_eq!(passed(&rates, now, 9, Standing::Trunk, 1.0), 10_000);
        let later = now + Duration::from_secs(1);
        assert_eq!(passed(&rates, later, 1, Standing::Stranger, 1.0), limit::SOURCE_RATE as usize);
    }

    #[test]
    fn many_sources_share_one_bound_and_memory_is_bounded() {
        let now = crate::clock::now();
        let rates = Rates::new(now);
        let passed = (0..200_000).filter(|n| rates.take(now, source(*n), Standing::Stranger, 1.0).is_ok()).count();
        assert_eq!(passed, limit::STRANGERS_RATE as usize);
        assert!(rates.lock().sources.len() <= limit::SOURCES);
        assert!(rates.take(now, source(7), Standing::Device, 1.0).is_ok(), "a registered phone has a share of its own");
    }

    #[test]
    fn large_pieces_and_many_messages_in_one_cost_more() {
        assert_eq!((cost(0, 3), cost(1, 400), cost(109, 16_384)), (1.0, 1.0, 117.0));
        assert_eq!(messages(b"ACK x\r\n\r\nACK y\r\n\r\nACK z"), 2);
        let now = crate::clock::now();
        let rates = Rates::new(now);
        assert_eq!(passed(&rates, now, 1, Standing::Stranger, 100.0), 4, "a stream of stray ACKs");
        let wait = rates.take(now, source(1), Standing::Stranger, 1.0).expect_err("it has to wait");
        assert!(rates.take(now + wait, source(1), Standing::Stranger, 1.0).is_ok());
    }

    #[test]
    fn addresses_are_known_as_they_are_named() {
        let (known, agent) = (Known::default(), PersonId::from_u128(1));
        known.trunks([source(9)]);
        known.phones(agent, [source(5)]);
        let standings = |n: u32| known.standing(source(n));
        assert_eq!((standings(9), standings(5), standings(1)), (Standing::Trunk, Standing::Device, Standing::Stranger));
        assert_eq!(known.standing("::ffff:10.0.0.9".parse().expect("an address")), Standing::Trunk);
        known.phones(agent, []);
        assert_eq!(standings(5), Standing::Stranger);
    }
}
