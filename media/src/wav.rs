//! WAV files: recordings out (16-bit stereo, caller left), prompts in. By `hound`; for sending a recording while it
//! is decoded, [`header`] and [`interleave`] give the same octets piece by piece.

use crate::{Law, Sound, limit, resample};
use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use std::io::{Read, Seek, Write};

/// Octets of [`header`].
pub const HEADER: usize = 44;
/// Octets of one moment, both channels.
pub const FRAME: usize = 4;

const SPEC: WavSpec = WavSpec { channels: 2, sample_rate: 8000, bits_per_sample: 16, sample_format: SampleFormat::Int };

/// Why a file is no prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WavError {
    /// Not a WAV file, or cut short.
    Malformed,
    /// A WAV file of a kind we do not read; says which.
    Unsupported(&'static str),
    /// More than [`limit::WAV_SAMPLES_MAX`] samples a channel.
    TooLong,
}

impl std::fmt::Display for WavError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            WavError::Malformed => f.write_str("not a WAV file"),
            WavError::Unsupported(what) => write!(f, "unsupported WAV file: {what}"),
            WavError::TooLong => f.write_str("the WAV file is too long"),
        }
    }
}

impl std::error::Error for WavError {}

/// Two channels of equal length as recorded.
#[derive(Clone, Copy, Debug)]
pub struct Stereo<'a> {
    pub left: &'a [u8],
    pub right: &'a [u8],
    pub left_law: Law,
    pub right_law: Law,
}

impl<'a> From<&'a crate::Piece> for Stereo<'a> {
    fn from(piece: &'a crate::Piece) -> Stereo<'a> {
        Stereo { left: &piece.left, right: &piece.right, left_law: piece.left_law, right_law: piece.right_law }
    }
}

/// Writes pieces of a recording as one file; gives the moments (1/8000 s) written.
///
/// # Errors
/// Those of `out`, and a file above WAV's 4 GiB.
pub fn write_wav<'a>(out: impl Write + Seek, pieces: impl IntoIterator<Item = Stereo<'a>>) -> std::io::Result<u64> {
    let mut writer = WavWriter::new(out, SPEC).map_err(failed)?;
    let mut count = 0;
    for piece in pieces {
        let frames = piece.left.len().min(piece.right.len());
        let (left, right) = (piece.left_law.linear(), piece.right_law.linear());
        let samples = u32::try_from(frames * 2).map_err(std::io::Error::other)?;
        let mut block = writer.get_i16_writer(samples);
        for (l, r) in piece.left.iter().zip(piece.right) {
            block.write_sample(left[usize::from(*l)]);
            block.write_sample(right[usize::from(*r)]);
        }
        block.flush().map_err(failed)?;
        count += frames as u64;
    }
    writer.finalize().map_err(failed)?;
    Ok(count)
}

fn failed(error: hound::Error) -> std::io::Error {
    match error {
        hound::Error::IoError(error) => error,
        other => std::io::Error::other(other),
    }
}

/// The head of a 16-bit stereo 8 kHz file of `moments`; above 4 GiB it says as much as it can.
pub fn header(moments: u64) -> [u8; HEADER] {
    let octets = u32::try_from(moments * FRAME as u64).unwrap_or(u32::MAX - 36);
    let mut head = [0; HEADER];
    let parts: [&[u8]; 13] = [
        b"RIFF",
        &octets.saturating_add(36).to_le_bytes(),
        b"WAVE",
        b"fmt ",
        &16u32.to_le_bytes(),
        &1u16.to_le_bytes(),
        &2u16.to_le_bytes(),
        &8000u32.to_le_bytes(),
        &32_000u32.to_le_bytes(),
        &4u16.to_le_bytes(),
        &16u16.to_le_bytes(),
        b"data",
        &octets.to_le_bytes(),
    ];
    head.iter_mut().zip(parts.into_iter().flatten()).for_each(|(to, from)| *to = *from);
    head
}

/// Appends the linear samples of both channels in the order of the file.
pub fn interleave(piece: Stereo, out: &mut Vec<u8>) {
    let (left, right) = (piece.left_law.linear(), piece.right_law.linear());
    out.reserve(piece.left.len() * FRAME);
    for (l, r) in piece.left.iter().zip(piece.right) {
        let ([a, b], [c, d]) = (left[usize::from(*l)].to_le_bytes(), right[usize::from(*r)].to_le_bytes());
        out.extend([a, b, c, d]);
    }
}

/// Reads a PCM file (1 or 2 channels, 8 to 32 bit or float, 8 to 192 kHz) as linear 8 kHz mono.
///
/// # Errors
/// See [`WavError`]. Never more than [`limit::WAV_SAMPLES_MAX`] samples a channel are held, whatever the file claims.
pub fn read_pcm(input: impl Read) -> Result<Vec<i16>, WavError> {
    let mut reader = WavReader::new(input).map_err(refused)?;
    let spec = reader.spec();
    let channels = usize::from(spec.channels);
    if !(1..=2).contains(&channels) {
        return Err(WavError::Unsupported("more than two channels"));
    }
    if !resample::RATES.contains(&spec.sample_rate) {
        return Err(WavError::Unsupported("sampling rate"));
    }
    let most = limit::WAV_SAMPLES_MAX as usize * channels;
    let samples: Vec<f32> = match spec.sample_format {
        SampleFormat::Float => reader.samples::<f32>().take(most + 1).collect::<Result<_, _>>().map_err(refused)?,
        SampleFormat::Int => {
            let scale = 1.0 / (1u64 << (spec.bits_per_sample.clamp(1, 32) - 1)) as f32;
            let scaled =
                reader.samples::<i32>().take(most + 1).map(|sample| sample.map(|sample| sample as f32 * scale));
            scaled.collect::<Result<_, _>>().map_err(refused)?
        }
    };
    if samples.len() > most {
        return Err(WavError::TooLong);
    }
    let mono: Vec<f32> = match channels {
        1 => samples,
        _ => samples.chunks_exact(2).map(|both| both.iter().sum::<f32>() / 2.0).collect(),
    };
    let narrow = resample::to_8k(&mono, spec.sample_rate);
    Ok(narrow.into_iter().map(|sample| (sample * 32_768.0).round() as i16).collect())
}

/// Reads a PCM file as a prompt.
///
/// # Errors
/// Those of [`read_pcm`].
pub fn read_wav(input: impl Read) -> Result<Sound, WavError> {
    Ok(Sound::from_pcm(&read_pcm(input)?))
}

fn refused(error: hound::Error) -> WavError {
    match error {
        hound::Error::Unsupported => WavError::Unsupported("encoding"),
        hound::Error::TooWide | hound::Error::InvalidSampleFormat => WavError::Unsupported("sample format"),
        _ => WavError::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn file(spec: WavSpec, samples: &[i32]) -> Vec<u8> {
        let mut cursor = Cursor::new(Vec::new());
        let mut writer = WavWriter::new(&mut cursor, spec).unwrap();
        samples.iter().for_each(|sample| writer.write_sample(*sample).unwrap());
        writer.finalize().unwrap();
        cursor.into_inner()
    }

    fn mono(rate: u32, bits: u16) -> WavSpec {
        WavSpec { channels: 1, sample_rate: rate, bits_per_sample: bits, sample_format: SampleFormat::Int }
    }

    #[test]
    fn a_recording_is_written_and_streamed_alike() {
        let left: Vec<u8> = (0..=255).collect();
        let right: Vec<u8> = (0..=255).rev().collect();
        let both = Stereo { left: &left, right: &right, left_law: Law::A, right_law: Law::Mu };
        let mut cursor = Cursor::new(Vec::new());
        assert_eq!(write_wav(&mut cursor, [both, both]).unwrap(), 512);
        let mut streamed = header(512).to_vec();
        interleave(both, &mut streamed);
        interleave(both, &mut streamed);
        assert_eq!(cursor.get_ref(), &streamed);
        let mut reader = WavReader::new(&streamed[..]).unwrap();
        assert_eq!(reader.spec(), SPEC);
        let samples: Vec<i16> = reader.samples::<i16>().map(Result::unwrap).collect();
        assert_eq!(samples.len(), 1024);
        assert_eq!((samples[2 * 0xAA], samples[2 * 0xAA + 1]), (32256, Law::Mu.linear()[0x55]));
    }

    #[test]
    fn an_empty_recording_is_a_file_too() {
        let mut cursor = Cursor::new(Vec::new());
        assert_eq!(write_wav(&mut cursor, []).unwrap(), 0);
        assert_eq!(cursor.get_ref(), &header(0));
        assert_eq!(header(u64::from(u32::MAX)).len(), HEADER);
    }

    #[test]
    fn prompts_of_every_kind() {
        assert_eq!(
            read_pcm(&file(mono(8000, 16), &[0, 100, -100, 32767, -32768])[..]).unwrap(),
            [0, 100, -100, 32767, -32768]
        );
        assert_eq!(read_pcm(&file(mono(8000, 8), &[0, 1, -1])[..]).unwrap(), [0, 256, -256]);
        assert_eq!(read_pcm(&file(mono(8000, 24), &[25_600, -25_600])[..]).unwrap(), [100, -100]);
        let stereo = WavSpec { channels: 2, ..mono(8000, 16) };
        assert_eq!(read_pcm(&file(stereo, &[100, 300, -50, -150])[..]).unwrap(), [200, -100]);
        for rate in [16_000, 44_100, 48_000] {
            let made = read_pcm(&file(mono(rate, 16), &vec![1000; rate as usize])[..]).unwrap();
            assert_eq!(made.len(), 8000);
            assert!(made[200..7800].iter().all(|sample| (999..=1001).contains(sample)));
        }
        let sound = read_wav(&file(mono(8000, 16), &[0; 160])[..]).unwrap();
        assert_eq!((&sound.alaw[..], &sound.ulaw[..]), (&[0xD5; 160][..], &[0xFF; 160][..]));
    }

    #[test]
    fn what_is_no_prompt_says_why() {
        assert_eq!(read_pcm(&b"RIFF"[..]), Err(WavError::Malformed));
        assert_eq!(read_pcm(&file(mono(4000, 16), &[0; 10])[..]), Err(WavError::Unsupported("sampling rate")));
        let many = WavSpec { channels: 3, ..mono(8000, 16) };
        assert_eq!(read_pcm(&file(many, &[0; 9])[..]), Err(WavError::Unsupported("more than two channels")));
        let cut = file(mono(8000, 16), &[0; 100]);
        assert_eq!(read_pcm(&cut[..cut.len() - 3]), Err(WavError::Malformed));
    }

    #[test]
    fn too_long_is_too_long_at_the_limit_plus_one() {
        let most = limit::WAV_SAMPLES_MAX as usize;
        let mut bytes = file(mono(192_000, 8), &[]);
        let octets = (most + 1) as u32;
        bytes.splice(40..44, octets.to_le_bytes());
        bytes.resize(44 + most + 1, 128);
        assert_eq!(read_pcm(&bytes[..]), Err(WavError::TooLong));
    }

    proptest::proptest! {
        #[test]
        fn no_file_harms(cut in 0usize..200, flips in proptest::collection::vec((0usize..60, proptest::prelude::any::<u8>()), 0..6)) {
            let mut bytes = file(mono(8000, 16), &[5; 80]);
            bytes.truncate(cut);
            for (at, octet) in flips {
                if let Some(place) = bytes.get_mut(at) {
                    *place = octet;
                }
            }
            let _ = read_pcm(&bytes[..]);
        }
    }
}
