//! What becomes of each intake. Two tellings that must agree: what the follow-ups make of the events one by one
//! (`src/feed/project.rs`, `src/tickets/follow.rs`, said again as short as it can be), and what is owed to a
//! caller for what he lived through, whatever the switch calls its outcome.

use call::event::{CallbackReason, Event, Kind, Outcome};
use call::{AgentId, CallId};
use std::collections::BTreeMap;

/// A callback is due this long after the arrival (N2).
const CALLBACK_DUE_MS: i64 = 600_000;
/// Who hangs up this soon wanted nothing.
const SHORT_MS: i64 = 5_000;
/// Stamps are whole milliseconds, and each span has two.
const ROUNDED_MS: i64 = 2;

/// What the follow-ups keep of a call's intake.
#[derive(Debug, Default)]
pub struct Intake {
    arrived_at: i64,
    dialled: String,
    from: Option<String>,
    live: bool,
    in_handling: bool,
    disposed: Option<&'static str>,
    tickets: u32,
    callbacks: Vec<Callback>,
}

#[derive(Debug)]
struct Callback {
    phone: Option<String>,
    said: Option<String>,
    reason: CallbackReason,
    due_at: i64,
    at: i64,
    merged: bool,
}

impl Intake {
    /// Somebody is to be called back: that is the work, and its end says what the intake came to.
    fn owed(&self) -> bool {
        self.callbacks.iter().any(|callback| !callback.merged)
    }

    /// On the list of those whom nobody has dealt with yet (`src/intakes/store.rs`).
    pub fn undisposed(&self) -> bool {
        self.disposed.is_none() && !self.live && !self.owed()
    }
}

/// What happened to the caller.
#[derive(Debug, Default)]
struct Experience {
    queued_at: Option<i64>,
    answered_at: Option<i64>,
    /// Who talks, since when, and since when he holds.
    talk: Option<(AgentId, i64)>,
    held_at: Option<i64>,
    talk_ms: i64,
    hold_ms: i64,
    spans: i64,
    /// A ticket was being read to him.
    told: bool,
    /// A bug of ours ended it.
    crashed: bool,
    ended: Option<(i64, Kind)>,
}

#[derive(Debug, Default)]
pub struct Ledger {
    intakes: BTreeMap<CallId, Intake>,
    lived: BTreeMap<CallId, Experience>,
}

impl Ledger {
    pub fn of<'a>(events: impl Iterator<Item = &'a Event>) -> Ledger {
        let mut ledger = Ledger::default();
        for event in events {
            if let Some(call) = event.call {
                ledger.follow(call, event);
                ledger.lived.entry(call).or_default().see(event.at, &event.kind);
            }
        }
        ledger
    }

    pub fn undisposed(&self) -> usize {
        self.intakes.values().filter(|intake| intake.undisposed()).count()
    }

    fn follow(&mut self, call: CallId, event: &Event) {
        if let Kind::Answered { .. } = &event.kind {
            self.merge(call);
        }
        let intake = self.intakes.entry(call).or_default();
        match &event.kind {
            Kind::Arrived { from, dialled, .. } => {
                let (from, dialled) = (from.clone(), dialled.clone());
                *intake = Intake { arrived_at: event.at, from, dialled, live: true, ..Intake::default() };
            }
            Kind::Answered { .. } => {
                // The first answer opens the call's ticket; later ones find it.
                intake.tickets += u32::from(!intake.in_handling);
                intake.in_handling = true;
            }
            Kind::CallbackDue { phone, reason, due_at, .. } => intake.callbacks.push(Callback {
                // The follower takes the call's number, whatever the event says.
                phone: intake.from.clone(),
                said: phone.clone(),
                reason: *reason,
                due_at: *due_at,
                at: event.at,
                merged: false,
            }),
            Kind::Ended { outcome, code, .. } => {
                intake.live = false;
                let disposed = match outcome {
                    Outcome::SelfServed => Some("self_service_done"),
                    Outcome::ShortIvr => Some("silent"),
                    Outcome::Rejected if *code == 404 => Some("wrong_number"),
                    _ => None,
                };
                intake.disposed = intake.disposed.or(disposed);
            }
            _ => {}
        }
    }

    /// The caller was answered: what was owed to this number is settled, and what they had waited with
    /// is spoken of under the newer intake.
    fn merge(&mut self, call: CallId) {
        let Some(from) = self.intakes.get(&call).and_then(|intake| intake.from.clone()) else {
            return;
        };
        for intake in self.intakes.values_mut() {
            let open = |callback: &&mut Callback| !callback.merged && callback.phone.as_ref() == Some(&from);
            let merged = intake.callbacks.iter_mut().filter(open).map(|callback| callback.merged = true).count();
            if merged > 0 {
                intake.disposed.get_or_insert("duplicate");
            }
        }
    }

    /// What is wrong with the first call of which something is.
    pub fn judge(&self, known: impl Fn(&str) -> bool) -> Result<(), String> {
        for (call, intake) in &self.intakes {
            let lived = &self.lived[call];
            let said = lived.fate(intake, known(&intake.dialled)).and_then(|fate| intake.meets(&fate));
            said.and_then(|()| lived.adds_up())
                .map_err(|what| format!("call {call}: {what}\n{intake:?}\n{lived:?}"))?;
        }
        self.nobody_is_called_twice()
    }

    /// A callback still open after its caller was answered again would be a call to somebody who was served.
    fn nobody_is_called_twice(&self) -> Result<(), String> {
        for (call, intake) in &self.intakes {
            for callback in intake.callbacks.iter().filter(|callback| !callback.merged) {
                let same = |other: &&Intake| other.from.is_some() && other.from == callback.phone;
                let answered = |other: &CallId| self.lived.get(other).and_then(|lived| lived.answered_at);
                let again = self.intakes.iter().filter(|(_, other)| same(other)).filter_map(|(id, _)| answered(id));
                if again.max().is_some_and(|at| at > callback.at) {
                    return Err(format!("call {call}: still to be called back, though answered since"));
                }
            }
        }
        Ok(())
    }
}

/// What is owed to a caller.
#[derive(Debug, Default)]
struct Fate<'a> {
    disposed: Option<&'static str>,
    callback: Option<&'a str>,
}

impl Intake {
    fn meets(&self, fate: &Fate) -> Result<(), String> {
        let called_again = fate.callback.is_some() && !self.owed();
        let disposed = if called_again { Some("duplicate") } else { fate.disposed };
        if self.disposed != disposed {
            return Err(format!("disposed as {:?} instead of {disposed:?}", self.disposed));
        }
        let places = [self.disposed.is_some(), self.undisposed(), self.owed()];
        if places.iter().filter(|here| **here).count() != 1 {
            return Err(format!("of disposed, undisposed and owed a call it is {places:?}"));
        }
        let reasons: Vec<&str> = self.callbacks.iter().map(|callback| callback.reason.word()).collect();
        if reasons != Vec::from_iter(fate.callback) {
            return Err(format!("called back for {reasons:?} instead of {:?}", fate.callback));
        }
        for callback in &self.callbacks {
            // After a power cut the start writes it, and knows only what the disk knows.
            let lost = callback.reason == CallbackReason::NodeLost;
            if !lost && (callback.due_at != self.arrived_at + CALLBACK_DUE_MS || callback.said != self.from) {
                return Err(format!("a callback to {:?} by {}", callback.said, callback.due_at));
            }
        }
        if self.tickets != u32::from(self.in_handling) {
            return Err(format!("{} tickets", self.tickets));
        }
        Ok(())
    }
}

impl Experience {
    fn see(&mut self, at: i64, kind: &Kind) {
        match kind {
            Kind::Queued { .. } => {
                self.queued_at.get_or_insert(at);
                self.part(at);
            }
            Kind::Answered { agent, .. } => {
                self.part(at);
                self.answered_at.get_or_insert(at);
                self.talk = Some((*agent, at));
            }
            Kind::Held { .. } => self.held_at = Some(at),
            Kind::Resumed { .. } => self.unhold(at),
            Kind::LegEnded { agent: Some(agent), .. } if self.talk.is_some_and(|(talks, _)| talks == *agent) => {
                self.part(at);
            }
            Kind::Transferred { .. } => self.part(at),
            Kind::Crashed { .. } => self.crashed = true,
            Kind::Traced { node, .. } => self.told |= node == "tell",
            Kind::Ended { .. } => {
                self.part(at);
                self.ended = Some((at, kind.clone()));
            }
            _ => {}
        }
    }

    fn part(&mut self, at: i64) {
        self.unhold(at);
        if let Some((_, since)) = self.talk.take() {
            self.talk_ms += at - since;
            self.spans += 1;
        }
    }

    fn unhold(&mut self, at: i64) {
        if let Some(since) = self.held_at.take() {
            self.hold_ms += at - since;
            self.spans += 1;
        }
    }

    fn fate<'a>(&self, intake: &'a Intake, known: bool) -> Result<Fate<'a>, String> {
        let Some((at, Kind::Ended { outcome, code, .. })) = &self.ended else {
            return Err("it never ended".into());
        };
        let owed = |reason| Ok(Fate { callback: Some(reason), disposed: None });
        let disposed = |word| Ok(Fate { disposed: Some(word), callback: None });
        match outcome {
            // Or what the dead node had written already, a breath before the call's end.
            Outcome::NodeLost => {
                return owed(intake.callbacks.first().map_or("node_lost", |callback| callback.reason.word()));
            }
            Outcome::Crashed if self.crashed => return owed("crashed"),
            _ if !known => return disposed("wrong_number"),
            // Who was told to come back later, or whose phone we cannot speak with, stays on the list.
            Outcome::Rejected if *code >= 500 => return owed("refused"),
            Outcome::Rejected if *code > 0 => return Ok(Fate::default()),
            Outcome::SelfServed if self.told => return disposed("self_service_done"),
            _ => {}
        }
        match (self.answered_at, self.queued_at) {
            // Served, unless the caller was cut off; which it was, only the switch knows.
            (Some(_), _) if *outcome == Outcome::Broken => owed("broken"),
            (Some(_), _) => Ok(Fate::default()),
            (None, Some(_)) => owed("abandoned"),
            (None, None) if at - intake.arrived_at <= SHORT_MS => disposed("silent"),
            (None, None) => owed("abandoned_ivr"),
        }
    }

    /// The figures of the end are the sums of the spans.
    fn adds_up(&self) -> Result<(), String> {
        let Some((at, Kind::Ended { outcome, wait_ms, talk_ms, hold_ms, .. })) = &self.ended else {
            return Ok(());
        };
        // What a dead node or a bug cut short was closed by somebody who did not see it.
        if matches!(outcome, Outcome::NodeLost | Outcome::Crashed) {
            return Ok(());
        }
        let wait = self.queued_at.map_or(0, |since| self.answered_at.unwrap_or(*at) - since);
        let spoken = self.talk_ms - self.hold_ms;
        let said = [("wait", wait, wait_ms), ("talk", spoken, talk_ms), ("hold", self.hold_ms, hold_ms)];
        for (what, seen, said) in said {
            let said = i64::try_from(*said).unwrap_or(i64::MAX);
            if (seen - said).abs() > ROUNDED_MS * (self.spans + 1) {
                return Err(format!("{what} {said} ms, seen {seen} ms"));
            }
        }
        Ok(())
    }
}
