//! Numbers, places, waits, dates and times read right (AC-I9).

use ivr::say::{self, Phrase};
use ivr::{Locale, Spoken};

#[track_caller]
fn ru(phrase: Phrase, expect: &str) {
    check(Locale::Ru, phrase, expect);
}

#[track_caller]
fn en(phrase: Phrase, expect: &str) {
    check(Locale::En, phrase, expect);
}

#[track_caller]
fn check(locale: Locale, phrase: Phrase, expect: &str) {
    for clip in say::clips(locale, &phrase) {
        assert!(say::text(locale, &clip).is_some(), "{phrase:?} needs `{clip}`, which does not exist in {locale:?}");
    }
    assert_eq!(say::spoken(locale, &phrase), expect, "{phrase:?}");
}

#[test]
fn cardinals() {
    for (number, text) in [
        (0, "ноль"),
        (1, "один"),
        (2, "два"),
        (5, "пять"),
        (11, "одиннадцать"),
        (21, "двадцать один"),
        (40, "сорок"),
        (100, "сто"),
        (112, "сто двенадцать"),
        (999, "девятьсот девяносто девять"),
        (1_001, "тысяча один"),
        (2_022, "две тысячи двадцать два"),
        (5_100, "пять тысяч сто"),
        (9_999, "девять тысяч девятьсот девяносто девять"),
        (10_003, "один ноль ноль ноль три"),
    ] {
        ru(Phrase::Number(number), text);
    }
    for (number, text) in [
        (0, "zero"),
        (1, "one"),
        (11, "eleven"),
        (21, "twenty one"),
        (100, "one hundred"),
        (1_001, "one thousand one"),
        (9_999, "nine thousand nine hundred ninety nine"),
    ] {
        en(Phrase::Number(number), text);
    }
}

#[test]
fn ticket_numbers_are_read_digit_by_digit() {
    ru(Phrase::Digits("1021"), "один ноль два один");
    en(Phrase::Digits("1021"), "one zero two one");
    ru(Phrase::Digits("4-2x"), "четыре два");
}

#[test]
fn places() {
    for (place, text) in [
        (1, "Вы первый в очереди."),
        (2, "Вы второй в очереди."),
        (3, "Вы третий в очереди."),
        (5, "Вы пятый в очереди."),
        (11, "Вы одиннадцатый в очереди"),
        (20, "Вы двадцатый в очереди"),
        (21, "Вы двадцать первый в очереди"),
        (40, "Вы сороковой в очереди"),
        (100, "Вы сотый в очереди"),
        (123, "Вы сто двадцать третий в очереди"),
        (1_001, "Вы в очереди. Сейчас очень много звонков."),
    ] {
        ru(Phrase::Position(place), text);
    }
    en(Phrase::Position(3), "You are number three in the queue.");
    en(Phrase::Position(21), "You are number twenty one in the queue");
    assert!(say::clips(Locale::Ru, &Phrase::Position(0)).is_empty());
    ru(Phrase::PriorityPosition(2), "Диспетчеры заняты авариями. Вы в приоритетной очереди, номер два");
}

#[test]
fn waits() {
    for (minutes, text) in [
        (0, "Ожидание меньше минуты."),
        (1, "Ожидание около одной минуты."),
        (2, "Ожидание около двух минут."),
        (5, "Ожидание около пяти минут."),
        (11, "Ожидание около одиннадцати минут"),
        (21, "Ожидание около двадцати одной минуты"),
        (42, "Ожидание около сорока двух минут"),
        (60, "Ожидание около шестидесяти минут"),
        (61, "Ожидание больше часа."),
    ] {
        ru(Phrase::WaitMinutes(minutes), text);
    }
    en(Phrase::WaitMinutes(1), "The wait is about one minute.");
    en(Phrase::WaitMinutes(21), "The wait is about twenty one minutes");
}

#[test]
fn dates_and_times() {
    ru(Phrase::Date { day: 20, month: 11 }, "двадцатого ноября");
    ru(Phrase::Date { day: 31, month: 1 }, "тридцать первого января");
    en(Phrase::Date { day: 20, month: 11 }, "the twentieth of November");
    for (hour, minute, text) in [
        (0, 0, "в ноль часов"),
        (1, 1, "в один час одну минуту"),
        (2, 2, "в два часа две минуты"),
        (5, 5, "в пять часов пять минут"),
        (11, 11, "в одиннадцать часов одиннадцать минут"),
        (21, 21, "в двадцать один час двадцать одну минуту"),
        (22, 42, "в двадцать два часа сорок две минуты"),
    ] {
        ru(Phrase::At { hour, minute }, text);
    }
    for (hour, minute, text) in [
        (18, 30, "до восемнадцати часов тридцати минут"),
        (1, 1, "до одного часа одной минуты"),
        (2, 0, "до двух часов"),
        (21, 21, "до двадцати одного часа двадцати одной минуты"),
        (11, 15, "до одиннадцати часов пятнадцати минут"),
    ] {
        ru(Phrase::Until { hour, minute }, text);
    }
    en(Phrase::At { hour: 0, minute: 0 }, "at twelve A M");
    en(Phrase::At { hour: 9, minute: 5 }, "at nine oh five A M");
    en(Phrase::At { hour: 12, minute: 30 }, "at twelve thirty P M");
    en(Phrase::Until { hour: 18, minute: 30 }, "until six thirty P M");
    for nonsense in
        [Phrase::Date { day: 0, month: 1 }, Phrase::Date { day: 1, month: 13 }, Phrase::At { hour: 24, minute: 0 }]
    {
        ru(nonsense, "");
    }
}

#[test]
fn tickets() {
    for (number, text) in [
        (1, "У вас одна открытая заявка"),
        (2, "У вас две открытые заявки"),
        (5, "У вас пять открытых заявок"),
        (11, "У вас одиннадцать открытых заявок"),
        (21, "У вас двадцать одна открытая заявка"),
    ] {
        ru(Phrase::Tickets(number), text);
    }
    en(Phrase::Tickets(1), "You have one open request");
    en(Phrase::Tickets(2), "You have two open requests");
    ru(Phrase::Nth(2), "Вторая");
    let ticket = Spoken { number: "4521".into(), state: "en_route".into(), registered: (20, 11, 9, 30) };
    ru(
        Phrase::Ticket(&ticket),
        "Заявка номер четыре пять два один принята двадцатого ноября в девять часов тридцать минут Состояние мастер в пути",
    );
    en(
        Phrase::Ticket(&ticket),
        "Request number four five two one accepted on the twentieth of November at nine thirty A M State on the way",
    );
    let strange = Spoken { number: "7".into(), state: "no_such_state".into(), registered: (0, 0, 0, 0) };
    ru(Phrase::Ticket(&strange), "Заявка номер семь Состояние уточните у диспетчера");
}

/// Whatever can be said has clips, in both locales.
#[test]
fn no_number_lacks_a_clip() {
    for locale in [Locale::Ru, Locale::En] {
        let check = |phrase: Phrase| {
            let clips = say::clips(locale, &phrase);
            assert!(!clips.is_empty(), "{phrase:?} is silent in {locale:?}");
            for clip in clips {
                assert!(say::text(locale, &clip).is_some(), "{phrase:?} needs `{clip}` in {locale:?}");
            }
        };
        for number in 0..=10_050 {
            check(Phrase::Number(number));
            check(Phrase::Position(number + 1));
            check(Phrase::PriorityPosition(number));
            check(Phrase::WaitMinutes(number));
            check(Phrase::Tickets(number));
        }
        for minute in 0..60 {
            for hour in 0..24 {
                check(Phrase::At { hour, minute });
                check(Phrase::Until { hour, minute });
            }
        }
        for state in
            "new assigned accepted en_route in_progress on_hold done closed rejected cancelled merged".split(' ')
        {
            check(Phrase::Ticket(&Spoken { number: "1".into(), state: state.into(), registered: (1, 1, 0, 0) }));
            let clips = say::clips(
                locale,
                &Phrase::Ticket(&Spoken { number: "1".into(), state: state.into(), registered: (1, 1, 0, 0) }),
            );
            assert_eq!(clips.last(), Some(&format!("status-{state}")));
        }
    }
}
