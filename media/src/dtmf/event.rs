//! RFC 4733 telephone-events.

use super::KEYS;
use crate::rtp::Header;
use crate::{clock, limit};
use std::collections::VecDeque;

/// Frames of a digit before its end is told: 100 ms.
const TONE_FRAMES: u32 = 5;
/// The end is told three times (RFC 4733 2.5.1.4), a frame apart so that one burst of loss does not take all.
const END_FRAMES: u32 = 3;
/// From one digit's start to the next one's.
const PERIOD_FRAMES: u32 = 10;

/// Finds presses in the event packets of a leg. Any packet of a press is enough; each press counts once.
///
/// RFC 4733 2.5.1.2 tells a press by its timestamp alone. Gateways give each packet a timestamp of its own, or all presses
/// the same one; so what counts is whether a packet goes on where the last one was: event, marker, duration and end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Receiving {
    last: Option<Press>,
}

/// The newest packet of a press.
#[derive(Clone, Copy, Debug)]
struct Press {
    ssrc: u32,
    seq: u16,
    ts: u32,
    event: u8,
    duration: u16,
    marker: bool,
    ended: bool,
}

/// Packets of one press are no further apart, also with sound between them and some of them lost.
const NEAR: u16 = 4;
/// How far a timestamp of its own may be off the duration, samples.
const SLACK: i32 = 320;

impl Receiving {
    /// The key, when this packet is the first heard of its press.
    pub fn receive(&mut self, header: &Header, payload: &[u8]) -> Option<char> {
        let [event, flags, high, low, ..] = *payload else {
            return None;
        };
        let key = *KEYS.get(usize::from(event))?;
        let duration = u16::from_be_bytes([high, low]);
        let Header { ssrc, seq, ts, marker, .. } = *header;
        let press = Press { ssrc, seq, ts, event, duration, marker, ended: flags & 0x80 != 0 };
        if let Some(last) = self.last.as_mut().filter(|last| last.ssrc == ssrc) {
            // A copy, or a straggler of an earlier press.
            if u64::from(last.seq.wrapping_sub(seq)) <= limit::MISORDER_MAX {
                return None;
            }
            if last.goes_on(&press) {
                *last = Press { ended: last.ended || press.ended, ..press };
                return None;
            }
        }
        // Even if this is its end and all the rest was lost: it is a press.
        self.last = Some(press);
        Some(key)
    }

    /// Was any key heard?
    pub fn is_used(&self) -> bool {
        self.last.is_some()
    }
}

impl Press {
    /// Is the next packet of the same press?
    fn goes_on(&self, next: &Press) -> bool {
        let grows = next.duration >= self.duration;
        if next.event != self.event {
            return false;
        }
        if next.ts == self.ts {
            // Of a clock that stands still, whatever begins anew is new.
            let anew = self.ended && (next.marker || !next.ended) || next.marker && !grows;
            return !anew;
        }
        if next.marker {
            return false;
        }
        let passed = clock::ahead(next.ts, self.ts);
        let near = next.seq.wrapping_sub(self.seq) <= NEAR;
        let grown = i32::from(next.duration) - i32::from(self.duration);
        let in_step = passed.saturating_sub(grown).saturating_abs() <= SLACK;
        match (self.ended, next.ended) {
            // The end is told three times.
            (true, true) => grows && near && (grown == 0 || in_step),
            (true, false) => false,
            // RFC 4733 2.5.1.3: a press longer than the duration field goes on as another segment.
            _ if passed == i32::from(u16::MAX) => true,
            _ => grows && (near || in_step),
        }
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

    fn receive(receiving: &mut Receiving, seq: u16, ts: u32, payload: [u8; 4]) -> Option<char> {
        let header = Header { payload_type: 101, marker: false, seq, ts, ssrc: 1 };
        receiving.receive(&header, &payload)
    }

    /// How a gateway writes the keys it is given.
    struct Gateway {
        /// Timestamp of the nth packet of a press that begins at the given one.
        ts: fn(u32, u32) -> u32,
        marker: bool,
        /// Packets of sound between two of a press.
        between: u16,
        /// Samples of a packet.
        step: u32,
    }

    /// What is heard of a gateway that presses these keys, with the packets lost that `lost` names by press and place.
    fn heard(gateway: &Gateway, keys: &str, lost: impl Fn(usize, u32) -> bool) -> String {
        let (mut receiving, mut seq, mut start, mut heard) =
            (Receiving::default(), 65_000u16, 4_294_900_000, String::new());
        for (nth, key) in keys.chars().enumerate() {
            for packet in 0..8 {
                seq = seq.wrapping_add(1 + gateway.between);
                let marker = gateway.marker && packet == 0;
                let ts = (gateway.ts)(start, packet);
                let [_, _, high, low] = ((packet + 1).min(5) * gateway.step).to_be_bytes();
                let payload = [crate::dtmf::code(key).unwrap(), if packet >= 5 { 0x8A } else { 10 }, high, low];
                if !lost(nth, packet) {
                    let header = Header { payload_type: 101, marker, seq, ts, ssrc: 1 };
                    heard.extend(receiving.receive(&header, &payload));
                }
            }
            start = u32::wrapping_add(start, 8 * 160 + 800);
            seq = seq.wrapping_add(5);
        }
        heard
    }

    #[test]
    fn each_press_counts_once_however_its_packets_are_stamped() {
        type Stamp = fn(u32, u32) -> u32;
        let stamps: [(&str, Stamp); 5] = [
            ("of the start", |start, _| start),
            ("of each packet", |start, packet| start.wrapping_add(packet * 160)),
            ("of each end", |start, packet| start.wrapping_add(packet.saturating_sub(5) * 160)),
            ("of the end", |start, packet| start.wrapping_add(if packet >= 5 { 800 } else { 0 })),
            ("always the same", |_, _| 7),
        ];
        for (name, ts) in stamps {
            for (marker, between, step) in
                [(true, 0, 160), (false, 0, 160), (true, 1, 160), (false, 1, 160), (true, 0, 320)]
            {
                let gateway = Gateway { ts, marker, between, step };
                let keys = "1122#*0011";
                assert_eq!(heard(&gateway, keys, |_, _| false), keys, "{name} {marker} {between} {step}");
                assert_eq!(heard(&gateway, keys, |_, packet| packet == 7), keys, "{name}: one end lost");
                assert_eq!(heard(&gateway, keys, |_, packet| packet == 2), keys, "{name}: one of the middle lost");
            }
        }
    }

    #[test]
    fn short_presses_of_a_clock_that_stands_still_are_told_apart() {
        let mut receiving = Receiving::default();
        let mut heard = String::new();
        for press in 0..3u16 {
            for packet in 0..4u16 {
                let payload = [1, if packet > 0 { 0x8A } else { 10 }, 0, 160];
                heard.extend(receive(&mut receiving, press * 10 + packet, 7, payload));
            }
        }
        assert_eq!(heard, "111");
    }

    #[test]
    fn of_a_press_any_packet_is_enough() {
        let gateway = Gateway { ts: |start, _| start, marker: true, between: 0, step: 160 };
        for heard_one in 0..8 {
            assert_eq!(heard(&gateway, "1122", |_, packet| packet != heard_one), "1122", "{heard_one}");
        }
        assert_eq!(heard(&gateway, "11", |nth, packet| nth == 0 && packet >= 5), "11", "all ends lost");
    }

    #[test]
    fn two_streams_are_two() {
        let mut receiving = Receiving::default();
        let mut receive = |ssrc, seq| {
            let header = Header { payload_type: 101, marker: false, seq, ts: 800, ssrc };
            receiving.receive(&header, &[5, 10, 0, 160])
        };
        assert_eq!((receive(1, 10), receive(1, 11), receive(2, 9), receive(2, 10)), (Some('5'), None, Some('5'), None));
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
        for length in 0..4 {
            assert_eq!(Receiving::default().receive(&header, &[1, 2, 3][..length.min(3)]), None);
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
