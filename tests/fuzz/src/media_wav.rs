//! A file that calls itself WAV: read or refused, never more sound than the limit, whatever its head claims.

use media::limit::WAV_SAMPLES_MAX;
use media::wav;

pub fn run(data: &[u8]) {
    let Ok(samples) = wav::read_pcm(data) else { return };
    assert!(samples.len() <= WAV_SAMPLES_MAX as usize);
    // An octet a sample is the least there is, and sound grows by no more than from 8 kHz.
    assert!(samples.len() <= data.len() + 1);
    let sound = wav::read_wav(data).expect("read once, read twice");
    assert!(sound.alaw.len() == samples.len() && sound.ulaw.len() == samples.len());
}
