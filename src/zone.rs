//! Time zones: those of the IANA database, or a fixed offset from UTC.

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    Named(Tz),
    Offset(FixedOffset),
}

/// Where nothing else is known of a place.
pub const MOSCOW: Zone = Zone::Named(Tz::Europe__Moscow);

impl Zone {
    /// By its name in the IANA database, `Asia/Omsk`.
    pub fn named(name: &str) -> Option<Zone> {
        name.parse().ok().map(Zone::Named)
    }

    /// The zone of a row whose name was checked when it was written. A name that is unknown nevertheless is an error of
    /// ours: it is logged, and the place counts as Moscow.
    pub fn of_row(name: &str) -> Zone {
        Zone::named(name).unwrap_or_else(|| {
            tracing::error!(name, "the database holds an unknown time zone; Moscow's is used");
            MOSCOW
        })
    }

    /// What clocks in the zone show.
    pub fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        match self {
            Zone::Named(zone) => at.with_timezone(&zone).naive_local(),
            Zone::Offset(zone) => at.with_timezone(&zone).naive_local(),
        }
    }

    /// When clocks in the zone show this: the first time when they show it twice, the first moment after when they skip it.
    pub fn utc(self, local: NaiveDateTime) -> DateTime<Utc> {
        let found = |local: NaiveDateTime| match self {
            Zone::Named(zone) => zone.from_local_datetime(&local).earliest().map(|at| at.with_timezone(&Utc)),
            Zone::Offset(zone) => zone.from_local_datetime(&local).earliest().map(|at| at.with_timezone(&Utc)),
        };
        // No zone has ever skipped more than a day; minutes are fine enough for every zone's change.
        (0..=24 * 60).find_map(|minutes| found(local + TimeDelta::minutes(minutes))).unwrap_or(local.and_utc())
    }

    /// The day that it is in the zone.
    pub fn day(self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at).date()
    }

    /// When that day begins in the zone.
    pub fn midnight(self, day: NaiveDate) -> DateTime<Utc> {
        self.utc(day.and_time(NaiveTime::MIN))
    }

    /// When the day after begins in the zone.
    pub fn next_midnight(self, day: NaiveDate) -> DateTime<Utc> {
        self.midnight(day + Days::new(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_begin_at_local_midnight_also_when_clocks_change() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        for (zone, date, expect) in [
            (MOSCOW, "2026-11-20", "2026-11-20T00:00:00+03:00"),
            (Zone::named("Asia/Kamchatka").unwrap(), "2026-11-20", "2026-11-20T00:00:00+12:00"),
            (Zone::Offset(FixedOffset::east_opt(5 * 3600 + 1800).unwrap()), "2026-11-20", "2026-11-20T00:00:00+05:30"),
            (berlin, "2026-03-29", "2026-03-29T00:00:00+01:00"),
            (berlin, "2026-03-30", "2026-03-30T00:00:00+02:00"),
            // Almaty's offset changed on 1 March 2024.
            (Zone::named("Asia/Almaty").unwrap(), "2024-03-02", "2024-03-02T00:00:00+05:00"),
        ] {
            assert_eq!(zone.midnight(day(date)), at(expect), "{zone:?} {date}");
            assert_eq!(zone.day(at(expect)), day(date));
        }
        let skipped = day("2026-03-29").and_hms_opt(2, 30, 0).unwrap();
        assert_eq!(
            berlin.utc(skipped),
            at("2026-03-29T03:00:00+02:00"),
            "the first moment after the hour that is skipped"
        );
        let twice = day("2026-10-25").and_hms_opt(2, 30, 0).unwrap();
        assert_eq!(berlin.utc(twice), at("2026-10-25T02:30:00+02:00"), "the first of the two");
        assert_eq!(Zone::named("Europe/Nowhere"), None);
        assert_eq!(Zone::of_row("Europe/Nowhere"), MOSCOW);
    }
}
