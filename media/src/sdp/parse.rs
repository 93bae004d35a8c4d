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
    /// Its line keeps no grammar: it cannot be taken, and spoils nothing beside it.
    pub faulty: bool,
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
        let Cleaned { text, faulty } = clean(octets)?;
        let session = sdp_types::Session::parse(&text).map_err(|_| Rejection::syntax("malformed SDP"))?;
        let direction = direction(&session.attributes);
        let media = session
            .medias
            .into_iter()
            .zip(faulty)
            .map(|(media, faulty)| Medium { faulty, ..Medium::read(media, session.connection.as_ref(), direction) })
            .collect();
        Ok(Description { media, attributes: session.attributes })
    }

    /// Is nothing to flow? No medium is offered, or all are switched off.
    pub fn is_idle(&self) -> bool {
        self.media.iter().all(|medium| medium.port == 0 && !medium.faulty)
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

/// The lines we read, in the grammar, and of each `m=` line whether it had to be put there.
struct Cleaned {
    text: Vec<u8>,
    faulty: Vec<bool>,
}

/// Keeps the lines we read (`v= c= m= a=`), so that a Latin-1 name, a missing `s=`, an `o=` of a peer's own making or octets
/// behind the description cannot fail a call; counts them on the way. A description is judged part by part: one medium that
/// cannot be read is no reason to refuse another.
fn clean(octets: &[u8]) -> Result<Cleaned, Rejection> {
    if octets.len() > limit::OCTETS {
        return Err(Rejection::syntax("SDP too long"));
    }
    let mut kept = Vec::with_capacity(octets.len());
    let mut faulty = Vec::new();
    let (mut media, mut attributes) = (0usize, 0usize);
    for line in octets.split(|&octet| octet == b'\n') {
        // RFC 8866 5: a lone LF is to be accepted as the end of a line.
        let line = line.trim_ascii_end();
        let (Some(&key), Some(b'=')) = (line.first(), line.get(1)) else {
            continue;
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
        if key == b'a' && (std::str::from_utf8(line).is_err() || matches!(line.get(2), None | Some(b':'))) {
            continue;
        }
        if key == b'm' {
            let whole = medium_line(line, &mut kept);
            faulty.push(!whole);
            continue;
        }
        let words = || line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        if key == b'c' && (words().count() != 3 || std::str::from_utf8(line).is_err()) {
            // No address: what needs one is refused for that.
            kept.extend_from_slice(b"c=IN IP4 -\r\n");
            continue;
        }
        // Some phones write two spaces between the words of m= and c=.
        for (nth, word) in words().enumerate() {
            if nth > 0 {
                kept.push(b' ');
            }
            kept.extend_from_slice(word);
        }
        kept.extend_from_slice(b"\r\n");
    }
    Ok(Cleaned { text: kept, faulty })
}

/// An `m=` line with all its words. Without formats it is a medium switched off the short way (`m=video 0 RTP/AVP`), and
/// gets one that nobody knows. False: it is no such line, and something refusable is put in its place.
fn medium_line(line: &[u8], kept: &mut Vec<u8>) -> bool {
    let text = std::str::from_utf8(line.get(2..).unwrap_or_default()).unwrap_or_default();
    let mut words = text.split_ascii_whitespace();
    let name = words.next().filter(|name| !name.is_empty());
    let ports = words.next().and_then(|word| {
        let (port, count) = word.split_once('/').unwrap_or((word, "1"));
        Some((port.parse::<u16>().ok()?, count.parse::<u32>().ok()?))
    });
    let protocol = words.next();
    let formats = words.collect::<Vec<_>>().join(" ");
    let formats = if formats.is_empty() { UNKNOWN_FORMAT } else { &formats };
    let whole = name.is_some() && ports.is_some() && protocol.is_some();
    let (port, _) = ports.filter(|_| whole).unwrap_or_default();
    let (name, protocol) = (name.unwrap_or("unknown"), protocol.unwrap_or("RTP/AVP"));
    kept.extend_from_slice(format!("m={name} {port} {protocol} {formats}\r\n").as_bytes());
    whole
}

/// A payload type that is never mapped here.
const UNKNOWN_FORMAT: &str = "127";

impl Medium {
    fn read(media: sdp_types::Media, session: Option<&sdp_types::Connection>, default: Option<Direction>) -> Medium {
        let connection = media.connections.first().or(session);
        let number = |name| values(&media.attributes, name).next().and_then(|text| text.trim().parse().ok());
        Medium {
            audio: media.media.eq_ignore_ascii_case("audio"),
            faulty: false,
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

    /// DTLS-SRTP; RTP/SAVPF is how older browsers wrote it, and how phones write SDES (RFC 4568): a fingerprint tells.
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
        let is = |name| self.encodings(payload_type).any(|text| is_encoding(text, name));
        match payload_type {
            _ if is("PCMA") => Some(Law::A),
            _ if is("PCMU") => Some(Law::Mu),
            _ if self.encodings(payload_type).next().is_some() => None,
            8 => Some(Law::A),
            0 => Some(Law::Mu),
            _ => None,
        }
    }

    /// The first telephone-event whose clock is that of G.711 (RFC 4733 2.1: the clock is the audio's).
    pub fn telephone_event(&self) -> Option<u8> {
        self.payload_types().find(|&number| self.encodings(number).any(|text| is_encoding(text, "telephone-event")))
    }

    /// All numbers of telephone-event, whatever their clocks: bit n for the number n.
    pub fn events(&self) -> u128 {
        let is_event =
            |text: &str| text.split('/').next().is_some_and(|name| name.eq_ignore_ascii_case("telephone-event"));
        let numbers = self.payload_types().filter(|number| self.encodings(*number).any(is_event));
        numbers.fold(0, |all, number| all | 1 << number)
    }

    /// Packet time to send with: the wish, within what the peer's buffer and we allow, a multiple of 10 ms.
    pub fn ptime_ms(&self) -> u8 {
        let most = self.maxptime.filter(|&ms| ms > 0).unwrap_or(u32::from(limit::PTIME_MAX_MS));
        let wish = self.ptime.filter(|&ms| ms > 0).unwrap_or(u32::from(limit::PTIME_MS)).min(most);
        let bounded = wish.clamp(u32::from(limit::PTIME_MIN_MS), u32::from(limit::PTIME_MAX_MS));
        u8::try_from(bounded / 10 * 10).unwrap_or(limit::PTIME_MS)
    }

    /// What is mapped to a number; some phones map telephone-event of two clocks to one.
    fn encodings(&self, payload_type: u8) -> impl Iterator<Item = &str> {
        self.rtpmaps.iter().filter(move |(number, _)| *number == payload_type).map(|(_, text)| text.as_str())
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
