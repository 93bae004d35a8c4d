//! `/audit`: who read, searched, changed, played or tried what. That no operation is left out: `everything.rs`.

mod everything;

use crate::centre::{Centre, Database};
use crate::on_both;
use chrono::TimeDelta;
use linedesk::http::audit::AuditObject;
use reqwest::Method;
use serde_json::{Value, json};

/// Newest first. Its own reading is in none of these.
pub async fn lines(centre: &Centre, asked: &str) -> Vec<Value> {
    centre.administrator().await.get(&format!("/audit?limit=200&{asked}")).await.items()
}

/// The newest line of this action.
pub async fn newest(centre: &Centre, action: &str) -> Value {
    lines(centre, &format!("action={action}")).await.into_iter().next().unwrap_or_default()
}

fn id(of: &Value) -> &str {
    of["id"].as_str().expect("an id")
}

/// `field: before -> after` of every change in it.
fn changes(line: &Value) -> Vec<String> {
    let change = |c: &Value| format!("{}: {} -> {}", c["field"].as_str().unwrap_or_default(), c["before"], c["after"]);
    line["changes"].as_array().into_iter().flatten().map(change).collect()
}

async fn stored(centre: &Centre) -> i64 {
    let mut tx = centre.app.db.read().await.expect("a database");
    let sql = "SELECT count(*) FROM audit_events";
    linedesk::on!(&mut tx, c => sqlx::query_scalar(sql).fetch_one(c).await).expect("a count")
}

on_both!(a_change_is_told_with_old_and_new_values, async |centre| {
    let (d, admin) = (centre.dispatcher().await, centre.administrator().await);
    let phone = |value: &str| json!([{ "value": value, "label": "сын Пётр" }]);
    let form = json!({ "kind": "person", "full_name": "Петров Иван", "phones": phone("+79990000077") });
    let made = d.post("/contacts", form).await.ok();
    let line = newest(&centre, "contacts.create").await;
    assert_eq!((&line["object"], &line["object_id"]), (&json!("contact"), &made["id"]));
    assert!(changes(&line).contains(&r#"full_name: null -> "Иван П.""#.to_owned()), "{line}");

    let change = json!({ "version": 1, "vip": true, "note": "злая собака", "phones": phone("+79990000078") });
    let at = format!("/contacts/{}", id(&made));
    let reply = d.patch(&at, change.clone()).await;
    let request = reply.headers["x-request-id"].to_str().expect("text").to_owned();
    reply.ok();
    let line = newest(&centre, "contacts.change").await;
    let expected = [
        r#"note: "" -> "…""#,
        r#"phones: [{"shared":false,"value":"*** 77"}] -> [{"shared":false,"value":"*** 78"}]"#,
        "vip: false -> true",
    ];
    assert_eq!(changes(&line), expected);
    let who = (&line["actor"]["name"], &line["token_id"], &line["address"], &line["request"], &line["status"]);
    let (name, null) = (d.get("/me").await.ok()["name"].clone(), Value::Null);
    assert_eq!(who, (&name, &null, &json!("127.0.0.1"), &json!(request), &json!(200)));
    d.patch(&at, change).await.problem(409, "stale");
    assert_eq!(
        lines(&centre, "action=contacts.change").await.len(),
        1,
        "what was refused for its version changed nothing"
    );

    let technician = centre.person("technician1").await;
    let people = admin.get("/people?role=technician").await.items();
    let person = people.into_iter().find(|p| p["id"] == json!(technician)).expect("the technician");
    let change = json!({ "version": person["version"], "role": "dispatcher", "queues": ["main"], "buildings": [] });
    admin.patch(&format!("/people/{technician}"), change).await.ok();
    let told = changes(&newest(&centre, "people.change").await);
    assert!(told.contains(&r#"role: "technician" -> "dispatcher""#.to_owned()), "{told:?}");
    assert!(told.contains(&r#"queues: [] -> ["main"]"#.to_owned()), "{told:?}");

    let class = admin.get("/classifiers?limit=1").await.items().remove(0);
    let class = admin.get(&format!("/classifiers/{}", id(&class))).await.ok();
    let change = json!({ "version": class["version"], "active": false });
    admin.patch(&format!("/classifiers/{}", id(&class)), change).await.ok();
    assert_eq!(changes(&newest(&centre, "classifiers.change").await), ["active: true -> false"]);

    let unit = admin.get("/units?limit=1").await.items().remove(0);
    let unit = admin.get(&format!("/units/{}", id(&unit))).await.ok();
    let change = json!({ "version": unit["version"], "rooms": 77 });
    admin.patch(&format!("/units/{}", id(&unit)), change).await.ok();
    assert_eq!(changes(&newest(&centre, "units.change").await), [format!("rooms: {} -> 77", unit["rooms"])]);

    let ticket = d.post("/tickets", json!({ "title": "Течёт", "place_text": "подвал", "priority": 3 })).await.ok();
    let change = json!({ "version": ticket["version"], "priority": 1 });
    d.patch(&format!("/tickets/{}", id(&ticket)), change).await.ok();
    assert_eq!(changes(&newest(&centre, "tickets.change").await), ["priority: 3 -> 1"]);
});

on_both!(a_change_and_its_line_are_one_transaction, async |centre| {
    let d = centre.dispatcher().await;
    let before = stored(&centre).await;
    d.post("/contacts", json!({ "kind": "person", "full_name": "Петров Иван" })).await.ok();
    assert_eq!(stored(&centre).await, before + 1, "without waiting for anything");
});

on_both!(a_search_is_told_without_whom_it_looked_for, async |centre| {
    let d = centre.dispatcher().await;
    d.get("/contacts?phone=89161234567&limit=7").await.ok();
    d.get("/contacts?q=%D0%9F%D0%B5%D1%82%D1%80%D0%BE%D0%B2").await.ok();
    let found = lines(&centre, "action=contacts.list").await;
    let queries: Vec<&Value> = found.iter().map(|line| &line["details"]["query"]).collect();
    assert_eq!(queries, [&json!({ "q": "П***" }), &json!({ "phone": "*** 67", "limit": "7" })]);
    d.get("/contacts?q=a%00b").await;
    assert_eq!(newest(&centre, "contacts.list").await["details"]["query"], json!({ "q": "a***" }));
    d.get("/tickets?address=a%00b").await.problem(400, "malformed");
    let mut tx = centre.app.db.read().await.expect("a database");
    let sql = "SELECT count(*) FROM audit_events WHERE CAST(data AS TEXT) LIKE '%9161234567%'";
    let told: i64 = linedesk::on!(&mut tx, c => sqlx::query_scalar(sql).fetch_one(c).await).expect("a count");
    assert_eq!(told, 0);
});

on_both!(what_repeats_within_a_minute_is_counted, async |centre| {
    centre.time.stop();
    let d = centre.dispatcher().await;
    let contact = d.get("/contacts?limit=1").await.items().remove(0);
    let at = format!("/contacts/{}", id(&contact));
    for _ in 0..4 {
        d.get(&at).await.ok();
    }
    let counts = async || -> Vec<i64> {
        let found = lines(&centre, &format!("action=contacts.read&id={}", id(&contact))).await;
        found.iter().filter_map(|line| line["count"].as_i64()).collect()
    };
    assert_eq!(counts().await, [1], "the first at once");
    centre.login("dispatcher2").await.get(&at).await.ok();
    assert_eq!(counts().await, [1, 1], "somebody else's is another one");
    centre.time.pass(TimeDelta::seconds(61));
    d.get(&at).await.ok();
    let mut all = counts().await;
    all.sort_unstable();
    assert_eq!(all, [1, 1, 1, 3]);
});

on_both!(it_is_read_by_administrators_a_page_at_a_time, async |centre| {
    let (d, admin) = (centre.dispatcher().await, centre.administrator().await);
    let (me, contact) = (d.get("/me").await.ok(), d.get("/contacts?limit=1").await.items().remove(0));
    for _ in 0..3 {
        d.post("/contacts", json!({ "kind": "person", "full_name": "Петров Иван" })).await.ok();
    }
    d.get(&format!("/contacts/{}", id(&contact))).await.ok();
    admin.pages("/audit?action=contacts.create").await;
    let actions = async |asked: &str| -> Vec<String> {
        lines(&centre, asked).await.iter().filter_map(|l| l["action"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(actions(&format!("object=contact&id={}", id(&contact))).await, ["contacts.read"]);
    let own = actions(&format!("person={}&object=contact", id(&me))).await;
    assert_eq!(own, ["contacts.read", "contacts.create", "contacts.create", "contacts.create", "contacts.list"]);
    let at = (centre.time.now() + TimeDelta::minutes(1)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    assert_eq!(actions(&format!("from={at}")).await, Vec::<String>::new());
    assert_eq!(actions(&format!("to={at}&action=contacts.read")).await.len(), 1);
    for wrong in ["action=contacts.burn", "object=spoon", "id=17", "person=x", "from=2026-13-45", "who=me"] {
        admin.get(&format!("/audit?{wrong}")).await.problem(400, "malformed");
    }
    for object in AuditObject::WORDS {
        admin.get(&format!("/audit?object={object}")).await.ok();
    }
    for other in [d, centre.supervisor().await, centre.technician().await] {
        other.get("/audit").await.problem(403, "forbidden");
    }
    let refused = lines(&centre, "action=audit.list").await;
    assert_eq!(refused.iter().filter(|line| line["status"] == 403).count(), 3);
});

on_both!(a_token_is_named, async |centre| {
    let made =
        centre.supervisor().await.post("/tokens", json!({ "name": "x", "scopes": ["contacts.read"] })).await.ok();
    assert!(changes(&newest(&centre, "tokens.create").await).contains(&r#"name: null -> "x""#.to_owned()));
    let mut program = centre.stranger();
    program.token = made["token"].as_str().map(str::to_owned);
    program.get("/contacts").await.ok();
    assert_eq!(newest(&centre, "contacts.list").await["token_id"], made["id"]);
    program.get("/tickets").await.problem(403, "token-scope");
    let line = newest(&centre, "tickets.list").await;
    assert_eq!((&line["token_id"], &line["status"]), (&made["id"], &json!(403)));
});

#[tokio::test]
async fn a_read_does_not_wait_for_its_line() {
    let centre = Centre::start(Database::Sqlite).await;
    let d = centre.dispatcher().await;
    let contacts = d.get("/contacts?limit=20").await.items();
    let busy = centre.app.db.write().await.expect("the only writer");
    for contact in &contacts {
        d.get(&format!("/contacts/{}", id(contact))).await.ok();
    }
    drop(busy);
    centre.app.audit.close().await;
    let mut tx = centre.app.db.read().await.expect("a database");
    let sql = "SELECT count(*) FROM audit_events WHERE action = 'contacts.read'";
    let told: i64 = linedesk::on!(&mut tx, c => sqlx::query_scalar(sql).fetch_one(c).await).expect("a count");
    assert_eq!(told, 20, "and none is forgotten");
}

on_both!(what_is_counted_is_written_at_the_stop, async |centre| {
    let d = centre.dispatcher().await;
    for _ in 0..3 {
        d.send(Method::GET, "/board", None).await.ok();
    }
    centre.app.audit.close().await;
    let mut tx = centre.app.db.read().await.expect("a database");
    let sql = "SELECT count FROM audit_events WHERE action = 'board.read' ORDER BY id";
    let counts: Vec<i64> = linedesk::on!(&mut tx, c => sqlx::query_scalar(sql).fetch_all(c).await).expect("counts");
    assert_eq!(counts, [1, 2]);
});

on_both!(while_it_cannot_be_written_it_says_so_and_nothing_is_lost, async |centre| {
    let d = centre.dispatcher().await;
    centre.app.audit.flush().await;
    let contact = d.get("/contacts?limit=1").await.items().remove(0);
    let rename = async |sql: &'static str| {
        let mut tx = centre.app.db.write().await.expect("a transaction");
        linedesk::on!(&mut tx, c => sqlx::query(sql).execute(c).await.map(drop)).expect("a statement");
        tx.commit().await.expect("a commit");
    };
    rename("ALTER TABLE audit_events RENAME TO audit_away").await;
    d.get(&format!("/contacts/{}", id(&contact))).await.ok();
    while !centre.app.audit.failing() {
        tokio::task::yield_now().await;
    }
    linedesk::server::health::look_at_audit(&centre.app.audit, &centre.app.health);
    let report = centre.app.health.report();
    assert!(report.ready && report.reasons.iter().any(|why| why.contains("audit")), "{report:?}");
    rename("ALTER TABLE audit_away RENAME TO audit_events").await;
    assert_eq!(lines(&centre, &format!("action=contacts.read&id={}", id(&contact))).await.len(), 1);
    linedesk::server::health::look_at_audit(&centre.app.audit, &centre.app.health);
    assert_eq!(centre.app.health.report().reasons, [""; 0]);
});
