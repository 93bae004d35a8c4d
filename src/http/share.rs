//! What is bounded is bounded for each person too: whoever opens very many connections uses up only their own share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use types::PersonId;

/// How many of one kind of thing each person holds. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Shares(Arc<Mutex<HashMap<PersonId, usize>>>);

/// One of them; dropping it gives it back.
#[derive(Debug)]
pub struct Share {
    person: PersonId,
    shares: Shares,
}

impl Shares {
    /// None: this person holds `most` already.
    pub fn take(&self, person: PersonId, most: usize) -> Option<Share> {
        let mut held = self.lock();
        let count = held.entry(person).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        drop(held);
        Some(Share { person, shares: self.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PersonId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut held = self.shares.lock();
        if let Some(count) = held.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.person);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_a_share_and_gives_it_back() {
        let (shares, ann, bob) = (Shares::default(), PersonId::from_u128(1), PersonId::from_u128(2));
        let held: Vec<_> = (0..3).map_while(|_| shares.take(ann, 2)).collect();
        assert_eq!(held.len(), 2);
        assert!(shares.take(bob, 2).is_some());
        drop(held);
        assert!(shares.lock().is_empty());
    }
}
