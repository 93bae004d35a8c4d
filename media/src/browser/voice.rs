//! Whose packets are the browser's voice: one source (SSRC) at a time.
//!
//! All that arrives here is authentic, so a second source is the peer's too. But two of them woven into one stream would
//! be noise to whoever listens and to the recording, and each change would count as a new stream.

use super::limit;
use types::Moment;

/// The source heard from one browser.
pub(super) struct Voice {
    ours: u32,
    /// The present source and when it was last heard.
    present: Option<(u32, Moment)>,
}

impl Voice {
    /// `ours` is the SSRC we send with.
    pub fn new(ours: u32) -> Voice {
        Voice { ours, present: None }
    }

    /// Is a packet of `ssrc` to be heard? `announced` are the sources in the browser's newest description.
    pub fn admits(&mut self, now: Moment, ssrc: u32, announced: &[u32]) -> bool {
        // RFC 3550 8.2: a packet with our own identifier is a loop or a collision. Ours was announced first (or drawn
        // when theirs was known), so it is theirs that is dropped.
        if ssrc == self.ours {
            return false;
        }
        let admitted = self.present.is_none_or(|(present, heard)| {
            let replaced = announced.contains(&ssrc) && !announced.contains(&present);
            present == ssrc || replaced || now.saturating_duration_since(heard) >= limit::VOICE
        });
        if admitted {
            self.present = Some((ssrc, now));
        }
        admitted
    }

    /// The source said BYE (RFC 3550 6.6); the next one need not wait.
    pub fn left(&mut self, ssrc: u32) {
        self.present = self.present.filter(|(present, _)| *present != ssrc);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const OURS: u32 = 9;

    fn speaking(now: Moment) -> Voice {
        let mut voice = Voice::new(OURS);
        assert!(voice.admits(now, 1, &[]));
        voice
    }

    #[test]
    fn a_second_source_waits_until_the_first_is_silent() {
        let start = Moment::START;
        let mut voice = speaking(start);
        for nth in 1..200u32 {
            let now = start + Duration::from_millis(20) * nth;
            assert!(!voice.admits(now, 2, &[]) && voice.admits(now, 1, &[]), "{nth}");
        }
        let silent = start + Duration::from_millis(20) * 199 + limit::VOICE;
        assert!(voice.admits(silent, 2, &[]));
        assert!(!voice.admits(silent, 1, &[]), "now the first is the second");
    }

    #[test]
    fn a_new_description_or_a_bye_changes_it_at_once() {
        let now = Moment::START;
        let mut voice = speaking(now);
        assert!(!voice.admits(now, 2, &[1, 2]), "both are announced");
        assert!(voice.admits(now, 2, &[2]));
        assert!(!voice.admits(now, 1, &[2]));
        voice.left(1);
        assert!(!voice.admits(now, 1, &[2]), "not its BYE");
        voice.left(2);
        assert!(voice.admits(now, 1, &[2]));
    }

    #[test]
    fn our_own_number_is_nobody_elses() {
        let now = Moment::START;
        let mut voice = Voice::new(OURS);
        assert!(!voice.admits(now, OURS, &[OURS]));
        assert!(voice.admits(now, 1, &[OURS]));
        assert!(!voice.admits(now + limit::VOICE * 2, OURS, &[OURS]));
    }
}
