//! What a peer sends, counted: extended sequence numbers (RFC 3550 A.1), loss (A.3), jitter (A.8), and the
//! quality that follows (ITU-T G.107, simplified).

use crate::limit;
use crate::rtp::Header;
use crate::{Stats, clock};
use std::time::Duration;
use types::Moment;

/// A packet's place in its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Raised whenever the peer starts anew (another SSRC, a sequence jump).
    pub epoch: u32,
    /// Sequence number without wrapping, comparable within one epoch.
    pub seq: u64,
    /// No later packet of the epoch came before.
    pub newest: bool,
}

/// The receiving side of one leg.
#[derive(Clone, Debug, Default)]
pub struct Reception {
    ssrc: Option<u32>,
    epoch: u32,
    first: u64,
    high: u64,
    /// Bit n: `high - n` was received.
    seen: u64,
    /// The sequence number that would confirm a jump.
    bad: Option<u16>,
    received_in_epoch: u64,
    received: u64,
    lost_before: u64,
    late: u64,
    /// Samples, as in A.8.
    jitter: f32,
    transit: Option<u32>,
    /// At the last report.
    expected_prior: u64,
    received_prior: u64,
}

/// What a report block says (RFC 3550 6.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    pub ssrc: u32,
    pub fraction_lost: u8,
    pub lost: u32,
    pub seq_high: u32,
    pub jitter: u32,
}

impl Reception {
    /// Is this the stream that is received?
    pub fn is_known(&self, ssrc: u32) -> bool {
        self.ssrc == Some(ssrc)
    }

    /// Is this another stream than the one that is received?
    pub fn is_other(&self, ssrc: u32) -> bool {
        self.ssrc.is_some_and(|known| known != ssrc)
    }

    /// None: a duplicate, or a stray that would be a jump if its successor follows; not to be used.
    pub fn arrive(&mut self, header: &Header) -> Option<Arrived> {
        let newest = if self.ssrc != Some(header.ssrc) {
            self.restart(header);
            true
        } else {
            self.place(header.seq)?
        };
        self.received += 1;
        self.received_in_epoch += 1;
        if newest {
            return Some(Arrived { epoch: self.epoch, seq: self.high, newest });
        }
        self.late += 1;
        let behind = u64::from((self.high as u16).wrapping_sub(header.seq));
        Some(Arrived { epoch: self.epoch, seq: self.high - behind, newest })
    }

    fn place(&mut self, seq: u16) -> Option<bool> {
        let forward = u64::from(seq.wrapping_sub(self.high as u16));
        let back = u64::from((self.high as u16).wrapping_sub(seq));
        if forward == 0 {
            return None;
        }
        if forward < limit::DROPOUT_MAX {
            self.high += forward;
            self.seen = if forward < 64 { self.seen << forward | 1 } else { 1 };
            self.bad = None;
            return Some(true);
        }
        if back <= limit::MISORDER_MAX && back <= self.high - self.first {
            let bit = if back < 64 { 1 << back } else { 0 };
            if self.seen & bit != 0 {
                return None;
            }
            self.seen |= bit;
            return Some(false);
        }
        // RFC 3550 A.1: two in sequence make a restart believable.
        if self.bad == Some(seq) {
            let ssrc = self.ssrc;
            self.restart(&Header { payload_type: 0, marker: false, seq, ts: 0, ssrc: ssrc.unwrap_or(0) });
            return Some(true);
        }
        self.bad = Some(seq.wrapping_add(1));
        None
    }

    fn restart(&mut self, header: &Header) {
        self.lost_before += self.lost_in_epoch();
        self.ssrc = Some(header.ssrc);
        self.epoch += 1;
        // One cycle up, so that earlier packets that come later have a number too.
        self.first = u64::from(header.seq) + (1 << 16);
        self.high = self.first;
        self.seen = 1;
        self.bad = None;
        self.received_in_epoch = 0;
        self.transit = None;
        self.expected_prior = 0;
        self.received_prior = 0;
    }

    /// RFC 3550 A.8, for packets whose timestamp is their sampling instant (sound, not telephone-events).
    pub fn time(&mut self, origin: Moment, now: Moment, ts: u32) {
        let transit = (clock::since(origin, now) as u32).wrapping_sub(ts);
        if let Some(before) = self.transit.replace(transit) {
            let difference = clock::ahead(transit, before).unsigned_abs() as f32;
            self.jitter += (difference - self.jitter) / 16.0;
        }
    }

    fn expected(&self) -> u64 {
        if self.ssrc.is_some() { self.high - self.first + 1 } else { 0 }
    }

    fn lost_in_epoch(&self) -> u64 {
        self.expected().saturating_sub(self.received_in_epoch)
    }

    /// The report block due now; None when nothing was ever heard. Starts the next interval.
    pub fn block(&mut self) -> Option<Block> {
        let ssrc = self.ssrc?;
        let expected = self.expected();
        let interval = expected.saturating_sub(self.expected_prior);
        let received = self.received_in_epoch.saturating_sub(self.received_prior);
        self.expected_prior = expected;
        self.received_prior = self.received_in_epoch;
        let lost = interval.saturating_sub(received);
        // RFC 3550 A.3: a fraction of 256.
        let fraction_lost = (lost * 256).checked_div(interval).unwrap_or(0).min(255) as u8;
        let lost = self.lost_in_epoch().min(0x7F_FFFF) as u32;
        Some(Block { ssrc, fraction_lost, lost, seq_high: (self.high - (1 << 16)) as u32, jitter: self.jitter as u32 })
    }

    /// Everything so far; `round_trip` from RTCP if known.
    pub fn stats(&self, sent: u64, round_trip: Option<Duration>) -> Stats {
        let lost = self.lost_before + self.lost_in_epoch();
        let jitter_ms = self.jitter / 8.0;
        let mos = if self.received == 0 { 0.0 } else { mos(lost, self.received, jitter_ms, round_trip) };
        Stats { received: self.received, sent, lost, late: self.late, jitter_ms, mos }
    }
}

/// ITU-T G.107 with G.113's values for G.711 with loss concealment; the jitter buffer is taken as twice the jitter.
fn mos(lost: u64, received: u64, jitter_ms: f32, round_trip: Option<Duration>) -> f32 {
    const ROBUSTNESS: f32 = 25.1;
    let percent = lost as f32 * 100.0 / (lost + received) as f32;
    let delay = 20.0 + 2.0 * jitter_ms + round_trip.unwrap_or_default().as_secs_f32() * 500.0;
    let late = (delay - 177.3).max(0.0);
    let rating = 93.2 - 0.024 * delay - 0.11 * late - 95.0 * percent / (percent + ROBUSTNESS);
    let rating = rating.clamp(0.0, 100.0);
    (1.0 + 0.035 * rating + rating * (rating - 60.0) * (100.0 - rating) * 7e-6).clamp(1.0, 4.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(seq: u16, ssrc: u32) -> Header {
        Header { payload_type: 8, marker: false, seq, ts: 0, ssrc }
    }

    fn feed(reception: &mut Reception, seqs: &[u16]) -> Vec<Option<u64>> {
        seqs.iter().map(|seq| reception.arrive(&header(*seq, 1)).map(|arrived| arrived.seq)).collect()
    }

    #[test]
    fn order_wrap_and_duplicates() {
        let mut reception = Reception::default();
        let seqs = feed(&mut reception, &[65534, 65535, 1, 0, 0, 1, 2]);
        let base = (1 << 16) + 65534;
        assert_eq!(seqs, [Some(base), Some(base + 1), Some(base + 3), Some(base + 2), None, None, Some(base + 4)]);
        let stats = reception.stats(0, None);
        assert_eq!((stats.received, stats.lost, stats.late), (5, 0, 1));
    }

    #[test]
    fn packets_older_than_the_first_are_strays() {
        let mut reception = Reception::default();
        assert_eq!(feed(&mut reception, &[100, 99, 101]), [Some(65636), None, Some(65637)]);
    }

    #[test]
    fn a_jump_needs_two_in_sequence() {
        let mut reception = Reception::default();
        feed(&mut reception, &[10, 11]);
        assert_eq!(reception.arrive(&header(40_000, 1)), None);
        assert_eq!(reception.arrive(&header(12, 1)).map(|arrived| arrived.epoch), Some(1));
        assert_eq!(reception.arrive(&header(50_000, 1)), None);
        assert_eq!(reception.arrive(&header(50_001, 1)).map(|arrived| arrived.epoch), Some(2));
    }

    #[test]
    fn loss_is_what_was_expected_and_did_not_come() {
        let mut reception = Reception::default();
        for seq in (0..200u16).filter(|seq| seq % 10 != 5) {
            reception.arrive(&header(seq, 1));
        }
        assert_eq!(reception.stats(0, None).lost, 20);
        let block = reception.block().unwrap();
        assert_eq!((block.lost, block.fraction_lost, block.seq_high), (20, 25, 199));
        assert_eq!(reception.block().unwrap().fraction_lost, 0);
        reception.arrive(&header(7, 2));
        assert_eq!(reception.stats(0, None).lost, 20, "loss of the old stream is kept");
    }

    #[test]
    fn jitter_follows_rfc_3550() {
        let origin = Moment::START;
        let mut reception = Reception::default();
        for nth in 0..400u32 {
            let swing = if nth % 2 == 0 { 0 } else { 10 };
            reception.time(origin, origin + Duration::from_millis(u64::from(nth * 20 + swing)), nth * 160);
        }
        let jitter = reception.stats(0, None).jitter_ms;
        assert!((9.9..10.1).contains(&jitter), "{jitter}");
    }

    #[test]
    fn quality_falls_with_loss() {
        let quality = |lost, received| mos(lost, received, 1.0, None);
        assert!(quality(0, 1000) > 4.3);
        assert!(quality(50, 950) < 4.0);
        assert!(quality(500, 500) < 2.0);
        assert!(quality(10_000, 1) >= 1.0);
    }
}
