//! Who may send how much: token buckets for sources we do not know, none for those we do.

use crate::net::limit;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Arc, RwLock};
use std::time::Duration;
use types::Moment;

/// Addresses of trunks (and other configured peers): never throttled by source, first when connections are short.
#[derive(Clone, Debug, Default)]
pub struct Known {
    addresses: Arc<RwLock<HashSet<IpAddr>>>,
}

impl Known {
    pub fn replace(&self, addresses: impl IntoIterator<Item = IpAddr>) {
        *self.addresses.write().unwrap_or_else(|p| p.into_inner()) = addresses.into_iter().collect();
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        self.addresses.read().unwrap_or_else(|p| p.into_inner()).contains(&address)
    }
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

    fn take(&mut self, now: Moment, rate: u32, burst: u32) -> bool {
        let gained = now.saturating_duration_since(self.at).as_secs_f64() * f64::from(rate);
        self.tokens = (self.tokens + gained).min(f64::from(burst));
        self.at = now;
        let enough = self.tokens >= 1.0;
        if enough {
            self.tokens -= 1.0;
        }
        enough
    }
}

/// The buckets of one socket.
#[derive(Debug)]
pub struct Buckets {
    known: Known,
    sources: HashMap<IpAddr, Bucket>,
    strangers: Bucket,
}

impl Buckets {
    pub fn new(now: Moment, known: Known) -> Buckets {
        Buckets { known, sources: HashMap::new(), strangers: Bucket::full(now, limit::STRANGERS_RATE) }
    }

    /// May this datagram pass?
    pub fn take(&mut self, now: Moment, source: IpAddr) -> bool {
        if self.known.contains(source) {
            return true;
        }
        if self.sources.len() >= limit::SOURCES && !self.sources.contains_key(&source) {
            self.forget(now);
        }
        let bucket = self.sources.entry(source).or_insert_with(|| Bucket::full(now, limit::SOURCE_BURST));
        bucket.take(now, limit::SOURCE_RATE, limit::SOURCE_BURST)
            && self.strangers.take(now, limit::STRANGERS_RATE, limit::STRANGERS_RATE)
    }

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

    #[test]
    fn a_loud_stranger_is_cut_to_the_rate_and_a_trunk_is_not() {
        let now = crate::clock::now();
        let known = Known::default();
        known.replace([source(9)]);
        let mut buckets = Buckets::new(now, known);
        let passed = (0..10_000).filter(|_| buckets.take(now, source(1))).count();
        assert_eq!(passed, limit::SOURCE_BURST as usize);
        assert!(buckets.take(now, source(2)), "others pass");
        assert!((0..10_000).all(|_| buckets.take(now, source(9))));
        let later = now + Duration::from_secs(1);
        let passed = (0..10_000).filter(|_| buckets.take(later, source(1))).count();
        assert_eq!(passed, limit::SOURCE_RATE as usize);
    }

    #[test]
    fn many_sources_share_one_bound_and_memory_is_bounded() {
        let now = crate::clock::now();
        let mut buckets = Buckets::new(now, Known::default());
        let passed = (0..200_000).filter(|n| buckets.take(now, source(*n))).count();
        assert_eq!(passed, limit::STRANGERS_RATE as usize);
        assert!(buckets.sources.len() <= limit::SOURCES);
    }
}
