//! Keys that match messages to transactions (RFC 3261 17.1.3, 17.2.3) and a hasher that strangers cannot aim at.

use crate::message::{Message, Method, Start};
use crate::screen::Head;
use std::hash::{BuildHasher, DefaultHasher, Hasher};

/// Bytes that identify a transaction, parts set apart by a byte that no part can hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(Box<[u8]>);

const APART: u8 = b'\n';

impl Key {
    fn of(parts: &[&[u8]]) -> Key {
        let mut key = Vec::with_capacity(parts.iter().map(|p| p.len() + 1).sum());
        for part in parts {
            key.extend_from_slice(part);
            key.push(APART);
        }
        Key(key.into_boxed_slice())
    }

    /// The server transaction of a request. ACK and CANCEL look for their INVITE with `Method::Invite`.
    pub fn server(message: &Message, head: &Head, method: Method) -> Key {
        let via = &head.via;
        let port = via.port.unwrap_or_default().to_be_bytes();
        match via.branch() {
            // RFC 3261 17.2.3: branch, sent-by, method.
            Some(branch) => Key::of(&[b"3", branch, via.host, &port, method.as_bytes()]),
            // RFC 2543: everything that identified a request then. The To tag is left out because the ACK has ours.
            None => {
                let uri = match message.start {
                    Start::Request { uri, .. } => uri,
                    Start::Response { .. } => b"",
                };
                let number = head.cseq.number.to_be_bytes();
                Key::of(&[
                    b"2",
                    uri,
                    head.from_tag,
                    head.call_id,
                    &number,
                    via.host,
                    &port,
                    via.params.get("branch").unwrap_or_default(),
                    method.as_bytes(),
                ])
            }
        }
    }

    /// The same request by another path (RFC 3261 8.2.2.2).
    pub fn merged(head: &Head) -> Key {
        Key::of(&[head.from_tag, head.call_id, &head.cseq.number.to_be_bytes(), head.cseq.method.as_bytes()])
    }

    /// The client transaction of a response: our branch; a CANCEL shares its INVITE's.
    pub fn client(branch: &[u8], method: Method) -> Key {
        let kind: &[u8] = if method == Method::Cancel { b"C" } else { b"R" };
        Key::of(&[branch, kind])
    }

    /// From the key of an INVITE of ours to that of its CANCEL.
    pub fn for_cancel(&self) -> Key {
        let mut key = self.0.clone();
        if let Some(kind) = key.iter_mut().rev().nth(1) {
            *kind = b'C';
        }
        Key(key)
    }
}

/// SipHash with a secret in front, so that nobody outside can make our tables slow.
#[derive(Clone, Copy, Debug)]
pub struct Keyed(pub [u8; 16]);

impl BuildHasher for Keyed {
    type Hasher = DefaultHasher;

    fn build_hasher(&self) -> DefaultHasher {
        let mut hasher = DefaultHasher::new();
        hasher.write(&self.0);
        hasher
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cancel_shares_the_branch() {
        let invite = Key::client(b"z9hG4bKx", Method::Invite);
        assert_ne!(invite, Key::client(b"z9hG4bKx", Method::Cancel));
        assert_eq!(invite.for_cancel(), Key::client(b"z9hG4bKx", Method::Cancel));
        assert_eq!(invite, Key::client(b"z9hG4bKx", Method::Bye));
    }
}
