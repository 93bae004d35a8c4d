//! Recordings: what was said, as received, encrypted, safe to the last second.
//!
//! [`writer`] is the only thread that writes them, [`file`] the format and the reading, [`key`] the master key,
//! [`files`] where a recording lies, [`wav`] what a listener gets, [`proof`] whether a file is still what was written,
//! [`seal`] keeps that in the database, [`keep`] deletes what is over.

pub mod file;
pub mod files;
pub mod http;
pub mod keep;
pub mod key;
pub mod limit;
pub mod proof;
pub mod scope;
pub mod seal;
pub mod store;
pub mod wav;
pub mod writer;

pub use files::Files;

types::words! {
    pub enum RecordingState {
        Running = "running",
        Done = "done",
        /// Its node died, or its file never came to be.
        Broken = "broken",
        /// The file is not what was written: `damage` says what is wrong, and where.
        Damaged = "damaged",
        /// Its time was over (`recordings.keep`).
        Deleted = "deleted",
    }
}
