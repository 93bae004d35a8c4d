//! Offer and answer: the deviations of real peers, refusals, and the laws of RFC 3264.

use media::Law;
use media::sdp::{Agreed, Direction, accept, answer, is_browser, limit, offer, offer_again};
use proptest::prelude::*;
use std::net::SocketAddr;

const PLAIN: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n\
    m=audio 5004 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\n";

fn local() -> SocketAddr {
    "198.51.100.1:40000".parse().unwrap()
}

fn agreed() -> Agreed {
    Agreed {
        remote: "192.0.2.7:5004".parse().unwrap(),
        codec: Law::Mu,
        payload_type: 0,
        telephone_event: Some(101),
        events: 1 << 101,
        direction: Direction::SendRecv,
        ptime_ms: 20,
        rtcp_mux: false,
    }
}

fn ask(offer: impl AsRef<[u8]>) -> Result<(String, Agreed), u16> {
    let (text, agreed) = answer(offer.as_ref(), local(), None, 7, 1).map_err(|why| why.code)?;
    Ok((String::from_utf8(text.to_vec()).unwrap(), agreed.expect("a medium that is on")))
}

#[test]
fn answers_with_one_codec_of_the_offer() {
    let (text, got) = ask(PLAIN).unwrap();
    assert_eq!(got, agreed());
    expect_test::expect![[r#"
        v=0
        o=- 7 1 IN IP4 198.51.100.1
        s=-
        c=IN IP4 198.51.100.1
        t=0 0
        m=audio 40000 RTP/AVP 0 101
        a=rtpmap:0 PCMU/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=ptime:20
        a=sendrecv
    "#]]
    .assert_eq(&text.replace("\r\n", "\n"));
}

#[test]
fn offers_both_laws() {
    let text = String::from_utf8(offer(local(), 7, 1).to_vec()).unwrap();
    expect_test::expect![[r#"
        v=0
        o=- 7 1 IN IP4 198.51.100.1
        s=-
        c=IN IP4 198.51.100.1
        t=0 0
        m=audio 40000 RTP/AVP 8 0 101
        a=rtpmap:8 PCMA/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=ptime:20
        a=sendrecv
        a=rtcp-mux
    "#]]
    .assert_eq(&text.replace("\r\n", "\n"));
}

/// What real peers write instead of RFC 8866: all of it means the same as `PLAIN`.
#[test]
fn deviations_are_understood() {
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("LF only", PLAIN.replace("\r\n", "\n").into()),
        ("no s=", PLAIN.replace("s=-\r\n", "").into()),
        ("no t=", PLAIN.replace("t=0 0\r\n", "").into()),
        ("no o=", PLAIN.replace("o=- 1 1 IN IP4 192.0.2.7\r\n", "").into()),
        ("o= with a name of two words", PLAIN.replace("o=-", "o=Fritz Box").into()),
        ("o= version too large", PLAIN.replace("o=- 1 1", "o=- 1 99999999999999999999999").into()),
        ("empty s=", PLAIN.replace("s=-", "s=").into()),
        ("b= before c=", PLAIN.replace("c=IN", "b=AS:64\r\nc=IN").into()),
        ("c= after t=", PLAIN.replace("c=IN IP4 192.0.2.7\r\nt=0 0\r\n", "t=0 0\r\nc=IN IP4 192.0.2.7\r\n").into()),
        ("c= of the medium only", {
            PLAIN.replace("c=IN IP4 192.0.2.7\r\n", "").replace("101\r\na", "101\r\nc=IN IP4 192.0.2.7\r\na").into()
        }),
        ("c= of the medium goes first", {
            PLAIN
                .replace("c=IN IP4 192.0.2.7", "c=IN IP4 192.0.2.99")
                .replace("101\r\na", "101\r\nc=IN IP4 192.0.2.7\r\na")
                .into()
        }),
        ("Latin-1 in s=", [&b"v=0\r\ns=B\xfcro\r\n"[..], &PLAIN.as_bytes()[5..]].concat()),
        ("Latin-1 attribute", [PLAIN.as_bytes(), b"a=label:B\xfcro\r\n"].concat()),
        ("unknown attributes", format!("{PLAIN}a=X-nat:3\r\na=silenceSupp:off - - - -\r\n").into()),
        ("unknown lines", PLAIN.replace("t=0 0", "y=1\r\nt=0 0").into()),
        ("two spaces", PLAIN.replace("audio 5004", "audio  5004").replace("IN IP4", "IN  IP4").into()),
        ("trailing spaces", PLAIN.replace("\r\n", " \r\n").into()),
        ("no last line end", PLAIN.trim_end().into()),
        ("empty last line", format!("{PLAIN}\r\n").into()),
        ("number of ports", PLAIN.replace("5004 ", "5004/2 ").into()),
        ("TTL on unicast", PLAIN.replace("192.0.2.7", "192.0.2.7/127").into()),
        ("mapped address", PLAIN.replace("IP4 192.0.2.7", "IP6 ::ffff:192.0.2.7").into()),
        ("lower case", PLAIN.replace("RTP/AVP", "rtp/avp").replace("telephone-event", "Telephone-Event").into()),
        ("channels", PLAIN.replace("telephone-event/8000", "telephone-event/8000/1").into()),
        ("octets behind it", [PLAIN.as_bytes(), b"\0\0\r\n--boundary--\r\n \r\n"].concat()),
        ("a nameless attribute", format!("{PLAIN}a=\r\na=:x\r\n").into()),
        ("an event of two clocks under one number", {
            PLAIN.replace("a=rtpmap:101", "a=rtpmap:101 telephone-event/16000\r\na=rtpmap:101").into()
        }),
        ("static types mapped", format!("{PLAIN}a=rtpmap:0 pcmu/8000\r\na=rtpmap:8 PCMA/8000/1\r\n").into()),
    ];
    for (name, text) in cases {
        match ask(&text) {
            Ok((_, got)) => assert_eq!(got, agreed(), "{name}"),
            Err(code) => panic!("{name}: {code}"),
        }
    }
}

#[test]
fn impossible_offers_are_refused() {
    let many = |line: &str, times: usize| format!("{PLAIN}{}", line.repeat(times));
    let cases: Vec<(&str, String, u16)> = vec![
        ("empty", String::new(), 400),
        ("not SDP", "hello".into(), 400),
        ("no v=", PLAIN.replace("v=0\r\n", ""), 400),
        ("version 1", PLAIN.replace("v=0", "v=1"), 400),
        ("no c=", PLAIN.replace("c=IN IP4 192.0.2.7\r\n", ""), 400),
        ("port of letters", PLAIN.replace("5004", "abcd"), 400),
        ("port too large", PLAIN.replace("5004", "70000"), 400),
        ("too long", many(&format!("a=x:{}\r\n", "x".repeat(1000)), 70), 400),
        ("too many media", many("m=audio 6000 RTP/AVP 0\r\n", limit::MEDIA), 400),
        ("too many attributes", many("a=x\r\n", limit::ATTRIBUTES), 400),
        ("no port", PLAIN.replace("m=audio 5004 RTP/AVP 0 8 101", "m=audio"), 400),
        ("no formats", PLAIN.replace("RTP/AVP 0 8 101", "RTP/AVP"), 488),
        ("c= of one word", PLAIN.replace("c=IN IP4 192.0.2.7", "c=192.0.2.7"), 488),
        ("video only", PLAIN.replace("m=audio", "m=video"), 488),
        ("no common codec", PLAIN.replace("RTP/AVP 0 8 101", "RTP/AVP 9 18 101"), 488),
        ("0 is something else", format!("{}a=rtpmap:0 L16/8000\r\n", PLAIN.replace(" 0 8 ", " 0 ")), 488),
        ("other clock", format!("{}a=rtpmap:96 PCMA/16000\r\n", PLAIN.replace(" 0 8 ", " 96 ")), 488),
        ("audio switched off beside video", PLAIN.replace("5004", "0") + "m=video 6000 RTP/AVP 96\r\n", 488),
        ("SDES-SRTP", PLAIN.replace("RTP/AVP", "RTP/SAVP"), 488),
        ("a browser", PLAIN.replace("RTP/AVP", "UDP/TLS/RTP/SAVPF"), 488),
        ("fax", PLAIN.replace("audio 5004 RTP/AVP 0 8 101", "image 5004 udptl t38"), 488),
        ("a name", PLAIN.replace("IP4 192.0.2.7", "IP4 pbx.example.org"), 488),
        ("multicast", PLAIN.replace("c=IN IP4 192.0.2.7", "c=IN IP4 224.2.1.1/127"), 488),
        ("multicast 6", PLAIN.replace("c=IN IP4 192.0.2.7", "c=IN IP6 ff15::101"), 488),
        ("broadcast", PLAIN.replace("c=IN IP4 192.0.2.7", "c=IN IP4 255.255.255.255"), 488),
        ("other family", PLAIN.replace("c=IN IP4 192.0.2.7", "c=IN IP6 2001:db8::1"), 488),
    ];
    for (name, text, code) in cases {
        assert_eq!(ask(&text).map(|(text, _)| text), Err(code), "{name}");
    }
}

#[test]
fn one_faulty_medium_spoils_no_other() {
    for (line, answered) in [
        ("m=video 0 RTP/AVP", "m=video 0 RTP/AVP 127"),
        ("m=image 0 udptl", "m=image 0 udptl 127"),
        ("m=audio 0 RTP/AVP", "m=audio 0 RTP/AVP 127"),
        ("m=video 99999 RTP/AVP 96", "m=video 0 RTP/AVP 96"),
        ("m=video x RTP/AVP 96\r\nc=IN", "m=video 0 RTP/AVP 96"),
        ("m=video 6000 RTP/AVP 96\r\nc=IN IP9 ? ? ?\r\na=", "m=video 0 RTP/AVP 96"),
        ("m=video", "m=video 0 RTP/AVP 127"),
        ("m=", "m=unknown 0 RTP/AVP 127"),
    ] {
        for (name, text) in [
            ("behind", format!("{PLAIN}{line}\r\n")),
            ("before", PLAIN.replace("m=audio", &format!("{line}\r\nm=audio"))),
        ] {
            let (text, got) = ask(&text).unwrap_or_else(|code| panic!("{line} {name}: {code}"));
            assert_eq!(got, agreed(), "{line} {name}");
            assert!(text.contains(&format!("{answered}\r\n")), "{line} {name}: {text}");
        }
    }
}

#[test]
fn where_nothing_is_to_flow_the_answer_says_so() {
    let none = PLAIN.split("m=").next().unwrap();
    let (text, got) = answer(none.as_bytes(), local(), None, 7, 1).unwrap();
    assert_eq!((got, text.windows(2).any(|at| at == b"m=")), (None, false), "RFC 3725 5");
    let off = PLAIN.replace("5004", "0");
    let (text, got) = answer(off.as_bytes(), local(), None, 7, 1).unwrap();
    assert!(got.is_none() && text.windows(22).any(|at| at == b"m=audio 0 RTP/AVP 0 8 "));
    let previous = agreed();
    for (name, text) in [
        ("hold", off.clone()),
        ("no medium", none.to_owned()),
        ("beside video", format!("{off}m=video 6000 RTP/AVP 96\r\n")),
    ] {
        let (_, got) = answer(text.as_bytes(), local(), Some(&previous), 7, 2).unwrap();
        assert_eq!(got, Some(Agreed { direction: Direction::Inactive, ..previous }), "{name}");
    }
}

#[test]
fn of_alternatives_the_plain_one_is_taken() {
    const DTLS: &str = "m=audio 6000 UDP/TLS/RTP/SAVPF 8\r\na=setup:actpass\r\na=fingerprint:sha-256 AB:CD\r\n";
    const SDES: &str = "m=audio 6000 RTP/SAVPF 8\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNf\r\n";
    for other in [DTLS, SDES, &SDES.replace("SAVPF", "SAVP")] {
        for text in [format!("{PLAIN}{other}"), PLAIN.replace("m=audio", &format!("{other}m=audio"))] {
            assert!(!is_browser(text.as_bytes()), "{text}");
            assert_eq!(ask(&text).map(|(_, agreed)| agreed), Ok(agreed()), "{text}");
        }
        let alone = PLAIN.split("m=").next().unwrap().to_owned() + other;
        assert_eq!(is_browser(alone.as_bytes()), other == DTLS, "{alone}");
        assert_eq!(ask(&alone).map(|(_, agreed)| agreed), Err(488));
    }
}

#[test]
fn hold_in_all_its_forms() {
    let cases = [
        ("a=sendonly", "", Direction::RecvOnly),
        ("a=recvonly", "", Direction::SendOnly),
        ("a=inactive", "", Direction::Inactive),
        ("a=sendrecv", "", Direction::SendRecv),
        ("a=sendrecv", "0.0.0.0", Direction::RecvOnly),
        ("a=recvonly", "0.0.0.0", Direction::Inactive),
        ("a=sendonly", "0.0.0.0", Direction::RecvOnly),
    ];
    for (line, address, direction) in cases {
        let mut text = format!("{PLAIN}{line}\r\n");
        if !address.is_empty() {
            text = text.replace("c=IN IP4 192.0.2.7", &format!("c=IN IP4 {address}"));
        }
        let (answered, got) = ask(&text).unwrap();
        assert_eq!(got.direction, direction, "{line} {address}");
        assert!(answered.contains(&format!("a={}\r\n", direction.name())), "{line} {address}");
        assert_eq!(got.held(), matches!(direction, Direction::RecvOnly | Direction::Inactive), "{line} {address}");
    }
    let session = PLAIN.replace("t=0 0", "t=0 0\r\na=sendonly");
    assert_eq!(ask(&session).unwrap().1.direction, Direction::RecvOnly, "for the whole session");
    let overruled = format!("{session}a=sendrecv\r\n");
    assert_eq!(ask(&overruled).unwrap().1.direction, Direction::SendRecv, "the medium's own goes first");
}

#[test]
fn every_medium_is_answered_in_its_place() {
    let text = PLAIN.replace(
        "m=audio 5004",
        "m=video 6000 RTP/AVP 96 97\r\na=rtpmap:96 VP8/90000\r\nm=audio 6002 RTP/SAVP 8\r\nm=audio 5004",
    ) + "m=audio 6004 RTP/AVP 8\r\nm=application 9 UDP/BFCP *\r\n";
    let (answered, got) = ask(&text).unwrap();
    assert_eq!(got, agreed());
    let lines: Vec<&str> = answered.lines().filter(|line| line.starts_with("m=")).collect();
    assert_eq!(
        lines,
        [
            "m=video 0 RTP/AVP 96 97",
            "m=audio 0 RTP/SAVP 8",
            "m=audio 40000 RTP/AVP 0 101",
            "m=audio 0 RTP/AVP 8",
            "m=application 0 UDP/BFCP *"
        ]
    );
}

#[test]
fn feedback_profile_and_mux_are_mirrored() {
    let (text, got) = ask(PLAIN.replace("RTP/AVP", "RTP/AVPF") + "a=rtcp-mux\r\n").unwrap();
    assert!(text.contains("m=audio 40000 RTP/AVPF 0 101\r\n") && text.contains("a=rtcp-mux\r\n"));
    assert!(got.rtcp_mux);
    assert!(!ask(PLAIN).unwrap().0.contains("rtcp-mux"));
}

#[test]
fn dynamic_numbers_are_kept() {
    let text = PLAIN.replace("0 8 101", "97 8 96").replace("rtpmap:101", "rtpmap:96") + "a=rtpmap:97 PCMA/8000\r\n";
    let (answered, got) = ask(text).unwrap();
    assert_eq!((got.codec, got.payload_type, got.telephone_event), (Law::A, 97, Some(96)));
    assert!(answered.contains("a=rtpmap:97 PCMA/8000\r\na=rtpmap:96 telephone-event/8000\r\n"));
}

#[test]
fn telephone_event_of_another_clock_is_not_taken() {
    let only = PLAIN.replace("telephone-event/8000", "telephone-event/48000");
    let heard = |text: String| ask(text).map(|(_, agreed)| (agreed.telephone_event, agreed.events)).unwrap();
    assert_eq!(heard(only), (None, 1 << 101), "and is understood all the same");
    let both = PLAIN.replace("8 101", "8 100 101").replace("a=ptime", "a=rtpmap:100 telephone-event/48000\r\na=ptime");
    assert_eq!(heard(both), (Some(101), 1 << 101 | 1 << 100));
}

#[test]
fn packet_time_is_bounded() {
    for (lines, want) in [
        ("", 20),
        ("a=ptime:30", 30),
        ("a=ptime:5", 10),
        ("a=ptime:0", 20),
        ("a=ptime:25", 20),
        ("a=ptime:4000000000", 60),
        ("a=ptime:x", 20),
        ("a=ptime:60\r\na=maxptime:40", 40),
        ("a=maxptime:10", 10),
    ] {
        let text = PLAIN.replace("a=ptime:20", lines);
        assert_eq!(ask(&text).unwrap().1.ptime_ms, want, "{lines}");
    }
}

#[test]
fn a_renegotiation_keeps_the_codec_in_use() {
    let previous = Agreed { codec: Law::A, payload_type: 8, ..agreed() };
    let codec = |text: &str| {
        let (_, got) = answer(text.as_bytes(), local(), Some(&previous), 7, 2).unwrap();
        got.map(|got| (got.codec, got.payload_type))
    };
    assert_eq!(codec(PLAIN), Some((Law::A, 8)));
    assert_eq!(codec(&PLAIN.replace("0 8 101", "0 101")), Some((Law::Mu, 0)));
}

#[test]
fn speaks_ipv6() {
    let local: SocketAddr = "[2001:db8::9]:40000".parse().unwrap();
    let text = PLAIN.replace("IP4 192.0.2.7", "IP6 2001:db8::7");
    let (answered, got) = answer(text.as_bytes(), local, None, 7, 1).unwrap();
    assert_eq!(got.map(|got| got.remote), "[2001:db8::7]:5004".parse().ok());
    let answered = String::from_utf8(answered.to_vec()).unwrap();
    assert!(answered.contains("o=- 7 1 IN IP6 2001:db8::9\r\n") && answered.contains("c=IN IP6 2001:db8::9\r\n"));
    let held = text.replace("c=IN IP6 2001:db8::7", "c=IN IP6 ::");
    assert!(answer(held.as_bytes(), local, None, 7, 1).unwrap().1.is_some_and(|agreed| agreed.held()));
}

#[test]
fn offer_and_answer_meet() {
    let peer: SocketAddr = "192.0.2.7:5004".parse().unwrap();
    let (answered, theirs) = answer(&offer(local(), 1, 1), peer, None, 2, 1).unwrap();
    let theirs = theirs.unwrap();
    let ours = accept(&answered).unwrap();
    assert_eq!((theirs.remote, ours.remote), (local(), peer));
    assert_eq!((theirs.codec, theirs.payload_type), (Law::A, 8));
    assert_eq!(Agreed { remote: peer, ..theirs }, ours);
}

#[test]
fn a_later_offer_keeps_places_and_numbers() {
    let text = PLAIN.replace("m=audio", "m=video 6000 RTP/AVP 96\r\nm=audio").replace("101", "97") + "a=sendonly\r\n";
    let (answered, got) = ask(&text).unwrap();
    assert!(got.held());
    let again = offer_again(answered.as_bytes(), 2);
    expect_test::expect![[r#"
        v=0
        o=- 7 2 IN IP4 198.51.100.1
        s=-
        c=IN IP4 198.51.100.1
        t=0 0
        m=video 0 RTP/AVP 96
        m=audio 40000 RTP/AVP 0 8 97
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:97 telephone-event/8000
        a=fmtp:97 0-15
        a=ptime:20
        a=sendrecv
    "#]]
    .assert_eq(&String::from_utf8(again.to_vec()).unwrap().replace("\r\n", "\n"));
    assert_eq!(accept(text.replace("6000", "0").as_bytes()).map(|agreed| agreed.remote.port()), Ok(5004));
    // With both laws and both ways in it already, only the version grows.
    let third = String::from_utf8(offer_again(&again, 3).to_vec()).unwrap();
    assert_eq!(third.as_bytes(), String::from_utf8(again.to_vec()).unwrap().replace("- 7 2", "- 7 3").as_bytes());
}

#[test]
fn a_later_offer_takes_no_number_for_another_codec() {
    for event in [8, 96] {
        let text = PLAIN.replace("0 8 101", &format!("97 {event}")).replace("rtpmap:101", &format!("rtpmap:{event}"));
        let (answered, _) = ask(text + "a=rtpmap:97 PCMA/8000\r\n").unwrap();
        let again = String::from_utf8(offer_again(answered.as_bytes(), 2).to_vec()).unwrap();
        assert!(again.contains(&format!("RTP/AVP 97 0 {event}\r\n")), "{again}");
        assert_eq!(again.matches("rtpmap:").count(), 3, "{again}");
        let (answered, _) = answer(again.as_bytes(), "192.0.2.7:5004".parse().unwrap(), None, 2, 1).unwrap();
        let got = accept(&answered).map(|agreed| (agreed.payload_type, agreed.telephone_event));
        assert_eq!(got, Ok((97, Some(event))));
    }
}

#[test]
fn answers_are_judged() {
    let ok = PLAIN.replace("0 8 101", "8 0");
    assert_eq!(accept(ok.as_bytes()).map(|agreed| (agreed.codec, agreed.telephone_event)), Ok((Law::A, None)));
    for (name, text, code) in [
        ("refused", PLAIN.replace("5004", "0"), 488),
        ("video", PLAIN.replace("m=audio", "m=video"), 488),
        ("nothing", PLAIN.split("m=").next().unwrap().into(), 488),
        ("garbage", "\0\0".into(), 400),
        ("codec not offered", PLAIN.replace("0 8 101", "18"), 488),
    ] {
        assert_eq!(accept(text.as_bytes()).map_err(|why| why.code), Err(code), "{name}");
    }
    let held = format!("{PLAIN}a=recvonly\r\n");
    assert_eq!(accept(held.as_bytes()).map(|agreed| agreed.direction), Ok(Direction::SendOnly));
}

#[test]
fn browsers_are_told_from_phones() {
    assert!(is_browser(PLAIN.replace("RTP/AVP", "UDP/TLS/RTP/SAVPF").as_bytes()));
    assert!(!is_browser(PLAIN.as_bytes()));
    assert!(!is_browser(PLAIN.replace("RTP/AVP", "RTP/SAVP").as_bytes()));
    assert!(!is_browser(b"m=audio 9 UDP/TLS/RTP/SAVPF 8"), "unreadable");
    let off = format!("{PLAIN}m=audio 0 UDP/TLS/RTP/SAVPF 8\r\n");
    assert!(!is_browser(off.as_bytes()), "a phone whose session once had an encrypted medium");
    assert!(ask(&off).is_ok_and(|(text, _)| text.contains("m=audio 0 UDP/TLS/RTP/SAVPF 8\r\n")));
}

proptest! {
    /// Broken descriptions are refused or answered in full, never a panic; what we write, we can read.
    #[test]
    fn mutations_never_panic(
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..3),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        doubled in any::<bool>(),
    ) {
        let mut text = PLAIN.as_bytes().to_vec();
        if doubled { text.extend_from_slice(&PLAIN.as_bytes()[PLAIN.find("m=").unwrap()..]); }
        for (from, to) in cuts {
            if text.is_empty() { break; }
            let (a, b) = (from.index(text.len()), to.index(text.len()));
            text.drain(a.min(b)..a.max(b).min(a.min(b) + 20));
        }
        for (place, octet) in edits {
            if text.is_empty() { break; }
            let place = place.index(text.len());
            text[place] = octet;
        }
        is_browser(&text);
        let _ = accept(&text);
        if let Ok((answered, agreed)) = answer(&text, local(), None, 1, 1) {
            let lines = |text: &[u8]| text.split(|&o| o == b'\n').filter(|line| line.starts_with(b"m=")).count();
            prop_assert_eq!(lines(&answered), lines(&text));
            let single = lines(&text) == 1;
            if let Some(agreed) = agreed {
                prop_assert!(agreed.payload_type < 128 && agreed.ptime_ms >= 10 && agreed.remote.port() > 0);
                if single { prop_assert!(accept(&answered).is_ok()); }
            }
        }
    }

    #[test]
    fn noise_never_panics(octets in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = answer(&octets, local(), None, 1, 1);
    }
}
