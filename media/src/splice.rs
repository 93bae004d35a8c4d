//! One unbroken RTP stream out of changing sources (prompt, music, silence, one partner, the next): the peer sees
//! one SSRC whose sequence numbers and timestamps never jump back (RFC 3550 5.1), whatever we put into it.

use crate::reception::Arrived;
use crate::rtp::Header;
use crate::{LegId, PlayId, clock, limit};
use types::Moment;

/// Where sent sound comes from. A change of source is a new talk spurt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Silence,
    Play(PlayId),
    /// The nth digit of ours.
    Digit(u32),
    /// A partner's stream; `epoch` from [`Arrived`].
    Leg {
        leg: LegId,
        epoch: u32,
    },
}

/// The sending side of one leg.
#[derive(Clone, Debug)]
pub struct Splice {
    ssrc: u32,
    /// Timestamps follow this clock between sources.
    origin: Moment,
    ts_origin: u32,
    source: Option<Source>,
    /// Highest sent.
    seq: u16,
    /// Just after the sound sent so far.
    ts_end: u32,
    /// Of the relayed source: its first and highest sequence number and what they became.
    seq_in_first: u64,
    seq_in_high: u64,
    seq_first: u16,
    ts_shift: u32,
    ts_in_high: u32,
    at_high: Moment,
}

impl Splice {
    /// `ssrc`, `seq` and `ts` are random starts (RFC 3550 5.1, against guessing).
    pub fn new(now: Moment, ssrc: u32, seq: u16, ts: u32) -> Splice {
        Splice {
            ssrc,
            origin: now,
            ts_origin: ts,
            source: None,
            seq,
            ts_end: ts,
            seq_in_first: 0,
            seq_in_high: 0,
            seq_first: 0,
            ts_shift: 0,
            ts_in_high: 0,
            at_high: now,
        }
    }

    pub fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// Is this what is being sent?
    pub fn carries(&self, source: Source) -> bool {
        self.source == Some(source)
    }

    /// A partner's packet was withheld: what comes next from there is a new talk spurt, not one after a loss.
    pub fn interrupt(&mut self) {
        if let Some(Source::Leg { .. }) = self.source {
            self.source = None;
        }
    }

    /// The timestamp of this very moment, for sender reports.
    pub fn ts(&self, now: Moment) -> u32 {
        clock::later(self.ts_clock(now), self.ts_end)
    }

    fn ts_clock(&self, now: Moment) -> u32 {
        self.ts_origin.wrapping_add(clock::since(self.origin, now) as u32)
    }

    /// The header of `samples` of sound made by us at the frame `at`.
    pub fn own(&mut self, at: Moment, source: Source, payload_type: u8, samples: u32) -> Header {
        let marker = self.source.replace(source) != Some(source);
        let ts = self.ts(at);
        self.seq = self.seq.wrapping_add(1);
        self.ts_end = ts.wrapping_add(samples);
        Header { payload_type, marker, seq: self.seq, ts, ssrc: self.ssrc }
    }

    /// The header of a further packet with the timestamp `ts` of an earlier one of ours (telephone-events).
    pub fn again(&mut self, payload_type: u8, ts: u32, samples: u32) -> Header {
        self.seq = self.seq.wrapping_add(1);
        self.ts_end = clock::later(self.ts_end, ts.wrapping_add(samples));
        Header { payload_type, marker: false, seq: self.seq, ts, ssrc: self.ssrc }
    }

    /// The header for a partner's packet; its gaps and order are kept, for the peer to judge. None: it belongs
    /// before the present source. `samples` is 0 for telephone-events, whose timestamps stand still.
    pub fn relay(
        &mut self,
        now: Moment,
        source: Source,
        arrived: Arrived,
        heard: &Header,
        payload_type: u8,
        samples: u32,
    ) -> Option<Header> {
        let mut marker = heard.marker;
        if self.source != Some(source) {
            self.source = Some(source);
            self.seq_in_first = arrived.seq;
            self.seq_in_high = arrived.seq;
            self.seq_first = self.seq.wrapping_add(1);
            self.seq = self.seq_first;
            self.anchor(now, heard.ts);
            marker = true;
        } else {
            let step = arrived.seq.checked_sub(self.seq_in_first)?;
            let forward = arrived.seq > self.seq_in_high;
            if forward {
                self.seq_in_high = arrived.seq;
                self.seq = self.seq_first.wrapping_add(step as u16);
            }
            if forward && samples > 0 && self.jumps(now, heard.ts) {
                self.anchor(now, heard.ts);
                marker = true;
            }
        }
        let ts = heard.ts.wrapping_add(self.ts_shift);
        if samples > 0 && arrived.seq == self.seq_in_high {
            self.ts_in_high = heard.ts;
            self.at_high = now;
        }
        self.ts_end = clock::later(self.ts_end, ts.wrapping_add(samples));
        let step = arrived.seq - self.seq_in_first;
        Some(Header { payload_type, marker, seq: self.seq_first.wrapping_add(step as u16), ts, ssrc: self.ssrc })
    }

    /// Does the source's timestamp disagree with the clock or run backwards?
    fn jumps(&self, now: Moment, ts_in: u32) -> bool {
        let step = i64::from(clock::ahead(ts_in, self.ts_in_high));
        let elapsed = clock::since(self.at_high, now).min(i64::MAX as u64) as i64;
        step < 0 || (step - elapsed).abs() > limit::TIMESTAMP_JUMP_MAX
    }

    fn anchor(&mut self, now: Moment, ts_in: u32) {
        self.ts_shift = self.ts(now).wrapping_sub(ts_in);
        self.ts_in_high = ts_in;
        self.at_high = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const LEG: Source = Source::Leg { leg: LegId(7), epoch: 1 };

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn heard(seq: u64, ts: u32) -> (Arrived, Header) {
        let header = Header { payload_type: 0, marker: false, seq: seq as u16, ts, ssrc: 99 };
        (Arrived { epoch: 1, seq, newest: true }, header)
    }

    fn relay(splice: &mut Splice, now: Moment, seq: u64, ts: u32) -> Option<(u16, u32, bool)> {
        let (arrived, header) = heard(seq, ts);
        splice.relay(now, LEG, arrived, &header, 8, 160).map(|header| (header.seq, header.ts, header.marker))
    }

    #[test]
    fn prompt_then_partner_then_prompt() {
        let now = Moment::START;
        let mut splice = Splice::new(now, 5, 65535, 1000);
        let play = Source::Play(PlayId(1));
        let first = splice.own(now + ms(20), play, 8, 160);
        assert_eq!((first.seq, first.ts, first.marker), (0, 1160, true));
        let second = splice.own(now + ms(40), play, 8, 160);
        assert_eq!((second.seq, second.ts, second.marker), (1, 1320, false));
        assert_eq!(relay(&mut splice, now + ms(45), 500, 77), Some((2, 1480, true)));
        assert_eq!(relay(&mut splice, now + ms(85), 502, 397), Some((4, 1800, false)), "a gap stays a gap");
        assert_eq!(relay(&mut splice, now + ms(86), 501, 237), Some((3, 1640, false)), "order is not ours to mend");
        assert_eq!(relay(&mut splice, now + ms(87), 499, 0), None, "older than the splice");
        let back = splice.own(now + ms(100), Source::Play(PlayId(2)), 8, 160);
        assert_eq!((back.seq, back.ts, back.marker), (5, 1960, true));
    }

    #[test]
    fn silence_suppression_passes_and_jumps_are_mended() {
        let now = Moment::START;
        let mut splice = Splice::new(now, 5, 0, 0);
        assert_eq!(relay(&mut splice, now, 10, 0), Some((1, 0, true)));
        assert_eq!(relay(&mut splice, now + ms(10_000), 11, 80_000), Some((2, 80_000, false)));
        assert_eq!(relay(&mut splice, now + ms(10_020), 12, 5_000_000), Some((3, 80_160, true)));
        assert_eq!(relay(&mut splice, now + ms(10_040), 13, 4_999_000), Some((4, 80_320, true)));
    }

    #[test]
    fn a_stalled_tick_leaves_a_gap_in_time_only() {
        let now = Moment::START;
        let mut splice = Splice::new(now, 5, 0, 0);
        splice.own(now, Source::Silence, 8, 160);
        let after = splice.own(now + ms(500), Source::Silence, 8, 160);
        assert_eq!((after.seq, after.ts, after.marker), (2, 4000, false));
    }

    #[test]
    fn a_long_stream_wraps() {
        let now = Moment::START;
        let mut splice = Splice::new(now, 5, 0, u32::MAX - 100);
        let mut last = relay(&mut splice, now, 10, 0).unwrap();
        for nth in 1..200_000u32 {
            let next = relay(&mut splice, now + ms(20) * nth, 10 + u64::from(nth), nth * 160).unwrap();
            assert_eq!(next.0, last.0.wrapping_add(1));
            assert_eq!(next.1, last.1.wrapping_add(160));
            last = next;
        }
    }
}
