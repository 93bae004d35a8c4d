use super::*;
use sim::Act;

#[test]
fn agent_lets_it_ring() {
    let mut w = World::new(10);
    w.ready("alice");
    w.run_for(secs(1));
    w.habit("bob", Habit::Answers { after: secs(1) });
    let caller = waiting_caller(&mut w);
    w.run_for(secs(15));
    assert!(w.rings("alice"));
    assert_eq!(w.hears(caller), "music-1", "the caller keeps the music while it rings");
    w.run_for(secs(8));
    assert!(!w.rings("alice"));
    assert_eq!(w.agent_status("alice"), "paused no_answer");
    w.ready("bob");
    w.run_for(secs(3));
    assert_eq!(w.hears(caller), "bob");
    w.hangs_up(caller);
    w.check();
    let story = "Arrived Greeted Queued(main) Offered(alice) Declined(alice, no_answer) Offered(bob) Answered(bob) Ended(Completed by Caller)";
    assert_eq!(w.story(caller), story);
}

#[test]
fn agent_rejects_and_the_next_one_rings_at_once() {
    let mut w = World::new(11);
    w.habit("alice", Habit::Rejects { after: secs(2), code: 603 });
    w.habit("bob", Habit::Answers { after: secs(1) });
    w.ready("alice");
    w.run_for(secs(1));
    w.ready("bob");
    let caller = waiting_caller(&mut w);
    w.run_for(secs(5));
    assert_eq!(w.agent_status("alice"), "paused rejected");
    assert_eq!(w.hears(caller), "bob");
    w.check();
    assert!(
        w.story(caller).contains("Offered(alice) Declined(alice, rejected) Offered(bob) Answered(bob)"),
        "{}",
        w.story(caller)
    );
}

#[test]
fn agents_phone_is_unplugged() {
    let mut w = World::new(12);
    w.ready("alice");
    w.run_for(secs(1));
    w.habit("bob", Habit::Answers { after: secs(1) });
    let plug = w.phones[w.agent("alice")].sip_at.ip();
    w.unplug(plug);
    w.ready("bob");
    let caller = waiting_caller(&mut w);
    w.run_until(secs(45), "bob gets it", |w| w.hears(caller) == "bob");
    assert!(w.agent_status("alice").starts_with("paused"), "{}", w.agent_status("alice"));
    w.plug(plug);
    w.check();
}

#[test]
fn a_refuser_is_asked_again_only_when_alone() {
    let mut w = World::new(13);
    w.habit("alice", Habit::Rejects { after: secs(1), code: 486 });
    w.ready("alice");
    let caller = waiting_caller(&mut w);
    w.run_for(secs(5));
    w.habit("alice", Habit::Answers { after: secs(1) });
    w.ready("alice");
    w.run_for(secs(5));
    assert_eq!(w.hears(caller), "alice");
    w.check();
}

#[test]
fn answer_in_the_very_moment_of_the_deadline() {
    // Around the 20 s of ringing, one after another: whoever wins, nobody is left with half a call.
    for millis in (19_900..20_100).step_by(5) {
        let mut w = World::new(14_000 + millis);
        w.ready("alice");
        let caller = waiting_caller(&mut w);
        w.run_until(secs(5), "it rings", |w| w.rings("alice"));
        w.act(w.agent("alice"), std::time::Duration::from_millis(millis), Act::Answer);
        w.run_for(secs(25));
        let (hears, status) = (w.hears(caller), w.agent_status("alice"));
        let taken = hears == "alice" && status == "talking";
        let missed = hears == "music-1" && status == "paused no_answer";
        assert!(taken || missed, "after {millis} ms the caller hears {hears}, alice is {status}");
        w.check();
    }
}
