//! The live channel: one hub that keeps the newest row of each key, and a WebSocket a viewer. A viewer gets a snapshot
//! first and after any gap, so a board never shows a wrong number quietly.

use super::store;
use crate::brain::{Brain, Live};
use crate::callbacks::store as callbacks;
use crate::calls::store as calls;
use crate::clock;
use crate::db::{self, Db, Tx};
use crate::http::Logins;
use crate::http::access::{self, Object, Scope};
use crate::http::{Allowed, Problem, Shares, Verb, Who, can};
use crate::outbox::{News, Subject};
use crate::recordings::store as recordings;
use crate::tickets::record as tickets;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::HeaderMap;
use axum::response::Response;
use call::{AgentId, CallId, Command, Kind, Reply, Row};
use serde::Serialize;
use serde_json::json;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc};
use types::{AgentState, Moment};

/// Rows wait at most this long for company.
const FLUSH: Duration = Duration::from_millis(40);
/// A row goes out four times a second in the long run,
const ROW_EACH: Duration = Duration::from_millis(250);
/// and so often without a pause: the steps of a call that begins are seen as they happen.
const ROW_BURST: u32 = 4;
/// Updates a slow viewer may be behind before it gets a new snapshot.
const BEHIND: usize = 256;
/// Viewers of one node,
const VIEWERS: usize = 500;
/// and of one person: tabs, walls, and connections that a slow network has not given up yet.
const VIEWERS_PER_PERSON: usize = 16;
/// Signs of life.
const PING: Duration = Duration::from_secs(5);

/// A viewer whose log-in ended is told so within this.
const CLOSING: Duration = Duration::from_secs(1);

/// What a viewer is told.
#[derive(Clone, Debug)]
enum Update {
    Rows {
        sequence: u64,
        rows: Arc<Vec<Row>>,
    },
    /// The whole board was read anew.
    Reset,
    /// For one person.
    Person {
        agent: AgentId,
        what: Step,
        call: CallId,
    },
    /// What is written down in a call was changed, for those who take part in it.
    Draft {
        call: CallId,
        version: i64,
        to: Arc<[AgentId]>,
    },
}

types::words! {
    /// What a dispatcher's screen must know at once.
    enum Step {
        /// The device begins to ring.
        Offer = "offer",
        Answered = "answered",
        /// The call left this person.
        Ended = "ended",
    }
}

#[derive(Default)]
struct Board {
    sequence: u64,
    rows: BTreeMap<String, Row>,
}

/// Shared by the hub task and the viewers.
pub struct Hub {
    board: Mutex<Board>,
    updates: broadcast::Sender<Update>,
    viewers: Shares,
}

/// The board as the API shows it. Times in rows are unix milliseconds.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Snapshot {
    pub sequence: u64,
    /// Unix milliseconds of the server.
    pub at: i64,
    #[schema(value_type = Vec<Object>)]
    pub rows: Vec<Row>,
}

impl Default for Hub {
    fn default() -> Hub {
        Hub { board: Mutex::default(), updates: broadcast::channel(BEHIND).0, viewers: Shares::default() }
    }
}

impl Hub {
    fn lock(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The newest row of every key that this person may see.
    pub fn snapshot(&self, who: &Who) -> Snapshot {
        let board = self.lock();
        let rows = board.rows.values().filter_map(|row| shown(who, row)).map(Cow::into_owned).collect();
        Snapshot { sequence: board.sequence, at: clock::wall_ms(), rows }
    }

    /// The live row of an agent, for the agents list.
    pub fn agent(&self, agent: AgentId) -> Option<Row> {
        self.lock().rows.get(&format!("agent:{agent}")).cloned()
    }

    /// Who is on a live call.
    pub fn agent_of(&self, call: CallId) -> Option<AgentId> {
        match self.lock().rows.get(&format!("call:{call}")) {
            Some(Row::Call { agent, .. }) => *agent,
            _ => None,
        }
    }

    /// Who has ended this call and has yet to say what came of it.
    pub fn wrapping(&self, call: CallId) -> Option<AgentId> {
        self.lock().rows.values().find_map(|row| match row {
            Row::Agent { agent, state: AgentState::Wrapping, call: Some(last), .. } if *last == call => Some(*agent),
            _ => None,
        })
    }

    /// What is said of a call that a colleague is on, or has just ended, is for those who talked with the caller to say, or for
    /// a supervisor. When nobody is at it any more, anybody may who disposes of intakes.
    pub async fn may_say(&self, tx: &mut Tx, who: &Who, call: CallId) -> Result<(), Problem> {
        let Some(agent) = self.agent_of(call).or_else(|| self.wrapping(call)) else { return Ok(()) };
        // whoever transferred it says what came of it until then
        if store::answered_by(tx, call, who.id).await? {
            return Ok(());
        }
        access::may(who, Verb::CallsControl, Object::Of(Some(agent))).map_err(|_| {
            let detail = "Another agent is on this call or has just ended it: the outcome is theirs or a supervisor's.";
            Problem::conflict("not-yours", detail)
        })
    }

    /// Is it a call that goes on?
    pub fn is_live(&self, call: CallId) -> bool {
        self.lock().rows.contains_key(&format!("call:{call}"))
    }

    /// Is the call in this person's scope, or at the person's phone (of which the database may not know yet)?
    pub async fn reaches_call(&self, tx: &mut Tx, who: &Who, call: CallId) -> Result<bool, Problem> {
        let scope = who.scope_of(Verb::CallsRead);
        Ok(self.agent_of(call) == Some(who.id) || !calls::many(tx, &scope, [call]).await?.is_empty())
    }

    /// May this person read and write what is written down in the call? Whoever has it, is rung for it or had it, and a
    /// supervisor.
    pub async fn takes_part(&self, tx: &mut Tx, who: &Who, call: CallId) -> Result<bool, Problem> {
        let agent = self.agent_of(call);
        Ok(access::may(who, Verb::CallsControl, Object::Of(agent)).is_ok()
            || who.role.may(Verb::CallsControl) && store::answered_by(tx, call, who.id).await?)
    }

    /// Tells those who take part in the call that its draft is newer: who has it now, and who had it.
    pub fn draft_written(&self, call: CallId, version: i64, talked: Vec<AgentId>) {
        let to = talked.into_iter().chain(self.agent_of(call)).collect();
        let _ = self.updates.send(Update::Draft { call, version, to });
    }

    /// The live row of a queue.
    pub fn queue(&self, queue: &str) -> Option<Row> {
        self.lock().rows.get(&format!("queue:{queue}")).cloned()
    }

    fn replace(&self, rows: Vec<Row>) {
        let mut board = self.lock();
        board.sequence += 1;
        board.rows = rows.into_iter().map(|row| (row.key(), row)).collect();
        drop(board);
        let _ = self.updates.send(Update::Reset);
    }
}

/// Keeps the hub in step with the brain. Runs until the brain is gone.
pub async fn run(hub: Arc<Hub>, brain: Brain, mut live: mpsc::Receiver<Live>) {
    read_all(&hub, &brain).await;
    let mut pace = Pace::default();
    let mut agents: HashMap<CallId, AgentId> = HashMap::new();
    let mut flush = tokio::time::interval(FLUSH);
    flush.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            heard = live.recv() => match heard {
                Some(Live::Row(row)) => pace.keep(&hub, row),
                Some(Live::Event(event)) => tell_person(&hub, &mut agents, event.call, &event.kind),
                None => return,
            },
            _ = flush.tick() => {
                if brain.live_gap() {
                    read_all(&hub, &brain).await;
                }
                pace.flush(&hub);
            }
        }
    }
}

async fn read_all(hub: &Hub, brain: &Brain) {
    match brain.ask(Command::Board).await {
        Ok(Reply::Board(rows)) => hub.replace(rows),
        other => tracing::warn!(?other, "the board could not be read"),
    }
}

/// Which rows are new, and until when each has used up its turns.
#[derive(Default)]
struct Pace {
    dirty: HashSet<String>,
    gone: HashMap<String, Row>,
    spent: HashMap<String, Moment>,
}

impl Pace {
    fn keep(&mut self, hub: &Hub, row: Row) {
        let key = row.key();
        let mut board = hub.lock();
        if row.gone() {
            board.rows.remove(&key);
            self.gone.insert(key.clone(), row);
        } else {
            board.rows.insert(key.clone(), row);
            self.gone.remove(&key);
        }
        self.dirty.insert(key);
    }

    /// The dirty rows whose turn it is; each spends one.
    fn ready(&mut self, now: Moment) -> Vec<String> {
        self.spent.retain(|_, until| *until > now);
        let mut ready = Vec::new();
        for key in self.dirty.iter() {
            let until = self.spent.get(key).copied().unwrap_or(now);
            if until <= now + ROW_EACH * (ROW_BURST - 1) {
                self.spent.insert(key.clone(), until + ROW_EACH);
                ready.push(key.clone());
            }
        }
        ready
    }

    fn flush(&mut self, hub: &Hub) {
        if self.dirty.is_empty() {
            return;
        }
        let ready = self.ready(clock::now());
        if ready.is_empty() {
            return;
        }
        let mut board = hub.lock();
        let mut rows = Vec::with_capacity(ready.len());
        for key in ready {
            self.dirty.remove(&key);
            if let Some(row) = self.gone.remove(&key) {
                rows.push(row);
            } else if let Some(row) = board.rows.get(&key) {
                rows.push(row.clone());
            }
        }
        board.sequence += 1;
        // Sent under the lock: a snapshot of sequence n is followed by exactly the updates after n.
        let _ = hub.updates.send(Update::Rows { sequence: board.sequence, rows: Arc::new(rows) });
    }
}

/// Offers and ends that concern one dispatcher's screen, straight from the switch: the card must be there before "hello".
fn tell_person(hub: &Hub, agents: &mut HashMap<CallId, AgentId>, call: Option<CallId>, kind: &Kind) {
    let Some(call) = call else { return };
    let told = match kind {
        Kind::Offered { agent, .. } => Some((*agent, Step::Offer)),
        Kind::Answered { agent, .. } => {
            agents.insert(call, *agent);
            Some((*agent, Step::Answered))
        }
        Kind::Transferred { by, .. } | Kind::Declined { agent: by, .. } => Some((*by, Step::Ended)),
        Kind::Ended { .. } => agents.remove(&call).map(|agent| (agent, Step::Ended)),
        _ => None,
    };
    if let Some((agent, what)) = told {
        let _ = hub.updates.send(Update::Person { agent, what, call });
    }
}

/// The row as this person sees it: the caller's number masked for who may not see phones.
fn shown<'r>(who: &Who, row: &'r Row) -> Option<Cow<'r, Row>> {
    if !visible(who, row) {
        return None;
    }
    let mut shown = Cow::Borrowed(row);
    if let Row::Call { from: Some(_), queue, agent, .. } = row
        && !(who.may(Verb::PhonesReveal) && (*agent == Some(who.id) || callers(who, queue.as_deref())))
        && let Row::Call { from, .. } = shown.to_mut()
    {
        *from = from.take().map(|number| access::mask_phone(&number));
    }
    Some(shown)
}

/// Who calls in this queue. In no queue yet, it is known to those who see the callers of all.
fn callers(who: &Who, queue: Option<&str>) -> bool {
    access::may(who, Verb::BoardRead, Object::Queue(queue.unwrap_or_default())).is_ok()
}

/// May this person see this row? Rows of own queues; one's own row always.
fn visible(who: &Who, row: &Row) -> bool {
    let of_queue = |queue: &str| access::may(who, Verb::BoardRead, Object::Queue(queue)).is_ok();
    match row {
        Row::Agent { agent, queues, .. } => *agent == who.id || queues.iter().any(|queue| of_queue(queue)),
        Row::Queue { queue, .. } | Row::Waiting { queue, .. } => of_queue(queue),
        Row::Call { queue, agent, .. } => {
            *agent == Some(who.id)
                || queue.as_deref().map_or_else(|| access::may(who, Verb::BoardRead, Object::Any).is_ok(), of_queue)
        }
        Row::WaitingGone { .. } | Row::CallGone { .. } | Row::AgentGone { .. } | Row::QueueGone { .. } => {
            access::may(who, Verb::BoardRead, Object::Any).is_ok()
        }
    }
}

#[utoipa::path(get, path = "/api/v1/board", tag = "board", responses((status = 200, body = Snapshot), (status = 403, body = Problem)))]
pub async fn board(State(hub): State<Arc<Hub>>, who: Allowed<can::BoardRead>) -> Result<axum::Json<Snapshot>, Problem> {
    Ok(axum::Json(hub.snapshot(&who)))
}

#[utoipa::path(get, path = "/api/v1/live", tag = "board", responses((status = 101, description = "a WebSocket of JSON messages: docs/live.md"), (status = 400, body = Problem)))]
pub async fn connect(
    State(db): State<Db>,
    State(hub): State<Arc<Hub>>,
    State(news): State<News>,
    State(logins): State<Logins>,
    who: Allowed<can::LiveRead>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let upgrade =
        upgrade.map_err(|why| Problem::malformed(format!("This URL is for WebSockets only: {}", why.body_text())))?;
    if hub.updates.receiver_count() >= VIEWERS {
        return Err(Problem::too_many(10));
    }
    let Some(share) = hub.viewers.take(who.id, VIEWERS_PER_PERSON) else {
        return Err(Problem::too_many(10));
    };
    let who = who.into_who();
    Ok(upgrade.max_message_size(4096).on_upgrade(async move |mut socket| {
        let _share = share;
        // a changed person connects again, and gets what they may see from then on
        let same = |now: &Who| *now == who;
        tokio::select! {
            () = view(&db, &hub, &news, &who, &mut socket) => return,
            () = logins.ended(headers, same) => {}
        }
        let why = CloseFrame { code: close_code::POLICY, reason: "the log-in ended or changed".into() };
        let _ = tokio::time::timeout(CLOSING, socket.send(Message::Close(Some(why)))).await;
    }))
}

/// Until the viewer goes.
async fn view(db: &Db, hub: &Hub, news: &News, who: &Who, socket: &mut WebSocket) {
    let mut updates = hub.updates.subscribe();
    let mut news = news.listen();
    let mut ping = tokio::time::interval(PING);
    let board = access::may(who, Verb::BoardRead, Object::Any).is_ok();
    let mut seen = 0;
    if send(socket, json!({"type": "hello", "at": clock::wall_ms()})).await.is_err() {
        return;
    }
    if board && snapshot(hub, who, socket, &mut seen).await.is_err() {
        return;
    }
    loop {
        let sent = tokio::select! {
            update = updates.recv() => match update {
                Ok(Update::Rows { sequence, rows }) if board && sequence > seen => {
                    seen = sequence;
                    let rows: Vec<Cow<'_, Row>> = rows.iter().filter_map(|row| shown(who, row)).collect();
                    if rows.is_empty() { Ok(()) } else {
                        send(socket, json!({"type": "rows", "sequence": sequence, "at": clock::wall_ms(), "rows": rows})).await
                    }
                }
                Ok(Update::Rows { .. }) => Ok(()),
                Ok(Update::Person { agent, what, call }) if agent == who.id => {
                    send(socket, json!({"type": what, "call": call, "agent": agent})).await
                }
                Ok(Update::Draft { call, version, to }) if to.contains(&who.id) => {
                    send(socket, json!({"type": "draft", "call": call, "version": version})).await
                }
                Ok(Update::Person { .. } | Update::Draft { .. }) => Ok(()),
                Ok(Update::Reset) if board => snapshot(hub, who, socket, &mut seen).await,
                Ok(Update::Reset) => Ok(()),
                // what was meant for this person may be among what was lost
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    let told = if board { snapshot(hub, who, socket, &mut seen).await } else { Ok(()) };
                    match told {
                        Ok(()) => send(socket, json!({"type": "refresh"})).await,
                        gone => gone,
                    }
                }
                Err(broadcast::error::RecvError::Closed) => return,
            },
            one = news.recv() => match one {
                Ok(changed) => match hint(db, who, &changed).await {
                    Some(hint) => send(socket, hint).await,
                    None => Ok(()),
                },
                // which hints were lost is not known: any list may be stale
                Err(broadcast::error::RecvError::Lagged(_)) => send(socket, json!({"type": "refresh"})).await,
                Err(broadcast::error::RecvError::Closed) => return,
            },
            _ = ping.tick() => send(socket, json!({"type": "ping", "at": clock::wall_ms()})).await,
            heard = socket.recv() => match heard {
                Some(Ok(Message::Close(_))) | Some(Err(_)) | None => return,
                Some(Ok(_)) => Ok(()),
            },
        };
        if sent.is_err() {
            return;
        }
    }
}

async fn snapshot(hub: &Hub, who: &Who, socket: &mut WebSocket, seen: &mut u64) -> Result<(), axum::Error> {
    let Snapshot { sequence, at, rows } = hub.snapshot(who);
    *seen = sequence;
    send(socket, json!({"type": "snapshot", "sequence": sequence, "at": at, "rows": rows})).await
}

async fn send(socket: &mut WebSocket, message: serde_json::Value) -> Result<(), axum::Error> {
    let sending = socket.send(Message::Text(message.to_string().into()));
    // A viewer that does not read for so long is gone; it may come back for a snapshot.
    tokio::time::timeout(Duration::from_secs(10), sending).await.map_err(axum::Error::new)?
}

/// What this viewer is told of a change: its noun if the viewer may read such, and its id if the viewer reaches this very
/// one. Without an id it may have been in the viewer's lists a moment ago.
async fn hint(db: &Db, who: &Who, changed: &Subject) -> Option<serde_json::Value> {
    let verb = match changed {
        Subject::Tickets(_) => Verb::TicketsRead,
        Subject::Callbacks(_) => Verb::CallbacksRead,
        Subject::Intakes(_) => Verb::IntakesRead,
        Subject::Calls(_) => Verb::CallsRead,
        Subject::Recordings(_) => Verb::RecordingsPlay,
        Subject::Contacts(_) => Verb::ContactsRead,
        Subject::Buildings(_) => Verb::BuildingsRead,
        Subject::Classifiers(_) => Verb::ClassifiersRead,
        Subject::People(_) => return None,
    };
    if !who.may(verb) {
        return None;
    }
    let scope = who.scope_of(verb);
    let noun = changed.noun();
    match scope == Scope::All || reaches(db, &scope, changed).await.unwrap_or(false) {
        true => Some(json!({"type": "changed", "noun": noun, "id": changed.id()})),
        false => Some(json!({"type": "changed", "noun": noun})),
    }
}

/// Is it in scope? Nouns without a condition of their own are nobody's in particular.
async fn reaches(db: &Db, scope: &Scope, changed: &Subject) -> db::Result<bool> {
    let mut tx = db.read().await?;
    Ok(match changed {
        Subject::Tickets(id) => tickets::within(&mut tx, scope, *id).await?.is_some(),
        Subject::Callbacks(id) => callbacks::one(&mut tx, *id, scope).await?.is_some(),
        Subject::Recordings(id) => recordings::one(&mut tx, *id, scope).await?.is_some(),
        // Calls change many times a second, and so do their intakes: whether this one is in reach is not asked for each viewer.
        Subject::Calls(_) | Subject::Intakes(_) => false,
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_wraps_up_has_the_call_still() {
        let (hub, agent, call) = (Hub::default(), AgentId::from_u128(1), CallId::from_u128(2));
        let row = |state, call| Row::Agent {
            agent,
            state,
            reason: None,
            call,
            since: 0,
            queues: Vec::new(),
            calls_taken: 0,
            device: true,
        };
        hub.replace(vec![row(AgentState::Wrapping, Some(call))]);
        assert_eq!((hub.wrapping(call), hub.wrapping(CallId::from_u128(3))), (Some(agent), None));
        hub.replace(vec![row(AgentState::Ready, None)]);
        assert_eq!(hub.wrapping(call), None);
    }

    #[test]
    fn a_row_goes_out_at_once_some_times_and_then_four_times_a_second() {
        let (mut pace, began) = (Pace::default(), clock::now());
        let mut sent = Vec::new();
        for step in 0..100 {
            pace.dirty.insert("queue:main".into());
            let now = began + FLUSH * step;
            if !pace.ready(now).is_empty() {
                sent.push((FLUSH * step).as_millis());
            }
        }
        assert_eq!(sent[..4], [0, 40, 80, 120], "a call's first steps");
        assert!(sent.len() <= 4 + 16 + 1, "four a second in four seconds: {sent:?}");
        assert!(sent[4..].windows(2).all(|pair| pair[1] - pair[0] <= 280), "nothing waits longer: {sent:?}");
        pace.dirty.insert("queue:main".into());
        pace.dirty.insert("call:1".into());
        assert!(pace.ready(began + FLUSH * 100).contains(&"call:1".to_owned()), "each row has turns of its own");
    }
}
