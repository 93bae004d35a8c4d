//! One caller in one flow.
//!
//! ```text
//!            Start                    Played, any key
//!   New ────────────▶ walk ──▶ Saying ────────────────▶ walk
//!                      │ ├───▶ Menu ── key, silence, wrong x3 ──▶ walk
//!                      │ ├───▶ Digits ── number, silence ───────▶ walk
//!                      │ ├───▶ Asking ── Tickets, Open, Unknown ▶ walk
//!                      │ └───▶ Telling ── silence after the last ▶ walk
//!                      ▼
//!                    Ended   (Step::Queue or Step::HangUp was given)
//! ```
//! A caller who does anything unforeseen ends in a queue; only one who was served is hung up on (G3).

mod keys;

use crate::flow::{Act, Ask, Digits, Flow, Menu, Node, NodeId, Slot, Wait};
use crate::say::{self, Phrase};
use crate::{ClipName, Input, Locale, Question, Spoken, Step, limit};
use std::collections::VecDeque;
use std::sync::Arc;
use types::Moment;

/// One caller in one flow. Plain data in, plain data out; reads no clock.
#[derive(Debug)]
pub struct Run {
    flow: Arc<Flow>,
    locale: Locale,
    stage: Stage,
    steps: VecDeque<Step>,
    /// Keys pressed before the node that wants them.
    ahead: VecDeque<char>,
    began: Option<Moment>,
    entries: usize,
    lookups: u32,
    number: String,
    phone_last4: Option<String>,
    found: Vec<Spoken>,
    /// How many tickets were found; more than are kept in `found`.
    found_total: usize,
    served: Option<&'static str>,
}

#[derive(Debug)]
enum Stage {
    New,
    Saying { at: NodeId, until: Moment },
    Menu { at: NodeId, tries: Tries, playing: Playing },
    Digits { at: NodeId, tries: Tries, playing: Playing, typed: String },
    Asking { at: NodeId, until: Moment },
    Telling { at: NodeId, tries: Tries, playing: Playing, ticket: usize },
    Ended,
}

#[derive(Clone, Copy, Debug, Default)]
struct Tries {
    silent: u32,
    wrong: u32,
}

/// What the caller hears while we wait for keys.
#[derive(Clone, Copy, Debug)]
enum Playing {
    /// A ticket is being read; hearing it to the end makes the caller served.
    Reading(Moment),
    /// A prompt plays; the time guards against a lost `Played`.
    Prompt(Moment),
    /// Nothing plays; then it counts as silence.
    Silence(Moment),
}

/// Where to go next, and why (for the trace).
struct Transition {
    to: NodeId,
    why: String,
}

fn transition(to: NodeId, why: impl Into<String>) -> Option<Transition> {
    Some(Transition { to, why: why.into() })
}

impl Run {
    pub fn new(flow: Arc<Flow>, locale: Locale) -> Run {
        Run {
            flow,
            locale,
            stage: Stage::New,
            steps: VecDeque::new(),
            ahead: VecDeque::new(),
            began: None,
            entries: 0,
            lookups: 0,
            number: String::new(),
            phone_last4: None,
            found: Vec::new(),
            found_total: 0,
            served: None,
        }
    }

    pub fn handle(&mut self, now: Moment, input: Input) {
        let transition = match input {
            Input::Start => match self.stage {
                Stage::New => {
                    self.began = Some(now);
                    transition(self.flow.start, "start")
                }
                _ => None,
            },
            Input::Played => self.played(now),
            Input::Digit(key) => self.press(now, key),
            Input::Tickets(tickets) => self.tickets(tickets),
            Input::Open(yes) => self.open(yes),
            Input::Unknown => self.unknown(),
        };
        self.walk(now, transition);
    }

    /// Time has passed; does nothing before [`Run::timeout`].
    pub fn tick(&mut self, now: Moment) {
        if self.timeout().is_none_or(|at| at > now) {
            return;
        }
        let transition = match &self.stage {
            Stage::Asking { .. } => self.unknown(),
            Stage::Menu { playing: Playing::Silence(_), .. }
            | Stage::Digits { playing: Playing::Silence(_), .. }
            | Stage::Telling { playing: Playing::Silence(_), .. } => self.silence(now),
            _ => self.played(now),
        };
        self.walk(now, transition);
    }

    pub fn poll(&mut self) -> Option<Step> {
        self.steps.pop_front()
    }

    pub fn timeout(&self) -> Option<Moment> {
        match &self.stage {
            Stage::New | Stage::Ended => None,
            Stage::Saying { until, .. } | Stage::Asking { until, .. } => Some(*until),
            Stage::Menu { playing, .. } | Stage::Digits { playing, .. } | Stage::Telling { playing, .. } => {
                match playing {
                    Playing::Reading(until) | Playing::Prompt(until) | Playing::Silence(until) => Some(*until),
                }
            }
        }
    }

    /// What the caller was served with so far, if he hangs up now: a disposition. None: he needs a callback.
    pub fn served(&self) -> Option<&'static str> {
        self.served
    }

    /// The language the caller hears now.
    pub fn locale(&self) -> Locale {
        self.locale
    }

    fn walk(&mut self, now: Moment, mut next: Option<Transition>) {
        for _ in 0..limit::HOPS_MAX {
            let Some(transition) = next else { return };
            next = self.arrive(now, transition);
        }
        if next.is_some() {
            self.escape("loop");
        }
    }

    fn arrive(&mut self, now: Moment, from: Transition) -> Option<Transition> {
        self.entries += 1;
        let flow = Arc::clone(&self.flow);
        let Some(node) = flow.node(from.to) else {
            self.escape("defect");
            return None;
        };
        let ends = matches!(node.act, Act::Queue { .. } | Act::HangUp { .. });
        if !ends && self.is_overdue(now) {
            self.escape("overdue");
            return None;
        }
        self.trace(node, from.why);
        let at = from.to;
        match &node.act {
            Act::Say { prompts, next } => return self.arrive_say(now, at, prompts, *next),
            Act::Menu(menu) => return self.arrive_menu(now, at, menu),
            Act::Digits(digits) => return self.arrive_digits(now, at, digits),
            Act::Ask { ask, none, .. } => return self.arrive_ask(now, at, *ask, *none),
            Act::Tell { wait, .. } => {
                // Keys pressed for a node that was passed over must not skip what comes after this one.
                self.ahead.clear();
                if self.found.is_empty() {
                    return transition(wait.fallthrough, "none");
                }
                let playing = self.read(now, 0, *wait);
                self.stage = Stage::Telling { at, tries: Tries::default(), playing, ticket: 0 };
            }
            Act::Hours { calendar, .. } => {
                self.steps.push_back(Step::Ask(Question::Hours { calendar: calendar.clone() }));
                self.stage = Stage::Asking { at, until: now + limit::ANSWER };
            }
            Act::Queue { queue, priority } => {
                self.end(Step::Queue { queue: queue.clone(), locale: self.locale, priority: *priority });
            }
            Act::HangUp { disposition } => self.end(Step::HangUp { disposition }),
            Act::Language { locale, next } => {
                self.locale = *locale;
                return transition(*next, "");
            }
        }
        None
    }

    fn arrive_say(&mut self, now: Moment, at: NodeId, prompts: &[ClipName], next: NodeId) -> Option<Transition> {
        let clips = self.prompts(prompts);
        // A caller who types ahead knows the prompt.
        if !self.ahead.is_empty() || clips.is_empty() {
            return transition(next, "");
        }
        self.steps.push_back(Step::Say { locale: self.locale, clips });
        self.stage = Stage::Saying { at, until: now + limit::PLAYING };
        None
    }

    fn arrive_menu(&mut self, now: Moment, at: NodeId, menu: &Menu) -> Option<Transition> {
        let playing = if self.ahead.is_empty() {
            self.say(now, self.prompts(&menu.prompts), menu.wait)
        } else {
            Playing::Silence(now + menu.wait.no_input)
        };
        self.stage = Stage::Menu { at, tries: Tries::default(), playing };
        let key = self.ahead.pop_front()?;
        self.press(now, key)
    }

    fn arrive_digits(&mut self, now: Moment, at: NodeId, digits: &Digits) -> Option<Transition> {
        self.phone_last4 = None;
        if digits.into == Slot::Number {
            self.number.clear();
        }
        let playing = if self.ahead.is_empty() {
            self.say(now, self.prompts(&digits.prompts), digits.wait)
        } else {
            Playing::Silence(now + digits.wait.no_input)
        };
        self.stage = Stage::Digits { at, tries: Tries::default(), playing, typed: String::new() };
        while let Some(key) = self.ahead.pop_front() {
            let transition = self.press(now, key);
            if transition.is_some() {
                return transition;
            }
        }
        None
    }

    fn arrive_ask(&mut self, now: Moment, at: NodeId, ask: Ask, none: NodeId) -> Option<Transition> {
        self.found.clear();
        self.found_total = 0;
        let question = match ask {
            Ask::TicketsOfCaller => Question::TicketsOfCaller,
            Ask::TicketByNumber if self.number.is_empty() => return transition(none, "no number"),
            Ask::TicketByNumber => {
                self.lookups += 1;
                if self.lookups > limit::LOOKUPS_MAX {
                    return transition(self.flow.dispatcher, "too many look-ups");
                }
                Question::TicketByNumber { number: self.number.clone(), phone_last4: self.phone_last4.clone() }
            }
        };
        self.steps.push_back(Step::Ask(question));
        self.stage = Stage::Asking { at, until: now + limit::ANSWER };
        None
    }

    fn played(&mut self, now: Moment) -> Option<Transition> {
        let flow = Arc::clone(&self.flow);
        match &mut self.stage {
            Stage::Saying { at, .. } => match flow.node(*at).map(|node| &node.act) {
                Some(Act::Say { next, .. }) => return transition(*next, "played"),
                _ => self.escape("defect"),
            },
            Stage::Menu { at, playing, .. } | Stage::Digits { at, playing, .. }
                if matches!(playing, Playing::Prompt(_)) =>
            {
                if let Some(wait) = wait_of(&flow, *at) {
                    *playing = Playing::Silence(now + wait.no_input);
                }
            }
            Stage::Telling { at, playing: Playing::Reading(_), ticket, .. } => {
                let (at, ticket) = (*at, *ticket);
                self.served = Some("self_service_done");
                if let Some(Act::Tell { more, last, wait, .. }) = flow.node(at).map(|node| &node.act) {
                    let prompts = self.prompts(if ticket + 1 < self.found.len() { more } else { last });
                    let heard = self.say(now, prompts, *wait);
                    if let Stage::Telling { playing, .. } = &mut self.stage {
                        *playing = heard;
                    }
                }
            }
            Stage::Telling { at, playing, .. } if matches!(playing, Playing::Prompt(_)) => {
                if let Some(wait) = wait_of(&flow, *at) {
                    *playing = Playing::Silence(now + wait.no_input);
                }
            }
            _ => {}
        }
        None
    }

    fn tickets(&mut self, tickets: Vec<Spoken>) -> Option<Transition> {
        let Stage::Asking { at, .. } = self.stage else {
            return None;
        };
        let flow = Arc::clone(&self.flow);
        let Act::Ask { found, none, .. } = &flow.node(at)?.act else {
            return None;
        };
        if tickets.is_empty() {
            return transition(*none, "none");
        }
        self.found_total = tickets.len();
        self.found = tickets;
        self.found.truncate(limit::TICKETS_SPOKEN_MAX);
        transition(*found, format!("found {}", self.found_total))
    }

    fn open(&mut self, yes: bool) -> Option<Transition> {
        let Stage::Asking { at, .. } = self.stage else {
            return None;
        };
        let flow = Arc::clone(&self.flow);
        let Act::Hours { open, closed, .. } = &flow.node(at)?.act else {
            return None;
        };
        if yes { transition(*open, "open") } else { transition(*closed, "closed") }
    }

    fn unknown(&mut self) -> Option<Transition> {
        let Stage::Asking { .. } = self.stage else {
            return None;
        };
        self.ahead.clear();
        transition(self.flow.degraded, "unknown")
    }

    fn read(&mut self, now: Moment, ticket: usize, wait: Wait) -> Playing {
        let clips = self.ticket(ticket);
        if clips.is_empty() {
            return Playing::Silence(now + wait.no_input);
        }
        self.steps.push_back(Step::Say { locale: self.locale, clips });
        Playing::Reading(now + limit::PLAYING)
    }

    /// What is said of one of the tickets found.
    fn ticket(&self, ticket: usize) -> Vec<ClipName> {
        let mut clips = Vec::new();
        let Some(spoken) = self.found.get(ticket) else {
            return clips;
        };
        if self.found_total > 1 {
            if ticket == 0 {
                let total = u32::try_from(self.found_total).unwrap_or(u32::MAX);
                clips.extend(say::clips(self.locale, &Phrase::Tickets(total)));
            }
            let nth = u32::try_from(ticket + 1).unwrap_or(0);
            clips.extend(say::clips(self.locale, &Phrase::Nth(nth)));
        }
        clips.extend(say::clips(self.locale, &Phrase::Ticket(spoken)));
        clips
    }

    fn prompts(&self, prompts: &[ClipName]) -> Vec<ClipName> {
        prompts.iter().flat_map(|prompt| say::clips(self.locale, &Phrase::Prompt(prompt))).collect()
    }

    fn say(&mut self, now: Moment, clips: Vec<ClipName>, wait: Wait) -> Playing {
        if clips.is_empty() {
            return Playing::Silence(now + wait.no_input);
        }
        self.steps.push_back(Step::Say { locale: self.locale, clips });
        Playing::Prompt(now + limit::PLAYING)
    }

    fn set_playing(&mut self, to: Playing) {
        if let Stage::Menu { playing, .. } | Stage::Digits { playing, .. } | Stage::Telling { playing, .. } =
            &mut self.stage
        {
            *playing = to;
        }
    }

    /// Stops what plays, if anything does.
    fn stop_playing(&mut self) {
        let audible = match &self.stage {
            Stage::Saying { .. } => true,
            Stage::Menu { playing, .. } | Stage::Digits { playing, .. } | Stage::Telling { playing, .. } => {
                !matches!(playing, Playing::Silence(_))
            }
            Stage::New | Stage::Asking { .. } | Stage::Ended => false,
        };
        if audible {
            self.steps.push_back(Step::StopPlaying);
        }
    }

    /// Has this caller been here too long, or walked too far? Who was served may listen on.
    fn is_overdue(&self, now: Moment) -> bool {
        let late = self.began.is_some_and(|began| now.saturating_duration_since(began) > limit::FLOW);
        self.entries > limit::ENTRIES_MAX || (late && self.served.is_none())
    }

    /// The way out that always works: straight into the dispatcher's queue.
    fn escape(&mut self, why: &str) {
        let flow = Arc::clone(&self.flow);
        if let Some(node) = flow.node(flow.dispatcher) {
            self.trace(node, why.to_string());
        }
        let (queue, priority) = flow.last_resort();
        self.end(Step::Queue { queue, locale: self.locale, priority });
    }

    fn end(&mut self, last: Step) {
        self.steps.push_back(last);
        self.stage = Stage::Ended;
    }

    fn trace(&mut self, node: &Node, input: String) {
        self.steps.push_back(Step::Trace { node: node.name.clone(), input });
    }
}

fn wait_of(flow: &Flow, at: NodeId) -> Option<Wait> {
    match &flow.node(at)?.act {
        Act::Menu(menu) => Some(menu.wait),
        Act::Digits(digits) => Some(digits.wait),
        Act::Tell { wait, .. } => Some(*wait),
        _ => None,
    }
}
