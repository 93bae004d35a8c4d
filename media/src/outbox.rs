//! What the shell is to fetch: events in order, and datagrams in one reused arena.

use crate::{Event, Output, Piece, SocketId, limit};
use std::collections::VecDeque;
use std::net::SocketAddr;

/// Outputs and datagrams waiting.
#[derive(Debug, Default)]
pub struct Outbox {
    outputs: VecDeque<Output>,
    packets: VecDeque<(SocketId, SocketAddr, usize, usize)>,
    octets: Vec<u8>,
    /// Datagrams not taken because the shell did not fetch the earlier ones.
    pub dropped: u64,
}

impl Outbox {
    pub fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    pub fn output(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    /// A piece of a recording; its sound is dropped if the shell has long stopped to poll.
    pub fn piece(&mut self, mut piece: Piece) {
        if self.outputs.len() >= limit::OUTBOX_OUTPUTS_MAX {
            if !piece.last {
                return;
            }
            piece.left.clear();
            piece.right.clear();
        }
        self.outputs.push_back(Output::Write(piece));
    }

    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// A datagram of `head`, then `body` through `table` if given.
    pub fn packet(&mut self, socket: SocketId, to: SocketAddr, head: &[u8], body: &[u8], table: Option<&[u8; 256]>) {
        if self.packets.len() >= limit::OUTBOX_PACKETS_MAX {
            self.dropped += 1;
            return;
        }
        let start = self.octets.len();
        self.octets.extend_from_slice(head);
        match table {
            None => self.octets.extend_from_slice(body),
            Some(table) => self.octets.extend(body.iter().map(|octet| table[usize::from(*octet)])),
        }
        self.packets.push_back((socket, to, start, self.octets.len()));
    }

    pub fn transmit(&mut self) -> Option<(SocketId, SocketAddr, &[u8])> {
        let Some((socket, to, start, end)) = self.packets.pop_front() else {
            self.octets.clear();
            return None;
        };
        self.octets.get(start..end).map(|octets| (socket, to, octets))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arena_is_reused_and_bounded() {
        let mut outbox = Outbox::default();
        let to = "127.0.0.1:9".parse().unwrap();
        for _ in 0..limit::OUTBOX_PACKETS_MAX + 3 {
            outbox.packet(SocketId(1), to, b"head", b"body", None);
        }
        assert_eq!(outbox.dropped, 3);
        let mut count = 0;
        while let Some((_, _, octets)) = outbox.transmit() {
            assert_eq!(octets, b"headbody");
            count += 1;
        }
        assert_eq!(count, limit::OUTBOX_PACKETS_MAX);
        assert_eq!(outbox.octets.len(), 0);
    }
}
