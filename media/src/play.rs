//! Playing lists of sounds to one leg, a frame at a time.

use crate::limit::FRAME_SAMPLES;
use crate::{Law, PlayId, Sound, limit};

impl Sound {
    /// Encodes 8 kHz linear sound once for both laws.
    pub fn from_pcm(samples: &[i16]) -> Sound {
        Sound {
            alaw: samples.iter().map(|sample| Law::A.encode(*sample)).collect(),
            ulaw: samples.iter().map(|sample| Law::Mu.encode(*sample)).collect(),
        }
    }

    /// The sound's octets in `law`.
    pub fn octets(&self, law: Law) -> &[u8] {
        match law {
            Law::A => &self.alaw,
            Law::Mu => &self.ulaw,
        }
    }
}

/// One `Play` in progress.
#[derive(Clone, Debug)]
pub struct Playing {
    pub play: PlayId,
    sounds: Vec<Sound>,
    repeat: bool,
    nth: usize,
    at: usize,
}

impl Playing {
    /// An empty list ends at once even if repeated. At most [`limit::SOUNDS_MAX`] sounds are played.
    pub fn new(play: PlayId, mut sounds: Vec<Sound>, repeat: bool) -> Playing {
        sounds.truncate(limit::SOUNDS_MAX);
        sounds.retain(|sound| !sound.alaw.is_empty() && sound.alaw.len() == sound.ulaw.len());
        Playing { play, repeat: repeat && !sounds.is_empty(), sounds, nth: 0, at: 0 }
    }

    /// Fills the next frame, the sounds joined without gaps, silence after the last. False: there is nothing left.
    pub fn frame(&mut self, law: Law, frame: &mut [u8; FRAME_SAMPLES]) -> bool {
        let mut filled = 0;
        while filled < FRAME_SAMPLES {
            let Some(sound) = self.sounds.get(self.nth) else {
                if self.repeat {
                    self.nth = 0;
                    continue;
                }
                break;
            };
            let rest = sound.octets(law).get(self.at..).unwrap_or_default();
            let count = rest.len().min(FRAME_SAMPLES - filled);
            for (to, from) in frame.iter_mut().skip(filled).zip(rest) {
                *to = *from;
            }
            filled += count;
            self.at += count;
            if count == rest.len() {
                self.nth += 1;
                self.at = 0;
            }
        }
        if filled == 0 {
            return false;
        }
        frame.iter_mut().skip(filled).for_each(|octet| *octet = law.silence());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(octets: &[u8]) -> Sound {
        Sound { alaw: octets.into(), ulaw: octets.iter().map(|octet| !octet).collect() }
    }

    fn frames(playing: &mut Playing, law: Law, max: usize) -> Vec<u8> {
        let mut all = Vec::new();
        let mut frame = [0; FRAME_SAMPLES];
        while all.len() < max * FRAME_SAMPLES && playing.frame(law, &mut frame) {
            all.extend_from_slice(&frame);
        }
        all
    }

    #[test]
    fn sounds_follow_one_another_without_gap() {
        let mut playing = Playing::new(PlayId(1), vec![sound(&[1; 100]), sound(&[]), sound(&[2; 300])], false);
        let all = frames(&mut playing, Law::A, 100);
        assert_eq!(all.len(), 480);
        assert_eq!(all[..100], [1; 100]);
        assert_eq!(all[100..400], [2; 300]);
        assert_eq!(all[400..], [0xD5; 80]);
    }

    #[test]
    fn the_other_law_is_the_other_copy() {
        let mut playing = Playing::new(PlayId(1), vec![sound(&[1; 10])], false);
        let all = frames(&mut playing, Law::Mu, 100);
        assert_eq!(all[..10], [!1; 10]);
        assert_eq!(all[10..], [0xFF; 150]);
    }

    #[test]
    fn repeats_seamlessly_and_never_hangs_on_nothing() {
        let mut playing = Playing::new(PlayId(1), vec![sound(&[1, 2, 3])], true);
        let all = frames(&mut playing, Law::A, 3);
        assert!(all.iter().zip([1, 2, 3].iter().cycle()).all(|(heard, due)| heard == due));
        assert!(frames(&mut Playing::new(PlayId(1), vec![sound(&[])], true), Law::A, 3).is_empty());
    }
}
