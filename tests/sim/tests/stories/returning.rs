//! The dispatcher's page is loaded anew, closed, cut off: the caller hears music and gets the same dispatcher back
//! (`call/src/stage/returning.rs`), or the head of the line.

use super::*;
use call::command::{Command, Target};
use sim::Reload;
use sim::plan::agent_id;
use sip::Transport::{Tcp, Udp, Ws};
use std::time::Duration;

const BACK: Duration = secs(5);

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn pages(seed: u64) -> World {
    World::at(seed, [Ws; 4])
}

/// Each hears the other, and both do now.
fn talk(w: &World, caller: PhoneId, agent: &str) -> bool {
    w.hears(caller) == agent && w.hears(w.agent(agent)) == w.phones[caller].name
}

/// The ways a page goes: with and without a word, its connection first or its sound first, back soon or late.
fn ways() -> Vec<Reload> {
    let mut ways = Vec::new();
    for closes in [0, 30, 300] {
        for alerts in [None, Some(0), Some(20), Some(400)] {
            for back in [350, 1_200, 3_000] {
                let alerts = alerts.map(millis);
                ways.push(Reload { closes: millis(closes), alerts, back: Some(millis(back)) });
            }
        }
    }
    ways
}

#[test]
fn a_reload_in_a_talk_gives_the_call_back_within_five_seconds() {
    for (n, how) in ways().into_iter().enumerate() {
        let mut w = pages(100_000 + n as u64);
        w.habit("bob", Habit::Answers { after: secs(1) });
        w.ready("bob");
        w.asks("bob", acd::StatusChange::Paused { reason: "lunch".into() });
        let caller = talking_caller(&mut w, "alice");
        w.reloads("alice", how);
        w.run_for(millis(100));
        w.run_until(BACK - millis(100), &format!("both talk again after {how:?}"), |w| talk(w, caller, "alice"));
        assert_eq!(w.agent_status("alice"), "talking");
        w.hangs_up(caller);
        w.run_for(secs(11));
        assert_eq!(w.agent_status("alice"), "ready", "{how:?}");
        w.check();
        assert!(
            w.story(caller).ends_with("Answered(alice) Answered(alice) Ended(Completed by Caller)"),
            "{}",
            w.story(caller)
        );
    }
}

#[test]
fn the_caller_hears_music_meanwhile() {
    let mut w = pages(101);
    let caller = talking_caller(&mut w, "alice");
    w.reloads("alice", Reload { back: Some(secs(4)), ..Reload::default() });
    w.run_for(secs(3));
    assert_eq!(w.hears(caller), "music-1");
    assert_eq!(w.agent_status("alice"), "talking", "nobody else is offered to her");
    w.run_for(secs(2));
    assert!(talk(&w, caller, "alice"));
    w.check();
}

#[test]
fn a_reload_on_hold_gives_the_call_back_talking() {
    let mut w = pages(102);
    let caller = talking_caller(&mut w, "alice");
    let call = w.call_of(caller).unwrap();
    w.commands(Command::Hold { call, agent: agent_id("alice") }).unwrap();
    w.run_for(secs(3));
    w.reloads("alice", Reload::default());
    w.run_for(millis(100));
    w.run_until(BACK, "both talk again", |w| talk(w, caller, "alice"));
    // Held anew, resumed, and the sums of the end are right (`check`).
    w.commands(Command::Hold { call, agent: agent_id("alice") }).unwrap();
    w.run_for(secs(2));
    assert_eq!(w.hears(caller), "music-1");
    w.commands(Command::Resume { call, agent: agent_id("alice") }).unwrap();
    w.run_for(secs(2));
    assert!(talk(&w, caller, "alice"));
    w.check();
}

#[test]
fn a_reload_while_it_rings_gives_the_call_to_the_next() {
    for back in [350, 1_200, 8_000] {
        let mut w = pages(103_000 + back);
        w.ready("alice");
        w.run_for(secs(1));
        w.habit("bob", Habit::Answers { after: secs(1) });
        w.ready("bob");
        let caller = waiting_caller(&mut w);
        w.run_until(secs(5), "it rings", |w| w.rings("alice"));
        w.reloads("alice", Reload { back: Some(millis(back)), ..Reload::default() });
        w.run_until(BACK, "bob has it", |w| talk(w, caller, "bob"));
        assert_eq!(w.agent_status("alice"), "paused unreachable");
        w.check();
        assert!(
            w.story(caller).contains("Declined(alice, unreachable) Offered(bob) Answered(bob)"),
            "{}",
            w.story(caller)
        );
    }
}

#[test]
fn a_reload_while_it_rings_and_nobody_else_is_there() {
    let mut w = pages(104);
    w.ready("alice");
    let caller = waiting_caller(&mut w);
    w.run_until(secs(5), "it rings", |w| w.rings("alice"));
    w.reloads("alice", Reload::default());
    w.run_for(secs(3));
    assert_eq!((w.hears(caller), w.agent_status("alice")), ("music-1".into(), "paused unreachable".into()));
    w.habit("alice", Habit::Answers { after: secs(1) });
    w.ready("alice");
    w.run_until(secs(3), "she gets it after all", |w| talk(w, caller, "alice"));
    w.check();
}

/// Around the very moment of the answer, whoever wins: the caller is not lost, and she is not stuck.
#[test]
fn a_reload_around_the_answer() {
    for n in 0..60 {
        let mut w = pages(105_000 + n);
        w.habit("alice", Habit::Answers { after: secs(1) });
        w.ready("alice");
        let caller = waiting_caller(&mut w);
        w.run_until(secs(5), "it rings", |w| w.rings("alice"));
        w.run_for(millis(980 + n));
        let alerts = (n % 2 == 0).then(|| millis(10));
        w.reloads("alice", Reload { alerts, ..Reload::default() });
        w.run_for(BACK);
        let back = talk(&w, caller, "alice");
        let in_line = w.hears(caller) == "music-1" && w.agent_status("alice") == "paused unreachable";
        assert!(back || in_line, "{n}: {} {}", w.hears(caller), w.story(caller));
        w.check();
    }
}

#[test]
fn who_sent_the_call_on_may_reload() {
    let mut w = pages(106);
    let caller = talking_caller(&mut w, "alice");
    w.habit("bob", Habit::Answers { after: secs(2) });
    w.ready("bob");
    let call = w.call_of(caller).unwrap();
    let to = Target::Agent(agent_id("bob"));
    w.commands(Command::Transfer { call, agent: agent_id("alice"), to }).unwrap();
    w.run_for(millis(200));
    w.reloads("alice", Reload::default());
    w.run_until(BACK, "bob has it", |w| talk(w, caller, "bob"));
    w.run_for(secs(10));
    assert_eq!(w.agent_status("alice"), "ready", "her wrap-up went on");
    w.check();
}

#[test]
fn the_target_of_a_transfer_reloads_while_it_rings() {
    let mut w = pages(107);
    let caller = talking_caller(&mut w, "alice");
    w.ready("bob");
    let call = w.call_of(caller).unwrap();
    let to = Target::Agent(agent_id("bob"));
    w.commands(Command::Transfer { call, agent: agent_id("alice"), to }).unwrap();
    w.run_until(secs(3), "it rings", |w| w.rings("bob"));
    w.reloads("bob", Reload::default());
    w.run_for(secs(2));
    assert_eq!(w.hears(caller), "music-1");
    w.run_until(secs(20), "alice, after her wrap-up", |w| talk(w, caller, "alice"));
    w.run_for(secs(12));
    assert_eq!(w.agent_status("bob"), "paused unreachable");
    w.check();
}

#[test]
fn a_reload_in_wrap_up_changes_nothing() {
    let mut w = pages(108);
    let caller = talking_caller(&mut w, "alice");
    w.hangs_up(caller);
    w.run_for(secs(1));
    w.reloads("alice", Reload::default());
    w.run_for(secs(3));
    assert_eq!(w.agent_status("alice"), "wrapping");
    w.run_for(secs(8));
    assert_eq!(w.agent_status("alice"), "ready");
    let next = waiting_caller(&mut w);
    w.run_until(secs(5), "the next caller", |w| talk(w, next, "alice"));
    w.check();
}

#[test]
fn a_reload_while_ready_keeps_the_place_among_the_idle() {
    let mut w = pages(109);
    w.ready("alice");
    w.run_for(secs(1));
    w.ready("bob");
    w.reloads("alice", Reload::default());
    w.run_for(secs(3));
    assert_eq!(w.agent_status("alice"), "ready");
    let _caller = waiting_caller(&mut w);
    w.run_for(secs(1));
    assert!(w.rings("alice") && !w.rings("bob"));
    w.check();
}

#[test]
fn a_page_that_stays_away_is_away_after_a_while() {
    let mut w = pages(110);
    w.ready("alice");
    w.reloads("alice", Reload { back: None, ..Reload::default() });
    w.run_for(secs(14));
    assert_eq!(w.agent_status("alice"), "ready");
    w.run_for(secs(2));
    assert_eq!(w.agent_status("alice"), "away");
    w.check();
}

/// F16: 15 s of music, then before all who wait; she is paused.
#[test]
fn who_never_returns_loses_the_call_to_the_head_of_the_line() {
    for alerts in [None, Some(millis(20))] {
        let mut w = pages(111);
        let caller = talking_caller(&mut w, "alice");
        let first: Vec<PhoneId> = (0..2).map(|_| waiting_caller(&mut w)).collect();
        w.run_for(secs(30));
        w.reloads("alice", Reload { alerts, back: None, ..Reload::default() });
        w.run_for(secs(14));
        assert_eq!((w.hears(caller), w.agent_status("alice")), ("music-1".into(), "talking".into()));
        w.run_for(secs(2) + millis(100));
        assert!(w.story(caller).ends_with("Answered(alice) Queued(main)"), "{}", w.story(caller));
        assert_ne!(w.agent_status("alice"), "talking");
        w.habit("bob", Habit::Answers { after: secs(1) });
        w.ready("bob");
        w.run_until(secs(3), "before those who waited longer", |w| talk(w, caller, "bob"));
        assert!(first.iter().all(|waiting| w.hears(*waiting) == "music-1"));
        w.run_for(secs(12));
        assert_eq!(w.agent_status("alice"), "paused unreachable");
        w.check();
        assert!(
            w.story(caller).contains("Answered(alice) Queued(main) Offered(bob) Answered(bob)"),
            "{}",
            w.story(caller)
        );
    }
}

#[test]
fn she_comes_back_too_late_and_is_paused() {
    let mut w = pages(112);
    let caller = talking_caller(&mut w, "alice");
    w.reloads("alice", Reload { back: Some(millis(14_500)), ..Reload::default() });
    w.run_for(secs(14));
    assert_eq!(w.hears(caller), "music-1");
    w.run_for(secs(13));
    // A breath before the end she is rung: either she has it again, or it is in line and she is paused.
    let back = talk(&w, caller, "alice");
    let in_line = w.hears(caller) == "music-1" && w.agent_status("alice").starts_with("paused");
    assert!(back || in_line, "{} {}", w.agent_status("alice"), w.story(caller));
    w.check();
}

/// The caller hangs up at any moment of the dispatcher's return.
#[test]
fn the_caller_hangs_up_meanwhile() {
    for after in (0..4_000).step_by(100) {
        let mut w = pages(113_000 + after);
        let caller = talking_caller(&mut w, "alice");
        let alerts = (after % 200 == 0).then(|| millis(20));
        w.reloads("alice", Reload { alerts, ..Reload::default() });
        w.run_for(millis(after));
        w.hangs_up(caller);
        w.run_for(secs(13));
        let status = w.agent_status("alice");
        assert!(status == "ready" || status == "paused unreachable", "after {after} ms: {status}");
        w.check();
        assert!(w.story(caller).contains("Ended(Completed by Caller)"), "{}", w.story(caller));
        // And she can take the next one.
        w.ready("alice");
        let next = waiting_caller(&mut w);
        w.run_until(secs(8), "the next caller", |w| talk(w, next, "alice"));
    }
}

/// Caller and dispatcher both sit at pages, and both are loaded anew at once.
#[test]
fn both_reload_at_once() {
    for (n, how) in ways().into_iter().enumerate() {
        let mut w = pages(114_000 + n as u64);
        w.habit("alice", Habit::Answers { after: secs(1) });
        w.ready("alice");
        let caller = w.resident_at(Ws);
        w.dials(caller, "1000");
        w.run_until(secs(10), "the greeting", |w| w.hears(caller) == "greet");
        w.press(caller, "0");
        w.run_until(secs(15), "both talk", |w| talk(w, caller, "alice"));
        w.reloads("alice", how);
        let now = w.now;
        w.with(caller, |phone| phone.reloads(now, how));
        // A caller's page has nothing to come back to: its silence ends the call: after 30 s it is asked, and has
        // 10 s to answer.
        w.run_for(secs(65));
        assert!(w.story(caller).contains("Ended("), "{how:?}: {}", w.story(caller));
        let status = w.agent_status("alice");
        assert!(status == "ready" || status == "paused unreachable", "{how:?}: {status}");
        w.check();
    }
}

/// The node dies at any moment of the dispatcher's return: one intake, one end, one callback, and the next call goes on.
#[test]
fn the_node_dies_meanwhile() {
    for after in (0..3_000).step_by(150) {
        let mut w = pages(115_000 + after);
        let caller = talking_caller(&mut w, "alice");
        w.reloads("alice", Reload::default());
        w.run_for(millis(after));
        w.crash();
        w.run_for(secs(2));
        w.start();
        assert!(w.story(caller).ends_with("CallbackDue(node_lost) Ended(NodeLost by System)"), "{}", w.story(caller));
        w.hangs_up(caller);
        // A page in a talk whose other side died needs its consent's 30 s to see that.
        w.run_for(secs(35));
        w.ready("alice");
        let next = waiting_caller(&mut w);
        w.run_until(secs(8), "the next caller", |w| talk(w, next, "alice"));
        w.check();
    }
}

/// Only the connection broke: the talk is not touched, and goes on over the next connection.
#[test]
fn a_connection_that_breaks_does_not_break_the_talk() {
    for desk in [Ws, Tcp] {
        let mut w = World::at(116, [desk; 4]);
        let caller = talking_caller(&mut w, "alice");
        let legs = w.phones[w.agent("alice")].talks.len();
        w.disconnects("alice");
        for _ in 0..40 {
            w.run_for(millis(100));
            assert!(talk(&w, caller, "alice"));
        }
        assert_eq!(w.phones[w.agent("alice")].talks.len(), legs, "she is not rung again");
        // The dialog goes on over the new connection, both ways.
        w.hangs_up(caller);
        w.run_for(secs(1));
        assert!(w.phones[w.agent("alice")].live().is_none(), "our BYE came by the new connection");
        w.run_for(secs(12));
        let caller = waiting_caller(&mut w);
        w.run_until(secs(5), "both talk", |w| talk(w, caller, "alice"));
        w.disconnects("alice");
        w.run_for(secs(3));
        w.hangs_up(w.agent("alice"));
        w.run_for(secs(1));
        assert!(matches!(w.stage(caller), Some(sim::Stage::Over(sip::Cause::Bye))), "{:?}", w.stage(caller));
        w.check();
        assert!(w.story(caller).ends_with("Answered(alice) Ended(Completed by Agent)"), "{}", w.story(caller));
    }
}

/// ... and whoever hangs up while there is none: nobody is stuck.
#[test]
fn a_hang_up_while_there_is_no_connection() {
    for agent_first in [true, false] {
        for desk in [Ws, Tcp] {
            let mut w = World::at(117, [desk; 4]);
            let caller = talking_caller(&mut w, "alice");
            w.disconnects("alice");
            w.run_for(millis(200));
            let who = if agent_first { w.agent("alice") } else { caller };
            w.hangs_up(who);
            for _ in 0..3 {
                w.run_for(secs(20));
                if agent_first && talk(&w, caller, "alice") {
                    // Nobody heard that she hung up, and she was given the call again.
                    w.hangs_up(who);
                }
            }
            w.run_for(secs(20));
            let status = w.agent_status("alice");
            assert!(status == "ready" || status.starts_with("paused"), "{desk:?}: {status} {}", w.story(caller));
            w.check();
        }
    }
}

/// The laptop's lid is closed: not a word from anybody. The pings find out, then it is as with any page that is gone.
#[test]
fn the_lid_is_closed() {
    let mut w = pages(118);
    let caller = talking_caller(&mut w, "alice");
    w.habit("bob", Habit::Answers { after: secs(1) });
    w.ready("bob");
    w.reloads("alice", Reload { closes: secs(25), alerts: None, back: None });
    w.run_until(secs(45), "bob has it", |w| talk(w, caller, "bob"));
    assert!(w.story(caller).contains("Answered(alice) Queued(main) Offered(bob)"), "{}", w.story(caller));
    w.check();
}

/// Another network: the old connection is dead and nobody knows it yet, the page is there again by a new one.
#[test]
fn a_page_that_comes_by_another_network() {
    for back in [1_500, 3_000] {
        let mut w = pages(119_000 + back);
        let caller = talking_caller(&mut w, "alice");
        w.reloads("alice", Reload { closes: secs(25), alerts: None, back: Some(millis(back)) });
        w.run_for(millis(100));
        w.run_until(BACK, "both talk again", |w| talk(w, caller, "alice"));
        w.run_for(secs(40));
        assert!(talk(&w, caller, "alice"), "the end of the old connection changes nothing");
        w.check();
    }
}

/// A page that is loaded anew again and again: in the end the caller goes to the line, not in circles.
#[test]
fn reloads_without_end() {
    let mut w = pages(120);
    let caller = talking_caller(&mut w, "alice");
    for _ in 0..9 {
        w.reloads("alice", Reload::default());
        w.run_for(secs(4));
    }
    assert!(matches!(w.stage(caller), Some(sim::Stage::Up)));
    w.run_for(secs(20));
    assert_eq!(w.hears(caller), "music-1", "{}", w.story(caller));
    w.check();
}

/// A desk phone that is switched off and on says nothing: silence tells, and it rings again.
#[test]
fn a_desk_phone_is_switched_off_and_on() {
    for desk in [Udp, Tcp] {
        let mut w = World::at(121, [desk; 4]);
        let caller = talking_caller(&mut w, "alice");
        w.reloads("alice", Reload { back: Some(secs(3)), ..Reload::default() });
        w.run_until(secs(50), "both talk again", |w| talk(w, caller, "alice"));
        w.check();
    }
}

/// Two desk phones share an account, and the other one registers in the middle of a talk: the talk stays where it is.
#[test]
fn another_phone_of_the_same_account_takes_nothing_over() {
    for desk in [Udp, Tcp] {
        let mut w = World::at(122, [desk; 4]);
        let other = w.second_phone("alice", desk);
        w.run_for(secs(1));
        // The newest registration is rung.
        let now = w.now;
        let first = w.agent("alice");
        w.with(first, |phone| phone.disconnects(now));
        w.with(first, |phone| phone.opens(now));
        w.run_for(secs(2));
        let caller = talking_caller(&mut w, "alice");
        let now = w.now;
        w.with(other, |phone| phone.registration.as_mut().unwrap().again(now));
        w.run_for(secs(1));
        assert!(w.phones[other].registration.as_ref().unwrap().registered);
        assert!(talk(&w, caller, "alice"));
        w.hangs_up(caller);
        w.run_for(secs(1));
        assert!(w.phones[first].live().is_none(), "{desk:?}: our BYE went to the phone in the talk");
        w.check();
    }
}

/// A TCP phone names its port in its Contact, and has another one after its connection broke: it is the same phone.
#[test]
fn a_phone_that_reconnects_by_another_port_is_the_same_phone() {
    let mut w = World::at(123, [Tcp; 4]);
    let id = w.agent("alice");
    w.phones[id].line.names_port = true;
    let caller = talking_caller(&mut w, "alice");
    for _ in 0..3 {
        w.disconnects("alice");
        w.run_for(secs(4));
    }
    assert!(talk(&w, caller, "alice"));
    w.hangs_up(caller);
    w.run_for(secs(1));
    assert!(w.phones[id].live().is_none());
    w.check();
    assert!(
        w.story(caller).ends_with("Offered(alice) Answered(alice) Ended(Completed by Caller)"),
        "{}",
        w.story(caller)
    );
}

/// F16 with somebody in the line who has waited longer: a call that was cut off goes before him.
#[test]
fn who_was_cut_off_goes_before_who_waited_longer() {
    let mut w = pages(124);
    w.ready("dave");
    let first = waiting_caller(&mut w);
    w.run_until(secs(5), "dave lets the first one ring", |w| w.rings("dave"));
    let caller = talking_caller(&mut w, "alice");
    w.reloads("alice", Reload { back: None, ..Reload::default() });
    w.run_for(secs(20));
    assert_eq!((w.hears(first), w.hears(caller)), ("music-1".into(), "music-1".into()));
    w.habit("carol", Habit::Answers { after: secs(1) });
    w.ready("carol");
    w.run_until(secs(5), "the one who was cut off", |w| talk(w, caller, "carol"));
    w.check();
}
