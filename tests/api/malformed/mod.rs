//! Requests that are wrong in every way, made from `openapi.json`, at every operation and as everybody: the server never
//! fails, never answers with a page, and every refusal is a problem document (RFC 9457). `SEED=n` plays other ones.

use crate::centre::{Centre, Character, answer};
use crate::on_both;
use crate::openapi;
use futures_util::StreamExt as _;
use reqwest::{Method, header};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Requests to each operation.
const EACH: usize = 48;
/// Requests under way at once.
const AT_ONCE: usize = 8;

/// SplitMix64: all that is needed of chance here, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.roll() % n.max(1) as u64).unwrap_or(0)
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// True in one of `n` cases.
    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// Text that has broken programs before.
fn hostile_text(dice: &mut Dice) -> String {
    let texts = [
        "",
        " ",
        "\0",
        "a\0b",
        "\r\n",
        "\u{202e}txt",
        "\u{feff}",
        "\u{10ffff}",
        "ё́",
        "%",
        "_%",
        "' OR 1=1 --",
        "<b>",
        "null",
        "NaN",
        "-1",
        "1e400",
        "9223372036854775808",
        "2026-02-30T25:61:61Z",
        "+262142-12-31T23:59:59Z",
        "-262143-01-01T00:00:00Z",
        "../../etc/passwd",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "W10",
        "true",
    ];
    match dice.below(texts.len() + 2) {
        0 => "x".repeat(400),
        1 => "ы".repeat(30_000),
        _ => (*dice.pick(&texts)).to_owned(),
    }
}

fn hostile(dice: &mut Dice) -> Value {
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1.5),
        json!(1e308),
        json!(-0.0),
        json!([]),
        json!({}),
        json!([null]),
        json!({ "version": 1 }),
        deep,
        json!(vec![7; 3_000]),
    ];
    if dice.one_in(2) { json!(hostile_text(dice)) } else { dice.pick(&values).clone() }
}

/// What the document promises, and things that exist.
struct Contract {
    document: Value,
    ids: Vec<String>,
}

impl Contract {
    /// Something that fits the schema.
    fn fitting(&self, schema: &Value, dice: &mut Dice) -> Value {
        if let Some(name) = schema["$ref"].as_str() {
            let pointer = name.trim_start_matches('#');
            return self.fitting(self.document.pointer(pointer).expect(name), dice);
        }
        for any in ["oneOf", "anyOf", "allOf"] {
            if let Some(choices) = schema[any].as_array() {
                return self.fitting(dice.pick(choices), dice);
            }
        }
        if let Some(words) = schema["enum"].as_array() {
            return dice.pick(words).clone();
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => dice.pick(kinds).clone(),
            kind => kind.clone(),
        };
        match kind.as_str().unwrap_or_default() {
            "object" => {
                let required = schema["required"].as_array().cloned().unwrap_or_default();
                let fields = schema["properties"].as_object().into_iter().flatten();
                let mut object = serde_json::Map::new();
                for (name, of) in fields {
                    if required.contains(&json!(name)) || dice.one_in(2) {
                        object.insert(name.clone(), self.fitting(of, dice));
                    }
                }
                Value::Object(object)
            }
            "array" => (0..dice.below(3)).map(|_| self.fitting(&schema["items"], dice)).collect(),
            "integer" => json!(dice.below(5)),
            "number" => json!(1.5),
            "boolean" => json!(dice.one_in(2)),
            "string" if schema["format"] == "uuid" => json!(dice.pick(&self.ids)),
            "string" if schema["format"] == "date-time" => json!("2026-11-20T12:00:00Z"),
            "string" => {
                json!(dice.pick(&["main", "ready", "done", "spam", "flat", "small_fault", "101", "Кран течёт"]))
            }
            _ => Value::Null,
        }
    }
}

/// Something in it becomes wrong.
fn spoil(value: &mut Value, dice: &mut Dice) {
    let inner = match value {
        Value::Object(fields) if !fields.is_empty() && !dice.one_in(8) => {
            if dice.one_in(8) {
                fields.insert(hostile_text(dice), hostile(dice));
                return;
            }
            let n = dice.below(fields.len());
            fields.values_mut().nth(n)
        }
        Value::Array(items) if !items.is_empty() && !dice.one_in(4) => {
            let n = dice.below(items.len());
            items.get_mut(n)
        }
        _ => None,
    };
    match inner {
        Some(inner) => spoil(inner, dice),
        None => *value = hostile(dice),
    }
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, b| {
        let _ = if b.is_ascii_alphanumeric() { write!(out, "{}", char::from(b)) } else { write!(out, "%{b:02X}") };
        out
    })
}

fn body(contract: &Contract, schema: &Value, dice: &mut Dice) -> Vec<u8> {
    match dice.below(12) {
        0 => dice
            .pick(&[
                &b""[..],
                b"{",
                b"\xff\xfe",
                b"null",
                b"{\"a\":1,\"a\":2}",
                b"{\"version\":NaN}",
                b"\xef\xbb\xbf{}",
            ])
            .to_vec(),
        1 => b"[".repeat(100_000),
        _ => {
            let mut value = contract.fitting(schema, dice);
            for _ in 0..dice.below(3) {
                spoil(&mut value, dice);
            }
            serde_json::to_vec(&value).expect("JSON")
        }
    }
}

/// A path with ids that are there, or not, or none, and a query.
fn place(contract: &Contract, path: &str, operation: &Value, dice: &mut Dice) -> String {
    // what is not below /api/v1, a character asks for by `/!`
    let mut place = path.strip_prefix("/api/v1").map_or_else(|| format!("/!{}", &path[1..]), str::to_owned);
    let mut query = Vec::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default();
        let fitting = match contract.fitting(&parameter["schema"], dice) {
            Value::String(text) => text,
            other => other.to_string(),
        };
        let value = if dice.one_in(2) { hostile_text(dice) } else { fitting };
        // An empty segment or a dot is another path.
        let value = if value.is_empty() || value == "." { "17".to_owned() } else { value };
        match parameter["in"].as_str() {
            Some("path") => {
                let short: String = value.chars().take(500).collect();
                place = place.replace(&format!("{{{name}}}"), &encoded(&short));
            }
            _ if dice.one_in(2) => {
                let short: String = value.chars().take(2_000).collect();
                query.push(format!("{name}={}", encoded(&short)));
            }
            _ => {}
        }
    }
    if query.is_empty() { place } else { format!("{place}?{}", query.join("&")) }
}

async fn ids(centre: &Centre) -> Vec<String> {
    let (s, admin) = (centre.supervisor().await, centre.administrator().await);
    let mut ids = vec![uuid::Uuid::max().to_string(), uuid::Uuid::nil().to_string()];
    for building in s.get("/buildings").await.items() {
        ids.extend(building["id"].as_str().map(str::to_owned));
    }
    for path in ["units", "tickets", "contacts", "calls", "intakes", "classifiers"] {
        ids.extend(
            s.get(&format!("/{path}?limit=3")).await.items().iter().filter_map(|i| i["id"].as_str().map(str::to_owned)),
        );
    }
    ids.extend(admin.get("/people").await.items().iter().filter_map(|i| i["id"].as_str().map(str::to_owned)));
    ids
}

/// Programs with tokens of everybody, and one without.
async fn everybody(centre: &Centre) -> Vec<Character> {
    let mut found = vec![centre.stranger()];
    for login in ["dispatcher1", "supervisor", "admin", "technician1"] {
        let made = centre.login(login).await.post("/tokens", json!({ "name": "x" })).await.ok();
        let mut program = centre.stranger();
        program.token = made["token"].as_str().map(str::to_owned);
        found.push(program);
    }
    found.iter_mut().for_each(|program| program.origin = None);
    found
}

/// What is wrong with an answer.
fn fault(said: &Value, status: u16, headers: &header::HeaderMap, body: &[u8]) -> Option<String> {
    if said.is_null() {
        return Some(format!("{status} is not in the contract"));
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let document: Value = serde_json::from_slice(body).unwrap_or_default();
    let whole = || {
        let errors = document["errors"].as_array().cloned().unwrap_or_default();
        let slug = document["type"].as_str().is_some_and(|t| t.starts_with("/problems/"));
        let texts = ["title", "detail"].iter().all(|t| document[t].as_str().is_some_and(|t| !t.is_empty()));
        let told =
            errors.iter().all(|e| e["field"].is_string() && e["message"].as_str().is_some_and(|m| !m.is_empty()));
        let instance = headers.get("x-request-id").and_then(|v| v.to_str().ok());
        let named = instance.is_some() && document["instance"].as_str() == instance;
        let typed = said["content"]["application/problem+json"].is_object();
        slug && texts
            && told
            && named
            && typed
            && document["status"] == status
            && (status != 422 || document["detail"] != ": ")
    };
    match status {
        200 | 201 if kind == "application/json" && !document.is_null() => None,
        200 | 206 if kind == "audio/wav" => None,
        204 if body.is_empty() => None,
        400..500 if kind == "application/problem+json" && whole() => None,
        _ => Some(format!("{status} {kind}: {}", String::from_utf8_lossy(&body[..body.len().min(400)]))),
    }
}

on_both!(every_operation_bears_it, async |centre| {
    let _line = centre.switch_on().await;
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json")).expect("the contract");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let contract = Contract { ids: ids(&centre).await, document: document.clone() };
    let everybody = everybody(&centre).await;
    let seed = std::env::var("SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    let mut dice = Dice(seed);
    let (mut requests, mut wrote) = (Vec::new(), 0);
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let method: Method = method.to_uppercase().parse().expect("a method");
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            for _ in 0..EACH {
                let at = place(&contract, path, operation, &mut dice);
                let mut request = dice.pick(&everybody).request(method.clone(), &at);
                let mut sent = Vec::new();
                if !schema.is_null() {
                    sent = body(&contract, schema, &mut dice);
                    let kind = if dice.one_in(30) { "text/plain" } else { "application/json" };
                    request = request.header(header::CONTENT_TYPE, kind).body(sent.clone());
                }
                requests.push((format!("{method} {at}"), sent, request, operation.clone()));
            }
        }
    }
    assert!(requests.len() > 50 * EACH, "{} requests", requests.len());
    let sending = requests.into_iter().map(async |(what, sent, request, operation)| {
        let (status, headers, answered) = answer(request).await;
        let said = openapi::contract::answer(&document, &operation, status.as_u16());
        (what, sent, status.as_u16(), fault(said, status.as_u16(), &headers, &answered))
    });
    let answers: Vec<_> = futures_util::stream::iter(sending).buffer_unordered(AT_ONCE).collect().await;
    let mut wrong = Vec::new();
    for (what, sent, status, fault) in answers {
        wrote += usize::from((200..300).contains(&status) && !what.starts_with("GET"));
        if let Some(fault) = fault {
            let sent: String = String::from_utf8_lossy(&sent).chars().take(400).collect();
            let what: String = what.chars().take(400).collect();
            wrong.push(format!("{what}\n  {sent}\n  {fault}"));
        }
    }
    assert!(wrong.is_empty(), "seed {seed}: {} wrong\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    assert!(wrote > 20, "some of them go through, or nothing behind the forms was reached: {wrote}");
});
