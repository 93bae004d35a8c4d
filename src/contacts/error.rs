//! Why something is not done with a contact, and what whoever asked by HTTP is told of it.

use super::store::Contact;
use crate::db;
use crate::http::Problem;
use crate::http::problem::FieldError;

/// Why not.
#[derive(Debug)]
pub enum Error {
    /// Ours: the same may succeed later.
    Database(db::Error),
    /// What was given does not fit, by field.
    Fields(Vec<FieldError>),
    /// Somebody else changed the contact since it was read; as it is now.
    Stale(Box<Contact>),
    /// There is none with this id.
    NoSuch,
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
            Error::Stale(now) => Problem::stale(now),
            Error::NoSuch => Problem::not_found("contact"),
        }
    }
}
