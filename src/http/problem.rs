//! What went wrong, as RFC 9457 documents. Every answer that is not a success is made here.

use crate::db;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// A field of the body or query that was wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    pub field: String,
    pub message: String,
}

/// `application/problem+json` (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `/problems/<slug>`, stable: programs may compare it, and people open it.
    #[serde(rename = "type")]
    #[schema(rename = "type", value_type = String)]
    kind: Box<str>,
    title: &'static str,
    status: u16,
    detail: String,
    /// The id of the request, as in its `x-request-id` and in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    instance: Option<Box<str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// The thing as it is now, when the request was about an older version of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    current: Option<Box<serde_json::Value>>,
    #[serde(skip)]
    retry_after: Option<u32>,
    #[serde(skip)]
    collided: bool,
}

tokio::task_local! {
    /// The id of the request that is served.
    pub static REQUEST: String;
}

/// Of an answer: the database ended the transaction because of another one, and the same request may succeed at once.
#[derive(Clone, Copy, Debug)]
pub struct Collided;

impl Problem {
    pub fn new(status: StatusCode, slug: &'static str, title: &'static str, detail: impl Into<String>) -> Problem {
        Problem {
            kind: format!("/problems/{slug}").into(),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            instance: REQUEST.try_with(|id| id.as_str().into()).ok(),
            errors: Vec::new(),
            current: None,
            retry_after: None,
            collided: false,
        }
    }

    /// Who are you?
    pub fn unauthorized() -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "Log in first", "This needs a log-in or an API token.")
    }

    /// You may not. `what` is the verb that was refused.
    pub fn forbidden(what: &str) -> Problem {
        let detail = format!("Your role does not allow {what}.");
        Problem::new(StatusCode::FORBIDDEN, "forbidden", "Not allowed", detail)
    }

    /// Nothing else before the person has a second factor.
    pub fn factor_due() -> Problem {
        let detail = "Your role needs a second factor: set one up in your profile first.";
        Problem::new(StatusCode::FORBIDDEN, "second-factor-due", "Set up a second factor", detail)
    }

    /// It does not exist, or you may not know that it does.
    pub fn not_found(what: &str) -> Problem {
        let detail = format!("There is no such {what}.");
        Problem::new(StatusCode::NOT_FOUND, "not-found", "Not found", detail)
    }

    /// The request could be read, but a value in it is wrong.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Problem {
        Problem::invalid_all(vec![FieldError { field: field.into(), message: message.into() }])
    }

    pub fn invalid_all(errors: Vec<FieldError>) -> Problem {
        let detail = errors.first().map(|e| format!("{}: {}", e.field, e.message)).unwrap_or_default();
        let mut p = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "A value is wrong", detail);
        p.errors = errors;
        p
    }

    /// The request itself cannot be read.
    pub fn malformed(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, "malformed", "The request cannot be read", detail)
    }

    /// A query parameter that is unknown, given twice, or holds what it cannot.
    pub fn parameter(name: impl Into<String>, message: impl Into<String>) -> Problem {
        let error = FieldError { field: name.into(), message: message.into() };
        let mut p = Problem::malformed(format!("{}: {}", error.field, error.message));
        p.errors = vec![error];
        p
    }

    /// It cannot be done in the state things are in.
    pub fn conflict(slug: &'static str, detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::CONFLICT, slug, "Not possible now", detail)
    }

    /// Another thing has this value already, and only one may.
    pub fn taken(field: impl Into<String>, message: impl Into<String>) -> Problem {
        let error = FieldError { field: field.into(), message: message.into() };
        let mut p = Problem::conflict("taken", format!("{}: {}", error.field, error.message));
        p.errors = vec![error];
        p
    }

    /// Somebody else changed it meanwhile.
    pub fn stale(current: impl Serialize) -> Problem {
        let detail = "It was changed by another request; `current` is its state now.";
        Problem::new(StatusCode::CONFLICT, "stale", "Changed meanwhile", detail).showing(current)
    }

    /// With the thing as it is now.
    #[must_use]
    pub fn showing(mut self, current: impl Serialize) -> Problem {
        self.current = serde_json::to_value(current).ok().map(Box::new);
        self
    }

    pub fn too_many(seconds: u64) -> Problem {
        let detail = format!("Try again in {seconds} seconds.");
        let mut p = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many attempts", detail);
        p.retry_after = u32::try_from(seconds).ok();
        p
    }

    /// Something that we need is away; the same request may work soon.
    pub fn unavailable() -> Problem {
        let detail = "The database cannot be reached. Calls go on; try again in a few seconds.";
        let mut p = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Try again soon", detail);
        p.retry_after = Some(2);
        p
    }

    /// Our fault. What happened is in the log, not in the answer.
    pub fn internal() -> Problem {
        let detail = "The server failed; the error is in its log.";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Server error", detail)
    }

    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<db::Error> for Problem {
    fn from(error: db::Error) -> Problem {
        if db::collided(&error) {
            tracing::debug!(%error, "two transactions stood in one another's way");
            return Problem { collided: true, ..Problem::unavailable() };
        }
        if db::away(&error) {
            tracing::warn!(%error, "the database is away");
            return Problem::unavailable();
        }
        if db::dangling(&error) {
            let detail = "The request refers to something that does not exist.";
            return Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "A value is wrong", detail);
        }
        if db::unfit(&error) {
            let detail = "A value contains something that cannot be stored.";
            return Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "A value is wrong", detail);
        }
        if db::taken(&error) {
            return Problem::conflict("taken", "It already exists.");
        }
        tracing::error!(%error, "a statement failed");
        Problem::internal()
    }
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Problem {
        match error.downcast::<db::Error>() {
            Ok(error) => error.into(),
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "a request failed");
                Problem::internal()
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let (retry_after, collided) = (self.retry_after, self.collided);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if collided {
            response.extensions_mut().insert(Collided);
        }
        let headers = response.headers_mut();
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
