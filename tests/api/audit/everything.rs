//! No operation is left out: the table of the audit has exactly the operations of the contract, and each that is written
//! down leaves a line, whoever asks and however it is answered.

use crate::centre::{Centre, Character};
use crate::on_both;
use linedesk::http::audit::operations::OPERATIONS;
use linedesk::http::audit::{Kept, Operation};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use uuid::Uuid;

#[test]
fn every_operation_says_what_the_audit_is_to_keep_of_it() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json")).expect("the contract");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let paths = document["paths"].as_object().expect("paths").iter();
    let contract: BTreeSet<(String, String)> = paths
        .flat_map(|(path, item)| {
            item.as_object().expect("operations").keys().map(|method| (method.clone(), path.clone()))
        })
        .collect();
    let table: BTreeSet<(String, String)> =
        OPERATIONS.iter().map(|o| (o.method.to_owned(), o.path.to_owned())).collect();
    let missing: Vec<_> = contract.symmetric_difference(&table).collect();
    assert!(missing.is_empty(), "src/http/audit/operations.rs and the contract differ in {missing:?}");
    assert_eq!(table.len(), OPERATIONS.len(), "each once");
    assert_eq!(
        OPERATIONS.iter().map(|o| o.action).collect::<HashSet<_>>().len(),
        OPERATIONS.len(),
        "each by its own name"
    );
    let silent = |o: &&Operation| o.method != "get" && o.kept == Kept::Nothing;
    assert_eq!(OPERATIONS.iter().filter(silent).count(), 0, "what changes something is always written");
}

/// What is asked where an empty body says nothing.
fn body(operation: &Operation) -> Value {
    match (operation.method, operation.path) {
        ("post", "/api/v1/login") => json!({ "login": "dispatcher2", "password": "demo" }),
        ("post", "/api/v1/tokens") => json!({ "name": "x" }),
        ("put", "/api/v1/password") => json!({ "current": "wrong", "password": "three grey parrots" }),
        ("post", "/api/v1/second-factor/totp") => json!({ "password": "demo" }),
        ("post", path) if path.starts_with("/api/v1/second-factor/") => json!({ "password": "demo", "code": "1" }),
        _ => json!({}),
    }
}

fn request(person: &Character, operation: &Operation, number: u64) -> reqwest::RequestBuilder {
    let thing = Uuid::from_u128(u128::from(number)).to_string();
    let path = operation.path.split('/').map(|part| if part.starts_with('{') { &*thing } else { part });
    let path = path.collect::<Vec<_>>().join("/");
    let method: Method = operation.method.to_uppercase().parse().expect("a method");
    let request = person.request(method, path.strip_prefix("/api/v1").expect("it is of the API"));
    let request = request.header("x-request-id", format!("nr-{number}"));
    match operation.path {
        "/api/v1/live" => request
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        _ if operation.method == "get" => request,
        _ => request.json(&body(operation)),
    }
}

/// Request ids in the audit, and how many lines each has.
async fn written(centre: &Centre) -> BTreeMap<String, usize> {
    centre.app.audit.flush().await;
    let mut tx = centre.app.db.read().await.expect("a database");
    let sql = "SELECT request FROM audit_events WHERE request LIKE 'nr-%'";
    let all: Vec<String> = linedesk::on!(&mut tx, c => sqlx::query_scalar(sql).fetch_all(c).await).expect("requests");
    all.into_iter().fold(BTreeMap::new(), |mut counts, id| {
        *counts.entry(id).or_default() += 1;
        counts
    })
}

on_both!(every_operation_that_is_kept_leaves_a_line, async |centre| {
    let _line = centre.switch_on().await;
    let mut asked = BTreeMap::new();
    let mut number = 0;
    for operation in OPERATIONS.iter().filter(|o| o.kept != Kept::Nothing) {
        let ends_it = operation.path.contains("/login");
        for login in ["dispatcher1", "supervisor", "admin", "technician1"] {
            number += 1;
            let person = centre.login(login).await;
            let status = request(&person, operation, number).send().await.expect("an answer").status().as_u16();
            asked.insert(format!("nr-{number}"), (operation, login, status));
            assert!(!ends_it || status < 500, "{} {}", operation.action, status);
        }
    }
    let written = written(&centre).await;
    let mut kept = BTreeSet::new();
    for (id, (operation, login, status)) in &asked {
        let told = matches!(status, 101 | 200..300 | 403 | 404) || operation.path.ends_with("/password");
        let lines = written.get(id).copied().unwrap_or(0);
        assert_eq!(lines, usize::from(told), "{} as {login}: {status}", operation.action);
        kept.extend(told.then_some(operation.action));
    }
    let all: BTreeSet<&str> = OPERATIONS.iter().filter(|o| o.kept != Kept::Nothing).map(|o| o.action).collect();
    // a wrong code is answered 401 and 422: tests/api/logins/second_factor.rs
    let by_code =
        BTreeSet::from(["login.prove", "second_factor.begin_key", "second_factor.set_up", "second_factor.set_up_key"]);
    assert_eq!(&kept | &by_code, all, "each was reached by somebody");
});
