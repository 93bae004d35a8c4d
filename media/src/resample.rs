//! Bringing prompts and music of any usual rate to 8 kHz: a windowed-sinc low-pass, evaluated only where a sample is
//! wanted (polyphase). For import, not for the packet path.

/// The telephone band's upper edge, of the new Nyquist frequency (3.6 kHz of 4).
const CUTOFF: f64 = 0.9;
/// Zero crossings of the sinc on each side: the stop band is below -70 dB, the transition 0.4 kHz wide.
const CROSSINGS: f64 = 24.0;

/// Lowest and highest rate understood, hertz.
pub const RATES: std::ops::RangeInclusive<u32> = 8000..=192_000;

/// `samples` at `rate` hertz (within [`RATES`]) to 8 kHz; at other rates nothing comes out.
pub fn to_8k(samples: &[f32], rate: u32) -> Vec<f32> {
    if rate == 8000 {
        return samples.to_vec();
    }
    if !RATES.contains(&rate) {
        return Vec::new();
    }
    let divisor = greatest_divisor(rate, 8000);
    // The nth new sample lies at n * step / phases of the old ones.
    let (phases, step) = ((8000 / divisor) as usize, (rate / divisor) as usize);
    let ratio = f64::from(rate) / 8000.0;
    let reach = (CROSSINGS * ratio / CUTOFF).ceil() as usize;
    let filters: Vec<Vec<f32>> = (0..phases).map(|phase| filter(phase as f64 / phases as f64, ratio, reach)).collect();
    let count = samples.len() * phases / step;
    let sample = |nth: usize| {
        let position = nth * step;
        let (at, filter) = (position / phases, filters.get(position % phases));
        // Tap t weighs the old sample at - reach + t.
        let skip = reach.saturating_sub(at);
        let from = at.saturating_sub(reach);
        let taps = filter.into_iter().flatten().skip(skip);
        samples.get(from..).unwrap_or_default().iter().zip(taps).map(|(sample, tap)| sample * tap).sum()
    };
    (0..count).map(sample).collect()
}

/// The taps for a new sample `offset` (0..1) after an old one, normalised to pass level 1.
fn filter(offset: f64, ratio: f64, reach: usize) -> Vec<f32> {
    let width = reach as f64 + 1.0;
    let taps: Vec<f64> = (0..2 * reach + 1)
        .map(|tap| {
            let distance = tap as f64 - reach as f64 - offset;
            let angle = std::f64::consts::PI * distance * CUTOFF / ratio;
            let sinc = if angle == 0.0 { 1.0 } else { angle.sin() / angle };
            sinc * blackman(distance / width)
        })
        .collect();
    let sum: f64 = taps.iter().sum();
    taps.iter().map(|tap| (tap / sum) as f32).collect()
}

/// The Blackman window, -1..1.
fn blackman(at: f64) -> f64 {
    let turn = std::f64::consts::PI * at;
    (0.42 + 0.5 * turn.cos() + 0.08 * (2.0 * turn).cos()).max(0.0)
}

fn greatest_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hertz: f64, rate: u32, seconds: f64) -> Vec<f32> {
        let count = (f64::from(rate) * seconds) as usize;
        (0..count).map(|nth| (std::f64::consts::TAU * hertz * nth as f64 / f64::from(rate)).sin() as f32).collect()
    }

    /// Level of the middle part, decibels against a full sine.
    fn level(samples: &[f32]) -> f64 {
        let middle = &samples[samples.len() / 4..samples.len() * 3 / 4];
        let power: f64 = middle.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / middle.len() as f64;
        10.0 * (2.0 * power + 1e-20).log10()
    }

    #[test]
    fn speech_passes_and_nothing_folds_back() {
        for rate in [11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000] {
            for (hertz, least, most) in [
                (300.0, -0.1, 0.1),
                (1000.0, -0.1, 0.1),
                (3000.0, -0.2, 0.2),
                (4500.0, -999.0, -50.0),
                (5400.0, -999.0, -60.0),
            ] {
                let level = level(&to_8k(&tone(hertz, rate, 0.5), rate));
                assert!((least..=most).contains(&level), "{rate} Hz, {hertz} Hz: {level} dB");
            }
        }
    }

    #[test]
    fn the_tone_stays_in_tune_and_in_time() {
        for rate in [16_000, 44_100, 48_000] {
            let made = to_8k(&tone(440.0, rate, 1.0), rate);
            let due = tone(440.0, 8000, 1.0);
            assert_eq!(made.len(), 8000);
            let worst = made.iter().zip(&due).skip(200).take(7600).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 0.01, "{rate}: {worst}");
        }
    }

    #[test]
    fn odd_rates_give_nothing() {
        assert!(to_8k(&[1.0; 100], 0).is_empty());
        assert!(to_8k(&[1.0; 100], 4000).is_empty());
        assert!(to_8k(&[1.0; 100], u32::MAX).is_empty());
        assert!(to_8k(&[], 48_000).is_empty());
        assert_eq!(to_8k(&[0.5; 7], 8000), [0.5; 7]);
    }
}
