//! What anybody may ask; what every answer has; what no request can do.

use crate::centre::{Centre, Character, Database};
use crate::on_both;
use reqwest::{Method, header};
use serde_json::json;

on_both!(anybody_may_ask, async |centre| {
    let stranger = centre.stranger();
    let about = stranger.get("/about").await.ok();
    assert_eq!((about["name"].as_str(), about["demo"].as_bool()), (Some("Linedesk"), Some(true)));
    assert_eq!(about["numbers"][0]["number"], "1000");
    assert_eq!(stranger.get("/!healthz").await.ok(), "ok");
    assert_eq!(stranger.get("/!readyz").await.ok()["ready"], true);
    for path in
        ["/me", "/people", "/tickets", "/buildings", "/contacts", "/classifiers", "/tokens", "/executors", "/units"]
    {
        stranger.get(path).await.problem(401, "unauthorized");
    }
});

#[tokio::test]
async fn every_answer_is_armoured() {
    let centre = Centre::start(Database::Sqlite).await;
    for path in ["/about", "/nothing", "/!", "/!desk"] {
        let reply = centre.stranger().get(path).await;
        let policy =
            reply.headers.get(header::CONTENT_SECURITY_POLICY).and_then(|v| v.to_str().ok()).unwrap_or_default();
        assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert_eq!(reply.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
    let page = centre.stranger().get("/!calls/whatever").await;
    assert_eq!(page.status, 200, "unknown paths are the browser application");
    centre.stranger().get("/!assets/none.js").await.problem(404, "not-found");
}

// What cannot be read or is too large is a problem document, and nothing is written.
on_both!(bad_requests, async |centre| {
    let d = centre.dispatcher().await;
    let before = count(&d).await;
    d.get("/nothing").await.problem(404, "not-found");
    d.send(Method::PUT, "/tickets", Some(json!({}))).await.problem(405, "method");
    d.get("/tickets/17").await.problem(404, "not-found");
    d.get("/tickets?limit=many").await.problem(400, "malformed");
    d.get("/tickets?after=!!").await.problem(400, "malformed");
    d.get("/tickets?state=lost").await.problem(422, "invalid");
    d.raw(Method::POST, "/tickets", "application/json", Some(b"{".to_vec())).await.problem(400, "malformed");
    d.raw(Method::POST, "/tickets", "text/plain", Some(b"{}".to_vec())).await.problem(415, "media-type");
    d.raw(Method::POST, "/tickets", "application/json", Some(b"{} {}".to_vec())).await.problem(400, "malformed");
    d.raw(Method::POST, "/tickets", "application/json", Some(b"\xff\xfe".to_vec())).await.problem(400, "malformed");
    d.post("/tickets", json!([1])).await.problem(422, "invalid");
    d.post("/tickets", json!([])).await.problem(422, "invalid");
    d.post("/tickets", json!({ "title": 7 })).await.problem(422, "invalid");
    d.post("/tickets", json!({ "title": "x", "place_text": "y", "nonsense": 1 })).await.problem(422, "invalid");
    d.post("/tickets", json!({ "title": "x", "place_text": "y", "kind": "unheard" })).await.problem(422, "invalid");
    let nul = d.post("/tickets", json!({ "title": "x", "place_text": "y", "details": "a\0b" })).await;
    assert_eq!(nul.problem(422, "invalid")["errors"][0]["field"], "details");
    let both = d.post("/tickets", json!({ "title": " ", "priority": 9 })).await.problem(422, "invalid");
    assert_eq!(both["errors"].as_array().map(Vec::len), Some(3), "all that is wrong is said at once: {both}");
    let huge = format!("{{\"title\": \"{}\"}}", "x".repeat(2 * 1024 * 1024));
    d.raw(Method::POST, "/tickets", "application/json", Some(huge.into_bytes())).await.problem(413, "too-large");
    for path in
        ["/tickets?phone=a%00b", "/tickets?q=a%00b", "/contacts?q=a%00b", "/contacts?phone=a%00b", "/units?q=a%00b"]
    {
        assert!(!d.get(path).await.status.is_server_error(), "{path}");
    }
    let nul = centre.stranger().post("/login", json!({ "login": "a\0b", "password": "x" })).await;
    assert!(nul.status.is_client_error(), "{nul:?}");
    let foreign = json!({ "title": "x", "building_id": uuid::Uuid::max() });
    d.post("/tickets", foreign).await.problem(422, "invalid");
    let foreign =
        json!({ "kind": "person", "full_name": "X", "units": [{ "unit_id": uuid::Uuid::max(), "role": "owner" }] });
    d.post("/contacts", foreign).await.problem(422, "invalid");
    assert_eq!(
        d.get("/contacts?q=X").await.items().iter().filter(|c| c["full_name"] == "X").count(),
        0,
        "no partial write"
    );
    assert_eq!(count(&d).await, before);
});

async fn count(d: &Character) -> usize {
    d.get("/tickets?limit=200").await.items().len()
}

// Verb by verb, role by role: what the table in `access.rs` says is what the routes do.
on_both!(roles, async |centre| {
    let people =
        [centre.dispatcher().await, centre.supervisor().await, centre.administrator().await, centre.technician().await];
    let nobody = uuid::Uuid::max();
    // dispatcher, supervisor, administrator, technician; `.`: not forbidden (whatever else may be wrong), `x`: forbidden.
    let table: &[(Method, &str, &str)] = &[
        (Method::GET, "/me", "...."),
        (Method::GET, "/tokens", "...."),
        (Method::POST, "/tokens", "...."),
        (Method::DELETE, "/tokens/ID", "...."),
        (Method::GET, "/people", "xx.x"),
        (Method::GET, "/people?role=technician", "...x"),
        (Method::POST, "/people", "xx.x"),
        (Method::PATCH, "/people/ID", "xx.x"),
        (Method::GET, "/executors", "..xx"),
        (Method::GET, "/buildings", "...."),
        (Method::GET, "/buildings/ID", "...."),
        (Method::POST, "/buildings", "xx.x"),
        (Method::PATCH, "/buildings/ID", "xx.x"),
        (Method::PUT, "/buildings/ID/grid", "xx.x"),
        (Method::PATCH, "/units/ID", "xx.x"),
        (Method::GET, "/units", "...."),
        (Method::GET, "/units/ID", "...."),
        (Method::GET, "/contacts", "..xx"),
        (Method::POST, "/contacts", "..xx"),
        (Method::GET, "/contacts/ID", "..xx"),
        (Method::PATCH, "/contacts/ID", "..xx"),
        (Method::GET, "/contacts/ID/timeline", "..xx"),
        (Method::GET, "/classifiers", "...."),
        (Method::POST, "/classifiers", "x..x"),
        (Method::GET, "/classifiers/ID", "...."),
        (Method::PATCH, "/classifiers/ID", "x..x"),
        (Method::GET, "/tickets", "..x."),
        (Method::POST, "/tickets", "..x."),
        (Method::GET, "/tickets/ID", "..x."),
        (Method::PATCH, "/tickets/ID", "..xx"),
        (Method::POST, "/tickets/ID/transitions", "..x."),
        (Method::GET, "/tickets/ID/comments", "..x."),
        (Method::POST, "/tickets/ID/comments", "..x."),
        (Method::PUT, "/tickets/ID/calls/ID", "..xx"),
        (Method::DELETE, "/tickets/ID/calls/ID", "..xx"),
        (Method::GET, "/calls", "..xx"),
        (Method::GET, "/calls/ID", "..xx"),
        (Method::GET, "/intakes", "..xx"),
        (Method::GET, "/agents", "...x"),
        (Method::GET, "/queues", "...x"),
        (Method::GET, "/recordings", "..xx"),
        (Method::GET, "/callbacks", "..xx"),
        (Method::GET, "/board", "...x"),
    ];
    let mut wrong = Vec::new();
    for (method, path, expect) in table {
        for ((person, expected), role) in
            people.iter().zip(expect.chars()).zip(["dispatcher", "supervisor", "administrator", "technician"])
        {
            let body = (*method != Method::GET && *method != Method::DELETE).then(|| valid(path));
            let reply = person.send(method.clone(), &path.replace("ID", &nobody.to_string()), body).await;
            let forbidden = reply.status == 403;
            if forbidden != (expected == 'x') || reply.status.is_server_error() {
                wrong.push(format!("{method} {path} as {role}: {} {}", reply.status, reply.body));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
});

/// A body that gets past the reader, so that it is the rights that decide.
fn valid(path: &str) -> serde_json::Value {
    match path {
        "/tokens" => json!({ "name": "x" }),
        "/people" => {
            json!({ "login": "newone", "name": "N", "role": "technician", "password": "long enough 1" })
        }
        "/people/ID" | "/contacts/ID" | "/tickets/ID" | "/buildings/ID" | "/units/ID" | "/classifiers/ID" => {
            json!({ "version": 1 })
        }
        "/buildings" => json!({ "code": "999", "name": "N", "address": "A", "kind": "residential" }),
        "/buildings/ID/grid" => json!({ "version": 1, "sections": [], "risers": [] }),
        "/classifiers" => {
            json!({ "place_ru": "a", "place_en": "a", "category_ru": "a", "category_en": "a", "problem_ru": "a",
                "problem_en": "a", "kind": "service", "priority": 1, "profile": "internal" })
        }
        "/contacts" => json!({ "kind": "person", "full_name": "N" }),
        "/tickets" => json!({ "title": "N", "place_text": "somewhere" }),
        "/tickets/ID/transitions" => json!({ "command": "accept" }),
        "/tickets/ID/comments" => json!({ "visibility": "internal", "text": "N" }),
        _ => json!({}),
    }
}

on_both!(the_demo_company_is_whole, async |centre| {
    let d = centre.dispatcher().await;
    let tickets = d.get("/tickets?limit=200").await.items();
    assert_eq!(tickets.len(), 60);
    for state in ["new", "assigned", "accepted", "in_progress", "on_hold", "done", "closed", "rejected", "cancelled"] {
        assert!(tickets.iter().any(|t| t["state"] == state), "{state}");
    }
    assert!(d.get("/calls?limit=200").await.items().len() > 25);
    assert_eq!(d.get("/intakes?undisposed=true").await.items().len(), 0);
    let english = d.get("/contacts?q=miller").await.items();
    assert_eq!(english[0]["language"], "en");
    // Again is nothing: the server is started often.
    linedesk::demo::seed(&centre.app.db, 1).await.expect("the demo company");
    assert_eq!(d.get("/tickets?limit=200").await.items().len(), 60);
});

// The id of a request is on the answer: a proxy's when it is short and plain, else one of ours.
on_both!(every_answer_has_the_id_of_its_request, async |centre| {
    let stranger = centre.stranger();
    let id = async |sent: Option<&str>| {
        let mut request = stranger.request(Method::GET, "/about");
        if let Some(sent) = sent {
            request = request.header("x-request-id", sent);
        }
        let (_, headers, _) = crate::centre::answer(request).await;
        headers["x-request-id"].to_str().expect("text").to_owned()
    };
    assert_eq!(id(Some("proxy-7.a_b")).await, "proxy-7.a_b");
    for sent in [None, Some("with blanks"), Some("a=\"b\""), Some("x".repeat(65).as_str())] {
        assert_eq!(id(sent).await.len(), 32, "{sent:?}");
    }
});
