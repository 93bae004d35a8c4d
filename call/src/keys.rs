//! What a caller presses, once a press: a phone may tell of it by its sound (RFC 4733, tones) and by SIP INFO besides.

use crate::limit;
use std::collections::VecDeque;
use std::time::Duration;
use types::Moment;

/// How a press was told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    Sound,
    Info,
}

/// The presses of the last moments.
#[derive(Debug, Default)]
pub struct Keys {
    told: VecDeque<Told>,
}

#[derive(Debug)]
struct Told {
    at: Moment,
    key: char,
    /// The other means told of it too.
    twice: bool,
    means: Means,
}

impl Keys {
    /// Is this a new press? Not if the other means told of the same key a moment ago.
    pub fn is_new(&mut self, now: Moment, means: Means, key: char) -> bool {
        let span = Duration::from_millis(limit::KEY_TWICE_MS);
        let over = |told: &Told| now.saturating_duration_since(told.at) > span;
        while self.told.len() >= limit::KEYS || self.told.front().is_some_and(over) {
            self.told.pop_front();
        }
        if let Some(same) = self.told.iter_mut().find(|told| told.key == key && told.means != means && !told.twice) {
            same.twice = true;
            return false;
        }
        self.told.push_back(Told { at: now, key, twice: false, means });
        true
    }
}

/// The key an INFO tells of, in any of the bodies that phones and gateways write.
pub fn of_info(content_type: &str, body: &[u8]) -> Option<char> {
    match content_type {
        "application/dtmf-relay"
        | "application/dtmf"
        | "audio/telephone-event"
        | "application/telephone-event"
        | "application/vnd.nortelnetworks.digits" => {}
        _ => return None,
    }
    // The payload of RFC 4733 itself: event, end and volume, duration.
    if let ([event @ 0..=15, _, _, _], "audio/telephone-event") = (body, content_type) {
        return EVENTS.chars().nth(usize::from(*event));
    }
    let text = String::from_utf8_lossy(body);
    let lines = || text.split(['\r', '\n', '\0']).map(str::trim).filter(|line| !line.is_empty());
    let named = lines().find_map(|line| {
        let (name, value) = line.split_once(['=', ':'])?;
        NAMES.iter().any(|known| name.trim().eq_ignore_ascii_case(known)).then_some(value)
    });
    // `d=Digits 1` of Nortel.
    let word = named.or_else(|| lines().next())?.split_whitespace().last()?;
    key(word.trim_matches(['"', '\'', ',', ';']))
}

/// The sixteen events of RFC 4733 that are keys.
const EVENTS: &str = "0123456789*#ABCD";
/// What stands before a key in a body.
const NAMES: [&str; 6] = ["signal", "d", "digit", "digits", "dtmf", "key"];

fn key(word: &str) -> Option<char> {
    let mut chars = word.chars();
    match (chars.next(), chars.next()) {
        (Some(one), None) => Some(one.to_ascii_uppercase()).filter(|one| EVENTS.contains(*one)),
        _ if word.eq_ignore_ascii_case("star") => Some('*'),
        _ if word.eq_ignore_ascii_case("pound") || word.eq_ignore_ascii_case("hash") => Some('#'),
        // The number of the event.
        _ => EVENTS.chars().nth(word.parse().ok().filter(|event| (10..16).contains(event))?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies() {
        for (content_type, body, expect) in [
            ("application/dtmf-relay", "Signal=1\r\nDuration=160\r\n", Some('1')),
            ("application/dtmf-relay", "Signal= 2\r\n", Some('2')),
            ("application/dtmf-relay", "signal=*\nduration=100", Some('*')),
            ("application/dtmf-relay", "Signal=11\r\n", Some('#')),
            ("application/dtmf-relay", "Signal=1\0", Some('1')),
            ("application/dtmf-relay", "Duration=160\r\nSignal: 5", Some('5')),
            ("application/dtmf-relay", "5", Some('5')),
            ("application/dtmf", "d=1\r\n", Some('1')),
            ("application/dtmf", "7", Some('7')),
            ("application/dtmf", "10\r\n", Some('*')),
            ("application/dtmf", "a", Some('A')),
            ("audio/telephone-event", "d=1", Some('1')),
            ("audio/telephone-event", "\u{b}\u{1}\u{0}\u{10}", Some('#')),
            ("application/vnd.nortelnetworks.digits", "p=Digit-Collection\r\ny=Digits\r\nd=Digits 3", Some('3')),
            ("application/dtmf", "hello", None),
            ("application/dtmf", "99", None),
            ("application/dtmf", "", None),
            ("text/plain", "1", None),
        ] {
            assert_eq!(of_info(content_type, body.as_bytes()), expect, "{content_type} {body:?}");
        }
    }

    #[test]
    fn a_press_told_of_twice_is_one() {
        use Means::{Info, Sound};
        let at = |ms| Moment::START + Duration::from_millis(ms);
        let count = |told: &[(u64, Means, char)]| {
            let mut keys = Keys::default();
            let new = told.iter().filter(|(ms, means, key)| keys.is_new(at(*ms), *means, *key));
            new.map(|(_, _, key)| *key).collect::<String>()
        };
        assert_eq!(count(&[(0, Sound, '1'), (90, Info, '1'), (300, Sound, '1'), (390, Info, '1')]), "11");
        assert_eq!(count(&[(0, Sound, '1'), (200, Sound, '1'), (290, Info, '1'), (390, Info, '1')]), "11");
        assert_eq!(count(&[(0, Info, '1'), (90, Sound, '1'), (100, Info, '2'), (200, Sound, '2')]), "12");
        assert_eq!(count(&[(0, Sound, '1'), (200, Sound, '1'), (400, Sound, '1')]), "111", "one means alone");
        assert_eq!(count(&[(0, Sound, '1'), (5_000, Info, '1')]), "11", "much later it is another press");
    }
}
