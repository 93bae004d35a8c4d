//! Search by the beginnings of words, through an index: SQLite's FTS5, PostgreSQL's trigrams (`migrations/*/0012_search.sql`).
//!
//! A row's words are those of its column `search`, and whether it matches is decided by that column, alike on both
//! databases. The index only says where to look. PostgreSQL chooses by its statistics between the index and reading in
//! the order of the list; for SQLite this is done here, by asking the index first whether it knows [`limit::SEARCH_FEW`].

use super::{Result, Select, Tx, fold, limit};
use sqlx::AssertSqlSafe;

/// The longest `prefix` of the FTS5 tables.
const PREFIX: usize = 6;

/// The index of one table. Its statements say which columns they need.
#[derive(Clone, Copy, Debug)]
pub struct WordIndex {
    /// The FTS5 table; its rowids are what `rows` compares.
    pub table: &'static str,
    /// `?`: a JSON list of rowids.
    pub rows: &'static str,
    /// `?`: a pattern.
    pub like: &'static str,
}

/// What a list is narrowed by.
#[derive(Clone, Debug)]
pub struct Search {
    index: WordIndex,
    patterns: Vec<String>,
    /// The rowids, when they are few.
    few: Option<String>,
}

impl WordIndex {
    /// Rows with a word for each of `words` ([`fold::search_words`]) that begins so; `before` stands behind them in the column.
    pub async fn search(self, tx: &mut Tx, words: &[String], before: &str) -> Result<Search> {
        let few = match tx {
            Tx::Sqlite(t, _) if !words.is_empty() => {
                let typed: Vec<String> = words.iter().map(|word| format!("\"{}\"*", asked(word))).collect();
                let sql = format!(
                    "SELECT json_group_array(rowid) FROM (SELECT rowid FROM {0} WHERE {0} MATCH $1 LIMIT $2) \
                     HAVING count(*) < $2",
                    self.table
                );
                // Audited: the table's name is constant.
                let few = sqlx::query_scalar(AssertSqlSafe(sql)).bind(typed.join(" ")).bind(limit::SEARCH_FEW);
                few.fetch_optional(&mut **t).await?
            }
            Tx::Sqlite(..) | Tx::Postgres(..) => None,
        };
        let pattern = |word: &String| fold::pattern(word) + before;
        Ok(Search { index: self, patterns: words.iter().map(pattern).collect(), few })
    }
}

/// What the index is asked of a word. It keeps the rows of beginnings of up to [`PREFIX`] letters; those of a longer one it
/// would put together first, which for a frequent word takes as long as reading them all. Long numbers are rare.
fn asked(word: &str) -> &str {
    let number = word.bytes().all(|b| b.is_ascii_digit());
    let end = word.char_indices().nth(PREFIX).filter(|_| !number).map_or(word.len(), |(at, _)| at);
    &word[..end]
}

impl Search {
    pub fn narrow(&self, select: &mut Select) {
        if let Some(few) = &self.few {
            select.filter(self.index.rows, [few.as_str().into()]);
        }
        for pattern in &self.patterns {
            select.filter(self.index.like, [pattern.as_str().into()]);
        }
    }
}
