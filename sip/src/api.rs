//! The border of this crate: plain data.

use crate::Peer;
use crate::auth;
use bytes::Bytes;
use std::net::SocketAddr;
use std::time::Duration;

/// What carries a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Transport {
    Udp,
    Tcp,
    Tls,
    Ws,
    Wss,
}

impl Transport {
    /// Streams and WebSockets deliver reliably: no retransmission timers (RFC 3261 17).
    pub fn reliable(self) -> bool {
        self != Transport::Udp
    }

    /// A browser's connection.
    pub fn web(self) -> bool {
        matches!(self, Transport::Ws | Transport::Wss)
    }
}

/// A path to a peer: a UDP remote address, or one stream/WebSocket connection (RFC 5626 "flow").
/// `connection` is 0 for UDP and for "any connection to `peer`, open one if there is none".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Flow {
    pub transport: Transport,
    pub peer: SocketAddr,
    pub connection: u64,
}

/// One INVITE usage of a dialog, incoming or outgoing. Unique for the life of the stack, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub u64);

/// An incoming out-of-dialog request that waits for the application's word (REGISTER, OPTIONS ...).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u64);

/// A registration of ours with somebody else's registrar (see [`Stack::register`](crate::Stack::register)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RegistrationId(pub u64);

/// What we prove ourselves with when somebody challenges a request of ours. `Debug` shows no password.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    pub username: String,
    pub password: String,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secret").field("username", &self.username).finish_non_exhaustive()
    }
}

/// What a small user agent asks to register (RFC 3261 10.2).
#[derive(Clone, Debug)]
pub struct Registering {
    pub flow: Flow,
    /// Host (and port) of the registrar: the Request-URI is `sip:` and this.
    pub registrar: String,
    /// The account: user part of From and To.
    pub user: String,
    pub secret: Secret,
    /// Seconds asked for; the stack refreshes before they are over.
    pub expires: u32,
}

/// A message body. `content_type` is the media type without parameters, lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    pub content_type: String,
    pub bytes: Bytes,
}

impl Body {
    pub fn sdp(bytes: impl Into<Bytes>) -> Body {
        Body { content_type: "application/sdp".into(), bytes: bytes.into() }
    }
}

/// What comes in. For UDP `bytes` is one datagram; for TCP/TLS a piece of the stream in
/// order (the stack frames it); for WebSocket one message.
#[derive(Clone, Debug)]
pub enum Input {
    Packet {
        flow: Flow,
        bytes: Bytes,
    },
    /// The connection is gone: its sessions' peers cannot be reached by it any more.
    Closed {
        flow: Flow,
    },
}

#[derive(Clone, Debug)]
pub enum Output {
    /// Send these bytes: one datagram, one WebSocket message, or a piece of a stream.
    Transmit {
        flow: Flow,
        bytes: Bytes,
    },
    /// Close this connection (framing lost, limits broken, idle without a first message).
    Close {
        flow: Flow,
    },
    Event(Event),
}

/// An address as a person sees it: `"name" <uri>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// Display name, unescaped, control characters removed, at most `limit::DISPLAY_NAME` bytes.
    pub name: String,
    /// The user part, unescaped: a number or an account.
    pub user: String,
    /// Host (and port) part as written, lower case.
    pub host: String,
}

/// A new incoming call.
#[derive(Clone, Debug)]
pub struct Invite {
    pub flow: Flow,
    pub call_id: String,
    /// From tag: with `call_id` the key of the intake.
    pub from_tag: String,
    /// The Request-URI's user: the number dialled.
    pub dialled: String,
    pub from: Party,
    pub to: Party,
    /// P-Asserted-Identity (RFC 3325), in its order; trust is the application's decision.
    pub asserted: Vec<Party>,
    /// Remote-Party-ID of the calling party, its older form, which many gateways still send.
    pub remote_party: Vec<Party>,
    /// Privacy: id (RFC 3323), or a Remote-Party-ID that says so.
    pub private: bool,
    /// Credentials of an Authorization/Proxy-Authorization header if present.
    pub credentials: Option<auth::Credentials>,
    /// The SDP offer; None: delayed offer, we must offer in the answer.
    pub offer: Option<Body>,
    /// Other headers the application may want, names lower case (X- headers, User-Agent, Alert-Info).
    pub headers: Vec<(String, String)>,
}

/// What the application asks to send as a new call.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub flow: Flow,
    /// Request-URI (usually a registered Contact).
    pub target: String,
    /// Route set to preload (Path of the registration), outermost first.
    pub route: Vec<String>,
    pub from: Party,
    pub to: Party,
    pub body: Option<Body>,
    /// Extra headers, name and value as to be written (values are checked for CR and LF).
    pub headers: Vec<(String, String)>,
    /// Give up ringing after this long (CANCEL, then `Ended` with `Cause::Timeout`).
    pub ring_max: Duration,
}

/// Why a session is over. Given exactly once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// BYE from the peer (after an answer).
    Bye,
    /// CANCEL from the peer (before an answer).
    Cancelled,
    /// The peer refused our INVITE with this final code.
    Refused { code: u16, reason: String },
    /// No final answer, no ACK, or session timer ran out (RFC 4028).
    Timeout,
    /// The transport or the peer is gone.
    Unreachable,
    /// We ended or refused it.
    Local,
}

/// A REGISTER that waits for `register_ok`, `challenge` or `refuse_request`.
#[derive(Clone, Debug)]
pub struct Register {
    pub flow: Flow,
    /// User part of To: the address of record.
    pub user: String,
    pub credentials: Option<auth::Credentials>,
    /// Contacts to bind; empty and `remove_all` for `Contact: *` with Expires 0; empty alone: a query.
    pub contacts: Vec<Contact>,
    pub remove_all: bool,
    pub user_agent: String,
    pub call_id: String,
    pub cseq: u32,
    /// Path headers (RFC 3327), outermost first.
    pub path: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The URI as written, without angle brackets.
    pub uri: String,
    /// Seconds; 0 removes the binding.
    pub expires: u32,
    /// `+sip.instance` (RFC 5626) without quotes and brackets.
    pub instance: Option<String>,
    pub reg_id: Option<u32>,
}

#[derive(Clone, Debug)]
pub enum Event {
    /// A new call. 100 Trying is already out. Answer with `ring`, `answer`, `refuse` or `end`.
    Invited { session: SessionId, invite: Box<Invite> },
    /// An INVITE of a trunk that would have been a new call broke a rule, and is answered with this code (or could not be answered at
    /// all). Of `invite` there is what could be read. A copy of it may be told of again, with the same `cseq`.
    TurnedAway { invite: Box<Invite>, cseq: u32, code: u16 },
    /// A provisional response (180, 183 ...) to our INVITE.
    Progress { session: SessionId, code: u16, body: Option<Body> },
    /// Our INVITE got its 2xx. The ACK is out (for an offerless INVITE it waits for `ack_body`).
    Answered { session: SessionId, body: Option<Body> },
    /// The ACK for our 2xx came; `body` if it held the answer to our delayed offer.
    Confirmed { session: SessionId, body: Option<Body> },
    /// re-INVITE or UPDATE with (or, `None`, asking for) an offer: reply with `reply_offer` or `refuse_offer`.
    Offered { session: SessionId, body: Option<Body> },
    /// The peer's answer to our `offer`.
    OfferAnswered { session: SessionId, body: Option<Body> },
    /// The peer refused our `offer` (after one retry on 491); the session goes on as it was.
    OfferRefused { session: SessionId, code: u16 },
    /// INFO inside the dialog (already answered 200).
    Info { session: SessionId, body: Body },
    /// REFER inside the dialog (RFC 3515), already answered 202; report with `refer_progress`.
    Referred { session: SessionId, to: Party, target: String },
    /// The session is over. The last event of it.
    Ended { session: SessionId, cause: Cause },
    /// A REGISTER arrived.
    Registering { request: RequestId, register: Box<Register> },
    /// The registrar took our REGISTER (first, or a refresh the stack sent by itself); `expires` is what it granted.
    Registered { registration: RegistrationId, expires: Duration },
    /// The registrar refused our REGISTER, or did not answer (408). Nothing is tried again by itself.
    RegisterFailed { registration: RegistrationId, code: u16 },
    /// A stream or WebSocket connection closed: registrations made over it are gone.
    FlowLost { flow: Flow },
    /// A peer broke the rules and was answered or dropped; for counters and the debug log.
    Fault { flow: Flow, code: u16, what: &'static str },
}

/// What the stack says about itself and how long it lets things take.
#[derive(Clone, Debug)]
pub struct Config {
    /// Host (and port) for Via and Contact per transport kind: UDP and TCP.
    pub udp: Option<SocketAddr>,
    pub tcp: Option<SocketAddr>,
    pub tls: Option<SocketAddr>,
    /// Realm of our challenges.
    pub realm: String,
    /// Server / User-Agent.
    pub product: String,
    /// Session-Expires we ask for (RFC 4028); None: do not.
    pub session_expires: Option<Duration>,
    /// Largest number of transactions and sessions held; beyond: 503 to new INVITEs, silence to strangers.
    pub transactions_max: usize,
    pub sessions_max: usize,
    /// What a peer is that nobody named: `Stranger` for a server, `Device` for a user agent that anybody may call.
    pub unknown: Peer,
}
