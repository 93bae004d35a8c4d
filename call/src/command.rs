//! What someone asked (REST, softphone, supervisor). The asker's rights were checked in `src/http/access.rs`.

use crate::row::Row;
use crate::{AgentId, CallId};

#[derive(Clone, Debug)]
pub enum Command {
    /// The agent asks for a status (Ready, Paused, Away).
    Status {
        agent: AgentId,
        asked: acd::StatusChange,
    },
    /// The disposition was given: wrap-up of this call is complete.
    Wrapped {
        agent: AgentId,
        call: CallId,
    },
    Hold {
        call: CallId,
        agent: AgentId,
    },
    Resume {
        call: CallId,
        agent: AgentId,
    },
    /// Blind transfer.
    Transfer {
        call: CallId,
        agent: AgentId,
        to: Target,
    },
    Hangup {
        call: CallId,
    },
    /// All rows now.
    Board,
    /// A synthetic fault for tests of isolation: the next step of this call panics. Refused unless the plan's policy allows (debug builds).
    Crash {
        call: CallId,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Agent(AgentId),
    Queue(String),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    Done,
    Board(Vec<Row>),
}

/// Why not. One function in `src/http/problem.rs` turns it into a problem document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    NoSuchCall,
    NoSuchAgent,
    NoSuchQueue,
    /// The call is not in a stage that allows it.
    WrongStage,
    /// The agent is not the one on this call.
    NotYours,
    /// No registered device or browser: the agent cannot be ready.
    NoDevice,
    /// The target agent is not ready.
    TargetBusy,
    /// The node is stopping or has too much to do to take a command now.
    Unavailable,
}
