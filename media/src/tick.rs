//! The 20 ms clock: one for everything that is played, and the slow chores beside it.

use crate::codec::g711;
use crate::dtmf::{event, tone};
use crate::engine::Engine;
use crate::jitter::{Heard, Stream};
use crate::leg::{Carrier, Leg};
use crate::limit::{self, FRAME, FRAME_SAMPLES};
use crate::outbox::Outbox;
use crate::record::{Recording, Side};
use crate::rtcp::Sent;
use crate::sdp::Agreed;
use crate::splice::Source;
use crate::{Event, Law, PlayId, clock};
use types::Moment;

static SILENCE_A: [u8; FRAME_SAMPLES] = [g711::alaw(0); FRAME_SAMPLES];
static SILENCE_MU: [u8; FRAME_SAMPLES] = [g711::ulaw(0); FRAME_SAMPLES];

impl Engine {
    /// Every 20 ms or at `timeout()`: playing, silence, DTLS timers, recording pieces.
    pub fn tick(&mut self, now: Moment) {
        let behind = now.saturating_duration_since(self.frame_at);
        if behind > limit::CATCH_UP_MAX {
            // Whole frames, so that timestamps stay multiples of a frame.
            let frames = (behind.as_nanos() / FRAME.as_nanos()) as u32;
            self.frame_at += FRAME * frames;
        }
        while self.frame_at <= now {
            let at = self.frame_at;
            (0..self.legs.slots()).for_each(|slot| self.frame(at, slot));
            self.frame_at += FRAME;
        }
        (0..self.legs.slots()).for_each(|slot| self.chores(now, slot));
        for recording in self.recordings.iter_mut().flatten() {
            recording.cut(now, &mut self.out);
        }
        self.drain(now);
    }

    /// What we make ourselves for one leg: digits before prompts before silence. Partners' sound does not wait here.
    fn frame(&mut self, at: Moment, slot: usize) {
        let Some(leg) = self.legs.get_mut(slot) else {
            return;
        };
        let Some(agreed) = leg.agreed.filter(|_| leg.opened.is_some()) else {
            return;
        };
        let woken = if !leg.digits.is_idle() {
            digit(leg, at, &agreed, &mut self.out)
        } else if let Some(frame) = next_frame(leg, &agreed, &mut self.out) {
            let recording = leg.recording.and_then(|slot| self.recordings.get_mut(slot)).and_then(Option::as_mut);
            let tape = recording.filter(|recording| recording.prompts && leg.partner.is_none());
            let count = clock::since(self.origin, at);
            play(leg, at, count, &agreed, &frame, tape, &mut self.out)
        } else {
            leg.hears_nothing(at) && silence(leg, at, &agreed, &mut self.out)
        };
        if woken {
            self.woken.push(slot);
        }
    }

    fn chores(&mut self, now: Moment, slot: usize) {
        let Some(leg) = self.legs.get(slot) else {
            return;
        };
        let partner_holds = leg.partner.and_then(|partner| self.legs.get(partner)).is_some_and(Leg::holds);
        let Some(leg) = self.legs.get_mut(slot) else {
            return;
        };
        if partner_holds || !leg.awaits_sound() {
            leg.quiet_since = now;
        } else if leg.heard && !leg.quiet && now.saturating_duration_since(leg.quiet_since) >= limit::QUIET {
            leg.quiet = true;
            self.out.event(Event::Quiet { leg: leg.id });
        } else if now.saturating_duration_since(leg.quiet_since.max(leg.alive_at)) >= self.config.silence_max {
            leg.alive_at = now;
            self.out.event(Event::Silent { leg: leg.id });
        }
        match &mut leg.carrier {
            Carrier::Binding(_) => {}
            Carrier::Rtp { .. } => report(leg, now, &mut self.out),
            Carrier::Browser { browser, .. } => {
                if browser.timeout().is_some_and(|due| due <= now) {
                    browser.tick(now);
                    self.woken.push(slot);
                }
            }
        }
    }
}

/// The next frame of what is played; None when nothing is, which the switch is told at the end.
fn next_frame(leg: &mut Leg, agreed: &Agreed, out: &mut Outbox) -> Option<(PlayId, [u8; FRAME_SAMPLES])> {
    let playing = leg.playing.as_mut()?;
    let play = playing.play;
    let mut frame = [0; FRAME_SAMPLES];
    if playing.frame(agreed.codec, &mut frame) {
        return Some((play, frame));
    }
    leg.playing = None;
    out.event(Event::Played { leg: leg.id, play });
    None
}

/// Sends one frame of a prompt or music. While the peer holds, time goes on unheard, so that no flow waits for ever.
fn play(
    leg: &mut Leg,
    at: Moment,
    count: u64,
    agreed: &Agreed,
    (play, frame): &(PlayId, [u8; FRAME_SAMPLES]),
    tape: Option<&mut Recording>,
    out: &mut Outbox,
) -> bool {
    if let Some(tape) = tape {
        let seq = count / FRAME_SAMPLES as u64;
        let heard = Heard { stream: Stream::Played, seq, ts: count as u32, law: agreed.codec, payload: frame };
        tape.take(at, Side::Right, &heard, out);
    }
    if !leg.sends() {
        return false;
    }
    let header = leg.stream.own(at, Source::Play(*play), agreed.payload_type, FRAME_SAMPLES as u32);
    leg.send(at, out, &header, frame, None)
}

/// A frame of silence. A path without packets is closed by the NATs and SBCs on it, and phones show it as dead. Plain
/// G.711 is what every trunk takes; comfort noise (RFC 3389) is offered by few and understood by fewer. It goes into no
/// recording: there, nothing is silence already.
fn silence(leg: &mut Leg, at: Moment, agreed: &Agreed, out: &mut Outbox) -> bool {
    if !leg.sends() {
        return false;
    }
    let silence = match agreed.codec {
        Law::A => &SILENCE_A,
        Law::Mu => &SILENCE_MU,
    };
    let header = leg.stream.own(at, Source::Silence, agreed.payload_type, FRAME_SAMPLES as u32);
    leg.send(at, out, &header, silence, None)
}

/// One frame of a digit: an event packet, or the tones themselves for peers without events.
fn digit(leg: &mut Leg, at: Moment, agreed: &Agreed, out: &mut Outbox) -> bool {
    let Some((code, frame, nth)) = leg.digits.advance() else {
        return false;
    };
    if !leg.sends() {
        return false;
    }
    let source = Source::Digit(nth);
    let Some(payload_type) = agreed.telephone_event else {
        if !event::sounds(frame) {
            return false;
        }
        let mut sound = [0; FRAME_SAMPLES];
        tone::write(code, frame * FRAME_SAMPLES as u32, agreed.codec, &mut sound);
        let header = leg.stream.own(at, source, agreed.payload_type, FRAME_SAMPLES as u32);
        return leg.send(at, out, &header, &sound, None);
    };
    let Some(step) = event::step(code, frame, nth) else {
        return false;
    };
    let header = if !leg.stream.carries(source) {
        let header = leg.stream.own(at, source, payload_type, u32::from(step.duration));
        leg.digit_ts = header.ts;
        header
    } else {
        leg.stream.again(payload_type, leg.digit_ts, u32::from(step.duration))
    };
    leg.send(at, out, &header, &step.payload, None)
}

/// An RTCP report, where the peer takes it on the same port: the leg has no other socket.
fn report(leg: &mut Leg, now: Moment, out: &mut Outbox) {
    let (Carrier::Rtp { socket, .. }, Some(agreed), Some(source)) = (&leg.carrier, &leg.agreed, &leg.source) else {
        return;
    };
    if !agreed.rtcp_mux || agreed.remote.ip().is_unspecified() || !leg.control.is_due(now) {
        return;
    }
    let sent = Sent { ssrc: leg.stream.ssrc(), ts: leg.stream.ts(now), packets: leg.sent, octets: leg.octets };
    let mut buffer = [0; 256];
    let written = leg.control.report(now, sent, leg.reception.block(), &mut buffer);
    if let Some(octets) = written.and_then(|count| buffer.get(..count)) {
        out.packet(*socket, source.target(), octets, &[], None);
    }
}
