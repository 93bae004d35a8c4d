//! The simulated world: the same switch and cores, and around them carriers, phones, a network, a disk and a
//! database made of a seed. A day of calls takes seconds, and a failure comes back with its number.
//!
//! | what | file |
//! |---|---|
//! | the clock, the hand-over between machines | `world.rs` |
//! | what stories may do, see and hear | `people.rs` |
//! | the n-th effect goes wrong | `world.rs` (`Nth`), `tests/stories/nth.rs` |
//! | what must always hold | `checks.rs` |
//! | who believes to be in a call, when all is quiet | `settled.rs` |
//! | what becomes of each intake | `ledger.rs` |
//! | telephones and their habits | `phone.rs`, `register.rs`, `sound.rs` |
//! | datagrams, TCP, a page's WebSocket; reloads | `line.rs`, `wires.rs` |
//! | what ICE and DTLS would add to a page's sound | `browser.rs` |
//! | loss, delay, overtaking, cut cables | `link.rs` |
//! | the journal, fsync, power cuts | `disk.rs` |
//! | the company | `plan.rs` |
//! | a day at random | `random.rs` |
//! | the picture of a failure | `ladder.rs` |
#![forbid(unsafe_code)]

pub mod browser;
pub mod checks;
pub mod disk;
pub mod ladder;
pub mod ledger;
pub mod line;
pub mod link;
pub mod people;
pub mod phone;
pub mod plan;
pub mod random;
pub mod register;
pub mod settled;
pub mod sound;
pub mod wires;
pub mod world;

pub use phone::{Act, Habit, Reload, Stage};
pub use world::{Database, PhoneId, World};

pub const fn secs(n: u64) -> std::time::Duration {
    std::time::Duration::from_secs(n)
}
