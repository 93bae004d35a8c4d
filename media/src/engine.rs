//! The media sessions of one thread: the crate's three verbs, and who does what for them. Negotiation is in
//! `negotiate`, a packet's way through in `relay`, the 20 ms clock in `tick`.

use crate::leg::Legs;
use crate::outbox::Outbox;
use crate::play::Playing;
use crate::record::Recording;
use crate::source::Hosts;
use crate::{Command, Config, Event, Input, Law, LegId, Output, RecordingId, SocketId};
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use std::net::SocketAddr;
use types::Moment;

/// The shared port of all browsers.
pub const BROWSERS: SocketId = SocketId(0);

/// The media sessions of one thread.
pub struct Engine {
    pub(crate) config: Config,
    pub(crate) random: ChaCha12Rng,
    pub(crate) origin: Moment,
    /// The next frame of everything we play.
    pub(crate) frame_at: Moment,
    pub(crate) legs: Legs,
    pub(crate) recordings: Vec<Option<Recording>>,
    pub(crate) out: Outbox,
    /// Slots of browsers to be polled.
    pub(crate) woken: Vec<usize>,
    pub(crate) strangers: u64,
}

impl Engine {
    /// `seed` makes SSRCs, sequence numbers, timestamps and ICE credentials: it must come from a good source.
    pub fn new(now: Moment, config: Config, seed: [u8; 32]) -> Engine {
        Engine {
            config,
            random: ChaCha12Rng::from_seed(seed),
            origin: now,
            frame_at: now,
            legs: Legs::default(),
            recordings: Vec::new(),
            out: Outbox::default(),
            woken: Vec::new(),
            strangers: 0,
        }
    }

    /// A command of the switch or news of a socket.
    pub fn handle(&mut self, now: Moment, input: Input) {
        match input {
            Input::Command(command) => self.command(now, command),
            Input::Bound { leg, socket, local } => self.bound(now, leg, socket, local),
            Input::NotBound { leg } => self.not_bound(leg),
        }
        self.drain(now);
    }

    fn command(&mut self, now: Moment, command: Command) {
        match command {
            Command::Offered { leg, offer } => self.offered(now, leg, offer),
            Command::Offer { leg, kind } => self.offer(now, leg, kind),
            Command::Answered { leg, answer } => self.answered(now, leg, &answer),
            Command::Close { leg } => self.close(now, leg),
            Command::Hosts { leg, signalled, carrier } => {
                let hosts = Hosts { signalled: Some(signalled), carrier };
                if let Some(leg) = self.legs.by_id(leg) {
                    leg.hosts = hosts.clone();
                    if let Some(source) = &mut leg.source {
                        source.peers(hosts);
                    }
                }
            }
            Command::Play { leg, play, sounds, repeat } => {
                if let Some(leg) = self.legs.by_id(leg) {
                    leg.playing = Some(Playing::new(play, sounds, repeat));
                }
            }
            Command::Stop { leg } => {
                if let Some(leg) = self.legs.by_id(leg) {
                    leg.playing = None;
                }
            }
            Command::Join { a, b } => {
                if let (Some(a), Some(b)) = (self.legs.slot(a), self.legs.slot(b)) {
                    self.legs.join(a, b);
                }
            }
            Command::Part { leg } => {
                if let Some(slot) = self.legs.slot(leg) {
                    self.legs.part(slot);
                }
            }
            Command::Digits { leg, digits } => {
                if let Some(leg) = self.legs.by_id(leg) {
                    leg.digits.push(&digits);
                }
            }
            Command::Record { recording, left, prompts } => self.record(now, recording, left, prompts),
            Command::StopRecord { recording } => {
                let running = |place: &Option<Recording>| place.as_ref().is_some_and(|running| running.id == recording);
                if let Some(slot) = self.recordings.iter().position(running) {
                    self.stop_recording(now, slot);
                }
            }
        }
    }

    fn record(&mut self, now: Moment, id: RecordingId, left: LegId, prompts: bool) {
        let Some(leg) = self.legs.by_id(left) else {
            return;
        };
        if let Some(before) = leg.recording {
            self.stop_recording(now, before);
        }
        let slot = self.recordings.iter().position(Option::is_none).unwrap_or(self.recordings.len());
        let Some(leg) = self.legs.by_id(left) else {
            return;
        };
        leg.recording = Some(slot);
        let law = leg.agreed.map_or(Law::A, |agreed| agreed.codec);
        let recording = Some(Recording::new(now, id, left, prompts, law));
        match self.recordings.get_mut(slot) {
            Some(place) => *place = recording,
            None => self.recordings.push(recording),
        }
    }

    pub(crate) fn stop_recording(&mut self, now: Moment, slot: usize) {
        let Some(recording) = self.recordings.get_mut(slot).and_then(Option::take) else {
            return;
        };
        if let Some(leg) = self.legs.by_id(recording.left) {
            leg.recording = None;
        }
        recording.finish(now, &mut self.out);
    }

    /// A datagram from the network. Whatever is in it, it ends nothing.
    pub fn receive(&mut self, now: Moment, socket: SocketId, from: SocketAddr, packet: &mut [u8]) {
        if socket == BROWSERS {
            self.receive_browser(now, from, packet);
        } else {
            self.receive_rtp(now, socket, from, packet);
        }
        self.drain(now);
    }

    /// The next event or order, until None after each `handle`, `receive` and `tick`.
    pub fn poll(&mut self) -> Option<Output> {
        self.out.poll()
    }

    /// The next datagram to send: (socket, to, octets). Call until None after each `handle`, `receive`, `tick`.
    pub fn transmit(&mut self) -> Option<(SocketId, SocketAddr, &[u8])> {
        self.out.transmit()
    }

    /// When to call `tick` next; None while there are no legs.
    pub fn timeout(&self) -> Option<Moment> {
        (self.legs.count() > 0).then_some(self.frame_at)
    }

    /// Legs alive, with those whose socket is still being bound.
    pub fn legs(&self) -> usize {
        self.legs.count()
    }

    /// Packets dropped because they came from where the leg's peer is not (RTP Bleed attempts, stray traffic).
    pub fn strangers(&self) -> u64 {
        self.strangers
    }

    pub(crate) fn event(&mut self, event: Event) {
        self.out.event(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, limit};

    fn engine(now: Moment) -> Engine {
        let config = Config {
            address: [127, 0, 0, 1].into(),
            browser: Some(([127, 0, 0, 1], 9).into()),
            silence_max: std::time::Duration::from_secs(30),
            legs_max: 10,
        };
        Engine::new(now, config, [0; 32])
    }

    #[test]
    fn slots_are_used_again() {
        let now = Moment::START;
        let mut engine = engine(now);
        for leg in (0..1000).map(LegId) {
            for kind in [Kind::Rtp, Kind::Browser] {
                engine.handle(now, Input::Command(Command::Offer { leg, kind }));
                let recording = RecordingId::from_u128(u128::from(leg.0));
                let record = Command::Record { recording, left: leg, prompts: false };
                engine.handle(now, Input::Command(record));
                engine.handle(now, Input::Command(Command::Close { leg }));
            }
        }
        assert_eq!((engine.legs.slots(), engine.recordings.len()), (1, 1));
    }

    #[test]
    fn addresses_of_a_browser_are_bounded_and_go_with_it() {
        let now = Moment::START;
        let mut engine = engine(now);
        let address = |nth: usize| SocketAddr::from(([10, 0, 0, 1], 1000 + nth as u16));
        for leg in [LegId(1), LegId(2)] {
            let offer = Command::Offer { leg, kind: Kind::Browser };
            engine.handle(now, Input::Command(offer));
        }
        let (one, two) = (engine.legs.slot(LegId(1)).unwrap(), engine.legs.slot(LegId(2)).unwrap());
        (0..=limit::BROWSER_ADDRESSES_MAX).for_each(|nth| engine.legs.remember(one, address(nth)));
        assert_eq!((engine.legs.at(address(0)), engine.legs.at(address(1))), (None, Some(one)));
        engine.legs.remember(two, address(1));
        engine.handle(now, Input::Command(Command::Close { leg: LegId(1) }));
        assert_eq!((engine.legs.at(address(1)), engine.legs.at(address(2))), (Some(two), None));
    }
}
