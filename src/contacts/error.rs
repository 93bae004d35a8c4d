//! Why something is not done with a contact, and what whoever asked by HTTP is told of it.

use super::erase::Erasure;
use super::store::Contact;
use crate::db;
use crate::http::Problem;
use crate::http::problem::FieldError;
use crate::tickets::error as tickets;
use types::ContactId;

/// Why not.
#[derive(Debug)]
pub enum Error {
    /// Ours: the same may succeed later.
    Database(db::Error),
    /// What was given does not fit, by field.
    Fields(Vec<FieldError>),
    /// Somebody else changed the contact since it was read; as it is now.
    Stale(Box<Contact>),
    /// It is the same client as another, which lives on.
    Merged {
        id: ContactId,
        into: Option<ContactId>,
    },
    Erased(ContactId),
    /// Something must be over before it is erased.
    Blocked(Box<Erasure>),
    /// There is none with this id.
    NoSuch,
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

/// What becomes of tickets while contacts are merged or erased.
impl From<tickets::Error> for Error {
    fn from(error: tickets::Error) -> Error {
        match error {
            tickets::Error::Database(error) => Error::Database(error),
            tickets::Error::Fields(faults) => Error::Fields(faults),
            _ => Error::NoSuch,
        }
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
            Error::Merged { id, into: Some(into) } => {
                Problem::conflict("merged", format!("Contact {id} was merged into {into}: use that one."))
            }
            Error::Merged { id, into: None } => Problem::conflict("merged", format!("Contact {id} was merged.")),
            Error::Erased(id) => Problem::conflict("erased", format!("The data of contact {id} was erased.")),
            Error::Blocked(what) => Problem::conflict("erasure-blocked", what.remedy()).showing(what),
            Error::NoSuch => Problem::not_found("contact"),
        }
    }
}
