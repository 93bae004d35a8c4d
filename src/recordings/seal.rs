//! Keeps in the database what the files of ended recordings prove ([`super::proof`]), and looks again when a file changed.
//! Each node looks at its own: the others' files are on their disks.

use super::files::Files;
use super::proof::{DamageKind, Proof};
use super::{RecordingState, store};
use crate::db::{self, Db, Result};
use crate::outbox::{News, Subject};
use chrono::TimeDelta;
use std::time::Duration;
use types::RecordingId;

/// Between two rounds.
const PERIOD: Duration = Duration::from_secs(5);
/// The writer completes a file within this after the end of the recording.
const SETTLED: TimeDelta = TimeDelta::seconds(3);
/// What proved itself is asked again after so long: bits rot.
const AGAIN: TimeDelta = TimeDelta::days(30);
/// Files a round; an hour of talk takes a tenth of a second to read.
const FILES: i64 = 10;

/// Seals until it is dropped.
pub async fn run(db: Db, files: Files, news: News) {
    let mut tick = tokio::time::interval(PERIOD);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        match round(&db, &files, &news).await {
            Ok(_) => {}
            Err(error) if db::away(&error) => tracing::debug!(%error, "recordings wait for the database"),
            Err(error) => tracing::error!(%error, "recordings cannot be verified; it is tried again"),
        }
    }
}

/// One round: recordings that ended, and those that were verified long ago. How many.
pub async fn round(db: &Db, files: &Files, news: &News) -> Result<usize> {
    let mut tx = db.read().await?;
    let now = tx.now();
    let due = store::to_verify(&mut tx, files.node(), now - SETTLED, now - AGAIN, FILES).await?;
    drop(tx);
    let mut sealed = 0;
    for id in due {
        if verify(db, files, news, id).await?.is_some() {
            sealed += 1;
        }
    }
    Ok(sealed)
}

/// Examines the file of a recording that has ended, and keeps what it shows. None: it is still being written, is another
/// node's, or cannot be read at the moment.
pub async fn verify(db: &Db, files: &Files, news: &News, id: RecordingId) -> Result<Option<Proof>> {
    let mut tx = db.read().await?;
    let Some((state, kept, node)) = store::kept(&mut tx, id).await? else { return Ok(None) };
    drop(tx);
    let over = matches!(state, RecordingState::Running | RecordingState::Deleted);
    if node != files.node() || over || files.unfinished(id) {
        return Ok(None);
    }
    let (own, before) = (files.clone(), kept.clone());
    let examined = tokio::task::spawn_blocking(move || {
        let written = own.on_disk(id).map(|(_, written)| written).ok();
        own.proof(id, before.as_deref()).map(|proof| (proof, written))
    });
    let (proof, written) = match examined.await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            tracing::error!(recording = %id, %error, "a recording cannot be read, and is not verified");
            return Ok(None);
        }
        Err(_) => return Ok(None),
    };
    let state = after(state, &proof);
    let mut tx = db.write().await?;
    let now = tx.now();
    // what was kept first stays: it is what the file of today is compared with
    let sha256 = kept.or_else(|| Some(proof.sha256.clone()).filter(|hash| !hash.is_empty()));
    let changed = store::sealed(&mut tx, id, state, &proof, sha256, written, now).await?;
    tx.commit().await?;
    if changed {
        news.changed(Subject::Recordings(id));
    }
    if !proof.damage.is_empty() {
        tracing::error!(recording = %id, damage = ?proof.damage, "a recording is damaged");
    }
    Ok(Some(proof))
}

/// A recording whose node died is broken and whole; one without a file never came to be.
fn after(before: RecordingState, proof: &Proof) -> RecordingState {
    match proof.damage.as_slice() {
        [] if before == RecordingState::Damaged => RecordingState::Done,
        [] => before,
        [only] if only.kind == DamageKind::Missing && before != RecordingState::Damaged => RecordingState::Broken,
        _ => RecordingState::Damaged,
    }
}
