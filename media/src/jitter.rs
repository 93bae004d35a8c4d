//! Puts a stream back in order on the clock, for recordings only: relayed sound is never held up. A track is one
//! channel's window of a timeline at 8 kHz; what has left the window is written and can no longer be changed.

use crate::{Law, LegId, clock, limit};

/// Which stream a packet belongs to. Another stream is placed anew, by its arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    Leg {
        leg: LegId,
        epoch: u32,
    },
    /// What we play.
    Played,
}

/// A packet of sound to be placed.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'a> {
    pub stream: Stream,
    /// Comparable within one stream.
    pub seq: u64,
    pub ts: u32,
    pub law: Law,
    pub payload: &'a [u8],
}

/// One channel.
#[derive(Clone, Debug)]
pub struct Track {
    law: Law,
    /// Something was placed, so the law stays.
    used: bool,
    /// Position of the window's first octet.
    front: u64,
    window: Vec<u8>,
    stream: Option<Stream>,
    /// The newest packet: what a packet's position is reckoned from.
    seq: u64,
    ts: u32,
    samples: u32,
    position: i64,
    /// Since when (arrival position) the stream has been off the clock.
    off_since: Option<u64>,
    /// Packets that came after their place was written.
    pub late: u64,
}

impl Track {
    /// An empty track from position 0; `law` is that of its silence until something is heard.
    pub fn new(law: Law) -> Track {
        let capacity = (limit::PIECE_MAX + limit::RECORD_HOLD) as usize;
        Track {
            law,
            used: false,
            front: 0,
            window: Vec::with_capacity(capacity),
            stream: None,
            seq: 0,
            ts: 0,
            samples: 0,
            position: 0,
            off_since: None,
            late: 0,
        }
    }

    pub fn law(&self) -> Law {
        self.law
    }

    /// Position just after what is placed so far.
    pub fn end(&self) -> u64 {
        self.front + self.window.len() as u64
    }

    /// Places a packet that arrived when the timeline stood at `arrival`.
    pub fn place(&mut self, arrival: u64, heard: &Heard) {
        let Some(position) = self.position(arrival, heard) else {
            self.late += 1;
            return;
        };
        if !self.used {
            self.used = true;
            self.law = heard.law;
            self.window.fill(self.law.silence());
        }
        self.write(position, heard);
    }

    /// Where the packet belongs; None when that is already written or unbelievable.
    fn position(&mut self, arrival: u64, heard: &Heard) -> Option<u64> {
        let samples = u32::try_from(heard.payload.len()).unwrap_or(0);
        let due = arrival as i64;
        if self.stream != Some(heard.stream) {
            self.stream = Some(heard.stream);
            return self.anchor(due, heard, samples);
        }
        let position = self.position + i64::from(clock::ahead(heard.ts, self.ts));
        let off = position - due;
        let written = position + i64::from(samples) <= self.front as i64;
        if off.abs() <= limit::RECORD_DRIFT_MAX {
            self.off_since = None;
        } else {
            // A timestamp that leaps without packets missing in between is a new count, not a late packet.
            let steps = heard.seq.wrapping_sub(self.seq) as u32;
            let leapt = heard.seq > self.seq && heard.ts != self.ts.wrapping_add(steps.wrapping_mul(self.samples));
            let since = *self.off_since.get_or_insert(arrival);
            let patience = if written { limit::RECORD_LOST_AFTER } else { limit::RECORD_DRIFT_AFTER };
            if leapt || arrival.saturating_sub(since) > patience || off > limit::PIECE_MAX as i64 {
                return self.anchor(due, heard, samples);
            }
        }
        if heard.seq > self.seq {
            (self.seq, self.ts, self.samples, self.position) = (heard.seq, heard.ts, samples, position);
        }
        if written { None } else { Some(position.max(0) as u64) }
    }

    fn anchor(&mut self, due: i64, heard: &Heard, samples: u32) -> Option<u64> {
        (self.seq, self.ts, self.samples, self.position) = (heard.seq, heard.ts, samples, due);
        self.off_since = None;
        Some(due as u64)
    }

    fn write(&mut self, position: u64, heard: &Heard) {
        // The first part may already be written.
        let skip = self.front.saturating_sub(position) as usize;
        let at = position.saturating_sub(self.front) as usize;
        let sound = heard.payload.get(skip..).unwrap_or_default();
        if self.window.len() < at + sound.len() {
            self.window.resize(at + sound.len(), self.law.silence());
        }
        let Some(place) = self.window.get_mut(at..at + sound.len()) else {
            return;
        };
        match heard.law.table(self.law) {
            None => place.copy_from_slice(sound),
            Some(table) => place.iter_mut().zip(sound).for_each(|(to, from)| *to = table[usize::from(*from)]),
        }
    }

    /// Takes the first `samples` out, silence where nothing came.
    pub fn take(&mut self, samples: u64) -> Vec<u8> {
        let count = samples as usize;
        if self.window.len() < count {
            self.window.resize(count, self.law.silence());
        }
        let taken = self.window.get(..count).unwrap_or_default().to_vec();
        self.window.drain(..count);
        self.front += samples;
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::g711;

    fn heard(seq: u64, ts: u32, payload: &[u8]) -> Heard<'_> {
        Heard { stream: Stream::Leg { leg: LegId(1), epoch: 1 }, seq, ts, law: Law::A, payload }
    }

    fn steady(count: u64, arrival: impl Fn(u64) -> u64, skip: impl Fn(u64) -> bool) -> Vec<u8> {
        let mut track = Track::new(Law::A);
        let mut order: Vec<u64> = (0..count).filter(|nth| !skip(*nth)).collect();
        order.sort_by_key(|nth| arrival(*nth));
        let mut all = Vec::new();
        for nth in order {
            let now = arrival(nth);
            while now >= track.front + limit::RECORD_HOLD + 160 {
                all.extend(track.take(160));
            }
            track.place(now, &heard(nth, (nth * 160) as u32, &[nth as u8; 160]));
        }
        let rest = track.end() - track.front;
        all.extend(track.take(rest));
        all
    }

    fn due(count: u64, skip: impl Fn(u64) -> bool) -> Vec<u8> {
        (0..count).flat_map(|nth| [if skip(nth) { 0xD5 } else { nth as u8 }; 160]).collect()
    }

    #[test]
    fn loss_leaves_silence_and_jitter_nothing() {
        assert_eq!(steady(500, |nth| nth * 160, |_| false), due(500, |_| false));
        let lost = |nth: u64| nth % 7 == 3;
        assert_eq!(steady(500, |nth| nth * 160, lost), due(500, lost));
        // 50 ms of jitter with reordering (the first packet on time).
        let shaken = steady(500, |nth| nth * 160 + (nth * nth * 37) % 400, |_| false);
        assert_eq!(shaken, due(500, |_| false));
    }

    #[test]
    fn a_stall_of_the_network_does_not_shift_what_follows() {
        // Packets 100..150 all come at once, 1 s late for the first.
        let all = steady(
            500,
            |nth| {
                if (100..150).contains(&nth) { 150 * 160 } else { nth * 160 }
            },
            |_| false,
        );
        assert_eq!(all.len(), 500 * 160);
        assert_eq!(all[..100 * 160], due(100, |_| false)[..]);
        assert_eq!(all[150 * 160..], due(500, |_| false)[150 * 160..]);
        assert_eq!(all[140 * 160..150 * 160], due(150, |_| false)[140 * 160..]);
    }

    #[test]
    fn late_packets_now_and_then_are_no_drift() {
        let late = |nth: u64| nth * 160 + if nth % 10 == 5 { 800 } else { 0 };
        assert_eq!(steady(500, late, |_| false), due(500, |_| false));
    }

    #[test]
    fn a_slow_clock_is_followed_in_steps() {
        // 0.1 % slow: after an hour 3.6 s behind if not followed.
        let count = 180_000;
        let all = steady(count, |nth| nth * 160 + nth * 160 / 1000, |_| false);
        let end = count * 160 + count * 160 / 1000;
        assert!((all.len() as i64 - end as i64).abs() <= 2 * limit::RECORD_DRIFT_MAX, "{} {end}", all.len());
    }

    #[test]
    fn a_leap_of_the_timestamp_is_a_new_count() {
        let mut track = Track::new(Law::A);
        track.place(0, &heard(1, 0, &[1; 160]));
        track.place(160, &heard(2, 4_000, &[2; 160]));
        track.place(320, &heard(3, 4_160, &[3; 160]));
        assert_eq!(track.take(480), [[1; 160], [2; 160], [3; 160]].concat());
    }

    #[test]
    fn the_first_law_stays() {
        let mut track = Track::new(Law::A);
        track.place(80, &Heard { law: Law::Mu, ..heard(1, 0, &[0x80; 80]) });
        track.place(160, &Heard { law: Law::A, ..heard(2, 80, &[0xD5; 80]) });
        assert_eq!(track.law(), Law::Mu);
        assert_eq!(track.take(240), [[0xFF; 80], [0x80; 80], [g711::ALAW_TO_ULAW[0xD5]; 80]].concat());
    }
}
