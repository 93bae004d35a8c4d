use super::*;
use call::command::{Command, Target};
use sim::plan::agent_id;

#[test]
fn hold_plays_music_and_resume_joins_again() {
    let mut w = World::new(40);
    let caller = talking_caller(&mut w, "alice");
    let call = w.call_of(caller).unwrap();
    let agent = agent_id("alice");
    w.commands(Command::Hold { call, agent }).unwrap();
    w.run_for(secs(3));
    assert_eq!(w.hears(caller), "music-1");
    assert_ne!(w.hears(w.agent("alice")), "caller1", "the agent does not hear a held caller");
    w.commands(Command::Resume { call, agent }).unwrap();
    w.run_for(secs(3));
    assert_eq!((w.hears(caller), w.hears(w.agent("alice"))), ("alice".into(), "caller1".into()));
    w.check();
    assert!(w.story(caller).contains("Answered(alice) Held Resumed Ended"), "{}", w.story(caller));
}

#[test]
fn the_callers_own_phone_holds() {
    let mut w = World::new(41);
    let caller = talking_caller(&mut w, "alice");
    let now = w.now;
    w.with(caller, |phone| phone.holds(now, true));
    w.run_for(secs(40));
    assert!(matches!(w.stage(caller), Some(sim::Stage::Up)), "silence on hold ends nothing");
    let now = w.now;
    w.with(caller, |phone| phone.holds(now, false));
    w.run_for(secs(2));
    assert_eq!((w.hears(caller), w.hears(w.agent("alice"))), ("alice".into(), "caller1".into()));
    w.check();
}

#[test]
fn blind_transfer_to_another_agent() {
    let mut w = World::new(42);
    let caller = talking_caller(&mut w, "alice");
    w.habit("bob", Habit::Answers { after: secs(2) });
    w.ready("bob");
    let call = w.call_of(caller).unwrap();
    w.commands(Command::Transfer { call, agent: agent_id("alice"), to: Target::Agent(agent_id("bob")) }).unwrap();
    w.run_for(secs(1));
    assert_eq!(w.agent_status("alice"), "wrapping");
    w.run_for(secs(3));
    assert_eq!((w.hears(caller), w.hears(w.agent("bob"))), ("bob".into(), "caller1".into()));
    assert_eq!(w.agent_status("bob"), "talking");
    w.hangs_up(caller);
    w.run_for(secs(15));
    assert_eq!((w.agent_status("alice"), w.agent_status("bob")), ("ready".into(), "ready".into()));
    w.check();
    assert!(w.story(caller).contains("Transferred(bob)"), "{}", w.story(caller));
}

#[test]
fn blind_transfer_to_an_agent_who_does_not_answer() {
    let mut w = World::new(43);
    let caller = talking_caller(&mut w, "alice");
    w.ready("bob");
    let call = w.call_of(caller).unwrap();
    w.commands(Command::Transfer { call, agent: agent_id("alice"), to: Target::Agent(agent_id("bob")) }).unwrap();
    w.run_for(secs(30));
    // The caller is not dropped: back in line, and alice (ready after wrap-up) may get it.
    assert!(matches!(w.stage(caller), Some(sim::Stage::Up)));
    w.run_for(secs(20));
    assert_eq!(w.hears(caller), "alice", "{}", w.story(caller));
    w.check();
}

#[test]
fn blind_transfer_to_a_queue() {
    let mut w = World::new(44);
    let caller = talking_caller(&mut w, "alice");
    let call = w.call_of(caller).unwrap();
    w.commands(Command::Transfer { call, agent: agent_id("alice"), to: Target::Queue("emergency".into()) }).unwrap();
    w.habit("carol", Habit::Answers { after: secs(1) });
    w.ready("carol");
    w.run_for(secs(4));
    let hears = w.hears(caller);
    assert!(hears == "carol" || hears == "alice", "{hears}: {}", w.story(caller));
    w.check();
    assert!(w.story(caller).contains("Transferred(emergency) Queued(emergency)"), "{}", w.story(caller));
}

/// An offer in the middle of a talk that cannot be met is refused, whoever makes it; the talk goes on.
#[test]
fn an_impossible_offer_in_a_talk_changes_nothing() {
    let mut w = World::new(46);
    let caller = talking_caller(&mut w, "alice");
    for who in [w.agent("alice"), caller] {
        let now = w.now;
        w.with(who, |phone| phone.offers_nonsense(now));
        w.run_for(secs(3));
        assert_eq!((w.hears(caller), w.hears(w.agent("alice"))), ("alice".into(), "caller1".into()));
    }
    w.check();
    assert!(w.story(caller).contains("Offered(alice) Answered(alice) Ended(Completed"), "{}", w.story(caller));
}

#[test]
fn commands_for_the_wrong_call_or_agent_are_refused() {
    let mut w = World::new(45);
    let caller = talking_caller(&mut w, "alice");
    let call = w.call_of(caller).unwrap();
    let (alice, bob) = (agent_id("alice"), agent_id("bob"));
    assert_eq!(w.commands(Command::Hold { call, agent: bob }), Err(call::Refusal::NotYours));
    assert_eq!(
        w.commands(Command::Hold { call: call::CallId::from_u128(0), agent: alice }),
        Err(call::Refusal::NoSuchCall)
    );
    let nowhere = Target::Queue("nowhere".into());
    assert_eq!(w.commands(Command::Transfer { call, agent: alice, to: nowhere }), Err(call::Refusal::NoSuchQueue));
    assert_eq!(w.hears(caller), "alice");
    w.check();
}
