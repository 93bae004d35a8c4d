//! The inner walls of `src`: which room may import which (ARCHITECTURE.md, the shell's floors). Parsed with `syn`, so that
//! a path in an expression or a macro's argument counts like one in a `use`.

use super::{none, product_rust, read};
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::Visit;

/// The floors of the shell, lowest first. A room may import every room of a lower floor; of its own floor only what
/// [`SIDEWAYS`] names.
const FLOORS: &[(&str, &[&str])] = &[
    ("ground", &["clock", "disk", "zone", "db"]),
    ("configuration", &["config", "prompts", "plan"]),
    ("telephony", &["journal", "recordings", "registrations", "net", "brain", "engines", "metrics", "phone"]),
    ("events", &["outbox", "feed"]),
    ("words of HTTP", &["http"]),
    (
        "nouns",
        &[
            "live",
            "logins",
            "people",
            "buildings",
            "contacts",
            "tickets",
            "calls",
            "intakes",
            "callbacks",
            "agents",
            "queues",
            "recordings of the desk",
        ],
    ),
    ("views", &["views"]),
    ("the whole", &["server"]),
    ("start and stop", &["demo", "run"]),
];

/// Rooms that are given the wall clock with their transaction (`Tx::now`, `Tx::id`): a test that moves it moves all of
/// them. The live channel stamps what the switch shows, by the switch's clock.
const GIVEN_TIME: &[&str] = &["events", "words of HTTP", "nouns"];
const OWN_TIME: &[&str] = &["live"];

/// What rooms of one floor know of each other. A line here is a dependency to think twice about.
const SIDEWAYS: &[(&str, &[&str])] = &[
    ("db", &["clock"]),
    ("plan", &["config", "prompts"]),
    ("prompts", &["config"]),
    // packets, sound and records go round between the threads
    ("brain", &["journal", "net", "engines", "registrations"]),
    ("engines", &["brain", "recordings"]),
    ("net", &["brain"]),
    ("recordings", &["journal"]),
    ("phone", &["engines"]),
    ("metrics", &["brain", "engines", "journal", "net", "recordings"]),
    ("feed", &["outbox"]),
    // nouns read each other's rows
    ("people", &["buildings"]),
    ("buildings", &["contacts", "tickets"]),
    ("contacts", &["buildings", "people", "tickets"]),
    ("tickets", &["buildings", "calls", "contacts", "people"]),
    ("calls", &["buildings", "contacts", "intakes", "live", "people", "tickets"]),
    ("intakes", &["callbacks", "calls", "people"]),
    ("callbacks", &["calls", "intakes", "people"]),
    ("agents", &["live", "people"]),
    ("queues", &["live"]),
    ("run", &["demo"]),
];

/// Arrows that go up all the same, each with what would turn it.
const UPWARDS: &[(&str, &str, &str)] = &[
    ("config", "journal", "the reserve's default is a limit of the journal"),
    ("feed", "contacts", "the projection reads a caller's number as E.164: the number belongs to `types`"),
];

/// The room of a file: a folder or a file of `src`. Two folders hold two rooms.
fn room(file: &str) -> String {
    match file {
        "src/feed/live.rs" => "live".into(),
        "src/recordings/http.rs" | "src/recordings/store.rs" | "src/recordings/scope.rs" => {
            "recordings of the desk".into()
        }
        _ => file["src/".len()..].split(['/', '.']).next().unwrap_or_default().into(),
    }
}

/// Every path that a file's code names, `crate::` ones whole: `crate::db::Tx` is `["crate", "db", "Tx"]`.
#[derive(Default)]
struct Paths(Vec<Vec<String>>);

impl Paths {
    fn of_use(&mut self, tree: &syn::UseTree, mut before: Vec<String>) {
        match tree {
            syn::UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.of_use(&path.tree, before);
            }
            syn::UseTree::Name(name) => {
                before.push(name.ident.to_string());
                self.0.push(before);
            }
            syn::UseTree::Rename(name) => {
                before.push(name.ident.to_string());
                self.0.push(before);
            }
            syn::UseTree::Glob(_) => self.0.push(before),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.of_use(tree, before.clone())),
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.of_use(&item.tree, Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        syn::visit::visit_path(self, path);
    }

    /// The arguments of a macro are tokens: `crate :: db :: Tx` is found among them.
    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        let text = item.tokens.to_string().replace(' ', "");
        for (at, _) in text.match_indices("crate::") {
            let name = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
            let path: String = text[at..].chars().take_while(|c| name(*c)).collect();
            self.0.push(path.split("::").map(str::to_owned).collect());
        }
        syn::visit::visit_macro(self, item);
    }

    /// Tests at the bottom of a file may look wherever they like.
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.ident != "tests" {
            syn::visit::visit_item_mod(self, item);
        }
    }
}

fn paths(file: &str) -> Vec<Vec<String>> {
    let parsed = syn::parse_file(&read(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let mut paths = Paths::default();
    paths.visit_file(&parsed);
    let whole = paths.0.into_iter().map(|path| from_the_top(file, path));
    whole.filter(|path| path.first().is_some_and(|first| first == "crate") && path.len() > 1).collect()
}

/// `super::file::Keys` in `src/recordings/http.rs` is `crate::recordings::file::Keys`.
fn from_the_top(file: &str, path: Vec<String>) -> Vec<String> {
    let ups = path.iter().take_while(|name| *name == "super").count();
    if ups == 0 {
        return path;
    }
    let module = file["src/".len()..].trim_end_matches(".rs").trim_end_matches("/mod");
    let module: Vec<&str> = module.split('/').collect();
    let above = module.iter().take(module.len().saturating_sub(ups)).map(|name| (*name).to_owned());
    ["crate".to_owned()].into_iter().chain(above).chain(path.into_iter().skip(ups)).collect()
}

fn shell() -> impl Iterator<Item = String> {
    let tops = ["src/lib.rs", "src/main.rs"];
    product_rust().into_iter().filter(move |file| file.starts_with("src/") && !tops.contains(&file.as_str()))
}

/// The room that a path leads to.
fn target(path: &[String]) -> String {
    let tail: Vec<&str> = path.iter().skip(1).map(String::as_str).collect();
    match tail[..] {
        ["feed", "live", ..] => "live".into(),
        ["recordings", "http" | "store", ..] => "recordings of the desk".into(),
        // the macro of the crate's top that chooses the database
        ["on"] => "db".into(),
        [first, ..] => first.into(),
        [] => String::new(),
    }
}

#[test]
fn rooms_of_the_shell_import_downwards() {
    let floor = |room: &str| FLOORS.iter().position(|(_, rooms)| rooms.contains(&room));
    let sideways: BTreeMap<&str, &[&str]> = SIDEWAYS.iter().copied().collect();
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    for file in shell() {
        let from = room(&file);
        let Some(height) = floor(&from) else {
            found.push(format!("{file}: `{from}` stands on no floor of tests/tidy/arrows.rs"));
            continue;
        };
        for path in paths(&file) {
            let to = target(&path);
            if to == from {
                continue;
            }
            let Some(other) = floor(&to) else {
                found.push(format!("{file}: {}: `{to}` stands on no floor", path.join("::")));
                continue;
            };
            let peers = sideways.get(from.as_str()).is_some_and(|rooms| rooms.contains(&to.as_str()));
            let known = UPWARDS.iter().any(|(a, b, _)| *a == from && *b == to);
            seen.insert((from.clone(), to.clone()));
            if other > height && !known || other == height && !peers {
                found.push(format!("{file}: {}: `{from}` must not know `{to}`", path.join("::")));
            }
        }
    }
    let listed = SIDEWAYS.iter().flat_map(|(from, rooms)| rooms.iter().map(move |to| (*from, *to)));
    for (from, to) in listed.chain(UPWARDS.iter().map(|(from, to, _)| (*from, *to))) {
        if !seen.contains(&(from.to_owned(), to.to_owned())) {
            found.push(format!("tests/tidy/arrows.rs: `{from}` knows `{to}` no more; take the line out"));
        }
    }
    none(found, "rooms of src import downwards; FLOORS, SIDEWAYS and UPWARDS in tests/tidy/arrows.rs say what may be");
}

#[test]
fn no_noun_imports_anothers_http_and_only_the_roof_knows_routes() {
    let mut found = Vec::new();
    for file in shell().filter(|file| !file.starts_with("src/server/")) {
        for path in paths(&file) {
            let foreign = path.len() > 2 && path[2] == "http" && path[1] != room(&file);
            if foreign && path[1] != "axum" {
                found.push(format!("{file}: {}", path.join("::")));
            }
        }
    }
    none(found, "what two nouns need of each other stands in act.rs, store.rs or rules.rs, not in http.rs");
}

/// Operations that anybody may ask for, or that look at the right themselves.
const OPEN: &[&str] = &[
    "src/agents/http.rs: intervals",
    "src/logins/http.rs: close",
    "src/logins/http.rs: me",
    "src/logins/http.rs: open",
    "src/people/http.rs: list",
    "src/server/about.rs: about",
    "src/server/health.rs: ready",
];

/// `Allowed<can::X>` is an argument of every documented operation.
#[test]
fn every_operation_names_the_right_it_needs() {
    let mut without = BTreeSet::new();
    for file in shell() {
        let parsed = syn::parse_file(&read(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        for item in parsed.items {
            let syn::Item::Fn(function) = item else { continue };
            let operation = function
                .attrs
                .iter()
                .any(|attribute| attribute.path().segments.first().is_some_and(|segment| segment.ident == "utoipa"));
            let allowed = |argument: &syn::FnArg| match argument {
                syn::FnArg::Typed(argument) => match argument.ty.as_ref() {
                    syn::Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Allowed"),
                    _ => false,
                },
                syn::FnArg::Receiver(_) => false,
            };
            if operation && !function.sig.inputs.iter().any(allowed) {
                without.insert(format!("{file}: {}", function.sig.ident));
            }
        }
    }
    let open: BTreeSet<String> = OPEN.iter().map(|operation| (*operation).to_owned()).collect();
    let found = without.symmetric_difference(&open).cloned().collect();
    none(found, "an operation takes `Allowed<can::..>`, or stands in OPEN of tests/tidy/arrows.rs with its own check");
}

#[test]
fn nouns_do_not_read_the_wall_clock() {
    let given = |room: &str| FLOORS.iter().any(|(name, rooms)| GIVEN_TIME.contains(name) && rooms.contains(&room));
    let mut found = Vec::new();
    for file in shell().filter(|file| given(&room(file)) && !OWN_TIME.contains(&room(file).as_str())) {
        let text = read(&file);
        let product = text.split("#[cfg(test)]").next().unwrap_or_default();
        // also `use crate::clock::{..}`, which could hide a name
        for word in ["clock::utc", "clock::wall_ms", "clock::id", "clock::Clock", "clock::{"] {
            found.extend(product.contains(word).then(|| format!("{file}: {word}")));
        }
    }
    none(found, "a noun takes the time and new ids from its transaction: `tx.now()`, `tx.id()`, `db.now()`");
}
