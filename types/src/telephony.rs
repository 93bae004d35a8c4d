//! The words of telephony that are in the database and in the API as well.

crate::words! {
    /// Who called whom.
    #[derive(Default)]
    pub enum Direction {
        #[default]
        Inbound = "inbound",
        Outbound = "outbound",
    }

    /// What a leg is in its call for.
    pub enum Purpose {
        Caller = "caller",
        Agent = "agent",
        /// A colleague whom the agent asks before a transfer.
        Consulted = "consulted",
        /// A supervisor who listens.
        Supervisor = "supervisor",
        /// One more in a conference.
        Participant = "participant",
        /// Whom we phoned.
        Outgoing = "outgoing",
    }

    /// Who ended a call.
    pub enum Side {
        Caller = "caller",
        Agent = "agent",
        /// We: the flow, a supervisor, a limit.
        System = "system",
    }

    /// How a call ended.
    pub enum Outcome {
        /// An agent talked with the caller.
        Completed = "completed",
        /// The IVR served the caller (status heard).
        SelfServed = "self_served",
        /// Gone before any queue, more than 5 s after the arrival: a callback task.
        AbandonedIvr = "abandoned_ivr",
        /// Gone before any queue, within 5 s of the arrival: no callback.
        ShortIvr = "short_ivr",
        /// Hung up while waiting or ringing an agent: a callback task.
        AbandonedQueue = "abandoned_queue",
        /// Refused before an answer (no such number, no common codec, overload).
        Rejected = "rejected",
        /// The caller's or our network vanished mid-call.
        Broken = "broken",
        /// This node died while the call was up (written at the next start).
        NodeLost = "node_lost",
        /// A bug ended this call.
        Crashed = "crashed",
    }
}
