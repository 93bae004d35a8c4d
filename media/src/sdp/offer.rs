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

/// Reads the answer to [`offer`]. If the peer lists both codecs, its first is used.
///
/// # Errors
/// 400 for malformed SDP, 488 when the peer refused the audio or answered with what was not offered.
pub fn accept(answer: &[u8]) -> Result<Agreed, Rejection> {
    let description = Description::parse(answer)?;
    // RFC 3264 6: the nth m= line answers the nth of the offer; ours has one.
    match description.media.first() {
        Some(medium) if medium.audio => agree(medium, None),
        Some(_) => Err(Rejection::unacceptable("not an answer to audio")),
        None => Err(Rejection::unacceptable("no audio answered")),
    }
}
