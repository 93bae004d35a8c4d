//! SQL of queues.

use crate::db::{Db, Result};
use crate::on;
use acd::Day;
use chrono::{DateTime, Utc};
use std::time::Duration;

const DAY: &str = "SELECT COUNT(*), COUNT(answered_at),
    COUNT(CASE WHEN answered_at IS NOT NULL AND wait_ms <= $4 THEN 1 END),
    COUNT(CASE WHEN outcome = 'abandoned_queue' THEN 1 END),
    COUNT(CASE WHEN outcome = 'abandoned_queue' AND wait_ms > $4 THEN 1 END)
    FROM calls WHERE queue = $1 AND queued_at IS NOT NULL AND arrived_at >= $2 AND arrived_at < $3";

/// What a queue counted with the calls that arrived from `from` to before `to`.
pub async fn day(db: &Db, queue: &str, from: DateTime<Utc>, to: DateTime<Utc>, target: Duration) -> Result<Day> {
    let target = i64::try_from(target.as_millis()).unwrap_or(i64::MAX);
    let mut tx = db.read().await?;
    let counts: (i64, i64, i64, i64, i64) = on!(&mut tx, c => sqlx::query_as(DAY).bind(queue).bind(from).bind(to)
        .bind(target).fetch_one(c).await)?;
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    Ok(Day {
        offered: count(counts.0),
        answered: count(counts.1),
        answered_in_time: count(counts.2),
        abandoned: count(counts.3),
        abandoned_late: count(counts.4),
    })
}
