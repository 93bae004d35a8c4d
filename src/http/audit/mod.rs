//! Who read, searched, changed, played or tried what. The door writes it (`src/server/audited.rs`), for every operation that
//! `operations.rs` names: an operation neither asks for it nor can leave it out. Rows are only ever added.
//!
//! A change is written in its own transaction ([`Entry`] as `db::AtCommit`); what is read is written after the answer, through
//! a queue that forgets nothing (`queue.rs`). What an operation may add is its old and new [`values`].

mod entry;
mod limit;
mod line;
mod masks;
pub mod operations;
mod queue;

pub use entry::{ENTRY, Entry};
pub use operations::{Action, AuditObject, Kept, Operation};
pub use queue::{Audit, Writer, queue};

use super::Who;
use crate::db::{Result, Tx};
use axum::http::StatusCode;
use line::Line;
use serde::Serialize;
use serde_json::{Value, to_value};
use types::Id;

/// What changes, before and after; the fields that differ are kept, personal ones masked. What is made or taken away has
/// `()` on one side.
pub fn values(before: &impl Serialize, after: &impl Serialize) {
    with(|entry| entry.values(&json(before), &json(after)));
}

/// Something else that is worth knowing of the request. Nothing personal.
pub fn detail(name: &'static str, value: impl Serialize) {
    with(|entry| entry.detail(name, json(&value)));
}

/// What it is done to, where the path does not say it.
pub fn about(id: impl Id) {
    with(|entry| entry.about(id.uuid()));
}

/// What a command of the terminal makes: nobody is logged in there.
pub async fn by_command<I: Id>(tx: &mut Tx, action: &'static str, id: I, made: &impl Serialize) -> Result<()> {
    let now = tx.now();
    let line = Line {
        at: now,
        last_at: now,
        count: 1,
        actor: None,
        source: "command",
        action,
        object: I::NOUN,
        object_id: Some(id.uuid()),
        data: serde_json::json!({ "changes": masks::changes(&Value::Null, &json(made)) }),
        address: None,
        token: None,
        request: String::new(),
        status: StatusCode::OK.as_u16().into(),
    };
    line::rows([(tx.id(), line)]).write(tx).await.map(drop)
}

/// Who asks, as soon as that is known.
pub(super) fn sign(who: &Who) {
    with(|entry| entry.sign(who));
}

/// A password that was tried and is not the right one, or could not be tried now: written whatever is answered. Who has
/// typed it into the wrong field shall not find it here: only what is written like a login is kept.
pub(super) fn failed(login: &str) {
    let like = login.len() <= limit::WORD && login.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-@".contains(&b));
    with(|entry| {
        entry.always();
        entry.detail("login", if like { login } else { "…" }.into());
    });
}

/// Written whatever is answered, also of who is not logged in.
pub(super) fn noted() {
    with(Entry::always);
}

fn with(tell: impl FnOnce(&Entry)) {
    // what the server does by itself is no request
    let _ = ENTRY.try_with(|entry| tell(entry));
}

fn json(value: &impl Serialize) -> Value {
    to_value(value).unwrap_or_default()
}
