//! Ids: one type a noun, so that the id of one cannot be given where another's is wanted. In SQL, JSON and OpenAPI each is
//! the UUID it holds; the default is the nil UUID, which nothing has.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// What all ids have in common.
pub trait Id: Copy {
    /// What it is the id of, in the singular.
    const NOUN: &'static str;

    fn new(id: Uuid) -> Self;
    fn uuid(self) -> Uuid;
}

/// Declares the ids, and [`each_id`](crate::each_id) that hands all their names to another macro.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $noun:literal)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
            #[serde(transparent)]
            #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
            pub struct $name(Uuid);

            impl $name {
                /// For tests and for what is derived from a number.
                pub const fn from_u128(number: u128) -> $name {
                    $name(Uuid::from_u128(number))
                }

                pub const fn as_u128(self) -> u128 {
                    self.0.as_u128()
                }
            }

            impl Id for $name {
                const NOUN: &'static str = $noun;

                fn new(id: Uuid) -> $name {
                    $name(id)
                }

                fn uuid(self) -> Uuid {
                    self.0
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    self.0.fmt(f)
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    self.0.fmt(f)
                }
            }

            impl FromStr for $name {
                type Err = uuid::Error;

                fn from_str(text: &str) -> Result<$name, uuid::Error> {
                    text.parse().map($name)
                }
            }

            #[cfg(feature = "openapi")]
            impl utoipa::PartialSchema for $name {
                fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                    use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
                    let format = SchemaFormat::KnownFormat(KnownFormat::Uuid);
                    ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
                }
            }

            #[cfg(feature = "openapi")]
            impl utoipa::ToSchema for $name {}
        )*

        /// Calls `$macro!(Name Name ...)` with every id.
        #[macro_export]
        macro_rules! each_id {
            ($macro:ident) => { $macro!($($name)*); };
        }
    };
}

ids! {
    /// A conversation on the telephone.
    CallId = "call"
    /// One contact of a client on any channel, written by machine.
    IntakeId = "intake"
    /// A task to call somebody back.
    CallbackId = "callback"
    /// A recording of a call.
    RecordingId = "recording"
    /// Whoever works here; an agent is a person who takes calls.
    PersonId = "person"
    TicketId = "ticket"
    CommentId = "comment"
    ClassifierId = "classifier"
    /// A client, known or yet unnamed.
    ContactId = "contact"
    /// A telephone number of a contact.
    ContactPointId = "contact point"
    BuildingId = "building"
    SectionId = "section"
    FloorId = "floor"
    UnitId = "unit"
    RiserId = "riser"
    /// A log-in that holds.
    LoginId = "log-in"
    /// An API token of a person.
    TokenId = "token"
    /// A security key of a person.
    SecurityKeyId = "security key"
    /// A line of the audit.
    AuditId = "audit"
    /// Something that happened; the idempotency key of everyone who reads it.
    EventId = "event"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_its_uuid_in_json_and_in_text() {
        let id = CallId::from_u128(7);
        let text = "00000000-0000-0000-0000-000000000007";
        assert_eq!(serde_json::to_value(id).expect("an id is JSON"), serde_json::json!(text));
        assert_eq!(serde_json::from_str::<CallId>(&format!("\"{text}\"")).expect("and back"), id);
        assert_eq!((id.to_string().as_str(), format!("{id:?}").as_str()), (text, text));
        assert_eq!(text.parse::<CallId>().expect("text is an id"), id);
    }
}
