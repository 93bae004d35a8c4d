//! Who hears whom. Pairs only: a bridge.

use crate::leg::Legs;

impl Legs {
    /// These two hear one another and nobody else.
    pub fn join(&mut self, a: usize, b: usize) {
        if a == b || self.get(a).is_none() || self.get(b).is_none() {
            return;
        }
        self.part(a);
        self.part(b);
        for (one, other) in [(a, b), (b, a)] {
            if let Some(leg) = self.get_mut(one) {
                leg.partner = Some(other);
            }
        }
    }

    /// The leg and its partner hear nobody.
    pub fn part(&mut self, slot: usize) {
        let Some(leg) = self.get_mut(slot) else {
            return;
        };
        leg.stream.interrupt();
        let partner = leg.partner.take();
        if let Some(leg) = partner.and_then(|partner| self.get_mut(partner)) {
            leg.stream.interrupt();
            leg.partner = None;
        }
    }
}
