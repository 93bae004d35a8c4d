//! The HTTP port: who may hold a connection, and for how long without saying anything (T3).
//!
//! A connection says its first byte soon, and the headers of each request soon after the last one was answered; so
//! silent ones, one byte a second, and idle keep-alives all end here. A body has the time of its request. What is
//! written and not taken ends by the system's own limit. A source has its share; a proxy that we trust has more.

use super::limit;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

/// A connection could not be taken: somebody else may need the descriptors more.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until told to stop; then requests in flight get `grace` to finish, and the rest is cut.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    proxies: Arc<[IpAddr]>,
    mut stopping: watch::Receiver<bool>,
    grace: Duration,
) {
    let limits = Limits { proxies, ..Limits::default() };
    let mut open = JoinSet::new();
    let stop = stopping.clone();
    loop {
        let accepted = tokio::select! {
            () = stopped(&mut stopping) => break,
            accepted = listener.accept() => accepted,
        };
        // those that have ended
        while open.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer)) => match limits.place(peer.ip()) {
                Some(place) => drop(open.spawn(connection(stream, peer, place, router.clone(), stop.clone()))),
                None => metrics::counter!("linedesk_http_refused_total").increment(1),
            },
            Err(error) => {
                tracing::warn!(%error, "HTTP: a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    let _ = tokio::time::timeout(grace, async { while open.join_next().await.is_some() {} }).await;
}

/// Until it is said that all shall end.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    place: Place,
    router: Router,
    mut stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    #[cfg(target_os = "linux")]
    let _ = socket2::SockRef::from(&stream).set_tcp_user_timeout(Some(limit::UNREAD));
    let spoke = tokio::time::timeout(limit::FIRST_BYTE, stream.peek(&mut [0])).await;
    if !matches!(spoke, Ok(Ok(1..))) {
        return;
    }
    let answer = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request.map(Body::new))
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limit::HEADERS)
        .max_buf_size(limit::HEADER_BYTES)
        .max_headers(limit::HEADERS_MAX);
    let held = TokioIo::new(Held { stream, _place: place });
    let mut served = pin!(http.serve_connection(held, answer).with_upgrades());
    let ended = tokio::select! {
        ended = served.as_mut() => ended,
        () = stopped(&mut stop) => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "an HTTP connection ended");
    }
}

/// Who holds how many connections. Cheap to clone.
#[derive(Clone, Debug, Default)]
struct Limits {
    proxies: Arc<[IpAddr]>,
    sources: Arc<Mutex<Sources>>,
}

#[derive(Debug, Default)]
struct Sources {
    all: usize,
    each: HashMap<IpAddr, usize>,
}

/// One connection's place within the limits; dropping it gives it back.
#[derive(Debug)]
struct Place {
    source: IpAddr,
    limits: Limits,
}

impl Limits {
    /// None: too many, all in all or of this source.
    fn place(&self, source: IpAddr) -> Option<Place> {
        let mut sources = self.lock();
        let held = sources.each.get(&source).copied().unwrap_or(0);
        let share = if self.proxies.contains(&source) { limit::CONNECTIONS } else { limit::CONNECTIONS_PER_SOURCE };
        if sources.all >= limit::CONNECTIONS || held >= share {
            return None;
        }
        sources.all += 1;
        *sources.each.entry(source).or_default() += 1;
        metrics::gauge!("linedesk_http_connections").set(sources.all as f64);
        drop(sources);
        Some(Place { source, limits: self.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, Sources> {
        self.sources.lock().unwrap_or_else(|p| p.into_inner())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut sources = self.limits.lock();
        sources.all = sources.all.saturating_sub(1);
        metrics::gauge!("linedesk_http_connections").set(sources.all as f64);
        if let Some(count) = sources.each.get_mut(&self.source) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                sources.each.remove(&self.source);
            }
        }
    }
}

/// A stream with its place: a WebSocket keeps it for as long as it lives.
struct Held {
    stream: TcpStream,
    _place: Place,
}

impl AsyncRead for Held {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Held {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_has_its_share_a_proxy_more_and_places_come_back() {
        let (one, other, proxy) = ([10, 0, 0, 1].into(), [10, 0, 0, 2].into(), [10, 0, 0, 3].into());
        let limits = Limits { proxies: [proxy].into(), ..Limits::default() };
        let mut places: Vec<Place> =
            (0..limit::CONNECTIONS_PER_SOURCE).map(|_| limits.place(one).expect("within its share")).collect();
        assert!(limits.place(one).is_none() && limits.place(other).is_some());
        places.extend(std::iter::from_fn(|| limits.place(proxy)));
        assert_eq!(places.len(), limit::CONNECTIONS);
        assert!(limits.place(other).is_none(), "all in all there are only so many");
        places.clear();
        assert!(limits.lock().each.is_empty() && limits.lock().all == 0);
        assert!(limits.place(one).is_some());
    }
}
