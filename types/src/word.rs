//! Words: a closed set of them is an enum, declared by [`words!`](crate::words) with the word of each member. The word
//! is what stands in SQL, JSON, URLs and OpenAPI, and is written nowhere else.

use std::fmt;

/// A text that is no word of its set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchWord {
    pub text: String,
    /// All words of the set.
    pub known: &'static [&'static str],
}

impl fmt::Display for NoSuchWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is none of {}", self.text, self.known.join(", "))
    }
}

impl std::error::Error for NoSuchWord {}

/// Declares an enum and the word of each member. Gives it `ALL`, `WORDS`, `word()`, `Display` and `FromStr`; in JSON it is
/// its word, with the features `sqlx` and `openapi` also in SQL (TEXT) and in the OpenAPI document, where the set has the
/// name of the type: it must be one that no other set has.
#[macro_export]
macro_rules! words {
    ($($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$of:meta])* $member:ident = $word:literal,)+ })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        $vis enum $name { $($(#[$of])* $member,)+ }

        #[allow(dead_code, reason = "every set has all of them")]
        impl $name {
            /// In the order of their declaration.
            $vis const ALL: &'static [$name] = &[$($name::$member),+];
            $vis const WORDS: &'static [&'static str] = &[$($word),+];

            $vis const fn word(self) -> &'static str {
                match self { $($name::$member => $word,)+ }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::NoSuchWord;

            fn from_str(text: &str) -> ::std::result::Result<$name, $crate::NoSuchWord> {
                match text {
                    $($word => Ok($name::$member),)+
                    _ => Err($crate::NoSuchWord { text: text.to_owned(), known: $name::WORDS }),
                }
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, s: S) -> ::std::result::Result<S::Ok, S::Error> {
                s.serialize_str(self.word())
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(d: D) -> ::std::result::Result<$name, D::Error> {
                d.deserialize_str($crate::WordOf($name::WORDS)).map(|at| $name::ALL[at])
            }
        }

        $crate::word_in_sql!($name);
        $crate::word_in_openapi!($name);
    )+};
}

/// Reads one of these words; gives its place among them.
#[doc(hidden)]
pub struct WordOf(pub &'static [&'static str]);

impl serde::de::Visitor<'_> for WordOf {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one of {}", self.0.join(", "))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<usize, E> {
        self.0.iter().position(|word| *word == text).ok_or_else(|| E::unknown_variant(text, self.0))
    }
}

#[cfg(not(feature = "sqlx"))]
#[doc(hidden)]
#[macro_export]
macro_rules! word_in_sql {
    ($name:ident) => {};
}

#[cfg(feature = "sqlx")]
#[doc(hidden)]
#[macro_export]
macro_rules! word_in_sql {
    ($name:ident) => {
        impl<DB: $crate::sqlx::Database> $crate::sqlx::Type<DB> for $name
        where
            str: $crate::sqlx::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <str as $crate::sqlx::Type<DB>>::type_info()
            }

            fn compatible(ty: &DB::TypeInfo) -> bool {
                <str as $crate::sqlx::Type<DB>>::compatible(ty)
            }
        }

        impl<'q, DB: $crate::sqlx::Database> $crate::sqlx::Encode<'q, DB> for $name
        where
            &'q str: $crate::sqlx::Encode<'q, DB>,
        {
            fn encode_by_ref(
                &self,
                buf: &mut <DB as $crate::sqlx::Database>::ArgumentBuffer,
            ) -> ::std::result::Result<$crate::sqlx::encode::IsNull, $crate::sqlx::error::BoxDynError> {
                <&'q str as $crate::sqlx::Encode<'q, DB>>::encode_by_ref(&self.word(), buf)
            }
        }

        impl<'r, DB: $crate::sqlx::Database> $crate::sqlx::Decode<'r, DB> for $name
        where
            &'r str: $crate::sqlx::Decode<'r, DB>,
        {
            fn decode(
                value: <DB as $crate::sqlx::Database>::ValueRef<'r>,
            ) -> ::std::result::Result<$name, $crate::sqlx::error::BoxDynError> {
                Ok(<&'r str as $crate::sqlx::Decode<'r, DB>>::decode(value)?.parse()?)
            }
        }
    };
}

#[cfg(not(feature = "openapi"))]
#[doc(hidden)]
#[macro_export]
macro_rules! word_in_openapi {
    ($name:ident) => {};
}

#[cfg(feature = "openapi")]
#[doc(hidden)]
#[macro_export]
macro_rules! word_in_openapi {
    ($name:ident) => {
        impl $crate::utoipa::PartialSchema for $name {
            fn schema() -> $crate::utoipa::openapi::RefOr<$crate::utoipa::openapi::schema::Schema> {
                use $crate::utoipa::openapi::schema::{ObjectBuilder, Type};
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some($name::WORDS.iter().copied())).into()
            }
        }

        impl $crate::utoipa::ToSchema for $name {}
    };
}

#[cfg(test)]
mod tests {
    words! {
        enum Colour {
            DarkRed = "dark_red",
            Blue = "blue",
        }
    }

    #[test]
    fn a_member_is_its_word_everywhere() {
        assert_eq!((Colour::WORDS, Colour::ALL.len()), (["dark_red", "blue"].as_slice(), 2));
        for colour in Colour::ALL {
            assert_eq!(colour.to_string(), colour.word());
            assert_eq!(colour.word().parse::<Colour>().as_ref(), Ok(colour));
            let json = serde_json::to_value(colour).expect("a word is JSON");
            assert_eq!(json, colour.word());
            assert_eq!(serde_json::from_value::<Colour>(json).expect("and back"), *colour);
        }
        assert_eq!("red".parse::<Colour>().expect_err("no word").to_string(), "`red` is none of dark_red, blue");
        let error = serde_json::from_str::<Colour>("7").expect_err("a number is no word").to_string();
        assert!(error.contains("expected one of dark_red, blue"), "{error}");
    }
}
