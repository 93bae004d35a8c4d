//! Why something is not done with an intake, and what whoever asked by HTTP is told of it.

use crate::callbacks::act::Others;
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
    /// Somebody is to be called back for it, which is the work of a queue that the person does not work in.
    OthersCallback(Others),
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
            // the intake and its call can be read, so this is no secret
            Error::OthersCallback(Others { queue, claimed_by }) => {
                let by = claimed_by.map(|by| format!("; {} has claimed it", by.name)).unwrap_or_default();
                Problem::conflict(
                    "others-callback",
                    format!("The caller is owed a call back by the queue `{queue}`{by}."),
                )
            }
            Error::Ticket(error) => error.into(),
        }
    }
}
