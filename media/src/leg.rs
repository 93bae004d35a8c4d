//! One party's sound, and the table of all of them.

use crate::browser::Browser;
use crate::dtmf::{event, tone};
use crate::limit::{PAYLOAD_MAX, QUIET};
use crate::outbox::Outbox;
use crate::play::Playing;
use crate::reception::Reception;
use crate::rtcp::Control;
use crate::rtp::Header;
use crate::sdp::{Agreed, Direction};
use crate::source::{Hosts, Source};
use crate::splice::{self, Splice};
use crate::{LegId, SocketId, Stats};
use bytes::Bytes;
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::BuildHasherDefault;
use std::net::SocketAddr;
use types::Moment;

/// A map whose order does not depend on chance: the same inputs give the same outputs. Never walked, only asked.
pub type Map<K, V> = HashMap<K, V, BuildHasherDefault<DefaultHasher>>;

/// How a leg's packets travel.
pub enum Carrier {
    /// An RTP leg whose socket is not there yet.
    Binding(Want),
    Rtp {
        socket: SocketId,
        local: SocketAddr,
    },
    Browser {
        browser: Box<Browser>,
        /// DTLS is up.
        connected: bool,
        /// The name in its STUN requests.
        ufrag: String,
        /// Where it was proved to be, oldest first.
        addresses: Vec<SocketAddr>,
    },
}

/// What waits for the socket.
pub enum Want {
    Answer(Bytes),
    Offer,
}

/// One party.
pub struct Leg {
    pub id: LegId,
    pub carrier: Carrier,
    pub agreed: Option<Agreed>,
    /// Of our SDP's o= line.
    pub session: u64,
    pub version: u64,
    /// Our newest description on an RTP leg; a browser keeps its own.
    pub described: Bytes,
    /// Slot of who hears this leg and is heard by it.
    pub partner: Option<usize>,
    /// Slot of the recording whose left side this leg is.
    pub recording: Option<usize>,
    pub stream: Splice,
    pub reception: Reception,
    pub source: Option<Source>,
    /// Hosts known to be the peer's, for a source still to be made.
    pub hosts: Hosts,
    pub control: Control,
    pub playing: Option<Playing>,
    pub digits: event::Sending,
    /// Timestamp of the digit being sent.
    pub digit_ts: u32,
    pub keys: event::Receiving,
    pub tones: tone::Detector,
    /// When sound could first flow to the peer.
    pub opened: Option<Moment>,
    pub heard: bool,
    pub held: bool,
    /// When anything else than sound last said that the peer lives, or `Silent` was said.
    pub alive_at: Moment,
    /// `Quiet` was said and the leg was not heard since.
    pub quiet: bool,
    pub quiet_since: Moment,
    pub sent: u64,
    pub octets: u64,
    /// When the newest packet of sound or key was sent.
    pub sent_at: Moment,
}

impl Leg {
    /// May sound be sent now?
    pub fn sends(&self) -> bool {
        match (&self.carrier, &self.agreed) {
            (Carrier::Rtp { .. }, Some(agreed)) => agreed.sends(),
            // The browser knows its own path.
            (Carrier::Browser { connected, .. }, Some(agreed)) => *connected && agreed.direction.sends(),
            _ => false,
        }
    }

    /// Has the peer put us on hold?
    pub fn holds(&self) -> bool {
        match (&self.carrier, &self.agreed) {
            (Carrier::Browser { .. }, Some(agreed)) => !agreed.direction.sends(),
            (_, Some(agreed)) => agreed.held(),
            _ => false,
        }
    }

    /// Does the peer hear neither us nor a partner? A partner may pause for a while (silence suppression, loss), and is
    /// not interrupted; once silence is sent, it goes on until the partner's next packet.
    pub fn hears_nothing(&self, now: Moment) -> bool {
        self.partner.is_none()
            || self.stream.carries(splice::Source::Silence)
            || now.saturating_duration_since(self.sent_at) >= QUIET
    }

    /// Is the peer bound to send?
    pub fn awaits_sound(&self) -> bool {
        self.opened.is_some()
            && self.agreed.is_some_and(|agreed| agreed.direction == Direction::SendRecv)
            && !self.holds()
    }

    /// Sends one packet; `table` is applied to the payload. True: a browser has something to be polled for.
    pub fn send(
        &mut self,
        now: Moment,
        out: &mut Outbox,
        header: &Header,
        payload: &[u8],
        table: Option<&[u8; 256]>,
    ) -> bool {
        self.sent += 1;
        self.sent_at = now;
        self.octets += payload.len() as u64;
        match (&mut self.carrier, &self.source) {
            (Carrier::Rtp { socket, .. }, Some(source)) => {
                out.packet(*socket, source.target(), &header.octets(), payload, table);
                false
            }
            (Carrier::Browser { browser, .. }, _) => {
                let mut coded = [0; PAYLOAD_MAX];
                let payload = match table {
                    None => payload,
                    Some(table) => {
                        coded.iter_mut().zip(payload).for_each(|(to, from)| *to = table[usize::from(*from)]);
                        coded.get(..payload.len()).unwrap_or_default()
                    }
                };
                browser.send_rtp(now, header.payload_type, header.seq, header.ts, header.marker, payload);
                true
            }
            _ => false,
        }
    }

    pub fn stats(&self) -> Stats {
        self.reception.stats(self.sent, self.control.round_trip)
    }
}

/// All legs, by slot; slots are used again.
#[derive(Default)]
pub struct Legs {
    slots: Vec<Option<Leg>>,
    free: Vec<usize>,
    by_id: Map<LegId, usize>,
    by_socket: Map<SocketId, usize>,
    by_ufrag: Map<String, usize>,
    by_address: Map<SocketAddr, usize>,
}

impl Legs {
    pub fn count(&self) -> usize {
        self.by_id.len()
    }

    /// One more than the highest slot in use.
    pub fn slots(&self) -> usize {
        self.slots.len()
    }

    pub fn slot(&self, id: LegId) -> Option<usize> {
        self.by_id.get(&id).copied()
    }

    pub fn get(&self, slot: usize) -> Option<&Leg> {
        self.slots.get(slot)?.as_ref()
    }

    pub fn get_mut(&mut self, slot: usize) -> Option<&mut Leg> {
        self.slots.get_mut(slot)?.as_mut()
    }

    pub fn by_id(&mut self, id: LegId) -> Option<&mut Leg> {
        self.get_mut(self.slot(id)?)
    }

    pub fn on_socket(&self, socket: SocketId) -> Option<usize> {
        self.by_socket.get(&socket).copied()
    }

    pub fn named(&self, ufrag: &str) -> Option<usize> {
        self.by_ufrag.get(ufrag).copied()
    }

    pub fn at(&self, address: SocketAddr) -> Option<usize> {
        self.by_address.get(&address).copied()
    }

    pub fn insert(&mut self, leg: Leg) -> usize {
        let id = leg.id;
        let ufrag = match &leg.carrier {
            Carrier::Browser { ufrag, .. } => Some(ufrag.clone()),
            _ => None,
        };
        let slot = self.free.pop().unwrap_or(self.slots.len());
        match self.slots.get_mut(slot) {
            Some(place) => *place = Some(leg),
            None => self.slots.push(Some(leg)),
        }
        self.by_id.insert(id, slot);
        if let Some(ufrag) = ufrag {
            self.by_ufrag.insert(ufrag, slot);
        }
        slot
    }

    /// The leg's socket is there.
    pub fn bind(&mut self, slot: usize, socket: SocketId, local: SocketAddr) {
        if let Some(leg) = self.get_mut(slot) {
            leg.carrier = Carrier::Rtp { socket, local };
            self.by_socket.insert(socket, slot);
        }
    }

    /// The browser in `slot` proved to be at `address`.
    pub fn remember(&mut self, slot: usize, address: SocketAddr) {
        if let Some(before) = self.by_address.insert(address, slot)
            && let Some(Leg { carrier: Carrier::Browser { addresses, .. }, .. }) = self.get_mut(before)
        {
            addresses.retain(|known| *known != address);
        }
        let Some(Leg { carrier: Carrier::Browser { addresses, .. }, .. }) = self.get_mut(slot) else {
            return;
        };
        addresses.push(address);
        if addresses.len() > crate::limit::BROWSER_ADDRESSES_MAX {
            let oldest = addresses.remove(0);
            self.by_address.remove(&oldest);
        }
    }

    /// Takes the leg out; its partner hears nobody from now on.
    pub fn remove(&mut self, slot: usize) -> Option<Leg> {
        self.part(slot);
        let leg = self.slots.get_mut(slot)?.take()?;
        self.free.push(slot);
        self.by_id.remove(&leg.id);
        match &leg.carrier {
            Carrier::Binding(_) => {}
            Carrier::Rtp { socket, .. } => {
                self.by_socket.remove(socket);
            }
            Carrier::Browser { ufrag, addresses, .. } => {
                self.by_ufrag.remove(ufrag);
                for address in addresses {
                    self.by_address.remove(address);
                }
            }
        }
        Some(leg)
    }
}
