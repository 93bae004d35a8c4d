//! A page of another site must not write with our user's cookie: writes and WebSockets that carry the cookie must come
//! from our own origin. (`SameSite=Strict` says the same; this also holds for old browsers and for sibling hosts.)

use crate::http::Problem;
use crate::http::login::{self, COOKIE, COOKIE_HTTPS};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The middleware.
pub async fn guard(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let upgrades = headers.contains_key(header::UPGRADE);
    if (!reads || upgrades)
        && let Err(problem) = check(headers)
    {
        return problem.into_response();
    }
    next.run(request).await
}

/// Without the cookie an absent Origin is fine (a program); a foreign one never is.
fn check(headers: &HeaderMap) -> Result<(), Problem> {
    let foreign = || {
        let detail = format!("A request with the cookie {COOKIE} must come from a page of this server.");
        Problem::new(StatusCode::FORBIDDEN, "origin", "Foreign origin", detail)
    };
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let Some(origin) = origins.next() else {
        let logged_in = [COOKIE, COOKIE_HTTPS].iter().any(|name| login::cookie(headers, name).is_some());
        return if logged_in { Err(foreign()) } else { Ok(()) };
    };
    if origins.next().is_some() {
        return Err(foreign());
    }
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let origin = origin.to_str().unwrap_or_default();
    let named = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    if !host.is_empty() && named.is_some_and(|n| n.eq_ignore_ascii_case(host)) { Ok(()) } else { Err(foreign()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins() {
        for (origin, cookie, ok) in [
            (Some("http://desk:8080"), true, true),
            (Some("https://desk:8080"), true, true),
            (Some("http://evil"), true, false),
            (Some("http://evil"), false, false),
            (Some("null"), true, false),
            (None, true, false),
            (None, false, true),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "desk:8080".parse().unwrap());
            if let Some(o) = origin {
                headers.insert(header::ORIGIN, o.parse().unwrap());
            }
            if cookie {
                headers.insert(header::COOKIE, format!("a=b; {COOKIE}=x").parse().unwrap());
            }
            assert_eq!(check(&headers).is_ok(), ok, "{origin:?} {cookie}");
        }
    }
}
