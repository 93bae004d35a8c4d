//! What it costs to read one INVITE of a carrier: our lexer beside rsip in the same run.

mod support;

use rsip::prelude::{HeadersExt, ToTypedHeader};
use sip::header::{Address, CSeq, Name, Via};
use sip::{Config, Flow, Input, Message, Output, Stack, Transport};
use std::hint::black_box;
use support::{line, nanos, short, spread, title};

const SAMPLES: usize = 21;
const TIMES: u32 = 5_000;

/// An INVITE as carriers send it: two proxies on the way, identity headers, four codecs.
fn invite(nth: u32) -> Vec<u8> {
    let sdp = "v=0\r\no=carrier 20518 7031 IN IP4 198.51.100.20\r\ns=session\r\nc=IN IP4 198.51.100.20\r\nt=0 0\r\n\
        m=audio 31024 RTP/AVP 8 0 18 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:18 G729/8000\r\n\
        a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n";
    format!(
        "INVITE sip:74951234567@192.0.2.1:5060 SIP/2.0\r\n\
         Via: SIP/2.0/UDP 198.51.100.10:5060;branch=z9hG4bK{nth:08x}a1b2c3;rport\r\n\
         Via: SIP/2.0/UDP 198.51.100.11:5060;branch=z9hG4bK77ef4c2312983.1;received=198.51.100.11\r\n\
         Record-Route: <sip:198.51.100.10;lr>\r\nMax-Forwards: 68\r\n\
         From: \"79161234567\" <sip:79161234567@198.51.100.10>;tag=as{nth:08x}\r\n\
         To: <sip:74951234567@192.0.2.1>\r\nCall-ID: {nth:08x}-3848276298220188511@198.51.100.20\r\nCSeq: 102 INVITE\r\n\
         Contact: <sip:79161234567@198.51.100.10:5060;transport=udp>\r\n\
         P-Asserted-Identity: <sip:+79161234567@198.51.100.10;user=phone>\r\nUser-Agent: Carrier SBC 8.4\r\n\
         Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, INFO, UPDATE\r\nSupported: replaces, timer, 100rel\r\n\
         Session-Expires: 1800;refresher=uac\r\nMin-SE: 90\r\nDate: Thu, 20 Nov 2025 09:15:00 GMT\r\n\
         Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{sdp}",
        sdp.len()
    )
    .into_bytes()
}

/// Everything a proxy-free server reads of an INVITE.
fn read(packet: &[u8]) -> usize {
    let message = Message::parse(packet).expect("a good message");
    let value = |name| message.get(name).expect("present");
    let vias = message.list(Name::Via).filter(|via| Via::parse(via).is_ok()).count();
    let cseq = CSeq::parse(value(Name::CSeq)).expect("a good CSeq");
    let parties = [Name::From, Name::To, Name::Contact].map(|name| Address::parse(value(name)).expect("an address"));
    vias + cseq.number as usize + parties.iter().filter_map(Address::tag).count() + message.body.len()
}

fn read_by_rsip(packet: &[u8]) -> usize {
    let request = rsip::Request::try_from(packet).expect("a good message");
    let vias = request.via_header().and_then(|via| via.typed()).expect("a good Via").params.len();
    let cseq = request.cseq_header().and_then(|cseq| cseq.typed()).expect("a good CSeq").seq;
    let from = request.from_header().and_then(|from| from.typed()).expect("an address");
    let to = request.to_header().and_then(|to| to.typed()).expect("an address");
    let contact = request.contact_header().and_then(|contact| contact.typed()).expect("an address");
    vias + cseq as usize + from.params.len() + to.params.len() + contact.params.len() + request.body.len()
}

/// Microseconds from an INVITE's bytes to its `100 Trying` and event, transactions and dialog made.
fn stack() -> f64 {
    let address = std::net::SocketAddr::from(([192, 0, 2, 1], 5060));
    let config = Config {
        udp: Some(address),
        tcp: None,
        tls: None,
        realm: "bench".into(),
        product: "Linedesk".into(),
        session_expires: None,
        transactions_max: 100_000,
        sessions_max: 100_000,
        unknown: sip::Peer::Device(0),
    };
    let now = linedesk::clock::now();
    let mut stack = Stack::new(now, config, [1; 32]);
    let flow = Flow { transport: Transport::Udp, peer: ([198, 51, 100, 10], 5060).into(), connection: 0 };
    let packets: Vec<bytes::Bytes> = (0..2_000).map(|nth| invite(nth).into()).collect();
    let mut answers = 0;
    let mut next = packets.into_iter();
    let each = nanos(2_000, || {
        let bytes = next.next().expect("enough packets");
        stack.handle(now, Input::Packet { flow, bytes });
        while let Some(out) = stack.poll() {
            answers += usize::from(matches!(out, Output::Transmit { .. }));
        }
    });
    assert_eq!(answers, 2_000, "every INVITE gets its 100");
    each / 1e3
}

fn main() {
    let packet = invite(7);
    title(&format!("parse: one INVITE of {} octets, CPU microseconds, min / median / max", packet.len()));
    let each = |body: fn(&[u8]) -> usize| {
        spread(SAMPLES, || {
            nanos(TIMES, || {
                black_box(body(black_box(&packet)));
            }) / 1e3
        })
    };
    let lexed = each(|packet| Message::parse(packet).expect("a good message").fields.len());
    let ours = each(read);
    let split = each(|packet| rsip::Request::try_from(packet).expect("a good message").headers.iter().count());
    let theirs = each(read_by_rsip);
    let stack = spread(5, stack);
    line("lines and names (ours)", &lexed.to_string(), "");
    line("with Via, CSeq, From, To, Contact read (ours)", &ours.to_string(), "");
    line("lines and names (rsip)", &split.to_string(), "");
    line("with Via, CSeq, From, To, Contact read (rsip)", &theirs.to_string(), "");
    let ratio = |a: f64, b: f64| format!("{} x", short(a / b));
    line("rsip / ours, lines and names", &ratio(split.median, lexed.median), "");
    line("rsip / ours, headers read", &ratio(theirs.median, ours.median), "bar: > 1");
    line(
        "INVITE to 100 Trying, through the stack",
        &stack.to_string(),
        "bar: 50 a message would be 4 % of a core at 830/s",
    );
}
