//! Requests and replies of the floor as JSON: another node may own the floor one day.

use acd::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use std::time::Duration;
use types::Moment;

const AGENT: AgentId = AgentId::from_u128(0xa11ce);
const CALL: CallId = CallId::from_u128(1);

fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(messages: Vec<T>) {
    for message in messages {
        let json = serde_json::to_string(&message).unwrap();
        assert_eq!(serde_json::from_str::<T>(&json).unwrap(), message, "{json}");
    }
}

fn plan() -> FloorPlan {
    let queue = QueuePlan {
        name: "main".into(),
        base: -5,
        ring_max: Duration::from_millis(20_500),
        wrapup_max: Duration::ZERO,
        target: Duration::from_secs(20),
        wait_max: None,
        waiting_max: 3,
    };
    let limited = QueuePlan { name: "emergency".into(), wait_max: Some(Duration::from_secs(300)), ..queue.clone() };
    FloorPlan { queues: vec![queue, limited], agents: vec![AgentPlan { agent: AGENT, queues: vec!["main".into()] }] }
}

#[test]
fn a_request_read_back_is_the_same_request() {
    let (offer, queue) = (OfferId(u64::MAX), || "main".to_owned());
    let refuse = |why| Request::Refuse { offer, why };
    let status = |status| Request::Status { agent: AGENT, status };
    let day = Day { offered: 5, answered: 3, answered_in_time: 2, abandoned: 1, abandoned_late: 1 };
    check(vec![
        Request::Configure(plan()),
        Request::Join { call: CALL, queue: queue(), priority: i64::MIN, since: Moment::START },
        Request::Leave { call: CALL },
        Request::Accepted { offer },
        refuse(Refused::NoAnswer),
        refuse(Refused::Rejected),
        refuse(Refused::Unreachable),
        Request::Done { agent: AGENT, call: CALL },
        Request::Rung { agent: AGENT, call: CALL },
        Request::Busy { agent: AGENT, call: CALL },
        status(StatusChange::Ready),
        status(StatusChange::Away),
        status(StatusChange::Paused { reason: "lunch".into() }),
        Request::Wrapped { agent: AGENT },
        Request::Reset,
        Request::Recall { queue: queue(), day },
    ]);
}

#[test]
fn a_reply_read_back_is_the_same_reply() {
    let (offer, queue, since) = (OfferId(7), || "main".to_owned(), Moment::START + Duration::from_nanos(1));
    let withdraw = |why| Reply::Withdraw { offer, call: CALL, agent: AGENT, why };
    let changed = |from, to| Reply::Changed { agent: AGENT, from, to };
    let agent = |status| Row::Agent { agent: AGENT, status, since, queues: vec![queue()], calls_taken: 2 };
    let counted = |oldest, level| Row::Queue {
        queue: queue(),
        waiting: 1,
        oldest,
        offered: 3,
        answered: 1,
        abandoned: 1,
        level,
        ready: 0,
    };
    let waiting =
        |offered_to| Row::Waiting { call: CALL, queue: queue(), since, position: 1, priority: -1, offered_to };
    let mut replies = vec![
        Reply::Offer { offer, call: CALL, agent: AGENT, queue: queue() },
        withdraw(None),
        withdraw(Some(Refused::NoAnswer)),
        changed(Status::Away, Status::Ready),
        changed(Status::Offered { call: CALL }, Status::Talking { call: CALL }),
        changed(Status::Wrapping { call: CALL }, Status::Paused { reason: "break".into() }),
        Reply::Overdue { call: CALL },
    ];
    let rows = vec![
        agent(Status::Paused { reason: "break".into() }),
        counted(None, None),
        counted(Some(since), Some(0.8)),
        waiting(None),
        waiting(Some(AGENT)),
        Row::Gone { call: CALL },
        Row::AgentGone { agent: AGENT },
        Row::QueueGone { queue: queue() },
    ];
    check(rows.clone());
    replies.extend(rows.into_iter().map(Reply::Row));
    check(replies);
}
