//! Keys: as RFC 4733 events both ways, and from tones of peers that cannot send events.

pub mod event;
pub mod tone;

/// The keys by event code (RFC 4733 3.2 table 3).
pub const KEYS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D'];

/// The event code of a key; None for other characters.
pub fn code(key: char) -> Option<u8> {
    let key = key.to_ascii_uppercase();
    KEYS.iter().position(|known| *known == key).and_then(|at| u8::try_from(at).ok())
}
