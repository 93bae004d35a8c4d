//! What is fed with anything: each target takes octets as they might come from the network (or from a file) and panics
//! where a promise is broken. `tests/smoke.rs` runs them all in the gate, libFuzzer for as long as one likes.
#![allow(clippy::disallowed_methods, reason = "a test needs some instant to begin with")]

pub mod media_browser;
pub mod media_engine_receive;
pub mod media_sdp;
pub mod media_stream;
pub mod media_wav;
pub mod sip_parse;
pub mod sip_roundtrip;
pub mod sip_stack;

/// One way in.
pub type Target = fn(&[u8]);

/// All of them, by the names of their corpora.
pub const TARGETS: &[(&str, Target)] = &[
    ("media_browser", media_browser::run),
    ("media_engine_receive", media_engine_receive::run),
    ("media_sdp", media_sdp::run),
    ("media_stream", media_stream::run),
    ("media_wav", media_wav::run),
    ("sip_parse", sip_parse::run),
    ("sip_roundtrip", sip_roundtrip::run),
    ("sip_stack", sip_stack::run),
];
