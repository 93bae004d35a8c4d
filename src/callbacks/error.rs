//! Why something is not done with a callback, and what whoever asked by HTTP is told of it.

use crate::db;
use crate::http::Problem;
use crate::http::problem::FieldError;
use crate::intakes;

/// Why not.
#[derive(Debug)]
pub enum Error {
    /// Ours: the same may succeed later.
    Database(db::Error),
    /// There is none, or it is of another's queue.
    NoSuchCallback,
    /// A colleague has it.
    Taken,
    /// It is over already.
    Settled,
    /// What was given does not fit, by field.
    Fields(Vec<FieldError>),
    /// Its intake cannot be disposed of so.
    Intake(intakes::Error),
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

impl From<intakes::Error> for Error {
    fn from(error: intakes::Error) -> Error {
        Error::Intake(error)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        match error {
            Error::Database(error) => error.into(),
            Error::NoSuchCallback => Problem::not_found("callback"),
            Error::Taken => {
                Problem::conflict("claimed", "A colleague has claimed it. Take it over to make the call yourself.")
            }
            Error::Settled => Problem::conflict("settled", "This callback is already settled."),
            Error::Fields(errors) => Problem::invalid_all(errors),
            Error::Intake(error) => error.into(),
        }
    }
}
