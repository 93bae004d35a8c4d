use super::*;
use sip::Transport;

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

#[test]
fn a_visitor_of_the_page_stands_behind_all_who_telephone() {
    let mut w = World::new(52);
    let visitor = w.resident_at(Transport::Ws);
    w.dials(visitor, "1112");
    w.run_until(secs(20), "in line", |w| w.story(visitor).contains("Queued(emergency)"));
    w.run_for(secs(60));
    let burst = w.calls("1112");
    w.run_until(secs(20), "in line", |w| w.story(burst).contains("Queued(emergency)"));
    w.habit("alice", Habit::Answers { after: secs(1) });
    w.ready("alice");
    w.run_until(secs(10), "the telephone first", |w| w.hears(burst) == "alice");
    assert_ne!(w.hears(visitor), "alice");
    w.hangs_up(burst);
    w.run_until(secs(30), "then the page", |w| w.hears(visitor) == "alice");
    w.check();
}
