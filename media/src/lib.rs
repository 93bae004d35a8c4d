//! Sound: packets in, packets out (RTP, SDP, G.711, browser legs), without sockets, clock or threads.
#![forbid(unsafe_code)]

mod api;
pub mod browser;
mod clock;
pub mod codec;
mod dtmf;
mod engine;
mod jitter;
mod leg;
pub mod limit;
mod mix;
mod negotiate;
mod outbox;
mod play;
mod reception;
mod record;
mod relay;
mod resample;
mod rtcp;
mod rtp;
pub mod sdp;
mod source;
mod splice;
mod tick;
pub mod wav;

pub use api::*;
pub use engine::Engine;
