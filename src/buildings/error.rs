//! Why something is not done with a building, and what whoever asked by HTTP is told of it.

use crate::db;
use crate::http::Problem;
use crate::http::problem::FieldError;
use types::BuildingId;

/// Why not.
#[derive(Debug)]
pub enum Error {
    /// Ours: the same may succeed later.
    Database(db::Error),
    /// What was given does not fit, by field.
    Fields(Vec<FieldError>),
    /// Only one may have this value, and another has it.
    Taken { field: &'static str, message: &'static str },
    /// Somebody else changed the building since it was read.
    Stale(BuildingId),
    /// What is named does not exist.
    NoSuch(&'static str),
    /// Residents or tickets point at what would go.
    InUse { what: &'static str, names: String },
}

impl Error {
    pub fn invalid(field: &str, message: &str) -> Error {
        Error::Fields(vec![FieldError { field: field.to_owned(), message: message.to_owned() }])
    }
}

impl From<db::Error> for Error {
    fn from(error: db::Error) -> Error {
        Error::Database(error)
    }
}

impl From<Vec<FieldError>> for Error {
    fn from(faults: Vec<FieldError>) -> Error {
        Error::Fields(faults)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        match error {
            Error::Database(error) => error.into(),
            Error::Fields(errors) => Problem::invalid_all(errors),
            Error::Taken { field, message } => Problem::taken(field, message),
            Error::Stale(_) => Problem::conflict("stale", "It was changed by another request."),
            Error::NoSuch(what) => Problem::not_found(what),
            Error::InUse { what, names } => Problem::conflict(
                "in-use",
                format!("{what} to which residents or tickets refer cannot be removed: {names}."),
            ),
        }
    }
}
