//! One recording: two tracks on one timeline, cut into pieces.

use crate::jitter::{Heard, Track};
use crate::outbox::Outbox;
use crate::{Event, Law, LegId, Piece, RecordingId, clock, limit};
use types::Moment;

/// Left is the recorded leg, right its partner of the moment or what we play to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

/// A running recording.
#[derive(Clone, Debug)]
pub struct Recording {
    pub id: RecordingId,
    pub left: LegId,
    /// What we play goes to the right while there is no partner.
    pub prompts: bool,
    origin: Moment,
    front: u64,
    tracks: [Track; 2],
}

impl Recording {
    pub fn new(now: Moment, id: RecordingId, left: LegId, prompts: bool, law: Law) -> Recording {
        Recording { id, left, prompts, origin: now, front: 0, tracks: [Track::new(law), Track::new(law)] }
    }

    /// Sound of one side, as received.
    pub fn take(&mut self, now: Moment, side: Side, heard: &Heard, out: &mut Outbox) {
        self.cut(now, out);
        let arrival = clock::since(self.origin, now);
        self.track(side).place(arrival, heard);
    }

    /// Gives out the pieces that nothing can change any more.
    pub fn cut(&mut self, now: Moment, out: &mut Outbox) {
        let settled = clock::since(self.origin, now).saturating_sub(limit::RECORD_HOLD);
        while settled >= self.front + limit::PIECE {
            self.piece(limit::PIECE, false, out);
        }
    }

    /// Gives out the rest and the end mark.
    pub fn finish(mut self, now: Moment, out: &mut Outbox) {
        self.cut(now, out);
        // A last packet reaches beyond the moment it came at; its sound is not cut off.
        let [left, right] = &self.tracks;
        let end = clock::since(self.origin, now).max(left.end()).max(right.end());
        while end - self.front > limit::PIECE_MAX {
            self.piece(limit::PIECE, false, out);
        }
        self.piece(end - self.front, true, out);
        out.event(Event::Recorded { recording: self.id, duration: clock::duration(end) });
    }

    fn piece(&mut self, samples: u64, last: bool, out: &mut Outbox) {
        let [left, right] = &mut self.tracks;
        let piece = Piece {
            recording: self.id,
            left: left.take(samples),
            right: right.take(samples),
            left_law: left.law(),
            right_law: right.law(),
            last,
        };
        self.front += samples;
        out.piece(piece);
    }

    fn track(&mut self, side: Side) -> &mut Track {
        let [left, right] = &mut self.tracks;
        match side {
            Side::Left => left,
            Side::Right => right,
        }
    }
}

impl Outbox {
    /// The pieces waiting, for tests of recordings alone.
    #[cfg(test)]
    pub fn pieces(&mut self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        while let Some(output) = self.poll() {
            if let crate::Output::Write(piece) = output {
                pieces.push(piece);
            }
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jitter::Stream;
    use std::time::Duration;

    #[test]
    fn pieces_follow_one_another_and_both_sides_are_equally_long() {
        let now = Moment::START;
        let mut out = Outbox::default();
        let mut recording = Recording::new(now, RecordingId::from_u128(1), LegId(1), false, Law::A);
        for nth in 0..105u64 {
            let payload = [nth as u8; 160];
            let heard =
                Heard { stream: Stream::Played, seq: nth, ts: nth as u32 * 160, law: Law::A, payload: &payload };
            recording.take(now + limit::FRAME * nth as u32, Side::Left, &heard, &mut out);
        }
        recording.finish(now + Duration::from_millis(2090), &mut out);
        let pieces = out.pieces();
        assert!(pieces.iter().all(|piece| piece.left.len() == piece.right.len() && piece.left.len() <= 8000));
        assert_eq!(pieces.iter().filter(|piece| piece.last).count(), 1);
        let left: Vec<u8> = pieces.iter().flat_map(|piece| piece.left.clone()).collect();
        assert_eq!(left.len(), 105 * 160);
        assert!(left.chunks(160).enumerate().all(|(nth, chunk)| chunk.iter().all(|octet| *octet == nth as u8)));
        assert!(pieces.iter().all(|piece| piece.right.iter().all(|octet| *octet == 0xD5)));
    }

    #[test]
    fn a_long_stall_is_cut_into_short_pieces() {
        let now = Moment::START;
        let mut out = Outbox::default();
        let recording = Recording::new(now, RecordingId::from_u128(1), LegId(1), false, Law::Mu);
        recording.finish(now + Duration::from_secs(10), &mut out);
        let pieces = out.pieces();
        assert!(pieces.iter().all(|piece| piece.left.len() <= 8000));
        assert_eq!(pieces.iter().map(|piece| piece.left.len()).sum::<usize>(), 80_000);
    }
}
