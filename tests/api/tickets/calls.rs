//! Tickets of calls: opened by the answer, completed, linked to others.

use super::{classifier, path, registered};
use crate::centre::Centre;
use crate::on_both;
use linedesk::clock;
use linedesk::tickets::act::{self, Draft};
use linedesk::tickets::fields::SomeFields;
use serde_json::{Value, json};
use types::{CallId, TicketId};
use uuid::Uuid;

/// An ended call of the demo's history that has a ticket.
async fn call(centre: &Centre) -> Value {
    let d = centre.dispatcher().await;
    d.get("/calls?state=ended&limit=1").await.items().remove(0)
}

async fn answered(centre: &Centre, call: &Value) -> TicketId {
    opened(centre, call["id"].as_str().expect("an id").parse().expect("a UUID")).await
}

/// What the follow-up of an answer does.
pub async fn opened(centre: &Centre, call: CallId) -> TicketId {
    let fields = SomeFields { requester_phone: Some(Some("+79160000000".into())), ..SomeFields::default() };
    let draft = Draft { id: clock::id(), fields, ..Draft::default() };
    let mut tx = centre.app.db.write().await.expect("a database");
    let now = clock::utc();
    let id = act::open_by_call(&mut tx, call, draft, None, now, now).await.expect("a ticket");
    tx.commit().await.expect("a commit");
    id
}

on_both!(opened_once_and_completed, async |centre| {
    let d = centre.dispatcher().await;
    let call = call(&centre).await;
    let id = answered(&centre, &call).await;
    assert_eq!(answered(&centre, &call).await, id, "once a call");
    let opened = d.get(&format!("/tickets/{id}")).await.ok();
    assert_eq!((opened["complete"].as_bool(), opened["clocks"].as_array().map(Vec::len)), (Some(false), Some(0)));
    assert_eq!(opened["calls"][0]["call"]["id"], call["id"]);
    let at = format!("/tickets/{id}");
    let class = classifier(&d, "прорыв%20батар").await;
    let body = json!({ "version": 1, "complete": true, "title": "Батарея", "classifier_id": class["id"] });
    let problem = d.patch(&at, body.clone()).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "building_id", "a complete ticket says where");
    let mut body = body;
    body["place_text"] = json!("во дворе");
    let done = d.patch(&at, body).await.ok();
    assert_eq!((done["complete"].as_bool(), done["kind"].as_str()), (Some(true), Some("emergency")));
    assert_eq!(done["clocks"].as_array().map(Vec::len), Some(3));
    assert_eq!(done["clocks"][0]["started_at"], done["registered_at"], "the law's clocks start with the registration");
});

on_both!(several_tickets_of_one_call, async |centre| {
    let d = centre.dispatcher().await;
    let call = call(&centre).await;
    let before = call["tickets"].as_array().map_or(0, Vec::len);
    for n in 0..2 {
        let body = json!({ "title": format!("ещё {n}"), "place_text": "x", "call_id": call["id"], "intake_id": call["intake_id"] });
        let made = d.post("/tickets", body).await.ok();
        assert_eq!(made["calls"][0]["kind"], "created_in");
        assert_eq!(made["intake_id"], call["intake_id"]);
    }
    let after = d.get(&format!("/calls/{}", call["id"].as_str().expect("an id"))).await.ok();
    assert_eq!(after["tickets"].as_array().map(Vec::len), Some(before + 2));
});

on_both!(linked_to_an_existing_ticket, async |centre| {
    let d = centre.dispatcher().await;
    let call = call(&centre).await;
    let own = answered(&centre, &call).await;
    let existing = registered(&d, "домофон").await;
    let link = format!("{}/calls/{}", path(&existing), call["id"].as_str().expect("an id"));
    d.put(&link, json!({ "offset_ms": -1 })).await.problem(422, "invalid");
    assert_eq!(d.put(&link, json!({ "kind": "about", "offset_ms": 1500 })).await.status, 204);
    let linked = d.get(&path(&existing)).await.ok();
    let of_call = &linked["calls"][0];
    assert_eq!((of_call["kind"].as_str(), of_call["offset_ms"].as_i64()), (Some("about"), Some(1500)));
    let own = d.get(&format!("/tickets/{own}")).await.ok();
    assert_eq!(
        (own["state"].as_str(), &own["merged_into"]),
        (Some("merged"), &existing["id"]),
        "the call's own ticket is not left over"
    );
    assert_eq!(d.put(&link, json!({})).await.status, 204, "again is the same");
    assert_eq!(d.delete(&link).await.status, 204);
    d.delete(&link).await.problem(404, "not-found");
    let nowhere = format!("{}/calls/{}", path(&existing), Uuid::max());
    d.put(&nowhere, json!({})).await.problem(404, "not-found");
});
