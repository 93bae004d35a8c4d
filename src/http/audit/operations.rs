//! What each operation means to the audit: one line an operation. The contract and this table have the same operations
//! (`tests/api/audit`), so that whoever adds one decides here.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use Kept::{Change, Nothing, Read, Repeated, Values};

/// What is written of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It gives no personal data and changes nothing.
    Nothing,
    /// It gives personal data.
    Read,
    /// It changes something.
    Change,
    /// It changes something again and again while somebody types: equal ones are counted, as those that read.
    Repeated,
    /// It changes something, and says the old and the new values (`audit::values`).
    Values,
}

/// An operation as the audit knows it.
#[derive(Debug)]
pub struct Operation {
    /// Lower case, as in the contract.
    pub method: &'static str,
    pub path: &'static str,
    /// `<what>.<verb>`.
    pub action: &'static str,
    /// What the first id of the path belongs to.
    pub object: AuditObject,
    pub kept: Kept,
}

types::words! {
    /// What was read or changed, as in `types::Id::NOUN` where it has ids.
    #[derive(Default)]
    pub enum AuditObject {
        Call = "call",
        Intake = "intake",
        Callback = "callback",
        Recording = "recording",
        Ticket = "ticket",
        Contact = "contact",
        Building = "building",
        Unit = "unit",
        Classifier = "classifier",
        Person = "person",
        Login = "log-in",
        Token = "token",
        SecurityKey = "security key",
        Board = "board",
        Audit = "audit",
        /// What is nobody's in particular.
        #[default]
        Server = "server",
    }
}

macro_rules! operations {
    ($($method:ident $path:literal $action:literal $object:ident $kept:ident;)*) => {
        pub const OPERATIONS: &[Operation] = &[$(Operation {
            method: stringify!($method),
            path: $path,
            action: $action,
            object: AuditObject::$object,
            kept: $kept,
        }),*];
    };
}

operations! {
    get "/readyz" "server.ready" Server Nothing;
    get "/api/v1/about" "server.about" Server Nothing;
    get "/api/v1/audit" "audit.list" Audit Read;
    post "/api/v1/login" "login.open" Person Change;
    delete "/api/v1/login" "login.close" Person Change;
    post "/api/v1/login/second-factor" "login.prove" Person Change;
    get "/api/v1/second-factor" "second_factor.own" Person Nothing;
    post "/api/v1/second-factor/totp" "second_factor.begin" Person Change;
    put "/api/v1/second-factor/totp" "second_factor.set_up" Person Change;
    post "/api/v1/second-factor/totp/removal" "second_factor.remove" Person Change;
    post "/api/v1/second-factor/recovery-codes" "second_factor.new_codes" Person Change;
    post "/api/v1/second-factor/keys" "second_factor.begin_key" Person Change;
    put "/api/v1/second-factor/keys" "second_factor.set_up_key" Person Change;
    post "/api/v1/second-factor/keys/{id}/removal" "second_factor.remove_key" SecurityKey Change;
    get "/api/v1/people/{id}/second-factor" "second_factor.read" Person Read;
    delete "/api/v1/people/{id}/second-factor" "second_factor.reset" Person Change;
    get "/api/v1/me" "people.me" Person Nothing;
    get "/api/v1/logins" "logins.list_own" Login Nothing;
    delete "/api/v1/logins" "logins.end_own" Person Change;
    delete "/api/v1/logins/{id}" "logins.end" Login Change;
    put "/api/v1/password" "password.change" Person Change;
    get "/api/v1/tokens" "tokens.list_own" Token Nothing;
    post "/api/v1/tokens" "tokens.create" Token Values;
    delete "/api/v1/tokens/{id}" "tokens.revoke" Token Values;
    get "/api/v1/people" "people.list" Person Read;
    post "/api/v1/people" "people.create" Person Values;
    patch "/api/v1/people/{id}" "people.change" Person Values;
    get "/api/v1/executors" "people.executors" Person Nothing;
    get "/api/v1/people/{id}/logins" "logins.list" Person Read;
    delete "/api/v1/people/{id}/logins" "logins.end_all" Person Change;
    get "/api/v1/people/{id}/tokens" "tokens.list" Person Read;
    delete "/api/v1/people/{id}/tokens/{token}" "tokens.revoke_of" Person Values;
    get "/api/v1/buildings" "buildings.list" Building Nothing;
    post "/api/v1/buildings" "buildings.create" Building Values;
    get "/api/v1/buildings/{id}" "buildings.read" Building Nothing;
    patch "/api/v1/buildings/{id}" "buildings.change" Building Values;
    put "/api/v1/buildings/{id}/grid" "buildings.grid" Building Change;
    get "/api/v1/units" "units.list" Unit Nothing;
    get "/api/v1/units/{id}" "units.read" Unit Read;
    patch "/api/v1/units/{id}" "units.change" Unit Values;
    get "/api/v1/contacts" "contacts.list" Contact Read;
    post "/api/v1/contacts" "contacts.create" Contact Values;
    get "/api/v1/contacts/{id}" "contacts.read" Contact Read;
    patch "/api/v1/contacts/{id}" "contacts.change" Contact Values;
    post "/api/v1/contacts/{id}/merge" "contacts.merge" Contact Values;
    get "/api/v1/contacts/{id}/erasure" "contacts.erasure" Contact Read;
    post "/api/v1/contacts/{id}/erase" "contacts.erase" Contact Change;
    get "/api/v1/contacts/{id}/timeline" "contacts.timeline" Contact Read;
    get "/api/v1/tickets" "tickets.list" Ticket Read;
    post "/api/v1/tickets" "tickets.create" Ticket Change;
    get "/api/v1/tickets/{id}" "tickets.read" Ticket Read;
    patch "/api/v1/tickets/{id}" "tickets.change" Ticket Change;
    post "/api/v1/tickets/{id}/transitions" "tickets.transition" Ticket Change;
    get "/api/v1/tickets/{id}/comments" "tickets.comments" Ticket Read;
    post "/api/v1/tickets/{id}/comments" "tickets.comment" Ticket Change;
    put "/api/v1/tickets/{id}/calls/{call_id}" "tickets.link_call" Ticket Change;
    delete "/api/v1/tickets/{id}/calls/{call_id}" "tickets.unlink_call" Ticket Change;
    get "/api/v1/classifiers" "classifiers.list" Classifier Nothing;
    post "/api/v1/classifiers" "classifiers.create" Classifier Values;
    get "/api/v1/classifiers/{id}" "classifiers.read" Classifier Nothing;
    patch "/api/v1/classifiers/{id}" "classifiers.change" Classifier Values;
    get "/api/v1/calls" "calls.list" Call Read;
    get "/api/v1/calls/{id}" "calls.read" Call Read;
    delete "/api/v1/calls/{id}" "calls.hang_up" Call Change;
    get "/api/v1/calls/{id}/card" "calls.card" Call Read;
    get "/api/v1/calls/{id}/draft" "calls.draft" Call Read;
    put "/api/v1/calls/{id}/draft" "calls.write_draft" Call Repeated;
    put "/api/v1/calls/{id}/hold" "calls.hold" Call Change;
    delete "/api/v1/calls/{id}/hold" "calls.resume" Call Change;
    post "/api/v1/calls/{id}/transfer" "calls.transfer" Call Change;
    put "/api/v1/calls/{id}/disposition" "calls.dispose" Call Change;
    put "/api/v1/calls/{id}/contact" "calls.identify" Call Change;
    get "/api/v1/intakes" "intakes.list" Intake Read;
    get "/api/v1/intakes/{id}" "intakes.read" Intake Read;
    put "/api/v1/intakes/{id}/disposition" "intakes.dispose" Intake Change;
    get "/api/v1/dispositions" "intakes.dispositions" Intake Nothing;
    get "/api/v1/agents" "agents.list" Person Nothing;
    get "/api/v1/agents/{id}" "agents.read" Person Nothing;
    put "/api/v1/agents/{id}/status" "agents.status" Person Change;
    get "/api/v1/agents/{id}/intervals" "agents.intervals" Person Read;
    get "/api/v1/queues" "queues.list" Server Nothing;
    get "/api/v1/recordings" "recordings.list" Recording Read;
    get "/api/v1/recordings/{id}" "recordings.read" Recording Read;
    get "/api/v1/recordings/{id}/audio" "recordings.play" Recording Read;
    put "/api/v1/recordings/{id}/legal-hold" "recordings.hold" Recording Values;
    delete "/api/v1/recordings/{id}/legal-hold" "recordings.lift_hold" Recording Values;
    get "/api/v1/recordings/{id}/peaks" "recordings.peaks" Recording Read;
    get "/api/v1/callbacks" "callbacks.list" Callback Read;
    put "/api/v1/callbacks/{id}/claim" "callbacks.claim" Callback Change;
    delete "/api/v1/callbacks/{id}/claim" "callbacks.release" Callback Change;
    put "/api/v1/callbacks/{id}/state" "callbacks.close" Callback Change;
    get "/api/v1/board" "board.read" Board Read;
    get "/api/v1/live" "board.connect" Board Read;
}

/// Of all operations that are written down.
fn actions() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().filter(|operation| operation.kept != Nothing).map(|operation| operation.action)
}

/// The name of an action, as a filter: of an operation of this version.
#[derive(Clone, Copy, Debug)]
pub struct Action(pub &'static str);

impl<'de> Deserialize<'de> for Action {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Action, D::Error> {
        let text = String::deserialize(reader)?;
        actions()
            .find(|action| *action == text)
            .map(Action)
            .ok_or_else(|| D::Error::custom("is no action of the audit"))
    }
}

impl PartialSchema for Action {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(actions())).into()
    }
}

impl ToSchema for Action {
    fn name() -> Cow<'static, str> {
        "AuditAction".into()
    }
}

/// The operation of a route that was matched.
pub fn of(method: &str, path: &str) -> Option<&'static Operation> {
    let method = if method.eq_ignore_ascii_case("head") { "get" } else { method };
    OPERATIONS.iter().find(|operation| operation.path == path && operation.method.eq_ignore_ascii_case(method))
}
