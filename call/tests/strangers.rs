//! What strangers and guests may cost, at the border of the node: a trunk's call finds its place whatever they do.

use acd::QueuePlan;
use bytes::Bytes;
use call::node::Setup;
use call::plan::{Agent, CallerHeader, Device, Number, Plan, Policy, Queue, Trunk};
use call::{AgentId, Input, Kind, Node, Output};
use sip::{Flow, Message, Peer, Start, Transport};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;
use types::Moment;

const TRUNK: &str = "198.51.100.7:5060";
const STRANGER: &str = "203.0.113.66:5060";
const AGENT: AgentId = AgentId::from_u128(1);

fn plan() -> Plan {
    let flow = ivr::Flow::parse(include_str!("../../config/flows/emergency.toml")).expect("a flow");
    let number =
        Number { number: "1112".into(), flow: "emergency".into(), locale: ivr::Locale::Ru, web: true, recorded: true };
    let floor = QueuePlan {
        name: "emergency".into(),
        base: 1_000_000,
        ring_max: Duration::from_secs(20),
        wrapup_max: Duration::from_secs(10),
        target: Duration::from_secs(20),
        wait_max: None,
        waiting_max: 40,
    };
    let queue = Queue {
        name: "emergency".into(),
        floor,
        announce_first: Duration::from_secs(15),
        announce_each: Duration::from_secs(45),
    };
    Plan {
        numbers: HashMap::from([("1112".into(), number)]),
        flows: HashMap::from([("emergency".into(), Arc::new(flow))]),
        queues: vec![queue],
        agents: vec![Agent { id: AGENT, name: "Ann".into(), extension: "101".into(), queues: vec![] }],
        devices: HashMap::from([(
            "desk1".into(),
            Device { agent: AGENT, ha1: sip::auth::ha1(sip::auth::Algorithm::Sha256, "desk1", "desk", "secret") },
        )]),
        trunks: vec![Trunk {
            name: "carrier".into(),
            addresses: vec![TRUNK_IP.parse().expect("an address")],
            caller: CallerHeader::ALL.to_vec(),
        }],
        policy: Policy { web_caller_number: true, ..Policy::default() },
        ..Plan::default()
    }
}

const TRUNK_IP: &str = "198.51.100.7";

fn node() -> Node {
    Node::new(Moment::START, setup())
}

fn setup() -> Setup {
    Setup {
        name: "test".into(),
        seed: [7; 32],
        secret: [8; 32],
        wall_ms: 1_795_000_000_000,
        sip: sip::Config {
            udp: "192.0.2.2:5060".parse().ok(),
            tcp: None,
            tls: None,
            realm: "desk".into(),
            product: "test".into(),
            session_expires: None,
            transactions_max: 2_000,
            sessions_max: 200,
            unknown: Peer::Stranger,
        },
        engines: 1,
        plan: Arc::new(plan()),
        registered: Vec::new(),
    }
}

fn flow(transport: Transport, peer: &str, connection: u64) -> Flow {
    Flow { transport, peer: peer.parse().expect("an address"), connection }
}

const PLAIN: &str =
    "v=0\r\no=- 1 1 IN IP4 203.0.113.9\r\ns=-\r\nc=IN IP4 203.0.113.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n";

/// A browser's offer, as far as the switch looks at it.
const SECURE: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 8\r\na=setup:actpass\r\n";

fn invite(n: u32, transport: &str, body: &str) -> Bytes {
    let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
    format!(
        "INVITE sip:1112@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/{transport} caller.invalid;branch=z9hG4bK{n}\r\n\
         From: <sip:+79160000001@caller.invalid>;tag=f{n}\r\nTo: <sip:1112@192.0.2.2>\r\nCall-ID: c{n}\r\n\
         CSeq: 1 INVITE\r\nContact: <sip:a@caller.invalid>\r\nMax-Forwards: 70\r\n{kind}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into()
}

#[derive(Default)]
struct Said {
    codes: Vec<u16>,
    retry_after: Option<String>,
    intakes: usize,
    media: Vec<media::Command>,
}

fn take(node: &mut Node, flow: Flow, bytes: Bytes) -> Said {
    node.handle(Moment::START, Input::Sip(sip::Input::Packet { flow, bytes }));
    let mut said = Said::default();
    while let Some(output) = node.poll() {
        match output {
            Output::Transmit { bytes, .. } => {
                let text = String::from_utf8_lossy(&bytes);
                let told = text.split_once("\r\nRetry-After: ").and_then(|(_, rest)| rest.lines().next());
                said.retry_after = told.map(str::to_owned);
                if let Start::Response { code, .. } = Message::parse(&bytes).expect("SIP").start {
                    said.codes.push(code);
                }
            }
            Output::Record(event) if matches!(event.kind, Kind::Arrived { .. }) => said.intakes += 1,
            Output::Media { command, .. } => said.media.push(command),
            _ => {}
        }
    }
    said
}

#[test]
fn strangers_fill_nothing_and_an_emergency_call_is_taken() {
    let mut node = node();
    for n in 0..10_000 {
        let connection = u64::from(n % 4);
        for from in [flow(Transport::Udp, STRANGER, 0), flow(Transport::Tcp, STRANGER, connection)] {
            assert_eq!(take(&mut node, from, invite(n, "UDP", PLAIN)).codes, [403]);
        }
    }
    assert_eq!(node.sizes(), (0, 0, 0));
    let said = take(&mut node, flow(Transport::Udp, TRUNK, 0), invite(99_999, "UDP", PLAIN));
    assert_eq!((said.codes.as_slice(), said.intakes), (&[100][..], 1));
}

#[test]
fn a_visitor_of_the_page_has_one_call_and_leaves_one_intake() {
    let mut node = node();
    let page = flow(Transport::Ws, STRANGER, 5);
    node.handle(Moment::START, Input::FlowOpened { flow: page, agent: None });
    let mut intakes = 0;
    for n in 0..130 {
        let said = take(&mut node, page, invite(n, "WS", SECURE));
        assert_eq!(said.codes, if n == 0 { vec![100] } else { vec![100, 486] }, "call {n}");
        intakes += said.intakes;
    }
    assert_eq!((intakes, node.calls()), (1, 1));
}

#[test]
fn many_visitors_leave_most_of_a_queue_to_those_who_telephone() {
    let mut node = node();
    for n in 0..130 {
        let page = flow(Transport::Ws, &format!("203.0.113.{n}:4000"), 100 + u64::from(n));
        node.handle(Moment::START, Input::FlowOpened { flow: page, agent: None });
        take(&mut node, page, invite(n, "WS", SECURE));
    }
    assert_eq!(node.calls(), 10, "a quarter of forty places");
    for n in 200..230 {
        assert_eq!(take(&mut node, flow(Transport::Udp, TRUNK, 0), invite(n, "UDP", PLAIN)).codes, [100]);
    }
}

#[test]
fn plain_rtp_is_refused_to_a_web_socket() {
    let mut node = node();
    let page = flow(Transport::Ws, STRANGER, 5);
    node.handle(Moment::START, Input::FlowOpened { flow: page, agent: None });
    let said = take(&mut node, page, invite(1, "WS", PLAIN));
    assert_eq!(said.codes, [100, 488]);
    assert!(said.media.iter().all(|command| matches!(command, media::Command::Close { .. })), "{:?}", said.media);
    // Without an offer, ours is a browser's.
    let said = take(&mut node, page, invite(2, "WS", ""));
    let offers = said.media.iter().filter(|c| matches!(c, media::Command::Offer { kind: media::Kind::Browser, .. }));
    assert_eq!((said.codes.as_slice(), offers.count()), (&[100][..], 1));
    // The trunk may.
    let said = take(&mut node, flow(Transport::Udp, TRUNK, 0), invite(3, "UDP", PLAIN));
    assert!(said.media.iter().any(|command| matches!(command, media::Command::Offered { .. })));
}

#[test]
fn who_calls_again_and_again_is_told_when_to_call() {
    let mut node = node();
    let page = flow(Transport::Ws, STRANGER, 5);
    node.handle(Moment::START, Input::FlowOpened { flow: page, agent: None });
    let mut intakes = 0;
    for n in 0..60 {
        let said = take(&mut node, page, invite(n, "WS", PLAIN));
        let free = n < call::limit::GUEST_CALLS;
        assert_eq!(said.codes, [100, if free { 488 } else { 486 }], "call {n}");
        assert_eq!(said.retry_after.as_deref(), (!free).then_some("10"), "call {n}");
        intakes += said.intakes;
    }
    assert_eq!(intakes, 10, "a burst is small");
}

fn register(n: u32, user: &str, authorization: &str) -> Bytes {
    format!(
        "REGISTER sip:192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.5:5060;branch=z9hG4bKr{n};rport\r\n\
         From: <sip:{user}@192.0.2.2>;tag=f\r\nTo: <sip:{user}@192.0.2.2>\r\nCall-ID: r\r\nCSeq: {n} REGISTER\r\n\
         Contact: <sip:{user}@10.0.0.5:5060>\r\nExpires: 3600\r\nUser-Agent: {}\r\n{authorization}Content-Length: 0\r\n\r\n",
        "x".repeat(200)
    )
    .into()
}

/// A wrong answer to the newest challenge.
fn guess(user: &str, nonce: &str) -> String {
    let hash = "0".repeat(64);
    format!(
        "Authorization: Digest username=\"{user}\", realm=\"desk\", nonce=\"{nonce}\", uri=\"sip:192.0.2.2\", response=\"{hash}\", \
         algorithm=SHA-256, qop=auth, nc=00000001, cnonce=\"c\"\r\n"
    )
}

/// The nonce of the challenge that a source gets.
fn nonce(node: &mut Node, source: &str, user: &str) -> String {
    let flow = flow(Transport::Udp, source, 0);
    node.handle(Moment::START, Input::Sip(sip::Input::Packet { flow, bytes: register(90_000, user, "") }));
    let sent = std::iter::from_fn(|| node.poll()).filter_map(|output| match output {
        Output::Transmit { bytes, .. } => String::from_utf8(bytes.to_vec()).ok(),
        _ => None,
    });
    let text: String = sent.collect();
    let (_, rest) = text.split_once("nonce=\"").expect("a challenge");
    rest.split('"').next().expect("a nonce").to_owned()
}

#[test]
fn guesses_of_a_devices_password_are_slow_and_a_phone_elsewhere_registers() {
    const OTHER: &str = "203.0.113.67:5060";
    let mut node = node();
    for user in ["desk1", "nobody"] {
        let (own, other) = (nonce(&mut node, STRANGER, user), nonce(&mut node, OTHER, user));
        let mut from = |n: u32, source: &str, text: &str| {
            take(&mut node, flow(Transport::Udp, source, 0), register(n, user, text)).codes
        };
        for n in 0..4 {
            assert_eq!(from(n, STRANGER, &guess(user, &own)), [401], "{user} {n}");
        }
        from(4, STRANGER, &guess(user, &own));
        for n in 5..1_000 {
            assert_eq!(from(n, STRANGER, &guess(user, &own)), [503], "{user} {n}");
        }
        assert_eq!(from(2_000, STRANGER, ""), [401], "asking is no guess");
        assert_eq!(from(2_001, OTHER, &guess(user, &other)), [401], "another source");
    }
    assert_eq!(node.sizes(), (0, 0, 0), "nothing is kept of them");
}

/// Whoever writes a phone's address into datagrams never sees the challenges sent there.
#[test]
fn forged_answers_lock_no_phone_out() {
    const PHONE: &str = "203.0.113.68:5060";
    let mut node = node();
    let (foreign, own) = (nonce(&mut node, STRANGER, "desk1"), nonce(&mut node, PHONE, "desk1"));
    for n in 0..200 {
        let text = guess("desk1", if n % 2 == 0 { "0" } else { &foreign });
        let codes = take(&mut node, flow(Transport::Udp, PHONE, 0), register(n, "desk1", &text)).codes;
        assert_eq!(codes, [401], "{n}");
    }
    let codes = take(&mut node, flow(Transport::Udp, PHONE, 0), register(300, "desk1", &guess("desk1", &own))).codes;
    assert_eq!(codes, [401], "the phone may still answer");
}

/// The phones that the last process knew are not locked out by guesses from everywhere.
#[test]
fn a_phone_that_was_registered_before_the_restart_may_prove_itself() {
    const PHONE: &str = "203.0.113.68:5060";
    let kept = call::SavedBinding {
        user: "desk1".into(),
        uri: "sip:desk1@203.0.113.68:5060".into(),
        tcp: false,
        peer: PHONE.parse().expect("an address"),
        path: Vec::new(),
        instance: None,
        expires: setup().wall_ms + 3_600_000,
    };
    let mut node = Node::new(Moment::START, Setup { registered: vec![(AGENT, vec![kept])], ..setup() });
    for n in 0..200 {
        let source = format!("203.0.114.{n}:5060");
        let text = guess("desk1", &nonce(&mut node, &source, "desk1"));
        take(&mut node, flow(Transport::Udp, &source, 0), register(n, "desk1", &text));
    }
    let own = nonce(&mut node, PHONE, "desk1");
    let codes = take(&mut node, flow(Transport::Udp, PHONE, 0), register(300, "desk1", &guess("desk1", &own))).codes;
    assert_eq!(codes, [401]);
}

/// Another seed for each process.
static CHANCE: AtomicU8 = AtomicU8::new(100);

/// The algorithm that each name is asked for.
fn decoys(secret: u8) -> Vec<bool> {
    let mut plan = plan();
    let md5 = sip::auth::ha1(sip::auth::Algorithm::Md5, "old", "desk", "secret");
    plan.devices.insert("old".into(), Device { agent: AGENT, ha1: md5 });
    let mut node = Node::new(
        Moment::START,
        Setup {
            plan: Arc::new(plan),
            secret: [secret; 32],
            seed: [CHANCE.fetch_add(1, Ordering::Relaxed); 32],
            ..setup()
        },
    );
    let mut asked = |user: &str| {
        let packet = sip::Input::Packet { flow: flow(Transport::Udp, STRANGER, 0), bytes: register(1, user, "") };
        node.handle(Moment::START, Input::Sip(packet));
        let sent = std::iter::from_fn(|| node.poll());
        let texts = sent.filter_map(|o| {
            if let Output::Transmit { bytes, .. } = o { String::from_utf8(bytes.to_vec()).ok() } else { None }
        });
        texts.into_iter().any(|text| text.contains("algorithm=MD5"))
    };
    (0..64).map(|n| asked(&format!("nobody{n}"))).collect()
}

#[test]
fn a_name_that_does_not_exist_is_asked_for_the_same_algorithm_after_a_restart() {
    let first = decoys(1);
    assert!(first.contains(&true) && first.contains(&false), "{first:?}");
    assert_ne!(first, decoys(2));
    assert_eq!(first, decoys(1), "another seed");
}

#[test]
fn who_is_refused_by_our_fault_is_called_back() {
    let kinds = |code: Option<u16>, number: &str| {
        let mut node = node();
        let text = String::from_utf8(invite(1, "UDP", PLAIN).to_vec())
            .unwrap()
            .replace("sip:1112@", &format!("sip:{number}@"));
        let packet = sip::Input::Packet { flow: flow(Transport::Udp, TRUNK, 0), bytes: text.into() };
        node.handle(Moment::START, Input::Sip(packet));
        let mut kinds = Vec::new();
        let mut sent = Vec::new();
        let mut leg = None;
        for turn in 0..2 {
            while let Some(output) = node.poll() {
                match output {
                    Output::Record(event) => kinds.push(event.kind.name().to_string()),
                    Output::Media { command: media::Command::Offered { leg: offered, .. }, .. } => leg = Some(offered),
                    Output::Transmit { bytes, .. } => sent.push(String::from_utf8(bytes.to_vec()).unwrap()),
                    _ => {}
                }
            }
            if let (0, Some(code), Some(leg)) = (turn, code, leg) {
                let event = media::Event::Rejected { leg, code, why: "test" };
                node.handle(Moment::START, Input::Media { engine: 0, event });
            }
        }
        (kinds.join(" "), sent.iter().any(|text| text.contains("\r\nRetry-After: ")))
    };
    assert_eq!(kinds(Some(503), "1112"), ("arrived callback_due ended".into(), true));
    assert_eq!(kinds(Some(488), "1112"), ("arrived ended".into(), false));
    assert_eq!(kinds(None, "9999"), ("arrived ended".into(), false));
}

#[test]
fn a_clock_that_was_set_anew_stamps_from_then_on() {
    let mut node = node();
    let day = 86_400_000;
    let wall = node.wall_ms(Moment::START);
    node.handle(Moment::START, Input::Clock { wall_ms: wall + day });
    let from = flow(Transport::Udp, TRUNK, 0);
    node.handle(Moment::START, Input::Sip(sip::Input::Packet { flow: from, bytes: invite(1, "UDP", PLAIN) }));
    let mut stamps = std::iter::from_fn(|| node.poll())
        .filter_map(|o| if let Output::Record(event) = o { Some(event.at) } else { None });
    assert_eq!(stamps.next(), Some(wall + day));
}

#[test]
fn a_call_that_finds_the_node_full_leaves_an_intake_and_is_called_back() {
    let mut setup = setup();
    setup.sip.sessions_max = 5;
    let mut node = Node::new(Moment::START, setup);
    let trunk = flow(Transport::Udp, TRUNK, 0);
    for n in 0..5 {
        assert_eq!(take(&mut node, trunk, invite(n, "UDP", PLAIN)).codes, [100]);
    }
    let packet = sip::Input::Packet { flow: trunk, bytes: invite(6, "UDP", PLAIN) };
    node.handle(Moment::START, Input::Sip(packet));
    let mut kinds = Vec::new();
    while let Some(output) = node.poll() {
        if let Output::Record(event) = output {
            kinds.push(event.kind.name().to_string());
        }
    }
    assert_eq!(kinds, ["arrived", "callback_due", "ended"]);
}
