//! `/api/v1/login`, `/api/v1/me`, `/api/v1/logins`, `/api/v1/password`, `/api/v1/tokens`: logging in and out, who I am,
//! my log-ins, my password, my API tokens.

use super::store::{self, OpenLogin, Token};
use crate::db::Db;
use crate::http::factor::Challenge;
use crate::http::login::{self, Anyone, Logins, Opened};
use crate::http::parse::Check;
use crate::http::{Allowed, Answer, Body, Id, Page, Problem, Role, Through, Verb, Who, audit, can, limit};
use crate::people;
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::time::Duration;
use types::{LoginId, PersonId, TokenId};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    login: String,
    password: String,
}

/// Logs in by the password, if that is enough; else a second factor is asked for.
#[utoipa::path(post, path = "/api/v1/login", tag = "login", request_body = Credentials, responses(
    (status = 200, body = Me, description = "sets the cookie linedesk_login, or __Host-linedesk_login when browsers come by HTTPS"),
    (status = 202, body = Challenge, description = "nobody is logged in yet: answer by POST /api/v1/login/second-factor"),
    (status = 401, body = Problem), (status = 429, body = Problem)))]
pub async fn open(
    State(logins): State<Logins>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Body(asked): Body<Credentials>,
) -> Result<Response, Problem> {
    Ok(match logins.open(peer.ip(), &asked.login, asked.password).await? {
        Opened::LoggedIn(secret, who) => logged_in(&logins, secret, &who).into_response(),
        Opened::Asked(challenge) => (StatusCode::ACCEPTED, Json(challenge)).into_response(),
    })
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// Of the answer to the password.
    challenge: String,
    /// Of the authenticator app, or a recovery code; this or `key`.
    code: Option<String>,
    /// What `navigator.credentials.get` gave, as JSON.
    #[schema(value_type = Option<Object>)]
    key: Option<serde_json::Value>,
}

/// The second step of a log-in. A code is accepted once, a challenge for five minutes.
#[utoipa::path(post, path = "/api/v1/login/second-factor", tag = "login", request_body = Proof, responses(
    (status = 200, body = Me, description = "sets the cookie, as POST /api/v1/login does"),
    (status = 401, body = Problem), (status = 429, body = Problem)))]
pub async fn prove(
    State(logins): State<Logins>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Body(asked): Body<Proof>,
) -> Result<(CookieJar, Json<Me>), Problem> {
    let answer = match (asked.code, asked.key) {
        (Some(code), None) => login::Answer::Code(code),
        (None, Some(key)) => login::Answer::Key(key),
        _ => return Err(Problem::invalid("code", "or a key's answer is needed")),
    };
    let (secret, who) = logins.answer(peer.ip(), &asked.challenge, answer).await?;
    Ok(logged_in(&logins, secret, &who))
}

fn logged_in(logins: &Logins, secret: String, who: &Who) -> (CookieJar, Json<Me>) {
    (CookieJar::new().add(cookie(logins, secret, limit::LOGIN)), Json(Me::from(who)))
}

#[utoipa::path(delete, path = "/api/v1/login", tag = "login", responses((status = 204)))]
pub async fn close(State(logins): State<Logins>, headers: HeaderMap) -> Result<(CookieJar, StatusCode), Problem> {
    logins.close(&headers).await?;
    let emptied = cookie(&logins, String::new(), Duration::ZERO);
    Ok((CookieJar::new().add(emptied), StatusCode::NO_CONTENT))
}

/// For this site only, and for no script of it.
fn cookie(logins: &Logins, secret: String, lasts: Duration) -> Cookie<'static> {
    named(logins.cookie_name(), secret, lasts)
}

fn named(name: &'static str, secret: String, lasts: Duration) -> Cookie<'static> {
    let https = name == login::COOKIE_HTTPS;
    let lasts = time::Duration::try_from(lasts).unwrap_or_default();
    let cookie = Cookie::build((name, secret)).path("/").http_only(true).same_site(SameSite::Strict).max_age(lasts);
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
    /// From when on nothing else is allowed before a second factor is set up; None: there is one, or none is needed.
    second_factor_due_at: Option<DateTime<Utc>>,
    /// That time has come.
    second_factor_due: bool,
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
            permissions: who.permissions(),
            second_factor_due_at: who.factor_due_at,
            second_factor_due: who.factor_due,
        }
    }
}

#[utoipa::path(get, path = "/api/v1/me", tag = "login", responses((status = 200, body = Me), (status = 401, body = Problem)))]
pub async fn me(Anyone(who): Anyone) -> Json<Me> {
    Json(Me::from(&who))
}

#[utoipa::path(get, path = "/api/v1/logins", tag = "login", responses((status = 200, body = Page<OpenLogin>)))]
pub async fn open_logins(
    State(db): State<Db>,
    State(logins): State<Logins>,
    who: Allowed<can::LoginsOwn>,
) -> Answer<Page<OpenLogin>> {
    let mut tx = db.read().await?;
    Ok(Json(Page::whole(store::open(&mut tx, who.id, hash_of(&who), logins.idle(who.role)).await?)))
}

#[utoipa::path(delete, path = "/api/v1/logins/{id}", tag = "login", params(("id" = LoginId, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn end(
    State(db): State<Db>,
    State(logins): State<Logins>,
    who: Allowed<can::LoginsOwn>,
    Id(id): Id<LoginId>,
) -> Result<StatusCode, Problem> {
    let mut tx = db.write().await?;
    if !store::end(&mut tx, who.id, id).await? {
        return Err(Problem::not_found("log-in"));
    }
    tx.commit().await?;
    logins.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// Logs out everywhere, here too.
#[utoipa::path(delete, path = "/api/v1/logins", tag = "login", responses((status = 204)))]
pub async fn end_all(
    State(db): State<Db>,
    State(logins): State<Logins>,
    who: Allowed<can::LoginsOwn>,
) -> Result<(CookieJar, StatusCode), Problem> {
    let mut tx = db.write().await?;
    people::store::log_out(&mut tx, who.id).await?;
    tx.commit().await?;
    logins.forget();
    let emptied = cookie(&logins, String::new(), Duration::ZERO);
    Ok((CookieJar::new().add(emptied), StatusCode::NO_CONTENT))
}

fn hash_of(who: &Who) -> Option<&[u8; 32]> {
    match &who.through {
        Through::Cookie(hash) => Some(hash),
        Through::Token(..) | Through::Server => None,
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The one until now.
    current: String,
    password: String,
}

/// A new password of one's own. It ends all other log-ins and all API tokens.
#[utoipa::path(put, path = "/api/v1/password", tag = "login", request_body = PasswordChange, responses(
    (status = 204), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn change_password(
    State(db): State<Db>,
    State(logins): State<Logins>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    who: Allowed<can::LoginsOwn>,
    Body(asked): Body<PasswordChange>,
) -> Result<StatusCode, Problem> {
    let mut check = Check::new();
    people::password::check(&mut check, "password", &asked.password, &who.login, &who.name);
    check.that(asked.password != asked.current, "password", "must differ from the one until now");
    check.done()?;
    if !logins.confirm(peer.ip(), &who, asked.current).await? {
        return Err(Problem::invalid("current", "is not your password"));
    }
    let hash = logins.hash(asked.password).await?;
    let mut tx = db.write().await?;
    people::store::set_password(&mut tx, who.id, &hash).await?;
    people::store::revoke_tokens(&mut tx, who.id).await?;
    match hash_of(&who) {
        Some(kept) => store::end_others(&mut tx, who.id, kept).await?,
        None => people::store::log_out(&mut tx, who.id).await?,
    }
    tx.commit().await?;
    logins.forget();
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    name: String,
    /// At most a year ahead; in 90 days when nothing is said.
    expires_at: Option<DateTime<Utc>>,
    /// Verbs that it is for, as in `Me.permissions`; none said: all that the person may do by a program.
    scopes: Option<Vec<String>>,
}

#[derive(Serialize, ToSchema)]
pub struct FreshToken {
    #[serde(flatten)]
    made: Token,
    /// Shown this once.
    token: String,
}

#[utoipa::path(get, path = "/api/v1/tokens", tag = "login", responses((status = 200, body = Page<Token>)))]
pub async fn tokens(State(db): State<Db>, who: Allowed<can::TokensOwn>) -> Answer<Page<Token>> {
    let mut tx = db.read().await?;
    Ok(Json(Page::whole(store::tokens(&mut tx, who.id).await?)))
}

/// Not with a token: it would outlive the one that made it.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "login", request_body = NewToken,
    responses((status = 201, body = FreshToken), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn create_token(
    State(db): State<Db>,
    who: Allowed<can::TokensOwn>,
    Body(asked): Body<NewToken>,
) -> Result<(StatusCode, Json<FreshToken>), Problem> {
    if who.factor_due_at.is_some() {
        // it would go on where its maker has to prove more
        return Err(Problem::factor_due());
    }
    let (secret, hash) = login::secret();
    let mut tx = db.write().await?;
    let now = tx.now();
    let expires = asked.expires_at.unwrap_or(now + TimeDelta::days(limit::TOKEN_DAYS));
    let scopes = asked.scopes.map(|mut scopes| {
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    });
    let known = |name: &String| Verb::named(name).is_some_and(|verb| verb.by_program() && who.may(verb));
    let mut check = Check::new();
    check.line("name", &asked.name);
    check.that(expires > now, "expires_at", "must be in the future");
    check.that(expires <= now + TimeDelta::days(limit::TOKEN_DAYS_MAX), "expires_at", "must be at most a year ahead");
    check.that(scopes.as_ref().is_none_or(|scopes| !scopes.is_empty()), "scopes", "must not be empty");
    let scopes_known = scopes.as_ref().is_none_or(|scopes| scopes.iter().all(known));
    check.that(scopes_known, "scopes", "must be rights that your tokens may have");
    check.done()?;
    people::store::lock(&mut tx, who.id).await?;
    if store::count(&mut tx, who.id).await? >= limit::TOKENS {
        return Err(Problem::conflict("too-many-tokens", format!("A person has at most {} tokens.", limit::TOKENS)));
    }
    let made =
        Token { id: tx.id(), name: asked.name, created_at: now, expires_at: Some(expires), used_at: None, scopes };
    store::insert(&mut tx, who.id, &made, &hash).await?;
    audit::values(&(), &made);
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(FreshToken { made, token: secret })))
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
    let gone = store::revoke(&mut tx, who.id, id).await?.ok_or_else(|| Problem::not_found("token"))?;
    audit::values(&gone, &());
    tx.commit().await?;
    logins.forget();
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_for_this_site_alone() {
        let text = |secret: &str, lasts, name| named(name, secret.to_owned(), lasts).to_string();
        let kept = "__Host-linedesk_login=secret; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=86400";
        assert_eq!(text("secret", limit::LOGIN, login::COOKIE_HTTPS), kept);
        let emptied = "linedesk_login=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0";
        assert_eq!(text("", Duration::ZERO, login::COOKIE), emptied);
    }
}
