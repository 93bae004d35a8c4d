//! The parsed script, plain data. Made by [`parse`](crate::Flow::parse), walked by [`Run`](crate::Run).

use crate::{ClipName, Locale, limit, say};
use std::time::Duration;

/// The parsed and checked script.
#[derive(Debug)]
pub struct Flow {
    pub(crate) start: NodeId,
    /// Where `0` and every way out of trouble leads; always reaches a queue.
    pub(crate) dispatcher: NodeId,
    /// Where no answer from the application leads (G7); always reaches a queue.
    pub(crate) degraded: NodeId,
    pub(crate) nodes: Vec<Node>,
}

pub(crate) type NodeId = usize;

#[derive(Debug)]
pub(crate) struct Node {
    pub name: String,
    /// Where it stands in the file, for findings.
    pub line: usize,
    pub act: Act,
}

#[derive(Debug)]
pub(crate) enum Act {
    Say {
        prompts: Vec<ClipName>,
        next: NodeId,
    },
    Menu(Menu),
    Digits(Digits),
    /// Asks about tickets and keeps the answer for `Tell`.
    Ask {
        ask: Ask,
        found: NodeId,
        none: NodeId,
    },
    /// Reads the tickets found, one by one. Leaving by `next` means: the caller was served.
    Tell {
        more: Vec<ClipName>,
        last: Vec<ClipName>,
        wait: Wait,
        next: NodeId,
    },
    Hours {
        calendar: String,
        open: NodeId,
        closed: NodeId,
    },
    Queue {
        queue: String,
        priority: i64,
    },
    HangUp {
        disposition: &'static str,
    },
    Language {
        locale: Locale,
        next: NodeId,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    TicketsOfCaller,
    TicketByNumber,
}

/// What a caller may do wrong at a node before it lets go of him.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wait {
    /// Silence after the prompt that counts as no input.
    pub no_input: Duration,
    /// How often silence has the prompt said again.
    pub repeats: u32,
    /// How many wrong keys are forgiven.
    pub retries: u32,
    /// Where it ends; the checker proves that this reaches a queue.
    pub fallthrough: NodeId,
}

#[derive(Debug)]
pub(crate) struct Menu {
    pub prompts: Vec<ClipName>,
    /// Said instead of `prompts` on a retry.
    pub again: Vec<ClipName>,
    pub keys: Vec<(char, NodeId)>,
    pub wait: Wait,
}

#[derive(Debug)]
pub(crate) struct Digits {
    pub prompts: Vec<ClipName>,
    pub into: Slot,
    pub min: usize,
    pub max: usize,
    /// May the number begin with 0? If so only a lone 0 means the dispatcher.
    pub zero_first: bool,
    pub next: NodeId,
    pub wait: Wait,
}

/// What collected digits are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    Number,
    PhoneLast4,
}

impl Flow {
    /// All clips the flow can play in any locale, sorted, to be checked against the prompt store.
    pub fn clips(&self) -> Vec<ClipName> {
        let mut clips: Vec<ClipName> = Vec::new();
        for node in &self.nodes {
            node.act.prompts(&mut |prompt| clips.push(prompt.to_string()));
            match node.act {
                Act::Menu(_) => clips.push(say::WRONG.into()),
                Act::Digits(_) => clips.push(say::TOO_SHORT.into()),
                Act::Tell { .. } => {
                    clips.push(say::WRONG.into());
                    clips.extend(say::ticket_words());
                }
                _ => {}
            }
        }
        clips.sort();
        clips.dedup();
        clips
    }

    /// All queue names it can end in, sorted.
    pub fn queues(&self) -> Vec<String> {
        let mut queues: Vec<String> = self
            .nodes
            .iter()
            .filter_map(|node| match &node.act {
                Act::Queue { queue, .. } => Some(queue.clone()),
                _ => None,
            })
            .collect();
        queues.sort();
        queues.dedup();
        queues
    }

    /// All calendars it asks about, sorted.
    pub fn calendars(&self) -> Vec<String> {
        let mut calendars: Vec<String> = self
            .nodes
            .iter()
            .filter_map(|node| match &node.act {
                Act::Hours { calendar, .. } => Some(calendar.clone()),
                _ => None,
            })
            .collect();
        calendars.sort();
        calendars.dedup();
        calendars
    }

    pub(crate) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// The queue a caller goes to when nothing else is left: the one `0` leads to.
    pub(crate) fn last_resort(&self) -> (String, i64) {
        let mut id = self.dispatcher;
        for _ in 0..limit::HOPS_MAX {
            match self.node(id).map(|node| &node.act) {
                Some(Act::Queue { queue, priority }) => return (queue.clone(), *priority),
                Some(Act::Say { next, .. } | Act::Language { next, .. }) => id = *next,
                _ => break,
            }
        }
        // The checker only lets flows pass whose dispatcher ends in a queue.
        (String::new(), 0)
    }
}

impl Act {
    /// Every prompt named in the file for this node.
    pub(crate) fn prompts(&self, visit: &mut dyn FnMut(&str)) {
        let mut all = |prompts: &[ClipName]| prompts.iter().for_each(|prompt| visit(prompt));
        match self {
            Act::Say { prompts, .. } => all(prompts),
            Act::Menu(menu) => {
                all(&menu.prompts);
                all(&menu.again);
            }
            Act::Digits(digits) => all(&digits.prompts),
            Act::Tell { more, last, .. } => {
                all(more);
                all(last);
            }
            Act::Ask { .. } | Act::Hours { .. } | Act::Queue { .. } | Act::HangUp { .. } | Act::Language { .. } => {}
        }
    }

    /// Every node this one can lead to by itself (`0` and the degraded way excepted).
    pub(crate) fn targets(&self) -> Vec<NodeId> {
        match self {
            Act::Say { next, .. } | Act::Language { next, .. } => vec![*next],
            Act::Menu(menu) => menu.keys.iter().map(|(_, to)| *to).chain([menu.wait.fallthrough]).collect(),
            Act::Digits(digits) => vec![digits.next, digits.wait.fallthrough],
            Act::Ask { found, none, .. } => vec![*found, *none],
            Act::Tell { next, wait, .. } => vec![*next, wait.fallthrough],
            Act::Hours { open, closed, .. } => vec![*open, *closed],
            Act::Queue { .. } | Act::HangUp { .. } => vec![],
        }
    }
}
