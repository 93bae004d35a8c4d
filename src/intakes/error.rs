//! Why something is not done with an intake, and what whoever asked by HTTP is told of it.

use crate::db;
use crate::http::problem::FieldError;
use crate::http::{Problem, Verb};
use crate::tickets;

/// Why not.
#[derive(Debug)]
pub enum Error {
    /// Ours: the same may succeed later.
    Database(db::Error),
    NoSuchIntake,
    /// What was given does not fit, by field.
    Fields(Vec<FieldError>),
    /// Another person said it already: a supervisor may change it.
    SaidByAnother,
    /// Somebody is to be called back for it, in another's queue.
    OthersCallback,
    /// The ticket of its call cannot follow.
    Ticket(tickets::error::Error),
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

impl From<tickets::error::Error> for Error {
    fn from(error: tickets::error::Error) -> Error {
        Error::Ticket(error)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        match error {
            Error::Database(error) => error.into(),
            Error::NoSuchIntake => Problem::not_found("intake"),
            Error::Fields(errors) => Problem::invalid_all(errors),
            Error::SaidByAnother => Problem::forbidden(Verb::IntakesReopen.name()),
            Error::OthersCallback => Problem::forbidden(Verb::CallbacksClaim.name()),
            Error::Ticket(error) => error.into(),
        }
    }
}
