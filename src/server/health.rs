//! What machines that watch over us ask: alive, ready, figures.

use super::app::MetricsText;
use super::limit;
use crate::db::Db;
use crate::metrics::{Condition, Health, Readiness};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The process lives. Nothing else is looked at: who restarts on this must not restart for a database.
pub async fn alive() -> &'static str {
    "ok"
}

/// Are new calls taken, and what is wrong? With the database away calls are taken: 200, `degraded`.
#[utoipa::path(get, path = "/readyz", tag = "about",
    responses((status = 200, body = Readiness, description = "new calls are taken"),
    (status = 503, body = Readiness, description = "new calls are not taken")))]
pub async fn ready(State(db): State<Db>, State(health): State<Health>) -> Response {
    let reason = match tokio::time::timeout(limit::PING, db.ping()).await {
        Ok(Ok(())) => None,
        Ok(Err(_)) => Some("the database cannot be reached; calls go on"),
        Err(_) => Some("the database does not answer; calls go on"),
    };
    match reason {
        None => health.clear("database"),
        Some(why) => health.set("database", Condition::Degraded, why),
    }
    report(&health)
}

/// The answer that this health gives.
pub fn report(health: &Health) -> Response {
    let report = health.report();
    let status = if report.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(report)).into_response()
}

pub async fn metrics(State(metrics): State<MetricsText>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], (metrics.0)()).into_response()
}
