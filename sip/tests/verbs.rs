//! Each verb of a session as it goes over the wire, between two stacks on a perfect network; and the ladders.

mod net;

use expect_test::{Expect, expect};
use net::{Net, PERFECT, address, config, party, sdp, start};
use sip::auth::Algorithm;
use sip::{
    Body, Contact, Event, Flow, Input, Message, Output, Registering, Secret, SessionId, Stack, Start, Transport, auth,
    header::Name,
};
use std::time::Duration;

const SHORT: Duration = Duration::from_millis(100);

/// Methods and codes in order, `>` from the caller, `<` from the callee.
fn ladder(net: &Net) -> String {
    let lines = net.ladder.iter().map(|(side, _, line)| {
        let word = if line.starts_with("SIP/2.0") { line.split(' ').nth(1) } else { line.split(' ').next() };
        format!("{}{}", if *side == 0 { '>' } else { '<' }, word.unwrap_or_default())
    });
    lines.collect::<Vec<_>>().join(" ")
}

fn check(net: &Net, wire: Expect, caller: Expect, callee: Expect) {
    wire.assert_eq(&ladder(net));
    caller.assert_eq(&net.story(0));
    callee.assert_eq(&net.story(1));
}

fn invited(net: &Net) -> SessionId {
    net.events
        .iter()
        .find_map(|(_, _, e)| if let Event::Invited { session, .. } = e { Some(*session) } else { None })
        .expect("a call")
}

fn with(net: &mut Net, side: usize, act: impl FnOnce(&mut Stack, types::Moment)) {
    let now = net.now;
    act(&mut net.stacks[side], now);
    net.drain();
    net.run(SHORT);
}

/// A call that stands: (network, caller's session, callee's).
fn talking(transport: Transport) -> (Net, SessionId, SessionId) {
    let mut net = Net::new(1, transport, PERFECT);
    let caller = net.call(0, Some(sdp(1)));
    net.run(SHORT);
    let callee = invited(&net);
    with(&mut net, 1, |s, now| s.answer(now, callee, sdp(2)));
    assert_eq!((net.story(0).as_str(), net.story(1).as_str()), ("Answered+", "Invited Confirmed"));
    net.ladder.clear();
    net.events.clear();
    (net, caller, callee)
}

#[test]
fn a_call_from_ring_to_bye() {
    for transport in [Transport::Udp, Transport::Tcp, Transport::Ws] {
        let mut net = Net::new(1, transport, PERFECT);
        let caller = net.call(0, Some(sdp(1)));
        net.run(SHORT);
        let callee = invited(&net);
        with(&mut net, 1, |s, now| s.ring(now, callee, None));
        with(&mut net, 1, |s, now| s.ring(now, callee, Some(sdp(2))));
        with(&mut net, 1, |s, now| s.answer(now, callee, sdp(2)));
        with(&mut net, 0, |s, now| s.end(now, caller));
        check(
            &net,
            expect![">INVITE <100 <180 <183 <200 >ACK >BYE <200"],
            expect!["Progress(180) Progress(183)+ Answered+ Ended(Local)"],
            expect!["Invited Confirmed Ended(Bye)"],
        );
    }
}

#[test]
fn what_an_invite_says() {
    let mut net = Net::new(1, Transport::Udp, PERFECT);
    net.call(0, Some(sdp(1)));
    net.run(SHORT);
    let invite = net
        .events
        .iter()
        .find_map(|(_, _, e)| if let Event::Invited { invite, .. } = e { Some(invite) } else { None })
        .unwrap();
    assert_eq!(invite.from, party("alice"));
    assert_eq!((invite.dialled.as_str(), invite.to.name.as_str()), ("bob", "The \"bob\""));
    assert_eq!(invite.offer, Some(sdp(1)));
    assert!(invite.headers.contains(&("x-test".into(), "yes".into())), "{:?}", invite.headers);
    assert!(invite.headers.contains(&("max-forwards".into(), "70".into())), "{:?}", invite.headers);
}

#[test]
fn a_refusal_is_repeated_until_its_ack_and_a_retry_after_goes_along() {
    let mut net = Net::new(1, Transport::Udp, PERFECT);
    net.call(0, Some(sdp(1)));
    net.run(SHORT);
    let callee = invited(&net);
    with(&mut net, 1, |s, now| s.refuse(now, callee, 503, &[("Retry-After", "7".into())]));
    check(
        &net,
        expect![">INVITE <100 <503 >ACK"],
        expect![[r#"Ended(Refused { code: 503, reason: "Service Unavailable" })"#]],
        expect!["Invited Ended(Local)"],
    );
    net.settle();
    assert_eq!(net.stacks[0].sizes(), (0, 0, 0));
    assert_eq!(net.stacks[1].sizes(), (0, 0, 0));
}

#[test]
fn a_cancel_while_it_rings() {
    let mut net = Net::new(1, Transport::Udp, PERFECT);
    let caller = net.call(0, Some(sdp(1)));
    net.run(SHORT);
    let callee = invited(&net);
    with(&mut net, 1, |s, now| s.ring(now, callee, None));
    with(&mut net, 0, |s, now| s.end(now, caller));
    check(
        &net,
        expect![">INVITE <100 <180 >CANCEL <200 <487 >ACK"],
        expect!["Progress(180) Ended(Local)"],
        expect!["Invited Ended(Cancelled)"],
    );
}

#[test]
fn a_cancel_waits_for_the_first_provisional_answer() {
    let mut net = Net::new(1, Transport::Udp, PERFECT);
    let caller = net.call(0, Some(sdp(1)));
    let now = net.now;
    net.stacks[0].end(now, caller);
    net.drain();
    net.run(SHORT);
    check(
        &net,
        expect![">INVITE <100 >CANCEL <200 <487 >ACK"],
        expect!["Ended(Local)"],
        expect!["Invited Ended(Cancelled)"],
    );
}

#[test]
fn a_cancel_that_crosses_the_answer_becomes_a_bye() {
    let mut net = Net::new(1, Transport::Udp, PERFECT);
    let caller = net.call(0, Some(sdp(1)));
    net.run(SHORT);
    let callee = invited(&net);
    let now = net.now;
    net.stacks[1].answer(now, callee, sdp(2));
    net.stacks[0].end(now, caller);
    net.drain();
    net.run(SHORT);
    check(
        &net,
        expect![">INVITE <100 >CANCEL <200 <200 >ACK >BYE <200"],
        expect!["Ended(Local)"],
        expect!["Invited Confirmed Ended(Bye)"],
    );
}

#[test]
fn nobody_picks_up() {
    let mut net = Net::new(1, Transport::Udp, PERFECT);
    net.call(0, Some(sdp(1)));
    net.run(SHORT);
    let callee = invited(&net);
    with(&mut net, 1, |s, now| s.ring(now, callee, None));
    net.settle();
    check(
        &net,
        expect![">INVITE <100 <180 >CANCEL <200 <487 >ACK"],
        expect!["Progress(180) Ended(Timeout)"],
        expect!["Invited Ended(Cancelled)"],
    );
}

#[test]
fn nobody_is_there() {
    let mut net = Net::new(1, Transport::Udp, net::Faults { lost: 100, ..PERFECT });
    net.call(0, Some(sdp(1)));
    net.settle();
    // RFC 3261 17.1.1.2: at 0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5 s.
    check(
        &net,
        expect![">INVITE >INVITE >INVITE >INVITE >INVITE >INVITE >INVITE"],
        expect!["Ended(Timeout)"],
        expect![""],
    );
    assert_eq!(net.events.last().unwrap().1, Duration::from_secs(32));
}

#[test]
fn the_ack_never_comes() {
    let mut net = Net::new(1, Transport::Udp, PERFECT);
    net.call(0, Some(sdp(1)));
    net.run(SHORT);
    let callee = invited(&net);
    net.faults.lost = 100;
    with(&mut net, 1, |s, now| s.answer(now, callee, sdp(2)));
    net.run(Duration::from_secs(40));
    assert_eq!(net.story(1), "Invited Ended(Timeout)");
    assert_eq!(
        net.ladder.iter().filter(|(s, _, l)| *s == 1 && l.starts_with("SIP/2.0 200")).count(),
        11,
        "{}",
        net.show()
    );
    assert!(ladder(&net).contains("<BYE"));
}

#[test]
fn who_answers_and_ends_before_the_ack_waits_with_the_bye() {
    let mut net = Net::new(1, Transport::Udp, PERFECT);
    net.call(0, Some(sdp(1)));
    net.run(SHORT);
    let callee = invited(&net);
    let now = net.now;
    net.stacks[1].answer(now, callee, sdp(2));
    net.stacks[1].end(now, callee);
    net.drain();
    net.run(SHORT);
    check(
        &net,
        expect![">INVITE <100 <200 >ACK <BYE >200"],
        expect!["Answered+ Ended(Bye)"],
        expect!["Invited Ended(Local)"],
    );
}

#[test]
fn a_delayed_offer() {
    let mut net = Net::new(1, Transport::Udp, PERFECT);
    let caller = net.call(0, None);
    net.run(SHORT);
    let callee = invited(&net);
    with(&mut net, 1, |s, now| s.answer(now, callee, sdp(2)));
    with(&mut net, 0, |s, now| s.ack_body(now, caller, sdp(3)));
    check(&net, expect![">INVITE <100 <200 >ACK"], expect!["Answered+"], expect!["Invited Confirmed+"]);
}

#[test]
fn offers_both_ways() {
    let (mut net, caller, callee) = talking(Transport::Udp);
    with(&mut net, 0, |s, now| s.offer(now, caller, sdp(5)));
    with(&mut net, 1, |s, now| s.reply_offer(now, callee, sdp(6)));
    with(&mut net, 1, |s, now| s.offer(now, callee, sdp(7)));
    with(&mut net, 0, |s, now| s.refuse_offer(now, caller, 488));
    check(
        &net,
        expect![">INVITE <100 <200 >ACK <INVITE >100 >488 <ACK"],
        expect!["OfferAnswered+ Offered+"],
        expect!["Offered+ OfferRefused(488)"],
    );
}

#[test]
fn crossed_offers_are_tried_again_and_both_get_through() {
    let (mut net, caller, callee) = talking(Transport::Udp);
    let now = net.now;
    net.stacks[0].offer(now, caller, sdp(5));
    net.stacks[1].offer(now, callee, sdp(6));
    net.drain();
    for _ in 0..60 {
        net.run(SHORT);
        let now = net.now;
        net.stacks[0].reply_offer(now, caller, sdp(8));
        net.stacks[1].reply_offer(now, callee, sdp(9));
        net.drain();
    }
    check(
        &net,
        expect![">INVITE <INVITE <491 >491 >ACK <ACK <INVITE >100 >200 <ACK >INVITE <100 <200 >ACK"],
        expect!["Offered+ OfferAnswered+"],
        expect!["OfferAnswered+ Offered+"],
    );
}

#[test]
fn a_newer_offer_waits_for_the_older() {
    let (mut net, caller, callee) = talking(Transport::Udp);
    with(&mut net, 0, |s, now| {
        s.offer(now, caller, sdp(5));
        s.offer(now, caller, sdp(6));
        s.offer(now, caller, sdp(7));
    });
    with(&mut net, 1, |s, now| s.reply_offer(now, callee, sdp(8)));
    with(&mut net, 1, |s, now| s.reply_offer(now, callee, sdp(9)));
    check(
        &net,
        expect![">INVITE <100 <200 >ACK >INVITE <100 <200 >ACK"],
        expect!["OfferAnswered+ OfferAnswered+"],
        expect!["Offered+ Offered+"],
    );
    assert!(matches!(&net.events[2].2, Event::Offered { body: Some(b), .. } if *b == sdp(7)), "{:?}", net.events);
}

#[test]
fn info_carries_digits() {
    let (mut net, caller, _) = talking(Transport::Udp);
    let body = Body { content_type: "application/dtmf-relay".into(), bytes: "Signal=5\r\nDuration=160\r\n".into() };
    with(&mut net, 0, |s, now| s.info(now, caller, body.clone()));
    check(&net, expect![">INFO <200"], expect![""], expect!["Info"]);
    assert!(matches!(&net.events[0].2, Event::Info { body: b, .. } if *b == body));
}

#[test]
fn sessions_are_refreshed_and_a_silent_peer_is_found_out() {
    let (mut net, ..) = talking(Transport::Udp);
    net.run(Duration::from_secs(1000));
    // 600 s agreed upon, refreshed by the caller at half of it.
    check(&net, expect![">UPDATE <200 >UPDATE <200 >UPDATE <200"], expect![""], expect![""]);
    net.faults.lost = 100;
    net.run(Duration::from_secs(600));
    assert_eq!((net.story(0).as_str(), net.story(1).as_str()), ("Ended(Timeout)", "Ended(Timeout)"), "{}", net.show());
}

#[test]
fn a_session_interval_too_small_is_raised() {
    let mut net = Net::with(1, Transport::Udp, PERFECT, |c| c.session_expires = Some(Duration::from_secs(90)));
    let (now, flow) = (net.now, Flow { transport: Transport::Udp, peer: address(0), connection: 0 });
    let text =
        request("INVITE", "z9hG4bKse", "Supported: timer\r\nSession-Expires: 60\r\nContact: <sip:a@192.0.2.1>\r\n");
    net.stacks[1].handle(now, Input::Packet { flow, bytes: text.into() });
    let answer = sent(&mut net.stacks[1]);
    let answer = Message::parse(&answer[0]).unwrap();
    assert!(matches!(answer.start, Start::Response { code: 422, .. }));
    assert_eq!(answer.get(Name::MinSe), Some(&b"90"[..]));
}

fn request(method: &str, branch: &str, more: &str) -> String {
    format!(
        "{method} sip:1000@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch={branch};rport\r\nMax-Forwards: 70\r\nFrom: <sip:a@x>;tag=f1\r\nTo: <sip:1000@x>\r\nCall-ID: c1\r\nCSeq: 1 {method}\r\n{more}Content-Length: 0\r\n\r\n"
    )
}

fn sent(stack: &mut Stack) -> Vec<bytes::Bytes> {
    std::iter::from_fn(|| stack.poll())
        .filter_map(|o| if let Output::Transmit { bytes, .. } = o { Some(bytes) } else { None })
        .collect()
}

fn code(bytes: &[u8]) -> u16 {
    match Message::parse(bytes).unwrap().start {
        Start::Response { code, .. } => code,
        Start::Request { .. } => 0,
    }
}

/// One request to a fresh stack: the codes of its answers.
fn codes(text: &str) -> Vec<u16> {
    let now = start();
    let mut stack = Stack::new(now, config(1), [9; 32]);
    let flow = Flow { transport: Transport::Udp, peer: address(0), connection: 0 };
    stack.handle(now, Input::Packet { flow, bytes: text.to_owned().into() });
    sent(&mut stack).iter().map(|b| code(b)).collect()
}

#[test]
fn strangers_get_no_state() {
    for (method, expect) in [
        ("MESSAGE", 405),
        ("SUBSCRIBE", 405),
        ("PUBLISH", 405),
        ("REFER", 405),
        ("NOTIFY", 481),
        ("BYE", 481),
        ("INFO", 481),
        ("UPDATE", 481),
        ("CANCEL", 481),
        ("JUMP", 501),
        ("OPTIONS", 200),
    ] {
        assert_eq!(codes(&request(method, "z9hG4bK1", "")), [expect], "{method}");
    }
    assert_eq!(codes(&request("ACK", "z9hG4bK1", "")), [0u16; 0]);
    let now = start();
    let mut stack = Stack::new(now, config(1), [9; 32]);
    let flow = Flow { transport: Transport::Udp, peer: address(0), connection: 0 };
    for n in 0..100 {
        for method in ["MESSAGE", "SUBSCRIBE", "PUBLISH", "NOTIFY", "REFER", "INFO", "OPTIONS"] {
            stack.handle(now, Input::Packet { flow, bytes: request(method, &format!("z9hG4bK{n}"), "").into() });
        }
    }
    assert_eq!((stack.sizes(), stack.timeout()), ((0, 0, 0), None));
}

#[test]
fn the_same_request_by_another_path_is_merged() {
    let now = start();
    let mut stack = Stack::new(now, config(1), [9; 32]);
    let flow = Flow { transport: Transport::Udp, peer: address(0), connection: 0 };
    let mut take = |branch: &str| {
        stack.handle(
            now,
            Input::Packet { flow, bytes: request("INVITE", branch, "Contact: <sip:a@192.0.2.1>\r\n").into() },
        );
        sent(&mut stack).iter().map(|b| code(b)).collect::<Vec<_>>()
    };
    assert_eq!(take("z9hG4bK1"), [100]);
    assert_eq!(take("z9hG4bK1"), [100], "a repetition gets what there is");
    assert_eq!(take("z9hG4bK2"), [482]);
}

#[test]
fn a_contact_with_headers_makes_no_request_uri_with_headers() {
    let now = start();
    let mut stack = Stack::new(now, config(1), [9; 32]);
    let flow = Flow { transport: Transport::Udp, peer: address(0), connection: 0 };
    let text = request("INVITE", "z9hG4bK1", "Contact: <sip:a@192.0.2.1;method=INVITE?Subject=x>\r\n");
    stack.handle(now, Input::Packet { flow, bytes: text.into() });
    let session = std::iter::from_fn(|| stack.poll()).find_map(|o| match o {
        Output::Event(Event::Invited { session, .. }) => Some(session),
        _ => None,
    });
    stack.answer(now, session.expect("a call"), net::sdp(1));
    let ok = sent(&mut stack).remove(0);
    let tag = Message::parse(&ok).unwrap().get(Name::To).map(|to| String::from_utf8_lossy(to).into_owned());
    let ack = request("ACK", "z9hG4bK2", "").replace("To: <sip:1000@x>", &format!("To: {}", tag.expect("a tag")));
    stack.handle(now, Input::Packet { flow, bytes: ack.into() });
    stack.end(now, session.expect("a call"));
    let bye = sent(&mut stack).remove(0);
    assert!(bye.starts_with(b"BYE sip:a@192.0.2.1 SIP/2.0\r\n"), "{}", String::from_utf8_lossy(&bye));
}

#[test]
fn full_is_said_to_calls_and_to_nobody_else() {
    let now = start();
    let mut config = config(1);
    config.transactions_max = 3;
    let mut stack = Stack::new(now, config, [9; 32]);
    let flow = Flow { transport: Transport::Udp, peer: address(0), connection: 0 };
    let mut take = |method: &str, n: u32| {
        let text = request(method, &format!("z9hG4bK{n}"), "Contact: <sip:a@192.0.2.1>\r\n")
            .replace("Call-ID: c1", &format!("Call-ID: c{n}"));
        stack.handle(now, Input::Packet { flow, bytes: text.into() });
        sent(&mut stack).iter().map(|b| code(b)).collect::<Vec<_>>()
    };
    for n in 1..=3 {
        assert_eq!(take("INVITE", n), [100]);
    }
    assert_eq!(take("INVITE", 4), [503]);
    assert_eq!(take("REGISTER", 5), [0u16; 0]);
    assert_eq!(take("OPTIONS", 6), [200]);
}

#[test]
fn challenged_calls_give_way_when_room_is_short() {
    let now = start();
    let mut config = config(1);
    config.transactions_max = 3;
    let mut stack = Stack::new(now, config, [9; 32]);
    let flow = Flow { transport: Transport::Udp, peer: address(0), connection: 0 };
    for n in 1..=50 {
        let text = request("INVITE", &format!("z9hG4bK{n}"), "Contact: <sip:a@192.0.2.1>\r\n")
            .replace("Call-ID: c1", &format!("Call-ID: c{n}"));
        stack.handle(now, Input::Packet { flow, bytes: text.into() });
        let outputs: Vec<_> = std::iter::from_fn(|| stack.poll()).collect();
        let session = outputs
            .iter()
            .find_map(|o| if let Output::Event(Event::Invited { session, .. }) = o { Some(*session) } else { None });
        stack.challenge_invite(now, session.expect("room for every stranger"), Algorithm::Sha256, false);
        assert_eq!(sent(&mut stack).iter().map(|b| code(b)).collect::<Vec<_>>(), [401]);
    }
    assert!(stack.sizes().0 <= 3);
}

#[test]
fn registering_with_a_password() {
    let mut net = Net::new(1, Transport::Udp, PERFECT);
    let known = auth::ha1(Algorithm::Sha256, "bob", "desk", "secret");
    let order = |flow, password: &str| Registering {
        flow,
        registrar: address(1).to_string(),
        user: "bob".into(),
        secret: Secret { username: "bob".into(), password: password.into() },
        expires: 100,
    };
    let flow = net.flow(0);
    let serve = |net: &mut Net| {
        for _ in 0..4 {
            net.run(SHORT);
            let now = net.now;
            let waiting: Vec<_> =
                net.events.extract_if(.., |(_, _, e)| matches!(e, Event::Registering { .. })).collect();
            for (_, _, event) in waiting {
                let Event::Registering { request, register } = event else {
                    continue;
                };
                let registrar = &mut net.stacks[1];
                match register
                    .credentials
                    .as_ref()
                    .map(|c| registrar.verify(now, register.flow.peer.ip(), c, Some(&known)))
                {
                    Some(auth::Verdict::Good) => {
                        let bound: Vec<Contact> = register
                            .contacts
                            .iter()
                            .map(|c| Contact { expires: c.expires.min(60), ..c.clone() })
                            .collect();
                        registrar.register_ok(now, request, &bound);
                    }
                    verdict => {
                        registrar.challenge(now, request, Algorithm::Sha256, verdict == Some(auth::Verdict::Stale))
                    }
                }
            }
            net.drain();
        }
    };
    let now = net.now;
    let good = net.stacks[0].register(now, order(flow, "secret"));
    net.drain();
    serve(&mut net);
    check(&net, expect![">REGISTER <401 >REGISTER <200"], expect!["Registered(60)"], expect![""]);
    // Refreshed by itself.
    net.ladder.clear();
    net.run(Duration::from_secs(48));
    serve(&mut net);
    check(&net, expect![">REGISTER <401 >REGISTER <200"], expect!["Registered(60) Registered(60)"], expect![""]);
    // Removed.
    net.ladder.clear();
    let now = net.now;
    net.stacks[0].unregister(now, good);
    net.drain();
    serve(&mut net);
    check(&net, expect![">REGISTER <401 >REGISTER <200"], expect!["Registered(60) Registered(60)"], expect![""]);
    // A wrong password is tried twice and no more.
    net.ladder.clear();
    net.events.clear();
    let now = net.now;
    net.stacks[0].register(now, order(flow, "wrong"));
    net.drain();
    serve(&mut net);
    check(&net, expect![">REGISTER <401 >REGISTER <401"], expect!["RegisterFailed(401)"], expect![""]);
    net.settle();
    assert_eq!((net.stacks[0].sizes(), net.stacks[0].timeout()), ((0, 0, 0), None));
}

#[test]
fn calling_with_a_password() {
    let mut net = Net::new(1, Transport::Tcp, PERFECT);
    let outgoing = net.outgoing(0, Some(sdp(1)));
    let now = net.now;
    net.stacks[0].invite_as(now, outgoing, Secret { username: "bob".into(), password: "secret".into() });
    net.drain();
    let known = auth::ha1(Algorithm::Sha256, "bob", "desk", "secret");
    for _ in 0..3 {
        net.run(SHORT);
        let now = net.now;
        let calls: Vec<_> = net.events.extract_if(.., |(_, _, e)| matches!(e, Event::Invited { .. })).collect();
        for (_, _, event) in calls {
            let Event::Invited { session, invite } = event else {
                continue;
            };
            match invite.credentials.as_ref().map(|c| net.stacks[1].verify(now, invite.flow.peer.ip(), c, Some(&known)))
            {
                Some(auth::Verdict::Good) => net.stacks[1].answer(now, session, sdp(2)),
                _ => net.stacks[1].challenge_invite(now, session, Algorithm::Sha256, false),
            }
        }
        net.drain();
    }
    check(
        &net,
        expect![">INVITE <100 <401 >ACK >INVITE <100 <200 >ACK"],
        expect!["Answered+"],
        expect!["Ended(Local) Confirmed"],
    );
}

#[test]
fn refer_is_reported() {
    let (mut net, _, callee) = talking(Transport::Udp);
    // We send no REFER ourselves, so the caller's is written by hand from what the callee wrote.
    with(&mut net, 1, |s, now| s.info(now, callee, Body { content_type: "text/plain".into(), bytes: "x".into() }));
    let (tag_us, tag_them, call_id, target) = dialog_of(&mut net, callee);
    let text = format!(
        "REFER {target} SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKref\r\nFrom: <sip:a@x>;tag={tag_them}\r\nTo: <sip:b@x>;tag={tag_us}\r\nCall-ID: {call_id}\r\nCSeq: 50 REFER\r\nRefer-To: \"Carol\" <sip:1002@desk.example>\r\nContact: <sip:a@192.0.2.1>\r\nContent-Length: 0\r\n\r\n"
    );
    let flow = Flow { transport: Transport::Udp, peer: address(0), connection: 0 };
    let now = net.now;
    net.stacks[1].handle(now, Input::Packet { flow, bytes: text.into() });
    let outputs: Vec<_> = std::iter::from_fn(|| net.stacks[1].poll()).collect();
    assert!(outputs.iter().any(|o| matches!(o, Output::Event(Event::Referred { to, target, .. }) if to.user == "1002" && target == "sip:1002@desk.example")));
    let texts: Vec<String> = outputs
        .iter()
        .filter_map(|o| {
            if let Output::Transmit { bytes, .. } = o {
                Some(String::from_utf8_lossy(bytes).into_owned())
            } else {
                None
            }
        })
        .collect();
    assert!(texts[0].starts_with("SIP/2.0 202 ") && texts[1].starts_with("NOTIFY "), "{texts:?}");
    assert!(
        texts[1].contains("Event: refer;id=50\r\nSubscription-State: active;expires=60\r\n")
            && texts[1].ends_with("SIP/2.0 100 Trying\r\n"),
        "{}",
        texts[1]
    );
    net.stacks[1].refer_progress(now, callee, 200);
    let last = sent(&mut net.stacks[1]).remove(0);
    let last = String::from_utf8_lossy(&last).into_owned();
    assert!(last.contains("terminated;reason=noresource") && last.ends_with("SIP/2.0 200 OK\r\n"), "{last}");
}

/// (callee's tag, caller's tag, Call-ID, callee's Contact) as the callee's next request shows them.
fn dialog_of(net: &mut Net, callee: SessionId) -> (String, String, String, String) {
    let now = net.now;
    net.stacks[1].info(now, callee, Body { content_type: "text/plain".into(), bytes: "x".into() });
    let text = sent(&mut net.stacks[1]).remove(0);
    let message = Message::parse(&text).unwrap();
    let head = sip::screen::screen(&message).unwrap();
    let own = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
    (own(head.from_tag), own(head.to_tag.unwrap()), own(head.call_id), format!("sip:linedesk@{}", address(1)))
}

#[test]
fn a_browser_that_reconnects_keeps_its_call() {
    let (mut net, caller, callee) = talking(Transport::Ws);
    let (tag_us, tag_them, call_id, target) = dialog_of(&mut net, callee);
    let (now, old) = (net.now, Flow { transport: Transport::Ws, peer: address(0), connection: 7 });
    net.stacks[1].handle(now, Input::Closed { flow: old });
    net.drain();
    assert_eq!(net.story(1), "FlowLost");
    let new = Flow { transport: Transport::Ws, peer: "192.0.2.1:40000".parse().unwrap(), connection: 8 };
    let text = format!(
        "UPDATE {target} SIP/2.0\r\nVia: SIP/2.0/WS abc.invalid;branch=z9hG4bKnew\r\nFrom: <sip:a@x>;tag={tag_them}\r\nTo: <sip:b@x>;tag={tag_us}\r\nCall-ID: {call_id}\r\nCSeq: 50 UPDATE\r\nContact: <sip:abc@abc.invalid;transport=ws>\r\nContent-Length: 0\r\n\r\n"
    );
    net.stacks[1].handle(now, Input::Packet { flow: new, bytes: text.into() });
    net.stacks[1].end(now, callee);
    let flows: Vec<_> = std::iter::from_fn(|| net.stacks[1].poll())
        .filter_map(|o| {
            if let Output::Transmit { flow, bytes } = o {
                Some((flow, String::from_utf8_lossy(&bytes).into_owned()))
            } else {
                None
            }
        })
        .collect();
    assert_eq!(flows.len(), 2);
    assert!(flows.iter().all(|(flow, _)| *flow == new), "{flows:?}");
    assert!(
        flows[1].1.starts_with("BYE sip:abc@abc.invalid;transport=ws SIP/2.0\r\nVia: SIP/2.0/WS 192.0.2.2:5060;"),
        "{}",
        flows[1].1
    );
    let _ = caller;
}

#[test]
fn streams_are_framed_pinged_and_closed() {
    let now = start();
    let mut stack = Stack::new(now, config(1), [9; 32]);
    let flow = Flow { transport: Transport::Tcp, peer: address(0), connection: 3 };
    let mut take = |now, bytes: &[u8]| {
        stack.handle(now, Input::Packet { flow, bytes: bytes.to_vec().into() });
        stack.tick(now);
        let outputs: Vec<_> = std::iter::from_fn(|| stack.poll()).collect();
        let said: Vec<String> = outputs
            .iter()
            .filter_map(|o| match o {
                Output::Transmit { bytes, .. } if &bytes[..] == b"\r\n" => Some("pong".into()),
                Output::Transmit { bytes, .. } => Some(code(bytes).to_string()),
                Output::Close { .. } => Some("close".into()),
                Output::Event(_) => None,
            })
            .collect();
        (said.join(" "), stack.sizes().2)
    };
    let options = request("OPTIONS", "z9hG4bK1", "");
    assert_eq!(take(now, b"\r\n\r\n"), ("pong".into(), 0));
    assert_eq!(take(now, format!("{options}{options}").as_bytes()), ("200 200".into(), 0));
    assert_eq!(take(now, &options.as_bytes()[..100]), ("".into(), 1));
    assert_eq!(take(now, &options.as_bytes()[100..]), ("200".into(), 0));
    assert_eq!(take(now, options.replace("Content-Length: 0\r\n", "").as_bytes()), ("400 close".into(), 0));
    assert_eq!(take(now, b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"), ("close".into(), 0));
    assert_eq!(take(now, b"OPTIONS"), ("".into(), 1));
    let late = now + sip::limit::MESSAGE_ARRIVAL;
    assert_eq!(take(late, b" "), ("close".into(), 0), "a message that never ends");
}

#[test]
fn what_is_no_uri_is_not_called() {
    let mut net = Net::new(1, Transport::Udp, PERFECT);
    for target in ["sip:a@b SIP/2.0\r\nVia: evil", "mailto:a@b", ""] {
        let outgoing = sip::Outgoing { target: target.into(), ..net.outgoing(0, None) };
        let now = net.now;
        net.stacks[0].invite(now, outgoing);
        net.drain();
    }
    check(
        &net,
        expect![""],
        expect![[
            r#"Ended(Refused { code: 400, reason: "target is no URI" }) Ended(Refused { code: 400, reason: "target is no URI" }) Ended(Refused { code: 400, reason: "target is no URI" })"#
        ]],
        expect![""],
    );
}
