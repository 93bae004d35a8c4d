//! The words of buildings, and what may stand in their fields.

use crate::http::parse::Check;

types::words! {
    pub enum BuildingKind {
        Residential = "residential",
        Apartments = "apartments",
        Business = "business",
        Parking = "parking",
        /// Detached houses under one management.
        Village = "village",
    }

    #[derive(Default)]
    pub enum BuildingStatus {
        #[default]
        Active = "active",
        /// Being taken over: its data is still gathered.
        Onboarding = "onboarding",
        Archived = "archived",
    }

    /// Which buildings a list shows.
    pub enum BuildingsShown {
        Active = "active",
        Onboarding = "onboarding",
        Archived = "archived",
        All = "all",
    }

    /// How many independent feeds of electricity there are: decides the allowed outage.
    #[derive(Default)]
    pub enum PowerSupply {
        #[default]
        OneSource = "one_source",
        TwoSources = "two_sources",
    }

    pub enum SectionKind {
        Section = "section",
        Parking = "parking",
    }

    pub enum UnitKind {
        Flat = "flat",
        Apartment = "apartment",
        Commercial = "commercial",
        Parking = "parking",
        Storage = "storage",
    }

    #[derive(Default)]
    pub enum UnitState {
        Occupied = "occupied",
        Vacant = "vacant",
        #[default]
        Unknown = "unknown",
    }

    /// What units have in common: a riser, or a zone.
    pub enum RiserKind {
        Cold = "riser_cold",
        Hot = "riser_hot",
        Heat = "riser_heat",
        Sewer = "riser_sewer",
        Power = "riser_power",
        Zone = "zone",
    }
}

/// Characters of a unit's label.
const LABEL: usize = 20;
/// Square metres of a unit.
const AREA: f64 = 100_000.0;
/// Rooms of a unit.
const ROOMS: i64 = 1_000;

/// A unit's own fields; `at` stands before their names in what is said.
pub fn unit(check: &mut Check, at: &str, label: &str, area: Option<f64>, rooms: Option<i64>) {
    let field = |name: &str| format!("{at}{name}");
    check.line(&field("label"), label);
    check.that(label.chars().count() <= LABEL, &field("label"), "is too long (20 characters)");
    check.that(area.is_none_or(|a| a > 0.0 && a <= AREA), &field("area"), "must be above 0, in square metres");
    check.that(rooms.is_none_or(|r| (0..=ROOMS).contains(&r)), &field("rooms"), "must be a number from 0 to 1000");
}
