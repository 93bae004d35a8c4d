//! Text to message: a zero-copy lexer over one packet (RFC 3261 7, 25; RFC 4475 for the dark corners).
//!
//! Nothing is checked that nobody interprets: header bytes may be any bytes, unknown headers pass untouched.

use crate::header::Name;
use crate::lex;
use crate::limit;
use crate::message::{Fault, Field, Message, Method, Start};

impl<'a> Message<'a> {
    /// Parses one datagram, one WebSocket message or one framed piece of a stream.
    ///
    /// `Err` means there is nothing to answer to: no start line of SIP, or too large. Other broken rules are
    /// in [`Message::fault`], with the rest of the message readable.
    pub fn parse(packet: &'a [u8]) -> Result<Message<'a>, Fault> {
        // RFC 3261 7.5, RFC 5626 3.5.1: empty lines before a message are skipped.
        let start = packet.iter().position(|b| !matches!(b, b'\r' | b'\n')).unwrap_or(packet.len());
        let text = packet.get(start..).unwrap_or_default();
        if text.is_empty() {
            return Err(Fault { code: 0, what: "empty packet" });
        }
        if text.len() > limit::STREAM_MESSAGE {
            return Err(Fault { code: 513, what: "message too large" });
        }
        let (line, rest) = line(text).ok_or(Fault { code: 400, what: "no start line" })?;
        let mut fault = None;
        if line.len() > limit::START_LINE {
            note(&mut fault, 414, "start line too long");
        }
        let start = start_line(line, &mut fault)?;
        let (fields, rest) = fields(rest, &mut fault);
        let body = body(&fields, rest, &mut fault);
        Ok(Message { start, fields, body, fault })
    }
}

fn note(fault: &mut Option<Fault>, code: u16, what: &'static str) {
    fault.get_or_insert(Fault { code, what });
}

/// Splits off a line at LF, with or without CR: some devices send bare LF.
fn line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b'\n', text)?;
    let line = text.get(..end)?;
    Some((line.strip_suffix(b"\r").unwrap_or(line), text.get(end + 1..)?))
}

fn start_line<'a>(line: &'a [u8], fault: &mut Option<Fault>) -> Result<Start<'a>, Fault> {
    let not_sip = Fault { code: 400, what: "not a SIP message" };
    let (first, rest) = split_space(line).ok_or(not_sip)?;
    if first.get(..4).is_some_and(|v| v.eq_ignore_ascii_case(b"SIP/")) {
        // RFC 4475 3.1.1.13: the reason may be empty; some leave out the space before it as well.
        let (code, reason) = split_space(rest).unwrap_or((rest, b""));
        let code = lex::number(code)
            .and_then(|n| u16::try_from(n).ok())
            .filter(|n| (100..=699).contains(n) && code.len() == 3);
        let code = code.ok_or(Fault { code: 400, what: "status code" })?;
        if !first.eq_ignore_ascii_case(b"SIP/2.0") {
            note(fault, 505, "version");
        }
        return Ok(Start::Response { version: first, code, reason });
    }
    if !lex::is_whole_token(first) {
        return Err(not_sip);
    }
    // The version is looked for from the end: a Request-URI with spaces must still be told apart to be answered.
    let space = memchr::memrchr(b' ', lex::trim_end(rest)).ok_or(not_sip)?;
    let (uri, version) = (rest.get(..space).unwrap_or_default(), rest.get(space + 1..).unwrap_or_default());
    if !version.get(..4).is_some_and(|v| v.eq_ignore_ascii_case(b"SIP/")) {
        return Err(not_sip);
    }
    if !lex::trim(version).eq_ignore_ascii_case(b"SIP/2.0") {
        note(fault, 505, "version");
    } else if version.len() != 7 || uri.is_empty() || uri.iter().any(|b| lex::is_space(*b)) {
        // RFC 4475 3.1.2.8, 3.1.2.9: exactly one space between the parts.
        note(fault, 400, "spaces in the request line");
    }
    Ok(Start::Request { method: Method::of(first), uri, version })
}

fn split_space(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = memchr::memchr(b' ', text)?;
    Some((text.get(..space)?, text.get(space + 1..)?))
}

/// All header lines and what follows the empty one.
fn fields<'a>(mut text: &'a [u8], fault: &mut Option<Fault>) -> (Vec<Field<'a>>, &'a [u8]) {
    let mut fields = Vec::with_capacity(20);
    let mut vias = 0usize;
    loop {
        let Some((value_line, after)) = logical_line(text) else {
            note(fault, 400, "header cut short");
            return (fields, b"");
        };
        text = after;
        if value_line.is_empty() {
            return (fields, text);
        }
        let Some(colon) = memchr::memchr(b':', value_line) else {
            note(fault, 400, "header line without a colon");
            continue;
        };
        // RFC 3261 7.3.1 allows space before the colon; nothing else may hide there (T9).
        let name_text = lex::trim_end(value_line.get(..colon).unwrap_or_default());
        if !lex::is_whole_token(name_text) {
            note(fault, 400, "header name");
            continue;
        }
        if fields.len() >= limit::FIELDS {
            note(fault, 400, "too many header lines");
            continue;
        }
        let value = lex::trim(value_line.get(colon + 1..).unwrap_or_default());
        let name = Name::of(name_text);
        if name == Name::Via {
            vias += 1 + value.iter().filter(|b| **b == b',').count();
            if vias > limit::VIAS {
                note(fault, 400, "too many Via values");
                continue;
            }
        }
        if bare_cr(value) {
            note(fault, 400, "CR within a line");
        }
        fields.push(Field { name, name_text, value });
    }
}

/// A line together with its continuation lines, without its final line end.
fn logical_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut end = memchr::memchr(b'\n', text)?;
    let first = text.get(..end)?;
    // The empty line ends the header even if the body begins with a space.
    if !matches!(first, b"" | b"\r") {
        while matches!(text.get(end + 1), Some(b' ' | b'\t')) {
            end += 1 + memchr::memchr(b'\n', text.get(end + 1..)?)?;
        }
    }
    let line = text.get(..end)?;
    Some((line.strip_suffix(b"\r").unwrap_or(line), text.get(end + 1..)?))
}

/// A CR that is not part of a line end could end a line for the next reader.
fn bare_cr(value: &[u8]) -> bool {
    memchr::memchr_iter(b'\r', value).any(|i| value.get(i + 1) != Some(&b'\n'))
}

/// The Content-Length all lines agree upon. `Ok(None)` if there is none.
pub(crate) fn content_length<'a>(values: impl Iterator<Item = &'a [u8]>) -> Result<Option<usize>, Fault> {
    let mut length = None;
    for value in values {
        let n = lex::number(lex::trim(value)).and_then(|n| usize::try_from(n).ok());
        let n = n.ok_or(Fault { code: 400, what: "Content-Length" })?;
        if length.is_some_and(|l| l != n) {
            return Err(Fault { code: 400, what: "conflicting Content-Length" });
        }
        length = Some(n);
    }
    Ok(length)
}

/// One packet, one message: without Content-Length the rest is the body (RFC 3261 18.3).
fn body<'a>(fields: &[Field<'a>], rest: &'a [u8], fault: &mut Option<Fault>) -> &'a [u8] {
    match content_length(fields.iter().filter(|f| f.name == Name::ContentLength).map(|f| f.value)) {
        Ok(None) => rest,
        Ok(Some(length)) => rest.get(..length).unwrap_or_else(|| {
            note(fault, 400, "Content-Length beyond the packet");
            rest
        }),
        Err(broken) => {
            fault.get_or_insert(broken);
            rest
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &[u8]) -> Option<u16> {
        match Message::parse(text) {
            Ok(m) => m.fault.map(|f| f.code),
            Err(f) => Some(f.code),
        }
    }

    #[test]
    fn an_ordinary_request() {
        let m = Message::parse(b"\r\n\r\nINVITE sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP x;branch=z9hG4bK1\r\nSubject : one\r\n two\r\nl:3\r\n\r\nabcdef").unwrap();
        assert_eq!(m.start, Start::Request { method: Method::Invite, uri: b"sip:a@b", version: b"SIP/2.0" });
        assert_eq!(m.fields.len(), 3);
        assert_eq!(&*m.fields[1].unfolded(), b"one two");
        assert_eq!((m.body, m.fault), (&b"abc"[..], None));
    }

    #[test]
    fn a_response_without_reason() {
        let m = Message::parse(b"SIP/2.0 200\nCSeq: 1 BYE\n\n").unwrap();
        assert_eq!(m.start, Start::Response { version: b"SIP/2.0", code: 200, reason: b"" });
    }

    #[test]
    fn a_body_may_begin_with_space() {
        let m = Message::parse(b"MESSAGE sip:a@b SIP/2.0\r\nTo: x\r\n\r\n  text").unwrap();
        assert_eq!((m.body, m.fault), (&b"  text"[..], None));
    }

    #[test]
    fn broken_rules() {
        assert_eq!(fault(b"INVITE sip:a@b SIP/7.0\r\n\r\n"), Some(505));
        assert_eq!(fault(b"INVITE  sip:a@b SIP/2.0\r\n\r\n"), Some(400));
        assert_eq!(fault(b"INVITE sip:a@b SIP/2.0 \r\n\r\n"), Some(400));
        assert_eq!(fault(b"INVITE sip:a@b\r\n\r\n"), Some(400));
        assert_eq!(fault(b"SIP/2.0 4294967301 x\r\n\r\n"), Some(400));
        assert_eq!(fault(b"BYE sip:a@b SIP/2.0\r\nl: 1\r\nl: 2\r\n\r\nab"), Some(400));
        assert_eq!(fault(b"BYE sip:a@b SIP/2.0\r\nl: 1\r\nl: 01\r\n\r\na"), None);
        assert_eq!(fault(b"BYE sip:a@b SIP/2.0\r\nl: 5\r\n\r\na"), Some(400));
        assert_eq!(fault(b"BYE sip:a@b SIP/2.0\r\nl: -1\r\n\r\na"), Some(400));
        assert_eq!(fault(b"BYE sip:a@b SIP/2.0\r\nP\x0bAI: x\r\n\r\n"), Some(400));
        assert_eq!(fault(b"BYE sip:a@b SIP/2.0\r\nX: a\rVia: b\r\n\r\n"), Some(400));
        assert_eq!(fault(b"BYE sip:a@b SIP/2.0\r\nX: a\r\n"), Some(400));
        assert_eq!(fault(b"\r\n\r\n"), Some(0));
    }

    #[test]
    fn limits_hold_at_the_border() {
        let with = |n: usize| [b"BYE sip:a@b SIP/2.0\r\n".to_vec(), b"X: y\r\n".repeat(n), b"\r\n".to_vec()].concat();
        assert_eq!(fault(&with(limit::FIELDS)), None);
        assert_eq!(fault(&with(limit::FIELDS + 1)), Some(400));
        let vias =
            |n: usize| [b"BYE sip:a@b SIP/2.0\r\nv: ".to_vec(), b"a,".repeat(n - 1), b"a\r\n\r\n".to_vec()].concat();
        assert_eq!(fault(&vias(limit::VIAS)), None);
        assert_eq!(fault(&vias(limit::VIAS + 1)), Some(400));
        let line = |n: usize| [b"BYE ".to_vec(), b"a".repeat(n - 12), b" SIP/2.0\r\n\r\n".to_vec()].concat();
        assert_eq!(fault(&line(limit::START_LINE)), None);
        assert_eq!(fault(&line(limit::START_LINE + 1)), Some(414));
    }
}
