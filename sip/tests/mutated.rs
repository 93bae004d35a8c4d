//! Two hundred thousand broken messages: nothing panics, what parses can be written and parsed again.

mod net;

use net::{config, start};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sip::auth::Algorithm;
use sip::{Event, Flow, Input, Message, Output, Stack, Transport};
use std::time::Duration;

const SEEDS: [&str; 7] = [
    "INVITE sip:1000@192.0.2.1;transport=udp SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKa1;rport, SIP/2.0/TCP [2001:db8::1]:7;branch=z9hG4bKa0\r\nMax-Forwards: 70\r\nRecord-Route: <sip:192.0.2.9;lr>,\r\n <sip:p2;lr>\r\nFrom: \"A \\\"x\\\" B\" <sip:alice@example.org>;tag=1f\r\nTo: <sip:1000@192.0.2.1>\r\nCall-ID: c1@x\r\nCSeq: 1 INVITE\r\nContact: <sip:alice@192.0.2.2:5060>;+sip.instance=\"<urn:uuid:1>\";reg-id=1\r\nSupported: timer, path\r\nSession-Expires: 1800;refresher=uac\r\nMin-SE: 90\r\nP-Asserted-Identity: <tel:+74951234567>\r\nPrivacy: id\r\nX-Some: thing\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n",
    "REGISTER sip:example.org SIP/2.0\r\nv: SIP/2.0/WSS x.invalid;branch=z9hG4bKr1\r\nf: <sip:bob@example.org>;tag=a\r\nt: sip:bob@example.org\r\ni: reg@x\r\nCSeq: 7 REGISTER\r\nm: <sip:b@x.invalid;transport=ws>;+sip.ice;reg-id=1;+sip.instance=\"<urn:uuid:2>\";expires=600\r\nAuthorization: Digest username=\"bob\", realm=\"desk\", nonce=\"00\", uri=\"sip:x\", response=\"ab\", qop=auth, nc=00000001, cnonce=\"c\", algorithm=SHA-256\r\nPath: <sip:e;lr;ob>\r\nExpires: 600\r\nl: 0\r\n\r\n",
    "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKzz;received=192.0.2.1;rport=5060\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: q\r\nCSeq: 1 INVITE\r\nContact: <sip:c@192.0.2.2>\r\nContent-Length: 0\r\n\r\n",
    "BYE sip:linedesk@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.2;branch=z9hG4bKb1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: q\r\nCSeq: 2 BYE\r\nContent-Length: 0\r\n\r\n",
    "OPTIONS sip:[2001:db8::1]:5060 SIP/2.0\r\nVia: SIP/2.0/UDP [2001:db8::2];branch=z9hG4bKo1\r\nFrom: sip:a@b;tag=1\r\nTo: sip:c@d\r\nCall-ID: o\r\nCSeq: 1 OPTIONS\r\nAccept: application/sdp\r\n\r\n",
    "INVITE tel:+7495 SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nFrom: x<sip:a@b>\r\nTo: <sip:c@d>\r\nCall-ID: m\r\nCSeq: 1 INVITE\r\nContent-Type: multipart/mixed;boundary=\"b1\"\r\n\r\n--b1\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b1\r\nContent-Type: x/y\r\n\r\n\r\n--b1--\r\n",
    "CANCEL sip:1000@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKa1\r\nFrom: <sip:alice@example.org>;tag=1f\r\nTo: <sip:1000@192.0.2.1>\r\nCall-ID: c1@x\r\nCSeq: 1 CANCEL\r\n\r\n",
];

const PIECES: [&[u8]; 24] = [
    b"\r\n",
    b"\r",
    b"\n",
    b"\0",
    b"\"",
    b"\\",
    b"<",
    b">",
    b";",
    b",",
    b":",
    b"@",
    b"%",
    b"%00",
    b"[",
    b"]",
    b" ",
    b"\t",
    b"\r\n ",
    b"\xff\xfe",
    b"4294967296",
    b"-1",
    b"z9hG4bK",
    b"SIP/2.0",
];

fn mutate(dice: &mut ChaCha8Rng) -> Vec<u8> {
    let mut text = SEEDS[dice.random_range(0..SEEDS.len())].as_bytes().to_vec();
    for _ in 0..dice.random_range(1..6) {
        let at = dice.random_range(0..=text.len());
        let end = (at + dice.random_range(0..20)).min(text.len());
        match dice.random_range(0..6) {
            0 => drop(text.drain(at..end)),
            1 => drop(text.splice(at..at, PIECES[dice.random_range(0..PIECES.len())].iter().copied())),
            2 if at < text.len() => text[at] = dice.random(),
            3 => {
                let copy = text[at..end].to_vec();
                drop(text.splice(at..at, copy));
            }
            4 => {
                let other = SEEDS[dice.random_range(0..SEEDS.len())].as_bytes();
                let from = dice.random_range(0..other.len());
                let to = (from + dice.random_range(0..80)).min(other.len());
                drop(text.splice(at..end, other[from..to].iter().copied()));
            }
            _ => text.truncate(at.max(1)),
        }
    }
    text
}

/// Another branch and Call-ID, else most of them are repetitions of the first.
fn fresh(text: Vec<u8>, n: u64) -> Vec<u8> {
    let text = String::from_utf8(text.clone())
        .map(|t| t.replace("z9hG4bK", &format!("z9hG4bK{n}")).replace("Call-ID: ", &format!("Call-ID: {n}")));
    text.map_or_else(|e| e.into_bytes(), String::into_bytes)
}

#[test]
fn the_parser_and_the_writer_survive() {
    let mut dice = ChaCha8Rng::seed_from_u64(4475);
    let mut parsed = 0;
    for _ in 0..200_000 {
        let text = mutate(&mut dice);
        let Ok(message) = Message::parse(&text) else {
            continue;
        };
        let _ = sip::screen::screen(&message);
        if message.fault.is_none() {
            parsed += 1;
            let written = message.write();
            let again =
                Message::parse(&written).unwrap_or_else(|e| panic!("{e:?}\n{}", String::from_utf8_lossy(&written)));
            assert_eq!(again.fault, None, "{}", String::from_utf8_lossy(&written));
            assert_eq!(again, message, "{}\n{}", String::from_utf8_lossy(&text), String::from_utf8_lossy(&written));
        }
    }
    assert!(parsed > 20_000, "the mutations leave too little to try: {parsed}");
}

#[test]
fn the_stack_survives_and_stays_small() {
    let mut dice = ChaCha8Rng::seed_from_u64(4476);
    let mut now = start();
    let mut stack = Stack::new(now, config(0), [3; 32]);
    let mut calls = 0;
    for n in 0..60_000u64 {
        let transport = [Transport::Udp, Transport::Tcp, Transport::Ws][dice.random_range(0..3)];
        let flow = Flow { transport, peer: "192.0.2.2:5060".parse().unwrap(), connection: n % 50 };
        stack.handle(now, Input::Packet { flow, bytes: fresh(mutate(&mut dice), n).into() });
        while let Some(output) = stack.poll() {
            let Output::Event(event) = output else {
                continue;
            };
            match event {
                Event::Invited { session, .. } => {
                    calls += 1;
                    match dice.random_range(0..4) {
                        0 => stack.answer(now, session, net::sdp(1)),
                        1 => stack.refuse(now, session, 486, &[]),
                        2 => stack.challenge_invite(now, session, Algorithm::Md5, false),
                        _ => stack.end(now, session),
                    }
                }
                Event::Registering { request, register } => {
                    if let Some(c) = &register.credentials {
                        stack.verify(now, register.flow.peer.ip(), c, None);
                    }
                    match dice.random_range(0..3) {
                        0 => stack.register_ok(now, request, &register.contacts),
                        1 => stack.challenge(now, request, Algorithm::Sha256, true),
                        _ => stack.refuse_request(request, 403, Some(2)),
                    }
                }
                _ => {}
            }
        }
        now += Duration::from_millis(dice.random_range(0..40));
        stack.tick(now);
        let (transactions, sessions, _) = stack.sizes();
        assert!(transactions <= 2_000 && sessions <= 100, "{transactions} {sessions}");
    }
    assert!(calls > 500, "{calls}");
    // And at the end nothing stays.
    while let Some(at) = stack.timeout() {
        stack.tick(at);
        while stack.poll().is_some() {}
    }
    assert_eq!(stack.sizes(), (0, 0, 0));
}
