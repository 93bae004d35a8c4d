//! What holds for every caller, whatever he presses and whatever is answered.

use ivr::{Flow, Input, Locale, Question, Run, Spoken, Step};
use proptest::prelude::*;
use std::sync::Arc;
use std::time::Duration;
use types::Moment;

fn flow(file: &str) -> Arc<Flow> {
    let path = format!("{}/../config/flows/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the flow");
    Arc::new(Flow::parse(&text).unwrap_or_else(|findings| panic!("{findings:#?}")))
}

fn spoken(number: &str) -> Spoken {
    Spoken { number: number.into(), state: "new".into(), registered: (1, 2, 3, 4) }
}

/// One caller; keeps what was given out.
struct Caller {
    run: Run,
    now: Moment,
    steps: Vec<Step>,
}

impl Caller {
    fn rings(file: &str, locale: Locale) -> Caller {
        let mut caller = Caller { run: Run::new(flow(file), locale), now: Moment::START, steps: Vec::new() };
        assert_eq!(caller.run.timeout(), None);
        caller.gives(Input::Start);
        caller
    }

    fn gives(&mut self, input: Input) -> &mut Caller {
        self.run.handle(self.now, input);
        self.drain();
        self
    }

    fn presses(&mut self, keys: &str) -> &mut Caller {
        for key in keys.chars() {
            self.gives(Input::Digit(key));
        }
        self
    }

    /// Lets the next timeout come.
    fn waits(&mut self) -> &mut Caller {
        if let Some(at) = self.run.timeout() {
            self.now = self.now.max(at);
            self.run.tick(self.now);
            self.drain();
        }
        self
    }

    fn drain(&mut self) {
        while let Some(step) = self.run.poll() {
            self.steps.push(step);
        }
    }

    fn queue(&self) -> Option<&str> {
        match self.steps.last() {
            Some(Step::Queue { queue, .. }) => Some(queue),
            _ => None,
        }
    }

    fn is_ended(&self) -> bool {
        matches!(self.steps.last(), Some(Step::Queue { .. } | Step::HangUp { .. }))
    }
}

#[test]
fn one_is_the_emergency_during_every_prompt_of_the_greeting() {
    for locale in [Locale::Ru, Locale::En] {
        let mut caller = Caller::rings("main.toml", locale);
        caller.presses("1");
        let at = caller.steps.iter().position(|step| *step == Step::StopPlaying).expect("the greeting stops");
        assert!(matches!(&caller.steps[at + 2], Step::Say { clips, .. } if clips == &["e_wait"]), "{:?}", caller.steps);
        caller.gives(Input::Played);
        assert!(matches!(caller.steps.last(), Some(Step::Queue { queue, priority: 1000, .. }) if queue == "emergency"));
    }
}

#[test]
fn who_heard_the_state_and_hangs_up_was_served() {
    let mut caller = Caller::rings("main.toml", Locale::Ru);
    caller.presses("2").gives(Input::Tickets(vec![spoken("1")]));
    assert_eq!(caller.run.served(), None, "not before it was heard to the end");
    caller.gives(Input::Played);
    assert_eq!(caller.run.served(), Some("self_service_done"));
}

#[test]
fn keys_meant_for_a_node_passed_over_skip_nothing() {
    let mut caller = Caller::rings("main.toml", Locale::Ru);
    caller.presses("2").presses("11").gives(Input::Tickets(vec![spoken("1")]));
    caller.gives(Input::Played).gives(Input::Played).waits();
    assert!(
        matches!(caller.steps.last(), Some(Step::Say { clips, .. }) if clips == &["goodbye"]),
        "{:?}",
        caller.steps
    );
}

#[test]
fn a_wrong_key_while_the_ticket_is_read_has_it_read_again() {
    let mut caller = Caller::rings("main.toml", Locale::Ru);
    caller.presses("2").gives(Input::Tickets(vec![spoken("1")])).presses("7");
    let Some(Step::Say { clips, .. }) = caller.steps.last() else { panic!("{:?}", caller.steps) };
    assert_eq!(clips[..2], ["wrong", "st-ticket"]);
    assert_eq!(caller.run.served(), None);
    caller.gives(Input::Played);
    assert_eq!(caller.run.served(), Some("self_service_done"));
}

#[test]
fn nine_speaks_english_from_then_on() {
    let mut caller = Caller::rings("main.toml", Locale::Ru);
    caller.presses("9");
    assert!(matches!(caller.steps.last(), Some(Step::Say { locale: Locale::En, .. })));
    caller.presses("0").gives(Input::Played);
    assert!(matches!(caller.steps.last(), Some(Step::Queue { locale: Locale::En, .. })));
}

#[test]
fn phone_digits_are_asked_for_and_stay_out_of_the_trace() {
    let mut caller = Caller::rings("main.toml", Locale::Ru);
    caller.presses("2").gives(Input::Tickets(vec![])).presses("4521#");
    let asked = Step::Ask(Question::TicketByNumber { number: "4521".into(), phone_last4: None });
    assert_eq!(caller.steps.last(), Some(&asked));
    caller.gives(Input::Tickets(vec![])).presses("0937");
    let asked = Step::Ask(Question::TicketByNumber { number: "4521".into(), phone_last4: Some("0937".into()) });
    assert_eq!(caller.steps.last(), Some(&asked));
    caller.gives(Input::Tickets(vec![])).presses("1");
    // The next number starts without the digits typed for the one before.
    caller.presses("77#");
    let asked = Step::Ask(Question::TicketByNumber { number: "77".into(), phone_last4: None });
    assert_eq!(caller.steps.last(), Some(&asked));
    let traced = caller.steps.iter().any(|step| matches!(step, Step::Trace { input, .. } if input.contains("0937")));
    assert!(!traced, "{:?}", caller.steps);
}

#[test]
fn nobody_tries_out_phone_digits_for_ever() {
    let mut caller = Caller::rings("main.toml", Locale::Ru);
    caller.presses("2").gives(Input::Tickets(vec![]));
    for _ in 0..20 {
        caller
            .presses("4521#")
            .gives(Input::Tickets(vec![]))
            .presses("0000")
            .gives(Input::Tickets(vec![]))
            .presses("1");
    }
    let looked_up =
        caller.steps.iter().filter(|step| matches!(step, Step::Ask(Question::TicketByNumber { .. }))).count();
    assert_eq!(looked_up, ivr::limit::LOOKUPS_MAX as usize);
    assert_eq!(caller.queue(), Some("main"));
}

#[test]
fn too_few_digits_three_times_end_in_the_queue() {
    let mut caller = Caller::rings("main.toml", Locale::Ru);
    caller.presses("2").gives(Input::Tickets(vec![])).presses("5#").gives(Input::Tickets(vec![]));
    caller.presses("971#972#973#").gives(Input::Played);
    let traced = |step: &Step| matches!(step, Step::Trace { input, .. } if input.contains("97"));
    assert!(!caller.steps.iter().any(traced), "personal data in the trace");
    assert_eq!(caller.queue(), Some("main"));
}

#[test]
fn an_answer_that_is_late_or_of_the_wrong_kind_changes_nothing() {
    let mut caller = Caller::rings("main.toml", Locale::Ru);
    caller.presses("2").gives(Input::Open(true)).gives(Input::Played);
    caller.waits();
    assert!(matches!(caller.steps.last(), Some(Step::Say { clips, .. }) if clips == &["sys_deg"]));
    caller.gives(Input::Tickets(vec![spoken("1")])).gives(Input::Unknown).gives(Input::Played);
    assert_eq!(caller.queue(), Some("main"));
    let steps = caller.steps.len();
    caller.presses("0123456789*#").gives(Input::Start).gives(Input::Played).gives(Input::Unknown);
    assert_eq!((caller.steps.len(), caller.run.timeout()), (steps, None), "nothing after the last step");
}

#[test]
fn a_lost_played_does_not_keep_the_caller() {
    let mut caller = Caller::rings("main.toml", Locale::Ru);
    for _ in 0..4 {
        caller.waits();
    }
    assert_eq!(caller.queue(), Some("main"));
}

#[test]
fn who_repeats_for_ever_ends_in_the_queue() {
    let mut caller = Caller::rings("main.toml", Locale::Ru);
    for _ in 0..1_000 {
        caller.presses("*");
        caller.now += Duration::from_millis(100);
    }
    assert_eq!(caller.queue(), Some("main"));
    let mut slow = Caller::rings("main.toml", Locale::Ru);
    for _ in 0..40 {
        slow.presses("*");
        slow.now += Duration::from_secs(5);
    }
    assert_eq!(slow.queue(), Some("main"), "the time in the flow is bounded too");
}

#[derive(Clone, Debug)]
enum Act {
    Press(char),
    Played,
    Wait,
    Tickets(usize),
    Open(bool),
    Unknown,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => prop::sample::select(vec!['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'é']).prop_map(Act::Press),
        4 => Just(Act::Played),
        2 => Just(Act::Wait),
        3 => (0usize..8).prop_map(Act::Tickets),
        1 => any::<bool>().prop_map(Act::Open),
        1 => Just(Act::Unknown),
    ]
}

proptest! {
    #[test]
    fn every_walk_ends_in_a_queue_or_served(acts in prop::collection::vec(act(), 0..60), emergency in any::<bool>()) {
        let mut caller = Caller::rings(if emergency { "emergency.toml" } else { "main.toml" }, Locale::Ru);
        for act in acts {
            let before = caller.steps.len();
            let was_ended = caller.is_ended();
            match act {
                Act::Press(key) => caller.gives(Input::Digit(key)),
                Act::Played => caller.gives(Input::Played),
                Act::Wait => caller.waits(),
                Act::Tickets(count) => caller.gives(Input::Tickets(vec![spoken("12"); count])),
                Act::Open(yes) => caller.gives(Input::Open(yes)),
                Act::Unknown => caller.gives(Input::Unknown),
            };
            prop_assert!(caller.steps.len() - before <= 16, "one input, a few steps");
            prop_assert!(!was_ended || caller.steps.len() == before, "nothing after the end");
            prop_assert!(caller.is_ended() == caller.run.timeout().is_none(), "who is not out has a deadline");
        }
        // Left alone he gets out by himself.
        for _ in 0..60 {
            caller.waits();
        }
        match caller.steps.last() {
            Some(Step::Queue { queue, .. }) => prop_assert!(queue == "main" || queue == "emergency"),
            Some(Step::HangUp { disposition }) => prop_assert_eq!(caller.run.served(), Some(*disposition)),
            other => prop_assert!(false, "neither out nor served: {:?}", other),
        }
        for step in &caller.steps {
            if let Step::Say { locale, clips } = step {
                prop_assert!(!clips.is_empty());
                for clip in clips {
                    prop_assert!(ivr::say::text(*locale, clip).is_some(), "no clip {}", clip);
                }
            }
        }
    }

    #[test]
    fn no_text_breaks_the_parser(text in "\\PC{0,200}") {
        let _ = Flow::parse(&text);
    }

    /// Shipped flows with a piece cut out or words exchanged: findings, never a panic, every one on a line of the file.
    #[test]
    fn no_damage_breaks_the_parser(from in 0usize..2_200, length in 0usize..60, put in "[a-z\\[\\]=\"{}\n., 0-9]{0,12}") {
        let path = format!("{}/../config/flows/main.toml", env!("CARGO_MANIFEST_DIR"));
        let text: Vec<char> = std::fs::read_to_string(path).expect("the flow").chars().collect();
        let from = from.min(text.len());
        let to = (from + length).min(text.len());
        let damaged: String = text[..from].iter().copied().chain(put.chars()).chain(text[to..].iter().copied()).collect();
        if let Err(findings) = Flow::parse(&damaged) {
            prop_assert!(!findings.is_empty());
            let lines = damaged.lines().count().max(1);
            prop_assert!(findings.iter().all(|finding| (1..=lines + 1).contains(&finding.line)), "{:?}", findings);
        }
    }
}
