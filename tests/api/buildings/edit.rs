//! Buildings written: the building itself, its grid, its units.

use crate::centre::Character;
use crate::on_both;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

fn house(code: &str) -> Value {
    json!({ "code": code, "name": "Полевая, 3", "address": "г. Москва, ул. Полевая, д. 3", "kind": "residential",
        "emergency_notes": "Ключ у консьержа." })
}

fn path(building: &Value) -> String {
    format!("/buildings/{}", building["id"].as_str().expect("an id"))
}

/// The inside of a building as a document that can be sent back.
fn grid(building: &Value) -> Value {
    let only = |thing: &Value, names: &[&str]| -> Value {
        names.iter().map(|name| ((*name).to_owned(), thing[*name].clone())).collect::<serde_json::Map<_, _>>().into()
    };
    let list = |value: &Value| value.as_array().cloned().expect("a list");
    let units = |floor: &Value| {
        let names = ["id", "label", "kind", "state", "area", "rooms"];
        list(&floor["units"]).iter().map(|u| only(u, &names)).collect::<Vec<_>>()
    };
    let floors = |section: &Value| {
        let floor = |f: &Value| json!({ "id": f["id"], "name": f["name"], "units": units(f) });
        list(&section["floors"]).iter().map(floor).collect::<Vec<_>>()
    };
    let section = |s: &Value| json!({ "id": s["id"], "name": s["name"], "kind": s["kind"], "floors": floors(s) });
    json!({ "version": building["version"],
        "sections": list(&building["sections"]).iter().map(section).collect::<Vec<_>>(),
        "risers": list(&building["risers"]) })
}

/// One staircase, two floors with two flats each, and a riser through the left ones.
fn small(version: i64) -> Value {
    let id = |n: u128| Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 + n);
    let flat = |n: u128| json!({ "id": id(n), "label": n.to_string(), "kind": "flat", "area": 40.5, "rooms": 2 });
    json!({ "version": version, "sections": [{ "name": "Подъезд 1", "kind": "section", "floors": [
            { "name": "2", "units": [flat(3), flat(4)] }, { "name": "1", "units": [flat(1), flat(2)] }] }],
        "risers": [{ "kind": "riser_cold", "name": "Стояк ХВС 1–3", "units": [id(1), id(3)] }] })
}

async fn new_house(admin: &Character) -> Value {
    admin.post("/buildings", house("201")).await.ok()
}

on_both!(built_described_archived, async |centre| {
    let admin = centre.administrator().await;
    let mut form = house("201");
    form["id"] = json!(Uuid::from_u128(0x201));
    let made = admin.post("/buildings", form.clone()).await.ok();
    assert_eq!(
        (made["code"].as_str(), made["timezone"].as_str(), made["power_supply"].as_str(), made["version"].as_i64()),
        (Some("201"), Some("Europe/Moscow"), Some("one_source"), Some(1))
    );
    assert_eq!(admin.post("/buildings", form).await.ok(), made, "sent twice, made once");
    let taken = admin.post("/buildings", house("201")).await.problem(409, "taken");
    assert_eq!(taken["errors"][0]["field"], "code");
    let notes =
        json!({ "version": 1, "emergency_notes": "Ввод ХВС в подвале.\nКлюч в офисе.", "timezone": "Asia/Omsk" });
    let changed = admin.patch(&path(&made), notes).await.ok();
    assert_eq!(
        (changed["version"].as_i64(), changed["name"].as_str(), changed["timezone"].as_str()),
        (Some(2), Some("Полевая, 3"), Some("Asia/Omsk")),
        "what was not named stays"
    );
    let stale = admin.patch(&path(&made), json!({ "version": 1, "name": "X" })).await.problem(409, "stale");
    assert_eq!(stale["current"]["version"], 2);
    let taken = admin.patch(&path(&made), json!({ "version": 2, "code": "101" })).await.problem(409, "taken");
    assert_eq!(taken["errors"][0]["field"], "code");
    assert_eq!(admin.get(&path(&made)).await.ok(), changed, "a refused change changes nothing");
    admin.patch(&path(&made), json!({ "version": 2, "status": "archived" })).await.ok();
    let codes = |items: Vec<Value>| items.iter().map(|b| b["code"].to_string()).collect::<Vec<_>>();
    assert_eq!(codes(admin.get("/buildings").await.items()).len(), 3);
    assert_eq!(codes(admin.get("/buildings?status=archived").await.items()), ["\"201\""]);
    assert_eq!(codes(admin.get("/buildings?status=all").await.items()).len(), 4);
    admin.get("/buildings?status=ruined").await.problem(422, "invalid");
});

on_both!(a_building_form_is_checked, async |centre| {
    let admin = centre.administrator().await;
    for (field, value) in [
        ("code", json!("12")),
        ("code", json!("12345")),
        ("code", json!("1٢3")),
        ("code", json!(201)),
        ("name", json!(" ")),
        ("name", json!("x".repeat(301))),
        ("address", json!("a\u{7}b")),
        ("kind", json!("castle")),
        ("status", json!("ruined")),
        ("timezone", json!("Europe/Atlantis")),
        ("power_supply", json!("three_sources")),
        ("emergency_notes", json!("a\0b")),
        ("emergency_notes", json!("x".repeat(20_001))),
        ("floors", json!(3)),
    ] {
        let mut form = house("201");
        form[field] = value.clone();
        let problem = admin.post("/buildings", form).await.problem(422, "invalid");
        let said = &problem["errors"][0];
        assert!(
            said["field"] == field || said["message"].as_str().is_some_and(|m| m.contains("invalid type")),
            "{said}"
        );
        if value.is_string() {
            let first = admin.get("/buildings").await.items().remove(0);
            let mut change = json!({ "version": first["version"] });
            change[field] = value;
            let problem = admin.patch(&path(&first), change).await.problem(422, "invalid");
            assert_eq!(problem["errors"][0]["field"], field);
        }
    }
    let all = json!({ "code": "x", "name": "", "address": "", "kind": "village" });
    let problem = admin.post("/buildings", all).await.problem(422, "invalid");
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(3), "all that is wrong is said at once");
    let huge = format!("{{\"name\": \"{}\"}}", "x".repeat(2 * 1024 * 1024)).into_bytes();
    admin.raw(Method::POST, "/buildings", "application/json", Some(huge)).await.problem(413, "too-large");
    assert_eq!(admin.get("/buildings?status=all").await.items().len(), 3, "nothing was written");
});

on_both!(only_administrators_build, async |centre| {
    let first = centre.administrator().await.get("/buildings").await.items().remove(0);
    let unit =
        format!("/units/{}", centre.dispatcher().await.get("/units").await.items()[0]["id"].as_str().expect("an id"));
    for person in [centre.dispatcher().await, centre.supervisor().await, centre.technician().await] {
        person.post("/buildings", house("201")).await.problem(403, "forbidden");
        person.patch(&path(&first), json!({ "version": 1 })).await.problem(403, "forbidden");
        person.put(&format!("{}/grid", path(&first)), small(1)).await.problem(403, "forbidden");
        person.patch(&unit, json!({ "version": 1 })).await.problem(403, "forbidden");
    }
    centre.stranger().post("/buildings", house("201")).await.problem(401, "unauthorized");
    let nowhere = Uuid::max();
    let admin = centre.administrator().await;
    admin.patch(&format!("/buildings/{nowhere}"), json!({ "version": 1 })).await.problem(404, "not-found");
    admin.put(&format!("/buildings/{nowhere}/grid"), small(1)).await.problem(404, "not-found");
    admin.patch(&format!("/units/{nowhere}"), json!({ "version": 1 })).await.problem(404, "not-found");
});

on_both!(a_grid_is_drawn_and_redrawn, async |centre| {
    let admin = centre.administrator().await;
    let house = new_house(&admin).await;
    let at = format!("{}/grid", path(&house));
    let drawn = admin.put(&at, small(1)).await.ok();
    assert_eq!((drawn["version"].as_i64(), drawn["units"].as_i64()), (Some(2), Some(4)));
    let floors = &drawn["sections"][0]["floors"];
    assert_eq!((floors[0]["name"].as_str(), floors[0]["units"][0]["label"].as_str()), (Some("2"), Some("3")));
    assert_eq!(floors[1]["units"][0]["state"], "unknown");
    assert_eq!(drawn["risers"][0]["units"].as_array().map(Vec::len), Some(2));
    assert_eq!(admin.get(&path(&house)).await.ok(), drawn);
    // What was read can be sent back, and is the same.
    let mut again = admin.put(&at, grid(&drawn)).await.ok();
    assert_eq!(again["version"], 3);
    again["version"] = json!(2);
    assert_eq!(again, drawn);
    // Two flats change their numbers, one goes away, a shop comes; the riser loses a unit.
    let mut next = grid(&drawn);
    next["version"] = json!(3);
    let units = next["sections"][0]["floors"][0]["units"].as_array_mut().expect("units");
    units[0]["label"] = json!("4");
    units[1]["label"] = json!("3");
    let low = next["sections"][0]["floors"][1]["units"].as_array_mut().expect("units");
    let gone = low.remove(0)["id"].clone();
    low.push(json!({ "label": "3", "kind": "commercial", "state": "occupied" }));
    let problem = admin.put(&at, next.clone()).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "risers[0].units", "it names a unit that is gone: {problem}");
    next["risers"][0]["units"].as_array_mut().expect("units").retain(|u| *u != gone);
    let redrawn = admin.put(&at, next).await.ok();
    let floors = &redrawn["sections"][0]["floors"];
    assert_eq!(
        (&floors[0]["units"][0]["id"], &floors[0]["units"][0]["label"]),
        (&drawn["sections"][0]["floors"][0]["units"][0]["id"], &json!("4"))
    );
    assert_eq!(floors[1]["units"][1]["kind"], "commercial", "the same number, another kind");
    assert_eq!(redrawn["risers"][0]["units"].as_array().map(Vec::len), Some(1));
    admin.get(&format!("/units/{}", gone.as_str().expect("an id"))).await.problem(404, "not-found");
    let empty = admin.put(&at, json!({ "version": 4, "sections": [], "risers": [] })).await.ok();
    assert_eq!((empty["units"].as_i64(), &empty["sections"], &empty["risers"]), (Some(0), &json!([]), &json!([])));
});

on_both!(a_grid_is_checked, async |centre| {
    let admin = centre.administrator().await;
    let house = new_house(&admin).await;
    let at = format!("{}/grid", path(&house));
    let foreign = admin.get("/buildings").await.items().remove(0);
    let foreign = admin.get(&path(&foreign)).await.ok();
    let one = "/sections/0/floors/0/units/0/";
    for (pointer, value, field) in [
        ("/sections/0/name", json!(""), "sections[0].name"),
        ("/sections/0/kind", json!("tower"), "sections[0].kind"),
        ("/sections/0/floors/1/name", json!("\u{1}"), "sections[0].floors[1].name"),
        (&*format!("{one}label"), json!(" "), "sections[0].floors[0].units[0].label"),
        (&*format!("{one}label"), json!("x".repeat(21)), "sections[0].floors[0].units[0].label"),
        (&*format!("{one}label"), json!("4"), "units.label"),
        (&*format!("{one}kind"), json!("cave"), "sections[0].floors[0].units[0].kind"),
        (&*format!("{one}area"), json!(-1), "sections[0].floors[0].units[0].area"),
        (&*format!("{one}rooms"), json!(-1), "sections[0].floors[0].units[0].rooms"),
        ("/risers/0/kind", json!("riser_gas"), "risers[0].kind"),
        ("/risers/0/name", json!(" "), "risers[0].name"),
        ("/risers/0/units/0", json!(Uuid::max()), "risers[0].units"),
        ("/risers/0/units/0", foreign["sections"][0]["floors"][0]["units"][0]["id"].clone(), "risers[0].units"),
    ] {
        let mut document = small(1);
        *document.pointer_mut(pointer).expect(pointer) = value;
        let problem = admin.put(&at, document).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{pointer}: {problem}");
    }
    let unit = foreign["sections"][0]["floors"][0]["units"][0]["id"].clone();
    let floor = foreign["sections"][0]["floors"][0]["id"].clone();
    let section = foreign["sections"][0]["id"].clone();
    let riser = foreign["risers"][0]["id"].clone();
    for (pointer, id) in [
        ("/sections/0", section),
        ("/sections/0/floors/0", floor),
        ("/sections/0/floors/1/units/1", unit),
        ("/risers/0", riser),
    ] {
        let mut document = small(1);
        document.pointer_mut(pointer).expect(pointer)["id"] = id;
        let problem = admin.put(&at, document).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "id", "{pointer}: a thing of another building is not taken over");
    }
    let mut twice = small(1);
    twice["sections"][0]["floors"][0]["units"][0]["id"] = twice["sections"][0]["floors"][0]["units"][1]["id"].clone();
    admin.put(&at, twice).await.problem(422, "invalid");
    let floors: Vec<Value> = (0..1_001).map(|n| json!({ "name": n.to_string(), "units": [] })).collect();
    let tall =
        json!({ "version": 1, "sections": [{ "name": "1", "kind": "section", "floors": floors }], "risers": [] });
    assert_eq!(admin.put(&at, tall).await.problem(422, "invalid")["errors"][0]["field"], "floors");
    admin.put(&at, json!({ "version": 1, "sections": [] })).await.problem(422, "invalid");
    admin.put(&at, json!({ "version": 1, "sections": {}, "risers": [] })).await.problem(422, "invalid");
    assert_eq!(admin.get(&path(&house)).await.ok(), house, "nothing was written");
    assert_eq!(admin.get(&path(&foreign)).await.ok(), foreign);
});

on_both!(what_people_live_in_stays, async |centre| {
    let admin = centre.administrator().await;
    let first = admin.get("/buildings").await.items().remove(0);
    let before = admin.get(&path(&first)).await.ok();
    let at = format!("{}/grid", path(&first));
    let problem = admin.put(&at, json!({ "version": 1, "sections": [], "risers": [] })).await.problem(409, "in-use");
    assert!(
        problem["detail"].as_str().is_some_and(|d| d.starts_with("Units") && d.ends_with("and others.")),
        "{problem}"
    );
    assert_eq!(admin.get(&path(&first)).await.ok(), before, "nothing was written");
    // As it is it can be sent back, with its residents.
    let mut same = admin.put(&at, grid(&before)).await.ok();
    same["version"] = before["version"].clone();
    assert_eq!(same, before);
});

on_both!(a_unit_is_changed, async |centre| {
    let (admin, d) = (centre.administrator().await, centre.dispatcher().await);
    let line = admin.get("/units?q=12").await.items().into_iter().find(|u| u["label"] == "12").expect("flat 12");
    let at = format!("/units/{}", line["id"].as_str().expect("an id"));
    let before = admin.get(&at).await.ok();
    let changed = admin.patch(&at, json!({ "version": before["version"], "state": "vacant", "area": null })).await.ok();
    assert_eq!(
        (changed["state"].as_str(), &changed["area"], &changed["rooms"]),
        (Some("vacant"), &Value::Null, &before["rooms"])
    );
    assert_eq!(changed["version"].as_i64(), before["version"].as_i64().map(|v| v + 1), "of the whole building");
    admin.patch(&at, json!({ "version": before["version"], "rooms": 3 })).await.problem(409, "stale");
    let version = &changed["version"];
    let taken = admin.patch(&at, json!({ "version": version, "label": "13" })).await.problem(409, "taken");
    assert_eq!(taken["errors"][0]["field"], "label");
    for (field, value) in [
        ("label", json!("")),
        ("kind", json!("cave")),
        ("state", json!("haunted")),
        ("area", json!(0)),
        ("rooms", json!(-2)),
    ] {
        let mut change = json!({ "version": version });
        change[field] = value;
        assert_eq!(admin.patch(&at, change).await.problem(422, "invalid")["errors"][0]["field"], field);
    }
    assert_eq!(admin.get(&at).await.ok(), changed, "a refused change changes nothing");
    assert_eq!(d.get(&at).await.ok()["state"], "vacant");
});

on_both!(of_two_who_change_at_once_one_wins, async |centre| {
    let admin = centre.administrator().await;
    let house = new_house(&admin).await;
    let at = path(&house);
    let changes = (0..8).map(|n| {
        let (admin, at) = (admin.clone(), at.clone());
        async move { admin.patch(&at, json!({ "version": 1, "name": format!("Дом {n}") })).await.status.as_u16() }
    });
    let mut statuses = futures_util::future::join_all(changes).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409, 409, 409]);
    assert_eq!(admin.get(&at).await.ok()["version"], 2);
});
