//! A person's requests that read come to the database a few at a time: whoever sends many searches at once waits for their
//! own, and nobody else does.

use super::limit;
use crate::http::login::Logins;
use crate::http::{Problem, Share, Shares};
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use dashmap::DashMap;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use types::PersonId;

/// Whose requests read now. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Turns {
    /// Those too that wait.
    here: Shares,
    reading: Arc<DashMap<PersonId, Arc<Semaphore>>>,
}

/// The right to read; it ends when this is dropped.
#[derive(Debug)]
struct Turn {
    turns: Turns,
    person: PersonId,
    permit: Option<OwnedSemaphorePermit>,
    _here: Share,
}

impl Turns {
    /// Waits for the turn, in the order of arrival. An error: too many wait already.
    async fn turn(&self, person: PersonId) -> Result<Turn, Problem> {
        let here = self.here.take(person, limit::READS_WAITING).ok_or_else(|| Problem::too_many(1))?;
        let places =
            self.reading.entry(person).or_insert_with(|| Arc::new(Semaphore::new(limit::READS_OF_PERSON))).clone();
        let permit = places.acquire_owned().await.ok();
        Ok(Turn { turns: self.clone(), person, permit, _here: here })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // what the permit holds would count as one more that reads
        self.permit.take();
        self.turns.reading.remove_if(&self.person, |_, places| Arc::strong_count(places) == 1);
    }
}

/// Of the API only: what needs no log-in needs no database either. Who is not logged in is refused by the operation, as is
/// who cannot be known while the database is away.
pub async fn taken(
    State((logins, turns)): State<(Logins, Turns)>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let person = match *request.method() {
        Method::GET | Method::HEAD => logins.who(request.headers()).await.ok().flatten().map(|who| who.id),
        _ => None,
    };
    let _turn = match person {
        Some(person) => Some(turns.turn(person).await?),
        None => None,
    };
    Ok(next.run(request).await)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    #[test]
    fn one_person_waits_for_their_own_and_no_other() {
        let (turns, ann, bob) = (Turns::default(), PersonId::from_u128(1), PersonId::from_u128(2));
        let now = |person| turns.turn(person).now_or_never();
        let mut held: Vec<_> =
            (0..limit::READS_OF_PERSON).map(|_| now(ann).expect("a turn").expect("a place")).collect();
        let mut third = Box::pin(turns.turn(ann));
        assert!((&mut third).now_or_never().is_none(), "all of her turns are taken");
        assert!(now(bob).is_some(), "his are not");
        held.pop();
        let third = third.now_or_never().expect("her turn").expect("a place");
        drop((held, third));
        assert!(turns.reading.is_empty(), "nobody who is gone is remembered");
    }

    #[test]
    fn not_too_many_of_one_person_wait() {
        let (turns, ann) = (Turns::default(), PersonId::from_u128(1));
        let mut waiting: Vec<_> = (0..limit::READS_WAITING).map(|_| Box::pin(turns.turn(ann))).collect();
        let held: Vec<_> = waiting.iter_mut().map(|turn| turn.now_or_never()).collect();
        assert_eq!(
            turns.turn(ann).now_or_never().and_then(Result::err).map(|refused| refused.status().as_u16()),
            Some(429)
        );
        drop(held);
    }
}
