//! name-addr and addr-spec with parameters: From, To, Contact, Route, Refer-To ... (RFC 3261 20.10).

use crate::api::Party;
use crate::lex::{self, Malformed, Params};
use crate::limit;
use crate::uri::Uri;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    /// As written, with its quotes.
    pub display: &'a [u8],
    pub uri: Uri<'a>,
    /// The header's parameters (`tag`, `expires`, `q`), not the URI's.
    pub params: Params<'a>,
}

impl<'a> Address<'a> {
    /// Parses one value, not a list.
    pub fn parse(value: &'a [u8]) -> Result<Address<'a>, Malformed> {
        let value = lex::trim(value);
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
        let inner = lex::trim(rest).strip_prefix(b"<").ok_or(Malformed("address without <"))?;
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

    pub fn tag(&self) -> Option<&'a [u8]> {
        self.params.get("tag").filter(|t| !t.is_empty())
    }

    pub fn party(&self) -> Party {
        Party {
            name: lex::clean(&lex::unquote(&lex::unfold(self.display)), limit::DISPLAY_NAME),
            user: self.uri.user_text(),
            host: self.uri.host_text(),
        }
    }
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
    fn latin1_name_passes() {
        assert_eq!(Address::parse(b"\"M\xfcller\" <sip:m@x>").unwrap().party().name, "M\u{fffd}ller");
    }

    #[test]
    fn bad_ones() {
        for bad in [
            r#""Mr. J. User <sip:j.user@example.com>"#,
            "Bell, Alexander <sip:a@b>",
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
