//! The stream of all nouns' events: one door, one order, one cursor.

use super::{phones, story};
use crate::centre::line::Story;
use crate::centre::{Centre, Database};
use crate::on_both;
use call::event::Outcome;
use linedesk::clock;
use linedesk::db::{Db, Tx};
use linedesk::feed;
use linedesk::outbox::{self, Event, Fact, Subject};
use serde_json::{Value, json};
use types::{CallbackId, Id as _, IntakeId, PersonId, TicketId};

const TICKETS: &[&str] = &["ticket.registered", "ticket.assign", "ticket.commented"];

/// All events of these kinds behind a position.
async fn after(db: &Db, position: i64, kinds: &[&'static str]) -> Vec<(i64, Event)> {
    let mut tx = db.read().await.expect("a database");
    outbox::events_after(&mut tx, position, kinds, 10_000).await.expect("events")
}

fn happened(tx: &mut Tx, ticket: TicketId) {
    let (at, subject) = (clock::utc(), Subject::Tickets(ticket));
    let fact = Fact::new("ticket.commented", &json!({})).expect("JSON");
    outbox::record(tx, Event { id: clock::id(), at, recorded_at: at, subject, actor: None, fact });
}

on_both!(what_is_done_with_a_ticket_is_in_the_stream, async |centre| {
    let db = &centre.app.db;
    let from = after(db, 0, TICKETS).await.last().expect("the demo's tickets").0;
    let d = centre.dispatcher().await;
    let made = d.post("/tickets", json!({ "title": "Кран", "place_text": "двор" })).await.ok();
    let at = format!("/tickets/{}", made["id"].as_str().expect("an id"));
    d.post(&format!("{at}/comments"), json!({ "text": "Звонил дважды", "visibility": "internal" })).await.ok();
    // refused: nothing happened
    d.post("/tickets", json!({ "title": "" })).await.problem(422, "invalid");
    let told = after(db, from, TICKETS).await;
    let kinds: Vec<&str> = told.iter().map(|(_, event)| &*event.fact.kind).collect();
    assert_eq!(kinds, ["ticket.registered", "ticket.commented"]);
    let me = centre.person("dispatcher1").await;
    for (_, event) in &told {
        let id = made["id"].as_str().expect("an id").parse().expect("a UUID");
        assert_eq!((event.subject, event.actor), (Subject::Tickets(id), Some(me)));
    }
    assert_eq!(told[0].1.fact.read::<Value>().expect("data")["number"], made["number"]);
    // the ticket's own history has the same events
    let history = d.get(&at).await.ok()["events"].as_array().map(Vec::len);
    assert_eq!(history, Some(2));
});

/// (kind, subject, data) of what persons did with intakes, calls and callbacks behind a position; each by this person.
async fn done_by(db: &Db, position: i64, person: PersonId) -> Vec<(String, Subject, Value)> {
    const KINDS: &[&str] = &[
        "intake.disposed",
        "intake.identified",
        "call.disposed",
        "call.identified",
        "callback.claimed",
        "callback.settled",
    ];
    let told = |(_, event): (i64, Event)| {
        assert_eq!(event.actor, Some(person), "{event:?}");
        let data = event.fact.read::<Value>().expect("data");
        (event.fact.kind.into_owned(), event.subject, data)
    };
    after(db, position, KINDS).await.into_iter().map(told).collect()
}

on_both!(what_is_said_of_a_call_is_in_the_stream, async |centre| {
    let (line, d, me) = (centre.switch_on().await, centre.dispatcher().await, centre.person("dispatcher1").await);
    let story = Story::arrived(Some("+79990001122"), 1).answered(me, "main").ended(Outcome::Completed);
    let (call, intake) = (story.call, story.intake);
    line.happens(story).await;
    let contact = d.get("/contacts?limit=1").await.items().remove(0)["id"].clone();
    let at = format!("/calls/{call}");
    assert_eq!(d.put(&format!("{at}/contact"), json!({ "contact_id": contact })).await.status, 204);
    // refused: nothing happened
    d.put(&format!("{at}/contact"), json!({ "contact_id": uuid::Uuid::max() })).await.problem(422, "invalid");
    d.put(&format!("{at}/disposition"), json!({ "code": "consulted" })).await.problem(422, "invalid");
    assert_eq!(d.put(&format!("{at}/disposition"), json!({ "code": "spam" })).await.status, 204);
    let again = json!({ "code": "wrong_number" });
    assert_eq!(d.put(&format!("/intakes/{intake}/disposition"), again).await.status, 204);
    let who = json!({ "contact_id": contact, "unit_id": null, "building_id": null });
    let said = |code: &str, former: Option<&str>| json!({ "disposition": code, "former": former, "ticket_id": null });
    let (call, intake) = (Subject::Calls(call), Subject::Intakes(intake));
    let expected = [
        ("call.identified", call, who.clone()),
        ("intake.identified", intake, who),
        ("intake.disposed", intake, said("spam", None)),
        ("call.disposed", call, json!({ "disposition": "spam" })),
        ("intake.disposed", intake, said("wrong_number", Some("spam"))),
        ("call.disposed", call, json!({ "disposition": "wrong_number" })),
    ];
    assert_eq!(done_by(&centre.app.db, 0, me).await, expected.map(|(kind, of, data)| (kind.to_owned(), of, data)));
});

on_both!(what_is_done_with_a_callback_is_in_the_stream, async |centre| {
    let (line, d, me) = (centre.switch_on().await, centre.dispatcher().await, centre.person("dispatcher1").await);
    let other = centre.login("dispatcher2").await;
    let (mine, by_intake): (CallbackId, CallbackId) = (clock::id(), clock::id());
    let story = Story::arrived(Some("+79990001122"), 3).abandoned(mine, "main");
    let first = story.intake;
    line.happens(story).await;
    let story = Story::arrived(Some("+79990001133"), 2).abandoned(by_intake, "main");
    let (second, call) = (story.intake, story.call);
    line.happens(story).await;
    d.put(&format!("/callbacks/{mine}/claim"), json!({})).await.ok();
    // claimed already, and a colleague's: nothing happened
    d.put(&format!("/callbacks/{mine}/claim"), json!({})).await.ok();
    other.put(&format!("/callbacks/{mine}/claim"), json!({})).await.problem(409, "claimed");
    d.put(&format!("/callbacks/{mine}/state"), json!({ "state": "done" })).await.ok();
    d.put(&format!("/callbacks/{mine}/state"), json!({ "state": "done" })).await.problem(409, "settled");
    assert_eq!(d.put(&format!("/intakes/{second}/disposition"), json!({ "code": "spam" })).await.status, 204);
    let said = |code: &str| json!({ "disposition": code, "former": null, "ticket_id": null });
    let ended = |state: &str, intake: IntakeId| json!({ "state": state, "intake_id": intake });
    let expected = [
        ("callback.claimed", Subject::Callbacks(mine), json!({ "queue": "main" })),
        ("callback.settled", Subject::Callbacks(mine), ended("done", first)),
        ("intake.disposed", Subject::Intakes(first), said("callback_done")),
        ("callback.settled", Subject::Callbacks(by_intake), ended("cancelled", second)),
        ("intake.disposed", Subject::Intakes(second), said("spam")),
        ("call.disposed", Subject::Calls(call), json!({ "disposition": "spam" })),
    ];
    assert_eq!(done_by(&centre.app.db, 0, me).await, expected.map(|(kind, of, data)| (kind.to_owned(), of, data)));
});

on_both!(calls_and_tickets_share_one_order, async |centre| {
    let db = &centre.app.db;
    let events = story::events(&phones(db).await, 8);
    let (first, second) = events.split_at(events.len() / 2);
    feed::store(db, first).await.expect("stored");
    let ticket: TicketId = clock::id();
    let mut tx = db.write().await.expect("a database");
    happened(&mut tx, ticket);
    tx.commit().await.expect("a commit");
    feed::store(db, second).await.expect("stored");
    let told = after(db, 0, &["arrived", "ticket.commented"]).await;
    assert!(told.windows(2).all(|pair| pair[0].0 < pair[1].0), "positions grow");
    let nth = told.iter().position(|(_, event)| event.subject == Subject::Tickets(ticket)).expect("the ticket's");
    let calls = told[..nth].iter().filter(|(_, event)| &*event.fact.kind == "arrived").count();
    let of_first = first.iter().filter(|event| matches!(event.kind, call::Kind::Arrived { .. })).count();
    assert_eq!(calls, of_first, "between the halves");
    assert!(told.iter().all(|(_, event)| event.subject.id() != uuid::Uuid::nil()));
});

on_both!(what_is_rolled_back_did_not_happen, async |centre| {
    let ticket: TicketId = clock::id();
    let mut tx = centre.app.db.write().await.expect("a database");
    happened(&mut tx, ticket);
    drop(tx);
    let told = after(&centre.app.db, 0, TICKETS).await;
    assert!(told.iter().all(|(_, event)| event.subject.id() != ticket.uuid()));
});

/// Two transactions at a time: whoever commits later stands behind, so that a cursor passes nothing over.
#[tokio::test]
async fn positions_are_given_in_the_order_of_commits() {
    let centre = Centre::start(Database::Postgres).await;
    let db = &centre.app.db;
    let (slow, quick): (TicketId, TicketId) = (clock::id(), clock::id());
    let mut one = db.write().await.expect("a database");
    happened(&mut one, slow);
    let mut other = db.write().await.expect("a database");
    happened(&mut other, quick);
    other.commit().await.expect("a commit");
    let told = after(db, 0, TICKETS).await;
    let (cursor, last) = told.last().expect("events");
    assert_eq!(last.subject, Subject::Tickets(quick), "the slow one holds nobody up");
    one.commit().await.expect("a commit");
    let told = after(db, *cursor, TICKETS).await;
    assert_eq!(told.iter().map(|(_, event)| event.subject).collect::<Vec<_>>(), [Subject::Tickets(slow)]);
}
