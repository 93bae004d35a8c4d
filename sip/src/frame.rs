//! One message out of a stream (RFC 3261 18.3): TCP and TLS have no packets, Content-Length makes them.

use crate::api::Flow;
use crate::env::Env;
use crate::lex;
use crate::limit;
use crate::transaction::key::Keyed;
use crate::transaction::timers::{Armed, Timer};
use bytes::{Bytes, BytesMut};
use std::collections::HashMap;
use types::Moment;

/// What a stream holds next.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    Message(Bytes),
    /// CRLFCRLF: the peer asks whether we live (RFC 5626 3.5.1).
    Ping,
    /// The rest has not come yet.
    Wait,
    /// The end of the message cannot be told; the connection is lost. Holds what may still be answered.
    Broken(Bytes, u16),
}

#[derive(Default)]
struct Frame {
    buffer: BytesMut,
    /// Bytes searched for the end of the header already.
    searched: usize,
    late: Option<Armed>,
}

/// Connections with an unfinished message.
pub(crate) struct Frames {
    open: HashMap<Flow, Frame, Keyed>,
}

impl Frames {
    pub fn new(keyed: Keyed) -> Frames {
        Frames { open: HashMap::with_hasher(keyed) }
    }

    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// Takes bytes of a connection. False: there are too many unfinished ones.
    pub fn push(&mut self, flow: Flow, bytes: &[u8]) -> bool {
        if self.open.len() >= limit::FRAMES && !self.open.contains_key(&flow) {
            return false;
        }
        self.open.entry(flow).or_default().buffer.extend_from_slice(bytes);
        true
    }

    /// The next piece of a connection. After `Wait` the time for the rest runs; nothing left, nothing kept.
    pub fn next(&mut self, now: Moment, flow: Flow, env: &mut Env) -> Piece {
        let Some(frame) = self.open.get_mut(&flow) else {
            return Piece::Wait;
        };
        let piece = frame.cut();
        match piece {
            Piece::Wait if frame.buffer.is_empty() => self.drop(flow, env),
            Piece::Wait if frame.late.is_none() => {
                frame.late = Some(env.arm(now + limit::MESSAGE_ARRIVAL, Timer::Frame(flow)))
            }
            Piece::Wait => {}
            Piece::Message(_) | Piece::Ping => env.cancel(&mut frame.late),
            Piece::Broken(..) => self.drop(flow, env),
        }
        piece
    }

    pub fn drop(&mut self, flow: Flow, env: &mut Env) {
        if let Some(mut frame) = self.open.remove(&flow) {
            env.cancel(&mut frame.late);
        }
    }
}

impl Frame {
    fn cut(&mut self) -> Piece {
        loop {
            match self.buffer.as_ref() {
                [b'\r', b'\n', b'\r', b'\n', ..] => {
                    self.skip(4);
                    return Piece::Ping;
                }
                [b'\r', b'\n', b'\r'] | [b'\r', b'\n'] | [b'\r'] => return Piece::Wait,
                [b'\r', b'\n', ..] => self.skip(2),
                [b'\n', ..] => self.skip(1),
                _ => break,
            }
        }
        let Some(head) = self.head_end() else {
            let line = memchr::memchr(b'\n', &self.buffer).unwrap_or(self.buffer.len());
            return if self.buffer.len() > limit::STREAM_MESSAGE || line > limit::START_LINE {
                Piece::Broken(Bytes::new(), 513)
            } else {
                Piece::Wait
            };
        };
        let length = match length(self.buffer.get(..head).unwrap_or_default()) {
            // RFC 3261 20.14: on a stream it must be there.
            Ok(None) => return Piece::Broken(self.buffer.split_to(head).freeze(), 400),
            Err(()) => return Piece::Broken(self.buffer.split_to(head).freeze(), 400),
            Ok(Some(length)) => length,
        };
        let Some(end) = head.checked_add(length).filter(|end| *end <= limit::STREAM_MESSAGE) else {
            return Piece::Broken(self.buffer.split_to(head).freeze(), 513);
        };
        if self.buffer.len() < end {
            return Piece::Wait;
        }
        self.searched = 0;
        Piece::Message(self.buffer.split_to(end).freeze())
    }

    fn skip(&mut self, bytes: usize) {
        let _ = self.buffer.split_to(bytes.min(self.buffer.len()));
        self.searched = 0;
    }

    /// The index behind the empty line.
    fn head_end(&mut self) -> Option<usize> {
        let mut from = self.searched;
        while let Some(i) = memchr::memchr(b'\n', self.buffer.get(from..)?).map(|i| from + i) {
            match self.buffer.get(i + 1..)? {
                [b'\n', ..] => return Some(i + 2),
                [b'\r', b'\n', ..] => return Some(i + 3),
                [] | [b'\r'] => break,
                _ => from = i + 1,
            }
        }
        self.searched = from;
        None
    }
}

/// The Content-Length of a header; `Err` if it is no number or lines disagree.
fn length(head: &[u8]) -> Result<Option<usize>, ()> {
    let values = head.split(|b| *b == b'\n').skip(1).filter_map(|line| {
        let colon = memchr::memchr(b':', line)?;
        let name = lex::trim_end(line.get(..colon)?);
        let wanted = name.eq_ignore_ascii_case(b"l") || name.eq_ignore_ascii_case(b"content-length");
        wanted.then(|| line.get(colon + 1..).unwrap_or_default())
    });
    crate::parse::content_length(values).map_err(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(chunks: &[&[u8]]) -> Vec<Piece> {
        let mut frame = Frame::default();
        let mut pieces = Vec::new();
        for chunk in chunks {
            frame.buffer.extend_from_slice(chunk);
            loop {
                match frame.cut() {
                    Piece::Wait => break,
                    broken @ Piece::Broken(..) => {
                        pieces.push(broken);
                        return pieces;
                    }
                    piece => pieces.push(piece),
                }
            }
        }
        pieces
    }

    const ONE: &[u8] = b"BYE sip:a@b SIP/2.0\r\nl: 3\r\n\r\nabc";

    #[test]
    fn any_cut_gives_the_same_messages() {
        let stream = [b"\r\n\r\n", ONE, b"\r\n", ONE, b"\r\n\r\n"].concat();
        let expect = [Piece::Ping, Piece::Message(ONE.into()), Piece::Message(ONE.into()), Piece::Ping];
        for size in 1..=stream.len() {
            let chunks: Vec<_> = stream.chunks(size).collect();
            assert_eq!(cut(&chunks), expect, "chunks of {size}");
        }
    }

    #[test]
    fn framing_lost() {
        let broken = |text: &[u8]| match cut(&[text]).pop() {
            Some(Piece::Broken(_, code)) => Some(code),
            _ => None,
        };
        assert_eq!(broken(b"BYE sip:a@b SIP/2.0\r\n\r\n"), Some(400));
        assert_eq!(broken(b"BYE sip:a@b SIP/2.0\r\nl: x\r\n\r\n"), Some(400));
        assert_eq!(broken(b"BYE sip:a@b SIP/2.0\r\nl: 1\r\nContent-Length: 2\r\n\r\n"), Some(400));
        assert_eq!(broken(b"BYE sip:a@b SIP/2.0\r\nl: 99999999\r\n\r\n"), Some(513));
        assert_eq!(broken(b"BYE sip:a@b SIP/2.0\r\nl: 18446744073709551615\r\n\r\n"), Some(513));
        assert_eq!(broken(&vec![b'x'; limit::START_LINE]), None);
        assert_eq!(broken(&vec![b'x'; limit::START_LINE + 1]), Some(513));
        let long = [b"BYE sip:a@b SIP/2.0\r\nX: ".to_vec(), vec![b'y'; limit::STREAM_MESSAGE]].concat();
        assert_eq!(broken(&long), Some(513));
    }
}
