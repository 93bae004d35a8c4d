//! What `openapi.json` promises of every operation, asked of every operation.

use crate::centre::{Centre, Character, Reply};
use crate::on_both;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// An operation of the contract.
struct Operation {
    method: Method,
    /// With ids of nothing.
    path: String,
    said: Value,
}

impl Operation {
    fn parameters(&self) -> impl Iterator<Item = (&str, &Value)> {
        let query = self.said["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "query");
        query.map(|p| (p["name"].as_str().expect("a name"), &p["schema"]))
    }

    async fn ask(&self, who: &Character, query: &str) -> Reply {
        let body = (!self.said["requestBody"].is_null()).then(|| json!({}));
        who.send(self.method.clone(), &format!("{}{query}", self.path), body).await
    }

    /// By the first of these people whom it is not forbidden to.
    async fn ask_as_any(&self, people: &[Character], query: &str) -> Reply {
        let mut reply = self.ask(&people[0], query).await;
        for who in &people[1..] {
            if reply.status != 403 {
                break;
            }
            reply = self.ask(who, query).await;
        }
        reply
    }
}

/// What an answer of this status is said to be; null: nothing is said.
pub fn answer<'d>(document: &'d Value, operation: &'d Value, status: u16) -> &'d Value {
    let said = &operation["responses"][status.to_string()];
    match said["$ref"].as_str().and_then(|shared| shared.strip_prefix("#/components/responses/")) {
        Some(name) => &document["components"]["responses"][name],
        None => said,
    }
}

fn contract() -> Value {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json")).expect("the contract");
    serde_json::from_str(&text).expect("JSON")
}

fn operations() -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, operations) in contract()["paths"].as_object().expect("paths") {
        for (method, said) in operations.as_object().expect("operations") {
            // what is not below /api/v1, a character asks for by `/!`
            let path = path.strip_prefix("/api/v1").map_or_else(|| format!("/!{}", &path[1..]), str::to_owned);
            let mut pieces = path.split('{');
            let mut path = pieces.next().unwrap_or_default().to_owned();
            for piece in pieces {
                path += &format!("{}{}", Uuid::nil(), piece.split_once('}').expect("a brace").1);
            }
            let method = method.to_uppercase().parse().expect("a method");
            found.push(Operation { method, path, said: said.clone() });
        }
    }
    assert!(found.len() > 50, "{} operations", found.len());
    found
}

async fn people(centre: &Centre) -> [Character; 3] {
    [centre.supervisor().await, centre.administrator().await, centre.technician().await]
}

/// A refusal that names the parameter.
#[track_caller]
fn names(reply: Reply, field: &str, what: &str) {
    assert_eq!(reply.status, 400, "{what}: {}", reply.body);
    let problem = reply.problem(400, "malformed");
    assert_eq!(problem["errors"][0]["field"], field, "{what}: {problem}");
}

on_both!(an_unknown_parameter_is_refused_by_its_name, async |centre| {
    let people = people(&centre).await;
    for operation in operations() {
        let what = format!("{} {}", operation.method, operation.path);
        names(operation.ask_as_any(&people, "?colour=red").await, "colour", &what);
        for (name, _) in operation.parameters() {
            names(operation.ask_as_any(&people, &format!("?{name}=1&{name}=1")).await, name, &what);
        }
    }
});

on_both!(a_parameter_that_holds_what_it_cannot_is_refused_by_its_name, async |centre| {
    let people = people(&centre).await;
    let (mut limits, mut times) = (0, 0);
    for operation in operations() {
        for (name, schema) in operation.parameters() {
            let wrong: &[&str] = match schema["format"].as_str() {
                _ if name == "limit" => &["-5", "0", "many", "1.5", "", "9223372036854775808"],
                _ if name == "after" => &["!!", "AAAA", "W10"],
                Some("date-time") => &[
                    "2026-13-45",
                    "yesterday",
                    "%2B10000-01-01T00:00:00Z",
                    "-0001-01-01T00:00:00Z",
                    "0000-12-31T23:59:59Z",
                ],
                Some("uuid") => &["17", ""],
                _ => &[],
            };
            limits += usize::from(name == "limit");
            times += usize::from(schema["format"] == "date-time");
            for value in wrong {
                let query = format!("?{name}={value}");
                let what = format!("{} {}{query}", operation.method, operation.path);
                // the contact whose history is asked for must be there, and then its cursor is read
                names(operation.ask_as_any(&people, &query).await, name, &what);
            }
        }
    }
    assert!(limits >= 9 && times >= 6, "{limits} limits, {times} times");
});

/// The strings of a document.
fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| strings(field, found)),
        _ => {}
    }
}

on_both!(a_cursor_holds_nothing_but_ids_times_and_numbers, async |centre| {
    let mut cursors = 0;
    let mut readers = people(&centre).await.to_vec();
    readers.push(centre.dispatcher().await);
    for operation in operations().iter().filter(|o| o.parameters().any(|(name, _)| name == "after")) {
        let queries = if operation.path == "/people" { vec!["", "&role=technician"] } else { vec![""] };
        for (who, query) in readers.iter().flat_map(|who| queries.iter().map(move |query| (who, query))) {
            let reply = operation.ask(who, &format!("?limit=2{query}")).await;
            let Some(next) = reply.body["next"].as_str() else { continue };
            let cursor: Value =
                serde_json::from_slice(&URL_SAFE_NO_PAD.decode(next).expect("base64")).expect("a document");
            let mut told = Vec::new();
            strings(&cursor, &mut told);
            let plain =
                |text: &String| text.parse::<Uuid>().is_ok() || text.parse::<chrono::DateTime<chrono::Utc>>().is_ok();
            told.retain(|text| !plain(text));
            assert!(told.is_empty(), "{}{query}: {told:?}", operation.path);
            cursors += 1;
        }
    }
    assert!(cursors >= 8, "{cursors}");
});

/// The statuses of problems that a source makes, besides those of `Problem`'s own constructors that are not named in it.
fn statuses(source: &str) -> std::collections::BTreeSet<u16> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let named = code.split("StatusCode::").skip(1).map(|rest| {
        let name: String = rest.chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect();
        let all = (100..600).filter_map(|code| reqwest::StatusCode::from_u16(code).ok());
        let spelled = |status: &reqwest::StatusCode| {
            let reason = status.canonical_reason().unwrap_or_default();
            reason.to_uppercase().replace([' ', '-'], "_").replace('\'', "")
        };
        all.into_iter().find(|status| spelled(status) == name).unwrap_or_else(|| panic!("what is {name}?")).as_u16()
    });
    let made = code.split("Problem::").skip(1).filter_map(|rest| {
        let name: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
        match name.as_str() {
            "new" | "from_request_parts" | "into_response" => None,
            "unauthorized" => Some(401),
            "forbidden" | "factor_due" => Some(403),
            "not_found" => Some(404),
            "malformed" | "parameter" => Some(400),
            "conflict" | "taken" | "stale" => Some(409),
            "invalid" | "invalid_all" => Some(422),
            "too_many" => Some(429),
            "unavailable" => Some(503),
            "internal" => Some(500),
            other => panic!("which status has Problem::{other}?"),
        }
    });
    named.chain(made).collect()
}

/// What stands before all operations, named by the layers of `src/server/router.rs`.
#[test]
fn what_every_operation_may_answer_is_in_the_contract() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a source");
    let router = read("router.rs");
    let server = router.split_once("pub fn router(").expect("the layers").1;
    let mut said = statuses(server);
    for name in ["again", "assets", "audited", "headers", "host", "origin", "query", "turns"] {
        assert!(router.contains(name), "{name} is no layer any more");
        if name != "assets" {
            said.extend(statuses(&read(&format!("{name}.rs"))));
        }
    }
    let layers = server.matches("from_fn").count();
    assert_eq!(layers, 9, "a layer came or went: name its file here");
    assert!([400, 403, 405, 421, 429, 500, 503].iter().all(|status| said.contains(status)), "{said:?}");
    let document = contract();
    for operation in operations() {
        for status in &said {
            // a page of a foreign origin may read nothing, and so is not told that it may not
            let open_read = *status == 403 && operation.said["security"].is_array() && operation.method == Method::GET;
            let refusal = answer(&document, &operation.said, *status);
            let problem = refusal["content"]["application/problem+json"].is_object();
            // its 503 is a report
            let ready = operation.path == "/!readyz" && *status == 503;
            assert!(problem || open_read || ready, "{} {} lacks {status}", operation.method, operation.path);
        }
        let body = !operation.said["requestBody"].is_null();
        assert!(!body || answer(&document, &operation.said, 413).is_object(), "{} lacks 413", operation.path);
        assert!(answer(&document, &operation.said, 431).is_object(), "{} lacks 431", operation.path);
    }
}

/// Slugs that the code gives to problems.
fn slugs(folder: &std::path::Path, found: &mut std::collections::BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            slugs(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        for begin in ["Problem::new(", "Problem::conflict("] {
            for (at, _) in text.match_indices(begin) {
                // the first text behind it, of a call that is written out
                let arguments = text[at + begin.len()..].split(')').next().unwrap_or_default();
                let slug = arguments.split('"').nth(1).unwrap_or_default();
                let plain = !slug.is_empty() && slug.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
                found.extend(plain.then(|| slug.to_owned()));
            }
        }
    }
}

#[tokio::test]
async fn the_type_of_a_problem_opens_a_page_with_the_remedy() {
    let centre = Centre::start(crate::centre::Database::Sqlite).await;
    let mut found = std::collections::BTreeSet::new();
    slugs(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 20, "{found:?}");
    let stranger = centre.stranger();
    for slug in found {
        let reply = stranger.get(&format!("/!problems/{slug}")).await;
        let page = reply.body.as_str().unwrap_or_default();
        assert!(reply.status == 200 && page.contains(&slug) && page.contains("lang=en"), "{slug}: {reply:?}");
    }
    stranger.get("/!problems/nothing").await.problem(404, "not-found");
    let document = contract();
    assert!(document["components"]["securitySchemes"]["cookie"].is_object());
    let refused = &answer(&document, &document["paths"]["/api/v1/tickets"]["post"], 422)["content"];
    let example = &refused["application/problem+json"]["example"];
    assert_eq!(example["type"], "/problems/invalid", "{refused}");
}
