//! The engine as the shell and the switch see it, in virtual time.

mod bridge;
mod garbage;
mod hold;
mod keys;
mod open;
mod play;
mod property;
mod record;
mod source;
mod world;
