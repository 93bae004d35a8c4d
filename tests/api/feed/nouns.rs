//! Changes of buildings, contacts and people are in the stream, with who made them and nothing personal.

use crate::centre::Centre;
use crate::on_both;
use linedesk::contacts::rules::{ContactKind, Language};
use linedesk::contacts::store::ContactData;
use linedesk::outbox::{self, Event, Subject};
use linedesk::{buildings, clock, contacts};
use serde_json::{Value, json};
use types::ContactId;

const KINDS: &[&str] = &[
    "building.created",
    "building.changed",
    "building.grid_replaced",
    "building.unit_changed",
    "classifier.created",
    "classifier.changed",
    "contact.created",
    "contact.changed",
    "person.created",
    "person.changed",
    "classifier.created",
    "classifier.changed",
];

async fn told(centre: &Centre) -> Vec<Event> {
    let mut tx = centre.app.db.read().await.expect("a database");
    let events = outbox::events_after(&mut tx, 0, KINDS, 10_000).await.expect("events");
    events.into_iter().map(|(_, event)| event).collect()
}

fn data(event: &Event) -> Value {
    event.fact.read().expect("data")
}

fn id<I: std::str::FromStr<Err: std::fmt::Debug>>(thing: &Value) -> I {
    thing["id"].as_str().expect("an id").parse().expect("a UUID")
}

on_both!(what_is_done_with_a_building_is_in_the_stream, async |centre| {
    let admin = centre.administrator().await;
    let form = json!({ "id": uuid::Uuid::from_u128(0x301), "code": "301", "name": "Полевая, 3", "address": "ул. Полевая",
        "kind": "residential" });
    let made = admin.post("/buildings", form.clone()).await.ok();
    admin.post("/buildings", form).await.ok();
    let at = format!("/buildings/{}", made["id"].as_str().expect("an id"));
    admin.patch(&at, json!({ "version": 1, "name": "Полевая, 5" })).await.ok();
    let unit = uuid::Uuid::from_u128(0x302);
    let floor = json!({ "name": "1", "units": [{ "id": unit, "label": "1", "kind": "flat" }] });
    let grid = |version: i64, kind: &str| {
        let section = json!({ "name": "1", "kind": kind, "floors": [floor] });
        json!({ "version": version, "sections": [section], "risers": [] })
    };
    admin.put(&format!("{at}/grid"), grid(2, "section")).await.ok();
    admin.patch(&format!("/units/{unit}"), json!({ "version": 3, "rooms": 2 })).await.ok();
    // refused: nothing happened
    admin.patch(&at, json!({ "version": 1, "name": "X" })).await.problem(409, "stale");
    admin.patch(&at, json!({ "version": 4, "code": "101" })).await.problem(409, "taken");
    admin.put(&format!("{at}/grid"), grid(4, "tower")).await.problem(422, "invalid");
    admin.patch(&format!("/units/{unit}"), json!({ "version": 4, "label": "" })).await.problem(422, "invalid");
    let told = told(&centre).await;
    let happened: Vec<(&str, Value)> = told.iter().map(|event| (&*event.fact.kind, data(event))).collect();
    assert_eq!(
        happened,
        [
            ("building.created", json!({ "version": 1 })),
            ("building.changed", json!({ "version": 2 })),
            ("building.grid_replaced", json!({ "version": 3 })),
            ("building.unit_changed", json!({ "version": 4, "unit_id": unit })),
        ]
    );
    let me = centre.person("admin").await;
    assert!(told.iter().all(|event| (event.subject, event.actor) == (Subject::Buildings(id(&made)), Some(me))));
});

on_both!(what_is_done_with_contacts_people_and_classifiers_is_in_the_stream, async |centre| {
    let (d, admin) = (centre.dispatcher().await, centre.administrator().await);
    let form = json!({ "id": uuid::Uuid::from_u128(0x303), "kind": "person", "full_name": "Ёлкина Яна",
        "phones": [{ "value": "+79990000001" }] });
    let contact = d.post("/contacts", form.clone()).await.ok();
    d.post("/contacts", form).await.ok();
    let at = format!("/contacts/{}", contact["id"].as_str().expect("an id"));
    d.patch(&at, json!({ "version": 1, "note": "Домофон не работает" })).await.ok();
    d.patch(&at, json!({ "version": 1, "note": "X" })).await.problem(409, "stale");
    let nowhere = json!({ "version": 2, "units": [{ "unit_id": uuid::Uuid::max(), "role": "owner" }] });
    d.patch(&at, nowhere).await.problem(422, "invalid");
    let form = json!({ "login": "night", "name": "Ночной", "role": "supervisor", "password": "a long password" });
    let person = admin.post("/people", form.clone()).await.ok();
    admin.post("/people", form).await.problem(409, "taken");
    let at = format!("/people/{}", person["id"].as_str().expect("an id"));
    admin.patch(&at, json!({ "version": 1, "password": "another password" })).await.ok();
    admin.patch(&at, json!({ "version": 1, "active": false })).await.problem(409, "stale");
    let form = json!({ "id": uuid::Uuid::from_u128(0x304), "place_ru": "Двор", "place_en": "Yard", "category_ru": "Въезд",
        "category_en": "Gate", "problem_ru": "Шлагбаум не открывается", "problem_en": "The barrier stays down",
        "kind": "service", "priority": 3, "profile": "small_fault" });
    let class = admin.post("/classifiers", form.clone()).await.ok();
    admin.post("/classifiers", form).await.ok();
    let at = format!("/classifiers/{}", class["id"].as_str().expect("an id"));
    admin.patch(&at, json!({ "version": 1, "active": false })).await.ok();
    admin.patch(&at, json!({ "version": 1, "active": true })).await.problem(409, "stale");
    let told = told(&centre).await;
    let happened: Vec<_> =
        told.iter().map(|event| (&*event.fact.kind, data(event), event.subject, event.actor)).collect();
    let class = Subject::Classifiers(id(&class));
    let (contact, d) = (Subject::Contacts(id(&contact)), Some(centre.person("dispatcher1").await));
    let (person, admin) = (Subject::People(id(&person)), Some(centre.person("admin").await));
    assert_eq!(
        happened,
        [
            ("contact.created", json!({ "version": 1 }), contact, d),
            ("contact.changed", json!({ "version": 2 }), contact, d),
            ("person.created", json!({ "version": 1 }), person, admin),
            ("person.changed", json!({ "version": 2 }), person, admin),
            ("classifier.created", json!({ "version": 1 }), class, admin),
            ("classifier.changed", json!({ "version": 2 }), class, admin),
        ]
    );
});

on_both!(a_change_that_is_rolled_back_is_not_told, async |centre| {
    let actor = centre.person("admin").await;
    let building = centre.administrator().await.get("/buildings").await.items().remove(0);
    let change = serde_json::from_value(json!({ "version": building["version"], "name": "X" })).expect("a change");
    let contact: ContactId = clock::id();
    let (kind, language) = (ContactKind::Company, Language::En);
    let data = ContactData {
        id: contact,
        kind,
        full_name: "X".into(),
        language,
        vip: false,
        note: String::new(),
        phones: Vec::new(),
        units: Vec::new(),
    };
    let mut tx = centre.app.db.write().await.expect("a database");
    buildings::act::change(&mut tx, id(&building), change, actor).await.expect("changed");
    contacts::act::create(&mut tx, data, actor).await.expect("made");
    drop(tx);
    assert!(told(&centre).await.is_empty());
    let d = centre.dispatcher().await;
    d.get(&format!("/contacts/{contact}")).await.problem(404, "not-found");
});
