//! What digest algorithms a peer can answer, learned from what it did.
//!
//! Phones and browser libraries of today often know MD5 only, and give up when the first challenge they see names
//! SHA-256 (baresip 1.0, JsSIP). RFC 8760 wants SHA-256 first; a phone that does not ring serves nobody.

use crate::auth::Algorithm;
use crate::limit;
use crate::transaction::key::Keyed;
use std::collections::{HashMap, VecDeque};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// It was challenged with both and has not come back with credentials.
    None,
    With(Algorithm),
}

/// Peers by a hash of their address and what they call themselves. Bounded: the oldest are forgotten.
pub(crate) struct Known {
    peers: HashMap<u64, Answer, Keyed>,
    order: VecDeque<u64>,
}

impl Known {
    pub fn new(keyed: Keyed) -> Known {
        Known { peers: HashMap::with_hasher(keyed), order: VecDeque::new() }
    }

    /// The peer sent credentials.
    pub fn answered(&mut self, peer: u64, algorithm: Algorithm) {
        self.set(peer, Answer::With(algorithm));
    }

    /// The algorithms to challenge this peer with, strongest first.
    pub fn offer(&mut self, peer: u64) -> &'static [Algorithm] {
        match self.peers.get(&peer) {
            Some(Answer::None | Answer::With(Algorithm::Md5)) => &[Algorithm::Md5],
            Some(Answer::With(Algorithm::Sha256)) => &[Algorithm::Sha256, Algorithm::Md5],
            None => {
                self.set(peer, Answer::None);
                &[Algorithm::Sha256, Algorithm::Md5]
            }
        }
    }

    fn set(&mut self, peer: u64, answer: Answer) {
        if self.peers.insert(peer, answer).is_some() {
            return;
        }
        self.order.push_back(peer);
        if self.order.len() > limit::PEERS_KNOWN
            && let Some(oldest) = self.order.pop_front()
        {
            self.peers.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: &[Algorithm] = &[Algorithm::Sha256, Algorithm::Md5];
    const MD5: &[Algorithm] = &[Algorithm::Md5];

    #[test]
    fn who_cannot_answer_is_asked_again_more_simply() {
        let mut known = Known::new(Keyed([1; 16]));
        assert_eq!(known.offer(1), BOTH);
        assert_eq!(known.offer(1), MD5, "it came back without credentials");
        known.answered(1, Algorithm::Md5);
        assert_eq!(known.offer(1), MD5);
        assert_eq!(known.offer(2), BOTH);
        known.answered(2, Algorithm::Sha256);
        assert_eq!(known.offer(2), BOTH, "who knew it once knows it still");
        assert_eq!(known.offer(2), BOTH);
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut known = Known::new(Keyed([1; 16]));
        for peer in 0..=limit::PEERS_KNOWN as u64 {
            known.offer(peer);
        }
        assert_eq!((known.peers.len(), known.order.len()), (limit::PEERS_KNOWN, limit::PEERS_KNOWN));
        assert_eq!(known.offer(0), BOTH);
        assert_eq!(known.offer(limit::PEERS_KNOWN as u64), MD5);
    }
}
