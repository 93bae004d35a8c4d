//! `/api/v1/login`, `/api/v1/me`, `/api/v1/tokens`: logging in and out, who I am, my API tokens.

use crate::config::Settings;
use crate::db::Db;
use crate::http::login::{self, COOKIE, Logins};
use crate::http::parse::Check;
use crate::http::{Allowed, Answer, Body, Id, Page, Problem, Role, Who, can, limit};
use crate::on;
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use types::{PersonId, TokenId};
use utoipa::ToSchema;

const TOKENS: &str = "SELECT id, name, created_at FROM tokens WHERE person_id = $1 ORDER BY created_at DESC, id DESC";
const COUNT: &str = "SELECT count(*) FROM tokens WHERE person_id = $1";
const INSERT: &str = "INSERT INTO tokens (id, person_id, name, hash, created_at) VALUES ($1, $2, $3, $4, $5)";
const DELETE: &str = "DELETE FROM tokens WHERE id = $1 AND person_id = $2";

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    login: String,
    password: String,
}

#[utoipa::path(post, path = "/api/v1/login", tag = "login", request_body = Credentials, responses(
    (status = 200, body = Me, description = "sets the cookie linedesk_login"),
    (status = 401, body = Problem), (status = 429, body = Problem)))]
pub async fn open(
    State(logins): State<Logins>,
    State(settings): State<Arc<Settings>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Body(asked): Body<Credentials>,
) -> Result<(CookieJar, Json<Me>), Problem> {
    let (secret, who) = logins.open(peer.ip(), &asked.login, asked.password).await?;
    let cookie = cookie(secret, limit::LOGIN, settings.https);
    Ok((CookieJar::new().add(cookie), Json(Me::from(&*who))))
}

#[utoipa::path(delete, path = "/api/v1/login", tag = "login", responses((status = 204)))]
pub async fn close(
    State(logins): State<Logins>,
    State(settings): State<Arc<Settings>>,
    headers: HeaderMap,
) -> Result<(CookieJar, StatusCode), Problem> {
    logins.close(&headers).await?;
    let emptied = cookie(String::new(), Duration::ZERO, settings.https);
    Ok((CookieJar::new().add(emptied), StatusCode::NO_CONTENT))
}

/// For this site only, and for no script of it.
fn cookie(secret: String, lasts: Duration, https: bool) -> Cookie<'static> {
    let lasts = time::Duration::try_from(lasts).unwrap_or_default();
    let cookie = Cookie::build((COOKIE, secret)).path("/").http_only(true).same_site(SameSite::Strict).max_age(lasts);
    // the attribute is left out, not said to be false
    if https { cookie.secure(true).build() } else { cookie.build() }
}

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
pub async fn tokens(State(db): State<Db>, who: Allowed<can::TokensOwn>) -> Answer<Page<Token>> {
    let mut tx = db.read().await?;
    let items = on!(&mut tx, c => sqlx::query_as(TOKENS).bind(who.id).fetch_all(c).await)?;
    Ok(Json(Page::whole(items)))
}

#[utoipa::path(post, path = "/api/v1/tokens", tag = "login", request_body = NewToken,
    responses((status = 201, body = FreshToken), (status = 422, body = Problem)))]
pub async fn create_token(
    State(db): State<Db>,
    who: Allowed<can::TokensOwn>,
    Body(asked): Body<NewToken>,
) -> Result<(StatusCode, Json<FreshToken>), Problem> {
    Check::new().line("name", &asked.name).done()?;
    let (token, hash) = login::secret();
    let mut tx = db.write().await?;
    let (id, now) = (tx.id(), tx.now());
    let count: i64 = on!(&mut tx, c => sqlx::query_scalar(COUNT).bind(who.id).fetch_one(c).await)?;
    if count >= limit::TOKENS {
        return Err(Problem::conflict("too-many-tokens", format!("A person has at most {} tokens.", limit::TOKENS)));
    }
    on!(&mut tx, c => sqlx::query(INSERT).bind(id).bind(who.id).bind(&asked.name).bind(hash.as_slice())
        .bind(now).execute(c).await.map(drop))?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(FreshToken { id, name: asked.name, token })))
}

#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "login", params(("id" = TokenId, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn delete_token(
    State(db): State<Db>,
    State(logins): State<Logins>,
    who: Allowed<can::TokensOwn>,
    Id(id): Id<TokenId>,
) -> Result<StatusCode, Problem> {
    let mut tx = db.write().await?;
    let gone =
        on!(&mut tx, c => sqlx::query(DELETE).bind(id).bind(who.id).execute(c).await.map(|d| d.rows_affected()))?;
    tx.commit().await?;
    logins.forget();
    if gone == 0 { Err(Problem::not_found("token")) } else { Ok(StatusCode::NO_CONTENT) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_for_this_site_alone() {
        let text = |secret: &str, lasts, https| cookie(secret.to_owned(), lasts, https).to_string();
        let kept = "linedesk_login=secret; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=86400";
        assert_eq!(text("secret", limit::LOGIN, true), kept);
        let emptied = "linedesk_login=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0";
        assert_eq!(text("", Duration::ZERO, false), emptied);
    }
}
