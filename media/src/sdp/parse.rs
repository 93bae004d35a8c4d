//! Reads descriptions: tolerant of order and of lines we do not need, strict in limits.

use super::{Direction, Rejection, limit};
use crate::Law;
use std::net::IpAddr;

/// The parts of a description that matter to us.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Description {
    pub media: Vec<Medium>,
    attributes: Vec<sdp_types::Attribute>,
}

/// One `m=` section with the session's defaults applied.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Medium {
    /// First word of the line, as received: it is echoed when the medium is refused.
    pub name: String,
    pub audio: bool,
    pub port: u16,
    pub protocol: String,
    /// The formats as received, separated by single spaces.
    pub formats: String,
    pub address: Address,
    /// Seen from the peer.
    pub direction: Direction,
    pub rtcp_mux: bool,
    pub ptime: Option<u32>,
    pub maxptime: Option<u32>,
    /// (payload type, encoding name and clock as written), of `a=rtpmap`.
    rtpmaps: Vec<(u8, String)>,
    attributes: Vec<sdp_types::Attribute>,
}

/// The `c=` line in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Missing,
    /// A name to be resolved, or another network than the internet.
    Unusable,
    Ip(IpAddr),
}

/// The profiles we tell apart (RFC 3551, RFC 4585).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    Plain,
    Other,
}

impl Description {
    /// # Errors
    /// 400 if it is not SDP or goes over a limit.
    pub fn parse(octets: &[u8]) -> Result<Description, Rejection> {
        let cleaned = clean(octets)?;
        let session = sdp_types::Session::parse(&cleaned).map_err(|_| Rejection::syntax("malformed SDP"))?;
        let direction = direction(&session.attributes);
        let media = session
            .medias
            .into_iter()
            .map(|media| Medium::read(media, session.connection.as_ref(), direction))
            .collect();
        Ok(Description { media, attributes: session.attributes })
    }

    /// All values of a session attribute.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        values(&self.attributes, name)
    }

    /// All values of an attribute of `medium`, or of the session if the medium has none.
    pub fn inherited<'a>(&'a self, medium: &'a Medium, name: &'a str) -> impl Iterator<Item = &'a str> {
        let own = medium.values(name).next().is_some();
        values(if own { &medium.attributes } else { &self.attributes }, name)
    }
}

/// Keeps the lines we read (`v= c= m= a=`), so that a Latin-1 name, a missing `s=` or an `o=` of a peer's own
/// making cannot fail a call; counts them on the way.
fn clean(octets: &[u8]) -> Result<Vec<u8>, Rejection> {
    if octets.len() > limit::OCTETS {
        return Err(Rejection::syntax("SDP too long"));
    }
    let mut kept = Vec::with_capacity(octets.len());
    let (mut media, mut attributes) = (0usize, 0usize);
    for line in octets.split(|&octet| octet == b'\n') {
        // RFC 8866 5: a lone LF is to be accepted as the end of a line.
        let line = line.trim_ascii_end();
        let (Some(&key), Some(b'=')) = (line.first(), line.get(1)) else {
            if line.is_empty() {
                continue;
            }
            return Err(Rejection::syntax("not a line of SDP"));
        };
        match key {
            b'm' => (media, attributes) = (media + 1, 0),
            b'a' => attributes += 1,
            b'v' | b'c' => {}
            _ => continue,
        }
        if media > limit::MEDIA || attributes > limit::ATTRIBUTES {
            return Err(Rejection::syntax("too many lines of SDP"));
        }
        // An attribute in another character set is none of those we read (all are ASCII).
        if key == b'a' && std::str::from_utf8(line).is_err() {
            continue;
        }
        // Some phones write two spaces between the words of m= and c=.
        for (nth, word) in line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).enumerate() {
            if nth > 0 {
                kept.push(b' ');
            }
            kept.extend_from_slice(word);
        }
        kept.extend_from_slice(b"\r\n");
    }
    Ok(kept)
}

impl Medium {
    fn read(media: sdp_types::Media, session: Option<&sdp_types::Connection>, default: Option<Direction>) -> Medium {
        let connection = media.connections.first().or(session);
        let number = |name| values(&media.attributes, name).next().and_then(|text| text.trim().parse().ok());
        Medium {
            audio: media.media.eq_ignore_ascii_case("audio"),
            port: media.port,
            address: connection.map_or(Address::Missing, address),
            // RFC 8866 6.7: the medium's own goes before the session's; sendrecv by default.
            direction: direction(&media.attributes).or(default).unwrap_or(Direction::SendRecv),
            rtcp_mux: media.attributes.iter().any(|a| a.attribute.eq_ignore_ascii_case("rtcp-mux")),
            ptime: number("ptime"),
            maxptime: number("maxptime"),
            rtpmaps: media.attributes.iter().filter_map(rtpmap).collect(),
            name: media.media,
            protocol: media.proto,
            formats: media.fmt,
            attributes: media.attributes,
        }
    }

    /// All values of an attribute.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        values(&self.attributes, name)
    }

    pub fn profile(&self) -> Profile {
        match self.protocol.to_ascii_uppercase().as_str() {
            "RTP/AVP" | "RTP/AVPF" => Profile::Plain,
            _ => Profile::Other,
        }
    }

    /// DTLS-SRTP; RTP/SAVPF is how older browsers wrote it.
    pub fn is_dtls(&self) -> bool {
        let protocol = self.protocol.to_ascii_uppercase();
        matches!(protocol.as_str(), "UDP/TLS/RTP/SAVPF" | "UDP/TLS/RTP/SAVP" | "RTP/SAVPF")
    }

    /// The payload types in the peer's order of preference.
    pub fn payload_types(&self) -> impl Iterator<Item = u8> + '_ {
        self.formats.split(' ').filter_map(|word| word.parse().ok()).filter(|&number| number < 128).take(limit::FORMATS)
    }

    /// G.711 under this number? RFC 3551 6: 0 and 8 need no rtpmap, but one goes before the table.
    pub fn law(&self, payload_type: u8) -> Option<Law> {
        match (self.encoding(payload_type), payload_type) {
            (Some(text), _) if is_encoding(text, "PCMA") => Some(Law::A),
            (Some(text), _) if is_encoding(text, "PCMU") => Some(Law::Mu),
            (Some(_), _) => None,
            (None, 8) => Some(Law::A),
            (None, 0) => Some(Law::Mu),
            (None, _) => None,
        }
    }

    /// The first telephone-event whose clock is that of G.711 (RFC 4733 2.1: the clock is the audio's).
    pub fn telephone_event(&self) -> Option<u8> {
        self.payload_types()
            .find(|&number| self.encoding(number).is_some_and(|text| is_encoding(text, "telephone-event")))
    }

    /// Packet time to send with: the wish, within what the peer's buffer and we allow, a multiple of 10 ms.
    pub fn ptime_ms(&self) -> u8 {
        let most = self.maxptime.filter(|&ms| ms > 0).unwrap_or(u32::from(limit::PTIME_MAX_MS));
        let wish = self.ptime.filter(|&ms| ms > 0).unwrap_or(u32::from(limit::PTIME_MS)).min(most);
        let bounded = wish.clamp(u32::from(limit::PTIME_MIN_MS), u32::from(limit::PTIME_MAX_MS));
        u8::try_from(bounded / 10 * 10).unwrap_or(limit::PTIME_MS)
    }

    fn encoding(&self, payload_type: u8) -> Option<&str> {
        self.rtpmaps.iter().find(|(number, _)| *number == payload_type).map(|(_, text)| text.as_str())
    }
}

/// `name/8000`, with or without one channel.
fn is_encoding(text: &str, name: &str) -> bool {
    let mut parts = text.split('/');
    let named = parts.next().is_some_and(|part| part.eq_ignore_ascii_case(name));
    let clocked = parts.next().is_none_or(|part| part == "8000");
    named && clocked && parts.next().is_none_or(|part| part == "1")
}

fn rtpmap(attribute: &sdp_types::Attribute) -> Option<(u8, String)> {
    if !attribute.attribute.eq_ignore_ascii_case("rtpmap") {
        return None;
    }
    let (number, encoding) = attribute.value.as_deref()?.trim().split_once(' ')?;
    Some((number.parse().ok()?, encoding.trim().to_owned()))
}

fn direction(attributes: &[sdp_types::Attribute]) -> Option<Direction> {
    attributes.iter().find_map(|attribute| Direction::from_name(&attribute.attribute))
}

fn values<'a>(attributes: &'a [sdp_types::Attribute], name: &'a str) -> impl Iterator<Item = &'a str> {
    attributes
        .iter()
        .filter(move |attribute| attribute.attribute.eq_ignore_ascii_case(name))
        .filter_map(|attribute| attribute.value.as_deref())
}

fn address(connection: &sdp_types::Connection) -> Address {
    // RFC 8866 5.7: a TTL or a count may follow after a slash.
    let text = connection.connection_address.split('/').next().unwrap_or_default();
    let text = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    match text.parse::<IpAddr>() {
        // `::ffff:a.b.c.d` would slip past every check of IPv4 ranges.
        Ok(ip) => Address::Ip(ip.to_canonical()),
        Err(_) => Address::Unusable,
    }
}
