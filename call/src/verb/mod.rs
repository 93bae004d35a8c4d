//! What someone asks of a talking call; one file a verb.

pub mod hold;
pub mod transfer;
