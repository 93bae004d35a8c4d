//! `/api/v1/people/{id}/logins` and `.../tokens`: what the administrator sees of a person's log-ins and tokens, and ends.

use super::store::{self, OpenLogin, Token};
use crate::db::{Db, Tx};
use crate::http::parse::Ids;
use crate::http::{Allowed, Answer, Id, Logins, Page, Problem, audit, can};
use crate::people;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use types::{PersonId, TokenId};

async fn known(tx: &mut Tx, id: PersonId) -> Result<people::store::Person, Problem> {
    people::store::one(tx, id).await?.ok_or_else(|| Problem::not_found("person"))
}

#[utoipa::path(get, path = "/api/v1/people/{id}/logins", tag = "people", params(("id" = PersonId, Path)),
    responses((status = 200, body = Page<OpenLogin>), (status = 404, body = Problem)))]
pub async fn open(
    State(db): State<Db>,
    State(logins): State<Logins>,
    _: Allowed<can::PeopleRead>,
    Id(id): Id<PersonId>,
) -> Answer<Page<OpenLogin>> {
    let mut tx = db.read().await?;
    let person = known(&mut tx, id).await?;
    Ok(Json(Page::whole(store::open(&mut tx, id, None, logins.idle(person.role)).await?)))
}

/// Ends all log-ins of a person; API tokens stay.
#[utoipa::path(delete, path = "/api/v1/people/{id}/logins", tag = "people", params(("id" = PersonId, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn end_all(
    State(db): State<Db>,
    State(logins): State<Logins>,
    _: Allowed<can::PeopleWrite>,
    Id(id): Id<PersonId>,
) -> Result<StatusCode, Problem> {
    let mut tx = db.write().await?;
    known(&mut tx, id).await?;
    people::store::log_out(&mut tx, id).await?;
    tx.commit().await?;
    logins.forget();
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/api/v1/people/{id}/tokens", tag = "people", params(("id" = PersonId, Path)),
    responses((status = 200, body = Page<Token>), (status = 404, body = Problem)))]
pub async fn tokens(State(db): State<Db>, _: Allowed<can::PeopleRead>, Id(id): Id<PersonId>) -> Answer<Page<Token>> {
    let mut tx = db.read().await?;
    known(&mut tx, id).await?;
    Ok(Json(Page::whole(store::tokens(&mut tx, id).await?)))
}

#[utoipa::path(delete, path = "/api/v1/people/{id}/tokens/{token}", tag = "people",
    params(("id" = PersonId, Path), ("token" = TokenId, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn revoke_token(
    State(db): State<Db>,
    State(logins): State<Logins>,
    _: Allowed<can::PeopleWrite>,
    Ids(id, token): Ids<PersonId, TokenId>,
) -> Result<StatusCode, Problem> {
    let mut tx = db.write().await?;
    known(&mut tx, id).await?;
    let gone = store::revoke(&mut tx, id, token).await?.ok_or_else(|| Problem::not_found("token"))?;
    audit::values(&gone, &());
    tx.commit().await?;
    logins.forget();
    Ok(StatusCode::NO_CONTENT)
}
