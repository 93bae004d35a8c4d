//! RFC 4733 telephone-events.

use super::KEYS;
use crate::reception::Arrived;
use crate::rtp::Header;
use crate::{clock, limit};
use std::collections::VecDeque;

/// Frames of a digit before its end is told: 100 ms.
const TONE_FRAMES: u32 = 5;
/// The end is told three times (RFC 4733 2.5.1.4), a frame apart so that one burst of loss does not take all.
const END_FRAMES: u32 = 3;
/// From one digit's start to the next one's.
const PERIOD_FRAMES: u32 = 10;

/// Finds presses in a stream of event packets. Any packet of an event is enough; each counts once.
#[derive(Clone, Copy, Debug, Default)]
pub struct Receiving {
    last: Option<Press>,
}

#[derive(Clone, Copy, Debug)]
struct Press {
    epoch: u32,
    seq: u64,
    ts: u32,
    event: u8,
    ended: bool,
}

impl Receiving {
    /// The key, when this packet is the first heard of its press.
    pub fn receive(&mut self, arrived: Arrived, header: &Header, payload: &[u8]) -> Option<char> {
        let [event, flags, _, _, ..] = *payload else {
            return None;
        };
        let key = *KEYS.get(usize::from(event))?;
        let ended = flags & 0x80 != 0;
        let press = Press { epoch: arrived.epoch, seq: arrived.seq, ts: header.ts, event, ended };
        if let Some(last) = &mut self.last
            && last.epoch == press.epoch
        {
            // A straggler of an earlier press.
            if press.seq < last.seq {
                return None;
            }
            // RFC 4733 2.5.1.2: all packets of an event carry the timestamp of its beginning.
            if press.ts == last.ts {
                last.seq = press.seq;
                last.ended |= ended;
                return None;
            }
            // RFC 4733 2.5.1.3: a press longer than the duration field goes on as another segment.
            let continued =
                !last.ended && last.event == event && clock::ahead(press.ts, last.ts) == i32::from(u16::MAX);
            if continued {
                *last = press;
                return None;
            }
        }
        // Even if this is its end and all the rest was lost: it is a press.
        self.last = Some(press);
        Some(key)
    }
}

/// One packet of a digit of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub payload: [u8; 4],
    /// Counts digits; with it the stream knows a new one.
    pub nth: u32,
    /// So far, samples.
    pub duration: u16,
}

/// Digits of ours on their way, a step a frame.
#[derive(Clone, Debug, Default)]
pub struct Sending {
    waiting: VecDeque<u8>,
    now: Option<(u8, u32)>,
    nth: u32,
}

impl Sending {
    /// Adds the digits; unknown characters and those above [`limit::DIGITS_MAX`] are left out.
    pub fn push(&mut self, digits: &str) {
        let room = limit::DIGITS_MAX.saturating_sub(self.waiting.len());
        self.waiting.extend(digits.chars().filter_map(super::code).take(room));
    }

    pub fn is_idle(&self) -> bool {
        self.now.is_none() && self.waiting.is_empty()
    }

    /// The digit under way and its frame; moves on by one frame. None: nothing to send any more.
    pub fn advance(&mut self) -> Option<(u8, u32, u32)> {
        if self.now.is_none() {
            self.now = self.waiting.pop_front().map(|event| (event, 0));
            self.nth = self.nth.wrapping_add(u32::from(self.now.is_some()));
        }
        let (event, frame) = self.now?;
        self.now = (frame + 1 < PERIOD_FRAMES).then_some((event, frame + 1));
        Some((event, frame, self.nth))
    }
}

/// The packet for `frame` of a digit; None in the pause after it.
pub fn step(event: u8, frame: u32, nth: u32) -> Option<Step> {
    if frame >= TONE_FRAMES + END_FRAMES - 1 {
        return None;
    }
    let end = frame + 1 >= TONE_FRAMES;
    let duration = (frame + 1).min(TONE_FRAMES) as u16 * limit::FRAME_SAMPLES as u16;
    let [high, low] = duration.to_be_bytes();
    // Volume 10: -10 dBm0 (RFC 4733 2.3.4).
    let flags = if end { 0x80 | 10 } else { 10 };
    Some(Step { payload: [event, flags, high, low], nth, duration })
}

/// Is there tone in this frame of a digit (for peers that hear no events)?
pub fn sounds(frame: u32) -> bool {
    frame < TONE_FRAMES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receive(receiving: &mut Receiving, seq: u64, ts: u32, payload: [u8; 4]) -> Option<char> {
        let header = Header { payload_type: 101, marker: false, seq: seq as u16, ts, ssrc: 1 };
        receiving.receive(Arrived { epoch: 1, seq, newest: true }, &header, &payload)
    }

    #[test]
    fn one_press_one_digit() {
        let mut receiving = Receiving::default();
        assert_eq!(receive(&mut receiving, 1, 800, [5, 10, 0, 160]), Some('5'));
        assert_eq!(receive(&mut receiving, 2, 800, [5, 10, 1, 64]), None);
        assert_eq!(receive(&mut receiving, 4, 800, [5, 0x8A, 1, 64]), None);
        assert_eq!(receive(&mut receiving, 3, 800, [5, 10, 1, 64]), None);
        assert_eq!(receive(&mut receiving, 7, 2400, [5, 0x8A, 3, 32]), Some('5'), "even if only its end is heard");
        assert_eq!(receive(&mut receiving, 6, 1600, [6, 0x8A, 3, 32]), None, "a straggler");
        assert_eq!(receive(&mut receiving, 9, 4000, [11, 0, 0, 0]), Some('#'));
        assert_eq!(receive(&mut receiving, 10, 4800, [16, 0, 0, 0]), None, "flash is no key");
    }

    #[test]
    fn a_very_long_press_is_one() {
        let mut receiving = Receiving::default();
        assert_eq!(receive(&mut receiving, 1, 100, [1, 10, 0xFF, 0xFF]), Some('1'));
        assert_eq!(receive(&mut receiving, 2, 100 + 65535, [1, 10, 0, 160]), None);
        assert_eq!(receive(&mut receiving, 3, 100 + 65535, [1, 0x8A, 0, 160]), None);
        assert_eq!(receive(&mut receiving, 4, 100 + 2 * 65535, [1, 10, 0, 160]), Some('1'));
    }

    #[test]
    fn short_payloads_are_nothing() {
        let header = Header { payload_type: 101, marker: false, seq: 1, ts: 1, ssrc: 1 };
        let arrived = Arrived { epoch: 1, seq: 1, newest: true };
        for length in 0..4 {
            assert_eq!(Receiving::default().receive(arrived, &header, &[1, 2, 3][..length.min(3)]), None);
        }
    }

    #[test]
    fn digits_take_their_time() {
        let mut sending = Sending::default();
        sending.push("1x#");
        let mut packets = Vec::new();
        let mut frames = 0;
        while let Some((event, frame, nth)) = sending.advance() {
            frames += 1;
            packets.extend(step(event, frame, nth).map(|step| (step.payload, step.nth)));
        }
        assert_eq!(frames, 20);
        let one: Vec<_> = packets.iter().filter(|(_, nth)| *nth == 1).map(|(payload, _)| *payload).collect();
        assert_eq!(
            one,
            [
                [1, 10, 0, 160],
                [1, 10, 1, 64],
                [1, 10, 1, 224],
                [1, 10, 2, 128],
                [1, 138, 3, 32],
                [1, 138, 3, 32],
                [1, 138, 3, 32]
            ]
        );
        assert_eq!(packets.len(), 14);
        assert!(sending.is_idle());
    }
}
