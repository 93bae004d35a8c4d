//! One request while it is served: what is known of it at the door, and what its operation says of it.

use super::line::{self, Line};
use super::operations::{Kept, Operation};
use super::{limit, masks};
use crate::db::{AtCommit, Rows, Tx};
use crate::http::{Through, Who};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use types::{PersonId, TokenId};
use uuid::Uuid;

tokio::task_local! {
    /// Of the request that is served.
    pub static ENTRY: std::sync::Arc<Entry>;
}

/// A request of an operation that is written down.
#[derive(Debug)]
pub struct Entry {
    operation: &'static Operation,
    address: Option<IpAddr>,
    request: String,
    object_id: Option<Uuid>,
    /// The query as it was given, without its cursor; only to tell one search from another.
    query: String,
    data: Map<String, Value>,
    said: Mutex<Said>,
}

/// What is said while the request is served.
#[derive(Debug, Default)]
struct Said {
    who: Option<(PersonId, Option<TokenId>)>,
    object_id: Option<Uuid>,
    details: Map<String, Value>,
    changes: Option<Vec<Value>>,
    /// Whatever is answered.
    always: bool,
    stored: bool,
}

/// What makes two lines of one minute the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sameness {
    who: Option<(PersonId, Option<TokenId>)>,
    address: Option<IpAddr>,
    action: &'static str,
    object_id: Option<Uuid>,
    query: String,
    status: u16,
    /// The log-in that was tried.
    tried: Option<String>,
}

impl Entry {
    /// `path` is that of the contract.
    pub fn new(
        operation: &'static Operation,
        path: &str,
        uri: &Uri,
        headers: &HeaderMap,
        address: Option<IpAddr>,
        request: &str,
    ) -> Entry {
        let mut data = Map::new();
        let parameters = masks::parameters(uri);
        if !parameters.is_empty() {
            data.insert("query".into(), parameters.into());
        }
        if let Some(range) = headers.get(header::RANGE).and_then(|range| range.to_str().ok()) {
            data.insert("range".into(), range.chars().take(limit::WORD).collect::<String>().into());
        }
        let mut ids = ids(path, uri.path());
        let object_id = ids.next().map(|(_, id)| id);
        data.extend(ids.map(|(name, id)| (name.to_owned(), id.to_string().into())));
        let given = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.starts_with("after="));
        Entry {
            operation,
            address,
            request: request.to_owned(),
            object_id,
            query: given.collect::<Vec<_>>().join("&"),
            data,
            said: Mutex::default(),
        }
    }

    fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn sign(&self, who: &Who) {
        let token = match who.through {
            Through::Token(token, _) => Some(token),
            Through::Cookie(_) | Through::Server => None,
        };
        self.said().who = Some((who.id, token));
    }

    pub(super) fn about(&self, id: Uuid) {
        self.said().object_id = Some(id);
    }

    pub(super) fn detail(&self, name: &'static str, value: Value) {
        self.said().details.insert(name.into(), value);
    }

    pub(super) fn always(&self) {
        self.said().always = true;
    }

    pub(super) fn values(&self, before: &Value, after: &Value) {
        let mut said = self.said();
        let changes = masks::changes(before, after);
        said.changes.get_or_insert_default().extend(changes);
        if said.object_id.is_none() && self.object_id.is_none() {
            said.object_id = after["id"].as_str().and_then(|id| id.parse().ok());
        }
    }

    /// After the answer: what is still to be written, and whether equal requests of the same minute are one line with it.
    /// A fault, ours or of the request, is nothing that anybody saw or changed.
    pub fn line(&self, status: StatusCode, now: DateTime<Utc>) -> Option<(Line, Option<Sameness>)> {
        let said = self.said();
        let refused = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&status);
        let done = status.is_success() || status == StatusCode::SWITCHING_PROTOCOLS;
        let told = said.always || said.who.is_some() && (done || refused);
        if said.stored || !told {
            return None;
        }
        let line = self.written(&said, status, now);
        let repeats = matches!(self.operation.kept, Kept::Read | Kept::Repeated) || !done;
        let tried = said.details.get("login").and_then(Value::as_str).map(str::to_owned);
        let sameness = Sameness {
            who: said.who,
            address: self.address,
            action: self.operation.action,
            object_id: line.object_id,
            query: self.query.clone(),
            status: status.as_u16(),
            // who is throttled may try any number of names
            tried: tried.filter(|_| status != StatusCode::TOO_MANY_REQUESTS),
        };
        Some((line, repeats.then_some(sameness)))
    }

    fn written(&self, said: &Said, status: StatusCode, now: DateTime<Utc>) -> Line {
        let mut data = self.data.clone();
        data.extend(said.details.clone());
        if let Some(changes) = &said.changes {
            data.insert("changes".into(), json!(changes));
        }
        let (actor, token) = said.who.unzip();
        Line {
            at: now,
            last_at: now,
            count: 1,
            actor,
            source: "http",
            action: self.operation.action,
            object: self.operation.object.word(),
            object_id: self.object_id.or(said.object_id),
            data: data.into(),
            address: self.address.map(|address| address.to_string()),
            token: token.flatten(),
            request: self.request.clone(),
            status: status.as_u16().into(),
        }
    }
}

impl AtCommit for Entry {
    /// A change is written with what it changed. What else is committed while it is served (that a log-in was used) comes
    /// before anybody has signed.
    fn rows(&self, tx: &Tx) -> Option<Rows> {
        let said = self.said();
        let changes = matches!(self.operation.kept, Kept::Change | Kept::Values);
        if !changes || said.stored || said.who.is_none() {
            return None;
        }
        let told = self.operation.kept != Kept::Values || said.changes.is_some();
        debug_assert!(told, "{} commits without audit::values", self.operation.action);
        let line = self.written(&said, StatusCode::OK, tx.now());
        Some(line::rows([(tx.id(), line)]))
    }

    fn committed(&self) {
        self.said().stored = true;
    }
}

/// The ids in a path, by their names in the contract.
fn ids<'p>(contract: &'p str, path: &'p str) -> impl Iterator<Item = (&'p str, Uuid)> {
    let segments = contract.split('/').zip(path.split('/'));
    segments.filter_map(|(name, value)| Some((name.strip_prefix('{')?.strip_suffix('}')?, value.parse().ok()?)))
}
