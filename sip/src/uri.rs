//! SIP, SIPS and tel URIs (RFC 3261 19.1, RFC 3966), borrowed.

use crate::lex::{self, Malformed, Params};
use crate::limit;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    Sip,
    Sips,
    Tel,
    /// Known to somebody, not to us: 416 in a Request-URI.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uri<'a> {
    pub scheme: Scheme,
    /// As written, still escaped. The number of a tel URI; the whole opaque part of another scheme.
    pub user: &'a [u8],
    /// As written, with brackets around IPv6. Empty for tel and other schemes.
    pub host: &'a [u8],
    pub port: Option<u16>,
    pub params: Params<'a>,
    /// What follows the question mark.
    pub headers: &'a [u8],
    text: &'a [u8],
}

impl<'a> Uri<'a> {
    pub fn parse(text: &'a [u8]) -> Result<Uri<'a>, Malformed> {
        if text.iter().any(|b| b.is_ascii_control() || matches!(b, b' ' | b'<' | b'>' | b'"')) {
            return Err(Malformed("URI with a forbidden character"));
        }
        let colon = memchr::memchr(b':', text).ok_or(Malformed("URI without a scheme"))?;
        let (scheme, rest) = (text.get(..colon).unwrap_or_default(), text.get(colon + 1..).unwrap_or_default());
        if !scheme.first().is_some_and(u8::is_ascii_alphabetic)
            || !scheme.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
        {
            return Err(Malformed("URI scheme"));
        }
        if rest.is_empty() {
            return Err(Malformed("URI without a body"));
        }
        match scheme {
            s if s.eq_ignore_ascii_case(b"sip") => sip(Scheme::Sip, rest, text),
            s if s.eq_ignore_ascii_case(b"sips") => sip(Scheme::Sips, rest, text),
            s if s.eq_ignore_ascii_case(b"tel") => tel(rest, text),
            _ => Ok(Uri {
                scheme: Scheme::Other,
                user: rest,
                host: b"",
                port: None,
                params: Params::default(),
                headers: b"",
                text,
            }),
        }
    }

    pub fn as_bytes(&self) -> &'a [u8] {
        self.text
    }

    /// As a Request-URI: RFC 3261 19.1.5 and table 1 allow neither headers nor a method in one.
    pub fn target(&self) -> String {
        // A question mark may stand in the user part.
        let host = memchr::memchr(b'@', self.text).unwrap_or(0);
        let question = memchr::memchr(b'?', self.text.get(host..).unwrap_or_default());
        let question = question.filter(|_| self.scheme != Scheme::Other).map(|at| host + at);
        let text = question.and_then(|end| self.text.get(..end)).unwrap_or(self.text);
        let mut target = String::from_utf8_lossy(text).into_owned();
        if self.params.get("method").is_some() {
            let tail = self.params.as_bytes().len();
            target.truncate(text.len().saturating_sub(tail + 1));
            let kept = self.params.iter().filter(|(name, _)| !name.eq_ignore_ascii_case(b"method"));
            for (name, value) in kept {
                let value = value.map(|v| format!("={}", String::from_utf8_lossy(v))).unwrap_or_default();
                target.push_str(&format!(";{}{value}", String::from_utf8_lossy(name)));
            }
        }
        target
    }

    /// The user part for people: unescaped, control characters made visible so that two users never look alike.
    pub fn user_text(&self) -> String {
        let mut plain = unescape(self.user);
        // RFC 3261 19.1.6: within a SIP URI the parameters of a telephone number stand in its user part.
        if let Some(context) = self.params.get("phone-context").filter(|_| self.scheme == Scheme::Tel) {
            plain.extend_from_slice(b";phone-context=");
            plain.extend_from_slice(context);
        }
        let text: String =
            String::from_utf8_lossy(&plain).chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        lex::clean(text.as_bytes(), limit::PARTY)
    }

    /// Host and port as written, lower case.
    pub fn host_text(&self) -> String {
        let mut host = lex::clean(self.host, limit::PARTY).to_ascii_lowercase();
        if let Some(port) = self.port {
            host.push(':');
            host.push_str(&port.to_string());
        }
        host
    }

    /// Where to send, if the host is an address. There is no DNS here.
    pub fn socket(&self) -> Option<SocketAddr> {
        let default = if self.scheme == Scheme::Sips { 5061 } else { 5060 };
        Some(SocketAddr::new(ip(self.host)?, self.port.unwrap_or(default)))
    }
}

/// The address a host part writes, if it writes one. The grammar of RFC 3261 let `[2001:db8:::192.0.2.1]` be written;
/// RFC 5954 4.1 mends it, and what is written so is still understood.
pub fn ip(host: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(host).ok()?;
    match text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
        Some(six) => six.parse().or_else(|_| six.replacen(":::", "::", 1).parse::<Ipv6Addr>()).ok().map(IpAddr::V6),
        None => text.parse().ok(),
    }
}

/// `%41` becomes `A`; a per cent sign without two hex digits stays as it is.
pub fn unescape(text: &[u8]) -> Vec<u8> {
    let hex = |b: Option<&u8>| b.and_then(|b| char::from(*b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    let mut out = Vec::with_capacity(text.len());
    let mut i = 0;
    while let Some(b) = text.get(i) {
        match (b, hex(text.get(i + 1)), hex(text.get(i + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push(high * 16 + low);
                i += 3;
            }
            _ => {
                out.push(*b);
                i += 1;
            }
        }
    }
    out
}

/// The opposite for a user part we write (RFC 3261 25.1 user-unreserved).
pub fn escape_user(user: &str) -> String {
    let mut out = String::with_capacity(user.len());
    for b in user.bytes() {
        if b.is_ascii_alphanumeric() || b"-_.!~*'()&=+$,;?/#".contains(&b) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

fn sip<'a>(scheme: Scheme, rest: &'a [u8], text: &'a [u8]) -> Result<Uri<'a>, Malformed> {
    // An unescaped @ cannot stand in parameters or headers, so the only one ends the user part.
    let (user, after) = match memchr::memchr(b'@', rest) {
        Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..).unwrap_or_default()),
        None => (&b""[..], rest),
    };
    if memchr::memchr(b'@', after).is_some() {
        return Err(Malformed("URI with two @"));
    }
    // The password, if somebody still sends one, is nobody's business.
    let user = memchr::memchr(b':', user).and_then(|i| user.get(..i)).unwrap_or(user);
    let end = memchr::memchr2(b';', b'?', after).unwrap_or(after.len());
    let (host, port) = host_port(after.get(..end).unwrap_or_default())?;
    let tail = after.get(end..).unwrap_or_default();
    let question = memchr::memchr(b'?', tail).unwrap_or(tail.len());
    let headers = tail.get(question + 1..).unwrap_or_default();
    let params = tail.get(..question).unwrap_or_default();
    let params = match params.strip_prefix(b";") {
        Some(p) => Params::parse(p)?,
        None => Params::default(),
    };
    Ok(Uri { scheme, user, host, port, params, headers, text })
}

fn tel<'a>(rest: &'a [u8], text: &'a [u8]) -> Result<Uri<'a>, Malformed> {
    let end = memchr::memchr(b';', rest).unwrap_or(rest.len());
    let user = rest.get(..end).unwrap_or_default();
    let digits = |b: &u8| b.is_ascii_hexdigit() || matches!(b, b'+' | b'-' | b'.' | b'(' | b')' | b'*' | b'#');
    if user.is_empty() || !user.iter().all(digits) {
        return Err(Malformed("tel number"));
    }
    let params = match rest.get(end + 1..) {
        Some(p) => Params::parse(p)?,
        None => Params::default(),
    };
    Ok(Uri { scheme: Scheme::Tel, user, host: b"", port: None, params, headers: b"", text })
}

/// `host`, `host:port`, `[v6]:port`.
pub fn host_port(text: &[u8]) -> Result<(&[u8], Option<u16>), Malformed> {
    let host_end = match text.first() {
        Some(b'[') => {
            let end = memchr::memchr(b']', text).ok_or(Malformed("IPv6 address"))? + 1;
            ip(text.get(..end).unwrap_or_default()).ok_or(Malformed("IPv6 address"))?;
            end
        }
        _ => memchr::memchr(b':', text).unwrap_or(text.len()),
    };
    let host = lex::trim_end(text.get(..host_end).unwrap_or_default());
    // An underscore is against the grammar and in many networks.
    let name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    if host.is_empty() || (host.first() != Some(&b'[') && !host.iter().all(name)) {
        return Err(Malformed("host"));
    }
    let rest = text.get(host_end..).unwrap_or_default();
    match rest.strip_prefix(b":") {
        None if rest.is_empty() => Ok((host, None)),
        None => Err(Malformed("port")),
        Some(port) => {
            let port = lex::number(lex::trim(port)).and_then(|n| u16::try_from(n).ok()).ok_or(Malformed("port"))?;
            Ok((host, Some(port)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_ones() {
        let check = |text: &str, user: &str, host: &str, port: Option<u16>| {
            let uri = Uri::parse(text.as_bytes()).unwrap_or_else(|e| panic!("{text}: {e:?}"));
            assert_eq!((uri.user_text().as_str(), uri.host, uri.port), (user, host.as_bytes(), port), "{text}");
        };
        check("sip:alice@example.org", "alice", "example.org", None);
        check("SIPS:alice:secret@example.org:5071;transport=tcp?subject=x", "alice", "example.org", Some(5071));
        check("sip:[2001:db8::1]:5070;lr", "", "[2001:db8::1]", Some(5070));
        check("sip:sips%3Auser%40example.com@example.net", "sips:user@example.com", "example.net", None);
        check("sip:user;par=u%40example.net@example.com", "user;par=u@example.net", "example.com", None);
        check("tel:495-123;isub=1;phone-context=+7", "495-123;phone-context=+7", "", None);
        check("sip:null-%00-null@x_y", "null-\u{fffd}-null", "x_y", None);
        check("sip:abc@r4nd0m.invalid;transport=ws;ob", "abc", "r4nd0m.invalid", None);
        check("nobodyKnowsThisScheme:totallyopaquecontent", "totallyopaquecontent", "", None);
    }

    #[test]
    fn bad_ones() {
        for text in [
            "",
            "sip:",
            "sip",
            "sip:a@",
            "sip:a@b@c",
            "sip:a@b:99999",
            "sip:a@b; lr",
            "<sip:a@b>",
            "sip:[::1",
            "sip:[zz]:1",
            "sip:[::1]x",
            "tel:abcx",
            "sip:a@b;;",
            ":a",
        ] {
            assert!(Uri::parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn three_colons_of_the_old_grammar() {
        let uri = Uri::parse(b"sip:a@[2001:db8:::192.0.2.1]:5070").unwrap();
        assert_eq!(uri.socket(), Some("[2001:db8::192.0.2.1]:5070".parse().unwrap()));
        assert!(Uri::parse(b"sip:a@[2001:::db8:::1]").is_err());
        assert!(Uri::parse(b"sip:a@[::::1]").is_err());
    }

    #[test]
    fn a_target_has_no_headers_and_no_method() {
        let check = |text: &str, expect: &str| assert_eq!(Uri::parse(text.as_bytes()).unwrap().target(), expect);
        check("sip:x@127.0.0.1:5070?Subject=x", "sip:x@127.0.0.1:5070");
        check("sip:x@h;transport=udp;method=INVITE;lr?a=b&c=d", "sip:x@h;transport=udp;lr");
        check("sip:x@h;method=BYE", "sip:x@h");
        check("tel:+7495;phone-context=ru", "tel:+7495;phone-context=ru");
        check("sip:x;y=z@h;lr", "sip:x;y=z@h;lr");
        check("sip:x?y@h?a=b", "sip:x?y@h");
    }

    #[test]
    fn escaping_returns() {
        for user in ["alice", "a b", "ё%@:", "x;y?"] {
            assert_eq!(unescape(escape_user(user).as_bytes()), user.as_bytes());
        }
    }
}
