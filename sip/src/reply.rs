//! What a response repeats from its request (RFC 3261 8.2.6.2), copied once so that the packet can go.

use crate::api::Flow;
use crate::header::{Name, Via};
use crate::lex;
use crate::message::{Message, Method};
use crate::write::{self, Draft};
use bytes::Bytes;

/// Methods we answer with more than 405 or 501.
pub const ALLOW: &str = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, REFER, NOTIFY, REGISTER";
/// Bodies we take.
pub const ACCEPT: &str = "application/sdp, multipart/mixed";
/// Extensions we know.
pub const SUPPORTED: &str = "timer";

#[derive(Clone, Debug)]
pub struct Echo {
    pub flow: Flow,
    /// Via, From, Call-ID, CSeq as header lines.
    lines: Vec<u8>,
    to: Vec<u8>,
    to_tagged: bool,
    record_routes: Vec<u8>,
}

impl Echo {
    pub fn of(message: &Message, flow: Flow) -> Echo {
        let mut lines = Vec::with_capacity(512);
        let mut record_routes = Vec::new();
        let (mut to, mut to_tagged) = (Vec::new(), false);
        let mut top = true;
        for field in &message.fields {
            match field.name {
                Name::Via => {
                    line(&mut lines, b"Via", |out| {
                        if top { top_via(field.value, flow, out) } else { out.extend_from_slice(&field.unfolded()) }
                    });
                    top = false;
                }
                Name::From => line(&mut lines, b"From", |out| out.extend_from_slice(&field.unfolded())),
                Name::CallId => line(&mut lines, b"Call-ID", |out| out.extend_from_slice(&field.unfolded())),
                Name::CSeq => line(&mut lines, b"CSeq", |out| out.extend_from_slice(&field.unfolded())),
                Name::RecordRoute => {
                    line(&mut record_routes, b"Record-Route", |out| out.extend_from_slice(&field.unfolded()))
                }
                Name::To if to.is_empty() => {
                    to = field.unfolded().into_owned();
                    to_tagged = crate::header::Address::parse(field.value).is_ok_and(|a| a.tag().is_some());
                }
                _ => {}
            }
        }
        Echo { flow, lines, to, to_tagged, record_routes }
    }

    /// A response begun; `tag` is our To tag, put where the request had none.
    pub fn draft(&self, code: u16, tag: &str) -> Draft {
        let mut draft = Draft::response(code, write::reason(code));
        draft.lines(&self.lines);
        if !self.to.is_empty() {
            if self.to_tagged || tag.is_empty() {
                draft.bytes(b"To", &self.to);
            } else {
                draft.bytes(b"To", &[&self.to, b";tag=".as_slice(), tag.as_bytes()].concat());
            }
        }
        draft
    }

    /// The same for answers that make or keep a dialog (RFC 3261 12.1.1).
    pub fn dialog_draft(&self, code: u16, tag: &str) -> Draft {
        let mut draft = self.draft(code, tag);
        draft.lines(&self.record_routes);
        draft
    }

    /// An answer with nothing to say but its code.
    pub fn bare(&self, code: u16, tag: &str) -> Bytes {
        self.draft(code, tag).end(None)
    }
}

fn line(out: &mut Vec<u8>, name: &[u8], value: impl FnOnce(&mut Vec<u8>)) {
    out.extend_from_slice(name);
    out.extend_from_slice(b": ");
    value(out);
    out.extend_from_slice(b"\r\n");
}

/// The first Via value gets `received` and `rport`; further values on its line stay. What cannot be read is copied.
fn top_via(value: &[u8], flow: Flow, out: &mut Vec<u8>) {
    let (first, rest) = lex::cut(value, b',');
    match Via::parse(lex::trim(first)) {
        Ok(via) => via.write_received(flow.peer, out),
        Err(_) => out.extend_from_slice(&lex::unfold(first)),
    }
    if let Some(rest) = rest {
        out.extend_from_slice(b", ");
        out.extend_from_slice(&lex::unfold(lex::trim(rest)));
    }
}

/// The headers some codes demand (RFC 3261 8.2.1, 8.2.2.3, 8.2.3, 20.33).
pub fn explain(draft: &mut Draft, message: &Message, code: u16, method: Method) {
    match code {
        405 | 501 => {
            draft.header("Allow", ALLOW);
        }
        415 => {
            draft.header("Accept", ACCEPT);
        }
        420 => {
            let unknown: Vec<_> = message.list(Name::Require).filter(|tag| !knows(tag, method)).collect();
            draft.bytes(b"Unsupported", &lex::unfold(&unknown.join(&b", "[..])));
        }
        _ => {}
    }
}

/// Extensions a peer may require of us. 100rel asks that no provisional answer above 100 be sent unreliably (RFC 3262 3):
/// then none is sent.
pub fn knows(tag: &[u8], method: Method) -> bool {
    tag.eq_ignore_ascii_case(b"timer")
        || (method == Method::Invite && tag.eq_ignore_ascii_case(b"100rel"))
        || (method == Method::Register && (tag.eq_ignore_ascii_case(b"path") || tag.eq_ignore_ascii_case(b"outbound")))
}
