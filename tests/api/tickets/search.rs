//! Search when very many tickets match, and when few do: found by the index or in the order of the list, the same tickets.

use super::{path, registered};
use crate::centre::{Centre, Character};
use crate::on_both;
use linedesk::db::Pools;
use serde_json::{Value, json};
use std::collections::HashSet;

/// More than `linedesk::db::limit::SEARCH_FEW`.
const MANY: usize = 2_500;

/// Copies of a ticket with numbers from 30,000 on, each registered a minute before the one with the next number.
async fn copied(centre: &Centre, ticket: &Value) {
    let own = [
        ("id", "randomblob(16)", "gen_random_uuid()"),
        ("number", "30000 + n", "30000 + n"),
        ("search", "' ' || (30000 + n) || ' стучит труба | кротов'", "' ' || (30000 + n) || ' стучит труба | кротов'"),
        ("opened_by_call", "NULL", "NULL"),
        (
            "registered_at",
            "strftime('%Y-%m-%dT%H:%M:%S+00:00', registered_at, '-' || (9999 - n) || ' minutes')",
            "registered_at - (9999 - n) * interval '1 minute'",
        ),
    ];
    let sqlite = matches!(centre.app.db.pools, Pools::Sqlite { .. });
    let columns: Vec<String> = match &centre.app.db.pools {
        Pools::Sqlite { readers, .. } => {
            sqlx::query_scalar("SELECT name FROM pragma_table_info('tickets')").fetch_all(readers).await
        }
        Pools::Postgres(pool) => {
            let sql = "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'tickets'";
            sqlx::query_scalar(sql).fetch_all(pool).await
        }
    }
    .expect("columns");
    let values: Vec<&str> = columns
        .iter()
        .map(|column| match own.iter().find(|(name, ..)| name == column) {
            Some((_, value, _)) if sqlite => *value,
            Some((.., value)) => *value,
            None => column.as_str(),
        })
        .collect();
    let sql = format!(
        "INSERT INTO tickets ({}) WITH RECURSIVE many (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM many WHERE n + 1 < {MANY}) \
         SELECT {} FROM tickets, many WHERE number = {}",
        columns.join(", "),
        values.join(", "),
        ticket["number"].as_str().expect("a number")
    );
    let sql = sqlx::AssertSqlSafe(sql);
    match &centre.app.db.pools {
        Pools::Sqlite { writer, .. } => drop(sqlx::query(sql).execute(writer).await.expect("rows")),
        Pools::Postgres(pool) => drop(sqlx::query(sql).execute(pool).await.expect("rows")),
    }
}

async fn numbers(d: &Character, q: &str) -> Vec<i64> {
    let found = d.all(&format!("/tickets?q={q}"), 200).await;
    let numbers: Vec<i64> =
        found.iter().map(|t| t["number"].as_str().expect("a number").parse().expect("digits")).collect();
    assert_eq!(numbers.iter().collect::<HashSet<_>>().len(), numbers.len(), "{q}: none twice");
    numbers
}

on_both!(a_search_finds_the_same_whether_few_match_or_many, async |centre| {
    let d = centre.dispatcher().await;
    let model = registered(&d, "домофон").await;
    copied(&centre, &model).await;
    let newest_first: Vec<i64> = (30_000..30_000 + MANY as i64).rev().collect();
    assert_eq!(numbers(&d, "труб").await, newest_first);
    assert_eq!(numbers(&d, "труба%20кротов").await, newest_first);
    assert_eq!(numbers(&d, "кротов%20стучит%2031234").await, [31_234]);
    assert_eq!(numbers(&d, "%22*%22").await, [0i64; 0], "signs are no search for everything");
    assert_eq!(numbers(&d, "руба").await, [0i64; 0], "only beginnings of words");
    // a number: the longest that begin so come first, then the one that it is would, and the rest behind
    let begin: Vec<i64> = (30_100..30_110).rev().collect();
    assert_eq!(numbers(&d, "3010").await, begin);
    assert_eq!(numbers(&d, "30105").await, [30_105]);
    let thirty = numbers(&d, "3").await;
    assert_eq!(thirty[..MANY], newest_first, "begins so, the highest first");
    assert_eq!(numbers(&centre.technician().await, "кротов").await, [0i64; 0], "masked, however many match");
});

on_both!(the_index_follows_the_words_of_a_ticket, async |centre| {
    let d = centre.dispatcher().await;
    let ticket = registered(&d, "домофон").await;
    let number: i64 = ticket["number"].as_str().expect("a number").parse().expect("digits");
    assert!(numbers(&d, "зазубрина").await.is_empty());
    let title = |words: &str, version: &Value| json!({ "version": version, "title": words });
    let changed = d.patch(&path(&ticket), title("Зазубрина", &ticket["version"])).await.ok();
    assert_eq!(numbers(&d, "зазубрина").await, [number]);
    d.patch(&path(&ticket), title("Заноза", &changed["version"])).await.ok();
    assert!(numbers(&d, "зазубрина").await.is_empty());
    assert_eq!(numbers(&d, "заноза").await, [number]);
});
