//! The door of the audit: every request of an operation that is written down has an entry while it is served, and a line
//! afterwards (`src/http/audit`).

use crate::db::at_commit;
use crate::http::audit::{Audit, ENTRY, Entry, Kept, operations};
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use std::net::SocketAddr;
use std::sync::Arc;
use tower_http::request_id::RequestId;

/// Serves a request, and sees to its line.
pub async fn serve(State(audit): State<Audit>, request: Request, next: Next) -> Response {
    let Some(entry) = entry(&request).map(Arc::new) else {
        return next.run(request).await;
    };
    let served = ENTRY.scope(entry.clone(), next.run(request));
    let response = at_commit(entry.clone(), served).await;
    if let Some((line, sameness)) = entry.line(response.status(), audit.now()) {
        audit.keep(line, sameness).await;
    }
    response
}

fn entry(request: &Request) -> Option<Entry> {
    let extensions = request.extensions();
    let path = extensions.get::<MatchedPath>()?.as_str();
    let operation = operations::of(request.method().as_str(), path).filter(|known| known.kept != Kept::Nothing)?;
    let address = extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let id = extensions.get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or_default();
    Some(Entry::new(operation, path, request.uri(), request.headers(), address, id))
}
