use super::*;

#[test]
fn many_callers_one_agent_in_order() {
    let mut w = World::new(80);
    let callers: Vec<PhoneId> = (0..12).map(|_| waiting_caller(&mut w)).collect();
    w.habit("alice", Habit::Answers { after: secs(1) });
    w.ready("alice");
    for &caller in &callers {
        w.run_until(secs(40), "the next in line", |w| w.hears(caller) == "alice");
        w.run_for(secs(2));
        w.hangs_up(caller);
    }
    w.check();
}

#[test]
fn no_port_is_free() {
    let mut w = World::new(81);
    w.ports_max = 2;
    let callers: Vec<PhoneId> = (0..4).map(|_| w.calls("1000")).collect();
    w.run_for(secs(3));
    let up = callers.iter().filter(|caller| matches!(w.stage(**caller), Some(sim::Stage::Up))).count();
    assert_eq!(up, 2);
    for &caller in &callers[..2] {
        w.hangs_up(caller);
    }
    w.run_for(secs(5));
    let next = w.calls("1000");
    w.run_for(secs(2));
    assert_eq!(w.heard(next)[0], "greet", "ports come back");
    w.check();
}
