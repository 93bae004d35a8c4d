//! SIP between the network and the brain: UDP, TCP and WebSocket. Bytes only; messages are parsed by the stack.
//!
//! A UDP reader thread and one task a connection bring packets in; what goes out is written by [`Wire`]: datagrams at
//! once from the brain's own thread, streams through a short queue a connection. A peer that is slow or silent loses
//! its connection (T3), a source that sends too much loses datagrams (T2): nobody else notices.

mod backlog;
mod bucket;
mod connections;
pub mod tcp;
pub mod udp;
pub mod websocket;
mod wire;

pub use bucket::{Known, Rates, Standing};
pub use connections::Connections;
pub use wire::Wire;

pub mod limit {
    //! Every maximum of the borders to the network, named.
    use std::time::Duration;

    /// Largest datagram taken, and largest WebSocket message (T1).
    pub const DATAGRAM: usize = 64 * 1024;
    /// Largest WebSocket message of a page without a log-in, whole or in fragments: what an unfinished one may hold.
    pub const VISITOR_MESSAGE: usize = 16 * 1024;
    /// Bytes read from a stream at a time.
    pub const READ: usize = 16 * 1024;
    /// Pieces and messages of one connection that wait for the brain; beyond, it is not read.
    pub const WAITING: usize = 4;
    /// Receive buffer asked for on streams, bytes: what the system takes of a connection that is not read.
    pub const TCP_BUFFER: u32 = 256 * 1024;
    /// How long a peer to which all was said may take to end its connection.
    pub const PARTING: std::time::Duration = std::time::Duration::from_secs(1);
    /// Connections of all kinds.
    pub const CONNECTIONS: usize = 16_384;
    /// Of these kept free for trunks, registered phones and pages with a log-in.
    pub const CONNECTIONS_RESERVE: usize = 4_096;
    /// Connections of one unknown source address (an office behind one address has many browsers).
    pub const CONNECTIONS_PER_SOURCE: usize = 512;
    /// WebSockets of one person's softphones: several tabs, and those that a slow network has not given up yet.
    pub const CONNECTIONS_PER_PERSON: usize = 16;
    /// A new connection says its first byte within this (T3).
    pub const FIRST_BYTE: Duration = Duration::from_secs(5);
    /// A stream's message, once begun, is complete within this (T3).
    pub const MESSAGE: Duration = Duration::from_secs(32);
    /// A stream that carried nothing for this long is closed (RFC 5626 4.4.1 keep-alives come at least every 120 s).
    pub const IDLE: Duration = Duration::from_secs(200);
    /// We ping a WebSocket this often; one that answers nothing for twice as long is gone.
    pub const PING: Duration = Duration::from_secs(10);
    /// Messages that wait for one slow connection; beyond, it is closed.
    pub const OUTGOING: usize = 256;
    /// A connection that we open is up within this.
    pub const CONNECT: Duration = Duration::from_secs(4);
    /// Messages a second from one unknown source, and how many it may save up.
    pub const SOURCE_RATE: u32 = 100;
    pub const SOURCE_BURST: u32 = 400;
    /// So many times this for registered phones and pages with a log-in.
    pub const DEVICE_TIMES: u32 = 10;
    /// So many octets cost as much as one message more.
    pub const MESSAGE_OCTETS: usize = 2_048;
    /// Messages a second from all unknown sources together.
    pub const STRANGERS_RATE: u32 = 5_000;
    /// Sources remembered; beyond, the oldest are forgotten.
    pub const SOURCES: usize = 65_536;
    /// Receive buffer asked for on the SIP port, bytes.
    pub const UDP_BUFFER: usize = 4 * 1024 * 1024;
    /// Buffers of a WebSocket: an idle one costs no more than these and its task. Larger messages take what they need.
    pub const WEB_READ: usize = 4 * 1024;
    pub const WEB_WRITE: usize = 0;
    pub const WEB_WRITE_MAX: usize = 256 * 1024;
    /// How long a stream waits before it offers a packet to a full brain again.
    pub const RETRY: Duration = Duration::from_millis(5);
}
