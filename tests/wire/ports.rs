//! Ports nobody else uses: blocks below the system's own range, taken one by one by this process and tried before use.

use std::net::{TcpListener, UdpSocket};
use std::sync::atomic::{AtomicU32, Ordering};

/// Ports in one block.
const BLOCK: u16 = 200;
const FIRST: u16 = 10_000;
/// 10000 to 32600: the system takes ports for other programs from 32768 on.
const BLOCKS: u32 = 113;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// The first port of a block whose ports are free on loopback.
pub fn block() -> u16 {
    for _ in 0..BLOCKS {
        let turn = NEXT.fetch_add(1, Ordering::Relaxed).wrapping_add(std::process::id().wrapping_mul(17));
        let first = FIRST + (turn % BLOCKS) as u16 * BLOCK;
        if (first..first + BLOCK).all(free) {
            return first;
        }
    }
    panic!("no {BLOCK} free ports in a row");
}

fn free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok() && UdpSocket::bind(("127.0.0.1", port)).is_ok()
}
