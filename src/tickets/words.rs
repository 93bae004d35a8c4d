//! Words of tickets that the rules do not ask about.

use super::rules::CommandWord;

types::words! {
    /// How a ticket came.
    #[derive(Default)]
    pub enum TicketSource {
        Call = "call",
        #[default]
        Manual = "manual",
        App = "app",
        Import = "import",
    }

    /// What a call has to do with a ticket.
    #[derive(Default)]
    pub enum LinkKind {
        CreatedIn = "created_in",
        #[default]
        Mentioned = "mentioned",
        About = "about",
        CallbackFor = "callback_for",
    }

    /// Who may read a comment.
    pub enum Visibility {
        Internal = "internal",
        Client = "client",
    }

    /// What happened to a ticket; each is described in docs/events.md.
    pub enum TicketEventKind {
        /// By the answer of a call.
        Opened = "opened",
        Registered = "registered",
        /// One that a call opened got its fields.
        Completed = "completed",
        Changed = "changed",
        Commented = "commented",
        CallLinked = "call_linked",
        CallUnlinked = "call_unlinked",
        /// Another was merged into this one.
        MergedHere = "merged_here",
        ClockBreached = "clock_breached",
        /// The outcome of the call that opened it: a consultation, which is closed with its text.
        Consulted = "consulted",
        /// The outcome of the call that opened it: no request.
        NoRequest = "no_request",
        Assign = "assign",
        Accept = "accept",
        Decline = "decline",
        Start = "start",
        Localize = "localize",
        Tell = "tell",
        Hold = "hold",
        Resume = "resume",
        Finish = "finish",
        Confirm = "confirm",
        Reopen = "reopen",
        Reject = "reject",
        Cancel = "cancel",
        Merge = "merge",
    }
}

impl From<CommandWord> for TicketEventKind {
    /// A command that succeeded is an event of the same word.
    fn from(command: CommandWord) -> TicketEventKind {
        match command {
            CommandWord::Assign => TicketEventKind::Assign,
            CommandWord::Accept => TicketEventKind::Accept,
            CommandWord::Decline => TicketEventKind::Decline,
            CommandWord::Start => TicketEventKind::Start,
            CommandWord::Localize => TicketEventKind::Localize,
            CommandWord::Tell => TicketEventKind::Tell,
            CommandWord::Hold => TicketEventKind::Hold,
            CommandWord::Resume => TicketEventKind::Resume,
            CommandWord::Finish => TicketEventKind::Finish,
            CommandWord::Confirm => TicketEventKind::Confirm,
            CommandWord::Reopen => TicketEventKind::Reopen,
            CommandWord::Reject => TicketEventKind::Reject,
            CommandWord::Cancel => TicketEventKind::Cancel,
            CommandWord::Merge => TicketEventKind::Merge,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_and_its_event_have_one_word() {
        for command in CommandWord::ALL {
            assert_eq!(TicketEventKind::from(*command).word(), command.word());
        }
    }
}
