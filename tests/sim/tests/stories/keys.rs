use super::*;
use sim::Database;

fn heard_after(keys: &str, seconds: u64) -> (World, PhoneId) {
    let mut w = World::new(30);
    let caller = w.calls("1000");
    w.run_until(secs(3), "the greeting", |w| w.hears(caller) == "greet");
    w.press(caller, keys);
    w.run_for(secs(seconds));
    (w, caller)
}

#[test]
fn one_is_the_emergency_queue() {
    let (mut w, caller) = heard_after("1", 5);
    assert!(w.story(caller).contains("Queued(emergency)"), "{}", w.story(caller));
    w.check();
}

#[test]
fn zero_is_the_queue_at_once() {
    let (mut w, caller) = heard_after("0", 3);
    assert!(w.story(caller).contains("Queued(main)"), "{}", w.story(caller));
    w.check();
}

#[test]
fn nine_is_english() {
    let (mut w, caller) = heard_after("9", 2);
    assert!(w.heard(caller).iter().any(|clip| clip == "greet (en)" || clip == "menu (en)"), "{:?}", w.heard(caller));
    w.check();
}

#[test]
fn silence_ends_in_the_queue() {
    let (mut w, caller) = heard_after("", 60);
    assert!(w.story(caller).contains("Queued(main)"), "{}", w.story(caller));
    w.check();
}

#[test]
fn wrong_keys_end_in_the_queue() {
    let mut w = World::new(31);
    let caller = w.calls("1000");
    for _ in 0..6 {
        w.run_for(secs(5));
        w.press(caller, "7");
    }
    w.run_for(secs(60));
    assert!(w.story(caller).contains("Queued(main)"), "{}", w.story(caller));
    w.check();
}

#[test]
fn two_tells_the_ticket_and_says_goodbye() {
    let mut w = World::new(32);
    w.database = Database::Has(vec![ivr::Spoken {
        number: "10421".into(),
        state: "in_progress".into(),
        registered: (3, 9, 14, 30),
    }]);
    let caller = w.calls("1000");
    w.run_for(secs(1));
    w.press(caller, "2");
    w.run_until(secs(60), "served", |w| w.story(caller).contains("Ended"));
    w.check();
    assert!(w.story(caller).ends_with("Ended(SelfServed by System)"), "{}", w.story(caller));
    assert!(w.heard(caller).iter().any(|clip| clip == "goodbye"), "{:?}", w.heard(caller));
}

#[test]
fn two_with_a_silent_database_goes_on_to_the_queue() {
    for database in [Database::Silent, Database::Refuses] {
        let mut w = World::new(33);
        w.database = database;
        let caller = w.calls("1000");
        w.run_for(secs(1));
        w.press(caller, "2");
        w.run_until(secs(10), "in line", |w| w.story(caller).contains("Queued(main)"));
        assert!(w.heard(caller).iter().any(|clip| clip == "sys_deg"), "{:?}", w.heard(caller));
        w.check();
    }
}

#[test]
fn digits_arrive_through_ten_percent_loss() {
    // RFC 4733: the end is sent three times.
    let mut served = 0;
    for seed in 0..20 {
        let mut w = World::new(34_000 + seed);
        w.link.sound.loss = 0.1;
        let caller = w.calls("1000");
        w.run_for(secs(1));
        w.press(caller, "1");
        w.run_for(secs(8));
        served += u32::from(w.story(caller).contains("Queued(emergency)"));
        w.check();
    }
    assert_eq!(served, 20);
}
