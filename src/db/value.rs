//! A value to bind, whichever the statement and the database.

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use sqlx::types::Json;
use types::Id;
use uuid::Uuid;

/// What can be bound; `None` is NULL, and PostgreSQL still learns the type.
#[derive(Clone, Debug)]
pub enum Value {
    Id(Option<Uuid>),
    Text(Option<String>),
    Int(Option<i64>),
    Bool(Option<bool>),
    Real(Option<f64>),
    Time(Option<DateTime<Utc>>),
    Json(Json<Box<RawValue>>),
}

macro_rules! holds {
    ($($variant:ident($kind:ty)),*) => {$(
        impl From<$kind> for Value {
            fn from(v: $kind) -> Value {
                Value::$variant(Some(v))
            }
        }
        impl From<Option<$kind>> for Value {
            fn from(v: Option<$kind>) -> Value {
                Value::$variant(v)
            }
        }
    )*};
}
holds!(Id(Uuid), Text(String), Int(i64), Bool(bool), Real(f64));

/// SQLite compares times as text, which is their order for years of four digits; others are as good as the nearest of these.
fn comparable(time: DateTime<Utc>) -> DateTime<Utc> {
    let (first, last) = (DateTime::from_timestamp(FIRST, 0), DateTime::from_timestamp(LAST, 0));
    time.clamp(first.unwrap_or(time), last.unwrap_or(time).max(first.unwrap_or(time)))
}

/// The first second of the year 1 and the last of the year 9999.
const FIRST: i64 = -62_135_596_800;
const LAST: i64 = 253_402_300_799;

impl From<DateTime<Utc>> for Value {
    fn from(v: DateTime<Utc>) -> Value {
        Value::Time(Some(comparable(v)))
    }
}

impl From<Option<DateTime<Utc>>> for Value {
    fn from(v: Option<DateTime<Utc>>) -> Value {
        Value::Time(v.map(comparable))
    }
}

macro_rules! ids {
    ($($id:ident)*) => {$(
        impl From<types::$id> for Value {
            fn from(v: types::$id) -> Value {
                Value::Id(Some(v.uuid()))
            }
        }
        impl From<Option<types::$id>> for Value {
            fn from(v: Option<types::$id>) -> Value {
                Value::Id(v.map(Id::uuid))
            }
        }
    )*};
}
types::each_id!(ids);

impl From<&str> for Value {
    fn from(v: &str) -> Value {
        Value::Text(Some(v.to_owned()))
    }
}

/// Words (`types::words!`) bound as their text.
macro_rules! words_as_values {
    ($($set:ty),+) => {$(
        impl From<$set> for $crate::db::Value {
            fn from(word: $set) -> $crate::db::Value {
                $crate::db::Value::Text(Some(word.word().to_owned()))
            }
        }
        impl From<Option<$set>> for $crate::db::Value {
            fn from(word: Option<$set>) -> $crate::db::Value {
                $crate::db::Value::Text(word.map(|word| word.word().to_owned()))
            }
        }
    )+};
}
pub(crate) use words_as_values;

/// `bound!(query, values)`: the query with every value bound in order.
macro_rules! bound {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                $crate::db::Value::Id(v) => query.bind(v),
                $crate::db::Value::Text(v) => query.bind(v),
                $crate::db::Value::Int(v) => query.bind(v),
                $crate::db::Value::Bool(v) => query.bind(v),
                $crate::db::Value::Real(v) => query.bind(v),
                $crate::db::Value::Time(v) => query.bind(v),
                $crate::db::Value::Json(v) => query.bind(v),
            };
        }
        query
    }};
}
pub(super) use bound;
