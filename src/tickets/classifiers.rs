//! What a ticket can be about: place, category, problem; kind, priority and clocks follow from it. Read-only rows.

use super::rules::Kind;
use crate::db::{Result, Select, Tx, fold, pattern, search_words};
use crate::on;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

const COLUMNS: &str = "SELECT id, place_ru, place_en, category_ru, category_en, problem_ru, problem_en, kind, priority, profile, \
    law_hint FROM classifiers";
const ONE: &str = "SELECT id, place_ru, place_en, category_ru, category_en, problem_ru, problem_en, kind, priority, profile, \
    law_hint FROM classifiers WHERE id = $1";
const INSERT: &str = "INSERT INTO classifiers (id, position, place_ru, place_en, category_ru, category_en, problem_ru, problem_en, \
    search, kind, priority, profile, law_hint, active) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, TRUE) \
    ON CONFLICT (id) DO NOTHING";

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Classifier {
    pub id: Uuid,
    pub place_ru: String,
    pub place_en: String,
    pub category_ru: String,
    pub category_en: String,
    pub problem_ru: String,
    pub problem_en: String,
    pub kind: Kind,
    pub priority: i64,
    pub profile: String,
    pub law_hint: String,
}

/// As it is shown, in one language.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ClassifierLine {
    pub id: Uuid,
    pub place: String,
    pub category: String,
    pub problem: String,
    pub kind: Kind,
    pub priority: i64,
    pub profile: String,
    pub law_hint: String,
}

impl Classifier {
    pub fn line(self, english: bool) -> ClassifierLine {
        let (place, category, problem) = match english {
            true => (self.place_en, self.category_en, self.problem_en),
            false => (self.place_ru, self.category_ru, self.problem_ru),
        };
        ClassifierLine {
            id: self.id,
            place,
            category,
            problem,
            kind: self.kind,
            priority: self.priority,
            profile: self.profile,
            law_hint: self.law_hint,
        }
    }
}

pub async fn one(tx: &mut Tx, id: Uuid) -> Result<Option<Classifier>> {
    on!(tx, c => sqlx::query_as(ONE).bind(id).fetch_optional(c).await)
}

/// Every word typed must begin a word of the classifier, in either language.
pub async fn search(tx: &mut Tx, q: &str, limit: i64) -> Result<Vec<Classifier>> {
    let mut select = Select::new(COLUMNS);
    select.filter("active", []);
    for word in search_words(q) {
        select.filter("search LIKE ?", [pattern(&word).into()]);
    }
    select.then("ORDER BY position, id LIMIT ?", [limit.into()]);
    select.fetch(tx).await
}

/// Adds one unless its id exists. `synonyms`: further words that find it.
pub async fn insert(tx: &mut Tx, position: i64, k: &Classifier, synonyms: &str) -> Result<()> {
    let words = [&k.place_ru, &k.category_ru, &k.problem_ru, &k.place_en, &k.category_en, &k.problem_en, synonyms];
    let search = fold(&words.join(" "));
    on!(tx, c => sqlx::query(INSERT).bind(k.id).bind(position).bind(&k.place_ru).bind(&k.place_en).bind(&k.category_ru)
        .bind(&k.category_en).bind(&k.problem_ru).bind(&k.problem_en).bind(search).bind(k.kind).bind(k.priority)
        .bind(&k.profile).bind(&k.law_hint).execute(c).await.map(drop))
}
