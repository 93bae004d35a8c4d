//! Pages that show several nouns and belong to none. Nouns do not know them.

pub mod card;
pub mod timeline;
