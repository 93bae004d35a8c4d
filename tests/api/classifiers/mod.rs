//! `/classifiers`

use crate::on_both;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

fn form() -> Value {
    json!({ "place_ru": "Двор", "place_en": "Yard", "category_ru": "Зарядка", "category_en": "Charging",
        "problem_ru": "Не работает зарядная станция", "problem_en": "The charging station does not work",
        "synonyms": "электромобиль розетка", "kind": "service", "priority": 3, "profile": "small_fault" })
}

fn path(class: &Value) -> String {
    format!("/classifiers/{}", class["id"].as_str().expect("an id"))
}

on_both!(made_found_changed_retired, async |centre| {
    let (s, d) = (centre.supervisor().await, centre.dispatcher().await);
    let mut sent = form();
    sent["id"] = json!(Uuid::from_u128(0x77));
    let made = s.post("/classifiers", sent.clone()).await.ok();
    assert_eq!((made["version"].as_i64(), made["active"].as_bool()), (Some(1), Some(true)));
    assert_eq!(s.post("/classifiers", sent).await.ok(), made, "sent twice, made once");
    for q in ["заряд", "charging", "электромоб", "розетка"] {
        let found = d.get(&format!("/classifiers?q={q}")).await.items();
        assert!(found.iter().any(|c| c["id"] == made["id"] && c["place_en"] == "Yard"), "{q}: {found:?}");
    }
    let all = d.get("/classifiers?limit=200").await.items();
    assert_eq!(all.last().map(|c| &c["id"]), Some(&made["id"]), "behind the others");
    let change = json!({ "version": 1, "problem_ru": "Искрит зарядная станция", "priority": 1, "kind": "emergency" });
    let changed = s.patch(&path(&made), change).await.ok();
    assert_eq!((changed["version"].as_i64(), changed["place_ru"].as_str()), (Some(2), Some("Двор")));
    assert_eq!(changed["synonyms"], "электромобиль розетка", "what was not named stays");
    assert_eq!(d.get("/classifiers?q=искрит%20заряд").await.items().len(), 1);
    assert_eq!(d.get("/classifiers?q=электромоб").await.items().len(), 1);
    assert_eq!(d.get("/classifiers?q=не%20работает%20заряд").await.items().len(), 0);
    assert_eq!(d.get(&path(&made)).await.ok(), changed);
    let stale = s.patch(&path(&made), json!({ "version": 1, "priority": 2 })).await.problem(409, "stale");
    assert_eq!(stale["current"]["version"], 2);
    let ticket = json!({ "title": "Станция", "place_text": "двор", "classifier_id": made["id"] });
    let ticket = d.post("/tickets", ticket.clone()).await.ok();
    s.patch(&path(&made), json!({ "version": 2, "active": false })).await.ok();
    assert_eq!(d.get("/classifiers?q=искрит%20заряд").await.items().len(), 0);
    let kept = d.get("/classifiers?q=искрит%20заряд&inactive=true").await.items();
    assert_eq!((kept.len(), kept[0]["active"].as_bool()), (1, Some(false)));
    let refused = json!({ "title": "Станция", "place_text": "двор", "classifier_id": made["id"] });
    let problem = d.post("/tickets", refused).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "classifier_id", "not for new tickets");
    let at = format!("/tickets/{}", ticket["id"].as_str().expect("an id"));
    let same = json!({ "version": ticket["version"], "classifier_id": made["id"], "title": "Станция у дома" });
    assert_eq!(d.patch(&at, same).await.ok()["classifier"]["id"], made["id"], "old tickets keep it");
});

// A classifier that nobody has edited yet shows its synonyms, and an edit does not lose them.
on_both!(the_first_ones_keep_their_synonyms, async |centre| {
    let s = centre.supervisor().await;
    let mut with = 0;
    for line in s.get("/classifiers?limit=200").await.items() {
        let class = s.get(&path(&line)).await.ok();
        let Some(word) = class["synonyms"].as_str().and_then(|w| w.split_whitespace().next()).map(str::to_owned) else {
            continue;
        };
        with += 1;
        if with <= 3 {
            s.patch(&path(&line), json!({ "version": 1, "law_hint": "x" })).await.ok();
            let found = s.get(&format!("/classifiers?limit=200&q={word}")).await.items();
            assert!(found.iter().any(|c| c["id"] == class["id"]), "{word}");
        }
    }
    assert!(with > 10, "{with}");
});

on_both!(forms_are_checked, async |centre| {
    let s = centre.supervisor().await;
    let before = s.get("/classifiers?limit=200&inactive=true").await.items();
    let at = path(&before[0]);
    let whole = s.get(&at).await.ok();
    for (field, value) in [
        ("place_ru", json!("")),
        ("place_en", json!(" ")),
        ("category_ru", json!("a\u{0}b")),
        ("category_en", json!("x".repeat(301))),
        ("problem_ru", json!("\n")),
        ("problem_en", json!("")),
        ("synonyms", json!("a\u{0}b")),
        ("law_hint", json!("x".repeat(301))),
        ("priority", json!(0)),
        ("priority", json!(5)),
        ("position", json!(-1)),
        ("profile", json!("whenever")),
        ("colour", json!("red")),
    ] {
        let mut bad = form();
        bad[field] = value.clone();
        assert_eq!(s.post("/classifiers", bad).await.problem(422, "invalid")["errors"][0]["field"], field);
        let mut bad = json!({ "version": whole["version"] });
        bad[field] = value;
        assert_eq!(s.patch(&at, bad).await.problem(422, "invalid")["errors"][0]["field"], field);
    }
    for value in [json!("unheard"), json!(7), json!(null), json!(["service"])] {
        let mut bad = form();
        bad["kind"] = value;
        assert_eq!(s.post("/classifiers", bad).await.problem(422, "invalid")["errors"][0]["field"], "kind");
    }
    let huge = format!("{{\"place_ru\": \"{}\"}}", "x".repeat(2 * 1024 * 1024)).into_bytes();
    s.raw(Method::POST, "/classifiers", "application/json", Some(huge)).await.problem(413, "too-large");
    s.get("/classifiers?after=!!").await.problem(400, "malformed");
    s.get("/classifiers?inactive=perhaps").await.problem(400, "malformed");
    s.get(&format!("/classifiers/{}", Uuid::max())).await.problem(404, "not-found");
    s.patch(&format!("/classifiers/{}", Uuid::max()), json!({ "version": 1 })).await.problem(404, "not-found");
    assert_eq!(s.get("/classifiers?limit=200&inactive=true").await.items(), before, "nothing was written");
    assert_eq!(s.get(&at).await.ok(), whole);
});

on_both!(supervisors_and_administrators_write, async |centre| {
    let at = path(&centre.dispatcher().await.get("/classifiers?limit=1").await.items()[0]);
    for person in [centre.dispatcher().await, centre.technician().await] {
        person.post("/classifiers", form()).await.problem(403, "forbidden");
        person.patch(&at, json!({ "version": 1, "active": false })).await.problem(403, "forbidden");
        person.get(&at).await.ok();
    }
    centre.administrator().await.patch(&at, json!({ "version": 1, "priority": 4 })).await.ok();
    centre.stranger().get(&at).await.problem(401, "unauthorized");
});

on_both!(pages, async |centre| {
    let d = centre.dispatcher().await;
    let whole = d.get("/classifiers?limit=200").await.items();
    let (mut seen, mut at) = (Vec::new(), "/classifiers?limit=7".to_owned());
    loop {
        let page = d.get(&at).await.ok();
        let items = page["items"].as_array().expect("items");
        assert!(items.len() <= 7);
        seen.extend(items.iter().cloned());
        let Some(next) = page["next"].as_str() else { break };
        at = format!("/classifiers?limit=7&after={next}");
    }
    assert_eq!(seen, whole);
    for (limit, expect) in [("1", 1), ("9999999", whole.len())] {
        assert_eq!(d.get(&format!("/classifiers?limit={limit}")).await.items().len(), expect, "limit={limit}");
    }
});
