//! A bad network between a phone and the server: a relay of datagrams that loses some, by a seed. No right of the
//! system is needed for it, and what is lost can be told again.

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

#[derive(Default)]
struct Counts {
    passed: AtomicU64,
    lost: AtomicU64,
}

/// Between one phone and one server.
pub struct Link {
    /// Where the phone sends to.
    pub outside: SocketAddr,
    /// Where the server sees the phone.
    pub inside: SocketAddr,
    counts: Arc<Counts>,
    over: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Link {
    /// Loses `percent` of all datagrams, each way.
    pub fn start(server: SocketAddr, percent: u32, seed: u64) -> Link {
        let bind = || UdpSocket::bind("127.0.0.1:0").expect("a port");
        let (outside, inside) = (Arc::new(bind()), Arc::new(bind()));
        let phone: Arc<Mutex<Option<SocketAddr>>> = Arc::default();
        let (counts, over) = (Arc::new(Counts::default()), Arc::new(AtomicBool::new(false)));
        let mut link = Link {
            outside: outside.local_addr().expect("bound"),
            inside: inside.local_addr().expect("bound"),
            counts: counts.clone(),
            over: over.clone(),
            threads: Vec::new(),
        };
        for (way, from, to) in [(0, outside.clone(), inside.clone()), (1, inside, outside)] {
            from.set_read_timeout(Some(Duration::from_millis(50))).expect("a socket takes a timeout");
            let (phone, counts, over) = (phone.clone(), counts.clone(), over.clone());
            link.threads.push(std::thread::spawn(move || {
                let mut chance = ChaCha8Rng::seed_from_u64(seed * 2 + way);
                let mut buffer = [0; 65_536];
                while !over.load(Ordering::Relaxed) {
                    let Ok((length, peer)) = from.recv_from(&mut buffer) else { continue };
                    let mut phone = phone.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                    if way == 0 {
                        *phone = Some(peer);
                    }
                    let target = if way == 0 { Some(server) } else { *phone };
                    drop(phone);
                    if chance.next_u32() % 100 < percent {
                        counts.lost.fetch_add(1, Ordering::Relaxed);
                    } else if let Some(target) = target {
                        counts.passed.fetch_add(1, Ordering::Relaxed);
                        let _ = to.send_to(&buffer[..length], target);
                    }
                }
            }));
        }
        link
    }

    /// (passed, lost) so far.
    pub fn counts(&self) -> (u64, u64) {
        (self.counts.passed.load(Ordering::Relaxed), self.counts.lost.load(Ordering::Relaxed))
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
