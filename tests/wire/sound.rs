//! A caller's ear and speaker: RTP in A-law on one UDP port, sent to wherever sound comes from. Written apart from the
//! product's own RTP, so that both being wrong the same way is unlikely.

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::VecDeque;
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const RATE: f64 = 8_000.0;
const FRAME: Duration = Duration::from_millis(20);
const FRAME_SAMPLES: u32 = 160;
const ALAW: u8 = 8;
/// Payload type of telephone-event in the scenarios' SDP.
const KEYS: u8 = 101;

#[derive(Default)]
struct State {
    /// What was heard, in order of arrival.
    samples: Vec<i16>,
    peer: Option<SocketAddr>,
    keys: VecDeque<u8>,
    /// Packets that went out and that were lost on purpose.
    sent: u64,
    lost: u64,
}

pub struct Sound {
    pub port: u16,
    state: Arc<Mutex<State>>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Sound {
    /// Binds a port; says `hertz` as soon as it knows where to.
    pub fn new(hertz: f64) -> Sound {
        Sound::lossy(hertz, 0, 0)
    }

    /// The same over a network that loses `percent` of what is said, by a seed.
    pub fn lossy(hertz: f64, percent: u32, seed: u64) -> Sound {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port for sound");
        socket.set_read_timeout(Some(Duration::from_millis(4))).expect("a socket takes a timeout");
        let port = socket.local_addr().expect("a bound socket has an address").port();
        let state = Arc::new(Mutex::new(State::default()));
        let over = Arc::new(AtomicBool::new(false));
        let (shared, ends) = (state.clone(), over.clone());
        let chance = ChaCha8Rng::seed_from_u64(seed);
        let speaker = Speaker::new(hertz, port, Loss { percent, chance });
        let thread = std::thread::spawn(move || run(&socket, speaker, &shared, &ends));
        Sound { port, state, over, thread: Some(thread) }
    }

    /// Presses keys (RFC 4733), one after the other.
    pub fn press(&self, keys: &str) {
        let codes = keys.bytes().map(|key| match key {
            b'*' => 10,
            b'#' => 11,
            digit => digit - b'0',
        });
        self.lock().keys.extend(codes);
    }

    /// (sent, lost) packets.
    pub fn packets(&self) -> (u64, u64) {
        let state = self.lock();
        (state.sent, state.lost)
    }

    pub fn heard(&self) -> Vec<i16> {
        self.lock().samples.clone()
    }

    /// Seconds of sound that is not silence.
    pub fn heard_seconds(&self) -> f64 {
        let heard = self.heard();
        let loud = heard.chunks(FRAME_SAMPLES as usize).filter(|frame| loudness(frame) > 200.0).count();
        loud as f64 * FRAME.as_secs_f64()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Drop for Sound {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Speaker {
    hertz: f64,
    sequence: u16,
    timestamp: u32,
    ssrc: u32,
    /// The key being pressed: code, where it began, frames sent.
    key: Option<(u8, u32, u32)>,
    rest: u32,
    loss: Loss,
}

/// What the network does to packets.
struct Loss {
    percent: u32,
    chance: ChaCha8Rng,
}

fn run(socket: &UdpSocket, mut speaker: Speaker, state: &Mutex<State>, over: &AtomicBool) {
    let lock = || state.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let mut next = Instant::now();
    let mut buffer = [0; 2048];
    while !over.load(Ordering::Relaxed) {
        if let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let mut state = lock();
            state.peer = Some(from);
            if length > 12 && buffer[0] >> 6 == 2 && buffer[1] & 0x7F == ALAW {
                state.samples.extend(buffer[12..length].iter().map(|octet| linear(*octet)));
            }
        }
        while Instant::now() >= next {
            next += FRAME;
            let (peer, key) = {
                let mut state = lock();
                let idle = speaker.key.is_none() && speaker.rest == 0 && state.peer.is_some();
                (state.peer, if idle { state.keys.pop_front() } else { None })
            };
            if let Some(code) = key {
                speaker.key = Some((code, speaker.timestamp, 0));
            }
            if let Some(peer) = peer {
                for packet in speaker.frame() {
                    let lost = speaker.loss.chance.next_u32() % 100 < speaker.loss.percent;
                    if !lost {
                        let _ = socket.send_to(&packet, peer);
                    }
                    let mut state = lock();
                    state.sent += u64::from(!lost);
                    state.lost += u64::from(lost);
                }
            }
            speaker.timestamp = speaker.timestamp.wrapping_add(FRAME_SAMPLES);
        }
    }
}

impl Speaker {
    fn new(hertz: f64, port: u16, loss: Loss) -> Speaker {
        let ssrc = 0x5051_0000 | u32::from(port);
        Speaker { hertz, sequence: 7, timestamp: 1_000, ssrc, key: None, rest: 0, loss }
    }

    /// What goes out in this 20 ms: sound, or a piece of a key (100 ms, its end three times: RFC 4733 2.5.1.4).
    fn frame(&mut self) -> Vec<Vec<u8>> {
        let Some((code, began, frames)) = self.key else {
            self.rest = self.rest.saturating_sub(1);
            let sound: Vec<u8> = (0..FRAME_SAMPLES).map(|n| alaw(self.sample(n))).collect();
            return vec![self.packet(ALAW, false, self.timestamp, &sound)];
        };
        let duration = ((frames + 1) * FRAME_SAMPLES) as u16;
        let ended = frames >= 5;
        let flags = if ended { 0x80 | 10 } else { 10 };
        let body = [code, flags, (duration >> 8) as u8, duration as u8];
        let times = if ended { 3 } else { 1 };
        let packets = (0..times).map(|_| self.packet(KEYS, frames == 0, began, &body)).collect();
        self.key = (!ended).then_some((code, began, frames + 1));
        if ended {
            self.rest = 5;
        }
        packets
    }

    fn sample(&self, n: u32) -> i16 {
        let at = f64::from(self.timestamp.wrapping_add(n)) / RATE;
        ((at * self.hertz * std::f64::consts::TAU).sin() * 8_000.0) as i16
    }

    fn packet(&mut self, kind: u8, marker: bool, timestamp: u32, body: &[u8]) -> Vec<u8> {
        let mut packet = vec![0x80, kind | if marker { 0x80 } else { 0 }];
        packet.extend(self.sequence.to_be_bytes());
        packet.extend(timestamp.to_be_bytes());
        packet.extend(self.ssrc.to_be_bytes());
        packet.extend(body);
        self.sequence = self.sequence.wrapping_add(1);
        packet
    }
}

/// G.711 A-law, the definition.
fn alaw(sample: i16) -> u8 {
    let sign = if sample < 0 { 0 } else { 0x80 };
    let size = (i32::from(sample).abs().min(32_767)) >> 3;
    let segment = (32 - (size.max(1) as u32).leading_zeros()).saturating_sub(5);
    let mantissa = size >> segment.max(1);
    (sign | (segment << 4) as u8 | (mantissa & 0x0F) as u8) ^ 0x55
}

fn linear(octet: u8) -> i16 {
    let octet = octet ^ 0x55;
    let (segment, mantissa) = (u32::from(octet >> 4 & 7), i32::from(octet & 0x0F));
    let size = if segment == 0 { mantissa * 2 + 1 } else { (mantissa * 2 + 33) << (segment - 1) };
    let sample = (size << 3) as i16;
    if octet & 0x80 == 0 { -sample } else { sample }
}

/// Root of the mean square.
pub fn loudness(samples: &[i16]) -> f64 {
    let sum: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    (sum / samples.len().max(1) as f64).sqrt()
}

/// How much of all energy is this tone: 1.0 for a pure one (Goertzel).
pub fn purity(samples: &[i16], hertz: f64) -> f64 {
    let turn = std::f64::consts::TAU * hertz / RATE;
    let (mut one, mut two) = (0.0, 0.0);
    for sample in samples {
        let now = f64::from(*sample) + 2.0 * turn.cos() * one - two;
        two = one;
        one = now;
    }
    let power = one * one + two * two - 2.0 * turn.cos() * one * two;
    let all: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    if all < 1.0 { 0.0 } else { 2.0 * power / (samples.len() as f64 * all) }
}

/// Seconds of the samples in which this tone is nearly everything.
pub fn tone_seconds(samples: &[i16], hertz: f64) -> f64 {
    let window = 400;
    let with = samples.chunks_exact(window).filter(|part| loudness(part) > 500.0 && purity(part, hertz) > 0.8).count();
    (with * window) as f64 / RATE
}

/// The channels of a WAV file as the API gives it.
pub fn stereo(wav: &[u8]) -> (Vec<i16>, Vec<i16>) {
    let mut reader = hound::WavReader::new(std::io::Cursor::new(wav)).expect("a WAV file");
    let spec = reader.spec();
    assert_eq!((spec.channels, spec.sample_rate, spec.bits_per_sample), (2, 8_000, 16));
    let samples: Vec<i16> = reader.samples::<i16>().map(|sample| sample.expect("whole samples")).collect();
    (samples.iter().step_by(2).copied().collect(), samples.iter().skip(1).step_by(2).copied().collect())
}

/// Writes a tone for players of files.
pub fn write_tone(path: &std::path::Path, hertz: f64, seconds: u32) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).expect("a WAV file can be written");
    for n in 0..seconds * 8_000 {
        let sample = (f64::from(n) / RATE * hertz * std::f64::consts::TAU).sin() * 8_000.0;
        writer.write_sample(sample as i16).expect("the disk takes it");
    }
    writer.finalize().expect("the disk takes it");
}

#[test]
fn the_ear_knows_its_own_mouth() {
    let loss = Loss { percent: 0, chance: ChaCha8Rng::seed_from_u64(0) };
    let mut speaker = Speaker::new(440.0, 1, loss);
    let mut heard = Vec::new();
    for _ in 0..50 {
        heard.extend(speaker.frame()[0][12..].iter().map(|octet| linear(*octet)));
        speaker.timestamp += FRAME_SAMPLES;
    }
    assert!(purity(&heard, 440.0) > 0.99 && purity(&heard, 1_000.0) < 0.01, "{}", purity(&heard, 440.0));
    assert!((loudness(&heard) - 8_000.0 / 2f64.sqrt()).abs() < 100.0);
    assert!(tone_seconds(&heard, 440.0) > 0.9);
    for sample in [0i16, 5, -5, 100, -100, 1_000, -1_000, 8_000, 32_000, -32_000] {
        let back = linear(alaw(sample));
        assert!((i32::from(back) - i32::from(sample)).abs() <= 16 + i32::from(sample).abs() / 16, "{sample} -> {back}");
    }
}
