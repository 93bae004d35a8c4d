//! Types that every crate shares and none owns: a point in time, and the ids of the company's nouns.
#![forbid(unsafe_code)]

mod id;
mod moment;

pub use id::*;
pub use moment::Moment;
