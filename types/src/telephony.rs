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

    /// What is happening to a live call.
    pub enum CallStage {
        Arriving = "arriving",
        Flow = "flow",
        Waiting = "waiting",
        /// An agent's device rings.
        Offered = "offered",
        Talking = "talking",
        Held = "held",
        /// The agent's device vanished and may be back.
        Returning = "returning",
    }

    /// What an agent does.
    pub enum AgentState {
        Away = "away",
        Ready = "ready",
        Offered = "offered",
        Talking = "talking",
        Wrapping = "wrapping",
        Paused = "paused",
    }

    /// Why an offer ended without an answer.
    pub enum Unanswered {
        NoAnswer = "no_answer",
        Rejected = "rejected",
        Unreachable = "unreachable",
        CallerLeft = "caller_left",
    }

    /// Why somebody is called back.
    pub enum CallbackReason {
        /// Hung up in a queue.
        Abandoned = "abandoned",
        AbandonedIvr = "abandoned_ivr",
        Broken = "broken",
        NodeLost = "node_lost",
        Crashed = "crashed",
        /// Turned away by our fault: overload, no port for sound, a full disk.
        Refused = "refused",
    }

    pub enum CallState {
        Live = "live",
        Ended = "ended",
    }

    /// How an offer to an agent ended.
    pub enum OfferResult {
        Answered = "answered",
        NoAnswer = "no_answer",
        Rejected = "rejected",
        Unreachable = "unreachable",
        CallerLeft = "caller_left",
    }

    pub enum IntakeState {
        Received = "received",
        /// Who it is from is known.
        Identified = "identified",
        InHandling = "in_handling",
        Disposed = "disposed",
    }

    /// How an intake came.
    pub enum IntakeChannel {
        Call = "call",
        Voicemail = "voicemail",
        Callback = "callback",
        App = "app",
        Portal = "portal",
        Email = "email",
        WalkIn = "walk_in",
        Paper = "paper",
    }

    /// What an intake came to.
    pub enum DispositionCode {
        TicketCreated = "ticket_created",
        TicketLinked = "ticket_linked",
        Consulted = "consulted",
        CallbackDone = "callback_done",
        Unreachable = "unreachable",
        WrongNumber = "wrong_number",
        Spam = "spam",
        Silent = "silent",
        Test = "test",
        Duplicate = "duplicate",
        /// Said by the machine only: the menu served the caller.
        SelfServiceDone = "self_service_done",
        /// Of an agent's part of a call, said by the transfer that ended it.
        Transferred = "transferred",
    }
}

impl From<Unanswered> for OfferResult {
    fn from(why: Unanswered) -> OfferResult {
        match why {
            Unanswered::NoAnswer => OfferResult::NoAnswer,
            Unanswered::Rejected => OfferResult::Rejected,
            Unanswered::Unreachable => OfferResult::Unreachable,
            Unanswered::CallerLeft => OfferResult::CallerLeft,
        }
    }
}
