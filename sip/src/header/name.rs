//! Header names we know, without hashing: length first, then one comparison.

/// A header name. What we do not know is `Other` and copied through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Name {
    Accept,
    Allow,
    Authorization,
    CallId,
    Contact,
    ContentDisposition,
    ContentEncoding,
    ContentLength,
    ContentType,
    CSeq,
    Event,
    Expires,
    From,
    MaxForwards,
    MinExpires,
    MinSe,
    PAssertedIdentity,
    Path,
    Privacy,
    ProxyAuthenticate,
    ProxyAuthorization,
    RecordRoute,
    ReferTo,
    ReferredBy,
    Require,
    RetryAfter,
    Route,
    SessionExpires,
    Subject,
    SubscriptionState,
    Supported,
    To,
    Unsupported,
    UserAgent,
    Via,
    WwwAuthenticate,
    Other,
}

const LONG: [(Name, &str); 36] = [
    (Name::Accept, "Accept"),
    (Name::Allow, "Allow"),
    (Name::Authorization, "Authorization"),
    (Name::CallId, "Call-ID"),
    (Name::Contact, "Contact"),
    (Name::ContentDisposition, "Content-Disposition"),
    (Name::ContentEncoding, "Content-Encoding"),
    (Name::ContentLength, "Content-Length"),
    (Name::ContentType, "Content-Type"),
    (Name::CSeq, "CSeq"),
    (Name::Event, "Event"),
    (Name::Expires, "Expires"),
    (Name::From, "From"),
    (Name::MaxForwards, "Max-Forwards"),
    (Name::MinExpires, "Min-Expires"),
    (Name::MinSe, "Min-SE"),
    (Name::PAssertedIdentity, "P-Asserted-Identity"),
    (Name::Path, "Path"),
    (Name::Privacy, "Privacy"),
    (Name::ProxyAuthenticate, "Proxy-Authenticate"),
    (Name::ProxyAuthorization, "Proxy-Authorization"),
    (Name::RecordRoute, "Record-Route"),
    (Name::ReferTo, "Refer-To"),
    (Name::ReferredBy, "Referred-By"),
    (Name::Require, "Require"),
    (Name::RetryAfter, "Retry-After"),
    (Name::Route, "Route"),
    (Name::SessionExpires, "Session-Expires"),
    (Name::Subject, "Subject"),
    (Name::SubscriptionState, "Subscription-State"),
    (Name::Supported, "Supported"),
    (Name::To, "To"),
    (Name::Unsupported, "Unsupported"),
    (Name::UserAgent, "User-Agent"),
    (Name::Via, "Via"),
    (Name::WwwAuthenticate, "WWW-Authenticate"),
];

impl Name {
    pub fn of(text: &[u8]) -> Name {
        match text {
            [letter] => Name::compact(letter | 0x20),
            _ => LONG
                .iter()
                .find(|(_, long)| {
                    long.len() == text.len() && long.as_bytes().eq_ignore_ascii_case(text)
                })
                .map_or(Name::Other, |(name, _)| *name),
        }
    }

    /// The name as we write it; `None` for `Other`.
    pub fn text(self) -> Option<&'static str> {
        LONG.iter()
            .find(|(name, _)| *name == self)
            .map(|(_, long)| *long)
    }

    /// One-letter forms: RFC 3261 7.3.3 and the IANA registry.
    fn compact(letter: u8) -> Name {
        match letter {
            b'b' => Name::ReferredBy,
            b'c' => Name::ContentType,
            b'e' => Name::ContentEncoding,
            b'f' => Name::From,
            b'i' => Name::CallId,
            b'k' => Name::Supported,
            b'l' => Name::ContentLength,
            b'm' => Name::Contact,
            b'o' => Name::Event,
            b'r' => Name::ReferTo,
            b's' => Name::Subject,
            b't' => Name::To,
            b'v' => Name::Via,
            b'x' => Name::SessionExpires,
            _ => Name::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_any_dress() {
        for (name, long) in LONG {
            assert_eq!(Name::of(long.as_bytes()), name);
            assert_eq!(Name::of(long.to_uppercase().as_bytes()), name);
            assert_eq!(name.text(), Some(long));
        }
        assert_eq!(Name::of(b"V"), Name::Via);
        assert_eq!(Name::of(b"i"), Name::CallId);
        assert_eq!(Name::of(b"C%6Fntact"), Name::Other);
        assert_eq!(Name::of(b""), Name::Other);
    }
}
