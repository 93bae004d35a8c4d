//! What can be wrong with a flow that reads well: ways that lead nowhere, loops, hang-ups on people who were not served.

use crate::flow::{Act, Flow, NodeId};
use crate::{Finding, Locale, limit, say};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub(crate) fn check(flow: &Flow) -> Vec<Finding> {
    let mut findings = Vec::new();
    unreachable(flow, &mut findings);
    ways_out(flow, &mut findings);
    loops(flow, &mut findings);
    hang_ups(flow, &mut findings);
    findings
}

impl Flow {
    /// Checks the recordings in one locale: each exists (`duration` knows it), the emergency hint is heard within 12 s,
    /// and a caller who presses nothing is in a queue within 45 s (G4).
    pub fn check_recordings(&self, locale: Locale, duration: &dyn Fn(&str) -> Option<Duration>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let start_line = self.node(self.start).map_or(1, |node| node.line);
        for clip in self.clips() {
            if say::text(locale, &clip).is_some() && duration(&clip).is_none() {
                let line = self
                    .nodes
                    .iter()
                    .find(|node| {
                        let mut has = false;
                        node.act.prompts(&mut |prompt| has |= prompt == clip);
                        has
                    })
                    .map_or(start_line, |node| node.line);
                findings.push(Finding {
                    line,
                    what: format!("`{clip}` has no recording"),
                    remedy: format!("put it at config/prompts/{}", say::file(locale, &clip)),
                });
            }
        }
        let time = |prompts: &[String]| -> Duration { prompts.iter().filter_map(|prompt| duration(prompt)).sum() };
        if let Some(Act::Menu(menu)) = self.node(self.start).map(|node| &node.act)
            && let Some(at) = menu.prompts.iter().position(|prompt| prompt == "emer_hint")
        {
            let heard = time(menu.prompts.get(..=at).unwrap_or_default());
            if heard > limit::HINT_HEARD {
                findings.push(too_long(
                    start_line,
                    "the emergency hint is heard after",
                    heard,
                    limit::HINT_HEARD,
                    "shorten the greeting",
                ));
            }
        }
        let silent = self.silent(self.start, &time, &mut BTreeMap::new());
        if silent > limit::SILENT_TO_QUEUE {
            let remedy = "shorten the prompts or give the menu fewer repeats";
            findings.push(too_long(
                start_line,
                "a silent caller is in the queue after",
                silent,
                limit::SILENT_TO_QUEUE,
                remedy,
            ));
        }
        findings
    }

    /// The longest time a caller who presses nothing spends from here to a queue. `known` keeps what was found before:
    /// many ways may lead through one node.
    fn silent(
        &self,
        at: NodeId,
        time: &dyn Fn(&[String]) -> Duration,
        known: &mut BTreeMap<NodeId, Duration>,
    ) -> Duration {
        if let Some(known) = known.get(&at) {
            return *known;
        }
        // Until it is known: a loop (which `check` has refused already) adds nothing.
        known.insert(at, Duration::ZERO);
        let Some(node) = self.node(at) else {
            return Duration::ZERO;
        };
        let here = match &node.act {
            Act::Say { prompts, .. } => time(prompts),
            Act::Menu(menu) => {
                let again = (time(&menu.again) + menu.wait.no_input) * menu.wait.repeats;
                time(&menu.prompts) + menu.wait.no_input + again
            }
            Act::Digits(digits) => (time(&digits.prompts) + digits.wait.no_input) * (digits.wait.repeats + 1),
            Act::Ask { .. } | Act::Hours { .. } => limit::ANSWER,
            // A caller who hears his tickets does not wait for a queue.
            Act::Tell { .. } => return Duration::ZERO,
            Act::Language { .. } | Act::Queue { .. } | Act::HangUp { .. } => Duration::ZERO,
        };
        let on = self.silent_targets(at).into_iter().map(|to| self.silent(to, time, known)).max().unwrap_or_default();
        known.insert(at, here + on);
        here + on
    }

    /// Where a node leads if the caller presses nothing.
    fn silent_targets(&self, at: NodeId) -> Vec<NodeId> {
        match self.node(at).map(|node| &node.act) {
            Some(Act::Menu(menu)) => vec![menu.wait.fallthrough],
            Some(Act::Digits(digits)) => vec![digits.wait.fallthrough],
            Some(Act::Ask { found, none, .. }) => vec![*found, *none, self.degraded],
            Some(Act::Hours { open, closed, .. }) => vec![*open, *closed, self.degraded],
            Some(Act::Tell { next, .. }) => vec![*next],
            Some(act) => act.targets(),
            None => Vec::new(),
        }
    }
}

fn too_long(line: usize, what: &str, is: Duration, most: Duration, remedy: &str) -> Finding {
    Finding {
        line,
        what: format!("{what} {:.1} s, at most {} s", is.as_secs_f64(), most.as_secs()),
        remedy: remedy.into(),
    }
}

/// Every node reached from `from` by `targets`.
fn reached(from: &[NodeId], targets: &dyn Fn(NodeId) -> Vec<NodeId>) -> BTreeSet<NodeId> {
    let mut seen: BTreeSet<NodeId> = from.iter().copied().collect();
    let mut open: Vec<NodeId> = from.to_vec();
    while let Some(at) = open.pop() {
        for to in targets(at) {
            if seen.insert(to) {
                open.push(to);
            }
        }
    }
    seen
}

fn unreachable(flow: &Flow, findings: &mut Vec<Finding>) {
    let targets = |at: NodeId| flow.node(at).map(|node| node.act.targets()).unwrap_or_default();
    let seen = reached(&[flow.start, flow.dispatcher, flow.degraded], &targets);
    for (id, node) in flow.nodes.iter().enumerate() {
        if !seen.contains(&id) {
            findings.push(Finding {
                line: node.line,
                what: format!("no way leads to `{}`", node.name),
                remedy: "lead a key or a `next` to it, or remove it".into(),
            });
        }
    }
}

/// `dispatcher` and `degraded` are the ways out of every trouble: they must reach a queue by themselves.
fn ways_out(flow: &Flow, findings: &mut Vec<Finding>) {
    for (key, start) in [("dispatcher", flow.dispatcher), ("degraded", flow.degraded)] {
        let mut at = start;
        let ends = (0..limit::HOPS_MAX).find_map(|_| match flow.node(at).map(|node| &node.act) {
            Some(Act::Queue { .. }) => Some(true),
            Some(Act::Say { next, .. } | Act::Language { next, .. }) => {
                at = *next;
                None
            }
            _ => Some(false),
        });
        if ends != Some(true)
            && let Some(node) = flow.node(start)
        {
            findings.push(Finding {
                line: node.line,
                what: format!("`{}` is the way out (`{key}`) and does not end in a queue", node.name),
                remedy: "between it and the queue only say and language nodes may stand".into(),
            });
        }
    }
}

/// A round that needs no key would never end.
fn loops(flow: &Flow, findings: &mut Vec<Finding>) {
    let silent = |at: NodeId| flow.silent_targets(at);
    let mut told: BTreeSet<NodeId> = BTreeSet::new();
    for (id, node) in flow.nodes.iter().enumerate() {
        if told.contains(&id) {
            continue;
        }
        let after = reached(&silent(id), &silent);
        if after.contains(&id) {
            let round: Vec<NodeId> =
                after.into_iter().filter(|to| reached(&silent(*to), &silent).contains(&id)).collect();
            let names: Vec<&str> =
                round.iter().filter_map(|to| flow.node(*to)).map(|node| node.name.as_str()).collect();
            findings.push(Finding {
                line: node.line,
                what: format!("a caller who presses nothing goes round for ever: {}", names.join(", ")),
                remedy: "lead one of them on to a queue".into(),
            });
            told.extend(round);
        }
    }
}

/// No caller is hung up on before he heard what he called for (G3).
fn hang_ups(flow: &Flow, findings: &mut Vec<Finding>) {
    let unserved = |at: NodeId| match flow.node(at).map(|node| &node.act) {
        Some(Act::Tell { wait, .. }) => vec![wait.fallthrough],
        Some(act) => act.targets(),
        None => Vec::new(),
    };
    for id in reached(&[flow.start, flow.dispatcher, flow.degraded], &unserved) {
        let Some(node) = flow.node(id) else { continue };
        if matches!(node.act, Act::HangUp { .. }) {
            findings.push(Finding {
                line: node.line,
                what: format!("`{}` hangs up on callers who were not served", node.name),
                remedy: "only the `next` of a tell node may lead to it; lead the others to a queue".into(),
            });
        }
        let fallthrough = match &node.act {
            Act::Menu(menu) => menu.wait.fallthrough,
            Act::Digits(digits) => digits.wait.fallthrough,
            Act::Tell { wait, .. } => wait.fallthrough,
            _ => continue,
        };
        let silent = |at: NodeId| {
            if flow.is_tell(at) { Vec::new() } else { flow.silent_targets(at) }
        };
        let hangs_up = reached(&[fallthrough], &silent)
            .into_iter()
            .filter_map(|to| flow.node(to))
            .any(|node| matches!(node.act, Act::HangUp { .. }));
        if hangs_up {
            findings.push(Finding {
                line: node.line,
                what: format!("silence or wrong keys at `{}` end in a hang-up", node.name),
                remedy: "let its fallthrough end in a queue".into(),
            });
        }
    }
}

impl Flow {
    fn is_tell(&self, at: NodeId) -> bool {
        matches!(self.node(at).map(|node| &node.act), Some(Act::Tell { .. }))
    }
}
