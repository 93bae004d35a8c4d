//! How much that one connection sent may wait for the brain. A peer that sends faster than it is heard waits by itself: the
//! brain's inbox stays open for everybody else, and a refused stream ends after little more than its limit.

use super::limit;
use bytes::Bytes;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The places of one connection.
pub struct Backlog(Arc<Semaphore>);

/// Bytes that hold their place until the brain has read them.
struct Waiting {
    bytes: Bytes,
    _place: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Waiting {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Backlog {
    pub fn new() -> Backlog {
        Backlog(Arc::new(Semaphore::new(limit::WAITING)))
    }

    /// The bytes with a place, as soon as there is one; it is free again when the last copy is dropped.
    pub async fn place(&self, bytes: Bytes) -> Bytes {
        match self.0.clone().acquire_owned().await {
            Ok(place) => Bytes::from_owner(Waiting { bytes, _place: place }),
            // Nobody closes it.
            Err(_) => bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn who_is_not_heard_waits_and_goes_on_when_a_piece_was_read() {
        let backlog = Backlog::new();
        let place = |text: &'static str| backlog.place(Bytes::from_static(text.as_bytes())).now_or_never();
        let mut waiting: Vec<Bytes> = (0..limit::WAITING).map(|_| place("INVITE").expect("a place")).collect();
        assert_eq!(waiting[0], "INVITE");
        assert!(place("one too many").is_none());
        let copy = waiting.pop();
        let other = copy.clone();
        drop(copy);
        assert!(place("a copy waits still").is_none());
        drop(other);
        assert!(place("next").is_some());
    }
}
