//! The cases of RFC 4475, as a stack takes them: valid ones are understood, invalid ones get the RFC's code.
//!
//! The messages are our own, written after the RFC's descriptions: `vectors/README.md`.

mod net;

use net::{config, start};
use sip::{Event, Flow, Input, Message, Output, Stack, Start, Transport, header::Name, screen};

/// What the stack does with each message. A number: the code of its answer.
#[derive(Debug, PartialEq, Clone, Copy)]
enum Outcome {
    Call,
    Register,
    Answer(u16),
    /// A response to nothing of ours, or not worth an answer.
    Nothing,
}
use Outcome::{Answer, Call, Nothing, Register};

/// By the RFC's section. Where it leaves a choice, ours.
const EXPECT: [(&str, Outcome); 50] = [
    // 3.1.1 valid
    // Its To has a tag: well formed, and of no dialog here.
    ("wsinv", Answer(481)),
    ("intmeth", Answer(501)),
    ("esc01", Call),
    ("escnull", Register),
    ("esc02", Answer(501)),
    ("lwsdisp", Answer(200)),
    ("longreq", Call),
    ("dblreq", Register),
    ("semiuri", Answer(200)),
    ("transports", Answer(200)),
    ("mpart01", Answer(405)),
    ("unreason", Nothing),
    ("noreason", Nothing),
    // 3.1.2 invalid
    ("badinv01", Answer(400)),
    ("clerr", Answer(400)),
    ("ncl", Answer(400)),
    ("scalar02", Answer(400)),
    ("scalarlg", Nothing),
    // A faulty display name refuses no call: the URI behind it is whole.
    ("quotbal", Call),
    ("ltgtruri", Answer(400)),
    ("lwsruri", Answer(400)),
    ("lwsstart", Answer(400)),
    ("trws", Answer(400)),
    ("escruri", Answer(400)),
    // The Date is nobody's business here.
    ("baddate", Call),
    ("regbadct", Answer(400)),
    ("badaspec", Answer(400)),
    ("baddn", Answer(200)),
    ("baddn-unterminated", Answer(400)),
    ("badvers", Answer(505)),
    ("mismatch01", Answer(400)),
    ("mismatch02", Answer(501)),
    ("bigcode", Nothing),
    // 3.2 transaction layer: a branch of the cookie alone is matched as RFC 2543 did
    ("badbranch", Answer(200)),
    // 3.3 application layer
    ("insuf", Answer(400)),
    ("unkscm", Answer(416)),
    ("novelsc", Answer(416)),
    ("unksm2", Answer(400)),
    ("bext01", Answer(420)),
    ("invut", Answer(415)),
    ("regaut01", Register),
    ("multi01", Answer(400)),
    ("mcl01", Answer(400)),
    ("bcast", Nothing),
    ("zeromf", Answer(483)),
    ("cparam01", Register),
    ("cparam02", Register),
    ("regescrt", Register),
    ("sdp01", Answer(406)),
    // 3.4 backward compatibility
    ("inv2543", Call),
];

/// What the reader of the text alone finds wrong: a case that is refused for another reason tests nothing.
const FAULTS: [(&str, &str); 23] = [
    ("intmeth", "method"),
    ("esc02", "method"),
    ("badinv01", "parameter name"),
    ("clerr", "Content-Length beyond the packet"),
    ("ncl", "Content-Length"),
    ("scalar02", "CSeq number"),
    ("scalarlg", "CSeq number"),
    ("ltgtruri", "URI with a forbidden character"),
    ("lwsruri", "spaces in the request line"),
    ("lwsstart", "spaces in the request line"),
    ("trws", "spaces in the request line"),
    ("escruri", "headers in the Request-URI"),
    ("badaspec", "URI with a forbidden character"),
    ("baddn-unterminated", "header cut short"),
    ("badvers", "version"),
    ("mismatch01", "CSeq names another method"),
    ("mismatch02", "method"),
    ("bigcode", "status code"),
    ("insuf", "From"),
    ("unkscm", "Request-URI scheme"),
    ("novelsc", "Request-URI scheme"),
    ("multi01", "From"),
    ("mcl01", "conflicting Content-Length"),
];

/// The octets of one case: lines end in CRLF, `<hex>` and `<repeat>` are the mark-up of RFC 4475 2.1.
fn read(name: &str) -> Vec<u8> {
    let file = format!("{}/tests/vectors/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{file}: {e}"));
    let mut octets = Vec::new();
    let mut rest = text.as_str();
    while let Some((plain, marked)) = rest.split_once('<') {
        octets.extend(plain.replace('\n', "\r\n").bytes());
        if let Some(hex) = marked.strip_prefix("hex>") {
            let (digits, after) = hex.split_once("</hex>").expect("a closed <hex>");
            octets.extend(hex::decode(digits.replace(' ', "")).expect("octets in hex"));
            rest = after;
        } else if let Some(repeat) = marked.strip_prefix("repeat count=") {
            let (repeat, after) = repeat.split_once("</repeat>").expect("a closed <repeat>");
            let (count, word) = repeat.split_once('>').expect("a count and a word");
            octets.extend(word.repeat(count.parse().expect("a count")).bytes());
            rest = after;
        } else {
            octets.push(b'<');
            rest = marked;
        }
    }
    octets.extend(rest.replace('\n', "\r\n").bytes());
    octets
}

fn take(text: &[u8]) -> (Outcome, Vec<Output>) {
    let now = start();
    let mut stack = Stack::new(now, config(0), [1; 32]);
    let stream = [&b"SIP/2.0/TCP"[..], b"SIP/2.0/TLS"].iter().any(|t| {
        let via = Message::parse(text).ok().and_then(|m| m.list(Name::Via).next().map(<[u8]>::to_vec));
        via.is_some_and(|v| v.starts_with(t))
    });
    let transport = if stream { Transport::Tcp } else { Transport::Udp };
    let flow = Flow { transport, peer: "192.0.2.200:5060".parse().unwrap(), connection: u64::from(stream) };
    stack.handle(now, Input::Packet { flow, bytes: text.to_vec().into() });
    let outputs: Vec<_> = std::iter::from_fn(|| stack.poll()).collect();
    let mut outcome = Nothing;
    for output in &outputs {
        match output {
            Output::Event(Event::Invited { .. }) => outcome = Call,
            Output::Event(Event::Registering { .. }) => outcome = Register,
            Output::Transmit { bytes, .. } => {
                let answer = Message::parse(bytes).expect("what we write can be read");
                assert_eq!(answer.fault, None);
                match answer.start {
                    Start::Response { code: 100, .. } => {}
                    Start::Response { code, .. } => outcome = Answer(code),
                    Start::Request { .. } => panic!("a request to a stranger"),
                }
            }
            _ => {}
        }
    }
    (outcome, outputs)
}

#[test]
fn each_message_gets_what_the_rfc_says() {
    let mut wrong = Vec::new();
    for (name, expect) in EXPECT {
        let (outcome, outputs) = take(&read(name));
        if outcome != expect {
            wrong.push(format!("{name}: expected {expect:?}, got {outcome:?} {outputs:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_is_a_case() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");
    let files = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<_> = files.filter_map(|f| f.strip_suffix(".txt").map(str::to_owned)).collect();
    files.sort();
    let mut cases = EXPECT.map(|(name, _)| name);
    cases.sort();
    assert_eq!(files, cases);
}

#[test]
fn no_case_panics_whole_cut_or_glued() {
    let files = EXPECT.map(|(name, _)| read(name));
    for text in &files {
        for end in 0..=text.len() {
            let _ = take(&text[..end]);
        }
        for other in &files {
            let _ = take(&[&text[..], other].concat());
        }
    }
}

#[test]
fn the_details_of_the_valid_ones() {
    let invite = |name: &str| {
        let (_, outputs) = take(&read(name));
        outputs
            .into_iter()
            .find_map(|o| if let Output::Event(Event::Invited { invite, .. }) = o { Some(*invite) } else { None })
            .unwrap()
    };

    let text = read("wsinv");
    let message = Message::parse(&text).unwrap();
    let head = screen::screen(&message).unwrap();
    assert_eq!(
        (head.cseq.number, head.to_tag, head.call_id),
        (9, Some(&b"4711d3sk"[..]), &b"wsinv.5e0a@198.51.100.7"[..])
    );
    let from = head.from.party();
    assert_eq!((from.name.as_str(), from.user.as_str(), head.from_tag), ("A Resident \\\"", "flat12", &b"f1at12"[..]));
    let new = message.fields.iter().find(|f| f.name_text == b"BuildingHeader").unwrap();
    assert_eq!(&*new.unfolded(), b"the first part and the second part");
    assert_eq!(message.list(Name::Via).count(), 3);
    assert_eq!(message.body.len(), 149);

    assert_eq!(invite("esc01").dialled, "sips:dispatch@desk.example.com");
    let longreq = invite("longreq");
    assert!(
        longreq.from_tag.len() > 150
            && longreq.to.name.starts_with("The name on my door is of extra")
            && longreq.to.name.len() <= sip::limit::DISPLAY_NAME
    );
    assert_eq!(invite("inv2543").from_tag, "");

    let text = read("dblreq");
    assert!(Message::parse(&text).unwrap().body.is_empty(), "what follows the message is not its body");
    let text = read("unreason");
    let message = Message::parse(&text).unwrap();
    assert!(
        matches!(message.start, Start::Response { code: 200, reason, .. } if std::str::from_utf8(reason).unwrap().contains("девяносто"))
    );
    let text = read("noreason");
    assert_eq!(Message::parse(&text).unwrap().start, Start::Response { version: b"SIP/2.0", code: 100, reason: b"" });

    let (_, outputs) = take(&read("bext01"));
    let answer =
        outputs.iter().find_map(|o| if let Output::Transmit { bytes, .. } = o { Some(bytes) } else { None }).unwrap();
    let answer = Message::parse(answer).unwrap();
    assert_eq!(answer.list(Name::Unsupported).collect::<Vec<_>>(), [&b"liftsThatFly"[..], b"stairsThatSing"]);
}

/// What a reader of `text` alone finds wrong; the rest is found by who looks at one header.
fn fault(text: &[u8]) -> &'static str {
    let message = match Message::parse(text) {
        Ok(message) => message,
        Err(fault) => return fault.what,
    };
    if let Err(fault) = screen::screen(&message) {
        return fault.what;
    }
    let Start::Request { uri, .. } = message.start else { return "" };
    screen::request_uri(uri).err().map_or("", |fault| fault.what)
}

#[test]
fn each_is_refused_for_its_own_fault() {
    for (name, _) in EXPECT {
        let expect = FAULTS.iter().find(|(case, _)| *case == name).map_or("", |(_, what)| what);
        assert_eq!(fault(&read(name)), expect, "{name}");
    }
}
