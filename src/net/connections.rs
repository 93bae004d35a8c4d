//! All stream and WebSocket connections: who holds one, and the short queue to each.

use crate::brain::Lane;
use crate::clock;
use crate::net::bucket;
use crate::net::{Known, Rates, Standing, limit};
use bytes::Bytes;
use sip::{Flow, Transport};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::mpsc;

/// The list. Cheap to clone.
#[derive(Clone, Default)]
pub struct Connections {
    known: Known,
    rates: Option<Rates>,
    next: Arc<AtomicU64>,
    open: Arc<Mutex<Open>>,
}

#[derive(Default)]
struct Open {
    queues: HashMap<u64, (Flow, mpsc::Sender<Bytes>)>,
    /// Newest connection of each (transport, peer), for "any connection to this peer".
    peers: HashMap<(Transport, SocketAddr), u64>,
    /// Connections of strangers.
    sources: HashMap<IpAddr, usize>,
}

/// One entry of the list; dropping it takes it out.
pub struct Admission {
    pub flow: Flow,
    /// As it was when the connection began: what comes by it stays in order.
    pub standing: Standing,
    /// What is to be sent; closed when the connection must go.
    pub outgoing: mpsc::Receiver<Bytes>,
    pub list: Connections,
}

impl Connections {
    pub fn new(known: Known, rates: Rates) -> Connections {
        Connections { known, rates: Some(rates), ..Connections::default() }
    }

    /// Admits a new stream by its address.
    pub fn admit(&self, transport: Transport, peer: SocketAddr) -> Option<Admission> {
        self.admit_as(transport, peer, self.known.standing(peer.ip()))
    }

    /// Admits a new connection; None: too many, all in all or of this source.
    pub fn admit_as(&self, transport: Transport, peer: SocketAddr, standing: Standing) -> Option<Admission> {
        let known = standing > Standing::Stranger;
        let mut open = self.lock();
        let most = if known { limit::CONNECTIONS } else { limit::CONNECTIONS - limit::CONNECTIONS_RESERVE };
        let count = open.sources.get(&peer.ip()).copied().unwrap_or(0);
        if open.queues.len() >= most || (!known && count >= limit::CONNECTIONS_PER_SOURCE) {
            metrics::counter!("linedesk_connections_refused_total").increment(1);
            return None;
        }
        let connection = self.next.fetch_add(1, Ordering::Relaxed) + 1;
        let flow = Flow { transport, peer, connection };
        let (queue, outgoing) = mpsc::channel(limit::OUTGOING);
        open.queues.insert(connection, (flow, queue));
        open.peers.insert((transport, peer), connection);
        if !known {
            *open.sources.entry(peer.ip()).or_default() += 1;
        }
        Some(Admission { flow, standing, outgoing, list: self.clone() })
    }

    /// Puts a message into a connection's queue. False: there is no such connection (any more). A queue that is full
    /// closes its connection: the peer does not read.
    pub fn send(&self, flow: Flow, bytes: Bytes) -> bool {
        let mut open = self.lock();
        let Some(id) = open.find(flow) else {
            return false;
        };
        let sent = open.queues.get(&id).is_some_and(|(_, queue)| queue.try_send(bytes).is_ok());
        if !sent {
            open.queues.remove(&id);
        }
        sent
    }

    /// Closes a connection: its task sends what is queued and ends.
    pub fn close(&self, flow: Flow) {
        let mut open = self.lock();
        if let Some(id) = open.find(flow) {
            open.queues.remove(&id);
        }
    }

    /// False: the connection must go, and nothing that it sends counts any more.
    pub fn open(&self, flow: Flow) -> bool {
        self.lock().find(flow).is_some()
    }

    pub fn count(&self) -> usize {
        self.lock().queues.len()
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(|p| p.into_inner())
    }
}

impl Admission {
    /// Which of the brain's inboxes this connection's input goes to.
    pub fn lane(&self) -> Lane {
        Lane::of(self.standing)
    }

    /// How what this connection sent is waited for.
    pub fn pace(&self) -> Pace {
        Pace { rates: self.list.rates.clone(), source: self.flow.peer.ip(), standing: self.standing }
    }
}

/// Lets the input of one connection through as fast as its share allows; meanwhile its peer is not read.
pub struct Pace {
    rates: Option<Rates>,
    source: IpAddr,
    standing: Standing,
}

impl Pace {
    pub async fn wait(&self, messages: usize, octets: usize) {
        let Some(rates) = &self.rates else { return };
        let cost = bucket::cost(messages, octets);
        while let Err(wait) = rates.take(clock::now(), self.source, self.standing, cost) {
            tokio::time::sleep(wait).await;
        }
    }
}

impl Open {
    fn find(&self, flow: Flow) -> Option<u64> {
        match flow.connection {
            0 => self.peers.get(&(flow.transport, flow.peer)).copied(),
            id => Some(id),
        }
        .filter(|id| self.queues.contains_key(id))
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        let mut open = self.list.lock();
        open.queues.remove(&self.flow.connection);
        let key = (self.flow.transport, self.flow.peer);
        if open.peers.get(&key) == Some(&self.flow.connection) {
            open.peers.remove(&key);
        }
        if self.standing == Standing::Stranger
            && let Some(count) = open.sources.get_mut(&self.flow.peer.ip())
        {
            *count -= 1;
            if *count == 0 {
                open.sources.remove(&self.flow.peer.ip());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(port: u16) -> SocketAddr {
        SocketAddr::from(([10, 0, 0, 1], port))
    }

    #[test]
    fn a_source_has_its_share_and_a_known_one_more() {
        let known = Known::default();
        let list = Connections::new(known.clone(), Rates::new(clock::now()));
        let seats: Vec<_> = (0..limit::CONNECTIONS_PER_SOURCE as u16)
            .map(|n| list.admit(Transport::Tcp, peer(1 + n)).unwrap())
            .collect();
        assert!(list.admit(Transport::Tcp, peer(9_999)).is_none());
        assert!(list.admit(Transport::Tcp, SocketAddr::from(([10, 0, 0, 2], 1))).is_some());
        let page = list.admit_as(Transport::Ws, peer(9_999), Standing::Device);
        assert!(page.is_some(), "a page with a log-in behind the same address");
        known.trunks([peer(1).ip()]);
        assert!(list.admit(Transport::Tcp, peer(9_999)).is_some());
        drop((seats, page));
        assert_eq!(list.count(), 0);
        assert!(list.lock().sources.is_empty() && list.lock().peers.is_empty());
    }

    #[test]
    fn a_connection_is_found_by_its_number_and_by_its_peer_and_a_full_one_is_closed() {
        let list = Connections::default();
        let mut admission = list.admit(Transport::Tcp, peer(5)).unwrap();
        let any = Flow { connection: 0, ..admission.flow };
        assert!(list.send(any, Bytes::from_static(b"a")) && list.send(admission.flow, Bytes::from_static(b"b")));
        assert!(!list.send(Flow { transport: Transport::Ws, ..any }, Bytes::new()));
        assert_eq!(admission.outgoing.try_recv().unwrap(), "a");
        assert!(list.open(admission.flow));
        (0..limit::OUTGOING).for_each(|_| {
            list.send(admission.flow, Bytes::new());
        });
        assert!(!list.send(admission.flow, Bytes::new()) && !list.send(any, Bytes::new()));
        assert!(!list.open(admission.flow));
        assert_eq!(list.count(), 0);
    }
}
