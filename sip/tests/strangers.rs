//! What peers of different standing may cost: strangers no state, guests their share, and a dialog is its peer's alone.

mod net;

use bytes::Bytes;
use net::{address, config, sdp, start};
use sip::header::Name;
use sip::{Event, Flow, Input, Message, Output, Peer, SessionId, Stack, Start, Transport};
use std::net::SocketAddr;
use std::time::Duration;
use types::Moment;

const TRUNK: &str = "198.51.100.7:5060";
/// The same carrier's other host.
const OTHER: &str = "198.51.100.8:5060";
const STRANGER: &str = "203.0.113.66:5060";

/// A server: it knows one carrier.
fn server(transactions_max: usize, sessions_max: usize) -> Stack {
    let config = sip::Config { unknown: Peer::Stranger, transactions_max, sessions_max, ..config(1) };
    let mut stack = Stack::new(start(), config, [9; 32]);
    stack.trunks([TRUNK, OTHER].map(|at| (at.parse::<SocketAddr>().unwrap().ip(), 1)));
    stack
}

fn udp(peer: &str) -> Flow {
    Flow { transport: Transport::Udp, peer: peer.parse().unwrap(), connection: 0 }
}

fn web(connection: u64) -> Flow {
    Flow { transport: Transport::Ws, peer: STRANGER.parse().unwrap(), connection }
}

fn message(method: &str, n: u32, to_tag: &str, cseq: u32) -> Bytes {
    let tag = if to_tag.is_empty() { String::new() } else { format!(";tag={to_tag}") };
    format!(
        "{method} sip:1000@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK{n}-{cseq}\r\n\
         From: <sip:a@192.0.2.1>;tag=f{n}\r\nTo: <sip:1000@192.0.2.2>{tag}\r\nCall-ID: c{n}\r\nCSeq: {cseq} {method}\r\n\
         Contact: <sip:a@198.51.100.7>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    )
    .into()
}

/// The codes sent and the calls that came of one message.
fn take(stack: &mut Stack, now: Moment, flow: Flow, bytes: Bytes) -> (Vec<u16>, Vec<SessionId>) {
    stack.handle(now, Input::Packet { flow, bytes });
    let (mut codes, mut sessions) = (Vec::new(), Vec::new());
    while let Some(output) = stack.poll() {
        match output {
            Output::Transmit { bytes, .. } => match Message::parse(&bytes).unwrap().start {
                Start::Response { code, .. } => codes.push(code),
                Start::Request { .. } => codes.push(0),
            },
            Output::Event(Event::Invited { session, .. }) => sessions.push(session),
            _ => {}
        }
    }
    (codes, sessions)
}

#[test]
fn calls_of_strangers_are_refused_and_nothing_is_kept_of_them() {
    let mut stack = server(100, 100);
    let now = start();
    let tcp = Flow { transport: Transport::Tcp, peer: STRANGER.parse().unwrap(), connection: 4 };
    for n in 0..1_000 {
        for flow in [udp(STRANGER), tcp, web(9)] {
            assert_eq!(take(&mut stack, now, flow, message("INVITE", n, "", 1)), (vec![403], vec![]), "{flow:?}");
        }
    }
    assert_eq!((stack.sizes(), stack.timeout()), ((0, 0, 0), None));
    assert_eq!(take(&mut stack, now, udp(TRUNK), message("INVITE", 7, "", 1)).0, [100]);
}

#[test]
fn faulty_calls_of_guests_and_strangers_are_refused_without_state() {
    let mut stack = server(100, 100);
    stack.vouch(web(9), Peer::Guest);
    let now = start();
    let faulty = |n| {
        let text = String::from_utf8(message("INVITE", n, "", 1).to_vec()).unwrap();
        Bytes::from(text.replace("Max-Forwards: 70", "Require: nothing"))
    };
    for flow in [udp(STRANGER), web(9)] {
        for n in 0..200 {
            assert_eq!(take(&mut stack, now, flow, faulty(n)).0, [420], "{flow:?}");
        }
    }
    assert_eq!(stack.sizes(), (0, 0, 0));
}

#[test]
fn guests_hold_their_share_and_a_trunk_finds_room_all_the_same() {
    let now = start();
    for (transactions_max, sessions_max) in [(40, 1_000), (1_000, 40)] {
        let mut stack = server(transactions_max, sessions_max);
        stack.vouch(web(9), Peer::Guest);
        let codes: Vec<u16> =
            (0..100).flat_map(|n| take(&mut stack, now, web(9), message("INVITE", n, "", 1)).0).collect();
        assert_eq!(codes.iter().filter(|code| **code == 100).count(), 10, "{codes:?}");
        assert!(codes[10..].iter().all(|code| *code == 503), "{codes:?}");
        for n in 200..230 {
            assert_eq!(take(&mut stack, now, udp(TRUNK), message("INVITE", n, "", 1)).0, [100]);
        }
    }
}

#[test]
fn the_share_of_guests_is_free_again_when_their_calls_are_over() {
    let (mut stack, now) = (server(40, 40), start());
    stack.vouch(web(9), Peer::Guest);
    for n in 0..100 {
        let (codes, sessions) = take(&mut stack, now, web(9), message("INVITE", n, "", 1));
        assert_eq!((codes.as_slice(), sessions.len()), (&[100][..], 1), "call {n}");
        stack.refuse(now, sessions[0], 486, &[]);
        while stack.poll().is_some() {}
        // The refusal carries our tag; the ACK is matched by its branch.
        take(&mut stack, now, web(9), message("ACK", n, "x", 1));
    }
    assert_eq!(stack.sizes(), (0, 0, 0));
}

/// A call from the trunk that stands, and our tag in it.
fn talking(stack: &mut Stack, now: Moment) -> (SessionId, String) {
    let (_, sessions) = take(stack, now, udp(TRUNK), message("INVITE", 1, "", 1));
    stack.answer(now, sessions[0], sdp(1));
    let mut tag = String::new();
    while let Some(output) = stack.poll() {
        if let Output::Transmit { bytes, .. } = output {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            let to = text.lines().find(|line| line.starts_with("To:")).unwrap();
            tag = to.split(";tag=").nth(1).unwrap_or_default().to_owned();
        }
    }
    take(stack, now, udp(TRUNK), message("ACK", 1, &tag, 1));
    (sessions[0], tag)
}

#[test]
fn a_stranger_who_knows_the_ids_of_a_call_can_do_nothing_to_it() {
    let (mut stack, now) = (server(100, 100), start());
    let (_, tag) = talking(&mut stack, now);
    stack.vouch(web(9), Peer::Guest);
    for flow in [udp(STRANGER), web(9), web(10)] {
        for (n, method) in ["UPDATE", "INFO", "INVITE", "BYE", "REFER"].iter().enumerate() {
            let (codes, _) = take(&mut stack, now, flow, message(method, 1, &tag, 100 + n as u32));
            assert_eq!(codes, [481], "{method} by {flow:?}");
        }
    }
    assert_eq!(stack.sizes().1, 1, "the call stands");
    // The stranger's CSeq counts for nothing, and another host of the carrier may end the call.
    assert_eq!(take(&mut stack, now, udp(OTHER), message("BYE", 1, &tag, 2)).0, [200]);
    assert_eq!(stack.sizes().1, 0);
}

#[test]
fn a_stranger_cancels_no_call_and_acknowledges_none() {
    let (mut stack, now) = (server(100, 100), start());
    take(&mut stack, now, udp(TRUNK), message("INVITE", 1, "", 1));
    assert_eq!(take(&mut stack, now, udp(STRANGER), message("CANCEL", 1, "", 1)).0, [481]);
    assert_eq!(stack.sizes().1, 1);
    assert_eq!(take(&mut stack, now, udp(TRUNK), message("CANCEL", 1, "", 1)).0, [200, 487]);
    let _ = address(0);
}

/// All octets the stack sends within a minute after this, whatever it repeats.
fn octets(stack: &mut Stack, now: Moment, flow: Flow, bytes: Bytes) -> usize {
    stack.handle(now, Input::Packet { flow, bytes });
    let mut sent = 0;
    for second in 0..60 {
        stack.tick(now + Duration::from_secs(second));
        while let Some(output) = stack.poll() {
            match output {
                Output::Transmit { bytes, .. } => sent += bytes.len(),
                Output::Event(Event::Registering { request, .. }) => {
                    stack.challenge(now, request, sip::auth::Algorithm::Sha256, false);
                }
                _ => {}
            }
        }
    }
    sent
}

#[test]
fn nobody_unknown_is_sent_more_octets_than_came_from_there() {
    let methods = [
        "INVITE",
        "REGISTER",
        "OPTIONS",
        "CANCEL",
        "BYE",
        "MESSAGE",
        "SUBSCRIBE",
        "NOTIFY",
        "REFER",
        "UPDATE",
        "PRACK",
        "INFO",
        "JUMP",
        "ACK",
    ];
    let small = "OPTIONS sip:a SIP/2.0\r\nv:SIP/2.0/UDP h;branch=z9hG4bK1\r\nf:<sip:a@b>;tag=1\r\nt:<sip:c@d>\r\ni:1\r\nCSeq:1 OPTIONS\r\n\r\n";
    let mut requests: Vec<String> = methods
        .iter()
        .flat_map(|method| {
            let plain = String::from_utf8(message(method, 1, "", 1).to_vec()).unwrap();
            let faulty = plain.replace("Max-Forwards: 70", "Max-Forwards: x");
            let tagged = String::from_utf8(message(method, 2, "unknown", 1).to_vec()).unwrap();
            [
                plain.clone(),
                faulty,
                tagged,
                plain.replace("Max-Forwards", "Require: a,b,c\r\nMax-Forwards"),
                small.replace("OPTIONS", method),
            ]
        })
        .collect();
    requests.push("\r\n\r\n".into());
    for text in requests {
        let mut stack = server(100, 100);
        let sent = octets(&mut stack, start(), udp(STRANGER), text.clone().into());
        assert!(sent <= text.len(), "{sent} octets for {} of {text}", text.len());
        assert_eq!(stack.sizes(), (0, 0, 0), "{text}");
    }
}

#[test]
fn with_room_an_answer_says_what_it_can() {
    let mut stack = server(100, 100);
    let padded = String::from_utf8(message("OPTIONS", 1, "", 1).to_vec()).unwrap();
    let padded = padded.replace("Max-Forwards", &format!("X: {}\r\nMax-Forwards", "y".repeat(300)));
    stack.handle(start(), Input::Packet { flow: udp(STRANGER), bytes: padded.into() });
    let Some(Output::Transmit { bytes, .. }) = stack.poll() else { panic!("no answer") };
    assert!(Message::parse(&bytes).unwrap().lists(Name::Allow, "INVITE"));
}

/// A phone that says little must still be able to register: by its first repetition at the latest.
#[test]
fn a_small_register_fits_its_challenge() {
    let text = "REGISTER sip:192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.168.1.20:5060;branch=z9hG4bK1234567890;rport\r\n\
        Max-Forwards: 70\r\nFrom: <sip:desk101@192.0.2.2>;tag=12345678\r\nTo: <sip:desk101@192.0.2.2>\r\n\
        Call-ID: 0123456789abcdef@192.168.1.20\r\nCSeq: 1 REGISTER\r\nContact: <sip:desk101@192.168.1.20:5060>\r\n\
        Expires: 3600\r\nUser-Agent: Phone 1.0\r\nContent-Length: 0\r\n\r\n";
    let mut stack = server(100, 100);
    let mut sent = 0;
    for _ in 0..2 {
        sent = octets(&mut stack, start(), udp(STRANGER), text.into());
    }
    assert!(sent > 0 && sent <= 2 * text.len(), "{sent} octets for {}", text.len());
    // One that says a little more, as most do, is answered at once.
    let text = text.replace(
        "Expires",
        "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, REFER, NOTIFY, INFO, UPDATE, PRACK, MESSAGE\r\nExpires",
    );
    let sent = octets(&mut server(100, 100), start(), udp(STRANGER), text.clone().into());
    assert!(sent > 0 && sent <= text.len(), "{sent} octets for {}", text.len());
}

#[test]
fn a_digest_for_another_account_or_host_is_refused() {
    let register = |uri: &str| {
        let digest = format!(
            "Authorization: Digest username=\"a\", realm=\"desk\", nonce=\"n\", uri=\"{uri}\", response=\"r\", algorithm=SHA-256, \
             qop=auth, nc=00000001, cnonce=\"c\"\r\nMax-Forwards"
        );
        let text = String::from_utf8(message("REGISTER", 1, "", 1).to_vec()).unwrap();
        let text = text.replace("sip:1000@192.0.2.2 SIP/2.0", "sip:192.0.2.2 SIP/2.0").replace("Max-Forwards", &digest);
        let mut stack = server(100, 100);
        take(&mut stack, start(), udp(STRANGER), text.into()).0
    };
    for same in ["sip:192.0.2.2", "sip:192.0.2.2:5060", "sip:192.0.2.2;transport=udp", "sip:desk"] {
        assert_eq!(register(same), [0u16; 0], "{same}: the application judges it");
    }
    for other in ["sip:192.0.2.3", "sip:a@192.0.2.2", "sip:192.0.2.2:5070", "", "x"] {
        assert_eq!(register(other), [400], "{other}");
    }
}
