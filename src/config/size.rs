//! How spans, sizes and ranges are written: `20s`, `10m`, `256M`, `20000-29999`; and the defaults of list entries.

use crate::zone::Zone;
use call::plan::CallerHeader;
use ivr::Locale;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use std::time::Duration;

/// The headers of an INVITE that may name its caller.
pub fn caller() -> Vec<CallerHeader> {
    CallerHeader::ALL.to_vec()
}

/// `500ms`, `20s`, `10m`, `2h`, or a number of seconds.
pub fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a span like \"20s\", \"10m\" or a number of seconds")]
    enum Span {
        Number(u64),
        Text(String),
    }
    match Span::deserialize(from)? {
        Span::Number(seconds) => Ok(Duration::from_secs(seconds)),
        Span::Text(text) => {
            span(&text).ok_or_else(|| D::Error::custom(format!("`{text}` is not a time span: write 20s, 10m or 2h")))
        }
    }
}

pub fn maybe_seconds<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    seconds(from).map(Some)
}

pub fn span(text: &str) -> Option<Duration> {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let number: u64 = number.parse().ok()?;
    match unit.trim() {
        "ms" => Some(Duration::from_millis(number)),
        "s" | "" => Some(Duration::from_secs(number)),
        "m" | "min" => number.checked_mul(60).map(Duration::from_secs),
        "h" => number.checked_mul(3_600).map(Duration::from_secs),
        "d" => number.checked_mul(86_400).map(Duration::from_secs),
        _ => None,
    }
}

/// `256M`, `1G`, or a number of bytes.
pub fn bytes<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a size like \"256M\" or a number of bytes")]
    enum Size {
        Number(u64),
        Text(String),
    }
    match Size::deserialize(from)? {
        Size::Number(bytes) => Ok(bytes),
        Size::Text(text) => {
            size(&text).ok_or_else(|| D::Error::custom(format!("`{text}` is not a size: write 256M or 1G")))
        }
    }
}

fn size(text: &str) -> Option<u64> {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let unit = match unit.trim() {
        "" | "B" => 1,
        "K" | "k" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

/// A time zone by its name, `Asia/Omsk`, or by its offset, `+05:00`.
pub fn zone<'de, D: Deserializer<'de>>(from: D) -> Result<Zone, D::Error> {
    let text = String::deserialize(from)?;
    Zone::named(&text).or_else(|| text.parse().ok().map(Zone::Offset)).ok_or_else(|| {
        D::Error::custom(format!("`{text}` is not a time zone: write one like Asia/Omsk, or an offset like +05:00"))
    })
}

/// `20000-29999`.
pub fn ports<'de, D: Deserializer<'de>>(from: D) -> Result<(u16, u16), D::Error> {
    let text = String::deserialize(from)?;
    port_range(&text).map_err(D::Error::custom)
}

pub fn port_range(text: &str) -> Result<(u16, u16), String> {
    let wrong = || format!("`{text}` is not a port range: write for example 20000-29999");
    let (from, to) = text.split_once('-').ok_or_else(wrong)?;
    let from = from.trim().parse().map_err(|_| wrong())?;
    let to = to.trim().parse().map_err(|_| wrong())?;
    if from < 1_024 || to <= from { Err(wrong()) } else { Ok((from, to)) }
}

pub fn ru() -> Locale {
    Locale::Ru
}
pub fn yes() -> bool {
    true
}
pub fn ring() -> Duration {
    Duration::from_secs(20)
}
pub fn days(count: u64) -> Duration {
    Duration::from_secs(count * 86_400)
}
pub fn wrapup() -> Duration {
    Duration::from_secs(120)
}
pub fn target() -> Duration {
    Duration::from_secs(20)
}
pub fn waiting() -> usize {
    500
}
pub fn announce_first() -> Duration {
    Duration::from_secs(15)
}
pub fn announce_each() -> Duration {
    Duration::from_secs(45)
}
