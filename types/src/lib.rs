//! Types that every crate shares and none owns: a point in time, the ids of the company's nouns, what makes an enum of a
//! closed set of words, how telephone numbers are read, and how slowly secrets may be guessed.
#![forbid(unsafe_code)]

pub mod guard;
mod id;
pub mod limit;
mod moment;
pub mod phone;
mod source;
mod telephony;
mod word;

pub use id::*;
pub use moment::Moment;
pub use source::source;
pub use telephony::*;
pub use word::{NoSuchWord, WordOf};

// for the code that `words!` writes
#[doc(hidden)]
pub use serde;
#[cfg(feature = "sqlx")]
#[doc(hidden)]
pub use sqlx;
#[cfg(feature = "openapi")]
#[doc(hidden)]
pub use utoipa;
