//! Telephone numbers as people and carriers write them, read as E.164.

/// E.164 with plus. National Russian forms are read as such: `8 (916) 123-45-67`, `7916…`, `916…`. `None`: a short
/// number, an anonymous caller, a name.
pub fn e164(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches("tel:");
    let plus = text.starts_with('+');
    let mut digits = String::with_capacity(16);
    for c in text.trim_start_matches('+').chars() {
        match c {
            '0'..='9' => digits.push(c),
            ' ' | '-' | '.' | '(' | ')' | '\u{a0}' => {}
            _ => return None,
        }
    }
    let number = match (plus, digits.len(), digits.as_bytes().first()) {
        (true, ..) => digits,
        // 8 10 is the Russian way out of the country, 00 the European one.
        _ if digits.starts_with("810") && digits.len() > 11 => digits.split_off(3),
        _ if digits.starts_with("00") => digits.split_off(2),
        (_, 11, Some(b'8')) => format!("7{}", digits.split_off(1)),
        (_, 10, Some(b'3' | b'4' | b'8' | b'9')) => format!("7{digits}"),
        _ => digits,
    };
    ((8..=15).contains(&number.len()) && !number.starts_with('0')).then(|| format!("+{number}"))
}

/// E.164 where it can be, else what was typed, trimmed; `None` when nothing was.
pub fn normal(text: &str) -> Option<String> {
    let trimmed = text.trim();
    if trimmed.is_empty() { None } else { Some(e164(trimmed).unwrap_or_else(|| trimmed.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::e164;

    #[test]
    fn readings() {
        for (text, expect) in [
            ("8 (916) 123-45-67", Some("+79161234567")),
            ("+7 916 123 45 67", Some("+79161234567")),
            ("79161234567", Some("+79161234567")),
            ("9161234567", Some("+79161234567")),
            ("4951234567", Some("+74951234567")),
            ("+44 20 7946 0000", Some("+442079460000")),
            ("810442079460000", Some("+442079460000")),
            ("00442079460000", Some("+442079460000")),
            ("112", None),
            ("101", None),
            ("anonymous", None),
            ("", None),
            ("+0000000000", None),
            ("+1234567890123456", None),
        ] {
            assert_eq!(e164(text).as_deref(), expect, "{text}");
        }
    }
}
