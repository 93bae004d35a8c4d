//! Many rows in one statement. A statement costs more than the row it writes: on SQLite two switches between threads, on
//! PostgreSQL a way over the network.

use super::value::bound;
use super::{Result, Tx, Value, limit};
use sqlx::AssertSqlSafe;
use std::fmt::Write as _;

/// Rows of one constant statement, which is written for one row in one of two forms and repeats what is in brackets:
///
/// ```text
/// INSERT INTO t (a, b) VALUES [($1, $2)] ON CONFLICT DO NOTHING
/// UPDATE t SET b = v.b FROM (SELECT a, b FROM t WHERE 1 = 0 [UNION ALL SELECT $1, $2]) AS v WHERE t.a = v.a
/// ```
///
/// The empty SELECT of the second names the columns and tells PostgreSQL their types.
#[derive(Debug)]
pub struct Rows {
    text: Text,
    values: Vec<Value>,
    /// Values of one row.
    width: usize,
}

impl Rows {
    pub fn new(sql: &'static str) -> Rows {
        let text = Text::of(sql);
        Rows { width: text.width(), text, values: Vec::new() }
    }

    /// One row: a value for each placeholder.
    pub fn push(&mut self, row: impl IntoIterator<Item = Value>) {
        self.values.extend(row);
        debug_assert_eq!(self.values.len() % self.width, 0, "a value for each placeholder: {:?}", self.text);
    }

    /// Writes all rows in order; gives how many the database says it wrote. No rows: nothing is asked.
    ///
    /// The number of rows of a statement is a power of two: so there are few texts, and each stays prepared.
    pub async fn write(self, tx: &mut Tx) -> Result<u64> {
        let (mut left, mut written) = (self.values.len() / self.width, 0);
        let mut values = self.values.into_iter();
        while left > 0 {
            let rows = 1 << left.min(limit::VALUES / self.width).max(1).ilog2();
            // Audited: `text` is made of a `&'static str` and placeholders only.
            let text = AssertSqlSafe(self.text.repeated(rows, self.width));
            let values = values.by_ref().take(rows * self.width);
            written += match tx {
                Tx::Sqlite(t, _) => bound!(sqlx::query(text), values).execute(&mut **t).await?.rows_affected(),
                Tx::Postgres(t, _) => bound!(sqlx::query(text), values).execute(&mut **t).await?.rows_affected(),
            };
            left -= rows;
        }
        Ok(written)
    }
}

/// A statement and the part of it that is repeated.
#[derive(Debug)]
struct Text {
    head: &'static str,
    row: &'static str,
    between: &'static str,
    tail: &'static str,
}

impl Text {
    fn of(sql: &'static str) -> Text {
        let (start, between) = match (sql.find("UNION ALL SELECT $"), sql.find("VALUES (")) {
            (Some(at), _) => (at, " "),
            (None, Some(at)) => (at + "VALUES ".len(), ", "),
            (None, None) => {
                debug_assert!(false, "neither VALUES nor UNION ALL: {sql}");
                (sql.len(), "")
            }
        };
        let end = start + row_length(&sql[start..]);
        Text { head: &sql[..start], row: &sql[start..end], between, tail: &sql[end..] }
    }

    /// The highest placeholder.
    fn width(&self) -> usize {
        pieces(self.row).filter_map(|(_, n)| n).max().unwrap_or(1)
    }

    fn repeated(&self, rows: usize, width: usize) -> String {
        let length = self.head.len() + rows * (self.row.len() + 2 * width + 2) + self.tail.len();
        let mut out = String::with_capacity(length);
        out.push_str(self.head);
        for row in 0..rows {
            if row > 0 {
                out.push_str(self.between);
            }
            for (text, placeholder) in pieces(self.row) {
                out.push_str(text);
                if let Some(n) = placeholder {
                    let _ = write!(out, "${}", row * width + n);
                }
            }
        }
        out.push_str(self.tail);
        out
    }
}

/// Up to the end of the parenthesis that opens at the beginning, or to one that was opened before.
fn row_length(text: &str) -> usize {
    let mut depth = 0;
    for (at, c) in text.bytes().enumerate() {
        match c {
            b'(' => depth += 1,
            b')' if depth == 0 => return at,
            b')' => {
                depth -= 1;
                if depth == 0 && text.starts_with('(') {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// Text and the placeholder behind it.
fn pieces(text: &str) -> impl Iterator<Item = (&str, Option<usize>)> {
    text.split('$').enumerate().flat_map(|(nth, piece)| {
        let digits = if nth == 0 { 0 } else { piece.bytes().take_while(u8::is_ascii_digit).count() };
        let (number, rest) = piece.split_at(digits);
        let placeholder = (nth > 0).then(|| ("", number.parse().ok()));
        placeholder.into_iter().chain([(rest, None)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeated(sql: &'static str, rows: usize) -> (usize, String) {
        let text = Text::of(sql);
        (text.width(), text.repeated(rows, text.width()))
    }

    #[test]
    fn the_row_is_repeated_and_its_placeholders_go_on() {
        let insert = "INSERT INTO t (a, b, c) VALUES ($1, COALESCE((SELECT x FROM u WHERE y = $1), $2), 'k') ON CONFLICT (a) DO NOTHING";
        assert_eq!(repeated(insert, 1), (2, insert.to_owned()));
        assert_eq!(
            repeated(insert, 2).1,
            "INSERT INTO t (a, b, c) VALUES ($1, COALESCE((SELECT x FROM u WHERE y = $1), $2), 'k'), \
             ($3, COALESCE((SELECT x FROM u WHERE y = $3), $4), 'k') ON CONFLICT (a) DO NOTHING"
        );
        let update =
            "UPDATE t SET b = v.b FROM (SELECT a, b FROM t WHERE 1 = 0 UNION ALL SELECT $1, $2) AS v WHERE t.a = v.a";
        assert_eq!(repeated(update, 1), (2, update.to_owned()));
        assert_eq!(
            repeated(update, 3).1,
            "UPDATE t SET b = v.b FROM (SELECT a, b FROM t WHERE 1 = 0 UNION ALL SELECT $1, $2 \
             UNION ALL SELECT $3, $4 UNION ALL SELECT $5, $6) AS v WHERE t.a = v.a"
        );
    }
}
