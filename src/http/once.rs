//! A client makes the id of what it asks for, so that it may ask again when it heard no answer: the thing is made once,
//! whether the second request comes later or at the same time. The same id with another body is refused.

use super::{Body, Problem, Who};
use crate::db::{self, Tx};
use crate::on;
use axum::extract::{FromRequest, Request};
use chrono::TimeDelta;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use types::Id;
use uuid::Uuid;

/// So long a request that is sent again is known; later its id is merely in use.
const KEPT: TimeDelta = TimeDelta::days(30);

const INSERT: &str =
    "INSERT INTO requests (id, person_id, digest, at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING";
const KNOWN: &str = "SELECT count(*) FROM requests WHERE id = $1 AND person_id = $2 AND digest = $3";
const FORGET: &str = "DELETE FROM requests WHERE at < $1";

/// A JSON body, with what tells this request from another one.
#[derive(Debug)]
pub struct Once<T> {
    pub body: T,
    pub request: Fingerprint,
}

/// Of the operation and the body, however its members are ordered and spaced.
#[derive(Clone, Copy, Debug)]
pub struct Fingerprint([u8; 32]);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Once<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Once<T>, Problem> {
        let mut hash = Sha256::new();
        hash.update(format!("{} {}\n", request.method(), request.uri().path()));
        let bytes = Body::<T>::read(request, state).await?;
        let body = Body::<T>::parse(&bytes)?;
        let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        hash.update(document.to_string());
        Ok(Once { body, request: Fingerprint(hash.finalize().into()) })
    }
}

/// True: the first time. False: the same request was served already, and what it made is the answer. Of two at once the
/// second waits here for the first.
pub async fn first<I: Id>(tx: &mut Tx, who: &Who, id: I, request: Fingerprint) -> Result<bool, Problem> {
    let (id, digest, now): (Uuid, _, _) = (id.uuid(), request.0, tx.now());
    let written = on!(tx, c => sqlx::query(INSERT).bind(id).bind(who.id).bind(digest.as_slice()).bind(now).execute(c)
        .await.map(|done| done.rows_affected()))?;
    if written == 1 {
        return Ok(true);
    }
    let known: i64 =
        on!(tx, c => sqlx::query_scalar(KNOWN).bind(id).bind(who.id).bind(digest.as_slice()).fetch_one(c).await)?;
    if known == 1 { Ok(false) } else { Err(other()) }
}

/// The id is that of something else.
pub fn other() -> Problem {
    Problem::conflict("id-in-use", "This id belongs to another request. Make a new one for what is new.")
}

/// Forgets requests that nobody sends again.
pub async fn forget(tx: &mut Tx) -> db::Result<()> {
    let before = tx.now() - KEPT;
    on!(tx, c => sqlx::query(FORGET).bind(before).execute(c).await.map(drop))
}
