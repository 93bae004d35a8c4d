//! The Host header says which server is meant: exactly one, well-formed (RFC 9112 3.2), and of the configured names where there are some.
//! A page of a foreign name that was made to point at us (DNS rebinding) is refused then. A request of HTTP/1.0 may have none; where there
//! are names it is refused as a foreign one, unless it comes from this machine itself.

use super::health;
use crate::config::Settings;
use crate::http::Problem;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Uri, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// The middleware.
pub async fn guard(State(settings): State<Arc<Settings>>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0);
    let near = peer.is_some_and(|peer| health::near(peer, request.headers()));
    match check(request.version(), request.uri(), request.headers(), &settings.hosts, near) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn check(version: Version, uri: &Uri, headers: &HeaderMap, known: &[String], near: bool) -> Result<(), Problem> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host,
        (None, None) if version < Version::HTTP_11 => {
            return if known.is_empty() || near { Ok(()) } else { Err(foreign()) };
        }
        _ => return Err(Problem::malformed("A request has one Host header.")),
    };
    let host =
        host.to_str().ok().and_then(authority).ok_or_else(|| Problem::malformed("The Host header is no host."))?;
    if uri.authority().is_some_and(|target| !target.as_str().eq_ignore_ascii_case(host.as_str())) {
        return Err(Problem::malformed("The Host header and the request's target name different hosts."));
    }
    let named = known.iter().any(|name| name.eq_ignore_ascii_case(host.host()));
    if known.is_empty() || named || local(host.host()) {
        return Ok(());
    }
    Err(foreign())
}

pub(super) fn foreign() -> Problem {
    let detail = "This server is not reached by this name; its names are in the configuration, http.hosts.";
    Problem::new(StatusCode::MISDIRECTED_REQUEST, "host", "Foreign host", detail)
}

fn authority(text: &str) -> Option<Authority> {
    let port = |rest: &str| rest.is_empty() || rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
    let authority: Authority = text.parse().ok().filter(|_| !text.contains('@'))?;
    port(text.strip_prefix(authority.host())?).then_some(authority)
}

/// An address of our own machine, or its name there: no other site can have it.
pub fn local(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_one_host_and_it_is_ours() {
        let asked = |version, target: &str, hosts: &[&str], known: &[&str], near| {
            let headers = hosts.iter().map(|host| (header::HOST, host.parse().expect("a value"))).collect();
            let known: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
            let refused = check(version, &target.parse().expect("a target"), &headers, &known, near);
            refused.err().map(|problem| problem.into_response().status().as_u16())
        };
        let status =
            |version, target: &str, hosts: &[&str], known: &[&str]| asked(version, target, hosts, known, false);
        let desk = &["desk.example"];
        for (hosts, known, expected) in [
            (&["desk.example"][..], &[][..], None),
            (&["desk.example:8080"], desk, None),
            (&["DESK.example"], desk, None),
            (&["127.0.0.1:8080"], desk, None),
            (&["[::1]:8080"], desk, None),
            (&["localhost"], desk, None),
            (&["evil.example"], desk, Some(421)),
            (&["evil.example"], &[], None),
            (&["192.0.2.1"], desk, Some(421)),
            (&[], &[], Some(400)),
            (&["desk.example", "desk.example"], desk, Some(400)),
            (&[""], &[], Some(400)),
            (&["a b"], &[], Some(400)),
            (&["user@desk.example"], &[], Some(400)),
            (&["desk.example:port"], &[], Some(400)),
            (&["desk.example/path"], &[], Some(400)),
        ] {
            assert_eq!(status(Version::HTTP_11, "/", hosts, known), expected, "{hosts:?}");
        }
        assert_eq!(status(Version::HTTP_10, "/healthz", &[], desk), Some(421));
        assert_eq!(status(Version::HTTP_10, "/healthz", &[], &[]), None, "any name is ours");
        assert_eq!(asked(Version::HTTP_10, "/healthz", &[], desk, true), None, "a health check of this machine");
        assert_eq!(asked(Version::HTTP_11, "/healthz", &[], desk, true), Some(400));
        assert_eq!(status(Version::HTTP_10, "/", &["evil.example"], desk), Some(421));
        assert_eq!(status(Version::HTTP_11, "http://desk.example/", &["evil.example"], &[]), Some(400));
        assert_eq!(status(Version::HTTP_11, "http://desk.example/", &["desk.example"], desk), None);
    }
}
