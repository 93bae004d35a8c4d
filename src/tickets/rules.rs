//! What may happen to a ticket: the state machine, as a pure function.
//!
//! ```text
//!             ┌──────────── reopen ─────────────────────────────┐
//! new ─assign→ assigned ─accept→ accepted ─start→ in_progress ─finish→ done ─confirm→ closed
//!  │              │  └decline→ new      │            │   ▲                 │
//!  │              └──────────────start──┘            ▼   │ resume          └─ reopen → assigned
//!  ├─reject→ rejected                              on_hold
//!  ├─cancel→ cancelled        (any open ticket)
//!  └─merge→ merged            (any open ticket)
//! ```
//! An illegal command is an error, never a silent nothing.

use chrono::{DateTime, TimeDelta, Utc};
use types::{BuildingId, PersonId, TicketId};

/// A ticket cannot wait longer than this.
pub const HOLD_DAYS_MAX: i64 = 365;
/// A closed ticket can be reopened this long; later a new one is registered.
pub const REOPEN_DAYS: i64 = 30;
/// A finished ticket that nobody confirms closes by itself.
pub const CONFIRM_DAYS: i64 = 7;
/// Device clocks may be ahead of ours by this much.
pub const AHEAD_SECONDS: i64 = 60;

types::words! {
    pub enum TicketState {
        New = "new",
        Assigned = "assigned",
        Accepted = "accepted",
        InProgress = "in_progress",
        OnHold = "on_hold",
        Done = "done",
        Closed = "closed",
        Rejected = "rejected",
        Cancelled = "cancelled",
        Merged = "merged",
    }

    pub enum TicketKind {
        Emergency = "emergency",
        Service = "service",
        PaidService = "paid_service",
        Appeal = "appeal",
        Complaint = "complaint",
        InfoRequest = "info_request",
        PassRequest = "pass_request",
        UtilityQuality = "utility_quality",
        Internal = "internal",
    }

    /// What can be asked of a ticket.
    pub enum CommandWord {
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

    /// What a clock measures the time to.
    pub enum ClockCode {
        /// The damage is contained.
        Localize = "localize",
        /// The applicant was told the planned terms.
        Told = "told",
        /// The quality of a utility was checked on the spot.
        Check = "check",
        Done = "done",
        /// The executor accepted.
        Accept = "accept",
    }

    pub enum HoldReason {
        NoAccess = "no_access",
        ClientAsked = "client_asked",
        Parts = "parts",
        Contractor = "contractor",
        /// The utility company.
        Rso = "rso",
        Weather = "weather",
        OwnerConsent = "owner_consent",
    }
}

impl TicketState {
    /// There is still work to do.
    pub fn open(self) -> bool {
        matches!(
            self,
            TicketState::New
                | TicketState::Assigned
                | TicketState::Accepted
                | TicketState::InProgress
                | TicketState::OnHold
        )
    }
}

impl TicketKind {
    /// Work that a technician can take, rather than an answer that the office writes.
    pub fn for_hands(self) -> bool {
        matches!(
            self,
            TicketKind::Emergency | TicketKind::Service | TicketKind::PaidService | TicketKind::UtilityQuality
        )
    }
}

/// What is asked, parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Assign {
        executor: PersonId,
    },
    Accept,
    Decline {
        reason: String,
    },
    Start,
    /// The damage is contained (N4).
    Localize,
    /// The applicant was told the planned terms (N9).
    Tell,
    Hold {
        reason: HoldReason,
        until: DateTime<Utc>,
    },
    Resume,
    Finish,
    Confirm,
    Reopen {
        reason: String,
    },
    Reject {
        reason: String,
    },
    Cancel {
        reason: String,
    },
    Merge {
        into: TicketId,
    },
}

impl Command {
    pub fn word(&self) -> CommandWord {
        match self {
            Command::Assign { .. } => CommandWord::Assign,
            Command::Accept => CommandWord::Accept,
            Command::Decline { .. } => CommandWord::Decline,
            Command::Start => CommandWord::Start,
            Command::Localize => CommandWord::Localize,
            Command::Tell => CommandWord::Tell,
            Command::Hold { .. } => CommandWord::Hold,
            Command::Resume => CommandWord::Resume,
            Command::Finish => CommandWord::Finish,
            Command::Confirm => CommandWord::Confirm,
            Command::Reopen { .. } => CommandWord::Reopen,
            Command::Reject { .. } => CommandWord::Reject,
            Command::Cancel { .. } => CommandWord::Cancel,
            Command::Merge { .. } => CommandWord::Merge,
        }
    }
}

/// The part of a ticket that decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub id: TicketId,
    pub state: TicketState,
    pub kind: TicketKind,
    /// It is one, or was registered or changed as one: a new kind does not make it less of one.
    pub emergency: bool,
    pub executor: Option<PersonId>,
    pub building: Option<BuildingId>,
    /// Where `resume` returns to.
    pub hold_from: Option<TicketState>,
    pub closed_at: Option<DateTime<Utc>>,
}

/// Who commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// None: nobody, a rule or a clock.
    pub person: Option<PersonId>,
    /// May act for the executor (a dispatcher on the phone with a technician).
    pub for_others: bool,
    /// May reject an emergency.
    pub rejects_emergencies: bool,
}

/// The ticket that another is merged into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Master {
    pub id: TicketId,
    pub state: TicketState,
    pub emergency: bool,
    pub building: Option<BuildingId>,
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Not in this state.
    Illegal,
    NotTheExecutor,
    NoReason,
    /// The hold ends in the past or too far away.
    BadUntil,
    NeedsSupervisor,
    /// Only an emergency is localised.
    NotAnEmergency,
    TooLateToReopen,
    /// Into itself, into a finished one, into another building's, or into none.
    BadMaster,
}

/// What follows from an allowed command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub to: TicketState,
    pub executor: Option<PersonId>,
    /// Clocks that stop.
    pub stops: &'static [ClockCode],
    /// The clock of acceptance starts.
    pub starts_accept: bool,
    /// Internal clocks pause or go on.
    pub pause: Pause,
    pub reopened: bool,
    pub declined: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    No,
    Begin,
    End,
}

/// The state machine.
pub fn apply(
    t: &Facts,
    command: &Command,
    actor: Actor,
    master: Option<Master>,
    now: DateTime<Utc>,
) -> Result<Change, Refused> {
    match command {
        Command::Confirm
        | Command::Reopen { .. }
        | Command::Reject { .. }
        | Command::Cancel { .. }
        | Command::Merge { .. } => end(t, command, actor, master, now),
        _ => work(t, command, actor, now),
    }
}

/// Nothing but a new state.
fn to(t: &Facts, to: TicketState) -> Change {
    Change {
        to,
        executor: t.executor,
        stops: &[],
        starts_accept: false,
        pause: Pause::No,
        reopened: false,
        declined: false,
    }
}

fn said(reason: &str) -> Result<(), Refused> {
    if reason.trim().is_empty() { Err(Refused::NoReason) } else { Ok(()) }
}

/// Commands of the work itself.
fn work(t: &Facts, command: &Command, actor: Actor, now: DateTime<Utc>) -> Result<Change, Refused> {
    use TicketState::*;
    let own = || {
        if actor.for_others || (t.executor.is_some() && t.executor == actor.person) {
            Ok(())
        } else {
            Err(Refused::NotTheExecutor)
        }
    };
    match (command, t.state) {
        (Command::Assign { executor }, New | Assigned | Accepted) => {
            if !actor.for_others && Some(*executor) != actor.person {
                return Err(Refused::NotTheExecutor);
            }
            // who has it already has it: the time to accept does not begin again
            if t.executor == Some(*executor) && t.state != New {
                return Ok(to(t, t.state));
            }
            Ok(Change { executor: Some(*executor), starts_accept: true, ..to(t, Assigned) })
        }
        (Command::Accept, Assigned) => own().map(|()| Change { stops: &[ClockCode::Accept], ..to(t, Accepted) }),
        (Command::Decline { reason }, Assigned) => {
            own()?;
            said(reason)?;
            Ok(Change { executor: None, stops: &[ClockCode::Accept], declined: true, ..to(t, New) })
        }
        (Command::Start, Assigned | Accepted) => {
            own().map(|()| Change { stops: &[ClockCode::Accept, ClockCode::Check], ..to(t, InProgress) })
        }
        (Command::Localize, InProgress) => {
            own()?;
            if t.kind != TicketKind::Emergency {
                return Err(Refused::NotAnEmergency);
            }
            Ok(Change { stops: &[ClockCode::Localize], ..to(t, InProgress) })
        }
        (Command::Tell, state) if state.open() => Ok(Change { stops: &[ClockCode::Told], ..to(t, state) }),
        (Command::Hold { until, .. }, Assigned | Accepted | InProgress) => {
            own()?;
            if *until <= now || *until > now + TimeDelta::days(HOLD_DAYS_MAX) {
                return Err(Refused::BadUntil);
            }
            Ok(Change { pause: Pause::Begin, ..to(t, OnHold) })
        }
        (Command::Resume, OnHold) => {
            own()?;
            let back = match (t.executor, t.hold_from) {
                (None, _) => New,
                (Some(_), Some(InProgress)) => InProgress,
                _ => Assigned,
            };
            Ok(Change { pause: Pause::End, ..to(t, back) })
        }
        (Command::Finish, InProgress) => own().map(|()| Change { stops: ClockCode::ALL, ..to(t, Done) }),
        _ => Err(Refused::Illegal),
    }
}

/// Commands that end a ticket, or open it again.
fn end(
    t: &Facts,
    command: &Command,
    actor: Actor,
    master: Option<Master>,
    now: DateTime<Utc>,
) -> Result<Change, Refused> {
    use TicketState::*;
    // Leaving a hold for good ends the pause as well, so that the clocks stop with their true remainder.
    let pause = if t.state == OnHold { Pause::End } else { Pause::No };
    match (command, t.state) {
        (Command::Confirm, Done) => Ok(to(t, Closed)),
        (Command::Reopen { reason }, Done | Closed) => {
            said(reason)?;
            if t.state == Closed && t.closed_at.is_some_and(|at| now > at + TimeDelta::days(REOPEN_DAYS)) {
                return Err(Refused::TooLateToReopen);
            }
            Ok(Change { reopened: true, ..to(t, if t.executor.is_some() { Assigned } else { New }) })
        }
        (Command::Reject { reason }, New | Assigned) => {
            said(reason)?;
            if t.emergency && !actor.rejects_emergencies {
                return Err(Refused::NeedsSupervisor);
            }
            Ok(Change { stops: ClockCode::ALL, ..to(t, Rejected) })
        }
        (Command::Cancel { reason }, state) if state.open() => {
            said(reason)?;
            Ok(Change { stops: ClockCode::ALL, pause, ..to(t, Cancelled) })
        }
        (Command::Merge { into }, state) if state.open() => match master {
            // among other work it would be as good as rejected
            Some(m) if m.id == *into && t.emergency && !m.emergency && !actor.rejects_emergencies => {
                Err(Refused::NeedsSupervisor)
            }
            Some(m)
                if m.id == *into
                    && m.id != t.id
                    && (m.state.open() || m.state == Done)
                    && same(m.building, t.building) =>
            {
                Ok(Change { stops: ClockCode::ALL, pause, ..to(t, Merged) })
            }
            _ => Err(Refused::BadMaster),
        },
        _ => Err(Refused::Illegal),
    }
}

/// A ticket whose building is not known yet can be merged into any.
fn same(a: Option<BuildingId>, b: Option<BuildingId>) -> bool {
    a == b || a.is_none() || b.is_none()
}

/// When a thing is said to have happened, made plausible: not in the future, not before `not_before`. True: it was bent.
pub fn occurred(
    claimed: Option<DateTime<Utc>>,
    not_before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> (DateTime<Utc>, bool) {
    let Some(claimed) = claimed else {
        return (now, false);
    };
    let latest = now + TimeDelta::seconds(AHEAD_SECONDS);
    let at = claimed.clamp(not_before.min(now), latest).min(now.max(not_before));
    (at, claimed < not_before || claimed > latest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use TicketState::*;

    const ME: PersonId = PersonId::from_u128(1);
    const OTHER: PersonId = PersonId::from_u128(2);
    const ID: TicketId = TicketId::from_u128(9);

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
    }

    fn facts(state: TicketState) -> Facts {
        let executor = (!matches!(state, New)).then_some(ME);
        Facts {
            id: ID,
            state,
            kind: TicketKind::Service,
            emergency: false,
            executor,
            building: None,
            hold_from: None,
            closed_at: None,
        }
    }

    fn dispatcher() -> Actor {
        Actor { person: Some(OTHER), for_others: true, rejects_emergencies: false }
    }

    fn technician(person: PersonId) -> Actor {
        Actor { person: Some(person), for_others: false, rejects_emergencies: false }
    }

    fn commands() -> Vec<Command> {
        let reason = || "because".to_owned();
        vec![
            Command::Assign { executor: ME },
            Command::Accept,
            Command::Decline { reason: reason() },
            Command::Start,
            Command::Localize,
            Command::Tell,
            Command::Hold { reason: HoldReason::Parts, until: now() + TimeDelta::days(1) },
            Command::Resume,
            Command::Finish,
            Command::Confirm,
            Command::Reopen { reason: reason() },
            Command::Reject { reason: reason() },
            Command::Cancel { reason: reason() },
            Command::Merge { into: TicketId::from_u128(8) },
        ]
    }

    /// Every state against every command: the whole drawing.
    #[test]
    fn the_whole_table() {
        let master = Some(Master { id: TicketId::from_u128(8), state: New, emergency: true, building: None });
        let allowed: &[(TicketState, &[(&str, TicketState)])] = &[
            (
                New,
                &[("assign", Assigned), ("tell", New), ("reject", Rejected), ("cancel", Cancelled), ("merge", Merged)],
            ),
            (
                Assigned,
                &[
                    ("assign", Assigned),
                    ("accept", Accepted),
                    ("decline", New),
                    ("start", InProgress),
                    ("tell", Assigned),
                    ("hold", OnHold),
                    ("reject", Rejected),
                    ("cancel", Cancelled),
                    ("merge", Merged),
                ],
            ),
            (
                Accepted,
                &[
                    // to who has it already
                    ("assign", Accepted),
                    ("start", InProgress),
                    ("tell", Accepted),
                    ("hold", OnHold),
                    ("cancel", Cancelled),
                    ("merge", Merged),
                ],
            ),
            (
                InProgress,
                &[
                    ("localize", InProgress),
                    ("tell", InProgress),
                    ("hold", OnHold),
                    ("finish", Done),
                    ("cancel", Cancelled),
                    ("merge", Merged),
                ],
            ),
            (OnHold, &[("tell", OnHold), ("resume", Assigned), ("cancel", Cancelled), ("merge", Merged)]),
            (Done, &[("confirm", Closed), ("reopen", Assigned)]),
            (Closed, &[("reopen", Assigned)]),
            (Rejected, &[]),
            (Cancelled, &[]),
            (Merged, &[]),
        ];
        assert_eq!(allowed.len(), TicketState::ALL.len());
        for (state, edges) in allowed {
            for command in commands() {
                let t = Facts { kind: TicketKind::Emergency, emergency: true, ..facts(*state) };
                let actor = Actor { rejects_emergencies: true, ..dispatcher() };
                let expect = edges.iter().find(|(word, _)| *word == command.word().word()).map(|(_, to)| *to);
                let got = apply(&t, &command, actor, master, now());
                assert_eq!(got.as_ref().ok().map(|c| c.to), expect, "{state:?} {} {got:?}", command.word());
                if expect.is_none() {
                    assert_eq!(got, Err(Refused::Illegal));
                }
            }
        }
    }

    #[test]
    fn guards() {
        let check = |t: Facts, c: Command, a: Actor| apply(&t, &c, a, None, now()).err();
        let hold = |days| Command::Hold { reason: HoldReason::Parts, until: now() + TimeDelta::days(days) };
        assert_eq!(check(facts(Assigned), Command::Accept, technician(OTHER)), Some(Refused::NotTheExecutor));
        assert_eq!(check(facts(Assigned), Command::Accept, technician(ME)), None);
        assert_eq!(
            check(facts(New), Command::Assign { executor: OTHER }, technician(ME)),
            Some(Refused::NotTheExecutor)
        );
        assert_eq!(check(facts(New), Command::Assign { executor: ME }, technician(ME)), None);
        assert_eq!(
            check(facts(Assigned), Command::Decline { reason: " ".into() }, dispatcher()),
            Some(Refused::NoReason)
        );
        assert_eq!(check(facts(InProgress), hold(0), dispatcher()), Some(Refused::BadUntil));
        assert_eq!(check(facts(InProgress), hold(366), dispatcher()), Some(Refused::BadUntil));
        assert_eq!(check(facts(InProgress), hold(365), dispatcher()), None);
        assert_eq!(check(facts(InProgress), Command::Localize, dispatcher()), Some(Refused::NotAnEmergency));
        let emergency = Facts { kind: TicketKind::Emergency, emergency: true, ..facts(New) };
        assert_eq!(
            check(emergency, Command::Reject { reason: "x".into() }, dispatcher()),
            Some(Refused::NeedsSupervisor)
        );
        let again = apply(&facts(Accepted), &Command::Assign { executor: ME }, dispatcher(), None, now());
        assert_eq!(again.map(|c| (c.to, c.starts_accept)), Ok((Accepted, false)), "the same person twice");
        let another = apply(&facts(Accepted), &Command::Assign { executor: OTHER }, dispatcher(), None, now());
        assert_eq!(another.map(|c| (c.to, c.starts_accept)), Ok((Assigned, true)));
        let reopen = || Command::Reopen { reason: "leaks again".into() };
        let closed = |days| Facts { closed_at: Some(now() - TimeDelta::days(days)), ..facts(Closed) };
        assert_eq!(check(closed(30), reopen(), dispatcher()), None);
        assert_eq!(check(closed(31), reopen(), dispatcher()), Some(Refused::TooLateToReopen));
    }

    #[test]
    fn resume_returns_to_where_it_was() {
        for (executor, from, expect) in [
            (Some(ME), Some(InProgress), InProgress),
            (Some(ME), Some(Accepted), Assigned),
            (None, Some(InProgress), New),
        ] {
            let t = Facts { executor, hold_from: from, ..facts(OnHold) };
            assert_eq!(apply(&t, &Command::Resume, dispatcher(), None, now()).map(|c| c.to), Ok(expect));
        }
    }

    #[test]
    fn merging() {
        let (b1, b2) = (Some(BuildingId::from_u128(11)), Some(BuildingId::from_u128(12)));
        let t = Facts { building: b1, ..facts(New) };
        let merge = |m: Master| apply(&t, &Command::Merge { into: m.id }, dispatcher(), Some(m), now()).is_ok();
        let master = Master { id: TicketId::from_u128(8), state: InProgress, emergency: false, building: b1 };
        assert!(merge(master));
        assert!(!merge(Master { building: b2, ..master }));
        assert!(!merge(Master { state: Merged, ..master }));
        assert!(!merge(Master { id: ID, ..master }));
        assert!(apply(&t, &Command::Merge { into: TicketId::from_u128(8) }, dispatcher(), None, now()).is_err());
        let emergency = Facts { emergency: true, ..t };
        let merge = |m: Master| apply(&emergency, &Command::Merge { into: m.id }, dispatcher(), Some(m), now()).err();
        assert_eq!(merge(master), Some(Refused::NeedsSupervisor), "it would be rejected by another name");
        assert_eq!(merge(Master { emergency: true, ..master }), None);
    }

    #[test]
    fn times_of_devices() {
        let n = now();
        let start = n - TimeDelta::hours(2);
        let h = |hours: i64| n + TimeDelta::hours(hours);
        for (claimed, expect) in [
            (None, (n, false)),
            (Some(h(-1)), (h(-1), false)),
            (Some(h(-3)), (start, true)),
            (Some(h(1)), (n, true)),
            (Some(n + TimeDelta::seconds(30)), (n, false)),
        ] {
            assert_eq!(occurred(claimed, start, n), expect);
        }
    }
}
