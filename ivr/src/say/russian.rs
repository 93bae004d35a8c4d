//! Russian numbers, dates and times.
//!
//! Clip names: `n-7` cardinal (masculine nominative), `n-1f` одна, `n-1a` одну, `n-2f` две; `g-2` genitive feminine (двух);
//! `o-3` ordinal masculine (третий); `nth-1` ordinal feminine (первая); `day-20` двадцатого; `at-9`, `until-9` hours.

use super::Phrase;
use super::prompts::WHOLE_MAX;
use crate::ClipName;

const UNITS: [&str; 20] = [
    "ноль",
    "один",
    "два",
    "три",
    "четыре",
    "пять",
    "шесть",
    "семь",
    "восемь",
    "девять",
    "десять",
    "одиннадцать",
    "двенадцать",
    "тринадцать",
    "четырнадцать",
    "пятнадцать",
    "шестнадцать",
    "семнадцать",
    "восемнадцать",
    "девятнадцать",
];
const TENS: [&str; 8] =
    ["двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"];
const HUNDREDS: [&str; 9] =
    ["сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"];

/// Genitive; 1 in the feminine, for minutes.
const UNITS_GENITIVE: [&str; 20] = [
    "нуля",
    "одной",
    "двух",
    "трёх",
    "четырёх",
    "пяти",
    "шести",
    "семи",
    "восьми",
    "девяти",
    "десяти",
    "одиннадцати",
    "двенадцати",
    "тринадцати",
    "четырнадцати",
    "пятнадцати",
    "шестнадцати",
    "семнадцати",
    "восемнадцати",
    "девятнадцати",
];
const TENS_GENITIVE: [&str; 5] = ["двадцати", "тридцати", "сорока", "пятидесяти", "шестидесяти"];

/// Ordinal stems from 1 to 20 and 30: first the masculine nominative, then the genitive (dates).
const ORDINALS: [(&str, &str); 20] = [
    ("первый", "первого"),
    ("второй", "второго"),
    ("третий", "третьего"),
    ("четвёртый", "четвёртого"),
    ("пятый", "пятого"),
    ("шестой", "шестого"),
    ("седьмой", "седьмого"),
    ("восьмой", "восьмого"),
    ("девятый", "девятого"),
    ("десятый", "десятого"),
    ("одиннадцатый", "одиннадцатого"),
    ("двенадцатый", "двенадцатого"),
    ("тринадцатый", "тринадцатого"),
    ("четырнадцатый", "четырнадцатого"),
    ("пятнадцатый", "пятнадцатого"),
    ("шестнадцатый", "шестнадцатого"),
    ("семнадцатый", "семнадцатого"),
    ("восемнадцатый", "восемнадцатого"),
    ("девятнадцатый", "девятнадцатого"),
    ("двадцатый", "двадцатого"),
];
const ORDINAL_TENS: [&str; 8] = [
    "двадцатый",
    "тридцатый",
    "сороковой",
    "пятидесятый",
    "шестидесятый",
    "семидесятый",
    "восьмидесятый",
    "девяностый",
];
const ORDINAL_HUNDREDS: [&str; 9] = [
    "сотый",
    "двухсотый",
    "трёхсотый",
    "четырёхсотый",
    "пятисотый",
    "шестисотый",
    "семисотый",
    "восьмисотый",
    "девятисотый",
];
const NTH: [&str; 5] = ["Первая", "Вторая", "Третья", "Четвёртая", "Пятая"];
const MONTHS: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];

/// The form a counted noun takes: 1 минута, 2 минуты, 5 минут - and 21 минута, 11 минут.
fn form(number: u32) -> u32 {
    match (number % 10, number % 100) {
        (_, 11..=14) => 5,
        (1, _) => 1,
        (2..=4, _) => 2,
        _ => 5,
    }
}

#[derive(Clone, Copy, PartialEq)]
enum One {
    /// один, два
    Masculine,
    /// одна, две
    Feminine,
    /// одну, две
    FeminineAccusative,
}

/// 0 to 9,999.
fn cardinal(number: u32, one: One) -> Vec<ClipName> {
    if number == 0 {
        return vec!["n-0".into()];
    }
    let mut said = Vec::new();
    let (thousands, rest) = (number / 1000, number % 1000);
    if thousands > 0 {
        // "тысяча один": a single thousand needs no "одна" before it.
        if thousands > 1 {
            said.extend(cardinal(thousands, One::Feminine));
        }
        said.push(format!("n-1000-{}", form(thousands)));
    }
    if rest >= 100 {
        said.push(format!("n-{}", rest / 100 * 100));
    }
    let below = rest % 100;
    let unit = if below < 20 { below } else { below % 10 };
    if below >= 20 {
        said.push(format!("n-{}", below - unit));
    }
    match (unit, one) {
        (0, _) => {}
        (1, One::Feminine) => said.push("n-1f".into()),
        (1, One::FeminineAccusative) => said.push("n-1a".into()),
        (2, One::Feminine | One::FeminineAccusative) => said.push("n-2f".into()),
        _ => said.push(format!("n-{unit}")),
    }
    said
}

/// 0 to 60, feminine.
fn genitive(number: u32) -> Vec<ClipName> {
    match number {
        20.. if number.is_multiple_of(10) => vec![format!("g-{number}")],
        20.. => vec![format!("g-{}", number / 10 * 10), format!("g-{}", number % 10)],
        _ => vec![format!("g-{number}")],
    }
}

/// 1 to 999, masculine: only the last word is an ordinal.
fn ordinal(number: u32) -> Vec<ClipName> {
    let below = number % 100;
    if below == 0 {
        return vec![format!("o-{number}")];
    }
    let mut said = Vec::new();
    if number >= 100 {
        said.push(format!("n-{}", number - below));
    }
    if below > 20 && !below.is_multiple_of(10) {
        said.push(format!("n-{}", below / 10 * 10));
        said.push(format!("o-{}", below % 10));
    } else {
        said.push(format!("o-{below}"));
    }
    said
}

/// After a genitive: минуты for 1 and 21, otherwise минут.
fn minutes_genitive(number: u32) -> ClipName {
    if form(number) == 1 { "minute-2".into() } else { "minute-5".into() }
}

pub(super) fn clips(phrase: &Phrase) -> Vec<ClipName> {
    let mut said: Vec<ClipName> = Vec::new();
    match *phrase {
        Phrase::Number(number) => said = cardinal(number, One::Masculine),
        Phrase::Position(place) => {
            said.push("q-you".into());
            said.extend(ordinal(place));
            said.push("q-in-queue".into());
        }
        Phrase::WaitMinutes(minutes) => {
            said.push("q-wait".into());
            said.extend(genitive(minutes));
            said.push(minutes_genitive(minutes));
        }
        Phrase::Tickets(number) => {
            said.push("st-you-have".into());
            said.extend(cardinal(number.min(crate::limit::NUMBER_SPOKEN_MAX), One::Feminine));
            said.push(format!("tickets-{}", form(number)));
        }
        Phrase::Date { day, month } => said.extend([format!("day-{day}"), format!("month-{month}")]),
        Phrase::At { hour, minute } => {
            said.push(format!("at-{hour}"));
            if minute > 0 {
                said.extend(cardinal(u32::from(minute), One::FeminineAccusative));
                said.push(format!("minute-{}", form(u32::from(minute))));
            }
        }
        Phrase::Until { hour, minute } => {
            said.push(format!("until-{hour}"));
            if minute > 0 {
                said.extend(genitive(u32::from(minute)));
                said.push(minutes_genitive(u32::from(minute)));
            }
        }
        Phrase::Prompt(_) | Phrase::Digits(_) | Phrase::PriorityPosition(_) | Phrase::Ticket(_) | Phrase::Nth(_) => {}
    }
    said
}

/// Every word clip with its text.
pub(super) fn words() -> Vec<(ClipName, String)> {
    let mut words: Vec<(ClipName, String)> = Vec::new();
    let mut word = |clip: String, text: &str| words.push((clip, text.to_string()));
    for (number, text) in (0u32..).zip(UNITS) {
        word(format!("n-{number}"), text);
    }
    for (number, text) in (20u32..).step_by(10).zip(TENS) {
        word(format!("n-{number}"), text);
    }
    for (number, text) in (100u32..).step_by(100).zip(HUNDREDS) {
        word(format!("n-{number}"), text);
    }
    for (number, text) in (0u32..).zip(UNITS_GENITIVE) {
        word(format!("g-{number}"), text);
    }
    for (number, text) in (20u32..).step_by(10).zip(TENS_GENITIVE) {
        word(format!("g-{number}"), text);
    }
    for (number, (nominative, _)) in (1u32..).zip(ORDINALS) {
        word(format!("o-{number}"), nominative);
    }
    for (number, text) in (30u32..).step_by(10).zip(ORDINAL_TENS.into_iter().skip(1)) {
        word(format!("o-{number}"), text);
    }
    for (number, text) in (100u32..).step_by(100).zip(ORDINAL_HUNDREDS) {
        word(format!("o-{number}"), text);
    }
    for (number, text) in (1u32..).zip(NTH) {
        word(format!("nth-{number}"), text);
    }
    for (number, text) in (1u32..).zip(MONTHS) {
        word(format!("month-{number}"), text);
    }
    for (clip, text) in FIXED {
        word(clip.into(), text);
    }
    whole(&mut words);
    words
}

const FIXED: [(&str, &str); 20] = [
    ("n-1f", "одна"),
    ("n-1a", "одну"),
    ("n-2f", "две"),
    ("n-1000-1", "тысяча"),
    ("n-1000-2", "тысячи"),
    ("n-1000-5", "тысяч"),
    ("minute-1", "минуту"),
    ("minute-2", "минуты"),
    ("minute-5", "минут"),
    ("tickets-1", "открытая заявка"),
    ("tickets-2", "открытые заявки"),
    ("tickets-5", "открытых заявок"),
    ("q-you", "Вы"),
    ("q-in-queue", "в очереди"),
    ("q-wait", "Ожидание около"),
    ("wait-short", "Ожидание меньше минуты."),
    ("wait-long", "Ожидание больше часа."),
    ("st-ticket", "Заявка номер"),
    ("st-registered", "принята"),
    ("st-state", "Состояние"),
];

/// What is recorded as one clip though the grammar could compose it: heard often, or starting with a one-letter word.
fn whole(words: &mut Vec<(ClipName, String)>) {
    words.push(("st-you-have".into(), "У вас".into()));
    for place in 1..=WHOLE_MAX {
        let text = ordinal_text(place);
        words.push((format!("pos-{place}"), format!("Вы {text} в очереди.")));
        let (minutes, noun) = (genitive_text(place), if form(place) == 1 { "минуты" } else { "минут" });
        words.push((format!("wait-{place}"), format!("Ожидание около {minutes} {noun}.")));
    }
    for day in 1..=31usize {
        let text = match day {
            21..=29 => format!("двадцать {}", ORDINALS.get(day - 21).map_or("", |(_, genitive)| genitive)),
            30 => "тридцатого".into(),
            31 => "тридцать первого".into(),
            _ => ORDINALS.get(day - 1).map_or("", |(_, genitive)| genitive).to_string(),
        };
        words.push((format!("day-{day}"), text));
    }
    for hour in 0..=23u32 {
        let noun = match form(hour) {
            1 => "час",
            2 => "часа",
            _ => "часов",
        };
        words.push((format!("at-{hour}"), format!("в {} {noun}", cardinal_text(hour))));
        let noun = if form(hour) == 1 { "часа" } else { "часов" };
        // Hours are masculine: одного часа, not одной.
        let genitive = genitive_text(hour).replace("одной", "одного");
        words.push((format!("until-{hour}"), format!("до {genitive} {noun}")));
    }
}

/// 0 to 99.
fn cardinal_text(number: u32) -> String {
    compose(number, &UNITS, &TENS)
}

/// 0 to 60, feminine.
fn genitive_text(number: u32) -> String {
    compose(number, &UNITS_GENITIVE, &TENS_GENITIVE)
}

fn compose(number: u32, units: &[&str], tens: &[&str]) -> String {
    let word = |list: &[&str], at: u32| list.get(at as usize).copied().unwrap_or("").to_string();
    match (number, number % 10) {
        (0..20, _) => word(units, number),
        (_, 0) => word(tens, number / 10 - 2),
        (_, unit) => format!("{} {}", word(tens, number / 10 - 2), word(units, unit)),
    }
}

/// 1 to 20.
fn ordinal_text(number: u32) -> &'static str {
    ORDINALS.get((number as usize).wrapping_sub(1)).map_or("", |(nominative, _)| nominative)
}
