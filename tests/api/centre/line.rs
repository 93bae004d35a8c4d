//! The half behind the API, as the server starts it: brain, journal, feed, live hub, the writer of recordings. There are
//! no sockets and no sound: what phones would do is told as events, by the same door that the brain uses.

use super::Centre;
use linedesk::clock;
use linedesk::config::{self, Config, Demo};
use linedesk::db::Db;
use linedesk::feed::{self, live};
use linedesk::journal::Journal;
use linedesk::journal::append::{Opened, Options};
use linedesk::net::{Connections, Wire};
use linedesk::prompts::{self, Materials};
use linedesk::recordings::writer::{self, Message, Pieces};
use linedesk::{brain, people, plan, registrations};
use media::{Law, Piece};
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use types::{AgentState, CallId, CallbackId, Id, IntakeId, PersonId, RecordingId};

use call::event::{CallbackReason, Direction, Event, Kind, Outcome, Side};

/// Where the demo's carrier calls from.
const CARRIER: &str = "127.0.0.9:5060";
/// What nobody waits longer for.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running half; it stops when this is dropped.
pub struct Line {
    pub brain: brain::Brain,
    journal: Journal,
    pieces: Pieces,
    db: Db,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.brain.stop();
    }
}

static HOUSE: LazyLock<(Config, Materials)> = LazyLock::new(|| {
    let any: SocketAddr = "127.0.0.9:0".parse().expect("an address");
    let told = Demo { data: "unused".into(), http: any, sip: any, rtp: None, callers: 0, seed: 1 };
    let config = config::demo(&told).expect("the demo's configuration");
    let materials = prompts::read(&config).expect("prompts and flows");
    (config, materials)
});

impl Centre {
    /// Starts it with the people who are in the database now. Once a centre.
    pub async fn switch_on(&self) -> Line {
        let inboxes = self.inboxes.lock().expect("the inboxes").take().expect("switched on once");
        let opened = Opened::open(Options::new(self.folder.path().join("journal"), 0)).expect("a journal");
        let told = inboxes.brain.clone();
        let started = opened
            .start(Vec::new(), move |sequence| {
                told.input(call::Input::Durable { sequence });
            })
            .expect("a journal");
        let journal = started.journal.clone();
        let setup = call::node::Setup {
            name: "test".into(),
            seed: [7; 32],
            secret: [8; 32],
            wall_ms: clock::wall_ms(),
            sip: sip::Config {
                udp: CARRIER.parse().ok(),
                tcp: None,
                tls: None,
                realm: "linedesk".into(),
                product: "test".into(),
                session_expires: None,
                transactions_max: 100,
                sessions_max: 100,
                unknown: sip::Peer::Stranger,
            },
            engines: 1,
            plan: self.plan().await,
            registered: Vec::new(),
        };
        let kept = self.folder.path().join("registrations");
        let (registrations, _) = registrations::start(kept, &[]).expect("a file of registrations");
        let outlets = brain::Outlets {
            wire: Wire::new(None, Connections::default(), None),
            engines: Vec::new(),
            journal: journal.clone(),
            registrations,
            known: linedesk::net::Known::default(),
        };
        let brain = inboxes.brain.clone();
        let (_, ends) = brain::start(inboxes, setup, outlets).expect("a brain");
        let (pieces, _) = writer::start(self.app.recordings.clone()).expect("a writer");
        let app = &self.app;
        tokio::spawn(live::run(app.hub.clone(), brain.clone(), ends.live));
        let outlets = feed::Outlets { news: app.news.clone(), followers: Vec::new() };
        tokio::spawn(feed::run(app.db.clone(), started.reader, outlets, Arc::default()));
        Line { brain, journal, pieces, db: app.db.clone() }
    }

    async fn plan(&self) -> Arc<call::Plan> {
        let mut tx = self.app.db.read().await.expect("a database");
        let takers = people::store::takers(&mut tx).await.expect("people");
        let taker = |p: people::store::Person| {
            Some(plan::Taker { id: p.id, login: p.login, name: p.name, extension: p.extension?, queues: p.queues })
        };
        let takers: Vec<_> = takers.into_iter().filter_map(taker).collect();
        let (config, materials) = &*HOUSE;
        Arc::new(plan::build(config, materials, &takers, 1).0)
    }
}

impl Line {
    /// These events happen: on disk, and in the database when this returns.
    pub async fn happens(&self, story: Story) {
        let last = story.events.last().expect("something happens").id;
        assert!(self.journal.append(story.events).await, "the journal takes them");
        self.stored("SELECT count(*) FROM events WHERE id = $1", last).await;
    }

    async fn stored(&self, sql: &'static str, id: impl Id) {
        let waiting = async {
            loop {
                let mut tx = self.db.read().await.expect("a database");
                let found: i64 =
                    linedesk::on!(&mut tx, c => sqlx::query_scalar(sql).bind(id.uuid()).fetch_one(c).await)
                        .expect("a count");
                if found > 0 {
                    return;
                }
                drop(tx);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("it is stored");
    }

    /// An agent is in this state from now on, by the clock of the database.
    pub async fn agent(&self, agent: PersonId, state: AgentState) {
        let at = self.db.now().timestamp_millis();
        let kind = Kind::AgentStatus { agent, state, reason: None };
        let event = Event { id: clock::id(), sequence: 0, at, call: None, kind };
        let id = event.id;
        assert!(self.journal.append(vec![event]).await, "the journal takes it");
        self.stored("SELECT count(*) FROM events WHERE id = $1", id).await;
    }

    /// An INVITE of the carrier: a live call, that stays where no sound is needed. Gives its id.
    pub async fn rings(&self, n: u32, from: &str) -> CallId {
        let sdp =
            "v=0\r\no=- 1 1 IN IP4 127.0.0.9\r\ns=-\r\nc=IN IP4 127.0.0.9\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n";
        let invite = format!(
            "INVITE sip:1000@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {CARRIER};branch=z9hG4bK{n}\r\nMax-Forwards: 70\r\n\
             From: <sip:{from}@127.0.0.9>;tag=t{n}\r\nTo: <sip:1000@127.0.0.1>\r\nCall-ID: c{n}@test\r\nCSeq: 1 INVITE\r\n\
             Contact: <sip:{CARRIER}>\r\nContent-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{sdp}",
            sdp.len()
        );
        let flow =
            sip::Flow { transport: sip::Transport::Udp, peer: CARRIER.parse().expect("an address"), connection: 0 };
        assert!(
            self.brain.packet(brain::Lane::Known, sip::Input::Packet { flow, bytes: invite.into() }),
            "the brain takes it"
        );
        let waiting = async {
            loop {
                let board = self.brain.ask(call::Command::Board).await;
                let Ok(call::Reply::Board(rows)) = board else { panic!("{board:?}") };
                let found = rows.iter().find_map(|row| match row {
                    call::Row::Call { call, from: Some(caller), .. } if caller == from => Some(*call),
                    _ => None,
                });
                if let Some(call) = found {
                    return call;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let call = tokio::time::timeout(PATIENCE, waiting).await.expect("the call arrives");
        self.stored("SELECT count(*) FROM calls WHERE id = $1", call).await;
        call
    }

    /// A recording of so many seconds, each of them a tone of its own.
    pub async fn record(&self, recording: RecordingId, seconds: u8, centre: &Centre) {
        for n in 1..=seconds {
            let (left, right) = (vec![n; 8_000], vec![0xD5; 8_000]);
            let last = n == seconds;
            let piece = Piece { recording, left, right, left_law: Law::A, right_law: Law::A, last };
            assert!(self.pieces.offer(Message::Piece(piece)), "the writer takes it");
        }
        let complete = async {
            let whole = |wav: linedesk::recordings::wav::Wav| wav.recording().index.end.is_some();
            while !centre.app.recordings.wav(recording).is_ok_and(whole) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, complete).await.expect("the file is complete");
    }
}

/// What happens to one call.
#[derive(Clone)]
pub struct Story {
    pub call: CallId,
    pub intake: IntakeId,
    pub events: Vec<Event>,
    at: i64,
}

impl Story {
    /// A call of so many minutes ago.
    pub fn arrived(from: Option<&str>, minutes_ago: i64) -> Story {
        let (call, intake): (CallId, IntakeId) = (clock::id(), clock::id());
        let story = Story { call, intake, events: Vec::new(), at: clock::wall_ms() - minutes_ago * 60_000 };
        story.and(Kind::Arrived {
            intake,
            direction: Direction::Inbound,
            source: "carrier".into(),
            from: from.map(str::to_owned),
            from_name: String::new(),
            dialled: "1000".into(),
            sip_call_id: call.to_string(),
            from_tag: "t".into(),
            node: "test".into(),
        })
    }

    /// What happens after all this was told.
    pub fn further(&self) -> Story {
        Story { events: Vec::new(), ..self.clone() }
    }

    /// A second later.
    pub fn and(mut self, kind: Kind) -> Story {
        self.events.push(Event { id: clock::id(), sequence: 0, at: self.at, call: Some(self.call), kind });
        self.at += 1_000;
        self
    }

    pub fn queued(self, queue: &str) -> Story {
        self.and(Kind::Greeted).and(Kind::Queued { queue: queue.into(), priority: 0, locale: ivr::Locale::Ru })
    }

    /// The caller gives up in this queue and is owed a callback.
    pub fn abandoned(self, task: CallbackId, queue: &str) -> Story {
        let Some(Kind::Arrived { from, .. }) = self.events.first().map(|e| e.kind.clone()) else { unreachable!() };
        let due_at = self.events[0].at + 600_000;
        let due =
            Kind::CallbackDue { task, phone: from, queue: queue.into(), reason: CallbackReason::Abandoned, due_at };
        self.queued(queue).and(due).ended(Outcome::AbandonedQueue)
    }

    pub fn answered(self, agent: PersonId, queue: &str) -> Story {
        self.queued(queue)
            .and(Kind::Offered { agent, queue: queue.into() })
            .and(Kind::Answered { agent, queue: Some(queue.into()) })
    }

    pub fn ended(self, outcome: Outcome) -> Story {
        self.and(Kind::Ended { outcome, side: Side::Caller, code: 0, wait_ms: 1_000, talk_ms: 2_000, hold_ms: 0 })
    }
}
