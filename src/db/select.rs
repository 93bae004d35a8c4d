//! Lists with filters: a statement put together from constant pieces, values always bound.

use super::value::bound;
use super::{Error, Result, Tx, Value, limit};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow};

/// A statement under construction. Only `&'static str` can become text of it: what a user typed can only be bound.
#[derive(Debug)]
pub struct Select {
    text: String,
    values: Vec<Value>,
    conditions: usize,
    /// A list was longer than a statement bears.
    too_long: bool,
}

impl Select {
    /// Begins with text that has no WHERE yet.
    pub fn new(text: &'static str) -> Select {
        Select { text: text.to_owned(), values: Vec::new(), conditions: 0, too_long: false }
    }

    /// A condition; each `?` in it takes the next of `values`.
    pub fn filter<const N: usize>(&mut self, condition: &'static str, values: [Value; N]) -> &mut Select {
        self.text.push_str(if self.conditions == 0 { " WHERE (" } else { " AND (" });
        self.conditions += 1;
        self.fill(condition, values);
        self.text.push(')');
        self
    }

    /// `column IN (...)`; an empty list matches nothing, one of more than [`limit::LIST`] is an error: half an answer
    /// would look like a whole one.
    pub fn among<V: Into<Value>>(&mut self, column: &'static str, values: impl IntoIterator<Item = V>) -> &mut Select {
        let values: Vec<Value> = values.into_iter().map(Into::into).collect();
        if values.is_empty() {
            return self.filter("1 = 0", []);
        }
        self.too_long |= values.len() > limit::LIST;
        self.text.push_str(if self.conditions == 0 { " WHERE " } else { " AND " });
        self.conditions += 1;
        self.text.push_str(column);
        self.text.push_str(" IN (");
        for (n, value) in values.into_iter().enumerate() {
            if n > 0 {
                self.text.push(',');
            }
            self.values.push(value);
            self.text.push_str(&format!("${}", self.values.len()));
        }
        self.text.push(')');
        self
    }

    /// Text after the conditions (ORDER BY, LIMIT ...), each `?` bound.
    pub fn then<const N: usize>(&mut self, text: &'static str, values: [Value; N]) -> &mut Select {
        self.text.push(' ');
        self.fill(text, values);
        self
    }

    fn fill<const N: usize>(&mut self, text: &'static str, values: [Value; N]) {
        let mut pieces = text.split('?');
        self.text.push_str(pieces.next().unwrap_or_default());
        let mut values = values.into_iter();
        for piece in pieces {
            match values.next() {
                Some(value) => self.values.push(value),
                None => debug_assert!(false, "more ? than values in {text}"),
            }
            self.text.push_str(&format!("${}", self.values.len()));
            self.text.push_str(piece);
        }
        debug_assert!(values.next().is_none(), "more values than ? in {text}");
    }

    pub async fn fetch<T>(self, tx: &mut Tx) -> Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        if self.too_long {
            return Err(Error::Protocol("a list is longer than a statement bears".into()));
        }
        // Audited: `text` is made of `&'static str` and placeholders only.
        let text = AssertSqlSafe(self.text);
        match tx {
            Tx::Sqlite(t, _) => bound!(sqlx::query_as(text), self.values).fetch_all(&mut **t).await,
            // planned for these values: how rare the words of a search are decides how they are looked for
            Tx::Postgres(t, _) => bound!(sqlx::query_as(text), self.values).persistent(false).fetch_all(&mut **t).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_constant_and_values_are_numbered() {
        let mut s = Select::new("SELECT id FROM t");
        s.filter("a = ?", ["x".into()]).among("b", [1i64, 2]).filter("(c, d) < (?, ?)", [3i64.into(), 4i64.into()]);
        s.then("ORDER BY a LIMIT ?", [5i64.into()]);
        assert_eq!(
            s.text,
            "SELECT id FROM t WHERE (a = $1) AND b IN ($2,$3) AND ((c, d) < ($4, $5)) ORDER BY a LIMIT $6"
        );
        assert_eq!(s.values.len(), 6);
        let mut none = Select::new("SELECT id FROM t");
        none.among("b", Vec::<i64>::new());
        assert_eq!(none.text, "SELECT id FROM t WHERE (1 = 0)");
    }
}
