//! Calls over a network that loses, doubles and reorders: every session ends exactly once at both ends, and
//! nothing is left over.

mod net;

use net::{Net, PERFECT, ROUGH, brief, sdp, session};
use rand::Rng;
use sip::{Body, Event, SessionId, Stack, Transport};
use std::collections::HashMap;
use std::time::Duration;
use types::Moment;

/// What a party does by itself when its stack says something.
fn react(net: &mut Net, from: usize, plan: &Plan) {
    // Events are read in order; reacting makes more.
    let mut read = from;
    while let Some((side, _, event)) = net.events.get(read).cloned() {
        read += 1;
        let now = net.now;
        let stack = &mut net.stacks[side];
        match event {
            Event::Invited { session, invite } => match plan.callee {
                Callee::Answers => {
                    stack.ring(now, session, None);
                    stack.answer(now, session, sdp(2));
                    let _ = invite;
                }
                Callee::Refuses => stack.refuse(now, session, 486, &[]),
                Callee::Waits => stack.ring(now, session, None),
            },
            Event::Answered { session, body } if body.is_some() => stack.ack_body(now, session, sdp(3)),
            Event::Offered { session, .. } => stack.reply_offer(now, session, sdp(4)),
            _ => {}
        }
        net.drain();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Callee {
    Answers,
    Refuses,
    Waits,
}

struct Plan {
    callee: Callee,
}

fn play(seed: u64, transport: Transport, faults: net::Faults) -> Net {
    let mut net = Net::new(seed, transport, faults);
    let plan = Plan {
        callee: [Callee::Answers, Callee::Answers, Callee::Answers, Callee::Refuses, Callee::Waits]
            [net.dice.random_range(0..5)],
    };
    let offered = net.dice.random_bool(0.8);
    net.call(0, offered.then(|| sdp(1)));
    let turns = net.dice.random_range(0..12);
    let mut until = net.now;
    for _ in 0..turns {
        until += Duration::from_millis([50, 400, 1_500, 8_000, 400_000][net.dice.random_range(0..5)]);
        run(&mut net, &plan, until);
        let side = net.dice.random_range(0..2);
        let Some(id) = newest(&net, side) else {
            continue;
        };
        act(&mut net, side, id);
        net.drain();
    }
    // Long enough for everything, then somebody hangs up; afterwards peace.
    run(&mut net, &plan, until + Duration::from_secs(40));
    let side = net.dice.random_range(0..2);
    if let Some(id) = newest(&net, side) {
        let now = net.now;
        net.stacks[side].end(now, id);
        net.drain();
    }
    let peace = net.now + Duration::from_secs(700);
    run(&mut net, &plan, peace);
    net
}

fn run(net: &mut Net, plan: &Plan, until: Moment) {
    loop {
        let read = net.events.len();
        if !net.step(until) {
            break;
        }
        react(net, read, plan);
    }
}

fn newest(net: &Net, side: usize) -> Option<SessionId> {
    if side == 0 {
        return Some(SessionId(1));
    }
    net.events.iter().find_map(|(s, _, e)| (*s == side).then(|| session(e)).flatten())
}

fn act(net: &mut Net, side: usize, id: SessionId) {
    let now = net.now;
    let roll = net.dice.random_range(0..10);
    let number = net.dice.random_range(10..99);
    let stack: &mut Stack = &mut net.stacks[side];
    match roll {
        0..4 => stack.offer(now, id, sdp(number)),
        4..7 => {
            stack.info(now, id, Body { content_type: "application/dtmf-relay".into(), bytes: "Signal=5\r\n".into() })
        }
        7 if side == 1 => stack.ring(now, id, Some(sdp(number))),
        8 if number < 40 => stack.end(now, id),
        9 if number < 40 => net.stacks.iter_mut().for_each(|s| s.end(now, id)),
        _ => {}
    }
}

/// The laws: one `Ended` for each session, as its last event; nothing kept; both ends agree that it is over.
fn judge(net: &Net, seed: u64) {
    let mut ended: HashMap<(usize, SessionId), bool> = HashMap::new();
    for (side, _, event) in &net.events {
        let Some(id) = session(event) else { continue };
        let over = ended.entry((*side, id)).or_insert(false);
        assert!(!*over, "seed {seed}: {} after the end\n{}", brief(event), net.show());
        *over = matches!(event, Event::Ended { .. });
    }
    assert!(ended.contains_key(&(0, SessionId(1))), "seed {seed}");
    assert!(ended.values().all(|over| *over), "seed {seed}: a session never ended\n{}", net.show());
    for stack in &net.stacks {
        assert_eq!(stack.sizes(), (0, 0, 0), "seed {seed}: left over\n{}", net.show());
        assert_eq!(stack.timeout(), None, "seed {seed}: a timer was left\n{}", net.show());
    }
}

#[test]
fn thousands_of_calls_over_a_rough_network() {
    let seeds: u64 = std::env::var("SIP_SEEDS").ok().and_then(|s| s.parse().ok()).unwrap_or(3_000);
    let (mut talked, mut expected) = (0, 0);
    for seed in 0..seeds {
        let net = play(seed, Transport::Udp, ROUGH);
        judge(&net, seed);
        let all = net.story(0);
        expected += u32::from(net.story(1).contains("Confirmed"));
        talked += u32::from(all.contains("Answered"));
    }
    // The dice are fair: most of the answered calls must have been heard as answered at the other end.
    assert!(
        talked >= expected && u64::from(expected) > seeds / 3,
        "{talked} answered, {expected} confirmed of {seeds}"
    );
}

#[test]
fn the_same_over_connections() {
    for transport in [Transport::Tcp, Transport::Ws] {
        for seed in 0..300 {
            judge(&play(seed, transport, ROUGH), seed);
        }
    }
}

#[test]
fn without_interference_every_call_is_confirmed() {
    for seed in 0..500 {
        for faults in [PERFECT, ROUGH] {
            let mut net = Net::new(seed, Transport::Udp, faults);
            net.call(0, Some(sdp(1)));
            let until = net.now + Duration::from_secs(25);
            run(&mut net, &Plan { callee: Callee::Answers }, until);
            assert!(net.story(0).contains("Answered+"), "seed {seed}\n{}", net.show());
            assert!(net.story(1).contains("Confirmed"), "seed {seed}\n{}", net.show());
            assert!(!net.story(0).contains("Ended") && !net.story(1).contains("Ended"), "seed {seed}\n{}", net.show());
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let (one, two) = (play(7, Transport::Udp, ROUGH), play(7, Transport::Udp, ROUGH));
    assert_eq!(one.show(), two.show());
}

/// Not a law but a look: what happens how often. `cargo test -p sip --test lossy -- --ignored --nocapture`
#[test]
#[ignore = "prints a table for people"]
fn what_happens_how_often() {
    let mut count: HashMap<(usize, String), u32> = HashMap::new();
    for seed in 0..20_000 {
        let net = play(seed, Transport::Udp, ROUGH);
        for (side, _, event) in &net.events {
            *count.entry((*side, brief(event))).or_default() += 1;
        }
    }
    let mut lines: Vec<_> = count.into_iter().collect();
    lines.sort();
    lines.iter().for_each(|((side, what), n)| println!("{side} {n:>7} {what}"));
}
