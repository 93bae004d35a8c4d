//! `cargo run -p sim --release -- --seeds N [--from S]`: N days at random, from seed S on (0). A failure prints its
//! seed and the SIP ladder; `--seeds 1 --from SEED` plays it again.

use std::collections::BTreeMap;
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
    quiet_about_planted_faults();
    let (mut failed, mut counts) = (Vec::new(), BTreeMap::new());
    for seed in wish.from..wish.from.saturating_add(wish.seeds) {
        // The panic's own message, printed by the hook, holds the seed and the ladder.
        let day = catch_unwind(AssertUnwindSafe(|| sim::random::run(seed)));
        if let Ok(world) = &day {
            count(world, &mut counts);
        } else {
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
    // What the days were made of: a simulation in which nothing happens finds nothing.
    for (what, count) in &counts {
        println!("{count:>9} {what}");
    }
    if failed.is_empty() {
        println!("{} seeds from {}: all hold", wish.seeds, wish.from);
        return ExitCode::SUCCESS;
    }
    println!("failed: {failed:?}; again with --seeds 1 --from {}", failed[0]);
    ExitCode::FAILURE
}

fn count(world: &sim::World, counts: &mut BTreeMap<String, u64>) {
    let undisposed = sim::ledger::Ledger::of(world.disk.events()).undisposed();
    *counts.entry("undisposed intakes".into()).or_default() += undisposed as u64;
    for event in world.disk.events() {
        let word = match &event.kind {
            call::Kind::Ended { outcome, .. } => format!("Ended {outcome:?}"),
            call::Kind::Declined { why, .. } => format!("Declined {why}"),
            call::Kind::Traced { .. } => "Traced".into(),
            call::Kind::Transferred { to_agent: Some(_), .. } => "Transferred to an agent".into(),
            call::Kind::AgentStatus { state, .. } => format!("agent {state}"),
            _ => sim::disk::word(event).split('(').next().unwrap_or_default().to_owned(),
        };
        *counts.entry(word).or_default() += 1;
    }
}

/// The days plant bugs in single calls; the switch catches them, and their messages would bury a real one.
fn quiet_about_planted_faults() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if info.payload_as_str() != Some("a planted fault") {
            print(info);
        }
    }));
}
