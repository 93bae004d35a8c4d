//! SIP over TCP: accepted connections and those we open.

use crate::brain::{Brain, Lane};
use crate::net::backlog::Backlog;
use crate::net::bucket::messages;
use crate::net::connections::Admission;
use crate::net::{Connections, limit};
use anyhow::{Context, Result};
use bytes::{Bytes, BytesMut};
use sip::{Flow, Input, Transport};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Handle;
use tokio::time::timeout;

/// Binds the SIP port.
pub async fn bind(address: SocketAddr) -> Result<TcpListener> {
    listen(address).with_context(|| {
        format!("SIP port TCP {address} cannot be bound: another program holds it (see `ss -tlpn`), or choose another with --sip or sip.tcp")
    })
}

/// Accepted connections inherit the receive buffer.
fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.set_recv_buffer_size(limit::TCP_BUFFER)?;
    socket.bind(address)?;
    socket.listen(1024)
}

/// Takes connections for ever.
pub async fn accept(listener: TcpListener, connections: Connections, brain: Brain) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // refused connections are closed at once, without a task
                if let Some(admission) = connections.admit(Transport::Tcp, peer) {
                    tokio::spawn(serve(stream, admission, brain.clone(), Some(limit::FIRST_BYTE), None));
                }
            }
            Err(error) => {
                // out of descriptors: the rest of the process needs them more
                tracing::warn!(%error, "SIP over TCP: a connection could not be taken");
                tokio::time::sleep(limit::RETRY * 20).await;
            }
        }
    }
}

/// Opens connections when the stack wants one that is not there.
#[derive(Clone)]
pub struct Dialer {
    runtime: Handle,
    connections: Connections,
    brain: Brain,
}

impl Dialer {
    pub fn new(runtime: Handle, connections: Connections, brain: Brain) -> Dialer {
        Dialer { runtime, connections, brain }
    }

    /// Opens a connection to `flow.peer` and sends `bytes` first. The stack hears of failure as a closed flow.
    pub fn dial(&self, flow: Flow, bytes: Bytes) {
        let Some(admission) = self.connections.admit(Transport::Tcp, flow.peer) else {
            self.brain.packet(Lane::Known, Input::Closed { flow });
            return;
        };
        let brain = self.brain.clone();
        self.runtime.spawn(async move {
            match timeout(limit::CONNECT, TcpStream::connect(flow.peer)).await {
                Ok(Ok(stream)) => serve(stream, admission, brain, None, Some(bytes)).await,
                Ok(Err(_)) | Err(_) => {
                    let gone = admission.flow;
                    let lane = admission.lane();
                    drop(admission);
                    deliver(&brain, lane, Input::Closed { flow: gone }).await;
                    deliver(&brain, lane, Input::Closed { flow }).await;
                }
            }
        });
    }
}

/// One connection until its end.
async fn serve(
    stream: TcpStream,
    mut admission: Admission,
    brain: Brain,
    first_byte: Option<std::time::Duration>,
    first: Option<Bytes>,
) {
    let _ = stream.set_nodelay(true);
    let (mut reader, mut writer) = stream.into_split();
    let flow = admission.flow;
    let (list, backlog) = (admission.list.clone(), Backlog::new());
    let (lane, pace) = (admission.lane(), admission.pace());
    let read = async {
        let mut wait = first_byte.unwrap_or(limit::IDLE);
        let mut buffer = BytesMut::with_capacity(limit::READ);
        // the stack sees to messages that never end; here only silence is seen to
        loop {
            buffer.reserve(limit::READ);
            match timeout(wait, reader.read_buf(&mut buffer)).await {
                Ok(Ok(0)) | Ok(Err(_)) | Err(_) => return,
                Ok(Ok(_)) => {}
            }
            wait = limit::IDLE;
            let piece = buffer.split().freeze();
            pace.wait(messages(&piece), piece.len()).await;
            let bytes = backlog.place(piece).await;
            if !list.open(flow) {
                // Refused: only what waits for the peer is still sent.
                return std::future::pending().await;
            }
            if !deliver(&brain, lane, Input::Packet { flow, bytes }).await {
                return;
            }
        }
    };
    let write = async {
        if let Some(bytes) = first
            && writer.write_all(&bytes).await.is_err()
        {
            return;
        }
        while let Some(bytes) = admission.outgoing.recv().await {
            let sent = timeout(limit::MESSAGE, writer.write_all(&bytes)).await;
            if !matches!(sent, Ok(Ok(()))) {
                return;
            }
        }
        let _ = writer.shutdown().await;
    };
    let said = tokio::select! {
        () = read => false,
        () = write => true,
    };
    if said {
        let _ = timeout(limit::PARTING, discard(&mut reader)).await;
    }
    drop(admission);
    deliver(&brain, lane, Input::Closed { flow }).await;
}

/// Reads what the peer had still sent: a socket that is closed with unread bytes resets the connection (RFC 1122 4.2.2.13), and
/// the peer's system may throw away the refusal that we sent before.
async fn discard(reader: &mut OwnedReadHalf) {
    let mut bytes = vec![0; limit::READ];
    let mut left = limit::TCP_BUFFER as usize;
    while let Ok(length @ 1..) = reader.read(&mut bytes).await {
        left = left.saturating_sub(length);
        if left == 0 {
            return;
        }
    }
}

/// Gives an input to the brain; a full brain makes the stream wait, for half a minute at most.
pub(super) async fn deliver(brain: &Brain, lane: Lane, input: Input) -> bool {
    let tries = limit::MESSAGE.as_millis() / limit::RETRY.as_millis();
    for _ in 0..tries {
        if brain.packet(lane, input.clone()) {
            return true;
        }
        if brain.dead() {
            return false;
        }
        tokio::time::sleep(limit::RETRY).await;
    }
    false
}
