//! Our offer and what becomes of it (RFC 3264 5 and 7).

use super::answer::agree;
use super::parse::Description;
use super::write::{Sound, Writer};
use super::{Agreed, Direction, Rejection, limit};
use crate::Law;
use bytes::Bytes;
use std::net::SocketAddr;

/// Offers A-law, µ-law and telephone-event at `local`, both ways, RTCP on the same port if the peer agrees.
pub fn offer(local: SocketAddr, session_id: u64, version: u64) -> Bytes {
    let mut writer = Writer::new(local.ip(), session_id, version);
    let sound = Sound {
        // RFC 3551 6: the static numbers.
        codecs: &[(8, Law::A), (0, Law::Mu)],
        telephone_event: Some(limit::TELEPHONE_EVENT),
        direction: Direction::SendRecv,
        rtcp_mux: true,
    };
    writer.audio(local, "RTP/AVP", &sound);
    writer.done()
}

/// Offers anew what `last` says, our newest description of the session, whether it was an offer or an answer: the
/// media stay in their places and the numbers keep their codecs, as RFC 3264 8 wants. Everything flows both ways, and
/// the law that an answer of ours left out is offered again (RFC 3261 14.2: as in a new call; the peer may have become
/// another one).
pub fn offer_again(last: &[u8], version: u64) -> Bytes {
    let last = String::from_utf8_lossy(last);
    let mut text = String::with_capacity(last.len() + 64);
    let mut missing = Vec::new();
    for line in last.lines() {
        let attribute = line.strip_prefix("a=");
        if let Some(origin) = line.strip_prefix("o=") {
            let mut words: Vec<&str> = origin.split(' ').collect();
            let version = (version & (u64::MAX >> 1)).to_string();
            if let Some(word) = words.get_mut(2) {
                *word = &version;
            }
            text.push_str("o=");
            text.push_str(&words.join(" "));
        } else if let Some(medium) = line.strip_prefix("m=") {
            missing = missing_laws(&last, medium);
            text.push_str(&with_formats(line, &missing));
        } else if attribute.is_some_and(|name| Direction::from_name(name).is_some()) {
            text.push_str("a=sendrecv");
        } else if attribute.is_some_and(|name| name.starts_with("setup:")) {
            // RFC 8842 5.2: an offer leaves the role open.
            text.push_str("a=setup:actpass");
        } else {
            text.push_str(line);
            if attribute.is_some_and(|name| name.starts_with("rtpmap:")) {
                for (number, name) in missing.drain(..) {
                    text.push_str(&format!("\r\na=rtpmap:{number} {name}/8000"));
                }
            }
        }
        text.push_str("\r\n");
    }
    Bytes::from(text)
}

/// The laws that `medium` (what follows `m=`) does not name, with their static numbers; none for a refused medium.
fn missing_laws(last: &str, medium: &str) -> Vec<(&'static str, &'static str)> {
    let mut words = medium.split(' ');
    if words.next() != Some("audio") || words.next() == Some("0") {
        return Vec::new();
    }
    // Only one of our m= lines is alive, so every rtpmap is of this one.
    let named = |name: &str| last.contains(&format!(" {name}/8000"));
    let taken: Vec<&str> = words.collect();
    let laws = [("8", "PCMA"), ("0", "PCMU")].into_iter();
    laws.filter(|(number, name)| !named(name) && !taken.contains(number)).collect()
}

/// An m= line with more formats, after the one in use.
fn with_formats(line: &str, more: &[(&str, &str)]) -> String {
    let mut words: Vec<&str> = line.split(' ').collect();
    let first = words.len().min(4);
    words.splice(first..first, more.iter().map(|(number, _)| *number));
    words.join(" ")
}

/// Reads the answer to [`offer`] or [`offer_again`]. If the peer lists both codecs, its first is used.
///
/// # Errors
/// 400 for malformed SDP, 488 when the peer refused the audio or answered with what was not offered.
pub fn accept(answer: &[u8]) -> Result<Agreed, Rejection> {
    let description = Description::parse(answer)?;
    // Only one of the m= lines we offer is alive (RFC 3264 6: what was offered with port 0 stays so).
    let medium = description.media.iter().find(|medium| medium.audio && medium.port != 0);
    agree(medium.ok_or(Rejection::unacceptable("no audio answered"))?, None)
}
