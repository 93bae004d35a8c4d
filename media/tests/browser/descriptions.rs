//! The SDP of browser legs.

use super::world::*;
use media::browser::{Browser, ufrag_of};
use media::sdp::Direction;
use types::Moment;

/// As Chromium writes it, shortened.
const CHROMIUM: &str = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n\
    a=extmap-allow-mixed\r\na=msid-semantic: WMS stream\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n\
    a=candidate:1 1 udp 2113937151 8a7e4d8c-5b4d-4b8b-8d6e-0f5a0c6b7a11.local 51000 typ host generation 0\r\n\
    a=ice-ufrag:Abcd\r\na=ice-pwd:0123456789abcdefghijklmn\r\na=ice-options:trickle\r\n\
    a=fingerprint:sha-256 AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99\r\n\
    a=setup:actpass\r\na=mid:0\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=sendrecv\r\n\
    a=msid:stream track\r\na=rtcp-mux\r\na=rtcp-rsize\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10\r\n\
    a=rtpmap:63 red/48000/2\r\na=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n\
    a=rtpmap:13 CN/8000\r\na=rtpmap:110 telephone-event/48000\r\na=rtpmap:126 telephone-event/8000\r\n\
    a=ssrc:1234 cname:abc\r\n\
    m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\n";

fn ask(offer: &str) -> Result<(String, Browser), u16> {
    let (browser, answer) = Browser::answering(Moment::START, offer.as_bytes(), ours(), "leg1".into(), PASSWORD.into())
        .map_err(|why| why.code)?;
    Ok((String::from_utf8(answer.to_vec()).unwrap(), browser))
}

/// Numbers and secrets drawn inside differ from run to run.
fn masked(text: &str) -> String {
    let mask = |line: &str| match line.split_once([':', '=']) {
        Some(("o", _)) => "o=*".into(),
        Some(("a", rest)) => match rest.split_once(':') {
            Some((key @ ("fingerprint" | "msid" | "ssrc"), _)) => format!("a={key}:*"),
            _ => line.to_owned(),
        },
        _ => line.to_owned(),
    };
    text.lines().map(|line| mask(line) + "\n").collect()
}

#[test]
fn an_answer_to_chromium() {
    let (answer, browser) = ask(CHROMIUM).unwrap();
    expect_test::expect![[r#"
        v=0
        o=*
        s=-
        c=IN IP4 192.0.2.1
        t=0 0
        a=ice-lite
        a=group:BUNDLE 0
        m=audio 4000 UDP/TLS/RTP/SAVPF 8 126
        a=rtpmap:8 PCMA/8000
        a=rtpmap:126 telephone-event/8000
        a=fmtp:126 0-15
        a=ptime:20
        a=sendrecv
        a=rtcp-mux
        a=mid:0
        a=ice-ufrag:leg1
        a=ice-pwd:averysecretpasswordof32letters00
        a=candidate:1 1 udp 2130706431 192.0.2.1 4000 typ host
        a=end-of-candidates
        a=fingerprint:*
        a=setup:passive
        a=msid:*
        a=ssrc:*
        m=video 0 UDP/TLS/RTP/SAVPF 96
        a=mid:1
    "#]]
    .assert_eq(&masked(&answer));
    assert_eq!(browser.agreed(Moment::START).direction, Direction::SendRecv, "c=0.0.0.0 of a browser is no hold");
}

#[test]
fn a_later_offer_keeps_places_and_numbers() {
    let (answer, mut browser) = ask(CHROMIUM).unwrap();
    let again = browser.reoffer(Moment::START).unwrap();
    let again = String::from_utf8(again.to_vec()).unwrap();
    let lines = |text: &str| text.lines().skip(2).map(str::to_owned).collect::<Vec<_>>();
    let both = answer.replace("SAVPF 8 ", "SAVPF 8 0 ").replace("PCMA/8000", "PCMA/8000\r\na=rtpmap:0 PCMU/8000");
    assert_eq!(lines(&again), lines(&both.replace("passive", "actpass")));
    assert!(again.lines().nth(1).is_some_and(|line| line.contains(" 2 IN ")));
}

#[test]
fn an_offer() {
    let (_, offer) = Browser::offering(Moment::START, ours(), "leg1".into(), PASSWORD.into()).unwrap();
    expect_test::expect![[r#"
        v=0
        o=*
        s=-
        c=IN IP4 192.0.2.1
        t=0 0
        a=ice-lite
        a=group:BUNDLE 0
        m=audio 4000 UDP/TLS/RTP/SAVPF 8 0 101
        a=rtpmap:8 PCMA/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=ptime:20
        a=sendrecv
        a=rtcp-mux
        a=mid:0
        a=ice-ufrag:leg1
        a=ice-pwd:averysecretpasswordof32letters00
        a=candidate:1 1 udp 2130706431 192.0.2.1 4000 typ host
        a=end-of-candidates
        a=fingerprint:*
        a=setup:actpass
        a=msid:*
        a=ssrc:*
    "#]]
    .assert_eq(&masked(std::str::from_utf8(&offer).unwrap()));
}

#[test]
fn impossible_offers_are_refused() {
    for (name, offer, code) in [
        ("garbage", "x".to_owned(), 400),
        ("no G.711", CHROMIUM.replace(" 9 0 8 13", " 9 13"), 488),
        ("no ICE", CHROMIUM.replace("a=ice-pwd", "a=x"), 488),
        ("a guessable password", CHROMIUM.replace("0123456789abcdefghijklmn", "short"), 488),
        ("no fingerprint", CHROMIUM.replace("a=fingerprint", "a=x"), 488),
        ("a weak fingerprint", CHROMIUM.replace("sha-256", "sha-1"), 488),
        ("no rtcp-mux", CHROMIUM.replace("a=rtcp-mux\r\n", ""), 488),
        ("a phone", CHROMIUM.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"), 488),
        ("audio off", CHROMIUM.replace("m=audio 9", "m=audio 0"), 488),
        ("held connection", CHROMIUM.replace("a=setup:actpass", "a=setup:holdconn"), 488),
        ("we were to begin", CHROMIUM.replace("a=setup:actpass", "a=setup:passive"), 488),
        ("video only", CHROMIUM.replace("m=audio", "m=video"), 488),
    ] {
        assert_eq!(ask(&offer).map(|(answer, _)| answer), Err(code), "{name}");
    }
}

#[test]
fn session_level_credentials_are_inherited() {
    let lines = ["a=ice-ufrag:Abcd\r\n", "a=ice-pwd:0123456789abcdefghijklmn\r\n", "a=setup:actpass\r\n"];
    let mut offer = CHROMIUM.to_owned();
    for line in lines {
        offer = offer.replace(line, "").replace("a=extmap-allow-mixed\r\n", &format!("{line}a=extmap-allow-mixed\r\n"));
    }
    assert!(ask(&offer).is_ok());
}

#[test]
fn another_certificate_in_a_later_offer_is_refused() {
    let (_, mut browser) = ask(CHROMIUM).unwrap();
    let before = browser.agreed(Moment::START);
    let other = CHROMIUM.replace("AA:BB:CC", "00:BB:CC").replace("a=sendrecv", "a=inactive");
    assert_eq!(browser.reoffered(Moment::START, other.as_bytes()).map_err(|why| why.code), Err(488));
    assert_eq!(browser.agreed(Moment::START), before);
}

proptest::proptest! {
    #[test]
    fn mutations_never_panic(edits in proptest::collection::vec((0..CHROMIUM.len(), proptest::num::u8::ANY), 0..8)) {
        let mut offer = CHROMIUM.as_bytes().to_vec();
        for (at, octet) in edits { offer[at] = octet; }
        let now = Moment::START;
        if let Ok((mut browser, _)) = Browser::answering(now, &offer, ours(), "leg1".into(), PASSWORD.into()) {
            let _ = browser.reoffered(now, &offer);
            let _ = browser.accept(now, &offer);
        }
    }

    #[test]
    fn packets_never_panic(packet in proptest::collection::vec(proptest::num::u8::ANY, 0..200), first in 0u8..4) {
        let (_, mut browser) = ask(CHROMIUM).unwrap();
        browser.receive(Moment::START, theirs(), &packet);
        let mut stun = vec![0, first, 0, packet.len() as u8, 0x21, 0x12, 0xa4, 0x42];
        stun.extend([0; 12]);
        stun.extend(&packet);
        browser.receive(Moment::START, theirs(), &stun);
        let _ = ufrag_of(&stun);
        while browser.poll().is_some() {}
    }
}
