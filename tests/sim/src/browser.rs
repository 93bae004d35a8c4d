//! What browsers are to the switch, at the border of media's commands and events: their legs run on the engine as
//! phones' do, and here stands what ICE and DTLS would add. The real ones draw on the operating system's randomness
//! and would not come back with the seed; they are tested in `media` and on the wire with Chromium.
//!
//! A page that closes its sound says so (a DTLS alert, `Failed`), unless it has no time to or the alert is lost; then
//! the engine hears nothing (`Quiet`, at last `Silent`). A leg that failed says nothing more but its last words.

use crate::sound;
use bytes::Bytes;
use media::{Command, Event, Kind, LegId};
use std::collections::BTreeMap;
use std::net::SocketAddr;

#[derive(Debug, Default)]
struct Browser {
    /// Where its sound comes from, as its description says.
    at: Option<SocketAddr>,
    failed: bool,
}

/// The legs that are browsers.
#[derive(Debug, Default)]
pub struct Browsers {
    legs: BTreeMap<LegId, Browser>,
}

impl Browsers {
    /// A command on its way to the engine. With it: the browser whose sound we close.
    pub fn command(&mut self, command: Command) -> (Command, Option<SocketAddr>) {
        let command = match command {
            Command::Offer { leg, kind: Kind::Browser } => {
                self.legs.entry(leg).or_default();
                Command::Offer { leg, kind: Kind::Rtp }
            }
            Command::Offered { leg, offer } if sound::is_browser(&offer) => {
                self.legs.entry(leg).or_default();
                self.learn(leg, &offer);
                Command::Offered { leg, offer: sound::as_phone(&offer) }
            }
            Command::Answered { leg, answer } if self.legs.contains_key(&leg) => {
                self.learn(leg, &answer);
                // A phone's answer to a browser's offer is none.
                let answer = if sound::is_browser(&answer) { sound::as_phone(&answer) } else { Bytes::new() };
                Command::Answered { leg, answer }
            }
            Command::Close { leg } => {
                let at = self.legs.get(&leg).and_then(|browser| browser.at);
                return (Command::Close { leg }, at);
            }
            command => command,
        };
        (command, None)
    }

    /// An event on its way to the node.
    pub fn event(&mut self, event: Event) -> Option<Event> {
        match event {
            Event::Offer { leg, sdp } if self.legs.contains_key(&leg) => {
                Some(Event::Offer { leg, sdp: sound::as_browser(&sdp) })
            }
            Event::Answer { leg, sdp } if self.legs.contains_key(&leg) => {
                Some(Event::Answer { leg, sdp: sound::as_browser(&sdp) })
            }
            Event::Closed { leg, .. } => {
                self.legs.remove(&leg);
                Some(event)
            }
            Event::Heard { leg } | Event::Quiet { leg } | Event::Silent { leg } | Event::Digit { leg, .. } => {
                let failed = self.legs.get(&leg).is_some_and(|browser| browser.failed);
                (!failed).then_some(event)
            }
            event => Some(event),
        }
    }

    /// The alert of the browser there arrived.
    pub fn alert(&mut self, at: SocketAddr) -> Option<Event> {
        let (leg, browser) = self.legs.iter_mut().find(|(_, browser)| browser.at == Some(at) && !browser.failed)?;
        browser.failed = true;
        Some(Event::Failed { leg: *leg })
    }

    /// The node is gone; where the browsers are that will miss it.
    pub fn dies(&mut self) -> Vec<SocketAddr> {
        std::mem::take(&mut self.legs).into_values().filter_map(|browser| browser.at).collect()
    }

    fn learn(&mut self, leg: LegId, sdp: &[u8]) {
        if let Some(far) = sound::read_sdp(sdp) {
            self.legs.entry(leg).or_default().at = Some(far.address);
        }
    }
}
