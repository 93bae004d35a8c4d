//! name-addr and addr-spec with parameters: From, To, Contact, Route, Refer-To ... (RFC 3261 20.10).

use crate::api::Party;
use crate::header::Name;
use crate::lex::{self, Malformed, Params};
use crate::limit;
use crate::message::Message;
use crate::uri::{Scheme, Uri};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    /// As written, with its quotes.
    pub display: &'a [u8],
    pub uri: Uri<'a>,
    /// The header's parameters (`tag`, `expires`, `q`), not the URI's.
    pub params: Params<'a>,
}

impl<'a> Address<'a> {
    /// Parses one value, not a list. A faulty display name is no fault of the address: the URI behind it is whole.
    pub fn parse(value: &'a [u8]) -> Result<Address<'a>, Malformed> {
        let value = lex::trim(value);
        Address::strict(value).or_else(|fault| behind_name(value).ok_or(fault))
    }

    /// The addresses of all lines of a header. A comma in a display name without quotes ends no address: a piece that is
    /// none belongs to the name of the next.
    pub fn list(message: &Message<'a>, name: Name) -> impl Iterator<Item = Result<Address<'a>, Malformed>> {
        message.all(name).flat_map(|line| {
            let mut pieces = lex::commas(line).peekable();
            std::iter::from_fn(move || {
                loop {
                    let piece = pieces.next()?;
                    match Address::parse(piece) {
                        Err(_) if memchr::memchr(b'<', piece).is_none() && pieces.peek().is_some() => {}
                        parsed => return Some(parsed),
                    }
                }
            })
        })
    }

    fn strict(value: &'a [u8]) -> Result<Address<'a>, Malformed> {
        let display_end = match value.first() {
            Some(b'"') => lex::quoted_end(value).ok_or(Malformed("display name without its closing quote"))?,
            _ => match memchr::memchr(b'<', value) {
                Some(angle) => angle,
                None => return addr_spec(value),
            },
        };
        let (display, rest) = value.split_at_checked(display_end).unwrap_or_default();
        let display = lex::trim(display);
        if display.first() != Some(&b'"')
            && !display.iter().all(|b| lex::is_token(*b) || lex::is_space(*b) || *b >= 0x80)
        {
            return Err(Malformed("display name"));
        }
        bracketed(display, lex::trim(rest))
    }

    pub fn tag(&self) -> Option<&'a [u8]> {
        self.params.get("tag").filter(|t| !t.is_empty())
    }

    pub fn party(&self) -> Party {
        let display = lex::unfold(self.display);
        let name = match lex::quoted_end(&display) {
            Some(end) if end == display.len() => lex::unquote(&display),
            // Quotes that close nothing are dropped.
            _ if display.first() == Some(&b'"') => lex::trim_by(&display, |b| b == b'"' || lex::is_space(b)).into(),
            _ => display,
        };
        Party { name: lex::clean(&name, limit::DISPLAY_NAME), user: self.uri.user_text(), host: self.uri.host_text() }
    }
}

/// `<uri>;params`, with the display name that stands before it.
fn bracketed<'a>(display: &'a [u8], text: &'a [u8]) -> Result<Address<'a>, Malformed> {
    let inner = text.strip_prefix(b"<").ok_or(Malformed("address without <"))?;
    let close = memchr::memchr(b'>', inner).ok_or(Malformed("address without >"))?;
    let uri = Uri::parse(inner.get(..close).unwrap_or_default())?;
    let tail = lex::trim(inner.get(close + 1..).unwrap_or_default());
    let params = match tail.strip_prefix(b";") {
        Some(p) => Params::parse(p)?,
        None if tail.is_empty() => Params::default(),
        None => return Err(Malformed("text behind an address")),
    };
    Ok(Address { display, uri, params })
}

/// Looks for the URI where the display name keeps no rules: the last one in angle brackets, else one behind a blank or a
/// quote (`"Anonymous" sip:a@b`).
fn behind_name(value: &[u8]) -> Option<Address<'_>> {
    let angles = memchr::memrchr_iter(b'<', value).take(limit::NAME_ANGLES);
    let in_angles = angles.filter_map(|at| value.split_at_checked(at)).find_map(|(name, rest)| {
        let name = lex::trim(name);
        if name.is_empty() { None } else { bracketed(name, rest).ok() }
    });
    in_angles.or_else(|| {
        let (name, rest) = value.split_at_checked(memchr::memrchr3(b' ', b'\t', b'"', value)? + 1)?;
        let mut address = addr_spec(rest).ok().filter(|address| address.uri.scheme != Scheme::Other)?;
        address.display = lex::trim(name);
        Some(address)
    })
}

/// Without angle brackets every parameter is the header's, and a question mark may not stand (RFC 3261 20).
fn addr_spec(value: &[u8]) -> Result<Address<'_>, Malformed> {
    let at = memchr::memchr(b'@', value).unwrap_or(0);
    let end = memchr::memchr(b';', value.get(at..).unwrap_or_default()).map_or(value.len(), |i| at + i);
    let uri = Uri::parse(lex::trim_end(value.get(..end).unwrap_or_default()))?;
    if !uri.headers.is_empty() {
        return Err(Malformed("question mark in a bare address"));
    }
    let params = value.get(end + 1..).map_or(Ok(Params::default()), Params::parse)?;
    Ok(Address { display: b"", uri, params })
}

/// A display name as it is written: quoted, with quotes and backslashes escaped.
pub fn write_display(name: &str, out: &mut String) {
    out.push('"');
    for c in name.chars().filter(|c| !c.is_control()) {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_ones() {
        let check = |text: &str, name: &str, user: &str, tag: Option<&str>| {
            let a = Address::parse(text.as_bytes()).unwrap_or_else(|e| panic!("{text}: {e:?}"));
            let party = a.party();
            assert_eq!(
                (party.name.as_str(), party.user.as_str(), a.tag()),
                (name, user, tag.map(str::as_bytes)),
                "{text}"
            );
        };
        check("sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n", "", "vivekg", Some("1918181833n"));
        check(
            r#""J Rosenberg \\\""       <sip:jdrosen@example.com>  ; tag = 98asjd8"#,
            "J Rosenberg \\\"",
            "jdrosen",
            Some("98asjd8"),
        );
        check("caller<sip:caller@example.com>;tag=323", "caller", "caller", Some("323"));
        check("A. Bell <sip:a@b>", "A. Bell", "a", None);
        check("\"\u{1}Bad\u{7f}\" <sip:a@b;lr?x=y>", "Bad", "a", None);
        check("<tel:+7495>;tag=1", "", "+7495", Some("1"));
        check("sip:user;par=u%40example.net@example.com;tag=z", "", "user;par=u@example.net", Some("z"));
        check(r#"<sip:x@y.invalid;transport=ws>;+sip.ice;reg-id=1;+sip.instance="<urn:uuid:aa>""#, "", "x", None);
    }

    #[test]
    fn a_faulty_name_refuses_no_address() {
        let check = |text: &str, name: &str, tag: Option<&str>| {
            let a = Address::parse(text.as_bytes()).unwrap_or_else(|e| panic!("{text}: {e:?}"));
            let party = a.party();
            let got = (party.name.as_str(), party.user.as_str(), a.tag());
            assert_eq!(got, (name, "8916", tag.map(str::as_bytes)), "{text}");
        };
        check("8(916)100-00-01 <sip:8916@x>;tag=1", "8(916)100-00-01", Some("1"));
        check("Ivanov, Ivan <sip:8916@x>;tag=1", "Ivanov, Ivan", Some("1"));
        check(r#"Ромашка "Юг" <sip:8916@x>"#, r#"Ромашка "Юг""#, None);
        check(r#"""unknown"" <sip:8916@x>"#, "unknown", None);
        check(r#""J. User <sip:8916@x>;tag=2"#, "J. User", Some("2"));
        check(r#""a" b: c/d@e & #5; <sip:8916@x>"#, r#"a" b: c/d@e & #5;"#, None);
        check(r#"O"Neil <sip:8916@x>"#, r#"O"Neil"#, None);
        check("a < b <sip:8916@x>", "a < b", None);
        check(r#""Anonymous" sip:8916@x;tag=3"#, "Anonymous", Some("3"));
        check(r#"Anonymous tel:8916;tag=4"#, "Anonymous", Some("4"));
    }

    #[test]
    fn a_comma_in_a_name_ends_no_address() {
        let users = |line: &str| {
            let text = format!("INVITE sip:a@b SIP/2.0\r\nContact: {line}\r\n\r\n");
            let message = Message::parse(text.as_bytes()).unwrap();
            Address::list(&message, Name::Contact).map(|a| a.map(|a| a.party().user).ok()).collect::<Vec<_>>()
        };
        let some = |user: &str| Some(user.to_owned());
        assert_eq!(users("Gw, (1) <sip:x@h>, sip:y@h"), [some("x"), some("y")]);
        assert_eq!(users("nothing, <sip:>"), [None]);
        assert_eq!(users("nothing"), [None]);
        assert_eq!(users(""), []);
    }

    #[test]
    fn latin1_name_passes() {
        assert_eq!(Address::parse(b"\"M\xfcller\" <sip:m@x>").unwrap().party().name, "M\u{fffd}ller");
    }

    #[test]
    fn bad_ones() {
        for bad in [
            r#""Mr. J. User"#,
            "Bell, Alexander",
            "a b <http>",
            "< sip:a@b >",
            "sip:user@example.com?Route=%3Csip:sip.example.com%3E",
            r#""Joe" <sip:joe@example.org>;;;;"#,
            "<sip:a@b> x",
            "<sip:a@b",
            "",
        ] {
            assert!(Address::parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
