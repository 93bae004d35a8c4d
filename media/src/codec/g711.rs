//! ITU-T G.711, bit-exact with the reference of G.191 (`alaw_compress`, `ulaw_expand` and so on), as constant tables.

use crate::Law;

/// A-law octets to 16-bit linear sound.
pub static ALAW_TO_LINEAR: [i16; 256] = table_linear(true);
/// µ-law octets to 16-bit linear sound.
pub static ULAW_TO_LINEAR: [i16; 256] = table_linear(false);
/// A-law octets to the nearest µ-law octets.
pub static ALAW_TO_ULAW: [u8; 256] = table_transcode(true);
/// µ-law octets to the nearest A-law octets.
pub static ULAW_TO_ALAW: [u8; 256] = table_transcode(false);

/// One sample to A-law.
pub const fn alaw(sample: i16) -> u8 {
    // G.191: 13 significant bits, one's complement for negative numbers.
    let mut rest = if sample < 0 { (!sample) >> 4 } else { sample >> 4 };
    if rest > 15 {
        let mut exponent = 1;
        while rest > 16 + 15 {
            rest >>= 1;
            exponent += 1;
        }
        rest = rest - 16 + (exponent << 4);
    }
    if sample >= 0 {
        rest |= 0x80;
    }
    // Even bits are inverted on the line (G.711 table 1a note 2).
    (rest as u8) ^ 0x55
}

/// One sample to µ-law.
pub const fn ulaw(sample: i16) -> u8 {
    let magnitude = (if sample < 0 { (!sample) >> 2 } else { sample >> 2 }) as u16 + 33;
    let magnitude = if magnitude > 0x1FFF { 0x1FFF } else { magnitude };
    let mut segment = 1;
    let mut rest = magnitude >> 6;
    while rest != 0 {
        segment += 1;
        rest >>= 1;
    }
    let low = 0xF - ((magnitude >> segment) & 0xF) as u8;
    let code = ((8 - segment) as u8) << 4 | low;
    if sample >= 0 { code | 0x80 } else { code }
}

const fn alaw_linear(code: u8) -> i16 {
    let bits = (code ^ 0x55) & 0x7F;
    let exponent = bits >> 4;
    let mut value = (bits & 0xF) as i16;
    if exponent > 0 {
        value += 16;
    }
    value = (value << 4) + 8;
    if exponent > 1 {
        value <<= exponent - 1;
    }
    if code >= 0x80 { value } else { -value }
}

const fn ulaw_linear(code: u8) -> i16 {
    let bits = !code;
    let exponent = (bits >> 4) & 7;
    let mantissa = (bits & 0xF) as i32;
    let step = 4 << (exponent + 1);
    let value = (0x80 << exponent) + step * mantissa + step / 2 - 4 * 33;
    (if code < 0x80 { -value } else { value }) as i16
}

const fn table_linear(a: bool) -> [i16; 256] {
    let mut table = [0; 256];
    let mut code = 0;
    while code < 256 {
        table[code] = if a { alaw_linear(code as u8) } else { ulaw_linear(code as u8) };
        code += 1;
    }
    table
}

const fn table_transcode(from_a: bool) -> [u8; 256] {
    let mut table = [0; 256];
    let mut code = 0;
    while code < 256 {
        table[code] = if from_a { ulaw(alaw_linear(code as u8)) } else { alaw(ulaw_linear(code as u8)) };
        code += 1;
    }
    table
}

impl Law {
    /// The octet of silence.
    pub const fn silence(self) -> u8 {
        match self {
            Law::A => 0xD5,
            Law::Mu => 0xFF,
        }
    }

    /// One 16-bit sample in this law.
    pub const fn encode(self, sample: i16) -> u8 {
        match self {
            Law::A => alaw(sample),
            Law::Mu => ulaw(sample),
        }
    }

    /// This law's octets to 16-bit samples.
    pub fn linear(self) -> &'static [i16; 256] {
        match self {
            Law::A => &ALAW_TO_LINEAR,
            Law::Mu => &ULAW_TO_LINEAR,
        }
    }

    /// The table that turns this law's octets into `to`'s; None when they are the same.
    pub fn table(self, to: Law) -> Option<&'static [u8; 256]> {
        match (self, to) {
            (Law::A, Law::Mu) => Some(&ALAW_TO_ULAW),
            (Law::Mu, Law::A) => Some(&ULAW_TO_ALAW),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ITU-T G.711 tables 1a and 2a, column 7/8: value at decoder output, scaled to 16 bits, and character signal.
    #[test]
    fn known_values() {
        for (code, linear) in [(0xD5, 8), (0x55, -8), (0xAA, 32256), (0x2A, -32256), (0x80, 5504), (0xD4, 24)] {
            assert_eq!(ALAW_TO_LINEAR[code as usize], linear, "A-law {code:#x}");
            assert_eq!(alaw(linear), code, "A-law of {linear}");
        }
        for (code, linear) in [(0xFF, 0), (0x80, 32124), (0x00, -32124), (0x8F, 16764), (0xFE, 8), (0x7E, -8)] {
            assert_eq!(ULAW_TO_LINEAR[code as usize], linear, "µ-law {code:#x}");
            assert_eq!(ulaw(linear), code, "µ-law of {linear}");
        }
    }

    #[test]
    fn what_is_decoded_is_encoded_back() {
        for code in 0..=255u8 {
            assert_eq!(alaw(ALAW_TO_LINEAR[code as usize]), code);
            // µ-law has two zeroes; the negative one comes back as the positive.
            let back = ulaw(ULAW_TO_LINEAR[code as usize]);
            assert_eq!(back, if code == 0x7F { 0xFF } else { code });
        }
    }

    #[test]
    fn coding_is_monotonic_and_within_half_a_step() {
        for (law, worst) in [(Law::A, 512), (Law::Mu, 644)] {
            let mut before = i16::MIN;
            for sample in i16::MIN..=i16::MAX {
                let heard = law.linear()[law.encode(sample) as usize];
                assert!(heard >= before, "{law:?} {sample}");
                assert!((i32::from(heard) - i32::from(sample)).abs() <= worst, "{law:?} {sample} {heard}");
                before = heard;
            }
        }
    }

    #[test]
    fn silence_stays_silence_across_laws() {
        assert_eq!(ALAW_TO_ULAW[0xD5], ulaw(8));
        assert_eq!(ULAW_TO_ALAW[0xFF], 0xD5);
        assert!(Law::A.table(Law::A).is_none());
    }
}
