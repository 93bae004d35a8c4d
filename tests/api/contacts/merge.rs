//! Two contacts that are the same client.

use crate::centre::Character;
use crate::centre::line::Story;
use crate::{audit, on_both};
use linedesk::clock;
use serde_json::{Value, json};
use uuid::Uuid;

/// `/contacts/018f...`
pub fn path(contact: &Value) -> String {
    format!("/contacts/{}", contact["id"].as_str().expect("an id"))
}

pub async fn made(d: &Character, name: &str, more: Value) -> Value {
    let mut form = json!({ "kind": "person", "full_name": name });
    form.as_object_mut().expect("a form").extend(more.as_object().expect("fields").clone());
    d.post("/contacts", form).await.ok()
}

fn into(from: &Value, other: &Value) -> Value {
    json!({ "into": other["id"], "version": from["version"], "into_version": other["version"] })
}

on_both!(what_is_the_ones_goes_to_the_other, async |centre| {
    let (line, d, s) = (centre.switch_on().await, centre.dispatcher().await, centre.supervisor().await);
    let units: Vec<Value> = d.get("/units?limit=2").await.items().iter().map(|unit| unit["id"].clone()).collect();
    let (both, own) = ("+79990001101", "+79990001102");
    let home = json!({ "unit_id": units[0], "role": "tenant" });
    let kept = json!({ "phones": [{ "value": both, "shared": true }], "units": [home.clone()], "note": "Собака" });
    let kept = made(&d, "Ёлкина Яна", kept).await;
    let twin = json!({ "phones": [{ "value": both, "shared": true, "label": "дом" }, { "value": own }], "vip": true,
        "units": [home.clone()], "note": "Домофон 12" });
    let twin = made(&d, "Елкина Яна Двойник", twin).await;
    let ticket = d.post("/tickets", json!({ "title": "Кран", "place_text": "двор", "requester_id": twin["id"] })).await;
    let ticket = ticket.ok();
    let call = Story::arrived(Some(own), 5).abandoned(clock::id(), "main");
    let (call_id, intake) = (call.call, call.intake);
    line.happens(call).await;
    assert_eq!(d.get(&format!("/calls/{call_id}")).await.ok()["contact"]["id"], twin["id"]);

    let more = json!({ "version": 1, "units": [home, { "unit_id": units[1], "role": "owner" }] });
    let twin = d.patch(&path(&twin), more).await.ok();

    let merged = s.post(&format!("{}/merge", path(&twin)), into(&twin, &kept)).await.ok();
    assert_eq!((&merged["id"], &merged["full_name"], &merged["vip"]), (&kept["id"], &kept["full_name"], &json!(true)));
    assert_eq!(merged["note"], "Собака\n\nДомофон 12", "both notes");
    let phones: Vec<_> = merged["phones"]
        .as_array()
        .expect("phones")
        .iter()
        .map(|p| json!([p["value"], p["shared"], p["label"]]))
        .collect();
    assert_eq!(
        phones,
        [json!([both, false, "дом"]), json!([own, false, ""])],
        "each number once, and nobody else has it"
    );
    assert_eq!(merged["units"].as_array().map(Vec::len), Some(2));
    assert_eq!((&merged["open_tickets"], &merged["version"]), (&json!(1), &json!(2)));

    let id = |value: Value| value["id"].clone();
    assert_eq!(id(d.get(&crate::tickets::path(&ticket)).await.ok()["requester"].clone()), kept["id"]);
    assert_eq!(id(d.get(&format!("/calls/{call_id}")).await.ok()["contact"].clone()), kept["id"]);
    assert_eq!(id(d.get(&format!("/intakes/{intake}")).await.ok()["contact"].clone()), kept["id"]);
    let callbacks = d.get("/callbacks").await.items();
    assert!(
        callbacks.iter().any(|c| c["call_id"] == json!(call_id) && c["contact"]["id"] == kept["id"]),
        "{callbacks:?}"
    );

    // old links lead to the survivor, lists and searches do not hold the other
    let old = d.get(&path(&twin)).await.ok();
    assert_eq!((&old["status"], &old["merged_into"]), (&json!("merged"), &kept["id"]));
    let timeline = async |of: &Value| d.get(&format!("{}/timeline", path(of))).await.items();
    assert_eq!(timeline(&twin).await, timeline(&kept).await);
    assert!(timeline(&twin).await.iter().any(|item| item["ticket"]["id"] == ticket["id"]));
    for list in ["tickets", "calls"] {
        let of = async |contact: &Value| {
            d.get(&format!("/{list}?contact={}", contact["id"].as_str().expect("an id"))).await.items()
        };
        assert_eq!(of(&twin).await, of(&kept).await, "{list}");
        assert_eq!(of(&twin).await.len(), 1, "{list}");
    }
    for asked in ["q=двойник", "q=1102", "phone=79990001102", "phone=79990001101"] {
        let found = d.get(&format!("/contacts?{asked}")).await.items();
        assert!(found.iter().all(|contact| contact["id"] == kept["id"]), "{asked}: {found:?}");
    }
    let again = Story::arrived(Some(both), 1).abandoned(clock::id(), "main");
    let again_id = again.call;
    line.happens(again).await;
    let card = d.get(&format!("/calls/{again_id}/card")).await.ok();
    let candidates = card["candidates"].as_array().expect("candidates");
    assert_eq!((candidates.len(), &candidates[0]["contact"]["id"]), (1, &kept["id"]), "{card}");

    // who names the old one means the survivor
    let named = json!({ "title": "Ключ", "place_text": "двор", "requester_id": twin["id"] });
    assert_eq!(d.post("/tickets", named).await.ok()["requester"]["id"], kept["id"]);
    s.put(&format!("/calls/{again_id}/contact"), json!({ "contact_id": twin["id"] })).await.ok();
    assert_eq!(id(d.get(&format!("/calls/{again_id}")).await.ok()["contact"].clone()), kept["id"]);
    d.patch(&path(&twin), json!({ "version": 3, "note": "x" })).await.problem(409, "merged");

    // the line of the audit is masked; sent again
    let line = audit::newest(&centre, "contacts.merge").await;
    assert!(line.to_string().contains("*** 02") && !line.to_string().contains("1102"), "{line}");
    assert!(line.to_string().contains(kept["id"].as_str().expect("an id")), "{line}");
    let after = d.get(&path(&kept)).await.ok();
    assert_eq!(s.post(&format!("{}/merge", path(&twin)), into(&twin, &kept)).await.ok(), after);
});

on_both!(what_cannot_be_merged_is_told_why, async |centre| {
    let (d, s) = (centre.dispatcher().await, centre.supervisor().await);
    let [a, b, c] =
        [made(&d, "Один", json!({})).await, made(&d, "Два", json!({})).await, made(&d, "Три", json!({})).await];
    let merge = |of: &Value| format!("{}/merge", path(of));
    for person in [&d, &centre.administrator().await, &centre.technician().await] {
        person.post(&merge(&a), into(&a, &b)).await.problem(403, "forbidden");
    }
    s.post(&merge(&a), into(&a, &a)).await.problem(422, "invalid");
    let nobody = json!({ "id": Uuid::max(), "version": 1 });
    s.post(&merge(&a), into(&a, &nobody)).await.problem(422, "invalid");
    s.post(&merge(&nobody), into(&nobody, &a)).await.problem(404, "not-found");
    for (form, id) in [
        (json!({ "into": b["id"], "version": 7, "into_version": 1 }), &a["id"]),
        (json!({ "into": b["id"], "version": 1, "into_version": 7 }), &b["id"]),
    ] {
        let stale = s.post(&merge(&a), form).await.problem(409, "stale");
        assert_eq!(&stale["current"]["id"], id);
    }
    let long = made(&d, "Четыре", json!({ "note": "я".repeat(20_000) })).await;
    let noted = d.patch(&path(&a), json!({ "version": 1, "note": "и" })).await.ok();
    let problem = s.post(&merge(&noted), into(&noted, &long)).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "note");
    assert_eq!(d.get(&path(&a)).await.ok(), noted, "a refused merge changes nothing");

    // one after another: the first leads to the last
    let b = s.post(&merge(&noted), into(&noted, &b)).await.ok();
    let problem = s.post(&merge(&noted), into(&noted, &c)).await.problem(409, "merged");
    assert!(problem["detail"].as_str().expect("a detail").contains(b["id"].as_str().expect("an id")), "{problem}");
    let c = s.post(&merge(&b), into(&b, &c)).await.ok();
    assert_eq!(d.get(&path(&a)).await.ok()["merged_into"], c["id"]);
    assert_eq!(c["note"], "и");
});

on_both!(merged_into_one_another_at_once, async |centre| {
    let (d, s) = (centre.dispatcher().await, centre.supervisor().await);
    for n in 0..8 {
        let (a, b) = (made(&d, &format!("А{n}"), json!({})).await, made(&d, &format!("Б{n}"), json!({})).await);
        let (to_b, to_a) = (format!("{}/merge", path(&a)), format!("{}/merge", path(&b)));
        let form = json!({ "title": "Кран", "place_text": "двор", "requester_id": a["id"] });
        let (first, second, ticket) =
            tokio::join!(s.post(&to_b, into(&a, &b)), s.post(&to_a, into(&b, &a)), d.post("/tickets", form));
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", first.body, second.body);
        let of = [d.get(&path(&a)).await.ok(), d.get(&path(&b)).await.ok()];
        let living: Vec<_> = of.iter().filter(|contact| contact["status"] == "active").collect();
        assert_eq!(living.len(), 1, "{of:?}");
        let ticket = d.get(&crate::tickets::path(&ticket.ok())).await.ok();
        assert_eq!(ticket["requester"]["id"], living[0]["id"], "a ticket that is made meanwhile is the survivor's");
    }
    // the same twice at once
    let (a, b) = (made(&d, "А", json!({})).await, made(&d, "Б", json!({})).await);
    let at = format!("{}/merge", path(&a));
    let (first, second) = tokio::join!(s.post(&at, into(&a, &b)), s.post(&at, into(&a, &b)));
    assert_eq!(first.ok(), second.ok());
});
