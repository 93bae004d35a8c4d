//! Sockets of sound: which port, which options.

use crate::clock;
use crate::engines::limit;
use mio::net::UdpSocket;
use mio::{Poll, Token};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use socket2::{Domain, Protocol, SockRef, Socket, Type};
use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::fd::AsRawFd;
use types::Moment;

/// Expedited forwarding (RFC 3246), as the upper six bits of the TOS octet.
const DSCP_EF: u32 = 46 << 2;

/// The ports of one engine: even ones of its share of the range, in an order nobody can foresee (T11).
#[derive(Debug)]
pub struct Ports {
    free: VecDeque<u16>,
    resting: VecDeque<(Moment, u16)>,
}

impl Ports {
    /// The share of engine `index` of `engines`, without the ports in `taken`.
    pub fn new(range: (u16, u16), index: usize, engines: usize, taken: &[u16], seed: [u8; 32]) -> Ports {
        let mut free: Vec<u16> = (range.0..=range.1)
            .filter(|port| port % 2 == 0 && usize::from(port / 2) % engines.max(1) == index && !taken.contains(port))
            .collect();
        let mut chance = ChaCha8Rng::from_seed(seed);
        for last in (1..free.len()).rev() {
            free.swap(last, chance.random_range(0..=last));
        }
        Ports { free: free.into(), resting: VecDeque::new() }
    }

    /// A bound socket and its port; taken ports of other programs are passed over.
    pub fn bind(&mut self, now: Moment, address: IpAddr) -> io::Result<(UdpSocket, u16)> {
        self.wake(now);
        for _ in 0..limit::PORT_TRIES {
            let Some(port) = self.free.pop_front() else {
                break;
            };
            match bind(SocketAddr::new(address, port), limit::LEG_BUFFER) {
                Ok(socket) => return Ok((socket, port)),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => self.free.push_back(port),
                Err(error) => {
                    self.free.push_front(port);
                    return Err(error);
                }
            }
        }
        Err(io::Error::new(io::ErrorKind::AddrInUse, "no RTP port is free"))
    }

    pub fn give_back(&mut self, now: Moment, port: u16) {
        self.resting.push_back((now + limit::PORT_REST, port));
    }

    pub fn free(&self) -> usize {
        self.free.len() + self.resting.len()
    }

    fn wake(&mut self, now: Moment) {
        while self.resting.front().is_some_and(|(until, _)| *until <= now) {
            self.free.extend(self.resting.pop_front().map(|(_, port)| port));
        }
    }
}

/// A non-blocking UDP socket marked for expedited forwarding.
pub fn bind(address: SocketAddr, buffer: usize) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    // less than asked for (net.core.rmem_max) is no reason to refuse
    let _ = socket.set_recv_buffer_size(buffer);
    mark(&socket, address);
    Ok(UdpSocket::from_std(socket.into()))
}

/// Wakes the poll for as long as datagrams wait. mio itself registers for edges only, and then every socket has to be
/// read once more than it has datagrams; a system call a packet is a fifth of what relaying costs. Closing the socket
/// ends it.
pub fn watch(poll: &Poll, socket: &UdpSocket, token: Token) -> io::Result<()> {
    let mut event = libc::epoll_event { events: libc::EPOLLIN as u32, u64: token.0 as u64 };
    // SAFETY: two descriptors that `poll` and `socket` keep open, and an event on this stack frame.
    let done = unsafe { libc::epoll_ctl(poll.as_raw_fd(), libc::EPOLL_CTL_ADD, socket.as_raw_fd(), &raw mut event) };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

fn mark(socket: &Socket, address: SocketAddr) {
    let marked = match address {
        SocketAddr::V4(_) => SockRef::from(socket).set_tos_v4(DSCP_EF),
        SocketAddr::V6(_) => SockRef::from(socket).set_tclass_v6(DSCP_EF),
    };
    if let Err(error) = marked {
        tracing::debug!(%error, "sound is not marked for expedited forwarding");
    }
}

/// The machine's own address as its neighbours see it: the source the kernel would choose towards the outside. No
/// packet is sent. Loopback with a warning when there is no way out.
pub fn browser_address() -> IpAddr {
    let found = std::net::UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        // TEST-NET-1 (RFC 5737): never reached, only routed
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?;
        socket.local_addr()
    });
    match found {
        Ok(local) if !local.ip().is_unspecified() && !local.ip().is_loopback() => local.ip(),
        _ => interface_address().unwrap_or_else(|| {
            tracing::warn!("no address but loopback: browsers on this machine will get no sound");
            IpAddr::V4(Ipv4Addr::LOCALHOST)
        }),
    }
}

/// Without a default route: what the host's own name says.
fn interface_address() -> Option<IpAddr> {
    use std::net::ToSocketAddrs;
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    let found = (name.trim(), 9).to_socket_addrs().ok()?.map(|a| a.ip());
    found.into_iter().find(|ip| ip.is_ipv4() && !ip.is_loopback() && !ip.is_unspecified())
}

/// Ports for a new engine with a seed of their own.
pub fn ports(range: (u16, u16), index: usize, engines: usize, taken: &[u16]) -> Ports {
    Ports::new(range, index, engines, taken, clock::seed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn engines_share_the_even_ports_and_no_port_is_given_twice() {
        let mut seen = HashSet::new();
        for index in 0..3 {
            let ports = Ports::new((20_000, 20_100), index, 3, &[20_004], [7; 32]);
            for port in ports.free {
                assert!(port % 2 == 0 && port != 20_004 && seen.insert(port), "{port}");
            }
        }
        assert_eq!(seen.len(), 50);
    }

    #[test]
    fn a_freed_port_rests_and_a_foreign_one_is_passed_over() {
        let local = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let stranger = std::net::UdpSocket::bind((local, 0)).unwrap();
        let taken = stranger.local_addr().unwrap().port() & !1;
        let second = std::net::UdpSocket::bind((local, taken));
        let now = clock::now();
        let mut ports = Ports::new((taken, taken), 0, 1, &[], [0; 32]);
        assert_eq!(ports.free(), 1);
        assert!(ports.bind(now, local).is_err(), "the port is somebody else's");
        drop((stranger, second));
        let (socket, port) = ports.bind(now, local).unwrap();
        drop(socket);
        ports.give_back(now, port);
        assert!(ports.bind(now, local).is_err(), "it rests");
        assert!(ports.bind(now + limit::PORT_REST, local).is_ok());
    }
}
