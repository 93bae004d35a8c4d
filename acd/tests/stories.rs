//! Small stories of the floor, as prose.

use acd::*;
use std::time::Duration;
use types::Moment;

const ALICE: AgentId = AgentId::from_u128(0xa11ce);
const BOB: AgentId = AgentId::from_u128(0xb0b);
const CAROL: AgentId = AgentId::from_u128(0xca401);

struct Desk {
    now: Moment,
    floor: Floor,
    story: Vec<String>,
}

fn name(agent: AgentId) -> &'static str {
    match agent {
        ALICE => "alice",
        BOB => "bob",
        CAROL => "carol",
        _ => "nobody",
    }
}

fn number(call: CallId) -> String {
    format!("call {}", call.as_u128())
}

fn call(n: u128) -> CallId {
    CallId::from_u128(n)
}

fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

fn queue(name: &str, base: i64) -> QueuePlan {
    QueuePlan {
        name: name.into(),
        base,
        ring_max: secs(20),
        wrapup_max: secs(30),
        target: secs(20),
        wait_max: Some(secs(300)),
        waiting_max: 3,
    }
}

fn plan(agents: &[AgentId]) -> FloorPlan {
    let all = || vec!["main".to_owned(), "emergency".to_owned()];
    FloorPlan {
        queues: vec![queue("main", 0), queue("emergency", 1_000_000)],
        agents: agents.iter().map(|&agent| AgentPlan { agent, queues: all() }).collect(),
    }
}

impl Desk {
    fn new(agents: &[AgentId]) -> Desk {
        let now = Moment::START;
        let mut desk = Desk { now, floor: Floor::new(now, [7; 32]), story: vec![] };
        desk.ask(Request::Configure(plan(agents)));
        desk
    }

    fn ask(&mut self, request: Request) -> &mut Desk {
        self.floor.handle(self.now, request);
        self.read();
        self
    }

    fn read(&mut self) {
        while let Some(reply) = self.floor.poll() {
            let line = match reply {
                Reply::Offer { call, agent, .. } => {
                    format!("offer {} to {}", number(call), name(agent))
                }
                Reply::Withdraw { agent, why, .. } => {
                    format!("withdraw from {} {why:?}", name(agent))
                }
                Reply::Overdue { call } => format!("overdue {}", number(call)),
                Reply::Changed { .. } | Reply::Row(_) => continue,
            };
            self.story.push(line);
        }
    }

    fn after(&mut self, seconds: u64) -> &mut Desk {
        let to = self.now + secs(seconds);
        while let Some(at) = self.floor.timeout().filter(|at| *at <= to) {
            self.now = at;
            self.floor.tick(at);
            self.read();
        }
        self.now = to;
        self
    }

    fn ready(&mut self, agent: AgentId) -> &mut Desk {
        self.asks(agent, StatusChange::Ready)
    }

    fn asks(&mut self, agent: AgentId, status: StatusChange) -> &mut Desk {
        self.ask(Request::Status { agent, status })
    }

    fn joins(&mut self, n: u128, queue: &str) -> &mut Desk {
        self.ask(Request::Join { call: call(n), queue: queue.into(), priority: 0, since: self.now })
    }

    fn offer(&self, agent: AgentId) -> OfferId {
        // The running offer is the only one that is accepted; ids go up from the first.
        let Some((Status::Offered { .. }, _)) = self.floor.status(agent) else { panic!("no offer rings") };
        let mut floor = Floor::new(self.now, [7; 32]);
        floor.handle(self.now, Request::Configure(plan(&[ALICE])));
        floor.handle(self.now, Request::Status { agent: ALICE, status: StatusChange::Ready });
        floor.handle(self.now, Request::Join { call: call(0), queue: "main".into(), priority: 0, since: self.now });
        let first = std::iter::from_fn(|| floor.poll()).find_map(|reply| match reply {
            Reply::Offer { offer, .. } => Some(offer.0),
            _ => None,
        });
        let first = first.unwrap();
        (first..first + 100).rev().map(OfferId).find(|offer| self.floor.accepts(*offer)).unwrap()
    }

    fn accepts(&mut self, agent: AgentId) -> &mut Desk {
        let offer = self.offer(agent);
        self.ask(Request::Accepted { offer })
    }

    fn tells(&mut self, expect: &[&str]) {
        assert_eq!(std::mem::take(&mut self.story), expect);
    }

    fn status(&self, agent: AgentId) -> Status {
        self.floor.status(agent).unwrap().0
    }
}

fn paused(reason: &str) -> Status {
    Status::Paused { reason: reason.into() }
}

#[test]
fn agent_lets_it_ring() {
    let mut desk = Desk::new(&[ALICE, BOB]);
    desk.ready(ALICE).after(5).ready(BOB).after(5).joins(1, "main").after(19);
    desk.tells(&["offer call 1 to alice"]);
    desk.after(1).tells(&["withdraw from alice Some(NoAnswer)", "offer call 1 to bob"]);
    assert_eq!(desk.status(ALICE), paused("no_answer"));
    assert_eq!(desk.floor.place(desk.now, call(1)), Some((1, None)));
}

#[test]
fn refusal_is_remembered_until_nobody_else_is_ready() {
    let mut desk = Desk::new(&[ALICE, BOB]);
    desk.ready(ALICE).after(1).ready(BOB).joins(1, "main");
    let offer = desk.offer(ALICE);
    desk.ask(Request::Refuse { offer, why: Refused::Rejected });
    assert_eq!(desk.status(ALICE), paused("rejected"));
    // Alice comes back and is alone when Bob refuses too: better she than nobody.
    desk.ready(ALICE);
    let offer = desk.offer(BOB);
    desk.ask(Request::Refuse { offer, why: Refused::Unreachable });
    desk.tells(&["offer call 1 to alice", "offer call 1 to bob", "offer call 1 to alice"]);
    assert_eq!(desk.status(BOB), paused("unreachable"));
}

#[test]
fn caller_leaves_while_it_rings_and_the_agent_is_as_idle_as_before() {
    let mut desk = Desk::new(&[ALICE, BOB]);
    desk.ready(ALICE).after(10).ready(BOB).after(10).joins(1, "main").after(5);
    let idle_since = desk.now - secs(25);
    desk.ask(Request::Leave { call: call(1) });
    assert_eq!(desk.floor.status(ALICE), Some((Status::Ready, idle_since)));
    desk.joins(2, "main");
    desk.tells(&["offer call 1 to alice", "withdraw from alice None", "offer call 2 to alice"]);
}

#[test]
fn wrap_up_ends_by_disposition_by_limit_or_as_asked() {
    let mut desk = Desk::new(&[ALICE]);
    desk.ready(ALICE).joins(1, "main").accepts(ALICE).after(60);
    desk.ask(Request::Done { agent: ALICE, call: call(1) });
    assert_eq!(desk.status(ALICE), Status::Wrapping { call: call(1) });
    desk.after(29).joins(2, "main").tells(&["offer call 1 to alice"]);
    desk.after(1).tells(&["offer call 2 to alice"]);
    desk.accepts(ALICE).ask(Request::Done { agent: ALICE, call: call(2) }).ask(Request::Wrapped { agent: ALICE });
    assert_eq!(desk.status(ALICE), Status::Ready);
    desk.joins(3, "main").accepts(ALICE).asks(ALICE, StatusChange::Paused { reason: "lunch".into() });
    assert_eq!(desk.status(ALICE), Status::Talking { call: call(3) });
    desk.ask(Request::Done { agent: ALICE, call: call(3) }).after(30);
    assert_eq!(desk.status(ALICE), paused("lunch"));
}

#[test]
fn away_is_at_once_unless_talking() {
    let mut desk = Desk::new(&[ALICE]);
    desk.ready(ALICE).joins(1, "main").asks(ALICE, StatusChange::Away);
    desk.tells(&["offer call 1 to alice", "withdraw from alice Some(Unreachable)"]);
    assert_eq!(desk.status(ALICE), Status::Away);
    desk.ready(ALICE).accepts(ALICE).asks(ALICE, StatusChange::Away);
    assert_eq!(desk.status(ALICE), Status::Talking { call: call(1) });
    desk.ask(Request::Done { agent: ALICE, call: call(1) }).asks(ALICE, StatusChange::Away);
    assert_eq!(desk.status(ALICE), Status::Away);
}

#[test]
fn emergency_first_and_out_of_wrap_up() {
    let mut desk = Desk::new(&[ALICE, BOB]);
    desk.joins(1, "main").after(250).joins(2, "emergency").ready(ALICE).accepts(ALICE);
    desk.ask(Request::Done { agent: ALICE, call: call(2) }).joins(3, "emergency");
    desk.tells(&["offer call 2 to alice", "offer call 3 to alice"]);
    // Who asked for a pause keeps it.
    desk.accepts(ALICE).asks(ALICE, StatusChange::Paused { reason: "lunch".into() });
    desk.ask(Request::Done { agent: ALICE, call: call(3) }).joins(4, "emergency").tells(&[]);
    desk.after(5).ready(BOB).tells(&["offer call 4 to bob"]);
}

#[test]
fn transfer_makes_an_agent_busy_and_returns_a_paused_one_to_the_pause() {
    let mut desk = Desk::new(&[ALICE, BOB]);
    desk.asks(BOB, StatusChange::Paused { reason: "training".into() }).ask(Request::Busy { agent: BOB, call: call(9) });
    assert_eq!(desk.status(BOB), Status::Talking { call: call(9) });
    desk.ask(Request::Done { agent: BOB, call: call(8) });
    assert_eq!(desk.status(BOB), Status::Talking { call: call(9) }, "a stale Done is not theirs");
    desk.ask(Request::Done { agent: BOB, call: call(9) }).after(30);
    assert_eq!(desk.status(BOB), paused("training"));
    // A call that comes to somebody whose phone rings for another: that one goes on to the next.
    desk.ready(ALICE).joins(1, "main").ready(BOB).ask(Request::Busy { agent: ALICE, call: call(9) });
    desk.tells(&["offer call 1 to alice", "withdraw from alice Some(Unreachable)", "offer call 1 to bob"]);
}

#[test]
fn a_transfer_that_rings_is_no_talk_and_leaves_nothing_to_wrap_up() {
    let mut desk = Desk::new(&[ALICE, BOB]);
    let rung = || Request::Rung { agent: ALICE, call: call(9) };
    let done = || Request::Done { agent: ALICE, call: call(9) };
    desk.ready(ALICE).after(5).ready(BOB).ask(rung());
    assert_eq!(desk.status(ALICE), Status::Offered { call: call(9) });
    desk.joins(1, "main").tells(&["offer call 1 to bob"]);
    // The caller gave up: as idle as before, and before whoever became ready later.
    desk.accepts(BOB).ask(done());
    assert_eq!(desk.status(ALICE), Status::Ready);
    desk.ask(Request::Done { agent: BOB, call: call(1) }).ask(Request::Wrapped { agent: BOB });
    desk.joins(2, "main").tells(&["offer call 2 to alice"]);
    desk.accepts(ALICE);
    desk.ask(Request::Done { agent: ALICE, call: call(2) }).ask(Request::Wrapped { agent: ALICE });
    // Not answered: paused at once. Answered: a talk, and what was asked while it rang comes after it.
    desk.ask(rung()).asks(ALICE, StatusChange::Paused { reason: "no_answer".into() });
    assert_eq!(desk.status(ALICE), Status::Offered { call: call(9) });
    desk.ask(done());
    assert_eq!(desk.status(ALICE), paused("no_answer"));
    desk.ready(ALICE).ask(rung()).asks(ALICE, StatusChange::Paused { reason: "lunch".into() });
    desk.ask(Request::Busy { agent: ALICE, call: call(9) });
    assert_eq!(desk.status(ALICE), Status::Talking { call: call(9) });
    desk.ask(done()).after(30);
    assert_eq!(desk.status(ALICE), paused("lunch"));
}

#[test]
fn overdue_once_and_at_once_when_full() {
    let mut desk = Desk::new(&[ALICE]);
    desk.joins(1, "main").joins(2, "main").after(10).joins(3, "main").joins(4, "main").joins(5, "nowhere");
    desk.tells(&["overdue call 4", "overdue call 5"]);
    desk.after(290).tells(&["overdue call 1", "overdue call 2"]);
    desk.after(1000).tells(&["overdue call 3"]);
    assert_eq!(desk.floor.place(desk.now, call(3)), Some((3, None)), "overdue calls keep their place");
}

#[test]
fn a_call_moves_to_another_queue() {
    let mut desk = Desk::new(&[ALICE]);
    desk.ready(ALICE).joins(1, "main").joins(1, "emergency");
    desk.tells(&["offer call 1 to alice", "withdraw from alice None", "offer call 1 to alice"]);
    let queues = desk.floor.board().into_iter().filter_map(|row| match row {
        Row::Queue { queue, offered, abandoned, waiting, .. } => Some((queue, offered, abandoned, waiting)),
        _ => None,
    });
    let expect = [("main".to_owned(), 0, 0, 0), ("emergency".to_owned(), 1, 0, 1)];
    let queues: Vec<_> = queues.collect();
    assert!(expect.iter().all(|row| queues.contains(row)), "{queues:?}");
}

#[test]
fn a_join_said_again_keeps_the_offer() {
    let mut desk = Desk::new(&[ALICE]);
    desk.ready(ALICE).joins(1, "main").joins(1, "main").after(1).joins(1, "main");
    desk.tells(&["offer call 1 to alice"]);
    desk.accepts(ALICE);
    assert_eq!(desk.status(ALICE), Status::Talking { call: call(1) });
}

#[test]
fn who_leaves_the_configuration_finishes_the_call() {
    let mut desk = Desk::new(&[ALICE, BOB]);
    desk.ready(ALICE).joins(1, "main").accepts(ALICE).ask(Request::Configure(plan(&[BOB])));
    assert_eq!(desk.status(ALICE), Status::Talking { call: call(1) });
    desk.ask(Request::Done { agent: ALICE, call: call(1) }).after(30);
    assert_eq!(desk.floor.status(ALICE), None);
    desk.ready(BOB).joins(2, "main").ask(Request::Configure(plan(&[ALICE])));
    desk.tells(&["offer call 1 to alice", "offer call 2 to bob", "withdraw from bob Some(Unreachable)"]);
    assert_eq!(desk.floor.status(BOB), None);
}

#[test]
fn midnight_counts_those_who_wait_into_the_new_day() {
    let mut desk = Desk::new(&[ALICE]);
    desk.joins(1, "main").joins(2, "main").ask(Request::Leave { call: call(2) }).ask(Request::Reset);
    let row = desk.floor.board().into_iter().find(|row| matches!(row, Row::Queue { queue, .. } if queue == "main"));
    let Some(Row::Queue { waiting: 1, offered: 1, answered: 0, abandoned: 0, level: None, .. }) = row else {
        panic!("{row:?}")
    };
}

#[test]
fn positions_far_back_become_exact_in_bounded_portions() {
    let mut big = plan(&[ALICE]);
    big.queues[0].waiting_max = 10_000;
    let mut desk = Desk::new(&[]);
    desk.ask(Request::Configure(big));
    for n in 1..=2_000 {
        desk.joins(n, "main");
    }
    desk.ask(Request::Leave { call: call(1) });
    // The sweep is far back when the head moves again.
    desk.after(3).ask(Request::Leave { call: call(2) });
    let mut now = desk.now;
    while let Some(at) = desk.floor.timeout().filter(|at| *at < desk.now + secs(290)) {
        now = at;
        desk.floor.tick(now);
        let rows = std::iter::from_fn(|| desk.floor.poll()).count();
        assert!(rows <= limit::POSITIONS_FRESH + limit::POSITIONS_SWEPT, "{rows} rows in a step");
    }
    assert!(now < desk.now + secs(10), "the sweep ends");
    for row in desk.floor.board() {
        if let Row::Waiting { call, position, .. } = row {
            assert_eq!(u128::from(position) + 2, call.as_u128());
        }
    }
}

impl Desk {
    fn board_queue(&self, name: &str) -> Option<Row> {
        self.floor.board().into_iter().find(|row| matches!(row, Row::Queue { queue, .. } if queue == name))
    }

    /// Asks, and gives what the board is told.
    fn rows(&mut self, request: Request) -> Vec<Row> {
        self.floor.handle(self.now, request);
        let replies = std::iter::from_fn(|| self.floor.poll());
        replies.filter_map(|reply| if let Reply::Row(row) = reply { Some(row) } else { None }).collect()
    }
}

#[test]
fn what_was_counted_before_a_restart_is_on_the_board_again() {
    let mut desk = Desk::new(&[ALICE]);
    desk.joins(1, "main");
    let day = Day { offered: 5, answered: 3, answered_in_time: 2, abandoned: 2, abandoned_late: 1 };
    let told = desk.rows(Request::Recall { queue: "main".into(), day });
    let row = desk.board_queue("main").unwrap();
    let Row::Queue { waiting: 1, offered: 6, answered: 3, abandoned: 2, level: Some(0.5), .. } = row else {
        panic!("{row:?}")
    };
    assert_eq!(told, [row], "the board is told, of this queue only");
    assert_eq!(desk.rows(Request::Recall { queue: "closed".into(), day }), []);
}

#[test]
fn a_new_head_start_overtakes_and_a_new_longest_wait_counts_from_the_start_of_the_wait() {
    let mut desk = Desk::new(&[ALICE]);
    desk.joins(1, "main").after(10).joins(2, "main").joins(3, "emergency").after(10);
    let mut other = plan(&[ALICE]);
    other.queues[0].wait_max = Some(secs(15));
    other.queues[1].base = 5;
    // Call 1 has waited longer than is allowed now, call 2 has five seconds left.
    desk.ask(Request::Configure(other.clone())).after(0).tells(&["overdue call 1"]);
    desk.after(4).tells(&[]);
    desk.after(1).tells(&["overdue call 2"]);
    // Said once, whatever the configuration becomes.
    desk.ask(Request::Configure(other.clone())).after(0).tells(&[]);
    // No emergency any more: 15 s of waiting and 5 s of head start are less than 25 s.
    desk.ready(ALICE).tells(&["offer call 1 to alice"]);
    desk.ask(Request::Leave { call: call(1) });
    desk.tells(&["withdraw from alice None", "offer call 3 to alice"]);
    // The offered call keeps its agent, and nobody else gets it.
    other.queues[1].base = 0;
    desk.ask(Request::Configure(other)).tells(&[]);
    desk.accepts(ALICE).tells(&[]);
}

#[test]
fn without_a_longest_wait_nobody_is_overdue() {
    let mut desk = Desk::new(&[ALICE]);
    let mut patient = plan(&[ALICE]);
    patient.queues[0].wait_max = None;
    desk.joins(1, "main").ask(Request::Configure(patient)).after(3_600).tells(&[]);
    desk.ask(Request::Configure(plan(&[ALICE]))).after(0).tells(&["overdue call 1"]);
}

#[test]
fn a_join_said_again_moves_the_call_and_its_longest_wait() {
    let mut desk = Desk::new(&[ALICE]);
    desk.joins(1, "main").joins(2, "main").after(100);
    let since = desk.now;
    let again = |call, priority, since| Request::Join { call, queue: "main".into(), priority, since };
    // Call 1 begins to wait anew: it goes behind call 2, and is overdue 300 s from here.
    let rows = desk.rows(again(call(1), 0, since));
    let place = |rows: &[Row], n| {
        rows.iter().rev().find_map(|row| match row {
            Row::Waiting { call: id, position, since, .. } if *id == call(n) => Some((*position, *since)),
            _ => None,
        })
    };
    assert_eq!(place(&rows, 1), Some((2, since)), "{rows:?}");
    desk.after(200).tells(&["overdue call 2"]);
    desk.after(99).tells(&[]);
    desk.after(1).tells(&["overdue call 1"]);
    // A higher priority brings it to the front; an overdue one is not overdue again.
    desk.ask(again(call(1), 500, since)).after(600).tells(&[]);
    desk.ready(ALICE).tells(&["offer call 1 to alice"]);
}

#[test]
fn a_closed_queue_serves_those_in_line_and_is_gone_with_the_last() {
    let closed = || {
        let mut plan = plan(&[ALICE]);
        plan.queues.truncate(1);
        plan
    };
    let gone = |rows: &[Row]| rows.contains(&Row::QueueGone { queue: "emergency".into() });
    let open = |leave: fn(&mut Desk) -> Vec<Row>| {
        let mut desk = Desk::new(&[ALICE]);
        desk.joins(1, "emergency").joins(2, "emergency");
        assert!(!gone(&desk.rows(Request::Configure(closed()))), "two wait in it");
        assert!(!gone(&desk.rows(Request::Leave { call: call(1) })), "one waits in it");
        desk.joins(3, "emergency").tells(&["overdue call 3"]);
        let rows = leave(&mut desk);
        assert!(gone(&rows), "{rows:?}");
        assert_eq!(desk.board_queue("emergency"), None);
        assert!(desk.board_queue("main").is_some());
        desk.joins(4, "emergency").tells(&["overdue call 4"]);
    };
    open(|desk| desk.rows(Request::Leave { call: call(2) }));
    open(|desk| desk.rows(Request::Join { call: call(2), queue: "main".into(), priority: 0, since: desk.now }));
    // A queue without calls goes at once.
    let mut desk = Desk::new(&[ALICE]);
    assert!(gone(&desk.rows(Request::Configure(closed()))));
}

#[test]
fn a_transferred_call_has_the_longest_wrap_up_and_a_queues_call_its_own() {
    let mut desk = Desk::new(&[ALICE]);
    let mut plan = plan(&[ALICE]);
    plan.queues[1].wrapup_max = secs(60);
    desk.ask(Request::Configure(plan)).ready(ALICE);
    desk.ask(Request::Busy { agent: ALICE, call: call(9) })
        .ask(Request::Done { agent: ALICE, call: call(9) })
        .after(59);
    assert_eq!(desk.status(ALICE), Status::Wrapping { call: call(9) });
    desk.after(1);
    assert_eq!(desk.status(ALICE), Status::Ready);
    // The switch says of a queue's call that the agent is on it: nothing new.
    desk.joins(1, "main").accepts(ALICE).ask(Request::Busy { agent: ALICE, call: call(1) });
    desk.ask(Request::Done { agent: ALICE, call: call(1) }).after(30);
    assert_eq!(desk.status(ALICE), Status::Ready);
}

#[test]
fn the_estimate_counts_who_is_at_work() {
    let mut desk = Desk::new(&[ALICE, BOB]);
    for n in 0..20 {
        desk.ready(ALICE).joins(n, "main").accepts(ALICE).after(60);
        desk.ask(Request::Done { agent: ALICE, call: call(n) }).ask(Request::Wrapped { agent: ALICE });
    }
    desk.joins(100, "main").accepts(ALICE).joins(101, "main");
    assert_eq!(desk.floor.place(desk.now, call(101)), Some((1, Some(secs(60)))));
    desk.ask(Request::Busy { agent: BOB, call: call(9) });
    assert_eq!(desk.floor.place(desk.now, call(101)), Some((1, Some(secs(30)))), "two at work");
    desk.asks(BOB, StatusChange::Away).ask(Request::Done { agent: BOB, call: call(9) }).after(30);
    assert_eq!(desk.floor.place(desk.now, call(101)), Some((1, Some(secs(60)))), "one went away");
}
