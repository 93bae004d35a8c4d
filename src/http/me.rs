//! Oneself: who am I, my API tokens; and what anybody may know about this server.

use super::access::{self, Object, Verb};
use super::app::PublicNumber;
use super::{Answer, App, Body, Id, Page, Problem, Role, Who, limit, login, parse::Check};
use crate::{clock, on};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use types::{PersonId, TokenId};
use utoipa::ToSchema;

const TOKENS: &str = "SELECT id, name, created_at FROM tokens WHERE person_id = $1 ORDER BY created_at DESC, id DESC";
const COUNT: &str = "SELECT count(*) FROM tokens WHERE person_id = $1";
const INSERT: &str = "INSERT INTO tokens (id, person_id, name, hash, created_at) VALUES ($1, $2, $3, $4, $5)";
const DELETE: &str = "DELETE FROM tokens WHERE id = $1 AND person_id = $2";

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Me {
    id: PersonId,
    login: String,
    name: String,
    role: Role,
    /// The SIP account of the browser; dispatchers and supervisors have one.
    extension: Option<String>,
    queues: Vec<String>,
    /// Names of `src/http/access.rs`.
    permissions: Vec<String>,
}

impl From<&Who> for Me {
    fn from(who: &Who) -> Me {
        Me {
            id: who.id,
            login: who.login.clone(),
            name: who.name.clone(),
            role: who.role,
            extension: who.extension.clone(),
            queues: who.queues.clone(),
            permissions: who.role.permissions(),
        }
    }
}

#[utoipa::path(get, path = "/api/v1/me", tag = "login", responses((status = 200, body = Me), (status = 401, body = Problem)))]
pub async fn me(who: Who) -> Json<Me> {
    Json(Me::from(&who))
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct About {
    name: &'static str,
    version: &'static str,
    demo: bool,
    /// The server's time: screens count from it.
    now: DateTime<Utc>,
    locale_default: String,
    numbers: Vec<PublicNumber>,
}

#[utoipa::path(get, path = "/api/v1/about", tag = "about", responses((status = 200, body = About)))]
pub async fn about(State(app): State<Arc<App>>) -> Json<About> {
    Json(About {
        name: "Linedesk",
        version: env!("CARGO_PKG_VERSION"),
        demo: app.settings.demo,
        now: clock::utc(),
        locale_default: app.settings.locale_default.clone(),
        numbers: app.settings.numbers.clone(),
    })
}

#[derive(Clone, Debug, Serialize, ToSchema, sqlx::FromRow)]
pub struct Token {
    id: TokenId,
    name: String,
    created_at: DateTime<Utc>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    name: String,
}

#[derive(Serialize, ToSchema)]
pub struct FreshToken {
    id: TokenId,
    name: String,
    /// Shown this once.
    token: String,
}

#[utoipa::path(get, path = "/api/v1/tokens", tag = "login", responses((status = 200, body = Page<Token>)))]
pub async fn tokens(State(app): State<Arc<App>>, who: Who) -> Answer<Page<Token>> {
    access::may(&who, Verb::TokensOwn, Object::Person(who.id))?;
    let mut tx = app.db.read().await?;
    let items = on!(&mut tx, c => sqlx::query_as(TOKENS).bind(who.id).fetch_all(c).await)?;
    Ok(Json(Page::whole(items)))
}

#[utoipa::path(post, path = "/api/v1/tokens", tag = "login", request_body = NewToken,
    responses((status = 201, body = FreshToken), (status = 422, body = Problem)))]
pub async fn create_token(
    State(app): State<Arc<App>>,
    who: Who,
    Body(asked): Body<NewToken>,
) -> Result<(StatusCode, Json<FreshToken>), Problem> {
    access::may(&who, Verb::TokensOwn, Object::Person(who.id))?;
    Check::new().line("name", &asked.name).done()?;
    let (token, hash) = login::secret();
    let id = clock::id();
    let mut tx = app.db.write().await?;
    let count: i64 = on!(&mut tx, c => sqlx::query_scalar(COUNT).bind(who.id).fetch_one(c).await)?;
    if count >= limit::TOKENS {
        return Err(Problem::conflict("too-many-tokens", format!("A person has at most {} tokens.", limit::TOKENS)));
    }
    on!(&mut tx, c => sqlx::query(INSERT).bind(id).bind(who.id).bind(&asked.name).bind(hash.as_slice())
        .bind(clock::utc()).execute(c).await.map(drop))?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(FreshToken { id, name: asked.name, token })))
}

#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "login", params(("id" = TokenId, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn delete_token(State(app): State<Arc<App>>, who: Who, Id(id): Id<TokenId>) -> Result<StatusCode, Problem> {
    access::may(&who, Verb::TokensOwn, Object::Person(who.id))?;
    let mut tx = app.db.write().await?;
    let gone =
        on!(&mut tx, c => sqlx::query(DELETE).bind(id).bind(who.id).execute(c).await.map(|d| d.rows_affected()))?;
    tx.commit().await?;
    app.logins.forget();
    if gone == 0 { Err(Problem::not_found("token")) } else { Ok(StatusCode::NO_CONTENT) }
}
