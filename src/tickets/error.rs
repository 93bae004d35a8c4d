//! Why something is not done with a ticket, and what whoever asked by HTTP is told of it.

use super::rules::{CommandWord, Refused, TicketState};
use crate::db;
use crate::http::Problem;
use crate::http::problem::FieldError;

/// Why not.
#[derive(Debug)]
pub enum Error {
    /// Ours: the same may succeed later.
    Database(db::Error),
    /// The state machine refuses the command.
    Rules { why: Refused, command: CommandWord, state: TicketState },
    /// What was given does not fit, by field.
    Fields(Vec<FieldError>),
    /// Somebody else changed the ticket since it was read.
    Stale,
    /// What is named does not exist.
    NoSuch(&'static str),
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

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        match error {
            Error::Database(error) => error.into(),
            Error::Rules { why, command, state } => refused(why, command, state),
            Error::Fields(errors) => Problem::invalid_all(errors),
            Error::Stale => Problem::conflict("stale", "It was changed by another request."),
            Error::NoSuch(what) => Problem::not_found(what),
        }
    }
}

fn refused(why: Refused, command: CommandWord, state: TicketState) -> Problem {
    match why {
        Refused::Illegal => {
            Problem::conflict("illegal-transition", format!("`{command}` is not possible in the state `{state}`."))
        }
        Refused::NotTheExecutor => Problem::forbidden("acting for another executor"),
        Refused::NeedsSupervisor => Problem::forbidden("rejecting an emergency; ask a supervisor"),
        Refused::NoReason => Problem::invalid("reason", "must not be empty"),
        Refused::BadUntil => Problem::invalid("until", "must be in the future, within 365 days"),
        Refused::NotAnEmergency => Problem::conflict("illegal-transition", "Only an emergency can be localised."),
        Refused::TooLateToReopen => {
            Problem::conflict("too-late", "It was closed more than 30 days ago; register a new ticket.")
        }
        Refused::BadMaster => {
            Problem::conflict("bad-master", "A ticket can only be merged into another open one of the same building.")
        }
    }
}
