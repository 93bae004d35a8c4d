//! Sound: packets in, packets out (RTP, SDP, G.711, browser legs), without sockets, clock or threads.
#![forbid(unsafe_code)]

mod api;
pub mod browser;
pub mod sdp;
pub use api::*;
