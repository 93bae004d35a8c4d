//! Packets, closed connections, time and an application that does anything: no panic, bounded state, one `Ended` each.
//!
//! The input is cut into steps by 0xFE. The first byte of a step says what happens, the rest is the packet.

use sip::{Body, Config, Event, Flow, Input, Outgoing, Output, Party, Peer, SessionId, Stack, Transport};
use std::collections::HashMap;
use std::time::Duration;
use types::Moment;

fn body() -> Body {
    Body::sdp("v=0\r\n")
}

fn config() -> Config {
    Config {
        udp: Some(([192, 0, 2, 1], 5060).into()),
        tcp: Some(([192, 0, 2, 1], 5060).into()),
        tls: None,
        realm: "desk".into(),
        product: "fuzz".into(),
        session_expires: Some(Duration::from_secs(600)),
        transactions_max: 50,
        sessions_max: 10,
        unknown: Peer::Device(0),
    }
}

fn act(stack: &mut Stack, now: Moment, roll: u8, id: SessionId, flow: Flow) {
    match roll % 10 {
        0 => stack.ring(now, id, None),
        1 => stack.answer(now, id, body()),
        2 => stack.refuse(now, id, 486, &[]),
        3 => stack.end(now, id),
        4 => stack.offer(now, id, body()),
        5 => stack.reply_offer(now, id, body()),
        6 => stack.info(now, id, body()),
        7 => stack.refer_progress(now, id, 200),
        8 => stack.ack_body(now, id, body()),
        _ => {
            let party = Party { name: "n".into(), user: "u".into(), host: String::new() };
            let (from, to) = (party.clone(), party);
            let target = "sip:a@192.0.2.9".into();
            let order = Outgoing {
                flow,
                target,
                route: vec![],
                from,
                to,
                body: Some(body()),
                headers: vec![],
                ring_max: Duration::from_secs(60),
            };
            stack.invite(now, order);
        }
    }
}

fn drain(stack: &mut Stack, now: Moment, alive: &mut HashMap<SessionId, bool>) {
    while let Some(output) = stack.poll() {
        let Output::Event(event) = output else { continue };
        match event {
            Event::Invited { session, .. } => assert!(alive.insert(session, true).is_none()),
            Event::Ended { session, .. } => assert_ne!(alive.insert(session, false), Some(false), "ended twice"),
            Event::Registering { request, register } => match register.contacts.len() {
                0 => stack.challenge(now, request, sip::auth::Algorithm::Sha256, false),
                _ => stack.register_ok(now, request, &register.contacts),
            },
            _ => {}
        }
    }
}

pub fn run(data: &[u8]) {
    let mut now = Moment::START;
    let mut stack = Stack::new(now, config(), [5; 32]);
    let mut alive = HashMap::new();
    for step in data.split(|b| *b == 0xFE).take(64) {
        let Some((roll, rest)) = step.split_first() else { continue };
        let transport = [Transport::Udp, Transport::Tcp, Transport::Ws][usize::from(roll % 3)];
        let flow =
            Flow { transport, peer: ([192, 0, 2, 9], 5060).into(), connection: u64::from(transport != Transport::Udp) };
        match roll / 64 {
            0 | 1 => stack.handle(now, Input::Packet { flow, bytes: rest.to_vec().into() }),
            2 => act(&mut stack, now, *roll, SessionId(u64::from(rest.first().copied().unwrap_or(1)) % 16), flow),
            _ if *roll == 255 => stack.handle(now, Input::Closed { flow }),
            _ => {
                now += Duration::from_millis(u64::from(*roll - 192) * 200);
                stack.tick(now);
            }
        }
        drain(&mut stack, now, &mut alive);
        let (transactions, sessions, frames) = stack.sizes();
        assert!(transactions <= 200 && sessions <= 10 && frames <= 2);
    }
    // Everything that began with the peer's doing or ours comes to rest once the calls are ended.
    let open: Vec<_> = (1..80).map(SessionId).collect();
    for id in open {
        stack.end(now, id);
    }
    stack.handle(
        now,
        Input::Closed { flow: Flow { transport: Transport::Tcp, peer: ([192, 0, 2, 9], 5060).into(), connection: 1 } },
    );
    drain(&mut stack, now, &mut alive);
    while let Some(at) = stack.timeout() {
        stack.tick(at);
        drain(&mut stack, at, &mut alive);
    }
    assert_eq!(stack.sizes(), (0, 0, 0));
    assert!(alive.values().all(|open| !open), "a call never ended");
}
