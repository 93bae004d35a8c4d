//! Rows that whoever serves a request adds to what the request commits, so that both are stored or neither is.

use super::{Rows, Tx};
use std::sync::Arc;

tokio::task_local! {
    static AT_COMMIT: Arc<dyn AtCommit>;
}

/// What is added to the commits of a task.
pub trait AtCommit: Send + Sync {
    /// None: nothing belongs to this commit.
    fn rows(&self, tx: &Tx) -> Option<Rows>;

    /// They are stored, and all else of the transaction with them.
    fn committed(&self);
}

/// Runs the task; `what` adds its rows to every transaction that the task commits.
pub async fn at_commit<F: Future>(what: Arc<dyn AtCommit>, task: F) -> F::Output {
    AT_COMMIT.scope(what, task).await
}

/// What is added in this task.
pub(super) fn added() -> Option<Arc<dyn AtCommit>> {
    AT_COMMIT.try_with(Arc::clone).ok()
}
