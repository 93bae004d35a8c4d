//! How a telephone reaches the server: by datagrams, by a TCP connection, or as a page by its WebSocket. Connections
//! that break are opened again; a page that is loaded anew is another page at the same desk.

use crate::link::Transfer;
use call::AgentId;
use sip::{Flow, Transport};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;
use types::Moment;

/// The first local port of connections.
const PORTS: u16 = 30_000;
/// JsSIP as the desk sets it up: tried again after one second, at the latest after eight.
const RETRY: Duration = Duration::from_secs(1);
const RETRIES_DOUBLED: u32 = 3;
/// No connection to the server: what the flow of the stack is then. Nothing is sent by it.
const NOWHERE: u64 = 0;

#[derive(Debug)]
pub struct Line {
    pub transport: Transport,
    /// Whose log-in the page has; None is the /call page.
    pub login: Option<AgentId>,
    server: SocketAddr,
    /// Where datagrams come from; connections have the same host.
    pub local: SocketAddr,
    /// The Contact names the connection's port, as baresip does.
    pub names_port: bool,
    /// Our end of the connection.
    open: Option<SocketAddr>,
    next_port: u16,
    /// When a connection is tried.
    pub connects: Option<Moment>,
    tries: u32,
    /// The stream's beginning of a message that has not come yet.
    rest: Vec<u8>,
}

impl Line {
    pub fn new(transport: Transport, login: Option<AgentId>, local: SocketAddr, server: SocketAddr) -> Line {
        Line {
            transport,
            login,
            server,
            local,
            names_port: false,
            open: None,
            next_port: PORTS,
            connects: None,
            tries: 0,
            rest: Vec::new(),
        }
    }

    pub fn browser(&self) -> bool {
        matches!(self.transport, Transport::Ws | Transport::Wss)
    }

    pub fn flow(&self) -> Flow {
        let connection = self.open.map_or(NOWHERE, |open| u64::from(open.port()));
        Flow { transport: self.transport, peer: self.server, connection }
    }

    /// What the Contact says.
    pub fn contact(&self) -> SocketAddr {
        self.open.filter(|_| self.names_port).unwrap_or(self.local)
    }

    pub fn is_up(&self) -> bool {
        !self.transport.reliable() || self.open.is_some()
    }

    /// Is this our end of the connection there is now?
    pub fn is(&self, end: SocketAddr) -> bool {
        self.open == Some(end)
    }

    /// Opens a connection if there is none. True: there is a new one.
    pub fn connect(&mut self, out: &mut VecDeque<Transfer>) -> bool {
        self.connects = None;
        if self.is_up() {
            return false;
        }
        let from = SocketAddr::new(self.local.ip(), self.next_port);
        self.next_port = self.next_port.checked_add(1).unwrap_or(PORTS);
        self.open = Some(from);
        out.push_back(Transfer::Opens { from, transport: self.transport, login: self.login });
        true
    }

    /// The connection is no more, whoever ended it. Gives our end of it and the flow that was lost.
    pub fn lose(&mut self) -> Option<(SocketAddr, Flow)> {
        let flow = self.flow();
        self.rest.clear();
        self.open.take().map(|from| (from, flow))
    }

    /// Tries again after a while, longer each time.
    pub fn retry(&mut self, now: Moment) {
        self.connects = Some(now + RETRY * 2u32.pow(self.tries.min(RETRIES_DOUBLED)));
        self.tries += 1;
    }

    /// Whole messages of what came.
    pub fn messages(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        self.tries = 0;
        if self.transport != Transport::Tcp {
            return vec![bytes.to_vec()];
        }
        self.rest.extend(bytes);
        let mut messages = Vec::new();
        while let Some(length) = whole(&self.rest) {
            messages.push(self.rest.drain(..length).collect());
        }
        messages
    }
}

/// The length of the first message of a stream, if it is all there (RFC 3261 18.3).
fn whole(stream: &[u8]) -> Option<usize> {
    let head = stream.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&stream[..head]);
    let body: usize = crate::register::header(&text, "content-length").and_then(|length| length.parse().ok())?;
    (stream.len() >= head + body).then_some(head + body)
}
