//! Via (RFC 3261 20.42, RFC 3581, RFC 7118).

use crate::lex::{self, Malformed, Params};
use crate::limit;
use crate::uri;
use std::net::SocketAddr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Via<'a> {
    /// `UDP`, `TCP`, `WSS` or something we never heard of.
    pub transport: &'a [u8],
    pub host: &'a [u8],
    pub port: Option<u16>,
    pub params: Params<'a>,
}

impl<'a> Via<'a> {
    /// Parses one value, not a list.
    pub fn parse(value: &'a [u8]) -> Result<Via<'a>, Malformed> {
        let (front, params) = lex::cut(value, b';');
        let (name, rest) = lex::cut(front, b'/');
        let (version, rest) = lex::cut(rest.ok_or(Malformed("Via protocol"))?, b'/');
        let rest = lex::trim(rest.ok_or(Malformed("Via protocol"))?);
        if !lex::trim(name).eq_ignore_ascii_case(b"SIP") || !lex::is_whole_token(lex::trim(version)) {
            return Err(Malformed("Via protocol"));
        }
        let space = rest.iter().position(|b| lex::is_space(*b)).ok_or(Malformed("Via without sent-by"))?;
        let transport = rest.get(..space).unwrap_or_default();
        if !lex::is_whole_token(transport) {
            return Err(Malformed("Via transport"));
        }
        let (host, port) = uri::host_port(lex::trim(rest.get(space..).unwrap_or_default()))?;
        let params = params.map_or(Ok(Params::default()), Params::parse)?;
        Ok(Via { transport, host, port, params })
    }

    /// The branch, if it has the magic cookie and something behind it (RFC 3261 8.1.1.7). A bare cookie
    /// identifies nothing, so such a request is matched as RFC 2543 did.
    pub fn branch(&self) -> Option<&'a [u8]> {
        self.params.get("branch").filter(|b| {
            b.len() > 7
                && b.len() <= limit::IDENTIFIER
                && b.get(..7).is_some_and(|c| c.eq_ignore_ascii_case(b"z9hG4bK"))
        })
    }

    /// The value with what the receiver of a request adds: `received` (RFC 3261 18.2.1) and `rport` (RFC 3581 4).
    pub fn write_received(&self, source: SocketAddr, out: &mut Vec<u8>) {
        out.extend_from_slice(b"SIP/2.0/");
        out.extend_from_slice(self.transport);
        out.push(b' ');
        out.extend_from_slice(self.host);
        if let Some(port) = self.port {
            out.extend_from_slice(format!(":{port}").as_bytes());
        }
        let asked = self.params.get("rport").is_some();
        for (name, value) in self.params.iter() {
            if name.eq_ignore_ascii_case(b"rport") || name.eq_ignore_ascii_case(b"received") {
                continue;
            }
            out.push(b';');
            out.extend_from_slice(name);
            if let Some(value) = value {
                out.push(b'=');
                out.extend_from_slice(&lex::unfold(value));
            }
        }
        if asked || uri::ip(self.host) != Some(source.ip()) {
            out.extend_from_slice(format!(";received={}", source.ip()).as_bytes());
        }
        if asked {
            out.extend_from_slice(format!(";rport={}", source.port()).as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaced_and_folded() {
        let via = Via::parse(b"SIP  / 2.0  / TCP     spindle.example.com   ;\r\n  branch  =   z9hG4bK9ikj8").unwrap();
        assert_eq!((via.transport, via.host, via.port), (&b"TCP"[..], &b"spindle.example.com"[..], None));
        assert_eq!(via.branch(), Some(&b"z9hG4bK9ikj8"[..]));
        let via = Via::parse(b"SIP/2.0/UDP [2001:db8::9:1]:5070;received=[2001:db8::9:255];branch=z9hG4bK").unwrap();
        assert_eq!((via.port, via.branch()), (Some(5070), None));
    }

    #[test]
    fn broken() {
        for bad in [
            &b"SIP/2.0/UDP"[..],
            b"SIP/2.0",
            b"SIP/2.0/UDP 192.0.2.15;;,;,,",
            b"HTTP/2.0/UDP a",
            b"SIP/2.0/UDP a b",
            b"",
        ] {
            assert!(Via::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn received_and_rport() {
        let check = |value: &str, expect: &str| {
            let mut out = Vec::new();
            Via::parse(value.as_bytes()).unwrap().write_received("192.0.2.9:6000".parse().unwrap(), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), expect);
        };
        check(
            "SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKx",
            "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx;received=192.0.2.9;rport=6000",
        );
        check("SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKx", "SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKx");
        check("SIP/2.0/UDP host.example;received=6.6.6.6", "SIP/2.0/UDP host.example;received=192.0.2.9");
    }
}
