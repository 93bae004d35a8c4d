//! The crate's one entrance.

use crate::{AgentId, CallId, Command, Event, Plan, Refusal, Reply, Row};
use bytes::Bytes;
use sip::Flow;
use std::sync::Arc;
use std::time::Instant;

/// What comes in.
#[derive(Debug)]
pub enum Input {
    Sip(sip::Input),
    /// From the media engine of this index.
    Media { engine: usize, event: media::Event },
    /// Everything recorded up to this sequence number is on disk.
    Durable { sequence: u64 },
    /// The answer to `Output::Ask`; `None`: the world did not answer.
    Told { call: CallId, told: Option<Vec<ivr::Spoken>> },
    Open { call: CallId, open: bool },
    /// A WebSocket opened on /sip. `agent`: the logged-in dispatcher (its cookie was checked), None: the /call page.
    FlowOpened { flow: Flow, agent: Option<AgentId> },
    Command { ticket: u64, command: Command },
    Plan(Arc<Plan>),
}

/// What must go out.
#[derive(Debug)]
pub enum Output {
    Transmit { flow: Flow, bytes: Bytes },
    Close { flow: Flow },
    Media { engine: usize, command: media::Command },
    /// To the journal, in order.
    Record(Event),
    /// Ask the world for the caller's tickets; `from` is the caller's number.
    Ask { call: CallId, from: Option<String>, question: ivr::Question },
    Row(Row),
    Replied { ticket: u64, reply: Result<Reply, Refusal> },
    /// Counted and logged at debug level.
    Fault { flow: Flow, code: u16, what: &'static str },
}

/// How a node is made.
pub struct Setup {
    pub name: String,
    pub seed: [u8; 32],
    /// Unix milliseconds at `now`: the one anchor to the wall clock.
    pub wall_ms: i64,
    pub sip: sip::Config,
    pub engines: usize,
    pub plan: Arc<Plan>,
}

/// Switch and floor of this node.
pub struct Node;

#[allow(unused_variables)]
impl Node {
    pub fn new(now: Instant, setup: Setup) -> Node { todo!() }
    pub fn handle(&mut self, now: Instant, input: Input) { todo!() }
    pub fn tick(&mut self, now: Instant) { todo!() }
    pub fn poll(&mut self) -> Option<Output> { todo!() }
    pub fn timeout(&self) -> Option<Instant> { todo!() }
    /// Calls living here.
    pub fn calls(&self) -> usize { todo!() }
}
