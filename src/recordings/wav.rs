//! What a listener gets: a WAV file (stereo, 16 bit, 8 kHz; left the caller, right the agent) that is never made: any
//! range of its bytes can be asked for, so players can seek in a recording that is an hour long.

use crate::recordings::file::{Chunk, RATE, Recording, Sound};
use media::Law;

/// Bytes of the WAV header.
const HEADER: u64 = 44;
/// Bytes of one moment: two channels of 16 bits.
const FRAME: u64 = 4;
/// Silence of one peak step.
pub const PEAK_MS: u64 = 50;

pub struct Wav {
    recording: Recording,
}

/// The waveform: the lowest and highest sample of each step, -1.0 to 1.0.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct Peaks {
    pub duration_ms: u64,
    /// Sound that was not recorded (a full disk) or cannot be read: silence in its place.
    pub missing_ms: u64,
    pub step_ms: u64,
    pub left: Vec<[f32; 2]>,
    pub right: Vec<[f32; 2]>,
}

impl Wav {
    pub fn new(recording: Recording) -> Wav {
        Wav { recording }
    }

    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// Bytes of the whole file.
    pub fn size(&self) -> u64 {
        HEADER + self.recording.index.samples * FRAME
    }

    /// The bytes from `from` to before `to`. Chunks that cannot be read are silence, and logged.
    pub fn read(&self, from: u64, to: u64) -> Vec<u8> {
        let (from, to) = (from.min(self.size()), to.min(self.size()));
        let mut out = Vec::with_capacity(usize::try_from(to.saturating_sub(from)).unwrap_or(0));
        if from < HEADER {
            let header = header(self.recording.index.samples);
            out.extend_from_slice(&header[from as usize..to.clamp(from, HEADER) as usize]);
        }
        let (start, end) = (from.max(HEADER) - HEADER, to.max(HEADER) - HEADER);
        if start < end {
            self.frames(&mut out, start, end);
        }
        out
    }

    /// Sound bytes `start..end`, counted behind the header.
    fn frames(&self, out: &mut Vec<u8>, start: u64, end: u64) {
        let (first, last) = (start / FRAME, end.div_ceil(FRAME));
        let mut frames = vec![0u8; usize::try_from((last - first) * FRAME).unwrap_or(0)];
        let chunks = &self.recording.index.chunks;
        let from = chunks.partition_point(|(_, c)| c.position + u64::from(c.samples) <= first);
        for (offset, chunk) in chunks.iter().skip(from).take_while(|(_, c)| c.position < last) {
            if let Some(sound) = self.sound(*offset, chunk) {
                mix(&mut frames, first, chunk, &sound);
            }
        }
        let skip = usize::try_from(start - first * FRAME).unwrap_or(0);
        let length = usize::try_from(end - start).unwrap_or(0);
        out.extend(frames.get(skip..skip + length).unwrap_or_default());
    }

    fn sound(&self, offset: u64, chunk: &Chunk) -> Option<Sound> {
        if chunk.samples == 0 || chunk.kind != crate::recordings::file::Kind::Sound {
            return None;
        }
        let sound = self.recording.sound(offset, chunk);
        if sound.is_err() {
            let recording = types::RecordingId::from_u128(self.recording.header.recording);
            tracing::error!(%recording, at = chunk.position, "a damaged chunk of a recording is skipped");
        }
        sound.ok()
    }

    pub fn peaks(&self) -> Peaks {
        let step = usize::try_from(PEAK_MS * RATE / 1_000).unwrap_or(400);
        let samples = usize::try_from(self.recording.index.samples).unwrap_or(0);
        let count = samples.div_ceil(step);
        let mut left = vec![[0i16; 2]; count];
        let mut right = vec![[0i16; 2]; count];
        let mut heard = 0;
        for (offset, chunk) in &self.recording.index.chunks {
            let Some(sound) = self.sound(*offset, chunk) else {
                continue;
            };
            let at = usize::try_from(chunk.position).unwrap_or(usize::MAX);
            widen(&mut left, step, at, &sound.left, sound.laws.0);
            widen(&mut right, step, at, &sound.right, sound.laws.1);
            heard += u64::from(chunk.samples);
        }
        let unit = |peaks: Vec<[i16; 2]>| {
            peaks.into_iter().map(|p| p.map(|s| (f32::from(s) / 32_768.0 * 1_000.0).round() / 1_000.0)).collect()
        };
        let duration_ms = self.recording.index.samples * 1_000 / RATE;
        let missing_ms = self.recording.index.samples.saturating_sub(heard) * 1_000 / RATE;
        Peaks { duration_ms, missing_ms, step_ms: PEAK_MS, left: unit(left), right: unit(right) }
    }
}

fn mix(frames: &mut [u8], first: u64, chunk: &Chunk, sound: &Sound) {
    let (left, right) = (sound.laws.0.linear(), sound.laws.1.linear());
    for (n, (l, r)) in sound.left.iter().zip(&sound.right).enumerate() {
        let Some(at) = (chunk.position + n as u64).checked_sub(first) else {
            continue;
        };
        let at = usize::try_from(at * FRAME).unwrap_or(usize::MAX);
        let Some(frame) = frames.get_mut(at..at.saturating_add(4)) else {
            return;
        };
        frame[..2].copy_from_slice(&left[usize::from(*l)].to_le_bytes());
        frame[2..].copy_from_slice(&right[usize::from(*r)].to_le_bytes());
    }
}

fn widen(peaks: &mut [[i16; 2]], step: usize, at: usize, octets: &[u8], law: Law) {
    let table = law.linear();
    for (n, octet) in octets.iter().enumerate() {
        let sample = table[usize::from(*octet)];
        if let Some(peak) = peaks.get_mut((at + n) / step) {
            *peak = [peak[0].min(sample), peak[1].max(sample)];
        }
    }
}

fn header(samples: u64) -> [u8; 44] {
    let data = u32::try_from(samples * FRAME).unwrap_or(u32::MAX - 36);
    let mut out = [0; 44];
    out[..4].copy_from_slice(b"RIFF");
    out[4..8].copy_from_slice(&(data + 36).to_le_bytes());
    out[8..16].copy_from_slice(b"WAVEfmt ");
    out[16..20].copy_from_slice(&16u32.to_le_bytes());
    out[20..22].copy_from_slice(&1u16.to_le_bytes());
    out[22..24].copy_from_slice(&2u16.to_le_bytes());
    out[24..28].copy_from_slice(&(RATE as u32).to_le_bytes());
    out[28..32].copy_from_slice(&((RATE * FRAME) as u32).to_le_bytes());
    out[32..34].copy_from_slice(&(FRAME as u16).to_le_bytes());
    out[34..36].copy_from_slice(&16u16.to_le_bytes());
    out[36..40].copy_from_slice(b"data");
    out[40..].copy_from_slice(&data.to_le_bytes());
    out
}
