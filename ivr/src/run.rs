//! One caller in one flow.
//!
//! ```text
//!            Start                    Played, any key
//!   New ────────────▶ walk ──▶ Saying ────────────────▶ walk
//!                      │ ├───▶ Menu ── key, silence, wrong x3 ──▶ walk
//!                      │ ├───▶ Digits ── number, silence ───────▶ walk
//!                      │ ├───▶ Asking ── Told, Open, Unknown ───▶ walk
//!                      │ └───▶ Telling ── silence after the last ▶ walk
//!                      ▼
//!                    Ended   (Step::Queue or Step::HangUp was given)
//! ```
//! A caller who does anything unforeseen ends in a queue; only one who was served is hung up on (G3).

use crate::flow::{Act, Ask, Digits, Flow, Node, NodeId, Slot, Wait};
use crate::say::{self, Phrase};
use crate::{ClipName, Input, Locale, Question, Spoken, Step, limit};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

/// One caller in one flow. Plain data in, plain data out; reads no clock.
#[derive(Debug)]
pub struct Run {
    flow: Arc<Flow>,
    locale: Locale,
    stage: Stage,
    steps: VecDeque<Step>,
    /// Keys pressed before the node that wants them.
    ahead: VecDeque<char>,
    began: Option<Instant>,
    entries: usize,
    lookups: u32,
    number: String,
    phone_last4: Option<String>,
    found: Vec<Spoken>,
    /// How many tickets the world told; more than are kept in `found`.
    found_total: usize,
    served: Option<&'static str>,
}

#[derive(Debug)]
enum Stage {
    New,
    Saying {
        at: NodeId,
        until: Instant,
    },
    Menu {
        at: NodeId,
        tries: Tries,
        ear: Ear,
    },
    Digits {
        at: NodeId,
        tries: Tries,
        ear: Ear,
        typed: String,
    },
    Asking {
        at: NodeId,
        until: Instant,
    },
    Telling {
        at: NodeId,
        tries: Tries,
        ear: Ear,
        ticket: usize,
    },
    Ended,
}

#[derive(Clone, Copy, Debug, Default)]
struct Tries {
    silent: u32,
    wrong: u32,
}

/// What the caller hears while we wait for keys.
#[derive(Clone, Copy, Debug)]
enum Ear {
    /// A ticket is being read; hearing it to the end makes the caller served.
    Reading(Instant),
    /// A prompt plays; the time guards against a lost `Played`.
    Prompt(Instant),
    /// Nothing plays; then it counts as silence.
    Silence(Instant),
}

/// Where to go next, and why (for the trace).
struct Hop {
    to: NodeId,
    why: String,
}

fn hop(to: NodeId, why: impl Into<String>) -> Option<Hop> {
    Some(Hop {
        to,
        why: why.into(),
    })
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

    pub fn handle(&mut self, now: Instant, input: Input) {
        let hop = match input {
            Input::Start => match self.stage {
                Stage::New => {
                    self.began = Some(now);
                    hop(self.flow.start, "start")
                }
                _ => None,
            },
            Input::Played => self.played(now),
            Input::Digit(key) => self.press(now, key),
            Input::Told(tickets) => self.told(tickets),
            Input::Open(yes) => self.open(yes),
            Input::Unknown => self.unknown(),
        };
        self.walk(now, hop);
    }

    /// Time has passed; does nothing before [`Run::timeout`].
    pub fn tick(&mut self, now: Instant) {
        if self.timeout().is_none_or(|at| at > now) {
            return;
        }
        let hop = match &self.stage {
            Stage::Asking { .. } => self.unknown(),
            Stage::Menu {
                ear: Ear::Silence(_),
                ..
            }
            | Stage::Digits {
                ear: Ear::Silence(_),
                ..
            }
            | Stage::Telling {
                ear: Ear::Silence(_),
                ..
            } => self.silence(now),
            _ => self.played(now),
        };
        self.walk(now, hop);
    }

    pub fn poll(&mut self) -> Option<Step> {
        self.steps.pop_front()
    }

    pub fn timeout(&self) -> Option<Instant> {
        match &self.stage {
            Stage::New | Stage::Ended => None,
            Stage::Saying { until, .. } | Stage::Asking { until, .. } => Some(*until),
            Stage::Menu { ear, .. } | Stage::Digits { ear, .. } | Stage::Telling { ear, .. } => {
                match ear {
                    Ear::Reading(until) | Ear::Prompt(until) | Ear::Silence(until) => Some(*until),
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

    fn walk(&mut self, now: Instant, mut next: Option<Hop>) {
        for _ in 0..limit::HOPS_MAX {
            let Some(hop) = next else { return };
            next = self.arrive(now, hop);
        }
        if next.is_some() {
            self.escape("loop");
        }
    }

    fn arrive(&mut self, now: Instant, from: Hop) -> Option<Hop> {
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
            Act::Menu(menu) => {
                let ear = if self.ahead.is_empty() {
                    self.say(now, self.prompts(&menu.prompts), menu.wait)
                } else {
                    Ear::Silence(now + menu.wait.no_input)
                };
                self.stage = Stage::Menu {
                    at,
                    tries: Tries::default(),
                    ear,
                };
                if let Some(key) = self.ahead.pop_front() {
                    return self.press(now, key);
                }
            }
            Act::Digits(digits) => return self.arrive_digits(now, at, digits),
            Act::Ask { ask, none, .. } => return self.arrive_ask(now, at, *ask, *none),
            Act::Tell { wait, .. } => {
                // Keys pressed for a node that was passed over must not turn the pages here.
                self.ahead.clear();
                if self.found.is_empty() {
                    return hop(wait.fallthrough, "none");
                }
                let ear = self.read(now, 0, *wait);
                self.stage = Stage::Telling {
                    at,
                    tries: Tries::default(),
                    ear,
                    ticket: 0,
                };
            }
            Act::Hours { calendar, .. } => {
                self.steps.push_back(Step::Ask(Question::Hours {
                    calendar: calendar.clone(),
                }));
                self.stage = Stage::Asking {
                    at,
                    until: now + limit::ANSWER,
                };
            }
            Act::Queue { queue, priority } => {
                self.end(Step::Queue {
                    queue: queue.clone(),
                    locale: self.locale,
                    priority: *priority,
                });
            }
            Act::HangUp { disposition } => self.end(Step::HangUp { disposition }),
            Act::Language { locale, next } => {
                self.locale = *locale;
                return hop(*next, "");
            }
        }
        None
    }

    fn arrive_say(
        &mut self,
        now: Instant,
        at: NodeId,
        prompts: &[ClipName],
        next: NodeId,
    ) -> Option<Hop> {
        let clips = self.prompts(prompts);
        // Who types ahead knows what would be said.
        if !self.ahead.is_empty() || clips.is_empty() {
            return hop(next, "");
        }
        self.steps.push_back(Step::Say {
            locale: self.locale,
            clips,
        });
        self.stage = Stage::Saying {
            at,
            until: now + limit::PLAYING,
        };
        None
    }

    fn arrive_digits(&mut self, now: Instant, at: NodeId, digits: &Digits) -> Option<Hop> {
        self.phone_last4 = None;
        if digits.into == Slot::Number {
            self.number.clear();
        }
        let ear = if self.ahead.is_empty() {
            self.say(now, self.prompts(&digits.prompts), digits.wait)
        } else {
            Ear::Silence(now + digits.wait.no_input)
        };
        self.stage = Stage::Digits {
            at,
            tries: Tries::default(),
            ear,
            typed: String::new(),
        };
        while let Some(key) = self.ahead.pop_front() {
            let hop = self.press(now, key);
            if hop.is_some() {
                return hop;
            }
        }
        None
    }

    fn arrive_ask(&mut self, now: Instant, at: NodeId, ask: Ask, none: NodeId) -> Option<Hop> {
        self.found.clear();
        self.found_total = 0;
        let question = match ask {
            Ask::TicketsOfCaller => Question::TicketsOfCaller,
            Ask::TicketByNumber if self.number.is_empty() => return hop(none, "no number"),
            Ask::TicketByNumber => {
                self.lookups += 1;
                if self.lookups > limit::LOOKUPS_MAX {
                    return hop(self.flow.dispatcher, "too many look-ups");
                }
                Question::TicketByNumber {
                    number: self.number.clone(),
                    phone_last4: self.phone_last4.clone(),
                }
            }
        };
        self.steps.push_back(Step::Ask(question));
        self.stage = Stage::Asking {
            at,
            until: now + limit::ANSWER,
        };
        None
    }

    fn played(&mut self, now: Instant) -> Option<Hop> {
        let flow = Arc::clone(&self.flow);
        match &mut self.stage {
            Stage::Saying { at, .. } => match flow.node(*at).map(|node| &node.act) {
                Some(Act::Say { next, .. }) => return hop(*next, "played"),
                _ => self.escape("defect"),
            },
            Stage::Menu { at, ear, .. } | Stage::Digits { at, ear, .. }
                if matches!(ear, Ear::Prompt(_)) =>
            {
                if let Some(wait) = wait_of(&flow, *at) {
                    *ear = Ear::Silence(now + wait.no_input);
                }
            }
            Stage::Telling {
                at,
                ear: Ear::Reading(_),
                ticket,
                ..
            } => {
                let (at, ticket) = (*at, *ticket);
                self.served = Some("self_service_done");
                if let Some(Act::Tell {
                    more, last, wait, ..
                }) = flow.node(at).map(|node| &node.act)
                {
                    let prompts = self.prompts(if ticket + 1 < self.found.len() {
                        more
                    } else {
                        last
                    });
                    let heard = self.say(now, prompts, *wait);
                    if let Stage::Telling { ear, .. } = &mut self.stage {
                        *ear = heard;
                    }
                }
            }
            Stage::Telling { at, ear, .. } if matches!(ear, Ear::Prompt(_)) => {
                if let Some(wait) = wait_of(&flow, *at) {
                    *ear = Ear::Silence(now + wait.no_input);
                }
            }
            _ => {}
        }
        None
    }

    fn press(&mut self, now: Instant, key: char) -> Option<Hop> {
        if !matches!(key, '0'..='9' | '*' | '#') {
            return None;
        }
        let flow = Arc::clone(&self.flow);
        match &self.stage {
            Stage::New | Stage::Ended => None,
            Stage::Saying { at, .. } => {
                let node = flow.node(*at)?;
                let Act::Say { prompts, next } = &node.act else {
                    return None;
                };
                if key == '*' {
                    let clips = self.prompts(prompts);
                    return self.repeat(now, clips);
                }
                self.steps.push_back(Step::Hush);
                match key {
                    // Who is on his way to the dispatcher and presses 0 again gets there sooner, not from the start.
                    '0' if *at == flow.dispatcher || *at == flow.degraded => hop(*next, "0"),
                    '0' => hop(flow.dispatcher, "0"),
                    '#' => hop(*next, "#"),
                    _ => {
                        self.ahead.push_back(key);
                        hop(*next, "")
                    }
                }
            }
            Stage::Menu { at, .. } => self.press_menu(now, &flow, *at, key),
            Stage::Digits { at, .. } => self.press_digits(now, &flow, *at, key),
            Stage::Asking { .. } => {
                match key {
                    '0' if self.ahead.is_empty() => return hop(flow.dispatcher, "0"),
                    '*' => {}
                    '#' if self.ahead.is_empty() => {}
                    _ if self.ahead.len() < limit::TYPED_AHEAD_MAX => self.ahead.push_back(key),
                    _ => {}
                }
                None
            }
            Stage::Telling { at, ticket, .. } => self.press_telling(now, &flow, *at, *ticket, key),
        }
    }

    fn press_menu(&mut self, now: Instant, flow: &Flow, at: NodeId, key: char) -> Option<Hop> {
        let node = flow.node(at)?;
        let Act::Menu(menu) = &node.act else {
            return None;
        };
        match key {
            // A late # of a number that was already complete.
            '#' => None,
            '*' => self.repeat(now, self.prompts(&menu.prompts)),
            _ => match menu.keys.iter().find(|(known, _)| *known == key) {
                Some((_, to)) => {
                    self.hush();
                    hop(*to, key)
                }
                None if key == '0' => {
                    self.hush();
                    hop(flow.dispatcher, "0")
                }
                None => self.wrong(now, node, menu.wait, say::WRONG, &menu.again, key),
            },
        }
    }

    fn press_digits(&mut self, now: Instant, flow: &Flow, at: NodeId, key: char) -> Option<Hop> {
        let node = flow.node(at)?;
        let Act::Digits(digits) = &node.act else {
            return None;
        };
        let Stage::Digits { typed, .. } = &mut self.stage else {
            return None;
        };
        match key {
            '*' => {
                typed.clear();
                return self.repeat(now, self.prompts(&digits.prompts));
            }
            // A late # of the number before this one.
            '#' if typed.is_empty() => return None,
            '#' => return self.number_complete(now),
            '0' if typed.is_empty() && !digits.zero_first => {
                self.hush();
                return hop(flow.dispatcher, "0");
            }
            _ => typed.push(key),
        }
        if typed.len() >= digits.max {
            self.hush();
            return self.number_complete(now);
        }
        self.hush();
        if let Stage::Digits { ear, .. } = &mut self.stage {
            *ear = Ear::Silence(now + limit::INTER_DIGIT);
        }
        None
    }

    fn press_telling(
        &mut self,
        now: Instant,
        flow: &Flow,
        at: NodeId,
        ticket: usize,
        key: char,
    ) -> Option<Hop> {
        let node = flow.node(at)?;
        let Act::Tell {
            more, last, wait, ..
        } = &node.act
        else {
            return None;
        };
        let is_last = ticket + 1 >= self.found.len();
        match key {
            '#' => None,
            '0' => {
                self.hush();
                hop(flow.dispatcher, "0")
            }
            '*' => self.turn(now, node, ticket, *wait, "*"),
            '1' if !is_last => self.turn(now, node, ticket + 1, *wait, "1"),
            _ => self.wrong(
                now,
                node,
                *wait,
                say::WRONG,
                if is_last { last } else { more },
                key,
            ),
        }
    }

    /// Reads another ticket of those found.
    fn turn(&mut self, now: Instant, node: &Node, to: usize, wait: Wait, why: &str) -> Option<Hop> {
        self.entries += 1;
        if self.is_overdue(now) {
            self.escape("overdue");
            return None;
        }
        self.trace(node, why.to_string());
        let read = self.read(now, to, wait);
        if let Stage::Telling { ear, ticket, .. } = &mut self.stage {
            (*ear, *ticket) = (read, to);
        }
        None
    }

    fn number_complete(&mut self, now: Instant) -> Option<Hop> {
        let flow = Arc::clone(&self.flow);
        let Stage::Digits { at, typed, .. } = &mut self.stage else {
            return None;
        };
        let typed = std::mem::take(typed);
        let node = flow.node(*at)?;
        let Act::Digits(digits) = &node.act else {
            return None;
        };
        if typed == "0" {
            return hop(flow.dispatcher, "0");
        }
        if typed.len() < digits.min {
            return self.wrong(
                now,
                node,
                digits.wait,
                say::TOO_SHORT,
                &digits.prompts,
                typed,
            );
        }
        let why = match digits.into {
            Slot::Number => format!("number {typed}"),
            // Personal data stays out of the trace.
            Slot::PhoneLast4 => format!("{} digits", typed.len()),
        };
        match digits.into {
            Slot::Number => self.number = typed,
            Slot::PhoneLast4 => self.phone_last4 = Some(typed),
        }
        hop(digits.next, why)
    }

    /// No key for as long as the node waits.
    fn silence(&mut self, now: Instant) -> Option<Hop> {
        let flow = Arc::clone(&self.flow);
        let overdue = self.is_overdue(now);
        let (at, prompts, wait) = match &mut self.stage {
            Stage::Digits { typed, .. } if !typed.is_empty() => return self.number_complete(now),
            Stage::Telling { at, ticket, .. } => {
                let (node, to) = (flow.node(*at)?, *ticket + 1);
                let Act::Tell { next, wait, .. } = &node.act else {
                    return None;
                };
                if to < self.found.len() {
                    return self.turn(now, node, to, *wait, "silence");
                }
                return hop(*next, "told");
            }
            Stage::Menu { at, tries, .. } | Stage::Digits { at, tries, .. } => {
                let (prompts, wait) = match &flow.node(*at)?.act {
                    Act::Menu(menu) => (&menu.again, menu.wait),
                    Act::Digits(digits) => (&digits.prompts, digits.wait),
                    _ => return None,
                };
                tries.silent += 1;
                if tries.silent > wait.repeats || overdue {
                    return hop(wait.fallthrough, "silence");
                }
                (*at, prompts, wait)
            }
            _ => return None,
        };
        self.entries += 1;
        if let Some(node) = flow.node(at) {
            self.trace(node, "silence".into());
        }
        let said = self.say(now, self.prompts(prompts), wait);
        self.set_ear(said);
        None
    }

    /// A key or number that means nothing here.
    fn wrong(
        &mut self,
        now: Instant,
        node: &Node,
        wait: Wait,
        sorry: &str,
        again: &[ClipName],
        typed: impl ToString,
    ) -> Option<Hop> {
        self.ahead.clear();
        self.entries += 1;
        let overdue = self.is_overdue(now);
        let tries = match &mut self.stage {
            Stage::Menu { tries, .. }
            | Stage::Digits { tries, .. }
            | Stage::Telling { tries, .. } => tries,
            _ => return None,
        };
        tries.wrong += 1;
        if tries.wrong > wait.retries || overdue {
            self.hush();
            return hop(wait.fallthrough, format!("wrong {}", typed.to_string()));
        }
        let secret = matches!(&node.act, Act::Digits(digits) if digits.into == Slot::PhoneLast4);
        self.trace(
            node,
            if secret {
                "wrong".into()
            } else {
                format!("wrong {}", typed.to_string())
            },
        );
        let mut clips = say::clips(self.locale, &Phrase::Prompt(sorry));
        clips.extend(self.prompts(again));
        let said = self.say(now, clips, wait);
        self.set_ear(said);
        None
    }

    /// `*`: the same once more.
    fn repeat(&mut self, now: Instant, clips: Vec<ClipName>) -> Option<Hop> {
        self.entries += 1;
        if self.is_overdue(now) {
            self.hush();
            self.escape("overdue");
            return None;
        }
        let flow = Arc::clone(&self.flow);
        let at = match &mut self.stage {
            Stage::Saying { until, .. } => {
                *until = now + limit::PLAYING;
                self.steps.push_back(Step::Say {
                    locale: self.locale,
                    clips,
                });
                return None;
            }
            Stage::Menu { at, .. } | Stage::Digits { at, .. } => *at,
            _ => return None,
        };
        let node = flow.node(at)?;
        self.trace(node, "*".into());
        let said = self.say(now, clips, wait_of(&flow, at)?);
        self.set_ear(said);
        None
    }

    fn told(&mut self, tickets: Vec<Spoken>) -> Option<Hop> {
        let Stage::Asking { at, .. } = self.stage else {
            return None;
        };
        let flow = Arc::clone(&self.flow);
        let Act::Ask { found, none, .. } = &flow.node(at)?.act else {
            return None;
        };
        if tickets.is_empty() {
            return hop(*none, "none");
        }
        self.found_total = tickets.len();
        self.found = tickets;
        self.found.truncate(limit::TICKETS_SPOKEN_MAX);
        hop(*found, format!("found {}", self.found_total))
    }

    fn open(&mut self, yes: bool) -> Option<Hop> {
        let Stage::Asking { at, .. } = self.stage else {
            return None;
        };
        let flow = Arc::clone(&self.flow);
        let Act::Hours { open, closed, .. } = &flow.node(at)?.act else {
            return None;
        };
        if yes {
            hop(*open, "open")
        } else {
            hop(*closed, "closed")
        }
    }

    fn unknown(&mut self) -> Option<Hop> {
        let Stage::Asking { .. } = self.stage else {
            return None;
        };
        self.ahead.clear();
        hop(self.flow.degraded, "unknown")
    }

    fn read(&mut self, now: Instant, ticket: usize, wait: Wait) -> Ear {
        let mut clips = Vec::new();
        let Some(spoken) = self.found.get(ticket) else {
            return Ear::Silence(now + wait.no_input);
        };
        if self.found_total > 1 {
            if ticket == 0 {
                let total = u32::try_from(self.found_total).unwrap_or(u32::MAX);
                clips.extend(say::clips(self.locale, &Phrase::Tickets(total)));
            }
            clips.extend(say::clips(
                self.locale,
                &Phrase::Nth(u32::try_from(ticket + 1).unwrap_or(0)),
            ));
        }
        clips.extend(say::clips(self.locale, &Phrase::Ticket(spoken)));
        self.steps.push_back(Step::Say {
            locale: self.locale,
            clips,
        });
        Ear::Reading(now + limit::PLAYING)
    }

    fn prompts(&self, prompts: &[ClipName]) -> Vec<ClipName> {
        prompts
            .iter()
            .flat_map(|prompt| say::clips(self.locale, &Phrase::Prompt(prompt)))
            .collect()
    }

    fn say(&mut self, now: Instant, clips: Vec<ClipName>, wait: Wait) -> Ear {
        if clips.is_empty() {
            return Ear::Silence(now + wait.no_input);
        }
        self.steps.push_back(Step::Say {
            locale: self.locale,
            clips,
        });
        Ear::Prompt(now + limit::PLAYING)
    }

    fn set_ear(&mut self, to: Ear) {
        if let Stage::Menu { ear, .. } | Stage::Digits { ear, .. } | Stage::Telling { ear, .. } =
            &mut self.stage
        {
            *ear = to;
        }
    }

    /// Stops what plays, if anything does.
    fn hush(&mut self) {
        let playing = match &self.stage {
            Stage::Saying { .. } => true,
            Stage::Menu { ear, .. } | Stage::Digits { ear, .. } | Stage::Telling { ear, .. } => {
                !matches!(ear, Ear::Silence(_))
            }
            Stage::New | Stage::Asking { .. } | Stage::Ended => false,
        };
        if playing {
            self.steps.push_back(Step::Hush);
        }
    }

    /// Has this caller been here too long, or walked too far? Who was served may listen on.
    fn is_overdue(&self, now: Instant) -> bool {
        let late = self
            .began
            .is_some_and(|began| now.saturating_duration_since(began) > limit::FLOW);
        self.entries > limit::ENTRIES_MAX || (late && self.served.is_none())
    }

    /// The way out that always works: straight into the dispatcher's queue.
    fn escape(&mut self, why: &str) {
        let flow = Arc::clone(&self.flow);
        if let Some(node) = flow.node(flow.dispatcher) {
            self.trace(node, why.to_string());
        }
        let (queue, priority) = flow.last_resort();
        self.end(Step::Queue {
            queue,
            locale: self.locale,
            priority,
        });
    }

    fn end(&mut self, last: Step) {
        self.steps.push_back(last);
        self.stage = Stage::Ended;
    }

    fn trace(&mut self, node: &Node, input: String) {
        self.steps.push_back(Step::Trace {
            node: node.name.clone(),
            input,
        });
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

