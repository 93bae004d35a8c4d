//! The envelope of everything that happens.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use types::{
    BuildingId, CallId, CallbackId, ClassifierId, ContactId, EventId, Id, IntakeId, PersonId, RecordingId, TicketId,
};
use utoipa::ToSchema;
use uuid::Uuid;

/// One thing that happened, of whichever noun.
#[derive(Clone, Debug)]
pub struct Event {
    /// The idempotency key of every consumer.
    pub id: EventId,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// When it was written into the database.
    pub recorded_at: DateTime<Utc>,
    pub subject: Subject,
    /// None: nobody in particular, a rule or a clock.
    pub actor: Option<PersonId>,
    pub fact: Fact,
}

/// What happened: a word of docs/events.md, and its fields as the noun writes them.
#[derive(Clone, Debug)]
pub struct Fact {
    pub kind: Cow<'static, str>,
    pub data: Box<RawValue>,
}

impl Fact {
    pub fn new(kind: impl Into<Cow<'static, str>>, data: &impl Serialize) -> serde_json::Result<Fact> {
        Ok(Fact { kind: kind.into(), data: serde_json::value::to_raw_value(data)? })
    }

    /// The noun's own type; None: this version cannot read it.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(self.data.get()).ok()
    }
}

macro_rules! subjects {
    ($($name:ident($id:ident) = $noun:literal)*) => {
        /// What something happened to, and what a hint leads to. Each noun with an id of its own type, so that it cannot
        /// name what it does not lead to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(tag = "noun", content = "id", rename_all = "snake_case")]
        pub enum Subject {
            $($name($id),)*
        }

        impl Subject {
            /// The word in SQL and JSON.
            pub fn noun(self) -> &'static str {
                match self {
                    $(Subject::$name(_) => $noun,)*
                }
            }

            pub fn id(self) -> Uuid {
                match self {
                    $(Subject::$name(id) => id.uuid(),)*
                }
            }

            pub fn of(noun: &str, id: Uuid) -> Option<Subject> {
                match noun {
                    $($noun => Some(Subject::$name(Id::new(id))),)*
                    _ => None,
                }
            }
        }
    };
}
subjects! {
    Tickets(TicketId) = "tickets"
    Callbacks(CallbackId) = "callbacks"
    Intakes(IntakeId) = "intakes"
    Calls(CallId) = "calls"
    Recordings(RecordingId) = "recordings"
    Contacts(ContactId) = "contacts"
    People(PersonId) = "people"
    Buildings(BuildingId) = "buildings"
    Classifiers(ClassifierId) = "classifiers"
}
