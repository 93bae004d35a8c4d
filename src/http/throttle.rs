//! Guessing passwords is slow (`types/src/guard.rs`): the guard behind a lock, and requests that wait for one another.

use super::{Problem, limit};
use crate::clock;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use types::guard::{self, Guard, Outcome, Wait};

/// Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Throttle {
    guard: Arc<Mutex<Guard>>,
    /// An attempt was decided.
    decided: Arc<Notify>,
}

/// An attempt that is counted. Dropped without a word, it has failed.
#[derive(Debug)]
pub(super) struct Attempt {
    throttle: Throttle,
    counted: Option<guard::Attempt>,
    outcome: Outcome,
}

impl Throttle {
    /// Counts an attempt and allows it; waits for attempts under way on which that depends.
    pub async fn attempt(&self, source: IpAddr, login: &str) -> Result<Attempt, Problem> {
        loop {
            let decided = self.decided.notified();
            let begun = self.lock().begin(clock::now(), source, login);
            match begun {
                Ok(counted) => {
                    return Ok(Attempt { throttle: self.clone(), counted: Some(counted), outcome: Outcome::Failed });
                }
                Err(Wait::Seconds(seconds)) => return Err(Problem::too_many(seconds)),
                Err(Wait::Others) => {
                    if tokio::time::timeout(limit::PASSWORD_WAIT, decided).await.is_err() {
                        return Err(Problem::too_many(2));
                    }
                }
            }
        }
    }

    /// The login succeeded from there before this process.
    pub fn know(&self, source: IpAddr, login: &str) {
        self.lock().know(clock::now(), source, login);
    }

    fn lock(&self) -> MutexGuard<'_, Guard> {
        self.guard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt {
    pub fn succeeded(mut self) {
        self.outcome = Outcome::Succeeded;
    }

    /// By what `done` finds out besides its answer: `Some(right)`, or None: it is not decided yet, and counts for nothing. A failure of
    /// ours counts for nothing either.
    pub async fn decided_by<T>(
        self,
        done: impl Future<Output = Result<(T, Option<bool>), Problem>>,
    ) -> Result<T, Problem> {
        match done.await {
            Ok((answer, Some(true))) => {
                self.succeeded();
                Ok(answer)
            }
            Ok((answer, Some(false))) => Ok(answer),
            Ok((answer, None)) => {
                self.undone();
                Ok(answer)
            }
            Err(problem) => {
                self.undone();
                Err(problem)
            }
        }
    }

    pub fn undone(mut self) {
        self.outcome = Outcome::Undone;
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if let Some(counted) = self.counted.take() {
            self.throttle.lock().decide(clock::now(), counted, self.outcome);
            self.throttle.decided.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_for_others_goes_on_when_they_are_decided() {
        let (throttle, home) = (Throttle::default(), IpAddr::from([10, 0, 0, 1]));
        let mut attempts = Vec::new();
        for _ in 0..types::limit::FAILURES {
            attempts.push(throttle.attempt(home, "ann").await.expect("allowed"));
        }
        let next = tokio::spawn({
            let throttle = throttle.clone();
            async move { throttle.attempt(home, "ann").await.map(Attempt::undone).map_err(|problem| problem.status()) }
        });
        tokio::task::yield_now().await;
        assert!(!next.is_finished());
        attempts.pop().expect("five").undone();
        assert_eq!(next.await.expect("it ends"), Ok(()));
        drop(attempts);
        drop(throttle.attempt(home, "ann").await.expect("the fifth failure"));
        let refused = throttle.attempt(home, "ann").await.expect_err("it has to wait");
        assert_eq!(refused.status(), axum::http::StatusCode::TOO_MANY_REQUESTS);
    }
}
