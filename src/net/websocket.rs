//! SIP over WebSocket (RFC 7118): browsers. The router checks Origin and cookie and hands the socket over.

use crate::brain::Brain;
use crate::clock;
use crate::net::backlog::Backlog;
use crate::net::{Connections, Standing, limit, tcp};
use axum::extract::ws::{Message, WebSocket};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use sip::{Input, Transport};
use std::net::SocketAddr;
use std::pin::pin;
use tokio::time::{interval, timeout};
use types::PersonId;

/// The subprotocol (RFC 7118 4.1) that the router must ask for: `upgrade.protocols([PROTOCOL])`.
pub const PROTOCOL: &str = "sip";

/// What the router needs to hand a socket over. Cheap to clone.
#[derive(Clone)]
pub struct SipSockets {
    brain: Brain,
    connections: Connections,
}

impl SipSockets {
    pub fn new(brain: Brain, connections: Connections) -> SipSockets {
        SipSockets { brain, connections }
    }

    /// One browser until it goes. `agent`: the dispatcher whose cookie was checked, None: the /call page. `peer` must
    /// be the browser's own address (behind a proxy: what the trusted proxy says). Largest message: set
    /// `upgrade.max_message_size` ([`limit::DATAGRAM`], or [`limit::VISITOR_MESSAGE`] without a log-in).
    /// `ended`: the log-in does not hold any more, the socket is to be closed.
    pub async fn sip_socket(
        &self,
        socket: WebSocket,
        peer: SocketAddr,
        agent: Option<PersonId>,
        ended: impl Future<Output = ()>,
    ) {
        let standing = if agent.is_some() { Standing::Device } else { Standing::Stranger };
        let Some(mut admission) = self.connections.admit_as(Transport::Ws, peer, standing) else {
            return;
        };
        let flow = admission.flow;
        let (lane, pace) = (admission.lane(), admission.pace());
        self.brain.flow_opened(flow, agent);
        let (mut sink, mut stream) = socket.split();
        let mut ping = interval(limit::PING);
        ping.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let opened = clock::now();
        let mut heard = opened;
        let mut spoke = false;
        let backlog = Backlog::new();
        let mut ended = pin!(ended);
        loop {
            tokio::select! {
                () = &mut ended => break,
                message = stream.next() => {
                    heard = clock::now();
                    let Some(Ok(message)) = message else { break };
                    let (bytes, sip) = match message {
                        Message::Text(text) => (Bytes::from(text), true),
                        Message::Binary(bytes) => (bytes, true),
                        Message::Ping(bytes) | Message::Pong(bytes) => (bytes, false),
                        Message::Close(_) => break,
                    };
                    pace.wait(1, bytes.len()).await;
                    if !sip {
                        continue;
                    }
                    spoke = true;
                    let bytes = backlog.place(bytes).await;
                    if !tcp::deliver(&self.brain, lane, Input::Packet { flow, bytes }).await {
                        break;
                    }
                }
                outgoing = admission.outgoing.recv() => {
                    let Some(bytes) = outgoing else { break };
                    // SIP is text; a body that is not UTF-8 goes as binary (RFC 7118 5.2 takes both)
                    let message = match String::from_utf8(bytes.to_vec()) {
                        Ok(text) => Message::Text(text.into()),
                        Err(_) => Message::Binary(bytes),
                    };
                    let sent = timeout(limit::MESSAGE, sink.send(message)).await;
                    if !matches!(sent, Ok(Ok(()))) {
                        break;
                    }
                }
                _ = ping.tick() => {
                    let silent = clock::now().duration_since(heard) > limit::PING * 2;
                    let mute = !spoke && clock::now().duration_since(opened) > limit::MESSAGE;
                    if silent || mute || timeout(limit::FIRST_BYTE, sink.send(Message::Ping(Bytes::new()))).await.is_err() {
                        break;
                    }
                }
            }
        }
        let _ = timeout(limit::FIRST_BYTE, sink.send(Message::Close(None))).await;
        drop(admission);
        tcp::deliver(&self.brain, lane, Input::Closed { flow }).await;
    }
}
