//! Which passwords people may choose: long enough, and none of those that are tried first.
//!
//! Guessing over the network is slow (`types/src/guard.rs`), so what must go are the few thousand passwords that everybody
//! tries: common words of both languages with something before or after them, walks over the keyboard, repetitions, and what
//! is known of the person. Estimators of strength know the English ones only and are many times larger
//! (docs/adr/0011-common-passwords.md).

use crate::http::limit;
use crate::http::parse::Check;

/// Passwords that people choose; generated ones are longer.
pub const CHARACTERS_MIN: usize = 10;
/// A password with fewer different characters is a repetition.
const DIFFERENT_MIN: usize = 5;
/// What is left of a password when a common word is taken out must be at least so long to protect it.
const BESIDES: usize = 6;

/// Bases of the passwords that are tried first, lower case, without digits and signs.
const COMMON: &str = include_str!("common_passwords.txt");
/// Rows of the keyboard, in both layouts, and orders that everybody knows.
const WALKS: &[&str] = &[
    "`1234567890-=",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1йфя2цыч3увс4кам5епи6нрт7гоь8шлб9щдю",
    "1й2ц3у4к5е6н7г8ш9щ0з",
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "0123456789012345678901234567890",
    "147258369",
    "741852963",
];
/// So many keys in a row are a walk.
const WALK: usize = 4;

/// Says under `field` what is wrong with a password of somebody with this login and name.
pub fn check(check: &mut Check, field: &str, password: &str, login: &str, name: &str) {
    let n = password.chars().count();
    check.that(n >= CHARACTERS_MIN, field, "must have at least 10 characters");
    check.that(n <= limit::PASSWORD, field, "is too long");
    check.that(n < CHARACTERS_MIN || !common(password, login, name), field, "is too easy to guess");
}

fn common(password: &str, login: &str, name: &str) -> bool {
    let plain = password.to_lowercase();
    let letters = unleet(&plain);
    let mut different: Vec<char> = plain.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < DIFFERENT_MIN {
        return true;
    }
    let own = login.to_lowercase();
    let name = name.to_lowercase();
    let words = COMMON.lines().filter(|line| !line.is_empty());
    let personal =
        own.split(['.', '_', '-', '@']).chain(name.split_whitespace()).filter(|word| word.chars().count() > 3);
    let personal = std::iter::once(own.as_str()).chain(personal);
    [plain.as_str(), letters.as_str()].into_iter().any(|text| {
        let rest = words.clone().chain(personal.clone()).fold(text.to_owned(), |text, word| text.replace(word, ""));
        beside(&without_walks(&rest)) < BESIDES
    })
}

/// How many characters protect: repeated ones count once, years and the usual signs at the end not at all.
fn beside(rest: &str) -> usize {
    let rest = rest.trim_matches(|c: char| !c.is_alphanumeric());
    let rest = rest.replace("19", "").replace("20", "");
    let mut count = 0;
    let mut before = None;
    for c in rest.chars() {
        if Some(c) != before {
            count += 1;
        }
        before = Some(c);
    }
    if rest.chars().all(|c| c.is_ascii_digit()) && count < CHARACTERS_MIN { count.min(BESIDES - 1) } else { count }
}

/// The text without what runs along a keyboard or an alphabet, forwards or backwards.
fn without_walks(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut kept = String::new();
    let mut at = 0;
    while at < chars.len() {
        let long = (at + WALK..=chars.len()).rev().find(|end| walks(&chars[at..*end]));
        match long {
            Some(end) => at = end,
            None => {
                kept.push(chars[at]);
                at += 1;
            }
        }
    }
    kept
}

fn walks(part: &[char]) -> bool {
    let forwards: String = part.iter().collect();
    let backwards: String = part.iter().rev().collect();
    WALKS.iter().any(|walk| walk.contains(&forwards) || walk.contains(&backwards))
}

/// `p@ssw0rd` is `password`.
fn unleet(text: &str) -> String {
    let plain = |c| match c {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '$' | '5' => 's',
        '7' => 't',
        other => other,
    };
    text.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_refused() {
        for password in [
            "password123",
            "Password1234!",
            "P@ssw0rd2024",
            "passwordpassword",
            "1234567890",
            "12345678901234567890",
            "0987654321",
            "qwertyuiop",
            "Qwerty123456",
            "qwerty12345!",
            "1q2w3e4r5t6y",
            "1qaz2wsx3edc",
            "asdfghjkl123",
            "aaaaaaaaaaaa",
            "abababababab",
            "abcdefghij",
            "iloveyou123",
            "letmein1234",
            "welcome2024!",
            "administrator",
            "Admin123456",
            "linedesk2026",
            "Linedesk12345",
            "Пароль123456",
            "йцукен12345",
            "йцукенгшщз",
            "gfhjkm12345",
            "1111111111",
            "2026202620",
            "changeme123",
            "superuser123",
            "dispatcher1",
            "dispatcher1234",
            "Петрова2026!",
            "qazwsxedc123",
            "любимая123",
            "19871987",
            "79161234567",
        ] {
            let common = password.chars().count() < CHARACTERS_MIN || common(password, "dispatcher1", "Петрова Анна");
            assert!(common, "{password}");
        }
        for password in [
            "a long password of mine",
            "tricky-horse-battery",
            "зелёный чайник на окне",
            "X7#kq9-Lmv2!",
            "correct horse battery",
            "wG5tPz0rYbQe",
            "a long password",
            "an other long secret",
            "the longest night",
        ] {
            assert!(!common(password, "dispatcher1", "Петрова Анна"), "{password}");
        }
    }

    #[test]
    fn the_list_is_as_it_is_read() {
        let words: Vec<&str> = COMMON.lines().collect();
        assert!(words.len() > 150, "{}", words.len());
        assert!(words.iter().all(|w| w.chars().count() > 2 && w.to_lowercase() == **w && !w.contains(' ')));
        // a longer one first, or its shorter part would leave a rest
        assert!(words.windows(2).all(|two| two[0].chars().count() >= two[1].chars().count()));
    }
}
