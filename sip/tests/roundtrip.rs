//! parse(write(m)) = m for messages of every kind, and agreement with rsip, an independent parser, on ordinary ones.

use proptest::prelude::*;
use rsip::prelude::*;
use sip::header::{Address, CSeq, Name, Via};
use sip::{Message, Start, screen};

fn token() -> impl Strategy<Value = String> {
    "[A-Za-z0-9.!%*_+`'~-]{1,12}"
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    // Any bytes but those that end a line; spaces at the ends are not part of a value.
    prop::collection::vec(any::<u8>().prop_filter("line end", |b| !matches!(b, b'\r' | b'\n')), 0..60)
}

fn field() -> impl Strategy<Value = (String, Vec<u8>)> {
    let known = prop::sample::select(vec![
        "Via", "v", "FROM", "To", "t", "Call-ID", "cseq", "Contact", "m", "Route", "Subject", "X-Thing", "l-x",
    ]);
    (
        prop_oneof![known.prop_map(str::to_owned), token().prop_filter("length", |n| !n.eq_ignore_ascii_case("l"))],
        value(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(method in token(), uri in "[a-z]{1,9}:[!-~]{1,30}", fields in prop::collection::vec(field(), 0..20), fold in any::<bool>(), body in prop::collection::vec(any::<u8>(), 0..80)) {
        let mut text = format!("{method} {uri} SIP/2.0\r\n").into_bytes();
        for (name, value) in &fields {
            text.extend_from_slice(name.as_bytes());
            text.extend_from_slice(if fold { b" :\r\n\t" } else { b": " });
            text.extend_from_slice(value);
            text.extend_from_slice(b"\r\n");
        }
        text.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
        text.extend_from_slice(&body);
        let one = Message::parse(&text).unwrap();
        prop_assert_eq!(one.fault, None);
        prop_assert_eq!(one.body, &body[..]);
        prop_assert_eq!(one.fields.len(), fields.len() + 1);
        let written = one.write();
        let two = Message::parse(&written).unwrap();
        prop_assert_eq!(two.fault, None);
        prop_assert_eq!(&two, &one);
        prop_assert_eq!(two.write(), written);
    }

    #[test]
    fn rsip_reads_the_same(m in ordinary()) {
        let text = m.text();
        let ours = Message::parse(text.as_bytes()).unwrap();
        let head = screen::screen(&ours).unwrap();
        let theirs = rsip::Request::try_from(text.as_bytes()).unwrap();
        let Start::Request { method, uri, .. } = ours.start else { unreachable!() };
        prop_assert_eq!(String::from_utf8_lossy(method.as_bytes()), theirs.method.to_string());
        prop_assert_eq!(String::from_utf8_lossy(uri), theirs.uri.to_string());
        prop_assert_eq!(ours.body, &theirs.body[..]);
        prop_assert_eq!(ours.fields.len(), theirs.headers.iter().count());
        prop_assert_eq!(String::from_utf8_lossy(head.call_id), theirs.call_id_header().unwrap().value());

        let cseq = theirs.cseq_header().unwrap().typed().unwrap();
        prop_assert_eq!(head.cseq.number, cseq.seq);
        prop_assert_eq!(CSeq::parse(ours.get(Name::CSeq).unwrap()).unwrap(), head.cseq);

        let via = theirs.via_header().unwrap().typed().unwrap();
        prop_assert_eq!(String::from_utf8_lossy(head.via.branch().unwrap()), via.branch().unwrap().value());
        prop_assert_eq!(String::from_utf8_lossy(head.via.host), via.uri.host_with_port.host.to_string());
        prop_assert_eq!(head.via.port, via.uri.host_with_port.port.map(|p| *p.value()));
        prop_assert_eq!(Via::parse(ours.get(Name::Via).unwrap()).unwrap(), head.via);

        let from = theirs.from_header().unwrap().typed().unwrap();
        prop_assert_eq!(String::from_utf8_lossy(head.from_tag), from.tag().unwrap().value());
        prop_assert_eq!(head.from.party().user, from.uri.user().unwrap());
        prop_assert_eq!(head.from.party().host, from.uri.host_with_port.to_string());
        let name = from.display_name.unwrap_or_default();
        prop_assert_eq!(head.from.party().name, name.trim_matches('"'), "rsip leaves the quotes on");

        let contact = theirs.contact_header().unwrap().typed().unwrap();
        let mine = Address::parse(ours.get(Name::Contact).unwrap()).unwrap();
        prop_assert_eq!(String::from_utf8_lossy(mine.uri.as_bytes()), contact.uri.to_string());
    }
}

/// A message such as every phone sends; within what rsip 0.4 can read.
#[derive(Debug, Clone)]
struct Ordinary {
    method: &'static str,
    user: String,
    host: String,
    port: Option<u16>,
    name: Option<String>,
    tag: String,
    branch: String,
    call_id: String,
    cseq: u32,
    body: String,
}

fn ordinary() -> impl Strategy<Value = Ordinary> {
    let method = prop::sample::select(vec!["INVITE", "BYE", "OPTIONS", "REGISTER", "INFO", "CANCEL"]);
    let name = prop::option::of("[A-Za-z]{1,9}");
    (
        (method, "[a-z0-9]{1,9}", "[a-z]{1,9}\\.example\\.org", prop::option::of(1u16..)),
        (name, "[a-z0-9]{4,12}", "[a-zA-Z0-9]{4,12}"),
        ("[a-z0-9@.]{4,20}", 0u32..0x7fff_ffff, "[ -~]{0,40}"),
    )
        .prop_map(|((method, user, host, port), (name, tag, branch), (call_id, cseq, body))| Ordinary {
            method,
            user,
            host,
            port,
            name,
            tag,
            branch,
            call_id,
            cseq,
            body,
        })
}

impl Ordinary {
    fn text(&self) -> String {
        let Ordinary { method, user, host, tag, branch, call_id, cseq, body, .. } = self;
        let port = self.port.map(|p| format!(":{p}")).unwrap_or_default();
        let name = self.name.as_ref().map(|n| format!("\"{n}\" ")).unwrap_or_default();
        format!(
            "{method} sip:{user}@{host}{port} SIP/2.0\r\nVia: SIP/2.0/UDP {host}{port};branch=z9hG4bK{branch};rport\r\nMax-Forwards: 70\r\nFrom: {name}<sip:{user}@{host}{port}>;tag={tag}\r\nTo: <sip:x@{host}>\r\nCall-ID: {call_id}\r\nCSeq: {cseq} {method}\r\nContact: <sip:{user}@{host}{port}>\r\nUser-Agent: ordinary\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }
}
