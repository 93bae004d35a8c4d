//! What every operation may answer besides what it is asked for, said in the contract: refusals are the same everywhere, so
//! they are written once, and operations refer to them.

use super::{host, router};
use crate::http::Problem;
use axum::http::StatusCode;
use serde_json::json;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Components, Content, ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder, Schema};

/// RFC 9457.
const PROBLEM: &str = "application/problem+json";
/// What anybody may ask.
const OPEN: &[&str] = &["/api/v1/about", "/api/v1/login", "/api/v1/login/second-factor", "/readyz"];

/// Every refusal that operations share.
const SHARED: &[StatusCode] = &[
    StatusCode::BAD_REQUEST,
    StatusCode::UNAUTHORIZED,
    StatusCode::FORBIDDEN,
    StatusCode::NOT_FOUND,
    StatusCode::METHOD_NOT_ALLOWED,
    StatusCode::CONFLICT,
    StatusCode::PAYLOAD_TOO_LARGE,
    StatusCode::UNSUPPORTED_MEDIA_TYPE,
    StatusCode::MISDIRECTED_REQUEST,
    StatusCode::UNPROCESSABLE_ENTITY,
    StatusCode::TOO_MANY_REQUESTS,
    StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
    StatusCode::INTERNAL_SERVER_ERROR,
    StatusCode::SERVICE_UNAVAILABLE,
];

/// The refusals that operations refer to.
pub fn add_shared(document: &mut OpenApi) {
    let components = document.components.get_or_insert_with(Components::new);
    for status in SHARED {
        components.responses.insert(name(*status), RefOr::T(shared(*status)));
    }
}

/// `NotFound`.
fn name(status: StatusCode) -> String {
    status.canonical_reason().unwrap_or_default().replace(' ', "")
}

fn shared(status: StatusCode) -> Response {
    let mut response = Response::default();
    complete(status, &mut response);
    response
}

/// How one proves who one is.
pub fn add_security(document: &mut OpenApi) {
    let components = document.components.get_or_insert_with(Components::new);
    let cookie = ApiKeyValue::with_description("linedesk_login", "Given by POST /api/v1/login.");
    components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("Made by POST /api/v1/tokens."));
    components.add_security_scheme("token", SecurityScheme::Http(token.build()));
    let none: [&str; 0] = [];
    document.security = Some(["cookie", "token"].map(|name| SecurityRequirement::new(name, none)).to_vec());
}

/// The refusals of an operation.
pub fn add_refusals(path: &str, method: &str, operation: &mut Operation) {
    let open = OPEN.contains(&path);
    if open && !(path == "/api/v1/login" && method == "delete") {
        operation.security = Some(Vec::new());
    }
    let body = operation.request_body.is_some();
    let parameters = operation.parameters.as_ref().is_some_and(|all| !all.is_empty());
    let changes = method != "get";
    let may_be = [
        (true, StatusCode::METHOD_NOT_ALLOWED),
        (true, StatusCode::MISDIRECTED_REQUEST),
        (true, StatusCode::BAD_REQUEST),
        (!open, StatusCode::UNAUTHORIZED),
        (!open || changes, StatusCode::FORBIDDEN),
        (path.contains('{'), StatusCode::NOT_FOUND),
        (changes, StatusCode::CONFLICT),
        (body, StatusCode::PAYLOAD_TOO_LARGE),
        (body, StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (body || parameters, StatusCode::UNPROCESSABLE_ENTITY),
        (true, StatusCode::TOO_MANY_REQUESTS),
        (true, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
        (true, StatusCode::INTERNAL_SERVER_ERROR),
        (true, StatusCode::SERVICE_UNAVAILABLE),
    ];
    let responses = &mut operation.responses.responses;
    for (_, status) in may_be.into_iter().filter(|(may_be, _)| *may_be) {
        responses.entry(status.as_str().to_owned()).or_insert_with(|| RefOr::T(Response::default()));
    }
    for (status, response) in responses {
        let Some(status) = status.parse().ok().and_then(|code: u16| StatusCode::from_u16(code).ok()) else { continue };
        if let RefOr::T(own) = response {
            complete(status, own);
            if SHARED.contains(&status) && *own == shared(status) {
                *response = RefOr::Ref(Ref::from_response_name(name(status)));
            }
        }
    }
}

/// Gives the response a description, and a refusal its media type and an example.
fn complete(status: StatusCode, response: &mut Response) {
    if status == StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE {
        response.description =
            "The line and the headers are longer than 16 KiB, or there are more than 64: without a body".into();
        return;
    }
    if response.description.is_empty() {
        response.description = status.canonical_reason().unwrap_or_default().to_owned();
    }
    let refused = status.is_client_error() || status.is_server_error();
    if refused && response.content.values().all(is_problem) {
        let content =
            ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).example(Some(example(status)));
        *response = ResponseBuilder::new().description(&response.description).content(PROBLEM, content.build()).build();
    }
}

fn is_problem(content: &RefOr<Content>) -> bool {
    let named = |schema: &RefOr<Schema>| matches!(schema, RefOr::Ref(it) if it.ref_location.ends_with("/Problem"));
    matches!(content, RefOr::T(content) if content.schema.as_ref().is_none_or(named))
}

fn example(status: StatusCode) -> serde_json::Value {
    let problem = match status {
        StatusCode::BAD_REQUEST => Problem::parameter("limit", "is at least 1"),
        StatusCode::UNAUTHORIZED => Problem::unauthorized(),
        StatusCode::FORBIDDEN => Problem::forbidden("tickets.edit"),
        StatusCode::NOT_FOUND => Problem::not_found("ticket"),
        StatusCode::METHOD_NOT_ALLOWED => router::method_not_allowed(),
        StatusCode::MISDIRECTED_REQUEST => host::foreign(),
        StatusCode::CONFLICT => Problem::stale(json!({ "version": 7 })),
        StatusCode::UNPROCESSABLE_ENTITY => Problem::invalid("title", "must not be empty"),
        StatusCode::TOO_MANY_REQUESTS => Problem::too_many(10),
        StatusCode::SERVICE_UNAVAILABLE => Problem::unavailable(),
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(status, "too-large", "Body too large", "A body has at most 1048576 bytes.")
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Problem::new(status, "media-type", "Not JSON", "Send `Content-Type: application/json`.")
        }
        StatusCode::RANGE_NOT_SATISFIABLE => {
            Problem::new(status, "range", "Range not satisfiable", "The recording has 3244 bytes.")
        }
        _ => Problem::internal(),
    };
    let mut example = serde_json::to_value(problem).unwrap_or_default();
    if let Some(members) = example.as_object_mut() {
        members.insert("instance".into(), json!("5f1c2a9d0b3e4c6f8a7b1d2e3f405162"));
    }
    example
}
