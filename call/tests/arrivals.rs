//! What comes of an INVITE, from its text to what is recorded.

use call::plan::{CallerHeader, Number, Plan, Queue, Trunk};
use call::{Event, Input, Kind, Node, Output, node::Setup};
use sip::{Flow, Transport};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use types::{Moment, Outcome, Side, phone};

const TRUNK: &str = "192.0.2.1:5060";
const STRANGER: &str = "203.0.113.9:5060";
const FLOW: &str =
    "title = \"q\"\nstart = \"q\"\ndispatcher = \"q\"\ndegraded = \"q\"\n[node.q]\ndo = \"queue\"\nqueue = \"main\"\n";

fn plan() -> Plan {
    let number = |number: &str| Number {
        number: number.into(),
        flow: "main".into(),
        locale: ivr::Locale::Ru,
        web: false,
        recorded: false,
    };
    let numbers = ["1000", "74951234567"].map(|written| (phone::key(written), number(written)));
    Plan {
        numbers: HashMap::from(numbers),
        flows: HashMap::from([("main".into(), Arc::new(ivr::Flow::parse(FLOW).expect("a flow")))]),
        queues: vec![Queue {
            name: "main".into(),
            floor: acd::QueuePlan {
                name: "main".into(),
                base: 0,
                ring_max: Duration::from_secs(20),
                wrapup_max: Duration::from_secs(10),
                target: Duration::from_secs(20),
                wait_max: None,
                waiting_max: 40,
            },
            announce_first: Duration::from_secs(600),
            announce_each: Duration::from_secs(600),
        }],
        trunks: vec![Trunk {
            name: "carrier".into(),
            addresses: vec![TRUNK.parse::<SocketAddr>().expect("an address").ip()],
            caller: CallerHeader::ALL.to_vec(),
        }],
        ..Plan::default()
    }
}

struct Desk {
    node: Node,
    now: Moment,
}

impl Desk {
    fn new(plan: Plan) -> Desk {
        let sip = sip::Config {
            udp: Some("192.0.2.2:5060".parse().expect("an address")),
            tcp: None,
            tls: None,
            realm: "desk".into(),
            product: "Linedesk".into(),
            session_expires: None,
            transactions_max: 100,
            sessions_max: 10,
            unknown: sip::Peer::Stranger,
        };
        let now = Moment::START;
        let (name, plan) = ("n".into(), Arc::new(plan));
        let setup =
            Setup { name, seed: [7; 32], secret: [8; 32], wall_ms: 0, sip, engines: 1, plan, registered: Vec::new() };
        Desk { node: Node::new(now, setup), now }
    }

    /// What is recorded, and the codes of the answers.
    fn take(&mut self, peer: &str, text: &str) -> (Vec<Kind>, Vec<u16>) {
        self.hears(peer, text);
        let (mut kinds, mut codes) = (Vec::new(), Vec::new());
        while let Some(output) = self.node.poll() {
            match output {
                Output::Record(Event { kind, .. }) => kinds.push(kind),
                Output::Transmit { bytes, .. } => {
                    let code: Option<u16> =
                        bytes.get(8..11).and_then(|code| std::str::from_utf8(code).ok()?.parse().ok());
                    codes.extend(code);
                }
                _ => {}
            }
        }
        (kinds, codes)
    }
}

impl Desk {
    fn hears(&mut self, peer: &str, text: &str) {
        let flow = Flow { transport: Transport::Udp, peer: peer.parse().expect("an address"), connection: 0 };
        let bytes = text.as_bytes().to_vec().into();
        self.node.handle(self.now, Input::Sip(sip::Input::Packet { flow, bytes }));
    }

    fn said(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.node.poll()).collect()
    }

    /// The texts sent from now until `span` is over, and what was recorded.
    fn run(&mut self, span: Duration) -> (Vec<String>, Vec<Kind>) {
        let end = self.now + span;
        let (mut texts, mut kinds) = (Vec::new(), Vec::new());
        loop {
            for output in self.said() {
                match output {
                    Output::Transmit { bytes, .. } => texts.push(String::from_utf8_lossy(&bytes).into_owned()),
                    Output::Record(event) => kinds.push(event.kind),
                    _ => {}
                }
            }
            let Some(due) = self.node.timeout().filter(|due| *due <= end) else {
                self.now = end;
                return (texts, kinds);
            };
            self.now = self.now.max(due);
            self.node.tick(self.now);
        }
    }

    /// A trunk's caller in the queue: the tag of our side, and the leg of the sound.
    fn waiting(&mut self) -> (String, media::LegId) {
        self.hears(TRUNK, &invite("sip:1000@192.0.2.2", &[]));
        let leg = self.said().iter().find_map(|output| match output {
            Output::Media { command: media::Command::Offer { leg, .. }, .. } => Some(*leg),
            _ => None,
        });
        let leg = leg.expect("a leg");
        let sdp = bytes::Bytes::from_static(b"v=0\r\n");
        self.node.handle(self.now, Input::Durable { sequence: 1 });
        self.node.handle(self.now, Input::Media { engine: 0, event: media::Event::Offer { leg, sdp } });
        let (texts, _) = self.run(Duration::ZERO);
        let to = texts[0].lines().find(|line| line.starts_with("To: ")).expect("a To").to_owned();
        let ack =
            invite("sip:1000@192.0.2.2", &[&to, "CSeq: 1 ACK", "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK2"]);
        self.hears(TRUNK, &ack.replace("INVITE sip", "ACK sip"));
        self.run(Duration::from_secs(1));
        (to, leg)
    }
}

/// An INVITE; a line of `other` replaces the one of its name, or is added.
fn invite(uri: &str, other: &[&str]) -> String {
    let mut lines = vec![
        "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1".to_owned(),
        "Max-Forwards: 70".to_owned(),
        "From: <sip:+79161000001@x>;tag=f".to_owned(),
        "To: <sip:1000@x>".to_owned(),
        "Call-ID: c1".to_owned(),
        "CSeq: 1 INVITE".to_owned(),
        "Contact: <sip:gw@192.0.2.1>".to_owned(),
        "Content-Length: 0".to_owned(),
    ];
    for line in other {
        let name = line.split_once(':').map_or(*line, |(name, _)| name);
        match lines.iter_mut().find(|known| known.starts_with(&format!("{name}:"))) {
            Some(known) => *known = (*line).to_owned(),
            None => lines.push((*line).to_owned()),
        }
    }
    format!("INVITE {uri} SIP/2.0\r\n{}\r\n\r\n", lines.join("\r\n"))
}

/// The caller's number and name of the one intake.
fn caller(kinds: &[Kind]) -> Option<(Option<&str>, &str)> {
    match kinds.first() {
        Some(Kind::Arrived { from, from_name, .. }) => Some((from.as_deref(), from_name)),
        _ => None,
    }
}

#[test]
fn every_invite_of_a_trunk_leaves_an_intake_whatever_it_is_answered() {
    let long = format!("sip:{}@192.0.2.2", "1".repeat(9_000));
    for (expect, uri, other) in [
        (400, "sip:1000@192.0.2.2", vec!["From: <sip:>;tag=f"]),
        (400, "sip:1000@192.0.2.2", vec!["Content-Length: many"]),
        (400, "sip:1000@192.0.2.2", vec!["CSeq: x INVITE"]),
        (400, "sip:1000@192.0.2.2", vec!["Contact: nobody"]),
        (404, "sip:9999@192.0.2.2", vec![]),
        (406, "sip:1000@192.0.2.2", vec!["Accept: text/plain"]),
        (414, &long, vec![]),
        (415, "sip:1000@192.0.2.2", vec!["Content-Type: application/isup", "Content-Length: 1", "\r\nx"]),
        (416, "http://192.0.2.2", vec![]),
        (420, "sip:1000@192.0.2.2", vec!["Require: rel2000"]),
        (422, "sip:1000@192.0.2.2", vec!["Supported: timer", "Session-Expires: 60"]),
        (483, "sip:1000@192.0.2.2", vec!["Max-Forwards: 0"]),
    ] {
        let text = invite(uri, &other);
        let mut desk = Desk::new(plan());
        let (kinds, codes) = desk.take(TRUNK, &text);
        assert_eq!(codes.last(), Some(&expect), "{other:?}");
        let [Kind::Arrived { from, sip_call_id, .. }, Kind::Ended { outcome, side, code, .. }] = kinds.as_slice()
        else {
            panic!("{other:?}: {kinds:?}");
        };
        assert_eq!((sip_call_id.as_str(), *outcome, *side, *code), ("c1", Outcome::Rejected, Side::System, expect));
        let known = (!other.iter().any(|line| line.starts_with("From"))).then_some("+79161000001");
        assert_eq!(from.as_deref(), known, "{other:?}");
        assert_eq!(desk.take(TRUNK, &text).0, [], "a copy of it is no other call");
        desk.now += Duration::from_secs(60);
        let again = text.replace("CSeq: 1", "CSeq: 2").replace("z9hG4bK1", "z9hG4bK2").replace("f\r\nTo", "g\r\nTo");
        assert_eq!(desk.take(TRUNK, &again).0.len(), 2, "{other:?}: another call is");
        assert_eq!(Desk::new(plan()).take(STRANGER, &text).0, [], "{other:?}: a stranger leaves nothing");
    }
}

#[test]
fn an_invite_that_requires_100rel_is_taken() {
    let (kinds, codes) = Desk::new(plan()).take(TRUNK, &invite("sip:1000@192.0.2.2", &["Require: 100rel"]));
    assert!(matches!(kinds.as_slice(), [Kind::Arrived { .. }]), "{kinds:?}");
    assert_eq!(codes, [100]);
}

#[test]
fn a_number_is_dialled_in_any_form() {
    for uri in [
        "sip:74951234567@192.0.2.2",
        "sip:+74951234567@192.0.2.2",
        "sip:84951234567@192.0.2.2;user=phone",
        "sip:4951234567@192.0.2.2",
        "tel:+7-495-123-45-67",
        "tel:1234567;phone-context=+7495",
        "sip:%2B74951234567@192.0.2.2",
        "sip:+7(495)123-45-67;npdi=yes@192.0.2.2",
        "sip:+1000@192.0.2.2",
    ] {
        let (kinds, _) = Desk::new(plan()).take(TRUNK, &invite(uri, &[]));
        let [Kind::Arrived { dialled, .. }] = kinds.as_slice() else { panic!("{uri}: {kinds:?}") };
        assert!(dialled == "74951234567" || dialled == "1000", "{uri}: recorded as configured, not as {dialled}");
    }
    let (kinds, codes) = Desk::new(plan()).take(TRUNK, &invite("sip:74951234568@192.0.2.2", &[]));
    assert_eq!((kinds.len(), codes), (2, vec![100, 404]), "another number is not that one");
}

#[test]
fn the_caller_is_whoever_has_a_number() {
    let check = |other: &[&str], from: Option<&str>, name: &str| {
        let (kinds, _) = Desk::new(plan()).take(TRUNK, &invite("sip:1000@192.0.2.2", other));
        assert_eq!(caller(&kinds), Some((from, name)), "{other:?}");
    };
    check(&["From: \"Anna\" <tel:+7-916-100-00-01>;tag=f"], Some("+79161000001"), "Anna");
    check(&["From: <sip:8(916)1000001@x>;tag=f"], Some("+79161000001"), "");
    check(&["From: <tel:2000001;phone-context=+7916>;tag=f"], Some("+79162000001"), "");
    check(&["From: <sip:+79161000001;phone-context=+7@x;user=phone>;tag=f"], Some("+79161000001"), "");
    check(&["From: <sip:101@x>;tag=f"], Some("101"), "");
    check(&["From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=f"], None, "Anonymous");
    check(&["P-Asserted-Identity: <sip:+79162000002@x>"], Some("+79162000002"), "");
    check(&["P-Asserted-Identity: <sip:gateway@x>"], Some("+79161000001"), "");
    check(&["P-Asserted-Identity: <sip:gw@x>, <tel:+7-916-200-00-02>"], Some("+79162000002"), "");
    check(&["P-Asserted-Identity: Ivanov, I <sip:89162000002@x>"], Some("+79162000002"), "I");
    let anonymous = "From: <sip:anonymous@anonymous.invalid>;tag=f";
    check(&[anonymous, "Remote-Party-ID: \"Boris\" <sip:89163000003@x>;party=calling"], Some("+79163000003"), "Boris");
    check(&[anonymous, "Remote-Party-ID: <sip:89163000003@x>;party=called"], None, "");
    check(&["Remote-Party-ID: <sip:89163000003@x>;privacy=full"], None, "");
    check(&["P-Asserted-Identity: <sip:+79162000002@x>", "Privacy: id"], None, "");

    let mut plan = plan();
    plan.trunks[0].caller = vec![CallerHeader::From];
    let text = invite("sip:1000@192.0.2.2", &["P-Asserted-Identity: <sip:+79162000002@x>"]);
    assert_eq!(caller(&Desk::new(plan).take(TRUNK, &text).0), Some((Some("+79161000001"), "")), "as the trunk says");
}

/// The response a phone gives to a request of ours.
fn response(request: &str, code: u16) -> String {
    let kept = ["Via", "From", "To", "Call-ID", "CSeq"];
    let lines: Vec<&str> =
        request.lines().filter(|line| line.split_once(':').is_some_and(|(name, _)| kept.contains(&name))).collect();
    format!("SIP/2.0 {code} x\r\n{}\r\nContent-Length: 0\r\n\r\n", lines.join("\r\n"))
}

#[test]
fn a_silent_caller_is_cut_only_when_nothing_else_shows_life() {
    for (answer, kept) in [(Some(200), true), (Some(405), true), (Some(481), false), (None, false)] {
        let mut desk = Desk::new(plan());
        let (_, leg) = desk.waiting();
        let silent = Input::Media { engine: 0, event: media::Event::Silent { leg } };
        desk.node.handle(desk.now, silent);
        let (texts, kinds) = desk.run(Duration::from_millis(10));
        assert_eq!(kinds, [], "{answer:?}");
        let [options] = texts.as_slice() else { panic!("{texts:?}") };
        assert!(options.starts_with("OPTIONS sip:gw@192.0.2.1 SIP/2.0\r\n"), "{options}");
        if let Some(code) = answer {
            desk.hears(TRUNK, &response(options, code));
        }
        let (texts, kinds) = desk.run(Duration::from_secs(40));
        let bye = texts.iter().find(|text| text.starts_with("BYE "));
        assert_eq!(bye.is_none(), kept, "{answer:?}: {texts:?}");
        if let Some(bye) = bye {
            assert!(bye.contains("\r\nReason: SIP;cause=4"), "{bye}");
            let side = kinds.iter().find_map(|kind| match kind {
                Kind::Ended { side, outcome: Outcome::AbandonedQueue, .. } => Some(*side),
                _ => None,
            });
            assert_eq!(side, Some(Side::System), "{kinds:?}");
        }
    }
}
