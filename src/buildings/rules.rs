//! What may stand in a building's fields.

use crate::http::parse::Check;

pub const KINDS: &[&str] = &["residential", "apartments", "business", "parking", "village"];
pub const STATUSES: &[&str] = &["active", "onboarding", "archived"];
pub const POWER_SUPPLIES: &[&str] = &["one_source", "two_sources"];
pub const SECTION_KINDS: &[&str] = &["section", "parking"];
pub const UNIT_KINDS: &[&str] = &["flat", "apartment", "commercial", "parking", "storage"];
pub const UNIT_STATES: &[&str] = &["occupied", "vacant", "unknown"];
pub const RISER_KINDS: &[&str] = &["riser_cold", "riser_hot", "riser_heat", "riser_sewer", "riser_power", "zone"];

/// Characters of a unit's label.
const LABEL: usize = 20;
/// Square metres of a unit.
const AREA: f64 = 100_000.0;
/// Rooms of a unit.
const ROOMS: i64 = 1_000;

/// A word of a closed set.
pub fn one_of(check: &mut Check, field: &str, word: &str, words: &[&str]) {
    check.that(words.contains(&word), field, &format!("is one of {}", words.join(", ")));
}

/// A unit's own fields; `at` stands before their names in what is said.
pub fn unit(check: &mut Check, at: &str, label: &str, kind: &str, state: &str, area: Option<f64>, rooms: Option<i64>) {
    let field = |name: &str| format!("{at}{name}");
    check.line(&field("label"), label);
    check.that(label.chars().count() <= LABEL, &field("label"), "is too long (20 characters)");
    one_of(check, &field("kind"), kind, UNIT_KINDS);
    one_of(check, &field("state"), state, UNIT_STATES);
    check.that(area.is_none_or(|a| a > 0.0 && a <= AREA), &field("area"), "is in square metres, above 0");
    check.that(rooms.is_none_or(|r| (0..=ROOMS).contains(&r)), &field("rooms"), "is a number from 0 to 1000");
}
