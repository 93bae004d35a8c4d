//! The second factor of a log-in: codes of an authenticator app (TOTP, RFC 6238) and recovery codes, and the time between a
//! right password and the second factor, in which the browser holds a challenge and no log-in.
//!
//! A code is accepted once (RFC 6238 5.2): the step of the last one is kept, and no code of it or of an earlier step is accepted
//! again. Secrets are sealed with the master key of recordings: the database alone gives no codes.

use super::{Problem, limit, login, security_key};
use crate::db::{Result, Tx};
use crate::recordings::key::Keys;
use crate::{clock, on};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use totp_rs::{Algorithm, Builder, Totp};
use types::PersonId;
use utoipa::ToSchema;

const ISSUER: &str = "Linedesk";
const PURPOSE: &str = "totp";
/// Bytes of a secret (RFC 4226 4).
const SECRET: usize = 20;
/// Letters and digits that nobody takes for one another; 32, so that each byte gives one evenly.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Of a recovery code: 80 bits.
const CODE_LETTERS: usize = 16;

const KEEP: &str = "INSERT INTO totp_secrets (person_id, sealed, created_at) VALUES ($1, $2, $3) \
    ON CONFLICT (person_id) DO UPDATE SET sealed = excluded.sealed, created_at = excluded.created_at \
    WHERE totp_secrets.confirmed_at IS NULL";
const UNCONFIRMED: &str =
    "SELECT sealed FROM totp_secrets WHERE person_id = $1 AND confirmed_at IS NULL AND created_at > $2";
const CONFIRM: &str =
    "UPDATE totp_secrets SET confirmed_at = $2, last_step = $3 WHERE person_id = $1 AND confirmed_at IS NULL";
const CONFIRMED: &str = "SELECT sealed FROM totp_secrets WHERE person_id = $1 AND confirmed_at IS NOT NULL";
const ACCEPT: &str = "UPDATE totp_secrets SET last_step = $2 WHERE person_id = $1 AND last_step < $2";
const SINCE: &str = "SELECT confirmed_at FROM totp_secrets WHERE person_id = $1 AND confirmed_at IS NOT NULL";
const SEALED: &str = "SELECT person_id, sealed FROM totp_secrets ORDER BY person_id";
/// Unless it was set up anew meanwhile.
const RESEAL: &str = "UPDATE totp_secrets SET sealed = $2 WHERE person_id = $1 AND sealed = $3";
const REMOVE: &str = "DELETE FROM totp_secrets WHERE person_id = $1";
const CODES_CLEAR: &str = "DELETE FROM recovery_codes WHERE person_id = $1";
const CODES_INSERT: &str = "INSERT INTO recovery_codes (person_id, hash) VALUES ($1, $2)";
const CODES_USE: &str = "UPDATE recovery_codes SET used_at = $3 WHERE person_id = $1 AND hash = $2 AND used_at IS NULL";
const CODES_LEFT: &str = "SELECT count(*) FROM recovery_codes WHERE person_id = $1 AND used_at IS NULL";
const ASK: &str = "INSERT INTO login_challenges (hash, person_id, expires_at) VALUES ($1, $2, $3)";
const ASKED: &str = "SELECT c.person_id, p.login FROM login_challenges c JOIN people p ON p.id = c.person_id \
    WHERE c.hash = $1 AND c.expires_at > $2 AND p.active";
const ANSWERED: &str = "DELETE FROM login_challenges WHERE hash = $1 AND expires_at > $2";
const FORGET_EXPIRED: &str = "DELETE FROM login_challenges WHERE expires_at <= $1";

types::words! {
    /// What was proved besides the password.
    pub enum Factor {
        /// A code of an authenticator app.
        Totp = "totp",
        /// A security key (WebAuthn).
        Key = "key",
        RecoveryCode = "recovery_code",
    }
}

/// The password was right; nobody is logged in before a second factor is proved.
#[derive(Debug, Serialize, ToSchema)]
pub struct Challenge {
    /// For `POST /api/v1/login/second-factor`, once.
    pub challenge: String,
    pub expires_at: DateTime<Utc>,
    /// What this person can prove.
    pub factors: Vec<Factor>,
    /// For `navigator.credentials.get`: what the person's security keys are asked; None: there are none, or no host that they are for.
    #[schema(value_type = Option<Object>)]
    pub key: Option<serde_json::Value>,
}

/// A secret for an authenticator app, shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewTotp {
    /// Base32, to be typed.
    secret: String,
    /// `otpauth://totp/...`
    uri: String,
    /// The same as a QR code: an SVG image.
    qr: String,
}

/// What this person can prove besides the password; nothing: the password is enough.
pub async fn of(tx: &mut Tx, person: PersonId) -> Result<Vec<Factor>> {
    let mut factors = Vec::new();
    if since(tx, person).await?.is_some() {
        factors.push(Factor::Totp);
    }
    if security_key::count(tx, person).await? > 0 {
        factors.push(Factor::Key);
    }
    if !factors.is_empty() && codes_left(tx, person).await? > 0 {
        factors.push(Factor::RecoveryCode);
    }
    Ok(factors)
}

/// Since when the person has an authenticator app.
pub async fn since(tx: &mut Tx, person: PersonId) -> Result<Option<DateTime<Utc>>> {
    on!(tx, c => sqlx::query_scalar(SINCE).bind(person).fetch_optional(c).await)
}

pub async fn codes_left(tx: &mut Tx, person: PersonId) -> Result<i64> {
    on!(tx, c => sqlx::query_scalar(CODES_LEFT).bind(person).fetch_one(c).await)
}

/// Proves a second factor by what was typed: a code of the app or a recovery code; each is accepted once.
pub async fn prove(
    tx: &mut Tx,
    keys: &Keys,
    person: PersonId,
    typed: &str,
) -> std::result::Result<Option<Factor>, Problem> {
    let typed: String = typed.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    if typed.len() == CODE_LETTERS {
        let (now, hash) = (tx.now(), Sha256::digest(&typed));
        let used = on!(tx, c => sqlx::query(CODES_USE).bind(person).bind(hash.as_slice()).bind(now).execute(c).await
            .map(|done| done.rows_affected()))?;
        return Ok((used > 0).then_some(Factor::RecoveryCode));
    }
    let sealed: Option<Vec<u8>> = on!(tx, c => sqlx::query_scalar(CONFIRMED).bind(person).fetch_optional(c).await)?;
    let Some(sealed) = sealed else { return Ok(None) };
    let Some(step) = step_of(&opened(keys, person, &sealed)?, &typed, tx.now()) else { return Ok(None) };
    let accepted =
        on!(tx, c => sqlx::query(ACCEPT).bind(person).bind(step).execute(c).await.map(|done| done.rows_affected()))?;
    Ok((accepted > 0).then_some(Factor::Totp))
}

/// A secret that counts as soon as a code shows that the app has it. None: the person has one already.
pub async fn begin_totp(
    tx: &mut Tx,
    keys: &Keys,
    person: PersonId,
    login: &str,
) -> std::result::Result<Option<NewTotp>, Problem> {
    let mut secret = [0; SECRET];
    clock::entropy(&mut secret);
    let sealed = keys.seal(PURPOSE, person.as_u128(), &secret).ok_or_else(Problem::internal)?;
    let now = tx.now();
    let kept = on!(tx, c => sqlx::query(KEEP).bind(person).bind(sealed).bind(now).execute(c).await
        .map(|done| done.rows_affected()))?;
    if kept == 0 {
        return Ok(None);
    }
    let totp = totp(&secret, login)?;
    let uri = totp.to_url().map_err(|_| Problem::internal())?;
    let qr = qr(&uri).ok_or_else(Problem::internal)?;
    Ok(Some(NewTotp { secret: totp.secret().to_base32(), uri, qr }))
}

/// False: the code is not of the secret that was shown, or that was shown too long ago.
pub async fn confirm_totp(
    tx: &mut Tx,
    keys: &Keys,
    person: PersonId,
    typed: &str,
) -> std::result::Result<bool, Problem> {
    let now = tx.now();
    let oldest = now - TimeDelta::from_std(limit::FACTOR_SHOWN).unwrap_or_default();
    let sealed: Option<Vec<u8>> =
        on!(tx, c => sqlx::query_scalar(UNCONFIRMED).bind(person).bind(oldest).fetch_optional(c).await)?;
    let Some(sealed) = sealed else { return Ok(false) };
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let Some(step) = step_of(&opened(keys, person, &sealed)?, &typed, now) else { return Ok(false) };
    let done = on!(tx, c => sqlx::query(CONFIRM).bind(person).bind(now).bind(step).execute(c).await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// New recovery codes; those until now do not count any more.
pub async fn new_codes(tx: &mut Tx, person: PersonId) -> Result<Vec<String>> {
    on!(tx, c => sqlx::query(CODES_CLEAR).bind(person).execute(c).await.map(drop))?;
    let mut codes = Vec::with_capacity(limit::RECOVERY_CODES);
    for _ in 0..limit::RECOVERY_CODES {
        let mut chance = [0u8; CODE_LETTERS];
        clock::entropy(&mut chance);
        let code: String =
            chance.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32))).map(|b| char::from(*b)).collect();
        let hash = Sha256::digest(&code);
        on!(tx, c => sqlx::query(CODES_INSERT).bind(person).bind(hash.as_slice()).execute(c).await.map(drop))?;
        let parts: Vec<&str> = (0..4).filter_map(|n| code.get(n * 4..n * 4 + 4)).collect();
        codes.push(parts.join("-"));
    }
    Ok(codes)
}

/// Recovery codes for who has a first factor now; none for who has codes already.
pub async fn first_codes(tx: &mut Tx, person: PersonId) -> Result<Vec<String>> {
    if codes_left(tx, person).await? > 0 { Ok(Vec::new()) } else { new_codes(tx, person).await }
}

/// Recovery codes without a factor are none.
pub async fn tidy_codes(tx: &mut Tx, person: PersonId) -> Result<()> {
    if of(tx, person).await?.is_empty() {
        on!(tx, c => sqlx::query(CODES_CLEAR).bind(person).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// The app of the person does not count any more. False: there was none.
pub async fn remove_totp(tx: &mut Tx, person: PersonId) -> Result<bool> {
    let gone = on!(tx, c => sqlx::query(REMOVE).bind(person).execute(c).await.map(|done| done.rows_affected()))?;
    tidy_codes(tx, person).await?;
    Ok(gone > 0)
}

/// The person logs in by the password alone again.
pub async fn remove(tx: &mut Tx, person: PersonId) -> Result<()> {
    on!(tx, c => sqlx::query(REMOVE).bind(person).execute(c).await.map(drop))?;
    security_key::remove_all(tx, person).await?;
    on!(tx, c => sqlx::query(CODES_CLEAR).bind(person).execute(c).await.map(drop))
}

pub async fn ask(tx: &mut Tx, person: PersonId, factors: Vec<Factor>) -> Result<Challenge> {
    let (challenge, hash) = login::secret();
    let now = tx.now();
    let expires_at = now + TimeDelta::from_std(limit::CHALLENGE).unwrap_or_default();
    on!(tx, c => sqlx::query(FORGET_EXPIRED).bind(now).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query(ASK).bind(hash.as_slice()).bind(person).bind(expires_at).execute(c).await.map(drop))?;
    Ok(Challenge { challenge, expires_at, factors, key: None })
}

/// Who was asked, and their login; None: nobody, or too long ago.
pub async fn asked(tx: &mut Tx, challenge: &str) -> Result<Option<(PersonId, String)>> {
    let (hash, now) = (login::hash(challenge), tx.now());
    on!(tx, c => sqlx::query_as(ASKED).bind(hash.as_slice()).bind(now).fetch_optional(c).await)
}

/// The challenge is over. False: it was already.
pub async fn answered(tx: &mut Tx, challenge: &str) -> Result<bool> {
    let (hash, now) = (login::hash(challenge), tx.now());
    let gone = on!(tx, c => sqlx::query(ANSWERED).bind(hash.as_slice()).bind(now).execute(c).await
        .map(|done| done.rows_affected()))?;
    Ok(gone > 0)
}

/// Secrets of before another master key was made are sealed with it, so that the old one may go. Gives how many were.
pub async fn reseal(tx: &mut Tx, keys: &Keys) -> Result<usize> {
    let mut done = 0;
    let all: Vec<(PersonId, Vec<u8>)> = on!(&mut *tx, c => sqlx::query_as(SEALED).fetch_all(c).await)?;
    for (person, sealed) in all {
        let Some(anew) = keys.resealed(PURPOSE, person.as_u128(), &sealed) else { continue };
        on!(&mut *tx, c => sqlx::query(RESEAL).bind(person).bind(anew).bind(sealed).execute(c).await.map(drop))?;
        done += 1;
    }
    Ok(done)
}

fn opened(keys: &Keys, person: PersonId, sealed: &[u8]) -> std::result::Result<Totp, Problem> {
    let Some(secret) = keys.unseal(PURPOSE, person.as_u128(), sealed) else {
        tracing::error!(%person, "the secret of a second factor cannot be read: the master key it was sealed with is missing");
        return Err(Problem::internal());
    };
    totp(&secret, "")
}

/// As every authenticator app expects it: SHA-1, six digits, 30 seconds; the step before and the one after count too.
fn totp(secret: &[u8], login: &str) -> std::result::Result<Totp, Problem> {
    let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_skew(1).with_step_duration(30);
    let builder = builder.with_secret(secret.to_vec()).with_issuer(Some(ISSUER));
    // a colon would end the name of the issuer
    builder.with_account_name(login.replace(':', ".")).build().map_err(|error| {
        tracing::error!(%error, "a secret cannot be used");
        Problem::internal()
    })
}

fn step_of(totp: &Totp, typed: &str, now: DateTime<Utc>) -> Option<i64> {
    let step = totp.check(typed, u64::try_from(now.timestamp()).ok()?)?;
    i64::try_from(step).ok()
}

fn qr(text: &str) -> Option<String> {
    use std::fmt::Write as _;
    /// Light modules around it (ISO/IEC 18004).
    const MARGIN: i32 = 4;
    let code = qrcodegen::QrCode::encode_text(text, qrcodegen::QrCodeEcc::Medium).ok()?;
    let size = code.size() + 2 * MARGIN;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            let _ = write!(path, "M{} {}h1v1h-1z", x + MARGIN, y + MARGIN);
        }
    }
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{size}v{size}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238 Appendix B, its last six digits
        let totp = totp(b"12345678901234567890", "ann").expect("a secret");
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            let now = DateTime::from_timestamp(seconds, 0).expect("a time");
            assert_eq!(step_of(&totp, code, now), Some(seconds / 30), "{seconds}");
            assert_eq!(step_of(&totp, code, now + TimeDelta::seconds(30)), Some(seconds / 30));
            assert_eq!(step_of(&totp, code, now + TimeDelta::seconds(60)), None);
            assert_eq!(step_of(&totp, code, now - TimeDelta::seconds(30)), Some(seconds / 30));
        }
        let now = DateTime::from_timestamp(59, 0).expect("a time");
        for wrong in ["", "28708", "2870820", "287081", "+28708", "۲۸۷۰۸۲", "28708a"] {
            assert_eq!(step_of(&totp, wrong, now), None, "{wrong}");
        }
        let uri = "otpauth://totp/Linedesk:ann?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Linedesk";
        assert_eq!(totp.to_url().expect("a URI"), uri);
        assert!(qr(uri).is_some_and(|svg| svg.starts_with("<svg ") && svg.len() < 40_000));
    }
}
