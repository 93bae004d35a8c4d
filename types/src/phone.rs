//! Telephone numbers as people, phones and carriers write them (E.164, RFC 3966), so that numbers are compared as numbers.

/// A number in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Written<'a> {
    plus: bool,
    digits: String,
    /// `phone-context` of RFC 3966 5.1.5, if it is the beginning of a number: its digits.
    context: Option<String>,
    extension: Option<&'a str>,
}

/// E.164 with plus. National Russian forms are read as such: `8 (916) 123-45-67`, `7916…`, `916…`; an extension is left
/// out. `None`: a short number, an anonymous caller, a name.
pub fn e164(text: &str) -> Option<String> {
    let (text, extension) = cut_extension(text);
    if extension.is_some_and(|extension| extension.is_empty()) { None } else { international(&written(text)?) }
}

/// E.164 where it can be, else what was typed, trimmed; `None` when nothing was.
pub fn normal(text: &str) -> Option<String> {
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || is_mark(c));
    if trimmed.is_empty() { None } else { Some(e164(trimmed).unwrap_or_else(|| trimmed.to_owned())) }
}

/// The digits of what may be a number, or a part of one, as they are searched for: those of E.164 where it is whole. `None`:
/// there is something else in it.
pub fn digits(text: &str) -> Option<String> {
    if let Some(e164) = e164(text).filter(|e164| e164.len() > WHOLE_MIN - 1) {
        return e164.strip_prefix('+').map(str::to_owned);
    }
    // What has dots or slashes and is no number is a date.
    let part = written(text).filter(|_| !text.contains(['.', '/']))?;
    Some(part.digits)
}

/// The extension typed behind a number: `+7 495 123-45-67 доб. 12` -> `12`.
pub fn extension(text: &str) -> Option<String> {
    let (number, behind) = cut_extension(text);
    let digits: String = behind.or(written(number)?.extension)?.chars().filter(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

/// The user part of a SIP URI, or a tel URI, as a number: E.164 where it can be read so, else its digits. `None`: no
/// number.
pub fn of_uri(user: &str) -> Option<String> {
    let written = written(user)?;
    international(&written).or_else(|| {
        let plus = if written.plus { "+" } else { "" };
        (written.digits.len() <= DIGITS_MAX).then(|| format!("{plus}{}", written.digits))
    })
}

/// What is equal for all ways to write one number, of those that are configured and of those that are dialled. What is
/// no number is equal to itself.
pub fn key(dialled: &str) -> String {
    of_uri(dialled).map_or_else(
        || dialled.trim().to_owned(),
        |number| match number.strip_prefix('+') {
            // Too short for E.164: a plus that a gateway put before an internal number says nothing.
            Some(digits) if international_digits(digits).is_none() => digits.to_owned(),
            _ => number,
        },
    )
}

/// Digits of what is taken for a number at all.
const DIGITS_MAX: usize = 32;

fn international(number: &Written) -> Option<String> {
    let digits = number.digits.as_str();
    let national = match (number.plus, digits.len(), digits.as_bytes().first()) {
        // No country has the code 89: it is the 8 of a national number with a plus before it.
        (true, 11, Some(b'8')) if digits.starts_with("89") => format!("7{}", digits.get(1..)?),
        (true, ..) => digits.to_owned(),
        // 8 10 is the Russian way out of the country, 00 the European one.
        _ if digits.starts_with("810") && digits.len() > 11 => digits.get(3..)?.to_owned(),
        _ if digits.starts_with("00") => digits.get(2..)?.to_owned(),
        (_, 11, Some(b'8')) => format!("7{}", digits.get(1..)?),
        (_, 10, Some(b'3' | b'4' | b'8' | b'9')) => format!("7{digits}"),
        _ => digits.to_owned(),
    };
    match &number.context {
        // RFC 3966 5.1.5: a local number is that within its context. Some write the whole number there all the same.
        Some(context) if !(number.plus || national.starts_with(context.as_str()) && national.len() >= WHOLE_MIN) => {
            international_digits(&format!("{context}{digits}"))
        }
        _ => international_digits(&national),
    }
}

/// Digits of a whole number that begins as its context does; a local number with its context's digits is shorter.
const WHOLE_MIN: usize = 11;

fn international_digits(digits: &str) -> Option<String> {
    ((8..=15).contains(&digits.len()) && !digits.starts_with('0')).then(|| format!("+{digits}"))
}

/// Reads digits among separators, and the parameters of RFC 3966. `None`: there is something else, or nothing.
fn written(text: &str) -> Option<Written<'_>> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_mark(c));
    let text = match text.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => text.get(4..)?,
        _ => text,
    };
    let (number, params) = text.split_once(';').unwrap_or((text, ""));
    let mut written = Written { plus: false, digits: String::with_capacity(16), context: None, extension: None };
    // `+44 (0)20 …`: the zero is dialled at home only.
    let (before, after) = number.split_once("(0)").filter(|(before, _)| before.contains('+')).unwrap_or((number, ""));
    for c in before.chars().chain(after.chars()) {
        match c {
            '0'..='9' => written.digits.push(c),
            // As Asian keyboards write them.
            '０'..='９' => written.digits.extend(char::from_digit(u32::from(c) - u32::from('０'), 10)),
            '+' | '＋' if written.digits.is_empty() && !written.plus => written.plus = true,
            c if is_separator(c) => {}
            _ => return None,
        }
    }
    for param in params.split(';') {
        match param.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("phone-context") => {
                let digits = value.trim().trim_matches('"').strip_prefix('+');
                written.context = digits.map(|digits| digits.chars().filter(char::is_ascii_digit).collect());
            }
            Some((name, value)) if name.trim().eq_ignore_ascii_case("ext") => written.extension = Some(value),
            _ => {}
        }
    }
    (!written.digits.is_empty()).then_some(written)
}

/// A number and what stands behind a word or sign for an extension.
fn cut_extension(text: &str) -> (&str, Option<&str>) {
    const WORDS: [&str; 9] = ["доб", "вн", "д.", "ext", "extension", "x", "х", "#", ","];
    let folded: Vec<(usize, char)> =
        text.char_indices().map(|(at, c)| (at, c.to_lowercase().next().unwrap_or(c))).collect();
    let is_word = |nth: usize, word: &str| {
        let mut rest = folded.iter().skip(nth).map(|(_, c)| *c);
        word.chars().all(|c| rest.next() == Some(c))
    };
    let mut digits = 0;
    for (nth, (at, c)) in folded.iter().enumerate() {
        digits += usize::from(c.is_ascii_digit());
        // What stands before it has to be a number by itself.
        if digits >= 3 && WORDS.iter().any(|word| is_word(nth, word)) {
            let (number, behind) = text.split_at(*at);
            let first = behind.find(|c: char| c.is_ascii_digit()).unwrap_or(behind.len());
            let (word, extension) = behind.split_at(first);
            let plain = word.chars().all(|c| c.is_alphabetic() || ".,:#№".contains(c) || is_separator(c))
                && word.chars().filter(|c| c.is_alphabetic()).count() <= "добавочный".chars().count()
                && extension.chars().all(|c| c.is_ascii_digit() || is_separator(c));
            return if plain { (number, Some(extension)) } else { (text, None) };
        }
    }
    (text, None)
}

/// Blanks, dashes, dots, brackets and marks that people, word processors and address books put between digits.
fn is_separator(c: char) -> bool {
    let dash =
        matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}');
    let sign = matches!(c, '.' | '(' | ')' | '[' | ']' | '/' | '~' | '\u{b7}' | '\u{2022}' | '\u{2024}' | '（' | '）');
    c.is_whitespace() || dash || sign || is_mark(c)
}

/// What is not seen: marks of writing direction, joiners, soft hyphens.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
        || matches!(c, '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings() {
        for (text, expect) in [
            ("8 (916) 123-45-67", Some("+79161234567")),
            ("+7 916 123 45 67", Some("+79161234567")),
            ("79161234567", Some("+79161234567")),
            ("9161234567", Some("+79161234567")),
            ("4951234567", Some("+74951234567")),
            ("+8 (916) 123-45-67", Some("+79161234567")),
            ("+44 20 7946 0000", Some("+442079460000")),
            ("+44 (0)20 7946 0000", Some("+442079460000")),
            ("+86 10 6552 9988", Some("+861065529988")),
            ("810442079460000", Some("+442079460000")),
            ("00442079460000", Some("+442079460000")),
            ("112", None),
            ("101", None),
            ("anonymous", None),
            ("", None),
            ("+", None),
            ("+0000000000", None),
            ("+1234567890123456", None),
            ("7+9161234567", None),
        ] {
            assert_eq!(e164(text).as_deref(), expect, "{text}");
        }
    }

    #[test]
    fn pasted_ones() {
        for text in [
            "8\u{a0}916\u{a0}123\u{2011}45\u{2011}67",
            "\u{202a}+7 916 123-45-67\u{202c}",
            "\u{2066}+7\u{2009}916\u{202f}123\u{2013}45\u{2014}67\u{2069}",
            "\u{200e}8 916 123\u{2212}45\u{2010}67\u{feff}",
            "+7.916.123.45.67",
            "+7/916/1234567",
            "\t8[916]1234567\r\n",
            "＋７９１６１２３４５６７",
            "TEL:+7-916-123-45-67",
            "+7 916 123-45-67 доб. 12",
            "+7 916 123-45-67, доб.12",
            "8 916 123-45-67 (доб. 12)",
            "8 916 123-45-67 вн. 12",
            "+79161234567 ext 12",
            "+79161234567x12",
            "+79161234567#12",
            "+79161234567,12",
            "tel:+79161234567;ext=12",
        ] {
            assert_eq!(e164(text).as_deref(), Some("+79161234567"), "{text:?}");
            assert_eq!(extension(text).is_some(), text.ends_with("12") || text.ends_with("12)"), "{text:?}");
        }
        assert_eq!(extension("+7 495 123-45-67 доб. 12 34").as_deref(), Some("1234"));
        assert_eq!(normal(" \u{200b} "), None);
        assert_eq!(normal("\u{202a}дежурный\u{202c}").as_deref(), Some("дежурный"));
        for text in ["8 916 123-45-67 Иван", "8 916 123-45-67 доб", "доб. 12", "8 916 123-45-67 или 8 916 123-45-68"]
        {
            assert_eq!(e164(text), None, "{text}");
        }
    }

    #[test]
    fn digits_to_search_for() {
        for (text, expect) in [
            ("8 916 352\u{2011}52\u{2011}90", Some("79163525290")),
            ("\u{202a}+7 916 352-52-90\u{202c}", Some("79163525290")),
            ("+7.916.352.52.90 доб. 12", Some("79163525290")),
            ("352\u{a0}52\u{2013}90", Some("3525290")),
            ("1017", Some("1017")),
            ("12.05.2026", None),
            ("Иванов 12", None),
            ("", None),
        ] {
            assert_eq!(digits(text).as_deref(), expect, "{text:?}");
        }
    }

    #[test]
    fn users_of_uris() {
        for (user, expect) in [
            ("+7-916-100-00-01", Some("+79161000001")),
            ("+79161000001;phone-context=+7", Some("+79161000001")),
            ("+79161000001;isup-oli=62", Some("+79161000001")),
            ("8(916)1000001", Some("+79161000001")),
            ("8 916 100 00 01", Some("+79161000001")),
            ("2000001;phone-context=+7916", Some("+79162000001")),
            ("9161000001;phone-context=+7", Some("+79161000001")),
            ("89161000001;phone-context=+7", Some("+79161000001")),
            ("79161000001;phone-context=+7", Some("+79161000001")),
            ("7946000;Phone-Context=+44-20", Some("+44207946000")),
            ("2000001;phone-context=example.org", Some("2000001")),
            ("101", Some("101")),
            ("+101", Some("+101")),
            ("anonymous", None),
            ("12x34", None),
            ("", None),
        ] {
            assert_eq!(of_uri(user).as_deref(), expect, "{user}");
        }
    }

    #[test]
    fn one_number_has_one_key() {
        for written in [
            "74951234567",
            "+74951234567",
            "84951234567",
            "4951234567",
            "+7-495-123-45-67",
            "1234567;phone-context=+7495",
        ] {
            assert_eq!(key(written), "+74951234567", "{written}");
        }
        assert_eq!(key("+1000"), key("1000"));
        assert_eq!(key("1000"), "1000");
        assert_ne!(key("1000"), key("1001"));
        assert_eq!(key("Support"), "Support");
        assert_eq!(key("*21#"), "*21#");
    }
}
