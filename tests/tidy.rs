//! The house rules, kept by a machine (ARCHITECTURE.md, "What is absent"). Reads the sources as text: what is wrong is
//! told with file and line, all of it at once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

#[path = "tidy/arrows.rs"]
mod arrows;

const PURE: [&str; 6] = ["types", "sip", "media", "ivr", "acd", "call"];
const FILE_LINES_MAX: usize = 800;
const FUNCTION_LINES_MAX: usize = 70;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file that git tracks or would track; without git (a source archive), nothing is checked that needs the list.
fn files() -> Vec<String> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git lists the files");
    assert!(listed.status.success(), "git ls-files failed: {}", String::from_utf8_lossy(&listed.stderr));
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    let present = text.lines().filter(|file| root().join(file).is_file()).map(str::to_owned);
    let files: BTreeSet<String> = present.collect();
    assert!(files.len() > 100, "the list of files is too short to be right: {}", files.len());
    files.into_iter().collect()
}

fn read(file: &str) -> String {
    let bytes = std::fs::read(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Rust files of the product: tests, benches and fuzz targets have no length limits.
fn product_rust() -> Vec<String> {
    let rooms = PURE.iter().map(|room| format!("{room}/src/")).chain(["src/".to_owned(), "tests/sim/src/".to_owned()]);
    let rooms: Vec<String> = rooms.collect();
    let of_product = |file: &String| file.ends_with(".rs") && rooms.iter().any(|room| file.starts_with(room.as_str()));
    files().into_iter().filter(of_product).filter(|file| !is_test_file(file)).collect()
}

fn is_test_file(file: &str) -> bool {
    let stem = Path::new(file).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    stem == "tests" || stem.ends_with("_tests") || file.contains("/tests/") && !file.starts_with("tests/sim/src/")
}

fn pure_rust() -> Vec<String> {
    product_rust().into_iter().filter(|file| PURE.iter().any(|room| file.starts_with(&format!("{room}/")))).collect()
}

/// The part before the tests at the bottom, with comments and the contents of strings blanked out, line for line.
fn code(file: &str) -> String {
    let text = read(file);
    let mut text = blank(&text[..tests_begin(&text).unwrap_or(text.len())]);
    // What a crate allows its tests is no permission for the product.
    if let Some((at, length)) = for_tests(&text) {
        let lines = "\n".repeat(text[at..at + length].matches('\n').count());
        text.replace_range(at..at + length, &lines);
    }
    text
}

/// `#![cfg_attr(test, ...)]`: where it begins, and its length.
fn for_tests(text: &str) -> Option<(usize, usize)> {
    let at = text.find("#![cfg_attr(")?;
    let inside = text[at + 12..].trim_start().starts_with("test");
    inside.then_some(())?;
    Some((at, text[at..].find(")]")? + 2))
}

/// Where `#[cfg(test)] mod ...` begins, other attributes in between or not.
fn tests_begin(text: &str) -> Option<usize> {
    let mark = "\n#[cfg(test)]\n";
    let of_module = |(at, _): &(usize, &str)| {
        let next = text[at + mark.len()..].lines().find(|line| !line.starts_with("#["));
        next.is_some_and(|line| line.starts_with("mod "))
    };
    text.match_indices(mark).find(of_module).map(|(at, _)| at + 1)
}

/// Replaces comments, strings and character literals by spaces; newlines stay.
fn blank(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let length = literal(&chars[at..], at.checked_sub(1).map(|before| chars[before]));
        if length == 0 {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        let end = (at + length).min(chars.len());
        out.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
        at = end;
    }
    out
}

/// Length of the comment, string or character literal that begins here; 0: none does.
fn literal(rest: &[char], before: Option<char>) -> usize {
    let upto = |end: &str, from: usize| find(rest, end, from).map_or(rest.len(), |at| at + end.chars().count());
    match rest {
        ['/', '/', ..] => rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
        ['/', '*', ..] => upto("*/", 2),
        ['"', ..] => quoted(rest, '"'),
        ['r', '"' | '#', ..] if !before.is_some_and(|c| c.is_alphanumeric() || c == '_') => {
            let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
            if rest.get(1 + hashes) == Some(&'"') { upto(&format!("\"{}", "#".repeat(hashes)), hashes + 2) } else { 0 }
        }
        ['\'', '\\', ..] => quoted(rest, '\''),
        ['\'', _, '\'', ..] => 3,
        _ => 0,
    }
}

fn quoted(rest: &[char], mark: char) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 1,
            c if c == mark => return at + 1,
            _ => {}
        }
        at += 1;
    }
    rest.len()
}

fn find(text: &[char], what: &str, from: usize) -> Option<usize> {
    let what: Vec<char> = what.chars().collect();
    (from..text.len().saturating_sub(what.len() - 1)).find(|at| text[*at..].starts_with(&what))
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text[..at].matches('\n').count()
}

/// All places where a word (not part of a longer one) stands in code.
fn places(file: &str, words: &[&str]) -> Vec<String> {
    let code = code(file);
    let mut found = Vec::new();
    for word in words {
        for (at, _) in code.match_indices(word) {
            let inner = |c: char| c.is_alphanumeric() || c == '_';
            let before = code[..at].chars().next_back().is_some_and(inner) && word.starts_with(inner);
            let after = code[at + word.len()..].chars().next().is_some_and(inner) && word.ends_with(inner);
            if !before && !after {
                found.push(format!("{file}:{}: `{word}`", line_of(&code, at)));
            }
        }
    }
    found
}

fn none(found: Vec<String>, law: &str) {
    assert!(found.is_empty(), "{law}\n  {}\n", found.join("\n  "));
}

fn manifest(room: &str) -> toml::Table {
    let path = if room.is_empty() { "Cargo.toml".to_owned() } else { format!("{room}/Cargo.toml") };
    read(&path).parse().unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn names(manifest: &toml::Table, section: &str) -> BTreeSet<String> {
    manifest
        .get(section)
        .and_then(|table| table.as_table())
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect()
}

/// `src -> call -> {sip, media, ivr, acd} -> types`; `tests/sim -> call` and the cores; never sideways, never upwards.
#[test]
fn imports_go_down_and_pure_crates_use_only_what_is_allowed() {
    let own: BTreeSet<&str> = PURE.iter().copied().chain(["linedesk", "sim"]).collect();
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("types", &["serde", "uuid", "sqlx", "utoipa"][..]),
        ("sip", &["types", "bytes", "memchr", "rand", "rand_chacha", "md-5", "sha2", "hmac", "subtle", "hex"][..]),
        ("media", &["types", "bytes", "rand", "rand_chacha", "rtp-rs", "rtcp-types", "sdp-types", "hound", "rtc"][..]),
        ("ivr", &["types", "serde", "toml"][..]),
        ("acd", &["types", "serde", "rand", "rand_chacha"][..]),
        (
            "call",
            &["types", "sip", "media", "ivr", "acd", "bytes", "rand", "rand_chacha", "serde", "serde_json", "uuid"][..],
        ),
    ]);
    let mut found = Vec::new();
    for (room, allowed) in &allowed {
        let manifest = manifest(room);
        for name in names(&manifest, "dependencies") {
            if !allowed.contains(&name.as_str()) {
                found.push(format!("{room}/Cargo.toml: `{name}` is not on the list of what a pure crate may use"));
            }
        }
        for name in names(&manifest, "dev-dependencies") {
            if own.contains(name.as_str()) {
                found.push(format!("{room}/Cargo.toml: tests of a core import `{name}`"));
            }
        }
        if manifest.contains_key("build-dependencies") || root().join(room).join("build.rs").exists() {
            found.push(format!("{room}: a pure crate has no build script"));
        }
    }
    let sim = manifest("tests/sim");
    if names(&sim, "dependencies").contains("linedesk") {
        found.push("tests/sim/Cargo.toml: the simulated world must not import the shell".into());
    }
    none(
        found,
        "imports: src -> call -> {sip, media, ivr, acd} -> types, and a short list of crates for the pure ones",
    );
}

#[test]
fn versions_of_dependencies_stand_in_the_root_manifest_only() {
    let mut found = Vec::new();
    for room in PURE.iter().copied().chain(["", "tests/sim"]) {
        let manifest = manifest(room);
        for section in ["dependencies", "dev-dependencies"] {
            for (name, what) in manifest.get(section).and_then(|t| t.as_table()).into_iter().flatten() {
                let inherited = what.get("workspace").and_then(|w| w.as_bool()) == Some(true);
                if !inherited {
                    found.push(format!("{room}/Cargo.toml: {section}.{name} has a version of its own"));
                }
            }
        }
    }
    none(found, "write `name.workspace = true` and the version in the root Cargo.toml");
}

#[test]
fn pure_crates_touch_nothing_of_the_world() {
    let world = [
        "std::fs",
        "std::net::UdpSocket",
        "std::net::TcpStream",
        "std::net::TcpListener",
        "UdpSocket",
        "TcpStream",
        "std::thread",
        "std::process",
        "std::env",
        "std::io::stdin",
        "std::io::stdout",
        "println",
        "eprintln",
        "Instant::now",
        "SystemTime",
        "OsRng",
        "getrandom",
        "Mutex",
        "RwLock",
        "async fn",
        "static mut",
    ];
    let found = pure_rust().into_iter().flat_map(|file| places(&file, &world));
    // rtc asks for instants: one stands for the origin and is subtracted again.
    let origin = |place: &str| place.starts_with("media/src/browser/dtls.rs:") && place.ends_with("`Instant::now`");
    let found = found.filter(|place| !origin(place)).collect();
    none(found, "no files, sockets, threads, clocks, locks or unseeded chance in sip, media, ivr, acd, call");
}

#[test]
fn unsafe_code_is_forbidden_in_pure_crates_and_rare_in_the_shell() {
    let mut found = Vec::new();
    for room in PURE {
        if !read(&format!("{room}/src/lib.rs")).contains("#![forbid(unsafe_code)]") {
            found.push(format!("{room}/src/lib.rs: `#![forbid(unsafe_code)]` is missing"));
        }
    }
    // One system call each, that no safe crate offers.
    let known =
        ["src/net/udp.rs", "src/disk.rs", "src/recordings/writer.rs", "src/run/mod.rs", "src/engines/sockets.rs"];
    for file in product_rust().iter().filter(|file| !known.contains(&file.as_str())) {
        found.extend(places(file, &["unsafe {", "unsafe fn", "unsafe impl"]));
    }
    none(found, "unsafe only in the named files of the shell");
}

#[test]
fn no_file_is_longer_than_800_lines() {
    let web = |file: &String| file.starts_with("web/src/") && (file.ends_with(".ts") || file.ends_with(".tsx"));
    let web = files().into_iter().filter(web).filter(|file| !file.contains("generated") && !file.contains(".test."));
    let all: Vec<String> = product_rust().into_iter().chain(web).collect();
    let lengths = all.iter().map(|file| (file, code_lines(file)));
    let long =
        lengths.filter(|(_, lines)| *lines > FILE_LINES_MAX).map(|(file, lines)| format!("{file}: {lines} lines"));
    none(long.collect(), "at most 800 lines a file (tests at the bottom not counted): split it by what it does");
}

fn code_lines(file: &str) -> usize {
    if file.ends_with(".rs") { code(file).lines().count() } else { read(file).lines().count() }
}

#[test]
fn no_function_is_longer_than_70_lines() {
    let mut found = Vec::new();
    for file in product_rust() {
        for (name, line, lines) in functions(&code(&file)) {
            if lines > FUNCTION_LINES_MAX {
                found.push(format!("{file}:{line}: fn {name} has {lines} lines"));
            }
        }
    }
    none(found, "at most 70 lines a function");
}

/// (name, line, lines) of every function with a body.
fn functions(code: &str) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        if code[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let name: String = code[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if name.is_empty() {
            continue;
        }
        if let Some(end) = body_end(code, at) {
            let line = line_of(code, at);
            found.push((name, line, line_of(code, end) - line + 1));
        }
    }
    found
}

/// Where the body that follows `fn` ends; None: a declaration without one.
fn body_end(code: &str, from: usize) -> Option<usize> {
    let (mut braces, mut round) = (0usize, 0usize);
    for (offset, byte) in code[from..].bytes().enumerate() {
        match byte {
            b'(' | b'[' => round += 1,
            b')' | b']' => round = round.saturating_sub(1),
            b';' if braces == 0 && round == 0 => return None,
            b'{' => braces += 1,
            b'}' => {
                braces = braces.saturating_sub(1);
                if braces == 0 {
                    return Some(from + offset);
                }
            }
            _ => {}
        }
    }
    None
}

/// Words that say nothing about a thing. "Context", "handler", "service" and "core" are exact in places, so they are not here.
const FORBIDDEN: [&str; 6] = ["manager", "helper", "util", "common", "misc", "base"];

#[test]
fn names_of_files_and_types_say_what_a_thing_is() {
    let mut found = Vec::new();
    for file in files() {
        let ours = [".rs", ".ts", ".tsx"].iter().any(|end| file.ends_with(end));
        let stem = Path::new(&file).file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let stem = stem.split('.').next().unwrap_or_default();
        if ours && words(stem).iter().any(|word| is_forbidden(word)) {
            found.push(format!("{file}: the file's name"));
        }
    }
    for file in product_rust() {
        for (name, line) in types(&code(&file)) {
            if words(&name).iter().any(|word| is_forbidden(word)) {
                found.push(format!("{file}:{line}: `{name}`"));
            }
            // A web log-in is a login; "session" is a SIP word (ARCHITECTURE.md, the words).
            if name.contains("Session") && !file.starts_with("sip/") {
                found.push(format!("{file}:{line}: `{name}`: sessions exist inside sip only"));
            }
        }
    }
    none(found, &format!("names without {}", FORBIDDEN.join(", ")));
}

fn is_forbidden(word: &str) -> bool {
    let word = word.to_lowercase();
    FORBIDDEN.iter().any(|bad| word == *bad || word == format!("{bad}s"))
}

/// `RingTimer`, `ring_timer`, `ringTimer`, `ring-timer` -> ring, timer.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in name.chars() {
        if c == '_' || c == '-' || (c.is_uppercase() && lower) {
            words.push(String::new());
        }
        lower = c.is_lowercase();
        if c.is_alphanumeric() {
            words.last_mut().expect("never empty").push(c);
        }
    }
    words
}

/// Types and traits declared in the text, with their lines.
fn types(code: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        for visibility in ["pub(crate) ", "pub(super) ", "pub "] {
            rest = rest.strip_prefix(visibility).unwrap_or(rest);
        }
        for keyword in ["struct ", "enum ", "trait ", "type ", "union "] {
            if let Some(name) = rest.strip_prefix(keyword) {
                let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                found.push((name, number + 1));
            }
        }
    }
    found
}

/// Where a noun's events are an enum `Happened`.
const NOUNS_OWN_EVENTS: [(&str, &str); 7] = [
    ("intake", "src/intakes/record.rs"),
    ("call", "src/calls/record.rs"),
    ("callback", "src/callbacks/record.rs"),
    ("building", "src/buildings/record.rs"),
    ("contact", "src/contacts/record.rs"),
    ("person", "src/people/record.rs"),
    ("classifier", "src/tickets/classifiers/record.rs"),
];

#[test]
fn every_kind_of_event_and_its_fields_are_described_in_docs() {
    let mut kinds = event_kinds(&read("call/src/event.rs"), "Kind");
    assert!(
        kinds.len() >= 17 && kinds.iter().any(|(kind, fields)| kind == "arrived" && fields.len() == 9),
        "{kinds:?}"
    );
    for (noun, file) in NOUNS_OWN_EVENTS {
        let text = read(file);
        for (word, fields) in event_kinds(&text, "Happened") {
            let kind = format!("{noun}.{word}");
            assert!(text.contains(&format!("\"{kind}\"")), "{file}: `{word}` is not written as `{kind}`");
            kinds.push((kind, fields));
        }
    }
    let tickets = read("src/tickets/words.rs");
    let words = tickets.split_once("pub enum TicketEventKind {").expect("the enum is there").1;
    let words = words.split_once("\n    }").expect("it ends").0;
    kinds.extend(words.split('"').skip(1).step_by(2).map(|word| (format!("ticket.{word}"), Vec::new())));
    let docs = read("docs/events.md");
    let mut found = Vec::new();
    for (kind, fields) in &kinds {
        let Some(section) = docs.split("\n### ").find(|section| section.starts_with(&format!("`{kind}`"))) else {
            found.push(format!("docs/events.md: no section ### `{kind}`"));
            continue;
        };
        let missing = fields.iter().filter(|field| !section.contains(&format!("`{field}`")));
        found.extend(missing.map(|field| format!("docs/events.md: `{kind}` without its field `{field}`")));
    }
    for section in docs.split("\n### `").skip(1) {
        let kind = section.split('`').next().unwrap_or_default();
        if !kinds.iter().any(|(known, _)| known == kind) {
            found.push(format!("docs/events.md: `{kind}` is no event any more"));
        }
    }
    none(found, "docs/events.md describes call/src/event.rs and what nouns record");
}

/// The variants of this enum as they are in JSON, with their fields.
fn event_kinds(text: &str, name: &str) -> Vec<(String, Vec<String>)> {
    let text = blank(text).replace("::", "<");
    let body = text.split_once(&format!("pub enum {name} {{")).expect("the enum is there").1;
    let end = body_end(&format!("{{{body}"), 0).expect("it ends");
    let mut kinds: Vec<(String, Vec<String>)> = Vec::new();
    let (mut depth, mut word) = (0, String::new());
    for c in body[..end - 1].chars() {
        match c {
            '{' => {
                kinds.push((snake(&std::mem::take(&mut word)), Vec::new()));
                depth += 1;
            }
            '}' => {
                depth -= 1;
                word.clear();
            }
            ':' if depth == 1 && !word.is_empty() => {
                let field = std::mem::take(&mut word);
                kinds.last_mut().expect("a kind").1.push(field);
            }
            ',' if depth == 0 && !word.is_empty() => kinds.push((snake(&std::mem::take(&mut word)), Vec::new())),
            ',' | ':' | '<' | '>' => word.clear(),
            c if c.is_whitespace() => {
                if !word.chars().all(char::is_alphanumeric) {
                    word.clear();
                }
            }
            c => word.push(c),
        }
    }
    kinds
}

fn snake(name: &str) -> String {
    words(name).iter().map(|word| word.to_lowercase()).collect::<Vec<_>>().join("_").trim_start_matches('_').to_owned()
}

/// Folders that hold a file of this name, directly below `under`.
fn folders(under: &str, with: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let inside = files().into_iter().filter_map(|file| {
        let (folder, name) = file.strip_prefix(under)?.split_once('/')?;
        with(name).then(|| folder.to_owned())
    });
    inside.collect()
}

#[test]
fn a_noun_has_one_name_in_server_web_and_api_tests() {
    // The folder right above: a noun may live inside another, as classifiers in tickets.
    let server: BTreeSet<String> = files()
        .iter()
        .filter_map(|file| file.strip_prefix("src/")?.strip_suffix("/http.rs")?.rsplit('/').next())
        .map(str::to_owned)
        .collect();
    let web = folders("web/src/features/", |_| true);
    let tests = folders("tests/api/", |name| name.ends_with(".rs"));
    // Pages that show several nouns at once: the dispatcher's desk, the board, the caller's page.
    let views = ["board", "desk", "caller"];
    // Nouns whose pages live inside another noun's (recordings in calls, queues and agents on the board).
    let pageless = ["recordings", "queues", "agents", "logins"];
    // API tests about no noun: the contract, what they share.
    let other = ["live", "openapi", "statements", "malformed", "centre", "about", "feed"];
    let mut found = Vec::new();
    for folder in &web {
        if !server.contains(folder) && !views.contains(&folder.as_str()) {
            found.push(format!("web/src/features/{folder}: no src/{folder}/http.rs"));
        }
    }
    for folder in &server {
        if !web.is_empty() && !web.contains(folder) && !pageless.contains(&folder.as_str()) {
            found.push(format!("src/{folder}: no web/src/features/{folder}"));
        }
    }
    for folder in &tests {
        if !server.contains(folder) && !views.contains(&folder.as_str()) && !other.contains(&folder.as_str()) {
            found.push(format!("tests/api/{folder}: no src/{folder}/http.rs"));
        }
    }
    none(found, "one noun, one home");
}

/// Words in SQL that are members of no set: names of a sequence and of a source, the one kind of contact point there is.
const SQL_NAMES: [&str; 4] = ["ticket", "loopback", "demo", "phone"];

#[test]
fn every_word_in_sql_is_a_member_of_a_set() {
    let sources: Vec<(String, String)> = product_rust().into_iter().map(|file| (read(&file), file)).collect();
    let mut known: BTreeSet<&str> = SQL_NAMES.into();
    for (text, _) in sources.iter().filter(|(text, _)| text.contains("words! {")) {
        let members = text.lines().filter_map(|line| line.trim().strip_suffix("\",")?.split_once(" = \""));
        known.extend(members.map(|(_, word)| word));
    }
    assert!(known.len() > 150, "the sets are not found: {known:?}");
    let mut found = Vec::new();
    // not the company's words: headers of HTTP, settings of a database
    let others = ["src/server/headers.rs", "src/db/dialect.rs"];
    for (text, file) in sources.iter().filter(|(_, file)| file.starts_with("src/") && !others.contains(&file.as_str()))
    {
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            let quoted = line.split('\'').skip(1).step_by(2);
            let words =
                quoted.filter(|word| word.len() > 1 && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
            found.extend(
                words.filter(|word| !known.contains(word)).map(|word| format!("{file}:{}: '{word}'", number + 1)),
            );
        }
    }
    none(found, "a word in SQL is declared by words!");
}

#[test]
fn everything_that_waits_is_bounded() {
    let unbounded = ["unbounded_channel", "unbounded", "UnboundedSender", "UnboundedReceiver", "std::sync::mpsc"];
    let found = product_rust().iter().flat_map(|file| places(file, &unbounded)).collect();
    none(found, "no unbounded channel: give it a named limit");
    for room in PURE {
        assert!(
            root().join(room).join("src/limit.rs").exists(),
            "{room}/src/limit.rs names every maximum of the crate"
        );
    }
}

#[test]
fn nothing_unfinished_is_left() {
    let unfinished = ["todo!", "unimplemented!", "dbg!"];
    let found = product_rust().iter().flat_map(|file| places(file, &unfinished)).collect();
    none(found, "no todo!, unimplemented! or dbg! in the product");
}

#[test]
fn only_the_clock_reads_a_clock_or_makes_chance() {
    let lints = read("clippy.toml");
    for banned in [
        "std::time::Instant::now",
        "std::time::SystemTime::now",
        "chrono::Utc::now",
        "chrono::Local::now",
        "uuid::Uuid::now_v7",
        "uuid::Uuid::new_v4",
        "rand::rng",
        "rand::random",
        "std::thread::sleep",
    ] {
        assert!(lints.contains(&format!("\"{banned}\"")), "clippy.toml does not ban {banned}");
    }
    // rtc asks for instants, and the standard library has no other way to make one: an origin, subtracted again.
    let exempt = ["src/clock.rs", "media/src/browser/dtls.rs"];
    let found = product_rust()
        .iter()
        .filter(|file| !exempt.contains(&file.as_str()))
        .flat_map(|file| {
            places(
                file,
                &["clippy::disallowed_methods", "Instant::now", "SystemTime::now", "Utc::now", "thread::sleep"],
            )
        })
        .collect();
    none(found, "only src/clock.rs reads a clock; nobody sleeps on a thread");
}

#[test]
fn both_databases_have_the_same_migrations() {
    let of = |database: &str| {
        let under = format!("migrations/{database}/");
        files().into_iter().filter_map(|file| file.strip_prefix(&under).map(str::to_owned)).collect::<BTreeSet<_>>()
    };
    let (sqlite, postgres) = (of("sqlite"), of("postgres"));
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, postgres, "migrations/sqlite and migrations/postgres have the same numbers and names");
    let numbers: Vec<_> = sqlite.iter().map(|file| file.split('_').next().unwrap_or_default().to_owned()).collect();
    let expected: Vec<_> = (1..=sqlite.len()).map(|number| format!("{number:04}")).collect();
    assert_eq!(numbers, expected, "migrations are numbered without holes and doubles");
}

/// What stands in a file must be true on every machine.
#[test]
fn no_file_names_a_place_on_a_developers_machine() {
    let places = ["/home/", "/Users/", "/root/", "C:\\Users"];
    let binary = [".wav", ".png", ".ico", ".woff2", ".jpg", ".svg", ".lock", "package-lock.json"];
    let mut found = Vec::new();
    for file in files() {
        if file == "tests/tidy.rs" || binary.iter().any(|end| file.ends_with(end)) {
            continue;
        }
        for (number, line) in read(&file).lines().enumerate() {
            if places.iter().any(|place| line.contains(place)) {
                found.push(format!("{file}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    none(found, "no absolute path of one machine");
}

/// The map must show the house as it is: every path named in the documents exists.
#[test]
fn documents_name_only_files_that_exist() {
    let documents = files().into_iter().filter(|file| {
        let top = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].contains(&file.as_str());
        top || (file.starts_with("docs/") && file.ends_with(".md"))
    });
    let rooms = [
        "src",
        "sip",
        "media",
        "ivr",
        "acd",
        "call",
        "tests",
        "web",
        "config",
        "docs",
        "migrations",
        "benches",
        "scripts",
    ];
    let mut found = Vec::new();
    for document in documents {
        for (number, line) in read(&document).lines().enumerate() {
            // Every second piece between backticks is code.
            for path in line.split('`').skip(1).step_by(2) {
                let room = path.split('/').next().unwrap_or_default();
                let spelled = path.chars().all(|c| c.is_ascii_alphanumeric() || "/_.-".contains(c));
                let is_path = path.contains('/') && spelled && rooms.contains(&room);
                if is_path && !root().join(path.trim_end_matches('/')).exists() {
                    found.push(format!("{document}:{}: `{path}` does not exist", number + 1));
                }
            }
        }
    }
    none(found, "documents name what is there");
}

/// Codes such as `T8`, which stand in docs/requirements.md; RFC 3261's timers look alike.
fn requirement_codes(text: &str) -> BTreeSet<String> {
    const TIMERS: [&str; 3] = ["T1", "T2", "T4"];
    let token = |c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '.' || c == '_');
    let tokens = text.split(token).map(|word| word.trim_end_matches(['.', '-']));
    let codes = tokens.filter(|word| is_requirement_code(word) && !TIMERS.contains(word));
    codes.map(str::to_owned).collect()
}

/// `F9`, `N20`, `AC-I8`, `AC-B2.4`.
fn is_requirement_code(word: &str) -> bool {
    let number = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if let Some(rest) = word.strip_prefix("AC-") {
        let (letter, rest) = rest.split_at_checked(1).unwrap_or_default();
        return letter.bytes().all(|b| b.is_ascii_uppercase())
            && rest.split('.').count() <= 2
            && rest.split('.').all(number);
    }
    word.split_at_checked(1).is_some_and(|(letter, rest)| "FGNRT".contains(letter) && number(rest))
}

#[test]
fn every_code_of_a_requirement_is_explained_and_used() {
    let list = "docs/requirements.md";
    let table = read(list);
    let rows = table.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next());
    let explained: BTreeSet<String> = rows.filter(|word| is_requirement_code(word)).map(str::to_owned).collect();
    let (mut found, mut used) = (Vec::new(), BTreeSet::new());
    for file in files().iter().filter(|file| *file != list && *file != "tests/tidy.rs") {
        if !file.ends_with(".rs") && !file.ends_with(".md") {
            continue;
        }
        for (number, line) in read(file).lines().enumerate() {
            let codes = requirement_codes(line);
            let unknown = codes.difference(&explained);
            found.extend(unknown.map(|code| format!("{file}:{}: `{code}` is not in {list}", number + 1)));
            used.extend(codes);
        }
    }
    found.extend(explained.difference(&used).map(|code| format!("{list}: nothing refers to `{code}`")));
    none(found, "a code of a requirement is explained in docs/requirements.md, or plain words stand in its place");
}

#[test]
fn decisions_are_numbered_and_linked() {
    let records: Vec<PathBuf> =
        files().into_iter().filter(|file| file.starts_with("docs/adr/")).map(PathBuf::from).collect();
    let architecture = read("ARCHITECTURE.md");
    let mut found = Vec::new();
    let mut numbers = BTreeSet::new();
    for record in &records {
        let name = record.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let number = name.get(..4).filter(|number| number.chars().all(|c| c.is_ascii_digit()));
        match number {
            Some(number) if numbers.insert(number.to_owned()) => {}
            _ => found.push(format!("docs/adr/{name}: not NNNN-title.md with a number of its own")),
        }
        if !architecture.contains(name) {
            found.push(format!("docs/adr/{name}: ARCHITECTURE.md does not link it"));
        }
        let text = read(&format!("docs/adr/{name}"));
        let parts = ["## Context", "## Decision", "## Consequences"];
        found.extend(
            parts.iter().filter(|part| !text.contains(*part)).map(|part| format!("docs/adr/{name}: no `{part}`")),
        );
    }
    none(found, "decision records");
}

/// The rules' own eyes.
#[test]
fn the_reader_of_sources_sees_what_it_should() {
    let text = "fn a() { // }\n let b = \"}\"; let c = '}'; let d: &'static str = r#\"}\"#;\n}\nfn decl();\nfn e(\n) -> [u8; 2] {\n}\n";
    assert_eq!(functions(&blank(text)), [("a".into(), 1, 3), ("e".into(), 5, 3)]);
    assert_eq!(words("SipServiceV2").first().map(String::as_str), Some("Sip"));
    assert!(
        words("ringHelper").iter().any(|word| is_forbidden(word))
            && !words("database").iter().any(|word| is_forbidden(word))
    );
    assert_eq!(types("pub(crate) struct Row;\nenum Kind {}"), [("Row".to_owned(), 1), ("Kind".to_owned(), 2)]);
    let codes = requirement_codes("// stranger: T8, AC-C2.8. T1 (F9) G711 AC-DC xT3 N4's");
    assert_eq!(codes, ["AC-C2.8", "F9", "N4", "T8"].map(str::to_owned).into());
    let kinds = event_kinds("pub enum Kind {\n /// x\n A { b: Option<C>, d: u8 },\n LongName,\n}", "Kind");
    assert_eq!(kinds, [("a".to_owned(), vec!["b".to_owned(), "d".to_owned()]), ("long_name".to_owned(), vec![])]);
}
