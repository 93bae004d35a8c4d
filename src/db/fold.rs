//! Search that works alike on both databases: text is folded when it is written, so that a prefix `LIKE` finds it.

use super::limit;
use types::phone;
use unicode_normalization::UnicodeNormalization as _;

/// A phone is found by its last digits, when they are more than these.
const SHORTEST_END: usize = 3;

/// Unicode NFC: what looks equal is stored, compared and found as equal.
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// Lower case, `ё` as `е`, everything but letters and digits a single space; a space in front of every word.
///
/// ```text
/// "Ул. Лётная, д. 5" -> " ул летная д 5"
/// ```
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1);
    let mut gap = true;
    // Composed first: `й` of two characters (as macOS writes file names) is a letter and not two words.
    for c in text.nfc().flat_map(char::to_lowercase) {
        if !c.is_alphanumeric() {
            gap = true;
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push(' ');
        }
        out.push(if c == 'ё' { 'е' } else { c });
    }
    out
}

/// The words of a search, folded; at most [`limit::SEARCH_WORDS`]. A number as people write phones is one word of
/// digits, with 8 in front read as 7: `8 (916) 123-45-67` -> `79161234567`.
pub fn search_words(query: &str) -> Vec<String> {
    if let Some(digits) = phone::digits(query).filter(|digits| digits.len() >= 5) {
        return vec![digits];
    }
    fold(query).split_whitespace().take(limit::SEARCH_WORDS).map(str::to_owned).collect()
}

/// The `LIKE` pattern of one word of [`search_words`]: the beginning of a word. Folded words hold no `%` and no `_`.
pub fn pattern(word: &str) -> String {
    format!("% {word}%")
}

/// The words by which a phone is found: its digits from each on, down to the last four, which are what people know.
///
/// ```text
/// "+79161234567" -> " 79161234567 9161234567 ... 4567"
/// ```
pub fn phone_words(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let mut out = String::new();
    for start in 0..digits.len().saturating_sub(SHORTEST_END).max(usize::from(!digits.is_empty())) {
        out.push(' ');
        out.push_str(&digits[start..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding() {
        for (text, expect) in [
            ("Ул. Лётная, д. 5", " ул летная д 5"),
            ("  ТЕЧЬ!! под  напором ", " течь под напором"),
            ("100%_x", " 100 x"),
            ("Андреи\u{306} Алёшин", " андрей алешин"),
            ("Але\u{308}шин", " алешин"),
            ("", ""),
        ] {
            assert_eq!(fold(text), expect);
        }
    }

    #[test]
    fn words_and_patterns() {
        assert_eq!(search_words("8 (916) 123-45-67"), ["79161234567"]);
        assert_eq!(search_words("+7 916 1234567"), ["79161234567"]);
        assert_eq!(search_words("\u{202a}8\u{a0}916\u{a0}123\u{2011}45\u{2011}67\u{202c} доб. 5"), ["79161234567"]);
        assert_eq!(search_words("Иванов 12"), ["иванов", "12"]);
        assert_eq!(search_words("%_"), Vec::<String>::new());
        assert_eq!(search_words("1017"), ["1017"]);
        assert_eq!(pattern("12"), "% 12%");
        assert_eq!(pattern("иван"), "% иван%");
    }

    #[test]
    fn a_phone_is_found_by_its_last_digits() {
        assert_eq!(phone_words("+7 (916) 12"), " 791612 91612 1612");
        assert_eq!(phone_words("112"), " 112");
        assert_eq!(phone_words("none"), "");
    }
}
