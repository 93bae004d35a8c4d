//! Log-ins, cookies, origins, tokens, throttling, a database that is away.

use crate::centre::{self, Centre, postgres};
use crate::on_both;
use reqwest::{StatusCode, header};
use serde_json::json;
use std::sync::Arc;

on_both!(in_and_out, async |centre| {
    let stranger = centre.stranger();
    let reply = stranger.post("/login", json!({ "login": " Dispatcher1 ", "password": "demo" })).await;
    let cookie = reply.headers[header::SET_COOKIE].to_str().expect("text").to_owned();
    assert!(
        cookie.starts_with("linedesk_login=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
    let me = reply.ok();
    assert_eq!(
        (me["login"].as_str(), me["role"].as_str(), me["extension"].as_str()),
        (Some("dispatcher1"), Some("dispatcher"), Some("101"))
    );
    assert_eq!(me["queues"], json!(["emergency", "main"]));
    assert!(me["permissions"].as_array().expect("permissions").contains(&json!("tickets.create")));
    assert_eq!(stranger.get("/me").await.ok(), me);
    assert_eq!(stranger.delete("/login").await.status, StatusCode::NO_CONTENT);
    stranger.get("/me").await.problem(401, "unauthorized");
    let technician = centre.technician().await.get("/me").await.ok();
    assert!(technician["extension"].is_null());
});

on_both!(guessing_is_slow_and_learns_nothing, async |centre| {
    let stranger = centre.stranger();
    let wrong = stranger
        .post("/login", json!({ "login": "dispatcher1", "password": "guess" }))
        .await
        .problem(401, "wrong-password");
    let unknown =
        stranger.post("/login", json!({ "login": "nobody", "password": "guess" })).await.problem(401, "wrong-password");
    assert_eq!(wrong, unknown);
    for _ in 0..4 {
        stranger
            .post("/login", json!({ "login": "dispatcher1", "password": "guess" }))
            .await
            .problem(401, "wrong-password");
    }
    let reply = stranger.post("/login", json!({ "login": "dispatcher1", "password": "demo" })).await;
    assert!(reply.headers.contains_key(header::RETRY_AFTER));
    reply.problem(429, "too-many");
    // Somebody else at the same address still gets in.
    centre.login("dispatcher2").await;
});

on_both!(writes_need_our_own_origin, async |centre| {
    let mut d = centre.dispatcher().await;
    for origin in [Some("http://evil.example".to_owned()), Some("null".to_owned()), None] {
        d.origin = origin;
        d.post("/tokens", json!({ "name": "x" })).await.problem(403, "origin");
        d.get("/me").await.ok();
    }
});

on_both!(tokens, async |centre| {
    let d = centre.dispatcher().await;
    let made = d.post("/tokens", json!({ "name": "exchange" })).await.ok();
    let mut program = centre.stranger();
    program.origin = None;
    program.token = made["token"].as_str().map(str::to_owned);
    assert_eq!(program.get("/me").await.ok()["login"], "dispatcher1");
    program.post("/tickets", json!({ "title": "by program", "place_text": "x" })).await.ok();
    let listed = d.get("/tokens").await.items();
    assert_eq!((listed.len(), listed[0]["name"].as_str(), listed[0].get("token")), (1, Some("exchange"), None));
    let path = format!("/tokens/{}", made["id"].as_str().expect("an id"));
    centre.supervisor().await.delete(&path).await.problem(404, "not-found");
    assert_eq!(d.delete(&path).await.status, StatusCode::NO_CONTENT);
    program.get("/me").await.problem(401, "unauthorized");
    program.token = Some("x".repeat(10_000));
    program.get("/me").await.problem(401, "unauthorized");
});

/// Database away: who is logged in stays so, is told 503 and when to try again; the server finds it again by itself.
#[tokio::test]
async fn the_database_goes_away() {
    let server = tokio::task::spawn_blocking(|| Arc::new(postgres::start_with(&[]))).await.expect("a server");
    let db = centre::open(&server.url("postgres")).await;
    linedesk::demo::seed(&db, 1).await.expect("the demo company");
    let centre = Centre::with(db).await;
    let d = centre.dispatcher().await;
    d.get("/tickets").await.ok();
    let away = server.clone();
    tokio::task::spawn_blocking(move || away.stop()).await.expect("stopped");
    for _ in 0..3 {
        let reply = d.get("/tickets").await;
        assert!(reply.headers.contains_key(header::RETRY_AFTER), "{reply:?}");
        reply.problem(503, "unavailable");
    }
    d.post("/tickets", json!({ "title": "x", "place_text": "y" })).await.problem(503, "unavailable");
    d.get("/me").await.ok();
    let ready = d.get("/!readyz").await.ok();
    assert_eq!((&ready["ready"], &ready["state"]), (&true.into(), &"degraded".into()), "calls are taken: {ready}");
    assert_eq!(ready["reasons"].as_array().map(Vec::len), Some(1), "{ready}");
    assert_eq!(d.get("/!healthz").await.status, StatusCode::OK);
    centre.stranger().post("/login", json!({ "login": "admin", "password": "demo" })).await.problem(503, "unavailable");
    let back = server.clone();
    tokio::task::spawn_blocking(move || back.start()).await.expect("started");
    d.get("/tickets").await.ok();
    assert_eq!(d.get("/!readyz").await.ok()["state"], "ready");
}
