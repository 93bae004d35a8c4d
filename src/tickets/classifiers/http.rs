//! `/api/v1/classifiers`

use super::record::{self, Happened};
use super::{Classifier, Filter};
use crate::db::Db;
use crate::http::parse::Check;
use crate::http::{Allowed, Answer, Body, Id, Once, Page, Params, Problem, audit, can, once, page};
use crate::outbox::{News, Subject};
use crate::tickets::clocks::Profile;
use crate::tickets::rules::TicketKind;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use types::ClassifierId;
use utoipa::{IntoParams, ToSchema};

/// Positions that can be asked for.
const POSITION: i64 = 1_000_000;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ClassifierQuery {
    /// Beginnings of words.
    q: Option<String>,
    /// Those too that new tickets do not get any more.
    #[serde(default)]
    inactive: bool,
    #[param(minimum = 1)]
    limit: Option<i64>,
    after: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/classifiers", tag = "tickets", params(ClassifierQuery),
    responses((status = 200, body = Page<Classifier>)))]
pub async fn list(
    State(db): State<Db>,
    _: Allowed<can::ClassifiersRead>,
    Params(asked): Params<ClassifierQuery>,
) -> Answer<Page<Classifier>> {
    let (after, size) = (page::after(asked.after.as_deref())?, page::size(asked.limit)?);
    let q = asked.q.unwrap_or_default();
    let mut tx = db.read().await?;
    let found = super::search(&mut tx, &Filter { q: &q, inactive: asked.inactive, after }, size).await?;
    Ok(Json(Page::cut(found, size, |c| (c.position, c.id))))
}

#[utoipa::path(get, path = "/api/v1/classifiers/{id}", tag = "tickets", params(("id" = ClassifierId, Path)),
    responses((status = 200, body = Classifier), (status = 404, body = Problem)))]
pub async fn one(
    State(db): State<Db>,
    _: Allowed<can::ClassifiersRead>,
    Id(id): Id<ClassifierId>,
) -> Answer<Classifier> {
    let mut tx = db.read().await?;
    super::one(&mut tx, id).await?.map(Json).ok_or_else(|| Problem::not_found("classifier"))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClassifier {
    /// Made by the client: sending twice makes one.
    id: Option<ClassifierId>,
    place_ru: String,
    place_en: String,
    category_ru: String,
    category_en: String,
    problem_ru: String,
    problem_en: String,
    /// Further words that find it.
    #[serde(default)]
    synonyms: String,
    kind: TicketKind,
    /// 1 highest .. 4
    priority: i64,
    profile: Profile,
    #[serde(default)]
    law_hint: String,
    /// Order in lists; without it behind the others.
    position: Option<i64>,
}

#[utoipa::path(post, path = "/api/v1/classifiers", tag = "tickets", request_body = NewClassifier,
    responses((status = 201, body = Classifier), (status = 422, body = Problem)))]
pub async fn create(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::ClassifiersEdit>,
    Once { body: new, request }: Once<NewClassifier>,
) -> Result<(StatusCode, Json<Classifier>), Problem> {
    let mut tx = db.write().await?;
    let next = super::next_position(&mut tx).await?;
    let class = checked(Classifier {
        id: new.id.unwrap_or_else(|| tx.id()),
        position: new.position.unwrap_or(next),
        place_ru: new.place_ru,
        place_en: new.place_en,
        category_ru: new.category_ru,
        category_en: new.category_en,
        problem_ru: new.problem_ru,
        problem_en: new.problem_en,
        synonyms: new.synonyms,
        kind: new.kind,
        priority: new.priority,
        profile: new.profile,
        law_hint: new.law_hint,
        active: true,
        version: 1,
    })?;
    let id = class.id;
    let first = once::first(&mut tx, &who, id, request).await?;
    let known = super::one(&mut tx, id).await?.is_some();
    if first == known {
        return Err(once::other());
    }
    if first {
        super::insert(&mut tx, &class).await?;
        record::event(&mut tx, id, &Happened::Created { version: 1 }, who.id)?;
    }
    let made = super::one(&mut tx, id).await?.ok_or_else(Problem::internal)?;
    audit::values(&(), &made);
    tx.commit().await?;
    news.changed(Subject::Classifiers(id));
    Ok((StatusCode::CREATED, Json(made)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassifierChange {
    version: i64,
    place_ru: Option<String>,
    place_en: Option<String>,
    category_ru: Option<String>,
    category_en: Option<String>,
    problem_ru: Option<String>,
    problem_en: Option<String>,
    synonyms: Option<String>,
    kind: Option<TicketKind>,
    priority: Option<i64>,
    profile: Option<Profile>,
    law_hint: Option<String>,
    position: Option<i64>,
    /// False: not for new tickets. Old tickets keep it.
    active: Option<bool>,
}

/// Tickets that have it keep their clocks.
#[utoipa::path(patch, path = "/api/v1/classifiers/{id}", tag = "tickets", params(("id" = ClassifierId, Path)),
    request_body = ClassifierChange, responses((status = 200, body = Classifier), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn change(
    State(db): State<Db>,
    State(news): State<News>,
    who: Allowed<can::ClassifiersEdit>,
    Id(id): Id<ClassifierId>,
    Body(change): Body<ClassifierChange>,
) -> Answer<Classifier> {
    let mut tx = db.write().await?;
    let old = super::one(&mut tx, id).await?.ok_or_else(|| Problem::not_found("classifier"))?;
    if old.version != change.version {
        return Err(Problem::stale(old));
    }
    let before = old.clone();
    let class = checked(Classifier {
        place_ru: change.place_ru.unwrap_or(old.place_ru),
        place_en: change.place_en.unwrap_or(old.place_en),
        category_ru: change.category_ru.unwrap_or(old.category_ru),
        category_en: change.category_en.unwrap_or(old.category_en),
        problem_ru: change.problem_ru.unwrap_or(old.problem_ru),
        problem_en: change.problem_en.unwrap_or(old.problem_en),
        synonyms: change.synonyms.unwrap_or(old.synonyms),
        kind: change.kind.unwrap_or(old.kind),
        priority: change.priority.unwrap_or(old.priority),
        profile: change.profile.unwrap_or(old.profile),
        law_hint: change.law_hint.unwrap_or(old.law_hint),
        position: change.position.unwrap_or(old.position),
        active: change.active.unwrap_or(old.active),
        ..old
    })?;
    if !super::update(&mut tx, &class).await? {
        return Err(Problem::stale(super::one(&mut tx, id).await?));
    }
    let changed = super::one(&mut tx, id).await?.ok_or_else(Problem::internal)?;
    audit::values(&before, &changed);
    record::event(&mut tx, id, &Happened::Changed { version: changed.version }, who.id)?;
    tx.commit().await?;
    news.changed(Subject::Classifiers(id));
    Ok(Json(changed))
}

fn checked(class: Classifier) -> Result<Classifier, Problem> {
    let mut check = Check::new();
    check.line("place_ru", &class.place_ru).line("place_en", &class.place_en);
    check.line("category_ru", &class.category_ru).line("category_en", &class.category_en);
    check.line("problem_ru", &class.problem_ru).line("problem_en", &class.problem_en);
    check.short("synonyms", &class.synonyms).short("law_hint", &class.law_hint);
    check.that((1..=4).contains(&class.priority), "priority", "must be a number from 1 to 4");
    check.that((0..=POSITION).contains(&class.position), "position", "must be a number from 0 to 1000000");
    check.done()?;
    Ok(class)
}
