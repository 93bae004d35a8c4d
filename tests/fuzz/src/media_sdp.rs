//! Descriptions from the network: as an offer, as an answer, as a renegotiation, as a browser's.

use media::browser::Browser;
use media::sdp;

pub fn run(data: &[u8]) {
    let local = ([192, 0, 2, 1], 20_000).into();
    let _ = sdp::accept(data);
    // An offer without any medium is answered without one (RFC 3725 5): nothing is agreed.
    if let Ok((text, agreed @ Some(_))) = sdp::answer(data, local, None, 1, 1) {
        assert!(!sdp::is_browser(&text));
        // Our own answer is one that we would take.
        assert!(sdp::accept(&text).is_ok());
        let _ = sdp::answer(data, local, agreed.as_ref(), 1, 2);
        // And so is our next offer, with every medium in its place (RFC 3264 8).
        let again = sdp::offer_again(&text, 2);
        let media = |text: &[u8]| text.split(|octet| *octet == b'\n').filter(|line| line.starts_with(b"m=")).count();
        assert_eq!(media(&again), media(&text));
        let (_, anew) = sdp::answer(&again, local, agreed.as_ref(), 1, 1).expect("our offer can be answered");
        let chosen = |agreed: Option<sdp::Agreed>| agreed.map(|agreed| (agreed.codec, agreed.payload_type));
        assert_eq!(chosen(anew), chosen(agreed));
    }
    if sdp::is_browser(data) {
        let now = types::Moment::START;
        let (ufrag, password) = ("leg12345".to_owned(), "p".repeat(24));
        let _ = Browser::answering(now, data, local, ufrag, password);
    }
}
