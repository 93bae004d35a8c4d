//! What a ticket can be about: place, category, problem; kind, priority and clocks follow from it. A row is never
//! deleted, tickets point at it: one that is not used any more is inactive.

pub mod http;
mod record;

use super::clocks::Profile;
use super::rules::TicketKind;
use crate::db::{Result, Select, Tx, fold, pattern, search_words};
use crate::on;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use types::ClassifierId;
use utoipa::ToSchema;

const COLUMNS: &str = "SELECT id, position, place_ru, place_en, category_ru, category_en, problem_ru, problem_en, search, kind, \
    priority, profile, law_hint, active, version FROM classifiers";
const INSERT: &str = "INSERT INTO classifiers (id, position, place_ru, place_en, category_ru, category_en, problem_ru, problem_en, \
    search, kind, priority, profile, law_hint, active, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
    $14, 1) ON CONFLICT (id) DO NOTHING";
const UPDATE: &str = "UPDATE classifiers SET position = $3, place_ru = $4, place_en = $5, category_ru = $6, category_en = $7, \
    problem_ru = $8, problem_en = $9, search = $10, kind = $11, priority = $12, profile = $13, law_hint = $14, active = $15, \
    version = version + 1 WHERE id = $1 AND version = $2";
const WORDS: &str = "SELECT id, place_ru, place_en, category_ru, category_en, problem_ru, problem_en FROM classifiers";
const LAST: &str = "SELECT COALESCE(MAX(position), 0) FROM classifiers";

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Classifier {
    pub id: ClassifierId,
    /// Order in lists.
    pub position: i64,
    pub place_ru: String,
    pub place_en: String,
    pub category_ru: String,
    pub category_en: String,
    pub problem_ru: String,
    pub problem_en: String,
    /// Further words that find it.
    pub synonyms: String,
    pub kind: TicketKind,
    /// 1 highest .. 4
    pub priority: i64,
    pub profile: Profile,
    pub law_hint: String,
    /// False: not for new tickets.
    pub active: bool,
    pub version: i64,
}

/// Its words in both languages: whoever shows them takes the reader's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, sqlx::FromRow)]
pub struct ClassifierWords {
    pub id: ClassifierId,
    pub place_ru: String,
    pub place_en: String,
    pub category_ru: String,
    pub category_en: String,
    pub problem_ru: String,
    pub problem_en: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: ClassifierId,
    position: i64,
    place_ru: String,
    place_en: String,
    category_ru: String,
    category_en: String,
    problem_ru: String,
    problem_en: String,
    search: String,
    kind: TicketKind,
    priority: i64,
    profile: Profile,
    law_hint: String,
    active: bool,
    version: i64,
}

impl Classifier {
    /// Its own words, folded; the column `search` is these and the synonyms behind them.
    pub fn words(&self) -> String {
        let words =
            [&self.place_ru, &self.category_ru, &self.problem_ru, &self.place_en, &self.category_en, &self.problem_en];
        fold(&words.map(String::as_str).join(" "))
    }

    fn search(&self) -> String {
        self.words() + &fold(&self.synonyms)
    }
}

impl From<Row> for Classifier {
    fn from(r: Row) -> Classifier {
        let mut found = Classifier {
            id: r.id,
            position: r.position,
            place_ru: r.place_ru,
            place_en: r.place_en,
            category_ru: r.category_ru,
            category_en: r.category_en,
            problem_ru: r.problem_ru,
            problem_en: r.problem_en,
            synonyms: String::new(),
            kind: r.kind,
            priority: r.priority,
            profile: r.profile,
            law_hint: r.law_hint,
            active: r.active,
            version: r.version,
        };
        found.synonyms = r.search.strip_prefix(&found.words()).unwrap_or_default().trim().to_owned();
        found
    }
}

#[derive(Debug, Default)]
pub struct Filter<'a> {
    /// Every word typed must begin a word of the classifier, in either language.
    pub q: &'a str,
    /// Those too that new tickets do not get any more.
    pub inactive: bool,
    /// (position, id) of the last seen.
    pub after: Option<(i64, ClassifierId)>,
}

pub async fn one(tx: &mut Tx, id: ClassifierId) -> Result<Option<Classifier>> {
    let mut select = Select::new(COLUMNS);
    select.filter("id = ?", [id.into()]);
    Ok(select.fetch::<Row>(tx).await?.pop().map(Classifier::from))
}

/// The words of several.
pub async fn words(
    tx: &mut Tx,
    ids: impl IntoIterator<Item = ClassifierId>,
) -> Result<HashMap<ClassifierId, ClassifierWords>> {
    let ids: HashSet<ClassifierId> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut select = Select::new(WORDS);
    select.among("id", ids);
    Ok(select.fetch::<ClassifierWords>(tx).await?.into_iter().map(|words| (words.id, words)).collect())
}

/// One more than `limit` when there is more.
pub async fn search(tx: &mut Tx, filter: &Filter<'_>, limit: i64) -> Result<Vec<Classifier>> {
    let mut select = Select::new(COLUMNS);
    if !filter.inactive {
        select.filter("active", []);
    }
    for word in search_words(filter.q) {
        select.filter("search LIKE ?", [pattern(&word).into()]);
    }
    if let Some((position, id)) = filter.after {
        select.filter("(position, id) > (?, ?)", [position.into(), id.into()]);
    }
    select.then("ORDER BY position, id LIMIT ?", [(limit + 1).into()]);
    Ok(select.fetch::<Row>(tx).await?.into_iter().map(Classifier::from).collect())
}

/// Behind the others.
pub async fn next_position(tx: &mut Tx) -> Result<i64> {
    let last: i64 = on!(tx, c => sqlx::query_scalar(LAST).fetch_one(c).await)?;
    Ok(last + 1)
}

/// Adds one unless its id exists.
pub async fn insert(tx: &mut Tx, k: &Classifier) -> Result<()> {
    on!(tx, c => sqlx::query(INSERT).bind(k.id).bind(k.position).bind(&k.place_ru).bind(&k.place_en).bind(&k.category_ru)
        .bind(&k.category_en).bind(&k.problem_ru).bind(&k.problem_en).bind(k.search()).bind(k.kind).bind(k.priority)
        .bind(k.profile).bind(&k.law_hint).bind(k.active).execute(c).await.map(drop))
}

/// False: the version is not the newest.
pub async fn update(tx: &mut Tx, k: &Classifier) -> Result<bool> {
    on!(tx, c => sqlx::query(UPDATE).bind(k.id).bind(k.version).bind(k.position).bind(&k.place_ru).bind(&k.place_en)
        .bind(&k.category_ru).bind(&k.category_en).bind(&k.problem_ru).bind(&k.problem_en).bind(k.search()).bind(k.kind)
        .bind(k.priority).bind(k.profile).bind(&k.law_hint).bind(k.active).execute(c).await
        .map(|done| done.rows_affected() > 0))
}
