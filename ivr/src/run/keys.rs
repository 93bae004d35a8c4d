//! What a caller's keys do, and what silence does: barge-in, numbers, wrong keys, repeats.

use super::{Playing, Run, Stage, Transition, transition, wait_of};
use crate::flow::{Act, Flow, Node, NodeId, Slot, Wait};
use crate::say::{self, Phrase};
use crate::{ClipName, Step, limit};
use std::sync::Arc;
use types::Moment;

impl Run {
    pub(super) fn press(&mut self, now: Moment, key: char) -> Option<Transition> {
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
                self.steps.push_back(Step::StopPlaying);
                match key {
                    // Who is on his way to the dispatcher and presses 0 again gets there sooner, not from the start.
                    '0' if *at == flow.dispatcher || *at == flow.degraded => transition(*next, "0"),
                    '0' => transition(flow.dispatcher, "0"),
                    '#' => transition(*next, "#"),
                    _ => {
                        self.ahead.push_back(key);
                        transition(*next, "")
                    }
                }
            }
            Stage::Menu { at, .. } => self.press_menu(now, &flow, *at, key),
            Stage::Digits { at, .. } => self.press_digits(now, &flow, *at, key),
            Stage::Asking { .. } => {
                match key {
                    '0' if self.ahead.is_empty() => return transition(flow.dispatcher, "0"),
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

    fn press_menu(&mut self, now: Moment, flow: &Flow, at: NodeId, key: char) -> Option<Transition> {
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
                    self.stop_playing();
                    transition(*to, key)
                }
                None if key == '0' => {
                    self.stop_playing();
                    transition(flow.dispatcher, "0")
                }
                None => self.wrong(now, node, menu.wait, say::WRONG, &menu.again, key),
            },
        }
    }

    fn press_digits(&mut self, now: Moment, flow: &Flow, at: NodeId, key: char) -> Option<Transition> {
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
                self.stop_playing();
                return transition(flow.dispatcher, "0");
            }
            _ => typed.push(key),
        }
        if typed.len() >= digits.max {
            self.stop_playing();
            return self.number_complete(now);
        }
        self.stop_playing();
        if let Stage::Digits { playing, .. } = &mut self.stage {
            *playing = Playing::Silence(now + limit::INTER_DIGIT);
        }
        None
    }

    fn press_telling(&mut self, now: Moment, flow: &Flow, at: NodeId, ticket: usize, key: char) -> Option<Transition> {
        let node = flow.node(at)?;
        let Act::Tell { more, last, wait, .. } = &node.act else {
            return None;
        };
        let is_last = ticket + 1 >= self.found.len();
        match key {
            '#' => None,
            '0' => {
                self.stop_playing();
                transition(flow.dispatcher, "0")
            }
            '*' => self.turn(now, node, ticket, *wait, "*"),
            '1' if !is_last => self.turn(now, node, ticket + 1, *wait, "1"),
            _ => self.wrong(now, node, *wait, say::WRONG, if is_last { last } else { more }, key),
        }
    }

    /// Reads another ticket of those found.
    fn turn(&mut self, now: Moment, node: &Node, to: usize, wait: Wait, why: &str) -> Option<Transition> {
        self.entries += 1;
        if self.is_overdue(now) {
            self.escape("overdue");
            return None;
        }
        self.trace(node, why.to_string());
        let read = self.read(now, to, wait);
        if let Stage::Telling { playing, ticket, .. } = &mut self.stage {
            (*playing, *ticket) = (read, to);
        }
        None
    }

    fn number_complete(&mut self, now: Moment) -> Option<Transition> {
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
            return transition(flow.dispatcher, "0");
        }
        if typed.len() < digits.min {
            return self.wrong(now, node, digits.wait, say::TOO_SHORT, &digits.prompts, typed);
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
        transition(digits.next, why)
    }

    /// No key for as long as the node waits.
    pub(super) fn silence(&mut self, now: Moment) -> Option<Transition> {
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
                return transition(*next, "told");
            }
            Stage::Menu { at, tries, .. } | Stage::Digits { at, tries, .. } => {
                let (prompts, wait) = match &flow.node(*at)?.act {
                    Act::Menu(menu) => (&menu.again, menu.wait),
                    Act::Digits(digits) => (&digits.prompts, digits.wait),
                    _ => return None,
                };
                tries.silent += 1;
                if tries.silent > wait.repeats || overdue {
                    return transition(wait.fallthrough, "silence");
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
        self.set_playing(said);
        None
    }

    /// A key or number that means nothing here.
    fn wrong(
        &mut self,
        now: Moment,
        node: &Node,
        wait: Wait,
        sorry: &str,
        again: &[ClipName],
        typed: impl ToString,
    ) -> Option<Transition> {
        self.ahead.clear();
        self.entries += 1;
        let overdue = self.is_overdue(now);
        let tries = match &mut self.stage {
            Stage::Menu { tries, .. } | Stage::Digits { tries, .. } | Stage::Telling { tries, .. } => tries,
            _ => return None,
        };
        tries.wrong += 1;
        let gives_up = tries.wrong > wait.retries || overdue;
        let is_secret = matches!(&node.act, Act::Digits(digits) if digits.into == Slot::PhoneLast4);
        let why = match is_secret {
            true => "wrong".to_string(),
            false => format!("wrong {}", typed.to_string()),
        };
        if gives_up {
            self.stop_playing();
            return transition(wait.fallthrough, why);
        }
        self.trace(node, why);
        let mut clips = say::clips(self.locale, &Phrase::Prompt(sorry));
        let said = match &self.stage {
            // The key cut the ticket short: without hearing it the caller would not be served.
            Stage::Telling { playing: Playing::Reading(_), ticket, .. } => {
                clips.extend(self.ticket(*ticket));
                self.steps.push_back(Step::Say { locale: self.locale, clips });
                Playing::Reading(now + limit::PLAYING)
            }
            _ => {
                clips.extend(self.prompts(again));
                self.say(now, clips, wait)
            }
        };
        self.set_playing(said);
        None
    }

    /// `*`: the same once more.
    fn repeat(&mut self, now: Moment, clips: Vec<ClipName>) -> Option<Transition> {
        self.entries += 1;
        if self.is_overdue(now) {
            self.stop_playing();
            self.escape("overdue");
            return None;
        }
        let flow = Arc::clone(&self.flow);
        let at = match &mut self.stage {
            Stage::Saying { until, .. } => {
                *until = now + limit::PLAYING;
                self.steps.push_back(Step::Say { locale: self.locale, clips });
                return None;
            }
            Stage::Menu { at, .. } | Stage::Digits { at, .. } => *at,
            _ => return None,
        };
        let node = flow.node(at)?;
        self.trace(node, "*".into());
        let said = self.say(now, clips, wait_of(&flow, at)?);
        self.set_playing(said);
        None
    }
}
