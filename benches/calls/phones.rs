//! Desk phones of the agents: one small user agent on our own stack registers them all, by digest, from the port where
//! the generator will answer for them.

use sip::{Config, Event, Flow, Input, Output, Registering, Secret, Stack, Transport};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::UdpSocket;

/// All registrations together.
const REGISTER_MAX: Duration = Duration::from_secs(60);
/// Registrations under way at a time.
const WAVE: usize = 32;
/// Registrations of one stack.
const STACK: usize = 1_000;

/// Registers these accounts for an hour; `Err` names the first that was refused.
pub async fn register(here: SocketAddr, server: SocketAddr, accounts: &[(String, String)]) -> Result<(), String> {
    let socket = UdpSocket::bind(here).await.map_err(|error| format!("{here}: {error}"))?;
    for accounts in accounts.chunks(STACK) {
        tokio::time::timeout(REGISTER_MAX, some(&socket, here, server, accounts))
            .await
            .map_err(|_| "the registrar does not answer".to_owned())??;
    }
    Ok(())
}

async fn some(
    socket: &UdpSocket,
    here: SocketAddr,
    server: SocketAddr,
    accounts: &[(String, String)],
) -> Result<(), String> {
    let config = Config {
        udp: Some(here),
        tcp: None,
        tls: None,
        realm: "bench".into(),
        product: "bench".into(),
        session_expires: None,
        transactions_max: 4_096,
        sessions_max: 1,
        unknown: sip::Peer::Device(0),
    };
    let mut stack = Stack::new(linedesk::clock::now(), config, linedesk::clock::seed());
    let flow = Flow { transport: Transport::Udp, peer: server, connection: 0 };
    let (mut next, mut done) = (accounts.iter(), 0);
    let order = |(user, password): &(String, String)| Registering {
        flow,
        registrar: server.to_string(),
        user: user.clone(),
        secret: Secret { username: user.clone(), password: password.clone() },
        expires: 3_600,
    };
    for account in next.by_ref().take(WAVE) {
        stack.register(linedesk::clock::now(), order(account));
    }
    let mut buffer = vec![0; 4_096];
    loop {
        while let Some(output) = stack.poll() {
            match output {
                Output::Transmit { bytes, .. } => {
                    socket.send_to(&bytes, server).await.map_err(|error| error.to_string())?;
                }
                Output::Event(Event::Registered { .. }) => {
                    done += 1;
                    if let Some(account) = next.next() {
                        stack.register(linedesk::clock::now(), order(account));
                    }
                }
                Output::Event(Event::RegisterFailed { code, .. }) => {
                    return Err(format!("a phone is refused with {code}"));
                }
                _ => {}
            }
        }
        if done == accounts.len() {
            return Ok(());
        }
        let until = stack.timeout().map(|at| at.saturating_duration_since(linedesk::clock::now()));
        let heard = tokio::time::timeout(until.unwrap_or(REGISTER_MAX), socket.recv_from(&mut buffer)).await;
        match heard {
            Ok(Ok((length, _))) => {
                let bytes = bytes::Bytes::copy_from_slice(&buffer[..length]);
                stack.handle(linedesk::clock::now(), Input::Packet { flow, bytes });
            }
            Ok(Err(error)) => return Err(error.to_string()),
            Err(_) => stack.tick(linedesk::clock::now()),
        }
    }
}
