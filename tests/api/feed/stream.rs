//! The stream of all nouns' events: one door, one order, one cursor.

use super::{phones, story};
use crate::centre::{Centre, Database};
use crate::on_both;
use linedesk::clock;
use linedesk::db::{Db, Tx};
use linedesk::feed;
use linedesk::outbox::{self, Event, Fact, Subject};
use serde_json::{Value, json};
use types::{Id as _, TicketId};

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
