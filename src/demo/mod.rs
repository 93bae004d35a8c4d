//! The demo company: three buildings, two hundred units, some three hundred residents, eight people at work, and the
//! tickets of the last weeks. The same seed gives the same company. Only `linedesk demo` calls this: the passwords are
//! known to everybody.

mod company;
mod history;
mod names;
mod residents;

use crate::db::Db;
use crate::http::login;
use crate::people::store as people;
use crate::tickets;
use chrono::{DateTime, Utc};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use types::Id;

/// Everybody's password.
pub const PASSWORD: &str = "demo";

/// Seeded chance, and ids made of it.
struct Dice {
    rng: ChaCha8Rng,
    /// The time part of the ids: long ago, and one more each.
    ms: u64,
}

impl Dice {
    fn new(seed: u64) -> Dice {
        Dice { rng: ChaCha8Rng::seed_from_u64(seed), ms: 1_735_689_600_000 }
    }

    /// 0 .. n
    fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n.max(1)).unwrap_or(1);
        usize::try_from(self.rng.next_u64() % n).unwrap_or(0)
    }

    fn percent(&mut self, n: usize) -> bool {
        self.below(100) < n
    }

    fn of<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    fn id<I: Id>(&mut self) -> I {
        self.ms += 1;
        self.id_at(self.ms)
    }

    fn id_at<I: Id>(&mut self, ms: u64) -> I {
        let mut chance = [0u8; 10];
        self.rng.fill_bytes(&mut chance);
        I::new(uuid::Builder::from_unix_timestamp_millis(ms, &chance).into_uuid())
    }
}

/// Makes the company unless it is there. One transaction: all or nothing.
pub async fn seed(db: &Db, seed: u64) -> anyhow::Result<()> {
    seed_at(db, seed, db.now()).await
}

/// As [`seed`], with tickets of the weeks before `now`.
pub async fn seed_at(db: &Db, seed: u64, now: DateTime<Utc>) -> anyhow::Result<()> {
    let mut tx = db.read().await?;
    let there = people::by_login(&mut tx, "dispatcher1").await?.is_some();
    drop(tx);
    if there {
        return Ok(());
    }
    let password = login::hash_password(PASSWORD.to_owned()).await?;
    let mut dice = Dice::new(seed);
    let mut tx = db.write().await?;
    tickets::seed::ensure_in(&mut tx).await?;
    let staff = company::people(&mut tx, &mut dice, password, now).await?;
    let units = company::buildings(&mut tx, &mut dice, now).await?;
    let residents = residents::settle(&mut tx, &mut dice, &units, now).await?;
    history::tickets(&mut tx, &mut dice, &staff, &residents, now).await?;
    tx.commit().await?;
    Ok(())
}
