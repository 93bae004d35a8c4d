//! Log-ins, cookies, origins, tokens, throttling, a database that is away.

mod second_factor;
mod security_key;

use crate::audit;
use crate::centre::{self, Centre, Character, Database, postgres};
use crate::on_both;
use chrono::TimeDelta;
use linedesk::metrics::Condition;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

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

on_both!(strangers_lock_nobody_out_after_a_restart, async |first| {
    assert_eq!(first.dispatcher().await.delete("/login").await.status, StatusCode::NO_CONTENT);
    first.app.audit.flush().await;
    let centre = first.restarted().await;
    let form = |password: &str| json!({ "login": "dispatcher1", "password": password });
    let mut answers = Vec::new();
    for n in 1..=24 {
        let stranger = centre.stranger_at([127, 0, 3, n]);
        answers.push(stranger.post("/login", form("guess")).await.status.as_u16());
    }
    assert_eq!(answers.iter().filter(|status| **status == 401).count(), 20, "{answers:?}");
    centre.stranger_at([127, 0, 3, 25]).post("/login", form("demo")).await.problem(429, "too-many");
    centre.dispatcher().await;
});

on_both!(writes_need_our_own_origin, async |centre| {
    let mut d = centre.dispatcher().await;
    for origin in [Some("http://evil.example".to_owned()), Some("null".to_owned()), None] {
        d.origin = origin;
        d.post("/tokens", json!({ "name": "x" })).await.problem(403, "origin");
        d.get("/me").await.ok();
    }
});

on_both!(guesses_at_once_are_counted_before_they_are_looked_at, async |centre| {
    let stranger = centre.stranger();
    let guesses = (0..40).map(|n| {
        let stranger = stranger.clone();
        async move {
            let form = json!({ "login": "dispatcher1", "password": format!("guess {n}") });
            stranger.post("/login", form).await.status.as_u16()
        }
    });
    let answers = futures_util::future::join_all(guesses).await;
    let looked_at = answers.iter().filter(|status| **status == 401).count();
    assert_eq!(looked_at, 5, "{answers:?}");
    assert!(answers.iter().all(|status| matches!(status, 401 | 429)), "{answers:?}");
    // Others behind the same address get in, and many at once.
    let others = (0..20).map(|n| centre.login(if n % 2 == 0 { "dispatcher2" } else { "supervisor" }));
    futures_util::future::join_all(others).await;
});

/// A program with this token.
fn program(centre: &Centre, made: &Value) -> Character {
    let mut program = centre.stranger();
    program.origin = None;
    program.token = made["token"].as_str().map(str::to_owned);
    program
}

/// A log-in that is remembered for a moment is refused when that is over.
async fn ends(who: &Character) {
    let refused = async {
        while who.get("/me").await.status != StatusCode::UNAUTHORIZED {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), refused).await.expect("the log-in ends");
}

/// Action and status of every line.
async fn audit(centre: &Centre) -> Vec<(String, i64)> {
    centre.app.audit.flush().await;
    let mut tx = centre.app.db.read().await.expect("a database");
    let sql = "SELECT action, status FROM audit_events ORDER BY action, status";
    linedesk::on!(&mut tx, c => sqlx::query_as(sql).fetch_all(c).await).expect("the audit")
}

on_both!(tokens, async |centre| {
    let d = centre.dispatcher().await;
    let made = d.post("/tokens", json!({ "name": "exchange" })).await.ok();
    let mut exchange = program(&centre, &made);
    assert_eq!(exchange.get("/me").await.ok()["login"], "dispatcher1");
    exchange.post("/tickets", json!({ "title": "by program", "place_text": "x" })).await.ok();
    let listed = d.get("/tokens").await.items();
    assert_eq!((listed.len(), listed[0]["name"].as_str(), listed[0].get("token")), (1, Some("exchange"), None));
    assert!(listed[0]["used_at"].is_string() && listed[0]["expires_at"].is_string(), "{listed:?}");
    let path = format!("/tokens/{}", made["id"].as_str().expect("an id"));
    centre.supervisor().await.delete(&path).await.problem(404, "not-found");
    assert_eq!(d.delete(&path).await.status, StatusCode::NO_CONTENT);
    exchange.get("/me").await.problem(401, "unauthorized");
    exchange.token = Some("x".repeat(10_000));
    exchange.get("/me").await.problem(401, "unauthorized");
});

on_both!(a_token_does_what_it_is_for_until_it_expires, async |centre| {
    let d = centre.dispatcher().await;
    let now = centre.time.now();
    for (wrong, field) in [
        (json!({ "name": "x", "expires_at": now }), "expires_at"),
        (json!({ "name": "x", "expires_at": now + TimeDelta::days(400) }), "expires_at"),
        (json!({ "name": "x", "scopes": [] }), "scopes"),
        (json!({ "name": "x", "scopes": ["people.read"] }), "scopes"),
        (json!({ "name": "x", "scopes": ["tokens.own"] }), "scopes"),
        (json!({ "name": "x", "scopes": ["no.such"] }), "scopes"),
    ] {
        assert_eq!(d.post("/tokens", wrong).await.problem(422, "invalid")["errors"][0]["field"], field);
    }
    let form = json!({ "name": "reader", "scopes": ["tickets.read"], "expires_at": now + TimeDelta::days(10) });
    let reader = program(&centre, &d.post("/tokens", form).await.ok());
    reader.get("/tickets").await.ok();
    assert_eq!(reader.get("/me").await.ok()["permissions"], json!(["tickets.read"]));
    reader.post("/tickets", json!({ "title": "x", "place_text": "y" })).await.problem(403, "token-scope");
    reader.get("/calls").await.problem(403, "token-scope");
    centre.time.pass(TimeDelta::days(11));
    ends(&reader).await;
});

on_both!(a_token_makes_no_tokens_nor_log_ins, async |centre| {
    let admin = centre.administrator().await;
    let made = admin.post("/tokens", json!({ "name": "all" })).await.ok();
    let all = program(&centre, &made);
    all.get("/people").await.ok();
    all.post("/tokens", json!({ "name": "child" })).await.problem(403, "token-scope");
    all.get("/tokens").await.problem(403, "token-scope");
    all.get("/logins").await.problem(403, "token-scope");
    let change = json!({ "current": "demo", "password": "a password nobody has" });
    all.put("/password", change).await.problem(403, "token-scope");
    let path = format!("/people/{}", centre.person("dispatcher1").await);
    let change = json!({ "version": 1, "password": "a password nobody has" });
    all.patch(&path, change).await.problem(403, "token-scope");
    all.delete(&format!("{path}/logins")).await.problem(403, "token-scope");
});

on_both!(tokens_end_with_the_person_and_the_password, async |centre| {
    let admin = centre.administrator().await;
    let person = format!("/people/{}", centre.person("dispatcher3").await);
    let token = async |password: &str| {
        let d = centre.stranger();
        d.post("/login", json!({ "login": "dispatcher3", "password": password })).await.ok();
        program(&centre, &d.post("/tokens", json!({ "name": "x" })).await.ok())
    };
    let first = token("demo").await;
    first.get("/me").await.ok();
    let listed = admin.get(&format!("{person}/tokens")).await.items();
    let revoked = format!("{person}/tokens/{}", listed[0]["id"].as_str().expect("an id"));
    centre.supervisor().await.delete(&revoked).await.problem(403, "forbidden");
    let other = format!("/people/{}/tokens/{}", centre.person("admin").await, listed[0]["id"].as_str().expect("an id"));
    admin.delete(&other).await.problem(404, "not-found");
    assert_eq!(admin.delete(&revoked).await.status, StatusCode::NO_CONTENT);
    first.get("/me").await.problem(401, "unauthorized");
    let second = token("demo").await;
    second.get("/me").await.ok();
    admin.patch(&person, json!({ "version": 1, "password": "three grey parrots" })).await.ok();
    second.get("/me").await.problem(401, "unauthorized");
    let third = token("three grey parrots").await;
    third.get("/me").await.ok();
    admin.patch(&person, json!({ "version": 2, "active": false })).await.ok();
    admin.patch(&person, json!({ "version": 3, "active": true })).await.ok();
    third.get("/me").await.problem(401, "unauthorized");
});

on_both!(ones_own_password, async |centre| {
    let (here, there) = (centre.dispatcher().await, centre.dispatcher().await);
    let token = program(&centre, &here.post("/tokens", json!({ "name": "x" })).await.ok());
    let change = |current: &str, password: &str| json!({ "current": current, "password": password });
    for (current, password, field) in [
        ("demo", "short", "password"),
        ("demo", "password123", "password"),
        ("demo", "qwertyuiop12", "password"),
        ("demo", "Dispatcher1!", "password"),
        ("wrong", "three grey parrots", "current"),
    ] {
        let refused = here.put("/password", change(current, password)).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["field"], field, "{password}");
    }
    there.get("/me").await.ok();
    assert_eq!(here.put("/password", change("demo", "three grey parrots")).await.status, StatusCode::NO_CONTENT);
    here.get("/me").await.ok();
    there.get("/me").await.problem(401, "unauthorized");
    token.get("/me").await.problem(401, "unauthorized");
    let login = |password: &str| json!({ "login": "dispatcher1", "password": password });
    centre.stranger().post("/login", login("demo")).await.problem(401, "wrong-password");
    centre.stranger().post("/login", login("three grey parrots")).await.ok();
    // the current one is guessed as slowly as at the log-in
    for _ in 0..5 {
        here.put("/password", change("wrong", "four grey parrots")).await.problem(422, "invalid");
    }
    here.put("/password", change("three grey parrots", "four grey parrots")).await.problem(429, "too-many");
});

on_both!(ones_own_log_ins, async |centre| {
    let (here, there) = (centre.dispatcher().await, centre.dispatcher().await);
    let listed = here.get("/logins").await.items();
    let current: Vec<_> = listed.iter().map(|s| s["current"].as_bool().expect("current")).collect();
    assert_eq!(current.iter().filter(|current| **current).count(), 1, "{listed:?}");
    assert_eq!((listed.len(), listed[0]["source"].as_str()), (2, Some("127.0.0.1")));
    let other = listed.iter().find(|s| s["current"] == false).expect("the other");
    let path = format!("/logins/{}", other["id"].as_str().expect("an id"));
    centre.supervisor().await.delete(&path).await.problem(404, "not-found");
    assert_eq!(here.delete(&path).await.status, StatusCode::NO_CONTENT);
    there.get("/me").await.problem(401, "unauthorized");
    let there = centre.dispatcher().await;
    assert_eq!(here.delete("/logins").await.status, StatusCode::NO_CONTENT);
    here.get("/me").await.problem(401, "unauthorized");
    there.get("/me").await.problem(401, "unauthorized");
    let (here, admin) = (centre.dispatcher().await, centre.administrator().await);
    let path = format!("/people/{}/logins", centre.person("dispatcher1").await);
    assert_eq!(admin.get(&path).await.items().len(), 1);
    here.get(&path).await.problem(403, "forbidden");
    assert_eq!(admin.delete(&path).await.status, StatusCode::NO_CONTENT);
    here.get("/me").await.problem(401, "unauthorized");
});

on_both!(an_idle_log_in_ends_by_role, async |centre| {
    let (admin, dispatcher) = (centre.administrator().await, centre.dispatcher().await);
    let mut alone = centre.administrator().await;
    alone.background = true;
    let asks = async |who: &Character| who.get("/me").await.status;
    for _ in 0..2 {
        centre.time.pass(TimeDelta::minutes(40));
        centre.app.logins.forget();
        assert_eq!(asks(&admin).await, StatusCode::OK, "it was used within the hour");
        asks(&alone).await;
    }
    assert_eq!(asks(&alone).await, StatusCode::UNAUTHORIZED, "a page that asks by itself is no use");
    centre.time.pass(TimeDelta::minutes(61));
    ends(&admin).await;
    assert_eq!(asks(&dispatcher).await, StatusCode::OK, "a shift is longer");
});

on_both!(what_happens_to_log_ins_is_in_the_audit, async |centre| {
    let stranger = centre.stranger();
    for login in ["dispatcher1", "my secret typed in the wrong field"] {
        stranger.post("/login", json!({ "login": login, "password": "wrong" })).await.problem(401, "wrong-password");
    }
    let d = centre.dispatcher().await;
    let token = d.post("/tokens", json!({ "name": "x" })).await.ok();
    d.delete(&format!("/tokens/{}", token["id"].as_str().expect("an id"))).await.ok();
    d.put("/password", json!({ "current": "wrong", "password": "three grey parrots" })).await.problem(422, "invalid");
    d.put("/password", json!({ "current": "demo", "password": "three grey parrots" })).await.ok();
    d.delete("/logins").await.ok();
    let s = centre.supervisor().await;
    s.delete("/login").await.ok();
    let expected = [
        ("login.close", 200),
        ("login.open", 200),
        ("login.open", 200),
        ("login.open", 401),
        ("login.open", 401),
        ("logins.end_own", 200),
        ("password.change", 200),
        ("password.change", 422),
        ("tokens.create", 200),
        ("tokens.revoke", 200),
    ];
    assert_eq!(audit(&centre).await, expected.map(|(action, status)| (action.to_owned(), status)));
    let mut tx = centre.app.db.read().await.expect("a database");
    let sql = "SELECT count(*) FROM audit_events WHERE CAST(data AS TEXT) LIKE '%secret%'";
    let told: i64 = linedesk::on!(&mut tx, c => sqlx::query_scalar(sql).fetch_one(c).await).expect("a count");
    assert_eq!(told, 0);
});

on_both!(who_guesses_passwords_is_in_the_audit, async |centre| {
    let (stranger, mut refused) = (centre.stranger(), Vec::new());
    for n in 0..12 {
        let form = json!({ "login": "Supervisor", "password": format!("guess {n}") });
        refused.push(stranger.post("/login", form).await.status.as_u16());
    }
    assert!(refused.contains(&401) && refused.contains(&429), "{refused:?}");
    let lines = audit::lines(&centre, "action=login.open").await;
    for status in [401, 429] {
        let line = lines.iter().find(|line| line["status"] == status).expect("a line");
        assert_eq!((&line["actor"], &line["details"]["login"]), (&Value::Null, &json!("supervisor")));
        assert_eq!(line["object_id"], json!(centre.person("supervisor").await));
        assert_eq!(line["address"], "127.0.0.1");
    }
    assert!(lines.len() <= 4, "equal ones are counted: {lines:?}");
});

#[tokio::test]
async fn by_https_the_cookie_is_this_hosts_alone() {
    let centre = Centre::by_https().await;
    let stranger = centre.stranger();
    let reply = stranger.post("/login", json!({ "login": "admin", "password": "demo" })).await;
    assert_eq!(reply.headers[header::STRICT_TRANSPORT_SECURITY], "max-age=31536000");
    let cookie = reply.headers[header::SET_COOKIE].to_str().expect("text").to_owned();
    assert!(cookie.starts_with("__Host-linedesk_login=") && cookie.contains("; Secure; Path=/;"), "{cookie}");
    let secret = cookie.split(['=', ';']).nth(1).expect("a secret");
    for (name, status) in [("__Host-linedesk_login", 200), ("linedesk_login", 401)] {
        let asked = stranger.request(Method::GET, "/me").header(header::COOKIE, format!("{name}={secret}"));
        assert_eq!(asked.send().await.expect("an answer").status().as_u16(), status, "{name}");
    }
    let plain = Centre::start(Database::Sqlite).await;
    assert!(!plain.stranger().get("/about").await.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
}

on_both!(figures_are_for_this_machine_or_a_token, async |centre| {
    centre.app.health.set("disk", Condition::Degraded, "the disk is nearly full");
    let stranger = centre.stranger();
    assert_eq!(stranger.get("/!metrics").await.status, StatusCode::OK);
    assert_eq!(stranger.get("/!readyz").await.ok()["reasons"], json!(["the disk is nearly full"]));
    let asked = async |who: &Character, path: &str| {
        let request = who.request(Method::GET, path).header("x-forwarded-for", "198.51.100.7");
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("a body"))
    };
    assert_eq!(asked(&stranger, "/!metrics").await.0, 401);
    let (status, body) = asked(&stranger, "/!readyz").await;
    assert!(status == 200 && body.contains("degraded") && !body.contains("disk"), "{body}");
    let admin = centre.administrator().await;
    let form = json!({ "name": "prometheus", "scopes": ["metrics.read"] });
    let prometheus = program(&centre, &admin.post("/tokens", form).await.ok());
    assert_eq!(asked(&prometheus, "/!metrics").await.0, 200);
    assert!(asked(&prometheus, "/!readyz").await.1.contains("disk"));
    let d = centre.dispatcher().await;
    assert_eq!(
        asked(&program(&centre, &d.post("/tokens", json!({ "name": "x" })).await.ok()), "/!metrics").await.0,
        403
    );
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
