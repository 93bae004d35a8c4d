//! The layers of `src`: which module may import which (ARCHITECTURE.md, the layers of the shell). Parsed with `syn`, so that
//! a path in an expression or a macro's argument counts like one in a `use`.

use super::{none, product_rust, read};
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::Visit;

/// The layers of the shell, lowest first. A module may import every module of a lower layer; of its own layer only what
/// [`SIDEWAYS`] names.
const LAYERS: &[(&str, &[&str])] = &[
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
            "audit",
            "queues",
            "recordings of the desk",
        ],
    ),
    ("views", &["views"]),
    ("server", &["server"]),
    ("start and stop", &["demo", "run"]),
];

/// Modules that are given the wall clock with their transaction (`Tx::now`, `Tx::id`): a test that moves it moves all of
/// them. The live channel stamps what the switch shows, by the switch's clock.
const GIVEN_TIME: &[&str] = &["events", "words of HTTP", "nouns"];
const OWN_TIME: &[&str] = &["live"];

/// What modules of one layer know of each other. A line here is a dependency to think twice about.
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
    ("contacts", &["buildings", "people", "recordings of the desk", "tickets"]),
    ("tickets", &["buildings", "calls", "contacts", "live", "people"]),
    // a hint names what its viewer reaches
    ("live", &["callbacks", "calls", "recordings of the desk", "tickets"]),
    ("calls", &["buildings", "contacts", "intakes", "live", "people", "tickets"]),
    ("intakes", &["buildings", "callbacks", "calls", "live", "people", "tickets"]),
    ("callbacks", &["calls", "intakes", "people"]),
    ("agents", &["live", "people"]),
    ("audit", &["people"]),
    ("logins", &["people"]),
    ("queues", &["live"]),
    ("run", &["demo"]),
];

/// Arrows that go up all the same, each with what would turn it.
const UPWARDS: &[(&str, &str, &str)] = &[("config", "journal", "the reserve's default is a limit of the journal")];

/// The module of a file: a folder or a file of `src`. Two folders hold two modules.
fn module(file: &str) -> String {
    match file {
        "src/feed/live.rs" => "live".into(),
        "src/recordings/http.rs"
        | "src/recordings/store.rs"
        | "src/recordings/scope.rs"
        | "src/recordings/seal.rs"
        | "src/recordings/keep.rs" => "recordings of the desk".into(),
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

/// The module that a path leads to.
fn target(path: &[String]) -> String {
    let tail: Vec<&str> = path.iter().skip(1).map(String::as_str).collect();
    match tail[..] {
        ["feed", "live", ..] => "live".into(),
        ["recordings", "http" | "store" | "seal" | "keep", ..] => "recordings of the desk".into(),
        // the macro of the crate's top that chooses the database
        ["on"] => "db".into(),
        [first, ..] => first.into(),
        [] => String::new(),
    }
}

#[test]
fn modules_of_the_shell_import_downwards() {
    let layer = |module: &str| LAYERS.iter().position(|(_, modules)| modules.contains(&module));
    let sideways: BTreeMap<&str, &[&str]> = SIDEWAYS.iter().copied().collect();
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    for file in shell() {
        let from = module(&file);
        let Some(height) = layer(&from) else {
            found.push(format!("{file}: `{from}` is in no layer of tests/tidy/arrows.rs"));
            continue;
        };
        for path in paths(&file) {
            let to = target(&path);
            if to == from {
                continue;
            }
            let Some(other) = layer(&to) else {
                found.push(format!("{file}: {}: `{to}` is in no layer", path.join("::")));
                continue;
            };
            let peers = sideways.get(from.as_str()).is_some_and(|modules| modules.contains(&to.as_str()));
            let known = UPWARDS.iter().any(|(a, b, _)| *a == from && *b == to);
            seen.insert((from.clone(), to.clone()));
            if other > height && !known || other == height && !peers {
                found.push(format!("{file}: {}: `{from}` must not know `{to}`", path.join("::")));
            }
        }
    }
    let listed = SIDEWAYS.iter().flat_map(|(from, modules)| modules.iter().map(move |to| (*from, *to)));
    for (from, to) in listed.chain(UPWARDS.iter().map(|(from, to, _)| (*from, *to))) {
        if !seen.contains(&(from.to_owned(), to.to_owned())) {
            found.push(format!("tests/tidy/arrows.rs: `{from}` knows `{to}` no more; take the line out"));
        }
    }
    none(
        found,
        "modules of src import downwards; LAYERS, SIDEWAYS and UPWARDS in tests/tidy/arrows.rs say what may be",
    );
}

#[test]
fn no_noun_imports_anothers_http_and_only_the_server_knows_routes() {
    let mut found = Vec::new();
    for file in shell().filter(|file| !file.starts_with("src/server/")) {
        for path in paths(&file) {
            let foreign = path.len() > 2 && path[2] == "http" && path[1] != module(&file);
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
    "src/logins/http.rs: prove",
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
    let given =
        |module: &str| LAYERS.iter().any(|(name, modules)| GIVEN_TIME.contains(name) && modules.contains(&module));
    let mut found = Vec::new();
    for file in shell().filter(|file| given(&module(file)) && !OWN_TIME.contains(&module(file).as_str())) {
        let text = read(&file);
        let product = text.split("#[cfg(test)]").next().unwrap_or_default();
        // also `use crate::clock::{..}`, which could hide a name
        for word in ["clock::utc", "clock::wall_ms", "clock::id", "clock::Clock", "clock::{"] {
            found.extend(product.contains(word).then(|| format!("{file}: {word}")));
        }
    }
    none(found, "a noun takes the time and new ids from its transaction: `tx.now()`, `tx.id()`, `db.now()`");
}
