//! Everything that goes out.

use crate::net::{Connections, tcp};
use bytes::Bytes;
use sip::{Flow, Transport};
use std::net::UdpSocket;
use std::sync::Arc;

/// The way out, for the brain. Cheap to clone; never blocks.
#[derive(Clone)]
pub struct Wire {
    udp: Option<Arc<UdpSocket>>,
    connections: Connections,
    dialer: Option<tcp::Dialer>,
}

impl Wire {
    /// `udp` must be non-blocking. Without `dialer` no connection is opened, only accepted ones are used.
    pub fn new(udp: Option<Arc<UdpSocket>>, connections: Connections, dialer: Option<tcp::Dialer>) -> Wire {
        Wire { udp, connections, dialer }
    }

    /// Sends one message. A datagram that the kernel does not take is dropped: SIP repeats it.
    pub fn transmit(&self, flow: Flow, bytes: Bytes) {
        match flow.transport {
            Transport::Udp => {
                let sent = self.udp.as_ref().is_some_and(|udp| udp.send_to(&bytes, flow.peer).is_ok());
                if !sent {
                    metrics::counter!("linedesk_sip_unsent_total").increment(1);
                }
            }
            Transport::Tcp | Transport::Tls | Transport::Ws | Transport::Wss => {
                if self.connections.send(flow, bytes.clone()) {
                    return;
                }
                match &self.dialer {
                    Some(dialer) if flow.connection == 0 && flow.transport == Transport::Tcp => {
                        dialer.dial(flow, bytes)
                    }
                    _ => metrics::counter!("linedesk_sip_unsent_total").increment(1),
                }
            }
        }
    }

    pub fn close(&self, flow: Flow) {
        self.connections.close(flow);
    }
}
