//! Opening, renegotiating and closing legs.

use crate::browser::Browser;
use crate::engine::{BROWSERS, Engine};
use crate::leg::{Carrier, Leg, Want};
use crate::rtcp::Control;
use crate::sdp::{self, Agreed, Rejection};
use crate::source::Source;
use crate::splice::Splice;
use crate::{Event, Kind, LegId, Output, SocketId};
use bytes::Bytes;
use rand::Rng;
use rand::distr::Alphanumeric;
use std::net::SocketAddr;
use types::Moment;

/// Characters of an ICE user fragment and password (RFC 8839 5.4 asks for 4 and 22).
const UFRAG: usize = 12;
const PASSWORD: usize = 24;

impl Engine {
    pub(crate) fn offered(&mut self, now: Moment, id: LegId, offer: Bytes) {
        if let Some(slot) = self.legs.slot(id) {
            return self.reoffered(now, slot, offer);
        }
        if !self.has_room(id) {
            return;
        }
        if sdp::is_browser(&offer) {
            let opened = self.credentials().and_then(|(local, ufrag, password)| {
                let (browser, sdp) = Browser::answering(now, &offer, local, ufrag.clone(), password)?;
                Ok((browser, sdp, ufrag))
            });
            match opened {
                Ok((browser, sdp, ufrag)) => {
                    let slot = self.open_browser(now, id, browser, ufrag);
                    self.agree_browser(now, slot);
                    self.event(Event::Answer { leg: id, sdp });
                }
                Err(rejection) => self.reject(id, rejection),
            }
        } else {
            let leg = self.leg(now, id, Carrier::Binding(Want::Answer(offer)));
            self.legs.insert(leg);
            self.out.output(Output::Bind { leg: id });
        }
    }

    pub(crate) fn offer(&mut self, now: Moment, id: LegId, kind: Kind) {
        if let Some(slot) = self.legs.slot(id) {
            return self.offer_again(now, slot);
        }
        if !self.has_room(id) {
            return;
        }
        match kind {
            Kind::Rtp => {
                let leg = self.leg(now, id, Carrier::Binding(Want::Offer));
                self.legs.insert(leg);
                self.out.output(Output::Bind { leg: id });
            }
            Kind::Browser => {
                let opened = self.credentials().and_then(|(local, ufrag, password)| {
                    let (browser, sdp) = Browser::offering(now, local, ufrag.clone(), password)?;
                    Ok((browser, sdp, ufrag))
                });
                match opened {
                    Ok((browser, sdp, ufrag)) => {
                        self.open_browser(now, id, browser, ufrag);
                        self.event(Event::Offer { leg: id, sdp });
                    }
                    Err(rejection) => self.reject(id, rejection),
                }
            }
        }
    }

    fn offer_again(&mut self, now: Moment, slot: usize) {
        let Some(leg) = self.legs.get_mut(slot) else {
            return;
        };
        let id = leg.id;
        let made = match &mut leg.carrier {
            // The socket is on its way; so is the offer.
            Carrier::Binding(want) => {
                *want = Want::Offer;
                return;
            }
            Carrier::Rtp { local, .. } => {
                leg.version += 1;
                leg.described = match sdp::has_sound(&leg.described) {
                    true => sdp::offer_again(&leg.described, leg.version),
                    false => sdp::offer(*local, leg.session, leg.version),
                };
                Ok(leg.described.clone())
            }
            Carrier::Browser { browser, .. } => browser.reoffer(now),
        };
        match made {
            Ok(sdp) => self.event(Event::Offer { leg: id, sdp }),
            Err(rejection) => self.reject(id, rejection),
        }
    }

    fn reoffered(&mut self, now: Moment, slot: usize, offer: Bytes) {
        let Some(leg) = self.legs.get_mut(slot) else {
            return;
        };
        let id = leg.id;
        let made = match &mut leg.carrier {
            Carrier::Binding(want) => {
                *want = Want::Answer(offer);
                return;
            }
            Carrier::Rtp { local, .. } => {
                let made = sdp::answer(&offer, *local, leg.agreed.as_ref(), leg.session, leg.version + 1);
                made.inspect(|(sdp, _)| {
                    leg.version += 1;
                    // A hold by port 0 is no description to continue: the sound is offered again as it was.
                    if sdp::has_sound(sdp) {
                        leg.described = sdp.clone();
                    }
                })
            }
            Carrier::Browser { browser, .. } => browser.reoffered(now, &offer).map(|sdp| (sdp, None)),
        };
        match made {
            Ok((sdp, agreed)) => {
                match agreed {
                    Some(agreed) => self.agree(now, slot, agreed),
                    // Of a browser, or of a peer that has no sound yet.
                    None => self.agree_browser(now, slot),
                }
                self.event(Event::Answer { leg: id, sdp });
            }
            Err(rejection) => self.reject(id, rejection),
        }
    }

    pub(crate) fn answered(&mut self, now: Moment, id: LegId, answer: &[u8]) {
        let Some(slot) = self.legs.slot(id) else {
            return;
        };
        let Some(leg) = self.legs.get_mut(slot) else {
            return;
        };
        let accepted = match &mut leg.carrier {
            Carrier::Binding(_) => return,
            Carrier::Rtp { .. } => sdp::accept(answer).map(Some),
            Carrier::Browser { browser, .. } => browser.accept(now, answer).map(|()| None),
        };
        match accepted {
            Ok(agreed) => {
                match agreed {
                    Some(agreed) => self.agree(now, slot, agreed),
                    None => self.agree_browser(now, slot),
                }
                self.event(Event::Ready { leg: id });
            }
            Err(rejection) => {
                if leg.agreed.is_none() {
                    self.discard(now, slot);
                }
                self.reject(id, rejection);
            }
        }
    }

    pub(crate) fn bound(&mut self, now: Moment, id: LegId, socket: SocketId, local: SocketAddr) {
        let wanting = self
            .legs
            .slot(id)
            .filter(|slot| self.legs.get(*slot).is_some_and(|leg| matches!(leg.carrier, Carrier::Binding(_))));
        // Closed in the meantime.
        let Some(slot) = wanting else {
            return self.out.output(Output::Unbind { socket });
        };
        let ip = if local.ip().is_unspecified() { self.config.address } else { local.ip() };
        let local = SocketAddr::new(ip, local.port());
        let Some(leg) = self.legs.get_mut(slot) else {
            return;
        };
        let (session, version) = (leg.session, leg.version);
        let want = std::mem::replace(&mut leg.carrier, Carrier::Binding(Want::Offer));
        self.legs.bind(slot, socket, local);
        let made = match want {
            Carrier::Binding(Want::Answer(offer)) => {
                let made = sdp::answer(&offer, local, None, session, version);
                made.map(|(sdp, agreed)| (sdp.clone(), agreed, Event::Answer { leg: id, sdp }))
            }
            _ => {
                let sdp = sdp::offer(local, session, version);
                Ok((sdp.clone(), None, Event::Offer { leg: id, sdp }))
            }
        };
        match made {
            Ok((sdp, agreed, event)) => {
                if let Some(leg) = self.legs.get_mut(slot) {
                    leg.described = sdp;
                }
                if let Some(agreed) = agreed {
                    self.agree(now, slot, agreed);
                }
                self.event(event);
            }
            Err(rejection) => {
                self.discard(now, slot);
                self.reject(id, rejection);
            }
        }
    }

    pub(crate) fn not_bound(&mut self, id: LegId) {
        let Some(slot) = self.legs.slot(id) else {
            return;
        };
        if self.legs.get(slot).is_some_and(|leg| matches!(leg.carrier, Carrier::Binding(_))) {
            self.legs.remove(slot);
            self.event(Event::Rejected { leg: id, code: 503, why: "no port is free" });
        }
    }

    /// Takes over what was agreed for an RTP leg.
    fn agree(&mut self, now: Moment, slot: usize, agreed: Agreed) {
        let Some(leg) = self.legs.get_mut(slot) else {
            return;
        };
        leg.agreed = Some(agreed);
        leg.opened.get_or_insert(now);
        leg.quiet_since = now;
        // 0.0.0.0 names no place: the peer stays where it was (RFC 3264 8.4).
        if !agreed.remote.ip().is_unspecified() {
            match &mut leg.source {
                Some(source) => source.renegotiated(agreed.remote),
                None => leg.source = Some(Source::new(agreed.remote, leg.hosts.clone())),
            }
        }
        self.tell_hold(slot);
    }

    pub(crate) fn agree_browser(&mut self, now: Moment, slot: usize) {
        let Some(leg) = self.legs.get_mut(slot) else {
            return;
        };
        let Carrier::Browser { browser, .. } = &leg.carrier else {
            return;
        };
        leg.agreed = Some(browser.agreed(now));
        leg.quiet_since = now;
        self.woken.push(slot);
        self.tell_hold(slot);
    }

    fn tell_hold(&mut self, slot: usize) {
        let Some(leg) = self.legs.get_mut(slot) else {
            return;
        };
        let held = leg.holds();
        if std::mem::replace(&mut leg.held, held) != held {
            let event = Event::Held { leg: leg.id, held };
            self.event(event);
        }
    }

    pub(crate) fn close(&mut self, now: Moment, id: LegId) {
        let Some(slot) = self.legs.slot(id) else {
            return;
        };
        if let Some(recording) = self.legs.get(slot).and_then(|leg| leg.recording) {
            self.stop_recording(now, recording);
        }
        if let Some(stats) = self.discard(now, slot) {
            self.event(Event::Closed { leg: id, stats });
        }
    }

    /// Takes the leg away and gives its socket back.
    fn discard(&mut self, now: Moment, slot: usize) -> Option<crate::Stats> {
        let mut leg = self.legs.remove(slot)?;
        match &mut leg.carrier {
            Carrier::Binding(_) => {}
            Carrier::Rtp { socket, .. } => self.out.output(Output::Unbind { socket: *socket }),
            Carrier::Browser { browser, .. } => {
                browser.close(now);
                while let Some(last) = browser.poll() {
                    if let crate::browser::BrowserOut::Transmit { to, bytes } = last {
                        self.out.packet(BROWSERS, to, &bytes, &[], None);
                    }
                }
            }
        }
        Some(leg.stats())
    }

    fn reject(&mut self, leg: LegId, rejection: Rejection) {
        self.event(Event::Rejected { leg, code: rejection.code, why: rejection.why });
    }

    fn has_room(&mut self, leg: LegId) -> bool {
        let room = self.legs.count() < self.config.legs_max;
        if !room {
            self.event(Event::Rejected { leg, code: 503, why: "this engine carries no more legs" });
        }
        room
    }

    /// The shared port's address and a new leg's ICE user fragment and password.
    fn credentials(&mut self) -> Result<(SocketAddr, String, String), Rejection> {
        let local = self.config.browser.ok_or(Rejection { code: 488, why: "browsers are not served here" })?;
        let mut characters = |count| (&mut self.random).sample_iter(Alphanumeric).take(count).map(char::from).collect();
        Ok((local, characters(UFRAG), characters(PASSWORD)))
    }

    fn open_browser(&mut self, now: Moment, id: LegId, browser: Browser, ufrag: String) -> usize {
        let carrier = Carrier::Browser { browser: Box::new(browser), connected: false, ufrag, addresses: Vec::new() };
        let leg = self.leg(now, id, carrier);
        self.legs.insert(leg)
    }

    fn leg(&mut self, now: Moment, id: LegId, carrier: Carrier) -> Leg {
        let (ssrc, seq, ts) = (self.random.random(), self.random.random(), self.random.random());
        Leg {
            id,
            carrier,
            agreed: None,
            // RFC 8866 5.2: a number; 62 bits fit everybody's integers.
            session: self.random.random::<u64>() >> 2,
            version: 1,
            described: Bytes::new(),
            partner: None,
            recording: None,
            stream: Splice::new(now, ssrc, seq, ts),
            reception: Default::default(),
            source: None,
            hosts: Default::default(),
            control: Control::new(self.origin, now, self.random.random()),
            playing: None,
            digits: Default::default(),
            digit_ts: 0,
            keys: Default::default(),
            tones: Default::default(),
            opened: None,
            heard: false,
            held: false,
            alive_at: now,
            quiet: false,
            quiet_since: now,
            sent: 0,
            octets: 0,
            sent_at: now,
        }
    }
}
