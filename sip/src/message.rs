//! A message as it lies in the packet: borrowed bytes, header values parsed when somebody asks.

use crate::header::Name;
use crate::lex;
use std::borrow::Cow;

/// Request methods. Case matters (RFC 3261 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method<'a> {
    Invite,
    Ack,
    Bye,
    Cancel,
    Register,
    Options,
    Info,
    Update,
    Refer,
    Notify,
    Subscribe,
    Message,
    Publish,
    Prack,
    Other(&'a [u8]),
}

impl<'a> Method<'a> {
    pub fn of(token: &'a [u8]) -> Method<'a> {
        match token {
            b"INVITE" => Method::Invite,
            b"ACK" => Method::Ack,
            b"BYE" => Method::Bye,
            b"CANCEL" => Method::Cancel,
            b"REGISTER" => Method::Register,
            b"OPTIONS" => Method::Options,
            b"INFO" => Method::Info,
            b"UPDATE" => Method::Update,
            b"REFER" => Method::Refer,
            b"NOTIFY" => Method::Notify,
            b"SUBSCRIBE" => Method::Subscribe,
            b"MESSAGE" => Method::Message,
            b"PUBLISH" => Method::Publish,
            b"PRACK" => Method::Prack,
            other => Method::Other(other),
        }
    }

    pub fn as_bytes(self) -> &'a [u8] {
        match self {
            Method::Invite => b"INVITE",
            Method::Ack => b"ACK",
            Method::Bye => b"BYE",
            Method::Cancel => b"CANCEL",
            Method::Register => b"REGISTER",
            Method::Options => b"OPTIONS",
            Method::Info => b"INFO",
            Method::Update => b"UPDATE",
            Method::Refer => b"REFER",
            Method::Notify => b"NOTIFY",
            Method::Subscribe => b"SUBSCRIBE",
            Method::Message => b"MESSAGE",
            Method::Publish => b"PUBLISH",
            Method::Prack => b"PRACK",
            Method::Other(token) => token,
        }
    }
}

/// The first line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start<'a> {
    /// `version` is what follows the last space, normally `SIP/2.0`.
    Request {
        method: Method<'a>,
        uri: &'a [u8],
        version: &'a [u8],
    },
    Response {
        version: &'a [u8],
        code: u16,
        reason: &'a [u8],
    },
}

/// One header line: its name as written, its value trimmed but possibly folded.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    pub name: Name,
    pub name_text: &'a [u8],
    pub value: &'a [u8],
}

impl<'a> Field<'a> {
    /// The value on one line.
    pub fn unfolded(&self) -> Cow<'a, [u8]> {
        lex::unfold(self.value)
    }
}

/// The peer broke a rule that does not keep us from reading on: the code says how to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    pub code: u16,
    pub what: &'static str,
}

impl From<lex::Malformed> for Fault {
    fn from(m: lex::Malformed) -> Fault {
        Fault { code: 400, what: m.0 }
    }
}

/// A parsed message. Equality ignores how a name was abbreviated and where a line was folded.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    pub start: Start<'a>,
    pub fields: Vec<Field<'a>>,
    pub body: &'a [u8],
    /// The first rule broken, if any: such a request deserves this answer, such a response no attention.
    pub fault: Option<Fault>,
}

impl<'a> Message<'a> {
    /// The value of the first header line with this name.
    pub fn get(&self, name: Name) -> Option<&'a [u8]> {
        self.fields.iter().find(|f| f.name == name).map(|f| f.value)
    }

    pub fn all(&self, name: Name) -> impl Iterator<Item = &'a [u8]> + '_ {
        self.fields.iter().filter(move |f| f.name == name).map(|f| f.value)
    }

    /// The values of all lines of a list header, in order.
    pub fn list(&self, name: Name) -> impl Iterator<Item = &'a [u8]> + '_ {
        self.all(name).flat_map(lex::commas)
    }

    /// Does a list of tokens hold this one (`Supported: timer`)?
    pub fn lists(&self, name: Name, token: &str) -> bool {
        self.list(name).any(|t| t.eq_ignore_ascii_case(token.as_bytes()))
    }

    /// The media type of the body, lower case, without parameters; empty if none is given.
    pub fn content_type(&self) -> String {
        let value = self.get(Name::ContentType).unwrap_or_default();
        let (kind, _) = lex::cut(value, b';');
        kind.iter().filter(|b| b.is_ascii_graphic()).map(|b| char::from(b.to_ascii_lowercase())).take(64).collect()
    }
}

impl PartialEq for Message<'_> {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (&Field, &Field)| {
            a.name == b.name
                && (a.name != Name::Other || a.name_text.eq_ignore_ascii_case(b.name_text))
                && a.unfolded() == b.unfolded()
        };
        // Content-Length is how the body was delimited, not something said.
        let said = |m: &Self| m.fields.iter().filter(|f| f.name != Name::ContentLength).copied().collect::<Vec<_>>();
        let (mine, theirs) = (said(self), said(other));
        self.start == other.start
            && self.body == other.body
            && mine.len() == theirs.len()
            && mine.iter().zip(&theirs).all(same)
    }
}
