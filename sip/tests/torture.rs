//! The messages of RFC 4475, as a stack takes them: valid ones are understood, invalid ones get the RFC's code.
//!
//! The messages are not ours to copy; the folder that holds them is named in `SIP_TORTURE_DIR`.

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
    ("quotbal", Answer(400)),
    ("ltgtruri", Answer(400)),
    ("lwsruri", Answer(400)),
    ("lwsstart", Answer(400)),
    ("trws", Answer(400)),
    ("escruri", Answer(400)),
    // The Date is nobody's business here.
    ("baddate", Call),
    ("regbadct", Answer(400)),
    ("badaspec", Answer(400)),
    ("baddn", Answer(400)),
    ("baddn-terminated", Answer(400)),
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

fn folder() -> Option<std::path::PathBuf> {
    let folder = std::env::var_os("SIP_TORTURE_DIR").map(Into::into);
    if folder.is_none() {
        println!("skipped: SIP_TORTURE_DIR does not name the folder with the messages of RFC 4475");
    }
    folder
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
    let Some(folder) = folder() else { return };
    let mut wrong = Vec::new();
    for (name, expect) in EXPECT {
        let text = std::fs::read(folder.join(format!("{name}.dat"))).unwrap_or_else(|e| panic!("{name}: {e}"));
        let (outcome, outputs) = take(&text);
        if outcome != expect {
            wrong.push(format!("{name}: expected {expect:?}, got {outcome:?} {outputs:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_in_the_folder_panics_whole_cut_or_glued() {
    let Some(folder) = folder() else { return };
    let files: Vec<Vec<u8>> =
        std::fs::read_dir(folder).unwrap().map(|e| std::fs::read(e.unwrap().path()).unwrap()).collect();
    assert!(files.len() >= 50);
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
    let Some(folder) = folder() else { return };
    let read = |name: &str| std::fs::read(folder.join(format!("{name}.dat"))).unwrap();
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
        (9, Some(&b"1918181833n"[..]), &b"wsinv.ndaksdj@192.0.2.1"[..])
    );
    let from = head.from.party();
    assert_eq!(
        (from.name.as_str(), from.user.as_str(), head.from_tag),
        ("J Rosenberg \\\"", "jdrosen", &b"98asjd8"[..])
    );
    let new = message.fields.iter().find(|f| f.name_text == b"NewFangledHeader").unwrap();
    assert_eq!(&*new.unfolded(), b"newfangled value continued newfangled value");
    assert_eq!(message.list(Name::Via).count(), 3);
    assert_eq!(message.body.len(), 150);

    assert_eq!(invite("esc01").dialled, "sips:user@example.com");
    let longreq = invite("longreq");
    assert!(
        longreq.from_tag.len() > 150
            && longreq.to.name.starts_with("I have a user name of extreme")
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
    assert_eq!(
        answer.list(Name::Unsupported).collect::<Vec<_>>(),
        [&b"nothingSupportsThis"[..], b"nothingSupportsThisEither"]
    );
}
