//! `cargo run -p sim --release -- --seeds N [--from S]`: N days at random, from seed S on (0). A failure prints its
//! seed and the SIP ladder; `--seeds 1 --from SEED` plays it again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

const USAGE: &str = "usage: sim --seeds N [--from S] [--keep-going]";

struct Wish {
    from: u64,
    seeds: u64,
    keep_going: bool,
}

fn wish(mut args: impl Iterator<Item = String>) -> Option<Wish> {
    let mut wish = Wish { from: 0, seeds: 1_000, keep_going: false };
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--seeds" => wish.seeds = args.next()?.parse().ok()?,
            "--from" => wish.from = args.next()?.parse().ok()?,
            "--keep-going" => wish.keep_going = true,
            _ => return None,
        }
    }
    Some(wish)
}

fn main() -> ExitCode {
    let Some(wish) = wish(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let mut failed = Vec::new();
    for seed in wish.from..wish.from.saturating_add(wish.seeds) {
        // The panic's own message, printed by the hook, holds the seed and the ladder.
        if catch_unwind(AssertUnwindSafe(|| drop(sim::random::run(seed)))).is_err() {
            eprintln!("seed {seed} failed");
            failed.push(seed);
            if !wish.keep_going {
                break;
            }
        }
        if seed % 1_000 == 999 {
            println!("{} seeds", seed + 1 - wish.from);
        }
    }
    if failed.is_empty() {
        println!("{} seeds from {}: all hold", wish.seeds, wish.from);
        return ExitCode::SUCCESS;
    }
    println!("failed: {failed:?}; again with --seeds 1 --from {}", failed[0]);
    ExitCode::FAILURE
}
