//! Octets that unknown addresses sent by datagrams and were not answered yet. Nobody is sent more than came from there, whoever
//! forged the address: what is too large for one request waits for its repetition.

use crate::limit;
use crate::transaction::key::Keyed;
use std::collections::HashMap;
use std::net::IpAddr;
use types::Moment;

#[derive(Debug)]
pub(crate) struct Credits {
    of: HashMap<IpAddr, Credit, Keyed>,
}

#[derive(Clone, Copy, Debug)]
struct Credit {
    octets: usize,
    since: Moment,
}

impl Credits {
    pub fn new(keyed: Keyed) -> Credits {
        Credits { of: HashMap::with_hasher(keyed) }
    }

    pub fn add(&mut self, now: Moment, address: IpAddr, octets: usize) {
        let old = |credit: &Credit| now.saturating_duration_since(credit.since) >= limit::CREDIT_AGE;
        if self.of.len() >= limit::CREDITS && !self.of.contains_key(&address) {
            self.of.retain(|_, credit| !old(credit));
            if self.of.len() >= limit::CREDITS {
                self.of.clear();
            }
        }
        let credit = self.of.entry(address).or_insert(Credit { octets: 0, since: now });
        if old(credit) {
            *credit = Credit { octets: 0, since: now };
        }
        credit.octets = credit.octets.saturating_add(octets).min(limit::CREDIT_OCTETS.max(octets));
    }

    /// Takes as many octets, if there are as many.
    pub fn spend(&mut self, address: IpAddr, octets: usize) -> bool {
        let Some(credit) = self.of.get_mut(&address) else {
            return false;
        };
        let enough = credit.octets >= octets;
        if enough {
            credit.octets -= octets;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spent_came_in_before_and_not_long_ago() {
        let mut credits = Credits::new(Keyed([1; 16]));
        let (now, one) = (Moment::START, IpAddr::from([192, 0, 2, 1]));
        assert!(!credits.spend(one, 1));
        credits.add(now, one, 300);
        assert!(!credits.spend(one, 301) && credits.spend(one, 200) && !credits.spend(one, 200));
        credits.add(now, one, 300);
        assert!(credits.spend(one, 400));
        credits.add(now, one, 300);
        credits.add(now + limit::CREDIT_AGE, one, 10);
        assert!(!credits.spend(one, 11), "the first is forgotten");
        (0..1_000).for_each(|_| credits.add(now, one, 1_000));
        assert!(!credits.spend(one, limit::CREDIT_OCTETS + 1), "nobody saves up");
    }

    #[test]
    fn memory_is_bounded() {
        let mut credits = Credits::new(Keyed([1; 16]));
        for n in 0..2 * limit::CREDITS as u32 {
            credits.add(Moment::START, IpAddr::from(n.to_be_bytes()), 100);
        }
        assert!(credits.of.len() <= limit::CREDITS);
    }
}
