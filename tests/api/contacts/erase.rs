//! A client's data is erased, and is nowhere any more.

use super::merge::{made, path};
use crate::audit;
use crate::centre::Centre;
use crate::centre::line::Story;
use crate::on_both;
use crate::tickets::path as ticket_path;
use call::event::{Kind, Outcome};
use linedesk::clock;
use linedesk::on;
use serde_json::{Value, json};
use types::RecordingId;

const PHONE: &str = "+79990002201";

/// Everywhere that the words stand in the database: `table.column`.
async fn places(centre: &Centre, words: &[&str]) -> Vec<String> {
    const COLUMNS: [(&str, &str); 16] = [
        ("contacts", "full_name"),
        ("contacts", "search"),
        ("contacts", "note"),
        ("contact_points", "value"),
        ("tickets", "requester_name"),
        ("tickets", "requester_phone"),
        ("tickets", "search"),
        ("ticket_events", "CAST(data AS TEXT)"),
        ("calls", "from_phone"),
        ("calls", "from_number"),
        ("calls", "from_name"),
        ("intakes", "number"),
        ("intakes", "phone"),
        ("callbacks", "phone"),
        ("call_drafts", "CAST(content AS TEXT)"),
        ("events", "CAST(data AS TEXT)"),
    ];
    let mut tx = centre.app.db.read().await.expect("a database");
    let mut found = Vec::new();
    for (table, column) in COLUMNS {
        for word in words {
            let sql = format!("SELECT count(*) FROM {table} WHERE lower({column}) LIKE '%{word}%'");
            let sql = sqlx::AssertSqlSafe(sql);
            let n: i64 = on!(&mut tx, c => sqlx::query_scalar(sql).fetch_one(c).await).expect("a count");
            if n > 0 {
                found.push(format!("{table}.{column}: {word}"));
            }
        }
    }
    found
}

on_both!(what_is_erased_is_nowhere, async |centre| {
    let (line, d, s) = (centre.switch_on().await, centre.dispatcher().await, centre.supervisor().await);
    let admin = centre.administrator().await;
    let unit = d.get("/units?limit=1").await.items().remove(0);
    let form = json!({ "phones": [{ "value": PHONE }], "units": [{ "unit_id": unit["id"], "role": "owner" }], "note": "Zkhtarna" });
    let contact = made(&d, "Qwerin Яна", form).await;
    let twin = made(&d, "Qwerin Двойник", json!({})).await;
    let merge = json!({ "into": contact["id"], "version": 1, "into_version": 1 });
    let contact_now = s.post(&format!("{}/merge", path(&twin)), merge).await.ok();

    let recording: RecordingId = clock::id();
    line.record(recording, 3, &centre).await;
    let story = Story::arrived(Some(PHONE), 5).and(Kind::RecordingStarted { recording });
    let story = story.answered(centre.person("dispatcher1").await, "main").ended(Outcome::Completed);
    let story = story.and(Kind::RecordingEnded { recording, duration_ms: 3_000 });
    let (call, intake) = (story.call, story.intake);
    line.happens(story).await;
    assert_eq!(d.get(&format!("/calls/{call}")).await.ok()["contact"]["id"], contact["id"], "certain");
    let ticket =
        json!({ "title": "Кран", "place_text": "двор", "requester_id": contact["id"], "requester_phone": PHONE });
    let ticket = d.post("/tickets", ticket).await.ok();
    let change = json!({ "version": 1, "requester_name": "Qwerin", "requester_phone": "+79990002209" });
    d.patch(&ticket_path(&ticket), change).await.ok();
    let own = [PHONE[1..].to_owned(), "79990002209".into(), "qwerin".into(), "zkhtarna".into()];
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    assert!(places(&centre, &own).await.len() >= 10, "{:?}", places(&centre, &own).await);

    // what stands against it
    let hold = format!("/recordings/{recording}/legal-hold");
    s.put(&hold, json!({ "reason": "суд" })).await.ok();
    let erasure = admin.get(&format!("{}/erasure", path(&contact))).await.ok();
    assert_eq!(erasure["name"], "Яна Q.", "masked for who does not read cards");
    assert_eq!((&erasure["tickets"], &erasure["calls"], &erasure["recordings"]), (&json!(1), &json!(1), &json!(1)));
    let at = format!("{}/erase", path(&contact));
    let form = json!({ "version": contact_now["version"], "reason": "Заявление 7" });
    let refused = admin.post(&at, form.clone()).await.problem(409, "erasure-blocked");
    assert_eq!(refused["current"]["open_tickets"][0]["number"], ticket["number"], "{refused}");
    assert_eq!(refused["current"]["held_recordings"][0]["id"], json!(recording));
    assert!(refused["detail"].as_str().expect("a detail").contains(ticket["number"].as_str().expect("a number")));
    let cancel = json!({ "command": "cancel", "reason": "не нужно", "version": 2 });
    d.post(&format!("{}/transitions", ticket_path(&ticket)), cancel).await.ok();
    admin.post(&at, form.clone()).await.problem(409, "erasure-blocked");
    s.delete(&hold).await;
    admin.post(&at, json!({ "version": 9, "reason": "x" })).await.problem(409, "stale");
    admin.post(&at, json!({ "version": 1, "reason": " " })).await.problem(422, "invalid");
    for person in [&d, &s, &centre.technician().await] {
        person.post(&at, form.clone()).await.problem(403, "forbidden");
        person.get(&format!("{}/erasure", path(&contact))).await.problem(403, "forbidden");
    }

    let erased = admin.post(&at, form.clone()).await.ok();
    assert_eq!((&erased["status"], &erased["erased_reason"]), (&json!("erased"), &json!("Заявление 7")));
    assert_eq!(places(&centre, &own).await, Vec::<String>::new());
    let audit_lines = audit::lines(&centre, "object=contact").await;
    let of = |id: &Value| audit_lines.iter().filter(|line| &line["object_id"] == id).collect::<Vec<_>>();
    assert!(of(&contact["id"]).iter().any(|line| line["action"] == "contacts.create"), "lines stay");
    for line in of(&contact["id"]).into_iter().chain(of(&twin["id"])) {
        for change in line["changes"].as_array().expect("changes") {
            assert_eq!((&change["before"], &change["after"]), (&Value::Null, &Value::Null), "{line}");
        }
    }
    let told = audit::newest(&centre, "contacts.erase").await;
    assert_eq!(told["details"]["fields"], json!(["full_name", "phones", "units", "note"]), "names, no values");

    // what stays, and who finds it
    let kept = d.get(&ticket_path(&ticket)).await.ok();
    assert_eq!(
        (&kept["number"], &kept["requester_name"], &kept["requester_phone"]),
        (&ticket["number"], &json!(""), &Value::Null)
    );
    assert_eq!(d.get(&format!("/intakes/{intake}")).await.ok()["number"], Value::Null);
    assert_eq!(d.get(&format!("/calls/{call}")).await.ok()["from_phone"], Value::Null);
    s.get(&format!("/recordings/{recording}/audio")).await.problem(404, "not-found");
    assert!(centre.app.recordings.wav(recording).is_err(), "the file is gone");
    for asked in ["contacts?q=qwerin", "contacts?phone=79990002201", "tickets?q=qwerin", "tickets?q=2209"] {
        assert_eq!(d.get(&format!("/{asked}")).await.items(), Vec::<Value>::new(), "{asked}");
    }
    let card = d.get(&path(&contact)).await.ok();
    assert_eq!((&card["full_name"], &card["phones"], &card["units"]), (&json!(""), &json!([]), &json!([])));
    assert!(card["erased_at"].is_string());

    // sent again; and nothing is done with it any more
    assert_eq!(admin.post(&at, form).await.ok(), erased);
    d.patch(&path(&contact), json!({ "version": card["version"], "note": "x" })).await.problem(409, "erased");
    let named = json!({ "title": "Кран", "place_text": "двор", "requester_id": contact["id"] });
    d.post("/tickets", named).await.problem(422, "invalid");
    let other = made(&d, "Другая", json!({})).await;
    for (from, into) in [(&card, &other), (&other, &card)] {
        let form = json!({ "into": into["id"], "version": from["version"], "into_version": into["version"] });
        s.post(&format!("{}/merge", path(from)), form).await.problem(409, "erased");
    }
});

// A number that a family shares says nothing of who called: only what names the one is erased.
on_both!(what_is_anothers_too_stays, async |centre| {
    let (line, d, admin) = (centre.switch_on().await, centre.dispatcher().await, centre.administrator().await);
    let shared = json!({ "phones": [{ "value": "+79990002301", "shared": true }] });
    let (one, other) = (made(&d, "Zorin Пётр", shared.clone()).await, made(&d, "Zorina Анна", shared).await);
    let story = Story::arrived(Some("+79990002301"), 5).abandoned(clock::id(), "main");
    let call = story.call;
    line.happens(story).await;
    let form = json!({ "version": 1, "reason": "Заявление 8" });
    let erased = admin.post(&format!("{}/erase", path(&one)), form).await.ok();
    assert_eq!((&erased["calls"], &erased["open_callbacks"]), (&json!(0), &json!(0)));
    assert_eq!(d.get(&format!("/calls/{call}")).await.ok()["from_phone"], "+79990002301");
    let found = d.get("/contacts?phone=79990002301").await.items();
    assert_eq!((found.len(), &found[0]["id"]), (1, &other["id"]));
    let form = json!({ "version": 1, "reason": "Заявление 9" });
    let refused = admin.post(&format!("{}/erase", path(&other)), form).await.problem(409, "erasure-blocked");
    assert_eq!(refused["current"]["open_callbacks"], 1, "nobody else has the number now: {refused}");
});
