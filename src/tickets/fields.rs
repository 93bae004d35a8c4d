//! The fields of a ticket that people write, each named once: the row, a draft, a change and the bodies of requests are
//! made of this list.

use super::rules::TicketKind;
use crate::db::Columns;
use serde_json::{Map, Value, json};
use types::{BuildingId, ClassifierId, ContactId, UnitId};

/// Calls `$macro!` with what it is given and the fields: `plain` ones always have a value, `nullable` ones may be empty.
macro_rules! each_field {
    ($macro:ident { $($given:tt)* }) => {
        $macro! {
            { $($given)* }
            plain {
                kind: TicketKind,
                /// 1 highest .. 4
                priority: i64,
                place_text: String,
                requester_name: String,
                title: String,
                details: String,
            }
            nullable {
                classifier_id: ClassifierId,
                building_id: BuildingId,
                unit_id: UnitId,
                requester_id: ContactId,
                requester_phone: String,
            }
        }
    };
}
pub(super) use each_field;

macro_rules! define {
    ({}
        plain { $($(#[$plain_meta:meta])* $plain:ident: $plain_type:ty,)* }
        nullable { $($(#[$nullable_meta:meta])* $nullable:ident: $nullable_type:ty,)* }
    ) => {
        #[derive(Clone, Debug, PartialEq, serde::Serialize, sqlx::FromRow)]
        pub struct Fields {
            $($(#[$plain_meta])* pub $plain: $plain_type,)*
            $($(#[$nullable_meta])* pub $nullable: Option<$nullable_type>,)*
        }

        /// Some of the fields; `None` says nothing of one, `Some(None)` empties it.
        #[derive(Clone, Debug, Default)]
        pub struct SomeFields {
            $($(#[$plain_meta])* pub $plain: Option<$plain_type>,)*
            $($(#[$nullable_meta])* pub $nullable: Option<Option<$nullable_type>>,)*
        }

        impl Fields {
            pub fn columns(&self, columns: &mut Columns) {
                $(columns.set(stringify!($plain), self.$plain.clone());)*
                $(columns.set(stringify!($nullable), self.$nullable.clone());)*
            }

            /// What is another than before, for the history: names with their new values.
            pub fn difference(&self, before: &Fields) -> Map<String, Value> {
                let mut out = Map::new();
                $(if self.$plain != before.$plain {
                    out.insert(stringify!($plain).into(), json!(self.$plain));
                })*
                $(if self.$nullable != before.$nullable {
                    out.insert(stringify!($nullable).into(), json!(self.$nullable));
                })*
                out
            }
        }
    };
}
each_field!(define {});

crate::db::words_as_values!(TicketKind);

impl Default for Fields {
    /// Of a ticket of which nothing is known yet.
    fn default() -> Fields {
        Fields {
            kind: TicketKind::Service,
            priority: 3,
            place_text: String::new(),
            requester_name: String::new(),
            title: String::new(),
            details: String::new(),
            classifier_id: None,
            building_id: None,
            unit_id: None,
            requester_id: None,
            requester_phone: None,
        }
    }
}
