//! Personal data as the audit keeps it: enough to see what happened, not enough to read a client's card in it. What is
//! erased with a contact is in no row here.

use crate::http::access::{mask_name, mask_phone};
use axum::extract::Query;
use axum::http::Uri;
use serde_json::{Map, Value, json};

/// Names of residents.
const NAMES: &[&str] = &["full_name", "requester_name"];
/// Telephone numbers.
const NUMBERS: &[&str] = &["value", "phone", "requester_phone"];
/// Free text, in which anything may stand.
const TEXTS: &[&str] = &["note", "details", "text", "comment", "title", "place_text", "emergency_notes"];
/// Parameters of queries that are words typed by a person.
const TYPED: &[&str] = &["q", "phone"];
/// Fields that every change changes, or that only count.
const COUNTED: &[&str] = &["id", "version", "created_at", "updated_at", "open_tickets", "units_count"];
/// Bytes of one value; of a longer one is said only that it was another.
const VALUE: usize = 2_000;
/// Instead of what is not shown.
const HIDDEN: &str = "…";

/// The fields that differ, each with its old and new value. What was made has no old values, what is gone no new ones.
pub fn changes(before: &Value, after: &Value) -> Vec<Value> {
    let empty = Map::new();
    let (old, new) = (before.as_object().unwrap_or(&empty), after.as_object().unwrap_or(&empty));
    let mut names: Vec<&String> =
        old.keys().chain(new.keys()).filter(|name| !COUNTED.contains(&name.as_str())).collect();
    names.sort_unstable();
    names.dedup();
    let of = |values: &Map<String, Value>, name: &str| values.get(name).cloned().unwrap_or_default();
    let differs = |name: &&String| of(old, name) != of(new, name);
    let change = |name: &String| {
        let shown = |values| bounded(masked(name, of(values, name)));
        json!({ "field": name, "before": shown(old), "after": shown(new) })
    };
    names.into_iter().filter(differs).map(change).collect()
}

fn masked(name: &str, value: Value) -> Value {
    match value {
        Value::String(text) if text.is_empty() => Value::String(text),
        Value::String(text) if NAMES.contains(&name) => mask_name(&text).into(),
        Value::String(text) if NUMBERS.contains(&name) => mask_phone(&text).into(),
        Value::String(_) if TEXTS.contains(&name) => HIDDEN.into(),
        Value::Array(items) => items.into_iter().map(|item| masked(name, item)).collect(),
        Value::Object(mut fields) => {
            // the label of a number says whose it is
            if fields.contains_key("value") {
                fields.remove("label");
            }
            fields.into_iter().map(|(name, value)| (name.clone(), masked(&name, value))).collect()
        }
        other => other,
    }
}

fn bounded(value: Value) -> Value {
    if value.to_string().len() > VALUE { HIDDEN.into() } else { value }
}

/// The parameters of a query. A cursor holds the last row of a page: it is only said that there was one.
pub fn parameters(uri: &Uri) -> Map<String, Value> {
    let given = Query::<Vec<(String, String)>>::try_from_uri(uri).map(|Query(given)| given).unwrap_or_default();
    let shown = |(name, value): (String, String)| {
        let value = match name.as_str() {
            "after" => true.into(),
            typed if TYPED.contains(&typed) || !plain(&value) => words(&value).into(),
            _ => value.into(),
        };
        (name, value)
    };
    given.into_iter().map(shown).collect()
}

/// Ids, words of the contract, small numbers and times.
fn plain(value: &str) -> bool {
    let word = value.len() <= 32 && value.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b == b'-');
    let number = value.len() <= 4 && value.bytes().all(|b| b.is_ascii_digit());
    let time = value.len() <= 40 && value.as_bytes().get(4) == Some(&b'-') && value.as_bytes().get(10) == Some(&b'T');
    word || number || time || uuid::Uuid::try_parse(value).is_ok()
}

/// `П*** *** 67`: where a search began, not whom it was for.
fn words(text: &str) -> String {
    let text: String = text.chars().take(100).collect();
    let word = |word: &str| match word.chars().filter(char::is_ascii_digit).count() {
        0 => word.chars().take(1).chain("***".chars()).collect(),
        _ => mask_phone(word),
    };
    text.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_told_without_whom_it_is_about() {
        let old = json!({ "id": 1, "version": 1, "full_name": "Петров Иван", "vip": false, "note": "собака",
            "phones": [{ "value": "+79161234567", "label": "жена Анна", "shared": false }] });
        let new = json!({ "id": 1, "version": 2, "full_name": "Петров Олег", "vip": true, "note": "",
            "phones": [{ "value": "+79161234568", "label": "жена Анна", "shared": false }] });
        let expected = json!([
            { "field": "full_name", "before": "Иван П.", "after": "Олег П." },
            { "field": "note", "before": "…", "after": "" },
            { "field": "phones", "before": [{ "value": "*** 67", "shared": false }], "after": [{ "value": "*** 68", "shared": false }] },
            { "field": "vip", "before": false, "after": true },
        ]);
        assert_eq!(json!(changes(&old, &new)), expected);
        assert_eq!(changes(&old, &old), Vec::<Value>::new());
        assert_eq!(
            changes(&Value::Null, &json!({ "vip": true })),
            [json!({ "field": "vip", "before": null, "after": true })]
        );
    }

    #[test]
    fn a_query_is_told_without_whom_it_looked_for() {
        fn check(query: &str, expected: Value) {
            let uri = format!("/api/v1/contacts?{query}").parse().expect("a URI");
            assert_eq!(Value::Object(parameters(&uri)), expected, "{query}");
        }
        check("q=%D0%9F%D0%B5%D1%82%D1%80%D0%BE%D0%B2+89161234567", json!({ "q": "П*** *** 67" }));
        check("phone=%2B7916", json!({ "phone": "***" }));
        check("state=open&limit=50&after=abc", json!({ "state": "open", "limit": "50", "after": true }));
        check("from=2026-11-20T12:00:00Z", json!({ "from": "2026-11-20T12:00:00Z" }));
        check(
            "contact=018f0000-0000-7000-8000-000000000000",
            json!({ "contact": "018f0000-0000-7000-8000-000000000000" }),
        );
        check("odd=%2B79161234567", json!({ "odd": "*** 67" }));
    }
}
