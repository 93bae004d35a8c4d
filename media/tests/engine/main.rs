//! The engine as the shell and the switch see it, in virtual time.

mod bridge;
mod browser;
mod garbage;
mod hold;
mod keys;
mod open;
mod play;
mod property;
mod record;
mod renegotiate;
mod silence;
mod source;
mod world;

#[path = "../browser/peer.rs"]
#[allow(dead_code, reason = "its other half belongs to the tests of the leg alone")]
mod peer;

#[path = "../browser/world.rs"]
#[allow(dead_code, reason = "its other half belongs to the tests of the leg alone")]
mod wire;
