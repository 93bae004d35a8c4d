//! What a browser can run of the server: call flows, the queue, the rules of tickets. `scripts/wasm` builds this for
//! wasm32 and `check.mjs` asks it in Node. JSON both ways: the caller asks for room with [`input`], writes a request
//! there, calls [`answer`], and reads as many bytes at [`output`].

use acd::{Floor, Reply, Request};
use chrono::{DateTime, TimeDelta};
use ivr::simulate::Simulation;
use ivr::{Flow, Locale};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use types::{Moment, PersonId, TicketId};

#[expect(dead_code, reason = "the server uses the rest")]
#[path = "../../../src/tickets/rules.rs"]
mod rules;

static INPUT: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static OUTPUT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

#[derive(Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
enum Ask {
    /// What is wrong with a flow.
    Check { flow: String },
    /// What a caller hears who does this: the lines of `ivr::simulate`.
    Walk { flow: String, lines: Vec<String> },
    /// What the floor replies to these requests, each so many milliseconds after its start.
    Queue { requests: Vec<(u64, Request)> },
    /// Whether a ticket that was closed so many days ago may be reopened.
    Reopen { days: i64 },
}

/// Room for a request of so many bytes.
#[unsafe(no_mangle)]
pub extern "C" fn input(bytes: usize) -> *mut u8 {
    let mut input = INPUT.lock().expect("one thread");
    *input = vec![0; bytes];
    input.as_mut_ptr()
}

/// Answers the request; gives the answer's length.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> usize {
    let answer = match serde_json::from_slice(&INPUT.lock().expect("one thread")) {
        Ok(ask) => answered(ask),
        Err(error) => json!({ "error": error.to_string() }),
    };
    let mut output = OUTPUT.lock().expect("one thread");
    *output = answer.to_string().into_bytes();
    output.len()
}

/// Where the answer is, until the next one.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    OUTPUT.lock().expect("one thread").as_ptr()
}

fn answered(ask: Ask) -> Value {
    match ask {
        Ask::Check { flow } => match Flow::parse(&flow) {
            Ok(flow) => json!({ "queues": flow.queues(), "findings": [] }),
            Err(found) => {
                let finding = |f: ivr::Finding| json!({ "line": f.line, "what": f.what, "remedy": f.remedy });
                json!({ "findings": found.into_iter().map(finding).collect::<Vec<_>>() })
            }
        },
        Ask::Walk { flow, lines } => match Flow::parse(&flow) {
            Ok(flow) => {
                let mut caller = Simulation::new(Arc::new(flow), Locale::Ru, Moment::START);
                json!(lines.iter().map(|line| caller.line(line)).collect::<String>())
            }
            Err(found) => json!({ "error": format!("{} findings", found.len()) }),
        },
        Ask::Queue { requests } => json!(replies(requests)),
        Ask::Reopen { days } => json!(reopened(days)),
    }
}

fn replies(requests: Vec<(u64, Request)>) -> Vec<Reply> {
    let mut floor = Floor::new(Moment::from_nanos(0), [7; 32]);
    let mut replies = Vec::new();
    for (ms, request) in requests {
        floor.handle(Moment::from_nanos(ms * 1_000_000), request);
        replies.extend(std::iter::from_fn(|| floor.poll()));
    }
    replies
}

/// The new state, or why not.
fn reopened(days: i64) -> String {
    let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
    let ticket = rules::Facts {
        id: TicketId::from_u128(1),
        state: rules::TicketState::Closed,
        kind: rules::TicketKind::Service,
        executor: None,
        building: None,
        hold_from: None,
        closed_at: Some(now - TimeDelta::days(days)),
    };
    let dispatcher =
        rules::Actor { person: Some(PersonId::from_u128(2)), for_others: true, rejects_emergencies: false };
    let command = rules::Command::Reopen { reason: "it leaks again".into() };
    match rules::apply(&ticket, &command, dispatcher, None, now) {
        Ok(change) => change.to.word().to_owned(),
        Err(refused) => format!("{refused:?}"),
    }
}
