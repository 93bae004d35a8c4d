//! Descriptions of browser legs (RFC 8829, RFC 8839, RFC 8842): one audio over ICE, DTLS-SRTP and G.711.
//!
//! The browser's candidates are not read: a lite agent never probes, so it has no use for addresses, least of all
//! for the `.local` names behind which browsers hide theirs (RFC 8828).

use super::dtls::Role;
use super::ice::Credentials;
use super::limit;
use crate::Law;
use crate::sdp::{Agreed, Description, Direction, Medium, Rejection, Sound, Writer};
use bytes::Bytes;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Highest of a host candidate on one interface (RFC 8445 5.1.2.1: type 126, local 65535, component 1).
const PRIORITY: u32 = (126 << 24) + (65535 << 8) + 255;

/// What the browser said.
pub(super) struct Peer {
    pub credentials: Credentials,
    /// SHA-256, lower case.
    pub fingerprint: String,
    /// Our role.
    pub role: Role,
    pub sources: Vec<u32>,
    /// `remote` is unspecified: ICE finds it.
    pub agreed: Agreed,
    /// Which `m=` section it is.
    nth: usize,
}

/// What stays the same in all descriptions of one leg.
pub(super) struct Ours<'a> {
    pub local: SocketAddr,
    pub session_id: u64,
    pub version: u64,
    pub ufrag: &'a str,
    pub password: &'a str,
    pub fingerprint: &'a str,
    pub ssrc: u32,
    pub cname: &'a str,
}

/// Reads an offer. `previous` keeps its codec if that is still offered; otherwise A-law goes first.
///
/// # Errors
/// 400 for malformed SDP, 488 if there is no audio we can do, or if we were to begin DTLS.
pub(super) fn read_offer(description: &Description, previous: Option<&Agreed>) -> Result<Peer, Rejection> {
    let mut refusal = Rejection::unacceptable("no audio offered");
    for (nth, medium) in description.media.iter().enumerate().filter(|(_, medium)| medium.audio) {
        let agreed = codec_of_offer(medium, previous).and_then(|codec| agree(medium, codec));
        match agreed.and_then(|agreed| peer(description, medium, nth, agreed)) {
            // We never begin DTLS with an address that only a caller named: browsers offer actpass (RFC 8842 5.2).
            Ok(peer) if previous.is_none() && peer.role == Role::Client => {
                refusal = Rejection::unacceptable("offer with setup:passive");
            }
            Ok(peer) => return Ok(peer),
            Err(why) => refusal = why,
        }
    }
    Err(refusal)
}

/// Reads the answer to our offer; of the codecs in it the first is used.
///
/// # Errors
/// As [`read_offer`].
pub(super) fn read_answer(description: &Description) -> Result<Peer, Rejection> {
    // Only one of the m= lines we offer is alive (RFC 3264 6: what was offered with port 0 stays so).
    let (nth, medium) = description
        .media
        .iter()
        .enumerate()
        .find(|(_, medium)| medium.audio && medium.port != 0)
        .ok_or(Rejection::unacceptable("no audio answered"))?;
    let codec = laws(medium).next().ok_or(Rejection::unacceptable("no common codec"))?;
    peer(description, medium, nth, agree(medium, codec)?)
}

/// Our answer to `description`, in which `peer` was found.
pub(super) fn answer(description: &Description, peer: &Peer, ours: &Ours<'_>) -> Bytes {
    let mut writer = Writer::new(ours.local.ip(), ours.session_id, ours.version);
    writer.line(format_args!("a=ice-lite"));
    let mid = |medium: &Medium| medium.values("mid").next().map(str::to_owned);
    let chosen = description.media.get(peer.nth);
    if let Some(mid) = chosen.and_then(mid).filter(|mid| is_bundled(description, mid)) {
        // RFC 9143 7.3: only what we take stays in the bundle.
        writer.line(format_args!("a=group:BUNDLE {mid}"));
    }
    for (nth, medium) in description.media.iter().enumerate() {
        if nth == peer.nth {
            let sound = Sound {
                codecs: &[(peer.agreed.payload_type, peer.agreed.codec)],
                telephone_event: peer.agreed.telephone_event,
                direction: peer.agreed.direction,
                rtcp_mux: true,
            };
            writer.audio(ours.local, &medium.protocol, &sound);
        } else {
            writer.refused(medium);
        }
        if let Some(mid) = mid(medium) {
            writer.line(format_args!("a=mid:{mid}"));
        }
        if nth == peer.nth {
            let setup = if peer.role == Role::Server { "passive" } else { "active" };
            transport(&mut writer, ours, setup);
        }
    }
    writer.done()
}

/// Our first offer; later ones repeat what was said last. RFC 8842 5.2: an offer leaves the DTLS role open.
pub(super) fn offer(ours: &Ours<'_>) -> Bytes {
    let mut writer = Writer::new(ours.local.ip(), ours.session_id, ours.version);
    writer.line(format_args!("a=ice-lite"));
    writer.line(format_args!("a=group:BUNDLE 0"));
    let sound = Sound {
        codecs: &[(8, Law::A), (0, Law::Mu)],
        telephone_event: Some(crate::sdp::limit::TELEPHONE_EVENT),
        direction: Direction::SendRecv,
        rtcp_mux: true,
    };
    writer.audio(ours.local, "UDP/TLS/RTP/SAVPF", &sound);
    writer.line(format_args!("a=mid:0"));
    transport(&mut writer, ours, "actpass");
    writer.done()
}

fn transport(writer: &mut Writer, ours: &Ours<'_>, setup: &str) {
    let (ip, port) = (ours.local.ip(), ours.local.port());
    writer.line(format_args!("a=ice-ufrag:{}", ours.ufrag));
    writer.line(format_args!("a=ice-pwd:{}", ours.password));
    writer.line(format_args!("a=candidate:1 1 udp {PRIORITY} {ip} {port} typ host"));
    writer.line(format_args!("a=end-of-candidates"));
    writer.line(format_args!("a=fingerprint:sha-256 {}", ours.fingerprint));
    writer.line(format_args!("a=setup:{setup}"));
    // Without a stream's name, some browsers' programs get a track that belongs to none.
    writer.line(format_args!("a=msid:{} audio", ours.cname));
    writer.line(format_args!("a=ssrc:{} cname:{}", ours.ssrc, ours.cname));
}

fn peer(description: &Description, medium: &Medium, nth: usize, agreed: Agreed) -> Result<Peer, Rejection> {
    let first = |name| description.inherited(medium, name).next().map(str::trim);
    let missing = Rejection::unacceptable("no ICE");
    let ufrag = first("ice-ufrag").filter(|text| limit::UFRAG.contains(&text.len())).ok_or(missing)?;
    let password = first("ice-pwd").filter(|text| limit::PASSWORD.contains(&text.len())).ok_or(missing)?;
    let fingerprint = description
        .inherited(medium, "fingerprint")
        .filter_map(|text| text.trim().split_once(' '))
        .find(|(hash, _)| hash.eq_ignore_ascii_case("sha-256"))
        .map(|(_, octets)| octets.trim().to_ascii_lowercase())
        .ok_or(Rejection::unacceptable("no SHA-256 fingerprint"))?;
    // RFC 4145 4: an offer without the attribute is active.
    let role = match first("setup").unwrap_or("active") {
        "active" | "actpass" => Role::Server,
        "passive" => Role::Client,
        _ => return Err(Rejection::unacceptable("no DTLS role left")),
    };
    let mut sources = Vec::new();
    for ssrc in medium.values("ssrc").filter_map(|text| text.split(' ').next()?.parse().ok()) {
        if !sources.contains(&ssrc) && sources.len() < limit::SOURCES {
            sources.push(ssrc);
        }
    }
    let credentials = Credentials { ufrag: ufrag.to_owned(), password: password.to_owned() };
    Ok(Peer { credentials, fingerprint, role, sources, agreed, nth })
}

fn agree(medium: &Medium, (payload_type, codec): (u8, Law)) -> Result<Agreed, Rejection> {
    if medium.port == 0 {
        return Err(Rejection::unacceptable("audio refused"));
    }
    if !medium.is_dtls() {
        return Err(Rejection::unacceptable("not DTLS-SRTP"));
    }
    // RFC 8834 4.5 lets us insist; a second port would need a second ICE component.
    if !medium.rtcp_mux {
        return Err(Rejection::unacceptable("no rtcp-mux"));
    }
    Ok(Agreed {
        // The c= line of a browser is a placeholder (RFC 8839 4.2.1.2).
        remote: SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 9),
        codec,
        payload_type,
        telephone_event: medium.telephone_event(),
        events: medium.events(),
        direction: medium.direction.reversed(),
        ptime_ms: medium.ptime_ms(),
        rtcp_mux: true,
    })
}

fn codec_of_offer(medium: &Medium, previous: Option<&Agreed>) -> Result<(u8, Law), Rejection> {
    let kept = previous.and_then(|agreed| laws(medium).find(|(_, law)| *law == agreed.codec));
    kept.or_else(|| laws(medium).find(|(_, law)| *law == Law::A))
        .or_else(|| laws(medium).next())
        .ok_or(Rejection::unacceptable("no common codec"))
}

fn laws(medium: &Medium) -> impl Iterator<Item = (u8, Law)> + '_ {
    medium.payload_types().filter_map(|number| Some((number, medium.law(number)?)))
}

fn is_bundled(description: &Description, mid: &str) -> bool {
    description
        .values("group")
        .filter_map(|group| group.strip_prefix("BUNDLE "))
        .any(|mids| mids.split(' ').any(|member| member == mid))
}
