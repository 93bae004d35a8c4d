//! The recordings in `config/prompts`: complete, of the right kind, neither silent nor clipped, short enough for G4.

use ivr::{Flow, Locale, say};
use std::path::PathBuf;
use std::time::Duration;

/// What a WAV file says of itself: rate, channels, bits, samples.
struct Wav {
    rate: u32,
    channels: u16,
    bits: u16,
    samples: Vec<i16>,
}

impl Wav {
    fn seconds(&self) -> f64 {
        self.samples.len() as f64 / f64::from(self.rate)
    }

    fn rms_db(&self) -> f64 {
        let sum: f64 = self.samples.iter().map(|sample| (f64::from(*sample) / 32768.0).powi(2)).sum();
        10.0 * (sum / self.samples.len() as f64).log10()
    }

    fn peak(&self) -> i32 {
        self.samples.iter().map(|sample| i32::from(*sample).abs()).max().unwrap_or(0)
    }
}

fn prompts() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../config/prompts")
}

fn read(locale: Locale, clip: &str) -> Option<Wav> {
    let bytes = std::fs::read(prompts().join(say::file(locale, clip))).ok()?;
    assert_eq!((&bytes[..4], &bytes[8..12]), (&b"RIFF"[..], &b"WAVE"[..]), "{clip}");
    let u16_at = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    let u32_at = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let (mut at, mut wav) = (12, Wav { rate: 0, channels: 0, bits: 0, samples: Vec::new() });
    while at + 8 <= bytes.len() {
        let (kind, size, body) = (&bytes[at..at + 4], u32_at(at + 4) as usize, at + 8);
        match kind {
            b"fmt " => (wav.channels, wav.rate, wav.bits) = (u16_at(body + 2), u32_at(body + 4), u16_at(body + 14)),
            b"data" => {
                wav.samples =
                    bytes[body..body + size].chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect()
            }
            _ => {}
        }
        at = body + size + size % 2;
    }
    Some(wav)
}

fn duration(locale: Locale, clip: &str) -> Option<Duration> {
    read(locale, clip).map(|wav| Duration::from_secs_f64(wav.seconds()))
}

const LOCALES: [(&str, Locale); 2] = [("ru", Locale::Ru), ("en", Locale::En)];

#[test]
fn every_clip_is_recorded_well() {
    let mut wrong = Vec::new();
    for (name, locale) in LOCALES {
        for clip in say::all(locale) {
            let Some(wav) = read(locale, &clip) else {
                wrong.push(format!("{name}/{clip}: missing"));
                continue;
            };
            if (wav.rate, wav.channels, wav.bits) != (8_000, 1, 16) {
                wrong.push(format!("{name}/{clip}: {} Hz, {} channels, {} bits", wav.rate, wav.channels, wav.bits));
            }
            let longest = if clip.starts_with("music-") { 90.0 } else { 15.0 };
            if wav.seconds() <= 0.1 || wav.seconds() >= longest {
                wrong.push(format!("{name}/{clip}: {:.2} s", wav.seconds()));
            }
            let loudness = wav.rms_db();
            let loud_enough = if say::is_sound(&clip) { -28.0..-14.0 } else { -23.0..-15.0 };
            if !loud_enough.contains(&loudness) {
                wrong.push(format!("{name}/{clip}: {loudness:.1} dB"));
            }
            if wav.peak() >= 32_000 {
                wrong.push(format!("{name}/{clip}: clipped"));
            }
            let silence = wav.samples.iter().take_while(|sample| sample.unsigned_abs() < 100).count() as f64 / 8_000.0;
            if !say::is_sound(&clip) && silence > 0.15 {
                wrong.push(format!("{name}/{clip}: begins with {silence:.2} s of silence"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}\nrender what is missing: sh config/prompts/render.sh");
}

/// The music goes round: its last sample flows into its first.
#[test]
fn the_music_has_no_seam() {
    let music = read(Locale::Ru, "music-1").expect("music");
    let step = |a: i16, b: i16| (i32::from(a) - i32::from(b)).abs();
    let largest = music.samples.windows(2).map(|two| step(two[0], two[1])).max().unwrap_or(0);
    let seam = step(music.samples[0], music.samples[music.samples.len() - 1]);
    assert!(seam < largest / 4, "the seam jumps by {seam}, the music by at most {largest}");
    assert!((60.0..=90.0).contains(&music.seconds()));
}

#[test]
fn the_list_for_the_studio_is_what_the_program_says() {
    let listed = std::fs::read_to_string(prompts().join("texts.tsv")).expect("texts.tsv");
    let mut expect = String::new();
    for (name, locale) in LOCALES {
        for clip in say::all(locale).into_iter().filter(|clip| !say::is_sound(clip)) {
            expect.push_str(&format!("{name}\t{clip}\t{}\n", say::text(locale, &clip).unwrap_or_default()));
        }
    }
    assert!(
        listed == expect,
        "write it anew: cargo run -p ivr --example prompts > config/prompts/texts.tsv, then render.sh"
    );
}

#[test]
fn no_recording_is_left_over() {
    for (name, locale) in LOCALES {
        for entry in std::fs::read_dir(prompts().join(name)).expect("folder") {
            let file = entry.expect("entry").file_name().into_string().expect("name");
            let clip = file.strip_suffix(".wav").unwrap_or(&file);
            assert!(say::text(locale, clip).is_some(), "{name}/{file} belongs to no prompt");
        }
    }
}

/// G4 with the recordings as they are: hint heard within 12 s, silent callers in the queue within 45 s.
#[test]
fn the_shipped_flows_are_quick_enough() {
    for file in ["main.toml", "emergency.toml"] {
        let text = std::fs::read_to_string(prompts().join("../flows").join(file)).expect("flow");
        let flow = Flow::parse(&text).unwrap_or_else(|findings| panic!("{file}: {findings:#?}"));
        for (_, locale) in LOCALES {
            let findings = flow.check_recordings(locale, &|clip| duration(locale, clip));
            assert!(findings.is_empty(), "{file} {locale:?}: {findings:#?}");
            let slow = flow.check_recordings(locale, &|clip| duration(locale, clip).map(|time| time * 3));
            assert_eq!(slow.is_empty(), file == "emergency.toml", "three times as slow must be found: {slow:#?}");
        }
    }
}
