//! Timers, named as in the RFCs, in one ordered map: arm and cancel in O(log n), the next due at the front.

use crate::api::{Flow, RegistrationId, SessionId};
use crate::transaction::TransactionId;
use std::collections::BTreeMap;
use std::time::Duration;
use types::Moment;

/// Round trip estimate, the first retransmission interval (RFC 3261 17.1.1.1).
pub const T1: Duration = Duration::from_millis(500);
/// Largest retransmission interval.
pub const T2: Duration = Duration::from_secs(4);
/// How long a message may linger in the network.
pub const T4: Duration = Duration::from_secs(5);
/// 64*T1: where the RFC gives up (timers B, F, H, J, L, M).
pub const T1_64: Duration = Duration::from_secs(32);
/// Timer D on unreliable transports: at least 32 s.
pub const D: Duration = T1_64;

/// Timers of transactions (RFC 3261 appendix A, RFC 6026 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionTimer {
    /// INVITE client: send again.
    A,
    /// INVITE client: nobody answers.
    B,
    /// INVITE client: provisional answers and nothing more. A session has its own, shorter `SessionTimer::Ring`.
    C,
    /// INVITE client: absorb repeated refusals.
    D,
    /// Other client: send again.
    E,
    /// Other client: nobody answers.
    F,
    /// INVITE server: send the refusal again.
    G,
    /// INVITE server: no ACK came.
    H,
    /// INVITE server: absorb repeated ACKs.
    I,
    /// Other server: absorb repeated requests.
    J,
    /// Other client: absorb repeated answers.
    K,
    /// INVITE server, accepted: absorb repeated INVITEs.
    L,
    /// INVITE client, accepted: take further 2xx.
    M,
}

/// Timers of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionTimer {
    /// Our 2xx to an INVITE has no ACK yet: send it again (RFC 3261 13.3.1.4).
    Repeat,
    /// ... and now it is too late for it.
    NoAck,
    /// Timer C: nobody picks up.
    Ring,
    /// Say the provisional answer again.
    Remind,
    /// Try the offer again after 491 (RFC 3261 14.1).
    Glare,
    /// Refresh the session (RFC 4028 10).
    Refresh,
    /// The peer did not refresh.
    Expire,
    /// Our re-INVITE or UPDATE got no final answer.
    OfferOver,
    /// Our OPTIONS within the dialog got no answer.
    ProbeOver,
    /// A cancelled INVITE got no final answer (RFC 3261 9.1).
    CancelOver,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    Transaction(TransactionId, TransactionTimer),
    Session(SessionId, SessionTimer),
    /// A message on this connection takes too long to arrive.
    Frame(Flow),
    /// Time to register again.
    Registration(RegistrationId),
}

/// A timer that is armed: when, and a number that tells equal times apart.
pub type Armed = (Moment, u64);

#[derive(Debug, Default)]
pub struct Timers {
    due: BTreeMap<Armed, Timer>,
    count: u64,
}

impl Timers {
    pub fn arm(&mut self, at: Moment, timer: Timer) -> Armed {
        self.count += 1;
        self.due.insert((at, self.count), timer);
        (at, self.count)
    }

    pub fn cancel(&mut self, armed: Option<Armed>) {
        if let Some(armed) = armed {
            self.due.remove(&armed);
        }
    }

    pub fn next(&self) -> Option<Moment> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes the next timer that is due.
    pub fn pop(&mut self, now: Moment) -> Option<Timer> {
        let first = self.due.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_come_in_order_and_cancelled_ones_do_not() {
        let t = Moment::START;
        let timer = |n| Timer::Session(SessionId(n), SessionTimer::Ring);
        let mut timers = Timers::default();
        timers.arm(t + T2, timer(1));
        let two = timers.arm(t + T1, timer(2));
        timers.arm(t + T1, timer(3));
        timers.cancel(Some(two));
        assert_eq!(timers.next(), Some(t + T1));
        assert_eq!(timers.pop(t), None);
        assert_eq!(timers.pop(t + T2), Some(timer(3)));
        assert_eq!(timers.pop(t + T2), Some(timer(1)));
        assert_eq!((timers.pop(t + T2), timers.next()), (None, None));
    }
}
