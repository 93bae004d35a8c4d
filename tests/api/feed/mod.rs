//! The journal's events as rows of the database.

mod lease;
mod nouns;
mod story;
mod stream;

use crate::centre::{Centre, Database};
use crate::on_both;
use call::{Event, Kind};
use linedesk::db::{Db, Pools};
use linedesk::feed;
use linedesk::outbox;
use linedesk::tickets;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sqlx::{AssertSqlSafe, Executor as _, Row as _};

/// What the feed writes, in an order of its own; of `events` all but the positions, in the order of the positions.
const TABLES: [&str; 8] =
    ["intakes", "calls", "call_traces", "call_offers", "call_legs", "agent_intervals", "recordings", "callbacks"];

async fn texts(db: &Db, sql: String) -> Vec<String> {
    let sql = AssertSqlSafe(sql);
    match &db.pools {
        Pools::Sqlite { readers, .. } => {
            let rows = readers.fetch_all(sql).await.expect("rows");
            rows.iter().map(|row| row.get(0)).collect()
        }
        Pools::Postgres(pool) => {
            let rows = pool.fetch_all(sql).await.expect("rows");
            rows.iter().map(|row| row.get(0)).collect()
        }
    }
}

/// Every row as text.
async fn rows(db: &Db) -> Vec<String> {
    let mut all = Vec::new();
    for table in TABLES {
        let sql = match &db.pools {
            Pools::Sqlite { .. } => {
                let columns =
                    texts(db, format!("SELECT 'quote(' || name || ')' FROM pragma_table_info('{table}')")).await;
                format!("SELECT '{table} ' || {} FROM {table} ORDER BY 1", columns.join(" || ' ' || "))
            }
            Pools::Postgres(_) => format!("SELECT '{table} ' || row_to_json(t)::text FROM {table} t ORDER BY 1"),
        };
        all.extend(texts(db, sql).await);
    }
    all.extend(texts(db, "SELECT kind FROM events ORDER BY position".into()).await);
    all
}

async fn one(db: &Db, sql: &str) -> i64 {
    texts(db, sql.replace("COUNT(*)", "CAST(COUNT(*) AS TEXT)")).await[0].parse().expect("a number")
}

async fn phones(db: &Db) -> Vec<String> {
    let sql = "SELECT DISTINCT value FROM contact_points WHERE kind = 'phone' ORDER BY value LIMIT 5";
    texts(db, sql.into()).await
}

/// Cuts of `length` events, some of them given again with what follows: the process died before it could say "stored".
fn cuts(length: usize, seed: u64) -> Vec<std::ops::Range<usize>> {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let (mut cuts, mut at) = (Vec::new(), 0);
    while at < length {
        let end = (at + chance.random_range(1..120)).min(length);
        cuts.push(at..end);
        at = if chance.random_bool(0.3) { end - (end - at) / 2 } else { end };
    }
    cuts
}

async fn the_cut_does_not_matter(database: Database) {
    let centre = Centre::start(database).await;
    let singly = centre.app.db.clone();
    let events = story::events(&phones(&singly).await, 60);
    assert!(events.len() > 500);
    for event in &events {
        feed::store(&singly, std::slice::from_ref(event)).await.expect("stored");
    }
    assert_eq!(
        one(&singly, "SELECT COUNT(*) FROM events WHERE kind NOT LIKE 'ticket.%' AND kind <> data ->> 'kind'").await,
        0,
        "one word for a kind"
    );
    let expected = rows(&singly).await;
    for (what, at_least) in [
        ("callbacks WHERE state = 'merged'", 5),
        ("callbacks WHERE state = 'pending'", 5),
        ("call_offers WHERE result = 'rejected'", 5),
        ("call_offers WHERE result = 'caller_left'", 5),
        ("calls WHERE outcome = 'node_lost'", 3),
        ("recordings WHERE state = 'broken'", 3),
        ("intakes WHERE state = 'disposed'", 5),
        ("intakes WHERE state = 'in_handling'", 5),
        ("calls WHERE contact_id IS NOT NULL AND node = 'story'", 5),
    ] {
        let found = one(&singly, &format!("SELECT COUNT(*) FROM {what}")).await;
        assert!(found >= at_least, "the story is too dull: {found} {what}");
    }
    for seed in 0..3 {
        let centre = Centre::start(database).await;
        let db = centre.app.db.clone();
        let cuts = if seed == 0 { std::iter::once(0..events.len()).collect() } else { cuts(events.len(), seed) };
        for cut in cuts {
            feed::store(&db, &events[cut]).await.expect("stored");
        }
        let found = rows(&db).await;
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "cut {seed}");
        }
        assert_eq!(found.len(), expected.len());
    }
}

#[tokio::test]
async fn the_cut_does_not_matter_on_sqlite() {
    the_cut_does_not_matter(Database::Sqlite).await;
}

#[tokio::test]
async fn the_cut_does_not_matter_on_postgresql() {
    the_cut_does_not_matter(Database::Postgres).await;
}

/// Position of the newest event that matches, as text.
async fn newest(db: &Db, condition: &str) -> String {
    texts(db, format!("SELECT CAST(COALESCE(MAX(position), 0) AS TEXT) FROM events WHERE {condition}")).await.remove(0)
}

on_both!(an_answer_opens_one_ticket_and_the_cursor_stands_there, async |centre| {
    let db = centre.app.db.clone();
    let events = story::events(&phones(&db).await, 40);
    let answered = |events: &[Event]| {
        let calls = events.iter().filter(|event| matches!(event.kind, Kind::Answered { .. }));
        calls.filter_map(|event| event.call).collect::<std::collections::BTreeSet<_>>().len()
    };
    let opened = "SELECT COUNT(*) FROM tickets WHERE opened_by_call IN (SELECT id FROM calls WHERE node = 'story')";
    let (first, second) = events.split_at(events.len() / 2);
    let mut expected = 0;
    for half in [first, second] {
        feed::store(&db, half).await.expect("stored");
        expected += answered(half);
        let mut heard = centre.app.news.listen();
        // a follower that begins anew, as after a start
        let follower = tickets::follow::follower();
        let follow = outbox::follow(db.clone(), follower, "test".to_owned(), centre.app.news.clone());
        let until_opened = async {
            while one(&db, opened).await < expected as i64 {
                heard.recv().await.expect("news");
            }
        };
        tokio::select! {
            () = follow => unreachable!("it does not end"),
            () = until_opened => {}
        }
        assert_eq!(one(&db, opened).await, expected as i64);
        let cursor = texts(&db, "SELECT CAST(position AS TEXT) FROM cursors WHERE name = 'tickets'".into()).await;
        assert_eq!(cursor, [newest(&db, "kind = 'answered'").await]);
        assert_ne!(cursor, [newest(&db, "kind <> 'answered'").await], "other events do not move it");
    }
});
