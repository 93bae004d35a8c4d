use super::*;

#[test]
fn goes_before_all_who_wait() {
    let mut w = World::new(50);
    let first = waiting_caller(&mut w);
    w.run_for(secs(100));
    let burst = w.calls("1112");
    w.run_for(secs(5));
    w.habit("alice", Habit::Answers { after: secs(1) });
    w.ready("alice");
    w.run_for(secs(3));
    assert_eq!((w.hears(burst), w.hears(first)), ("alice".into(), "music-1".into()));
    w.check();
}

#[test]
fn takes_an_agent_out_of_wrap_up() {
    let mut w = World::new(51);
    let first = talking_caller(&mut w, "alice");
    w.hangs_up(first);
    w.run_for(secs(1));
    assert_eq!(w.agent_status("alice"), "wrapping");
    let burst = w.calls("1112");
    w.run_for(secs(6));
    assert_eq!(w.hears(burst), "alice");
    w.check();
}
