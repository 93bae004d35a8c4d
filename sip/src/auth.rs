//! Digest (RFC 7616, RFC 8760), both sides: SHA-256, and MD5 for accounts whose phone knows no better.
//!
//! An account has one algorithm and is challenged with that alone. RFC 8760 2.4 would let a server offer several, the best first,
//! and a phone pass over what it does not know; but phones exist that take the first challenge whatever it says, or give up at
//! a name they do not know (baresip 1.0), and whoever sits between could strike out the better one.
//!
//! Nonces are stateless: a time, a number and a MAC over both. What is remembered is only the highest `nc` of
//! nonces that verified, so a stranger costs no memory (T5).

use crate::api::Secret;
use crate::header::Challenge;
use crate::limit;
use hmac::{Hmac, Mac};
use md5::{Digest, Md5};
use sha2::Sha256;
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::time::Duration;
use subtle::ConstantTimeEq;
use types::Moment;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    Md5,
    Sha256,
}

impl Algorithm {
    /// The name in headers (RFC 7616 3.3).
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Md5 => "MD5",
            Algorithm::Sha256 => "SHA-256",
        }
    }
}

/// The parsed credentials of an Authorization header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    pub username: String,
    pub realm: String,
    pub nonce: String,
    pub uri: String,
    pub response: String,
    pub algorithm: Algorithm,
    pub cnonce: String,
    pub nc: u32,
    pub qop_auth: bool,
    /// The request's method, needed to verify.
    pub method: String,
}

/// H(username ":" realm ":" password), and the H that made it.
#[derive(Clone, PartialEq, Eq)]
pub struct Ha1 {
    pub algorithm: Algorithm,
    /// In lower case.
    pub hex: String,
}

impl std::fmt::Debug for Ha1 {
    /// An HA1 is as good as the password: never shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ha1")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Good,
    /// The nonce is not one that we gave to this source, too old, or was used: challenge again with stale=true.
    Stale,
    Bad,
}

/// What is stored of a password.
pub fn ha1(algorithm: Algorithm, user: &str, realm: &str, password: &str) -> Ha1 {
    Ha1 { algorithm, hex: hash(algorithm, &[user, realm, password]) }
}

/// Lower-case hex of the hash over the parts joined with colons.
fn hash(algorithm: Algorithm, parts: &[&str]) -> String {
    let text = parts.join(":");
    match algorithm {
        Algorithm::Md5 => hex::encode(Md5::digest(text.as_bytes())),
        Algorithm::Sha256 => hex::encode(Sha256::digest(text.as_bytes())),
    }
}

/// RFC 7616 3.4.1 with `qop=auth`.
fn response(ha1: &str, c: &Credentials) -> String {
    let a2 = hash(c.algorithm, &[&c.method, &c.uri]);
    let nc = format!("{:08x}", c.nc);
    hash(c.algorithm, &[ha1, &c.nonce, &nc, &c.cnonce, "auth", &a2])
}

/// A nonce is short, so that a challenge is no larger than the request it answers: 12 hex digits of milliseconds, 6 of a number, and 12 octets
/// of a MAC.
const MILLIS_MAX: u64 = (1 << 48) - 1;
const COUNT_MAX: u64 = (1 << 24) - 1;
const MAC: usize = 12;

/// Makes and judges nonces.
pub(crate) struct Nonces {
    start: Moment,
    key: [u8; 32],
    count: u64,
    /// Highest `nc` taken, by the nonce's stamp (milliseconds since the start, number).
    used: HashMap<(u64, u64), u32>,
    /// The same stamps in order of age.
    ages: BTreeSet<(u64, u64)>,
    /// Nonces up to this stamp are stale because their `nc` was forgotten.
    forgotten: (u64, u64),
}

impl Nonces {
    pub fn new(now: Moment, key: [u8; 32]) -> Nonces {
        Nonces { start: now, key, count: 0, used: HashMap::new(), ages: BTreeSet::new(), forgotten: (0, 0) }
    }

    pub fn fresh(&mut self, now: Moment, source: IpAddr) -> String {
        self.count = (self.count + 1) & COUNT_MAX;
        let stamp = (self.millis(now), self.count);
        format!("{:012x}{:06x}{}", stamp.0, stamp.1, self.mac(stamp, source))
    }

    fn millis(&self, now: Moment) -> u64 {
        u64::try_from(now.saturating_duration_since(self.start).as_millis()).unwrap_or(MILLIS_MAX).min(MILLIS_MAX)
    }

    fn mac(&self, stamp: (u64, u64), source: IpAddr) -> String {
        // HMAC takes keys of any length; there is no error to have.
        let Ok(mut mac) = <Hmac<Sha256> as Mac>::new_from_slice(&self.key) else {
            return String::new();
        };
        mac.update(&stamp.0.to_be_bytes());
        mac.update(&stamp.1.to_be_bytes());
        mac.update(&source.to_canonical().to_string().into_bytes());
        hex::encode(mac.finalize().into_bytes().get(..MAC).unwrap_or_default())
    }

    /// The stamp of a nonce of ours that was given to this source.
    fn stamp(&self, nonce: &str, source: IpAddr) -> Option<(u64, u64)> {
        let millis = u64::from_str_radix(nonce.get(..12)?, 16).ok()?;
        let count = u64::from_str_radix(nonce.get(12..18)?, 16).ok()?;
        let mac = self.mac((millis, count), source);
        bool::from(mac.as_bytes().ct_eq(nonce.get(18..)?.as_bytes())).then_some((millis, count))
    }

    /// Is this nonce ours, given to this source, and not too old? Only who was at the source's address can have it.
    pub fn lives(&self, now: Moment, source: IpAddr, nonce: &str) -> bool {
        let millis = self.millis(now);
        self.stamp(nonce, source).is_some_and(|stamp| {
            stamp.0 <= millis && millis - stamp.0 <= NONCE_AGE.as_millis() as u64 && stamp > self.forgotten
        })
    }

    /// Judges credentials. The digest is always computed and compared in constant time, account or not (T4). With a nonce
    /// that does not live they are stale, right or wrong: nothing is learned from them.
    pub fn verify(&mut self, now: Moment, source: IpAddr, realm: &str, c: &Credentials, ha1: Option<&Ha1>) -> Verdict {
        // Weaker credentials than the account asks for are none, however right they are.
        let ha1 = ha1.filter(|ha1| ha1.algorithm == c.algorithm);
        let known = match (ha1, c.algorithm) {
            (Some(ha1), _) => ha1.hex.as_str(),
            (None, Algorithm::Md5) => "00000000000000000000000000000000",
            (None, Algorithm::Sha256) => "0000000000000000000000000000000000000000000000000000000000000000",
        };
        let expected = response(known, c);
        let right = bool::from(expected.as_bytes().ct_eq(c.response.as_bytes()));
        let Some(stamp) = self.stamp(&c.nonce, source).filter(|_| self.lives(now, source, &c.nonce)) else {
            return Verdict::Stale;
        };
        // Without qop there is no nc and a replay cannot be told (T5).
        if !right || ha1.is_none() || c.realm != realm || !c.qop_auth {
            return Verdict::Bad;
        }
        self.take(now, stamp, c.nc)
    }

    fn take(&mut self, now: Moment, stamp: (u64, u64), nc: u32) -> Verdict {
        let now = self.millis(now);
        let age_max = u64::try_from(limit::NONCE_AGE.as_millis()).unwrap_or_default();
        self.sweep(now.saturating_sub(age_max));
        if now.saturating_sub(stamp.0) > age_max || stamp.0 > now || stamp <= self.forgotten {
            return Verdict::Stale;
        }
        if nc <= self.used.get(&stamp).copied().unwrap_or(0) {
            return Verdict::Stale;
        }
        self.used.insert(stamp, nc);
        self.ages.insert(stamp);
        if self.used.len() > limit::NONCES
            && let Some(oldest) = self.ages.pop_first()
        {
            self.used.remove(&oldest);
            self.forgotten = oldest;
        }
        Verdict::Good
    }

    /// Forgets nonces that are too old anyway.
    fn sweep(&mut self, before: u64) {
        while let Some(stamp) = self.ages.first().copied() {
            if stamp.0 >= before {
                break;
            }
            self.ages.pop_first();
            self.used.remove(&stamp);
        }
    }

    /// The value of our WWW-Authenticate header.
    pub fn challenge(&mut self, now: Moment, source: IpAddr, realm: &str, stale: bool, algorithm: Algorithm) -> String {
        let nonce = self.fresh(now, source);
        let realm: String = realm.chars().filter(|c| !matches!(c, '"' | '\\') && !c.is_control()).collect();
        let stale = if stale { ", stale=true" } else { "" };
        let name = algorithm.name();
        format!("Digest realm=\"{realm}\", nonce=\"{nonce}\", algorithm={name}, qop=\"auth\"{stale}")
    }
}

/// How long a nonce stays good; for those who plan refreshes.
pub const NONCE_AGE: Duration = limit::NONCE_AGE;

/// The value of an Authorization header that answers a challenge. `None`: without qop=auth we do not answer.
pub(crate) fn answer(
    challenge: &Challenge,
    secret: &Secret,
    method: &str,
    uri: &str,
    cnonce: &str,
    nc: u32,
) -> Option<String> {
    if !challenge.qop_auth {
        return None;
    }
    let credentials = Credentials {
        username: secret.username.clone(),
        realm: challenge.realm.clone(),
        nonce: challenge.nonce.clone(),
        uri: uri.to_owned(),
        response: String::new(),
        algorithm: challenge.algorithm,
        cnonce: cnonce.to_owned(),
        nc,
        qop_auth: true,
        method: method.to_owned(),
    };
    let known = ha1(challenge.algorithm, &secret.username, &challenge.realm, &secret.password);
    let algorithm = challenge.algorithm.name();
    let response = response(&known.hex, &credentials);
    let quote = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let mut value = format!(
        "Digest username=\"{}\", realm=\"{}\", nonce=\"{}\", uri=\"{}\", response=\"{response}\", algorithm={algorithm}, qop=auth, nc={nc:08x}, cnonce=\"{cnonce}\"",
        quote(&secret.username),
        quote(&challenge.realm),
        quote(&challenge.nonce),
        quote(uri),
    );
    if let Some(opaque) = &challenge.opaque {
        value.push_str(&format!(", opaque=\"{}\"", quote(opaque)));
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::auth;

    /// RFC 7616 3.9.1, the example with both algorithms.
    #[test]
    fn the_example_of_the_rfc() {
        for (algorithm, expect) in [
            (Algorithm::Md5, "8ca523f5e9506fed4657c9700eebdbec"),
            (Algorithm::Sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ] {
            let c = Credentials {
                username: "Mufasa".into(),
                realm: "http-auth@example.org".into(),
                nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v".into(),
                uri: "/dir/index.html".into(),
                response: String::new(),
                algorithm,
                cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ".into(),
                nc: 1,
                qop_auth: true,
                method: "GET".into(),
            };
            let known = ha1(algorithm, "Mufasa", &c.realm, "Circle of Life");
            assert_eq!(response(&known.hex, &c), expect);
        }
    }

    const PHONE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));

    fn start() -> Moment {
        Moment::START
    }

    fn sign(nonces: &mut Nonces, at: Moment, password: &str, algorithm: Algorithm) -> Credentials {
        resign(&nonces.challenge(at, PHONE, "desk", false, algorithm), password, 1)
    }

    fn resign(offered: &str, password: &str, nc: u32) -> Credentials {
        let challenge = auth::challenge(offered.as_bytes()).unwrap();
        let secret = Secret { username: "a\"b".into(), password: password.into() };
        let value = answer(&challenge, &secret, "REGISTER", "sip:x", "c0", nc).unwrap();
        auth::credentials(value.as_bytes(), "REGISTER").unwrap().unwrap()
    }

    #[test]
    fn good_bad_and_unknown() {
        let t = start();
        let mut nonces = Nonces::new(t, [7; 32]);
        for (algorithm, other) in [(Algorithm::Sha256, Algorithm::Md5), (Algorithm::Md5, Algorithm::Sha256)] {
            let known = ha1(algorithm, "a\"b", "desk", "secret");
            let c = sign(&mut nonces, t, "secret", algorithm);
            assert_eq!(nonces.verify(t, PHONE, "desk", &c, None), Verdict::Bad);
            assert_eq!(nonces.verify(t, PHONE, "desk", &c, Some(&known)), Verdict::Good);
            assert_eq!(nonces.verify(t, PHONE, "other", &c, Some(&known)), Verdict::Bad);
            let c = sign(&mut nonces, t, "wrong", algorithm);
            assert_eq!(nonces.verify(t, PHONE, "desk", &c, Some(&known)), Verdict::Bad);
            let c = sign(&mut nonces, t, "secret", other);
            assert_eq!(
                nonces.verify(t, PHONE, "desk", &c, Some(&known)),
                Verdict::Bad,
                "not what the account asks for"
            );
        }
    }

    #[test]
    fn a_nonce_ages_and_counts() {
        let t = start();
        let mut nonces = Nonces::new(t, [7; 32]);
        let known = ha1(Algorithm::Sha256, "a\"b", "desk", "secret");
        let offered = nonces.challenge(t, PHONE, "desk", false, Algorithm::Sha256);
        let mut take = |nc: u32, after: Duration| {
            nonces.verify(t + after, PHONE, "desk", &resign(&offered, "secret", nc), Some(&known))
        };
        assert_eq!(take(1, Duration::ZERO), Verdict::Good);
        assert_eq!(take(1, Duration::ZERO), Verdict::Stale, "replayed");
        assert_eq!(take(2, NONCE_AGE), Verdict::Good);
        assert_eq!(take(3, NONCE_AGE + Duration::from_millis(1)), Verdict::Stale);
    }

    #[test]
    fn nonces_of_others_are_stale_whatever_the_password() {
        let t = start();
        let mut nonces = Nonces::new(t, [7; 32]);
        let mut other = Nonces::new(t, [8; 32]);
        let known = ha1(Algorithm::Sha256, "a\"b", "desk", "secret");
        let c = sign(&mut other, t, "secret", Algorithm::Sha256);
        assert_eq!(nonces.verify(t, PHONE, "desk", &c, Some(&known)), Verdict::Stale);
        let c = sign(&mut other, t, "wrong", Algorithm::Sha256);
        assert_eq!(nonces.verify(t, PHONE, "desk", &c, Some(&known)), Verdict::Stale);
        let elsewhere = "192.0.2.8".parse().unwrap();
        for password in ["secret", "wrong"] {
            let c = sign(&mut nonces, t, password, Algorithm::Sha256);
            assert_eq!(nonces.verify(t, elsewhere, "desk", &c, Some(&known)), Verdict::Stale, "{password}");
        }
    }

    #[test]
    fn memory_of_nonces_is_bounded() {
        let t = start();
        let mut nonces = Nonces::new(t, [7; 32]);
        for n in 1..=(limit::NONCES as u64 + 3) {
            assert_eq!(nonces.take(t, (0, n), 1), Verdict::Good);
        }
        assert_eq!((nonces.used.len(), nonces.ages.len()), (limit::NONCES, limit::NONCES));
        assert_eq!(nonces.take(t, (0, 1), 2), Verdict::Stale);
        assert_eq!(nonces.take(t, (0, 4), 2), Verdict::Good);
    }
}
