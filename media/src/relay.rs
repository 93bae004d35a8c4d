//! A packet's way from the network to whoever hears it. Sound is passed on at once and undecoded: the header is
//! rewritten, and only between A-law and µ-law each octet goes through a table.

use crate::browser::{self, BrowserOut};
use crate::engine::{BROWSERS, Engine};
use crate::jitter::{Heard, Stream};
use crate::leg::Carrier;
use crate::reception::Arrived;
use crate::record::Side;
use crate::rtp::{self, Header};
use crate::sdp::Agreed;
use crate::splice::Source;
use crate::{Event, Law, LegId, SocketId, limit};
use std::net::SocketAddr;
use types::Moment;

/// What a packet carries.
#[derive(Clone, Copy)]
enum Payload {
    Sound(Law),
    /// RFC 4733.
    Key,
}

/// What is heard from a leg.
struct Voice<'a> {
    leg: LegId,
    arrived: Arrived,
    header: &'a Header,
    payload: &'a [u8],
    kind: Payload,
}

impl Engine {
    pub(crate) fn receive_rtp(&mut self, now: Moment, socket: SocketId, from: SocketAddr, packet: &[u8]) {
        let Some(slot) = self.legs.on_socket(socket) else {
            return;
        };
        let Some(leg) = self.legs.get_mut(slot) else {
            return;
        };
        let Some(source) = &mut leg.source else {
            return;
        };
        if packet.len() > limit::PACKET_MAX {
            return;
        }
        if rtp::is_rtcp(packet) {
            // Reports teach no address.
            if source.is_settled(from) {
                let ssrc = leg.stream.ssrc();
                leg.control.receive(now, ssrc, packet);
            }
            if source.is_likely(from, true) {
                leg.alive_at = now;
            }
            return;
        }
        let Some((header, payload)) = rtp::parse(packet) else {
            // Whatever keeps a NAT's mapping open: empty packets, STUN, blanks.
            if source.is_settled(from) {
                leg.alive_at = now;
            }
            return;
        };
        if !source.accept(now, from, leg.reception.is_known(header.ssrc)) {
            self.strangers += 1;
            return;
        }
        self.voice(now, slot, &header, payload);
    }

    pub(crate) fn receive_browser(&mut self, now: Moment, from: SocketAddr, packet: &[u8]) {
        let known = self.legs.at(from);
        // A check names its leg: after an ICE restart or NAT rebinding the address may be another's.
        let slot = browser::ufrag_of(packet).map_or(known, |ufrag| self.legs.named(ufrag));
        let Some(slot) = slot else {
            self.strangers += 1;
            return;
        };
        let Some(leg) = self.legs.get_mut(slot) else {
            return;
        };
        let Carrier::Browser { browser, .. } = &mut leg.carrier else {
            return;
        };
        browser.receive(now, from, packet);
        if known != Some(slot) && browser.knows(now, from) {
            self.legs.remember(slot, from);
        }
        self.woken.push(slot);
    }

    /// Fetches what browsers have to say, until none has anything more.
    pub(crate) fn drain(&mut self, now: Moment) {
        while let Some(&slot) = self.woken.last() {
            let next = match self.legs.get_mut(slot) {
                Some(leg) => match &mut leg.carrier {
                    Carrier::Browser { browser, .. } => browser.poll(),
                    _ => None,
                },
                None => None,
            };
            match next {
                Some(out) => self.browser_out(now, slot, out),
                // What was said may have woken others meanwhile; this slot is the one found idle.
                None => {
                    self.woken.pop();
                }
            }
        }
    }

    fn browser_out(&mut self, now: Moment, slot: usize, out: BrowserOut) {
        match out {
            BrowserOut::Transmit { to, bytes } => self.out.packet(BROWSERS, to, &bytes, &[], None),
            BrowserOut::Rtp { ssrc, payload_type, sequence, timestamp, marker, payload } => {
                let header = Header { payload_type, marker, seq: sequence, ts: timestamp, ssrc };
                self.voice(now, slot, &header, &payload);
            }
            BrowserOut::Connected => {
                let Some(leg) = self.legs.get_mut(slot) else {
                    return;
                };
                let Carrier::Browser { connected, .. } = &mut leg.carrier else {
                    return;
                };
                *connected = true;
                leg.opened = Some(now);
                leg.quiet_since = now;
            }
            BrowserOut::Failed => {
                let Some(leg) = self.legs.get(slot) else {
                    return;
                };
                let event = Event::Failed { leg: leg.id };
                self.event(event);
            }
        }
    }

    /// An accepted packet of a leg's peer.
    fn voice(&mut self, now: Moment, slot: usize, header: &Header, payload: &[u8]) {
        let Some(leg) = self.legs.get_mut(slot) else {
            return;
        };
        let Some(agreed) = leg.agreed.filter(|agreed| agreed.direction.receives()) else {
            return;
        };
        let kind = kind(&agreed, header.payload_type);
        // Some gateways send events in a stream of their own, beside the sound's.
        let aside = matches!(kind, Some(Payload::Key)) && leg.reception.is_other(header.ssrc);
        let arrived = if aside { None } else { leg.reception.arrive(header) };
        if arrived.is_none() && !aside {
            return;
        }
        leg.quiet_since = now;
        let back = std::mem::take(&mut leg.quiet);
        if !std::mem::replace(&mut leg.heard, true) || back {
            self.out.event(Event::Heard { leg: leg.id });
        }
        let Some(kind) = kind else {
            return;
        };
        if payload.is_empty() || payload.len() > limit::PAYLOAD_MAX {
            return;
        }
        let id = leg.id;
        match kind {
            Payload::Key => {
                if let Some(digit) = leg.keys.receive(header, payload) {
                    self.out.event(Event::Digit { leg: id, digit });
                }
            }
            Payload::Sound(law) => {
                leg.reception.time(self.origin, now, header.ts);
                if agreed.telephone_event.is_none() && !leg.keys.is_used() {
                    let out = &mut self.out;
                    leg.tones.detect(law, payload, |digit| out.event(Event::Digit { leg: id, digit }));
                }
            }
        }
        let Some(arrived) = arrived else {
            return;
        };
        let voice = Voice { leg: id, arrived, header, payload, kind };
        let (recording, partner) = (leg.recording, leg.partner);
        self.write_down(now, recording, Side::Left, &voice);
        if let Some(partner) = partner {
            self.carry(now, partner, &voice);
            let recording = self.legs.get(partner).and_then(|leg| leg.recording);
            self.write_down(now, recording, Side::Right, &voice);
        }
    }

    /// To the partner.
    fn carry(&mut self, now: Moment, to: usize, voice: &Voice) {
        let Some(leg) = self.legs.get_mut(to) else {
            return;
        };
        let free = leg.playing.is_none() && leg.digits.is_idle() && leg.sends();
        let Some(agreed) = leg.agreed.filter(|_| free) else {
            return leg.stream.interrupt();
        };
        let (payload_type, table, samples) = match (voice.kind, agreed.telephone_event) {
            (Payload::Sound(law), _) => (agreed.payload_type, law.table(agreed.codec), voice.payload.len() as u32),
            (Payload::Key, Some(payload_type)) => (payload_type, None, 0),
            (Payload::Key, None) => return leg.stream.interrupt(),
        };
        let source = Source::Leg { leg: voice.leg, epoch: voice.arrived.epoch };
        let header = leg.stream.relay(now, source, voice.arrived, voice.header, payload_type, samples);
        let Some(header) = header else { return };
        if leg.send(now, &mut self.out, &header, voice.payload, table) {
            self.woken.push(to);
        }
    }

    fn write_down(&mut self, now: Moment, recording: Option<usize>, side: Side, voice: &Voice) {
        let (Some(slot), Payload::Sound(law)) = (recording, voice.kind) else {
            return;
        };
        let Some(Some(recording)) = self.recordings.get_mut(slot) else {
            return;
        };
        let stream = Stream::Leg { leg: voice.leg, epoch: voice.arrived.epoch };
        let heard = Heard { stream, seq: voice.arrived.seq, ts: voice.header.ts, law, payload: voice.payload };
        recording.take(now, side, &heard, &mut self.out);
    }
}

/// What this payload type means on the leg. The static numbers of G.711 are understood even unasked: some peers send
/// the other law than they agreed to, and both are told apart by number (RFC 3551 6).
fn kind(agreed: &Agreed, payload_type: u8) -> Option<Payload> {
    if payload_type == agreed.payload_type {
        return Some(Payload::Sound(agreed.codec));
    }
    if payload_type < 128 && agreed.events >> payload_type & 1 == 1 {
        return Some(Payload::Key);
    }
    match payload_type {
        0 => Some(Payload::Sound(Law::Mu)),
        8 => Some(Payload::Sound(Law::A)),
        _ => None,
    }
}
