use super::*;

#[test]
fn a_resident_calls_waits_and_talks() {
    let mut w = World::new(1);
    w.habit("alice", Habit::Answers { after: secs(3) });
    let caller = w.calls("1000");
    w.run_for(secs(1));
    assert_eq!(w.heard(caller)[0], "greet");
    w.press(caller, "0");
    w.run_for(secs(10));
    assert_eq!(w.hears(caller), "music-1");
    w.ready("alice");
    assert!(w.rings("alice") || w.stage(w.agent("alice")).is_some());
    w.run_for(secs(4));
    assert_eq!(w.hears(caller), "alice");
    assert_eq!(w.hears(w.agent("alice")), "caller1");
    assert_eq!(w.agent_status("alice"), "talking");
    w.run_for(secs(60));
    w.hangs_up(caller);
    w.run_for(secs(1));
    assert_eq!(w.agent_status("alice"), "wrapping");
    w.run_for(secs(10));
    assert_eq!(w.agent_status("alice"), "ready");
    w.check();
    assert_eq!(
        w.story(caller),
        "Arrived Greeted Queued(main) Offered(alice) Answered(alice) Ended(Completed by Caller)"
    );
}

#[test]
fn a_number_may_be_left_out_of_recording() {
    for recorded in [true, false] {
        let mut plan = sim::plan::company().plan.as_ref().clone();
        plan.numbers.get_mut("1000").unwrap().recorded = recorded;
        let mut w = World::with_plan(6, plan.into());
        let caller = talking_caller(&mut w, "alice");
        w.run_for(secs(5));
        w.hangs_up(caller);
        w.run_for(secs(1));
        w.check();
        assert_eq!(
            w.story(caller),
            "Arrived Greeted Queued(main) Offered(alice) Answered(alice) Ended(Completed by Caller)"
        );
        let kinds = w.disk.events().filter(|event| {
            matches!(event.kind, call::Kind::RecordingStarted { .. } | call::Kind::RecordingEnded { .. })
        });
        assert_eq!(kinds.count(), if recorded { 2 } else { 0 });
    }
}

#[test]
fn the_agent_hangs_up_first() {
    let mut w = World::new(2);
    let caller = talking_caller(&mut w, "alice");
    w.hangs_up(w.agent("alice"));
    w.run_for(secs(1));
    assert!(matches!(w.stage(caller), Some(sim::Stage::Over(sip::Cause::Bye))), "{:?}", w.stage(caller));
    w.check();
    assert!(w.story(caller).ends_with("Ended(Completed by Agent)"), "{}", w.story(caller));
}

#[test]
fn position_is_announced_while_waiting() {
    let mut w = World::new(3);
    let first = waiting_caller(&mut w);
    let second = waiting_caller(&mut w);
    w.run_for(secs(120));
    for caller in [first, second] {
        let heard = w.heard(caller);
        let announced = heard.iter().filter(|clip| !["greet", "connect", "music-1"].contains(&clip.as_str())).count();
        assert!(announced >= 2, "{heard:?}");
    }
    w.check();
}

#[test]
fn the_longest_idle_agent_gets_the_call() {
    let mut w = World::new(4);
    w.ready("carol");
    w.run_for(secs(1));
    w.ready("alice");
    let caller = waiting_caller(&mut w);
    w.run_for(secs(1));
    assert!(w.rings("carol") && !w.rings("alice"), "{}", w.story(caller));
    w.check();
}

#[test]
fn no_such_number_is_refused_and_still_an_intake() {
    let mut w = World::new(5);
    let caller = w.calls("4711");
    w.run_for(secs(2));
    assert!(
        matches!(w.stage(caller), Some(sim::Stage::Over(sip::Cause::Refused { code: 404, .. }))),
        "{:?}",
        w.stage(caller)
    );
    w.check();
    assert!(w.story(caller).starts_with("Arrived Ended(Rejected"), "{}", w.story(caller));
}
