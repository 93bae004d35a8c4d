//! The border of this crate: plain data. One [`Engine`] runs on one media thread; all legs of one call are
//! on one engine. SDP is negotiated here: the switch moves bodies as bytes and never looks inside.

use bytes::Bytes;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// One party's sound. Chosen by the switch, unique for the life of the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LegId(pub u64);

/// One playing of a list of clips. Chosen by the switch; comes back in `Played`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlayId(pub u64);

pub use types::RecordingId;

/// A UDP socket of the engine's shell. 0 is the shared browser port; others are one RTP leg each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SocketId(pub u32);

/// A prompt or music, 8 kHz, encoded once for each codec and shared by everyone who hears it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    /// One octet a sample, 8,000 a second (G.711 A-law).
    pub alaw: Arc<[u8]>,
    /// The same in G.711 µ-law.
    pub ulaw: Arc<[u8]>,
}

/// How a leg is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// RTP/AVP to a SIP phone or trunk.
    Rtp,
    /// A browser: ICE-lite, DTLS-SRTP, on the engine's shared port.
    Browser,
}

/// What the switch asks. Commands for unknown legs are ignored: the leg may have just been closed.
#[derive(Clone, Debug)]
pub enum Command {
    /// The peer offers; a new leg if `leg` is unknown, a renegotiation otherwise. -> `Event::Answer` or `Rejected`.
    /// The kind is seen from the offer (UDP/TLS/RTP/SAVPF is a browser).
    Offered {
        leg: LegId,
        offer: Bytes,
    },
    /// We offer: make a leg (or, if it exists, a new offer for it). -> `Event::Offer`.
    Offer {
        leg: LegId,
        kind: Kind,
    },
    /// The answer to our offer. -> `Event::Ready` or `Rejected`.
    Answered {
        leg: LegId,
        answer: Bytes,
    },
    Close {
        leg: LegId,
    },
    /// Where the leg's signalling comes from: behind a NAT its RTP may come from there too, whatever its SDP says. And all
    /// hosts of its carrier, to which its stream may move. To be told right after the leg was made, before its first packets;
    /// browsers have ICE for this.
    Hosts {
        leg: LegId,
        signalled: IpAddr,
        carrier: Arc<[IpAddr]>,
    },

    /// Replaces what the leg hears from us by these sounds in order, `repeat` for music. -> `Played` unless repeated.
    Play {
        leg: LegId,
        play: PlayId,
        sounds: Vec<Sound>,
        repeat: bool,
    },
    /// Stops playing (no `Played` follows).
    Stop {
        leg: LegId,
    },
    /// These two hear one another (a leg has at most one partner; a new join replaces). Playing on a leg goes before its partner's sound.
    Join {
        a: LegId,
        b: LegId,
    },
    /// The leg hears nobody.
    Part {
        leg: LegId,
    },
    /// Send these digits as RFC 4733 events (100 ms each, 100 ms apart).
    Digits {
        leg: LegId,
        digits: String,
    },

    /// Records `left` (caller, as received) and whoever is its partner (right, as received). `prompts`: what we
    /// play to `left` goes to the right channel while it has no partner. Survives re-joins and renegotiation.
    Record {
        recording: RecordingId,
        left: LegId,
        prompts: bool,
    },
    StopRecord {
        recording: RecordingId,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Our answer to the peer's offer: the leg is open and receives.
    Answer {
        leg: LegId,
        sdp: Bytes,
    },
    /// Our offer, to be sent.
    Offer {
        leg: LegId,
        sdp: Bytes,
    },
    /// The peer's answer was understood.
    Ready {
        leg: LegId,
    },
    /// Offer or answer impossible: `code` is the SIP answer due (488 codec, 400 syntax, 503 no port). A new leg is gone; an old one goes on as it was.
    Rejected {
        leg: LegId,
        code: u16,
        why: &'static str,
    },
    /// The peer holds (a=sendonly, inactive or 0.0.0.0) or resumes.
    Held {
        leg: LegId,
        held: bool,
    },
    /// The first packet from the peer was heard (browser: DTLS is up too).
    Heard {
        leg: LegId,
    },
    /// Nothing was received from the leg for one second (not while held); `Heard` comes again when it is back.
    Quiet {
        leg: LegId,
    },
    /// A key, once a press: 0-9 * # A-D. By RFC 4733 (deduplicated) or in-band tones when the peer has no telephone-event.
    Digit {
        leg: LegId,
        digit: char,
    },
    Played {
        leg: LegId,
        play: PlayId,
    },
    /// Nothing was received from the leg for `Config::silence_max` (not while held), neither sound nor reports nor anything
    /// else from where it is. Given again after each further such time.
    Silent {
        leg: LegId,
    },
    /// The browser's ICE/DTLS failed or closed.
    Failed {
        leg: LegId,
    },
    /// Last words of a leg.
    Closed {
        leg: LegId,
        stats: Stats,
    },
    /// The recording is complete; nothing is written to it any more.
    Recorded {
        recording: RecordingId,
        duration: Duration,
    },
}

/// Counted over the leg's life. Loss and jitter as in RFC 3550 6.4.1 and A.8.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stats {
    pub received: u64,
    pub sent: u64,
    pub lost: u64,
    pub late: u64,
    pub jitter_ms: f32,
    /// Estimated mean opinion score, ITU-T G.107 simplified, 1.0-4.5; 0 when nothing was received.
    pub mos: f32,
}

/// G.711 law of a recording's channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    A,
    Mu,
}

/// A piece of a recording: `left` and `right` have equal length, one octet a sample, 8 kHz. Pieces come in
/// order, at most 1 s long, without gaps: piece n starts where piece n-1 ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    pub recording: RecordingId,
    pub left: Vec<u8>,
    pub right: Vec<u8>,
    pub left_law: Law,
    pub right_law: Law,
    pub last: bool,
}

#[derive(Clone, Debug)]
pub enum Input {
    Command(Command),
    /// The shell bound a socket asked for by `Output::Bind`; `local` is what to write into SDP.
    Bound {
        leg: LegId,
        socket: SocketId,
        local: SocketAddr,
    },
    /// No port was free.
    NotBound {
        leg: LegId,
    },
}

/// Output other than packets. Packets go by [`Engine::transmit`], borrowed, to spare copies.
#[derive(Clone, Debug)]
pub enum Output {
    Event(Event),
    /// An RTP leg needs a socket.
    Bind {
        leg: LegId,
    },
    /// The leg's socket is free.
    Unbind {
        socket: SocketId,
    },
    Write(Piece),
}

#[derive(Clone, Debug)]
pub struct Config {
    /// Address written into the SDP of RTP legs where `Bound::local` is unspecified.
    pub address: IpAddr,
    /// The browser port's address as browsers reach it (SocketId(0)); None: browser legs are rejected.
    pub browser: Option<SocketAddr>,
    /// Silence after which it is asked whether a peer still lives (F24): 30 s.
    pub silence_max: Duration,
    /// Most legs on this engine.
    pub legs_max: usize,
}
