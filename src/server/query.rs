//! Which query parameters an operation has is said by the contract, and no other is taken: a misspelt filter would show
//! everything to whoever believes to see a part.

use super::router;
use crate::http::Problem;
use axum::extract::{MatchedPath, Query, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use std::collections::HashMap;
use std::sync::LazyLock;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};

/// The names of the parameters of each documented operation.
static KNOWN: LazyLock<HashMap<(Method, String), Vec<String>>> = LazyLock::new(|| {
    let paths = router::routes().into_openapi().paths.paths;
    paths
        .into_iter()
        .flat_map(|(path, item)| operations(item).map(move |(method, o)| ((method, path.clone()), names(o))))
        .collect()
});

fn operations(item: PathItem) -> impl Iterator<Item = (Method, Operation)> {
    let PathItem { get, put, post, patch, delete, .. } = item;
    let all = [
        (Method::GET, get),
        (Method::PUT, put),
        (Method::POST, post),
        (Method::PATCH, patch),
        (Method::DELETE, delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation?)))
}

fn names(operation: Operation) -> Vec<String> {
    let name = |parameter| match parameter {
        RefOr::T(Parameter { name, parameter_in: ParameterIn::Query, .. }) => Some(name),
        _ => None,
    };
    operation.parameters.into_iter().flatten().filter_map(name).collect()
}

/// Refuses what the operation does not know, and what is said twice.
pub async fn known(request: Request, next: Next) -> Result<Response, Problem> {
    check(&request)?;
    Ok(next.run(request).await)
}

fn check(request: &Request) -> Result<(), Problem> {
    let Some(path) = request.extensions().get::<MatchedPath>() else { return Ok(()) };
    let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
    let Some(known) = KNOWN.get(&(method.clone(), path.as_str().to_owned())) else { return Ok(()) };
    let Ok(Query(given)) = Query::<Vec<(String, String)>>::try_from_uri(request.uri()) else { return Ok(()) };
    for (nth, (name, _)) in given.iter().enumerate() {
        if !known.contains(name) {
            return Err(Problem::parameter(name, unknown(known)));
        }
        if given.iter().take(nth).any(|(former, _)| former == name) {
            return Err(Problem::parameter(name, "is given twice"));
        }
    }
    Ok(())
}

fn unknown(known: &[String]) -> String {
    match known {
        [] => "is unknown; there are no parameters here".to_owned(),
        known => format!("is unknown; there are {}", known.join(", ")),
    }
}
