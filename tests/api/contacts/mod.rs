//! `/contacts`

mod erase;
pub mod merge;

use crate::on_both;
use serde_json::{Value, json};
use uuid::Uuid;

on_both!(found_by_name_and_phone, async |centre| {
    let d = centre.dispatcher().await;
    let first = d.get("/contacts?limit=1").await.items().remove(0);
    let name = first["full_name"].as_str().expect("a name");
    let phone = first["phones"][0]["value"].as_str().expect("a phone");
    let id = &first["id"];
    let has = |items: &[Value]| items.iter().any(|c| &c["id"] == id);
    let prefix: String = name.chars().take(4).collect::<String>().to_uppercase();
    assert!(has(&d.get(&format!("/contacts?q={prefix}&limit=200")).await.items()), "{prefix}");
    let national = format!("8{}", &phone[2..]);
    for asked in [phone.replace('+', "%2B"), national.clone(), national[1..].to_owned()] {
        assert!(has(&d.get(&format!("/contacts?phone={asked}")).await.items()), "{asked}");
    }
    assert!(has(&d.get(&format!("/contacts?phone={}", &national[..7])).await.items()), "while it is typed");
    assert!(has(&d.get(&format!("/contacts?q={}", &phone[8..])).await.items()), "by the last digits");
    assert_eq!(d.get("/contacts?q=%25").await.items().len(), 0, "signs are no search for everybody");
    assert_eq!(d.get("/contacts?q=%D1%8F%D1%8F%D1%8F%D1%8F").await.items().len(), 0);
    let family = d.get("/contacts?limit=200").await.items();
    let shared = family.iter().find(|c| c["phones"][0]["shared"] == true).expect("a shared phone");
    let value = shared["phones"][0]["value"].as_str().expect("a phone").replace('+', "%2B");
    assert!(d.get(&format!("/contacts?phone={value}")).await.items().len() >= 2, "all candidates");
});

on_both!(a_number_and_a_name_may_be_pasted_from_anywhere, async |centre| {
    let d = centre.dispatcher().await;
    let pasted = "\u{202a}8\u{a0}999\u{a0}000\u{2011}00\u{2011}77\u{202c} доб. 12";
    let form = json!({ "kind": "person", "full_name": "Андреи\u{306} Пробный", "phones": [{ "value": pasted }] });
    let made = d.post("/contacts", form).await.ok();
    assert_eq!((&made["phones"][0]["value"], &made["phones"][0]["label"]), (&json!("+79990000077"), &json!("доб. 12")));
    assert_eq!(made["full_name"], "Андрей Пробный", "composed");
    let found = async |parameter: &str, text: &str| {
        let text: String = text.bytes().map(|octet| format!("%{octet:02X}")).collect();
        d.get(&format!("/contacts?{parameter}={text}")).await.items().iter().any(|c| c["id"] == made["id"])
    };
    for text in [pasted, "+7.999.000.00.77", "Андрей Пробный", "Андреи\u{306} Пробныи\u{306}"]
    {
        assert!(found("q", text).await, "{text:?}");
    }
    assert!(found("phone", pasted).await);
    let ticket = d.post("/tickets", json!({ "title": "x", "place_text": "y", "requester_phone": pasted })).await.ok();
    assert_eq!(ticket["requester_phone"], "+79990000077");
});

on_both!(pages_hold_everybody_once, async |centre| {
    let d = centre.dispatcher().await;
    let mut seen = std::collections::BTreeSet::new();
    let mut path = "/contacts?limit=90".to_owned();
    loop {
        let page = d.get(&path).await.ok();
        for contact in page["items"].as_array().expect("items") {
            assert!(seen.insert(contact["id"].to_string()), "twice");
        }
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/contacts?limit=90&after={next}");
    }
    assert!((240..=400).contains(&seen.len()), "{}", seen.len());
});

on_both!(made_and_changed, async |centre| {
    let d = centre.dispatcher().await;
    let unit = d.get("/units?limit=1").await.items().remove(0)["id"].clone();
    let id = Uuid::from_u128(0x17);
    let form = json!({ "id": id, "kind": "person", "full_name": "Ёлкина Яна", "phones": [{ "value": "8 (999) 000-00-01" }],
        "units": [{ "unit_id": unit, "role": "tenant" }] });
    let made = d.post("/contacts", form.clone()).await.ok();
    assert_eq!(made["phones"][0]["value"], "+79990000001");
    assert_eq!(made["units"][0]["role"], "tenant");
    assert_eq!(d.post("/contacts", form).await.ok(), made, "sent twice, made once");
    assert_eq!(d.get("/contacts?q=елкин").await.items().len(), 1, "ё is е");
    let path = format!("/contacts/{id}");
    let changed = d
        .patch(&path, json!({ "version": 1, "phones": [{ "value": "+79990000002" }, { "value": "84991234567" }] }))
        .await
        .ok();
    assert_eq!((changed["phones"].as_array().map(Vec::len), changed["version"].as_i64()), (Some(2), Some(2)));
    assert_eq!(changed["units"][0]["role"], "tenant", "what was not named stays");
    assert_eq!(d.get("/contacts?phone=79990000001").await.items().len(), 0);
    let stale = d.patch(&path, json!({ "version": 1, "note": "x" })).await.problem(409, "stale");
    assert_eq!(stale["current"]["version"], 2);
    d.patch(&path, json!({ "version": 2, "phones": [{ "value": "call me" }] })).await.problem(422, "invalid");
    d.patch(&path, json!({ "version": 2, "units": [{ "unit_id": Uuid::max(), "role": "owner" }] }))
        .await
        .problem(422, "invalid");
    for (field, change) in [
        ("kind", json!({ "kind": "club" })),
        ("language", json!({ "language": "ru-RU" })),
        ("units[0].role", json!({ "units": [{ "unit_id": unit, "role": "guest" }] })),
    ] {
        let mut change = change;
        change["version"] = json!(2);
        let problem = d.patch(&path, change).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    assert_eq!(d.get(&path).await.ok(), changed, "a refused change changes nothing");
    let moved = d.patch(&path, json!({ "version": 2, "units": [] })).await.ok();
    assert_eq!(moved["units"], json!([]));
});

on_both!(a_contact_has_a_history, async |centre| {
    let d = centre.dispatcher().await;
    let ticket = d
        .get("/tickets?limit=200")
        .await
        .items()
        .into_iter()
        .find(|t| t["state"] == "closed")
        .expect("a closed ticket");
    let whole = d.get(&format!("/tickets/{}", ticket["id"].as_str().expect("an id"))).await.ok();
    let contact = whole["requester"]["id"].as_str().expect("a requester");
    let items = d.get(&format!("/contacts/{contact}/timeline")).await.items();
    assert!(items.iter().any(|i| i["type"] == "ticket" && i["ticket"]["id"] == ticket["id"]));
    let times: Vec<&str> = items.iter().filter_map(|i| i["at"].as_str()).collect();
    assert!(times.windows(2).all(|w| w[0] >= w[1]), "newest first: {times:?}");
    d.get(&format!("/contacts/{}/timeline", Uuid::max())).await.problem(404, "not-found");
});

// What happened at one time stands in the order of its ids, and no page loses any of it.
on_both!(a_history_of_one_moment_is_read_page_by_page, async |centre| {
    let d = centre.dispatcher().await;
    let contact = d.post("/contacts", json!({ "kind": "person", "full_name": "Ёлкина Яна" })).await.ok()["id"].clone();
    centre.time.stop();
    for title in ["Первая", "Вторая", "Третья"] {
        let body = json!({ "title": title, "place_text": "двор", "requester_id": contact });
        let ticket = d.post("/tickets", body).await.ok();
        let comments = format!("{}/comments", crate::tickets::path(&ticket));
        d.post(&comments, json!({ "visibility": "internal", "text": title })).await.ok();
    }
    let timeline = format!("/contacts/{}/timeline", contact.as_str().expect("an id"));
    let whole = d.get(&timeline).await.items();
    assert_eq!(whole.len(), 6);
    assert!(whole.iter().all(|item| item["at"] == whole[0]["at"]), "{whole:?}");
    for size in [1, 2, 4] {
        assert_eq!(d.all(&timeline, size).await, whole, "pages of {size}");
    }
});
