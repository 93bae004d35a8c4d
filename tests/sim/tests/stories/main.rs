//! Stories as a person would tell them. Each ends with `check`: everybody hangs up and nothing may be left.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod agent_does_not_take_it;
mod bad_network;
mod caller_hangs_up;
mod crash;
mod emergency;
mod flood;
mod hold_and_transfer;
mod keys;
mod nth;
mod returning;
mod same_seed;
mod simple_call;

use sim::{Habit, PhoneId, World, secs};

/// A caller who dialled 1000, pressed 0 and hears what the queue plays.
fn waiting_caller(w: &mut World) -> PhoneId {
    let caller = w.calls("1000");
    w.run_until(secs(3), "the greeting", |w| w.hears(caller) == "greet");
    w.press(caller, "0");
    w.run_until(secs(5), "in line", |w| w.story(caller).contains("Queued(main)"));
    caller
}

/// A caller whom this agent has answered.
fn talking_caller(w: &mut World, agent: &str) -> PhoneId {
    w.habit(agent, Habit::Answers { after: secs(2) });
    w.ready(agent);
    let caller = waiting_caller(w);
    w.run_until(secs(10), "both hear one another", |w| {
        w.hears(caller) == agent && w.hears(w.agent(agent)).starts_with("caller")
    });
    caller
}
