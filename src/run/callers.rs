//! `linedesk demo --callers N`: simulated residents who phone in all day, over real sockets.

use crate::clock;
use crate::db::{self, Db};
use crate::on;
use crate::phone::{Caller, Progress, speech_like};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

const PHONES: &str = "SELECT value FROM contact_points WHERE kind = 'phone' ORDER BY value";

/// The demo company's telephones.
pub async fn phones(db: &Db) -> db::Result<Vec<String>> {
    let mut tx = db.read().await?;
    on!(&mut tx, c => sqlx::query_scalar(PHONES).fetch_all(c).await)
}

/// Most residents phoning at a time.
const MOST: usize = 200;
/// A pause looks this often whether it shall end.
const LOOK: Duration = Duration::from_millis(200);

/// The residents.
pub struct Callers {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Callers {
    /// Each resident is a thread: calls, listens, presses a key or waits, hangs up, and calls again after a while.
    pub fn start(server: SocketAddr, phones: &[String], residents: usize, seed: u64) -> Callers {
        let stop = Arc::new(AtomicBool::new(false));
        let phones: Arc<[String]> = phones.into();
        let threads = (0..residents.min(MOST)).filter_map(|index| {
            let stop = stop.clone();
            let chance = ChaCha8Rng::seed_from_u64(seed.wrapping_mul(1_000_003).wrapping_add(index as u64));
            let phones = phones.clone();
            let resident = move || Resident { server, phones, chance, stop }.live();
            std::thread::Builder::new().name(format!("resident-{index}")).spawn(resident).ok()
        });
        Callers { threads: threads.collect(), stop }
    }

    pub fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            let _ = thread.join();
        }
    }
}

struct Resident {
    server: SocketAddr,
    phones: Arc<[String]>,
    chance: ChaCha8Rng,
    stop: Arc<AtomicBool>,
}

impl Resident {
    fn live(mut self) {
        let first = self.chance.random_range(0..20_000);
        self.pause(Duration::from_millis(first));
        while !self.stopped() {
            if let Err(error) = self.call() {
                tracing::debug!(%error, "a simulated resident could not call");
            }
            let next = self.chance.random_range(15_000..120_000);
            self.pause(Duration::from_millis(next));
        }
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn pause(&self, long: Duration) {
        let until = clock::now() + long;
        while clock::now() < until && !self.stopped() {
            std::thread::park_timeout(LOOK);
        }
    }

    fn call(&mut self) -> anyhow::Result<()> {
        // one in eight is a stranger
        let stranger = || "+79990000099".to_owned();
        let from = match self.chance.random_range(0..8) {
            0 => stranger(),
            _ if self.phones.is_empty() => stranger(),
            _ => self.phones[self.chance.random_range(0..self.phones.len())].clone(),
        };
        let emergency = self.chance.random_bool(0.1);
        let number = if emergency { "1112" } else { "1000" };
        // most wait for a dispatcher, some press their way there, some hear a status, some give up
        let key = ['0', '0', '1', '2', ' ', ' '][self.chance.random_range(0..6)];
        let patience = Duration::from_secs(self.chance.random_range(20..180));
        let mut caller = Caller::new(self.server, number, &from, speech_like(), false)?;
        let began = clock::now();
        let mut key_at = None;
        let mut hung_up = None;
        loop {
            for told in caller.step(Duration::from_millis(20))? {
                match told {
                    Progress::Answered => {
                        key_at = Some(clock::now() + Duration::from_secs(self.chance.random_range(2..9)))
                    }
                    Progress::Ended(_) => {
                        caller.finish(Duration::from_millis(100))?;
                        return Ok(());
                    }
                    _ => {}
                }
            }
            let now = clock::now();
            if key_at.is_some_and(|at| at <= now) {
                key_at = None;
                if key != ' ' {
                    caller.press(key);
                }
            }
            let over = self.stopped() || now.duration_since(began) > patience;
            if hung_up.is_none() && over {
                caller.hang_up();
                hung_up = Some(now);
            }
            if hung_up.is_some_and(|at| now.duration_since(at) > Duration::from_secs(3)) {
                return Ok(());
            }
        }
    }
}
