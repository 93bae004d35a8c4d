//! Who a peer is to us, by its address or by its connection. What is bounded is shared out by this.

use crate::api::Flow;
use std::collections::HashMap;
use std::net::IpAddr;
use types::source;

/// What we know of whoever is behind a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Nothing. It may register and ask for options; its calls are refused, and whatever it gets costs us no state.
    Stranger,
    /// It may call and can come from anywhere, as a caller in a browser does.
    Guest,
    /// A device that proved itself. The number tells the accounts apart.
    Device(u128),
    /// A carrier, by its source address. The number tells carriers apart.
    Trunk(u32),
}

/// Peers by address and by flow.
#[derive(Debug)]
pub(crate) struct Peers {
    unknown: Peer,
    trunks: HashMap<IpAddr, u32>,
    /// Connections that the application vouched for.
    connections: HashMap<Flow, Peer>,
    /// How many registrations each flow has, and whose is the newest.
    devices: HashMap<Flow, (usize, u128)>,
    /// The flows of each owner of devices.
    owned: HashMap<u128, Vec<Flow>>,
}

impl Peers {
    pub fn new(unknown: Peer) -> Peers {
        Peers {
            unknown,
            trunks: HashMap::new(),
            connections: HashMap::new(),
            devices: HashMap::new(),
            owned: HashMap::new(),
        }
    }

    pub fn of(&self, flow: &Flow) -> Peer {
        if let Some(peer) = self.connections.get(flow) {
            return *peer;
        }
        // A proxy of ours hands WebSockets over with the address it was asked from: that proves nothing of a trunk.
        if !flow.transport.web()
            && let Some(trunk) = self.trunks.get(&flow.peer.ip().to_canonical())
        {
            return Peer::Trunk(*trunk);
        }
        self.devices.get(flow).map_or(self.unknown, |(_, owner)| Peer::Device(*owner))
    }

    /// May what comes by `flow` belong to a dialog with this peer, last heard by `heard`? Whoever learned a dialog's
    /// identifiers elsewhere must not end it or move its sound.
    pub fn speaks_for(&self, peer: Peer, heard: &Flow, flow: &Flow) -> bool {
        if flow == heard {
            return true;
        }
        let host = |flow: &Flow| (!flow.transport.web()).then(|| flow.peer.ip().to_canonical());
        if host(flow).is_some() && host(flow) == host(heard) {
            return true;
        }
        match (peer, self.of(flow)) {
            // A carrier has several hosts.
            (Peer::Trunk(one), Peer::Trunk(other)) => one == other,
            // A page comes back by another connection: from anywhere with its log-in, a visitor from the same network.
            (Peer::Device(one), Peer::Device(other)) => one == other,
            (Peer::Guest, Peer::Guest) => source(heard.peer.ip()) == source(flow.peer.ip()),
            _ => false,
        }
    }

    pub fn trunks(&mut self, addresses: impl IntoIterator<Item = (IpAddr, u32)>) {
        self.trunks.clear();
        for (address, trunk) in addresses {
            // The first to name an address has it.
            self.trunks.entry(address.to_canonical()).or_insert(trunk);
        }
    }

    pub fn devices(&mut self, owner: u128, flows: impl IntoIterator<Item = Flow>) {
        let now: Vec<Flow> = flows.into_iter().collect();
        for flow in &now {
            let (count, newest) = self.devices.entry(*flow).or_insert((0, owner));
            *count += 1;
            *newest = owner;
        }
        let before = if now.is_empty() { self.owned.remove(&owner) } else { self.owned.insert(owner, now) };
        for flow in before.unwrap_or_default() {
            if let Some((count, _)) = self.devices.get_mut(&flow) {
                *count -= 1;
                if *count == 0 {
                    self.devices.remove(&flow);
                }
            }
        }
    }

    pub fn vouch(&mut self, flow: Flow, peer: Peer) {
        self.connections.insert(flow, peer);
    }

    pub fn closed(&mut self, flow: &Flow) {
        self.connections.remove(flow);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Transport;

    #[test]
    fn peers_are_known_by_address_by_flow_and_by_word() {
        let mut peers = Peers::new(Peer::Stranger);
        peers.trunks([("192.0.2.7".parse().unwrap(), 1), ("192.0.2.8".parse().unwrap(), 2)]);
        let flow = |transport, peer: &str, connection| Flow { transport, peer: peer.parse().unwrap(), connection };
        let check = |peers: &Peers, transport, at: &str, expect| {
            assert_eq!(peers.of(&flow(transport, at, 0)), expect, "{transport:?} {at}");
        };
        check(&peers, Transport::Udp, "192.0.2.7:5060", Peer::Trunk(1));
        check(&peers, Transport::Tcp, "[::ffff:192.0.2.8]:41000", Peer::Trunk(2));
        check(&peers, Transport::Ws, "192.0.2.7:5060", Peer::Stranger);
        check(&peers, Transport::Udp, "192.0.2.9:5060", Peer::Stranger);
        peers.devices(1, [flow(Transport::Udp, "192.0.2.9:5060", 0)]);
        check(&peers, Transport::Udp, "192.0.2.9:5060", Peer::Device(1));
        check(&peers, Transport::Udp, "192.0.2.9:5061", Peer::Stranger);
        let page = flow(Transport::Ws, "192.0.2.7:40000", 3);
        peers.vouch(page, Peer::Guest);
        assert_eq!(peers.of(&page), Peer::Guest);
        peers.closed(&page);
        assert_eq!(peers.of(&page), Peer::Stranger);
    }

    #[test]
    fn a_dialog_is_held_to_its_peer() {
        let mut peers = Peers::new(Peer::Stranger);
        let addresses = [("192.0.2.7", 1), ("192.0.2.8", 1), ("192.0.2.9", 2)];
        peers.trunks(addresses.map(|(address, trunk)| (address.parse().unwrap(), trunk)));
        let flow = |transport, peer: &str, connection| Flow { transport, peer: peer.parse().unwrap(), connection };
        let udp = |at: &str| flow(Transport::Udp, at, 0);
        let trunk = udp("192.0.2.7:5060");
        for (from, expect) in [
            (udp("192.0.2.7:6000"), true),
            (flow(Transport::Tcp, "192.0.2.7:41000", 4), true),
            (udp("192.0.2.8:5060"), true),
            (udp("192.0.2.9:5060"), false),
            (udp("198.51.100.1:5060"), false),
            (flow(Transport::Ws, "192.0.2.7:41000", 5), false),
        ] {
            assert_eq!(peers.speaks_for(Peer::Trunk(1), &trunk, &from), expect, "{from:?}");
        }
        let pages = [6, 7, 8].map(|connection| flow(Transport::Ws, "198.51.100.1:40000", connection));
        peers.vouch(pages[0], Peer::Guest);
        peers.vouch(pages[1], Peer::Guest);
        assert!(peers.speaks_for(Peer::Guest, &pages[0], &pages[1]), "a page that came back");
        assert!(!peers.speaks_for(Peer::Guest, &pages[0], &pages[2]));
        let other = flow(Transport::Ws, "198.51.100.2:40000", 9);
        peers.vouch(other, Peer::Guest);
        assert!(!peers.speaks_for(Peer::Guest, &pages[0], &other), "another visitor");
        assert!(!peers.speaks_for(Peer::Device(1), &pages[0], &pages[1]));
        for (connection, account, expect) in [(10, 1, true), (11, 2, false)] {
            let page = flow(Transport::Ws, "198.51.100.3:40000", connection);
            peers.vouch(page, Peer::Device(account));
            assert_eq!(peers.speaks_for(Peer::Device(1), &pages[2], &page), expect, "account {account}");
        }
    }
}
