//! The shared port of browsers: STUN, DTLS and SRTP told apart, from known and unknown addresses, with and without the
//! leg's secret. Nothing panics, nobody without the secret is answered or learnt, and no packet ends the call.

use media::browser::{Browser, BrowserOut, limit, ufrag_of};
use rtc::crypto::{HmacAlgorithm, RTCCryptoProvider};
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use types::Moment;

const PASSWORD: &str = "averysecretpasswordof32letters00";
const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 8 0 126\r\n\
    c=IN IP4 0.0.0.0\r\na=rtpmap:126 telephone-event/8000\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n\
    a=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\
    \r\na=setup:actpass\r\na=rtcp-mux\r\na=ssrc:1234 cname:x\r\n";

fn provider() -> &'static Arc<dyn RTCCryptoProvider> {
    static PROVIDER: OnceLock<Arc<dyn RTCCryptoProvider>> = OnceLock::new();
    PROVIDER.get_or_init(|| rtc::crypto::default_provider().expect("a provider"))
}

/// A binding request with these attributes before an integrity that is right.
fn signed(attributes: &[u8]) -> Vec<u8> {
    let name = b"leg1:abcd\0\0\0";
    let mut message = vec![0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42];
    message.extend([7; 12]);
    message.extend([0, 6, 0, 9]);
    message.extend(name);
    message.extend(attributes);
    message.resize(message.len().next_multiple_of(4), 0);
    let length = (message.len() + 24 - 20) as u16;
    message[2..4].copy_from_slice(&length.to_be_bytes());
    let mut tag = [0; 20];
    let mac = provider().crypto().new_hmac(HmacAlgorithm::Sha1, PASSWORD.as_bytes());
    mac.and_then(|mut mac| mac.sign(&[&message], &mut tag)).expect("a signature");
    message.extend([0, 8, 0, 20]);
    message.extend(tag);
    message
}

pub fn run(data: &[u8]) {
    let _ = ufrag_of(data);
    let start = Moment::START;
    let mut now = start;
    let (local, known): (SocketAddr, SocketAddr) = (([192, 0, 2, 1], 4000).into(), ([198, 51, 100, 9], 50_000).into());
    let stranger: SocketAddr = ([203, 0, 113, 66], 666).into();
    let (mut browser, _) =
        Browser::answering(now, OFFER.as_bytes(), local, "leg1".into(), PASSWORD.into()).expect("an offer");
    let mut rest = data;
    // Each packet: who and what (4 bits), how much later (4 bits, of 50 ms), length, octets.
    for _ in 0..64 {
        let [first, length, more @ ..] = rest else { break };
        let (octets, after) = more.split_at(usize::from(*length).min(more.len()));
        rest = after;
        now += Duration::from_millis(50 * u64::from(first >> 4));
        let from = if first & 1 == 0 { known } else { stranger };
        match first & 0x0E {
            // Only the browser knows the password.
            0 => browser.receive(now, known, &signed(octets)),
            2 => browser.receive(now, from, &[&[22, 254, 253], octets].concat()),
            4 => browser.receive(now, from, &[&[0x80, 8], octets].concat()),
            6 => browser.receive(now, from, &[&[0x80, 200], octets].concat()),
            8 => drop(browser.reoffered(now, &[OFFER.as_bytes(), octets].concat())),
            _ => browser.receive(now, from, octets),
        }
        browser.tick(now);
        while let Some(out) = browser.poll() {
            match out {
                BrowserOut::Transmit { to, .. } => assert_eq!(to, known, "a stranger is answered"),
                BrowserOut::Failed => assert!(now >= start + limit::SETUP, "a packet ended a call"),
                other => panic!("nobody has the keys: {other:?}"),
            }
        }
        assert!(!browser.knows(now, stranger));
    }
}
