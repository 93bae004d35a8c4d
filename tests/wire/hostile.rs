//! The open internet: garbage, scanners, giants, connections that say nothing. Good calls pass all the same.

use crate::server::Server;
use crate::sipp::{Order, Sipp, row};
use crate::sound::Sound;
use crate::{holds, patiently, until};
use futures_util::{SinkExt, StreamExt};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use reqwest::StatusCode;
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// A few calls, each of which must hear the greeting.
async fn good_calls_pass(server: &mut Server, from: &str) {
    let sounds: Vec<Sound> = (0..3).map(|_| Sound::new(440.0)).collect();
    let rows = sounds.iter().enumerate().map(|(n, sound)| row(&format!("{from}{n}"), "1000", sound)).collect();
    let order =
        Order { scenario: "caller.xml", tcp: from.ends_with('1'), rows, rate: 10, pause: Duration::from_secs(4) };
    let sipp = Sipp::start(server, order);
    for sound in &sounds {
        until("a good call hears the greeting", 15, || async { (sound.heard_seconds() > 1.0).then_some(()) }).await;
    }
    sipp.succeeds(20).await;
}

/// Somebody who is no trunk of ours.
fn stranger() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.66:0").expect("loopback has many addresses");
    socket.set_read_timeout(Some(Duration::from_millis(500))).expect("a socket takes a timeout");
    socket
}

fn message(method: &str, user: &str, call: u64) -> String {
    format!(
        "{method} sip:{user}@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.66:5060;branch=z9hG4bK{call:x};rport\r\n\
         From: <sip:100@127.0.0.66>;tag={call:x}\r\nTo: <sip:{user}@127.0.0.1>\r\nCall-ID: scan-{call:x}\r\n\
         CSeq: 1 {method}\r\nContact: <sip:100@127.0.0.66:5060>\r\nMax-Forwards: 70\r\nUser-Agent: friendly-scanner\r\n\
         Content-Length: 0\r\n\r\n"
    )
}

/// The first lines of the answers to a method, until nothing comes any more. Refusals of an INVITE are repeated, as nobody
/// sends an ACK: each Call-ID counts once.
fn answers(socket: &UdpSocket, method: &str) -> Vec<String> {
    let mut lines = BTreeMap::new();
    let mut buffer = [0; 65_536];
    while let Ok((length, _)) = socket.recv_from(&mut buffer) {
        let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
        let call = text.lines().find(|line| line.starts_with("Call-ID:")).unwrap_or_default().to_owned();
        if text.lines().any(|line| line.starts_with("CSeq:") && line.ends_with(method)) {
            lines.insert(call, text.lines().next().unwrap_or_default().to_owned());
        }
    }
    lines.into_values().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_and_giants_on_every_port_hurt_nobody() {
    let mut server = Server::demo().await;
    good_calls_pass(&mut server, "+7916600000").await;
    let before = server.resident_kb();
    let mut chance = ChaCha8Rng::seed_from_u64(11);
    let mut noise = vec![0; 65_000];
    for turn in 0..4_000 {
        let socket = if turn % 500 == 0 { Some(stranger()) } else { None };
        if let Some(socket) = socket {
            for port in [server.sip.port(), server.rtp.0, server.rtp.0 + 1, server.rtp.0 + 2] {
                for _ in 0..100 {
                    let length = chance.next_u32() as usize % 1_400;
                    chance.fill_bytes(&mut noise[..length]);
                    let _ = socket.send_to(&noise[..length], ("127.0.0.1", port));
                }
            }
        }
    }
    garbage_from_the_trunk(&server, &mut chance);
    giants(&server).await;
    assert!(server.alive());
    good_calls_pass(&mut server, "+7916600001").await;
    let grown = server.resident_kb().saturating_sub(before);
    println!("garbage: memory grew by {grown} kB from {before} kB");
    assert!(grown < 64 * 1024, "memory grew by {grown} kB");
}

/// The trunk's own address is not believed to send SIP only.
fn garbage_from_the_trunk(server: &Server, chance: &mut ChaCha8Rng) {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let good = message("OPTIONS", "1000", 1);
    let mut noise = [0; 600];
    for _ in 0..2_000 {
        let length = chance.next_u32() as usize % noise.len();
        chance.fill_bytes(&mut noise[..length]);
        let _ = socket.send_to(&noise[..length], server.sip);
        let mut bent = good.clone().into_bytes();
        for _ in 0..4 {
            let at = chance.next_u32() as usize % bent.len();
            bent[at] = chance.next_u32() as u8;
        }
        let _ = socket.send_to(&bent, server.sip);
    }
    for target in [server.sip, server.http] {
        for _ in 0..20 {
            let mut stream = TcpStream::connect(target).expect("a connection");
            chance.fill_bytes(&mut noise);
            let _ = stream.write_all(&noise);
        }
    }
}

async fn giants(server: &Server) {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let long = format!("X-Long: {}\r\nContent-Length: 0\r\n\r\n", "a".repeat(60_000));
    let _ =
        socket.send_to(message("INVITE", "1000", 2).replace("Content-Length: 0\r\n\r\n", &long).as_bytes(), server.sip);
    let many = format!("{}Content-Length: 0\r\n\r\n", "Accept: x/y\r\n".repeat(4_000));
    let _ =
        socket.send_to(message("INVITE", "1000", 3).replace("Content-Length: 0\r\n\r\n", &many).as_bytes(), server.sip);

    // Four gigabytes are promised, and headers that never end.
    let promise = message("INVITE", "1000", 4).replace("Content-Length: 0", "Content-Length: 4294967295");
    for begin in [promise.into_bytes(), b"INVITE sip:1000@127.0.0.1 SIP/2.0\r\n".to_vec()] {
        let address = server.sip;
        let taken = tokio::task::spawn_blocking(move || feed(address, &begin)).await.expect("no panic");
        println!("a message that never ends: {taken} octets were taken");
        assert!(taken < TAKEN_MAX, "{taken} octets of a message that never ends were taken");
    }

    // Who promises too much (`sip::limit::STREAM_MESSAGE`) and then listens gets the refusal, and an orderly end.
    let (address, promise) =
        (server.sip, message("INVITE", "1000", 5).replace("Content-Length: 0", "Content-Length: 300000"));
    let said = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(patiently(15))).expect("a timeout");
        stream.write_all(promise.as_bytes()).and_then(|()| stream.write_all(&[b'x'; 100_000])).expect("it is taken");
        let mut said = String::new();
        stream.read_to_string(&mut said).map(|_| said)
    });
    let said = said.await.expect("no panic").expect("the connection is closed, not reset");
    assert!(said.starts_with("SIP/2.0 4") || said.starts_with("SIP/2.0 5"), "{said}");

    let login = format!("http://{}/api/v1/login", server.http);
    let body = format!("{{\"login\":\"{}\"}}", "a".repeat(20 << 20));
    let client = reqwest::Client::new();
    let answer = client.post(login).header("Content-Type", "application/json").body(body).send().await;
    // Closed before all was read is as good as an answer.
    assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status() == StatusCode::PAYLOAD_TOO_LARGE));

    let mut request = format!("ws://{}/sip", server.http).into_client_request().expect("a request");
    request.headers_mut().insert("Sec-WebSocket-Protocol", "sip".parse().expect("a header"));
    request.headers_mut().insert("Origin", format!("http://{}", server.http).parse().expect("a header"));
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.expect("the /call page may connect");
    let _ = socket.send(Message::text("x".repeat(1 << 20))).await;
    let ends = async {
        while let Some(Ok(message)) = socket.next().await {
            if message.is_close() {
                break;
            }
        }
    };
    tokio::time::timeout(patiently(15), ends).await.expect("a giant message ends its connection");
}

/// What a refused stream may still send: the largest message, the pieces that wait for the brain, and what the buffers of
/// both systems take (Linux doubles what is asked for). Far from what a machine's speed could add.
const TAKEN_MAX: usize = 2 << 20;

/// Sends headers until the peer closes: how many octets were taken.
fn feed(address: SocketAddr, begin: &[u8]) -> usize {
    let mut stream = TcpStream::connect(address).expect("a connection");
    socket2::SockRef::from(&stream).set_send_buffer_size(64 * 1024).expect("a buffer");
    stream.set_write_timeout(Some(patiently(15))).expect("a timeout");
    let line = format!("X-Filler: {}\r\n", "b".repeat(8_000));
    let mut taken = 0;
    let mut next = begin;
    while taken < 2 * TAKEN_MAX {
        match stream.write(next) {
            Ok(sent) => taken += sent,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                panic!("a connection that never ends its message is neither read nor closed")
            }
            Err(_) => break,
        }
        next = line.as_bytes();
    }
    taken
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanner_learns_nothing_and_leaves_nothing() {
    let mut server = Server::demo().await;
    let scanner = stranger();
    for (n, user) in ["1000", "101", "desk101", "nobody"].iter().enumerate() {
        scanner.send_to(message("INVITE", user, 100 + n as u64).as_bytes(), server.sip).expect("sent");
    }
    let invites = answers(&scanner, "INVITE");
    assert!(invites.iter().all(|line| !line.contains(" 200 ") && !line.contains(" 18")), "{invites:?}");
    assert_eq!(invites, ["SIP/2.0 403 Forbidden"; 4], "the same answer whoever is called");
    // The same answer for a phone that exists and one that does not (T4).
    for (n, user) in ["desk101", "nobody"].iter().enumerate() {
        scanner.send_to(message("REGISTER", user, 200 + n as u64).as_bytes(), server.sip).expect("sent");
    }
    let registers = answers(&scanner, "REGISTER");
    assert_eq!(registers.len(), 2, "{registers:?}");
    assert_eq!(registers[0], registers[1]);
    assert!(registers[0].contains(" 401 "), "{registers:?}");

    let before = server.resident_kb();
    let mut chance = ChaCha8Rng::seed_from_u64(12);
    for turn in 0..30_000u64 {
        let method = ["OPTIONS", "REGISTER", "INVITE"][turn as usize % 3];
        let _ = scanner.send_to(message(method, "1000", chance.next_u64()).as_bytes(), server.sip);
        if turn % 2_000 == 0 {
            let _ = answers(&scanner, "OPTIONS");
        }
    }
    good_calls_pass(&mut server, "+7916600002").await;
    let grown = server.resident_kb().saturating_sub(before);
    println!("scanner: memory grew by {grown} kB from {before} kB");
    assert!(grown < 64 * 1024, "memory grew by {grown} kB");
    let supervisor = server.login("supervisor").await;
    let intakes = supervisor.list("intakes?limit=200").await;
    assert!(intakes.iter().all(|intake| intake["number"] != "100"), "a scan is no intake");
    assert!(server.alive());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_connections_that_say_nothing_are_borne_and_let_go() {
    let mut server = Server::demo().await;
    let before = server.resident_kb();
    let connect = |address: SocketAddr| TcpStream::connect_timeout(&address, patiently(5)).expect("a connection");
    let mut silent: Vec<TcpStream> = (0..600).map(|_| connect(server.sip)).collect();
    let idle_http: Vec<TcpStream> = (0..400).map(|_| connect(server.http)).collect();
    good_calls_pass(&mut server, "+7916600003").await;
    let supervisor = server.login("supervisor").await;
    assert!(!supervisor.rows("queue").await.is_empty(), "the board answers");
    let grown = server.resident_kb().saturating_sub(before);
    println!("idle connections: memory grew by {grown} kB from {before} kB");
    assert!(grown < 64 * 1024, "memory grew by {grown} kB");
    for stream in &silent {
        stream.set_nonblocking(true).expect("a socket can be non-blocking");
    }
    holds("connections without a first byte are closed (T3)", 20, || {
        silent.retain_mut(|stream| stream.read(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock));
        let closed = silent.is_empty();
        async move { closed }
    })
    .await;
    drop(idle_http);
    assert!(server.alive());
}
