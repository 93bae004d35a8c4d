//! One intake for each call: what the journal tells, as it is in the database.

use crate::centre::Centre;
use crate::on_both;
use call::event::{Direction, Event, Kind, Outcome, Side};
use linedesk::clock;
use linedesk::db::Pools;
use linedesk::feed::{self, Lag, Outlets};
use linedesk::journal::append::{Opened, Options, Started};
use std::sync::Arc;
use types::{CallId, IntakeId};

/// A call with this key that arrived at this second.
fn arrived(second: i64, key: &str) -> Event {
    let kind = Kind::Arrived {
        intake: clock::id(),
        direction: Direction::Inbound,
        source: "carrier".into(),
        from: Some("+74950009999".into()),
        from_name: String::new(),
        dialled: "1000".into(),
        sip_call_id: format!("{key}@carrier.example"),
        from_tag: "same".into(),
        node: "one".into(),
    };
    event(second, clock::id(), kind)
}

fn ended(second: i64, call: &Event, outcome: Outcome) -> Event {
    let kind = Kind::Ended { outcome, side: Side::Caller, code: 0, wait_ms: 0, talk_ms: 0, hold_ms: 0 };
    event(second, call.call.expect("an arrival is of a call"), kind)
}

fn event(second: i64, call: CallId, kind: Kind) -> Event {
    Event { id: clock::id(), sequence: 0, at: 1_795_000_000_000 + second * 1_000, call: Some(call), kind }
}

/// Stores these events the way all events go.
async fn tell(centre: &Centre, events: Vec<Event>) {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = Opened::open(Options::new(folder.path().to_owned(), 4_096)).expect("a journal");
    let Started { journal, reader, thread } = opened.start(events, |_| {}).expect("a journal starts");
    let (db, news) = (centre.app.db.clone(), centre.app.news.clone());
    let feed = tokio::spawn(feed::run(db, reader, Outlets { news, followers: Vec::new() }, Arc::new(Lag::default())));
    assert!(journal.append(Vec::new()).await);
    drop(journal);
    feed.await.expect("the feed ends with its journal");
    thread.join().expect("the journal's thread ends");
}

/// The calls' intakes with their from_tag, in the order of the calls.
async fn intakes(centre: &Centre, calls: &[&Event]) -> Vec<Option<(IntakeId, String)>> {
    const BY_CALL: &str = "SELECT id, from_tag FROM intakes WHERE call_id = $1";
    let mut found = Vec::new();
    for call in calls {
        let id = call.call.expect("an arrival is of a call");
        found.push(
            match &centre.app.db.pools {
                Pools::Sqlite { readers, .. } => sqlx::query_as(BY_CALL).bind(id).fetch_optional(readers).await,
                Pools::Postgres(pool) => sqlx::query_as(BY_CALL).bind(id).fetch_optional(pool).await,
            }
            .expect("intakes can be read"),
        );
    }
    found
}

on_both!(a_key_used_again_after_the_call_is_a_new_intake, async |centre| {
    let (first, second, third) = (arrived(0, "a"), arrived(20, "a"), arrived(600, "a"));
    let done = |at, call: &Event| ended(at, call, Outcome::Completed);
    let events = [&first, &done(10, &first), &second, &done(30, &second), &third].map(Clone::clone).to_vec();
    tell(&centre, events).await;
    let found = intakes(&centre, &[&first, &second, &third]).await;
    let ids: std::collections::BTreeSet<IntakeId> = found.iter().flatten().map(|(id, _)| *id).collect();
    assert_eq!(ids.len(), 3, "one for each call: {found:?}");
    let tags: Vec<&str> = found.iter().flatten().map(|(_, tag)| tag.as_str()).collect();
    assert!(tags[0].starts_with("same;") && tags[1].starts_with("same;"), "{tags:?}");
    assert_eq!(tags[2], "same", "the newest has the key");
});

on_both!(an_invite_repeated_to_the_next_process_keeps_its_intake_and_a_later_one_does_not, async |centre| {
    let (lost, repeated, later) = (arrived(0, "b"), arrived(9, "b"), arrived(300, "b"));
    let died = ended(1, &lost, Outcome::NodeLost);
    let died_again = ended(290, &repeated, Outcome::NodeLost);
    tell(&centre, [&lost, &died, &repeated, &died_again, &later].map(Clone::clone).to_vec()).await;
    let found = intakes(&centre, &[&lost, &repeated, &later]).await;
    assert_eq!(found[0], None, "it went over to the call that was answered");
    let (repeated, later) = (found[1].clone().expect("an intake"), found[2].clone().expect("an intake"));
    assert!(repeated.1.starts_with("same;") && later.1 == "same", "{repeated:?} {later:?}");
    let Kind::Arrived { intake, .. } = lost.kind else { panic!("an arrival") };
    assert_eq!(repeated.0, intake);
});
