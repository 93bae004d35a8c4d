//! Authorization and WWW-Authenticate with Digest (RFC 7616 3.3, 3.4), both names each.

use crate::auth::{Algorithm, Credentials};
use crate::lex::{self, Malformed};
use crate::limit;

/// A challenge of somebody else's, reduced to what an answer needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    pub realm: String,
    pub nonce: String,
    pub opaque: Option<String>,
    pub algorithm: Algorithm,
    /// The challenge offers `qop=auth`.
    pub qop_auth: bool,
    pub stale: bool,
}

/// The pairs behind the scheme `Digest`; `Ok(None)` for another scheme, which is nobody's fault.
fn digest(value: &[u8]) -> Result<Option<&[u8]>, Malformed> {
    let value = lex::trim(value);
    let space = value.iter().position(|b| lex::is_space(*b)).ok_or(Malformed("credentials without parameters"))?;
    let (scheme, rest) = value.split_at_checked(space).unwrap_or_default();
    Ok(scheme.eq_ignore_ascii_case(b"Digest").then_some(rest))
}

fn pairs(text: &[u8]) -> impl Iterator<Item = (&[u8], String)> {
    lex::commas(text).take(limit::PARAMS).filter_map(|pair| {
        let (name, value) = lex::cut(pair, b'=');
        let value = lex::unquote(lex::trim(value?));
        let value = String::from_utf8(value.into_owned()).ok().filter(|v| v.len() <= limit::IDENTIFIER)?;
        Some((lex::trim(name), value))
    })
}

fn algorithm(text: &str) -> Option<Algorithm> {
    if text.eq_ignore_ascii_case("MD5") {
        Some(Algorithm::Md5)
    } else if text.eq_ignore_ascii_case("SHA-256") {
        Some(Algorithm::Sha256)
    } else {
        None
    }
}

/// Digest credentials of a request with this method; `None` if the scheme or algorithm is not ours.
pub fn credentials(value: &[u8], method: &str) -> Result<Option<Credentials>, Malformed> {
    let Some(rest) = digest(value)? else {
        return Ok(None);
    };
    let mut c = Credentials {
        username: String::new(),
        realm: String::new(),
        nonce: String::new(),
        uri: String::new(),
        response: String::new(),
        algorithm: Algorithm::Md5,
        cnonce: String::new(),
        nc: 0,
        qop_auth: false,
        method: method.to_owned(),
    };
    for (name, value) in pairs(rest) {
        match name.to_ascii_lowercase().as_slice() {
            b"username" => c.username = value,
            b"realm" => c.realm = value,
            b"nonce" => c.nonce = value,
            b"uri" => c.uri = value,
            b"response" => c.response = value.to_ascii_lowercase(),
            b"cnonce" => c.cnonce = value,
            b"nc" => c.nc = u32::from_str_radix(&value, 16).unwrap_or(0),
            b"qop" => c.qop_auth = value.eq_ignore_ascii_case("auth"),
            b"algorithm" => match algorithm(&value) {
                Some(a) => c.algorithm = a,
                None => return Ok(None),
            },
            _ => {}
        }
    }
    Ok(Some(c))
}

/// A Digest challenge we can answer.
pub fn challenge(value: &[u8]) -> Option<Challenge> {
    let rest = digest(value).ok()??;
    let mut c = Challenge {
        realm: String::new(),
        nonce: String::new(),
        opaque: None,
        algorithm: Algorithm::Md5,
        qop_auth: false,
        stale: false,
    };
    for (name, value) in pairs(rest) {
        match name.to_ascii_lowercase().as_slice() {
            b"realm" => c.realm = value,
            b"nonce" => c.nonce = value,
            b"opaque" => c.opaque = Some(value),
            b"algorithm" => c.algorithm = algorithm(&value)?,
            b"qop" => c.qop_auth = value.split(',').any(|q| q.trim().eq_ignore_ascii_case("auth")),
            b"stale" => c.stale = value.eq_ignore_ascii_case("true"),
            _ => {}
        }
    }
    (!c.nonce.is_empty()).then_some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_as_phones_write_them() {
        let value = br#"Digest username="bob", realm="biloxi, \"x\"",
 nonce="dcd98b", uri="sip:bob@biloxi.com", qop=auth, nc=0000000A,
 cnonce="0a4f113b", response="6629FAE49393A05397450978507C4EF1", algorithm=SHA-256, opaque="5c""#;
        let c = credentials(value, "INVITE").unwrap().unwrap();
        assert_eq!((c.username.as_str(), c.realm.as_str(), c.nc, c.qop_auth), ("bob", "biloxi, \"x\"", 10, true));
        assert_eq!((c.algorithm, c.response.as_str()), (Algorithm::Sha256, "6629fae49393a05397450978507c4ef1"));
        assert_eq!(credentials(b"NoOneKnowsThisScheme opaque-data=here", "INVITE"), Ok(None));
        assert!(credentials(b"Digest", "INVITE").is_err());
    }

    #[test]
    fn challenges() {
        let c = challenge(br#"Digest realm="a", nonce="n", qop="auth-int,auth", algorithm=MD5, stale=TRUE"#).unwrap();
        assert!(c.qop_auth && c.stale);
        assert_eq!(challenge(br#"Digest realm="a", nonce="n", algorithm=SHA-512-256"#), None);
        assert_eq!(challenge(br#"Basic realm="a""#), None);
    }
}
