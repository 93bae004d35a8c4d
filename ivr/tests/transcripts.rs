//! Golden transcripts: lines beginning with `> ` are typed, the others are what came back.
//! `UPDATE_EXPECT=1 cargo test -p ivr` writes them anew.

use ivr::{Flow, Locale, simulate::Simulation};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use types::Moment;

fn replay(golden: &str, flows: &Path) -> String {
    let mut lines = golden.lines();
    let header = lines.next().expect("first line: `flow FILE LOCALE`");
    let words: Vec<&str> = header.split_whitespace().collect();
    let [_, file, locale] = words.as_slice() else { panic!("not `flow FILE LOCALE`: {header}") };
    let locale = if *locale == "ru" { Locale::Ru } else { Locale::En };
    let text = std::fs::read_to_string(flows.join(file)).expect("the flow");
    let flow = Flow::parse(&text).unwrap_or_else(|findings| panic!("{file}: {findings:#?}"));
    let mut simulation = Simulation::new(Arc::new(flow), locale, Moment::START);
    let mut out = format!("{header}\n");
    for line in lines {
        if let Some(typed) = line.strip_prefix('>') {
            out.push_str(&format!("{line}\n{}", simulation.line(typed)));
        }
    }
    out
}

#[test]
fn callers_hear_what_they_should() {
    let home = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(home.join("tests/flows")).expect("tests/flows").map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 10, "transcripts are missing");
    let mut wrong = String::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "txt")) {
        let golden = std::fs::read_to_string(file).unwrap();
        let heard = replay(&golden, &home.join("../config/flows"));
        if update {
            std::fs::write(file, &heard).unwrap();
        } else if heard != golden {
            wrong.push_str(&format!("--- {} is\n{golden}--- but was\n{heard}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
