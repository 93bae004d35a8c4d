use super::*;
use sim::link::Weather;
use std::time::Duration;

fn storm(loss: f64) -> Weather {
    Weather { loss, doubled: 0.05, delay: Duration::from_millis(10), jitter: Duration::from_millis(60) }
}

#[test]
fn no_call_fails_at_ten_percent_loss() {
    for seed in 0..30 {
        let mut w = World::new(60_000 + seed);
        w.link.signalling = storm(0.1);
        w.habit("alice", Habit::Answers { after: secs(1) });
        w.ready("alice");
        let caller = w.calls("1000");
        w.run_until(secs(40), "both talk", |w| w.hears(caller) == "alice" && w.hears(w.agent("alice")) == "caller1");
        w.run_for(secs(5));
        w.hangs_up(caller);
        w.run_for(secs(15));
        w.check();
        assert!(w.story(caller).ends_with("Answered(alice) Ended(Completed by Caller)"), "{}", w.story(caller));
    }
}

#[test]
fn the_callers_network_vanishes() {
    let mut w = World::new(61);
    let caller = talking_caller(&mut w, "alice");
    let host = w.phones[caller].sip_at.ip();
    w.link.cut(host);
    w.run_for(secs(60));
    assert_ne!(w.agent_status("alice"), "talking", "silence frees the agent");
    assert!(w.story(caller).contains("CallbackDue"), "{}", w.story(caller));
    w.check();
}

#[test]
fn the_agents_network_vanishes() {
    let mut w = World::new(62);
    let caller = talking_caller(&mut w, "alice");
    let host = w.phones[w.agent("alice")].sip_at.ip();
    w.link.cut(host);
    w.habit("bob", Habit::Answers { after: secs(1) });
    w.ready("bob");
    w.run_until(secs(90), "the caller is served by bob", |w| w.hears(caller) == "bob");
    assert_ne!(w.agent_status("alice"), "talking");
    w.check();
}

#[test]
fn the_network_dies_while_it_rings() {
    let mut w = World::new(63);
    w.ready("alice");
    let caller = waiting_caller(&mut w);
    w.run_until(secs(5), "it rings", |w| w.rings("alice"));
    w.link.cut(w.phones[caller].sip_at.ip());
    w.run_for(secs(120));
    assert_eq!(w.agent_status("alice"), "paused no_answer");
    assert!(w.story(caller).contains("Ended("), "{}", w.story(caller));
    w.check();
}

#[test]
fn a_caller_who_holds_us_and_vanishes_is_found_by_the_session_timer() {
    let mut w = World::new(64);
    let caller = talking_caller(&mut w, "alice");
    let now = w.now;
    w.with(caller, |phone| phone.holds(now, true));
    w.run_for(secs(1));
    let host = w.phones[caller].sip_at.ip();
    w.link.cut(host);
    w.run_for(secs(600));
    assert_eq!(w.agent_status("alice"), "talking", "silence on hold ends nothing");
    w.run_until(secs(1_300), "the session timer", |w| w.agent_status("alice") != "talking");
    w.check();
}
