//! The clocks of a ticket. Several run at once; statutory ones never pause (domain: ПП РФ 416, 354, 491).
//! A profile is a list of definitions: read-only data with its law beside it.

use super::rules::{ClockCode, TicketKind};
use crate::zone::Zone;
use chrono::{DateTime, Datelike as _, Days, NaiveTime, TimeDelta, Utc, Weekday};

/// How long a clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    Minutes(i64),
    Hours(i64),
    Days(i64),
    /// Hours that count only from 08:00 to 23:00 of the building.
    DayHours(i64),
    /// To the end of the n-th Monday-to-Friday after. Public holidays are not known here yet: such a clock is early
    /// rather than late.
    WorkingDays(u32),
}

/// A clock by law or by the company's own promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    pub code: ClockCode,
    pub law_ref: &'static str,
    pub span: Span,
    /// An internal clock: pauses while the ticket is on hold.
    pub pausable: bool,
}

const fn law(code: ClockCode, law_ref: &'static str, span: Span) -> Definition {
    Definition { code, law_ref, span, pausable: false }
}

const fn own(code: ClockCode, span: Span) -> Definition {
    Definition { code, law_ref: "", span, pausable: true }
}

/// N9: the applicant is told the planned terms.
const TOLD: Definition = law(ClockCode::Told, "ПП РФ 416, п. 13", Span::Minutes(30));

types::words! {
    /// Which clocks run.
    pub enum Profile {
        Accident = "accident",
        SewerBlock = "sewer_block",
        ChuteBlock = "chute_block",
        SmallFault = "small_fault",
        UtilityQuality = "utility_quality",
        AppealOwner = "appeal_owner",
        AppealOther = "appeal_other",
        /// Information that Decree 491 obliges to give.
        Info491 = "info_491",
        PaidService = "paid_service",
        LiftRelease = "lift_release",
        Internal = "internal",
    }
}

/// The clocks that start with the registration.
pub fn definitions(profile: Profile) -> &'static [Definition] {
    match profile {
        // N4, N7
        Profile::Accident => {
            const {
                &[
                    law(ClockCode::Localize, "ПП РФ 416, п. 13", Span::Minutes(30)),
                    TOLD,
                    law(ClockCode::Done, "ПП РФ 416, п. 13", Span::Days(3)),
                ]
            }
        }
        // N5
        Profile::SewerBlock => const { &[TOLD, law(ClockCode::Done, "ПП РФ 416, п. 13", Span::Hours(2))] },
        // N6
        Profile::ChuteBlock => const { &[TOLD, law(ClockCode::Done, "ПП РФ 416, п. 13", Span::DayHours(2))] },
        // N11: the agreed term; until one is agreed the company's own three days.
        Profile::SmallFault => const { &[TOLD, own(ClockCode::Done, Span::Days(3))] },
        // N20
        Profile::UtilityQuality => {
            const {
                &[TOLD, law(ClockCode::Check, "ПП РФ 354, п. 108", Span::Hours(2)), own(ClockCode::Done, Span::Days(3))]
            }
        }
        // N18
        Profile::AppealOwner => const { &[law(ClockCode::Done, "ПП РФ 416", Span::WorkingDays(10))] },
        Profile::AppealOther => const { &[law(ClockCode::Done, "ПП РФ 416", Span::Days(30))] },
        // N19
        Profile::Info491 => const { &[law(ClockCode::Done, "ПП РФ 491, п. 40", Span::WorkingDays(5))] },
        Profile::PaidService => const { &[own(ClockCode::Done, Span::Days(5))] },
        Profile::LiftRelease => const { &[own(ClockCode::Localize, Span::Minutes(30)), TOLD] },
        Profile::Internal => const { &[own(ClockCode::Done, Span::Days(7))] },
    }
}

/// How soon the executor should accept.
pub fn accept(kind: TicketKind) -> Definition {
    own(ClockCode::Accept, Span::Minutes(if kind == TicketKind::Emergency { 3 } else { 30 }))
}

/// When the clock is due. `zone` is the building's time zone.
pub fn due(span: Span, start: DateTime<Utc>, zone: Zone) -> DateTime<Utc> {
    match span {
        Span::Minutes(n) => start + TimeDelta::minutes(n),
        Span::Hours(n) => start + TimeDelta::hours(n),
        Span::Days(n) => start + TimeDelta::days(n),
        Span::DayHours(n) => day_hours(start, TimeDelta::hours(n), zone),
        Span::WorkingDays(n) => working_days(start, n, zone),
    }
}

fn day_hours(start: DateTime<Utc>, mut left: TimeDelta, zone: Zone) -> DateTime<Utc> {
    let mut day = zone.day(start);
    let mut from = start;
    // A span of hours fits into few days; the bound keeps the loop finite whatever the calendar does.
    for _ in 0..366 {
        let (opens, closes) = (at(day, 8, zone), at(day, 23, zone));
        from = from.max(opens);
        if from < closes {
            if from + left <= closes {
                return from + left;
            }
            left -= closes - from;
        }
        day = day + Days::new(1);
    }
    from + left
}

fn working_days(start: DateTime<Utc>, n: u32, zone: Zone) -> DateTime<Utc> {
    let mut day = zone.day(start);
    let mut left = n;
    while left > 0 {
        day = day + Days::new(1);
        if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            left -= 1;
        }
    }
    zone.next_midnight(day)
}

fn at(day: chrono::NaiveDate, hour: u32, zone: Zone) -> DateTime<Utc> {
    zone.utc(day.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default()))
}

/// Was it late? A running clock is judged now, a stopped one by when it stopped.
pub fn breached(due: DateTime<Utc>, stopped: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    stopped.unwrap_or(now) > due
}

#[cfg(test)]
mod tests {
    use super::*;

    fn t(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
    }

    #[test]
    fn spans() {
        let moscow = crate::zone::MOSCOW;
        for (span, start, expect) in [
            (Span::Minutes(30), "2026-11-20T10:00:00+03:00", "2026-11-20T10:30:00+03:00"),
            (Span::Days(3), "2026-11-20T10:00:00+03:00", "2026-11-23T10:00:00+03:00"),
            (Span::DayHours(2), "2026-11-20T10:00:00+03:00", "2026-11-20T12:00:00+03:00"),
            (Span::DayHours(2), "2026-11-20T03:00:00+03:00", "2026-11-20T10:00:00+03:00"),
            (Span::DayHours(2), "2026-11-20T22:30:00+03:00", "2026-11-21T09:30:00+03:00"),
            (Span::DayHours(2), "2026-11-20T23:30:00+03:00", "2026-11-21T10:00:00+03:00"),
            // Friday: five working days end with the next Friday.
            (Span::WorkingDays(5), "2026-11-20T10:00:00+03:00", "2026-11-28T00:00:00+03:00"),
            (Span::WorkingDays(10), "2026-11-23T23:59:00+03:00", "2026-12-08T00:00:00+03:00"),
        ] {
            assert_eq!(due(span, t(start), moscow), t(expect), "{span:?} from {start}");
        }
    }

    #[test]
    fn every_profile_has_clocks_and_codes_are_unique() {
        for profile in Profile::ALL {
            let codes: Vec<_> = definitions(*profile).iter().map(|d| d.code).collect();
            assert!(!codes.is_empty());
            let mut unique = codes.clone();
            unique.sort_unstable();
            unique.dedup();
            assert_eq!(unique.len(), codes.len(), "{profile}");
        }
        assert_eq!(definitions(Profile::Accident).len(), 3);
    }

    #[test]
    fn breach() {
        let due = t("2026-11-20T10:00:00Z");
        assert!(!breached(due, None, due));
        assert!(breached(due, None, due + TimeDelta::seconds(1)));
        assert!(!breached(due, Some(due), due + TimeDelta::hours(5)));
    }
}
