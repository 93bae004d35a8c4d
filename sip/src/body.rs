//! The body of a message, and the SDP inside a multipart body (RFC 5621).

use crate::api::Body;
use crate::header::Name;
use crate::lex;
use crate::limit;
use crate::message::{Fault, Message};
use bytes::Bytes;

/// The body as the application sees it; `None` when empty. Of a multipart body its SDP part.
pub fn of(message: &Message) -> Option<Body> {
    if message.body.is_empty() {
        return None;
    }
    let content_type = message.content_type();
    if content_type.starts_with("multipart/")
        && let Some(sdp) = sdp_part(message)
    {
        return Some(Body::sdp(Bytes::copy_from_slice(sdp)));
    }
    Some(Body { content_type, bytes: Bytes::copy_from_slice(message.body) })
}

/// The SDP of a message that may carry nothing else (INVITE, UPDATE, ACK); 415 for another body.
pub fn offer(message: &Message) -> Result<Option<Body>, Fault> {
    match of(message) {
        None => Ok(None),
        Some(body) if body.content_type == "application/sdp" && plain(message) => Ok(Some(body)),
        Some(_) => Err(Fault { code: 415, what: "body that is not SDP" }),
    }
}

fn plain(message: &Message) -> bool {
    message.get(Name::ContentEncoding).is_none_or(|e| e.eq_ignore_ascii_case(b"identity"))
}

/// The first part of type application/sdp. Nested multiparts are not entered.
fn sdp_part<'a>(message: &Message<'a>) -> Option<&'a [u8]> {
    let (_, params) = lex::cut(message.get(Name::ContentType)?, b';');
    let params = lex::Params::parse(params?).ok()?;
    let boundary = lex::unquote(params.get("boundary")?);
    if boundary.is_empty() || boundary.len() > 70 {
        return None;
    }
    let mark = [b"--", &*boundary].concat();
    let finder = memchr::memmem::Finder::new(&mark);
    let starts: Vec<usize> = finder.find_iter(message.body).take(limit::PARTS + 1).collect();
    starts.windows(2).find_map(|pair| {
        let &[from, to] = pair else { return None };
        let part = message.body.get(from + mark.len()..to)?;
        let part = part.strip_prefix(b"\r\n").or_else(|| part.strip_prefix(b"\n"))?;
        let (head, body) = split_head(part)?;
        let sdp = head.split(|b| *b == b'\n').any(|line| {
            let (name, value) = lex::cut(line, b':');
            let kind = value.map(|v| lex::trim(lex::cut(v, b';').0));
            lex::trim(name).eq_ignore_ascii_case(b"content-type")
                && kind.is_some_and(|k| k.eq_ignore_ascii_case(b"application/sdp"))
        });
        sdp.then(|| body.strip_suffix(b"\r\n").unwrap_or(body))
    })
}

fn split_head(part: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memmem::find(part, b"\r\n\r\n")?;
    Some((part.get(..end)?, part.get(end + 4..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: &str, body: &str) -> String {
        format!("INVITE sip:a@b SIP/2.0\r\nContent-Type: {kind}\r\n\r\n{body}")
    }

    #[test]
    fn bodies() {
        let check = |text: String, expect: Result<Option<&str>, u16>| {
            let message = Message::parse(text.as_bytes()).unwrap();
            let got =
                offer(&message).map(|b| b.map(|b| String::from_utf8(b.bytes.to_vec()).unwrap())).map_err(|f| f.code);
            assert_eq!(got, expect.map(|b| b.map(str::to_owned)));
        };
        check(message("application/SDP; charset=x", "v=0\r\n"), Ok(Some("v=0\r\n")));
        check(message("application/sdp", ""), Ok(None));
        check(message("application/unknownformat", "x"), Err(415));
        let parts = "pre\r\n--b1\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b1\r\nContent-Type: application/sdp;x=y\r\n\r\nv=0\r\na=b\r\n\r\n--b1--\r\n";
        check(message("multipart/mixed;boundary=\"b1\"", parts), Ok(Some("v=0\r\na=b\r\n")));
        check(message("multipart/mixed;boundary=other", parts), Err(415));
        check(message("multipart/mixed", parts), Err(415));
    }
}
