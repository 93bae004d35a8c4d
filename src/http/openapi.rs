//! The contract as a document: made from the handlers, committed as `openapi.json`, compared by `tests/api/openapi.rs`.

use super::App;
use super::router;
use axum::Json;
use std::sync::{Arc, OnceLock};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Linedesk",
        description = "Calls, tickets and contacts of a contact centre. Errors are RFC 9457 problem documents. Lists take \
            `limit` and `after` and answer `{items, next}`. Log in by POST /api/v1/login (cookie) or send an API token as \
            `Authorization: Bearer`; writes with the cookie need an Origin equal to the Host.",
        license(name = "MIT OR Apache-2.0")
    ),
    components(schemas(super::Problem, super::problem::FieldError))
)]
struct Document;

/// A router that writes down its routes.
pub fn empty() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(Document::openapi())
}

/// The document, pretty, as it is committed.
pub fn text() -> String {
    let document = router::routes().into_openapi();
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// `GET /api/v1/openapi.json`
pub async fn serve() -> Json<serde_json::Value> {
    static DOCUMENT: OnceLock<serde_json::Value> = OnceLock::new();
    Json(DOCUMENT.get_or_init(|| serde_json::from_str(&text()).unwrap_or_default()).clone())
}
