//! Events into rows: calls, intakes, offers, intervals, recordings, callbacks.
//!
//! A batch is folded first: of what it begins and goes on with only the outcome is written, as a new row; what it changes
//! of earlier batches' rows is a patch. Then each table gets one statement of each kind. However a list of events is cut
//! into batches, the rows are the same (tests/api/feed).

use super::store::{self, Known};
use super::time;
use crate::db::{Result, Rows, Tx, Value, composed};
use crate::outbox::Subject;
use crate::recordings::{self, RecordingState};
use call::event::{AgentState, Event, Kind, Outcome, Side};
use chrono::{DateTime, TimeDelta, Utc};
use ivr::Locale;
use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use types::{CallId, CallState, DispositionCode, EventId, IntakeState, OfferResult, PersonId, RecordingId, phone};

/// Writes the rows of events that were not stored before.
pub async fn apply(tx: &mut Tx, events: &[&Event], changed: &mut Vec<Subject>) -> Result<()> {
    let mut batch = Batch::default();
    for event in events {
        if batch.comes_before(event) {
            std::mem::take(&mut batch).write(tx, changed).await?;
        }
        batch.take(event);
    }
    batch.write(tx, changed).await
}

/// What a batch of events amounts to.
#[derive(Default)]
struct Batch<'e> {
    arrivals: Vec<Arrival<'e>>,
    /// Of calls that arrived in earlier batches.
    calls: BTreeMap<CallId, Call<'e>>,
    traces: Vec<[Value; 5]>,
    legs: Vec<[Value; 10]>,
    offers: Vec<Offer<'e>>,
    /// (call, agent): offers of earlier batches that ended, when and how.
    offers_ended: BTreeMap<(CallId, PersonId), (DateTime<Utc>, OfferResult)>,
    parts: Vec<Part<'e>>,
    /// (call, agent): parts of earlier batches that a transfer ended, and when.
    transferred: BTreeMap<(CallId, PersonId), DateTime<Utc>>,
    /// Calls that ended: so do their offers and parts.
    ended: BTreeMap<CallId, DateTime<Utc>>,
    /// Calls that were answered, in order.
    answered: Vec<(CallId, DateTime<Utc>)>,
    disposed: BTreeMap<CallId, (DispositionCode, DateTime<Utc>)>,
    callbacks: Vec<[Value; 5]>,
    recordings: Vec<Recording>,
    /// Of earlier batches: when they ended, and how long they are.
    recordings_ended: BTreeMap<RecordingId, (DateTime<Utc>, i64)>,
    recordings_broken: BTreeMap<CallId, DateTime<Utc>>,
    intervals: Vec<Interval<'e>>,
    /// Agents whose state of an earlier batch ended.
    intervals_ended: BTreeMap<PersonId, DateTime<Utc>>,
    changed: Vec<Subject>,
}

struct Arrival<'e> {
    id: CallId,
    at: DateTime<Utc>,
    event: &'e Kind,
    /// E.164 with plus, when it can be read so.
    phone: Option<String>,
    call: Call<'e>,
}

/// What happens to a call after its arrival; `None`: not that.
#[derive(Default)]
struct Call<'e> {
    greeted_at: Option<DateTime<Utc>>,
    queue: Option<&'e str>,
    locale: Option<Locale>,
    priority: Option<i64>,
    queued_at: Option<DateTime<Utc>>,
    agent: Option<PersonId>,
    answered_at: Option<DateTime<Utc>>,
    recording: Option<RecordingId>,
    ended: Option<(DateTime<Utc>, &'e Kind)>,
}

struct Offer<'e> {
    id: EventId,
    call: CallId,
    agent: PersonId,
    queue: &'e str,
    at: DateTime<Utc>,
    ended: Option<(DateTime<Utc>, OfferResult)>,
}

/// An agent and the caller hear one another until a transfer or the end.
struct Part<'e> {
    id: EventId,
    call: CallId,
    agent: PersonId,
    queue: Option<&'e str>,
    at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    transferred: bool,
}

struct Recording {
    id: RecordingId,
    call: CallId,
    at: DateTime<Utc>,
    state: RecordingState,
    ended_at: Option<DateTime<Utc>>,
    duration_ms: Option<i64>,
}

struct Interval<'e> {
    id: EventId,
    agent: PersonId,
    state: AgentState,
    reason: Option<&'e str>,
    at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

impl<'e> Batch<'e> {
    /// Must this batch be in the database before that event is looked at?
    fn comes_before(&self, event: &Event) -> bool {
        match &event.kind {
            // only what is owed already is settled by an answer
            Kind::Answered { .. } => !self.callbacks.is_empty(),
            // the intakes of what is settled may be disposed of by their calls' ends, and whoever is first stays
            Kind::Ended { outcome, code, .. } => !self.answered.is_empty() && disposition(*outcome, *code).is_some(),
            // a repeated INVITE takes its intake over (F25)
            Kind::Arrived { .. } => self.arrivals.iter().any(|arrival| invite(arrival.event) == invite(&event.kind)),
            _ => false,
        }
    }

    fn take(&mut self, event: &'e Event) {
        let at = time(event.at);
        match (&event.kind, event.call) {
            (Kind::AgentStatus { agent, state, reason }, _) => {
                let open = self.intervals.iter_mut().rfind(|i| i.agent == *agent && i.ended_at.is_none());
                match open {
                    Some(open) => open.ended_at = Some(at),
                    None => drop(self.intervals_ended.entry(*agent).or_insert(at)),
                }
                let (id, agent, state, reason) = (event.id, *agent, *state, reason.as_deref());
                self.intervals.push(Interval { id, agent, state, reason, at, ended_at: None });
            }
            (_, Some(call)) => self.of_call(event, call, at),
            _ => {}
        }
    }

    fn of_call(&mut self, event: &'e Event, id: CallId, at: DateTime<Utc>) {
        match &event.kind {
            Kind::Arrived { intake, from, .. } => {
                let phone = from.as_deref().and_then(phone::e164);
                self.arrivals.push(Arrival { id, at, event: &event.kind, phone, call: Call::default() });
                self.changed.push(Subject::Intakes(*intake));
            }
            Kind::Greeted => drop(self.call(id).greeted_at.get_or_insert(at)),
            Kind::Traced { node, input } => {
                self.traces.push([event.id.into(), id.into(), at.into(), node.as_str().into(), input.as_str().into()])
            }
            Kind::Queued { queue, priority, locale } => {
                let call = self.call(id);
                call.queue = Some(queue);
                call.locale = Some(*locale);
                call.priority = Some(*priority);
                call.queued_at.get_or_insert(at);
            }
            Kind::Offered { agent, queue } => {
                self.offers.push(Offer { id: event.id, call: id, agent: *agent, queue, at, ended: None });
            }
            Kind::Declined { agent, why } => self.offer_ended(id, *agent, at, (*why).into()),
            Kind::Answered { agent, queue } => {
                let queue = queue.as_deref();
                let (ended_at, transferred) = (None, false);
                self.parts.push(Part { id: event.id, call: id, agent: *agent, queue, at, ended_at, transferred });
                self.offer_ended(id, *agent, at, OfferResult::Answered);
                let call = self.call(id);
                call.agent = Some(*agent);
                call.answered_at.get_or_insert(at);
                self.answered.push((id, at));
                self.changed.push(Subject::Calls(id));
            }
            Kind::CallbackDue { task, queue, reason, due_at, .. } => {
                let (queue, reason) = (queue.as_str().into(), reason.word().into());
                self.callbacks.push([(*task).into(), id.into(), queue, reason, time(*due_at).into()]);
                self.changed.push(Subject::Callbacks(*task));
            }
            Kind::RecordingStarted { .. } | Kind::RecordingEnded { .. } => self.recording(&event.kind, id, at),
            Kind::LegEnded { role, agent, received, sent, lost, jitter_ms, mos } => self.legs.push([
                event.id.into(),
                id.into(),
                role.word().into(),
                (*agent).into(),
                int(*received).into(),
                int(*sent).into(),
                int(*lost).into(),
                f64::from(*jitter_ms).into(),
                f64::from(*mos).into(),
                at.into(),
            ]),
            Kind::Ended { outcome, code, .. } => self.ended(&event.kind, id, at, *outcome, *code),
            Kind::Transferred { by, .. } => {
                let ours = |part: &&mut Part| part.call == id && part.agent == *by && part.ended_at.is_none();
                match self.parts.iter_mut().rfind(ours) {
                    Some(part) => (part.ended_at, part.transferred) = (Some(at), true),
                    None => drop(self.transferred.entry((id, *by)).or_insert(at)),
                }
                self.changed.push(Subject::Calls(id));
            }
            Kind::Held { .. } | Kind::Resumed { .. } | Kind::Crashed { .. } => {}
            Kind::AgentStatus { .. } => {}
        }
    }

    fn call(&mut self, id: CallId) -> &mut Call<'e> {
        match self.arrivals.iter_mut().rfind(|arrival| arrival.id == id) {
            Some(arrival) => &mut arrival.call,
            None => self.calls.entry(id).or_default(),
        }
    }

    fn offer_ended(&mut self, call: CallId, agent: PersonId, at: DateTime<Utc>, result: OfferResult) {
        let ours = |o: &&mut Offer| o.call == call && o.agent == agent && o.ended.is_none();
        match self.offers.iter_mut().rfind(ours) {
            Some(offer) => offer.ended = Some((at, result)),
            None if self.ended.contains_key(&call) => {}
            None => drop(self.offers_ended.entry((call, agent)).or_insert((at, result))),
        }
    }

    fn recording(&mut self, kind: &Kind, call: CallId, at: DateTime<Utc>) {
        match kind {
            Kind::RecordingStarted { recording: id } => {
                let state = RecordingState::Running;
                let recording = Recording { id: *id, call, at, state, ended_at: None, duration_ms: None };
                self.recordings.push(recording);
                self.call(call).recording.get_or_insert(*id);
            }
            Kind::RecordingEnded { recording: id, duration_ms } => {
                let duration = int(*duration_ms);
                match self.recordings.iter_mut().find(|recording| recording.id == *id) {
                    Some(recording) => {
                        (recording.state, recording.ended_at) = (RecordingState::Done, Some(at));
                        recording.duration_ms = Some(duration);
                    }
                    None => drop(self.recordings_ended.insert(*id, (at, duration))),
                }
                self.changed.push(Subject::Recordings(*id));
            }
            _ => {}
        }
    }

    fn ended(&mut self, kind: &'e Kind, id: CallId, at: DateTime<Utc>, outcome: Outcome, code: u16) {
        self.call(id).ended.get_or_insert((at, kind));
        for offer in self.offers.iter_mut().filter(|offer| offer.call == id) {
            offer.ended.get_or_insert((at, OfferResult::CallerLeft));
        }
        for part in self.parts.iter_mut().filter(|part| part.call == id) {
            part.ended_at.get_or_insert(at);
        }
        self.ended.entry(id).or_insert(at);
        if outcome == Outcome::NodeLost {
            for recording in self.recordings.iter_mut().filter(|recording| recording.call == id) {
                recording.state = RecordingState::Broken;
                recording.ended_at.get_or_insert(at);
            }
            self.recordings_broken.entry(id).or_insert(at);
        }
        if let Some(disposition) = disposition(outcome, code) {
            self.disposed.entry(id).or_insert((disposition, at));
        }
        self.changed.push(Subject::Calls(id));
    }

    /// What others refer to goes first: intakes, calls, and then the rest.
    async fn write(self, tx: &mut Tx, changed: &mut Vec<Subject>) -> Result<()> {
        let phones: BTreeSet<&str> = self.arrivals.iter().filter_map(|arrival| arrival.phone.as_deref()).collect();
        let known = store::known(tx, phones).await?;
        let (mut intakes, mut calls) = (Rows::new(store::INTAKE), Rows::new(store::CALL));
        for arrival in &self.arrivals {
            let known = arrival.phone.as_ref().and_then(|phone| known.get(phone)).copied().unwrap_or_default();
            intakes.push(arrival.intake(known));
            calls.push(arrival.call(known));
        }
        // before the new ones: whether an INVITE is repeated is told by how the call before it ended
        let patches = self.calls.iter().map(|(id, call)| iter::once(Value::from(*id)).chain(call.values(None)));
        write(tx, store::CALL_CHANGED, patches).await?;
        write(tx, store::KEY_FREED, self.arrivals.iter().map(Arrival::key)).await?;
        intakes.write(tx).await?;
        calls.write(tx).await?;
        let talking: BTreeMap<CallId, PersonId> = self.parts.iter().map(|part| (part.call, part.agent)).collect();
        write(tx, store::CALL_REOPENED, talking.iter().map(|(call, agent)| [(*call).into(), (*agent).into()])).await?;
        write(tx, store::INTAKE_REOPENED, talking.iter().map(|(call, agent)| [(*call).into(), (*agent).into()]))
            .await?;
        let answered: BTreeSet<CallId> = self.answered.iter().map(|(call, _)| *call).collect();
        write(tx, store::INTAKE_IN_HANDLING, answered.into_iter().map(|call| [call.into()])).await?;
        let disposed =
            self.disposed.iter().map(|(call, (what, at))| [(*call).into(), what.word().into(), (*at).into()]);
        write(tx, store::INTAKE_DISPOSED, disposed).await?;
        self.write_recordings(tx).await?;
        self.write_people(tx).await?;
        write(tx, store::TRACE, self.traces).await?;
        write(tx, store::LEG, self.legs).await?;
        changed.extend(self.changed);
        let ended = self.ended.keys().copied();
        changed.extend(store::intakes_of(tx, ended).await?.into_iter().map(Subject::Intakes));
        for (call, at) in self.answered {
            for (callback, intake) in store::merge_callbacks(tx, call, at).await? {
                changed.push(Subject::Callbacks(callback));
                changed.extend(intake.map(Subject::Intakes));
            }
        }
        write(tx, store::CALLBACK, self.callbacks).await.map(drop)
    }

    async fn write_recordings(&self, tx: &mut Tx) -> Result<()> {
        write(tx, store::RECORDING, self.recordings.iter().map(Recording::values)).await?;
        let ended = self.recordings_ended.iter().map(|(id, (at, ms))| [(*id).into(), (*at).into(), (*ms).into()]);
        write(tx, store::RECORDING_ENDED, ended).await?;
        let broken = self.recordings_broken.iter().map(|(call, at)| [(*call).into(), (*at).into()]);
        write(tx, store::RECORDINGS_BROKEN, broken).await.map(drop)
    }

    /// Offers, parts and intervals: those of earlier batches end before new ones of the same agents begin.
    async fn write_people(&self, tx: &mut Tx) -> Result<()> {
        let ended = self
            .offers_ended
            .iter()
            .map(|((call, agent), (at, result))| [(*call).into(), (*agent).into(), (*at).into(), result.word().into()]);
        write(tx, store::OFFER_ENDED, ended).await?;
        let left = self.ended.iter().map(|(call, at)| [(*call).into(), (*at).into()]);
        write(tx, store::OFFERS_ENDED, left).await?;
        write(tx, store::OFFER, self.offers.iter().map(Offer::values)).await?;
        let transferred = self.transferred.iter().map(|((call, by), at)| [(*call).into(), (*by).into(), (*at).into()]);
        write(tx, store::PART_TRANSFERRED, transferred).await?;
        let ended = self.ended.iter().map(|(call, at)| [(*call).into(), (*at).into()]);
        write(tx, store::PARTS_ENDED, ended).await?;
        write(tx, store::PART, self.parts.iter().map(Part::values)).await?;
        let ended = self.intervals_ended.iter().map(|(agent, at)| [(*agent).into(), (*at).into()]);
        write(tx, store::INTERVAL_ENDED, ended).await?;
        write(tx, store::INTERVAL, self.intervals.iter().map(Interval::values)).await.map(drop)
    }
}

async fn write<R>(tx: &mut Tx, sql: &'static str, rows: impl IntoIterator<Item = R>) -> Result<u64>
where
    R: IntoIterator<Item = Value>,
{
    let mut all = Rows::new(sql);
    for row in rows {
        all.push(row);
    }
    all.write(tx).await
}

/// An INVITE is repeated for 32 s (RFC 3261 17.1.1.2, timer B), and our stamps are those of two processes.
const REPEATED: TimeDelta = TimeDelta::seconds(40);

impl Arrival<'_> {
    /// Values of [`store::KEY_FREED`].
    fn key(&self) -> Vec<Value> {
        let Kind::Arrived { intake, sip_call_id, from_tag, .. } = self.event else {
            return Vec::new();
        };
        let mark = format!(";{intake}");
        let (call_id, tag) = (sip_call_id.as_str().into(), from_tag.as_str().into());
        vec![(*intake).into(), call_id, tag, mark.as_str().into(), (self.at - REPEATED).into()]
    }

    /// Values of [`store::INTAKE`].
    fn intake(&self, known: Known) -> Vec<Value> {
        let Kind::Arrived { intake, source, from, from_name, dialled, sip_call_id, from_tag, node, .. } = self.event
        else {
            return Vec::new();
        };
        let state = if known.contact.is_some() { IntakeState::Identified } else { IntakeState::Received };
        vec![
            (*intake).into(),
            self.at.into(),
            source.as_str().into(),
            from.clone().into(),
            self.phone.clone().into(),
            composed(from_name).as_str().into(),
            dialled.as_str().into(),
            sip_call_id.as_str().into(),
            from_tag.as_str().into(),
            node.as_str().into(),
            self.id.into(),
            known.contact.into(),
            known.building.into(),
            known.unit.into(),
            state.word().into(),
        ]
    }

    /// Values of [`store::CALL`].
    fn call(&self, known: Known) -> Vec<Value> {
        let Kind::Arrived { intake, direction, source, from, from_name, dialled, node, .. } = self.event else {
            return Vec::new();
        };
        let mut values = vec![
            self.id.into(),
            (*intake).into(),
            direction.word().into(),
            source.as_str().into(),
            from.clone().into(),
            self.phone.clone().into(),
            composed(from_name).as_str().into(),
            dialled.as_str().into(),
            node.as_str().into(),
            known.contact.into(),
            known.building.into(),
            self.at.into(),
        ];
        values.extend(self.call.values(Some(CallState::Live)));
        values
    }
}

impl Call<'_> {
    /// Values of [`store::CALL_CHANGED`] behind the id; `live`: the state of a call that did not end.
    fn values(&self, live: Option<CallState>) -> [Value; 16] {
        let mut ended = Default::default();
        let mut state = live;
        if let Some((at, Kind::Ended { outcome, side, code, wait_ms, talk_ms, hold_ms })) = self.ended {
            state = Some(CallState::Ended);
            let code = Some(i64::from(*code));
            ended = (Some(*outcome), Some(*side), code, ms(*wait_ms), ms(*talk_ms), ms(*hold_ms), Some(at));
        }
        let (outcome, side, code, wait, talk, hold, ended_at) = ended;
        [
            text(state.map(CallState::word)),
            self.greeted_at.into(),
            text(self.queue),
            text(self.locale.map(Locale::word)),
            self.priority.into(),
            self.queued_at.into(),
            self.agent.into(),
            self.answered_at.into(),
            self.recording.into(),
            text(outcome.map(Outcome::word)),
            text(side.map(Side::word)),
            code.into(),
            wait.into(),
            talk.into(),
            hold.into(),
            ended_at.into(),
        ]
    }
}

impl Offer<'_> {
    fn values(&self) -> [Value; 7] {
        let (ended_at, result) = self.ended.unzip();
        let (id, call, agent) = (self.id.into(), self.call.into(), self.agent.into());
        [id, call, agent, self.queue.into(), self.at.into(), ended_at.into(), text(result.map(OfferResult::word))]
    }
}

impl Part<'_> {
    fn values(&self) -> [Value; 7] {
        let said = self.transferred.then_some(DispositionCode::Transferred.word());
        let (id, call, agent) = (self.id.into(), self.call.into(), self.agent.into());
        [id, call, agent, text(self.queue), self.at.into(), self.ended_at.into(), text(said)]
    }
}

impl Recording {
    fn values(&self) -> [Value; 7] {
        let file = recordings::files::relative(self.id).to_string_lossy().into_owned();
        let (id, call, ended_at) = (self.id.into(), self.call.into(), self.ended_at.into());
        [id, call, self.at.into(), self.state.word().into(), file.into(), ended_at, self.duration_ms.into()]
    }
}

impl Interval<'_> {
    fn values(&self) -> [Value; 6] {
        let (id, agent) = (self.id.into(), self.agent.into());
        [id, agent, self.state.word().into(), text(self.reason), self.at.into(), self.ended_at.into()]
    }
}

fn text(word: Option<&str>) -> Value {
    word.map(str::to_owned).into()
}

fn int(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn ms(value: u64) -> Option<i64> {
    Some(int(value))
}

/// Whom an event is about, and who did it.
pub fn about(event: &Event) -> (Subject, Option<PersonId>) {
    match &event.kind {
        Kind::AgentStatus { agent, .. } => (Subject::People(*agent), None),
        kind => {
            let actor = match kind {
                Kind::Declined { agent, .. } | Kind::Answered { agent, .. } => Some(*agent),
                Kind::Held { agent } | Kind::Resumed { agent } | Kind::Transferred { by: agent, .. } => Some(*agent),
                _ => None,
            };
            (Subject::Calls(event.call.unwrap_or_default()), actor)
        }
    }
}

/// What makes two INVITEs one.
fn invite(kind: &Kind) -> Option<(&str, &str)> {
    match kind {
        Kind::Arrived { sip_call_id, from_tag, .. } => Some((sip_call_id, from_tag)),
        _ => None,
    }
}

/// What a machine can say of an intake by how its call ended.
fn disposition(outcome: Outcome, code: u16) -> Option<DispositionCode> {
    match outcome {
        Outcome::SelfServed => Some(DispositionCode::SelfServiceDone),
        Outcome::ShortIvr => Some(DispositionCode::Silent),
        Outcome::Rejected if code == 404 => Some(DispositionCode::WrongNumber),
        _ => None,
    }
}
