//! Bodies, queries and ids of requests: parsed into types at the door, refused as problem documents.

use super::problem::FieldError;
use super::{Problem, limit};
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

/// A JSON body. Unknown fields are refused where the type says `deny_unknown_fields` (all of ours do).
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Body<T>, Problem> {
        let json =
            request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|v| {
                v.split(';').next().is_some_and(|v| v.trim().eq_ignore_ascii_case("application/json"))
            });
        let bytes = Bytes::from_request(request, state).await.map_err(refused)?;
        if !json {
            let detail = "Send `Content-Type: application/json`.";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "Not JSON", detail));
        }
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let value = T::deserialize(&mut reader).map_err(unreadable)?;
        reader.end().map_err(unreadable)?;
        Ok(Body(value))
    }
}

fn refused(rejection: BytesRejection) -> Problem {
    match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            let detail = format!("A body has at most {} bytes.", limit::BODY);
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Body too large", detail)
        }
        _ => Problem::malformed("The body did not arrive whole."),
    }
}

fn unreadable(error: serde_json::Error) -> Problem {
    if error.is_data() {
        let text = error.to_string();
        // serde says: unknown field `x`, missing field `x`, invalid type ...: the name is between the first backquotes.
        let named = text.contains("field `").then(|| text.split('`').nth(1).unwrap_or_default().to_owned());
        return Problem::invalid_all(vec![FieldError { field: named.unwrap_or_default(), message: text }]);
    }
    Problem::malformed(format!("The body is not JSON: {error}."))
}

/// Query parameters.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Params<T>, Problem> {
        let Query(value) = Query::<T>::from_request_parts(parts, state)
            .await
            .map_err(|e| Problem::malformed(format!("The query cannot be read: {}.", e.body_text())))?;
        Ok(Params(value))
    }
}

/// The `{id}` of a path. What is no UUID is no known thing: 404.
#[derive(Clone, Copy, Debug)]
pub struct Id(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Id, Problem> {
        match Path::<Uuid>::from_request_parts(parts, state).await {
            Ok(Path(id)) => Ok(Id(id)),
            Err(_) => Err(Problem::not_found("thing: its id is not a UUID")),
        }
    }
}

/// For fields of a change: a field that is there and null is not a field that is not there.
pub fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(d: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(d).map(Some)
}

/// Gathers what is wrong with a body, so that the asker hears everything at once.
#[derive(Debug, Default)]
pub struct Check(Vec<FieldError>);

impl Check {
    pub fn new() -> Check {
        Check::default()
    }

    pub fn that(&mut self, ok: bool, field: &str, message: &str) -> &mut Check {
        if !ok {
            self.0.push(FieldError { field: field.to_owned(), message: message.to_owned() });
        }
        self
    }

    /// A line of text: something in it, not too long, no control characters.
    pub fn line(&mut self, field: &str, text: &str) -> &mut Check {
        self.that(!text.trim().is_empty(), field, "must not be empty").short(field, text)
    }

    /// As [`Check::line`], but may be empty.
    pub fn short(&mut self, field: &str, text: &str) -> &mut Check {
        self.that(text.chars().count() <= limit::LINE, field, "is too long (300 characters)");
        self.that(!text.chars().any(char::is_control), field, "holds control characters")
    }

    /// Free text. NUL is refused: PostgreSQL cannot store it.
    pub fn text(&mut self, field: &str, text: &str) -> &mut Check {
        self.that(text.chars().count() <= limit::TEXT, field, "is too long (20000 characters)");
        self.that(!text.contains('\0'), field, "holds a NUL character")
    }

    pub fn done(&mut self) -> Result<(), Problem> {
        if self.0.is_empty() { Ok(()) } else { Err(Problem::invalid_all(std::mem::take(&mut self.0))) }
    }
}
