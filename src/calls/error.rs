//! Why something is not done with a call, and what whoever asked by HTTP is told of it.

use crate::db;
use crate::http::Problem;
use crate::http::problem::FieldError;
use crate::intakes;
use call::Refusal;

/// Why not.
#[derive(Debug)]
pub enum Error {
    /// Ours: the same may succeed later.
    Database(db::Error),
    NoSuchCall,
    /// What was given does not fit, by field.
    Fields(Vec<FieldError>),
    /// Its intake cannot be disposed of so.
    Intake(intakes::Error),
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
            Error::NoSuchCall => Problem::not_found("call"),
            Error::Fields(errors) => Problem::invalid_all(errors),
            Error::Intake(error) => error.into(),
        }
    }
}

/// What the switch refuses, to agents and calls alike.
impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        match refusal {
            Refusal::NoSuchCall => Problem::not_found("live call"),
            Refusal::NoSuchAgent => Problem::not_found("agent"),
            Refusal::NoSuchQueue => Problem::not_found("queue"),
            Refusal::WrongStage => Problem::conflict("wrong-stage", "The call is not in a stage that allows this."),
            Refusal::NotYours => Problem::conflict("not-yours", "Another agent is on this call."),
            Refusal::NoDevice => Problem::conflict(
                "no-device",
                "No browser phone or desk phone is registered. Open the desk page and try again.",
            ),
            Refusal::TargetBusy => {
                Problem::conflict("target-busy", "That colleague is not ready. Choose another one, or a queue.")
            }
            Refusal::Unavailable => Problem::unavailable(),
        }
    }
}
