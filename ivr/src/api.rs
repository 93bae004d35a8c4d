//! The border of this crate: plain data.

types::words! {
    /// The language a caller hears.
    pub enum Locale {
        Ru = "ru",
        En = "en",
    }
}

/// The name of one recorded clip without locale and ending, e.g. `greet`, `n-21`, `status-in_progress`;
/// the file is `config/prompts/<locale>/<name>.wav`.
pub type ClipName = String;

/// What a Run asks of the application. `Say` clips are already in the order to be played, for the locale given.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Play these clips now (replacing what plays). -> `Input::Played`.
    Say { locale: Locale, clips: Vec<ClipName> },
    /// Stop playing: the caller pressed a key.
    StopPlaying,
    /// Ask about the caller's tickets. -> `Input::Tickets` or `Input::Unknown` (no answer in 2 s).
    Ask(Question),
    /// Leave the flow for this queue; the last step.
    Queue { queue: String, locale: Locale, priority: i64 },
    /// The caller was served (status heard); hang up after this; the last step.
    HangUp { disposition: &'static str },
    /// One row of the IVR trace: what was entered, with what.
    Trace { node: String, input: String },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Open tickets whose requester phone is the caller's number, newest first.
    TicketsOfCaller,
    /// The ticket of this number, if the caller may hear it (AC-I8: requester phone, or `phone_last4` matches).
    TicketByNumber { number: String, phone_last4: Option<String> },
    /// Is this number's queue open now?
    Hours { calendar: String },
}

/// A ticket as it may be spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// Digits only, at most 7.
    pub number: String,
    /// State of the ticket: new assigned accepted en_route in_progress on_hold done closed rejected cancelled merged.
    pub state: String,
    /// Registered at, in the building's time zone: (day 1-31, month 1-12, hour, minute).
    pub registered: (u8, u8, u8, u8),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The call is answered: begin.
    Start,
    /// The last `Say` came to its end.
    Played,
    /// 0-9 * #
    Digit(char),
    Tickets(Vec<Spoken>),
    /// Yes or no to `Hours`.
    Open(bool),
    /// The application did not answer; the flow says sys_deg and goes on to the queue.
    Unknown,
}

/// What is wrong with a flow file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub line: usize,
    pub what: String,
    pub remedy: String,
}
