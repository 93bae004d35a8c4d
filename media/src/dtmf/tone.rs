//! Keys by tones (ITU-T Q.23, Q.24): Goertzel filters on blocks of 102 samples, for peers without telephone-events;
//! and the tones themselves.

use super::KEYS;
use crate::Law;

/// Hertz; low group are the rows of the keypad, high group its columns.
const LOW: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
const HIGH: [f32; 4] = [1209.0, 1336.0, 1477.0, 1633.0];
/// The keypad, row by row.
const PAD: [char; 16] = ['1', '2', '3', 'A', '4', '5', '6', 'B', '7', '8', '9', 'C', '*', '0', '#', 'D'];
/// 12.75 ms: long enough to part neighbours (73 Hz), short enough for three within Q.24's 40 ms.
const BLOCK: usize = 102;
/// Energy of each tone in a block: about -40 dBm0, the weakest Q.24 asks for is -25.
const ENERGY_MIN: f32 = 8.0e7 / 10.0;
/// The high tone may be 4 dB stronger, the low one 8 dB (Q.24 annex, North America: the widest).
const TWIST_HIGH: f32 = 2.5;
const TWIST_LOW: f32 = 6.3;
/// A tone stands 8 dB above the others of its group.
const PEAK: f32 = 6.3;
/// Of all the energy in the block, so much must be the two tones (against speech): x 102 samples / 2.
const PURITY: f32 = 42.0;
/// Blocks in a row that make a press, and that end it.
const BLOCKS_ON: u8 = 2;
const BLOCKS_OFF: u8 = 3;

/// Finds the keys in one leg's sound.
#[derive(Clone, Debug)]
pub struct Detector {
    filters: [Filter; 8],
    energy: f32,
    count: usize,
    candidate: Option<char>,
    run: u8,
    pressed: Option<char>,
    off: u8,
}

#[derive(Clone, Copy, Debug, Default)]
struct Filter {
    coefficient: f32,
    one: f32,
    two: f32,
}

impl Default for Detector {
    fn default() -> Detector {
        let mut filters = [Filter::default(); 8];
        for (filter, hertz) in filters.iter_mut().zip(LOW.iter().chain(&HIGH)) {
            filter.coefficient = 2.0 * (2.0 * std::f32::consts::PI * hertz / 8000.0).cos();
        }
        Detector { filters, energy: 0.0, count: 0, candidate: None, run: 0, pressed: None, off: 0 }
    }
}

impl Detector {
    /// Takes a packet of sound; calls `press` once for each key pressed.
    pub fn detect(&mut self, law: Law, payload: &[u8], mut press: impl FnMut(char)) {
        let linear = law.linear();
        for octet in payload {
            let sample = f32::from(linear[usize::from(*octet)]);
            self.energy += sample * sample;
            for filter in &mut self.filters {
                let next = filter.coefficient * filter.one - filter.two + sample;
                filter.two = filter.one;
                filter.one = next;
            }
            self.count += 1;
            if self.count == BLOCK
                && let Some(key) = self.block()
            {
                press(key);
            }
        }
    }

    fn block(&mut self) -> Option<char> {
        let key = self.judge();
        self.energy = 0.0;
        self.count = 0;
        for filter in &mut self.filters {
            (filter.one, filter.two) = (0.0, 0.0);
        }
        self.run = if key == self.candidate { self.run.saturating_add(1) } else { 1 };
        self.candidate = key;
        if key.is_none() || key != self.pressed {
            self.off = self.off.saturating_add(1);
        } else {
            self.off = 0;
        }
        if self.off >= BLOCKS_OFF {
            self.pressed = None;
        }
        if key.is_some() && key != self.pressed && self.run >= BLOCKS_ON {
            self.pressed = key;
            self.off = 0;
            return key;
        }
        None
    }

    fn judge(&self) -> Option<char> {
        let mut power = [0.0; 8];
        for (power, filter) in power.iter_mut().zip(&self.filters) {
            *power = filter.one * filter.one + filter.two * filter.two - filter.coefficient * filter.one * filter.two;
        }
        let (low, high) = power.split_at(4);
        let (row, low_peak) = strongest(low)?;
        let (column, high_peak) = strongest(high)?;
        let twisted = high_peak > low_peak * TWIST_HIGH || low_peak > high_peak * TWIST_LOW;
        if low_peak < ENERGY_MIN || high_peak < ENERGY_MIN || twisted || low_peak + high_peak < PURITY * self.energy {
            return None;
        }
        PAD.get(row * 4 + column).copied()
    }
}

/// The strongest of a group if it stands out.
fn strongest(powers: &[f32]) -> Option<(usize, f32)> {
    let (at, peak) = powers.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1))?;
    powers.iter().enumerate().all(|(other, power)| other == at || peak > power * PEAK).then_some((at, peak))
}

/// Writes the tones of the event `code` (see [`KEYS`]), `phase` samples after their start.
pub fn write(code: u8, phase: u32, law: Law, frame: &mut [u8]) {
    let place = KEYS.get(usize::from(code)).and_then(|key| PAD.iter().position(|other| other == key)).unwrap_or(0);
    let low = LOW.get(place / 4).copied().unwrap_or_default();
    let high = HIGH.get(place % 4).copied().unwrap_or_default();
    for (nth, octet) in frame.iter_mut().enumerate() {
        let turn = 2.0 * std::f32::consts::PI * (phase as f32 + nth as f32) / 8000.0;
        // About -9 and -7 dBm0 (Q.23: the high tone 2 dB stronger).
        let sample = 7000.0 * (turn * low).sin() + 8800.0 * (turn * high).sin();
        *octet = law.encode(sample as i16);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};

    fn heard(octets: &[u8], law: Law) -> String {
        let mut detector = Detector::default();
        let mut keys = String::new();
        octets.chunks(160).for_each(|packet| detector.detect(law, packet, |key| keys.push(key)));
        keys
    }

    fn tones(keys: &str, law: Law, on: usize, off: usize) -> Vec<u8> {
        let mut octets = Vec::new();
        for key in keys.chars() {
            let mut tone = vec![0; on];
            write(super::super::code(key).unwrap(), 0, law, &mut tone);
            octets.append(&mut tone);
            octets.extend(std::iter::repeat_n(law.silence(), off));
        }
        octets
    }

    #[test]
    fn all_keys_in_both_laws() {
        let keys = "1234567890*#ABCD";
        for law in [Law::A, Law::Mu] {
            assert_eq!(heard(&tones(keys, law, 800, 800), law), keys);
            assert_eq!(heard(&tones(keys, law, 400, 400), law), keys, "50 ms on and off");
            assert_eq!(heard(&tones("5555", law, 800, 800), law), "5555");
            assert_eq!(heard(&tones("1", law, 80_000, 0), law), "1", "once a press");
        }
    }

    #[test]
    fn noise_and_single_tones_are_no_keys() {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(1);
        let noise: Vec<u8> = (0..800_000).map(|_| Law::A.encode(random.random_range(-12_000..12_000))).collect();
        assert_eq!(heard(&noise, Law::A), "");
        for hertz in (300..3400).step_by(10) {
            let tone: Vec<u8> = (0..4000)
                .map(|nth| {
                    Law::A
                        .encode((10_000.0 * (nth as f32 * hertz as f32 * std::f32::consts::TAU / 8000.0).sin()) as i16)
                })
                .collect();
            assert_eq!(heard(&tone, Law::A), "", "{hertz} Hz");
        }
    }
}
