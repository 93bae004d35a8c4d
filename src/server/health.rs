//! What machines that watch over us ask: alive, ready, figures.

use super::app::MetricsText;
use super::{host, limit};
use crate::db::Db;
use crate::http::access::{self, Object};
use crate::http::audit::Audit;
use crate::http::{Problem, Verb, Who};
use crate::metrics::{Condition, Health, Readiness};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;

/// The process lives. Nothing else is looked at: who restarts on this must not restart for a database.
pub async fn alive() -> &'static str {
    "ok"
}

/// Are new calls taken, and what is wrong? With the database away calls are taken: 200, `degraded`.
#[utoipa::path(get, path = "/readyz", tag = "about",
    responses((status = 200, body = Readiness, description = "new calls are taken"),
    (status = 503, body = Readiness, description = "new calls are not taken")))]
pub async fn ready(
    State(db): State<Db>,
    State(health): State<Health>,
    State(audit): State<Audit>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    who: Result<Who, Problem>,
) -> Response {
    let reason = match tokio::time::timeout(limit::PING, db.ping()).await {
        Ok(Ok(())) => None,
        Ok(Err(_)) => Some("the database cannot be reached; calls go on"),
        Err(_) => Some("the database does not answer; calls go on"),
    };
    match reason {
        None => health.clear("database"),
        Some(why) => health.set("database", Condition::Degraded, why),
    }
    look_at_audit(&audit, &health);
    let details = near(peer, &headers) || who.is_ok_and(|who| who.may(Verb::MetricsRead));
    report(&health, details)
}

/// A request is answered when its line has a place in the queue, so a queue that fills up stops them.
pub fn look_at_audit(audit: &Audit, health: &Health) {
    ::metrics::gauge!("linedesk_audit_waiting").set(u32::try_from(audit.waiting()).map_or(f64::MAX, f64::from));
    if audit.failing() {
        health.set("audit", Condition::Degraded, "the audit cannot be written; the log says why");
    } else {
        health.clear("audit");
    }
}

/// The answer that this health gives; what is wrong is for those who may know details.
pub fn report(health: &Health, details: bool) -> Response {
    let mut report = health.report();
    if !details {
        report.reasons.clear();
    }
    let status = if report.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(report)).into_response()
}

/// Figures tell strangers how much goes on: they are for this machine, or for a token that is for `metrics.read`.
pub async fn metrics(
    State(metrics): State<MetricsText>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    who: Result<Who, Problem>,
) -> Result<Response, Problem> {
    if !near(peer, &headers) {
        access::may(&who?, Verb::MetricsRead, Object::Any)?;
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], (metrics.0)()).into_response())
}

/// Asked on this machine, by no proxy for somebody else, and by no page of a foreign name that points here.
pub fn near(peer: SocketAddr, headers: &HeaderMap) -> bool {
    const PASSED_ON: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    peer.ip().to_canonical().is_loopback()
        && !PASSED_ON.iter().any(|name| headers.contains_key(*name))
        && host.is_none_or(|host| host::local(host.host()))
}
