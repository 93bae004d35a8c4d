//! Which of several processes on one database does a thing.

use crate::db::{Result, Tx};
use crate::on;
use chrono::TimeDelta;
use std::sync::Arc;

/// A lease that is not renewed for so long is anybody's; so is one that ends later than any right clock would write.
const SPAN: TimeDelta = TimeDelta::seconds(15);

const HOLD: &str = "INSERT INTO leases (name, holder, until) VALUES ($1, $2, $3)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE leases.holder = excluded.holder OR leases.until <= $4 OR leases.until > $5";

/// One process's claim to a thing that one process at a time does.
#[derive(Clone, Debug)]
pub struct Lease {
    name: &'static str,
    holder: Arc<str>,
}

impl Lease {
    /// `holder`: the node's name. A node that starts again goes on with the lease it had.
    pub fn new(name: &'static str, holder: &str) -> Lease {
        Lease { name, holder: holder.into() }
    }

    /// What the lease is for.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Takes or renews the lease in the transaction that does the work; false: another process has it. The lease's row
    /// stays locked until the commit: whoever asks meanwhile waits, so that two clocks which disagree cannot make two
    /// processes do the same thing at the same time.
    pub async fn hold(&self, tx: &mut Tx) -> Result<bool> {
        let now = tx.now();
        let written = on!(tx, c => sqlx::query(HOLD).bind(self.name).bind(&*self.holder).bind(now + SPAN).bind(now)
            .bind(now + SPAN * 2).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(written == 1)
    }
}
