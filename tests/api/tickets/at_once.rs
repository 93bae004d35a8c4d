//! Two who do a thing at once: one does it, the other is told so, on both databases.

use super::{command, path, registered};
use crate::centre::{Centre, Database};
use crate::on_both;
use linedesk::db::Pools;
use serde_json::json;

on_both!(merged_into_one_another, async |centre| {
    let (d, s) = (centre.dispatcher().await, centre.supervisor().await);
    for _ in 0..15 {
        let (a, b) = (registered(&d, "домофон").await, registered(&d, "домофон").await);
        let (into_b, into_a) =
            (json!({ "command": "merge", "into": b["id"] }), json!({ "command": "merge", "into": a["id"] }));
        let (first, second) = tokio::join!(command(&d, &a, into_b), command(&s, &b, into_a));
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", first.body, second.body);
        let states = [d.get(&path(&a)).await.ok()["state"].clone(), d.get(&path(&b)).await.ok()["state"].clone()];
        assert_eq!(states.iter().filter(|state| **state == "merged").count(), 1, "{states:?}");
    }
});

/// PostgreSQL ends one of two transactions that wait for one another: the request behind it is served all the same.
#[tokio::test]
async fn a_deadlock_is_tried_again() {
    let centre = Centre::start(Database::Postgres).await;
    let d = centre.dispatcher().await;
    let (a, b) = (registered(&d, "домофон").await, registered(&d, "домофон").await);
    let (first, last) = if a["id"].as_str() < b["id"].as_str() { (&a, &b) } else { (&b, &a) };
    let Pools::Postgres(pool) = &centre.app.db.pools else { unreachable!() };
    let lock = async |tx: &mut sqlx::PgTransaction<'_>, ticket: &serde_json::Value| {
        let id: uuid::Uuid = ticket["id"].as_str().expect("an id").parse().expect("a UUID");
        let sql = "UPDATE tickets SET updated_at = updated_at WHERE id = $1";
        sqlx::query(sql).bind(id).execute(&mut **tx).await.expect("a lock");
    };
    let mut rival = pool.begin().await.expect("a transaction");
    // the other one is to find out that both wait, and to be ended
    sqlx::query("SET LOCAL deadlock_timeout = '60s'").execute(&mut *rival).await.expect("a setting");
    lock(&mut rival, last).await;
    let merging = command(&d, &a, json!({ "command": "merge", "into": b["id"] }));
    let rival = async {
        const WAITING: &str = "SELECT count(*) FROM pg_locks WHERE NOT granted";
        while sqlx::query_scalar::<_, i64>(WAITING).fetch_one(pool).await.expect("a count") == 0 {
            tokio::task::yield_now().await;
        }
        lock(&mut rival, first).await;
        rival.commit().await.expect("a commit");
    };
    let (merged, ()) = tokio::join!(merging, rival);
    assert_eq!(merged.status, 200, "{}", merged.body);
}

on_both!(of_two_who_give_a_ticket_away_the_second_is_told, async |centre| {
    let (d, s) = (centre.dispatcher().await, centre.supervisor().await);
    let one = json!(centre.person("technician1").await);
    let form = json!({ "login": "second", "name": "Второй", "role": "technician", "password": "a long password" });
    let other = centre.administrator().await.post("/people", form).await.ok()["id"].clone();
    let ticket = registered(&d, "домофон").await;
    let to = |person: &serde_json::Value| json!({ "command": "assign", "executor_id": person, "version": 1 });
    let transitions = format!("{}/transitions", path(&ticket));
    let (first, second) = tokio::join!(d.post(&transitions, to(&one)), s.post(&transitions, to(&other)));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", first.body, second.body);
    let problem = d.post(&transitions, json!({ "command": "accept" })).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "version");
});

on_both!(the_same_request_twice_at_once_is_one, async |centre| {
    let (d, s) = (centre.dispatcher().await, centre.supervisor().await);
    let admin = centre.administrator().await;
    let ticket = registered(&d, "домофон").await;
    let technician = centre.person("technician1").await;
    let comments = format!("{}/comments", path(&ticket));
    let transitions = format!("{}/transitions", path(&ticket));
    let class = json!({ "place_ru": "Двор", "place_en": "Yard", "category_ru": "Въезд", "category_en": "Gate",
        "problem_ru": "Шлагбаум", "problem_en": "Barrier", "kind": "service", "priority": 3, "profile": "small_fault" });
    let cases = [
        (&d, "/tickets", json!({ "title": "Кран", "place_text": "двор" }), "title"),
        (&d, "/contacts", json!({ "kind": "person", "full_name": "Ёлкина Яна" }), "full_name"),
        (&admin, "/buildings", json!({ "code": "909", "name": "N", "address": "A", "kind": "residential" }), "name"),
        (&s, "/classifiers", class, "problem_ru"),
        (&d, &comments, json!({ "visibility": "internal", "text": "Звонил" }), "text"),
        (&d, &transitions, json!({ "command": "assign", "executor_id": technician, "version": 1 }), "reason"),
    ];
    for (n, (who, at, mut body, field)) in cases.into_iter().enumerate() {
        body["id"] = json!(uuid::Uuid::from_u128(0x700 + n as u128));
        let (first, second) = tokio::join!(who.post(at, body.clone()), who.post(at, body.clone()));
        assert_eq!(first.status, second.status, "{at}: {} {}", first.body, second.body);
        let (first, second) = (first.ok(), second.ok());
        assert_eq!(first, second, "{at}");
        assert_eq!(who.post(at, body.clone()).await.ok(), first, "{at}: later");
        body[field] = json!("другое");
        who.post(at, body.clone()).await.problem(409, "id-in-use");
    }
    let after = d.get(&path(&ticket)).await.ok();
    assert_eq!((after["comments"].as_array().map(Vec::len), after["version"].as_i64()), (Some(1), Some(2)));
    let assigned = after["events"].as_array().expect("events").iter().filter(|e| e["type"] == "assign").count();
    assert_eq!(assigned, 1);
    // what was there before, and another person with the same id
    let taken = json!({ "id": ticket["id"], "title": "Кран", "place_text": "двор" });
    d.post("/tickets", taken).await.problem(409, "id-in-use");
    let same = json!({ "id": uuid::Uuid::from_u128(0x700), "title": "Кран", "place_text": "двор" });
    s.post("/tickets", same).await.problem(409, "id-in-use");
});
