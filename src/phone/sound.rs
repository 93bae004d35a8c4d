//! What the phone says by itself, and how what it heard is written.

use media::{Law, Sound};
use std::path::Path;

const RATE: usize = 8_000;

/// Four seconds of a soft, voice-like speech_like: syllables of a low buzz with two formants, then a pause.
pub fn speech_like() -> Sound {
    let mut samples = vec![0i16; RATE * 4];
    for (n, sample) in samples.iter_mut().enumerate().take(RATE * 5 / 2) {
        let t = n as f32 / RATE as f32;
        let pitch = 118.0 + 14.0 * (t * 1.7).sin();
        let syllable = (std::f32::consts::PI * (t * 4.0).fract()).sin().powi(2);
        let tone = |harmonic: f32| (std::f32::consts::TAU * pitch * harmonic * t).sin();
        // the second and fifth harmonics stand out, as in "oh"; the fall by frequency keeps it soft
        let voice =
            tone(1.0) + 0.8 * tone(2.0) + 0.5 * tone(3.0) + 0.3 * tone(4.0) + 0.45 * tone(5.0) + 0.15 * tone(8.0);
        *sample = (voice * syllable * 2_600.0) as i16;
    }
    Sound::from_pcm(&samples)
}

/// Writes octets as a mono WAV file.
pub fn write(path: &Path, heard: &[(Law, Vec<u8>)]) -> Result<(), hound::Error> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE as u32,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec)?;
    for (law, octets) in heard {
        for octet in octets {
            writer.write_sample(law.linear()[usize::from(*octet)])?;
        }
    }
    writer.finalize()
}
