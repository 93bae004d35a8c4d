//! One row written by the names of its columns.

use super::value::bound;
use super::{Result, Tx, Value};
use sqlx::AssertSqlSafe;
use std::fmt::Write as _;

/// Columns of one row with their values. Only `&'static str` can become text of the statement.
#[derive(Debug, Default)]
pub struct Columns(Vec<(&'static str, Value)>);

impl Columns {
    pub fn new() -> Columns {
        Columns::default()
    }

    pub fn set(&mut self, name: &'static str, value: impl Into<Value>) -> &mut Columns {
        self.0.push((name, value.into()));
        self
    }

    pub async fn insert(self, tx: &mut Tx, table: &'static str) -> Result<()> {
        let text = insert(table, self.0.iter().map(|(name, _)| *name));
        execute(tx, text, self.0.into_iter().map(|(_, value)| value)).await.map(drop)
    }

    /// Writes the row in which all of `key` are so; how many there were.
    pub async fn update(self, tx: &mut Tx, table: &'static str, key: Columns) -> Result<u64> {
        let text = update(table, self.0.iter().map(|(name, _)| *name), key.0.iter().map(|(name, _)| *name));
        execute(tx, text, self.0.into_iter().chain(key.0).map(|(_, value)| value)).await
    }
}

fn insert(table: &'static str, names: impl ExactSizeIterator<Item = &'static str>) -> String {
    let count = names.len();
    let mut text = format!("INSERT INTO {table} (");
    for (n, name) in names.enumerate() {
        text.push_str(if n == 0 { "" } else { ", " });
        text.push_str(name);
    }
    text.push_str(") VALUES (");
    for n in 1..=count {
        let _ = write!(text, "{}${n}", if n == 1 { "" } else { ", " });
    }
    text.push(')');
    text
}

fn update(
    table: &'static str,
    mut names: impl Iterator<Item = &'static str>,
    mut key: impl Iterator<Item = &'static str>,
) -> String {
    let mut text = format!("UPDATE {table}");
    let mut numbers = 1..;
    for (mut before, between, names) in
        [(" SET ", ", ", &mut names as &mut dyn Iterator<Item = &'static str>), (" WHERE ", " AND ", &mut key)]
    {
        for (name, number) in names.zip(&mut numbers) {
            let _ = write!(text, "{before}{name} = ${number}");
            before = between;
        }
    }
    text
}

async fn execute(tx: &mut Tx, text: String, values: impl Iterator<Item = Value>) -> Result<u64> {
    // Audited: `text` is made of `&'static str` and placeholders only.
    let text = AssertSqlSafe(text);
    Ok(match tx {
        Tx::Sqlite(t, _) => bound!(sqlx::query(text), values).execute(&mut **t).await?.rows_affected(),
        Tx::Postgres(t, _) => bound!(sqlx::query(text), values).execute(&mut **t).await?.rows_affected(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_made_of_names() {
        assert_eq!(insert("t", ["a", "b"].into_iter()), "INSERT INTO t (a, b) VALUES ($1, $2)");
        let text = update("t", ["a", "b"].into_iter(), ["id", "version"].into_iter());
        assert_eq!(text, "UPDATE t SET a = $1, b = $2 WHERE id = $3 AND version = $4");
    }
}
