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
    RemotePartyId,
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

/// Long names by their length, so that a name is found with one or two comparisons.
const fn of_length(length: usize) -> &'static [(Name, &'static str)] {
    match length {
        2 => &[(Name::To, "To")],
        3 => &[(Name::Via, "Via")],
        4 => &[(Name::From, "From"), (Name::CSeq, "CSeq"), (Name::Path, "Path")],
        5 => &[(Name::Allow, "Allow"), (Name::Route, "Route"), (Name::Event, "Event")],
        6 => &[(Name::Accept, "Accept"), (Name::MinSe, "Min-SE")],
        7 => &[
            (Name::CallId, "Call-ID"),
            (Name::Contact, "Contact"),
            (Name::Expires, "Expires"),
            (Name::Require, "Require"),
            (Name::Subject, "Subject"),
            (Name::Privacy, "Privacy"),
        ],
        8 => &[(Name::ReferTo, "Refer-To")],
        9 => &[(Name::Supported, "Supported")],
        10 => &[(Name::UserAgent, "User-Agent")],
        11 => &[
            (Name::ReferredBy, "Referred-By"),
            (Name::RetryAfter, "Retry-After"),
            (Name::MinExpires, "Min-Expires"),
            (Name::Unsupported, "Unsupported"),
        ],
        12 => &[
            (Name::MaxForwards, "Max-Forwards"),
            (Name::ContentType, "Content-Type"),
            (Name::RecordRoute, "Record-Route"),
        ],
        13 => &[(Name::Authorization, "Authorization")],
        14 => &[(Name::ContentLength, "Content-Length")],
        15 => &[(Name::SessionExpires, "Session-Expires"), (Name::RemotePartyId, "Remote-Party-ID")],
        16 => &[(Name::WwwAuthenticate, "WWW-Authenticate"), (Name::ContentEncoding, "Content-Encoding")],
        18 => &[(Name::ProxyAuthenticate, "Proxy-Authenticate"), (Name::SubscriptionState, "Subscription-State")],
        19 => &[
            (Name::PAssertedIdentity, "P-Asserted-Identity"),
            (Name::ProxyAuthorization, "Proxy-Authorization"),
            (Name::ContentDisposition, "Content-Disposition"),
        ],
        _ => &[],
    }
}

/// Length of the longest name above.
const LONGEST: usize = 19;

impl Name {
    pub fn of(text: &[u8]) -> Name {
        match text {
            [timer] => Name::compact(timer | 0x20),
            _ => of_length(text.len())
                .iter()
                .find(|(_, long)| long.as_bytes().eq_ignore_ascii_case(text))
                .map_or(Name::Other, |(name, _)| *name),
        }
    }

    /// The name as we write it; `None` for `Other`.
    pub fn text(self) -> Option<&'static str> {
        let mut all = (2..=LONGEST).flat_map(of_length);
        all.find(|(name, _)| *name == self).map(|(_, long)| *long)
    }

    /// One-timer forms: RFC 3261 7.3.3 and the IANA registry.
    fn compact(timer: u8) -> Name {
        match timer {
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
        for (name, long) in (0..100).flat_map(of_length).copied() {
            assert_eq!(Name::of(long.as_bytes()), name);
            assert_eq!(of_length(long.len()).iter().filter(|(n, _)| *n == name).count(), 1);
            assert_eq!(Name::of(long.to_uppercase().as_bytes()), name);
            assert_eq!(name.text(), Some(long));
        }
        assert_eq!(Name::of(b"V"), Name::Via);
        assert_eq!(Name::of(b"i"), Name::CallId);
        assert_eq!(Name::of(b"C%6Fntact"), Name::Other);
        assert_eq!(Name::of(b""), Name::Other);
    }
}
