//! The answer to a peer's offer (RFC 3264 6).

use super::parse::{Address, Description, Medium, Profile};
use super::write::{Sound, Writer};
use super::{Agreed, Direction, Rejection};
use crate::Law;
use bytes::Bytes;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Answers `offer` with G.711 at `local`. On a renegotiation `previous` keeps its codec if that is still offered.
/// `session_id` stays for the leg's life, `version` is to grow by one whenever the text changes (RFC 3264 8).
///
/// Where no sound is to flow (no m= line, as 3PCC begins, RFC 3725 5; or port 0, the old way to hold), the answer says the
/// same, and what was agreed stays, inactive; `None`: there was nothing before.
///
/// # Errors
/// 400 for malformed SDP, 488 when no audio we can do is offered.
pub fn answer(
    offer: &[u8],
    local: SocketAddr,
    previous: Option<&Agreed>,
    session_id: u64,
    version: u64,
) -> Result<(Bytes, Option<Agreed>), Rejection> {
    let description = Description::parse(offer)?;
    let mut refusal = Rejection::unacceptable("no audio offered");
    let mut chosen = None;
    for (nth, medium) in description.media.iter().enumerate().filter(|(_, medium)| medium.audio) {
        match agree(medium, previous).and_then(|agreed| same_family(agreed, local)) {
            Ok(agreed) => {
                chosen = Some((nth, agreed));
                break;
            }
            Err(why) => refusal = why,
        }
    }
    let off = |medium: &Medium| medium.port == 0 && !medium.faulty;
    let held = previous.is_some() && description.media.iter().filter(|medium| medium.audio).all(off);
    if chosen.is_none() && (held || description.is_idle()) {
        let mut writer = Writer::new(local.ip(), session_id, version);
        description.media.iter().for_each(|medium| writer.refused(medium));
        return Ok((writer.done(), previous.map(|agreed| Agreed { direction: Direction::Inactive, ..*agreed })));
    }
    let (chosen, agreed) = chosen.ok_or(refusal)?;
    let mut writer = Writer::new(local.ip(), session_id, version);
    // RFC 3264 6: as many m= lines as offered, in the same order.
    for (nth, medium) in description.media.iter().enumerate() {
        if nth != chosen {
            writer.refused(medium);
            continue;
        }
        let sound = Sound {
            codecs: &[(agreed.payload_type, agreed.codec)],
            telephone_event: agreed.telephone_event,
            direction: agreed.direction,
            rtcp_mux: agreed.rtcp_mux,
        };
        // RFC 4585 4.1: the profile of the answer is that of the offer.
        writer.audio(local, &medium.protocol, &sound);
    }
    Ok((writer.done(), Some(agreed)))
}

/// What one audio section of the peer's comes to; the same for its offers and its answers.
pub(super) fn agree(medium: &Medium, previous: Option<&Agreed>) -> Result<Agreed, Rejection> {
    if medium.faulty {
        return Err(Rejection::syntax("malformed m= line"));
    }
    if medium.port == 0 {
        return Err(Rejection::unacceptable("audio refused"));
    }
    if medium.profile() != Profile::Plain {
        return Err(Rejection::unacceptable("only RTP/AVP is spoken here"));
    }
    let ip = usable(medium.address)?;
    let (payload_type, codec) = codec(medium, previous).ok_or(Rejection::unacceptable("no common codec"))?;
    let mut direction = medium.direction.reversed();
    // RFC 3264 8.4: 0.0.0.0 is the old way to hold; the peer may send, but hears nothing.
    if ip.is_unspecified() {
        direction = match direction {
            Direction::SendRecv => Direction::RecvOnly,
            Direction::SendOnly => Direction::Inactive,
            other => other,
        };
    }
    Ok(Agreed {
        remote: SocketAddr::new(ip, medium.port),
        codec,
        payload_type,
        telephone_event: medium.telephone_event(),
        events: medium.events(),
        direction,
        ptime_ms: medium.ptime_ms(),
        rtcp_mux: medium.rtcp_mux,
    })
}

/// RFC 3264 6.1: the offerer's order counts, but a codec in use is not changed by a hold.
fn codec(medium: &Medium, previous: Option<&Agreed>) -> Option<(u8, Law)> {
    let offered = || medium.payload_types().filter_map(|number| Some((number, medium.law(number)?)));
    let kept = previous.and_then(|agreed| offered().find(|(_, law)| *law == agreed.codec));
    kept.or_else(|| offered().next())
}

/// Addresses that would turn one packet into many are refused; private and loopback ones are where phones live.
fn usable(address: Address) -> Result<IpAddr, Rejection> {
    match address {
        Address::Missing => Err(Rejection::syntax("no c= line")),
        // Resolving a name would let a stranger's DNS hold up the call and choose the target later.
        Address::Unusable => Err(Rejection::unacceptable("c= is not an IP address")),
        Address::Ip(ip) if ip.is_multicast() => Err(Rejection::unacceptable("multicast address")),
        Address::Ip(ip) if ip == IpAddr::V4(Ipv4Addr::BROADCAST) => Err(Rejection::unacceptable("broadcast address")),
        Address::Ip(ip) => Ok(ip),
    }
}

/// Our socket speaks one family; an agreement on the other would be a silent call.
fn same_family(agreed: Agreed, local: SocketAddr) -> Result<Agreed, Rejection> {
    let remote = agreed.remote.ip();
    if remote.is_unspecified() || remote.is_ipv4() == local.ip().to_canonical().is_ipv4() {
        Ok(agreed)
    } else {
        Err(Rejection::unacceptable("other address family"))
    }
}
