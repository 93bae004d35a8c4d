//! The master key that wraps each recording's own key. Erasing a recording's header erases the recording; changing the
//! master key means a new file beside the old ones: old recordings name the key they need.

use crate::clock;
use anyhow::{Context, Result, bail};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Bytes of a wrapped key: nonce, key, tag.
pub const WRAPPED: usize = NONCE_LEN + 32 + 16;

/// The key of one recording, ready for use.
pub type DataKey = LessSafeKey;

/// All master keys that are known; new recordings use the current one.
pub struct Keys {
    current: u32,
    keys: HashMap<u32, LessSafeKey>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("current", &self.current).finish_non_exhaustive()
    }
}

impl Keys {
    /// Reads the master key file, and `*.key` files beside it as older keys. `make`: a missing one is made.
    pub fn open(path: &Path, make: bool) -> Result<Keys> {
        if !path.exists() {
            if !make {
                bail!(
                    "{} is missing; make one with: head -c 32 /dev/urandom | xxd -p -c 64 > {0} && chmod 600 {0}",
                    path.display()
                );
            }
            write_new(path)?;
        }
        let (current, key) = read(path)?;
        let mut keys = HashMap::from([(current, key)]);
        for entry in std::fs::read_dir(path.parent().unwrap_or(Path::new(".")))? {
            let other = entry?.path();
            if other.extension().is_some_and(|e| e == "key") && other != path {
                let (id, key) = read(&other)?;
                keys.insert(id, key);
            }
        }
        Ok(Keys { current, keys })
    }

    /// A key for tests and tools, from 32 bytes.
    pub fn of(bytes: [u8; 32]) -> Keys {
        let id = id_of(&bytes);
        Keys { current: id, keys: HashMap::from([(id, aead(&bytes))]) }
    }

    /// Makes a recording's key: (master key id, wrapped key, key).
    pub fn make(&self, recording: u128) -> (u32, [u8; WRAPPED], DataKey) {
        let mut key = [0; 32];
        let mut nonce = [0; NONCE_LEN];
        clock::entropy(&mut key);
        clock::entropy(&mut nonce);
        let mut sealed = key.to_vec();
        let aad = Aad::from(recording.to_le_bytes());
        let mut wrapped = [0; WRAPPED];
        if let Some(master) = self.keys.get(&self.current)
            && master.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed).is_ok()
        {
            wrapped[..NONCE_LEN].copy_from_slice(&nonce);
            wrapped[NONCE_LEN..].copy_from_slice(&sealed);
        }
        (self.current, wrapped, aead(&key))
    }

    /// Unwraps a recording's key; None: unknown master key, or the header was tampered with.
    pub fn unwrap(&self, id: u32, recording: u128, wrapped: &[u8; WRAPPED]) -> Option<DataKey> {
        let mut nonce = [0; NONCE_LEN];
        nonce.copy_from_slice(&wrapped[..NONCE_LEN]);
        let mut sealed = wrapped[NONCE_LEN..].to_vec();
        let aad = Aad::from(recording.to_le_bytes());
        let key = self.keys.get(&id)?.open_in_place(Nonce::assume_unique_for_key(nonce), aad, &mut sealed).ok()?;
        let key: [u8; 32] = (&*key).try_into().ok()?;
        Some(aead(&key))
    }

    /// Seals a small secret that the database keeps for `owner`; `purpose` says what it is. None: it is too long.
    pub fn seal(&self, purpose: &str, owner: u128, secret: &[u8]) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        clock::entropy(&mut nonce);
        let mut sealed = secret.to_vec();
        let aad = Aad::from(owned(purpose, owner));
        let master = self.keys.get(&self.current)?;
        master.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed).ok()?;
        Some([self.current.to_le_bytes().as_slice(), &nonce, &sealed].concat())
    }

    /// The secret sealed with the current master key. None: it is already, or its key is unknown.
    pub fn resealed(&self, purpose: &str, owner: u128, sealed: &[u8]) -> Option<Vec<u8>> {
        if sealed.starts_with(&self.current.to_le_bytes()) {
            return None;
        }
        self.seal(purpose, owner, &self.unseal(purpose, owner, sealed)?)
    }

    /// None: unknown master key, or it was sealed for something else.
    pub fn unseal(&self, purpose: &str, owner: u128, sealed: &[u8]) -> Option<Vec<u8>> {
        let (id, rest) = sealed.split_first_chunk()?;
        let (nonce, rest) = rest.split_first_chunk()?;
        let mut rest = rest.to_vec();
        let aad = Aad::from(owned(purpose, owner));
        let key = self.keys.get(&u32::from_le_bytes(*id))?;
        let secret = key.open_in_place(Nonce::assume_unique_for_key(*nonce), aad, &mut rest).ok()?;
        Some(secret.to_vec())
    }
}

/// Longer than what is said of a recording's key: neither can be taken for the other.
fn owned(purpose: &str, owner: u128) -> Vec<u8> {
    [owner.to_le_bytes().as_slice(), b" ", purpose.as_bytes()].concat()
}

fn aead(key: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("a key of 32 bytes is a key"))
}

fn id_of(key: &[u8; 32]) -> u32 {
    let hash = Sha256::new().chain_update(b"linedesk recording key").chain_update(key).finalize();
    u32::from_le_bytes([hash[0], hash[1], hash[2], hash[3]])
}

fn write_new(path: &Path) -> Result<()> {
    let dir = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(dir)?;
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700))?;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{}", hex::encode(clock::seed()))?;
    file.sync_all()?;
    Ok(())
}

fn read(path: &Path) -> Result<(u32, LessSafeKey)> {
    let name = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read key file {name}"))?;
    let mode = std::fs::metadata(path)?.permissions().mode();
    if mode & 0o077 != 0 {
        bail!("{name} can be read by others; remedy: chmod 600 {name}");
    }
    let bytes = hex::decode(text.trim()).ok().and_then(|b| <[u8; 32]>::try_from(b).ok());
    let bytes = bytes.with_context(|| format!("{name} must hold 64 hex digits"))?;
    Ok((id_of(&bytes), aead(&bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_kept_private_and_unwraps_only_its_own_recording() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys/master.key");
        assert!(Keys::open(&path, false).unwrap_err().to_string().contains("is missing"));
        let keys = Keys::open(&path, true).unwrap();
        let (id, wrapped, _) = keys.make(7);
        let again = Keys::open(&path, false).unwrap();
        assert!(again.unwrap(id, 7, &wrapped).is_some());
        assert!(again.unwrap(id, 8, &wrapped).is_none());
        assert!(Keys::of([1; 32]).unwrap(id, 7, &wrapped).is_none());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(Keys::open(&path, false).unwrap_err().to_string().contains("chmod 600"));
    }

    #[test]
    fn a_sealed_secret_opens_for_its_owner_and_purpose_only() {
        let keys = Keys::of([1; 32]);
        let sealed = keys.seal("totp", 7, b"secret").unwrap();
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert_eq!(keys.unseal("totp", 7, &sealed).as_deref(), Some(b"secret".as_slice()));
        assert_eq!(keys.unseal("totp", 8, &sealed), None);
        assert_eq!(keys.unseal("other", 7, &sealed), None);
        assert_eq!(Keys::of([2; 32]).unseal("totp", 7, &sealed), None);
        assert_eq!(keys.unseal("totp", 7, &sealed[..10]), None);
    }

    #[test]
    fn an_old_key_beside_the_current_one_still_opens() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master.key");
        let (id, wrapped, _) = Keys::open(&path, true).unwrap().make(7);
        std::fs::rename(&path, dir.path().join("2025.key")).unwrap();
        let keys = Keys::open(&path, true).unwrap();
        assert_ne!(keys.make(1).0, id);
        assert!(keys.unwrap(id, 7, &wrapped).is_some());
    }

    #[test]
    fn a_secret_is_sealed_anew_when_the_master_key_is_another() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master.key");
        let sealed = Keys::open(&path, true).unwrap().seal("totp", 7, b"secret").unwrap();
        std::fs::rename(&path, dir.path().join("2025.key")).unwrap();
        let anew = Keys::open(&path, true).unwrap().resealed("totp", 7, &sealed).unwrap();
        std::fs::remove_file(dir.path().join("2025.key")).unwrap();
        let keys = Keys::open(&path, false).unwrap();
        assert_eq!(keys.unseal("totp", 7, &anew).as_deref(), Some(b"secret".as_slice()));
        assert_eq!(keys.resealed("totp", 7, &anew), None, "it is already");
        assert_eq!(keys.resealed("totp", 7, &sealed), None, "its key is gone");
    }
}
