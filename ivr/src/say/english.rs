//! English numbers, dates and times.
//!
//! Clip names: `n-7`, `n-20`, `n-hundred`, `n-thousand`; `day-20` the twentieth; `month-11` of November; `am`, `pm`.

use super::Phrase;
use super::prompts::WHOLE_MAX;
use crate::ClipName;

const UNITS: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const ORDINALS: [&str; 20] = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
];
const MONTHS: [&str; 12] = [
    "of January",
    "of February",
    "of March",
    "of April",
    "of May",
    "of June",
    "of July",
    "of August",
    "of September",
    "of October",
    "of November",
    "of December",
];

/// 0 to 9,999.
fn cardinal(number: u32) -> Vec<ClipName> {
    if number == 0 {
        return vec!["n-0".into()];
    }
    let mut said = Vec::new();
    if number >= 1000 {
        said.extend([format!("n-{}", number / 1000), "n-thousand".into()]);
    }
    let rest = number % 1000;
    if rest >= 100 {
        said.extend([format!("n-{}", rest / 100), "n-hundred".into()]);
    }
    let below = rest % 100;
    match (below, below % 10) {
        (0, _) => {}
        (1..20, _) | (_, 0) => said.push(format!("n-{below}")),
        (_, unit) => said.extend([format!("n-{}", below - unit), format!("n-{unit}")]),
    }
    said
}

/// The twelve-hour clock: "two oh five p.m.".
fn time(hour: u8, minute: u8) -> Vec<ClipName> {
    let twelve = if hour.is_multiple_of(12) { 12 } else { hour % 12 };
    let mut said = cardinal(u32::from(twelve));
    if (1..10).contains(&minute) {
        said.push("n-oh".into());
    }
    if minute > 0 {
        said.extend(cardinal(u32::from(minute)));
    }
    said.push(if hour < 12 { "am".into() } else { "pm".into() });
    said
}

pub(super) fn clips(phrase: &Phrase) -> Vec<ClipName> {
    let mut said: Vec<ClipName> = Vec::new();
    match *phrase {
        Phrase::Number(number) => said = cardinal(number),
        Phrase::Position(place) => {
            said.push("q-you".into());
            said.extend(cardinal(place));
            said.push("q-in-queue".into());
        }
        Phrase::WaitMinutes(minutes) => {
            said.push("q-wait".into());
            said.extend(cardinal(minutes));
            said.push("minutes".into());
        }
        Phrase::Tickets(number) => {
            said.push("st-you-have".into());
            said.extend(cardinal(number.min(crate::limit::NUMBER_SPOKEN_MAX)));
            said.push(if number == 1 { "tickets-1".into() } else { "tickets-2".into() });
        }
        Phrase::Date { day, month } => said.extend([format!("day-{day}"), format!("month-{month}")]),
        Phrase::At { hour, minute } => {
            said.push("at".into());
            said.extend(time(hour, minute));
        }
        Phrase::Until { hour, minute } => {
            said.push("until".into());
            said.extend(time(hour, minute));
        }
        Phrase::Prompt(_) | Phrase::Digits(_) | Phrase::PriorityPosition(_) | Phrase::Ticket(_) | Phrase::Nth(_) => {}
    }
    said
}

/// Every word clip with its text.
pub(super) fn words() -> Vec<(ClipName, String)> {
    let mut words: Vec<(ClipName, String)> = Vec::new();
    for (number, text) in UNITS.iter().enumerate() {
        words.push((format!("n-{number}"), (*text).into()));
    }
    for (number, text) in (20u32..).step_by(10).zip(TENS) {
        words.push((format!("n-{number}"), text.into()));
    }
    for (number, text) in (1u32..).zip(ORDINALS).take(crate::limit::TICKETS_SPOKEN_MAX) {
        words.push((format!("nth-{number}"), format!("The {text}")));
    }
    for (number, text) in (1u32..).zip(MONTHS) {
        words.push((format!("month-{number}"), text.into()));
    }
    for day in 1..=31usize {
        let text = match day {
            21..=29 => format!("the twenty {}", ORDINALS.get(day - 21).unwrap_or(&"")),
            30 => "the thirtieth".into(),
            31 => "the thirty first".into(),
            _ => format!("the {}", ORDINALS.get(day - 1).unwrap_or(&"")),
        };
        words.push((format!("day-{day}"), text));
    }
    for (place, number) in (1..=WHOLE_MAX).zip(UNITS.iter().skip(1)) {
        words.push((format!("pos-{place}"), format!("You are number {number} in the queue.")));
        let noun = if place == 1 { "minute" } else { "minutes" };
        words.push((format!("wait-{place}"), format!("The wait is about {number} {noun}.")));
    }
    for (clip, text) in FIXED {
        words.push((clip.into(), text.into()));
    }
    words
}

const FIXED: [(&str, &str); 19] = [
    ("n-hundred", "hundred"),
    ("n-thousand", "thousand"),
    ("n-oh", "oh"),
    ("am", "A M"),
    ("pm", "P M"),
    ("at", "at"),
    ("until", "until"),
    ("minutes", "minutes"),
    ("tickets-1", "open request"),
    ("tickets-2", "open requests"),
    ("q-you", "You are number"),
    ("q-in-queue", "in the queue"),
    ("q-wait", "The wait is about"),
    ("wait-short", "The wait is less than a minute."),
    ("wait-long", "The wait is more than an hour."),
    ("st-ticket", "Request number"),
    ("st-registered", "accepted on"),
    ("st-state", "State"),
    ("st-you-have", "You have"),
];
