//! Prints every clip with words as `locale<TAB>clip<TAB>text`: the list `config/prompts/texts.tsv`.

use ivr::{Locale, say};

fn main() {
    for (name, locale) in [("ru", Locale::Ru), ("en", Locale::En)] {
        for clip in say::all(locale).into_iter().filter(|clip| !say::is_sound(clip)) {
            println!("{name}\t{clip}\t{}", say::text(locale, &clip).unwrap_or_default());
        }
    }
}
