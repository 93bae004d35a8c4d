//! Message to text.

use crate::api::Body;
use crate::header::Name;
use crate::message::{Message, Start};
use bytes::Bytes;

impl Message<'_> {
    /// The message as text: long or compact names as they were, folds undone, Content-Length made true.
    pub fn write(&self) -> Bytes {
        let mut draft = match self.start {
            Start::Request { method, uri, version } => Draft::start(&[method.as_bytes(), b" ", uri, b" ", version]),
            Start::Response { version, code, reason } => {
                Draft::start(&[version, b" ", code.to_string().as_bytes(), b" ", reason])
            }
        };
        for field in self.fields.iter().filter(|f| f.name != Name::ContentLength) {
            draft.bytes(field.name_text, &field.unfolded());
        }
        draft.end_bytes(self.body)
    }
}

/// A message being written: start line, headers in the order of the calls, then `end`.
#[derive(Clone, Debug)]
pub struct Draft {
    text: Vec<u8>,
}

impl Draft {
    fn start(parts: &[&[u8]]) -> Draft {
        let mut text = Vec::with_capacity(1024);
        parts.iter().for_each(|p| text.extend_from_slice(p));
        text.extend_from_slice(b"\r\n");
        Draft { text }
    }

    pub fn request(method: &str, uri: &str) -> Draft {
        Draft::start(&[method.as_bytes(), b" ", uri.as_bytes(), b" SIP/2.0"])
    }

    pub fn response(code: u16, reason: &str) -> Draft {
        Draft::start(&[b"SIP/2.0 ", code.to_string().as_bytes(), b" ", reason.as_bytes()])
    }

    /// One header line. A value that would end the line early is cut there: nobody writes headers through us.
    pub fn header(&mut self, name: &str, value: &str) -> &mut Draft {
        self.bytes(name.as_bytes(), value.as_bytes())
    }

    pub fn number(&mut self, name: &str, value: u64) -> &mut Draft {
        self.header(name, &value.to_string())
    }

    pub fn bytes(&mut self, name: &[u8], value: &[u8]) -> &mut Draft {
        let value = memchr::memchr2(b'\r', b'\n', value).and_then(|end| value.get(..end)).unwrap_or(value);
        self.text.extend_from_slice(name);
        self.text.extend_from_slice(b": ");
        self.text.extend_from_slice(value);
        self.text.extend_from_slice(b"\r\n");
        self
    }

    /// Whole header lines copied from a message that was read, each with its line end.
    pub(crate) fn lines(&mut self, lines: &[u8]) -> &mut Draft {
        self.text.extend_from_slice(lines);
        self
    }

    pub fn end(mut self, body: Option<&Body>) -> Bytes {
        match body {
            Some(body) => {
                self.header("Content-Type", &body.content_type);
                self.end_bytes(&body.bytes)
            }
            None => self.end_bytes(b""),
        }
    }

    pub fn end_bytes(mut self, body: &[u8]) -> Bytes {
        self.number("Content-Length", u64::try_from(body.len()).unwrap_or_default());
        self.text.extend_from_slice(b"\r\n");
        self.text.extend_from_slice(body);
        Bytes::from(self.text)
    }
}

/// The same message in fewer octets: compact header names (RFC 3261 7.3.3), and no Content-Length where there is no body
/// (over UDP the datagram ends the message).
pub(crate) fn shortened(text: &[u8]) -> Bytes {
    const NAMES: [(&[u8], &[u8]); 5] =
        [(b"Via: ", b"v:"), (b"From: ", b"f:"), (b"To: ", b"t:"), (b"Call-ID: ", b"i:"), (b"Contact: ", b"m:")];
    let mut short = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if line == b"Content-Length: 0\r\n" {
            continue;
        }
        let compact = NAMES.iter().find_map(|(long, short)| Some((short, line.strip_prefix(*long)?)));
        match compact {
            Some((name, rest)) => {
                short.extend_from_slice(name);
                short.extend_from_slice(rest);
            }
            None => short.extend_from_slice(line),
        }
    }
    Bytes::from(short)
}

/// Reason phrases we write (RFC 3261 21 and the IANA registry).
pub fn reason(code: u16) -> &'static str {
    match code {
        100 => "Trying",
        180 => "Ringing",
        181 => "Call Is Being Forwarded",
        182 => "Queued",
        183 => "Session Progress",
        202 => "Accepted",
        302 => "Moved Temporarily",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        410 => "Gone",
        413 => "Request Entity Too Large",
        414 => "Request-URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Unsupported URI Scheme",
        420 => "Bad Extension",
        422 => "Session Interval Too Small",
        423 => "Interval Too Brief",
        429 => "Provide Referrer Identity",
        430 => "Flow Failed",
        439 => "First Hop Lacks Outbound Support",
        480 => "Temporarily Unavailable",
        481 => "Call/Transaction Does Not Exist",
        482 => "Loop Detected",
        483 => "Too Many Hops",
        484 => "Address Incomplete",
        486 => "Busy Here",
        487 => "Request Terminated",
        488 => "Not Acceptable Here",
        489 => "Bad Event",
        491 => "Request Pending",
        500 => "Server Internal Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        504 => "Server Time-out",
        505 => "Version Not Supported",
        513 => "Message Too Large",
        600 => "Busy Everywhere",
        603 => "Decline",
        604 => "Does Not Exist Anywhere",
        606 => "Not Acceptable",
        // Codes nobody named: by their class (RFC 3261 8.1.3.2).
        _ => match code / 100 {
            1 => "Progress",
            2 => "OK",
            3 => "Redirect",
            4 => "Refused",
            5 => "Server Failure",
            _ => "Global Failure",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_end_its_line() {
        let mut draft = Draft::request("INFO", "sip:a@b");
        draft.header("Subject", "hello\r\nVia: evil");
        assert_eq!(&draft.end(None)[..], b"INFO sip:a@b SIP/2.0\r\nSubject: hello\r\nContent-Length: 0\r\n\r\n");
    }

    #[test]
    fn parse_and_write_agree() {
        let text = b"SIP/2.0 200 Ja\xfc\r\nv: SIP/2.0/UDP x\r\ns: a\r\n  b\r\nX-Y:\r\nl: 2\r\n\r\n\x00\xff";
        let one = Message::parse(text).unwrap();
        let written = one.write();
        assert_eq!(Message::parse(&written).unwrap(), one);
    }
}
