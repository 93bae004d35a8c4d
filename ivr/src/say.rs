//! Words to clips: what is said, in which order, in correct grammar. Also used for queue announcements.
//!
//! A clip is one recording: a whole sentence (`greet`) or one word of a number (`n-20`). A number is spoken by playing
//! its words one after the other, so the customer's studio reads some two hundred words and not ten thousand numbers.

mod english;
mod prompts;
mod russian;

use crate::{ClipName, Locale, Spoken, limit};
use std::collections::BTreeMap;
use std::sync::OnceLock;

pub use prompts::{CONNECT, Prompt, SYSTEM_DEGRADED, TOO_SHORT, WRONG, prompts};

/// Something to be said.
#[derive(Clone, Debug, PartialEq)]
pub enum Phrase<'a> {
    /// A fixed prompt by its id; silent in a locale that has no such prompt.
    Prompt(&'a str),
    /// Digit by digit (ticket numbers, G8).
    Digits(&'a str),
    /// A cardinal number.
    Number(u32),
    /// "Вы третий в очереди" / "You are number three in the queue".
    Position(u32),
    /// "Диспетчеры заняты авариями. Вы в приоритетной очереди, номер три."
    PriorityPosition(u32),
    /// "Ожидание около двух минут".
    WaitMinutes(u32),
    /// "Заявка номер … принята двадцатого ноября в девять часов тридцать минут. Состояние: в работе."
    Ticket(&'a Spoken),
    /// "У вас две открытые заявки".
    Tickets(u32),
    /// "Первая" (заявка); only the first [`limit::TICKETS_SPOKEN_MAX`] exist.
    Nth(u32),
    /// "двадцатого ноября"; day 1-31, month 1-12.
    Date { day: u8, month: u8 },
    /// "в девять часов тридцать минут" (24 h).
    At { hour: u8, minute: u8 },
    /// "до восемнадцати часов тридцати минут" (24 h).
    Until { hour: u8, minute: u8 },
}

/// Recordings without words, the same in every locale.
const SOUNDS: [(&str, &str, &str); 3] =
    [("music-1", "[музыка]", "[music]"), ("beep", "[сигнал]", "[beep]"), ("ring", "[гудок]", "[ringing]")];

/// The clips of a phrase in playing order. Values out of range are left out, never read wrong.
pub fn clips(locale: Locale, phrase: &Phrase) -> Vec<ClipName> {
    match phrase {
        Phrase::Prompt(id) => text(locale, id).map(|_| vec![(*id).to_string()]).unwrap_or_default(),
        Phrase::Digits(digits) => digits
            .chars()
            .filter(char::is_ascii_digit)
            .take(limit::DIGITS_SPOKEN_MAX)
            .map(|digit| format!("n-{digit}"))
            .collect(),
        Phrase::Number(number) if *number > limit::NUMBER_SPOKEN_MAX => {
            clips(locale, &Phrase::Digits(&number.to_string()))
        }
        Phrase::Position(0) => Vec::new(),
        Phrase::Position(place) if *place > limit::POSITION_SPOKEN_MAX => vec!["q_far".into()],
        Phrase::Position(place) if *place <= prompts::WHOLE_MAX => vec![format!("pos-{place}")],
        Phrase::PriorityPosition(place) => match *place {
            1..=limit::POSITION_SPOKEN_MAX => {
                let mut said = vec!["e_all".into()];
                said.extend(clips(locale, &Phrase::Number(*place)));
                said
            }
            _ => vec!["e_all_far".into()],
        },
        Phrase::WaitMinutes(0) => vec!["wait-short".into()],
        Phrase::WaitMinutes(minutes) if *minutes > limit::WAIT_MINUTES_SPOKEN_MAX => {
            vec!["wait-long".into()]
        }
        Phrase::WaitMinutes(minutes) if *minutes <= prompts::WHOLE_MAX => {
            vec![format!("wait-{minutes}")]
        }
        Phrase::Ticket(spoken) => ticket(locale, spoken),
        Phrase::Nth(nth) => match usize::try_from(*nth) {
            Ok(1..=limit::TICKETS_SPOKEN_MAX) => vec![format!("nth-{nth}")],
            _ => Vec::new(),
        },
        Phrase::Date { day: 1..=31, month: 1..=12 }
        | Phrase::At { hour: 0..=23, minute: 0..=59 }
        | Phrase::Until { hour: 0..=23, minute: 0..=59 }
        | Phrase::Number(_)
        | Phrase::Position(_)
        | Phrase::WaitMinutes(_)
        | Phrase::Tickets(_) => match locale {
            Locale::Ru => russian::clips(phrase),
            Locale::En => english::clips(phrase),
        },
        Phrase::Date { .. } | Phrase::At { .. } | Phrase::Until { .. } => Vec::new(),
    }
}

/// The text of a clip in a locale, for rendering, for the simulator and for checks; None: no such clip.
pub fn text(locale: Locale, clip: &str) -> Option<String> {
    table(locale).get(clip).cloned()
}

/// A phrase as a line of text: the texts of its clips, joined.
pub fn spoken(locale: Locale, phrase: &Phrase) -> String {
    let texts: Vec<String> = clips(locale, phrase).iter().filter_map(|clip| text(locale, clip)).collect();
    texts.join(" ")
}

/// All clip names that `clips` or the standard prompts can give, sorted: what must exist in `config/prompts`.
pub fn all(locale: Locale) -> Vec<ClipName> {
    table(locale).keys().cloned().collect()
}

/// Is this a sound without words (one file for all locales)?
pub fn is_sound(clip: &str) -> bool {
    SOUNDS.iter().any(|(sound, ..)| *sound == clip)
}

/// The file of a clip below `config/prompts`: `ru/greet.wav`, `music-1.wav`.
pub fn file(locale: Locale, clip: &str) -> String {
    if is_sound(clip) {
        return format!("{clip}.wav");
    }
    format!("{locale}/{clip}.wav")
}

/// Every clip a spoken ticket can need, in any locale.
pub(crate) fn ticket_words() -> Vec<ClipName> {
    russian::words()
        .into_iter()
        .chain(english::words())
        .map(|(clip, _)| clip)
        .filter(|clip| !clip.starts_with("pos-") && !clip.starts_with("wait-"))
        .collect()
}

fn ticket(locale: Locale, spoken: &Spoken) -> Vec<ClipName> {
    let (day, month, hour, minute) = spoken.registered;
    let mut said = vec!["st-ticket".into()];
    said.extend(clips(locale, &Phrase::Digits(&spoken.number)));
    let date = clips(locale, &Phrase::Date { day, month });
    if !date.is_empty() {
        said.push("st-registered".into());
        said.extend(date);
        said.extend(clips(locale, &Phrase::At { hour, minute }));
    }
    said.push("st-state".into());
    said.push(state(&spoken.state));
    said
}

fn state(state: &str) -> ClipName {
    let known = prompts::STATES.iter().any(|(word, ..)| *word == state);
    format!("status-{}", if known { state } else { "unknown" })
}

/// Gives every word clip of a locale with its text.
type Words = fn() -> Vec<(ClipName, String)>;

fn table(locale: Locale) -> &'static BTreeMap<ClipName, String> {
    static RU: OnceLock<BTreeMap<ClipName, String>> = OnceLock::new();
    static EN: OnceLock<BTreeMap<ClipName, String>> = OnceLock::new();
    let (cell, words): (_, Words) = match locale {
        Locale::Ru => (&RU, russian::words),
        Locale::En => (&EN, english::words),
    };
    cell.get_or_init(|| {
        let ru = locale == Locale::Ru;
        let mut all: BTreeMap<ClipName, String> = words().into_iter().collect();
        for prompt in prompts() {
            if let Some(text) = prompt.text(locale) {
                all.insert(prompt.id.into(), text.into());
            }
        }
        for (word, in_russian, in_english) in prompts::STATES {
            all.insert(format!("status-{word}"), if ru { in_russian } else { in_english }.into());
        }
        for (sound, in_russian, in_english) in SOUNDS {
            all.insert(sound.into(), if ru { in_russian } else { in_english }.into());
        }
        all
    })
}
