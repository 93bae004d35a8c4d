//! `events`, the stream of all that happens. A transaction keeps its events until its commit, which gives them their
//! positions: the lock that orders positions is the last one a transaction takes, and is held for two statements.

use super::{Result, Rows, Tx, Value, dialect};
use crate::on;

/// Values of a row without its position.
pub const COLUMNS: usize = 9;
pub type Pending = Vec<[Value; COLUMNS]>;

const NEWEST: &str = "SELECT COALESCE(MAX(position), 0) FROM events";
const INSERT: &str =
    "INSERT INTO events (id, at, recorded_at, call_id, subject, subject_id, actor_id, kind, data, position)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING";

pub(super) async fn write(tx: &mut Tx) -> Result<()> {
    let events = std::mem::take(&mut tx.work_mut().events);
    if events.is_empty() {
        return Ok(());
    }
    dialect::order_events(tx).await?;
    let newest: i64 = on!(tx, c => sqlx::query_scalar(NEWEST).fetch_one(c).await)?;
    let expected = events.len() as u64;
    let mut rows = Rows::new(INSERT);
    for (event, position) in events.into_iter().zip(newest + 1..) {
        rows.push(event.into_iter().chain([position.into()]));
    }
    if rows.write(tx).await? == expected {
        return Ok(());
    }
    // what the transaction did for them would be done twice
    Err(sqlx::Error::Protocol("an event of this transaction is stored already".into()))
}
