//! Every URL of the server: one line a route.

use super::{
    App, about, again, assets, audited, headers, health, host, limit, openapi, origin, problems, query, turns,
};
use crate::clock;
use crate::feed::live;
use crate::http::{self, Problem, problem};
use crate::{
    agents, audit, buildings, callbacks, calls, contacts, intakes, logins, people, queues, recordings, tickets, views,
};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_request};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer};
use tower_http::trace::TraceLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The documented routes.
pub fn routes() -> OpenApiRouter<App> {
    openapi::empty()
        .routes(routes!(health::ready))
        .routes(routes!(about::about))
        .routes(routes!(logins::http::open, logins::http::close))
        .routes(routes!(logins::http::prove))
        .routes(routes!(logins::http::me))
        .routes(routes!(logins::http::open_logins, logins::http::end_all))
        .routes(routes!(logins::http::end))
        .routes(routes!(logins::http::change_password))
        .routes(routes!(logins::second_factor::own))
        .routes(routes!(logins::second_factor::begin, logins::second_factor::confirm))
        .routes(routes!(logins::second_factor::remove))
        .routes(routes!(logins::second_factor::begin_key, logins::second_factor::finish_key))
        .routes(routes!(logins::second_factor::remove_key))
        .routes(routes!(logins::second_factor::new_codes))
        .routes(routes!(logins::http::tokens, logins::http::create_token))
        .routes(routes!(logins::http::delete_token))
        .routes(routes!(people::http::list, people::http::create))
        .routes(routes!(people::http::change))
        .routes(routes!(people::http::executors))
        .routes(routes!(logins::of_person::open, logins::of_person::end_all))
        .routes(routes!(logins::of_person::tokens))
        .routes(routes!(logins::of_person::revoke_token))
        .routes(routes!(logins::second_factor::of_person, logins::second_factor::reset))
        .routes(routes!(buildings::http::list, buildings::http::create))
        .routes(routes!(buildings::http::one, buildings::http::change))
        .routes(routes!(buildings::http::set_grid))
        .routes(routes!(buildings::http::units))
        .routes(routes!(buildings::http::unit, buildings::http::change_unit))
        .merge(of_contacts())
        .routes(routes!(tickets::http::list, tickets::http::create))
        .routes(routes!(tickets::http::one, tickets::http::change))
        .routes(routes!(tickets::http::transition))
        .routes(routes!(tickets::http::comments, tickets::http::comment))
        .routes(routes!(tickets::http::link_call, tickets::http::unlink_call))
        .routes(routes!(tickets::classifiers::http::list, tickets::classifiers::http::create))
        .routes(routes!(tickets::classifiers::http::one, tickets::classifiers::http::change))
        .routes(routes!(calls::http::list))
        .routes(routes!(calls::http::one, calls::http::hang_up))
        .routes(routes!(views::card::card))
        .routes(routes!(calls::http::hold, calls::http::resume))
        .routes(routes!(calls::http::transfer))
        .routes(routes!(calls::http::dispose))
        .routes(routes!(calls::http::identify))
        .routes(routes!(calls::http::draft, calls::http::write_draft))
        .routes(routes!(intakes::http::list))
        .routes(routes!(intakes::http::one))
        .routes(routes!(intakes::http::dispose))
        .routes(routes!(intakes::http::dispositions))
        .routes(routes!(agents::http::list))
        .routes(routes!(agents::http::one))
        .routes(routes!(agents::http::set_status))
        .routes(routes!(agents::http::intervals))
        .routes(routes!(queues::http::list))
        .routes(routes!(recordings::http::list))
        .routes(routes!(recordings::http::one))
        .routes(routes!(recordings::http::audio))
        .routes(routes!(recordings::http::hold, recordings::http::lift_hold))
        .routes(routes!(recordings::http::peaks))
        .routes(routes!(audit::http::list))
        .routes(routes!(callbacks::http::list))
        .routes(routes!(callbacks::http::claim, callbacks::http::release))
        .routes(routes!(callbacks::http::set_state))
        .routes(routes!(live::board))
        .routes(routes!(live::connect))
}

fn of_contacts() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(contacts::http::list, contacts::http::create))
        .routes(routes!(contacts::http::one, contacts::http::change))
        .routes(routes!(contacts::http::merge))
        .routes(routes!(contacts::http::erasure))
        .routes(routes!(contacts::http::erase))
        .routes(routes!(views::timeline::timeline))
}

/// The whole server. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`: log-ins need the peer's address.
pub fn router(app: App) -> Router {
    let (documented, _) = routes().split_for_parts();
    documented
        .route_layer(from_fn_with_state((app.logins.clone(), turns::Turns::default()), turns::taken))
        .route("/api/v1/openapi.json", get(openapi::serve))
        .route("/healthz", get(health::alive))
        .route("/metrics", get(health::metrics))
        .route("/problems/{slug}", get(problems::page))
        .method_not_allowed_fallback(wrong_method)
        .fallback(assets::fallback)
        .layer(DefaultBodyLimit::max(http::limit::BODY))
        .layer(from_fn_with_state(app.audit.clone(), audited::serve))
        .layer(from_fn(query::known))
        .layer(from_fn(again::again))
        .layer(from_fn(origin::guard))
        .layer(from_fn_with_state(app.settings.clone(), host::guard))
        .layer(from_fn(in_time))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(NotForContentType::new("audio/"))))
        .layer(from_fn_with_state(app.settings.clone(), headers::secure))
        .layer(from_fn(named))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(TraceLayer::new_for_http().make_span_with(span).on_request(()).on_failure(()))
        .layer(SetRequestIdLayer::x_request_id(FreshId))
        .layer(map_request(short_id))
        .with_state(app)
}

/// Every line that is logged while a request is served carries its id, which the answer has as `x-request-id` too.
fn span(request: &Request) -> tracing::Span {
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or_default();
    let path = request.uri().path();
    let path = path.get(..limit::LOGGED).unwrap_or(path);
    tracing::info_span!("request", id, method = %request.method(), path)
}

/// Problems of a request say which one it was.
async fn named(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or_default();
    problem::REQUEST.scope(id.to_owned(), next.run(request)).await
}

/// What stands in every log line is short and plain, whoever sends it.
async fn short_id(mut request: Request) -> Request {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let id = request.headers().get("x-request-id").map(HeaderValue::as_bytes);
    if id.is_some_and(|id| id.len() > limit::REQUEST_ID || !id.iter().all(plain)) {
        request.headers_mut().remove("x-request-id");
    }
    request
}

/// An id for a request that came without one (a proxy may have given it one).
#[derive(Clone, Copy)]
struct FreshId;

impl MakeRequestId for FreshId {
    fn make_request_id<B>(&mut self, _: &axum::http::Request<B>) -> Option<RequestId> {
        let mut id = [0; 16];
        clock::entropy(&mut id);
        let id = format!("{:032x}", u128::from_be_bytes(id));
        HeaderValue::try_from(id).ok().map(RequestId::new)
    }
}

async fn wrong_method() -> Problem {
    method_not_allowed()
}

pub(super) fn method_not_allowed() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "Method not allowed", "This URL does not allow this method.")
}

/// A request behind which something hangs (a frozen database) is answered nevertheless.
async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit::REQUEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::unavailable().into_response(),
    }
}

fn panicked(what: Box<dyn std::any::Any + Send>) -> Response {
    let text = what.downcast_ref::<String>().map(String::as_str).or_else(|| what.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("?"), "a request panicked");
    Problem::internal().into_response()
}
