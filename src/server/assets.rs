//! The browser application, out of the binary. Unknown paths get `index.html`: the browser's router knows them.

use crate::http::Problem;
use axum::body::Body;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Dist;

const UNBUILT: &str = "<!doctype html><meta charset=utf-8><title>Linedesk</title>\
    <h1>Linedesk is running</h1><p>This binary was built without the browser application. Build it with \
    <code>npm ci &amp;&amp; npm run build</code> in <code>web/</code>, then build the server again \
    (<code>make run</code> does both). The API answers under <a href=/api/v1/openapi.json>/api/v1</a>.</p>";

/// Everything that is no route.
pub async fn fallback(method: Method, uri: Uri) -> Response {
    let path = uri.path();
    if path.starts_with("/api/") {
        return Problem::not_found("route").into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "Method not allowed", "Only GET works here.")
            .into_response();
    }
    let name = path.trim_start_matches('/');
    if let Some(response) = file(name) {
        return response;
    }
    // A missing file is missing; a page is the application.
    if name.starts_with("assets/") {
        return Problem::not_found("file").into_response();
    }
    file("index.html").unwrap_or_else(|| Html(UNBUILT).into_response())
}

fn file(name: &str) -> Option<Response> {
    let found = Dist::get(name)?;
    // Names under assets/ carry a hash of what is in them.
    let cache = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers =
        [(header::CONTENT_TYPE, found.metadata.mimetype().to_owned()), (header::CACHE_CONTROL, cache.to_owned())];
    Some((headers, Body::from(found.data.into_owned())).into_response())
}
