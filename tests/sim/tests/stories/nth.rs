//! One small day, played again and again; each time the n-th effect goes wrong, for every n.

use super::*;
use call::command::{Command, Target};
use sim::plan::agent_id;
use sim::world::{Counts, Nth};
use sip::Transport;

/// Greeting, line, agent, hold, transfer to another, hang-up. Whatever goes wrong goes wrong: nothing is asserted here.
fn day(nth: Nth) -> (World, PhoneId) {
    day_at(Transport::Udp, nth)
}

fn day_at(desk: Transport, nth: Nth) -> (World, PhoneId) {
    let mut w = World::at(90, [desk; 4]);
    w.nth = nth;
    let (alice, bob) = (agent_id("alice"), agent_id("bob"));
    for name in ["alice", "bob"] {
        w.habit(name, Habit::Answers { after: secs(1) });
    }
    w.ready("alice");
    let caller = w.calls("1000");
    w.run_for(secs(3));
    w.press(caller, "0");
    w.run_for(secs(7));
    if let Some(call) = w.call_of(caller) {
        w.command(Command::Hold { call, agent: alice });
        w.run_for(secs(3));
        w.command(Command::Resume { call, agent: alice });
        w.run_for(secs(3));
        w.ready("bob");
        w.command(Command::Transfer { call, agent: alice, to: Target::Agent(bob) });
    }
    w.run_for(secs(10));
    w.hangs_up(caller);
    w.run_for(secs(40));
    w.check();
    (w, caller)
}

const COMPLETE: &str = "Arrived Greeted Queued(main) Offered(alice) Answered(alice) Held Resumed Transferred(bob) Answered(bob) \
                        Ended(Completed by Caller)";

fn undisturbed() -> Counts {
    let (w, caller) = day(Nth::default());
    let story = w.story(caller).replace("Offered(bob) ", "");
    assert_eq!(story, COMPLETE);
    w.counts
}

#[test]
fn every_message_lost_once() {
    let all = undisturbed().messages;
    assert!(all > 40);
    for n in 1..=all {
        let (w, caller) = day(Nth { message: Some(n), ..Nth::default() });
        let story = w.story(caller);
        assert!(
            story.contains("Answered(alice)") && story.ends_with("Ended(Completed by Caller)"),
            "message {n} lost: {story}\n{}",
            w.ladder.draw()
        );
    }
}

/// At pages and TCP phones a message is not lost alone: its connection breaks, and another is opened.
#[test]
fn every_connection_broken_at_every_message() {
    for desk in [Transport::Ws, Transport::Tcp] {
        let (w, caller) = day_at(desk, Nth::default());
        assert_eq!(w.story(caller).replace("Offered(bob) ", ""), COMPLETE);
        for n in 1..=w.counts.messages {
            let (w, caller) = day_at(desk, Nth { message: Some(n), ..Nth::default() });
            let story = w.story(caller);
            assert!(
                story.ends_with("Ended(Completed by Caller)") || story.contains("CallbackDue"),
                "{desk:?} {n}: {story}\n{}",
                w.ladder.draw()
            );
        }
    }
}

#[test]
fn every_port_refused_once() {
    for n in 1..=undisturbed().binds {
        let (w, caller) = day(Nth { bind: Some(n), ..Nth::default() });
        assert!(w.story(caller).contains("Ended("), "port {n} refused: {}", w.story(caller));
    }
}

/// Also between the callback of a call and its end: nobody is called back twice.
#[test]
fn power_fails_at_every_fsync_of_a_call_that_is_given_up() {
    for n in 1..=20 {
        let mut w = World::new(91);
        w.nth.sync = Some(n);
        let caller = w.calls("1000");
        w.run_for(secs(3));
        w.press(caller, "0");
        w.run_for(secs(7));
        w.hangs_up(caller);
        w.run_for(secs(40));
        w.check();
    }
}

#[test]
fn power_fails_at_every_fsync_and_every_event() {
    let counts = undisturbed();
    let fsyncs = (1..=counts.syncs).map(|n| Nth { sync: Some(n), ..Nth::default() });
    let events = (1..=counts.events).map(|n| Nth { event: Some(n), ..Nth::default() });
    for nth in fsyncs.chain(events) {
        let (w, caller) = day(nth);
        let acknowledged = w.talk(caller).is_some_and(|talk| !talk.heard.is_empty());
        assert!(!acknowledged || w.story(caller).contains("Ended("), "{nth:?}: {}", w.story(caller));
    }
}
