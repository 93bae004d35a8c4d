//! Text to flow: TOML, read with the position of every word so that each finding names its line.

use crate::flow::{Act, Ask, Digits, Flow, Menu, Node, NodeId, Slot, Wait};
use crate::{Finding, Locale, check, limit, say};
use std::collections::BTreeMap;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reasons a flow may hang up for; each means that the caller was served.
pub(crate) const DISPOSITIONS: [&str; 2] = ["self_service_done", "incident_informed"];

impl Flow {
    /// Parses and checks; every finding at once, in the order of the lines.
    pub fn parse(text: &str) -> Result<Flow, Vec<Finding>> {
        if text.len() > limit::FILE_BYTES_MAX {
            return Err(vec![Finding {
                line: 1,
                what: format!("the file has {} bytes, at most {} are read", text.len(), limit::FILE_BYTES_MAX),
                remedy: "split it into several flows".into(),
            }]);
        }
        let mut reader = Reader { lines: line_starts(text), findings: Vec::new() };
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let line = error.span().map_or(1, |span| reader.line(span.start));
            let message = error.message().to_string();
            let remedy = if message.contains("duplicate") {
                "name it once only"
            } else {
                "write it as TOML: key = \"word\", key = [\"a\", \"b\"], keys = { 1 = \"node\" }"
            };
            reader.find(line, message, remedy);
        }
        let flow = reader.flow(table.get_ref());
        let mut findings = reader.findings;
        if let Some(flow) = &flow {
            findings.extend(check::check(flow));
        }
        findings.sort_by_key(|finding| finding.line);
        findings.dedup();
        match flow {
            Some(flow) if findings.is_empty() => Ok(flow),
            _ => Err(findings),
        }
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0)
        .chain(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1))
        .collect()
}

struct Reader {
    lines: Vec<usize>,
    findings: Vec<Finding>,
}

/// One node's table while its fields are taken out; what stays is unknown.
struct Fields<'a, 'i> {
    name: &'a str,
    line: usize,
    left: BTreeMap<&'a str, (usize, &'a Spanned<DeValue<'i>>)>,
    names: &'a BTreeMap<&'a str, NodeId>,
    dispatcher: Option<NodeId>,
}

impl Reader {
    fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at).max(1)
    }

    fn find(&mut self, line: usize, what: impl Into<String>, remedy: impl Into<String>) {
        self.findings.push(Finding { line, what: what.into(), remedy: remedy.into() });
    }

    fn flow(&mut self, root: &DeTable<'_>) -> Option<Flow> {
        let mut top: BTreeMap<&str, (usize, &Spanned<DeValue<'_>>)> = BTreeMap::new();
        for (key, value) in root {
            top.insert(key.get_ref().as_ref(), (self.line(key.span().start), value));
        }
        let Some((nodes_line, nodes)) = top.remove("node") else {
            self.find(1, "the flow has no nodes", "write at least [node.NAME] with do = \"queue\"");
            return None;
        };
        let Some(nodes) = nodes.get_ref().as_table() else {
            self.find(nodes_line, "`node` is not a table", "write [node.NAME] for each node");
            return None;
        };
        if nodes.len() > limit::NODES_MAX {
            self.find(nodes_line, format!("{} nodes, at most {}", nodes.len(), limit::NODES_MAX), "split the flow");
            return None;
        }
        let names: BTreeMap<&str, NodeId> =
            nodes.iter().enumerate().map(|(id, (name, _))| (name.get_ref().as_ref(), id)).collect();
        let start = self.top_node(&mut top, "start", &names);
        let dispatcher = self.top_node(&mut top, "dispatcher", &names);
        let degraded = self.top_node(&mut top, "degraded", &names);
        top.remove("title");
        for (name, (line, _)) in top {
            self.find(line, format!("unknown key `{name}`"), "known here: title, start, dispatcher, degraded, node");
        }
        let mut parsed = Vec::with_capacity(nodes.len());
        for (name, value) in nodes {
            let line = self.line(name.span().start);
            let act = self.node(name.get_ref(), line, value, &names, dispatcher);
            parsed.push(act.map(|act| Node { name: name.get_ref().to_string(), line, act }));
        }
        // Only a whole flow can be walked; a node that could not be read would bring findings that are not true.
        let nodes: Option<Vec<Node>> = parsed.into_iter().collect();
        Some(Flow { start: start?, dispatcher: dispatcher?, degraded: degraded?, nodes: nodes? })
    }

    fn top_node(
        &mut self,
        top: &mut BTreeMap<&str, (usize, &Spanned<DeValue<'_>>)>,
        key: &str,
        names: &BTreeMap<&str, NodeId>,
    ) -> Option<NodeId> {
        let Some((line, value)) = top.remove(key) else {
            self.find(1, format!("`{key}` is missing"), format!("write {key} = \"NODE\" at the top of the file"));
            return None;
        };
        self.target(line, key, value, names)
    }

    fn target(
        &mut self,
        line: usize,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        names: &BTreeMap<&str, NodeId>,
    ) -> Option<NodeId> {
        let Some(name) = value.get_ref().as_str() else {
            self.find(line, format!("`{key}` is not a node's name"), format!("write {key} = \"NODE\""));
            return None;
        };
        let found = names.get(name).copied();
        if found.is_none() {
            let line = self.line(value.span().start);
            let remedy = match nearest(name, names.keys().copied()) {
                Some(near) => format!("did you mean `{near}`? or add [node.{name}]"),
                None => format!("add [node.{name}]"),
            };
            self.find(line, format!("`{key}` leads to `{name}`, which is not a node"), remedy);
        }
        found
    }

    fn node<'a>(
        &mut self,
        name: &'a str,
        line: usize,
        value: &'a Spanned<DeValue<'_>>,
        names: &'a BTreeMap<&'a str, NodeId>,
        dispatcher: Option<NodeId>,
    ) -> Option<Act> {
        if name.len() > limit::NAME_MAX {
            self.find(line, format!("the name has {} bytes, at most {}", name.len(), limit::NAME_MAX), "shorten it");
        }
        let Some(table) = value.get_ref().as_table() else {
            self.find(line, format!("`{name}` is not a table"), format!("write [node.{name}]"));
            return None;
        };
        let mut left = BTreeMap::new();
        for (key, value) in table {
            left.insert(key.get_ref().as_ref(), (self.line(key.span().start), value));
        }
        let mut fields = Fields { name, line, left, names, dispatcher };
        let kind = self.word(&mut fields, "do")?;
        let act = self.act(&mut fields, &kind);
        if act.is_some() {
            for (key, (line, _)) in std::mem::take(&mut fields.left) {
                self.find(line, format!("a {kind} node has no `{key}`"), "remove it, or look for a misspelt word");
            }
        }
        act
    }

    fn act(&mut self, fields: &mut Fields<'_, '_>, kind: &str) -> Option<Act> {
        match kind {
            "say" => {
                let prompts = self.prompts(fields, "say", true);
                let next = self.next(fields, "next");
                Some(Act::Say { prompts: prompts?, next: next? })
            }
            "menu" => self.menu(fields),
            "digits" => self.digits(fields),
            "ask" => self.ask(fields),
            "tell" => self.tell(fields),
            "hours" => {
                let calendar = self.word(fields, "calendar");
                let (open, closed) = (self.next(fields, "open"), self.next(fields, "closed"));
                Some(Act::Hours { calendar: calendar?, open: open?, closed: closed? })
            }
            "queue" => {
                let queue = self.word(fields, "queue");
                let priority = self.whole(fields, "priority", 0, -1_000_000, 1_000_000);
                Some(Act::Queue { queue: queue?, priority })
            }
            "hang_up" => {
                let known = DISPOSITIONS.map(|disposition| (disposition, disposition));
                Some(Act::HangUp { disposition: self.choice(fields, "disposition", &known)? })
            }
            "language" => {
                let locale = self.choice(fields, "locale", &[("ru", Locale::Ru), ("en", Locale::En)]);
                let next = self.next(fields, "next");
                Some(Act::Language { locale: locale?, next: next? })
            }
            _ => {
                let kinds = "say, menu, digits, ask, tell, hours, queue, hang_up, language";
                self.find(
                    fields.line,
                    format!("`{}` does `{kind}`, which is unknown", fields.name),
                    format!("known: {kinds}"),
                );
                None
            }
        }
    }

    fn ask(&mut self, fields: &mut Fields<'_, '_>) -> Option<Act> {
        let ask = self.choice(
            fields,
            "question",
            &[("tickets_of_caller", Ask::TicketsOfCaller), ("ticket_by_number", Ask::TicketByNumber)],
        );
        let (found, none) = (self.next(fields, "found"), self.next(fields, "none"));
        Some(Act::Ask { ask: ask?, found: found?, none: none? })
    }

    fn tell(&mut self, fields: &mut Fields<'_, '_>) -> Option<Act> {
        let (more, last) = (self.prompts(fields, "more", true), self.prompts(fields, "last", true));
        let wait = self.wait(fields);
        let next = self.next(fields, "next");
        Some(Act::Tell { more: more?, last: last?, wait: wait?, next: next? })
    }

    fn menu(&mut self, fields: &mut Fields<'_, '_>) -> Option<Act> {
        let prompts = self.prompts(fields, "say", true);
        let again = self.prompts(fields, "again", false);
        let wait = self.wait(fields);
        let Some((line, value)) = fields.left.remove("keys") else {
            self.find(fields.line, format!("the menu `{}` has no keys", fields.name), "write keys = { 1 = \"NODE\" }");
            return None;
        };
        let Some(table) = value.get_ref().as_table() else {
            self.find(line, "`keys` is not a table", "write keys = { 1 = \"NODE\", 2 = \"NODE\" }");
            return None;
        };
        let mut keys = Vec::new();
        let mut whole = true;
        for (key, value) in table {
            let line = self.line(key.span().start);
            let word: &str = key.get_ref().as_ref();
            let digit = word.chars().next().filter(|digit| digit.is_ascii_digit() && word.len() == 1);
            let to = self.target(line, &format!("key {word}"), value, fields.names);
            match (digit, to) {
                (Some(digit), Some(to)) => keys.push((digit, to)),
                (None, _) => {
                    whole = false;
                    self.find(
                        line,
                        format!("`{word}` is not a key of a menu"),
                        "keys are 0 to 9; * repeats and # ends a number everywhere",
                    );
                }
                (_, None) => whole = false,
            }
        }
        let prompts = prompts?;
        let again = again.filter(|again| !again.is_empty()).unwrap_or_else(|| prompts.clone());
        let wait = wait?;
        whole.then_some(Act::Menu(Menu { prompts, again, keys, wait }))
    }

    fn digits(&mut self, fields: &mut Fields<'_, '_>) -> Option<Act> {
        let prompts = self.prompts(fields, "say", true);
        let into = self.choice(fields, "into", &[("number", Slot::Number), ("phone_last4", Slot::PhoneLast4)]);
        let most = limit::DIGITS_MAX as i64;
        let max = self.whole(fields, "max", 7, 1, most);
        let min = self.whole(fields, "min", 1, 1, most);
        if min > max {
            self.find(
                fields.line,
                format!("`{}` asks for at least {min} and at most {max} digits", fields.name),
                "make min <= max",
            );
        }
        let zero_first = self.yes(fields, "zero_first");
        let wait = self.wait(fields);
        let next = self.next(fields, "next");
        let (min, max) = (usize::try_from(min).unwrap_or(1), usize::try_from(max).unwrap_or(1));
        Some(Act::Digits(Digits { prompts: prompts?, into: into?, min, max, zero_first, next: next?, wait: wait? }))
    }

    fn wait(&mut self, fields: &mut Fields<'_, '_>) -> Option<Wait> {
        let no_input = self.whole(
            fields,
            "no_input_seconds",
            limit::NO_INPUT_SECONDS as i64,
            1,
            limit::NO_INPUT_SECONDS_MAX as i64,
        );
        let most = i64::from(limit::RETRIES_MAX);
        let repeats = self.whole(fields, "repeats", i64::from(limit::RETRIES), 0, most);
        let retries = self.whole(fields, "retries", i64::from(limit::RETRIES), 0, most);
        let fallthrough = match fields.left.contains_key("fallthrough") {
            true => self.next(fields, "fallthrough"),
            false => fields.dispatcher,
        };
        Some(Wait {
            no_input: Duration::from_secs(no_input.unsigned_abs()),
            repeats: u32::try_from(repeats).unwrap_or(0),
            retries: u32::try_from(retries).unwrap_or(0),
            fallthrough: fallthrough?,
        })
    }

    fn next(&mut self, fields: &mut Fields<'_, '_>, key: &str) -> Option<NodeId> {
        let Some((line, value)) = fields.left.remove(key) else {
            self.find(fields.line, format!("`{}` has no `{key}`", fields.name), format!("write {key} = \"NODE\""));
            return None;
        };
        self.target(line, key, value, fields.names)
    }

    fn word(&mut self, fields: &mut Fields<'_, '_>, key: &str) -> Option<String> {
        let Some((line, value)) = fields.left.remove(key) else {
            self.find(fields.line, format!("`{}` has no `{key}`", fields.name), format!("write {key} = \"...\""));
            return None;
        };
        match value.get_ref().as_str() {
            Some(word) if !word.is_empty() && word.len() <= limit::NAME_MAX => Some(word.to_string()),
            _ => {
                self.find(
                    line,
                    format!("`{key}` is not a name"),
                    format!("write {key} = \"...\", 1 to {} bytes", limit::NAME_MAX),
                );
                None
            }
        }
    }

    fn choice<T: Copy>(&mut self, fields: &mut Fields<'_, '_>, key: &str, known: &[(&str, T)]) -> Option<T> {
        let line = fields.left.get(key).map_or(fields.line, |(line, _)| *line);
        let word = self.word(fields, key)?;
        let found = known.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            self.find(line, format!("`{key}` is `{word}`, which is unknown"), format!("known: {}", names.join(", ")));
        }
        found
    }

    fn whole(&mut self, fields: &mut Fields<'_, '_>, key: &str, default: i64, least: i64, most: i64) -> i64 {
        let Some((line, value)) = fields.left.remove(key) else {
            return default;
        };
        let number = value
            .get_ref()
            .as_integer()
            .filter(|number| number.radix() == 10)
            .and_then(|number| number.as_str().parse().ok());
        match number {
            Some(number) if (least..=most).contains(&number) => number,
            _ => {
                self.find(
                    line,
                    format!("`{key}` is not a whole number from {least} to {most}"),
                    format!("write {key} = {default}"),
                );
                default
            }
        }
    }

    fn yes(&mut self, fields: &mut Fields<'_, '_>, key: &str) -> bool {
        let Some((line, value)) = fields.left.remove(key) else {
            return false;
        };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.find(line, format!("`{key}` is neither true nor false"), format!("write {key} = true"));
            false
        })
    }

    fn prompts(&mut self, fields: &mut Fields<'_, '_>, key: &str, needed: bool) -> Option<Vec<String>> {
        let Some((line, value)) = fields.left.remove(key) else {
            if needed {
                self.find(
                    fields.line,
                    format!("`{}` has no `{key}`", fields.name),
                    format!("write {key} = [\"prompt\"]"),
                );
                return None;
            }
            return Some(Vec::new());
        };
        let words = match value.get_ref() {
            DeValue::String(word) => Some(vec![word.to_string()]),
            DeValue::Array(array) => array.iter().map(|one| one.get_ref().as_str().map(str::to_string)).collect(),
            _ => None,
        };
        match words {
            Some(words) if !words.is_empty() && words.len() <= limit::PROMPTS_MAX => {
                for word in
                    words.iter().filter(|word| say::text(Locale::Ru, word).or(say::text(Locale::En, word)).is_none())
                {
                    let known = say::prompts().iter().map(|prompt| prompt.id);
                    let remedy = match nearest(word, known.clone()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("known: {}", known.collect::<Vec<_>>().join(", ")),
                    };
                    self.find(line, format!("there is no prompt `{word}`"), remedy);
                }
                Some(words)
            }
            _ => {
                let what = format!("`{key}` is not a list of 1 to {} prompts", limit::PROMPTS_MAX);
                self.find(line, what, format!("write {key} = [\"prompt\", \"prompt\"]"));
                None
            }
        }
    }
}

/// The known name that differs least, if it differs little.
fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names.map(|name| (distance(word, name), name)).filter(|(far, _)| *far <= 2).min().map(|(_, name)| name)
}

/// Levenshtein's distance, in characters.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (b, above) in other.iter().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(a != *b)).min(above + 1).min(left + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
