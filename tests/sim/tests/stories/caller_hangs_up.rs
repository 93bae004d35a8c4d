use super::*;

#[test]
fn while_the_agent_rings() {
    let mut w = World::new(20);
    w.ready("alice");
    let caller = waiting_caller(&mut w);
    w.run_until(secs(5), "it rings", |w| w.rings("alice"));
    w.run_for(secs(5));
    w.hangs_up(caller);
    w.run_for(secs(1));
    assert!(!w.rings("alice"));
    assert_eq!(w.agent_status("alice"), "ready");
    w.check();
    let story = w.story(caller);
    assert!(
        story.ends_with(
            "Offered(alice) Declined(alice, caller_left) CallbackDue(abandoned) Ended(AbandonedQueue by Caller)"
        ),
        "{story}"
    );
}

#[test]
fn while_waiting_leaves_a_callback() {
    let mut w = World::new(21);
    let caller = waiting_caller(&mut w);
    w.run_for(secs(30));
    w.hangs_up(caller);
    w.check();
    assert!(
        w.story(caller).ends_with("Queued(main) CallbackDue(abandoned) Ended(AbandonedQueue by Caller)"),
        "{}",
        w.story(caller)
    );
}

#[test]
fn in_the_menu_early_and_late() {
    let mut w = World::new(22);
    let early = w.calls("1000");
    w.run_for(secs(2));
    w.hangs_up(early);
    let late = w.calls("1000");
    w.run_for(secs(6));
    w.hangs_up(late);
    w.check();
    assert!(w.story(early).ends_with("Ended(ShortIvr by Caller)"), "{}", w.story(early));
    assert!(w.story(late).ends_with("CallbackDue(abandoned_ivr) Ended(AbandonedIvr by Caller)"), "{}", w.story(late));
}

#[test]
fn a_browser_whose_sound_ends_before_its_bye() {
    // The DTLS alert goes by UDP and overtakes the BYE: talking, waiting, in the menu.
    let mut w = World::new(25);
    let talking = talking_caller(&mut w, "alice");
    let waiting = waiting_caller(&mut w);
    let greeted = w.calls("1000");
    w.run_for(secs(2));
    for caller in [greeted, waiting, talking] {
        w.sound_breaks(caller);
        w.run_for(std::time::Duration::from_millis(400));
        w.hangs_up(caller);
        w.run_for(secs(1));
    }
    // Without a BYE it is a lost caller, half a second later.
    let lost = waiting_caller(&mut w);
    w.sound_breaks(lost);
    w.run_for(std::time::Duration::from_millis(400));
    assert!(!w.story(lost).contains("Ended"), "{}", w.story(lost));
    w.run_for(std::time::Duration::from_millis(200));
    let stories: Vec<String> = [talking, waiting, greeted, lost].map(|caller| w.story(caller)).to_vec();
    for (story, end) in stories.iter().zip([
        "Answered(alice) Ended(Completed by Caller)",
        "CallbackDue(abandoned) Ended(AbandonedQueue by Caller)",
        "Ended(ShortIvr by Caller)",
        "CallbackDue(abandoned) Ended(AbandonedQueue by System)",
    ]) {
        assert!(story.ends_with(end), "{story}");
    }
    w.check();
}

#[test]
fn before_the_answer() {
    // CANCEL at every moment around the journal's fsync.
    for millis in 0..20 {
        let mut w = World::new(23_000 + millis);
        let caller = w.calls("1000");
        w.run_for(std::time::Duration::from_millis(millis));
        w.hangs_up(caller);
        w.check();
        if !w.story(caller).is_empty() {
            assert!(w.story(caller).contains("Ended("), "{}", w.story(caller));
        }
    }
}

#[test]
fn in_the_moment_of_the_agents_answer() {
    for millis in 0..30 {
        let mut w = World::new(24_000 + millis);
        w.ready("alice");
        let caller = waiting_caller(&mut w);
        w.run_until(secs(5), "it rings", |w| w.rings("alice"));
        w.answers(w.agent("alice"));
        w.run_for(std::time::Duration::from_millis(millis));
        w.hangs_up(caller);
        w.run_for(secs(12));
        assert_eq!(w.agent_status("alice"), "ready", "after {millis} ms");
        w.check();
    }
}

/// The disk is slow, nobody answered: who waited for that longer than a moment wanted something.
#[test]
fn after_ringing_in_vain() {
    for (seconds, fate) in [
        (3, "Arrived Ended(ShortIvr by Caller)"),
        (7, "Arrived CallbackDue(abandoned_ivr) Ended(AbandonedIvr by Caller)"),
    ] {
        let mut w = World::new(25);
        w.disk.stuck = true;
        let caller = w.calls("1000");
        w.run_for(secs(seconds));
        w.hangs_up(caller);
        w.run_for(secs(1));
        w.unstick();
        w.check();
        assert_eq!(w.story(caller), fate);
    }
}

/// ... and who vanished before he could say that he heard our answer is called back too.
#[test]
fn the_network_dies_around_the_answer() {
    for micros in (0..16_000).step_by(1_000) {
        let mut w = World::new(26_000 + micros);
        let caller = w.calls("1000");
        w.run_for(std::time::Duration::from_micros(micros));
        let host = w.phones[caller].sip_at.ip();
        w.unplug(host);
        w.run_for(secs(60));
        let story = w.story(caller);
        assert!(story.is_empty() || story.contains("CallbackDue(abandoned"), "{micros}: {story}");
        w.plug(host);
        w.check();
    }
}
