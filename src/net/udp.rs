//! SIP over UDP: one socket, one reader thread. Many datagrams a wake: after the first, all that are there.

use crate::brain::{Brain, Lane};
use crate::clock;
use crate::net::bucket::cost;
use crate::net::{Known, Rates, limit};
use anyhow::{Context, Result};
use bytes::Bytes;
use sip::{Flow, Input, Transport};
use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// The reader looks this often whether it shall end.
const LOOK: Duration = Duration::from_millis(500);

pub struct Udp {
    /// For sending; non-blocking by `MSG_DONTWAIT` of a socket with a send time limit of nothing.
    pub socket: Arc<UdpSocket>,
    pub local: SocketAddr,
    ending: Arc<AtomicBool>,
}

/// Binds the SIP port.
pub fn bind(address: SocketAddr) -> Result<Udp> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    let _ = socket.set_recv_buffer_size(limit::UDP_BUFFER);
    let _ = socket.set_send_buffer_size(limit::UDP_BUFFER);
    socket.bind(&address.into()).with_context(|| {
        format!("SIP port UDP {address} cannot be bound: another program holds it (see `ss -ulpn`), or choose another with --sip or sip.udp")
    })?;
    socket.set_nonblocking(true)?;
    let socket: UdpSocket = socket.into();
    let local = socket.local_addr()?;
    Ok(Udp { socket: Arc::new(socket), local, ending: Arc::default() })
}

impl Udp {
    /// Starts the reader.
    pub fn start(&self, brain: Brain, known: Known, rates: Rates) -> io::Result<JoinHandle<()>> {
        let (socket, ending) = (self.socket.clone(), self.ending.clone());
        let reader = move || Reader { socket, brain, known, rates }.run(&ending);
        std::thread::Builder::new().name("sip-udp".into()).spawn(reader)
    }

    pub fn stop(&self) {
        self.ending.store(true, Ordering::Release);
    }
}

struct Reader {
    socket: Arc<UdpSocket>,
    brain: Brain,
    known: Known,
    rates: Rates,
}

impl Reader {
    fn run(mut self, ending: &AtomicBool) {
        let mut buffer = vec![0; limit::DATAGRAM];
        while !ending.load(Ordering::Acquire) {
            if let Err(error) = wait(&self.socket, LOOK) {
                tracing::error!(%error, "SIP port: poll failed");
            }
            self.drain(&mut buffer);
        }
    }

    fn drain(&mut self, buffer: &mut [u8]) {
        let mut count = 0u64;
        loop {
            match self.socket.recv_from(buffer) {
                Ok((length, from)) => {
                    count += 1;
                    self.take(buffer.get(..length).unwrap_or_default(), from);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                // an ICMP error of an earlier send
                Err(_) => {}
            }
        }
        if count > 0 {
            metrics::counter!("linedesk_sip_datagrams_total").increment(count);
        }
    }

    fn take(&self, bytes: &[u8], from: SocketAddr) {
        // keep-alives (RFC 5626 4.4.1) and empty probes
        if bytes.len() <= 4 && bytes.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        let standing = self.known.standing(from.ip());
        if self.rates.take(clock::now(), from.ip(), standing, cost(1, bytes.len())).is_err() {
            metrics::counter!("linedesk_sip_throttled_total").increment(1);
            return;
        }
        let flow = Flow { transport: Transport::Udp, peer: from, connection: 0 };
        if !self.brain.packet(Lane::of(standing), Input::Packet { flow, bytes: Bytes::copy_from_slice(bytes) }) {
            metrics::counter!("linedesk_sip_dropped_total").increment(1);
        }
    }
}

/// Waits until the socket can be read, or for `most`.
fn wait(socket: &UdpSocket, most: Duration) -> io::Result<()> {
    use std::os::fd::AsRawFd;
    let mut look = libc::pollfd { fd: socket.as_raw_fd(), events: libc::POLLIN, revents: 0 };
    let millis = i32::try_from(most.as_millis()).unwrap_or(i32::MAX);
    // SAFETY: one pollfd that lives on this stack frame, a descriptor that `socket` keeps open.
    match unsafe { libc::poll(&raw mut look, 1, millis) } {
        -1 => match io::Error::last_os_error() {
            error if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            error => Err(error),
        },
        _ => Ok(()),
    }
}
