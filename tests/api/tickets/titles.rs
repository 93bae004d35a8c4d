//! What a ticket is called: the words of its classifier in the reader's language, or what somebody wrote.

use super::{classifier, path};
use crate::centre::{Centre, Database};
use crate::on_both;
use linedesk::on;
use serde_json::{Value, json};

on_both!(a_ticket_without_a_title_is_called_by_its_classifier, async |centre| {
    let d = centre.dispatcher().await;
    let class = classifier(&d, "прорыв%20батар").await;
    let made = d.post("/tickets", json!({ "place_text": "двор", "classifier_id": class["id"] })).await.ok();
    assert_eq!(made["title"], "", "no language is frozen in it");
    assert_eq!(
        (&made["classifier"]["problem_ru"], &made["classifier"]["problem_en"]),
        (&class["problem_ru"], &class["problem_en"])
    );
    assert_eq!(
        (made["classifier"]["problem_en"].as_str(), &made["law_hint"]),
        (Some("Burst radiator"), &class["law_hint"])
    );
    for q in ["прорыв%20батареи", "burst%20radiator"] {
        let found = d.get(&format!("/tickets?q={q}")).await.items();
        let line = found.iter().find(|t| t["id"] == made["id"]).unwrap_or_else(|| panic!("{q}: {found:?}"));
        assert_eq!(line["classifier"], made["classifier"]);
    }
    // Its own words stand before those of the classifier, and are found instead.
    let named = json!({ "version": made["version"], "title": "Хлещет кипяток" });
    let named = d.patch(&path(&made), named).await.ok();
    assert_eq!(named["title"], "Хлещет кипяток");
    assert!(d.get("/tickets?q=кипяток").await.items().iter().any(|t| t["id"] == made["id"]));
    // Taken away, the classifier's stand again; with neither it is about nothing.
    let bare = d.patch(&path(&made), json!({ "version": named["version"], "title": "" })).await.ok();
    assert_eq!((bare["title"].as_str(), &bare["classifier"]), (Some(""), &made["classifier"]));
    let nothing = json!({ "version": bare["version"], "classifier_id": null });
    let refused = d.patch(&path(&made), nothing).await.problem(422, "invalid");
    assert_eq!(refused["errors"][0]["field"], "title");
    let refused = d.post("/tickets", json!({ "place_text": "двор", "title": " " })).await.problem(422, "invalid");
    assert_eq!(refused["errors"][0]["field"], "title");
    // New words of the classifier are its name at once.
    let s = centre.supervisor().await;
    let at = format!("/classifiers/{}", class["id"].as_str().expect("an id"));
    s.patch(&at, json!({ "version": class["version"], "problem_en": "Radiator burst" })).await.ok();
    assert_eq!(d.get(&path(&made)).await.ok()["classifier"]["problem_en"], "Radiator burst");
});

/// The statements of the migration, on a ticket that was called so before.
async fn migrated(centre: &Centre, database: Database, ticket: &Value, title: &str) -> String {
    let sql = match database {
        Database::Sqlite => include_str!("../../../migrations/sqlite/0016_titles.sql"),
        Database::Postgres => include_str!("../../../migrations/postgres/0016_titles.sql"),
    };
    let number: i64 = ticket["number"].as_str().expect("a number").parse().expect("digits");
    let mut tx = centre.app.db.write().await.expect("a transaction");
    let set = "UPDATE tickets SET title = $2 WHERE number = $1";
    on!(&mut tx, c => sqlx::query(set).bind(number).bind(title).execute(c).await.map(drop)).expect("an update");
    on!(&mut tx, c => sqlx::query(sql).execute(c).await.map(drop)).expect("the migration");
    let get = "SELECT title FROM tickets WHERE number = $1";
    on!(&mut tx, c => sqlx::query_scalar(get).bind(number).fetch_one(c).await).expect("a title")
}

#[tokio::test]
async fn titles_that_repeat_the_classifier_go_and_others_stay() {
    for database in [Database::Sqlite, Database::Postgres] {
        let centre = Centre::start(database).await;
        let d = centre.dispatcher().await;
        let class = classifier(&d, "прорыв%20батар").await;
        let made = d.post("/tickets", json!({ "place_text": "двор", "classifier_id": class["id"] })).await.ok();
        for repeated in ["Прорыв батареи", "Отопление: Прорыв батареи", "Heating: Burst radiator"]
        {
            assert_eq!(migrated(&centre, database, &made, repeated).await, "", "{database:?}: {repeated}");
        }
        for own in ["Прорыв батареи на кухне", "Отопление"] {
            assert_eq!(migrated(&centre, database, &made, own).await, own, "{database:?}");
        }
    }
}
