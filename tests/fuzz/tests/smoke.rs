//! Every fuzz target on its seeds and on a fixed number of changes of them: the same inputs each time. It finds what is
//! near; libFuzzer (`scripts/fuzz`) goes on from there.

use fuzz::{TARGETS, Target};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::Path;

/// Changed inputs a target.
const CHANGES: u64 = 10_000;
const OCTETS_MAX: usize = 4_096;

/// Octets that mean something to one of the formats.
const TELLING: [u8; 12] = [0x00, 0x01, 0x0A, 0x0D, 0x20, 0x3B, 0x55, 0x7F, 0x80, 0xC8, 0xFE, 0xFF];

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(name);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{}: no seeds", folder.display());
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// One to eight changes of one seed.
fn changed(random: &mut ChaCha8Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut octets = seeds[random.random_range(0..seeds.len())].clone();
    for _ in 0..random.random_range(1..=8) {
        let at = random.random_range(0..=octets.len());
        let end = (at + random.random_range(1..=32usize)).min(octets.len());
        match random.random_range(0..6) {
            0 => drop(octets.drain(at..end)),
            1 => octets.insert(at, TELLING[random.random_range(0..TELLING.len())]),
            2 => octets[at..end].iter_mut().take(1).for_each(|octet| *octet ^= 1 << random.random_range(0..8)),
            3 => octets[at..end].iter_mut().take(1).for_each(|octet| *octet = random.random()),
            4 => {
                let again = octets[at..end].to_vec();
                octets.splice(at..at, again);
            }
            _ => {
                let other = &seeds[random.random_range(0..seeds.len())];
                octets.truncate(at);
                octets.extend(&other[at.min(other.len())..]);
            }
        }
    }
    octets.truncate(OCTETS_MAX);
    octets
}

fn check(name: &str, target: Target, octets: &[u8]) {
    if let Err(panic) = std::panic::catch_unwind(|| target(octets)) {
        let text: String = octets.iter().flat_map(|octet| std::ascii::escape_default(*octet)).map(char::from).collect();
        eprintln!("{name} fails on b\"{text}\"");
        std::panic::resume_unwind(panic);
    }
}

#[test]
fn every_target_holds_near_its_seeds() {
    for (name, target) in TARGETS {
        let seeds = seeds(name);
        seeds.iter().for_each(|seed| check(name, *target, seed));
        let mut random = ChaCha8Rng::seed_from_u64(1);
        (0..CHANGES).for_each(|_| check(name, *target, &changed(&mut random, &seeds)));
    }
}

#[test]
fn every_target_has_its_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz_targets");
    let programs = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut programs: Vec<String> = programs.map(|name| name.trim_end_matches(".rs").to_owned()).collect();
    programs.sort();
    assert_eq!(programs, TARGETS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
}
