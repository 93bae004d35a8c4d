//! The contract as a document: made from the handlers, committed as `openapi.json`, compared by `tests/api/openapi.rs`.

use super::App;
use super::{refusals, router};
use axum::Json;
use std::sync::OnceLock;
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
    components(schemas(
        crate::http::Problem,
        crate::http::problem::FieldError,
        crate::tickets::store::Sort,
        crate::callbacks::http::CallbackFilter,
        crate::http::audit::Action,
        crate::http::audit::AuditObject,
        types::CallStage
    ))
)]
struct Document;

/// A router that writes down its routes.
pub fn empty() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
}

/// The document, pretty, as it is committed.
pub fn text() -> String {
    let mut document = router::routes().into_openapi();
    name_operations(&mut document);
    refusals::add_shared(&mut document);
    refusals::add_security(&mut document);
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// Every operation with its refusals and by a name of its own, for those who generate clients: `get_calls_id_card`. Handlers are called
/// `list` and `one` in every noun.
fn name_operations(document: &mut utoipa::openapi::OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let words: Vec<&str> =
            path.trim_start_matches("/api/v1/").split(['/', '{', '}']).filter(|w| !w.is_empty()).collect();
        let place = words.join("_");
        let methods = [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in methods {
            if let Some(operation) = operation {
                operation.operation_id = Some(format!("{method}_{place}"));
                refusals::add_refusals(path, method, operation);
            }
        }
    }
}

/// `GET /api/v1/openapi.json`
pub async fn serve() -> Json<serde_json::Value> {
    static DOCUMENT: OnceLock<serde_json::Value> = OnceLock::new();
    Json(DOCUMENT.get_or_init(|| serde_json::from_str(&text()).unwrap_or_default()).clone())
}
