//! Bodies, queries and ids of requests: parsed into types on arrival, refused as problem documents.

use super::problem::FieldError;
use super::{Problem, limit};
use crate::db;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use bytes::Bytes;
use chrono::{DateTime, Datelike as _, Utc};
use serde::de::{DeserializeOwned, Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::str::FromStr;
use types::NoSuchWord;
use unicode_normalization::is_nfc;

/// A JSON body. Unknown fields are refused where the type says `deny_unknown_fields` (all of ours do).
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Body<T>, Problem> {
        let bytes = Body::<T>::read(request, state).await?;
        Body::parse(&bytes).map(Body)
    }
}

impl<T: DeserializeOwned> Body<T> {
    pub(super) async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
        let json =
            request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|v| {
                v.split(';').next().is_some_and(|v| v.trim().eq_ignore_ascii_case("application/json"))
            });
        let bytes = Bytes::from_request(request, state).await.map_err(refused)?;
        if !json {
            let detail = "Send `Content-Type: application/json`.";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "Not JSON", detail));
        }
        Ok(composed(bytes))
    }

    pub(super) fn parse(bytes: &[u8]) -> Result<T, Problem> {
        // serde would fill a struct from an array, field by field
        if bytes.trim_ascii_start().first() != Some(&b'{') {
            return Err(match serde_json::from_slice::<IgnoredAny>(bytes) {
                Ok(_) => Problem::invalid("", "must be an object"),
                Err(error) => unreadable(error),
            });
        }
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| unfit(error, bytes))?;
        reader.end().map_err(unreadable)?;
        Ok(value)
    }
}

/// The same body with all text composed (Unicode NFC): what looks equal is stored, compared and found as equal.
fn composed(bytes: Bytes) -> Bytes {
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return bytes;
    };
    if text.contains("\\u") {
        let Ok(mut value) = serde_json::from_str(text) else {
            return bytes;
        };
        return if compose(&mut value) { value.to_string().into() } else { bytes };
    }
    // No sign of JSON's own grammar composes with what may follow it.
    if is_nfc(text) { bytes } else { db::composed(text).into() }
}

/// False: there was nothing to do.
fn compose(value: &mut Value) -> bool {
    match value {
        Value::String(text) if !is_nfc(text) => {
            *text = db::composed(text);
            true
        }
        // all of them, not only up to the first that changes
        Value::Array(items) => items.iter_mut().map(compose).filter(|changed| *changed).count() > 0,
        Value::Object(fields) => fields.values_mut().map(compose).filter(|changed| *changed).count() > 0,
        _ => false,
    }
}

fn refused(rejection: BytesRejection) -> Problem {
    match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            let detail = format!("A body may have at most {} bytes.", limit::BODY);
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Body too large", detail)
        }
        _ => Problem::malformed("The body did not arrive completely."),
    }
}

/// JSON that is not what was asked for: which field, and what is wrong with it.
fn unfit(error: serde_path_to_error::Error<serde_json::Error>, bytes: &[u8]) -> Problem {
    let path = error.path().to_string();
    let error = error.into_inner();
    // serde_json calls a number in the place of a word a fault of the syntax.
    if !error.is_data() && serde_json::from_slice::<IgnoredAny>(bytes).is_err() {
        return unreadable(error);
    }
    let text = error.to_string();
    let missing = text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let field = match (path.as_str(), missing) {
        (".", None) => String::new(),
        (".", Some(name)) => name.to_owned(),
        (path, None) => path.to_owned(),
        (path, Some(name)) => format!("{path}.{name}"),
    };
    Problem::invalid(field, text)
}

fn unreadable(error: serde_json::Error) -> Problem {
    Problem::malformed(format!("The body is not JSON: {error}."))
}

/// Query parameters. Which ones there are is checked before, by the contract (`src/server/query.rs`).
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Params<T>, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Params(value)),
            Err(rejection) => Err(unreadable_query(&rejection)),
        }
    }
}

/// Names the parameter, as serde has its path.
fn unreadable_query(rejection: &QueryRejection) -> Problem {
    let first: &(dyn std::error::Error + 'static) = rejection;
    let error = std::iter::successors(Some(first), |error| error.source())
        .find_map(|error| error.downcast_ref::<serde_path_to_error::Error<serde::de::value::Error>>());
    match error {
        Some(error) if error.path().iter().next().is_some() => {
            Problem::parameter(error.path().to_string(), error.inner().to_string())
        }
        _ => Problem::malformed(format!("The query cannot be read: {}.", rejection.body_text())),
    }
}

/// The `{id}` of a path. What is no UUID is no known thing: 404.
#[derive(Clone, Copy, Debug)]
pub struct Id<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Id<T>, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(id)) => Ok(Id(id)),
            Err(_) => Err(Problem::not_found("thing: its id is not a UUID")),
        }
    }
}

/// The `{id}` and the second id of a path, in their order.
#[derive(Clone, Copy, Debug)]
pub struct Ids<A, B>(pub A, pub B);

impl<S: Send + Sync, A, B> FromRequestParts<S> for Ids<A, B>
where
    (A, B): DeserializeOwned + Send,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Ids<A, B>, Problem> {
        match Path::<(A, B)>::from_request_parts(parts, state).await {
            Ok(Path((id, second))) => Ok(Ids(id, second)),
            Err(_) => Err(Problem::not_found("thing: its id is not a UUID")),
        }
    }
}

/// A word of a closed set, where it is not a field of its own: in a list, or next to other words.
pub fn word<W: FromStr<Err = NoSuchWord>>(field: &str, text: &str) -> Result<W, Problem> {
    text.parse()
        .map_err(|error: NoSuchWord| Problem::invalid(field, format!("must be one of {}", error.known.join(", "))))
}

/// For fields of a change: a field that is there and null is not a field that is not there.
pub fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(d: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(d).map(Some)
}

/// A time that both databases can hold and compare: of the years 1 to 9999.
pub fn time<'de, D: Deserializer<'de>>(d: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    match Option::<DateTime<Utc>>::deserialize(d)? {
        Some(time) if !(1..=9999).contains(&time.year()) => Err(D::Error::custom("is of the years 1 to 9999")),
        time => Ok(time),
    }
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
        self.that(!text.chars().any(char::is_control), field, "must not contain control characters")
    }

    /// Free text: lines and tabs, and no other control characters.
    pub fn text(&mut self, field: &str, text: &str) -> &mut Check {
        self.that(text.chars().count() <= limit::TEXT, field, "is too long (20000 characters)");
        let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
        self.that(text.chars().all(plain), field, "must not contain control characters but line breaks and tabs")
    }

    /// What was wrong, for those who do not answer a request.
    pub fn faults(&mut self) -> Result<(), Vec<FieldError>> {
        if self.0.is_empty() { Ok(()) } else { Err(std::mem::take(&mut self.0)) }
    }

    pub fn done(&mut self) -> Result<(), Problem> {
        self.faults().map_err(Problem::invalid_all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read by serde")]
    struct Form {
        name: String,
        kind: Option<crate::http::Role>,
        #[serde(default)]
        inner: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read by serde")]
    struct Inner {
        n: i64,
    }

    #[test]
    fn what_does_not_fit_is_named() {
        for (body, status, field) in [
            (r#"{"name":7}"#, 422, Some("name")),
            (r#"{}"#, 422, Some("name")),
            (r#"{"name":"x","kind":7}"#, 422, Some("kind")),
            (r#"{"name":"x","kind":"king"}"#, 422, Some("kind")),
            (r#"{"name":"x","colour":7}"#, 422, Some("colour")),
            (r#"{"name":"x","inner":[{"n":1},{"n":"1"}]}"#, 422, Some("inner[1].n")),
            (r#"{"name":"x","inner":[{}]}"#, 422, Some("inner[0].n")),
            (r#"{"name":"x","inner":[{"n":1,"m":1}]}"#, 422, Some("inner[0].m")),
            (r#"[]"#, 422, Some("")),
            (r#"{"name":"x""#, 400, None),
            (r#"{"name":x}"#, 400, None),
            ("", 400, None),
        ] {
            let mut reader = serde_json::Deserializer::from_str(body);
            let error = serde_path_to_error::deserialize::<_, Form>(&mut reader).expect_err(body);
            let problem = serde_json::to_value(unfit(error, body.as_bytes())).expect("a document");
            assert_eq!(
                (problem["status"].as_i64(), problem["errors"][0]["field"].as_str()),
                (Some(status), field),
                "{body}"
            );
        }
    }
}
