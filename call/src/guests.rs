//! Callers who prove nothing: visitors of the /call page. Anybody can be many of them, so they have limits of their own,
//! by connection, by source and as a whole, and the rest is left to those who telephone.

use crate::{CallId, limit};
use sip::Flow;
use std::collections::HashMap;
use std::net::IpAddr;
use types::{Moment, source};

/// Their live calls, and how many each source began lately.
#[derive(Debug, Default)]
pub struct Guests {
    /// Most of them at once.
    most: usize,
    live: HashMap<CallId, Flow>,
    /// When all the calls that a source began would have been due, were they `GUEST_EACH` apart.
    begun: HashMap<IpAddr, Moment>,
}

/// Why a guest may not call now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// This connection or this source has as many calls as it may.
    Own,
    /// This source began too many, and may begin the next one after so many seconds.
    Often(u32),
    /// All guests together have.
    Whole,
}

impl Guests {
    /// No queue can be filled by guests: they are never more than a part of the shortest.
    pub fn configure(&mut self, shortest_queue: Option<usize>) {
        let share = shortest_queue.map_or(limit::GUESTS, |places| (places / limit::GUEST_SHARE).max(1));
        self.most = share.min(limit::GUESTS);
    }

    /// May this guest begin a call? If so, it is counted until [`Guests::ended`].
    pub fn begin(&mut self, now: Moment, call: CallId, flow: Flow) -> Result<(), Full> {
        let own = source(flow.peer.ip());
        let of_source = self.live.values().filter(|other| source(other.peer.ip()) == own).count();
        let of_flow = self.live.values().filter(|other| **other == flow).count();
        if of_flow >= limit::GUESTS_OF_CONNECTION || of_source >= limit::GUESTS_OF_SOURCE {
            return Err(Full::Own);
        }
        if self.live.len() >= self.most {
            return Err(Full::Whole);
        }
        self.count(now, own)?;
        self.live.insert(call, flow);
        Ok(())
    }

    pub fn ended(&mut self, call: CallId) {
        self.live.remove(&call);
    }

    /// Who hangs up and calls again leaves an intake each time.
    fn count(&mut self, now: Moment, source: IpAddr) -> Result<(), Full> {
        if self.begun.len() >= limit::GUEST_SOURCES {
            self.begun.retain(|_, due| *due > now);
            if self.begun.len() >= limit::GUEST_SOURCES {
                self.begun.clear();
            }
        }
        let due = self.begun.entry(source).or_insert(now);
        let next = (*due).max(now) + limit::GUEST_EACH;
        let ahead = next.saturating_duration_since(now);
        match ahead.checked_sub(limit::GUEST_EACH * limit::GUEST_CALLS).filter(|wait| !wait.is_zero()) {
            Some(wait) => Err(Full::Often(wait.as_millis().div_ceil(1_000).try_into().unwrap_or(u32::MAX))),
            None => {
                *due = next;
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sip::Transport;
    use std::time::Duration;

    fn flow(address: &str, connection: u64) -> Flow {
        Flow { transport: Transport::Ws, peer: (address.parse::<IpAddr>().unwrap(), 40_000).into(), connection }
    }

    fn call(n: u64) -> CallId {
        CallId::from_u128(n.into())
    }

    #[test]
    fn a_connection_and_a_source_have_their_limits_and_others_call_on() {
        let mut guests = Guests::default();
        guests.configure(None);
        let now = Moment::START;
        assert_eq!(guests.begin(now, call(0), flow("192.0.2.1", 0)), Ok(()));
        assert_eq!(guests.begin(now, call(1), flow("192.0.2.1", 0)), Err(Full::Own), "one call a page");
        for n in 1..limit::GUESTS_OF_SOURCE as u64 {
            assert_eq!(guests.begin(now, call(n), flow("192.0.2.1", n)), Ok(()));
        }
        assert_eq!(guests.begin(now, call(99), flow("192.0.2.1", 99)), Err(Full::Own));
        assert_eq!(guests.begin(now, call(99), flow("192.0.2.2", 99)), Ok(()));
        guests.ended(call(0));
        assert_eq!(guests.begin(now, call(100), flow("192.0.2.1", 100)), Ok(()));
    }

    #[test]
    fn an_ipv6_network_is_one_source() {
        let mut guests = Guests::default();
        guests.configure(None);
        let taken = (0..100).filter(|n| {
            let flow = flow(&format!("2001:db8::{n:x}"), *n);
            guests.begin(Moment::START, call(*n), flow).is_ok()
        });
        assert_eq!(taken.count(), limit::GUESTS_OF_SOURCE);
    }

    #[test]
    fn all_guests_together_leave_most_of_the_shortest_queue_free() {
        let mut guests = Guests::default();
        let from = |n: u64| flow(&format!("10.0.{}.{}", n / 250, n % 250), n);
        for (places, expect) in [(Some(40), 10), (Some(1), 1), (Some(100_000), limit::GUESTS), (None, limit::GUESTS)] {
            guests.configure(places);
            guests.live.clear();
            guests.begun.clear();
            let said: Vec<_> = (0..1_000).map(|n| guests.begin(Moment::START, call(n), from(n))).collect();
            assert_eq!(said.iter().filter(|said| said.is_ok()).count(), expect, "{places:?}");
            assert_eq!(said.last(), Some(&Err(Full::Whole)));
        }
    }

    #[test]
    fn who_calls_again_and_again_has_to_wait() {
        let mut guests = Guests::default();
        guests.configure(None);
        let mut again = |now, n| {
            let said = guests.begin(now, call(n), flow("192.0.2.1", n));
            guests.ended(call(n));
            said
        };
        let at = |seconds| Moment::START + Duration::from_secs(seconds);
        for n in 0..limit::GUEST_CALLS.into() {
            assert_eq!(again(at(0), n), Ok(()));
        }
        assert_eq!(again(at(0), 1_000), Err(Full::Often(10)));
        assert_eq!(again(at(7), 1_001), Err(Full::Often(3)), "a refusal does not put it off");
        assert_eq!(again(at(10), 1_002), Ok(()));
        assert_eq!(again(at(10), 1_003), Err(Full::Often(10)));
        let more = (11..=610).filter(|second| again(at(*second), 2_000 + second).is_ok());
        assert_eq!(more.count(), 60, "in ten minutes");
    }
}
