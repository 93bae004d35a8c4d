//! The browser application, out of the binary. Unknown paths get `index.html`: the browser's router knows them.

use super::Problem;
use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Dist;

/// Scripts only from ourselves. Styles may be inline: the components set positions by `style`.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; \
    object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

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
        return Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "Method not allowed", "Only GET here.")
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

/// Headers of every answer.
pub async fn armour(request: Request<Body>, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("permissions-policy", HeaderValue::from_static("microphone=(self), camera=(), geolocation=()"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    if api && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
