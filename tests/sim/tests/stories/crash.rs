use super::*;
use call::Kind;
use call::event::Outcome;

#[test]
fn a_crash_leaves_node_lost_and_a_callback_to_each() {
    let mut w = World::new(70);
    let talking = talking_caller(&mut w, "alice");
    let waiting = waiting_caller(&mut w);
    let greeted = w.calls("1000");
    w.run_for(secs(1));
    w.crash();
    w.run_for(secs(2));
    w.start();
    for caller in [talking, waiting, greeted] {
        assert!(w.story(caller).ends_with("CallbackDue(node_lost) Ended(NodeLost by System)"), "{}", w.story(caller));
        w.hangs_up(caller);
    }
    // Phones register again by themselves, and the next call is served.
    w.run_for(secs(120));
    w.habit("bob", Habit::Answers { after: secs(1) });
    w.ready("bob");
    let next = waiting_caller(&mut w);
    w.run_for(secs(5));
    assert_eq!(w.hears(next), "bob");
    w.check();
}

#[test]
fn desk_phones_ring_after_a_crash_without_registering_again() {
    let mut w = World::new(75);
    w.habit("alice", Habit::Answers { after: secs(1) });
    let alice = w.agent("alice");
    w.crash();
    // They know of nothing and say nothing until their binding is half over, which is later than all this.
    w.run_for(secs(2));
    w.start();
    assert!(w.phones[alice].registration.take().is_some());
    w.ready("alice");
    let caller = waiting_caller(&mut w);
    w.run_until(secs(10), "both hear one another", |w| w.hears(caller) == "alice");
    w.hangs_up(caller);
    // The time granted before the crash is still the time: a phone that stays silent is forgotten when it is over.
    w.run_for(sim::register::EXPIRES);
    let asked = call::Command::Status { agent: sim::plan::agent_id("alice"), asked: acd::StatusChange::Ready };
    assert!(matches!(w.commands(asked), Err(call::Refusal::NoDevice)));
    w.check();
}

#[test]
fn whoever_was_acknowledged_has_one_intake() {
    for micros in (0..30_000).step_by(500) {
        let mut w = World::new(71_000 + micros);
        let callers: Vec<PhoneId> = (0..3).map(|_| w.calls("1000")).collect();
        w.run_for(std::time::Duration::from_micros(micros));
        w.crash();
        w.run_for(secs(1));
        w.start();
        w.run_for(secs(40));
        for &caller in &callers {
            let user = w.phones[caller].user.clone();
            let arrived =
                |event: &&call::Event| matches!(&event.kind, Kind::Arrived { from: Some(from), .. } if *from == user);
            let intakes = w.disk.events().filter(arrived).count();
            let acknowledged = matches!(w.stage(caller), Some(sim::Stage::Up));
            assert!(!acknowledged || intakes >= 1, "acknowledged after {micros} us without an intake");
            // The INVITE is sent again: the new node may take it as a new call, never more than one each life.
            assert!(intakes <= 2, "{intakes} intakes");
        }
        w.check();
    }
}

#[test]
fn a_bug_in_one_call_ends_that_call_only() {
    let mut w = World::new(72);
    let other = talking_caller(&mut w, "alice");
    let victim = waiting_caller(&mut w);
    let call = w.call_of(victim).unwrap();
    w.checks.crash_expected = true;
    w.commands(call::Command::Crash { call }).unwrap();
    w.run_for(secs(2));
    assert!(w.story(victim).contains("Ended(Crashed by System)"), "{}", w.story(victim));
    assert_eq!((w.hears(other), w.hears(w.agent("alice"))), ("alice".into(), "caller1".into()));
    w.check();
    let lost =
        w.disk.events().filter(|event| matches!(event.kind, Kind::Ended { outcome: Outcome::Crashed, .. })).count();
    assert_eq!(lost, 1);
}

#[test]
fn a_stuck_disk_acknowledges_nothing() {
    let mut w = World::new(73);
    w.disk.stuck = true;
    let caller = w.calls("1000");
    w.run_for(secs(5));
    assert!(matches!(w.stage(caller), Some(sim::Stage::Dialling)), "{:?}", w.stage(caller));
    w.run_for(secs(10));
    assert!(
        matches!(w.stage(caller), Some(sim::Stage::Over(sip::Cause::Refused { code: 503, .. }))),
        "{:?}",
        w.stage(caller)
    );
    w.unstick();
    let next = w.calls("1000");
    w.run_for(secs(2));
    assert_eq!(w.heard(next)[0], "greet");
    w.check();
}
