//! `linedesk recordings verify`: whether the files of this node's recordings are still what was written. May run beside the
//! server.

use crate::clock::Clock;
use crate::config::Config;
use crate::db;
use crate::outbox::News;
use crate::recordings::key::Keys;
use crate::recordings::proof::Damage;
use crate::recordings::{Files, seal, store};
use anyhow::{Context, Result, ensure};
use std::sync::Arc;
use types::RecordingId;

/// The recordings of the node that is configured so. `make_key`: a missing master key is made.
pub(super) fn files(config: &Config, make_key: bool) -> Result<Files> {
    let keys = Arc::new(Keys::open(&config.key_path(), make_key)?);
    Files::new(config.data("recordings"), keys, &config.node.name).context("the recordings folder cannot be used")
}

pub async fn verify(config: Config) -> Result<()> {
    super::private_files();
    let files = files(&config, false)?;
    let options = db::Options { url: config.database_url(), unsafe_settings: config.database.unsafe_settings };
    let db = db::open(&options, Clock::real()).await?;
    let (mut last, mut whole, mut damaged) = (RecordingId::default(), 0, 0);
    loop {
        let mut tx = db.read().await?;
        let some = store::ended_after(&mut tx, files.node(), last).await?;
        drop(tx);
        let Some(newest) = some.last() else { break };
        last = *newest;
        for id in some {
            match seal::verify(&db, &files, &News::default(), id).await? {
                Some(proof) if proof.damage.is_empty() => whole += 1,
                Some(proof) => {
                    damaged += 1;
                    println!("{id}: {}", proof.damage.iter().map(place).collect::<Vec<_>>().join(", "));
                }
                None => println!("{id}: still being written, or not readable now; not verified"),
            }
        }
    }
    println!("{whole} recordings are as they were written, {damaged} are damaged");
    ensure!(damaged == 0, "{damaged} damaged recordings");
    Ok(())
}

/// `sound 3.0-4.0 s`
fn place(damage: &Damage) -> String {
    let seconds = |ms: u64| format!("{}.{}", ms / 1_000, ms % 1_000 / 100);
    match (damage.from_ms, damage.to_ms) {
        (Some(from), Some(to)) => format!("{} {}-{} s", damage.kind, seconds(from), seconds(to)),
        (Some(from), None) => format!("{} at {} s", damage.kind, seconds(from)),
        _ => damage.kind.to_string(),
    }
}
