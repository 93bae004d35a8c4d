//! A dialog: tags, route set, sequence numbers, where the next request goes (RFC 3261 12).

use crate::api::{Config, Flow, Transport};
use crate::header::{Address, Name};
use crate::lex;
use crate::limit;
use crate::message::{Fault, Message, Start};
use crate::screen::Head;
use crate::uri::{self, Uri};
use crate::write::Draft;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// RFC 3261 8.1.1.6.
const HOPS: u8 = 70;

#[derive(Clone, Debug)]
pub struct Dialog {
    pub call_id: Vec<u8>,
    pub local_tag: String,
    /// Empty until the peer gave one; empty for ever with RFC 2543 peers.
    pub remote_tag: Vec<u8>,
    /// Our From or To value without the tag.
    local: Vec<u8>,
    /// The peer's, with its tag.
    remote: Vec<u8>,
    /// The peer's Contact: Request-URI of what we send.
    pub target: String,
    /// The route set, first hop first, each with angle brackets.
    routes: Vec<String>,
    pub cseq: u32,
    pub remote_cseq: Option<u32>,
    /// The way the peer was last heard.
    pub flow: Flow,
    /// Max-Forwards of what we send.
    pub hops: u8,
    /// We chose the Call-ID (RFC 3261 14.1: then we wait longer after a glare).
    pub caller: bool,
}

impl Dialog {
    /// From an INVITE that came in.
    pub fn incoming(message: &Message, head: &Head, flow: Flow, local_tag: String) -> Result<Dialog, Fault> {
        // RFC 3261 8.1.1.8: an INVITE carries one Contact. Old peers leave it out; From must do then.
        let target = contact(message)?.unwrap_or_else(|| head.from.uri.target());
        Ok(Dialog {
            call_id: head.call_id.to_vec(),
            local_tag,
            remote_tag: head.from_tag.to_vec(),
            local: message.get(Name::To).map(lex::unfold).unwrap_or_default().into_owned(),
            remote: message.get(Name::From).map(lex::unfold).unwrap_or_default().into_owned(),
            target,
            routes: record_routes(message)?,
            cseq: 0,
            remote_cseq: Some(head.cseq.number),
            flow,
            hops: HOPS,
            caller: false,
        })
    }

    /// For an INVITE of ours. `local` and `remote` are header values without tags.
    pub fn outgoing(
        call_id: String,
        local_tag: String,
        local: String,
        remote: String,
        target: String,
        routes: Vec<String>,
        flow: Flow,
    ) -> Dialog {
        Dialog {
            call_id: call_id.into_bytes(),
            local_tag,
            remote_tag: Vec::new(),
            local: local.into_bytes(),
            remote: remote.into_bytes(),
            target,
            routes,
            cseq: 0,
            remote_cseq: None,
            flow,
            hops: HOPS,
            caller: true,
        }
    }

    /// Takes the peer's side from a 2xx to our INVITE (RFC 3261 12.1.2).
    pub fn establish(&mut self, message: &Message, head: &Head, flow: Flow) -> Result<(), Fault> {
        if let Some(target) = contact(message)? {
            self.target = target;
        }
        let mut routes = record_routes(message)?;
        routes.reverse();
        self.routes = routes;
        self.remote_tag = head.to_tag.unwrap_or_default().to_vec();
        self.remote = message.get(Name::To).map(lex::unfold).unwrap_or_default().into_owned();
        self.flow = flow;
        Ok(())
    }

    /// Takes a new Contact from a target refresh (RFC 3261 12.2.1.2, 12.2.2).
    pub fn refresh_target(&mut self, message: &Message) {
        if let Ok(Some(target)) = contact(message) {
            self.target = target;
        }
    }

    /// Is a request with these identifiers one of this dialog's?
    pub fn owns(&self, head: &Head) -> bool {
        self.call_id == head.call_id
            && (self.remote_tag == head.from_tag || (self.caller && self.remote_tag.is_empty()))
    }

    pub fn next_cseq(&mut self) -> u32 {
        self.cseq += 1;
        self.cseq
    }

    /// A request in this dialog, up to and with CSeq (RFC 3261 12.2.1.1).
    pub fn request(&self, method: &str, cseq: u32, branch: &str, config: &Config) -> Draft {
        let strict = self.routes.first().filter(|r| !is_loose(r));
        let mut draft = match strict {
            // RFC 3261 12.2.1.1: a strict router stands in the Request-URI and the target at the end of the route.
            Some(first) => Draft::request(method, first.trim_start_matches('<').trim_end_matches('>')),
            None => Draft::request(method, &self.target),
        };
        draft.header("Via", &via(self.flow.transport, branch, config)).number("Max-Forwards", u64::from(self.hops));
        for route in self.routes.iter().skip(usize::from(strict.is_some())) {
            draft.header("Route", route);
        }
        if strict.is_some() {
            draft.header("Route", &format!("<{}>", self.target));
        }
        draft.bytes(b"From", &[&self.local, b";tag=".as_slice(), self.local_tag.as_bytes()].concat());
        draft.bytes(b"To", &self.remote).bytes(b"Call-ID", &self.call_id);
        draft.header("CSeq", &format!("{cseq} {method}"));
        draft
    }

    /// Where the next request goes: along the flow the peer was heard by on connections; on UDP to the first route
    /// or the target if that is an address the peer can be reached at, else back to where it was heard.
    pub fn next_hop(&self) -> Flow {
        if self.flow.transport != Transport::Udp {
            return self.flow;
        }
        let hop = match self.routes.first() {
            Some(route) => Address::parse(route.as_bytes()).ok().and_then(|a| a.uri.socket()),
            None => Uri::parse(self.target.as_bytes()).ok().and_then(|u| u.socket()),
        };
        match hop {
            Some(peer) if reachable(peer, self.flow.peer) => Flow { peer, ..self.flow },
            _ => self.flow,
        }
    }
}

/// An address in a Contact is used unless it is narrower in scope than the address the peer is heard from:
/// then it is from behind a NAT.
fn reachable(contact: SocketAddr, heard: SocketAddr) -> bool {
    contact.port() != 0
        && !contact.ip().is_unspecified()
        && !contact.ip().is_multicast()
        && scope(contact.ip()) >= scope(heard.ip())
}

fn scope(ip: IpAddr) -> u8 {
    match ip {
        ip if ip.is_loopback() || ip.is_unspecified() => 0,
        IpAddr::V4(v4) if v4.is_link_local() || v4.is_broadcast() => 1,
        IpAddr::V4(v4) if v4.is_private() || shared(v4) => 2,
        IpAddr::V4(_) => 3,
        IpAddr::V6(v6) => match v6.segments().first() {
            Some(0xfe80..=0xfebf) => 1,
            Some(0xfc00..=0xfdff) => 2,
            _ => 3,
        },
    }
}

/// 100.64.0.0/10, carriers' NAT (RFC 6598).
fn shared(ip: Ipv4Addr) -> bool {
    matches!(ip.octets(), [100, 64..=127, ..])
}

/// The Via of a request of ours.
pub fn via(transport: Transport, branch: &str, config: &Config) -> String {
    let name = match transport {
        Transport::Udp => "UDP",
        Transport::Tcp => "TCP",
        Transport::Tls => "TLS",
        Transport::Ws => "WS",
        Transport::Wss => "WSS",
    };
    // RFC 3581 3: rport, so that the answer finds us behind a NAT as well.
    format!("SIP/2.0/{name} {};branch={branch};rport", local(transport, config))
}

/// The Contact of ours on a transport, with angle brackets.
pub fn our_contact(transport: Transport, config: &Config) -> String {
    let kind = match transport {
        Transport::Udp => "udp",
        Transport::Tcp => "tcp",
        Transport::Tls => "tls",
        Transport::Ws => "ws",
        Transport::Wss => "wss",
    };
    format!("<sip:linedesk@{};transport={kind}>", local(transport, config))
}

/// Host and port we write for a transport. A browser comes over HTTP's port, which is not SIP's business: it
/// answers along its WebSocket and never opens what stands here (RFC 7118 5).
pub fn local(transport: Transport, config: &Config) -> SocketAddr {
    let own = match transport {
        Transport::Udp => config.udp,
        Transport::Tcp | Transport::Ws => config.tcp,
        Transport::Tls | Transport::Wss => config.tls,
    };
    own.or(config.udp).or(config.tcp).or(config.tls).unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 5060)))
}

fn is_loose(route: &str) -> bool {
    Address::parse(route.as_bytes()).is_ok_and(|a| a.uri.params.get("lr").is_some())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The one Contact of a request or response that makes a dialog.
fn contact(message: &Message) -> Result<Option<String>, Fault> {
    let Some(address) = Address::list(message, Name::Contact).next().transpose()? else {
        return Ok(None);
    };
    match address.uri.scheme {
        uri::Scheme::Other => Err(Fault { code: 400, what: "Contact scheme" }),
        _ => Ok(Some(address.uri.target())),
    }
}

fn record_routes(message: &Message) -> Result<Vec<String>, Fault> {
    let mut routes = Vec::new();
    for address in Address::list(message, Name::RecordRoute) {
        if routes.len() >= limit::ROUTES {
            return Err(Fault { code: 400, what: "too many Record-Route values" });
        }
        routes.push(format!("<{}>", text(address?.uri.as_bytes())));
    }
    Ok(routes)
}

/// The Request-URI of a request.
pub fn request_uri<'a>(message: &Message<'a>) -> &'a [u8] {
    match message.start {
        Start::Request { uri, .. } => uri,
        Start::Response { .. } => b"",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialog(target: &str, routes: &[&str], peer: &str) -> Dialog {
        let flow = Flow { transport: Transport::Udp, peer: peer.parse().unwrap(), connection: 0 };
        let routes = routes.iter().map(|r| r.to_string()).collect();
        Dialog::outgoing("c".into(), "t".into(), "<sip:a@b>".into(), "<sip:c@d>".into(), target.into(), routes, flow)
    }

    #[test]
    fn where_requests_go() {
        let check = |target: &str, routes: &[&str], peer: &str, expect: &str| {
            assert_eq!(dialog(target, routes, peer).next_hop().peer, expect.parse().unwrap(), "{target} {routes:?}");
        };
        check("sip:x@198.51.100.7:5070", &[], "203.0.113.1:5060", "198.51.100.7:5070");
        check("sip:x@192.168.1.5:5070", &[], "203.0.113.1:1024", "203.0.113.1:1024");
        check("sip:x@192.168.1.5:5070", &[], "192.168.1.1:1024", "192.168.1.5:5070");
        check("sip:x@127.0.0.1:5070", &[], "127.0.0.1:6000", "127.0.0.1:5070");
        check("sip:x@127.0.0.1:5070", &[], "192.168.1.1:6000", "192.168.1.1:6000");
        check("sip:x@phone.example", &[], "203.0.113.1:1024", "203.0.113.1:1024");
        check("sip:x@0.0.0.0", &[], "127.0.0.1:1024", "127.0.0.1:1024");
        check("sip:x@192.168.1.5", &["<sip:198.51.100.9;lr>"], "203.0.113.1:1024", "198.51.100.9:5060");
    }

    #[test]
    fn loose_and_strict_routes() {
        let config = Config {
            udp: Some("192.0.2.1:5060".parse().unwrap()),
            tcp: None,
            tls: None,
            realm: String::new(),
            product: String::new(),
            session_expires: None,
            transactions_max: 1,
            sessions_max: 1,
            unknown: crate::Peer::Device(0),
        };
        let text = |routes: &[&str]| {
            let bytes = dialog("sip:x@y", routes, "192.0.2.9:1").request("BYE", 2, "z9hG4bKq", &config).end(None);
            String::from_utf8(bytes.to_vec()).unwrap()
        };
        let loose = text(&["<sip:p1;lr>", "<sip:p2>"]);
        assert!(
            loose.starts_with("BYE sip:x@y SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKq;rport\r\n"),
            "{loose}"
        );
        assert!(loose.contains("Route: <sip:p1;lr>\r\nRoute: <sip:p2>\r\nFrom: <sip:a@b>;tag=t\r\n"), "{loose}");
        let strict = text(&["<sip:p1>", "<sip:p2;lr>"]);
        assert!(strict.starts_with("BYE sip:p1 SIP/2.0\r\n"), "{strict}");
        assert!(strict.contains("Route: <sip:p2;lr>\r\nRoute: <sip:x@y>\r\n"), "{strict}");
    }
}
