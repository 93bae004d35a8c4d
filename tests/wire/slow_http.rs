//! Connections to the HTTP port that say little or nothing (T3): they end by themselves, and nobody else notices.

use crate::server::Server;
use crate::{holds, patiently};
use socket2::{Domain, Socket, Type};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};

/// Silent connections, of sources that have at most 250 each.
const SILENT: usize = 1_000;
const PER_SOURCE: usize = 250;
/// More than a source may have.
const CROWD: usize = 600;

/// A connection from an address of loopback.
fn connect(source: [u8; 4], to: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.bind(&SocketAddr::from((source, 0)).into()).expect("loopback has many addresses");
    socket.connect_timeout(&to.into(), patiently(5)).expect("a connection");
    let stream = TcpStream::from(socket);
    stream.set_nonblocking(true).expect("a socket can be non-blocking");
    stream
}

/// Drops the connections that the server has closed; reads what it said before.
fn let_go(streams: &mut Vec<TcpStream>) -> usize {
    let mut buffer = [0; 4_096];
    streams.retain_mut(|stream| {
        loop {
            match stream.read(&mut buffer) {
                Ok(0) => return false,
                Ok(_) => {}
                Err(error) => return error.kind() == ErrorKind::WouldBlock,
            }
        }
    });
    streams.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_idle_connections_are_closed_and_good_requests_pass_meanwhile() {
    let server = Server::demo().await;
    let supervisor = server.login("supervisor").await;
    let mut silent: Vec<TcpStream> =
        (0..SILENT).map(|n| connect([127, 0, 1, 1 + (n / PER_SOURCE) as u8], server.http)).collect();
    // One request each, answered, and then nothing: idle keep-alives.
    let mut idle: Vec<TcpStream> = (0..100).map(|_| connect([127, 0, 2, 1], server.http)).collect();
    for stream in &mut idle {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").expect("sent");
    }
    // Headers an octet at a time, which never end.
    let mut slow: Vec<TcpStream> = (0..20).map(|_| connect([127, 0, 3, 1], server.http)).collect();
    let request = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let mut said = 0;
    assert!(!supervisor.rows("queue").await.is_empty(), "the board answers");
    let (status, _) = server.readiness().await;
    assert_eq!(status, 200);
    holds("all of them are closed", 40, || {
        if let Some(octet) = request.get(said / 25) {
            slow.iter_mut().for_each(|stream| drop(stream.write_all(&[*octet])));
        }
        said += 1;
        let left = let_go(&mut silent) + let_go(&mut idle) + let_go(&mut slow);
        async move { left == 0 }
    })
    .await;
    assert!(!supervisor.rows("queue").await.is_empty(), "the board answers");
    holds("their places are free", 5, || async {
        server.figure("linedesk_http_connections").await.is_some_and(|open| open < 20.0)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_source_cannot_take_all_connections() {
    let server = Server::demo().await;
    let mut crowd: Vec<TcpStream> = (0..CROWD).map(|_| connect([127, 0, 4, 1], server.http)).collect();
    holds("what is beyond its share is closed at once", 4, || {
        let left = let_go(&mut crowd);
        async move { left <= 512 }
    })
    .await;
    assert_eq!(server.figure("linedesk_http_refused_total").await, Some((CROWD - 512) as f64));
    assert_eq!(server.readiness().await.0, 200, "others come in");
    // Who is within its share may speak.
    let stream = crowd.first_mut().expect("512 are left");
    stream.set_nonblocking(false).expect("a socket can be blocking");
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").expect("sent");
    let mut answer = [0; 15];
    stream.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_headers_than_a_browser_sends_are_refused() {
    let server = Server::demo().await;
    let many = |count: usize| (0..count).map(|n| format!("X-Header-{n}: x\r\n")).collect::<String>();
    let answer = |headers: &str| {
        let mut stream = TcpStream::connect(server.http).expect("a connection");
        stream.set_read_timeout(Some(patiently(10))).expect("a timeout");
        let sent = format!("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n");
        // the server may answer and close before all is sent
        let _ = stream.write_all(sent.as_bytes());
        let mut first = [0; 12];
        stream.read_exact(&mut first).map(|()| String::from_utf8_lossy(&first).into_owned()).unwrap_or_default()
    };
    assert_eq!(answer(&many(60)), "HTTP/1.1 200", "with Host fewer than 64");
    assert_eq!(answer(&many(80)), "HTTP/1.1 431");
    assert_eq!(answer(&format!("X-Long: {}\r\n", "a".repeat(8_000))), "HTTP/1.1 200");
    assert_eq!(answer(&format!("X-Long: {}\r\n", "a".repeat(17_000))), "HTTP/1.1 431");
}
