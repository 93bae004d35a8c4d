//! Who we are to browsers: one certificate, and the cryptography behind it.

use crate::sdp::Rejection;
use rtc::crypto::{self, HashAlgorithm, RTCCryptoProvider};
use rtc::dtls::crypto::Certificate;
use std::sync::{Arc, OnceLock};

/// One for the whole process: making a certificate costs more than the rest of a leg's setup, and what a browser
/// checks is only that it equals the fingerprint in our SDP.
pub(super) struct Identity {
    pub provider: Arc<dyn RTCCryptoProvider>,
    pub certificate: Certificate,
    /// `aa:bb:…`, SHA-256.
    pub fingerprint: String,
}

impl Identity {
    /// # Errors
    /// 500 if the operating system gives no randomness.
    pub fn shared() -> Result<&'static Identity, Rejection> {
        static SHARED: OnceLock<Option<Identity>> = OnceLock::new();
        SHARED.get_or_init(Identity::generate).as_ref().ok_or(Rejection { code: 500, why: "no certificate" })
    }

    fn generate() -> Option<Identity> {
        let provider = crypto::default_provider().ok()?;
        let certificate = Certificate::generate_self_signed(vec!["linedesk".to_owned()], provider.crypto()).ok()?;
        let hash = provider.crypto().hash(HashAlgorithm::Sha256, certificate.certificate.first()?).ok()?;
        let octets: Vec<String> = hash.iter().map(|octet| format!("{octet:02X}")).collect();
        Some(Identity { provider, certificate, fingerprint: octets.join(":") })
    }

    /// `n` random characters of ICE (RFC 8839 5.4: letters, digits, + and /), 6 bits each.
    pub fn characters(&self, n: usize) -> Result<String, Rejection> {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut octets = vec![0; n];
        self.fill(&mut octets)?;
        let character = |octet: u8| ALPHABET.get(usize::from(octet & 63)).copied().map_or('A', char::from);
        Ok(octets.into_iter().map(character).collect())
    }

    /// A random number, for identifiers nobody may guess.
    pub fn number(&self) -> Result<u64, Rejection> {
        let mut octets = [0; 8];
        self.fill(&mut octets)?;
        Ok(u64::from_be_bytes(octets))
    }

    /// # Errors
    /// 500 without randomness.
    pub fn fill(&self, octets: &mut [u8]) -> Result<(), Rejection> {
        self.provider.random().fill(octets).map_err(|_| Rejection { code: 500, why: "no randomness" })
    }
}
