use super::*;
use sim::link::Conditions;
use sip::Transport;
use std::time::Duration;

fn storm(loss: f64) -> Conditions {
    Conditions { loss, doubled: 0.05, delay: Duration::from_millis(10), jitter: Duration::from_millis(60) }
}

/// The caller and the dispatcher by each of the three ways.
fn every_pair() -> impl Iterator<Item = (Transport, Transport)> {
    const WAYS: [Transport; 3] = [Transport::Udp, Transport::Tcp, Transport::Ws];
    WAYS.into_iter().flat_map(|caller| WAYS.map(|desk| (caller, desk)))
}

/// One call in this storm; what became of it, and who heard whom.
fn call_in(seed: u64, loss: f64, (caller, desk): (Transport, Transport)) -> (World, PhoneId) {
    let mut w = World::at(seed, [desk; 4]);
    w.link.signalling = storm(loss);
    w.habit("alice", Habit::Answers { after: secs(1) });
    w.run_for(secs(20));
    w.ready("alice");
    let caller = w.resident_at(caller);
    w.dials(caller, "1000");
    w.run_until(secs(60), "both talk", |w| w.hears(caller) == "alice" && w.hears(w.agent("alice")) == "caller1");
    w.run_for(secs(5));
    w.hangs_up(caller);
    w.run_for(secs(15));
    w.check();
    (w, caller)
}

#[test]
fn no_call_fails_at_ten_percent_loss() {
    for (n, ways) in every_pair().enumerate() {
        for seed in 0..12 {
            let (w, caller) = call_in(60_000 + seed * 10 + n as u64, 0.1, ways);
            let story = w.story(caller);
            assert!(story.ends_with("Answered(alice) Ended(Completed by Caller)"), "{ways:?}: {story}");
        }
    }
}

/// With every fifth datagram lost too: slow, but nobody is turned away.
#[test]
fn no_call_fails_at_twenty_percent_loss() {
    for (n, ways) in every_pair().enumerate() {
        for seed in 0..6 {
            let (w, caller) = call_in(65_000 + seed * 10 + n as u64, 0.2, ways);
            let story = w.story(caller);
            assert!(story.contains("Answered(alice) Ended(Completed"), "{ways:?}: {story}");
        }
    }
}

#[test]
fn the_callers_network_vanishes() {
    let mut w = World::new(61);
    let caller = talking_caller(&mut w, "alice");
    let host = w.phones[caller].sip_at.ip();
    w.unplug(host);
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
    w.unplug(host);
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
    w.unplug(w.phones[caller].sip_at.ip());
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
    w.unplug(host);
    w.run_for(secs(600));
    assert_eq!(w.agent_status("alice"), "talking", "silence on hold ends nothing");
    w.run_until(secs(1_300), "the session timer", |w| w.agent_status("alice") != "talking");
    w.check();
}
