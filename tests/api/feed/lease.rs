//! Two processes on one database: each event is followed once.

use super::{newest, phones, story};
use crate::on_both;
use chrono::TimeDelta;
use linedesk::feed;
use linedesk::outbox::{BATCH, Follower, Lease, follow, turn};
use std::sync::{Arc, Mutex};
use types::EventId;

on_both!(a_lease_is_kept_by_renewing_it, async |centre| {
    let (one, other) = (Lease::new("thing", "one"), Lease::new("thing", "other"));
    centre.time.stop();
    let began = centre.time.now();
    for (lease, second, expect) in [
        (&one, 0, true),
        (&other, 1, false),
        (&one, 10, true),
        (&other, 20, false),
        (&other, 25, true),
        (&one, 26, false),
        (&Lease::new("another thing", "one"), 26, true),
        // a clock an hour ahead took it, and was mended: nobody waits for that hour
        (&one, 3_600, true),
        (&other, 27, true),
    ] {
        centre.time.pass(began + TimeDelta::seconds(second) - centre.time.now());
        let mut tx = centre.app.db.write().await.expect("a database");
        let held = lease.hold(&mut tx).await.expect("a lease");
        tx.commit().await.expect("a commit");
        assert_eq!(held, expect, "{lease:?} after {second} s");
    }
});

on_both!(two_nodes_follow_each_event_once, async |centre| {
    let db = &centre.app.db;
    let events = story::events(&phones(db).await, 40);
    let (first, rest) = events.split_at(events.len() / 3);
    let (second, third) = rest.split_at(rest.len() / 2);
    let followed: Arc<Mutex<Vec<EventId>>> = Arc::default();
    let list = followed.clone();
    let follower = Follower::new("counted", &["answered", "ended"], move |_, event, _| {
        list.lock().expect("a list").push(event.id);
        Box::pin(std::future::ready(Ok(())))
    });
    let (one, other) = (Lease::new("counted", "one"), Lease::new("counted", "other"));
    let (mut seen_by_one, mut seen_by_other) = (None, None);
    centre.time.stop();

    feed::store(db, first).await.expect("stored");
    let (a, b) = tokio::join!(
        turn(db, &follower, &one, &mut seen_by_one, BATCH),
        turn(db, &follower, &other, &mut seen_by_other, BATCH),
    );
    let (a, b) = (a.expect("a turn").is_some(), b.expect("a turn").is_some());
    assert!(a != b, "one of them: {a} {b}");
    // whichever it was keeps the lease
    let (holder, seen_by_holder, waiting, seen_by_waiting) = match a {
        true => (&one, &mut seen_by_one, &other, &mut seen_by_other),
        false => (&other, &mut seen_by_other, &one, &mut seen_by_one),
    };
    feed::store(db, second).await.expect("stored");
    centre.time.pass(TimeDelta::seconds(5));
    assert!(turn(db, &follower, waiting, seen_by_waiting, BATCH).await.expect("a turn").is_none());
    assert!(turn(db, &follower, holder, seen_by_holder, BATCH).await.expect("a turn").is_some());
    // the holder is gone, and comes back when the other has taken over
    feed::store(db, third).await.expect("stored");
    centre.time.pass(TimeDelta::minutes(1));
    assert!(turn(db, &follower, waiting, seen_by_waiting, BATCH).await.expect("a turn").is_some());
    assert!(turn(db, &follower, holder, seen_by_holder, BATCH).await.expect("a turn").is_none());

    let kind = |event: &&call::Event| {
        ["answered", "ended"].iter().any(|word| format!("{:?}", event.kind).to_lowercase().starts_with(word))
    };
    let expected: Vec<EventId> = events.iter().filter(kind).map(|event| event.id).collect();
    assert_eq!(*followed.lock().expect("a list"), expected, "each once, in order");
    assert_ne!(newest(db, "kind = 'ended'").await, "0");
});

// One event that a follower can never take is passed over; those before and behind it are followed.
on_both!(an_event_that_cannot_be_followed_keeps_nobody_waiting, async |centre| {
    let db = &centre.app.db;
    let events = story::events(&phones(db).await, 40);
    feed::store(db, &events).await.expect("stored");
    let answered: Vec<EventId> =
        events.iter().filter(|event| matches!(event.kind, call::Kind::Answered { .. })).map(|event| event.id).collect();
    let bad = answered[answered.len() / 2];
    let (told, mut hear) = tokio::sync::mpsc::channel(1_000);
    let follower = Follower::new("stubborn", &["answered"], move |_, event, _| {
        let (id, told) = (event.id, told.clone());
        Box::pin(async move {
            if id == bad {
                return Err(linedesk::db::Error::RowNotFound);
            }
            told.send(id).await.expect("somebody counts");
            Ok(())
        })
    });
    let following = tokio::spawn(follow(db.clone(), follower, "one".to_owned(), centre.app.news.clone()));
    let last = *answered.last().expect("answers");
    let mut seen = Vec::new();
    while seen.last() != Some(&last) {
        seen.push(hear.recv().await.expect("the last one comes"));
    }
    following.abort();
    let mut once: Vec<EventId> = Vec::new();
    for id in seen.into_iter().rev() {
        if !once.contains(&id) {
            once.push(id);
        }
    }
    once.reverse();
    let expected: Vec<EventId> = answered.into_iter().filter(|id| *id != bad).collect();
    assert_eq!(once, expected);
});
