//! The smallest pieces of SIP text (RFC 3261 25.1): tokens, quotes, lists, parameters. Everything borrows.

use crate::limit;
use std::borrow::Cow;

/// A peer's text that breaks the grammar; the message around it gets a 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

const TOKEN: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 128 {
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
        {
            table[b] = (b as u8).is_ascii_alphanumeric();
        }
        b += 1;
    }
    let others = b"-.!%*_+`'~";
    let mut i = 0;
    while i < others.len() {
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
        {
            table[others[i] as usize] = true;
        }
        i += 1;
    }
    table
};

/// `token` characters.
pub fn is_token(b: u8) -> bool {
    TOKEN.get(usize::from(b)).copied().unwrap_or(false)
}

/// Space within a header value; CR and LF stand there only as part of a fold, the lexer sees to that.
pub fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\r' | b'\n')
}

pub fn is_whole_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|b| is_token(*b))
}

pub fn trim(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|b| !is_space(*b)).unwrap_or(text.len());
    let end = text.iter().rposition(|b| !is_space(*b)).map_or(start, |i| i + 1);
    text.get(start..end).unwrap_or_default()
}

/// Without what `drop` names at both ends.
pub fn trim_by(text: &[u8], drop: impl Fn(u8) -> bool) -> Vec<u8> {
    let start = text.iter().position(|b| !drop(*b)).unwrap_or(text.len());
    let end = text.iter().rposition(|b| !drop(*b)).map_or(start, |i| i + 1);
    text.get(start..end).unwrap_or_default().to_vec()
}

/// Splits at the first `at` that stands outside quotes and angle brackets.
pub fn cut(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    let (mut quoted, mut angle, mut escaped) = (false, false, false);
    for (i, b) in text.iter().enumerate() {
        if escaped {
            escaped = false;
            continue;
        }
        match *b {
            b'\\' if quoted => escaped = true,
            b'"' if !angle => quoted = !quoted,
            _ if quoted => {}
            b if b == at && !angle => {
                return (text.get(..i).unwrap_or_default(), text.get(i + 1..));
            }
            b'<' => angle = true,
            b'>' => angle = false,
            _ => {}
        }
    }
    (text, None)
}

/// The values of a comma-separated header, trimmed. Empty ones are left out (RFC 7230 7 does so too).
pub fn commas(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        loop {
            let (head, tail) = cut(rest?, b',');
            rest = tail;
            let head = trim(head);
            if !head.is_empty() {
                return Some(head);
            }
        }
    })
}

/// Parameters `;name=value;name` after a value; the text begins behind the first semicolon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Params<'a>(&'a [u8]);

impl<'a> Params<'a> {
    /// Checks the grammar of every parameter once, so that reading them cannot fail.
    pub fn parse(text: &'a [u8]) -> Result<Params<'a>, Malformed> {
        let params = Params(text);
        for (count, (name, value)) in params.iter().enumerate() {
            if count >= limit::PARAMS {
                return Err(Malformed("too many parameters"));
            }
            if !is_whole_token(name) {
                return Err(Malformed("parameter name"));
            }
            if value.is_some_and(|v| !is_param_value(v)) {
                return Err(Malformed("parameter value"));
            }
        }
        Ok(params)
    }

    /// Names and values, trimmed, quotes kept.
    pub fn iter(self) -> impl Iterator<Item = (&'a [u8], Option<&'a [u8]>)> {
        let mut rest = Some(self.0).filter(|t| !t.is_empty());
        std::iter::from_fn(move || {
            let (one, tail) = cut(rest?, b';');
            rest = tail;
            let (name, value) = cut(one, b'=');
            Some((trim(name), value.map(trim)))
        })
    }

    /// The value of a parameter by its name, which is case-insensitive; empty for a parameter without a value.
    pub fn get(self, name: &str) -> Option<&'a [u8]> {
        self.iter().find(|(n, _)| n.eq_ignore_ascii_case(name.as_bytes())).map(|(_, v)| v.unwrap_or_default())
    }

    pub fn as_bytes(self) -> &'a [u8] {
        self.0
    }
}

/// token, host (with IPv6 brackets) or a quoted string. Bytes above ASCII are passed: they are not ours to judge.
fn is_param_value(value: &[u8]) -> bool {
    match value {
        [b'"', ..] => is_quoted(value),
        [] => false,
        _ => value.iter().all(|b| {
            is_token(*b) || matches!(b, b'[' | b']' | b':' | b'/' | b'@' | b'&' | b'$' | b'?' | b'(' | b')' | 0x80..)
        }),
    }
}

/// A complete quoted string and nothing behind it.
fn is_quoted(text: &[u8]) -> bool {
    quoted_end(text) == Some(text.len())
}

/// Length of the quoted string at the start of `text`, with both quotes.
pub fn quoted_end(text: &[u8]) -> Option<usize> {
    if text.first() != Some(&b'"') {
        return None;
    }
    let mut escaped = false;
    for (i, b) in text.iter().enumerate().skip(1) {
        match *b {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(i + 1),
            _ => {}
        }
    }
    None
}

/// The text of a token or quoted string, unescaped.
pub fn unquote(text: &[u8]) -> Cow<'_, [u8]> {
    let Some(inner) = text.strip_prefix(b"\"").and_then(|t| t.strip_suffix(b"\"")) else {
        return Cow::Borrowed(text);
    };
    if !inner.contains(&b'\\') {
        return Cow::Borrowed(inner);
    }
    let mut plain = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter();
    while let Some(b) = bytes.next() {
        match b {
            b'\\' => plain.extend(bytes.next()),
            _ => plain.push(*b),
        }
    }
    Cow::Owned(plain)
}

/// A decimal number that fits; only digits.
pub fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0u64, |n, b| {
        let digit = b.is_ascii_digit().then(|| u64::from(b - b'0'))?;
        n.checked_mul(10)?.checked_add(digit)
    })
}

/// A decimal number where a larger one means "very long" (delta-seconds, RFC 3261 20.19: treat as 2^32-1).
pub fn seconds(text: &[u8]) -> Option<u32> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(number(text).map_or(u32::MAX, |n| u32::try_from(n).unwrap_or(u32::MAX)))
}

/// Text for people and logs: UTF-8 mended, control characters removed, cut to `max` bytes at a character's border.
pub fn clean(text: &[u8], max: usize) -> String {
    let text = String::from_utf8_lossy(text);
    let mut out = String::with_capacity(text.len().min(max));
    for c in text.chars().filter(|c| !c.is_control()) {
        if out.len() + c.len_utf8() > max {
            break;
        }
        out.push(c);
    }
    out
}

/// A header value on one line: every fold becomes one space (RFC 3261 7.3.1).
pub fn unfold(value: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr2(b'\r', b'\n', value).is_none() {
        return Cow::Borrowed(value);
    }
    let mut line = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(i) = memchr::memchr2(b'\r', b'\n', rest) {
        line.extend_from_slice(trim_end(rest.get(..i).unwrap_or_default()));
        line.push(b' ');
        rest = trim_start(rest.get(i..).unwrap_or_default());
    }
    line.extend_from_slice(rest);
    Cow::Owned(line)
}

pub fn trim_start(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|b| !is_space(*b)).unwrap_or(text.len());
    text.get(start..).unwrap_or_default()
}

pub fn trim_end(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|b| !is_space(*b)).map_or(0, |i| i + 1);
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_stand_outside_quotes_and_brackets() {
        let list: Vec<_> = commas(br#""a, \"b" <sip:x,y@z>;q=1 , , <sip:c@d>"#).collect();
        assert_eq!(list, [&br#""a, \"b" <sip:x,y@z>;q=1"#[..], b"<sip:c@d>"]);
    }

    #[test]
    fn params_of_jssip() {
        let p = Params::parse(br#"+sip.ice;reg-id=1;+sip.instance="<urn:uuid:1;2>" ; expires = 600"#).unwrap();
        assert_eq!(p.get("+SIP.ice"), Some(&b""[..]));
        assert_eq!(p.get("reg-id"), Some(&b"1"[..]));
        assert_eq!(p.get("+sip.instance"), Some(&br#""<urn:uuid:1;2>""#[..]));
        assert_eq!(p.get("expires"), Some(&b"600"[..]));
    }

    #[test]
    fn broken_params_are_refused() {
        for text in [&b";"[..], b";;,;,,", b"a=", b"a b=c", b"a=\"b", b"=b"] {
            assert!(Params::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn numbers() {
        assert_eq!(number(b"0068"), Some(68));
        assert_eq!(number(b"-999"), None);
        assert_eq!(number(b"36893488147419103232"), None);
        assert_eq!(seconds(b"280297596632815"), Some(u32::MAX));
        assert_eq!(seconds(b"1e3"), None);
    }

    #[test]
    fn folds_and_quotes() {
        assert_eq!(&*unfold(b"a\r\n\t b \r\n c"), b"a b c");
        assert_eq!(&*unquote(br#""J \\\"R""#), br#"J \"R"#);
        assert_eq!(clean(b"a\x07\x00b\xffc", 4), "ab");
        assert_eq!(clean("привет".as_bytes(), 5), "пр");
    }
}
